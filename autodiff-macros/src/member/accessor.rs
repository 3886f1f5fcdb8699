//! Methods that return a reference into what they are called on.
//!
//! Where another method of the same block calls one on `self`, its body is known: it is looked into like a closure, and what it refers to is a
//! place like any other (`lower::sibling`). Elsewhere nothing tells such a call from others, whose results are values of their own: the
//! derivatives of `fn coeffs(&self) -> &[f64]` are those of a method that returns a copy. What is reached through `&mut` would have to stay
//! where it is, and has none.

use syn::spanned::Spanned as _;
use syn::{FnArg, Ident, ItemFn, Pat, ReturnType, Signature, Type, TypeReference, parse_quote, parse_quote_spanned};

use crate::args::{Accessor, Receiver};
use crate::lower::kind;

/// What such a method returns.
fn lent(sig: &Signature) -> Option<&TypeReference> {
    let ReturnType::Type(_, ty) = &sig.output else { return None };
    let Type::Reference(reference) = &**ty else { return None };
    let is_static = reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static");
    (sig.receiver().is_some() && !is_static).then_some(reference)
}

/// It lends what can be changed through it.
pub(super) fn lends_mutably(sig: &Signature) -> bool {
    lent(sig).is_some_and(|reference| reference.mutability.is_some())
}

/// The method as others of its block look into it, if what it lends may carry derivatives. `item` is the method as a function.
pub(super) fn accessor(sig: &Signature, item: &ItemFn) -> Option<Accessor> {
    if kind::of_type(&lent(sig)?.elem).is_inactive() {
        return None;
    }
    let mut params = item.sig.inputs.iter().filter_map(|arg| match arg {
        FnArg::Typed(typed) => Some(&*typed.pat),
        FnArg::Receiver(_) => None,
    });
    let Some(Pat::Ident(receiver)) = params.next() else { return None };
    let body = &item.block;
    Some(Accessor { receiver: receiver.ident.clone(), found: parse_quote!(|#(#params),*| #body) })
}

/// Makes the method one that returns a copy. `item` and `receiver` are the method as a function.
pub(super) fn copied(item: &mut ItemFn, sig: &Signature, receiver: &mut Option<Receiver>) {
    let (Some(_), Some(receiver)) = (lent(sig).filter(|lent| lent.mutability.is_none()), receiver) else { return };
    let ReturnType::Type(_, ty) = &mut item.sig.output else { return };
    let Type::Reference(reference) = &**ty else { return };
    let span = reference.span();
    let (owned, copy): (Type, &str) = match &*reference.elem {
        Type::Slice(slice) => {
            let elem = &slice.elem;
            (parse_quote_spanned!(span=> ::std::vec::Vec<#elem>), "to_vec")
        }
        Type::Path(path) if path.path.is_ident("str") => (parse_quote_spanned!(span=> ::std::string::String), "to_owned"),
        ty => (ty.clone(), "clone"),
    };
    **ty = owned;
    receiver.copied = Some(Ident::new(copy, span));
}
