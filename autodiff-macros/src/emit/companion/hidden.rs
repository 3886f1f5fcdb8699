//! `forward` and `tangent`, of each order: the calling convention between derivatives. It cannot depend on what a caller does not see,
//! so every by-value parameter is passed by reference, and every parameter has a slot of each sort, in higher orders one for each
//! set of directions.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote};
use syn::Type;

use super::super::closure::tangent_or_zero;
use super::signature::{Param, Signature, is_plain_float, named};
use super::types::{owned, without_lifetimes};
use super::{Body, Item};
use crate::ir::Mode;
use crate::lower::function::code_name;

/// Forward and reverse sweep in one. Only some functions have it, and only they call it.
pub(crate) const FUSED: &str = "fused";

/// A forward sweep whose caller says what the pullback has to put back.
pub(crate) const FORWARD_OVER: &str = "forward_over";

/// The same with a pullback that is used up: see [`once`](super::super::once). A shorter name rustc would propose where a callee has no
/// `forward_order_2`.
pub(crate) const FORWARD_ONCE: &str = "forward_for_one_use";

/// What a hidden function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// Forward sweep and pullback.
    Adjoint,
    /// Value and directional derivative.
    Tangent,
}

/// The tangent of order 1 in several directions at once; see [`super::lanes`].
pub(crate) const WIDE: &str = "tangent_wide";

/// Several rows of a Hessian; likewise.
pub(super) const HESSIAN_ROWS: &str = "hessian_rows";

impl Program {
    /// The function's name. Its end is the order of derivatives that it needs: if a callee has it not, rustc's message says so.
    pub(crate) fn name(self, directions: u32) -> String {
        let (name, order) = match self {
            Program::Adjoint => ("forward", directions + 1),
            Program::Tangent => ("tangent", directions),
        };
        if order == 1 { name.to_owned() } else { format!("{name}_order_{order}") }
    }
}

