//! The forward sweeps of a companion. `forward_over` and `LOOKS`: what a caller tells and is told about the memory that it lends, see
//! [`mod@spare`](crate::transform::spare). `forward_for_one_use`: see [`once`](super::super::once).

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::hidden::{self, FORWARD_OVER, Program};
use super::signature::{Home, Signature};
use super::{Body, Item};
use crate::transform::spare::{ALWAYS, Spared, kept_ident};

/// Those of one order. Of what takes memory by `&mut` there are two: `forward`, whose pullback puts all of it back, and the one that is told
/// (`asks`: and heeds it).
pub(super) fn forward(sig: &Signature, body: &Body, asks: bool) -> Vec<Item> {
    let name = Program::Adjoint.name(body.directions());
    let is_lent = sig.params.iter().any(|param| param.is_mut());
    if !matches!(sig.home, Home::Companion) || sig.has_functions() || body.directions() > 0 || !is_lent {
        return vec![hidden::forward(sig, &name, body)];
    }
    let ident = kept_ident();
    let (inner, outer) = if asks { (FORWARD_OVER, name.as_str()) } else { (name.as_str(), FORWARD_OVER) };
    let (call, args) = (sig.own(inner), &body.params);
    let all = asks.then(|| quote!(!0));
    let mut passing_on = Body::new(body.params.clone(), Vec::new(), quote!(#call(#(#args,)* #all)));
    passing_on.is_inlined = true;
    let mut items = [hidden::forward(sig, inner, body), hidden::forward(sig, outer, &passing_on)];
    items[usize::from(!asks)].params.extend(quote!(#ident: u64));
    items.into()
}

/// The one whose pullback runs once, which is told as well.
pub(super) fn forward_once(sig: &Signature, body: &Body) -> Item {
    let (mut item, ident) = (hidden::forward_once(sig, body), kept_ident());
    item.params.extend(quote!(#ident: u64));
    item
}

/// For each parameter for whose adjoints the pullback looks at it.
pub(super) fn looks(sig: &Signature, spared: Option<&Spared>) -> TokenStream {
    if !matches!(sig.home, Home::Companion) {
        return TokenStream::new();
    }
    let known = |i: usize| spared.and_then(|spared| spared.looks.get(i)).copied().unwrap_or(ALWAYS);
    let (count, looks) =
        (Literal::usize_unsuffixed(sig.params.len()), (0..sig.params.len()).map(|i| Literal::u64_unsuffixed(known(i))));
    quote! {
        #[doc(hidden)]
        pub const LOOKS: [u64; #count] = [#(#looks),*];
    }
}
