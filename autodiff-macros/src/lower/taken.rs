//! `option.take()` and `option.replace(value)`, which are `std::mem::replace(&mut option, …)`.

use super::Lower;
use super::term::Term;
use crate::ir::Kind;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprMethodCall};

impl Lower<'_> {
    /// What was in an option, which holds something else from then on. `None` if neither carries derivatives: then the call stays as it is.
    pub(super) fn taken(&mut self, e: &ExprMethodCall, expected: Option<&Kind>) -> Option<Term> {
        let new: Expr = match (e.method.to_string().as_str(), e.args.first(), e.args.len()) {
            ("take", None, 0) => syn::parse_quote_spanned!(e.method.span()=> ::core::option::Option::None),
            ("replace", Some(value), 1) => syn::parse_quote_spanned!(value.span()=> ::core::option::Option::Some(#value)),
            _ => return None,
        };
        if !matches!(&*e.receiver, Expr::Path(_) | Expr::Field(_) | Expr::Index(_) | Expr::Unary(_)) {
            return None;
        }
        let mark = self.mark();
        let receiver = self.expr(&e.receiver, None);
        let varied = self.varies(&receiver) || e.args.iter().any(|arg| self.mentions_varied(arg));
        let is_reference = matches!(receiver, Term::Ref(..));
        self.rollback(&mark);
        if !varied || matches!(receiver, Term::Iterator(_)) {
            return None;
        }
        let place = &e.receiver;
        let place: Expr = if is_reference { syn::parse_quote!(*#place) } else { syn::parse_quote!(#place) };
        let exchanged = syn::parse_quote_spanned!(e.span()=> ::std::mem::replace(&mut #place, #new));
        Some(self.expr(&exchanged, expected))
    }
}
