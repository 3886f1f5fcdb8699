//! A test module for each primitive and type of float; invoked by `tests/rules.rs`, which defines `point`, `slope` and `assert_close`.

mod second;

use super::{Form, Param, RULES, Rule};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};

/// What is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// What `#[differentiate]` makes of a function that calls the primitive.
    Companions,
    /// The runtime's rules for operands of unknown type.
    Traits,
}

/// All modules.
pub fn expand(through: Through) -> TokenStream {
    let of_floats = |rule: &&Rule| !rule.tensors && matches!(rule.form, Form::Operator(_) | Form::Assign(_) | Form::Method);
    let rules = || RULES.iter().filter(of_floats);
    rules().flat_map(|rule| ["f32", "f64"].map(|float| module(through, rule, &Ident::new(float, Span::call_site())))).collect()
}

fn module(through: Through, rule: &Rule, float: &Ident) -> TokenStream {
    let name = format_ident!("{}_{float}", rule.name);
    let call: TokenStream = rule.call.parse().expect("the call is an expression");
    let call = match rule.form {
        Form::Assign(_) => quote!({ let mut a = a; #call; a }),
        Form::Operator(_) | Form::Method | Form::Cast(_) | Form::Function(_) => call,
    };
    let params: Vec<Ident> = rule.params.iter().map(|param| Ident::new(param.name, Span::call_site())).collect();
    let types = |float: &Ident| rule.params.iter().map(|p| if p.integer { quote!(i32) } else { quote!(#float) }).collect();
    let (types, reference): (Vec<_>, Vec<_>) = (types(float), types(&Ident::new("f64", Span::call_site())));
    let points = rule.params.iter().zip(&types).enumerate().map(|(i, (param, ty))| point(i, param, ty));
    let directions = directions(rule).into_iter().map(|direction| check(through, rule, float, &params, &direction));
    let attribute = (through == Through::Companions).then(|| quote!(#[::differentiate::differentiate(order = 2)]));
    let second = second::test(through, rule, float, &params);
    quote! {
        pub(crate) mod #name {
            use crate::{assert_close, point};

            #attribute
            pub(crate) fn primitive(#(#params: #types),*) -> #float {
                #call
            }

            /// The central differences are taken in `f64`.
            fn reference(#(#params: #reference),*) -> f64 {
                #call
            }

            #[test]
            fn forward_is_the_difference_and_reverse_its_transpose() {
                for k in 0..20 {
                    #(let #params = #points;)*
                    #(#directions)*
                }
            }

            #second
        }
    }
}

fn point(i: usize, param: &Param, ty: &TokenStream) -> TokenStream {
    match param.domain {
        Some((lo, hi)) => quote!(point(k, #i, #lo, #hi) as #ty),
        None => quote!(k % 7 - 2),
    }
}

/// Each axis, and one that mixes them.
fn directions(rule: &Rule) -> Vec<Vec<f64>> {
    let floats = rule.params.iter().filter(|param| !param.integer).count();
    let axes = (0..floats).map(|i| (0..floats).map(|j| if i == j { 1.0 } else { 0.0 }).collect());
    axes.chain(std::iter::once([0.25, -0.75, 0.5][..floats].to_vec())).collect()
}

fn check(through: Through, rule: &Rule, float: &Ident, params: &[Ident], direction: &[f64]) -> TokenStream {
    let mut dots = direction.iter().map(|x| Literal::f64_unsuffixed(*x));
    let dots: Vec<Option<Literal>> = rule.params.iter().map(|param| if param.integer { None } else { dots.next() }).collect();
    let moved = params.iter().zip(&dots).map(|(name, dot)| match dot {
        Some(dot) => quote!(f64::from(#name) + h * #dot),
        None => quote!(#name),
    });
    let (forward, reverse) = match through {
        Through::Companions => by_companion(params, &dots),
        Through::Traits => by_trait(rule, float, params, &dots),
    };
    quote! {{
        let out = primitive(#(#params),*);
        let dot: #float = #forward;
        let moved = |h: f64| reference(#(#moved),*);
        let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        assert_close(f64::from(dot), difference, if #float::DIGITS < 10 { 2e-5 } else { 1e-7 });
        let pulled: #float = #reverse;
        assert_close(f64::from(pulled), f64::from(dot), if #float::DIGITS < 10 { 1e-6 } else { 1e-14 });
    }}
}

/// The directional derivative, and the product of the gradient with the direction.
fn by_companion(params: &[Ident], dots: &[Option<Literal>]) -> (TokenStream, TokenStream) {
    let dots: Vec<&Literal> = dots.iter().flatten().collect();
    let forward = quote! {{
        let (value, dot) = primitive::jvp(#(#params,)* #(#dots),*);
        assert_eq!(value.to_bits(), out.to_bits(), "the value is untouched");
        dot
    }};
    let index = (0..dots.len()).map(syn::Index::from);
    let product = if dots.len() == 1 { quote!(grad * (#(#dots)*)) } else { quote!(#(grad.#index * (#dots))+*) };
    (forward, quote!({ let grad = primitive::grad(#(#params),*); #product }))
}

/// The same by `Rule1`, `Rule2`, `Rule3`.
fn by_trait(rule: &Rule, float: &Ident, params: &[Ident], dots: &[Option<Literal>]) -> (TokenStream, TokenStream) {
    let name = Ident::new(rule.name, Span::call_site());
    let number = format_ident!("Rule{}", params.len());
    let rest = rule.params.iter().skip(1).map(|param| if param.integer { quote!(i32) } else { quote!(#float) });
    let head = quote!(::differentiate::rt::#number::<::differentiate::rt::prim::#name, #(#rest),*>);
    let tangents = dots.iter().map(|dot| dot.as_ref().map_or(quote!(&()), |dot| quote!(&(#dot))));
    let pulls: &[&str] = match params.len() {
        1 => &["pull"],
        2 => &["pull_lhs", "pull_rhs"],
        _ => &["pull_first", "pull_second", "pull_third"],
    };
    let terms = pulls.iter().zip(dots).filter_map(|(pull, dot)| {
        let pull = Ident::new(pull, Span::call_site());
        dot.as_ref().map(|dot| quote!(#head::#pull(#(&#params,)* &out, 1.0) * (#dot)))
    });
    (quote!(#head::push(#(&#params,)* &out, #(#tangents),*)), quote!(#(#terms)+*))
}
