//! `rev()`: chains from their ends.

use super::Lower;
use super::adaptor::as_source;
use super::iterator::{Chain, Head};
use super::source::{By, Source};
use super::stage::Stage;
use crate::ir::{Alloc, Class, Kind, Op, Opaque, Place};
use proc_macro2::Span;

impl Lower<'_> {
    /// The chain from its end.
    pub(super) fn reversed(&mut self, chain: Chain) -> Option<Chain> {
        let chain = match as_source(self.with_known_length(chain)) {
            Ok(source) => return Some(Chain::of(Source::Rev(Box::new(source)))),
            Err(chain) => chain,
        };
        let stages = chain.stages.into_iter().map(Stage::reversed).collect::<Option<_>>()?;
        let head = match chain.head {
            Head::Items(items) if !items.writes => {
                let expr = &items.expr;
                Head::Items(Opaque { expr: syn::parse_quote!((#expr).rev()), ..items })
            }
            Head::Indexed(source) => Head::Indexed(Source::Rev(Box::new(source))),
            Head::Both(a, b) => Head::Both(Box::new(self.reversed(*b)?), Box::new(self.reversed(*a)?)),
            Head::Items(_) | Head::Successors(..) | Head::FromFn(_) => return None,
        };
        Some(Chain { head, stages })
    }

    /// An iterator of the user's that is zipped with something of known length: from the end it is iterated over in a `Vec`.
    fn with_known_length(&mut self, mut chain: Chain) -> Chain {
        let Head::Items(items) = &chain.head else { return chain };
        let zipped = match chain.stages.first() {
            Some(Stage::Zip { other, .. }) => Source::Zip(Box::new(self.in_a_vec(items)), Box::new(other.clone())),
            Some(Stage::ZipBehind { first, .. }) => Source::Zip(Box::new(first.clone()), Box::new(self.in_a_vec(items))),
            _ => return chain,
        };
        chain.stages.remove(0);
        Chain { head: Head::Indexed(zipped), ..chain }
    }

    fn in_a_vec(&mut self, items: &Opaque) -> Source {
        let (expr, kind) = (&items.expr, Kind::Vec(Box::new(Kind::Passive)));
        let items = Opaque { expr: syn::parse_quote!((#expr).collect::<::std::vec::Vec<_>>()), ..items.clone() };
        let vec = self.let_("items", Class::Owner, kind, Op::Alloc(Alloc::Opaque(items)), Span::mixed_site(), false);
        Source::Elements { place: Place::whole(vec), by: By::Value }
    }
}
