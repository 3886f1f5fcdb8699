//! Gradients of functions that return `Result<f64, E>` or `Option<f64>`: they come in the same wrapper, and an error comes out as the
//! function made it.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{GenericArgument, PathArguments, Type};

use super::buffers::{self, Buffer, Write};
use super::signature::{Param, Signature, is_plain_float, ungrouped};
use super::{Has, Item, Locals, Sweeps, list};
use crate::alias::is_behind_alias;

impl Signature {
    /// The float in the `Option` or `Result` that is returned.
    pub(super) fn wrapped_float(&self) -> Option<&Type> {
        // Of a type parameter's rustc cannot tell here what its gradient is.
        let may_be = |value: &Type| is_behind_alias(value) && self.mentioned_params([value].into_iter()).is_empty();
        self.wrapped().filter(|value| self.is_float(value) || may_be(value))
    }

    /// What is in the `Option` or `Result` that is returned.
    pub(super) fn wrapped(&self) -> Option<&Type> {
        let Type::Path(path) = ungrouped(&self.ret) else { return None };
        let last = path.path.segments.last()?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        let GenericArgument::Type(value) = arguments.args.first()? else { return None };
        let is_wrapper = last.ident == "Option" || last.ident == "Result";
        is_wrapper.then_some(value)
    }

