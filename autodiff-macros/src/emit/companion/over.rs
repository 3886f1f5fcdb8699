//! `forward_over` and `LOOKS`: what a caller tells and is told about the memory that it lends, see [`mod@spare`](crate::transform::spare); and
//! `forward_for_one_use`, see [`once`](super::super::once), which is told as well.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::hidden::{self, FORWARD_OVER, Program};
use super::signature::{Home, Signature};
use super::{Body, Item};
use crate::transform::spare::{ALWAYS, Spared, kept_ident};

/// The forward sweeps of one order. Of what takes memory by `&mut` there are two: `forward`, whose pullback puts all of it back, and the one that
/// is told (`asks`: and heeds it). What has a companion has one with a pullback for one use, `once`, if that makes a difference.
pub(super) fn forward(sig: &Signature, body: &Body, asks: bool, once: Option<&Body>) -> Vec<Item> {
    let name = Program::Adjoint.name(body.directions());
    if !matches!(sig.home, Home::Companion) || sig.has_functions() || body.directions() > 0 {
        return vec![hidden::forward(sig, &name, body)];
    }
    let is_lent = sig.params.iter().any(|param| param.is_mut());
    let told = |name: &str, kept: TokenStream| {
        let (call, args) = (sig.own(name), &body.params);
        let mut body = Body::new(args.clone(), Vec::new(), quote!(#call(#(#args,)* #kept)));
        body.is_inlined = true;
        body
    };
    let ident = kept_ident();
    let mut once = match once {
        Some(body) => hidden::forward_once(sig, body),
        None if is_lent => hidden::forward_once(sig, &told(FORWARD_OVER, quote!(#ident))),
        None => hidden::forward_once(sig, &told(&name, TokenStream::new())),
    };
    once.params.extend(quote!(#ident: u64));
    if !is_lent {
        return vec![hidden::forward(sig, &name, body), once];
    }
    let (inner, outer) = if asks { (FORWARD_OVER, name.as_str()) } else { (name.as_str(), FORWARD_OVER) };
    let all = if asks { quote!(!0) } else { TokenStream::new() };
    let mut items = [hidden::forward(sig, inner, body), hidden::forward(sig, outer, &told(inner, all)), once];
    items[usize::from(!asks)].params.extend(quote!(#ident: u64));
    items.into()
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
