//! `d(x) = expr`: the program of one call, and the functions that compute the partial derivatives.

use crate::args::{Config, Options};
use crate::emit::companion::signature::{How, Signature};
use crate::errors::Errors;
use crate::ir::{self, Arg, Block, Call, Callee, Class, Function, Input, Kind, Mode, Partial, Place, Stmt, Tree};
use crate::lower;
use crate::pipeline;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote};
use syn::{Expr, Ident, ItemFn, Path};

/// The result, in the user's expressions.
const OUT: &str = "out";

/// The program of a function with the given partial derivatives, which have been checked.
pub fn function(item: &ItemFn, config: &Config, partials: &[(Ident, Expr)], errors: &mut Errors) -> Option<Function> {
    let (mut values, mut params) = lower::opaque_params(item, config, errors)?;
    for param in params.iter_mut().filter(|param| param.active) {
        let data = &mut values[param.value.0 as usize];
        // Whoever gives a partial derivative says that it is a float.
        data.kind = match &data.kind {
            Kind::Ref(..) => Kind::Ref(false, Box::new(Kind::Float)),
            _ => {
                (data.class, param.mode) = (Class::Plain, Mode::Copy);
                Kind::Float
            }
        };
    }
    let how = |param: &ir::Param| How { mode: param.mode, active: param.active, needs_derivative: false };
    let how: Vec<_> = params.iter().map(how).collect();
    let sig = Signature::new(item, &how, config, false);
    let args = params.iter().map(|param| match param.mode {
        Mode::Shared | Mode::Mut | Mode::Function => Arg::Borrow { mutable: false, place: Place::whole(param.value) },
        Mode::Copy | Mode::Move => Arg::Value(param.value),
    });
    let ruled = sig.params.iter().map(|param| {
        let (_, expr) = partials.iter().find(|(name, _)| *name == param.ident)?;
        let (name, generics) = (name(&sig, &param.ident), sig.turbofish());
        let beside = sig.member().map(|_| quote!(Self::));
        Some(Partial { path: syn::parse_quote!(#beside #name #generics), inputs: inputs(&sig, expr) })
    });
    let (args, ruled) = (args.collect(), ruled.collect());
    let result = ir::build::fresh(&mut values, OUT, Class::Plain, Kind::Float, Span::mixed_site());
    let (companion, method, generics) = (&sig.companion, &sig.name, sig.turbofish());
    let path: Path = match sig.member() {
        None => syn::parse_quote!(#companion::primal #generics),
        Some(_) => syn::parse_quote!(Self::#method #generics),
    };
    let result = Tree::Leaf(result);
    let call = Call {
        path,
        args,
        functions: Vec::new(),
        result: result.clone(),
        callee: Callee::Ruled(ruled),
        error: None,
        pull: None,
        tangents: Vec::new(),
        at_once: None,
        receiver: ir::Receiver::Known,
        kept: None,
    };
    let body = Block { stmts: vec![Stmt::Call(Box::new(call))], yields: Vec::new(), diverges: false };
    Some(Function {
        values,
        params,
        body,
        result,
        result_ty: sig.ret.clone(),
        dots: Vec::new(),
        result_dots: Vec::new(),
        cotangents: None,
    })
}

/// The functions whose bodies are the user's expressions.
pub fn items(sig: &Signature, partials: &[(Ident, Expr)]) -> TokenStream {
    let varies = |input: Input| match input {
        Input::Arg(k) => sig.params[k].active,
        Input::Out => true,
    };
    let items = partials.iter().map(|(param, expr)| {
        let is_constant = !inputs(sig, expr).into_iter().any(varies);
        let is_last = sig.order == 1 || is_constant;
        if is_last { item(sig, param, expr, false) } else { differentiated(sig, item(sig, param, expr, true)) }
    });
    items.collect()
}

/// A derivative of order n is one of order n - 1 of the partial derivatives.
fn differentiated(sig: &Signature, item: TokenStream) -> TokenStream {
    let (order, krate) = (sig.order - 1, &sig.krate);
    let Some(_) = sig.member() else { return pipeline::expand(quote!(crate = #krate), item, order) };
    // Beside a method it is one, too, of the block that is being written.
    let mut errors = Errors::default();
    let Ok(mut item) = syn::parse2::<ItemFn>(item.clone()) else { return item };
    let options = Options::of_order(order, krate.clone());
    let config = Config::new(options, 0, &mut item, sig.home.clone(), None, &mut errors);
    let programs = pipeline::programs(&item, &config, &mut errors);
    let siblings = pipeline::companion(&item, &config, programs, false, &mut errors);
    let errors = errors.to_compile_errors();
    quote!(#item #errors #siblings)
}

fn item(sig: &Signature, param: &Ident, expr: &Expr, differentiated: bool) -> TokenStream {
    let (name, attrs, generics, ret) = (name(sig, param), &sig.attrs, &sig.generics, &sig.ret);
    let where_clause = &generics.where_clause;
    let params = inputs(sig, expr).into_iter().map(|input| match input {
        Input::Arg(k) => {
            let (ident, ty) = (&sig.params[k].ident, &sig.params[k].ty);
            let constant = (differentiated && !sig.params[k].active).then(|| quote!(#[constant]));
            quote!(#constant #ident: #ty)
        }
        Input::Out => {
            // As the user's own word, which is of another macro's hygiene than one made here.
            let out = word(expr.to_token_stream(), OUT).unwrap_or_else(|| Ident::new(OUT, Span::call_site()));
            quote!(#out: #ret)
        }
    });
    quote! {
        #(#attrs)*
        #[doc(hidden)]
        #[inline]
        #[allow(unused, non_snake_case, deprecated, elided_lifetimes_in_paths, trivial_bounds, unused_qualifications)]
        #[allow(unused_lifetimes, single_use_lifetimes, clippy::all, clippy::pedantic, clippy::nursery)]
        fn #name #generics(#(#params),*) -> #ret #where_clause {
            #expr
        }
    }
}

/// Beside the user's function, where nobody else has such names.
fn name(sig: &Signature, param: &Ident) -> Ident {
    let plain = |ident: &Ident| ident.to_string().trim_start_matches("r#").to_owned();
    format_ident!("__{}_d_{}", plain(&sig.companion), plain(param))
}

/// What an expression mentions: nothing else is passed, and so nothing else is kept for it.
fn inputs(sig: &Signature, expr: &Expr) -> Vec<Input> {
    let tokens = expr.to_token_stream();
    let params = sig.params.iter().enumerate().filter(|(_, param)| mentions(tokens.clone(), &param.ident.to_string()));
    let mut inputs: Vec<Input> = params.map(|(k, _)| Input::Arg(k)).collect();
    inputs.extend(mentions(tokens, OUT).then_some(Input::Out));
    inputs
}

/// Where the word stands first.
fn word(tokens: TokenStream, name: &str) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) => (ident == name).then_some(ident),
        TokenTree::Group(group) => word(group.stream(), name),
        TokenTree::Literal(_) | TokenTree::Punct(_) => None,
    })
}

/// The word occurs; in a literal too, which may be a format string.
fn mentions(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => mentions(group.stream(), word),
        TokenTree::Literal(literal) => literal.to_string().contains(&format!("{{{word}")),
        TokenTree::Punct(_) => false,
    })
}
