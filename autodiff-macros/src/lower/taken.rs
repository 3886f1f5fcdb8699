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
        // A type of the user's may have such methods, too: `replace` more likely than `take`.
        match self.written_type(&e.receiver) {
            Some(ty) if !is_option(&ty) => return None,
            None if e.method == "replace" => return None,
            _ => {}
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

    /// The type of a variable, if it is written; the receiver of a method is of the user's type.
    fn written_type(&self, e: &Expr) -> Option<syn::Type> {
        let Expr::Path(path) = e else { return None };
        let name = path.path.get_ident()?;
        if Some(name) == self.receiver.as_ref() {
            return Some(syn::parse_quote!(Self));
        }
        self.env.lookup(&name.to_string()).and_then(|id| self.env.vars[id.0].ty.clone())
    }
}

fn is_option(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Reference(reference) => is_option(&reference.elem),
        syn::Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Option"),
        _ => false,
    }
}
