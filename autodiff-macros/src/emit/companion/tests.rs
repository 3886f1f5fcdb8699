use expect_test::expect_file;
use proc_macro2::Ident;
use quote::quote;
use syn::{ItemFn, parse_quote};

use super::signature::{Home, How, Signature};
use super::{Body, companion, stub};
use crate::args::Config;
use crate::lower::kind;

/// The signature of a function whose parameters are active unless their type says otherwise.
fn signature(item: &ItemFn) -> Signature {
    let how = item.sig.inputs.iter().map(|arg| match arg {
        syn::FnArg::Typed(typed) => {
            let kind = kind::of_type(&typed.ty);
            How { mode: kind::mode(&kind), active: !kind.is_inactive(), needs_derivative: false }
        }
        syn::FnArg::Receiver(_) => unreachable!("there are no methods here"),
    });
    let how: Vec<_> = how.collect();
    let config = Config {
        active: how.iter().map(|how| how.active).collect(),
        krate: parse_quote!(::differentiate),
        companion: item.sig.ident.clone(),
        home: Home::Companion,
        receiver: None,
        neighbours: Default::default(),
        recursive: false,
        order: 1,
        rule: None,
        is_opaque: false,
    };
    Signature::new(item, &how, &config, false)
}

/// The companion around bodies that are left out.
fn whole(item: &ItemFn) -> syn::File {
    let sig = signature(item);
    let params: Vec<Ident> = sig.params.iter().map(|param| param.ident.clone()).collect();
    let dots = sig.params.iter().map(|param| param.active.then(|| quote::format_ident!("{}_dot", param.ident))).collect();
    let dots = vec![dots];
    let forward = Body::new(params.clone(), Vec::new(), quote!(forward_sweep));
    let tokens =
        companion(&sig, &[forward], None, &[Body::new(params, dots, quote!(tangent_sweep))], None, &super::Wide::default(), None);
    syn::parse2(tokens).expect("the companion parses")
}

/// The signatures of a companion's functions, one a line.
fn heads(file: &syn::File) -> String {
    let functions = file.items.iter().filter_map(|item| match item {
        syn::Item::Impl(companion) => Some(&companion.items),
        _ => None,
    });
    let heads = functions.flatten().filter_map(|item| match item {
        syn::ImplItem::Fn(function) => Some(function),
        _ => None,
    });
    let lines = heads.map(|function| {
        let sig = &function.sig;
        let items = vec![parse_quote!(#sig {})];
        let head = prettyplease::unparse(&syn::File { shebang: None, attrs: Vec::new(), items });
        let head = head.split_whitespace().collect::<Vec<_>>().join(" ");
        head.replace("( ", "(").replace(", )", ")").replace(" {}", "\n")
    });
    lines.collect()
}

#[test]
fn a_function_of_floats() {
    let item = parse_quote! {
        pub fn dot(x: f64, w: &[f64], n: usize) -> f64 {}
    };
    expect_file!["golden/dot.rs"].assert_eq(&prettyplease::unparse(&whole(&item)));
}

#[test]
fn memory_in_and_out() {
    let item = parse_quote! {
        fn fill(x: &[f64; 3], state: &mut [f64], seeds: &mut [u64]) {}
    };
    expect_file!["golden/fill.rs"].assert_eq(&prettyplease::unparse(&whole(&item)));
}

#[test]
fn signatures() {
    let items: [ItemFn; 7] = [
        parse_quote!(
            fn pair(y: f64, y_bar: f64) -> (f64, f64) {}
        ),
        parse_quote!(
            fn mix<'a, T: Real, const N: usize>(x: &'a [T; N], out: &'a mut [T], rows: &[&[T]]) -> T {}
        ),
        parse_quote!(
            fn vector(v: Vec<f64>, n: usize) -> Vec<f64> {}
        ),
        parse_quote!(
            fn user(p: &Params, q: Vec<Params>, w: View<'_>) -> Params {}
        ),
        parse_quote!(
            fn inner(f: impl Fn(f64) -> f64, x: f32) -> f32 {}
        ),
        parse_quote!(
            fn options(x: Option<f64>, t: (f64, usize), b: Box<[f64]>) -> [f64; 2] {}
        ),
        parse_quote!(
            fn unrelated<S: Clone>(s: S) -> S {}
        ),
    ];
    let all: String = items.iter().map(|item| format!("// {}\n{}\n", item.sig.ident, heads(&whole(item)))).collect();
    expect_file!["golden/signatures.txt"].assert_eq(&all);
}

#[test]
fn stubs_have_the_same_signatures() {
    let item = parse_quote! {
        pub(crate) fn mixed<T>(x: T, out: &mut [T]) -> T where T: Real {}
    };
    let stub: syn::File = syn::parse2(stub(&signature(&item))).expect("the stub parses");
    let whole = heads(&whole(&item));
    assert_eq!(
        heads(&stub).lines().collect::<Vec<_>>(),
        whole.lines().filter(|line| !line.contains("fn primal")).collect::<Vec<_>>()
    );
}

#[test]
fn cfg_and_hidden_are_shared() {
    let item = parse_quote! {
        #[inline]
        #[cfg(feature = "gradients")]
        #[doc(hidden)]
        #[doc = "text"]
        pub fn f(x: f64) -> f64 {}
    };
    let sig = signature(&item);
    let attrs = &sig.attrs;
    assert_eq!(quote!(#(#attrs)*).to_string(), quote!(#[cfg(feature = "gradients")] #[doc(hidden)]).to_string());
}