/// A parameter of a hidden function.
pub(super) fn primal_type(param: &Param) -> TokenStream {
    let ty = param.declared();
    if param.by_value() { quote!(&#ty) } else { quote!(#ty) }
}

/// With a tangent for each parameter and set of directions. One that is not given is zero: a caller cannot make one for a constant whose
/// type it cannot see.
fn hidden(sig: &Signature, name: &str, program: Program, body: &Body) -> Item {
    let mut params = TokenStream::new();
    for (name, param) in body.params.iter().zip(&sig.params) {
        if let Some(function) = &param.function {
            let (krate, captures, code) = (&sig.krate, &function.captures, function.code());
            let beside = code_name(&name.to_string());
            params.extend(quote!(#name: #krate::rt::Captured<'_, #captures>, #beside: #code,));
            continue;
        }
        let (name, ty) = (if param.receiver.is_some() { param.shown() } else { name }, primal_type(param));
        params.extend(quote!(#name: #ty,));
    }
    let (krate, mut zeros) = (&sig.krate, TokenStream::new());
    for dots in &body.dots {
        for (i, ((name, param), primal)) in dots.iter().zip(&sig.params).zip(&body.params).enumerate() {
            if let (Some(function), Some(name)) = (&param.function, name) {
                let captures = &function.captures;
                params.extend(quote!(#name: ::core::option::Option<#krate::rt::Dots<'_, #captures>>,));
                continue;
            }
            let Some(name) = name.as_ref().filter(|_| param.active) else {
                params.extend(quote!(_: #krate::rt::Ignored,));
                continue;
            };
            let ty = sig.projection("Tangent", &owned(param.pointee()));
            let slot = if param.is_mut() { quote!(&mut #ty) } else { quote!(&#ty) };
            params.extend(quote!(#name: ::core::option::Option<#slot>,));
            if i >= body.handed_on || param.is_mut() {
                zeros.extend(tangent_or_zero(param.mode, name, primal, &quote!(#krate::rt)));
            }
        }
    }
    let (tokens, is_inlined, body_sets) = (&body.tokens, body.is_inlined, body.dots.len() + 1);
    let body = quote!(#zeros #tokens);
    // Higher orders are there for whoever may want them, mostly nobody: compiled where they are called.
    let inline = is_inlined || ![Program::Adjoint.name(0), Program::Tangent.name(1)].iter().any(|first| first == name);
    let mut item = Item { doc: None, inline, params, body, ..Item::new(sig, name, String::new()) };
    if sig.has_functions() {
        let (generics, clause) = sig.hidden_generics(&item.where_clause, program, body_sets);
        (item.generics, item.where_clause) = (quote!(#generics), clause);
    }
    item
}

/// What a program returns: for each direction a pair of what there is without and with it.
pub(super) fn paired(sig: &Signature, ret: &Type, sets: usize) -> TokenStream {
    let ret_dot = sig.grad(ret);
    let mut by_set = vec![ret.to_token_stream()];
    by_set.resize(sets, ret_dot.to_token_stream());
    pairs(by_set)
}

/// The same of expressions.
pub(super) fn pairs(mut by_set: Vec<TokenStream>) -> TokenStream {
    while by_set.len() > 1 {
        by_set = by_set.chunks(2).map(|pair| quote!((#(#pair),*))).collect();
    }
    by_set.remove(0)
}

/// The type of a shadow, without a projection where none is needed: rustc normalises each that it meets.
pub(super) fn shadow(sig: &Signature, ty: &Type) -> TokenStream {
    match ty {
        Type::Slice(slice) if is_plain_float(&slice.elem) => {
            let elem = &slice.elem;
            quote!([::core::cell::Cell<#elem>])
        }
        ty if is_plain_float(ty) => quote!(::core::cell::Cell<#ty>),
        ty => sig.projection("ShadowOf", ty).into_token_stream(),
    }
}

/// The value, and the pullback with one primal slot and one shadow slot a parameter.
pub(super) fn forward(sig: &Signature, name: &str, body: &Body) -> Item {
    returning(sig, name, body, &quote!(Fn), sig.recursive)
}

/// The same with a pullback for one use.
pub(super) fn forward_once(sig: &Signature, body: &Body) -> Item {
    returning(sig, FORWARD_ONCE, body, &quote!(FnOnce), false)
}

/// `function`: what the pullback is.
fn returning(sig: &Signature, name: &str, body: &Body, function: &TokenStream, boxed: bool) -> Item {
    let (krate, ret, sets) = (&sig.krate, &sig.ret, body.dots.len() + 1);
    let primals = sig.params.iter().map(|param| {
        if let Some(function) = &param.function {
            let captures = &function.captures;
            return quote!(#krate::rt::Again<'_, #captures>);
        }
        let ty = without_lifetimes(&param.ty);
        match param.mode {
            Mode::Copy => quote!(#krate::rt::Ignored),
            Mode::Move => quote!(&#ty),
            Mode::Shared | Mode::Mut | Mode::Function => ty.into_token_stream(),
        }
    });
    let tangents = sig.params.iter().map(|param| {
        if let Some(function) = &param.function {
            let captures = &function.captures;
            return quote!(::core::option::Option<#krate::rt::DotsAgain<'_, #captures>>);
        }
        let ty = sig.projection("Tangent", &without_lifetimes(&owned(param.pointee())));
        match param.mode {
            Mode::Copy => quote!(#krate::rt::Ignored),
            _ if !param.active => quote!(#krate::rt::Ignored),
            Mode::Move | Mode::Shared | Mode::Function => quote!(::core::option::Option<&#ty>),
            Mode::Mut => quote!(::core::option::Option<&mut #ty>),
        }
    });
    let tangents: Vec<TokenStream> = tangents.collect();
    let tangents = std::iter::repeat_n(&tangents, sets - 1).flatten();
    let shadow = |ty| shadow(sig, &without_lifetimes(&owned(ty)));
    let shadows = sig.params.iter().map(|param| {
        if let Some(function) = &param.function {
            let captures = &function.captures;
            quote!(::core::option::Option<#krate::rt::Slots<'_, #captures>>)
        } else if param.active {
            let shadow = shadow(param.pointee());
            quote!(::core::option::Option<&#shadow>)
        } else {
            quote!(#krate::rt::Ignored)
        }
    });
    let shadows: Vec<TokenStream> = shadows.collect();
    let shadows = std::iter::repeat_n(&shadows, sets).flatten();
    let out_bar = shadow(ret);
    let out_bars = std::iter::repeat_n(&out_bar, sets);
    let signature = quote!(#function(#(#primals,)* #(#tangents,)* #(&#out_bars,)* #(#shadows),*));
    // Lifetimes of a trait cannot be left out.
    let outer = sig.member().filter(|_| sig.is_in_trait()).into_iter().flat_map(|member| member.outer.lifetimes());
    let outer = outer.map(|param| param.lifetime.to_token_stream());
    let item = hidden(sig, name, Program::Adjoint, body);
    let captured = if sig.has_functions() {
        let (generics, _) = sig.hidden_generics(&TokenStream::new(), Program::Adjoint, sets);
        sig.hidden_captured(&generics)
    } else {
        sig.captured()
    };
    let captured = outer.chain(captured);
    let pullback = if boxed { quote!(::std::boxed::Box<dyn #signature>) } else { quote!(impl #signature + use<#(#captured),*>) };
    let results = paired(sig, ret, sets);
    Item { ret: quote!(-> (#results, #pullback)), pullback: Some(sets * (2 * sig.params.len() + 1)), boxed, ..item }
}

/// The value and its directional derivative; the tangents of `&mut` parameters are updated in place.
pub(super) fn tangent(sig: &Signature, name: &str, body: &Body) -> Item {
    let results = paired(sig, &sig.ret, body.dots.len() + 1);
    Item { ret: quote!(-> #results), ..hidden(sig, name, Program::Tangent, body) }
}

/// The value, given the cotangent; the gradient is added to the shadows. `None` if the program gives up.
pub(super) fn fused(sig: &Signature, body: &Body, cotangents: &(Ident, Vec<Option<Ident>>)) -> Item {
    let (krate, ret, (out_bar, shadows)) = (&sig.krate, &sig.ret, cotangents);
    let shadow = |ty| sig.projection("ShadowOf", &owned(ty));
    let result = shadow(ret);
    let mut item = hidden(sig, FUSED, Program::Tangent, body);
    item.params.extend(quote!(#out_bar: &#result,));
    for (param, shadow_name) in sig.params.iter().zip(shadows) {
        item.params.extend(match shadow_name.as_ref().filter(|_| param.active) {
            Some(name) => {
                let ty = shadow(param.pointee());
                quote!(#name: ::core::option::Option<&#ty>,)
            }
            None => quote!(_: #krate::rt::Ignored,),
        });
    }
    if body.gives_up {
        let tokens = &item.body;
        item.body = quote!(::core::option::Option::Some({ #tokens }));
        return Item { ret: quote!(-> ::core::option::Option<#ret>), private: true, ..item };
    }
    Item { ret: quote!(-> #ret), private: true, ..item }
}

/// A call of the user's function.
pub(super) fn call(sig: &Signature, args: impl Iterator<Item = TokenStream>) -> TokenStream {
    let mut named = named(&sig.generics);
    named.truncate(named.len() - sig.impl_traits);
    let turbofish = (!named.is_empty()).then(|| quote!(::<#(#named),*>));
    let (name, owner) = (&sig.name, sig.member().map(|member| &member.owner));
    let path = owner.map_or_else(|| quote!(#name), |owner| quote!(#owner::#name));
    quote!(#path #turbofish(#(#args),*))
}

/// Calls the function, for rustc's sake: a private function of which only the derivatives are used is no dead code.
pub(super) fn primal(sig: &Signature) -> Item {
    // Not the parameters' names: one of them may be the function's.
    let args: Vec<_> = (0..sig.params.len()).map(|i| quote::format_ident!("arg{i}")).collect();
    let names = sig.params.iter().zip(&args).map(|(param, arg)| if param.receiver.is_some() { param.shown() } else { arg });
    let types = sig.params.iter().map(Param::declared);
    // The receiver is bound to the name that bodies have for it.
    let passed = sig.params.iter().zip(&args).map(|(param, arg)| if param.receiver.is_some() { &param.ident } else { arg });
    let (call, where_clause, ret) = (call(sig, passed.map(|passed| quote!(#passed))), &sig.generics.where_clause, &sig.ret);
    // What a method returns may be a reference where the derivatives have a copy.
    let (ret, body) = if sig.member().is_some() { (TokenStream::new(), quote!(_ = #call;)) } else { (quote!(-> #ret), call) };
    Item {
        doc: None,
        params: quote!(#(#names: #types),*),
        ret,
        body,
        where_clause: quote!(#where_clause),
        private: true,
        ..Item::new(sig, "primal", String::new())
    }
}