    /// Whether a float is returned in an alias of a wrapper says only its type: what needs one asks for it.
    pub(super) fn demand_float(&self, item: &mut Item) {
        let Some(bound) = self.held_float() else { return };
        let (value, others) = (self.value_type(), std::mem::take(&mut item.where_clause).into_iter().skip(1));
        // With a lifetime in front rustc asks where it is called, not here.
        item.where_clause = quote!(where for<'held> #value: #bound, #(#others)*);
    }

    /// The trait by which the value in an alias of a wrapper is a float.
    fn held_float(&self) -> Option<TokenStream> {
        let (value, krate) = (self.wrapped_float().filter(|value| is_behind_alias(value))?, &self.krate);
        Some(quote!(#krate::rt::HeldFloat<<#value as #krate::rt::Differentiable>::Zeros, #krate::rt::Grad<#value>>))
    }

    /// The cotangent 1 of the float in the wrapper that is returned.
    pub(super) fn one_held(&self) -> TokenStream {
        let (krate, value) = (&self.krate, self.value_type());
        match self.held_float() {
            Some(held) => quote!(<#value as #held>::cotangent(1)),
            None if is_plain_float(value) => quote!(1.0),
            None => quote!(#krate::rt::float::<#value>(1)),
        }
    }

    /// The shadow of the wrapper that is returned, with the cotangent 1 or 0.
    pub(super) fn seed_held(&self, n: i32) -> TokenStream {
        let value = self.value_type();
        let cell = match (self.held_float(), n) {
            (Some(held), n) => {
                let n = proc_macro2::Literal::i32_unsuffixed(n);
                quote!(<#value as #held>::shadow(#n))
            }
            (None, 0) => quote!(::core::cell::Cell::new(<#value as ::core::default::Default>::default())),
            (None, _) => {
                let one = self.one_held();
                quote!(::core::cell::Cell::new(#one))
            }
        };
        quote!(&::core::option::Option::Some(#cell))
    }

    /// Another shadow of the wrapper that is returned, with the cotangent that a shadow of the float holds.
    pub(super) fn seed_copied(&self, shadow: &TokenStream) -> TokenStream {
        let value = self.value_type();
        let cell = match self.held_float() {
            Some(held) => quote!(<#value as #held>::copied(&#shadow)),
            None => quote!(::core::cell::Cell::new(#shadow.get())),
        };
        quote!(&::core::option::Option::Some(#cell))
    }

    /// There is nothing in it.
    pub(super) fn wraps_unit(&self) -> bool {
        matches!(self.wrapped().map(ungrouped), Some(Type::Tuple(parts)) if parts.elems.is_empty())
    }

    /// What is returned, without an `Option` or `Result` around it.
    pub(super) fn value_type(&self) -> &Type {
        self.wrapped().unwrap_or(&self.ret)
    }

    /// `Some` or `Ok`, if there is such a wrapper.
    pub(super) fn wrapping(&self) -> Option<TokenStream> {
        let Type::Path(path) = ungrouped(&self.ret) else { return None };
        let is_option = path.path.segments.last()?.ident == "Option";
        self.wrapped()?;
        Some(if is_option { quote!(::core::option::Option::Some) } else { quote!(::core::result::Result::Ok) })
    }

    /// A function's result beside something else, in the wrapper of the result.
    pub(super) fn with_result(&self, other: &TokenStream) -> TokenStream {
        let value = self.value_type();
        let pair = quote!((#value, #other));
        if self.wrapped().is_some() { self.rewrapped(&pair) } else { pair }
    }

    /// The wrapper that is returned, around something else.
    pub(super) fn rewrapped(&self, value: &TokenStream) -> TokenStream {
        let mut ty = ungrouped(&self.ret).clone();
        if let Type::Path(path) = &mut ty
            && let Some(last) = path.path.segments.last_mut()
            && let PathArguments::AngleBracketed(arguments) = &mut last.arguments
            && let Some(first) = arguments.args.first_mut()
        {
            *first = GenericArgument::Type(Type::Verbatim(value.clone()));
        }
        quote!(#ty)
    }
}

/// All that returns a gradient.
pub(super) fn all(sig: &Signature, has: Has) -> Vec<Item> {
    match sig.wrapped_float() {
        Some(float) => vec![
            grad(sig),
            value_and_grad(sig, float),
            into(sig, has, Write::Over, "value_and_grad_into", "overwrites the buffers with its gradient"),
            into(sig, has, Write::Add, "value_and_grad_add", "adds its gradient to the buffers"),
        ],
        None => Vec::new(),
    }
}

const NO_VALUE: &str = "What the function returns instead of a value is returned as it is";

fn grad(sig: &Signature) -> Item {
    let (value_and_grad, args, ret) = (sig.own("value_and_grad"), sig.passed_on(), sig.rewrapped(&sig.gradient()));
    let doc = format!("The gradient of [`{}()`] with respect to {}. {NO_VALUE}.", sig.name, list(sig));
    Item {
        params: sig.public_params(),
        ret: quote!(-> #ret),
        body: quote!(#value_and_grad(#args).map(|(_, gradient)| gradient)),
        ..Item::new(sig, "grad", doc)
    }
}

fn value_and_grad(sig: &Signature, float: &Type) -> Item {
    let (vjp, args, one, krate) = (sig.own("vjp"), sig.passed_on(), sig.one_held(), &sig.krate);
    let Locals { mut names, y, pull, .. } = Locals::new(sig);
    let outputs: Vec<(&Param, Ident)> =
        sig.active().filter(|param| param.is_mut()).map(|param| (param, names.derived(&param.ident, "_bar"))).collect();
    let zeros = outputs.iter().map(|(param, bar)| {
        let looked_at = sig.looked_at(param);
        quote!(let #bar = #krate::rt::zero_grad(#looked_at);)
    });
    let bars = outputs.iter().map(|(_, bar)| bar);
    let gradient = sig.gradient();
    let ret = sig.rewrapped(&quote!((#float, #gradient)));
    let doc = format!("The value of [`{}()`] and its gradient with respect to {}. {NO_VALUE}.", sig.name, list(sig));
    let body = quote! {
        #(#zeros)*
        #vjp(#args).map(|(#y, #pull)| (#y, #pull(#one, #(#bars),*)))
    };
    Item { params: sig.public_params(), ret: quote!(-> #ret), body, ..Item::new(sig, "value_and_grad", doc) }
}

fn into(sig: &Signature, has: Has, write: Write, name: &str, what: &str) -> Item {
    let mut locals = Locals::new(sig);
    let buffers = Buffer::all(sig, write, &mut locals.names);
    let (primals, declared) = (sig.public_params(), buffers.iter().map(|buffer| buffer.declare(sig)));
    let (slot, ret, krate, y) = (sig.seed_held(1), &sig.ret, &sig.krate, locals.y.clone());
    // The buffers of `&mut` parameters would be cotangents, and nothing flows into them here.
    let outputs = buffers.iter().filter(|buffer| buffer.is_cotangent()).map(|buffer| buffer.name());
    let clear: TokenStream = outputs.map(|bar| quote!(#krate::rt::clear_tangent(&mut *#bar);)).collect();
    let seed = quote! {
        if !#krate::rt::Wrapper::__has_value(&#y) {
            return #y;
        }
        #clear
    };
    let body = buffers::body(sig, &mut locals, &buffers, &seed, &slot, Has { sweeps: Sweeps::Two, ..has });
    let doc = format!(
        "The value of [`{}()`]; {what} with respect to {}. {NO_VALUE}, and the buffers are left alone.{}",
        sig.name,
        list(sig),
        buffers::UNSPECIFIED
    );
    Item { params: quote!(#primals #(#declared)*), ret: quote!(-> #ret), body, ..Item::new(sig, name, doc) }
}
