//! A differentiated function of the user's that is called `grad`, say. `m::grad(x)` may be that of a module or that of the function `m`; the macro
//! cannot tell, and need not: derivatives of either are found at `m::grad_forward_order_2` and so on, which for a function of the user's
//! are functions beside it. (They count as one order more than they are: the gradient of `m` would be of order 1 itself.)

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::super::hidden::{self, Program};
use super::super::signature::{Param, Signature};
use super::super::{Body, where_clause};
use super::{Item, Nested};
use crate::ir::Mode;

/// Nothing, for functions of other names.
pub(in super::super) fn functions(sig: &Signature) -> TokenStream {
    let Some(nested) = Nested::ALL.into_iter().find(|nested| sig.name == nested.name()) else { return TokenStream::new() };
    let mut functions = TokenStream::new();
    for order in 1..=sig.order {
        functions.extend(function(sig, nested, Program::Adjoint, order - 1));
        functions.extend(function(sig, nested, Program::Tangent, order));
    }
    functions
}

/// One that hands everything on to the companion's.
fn function(sig: &Signature, nested: Nested, program: Program, directions: u32) -> TokenStream {
    let mut names = sig.names();
    let params: Vec<Ident> = sig.params.iter().map(|param| param.ident.clone()).collect();
    let dots = (1..1_usize << directions).map(|set| {
        let dot = |param: &Param| param.active.then(|| names.derived(&param.ident, &format!("_dots{set}")));
        sig.params.iter().map(dot).collect()
    });
    let dots: Vec<Vec<Option<Ident>>> = dots.collect();
    let tokens = handed_on(sig, (&params, &dots), program, directions);
    let body = Body::new(params, dots, tokens);
    let name = nested.hidden_name(program, directions);
    let Item { name, generics, params, ret, body, .. } = match program {
        Program::Adjoint => hidden::forward(sig, &name, &body),
        Program::Tangent => hidden::tangent(sig, &name, &body),
    };
    let (attrs, vis, where_clause) = (&sig.attrs, &sig.vis, where_clause(sig));
    quote! {
        #(#attrs)*
        #[doc(hidden)]
        #[allow(dead_code, unused, deprecated, elided_lifetimes_in_paths, unreachable_pub)]
        #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
        #vis fn #name #generics(#params) #ret #where_clause {
            #body
        }
    }
}

fn handed_on(
    sig: &Signature,
    (params, dots): (&[Ident], &[Vec<Option<Ident>>]),
    program: Program,
    directions: u32,
) -> TokenStream {
    let (krate, companion, generics) = (&sig.krate, &sig.companion, sig.turbofish());
    let mut args = TokenStream::new();
    for (name, param) in params.iter().zip(&sig.params) {
        args.extend(if param.mode == Mode::Mut { quote!(&mut *#name,) } else { quote!(#name,) });
    }
    for (name, param) in dots.iter().flat_map(|dots| dots.iter().zip(&sig.params)) {
        args.extend(match name {
            None => quote!(#krate::rt::Ignored,),
            Some(name) if param.mode == Mode::Mut => quote!(::core::option::Option::Some(&mut *#name),),
            Some(name) => quote!(::core::option::Option::Some(#name),),
        });
    }
    let name = Ident::new(&program.name(directions), Span::call_site());
    quote!(#companion::#name #generics(#args))
}
