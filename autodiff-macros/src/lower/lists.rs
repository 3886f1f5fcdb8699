//! Methods of lists that make another one: what stays of a `Vec`, and several lists in one.

use super::iterator::{Chain, Over};
use super::source::{By, Source};
use super::term::Term;
use super::{Lower, kind};
use crate::ir::{Kind, Place};
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprMethodCall, parse_quote, parse_quote_spanned};

impl Lower<'_> {
    /// `v.retain(f)`, `v.dedup()` and their like: what stays is pushed to a new `Vec`, which is assigned.
    pub(super) fn thinned(&mut self, place: &Place, e: &ExprMethodCall, name: &str) -> Option<Term> {
        let (of, f) = (&e.receiver, e.args.first());
        if self.is_field_of_the_callers(place) {
            return Some(self.shortened_for_the_caller(e));
        }
        if !super::from_fn::has_no_effect(of) {
            let help = "bind what it is called on to a variable first";
            return Some(self.error(e, format!("`{name}` of something that is computed"), help));
        }
        let (item, last): (Expr, Expr) = (parse_quote!(#of[__i]), parse_quote!(__kept[__kept.len() - 1]));
        let stays: Expr = match name {
            "retain" => parse_quote!((#f)(&#item)),
            "retain_mut" => parse_quote!((#f)(&mut #item)),
            "dedup" => parse_quote!(__kept.is_empty() || #item != #last),
            "dedup_by_key" => parse_quote!(__kept.is_empty() || (#f)(&mut #item) != (#f)(&mut #last)),
            _ => parse_quote!(__kept.is_empty() || !(#f)(&mut #item, &mut #last)),
        };
        let is_reference = matches!(self.expr(of, None), Term::Ref(..));
        let target: Expr = if is_reference { parse_quote!(*#of) } else { (**of).clone() };
        let thinned: Expr = parse_quote_spanned! {e.span()=> {
            let mut __kept = #of[..0].to_vec();
            for __i in 0..#of.len() {
                if #stays {
                    __kept.push(#item.clone());
                }
            }
            #target = __kept;
        }};
        Some(self.expr(&thinned, Some(&Kind::Unit)))
    }

    /// `rows.concat()`.
    pub(super) fn concatenated(&mut self, place: Place, span: Span) -> Term {
        let all = self.empty_vec(None, None);
        let Term::Value(vec) = all else { unreachable!("memory is a value") };
        self.data_mut(vec).mutable = true;
        self.over(Chain::of(Source::Elements { place, by: By::Ref }), &Over::new(span), &mut |this, row| {
            if let Some(row) = this.elements(row, By::Ref) {
                this.pushed_all(&Place::whole(vec), row, span);
            }
        });
        all
    }

    /// `v.drain(..)`, `v.drain(n..)` and `v.drain(..n)` of what carries derivatives, as a `Vec` of what is taken out.
    pub(super) fn drained(&mut self, e: &ExprMethodCall, range: &syn::ExprRange) -> Option<Term> {
        let of = &e.receiver;
        let receiver = self.expr(of, None);
        let is_reference = matches!(receiver, Term::Ref(..));
        let is_list = matches!(kind::pointee(&self.kind(&receiver)), Kind::Vec(_)) && self.varies(&receiver);
        if !is_list || !super::from_fn::has_no_effect(of) {
            return None;
        }
        if let Term::Place(place) = self.place_of(receiver)
            && (self.is_lent(&place) || self.is_field_of_the_callers(&place))
        {
            return Some(self.shortened_for_the_caller(e));
        }
        let target: Expr = if is_reference { parse_quote!(*#of) } else { (**of).clone() };
        let open = matches!(range.limits, syn::RangeLimits::HalfOpen(_));
        let drained: Expr = match (&range.start, &range.end) {
            (None, None) => parse_quote_spanned!(e.span()=> ::std::mem::take(&mut #target)),
            (Some(from), None) => parse_quote_spanned!(e.span()=> #of.split_off(#from)),
            (None, Some(to)) if open => parse_quote_spanned! {e.span()=> {
                let __rest = #of.split_off(#to);
                ::std::mem::replace(&mut #target, __rest)
            }},
            (_, Some(_)) => return None,
        };
        Some(self.expr(&drained, None))
    }

    /// A list that is written or returned where its items are asked for.
    pub(super) fn made_list(&mut self, e: &Expr) -> Option<Source> {
        let is_list = match e {
            Expr::Array(_) | Expr::Repeat(_) => true,
            Expr::Macro(mac) => mac.mac.path.is_ident("vec"),
            Expr::Call(_) => self.mentions_varied(e),
            _ => false,
        };
        if !is_list {
            return None;
        }
        let list = match self.expr(e, None) {
            Term::Inactive(inactive) => Term::whole(self.evaluate(inactive, "t")),
            list => list,
        };
        self.elements(list, By::Value)
    }
}

/// `[a, b].concat()`, of which the array is never made.
pub(super) fn joined(e: &ExprMethodCall) -> Option<Expr> {
    let (Expr::Array(parts), true) = (&*e.receiver, e.method == "concat" && e.args.is_empty()) else { return None };
    let parts = parts.elems.iter();
    Some(parse_quote_spanned!(e.span()=> {
        let mut __all = Vec::new();
        #(__all.extend_from_slice(&(#parts)[..]);)*
        __all
    }))
}
