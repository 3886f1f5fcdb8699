//! Macro invocations: observers, panics, `vec!`, `format!` and `dbg!`.

use super::flow::panics;
use super::term::{Inactive, Term};
use super::{Flow, Lower};
use crate::ir::{Kind, ListForm, Opaque, Stmt};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Expr, Macro, Token};

impl Lower<'_> {
    pub(super) fn macro_stmt(&mut self, mac: &Macro) {
        self.macro_expr(mac, Some(&Kind::Unit));
    }

    pub(super) fn macro_expr(&mut self, mac: &Macro, expected: Option<&Kind>) -> Term {
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        match name.as_str() {
            _ if panics(mac) => {
                self.observe_macro(mac);
                self.flow = Flow::Diverged;
                Term::Unit
            }
            "println" | "eprintln" | "print" | "eprint" | "assert" | "assert_eq" | "assert_ne" | "debug_assert"
            | "debug_assert_eq" | "debug_assert_ne" => {
                self.observe_macro(mac);
                Term::Unit
            }
            "format" => self.text(mac),
            "dbg" => self.dbg(mac, expected),
            "vec" => self.vec(mac, expected),
            "matches" => self.matches(mac, expected),
            _ => self.other_macro(mac, expected),
        }
    }

    fn observe_macro(&mut self, mac: &Macro) {
        if let Some((uses, writes)) = self.macro_uses(mac) {
            let expr = Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: mac.clone() });
            self.stmts.push(Stmt::Observe(Opaque { expr, uses, pure_: false, writes }));
        }
    }

    /// `format!("{x}")` looks at values, and what it makes of them is text.
    fn text(&mut self, mac: &Macro) -> Term {
        let Some((uses, writes)) = self.macro_uses(mac) else { return Term::error() };
        let expr = Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: mac.clone() });
        Term::Inactive(Inactive { opaque: Opaque { expr, uses, pure_: false, writes }, kind: Kind::Passive })
    }

    /// `dbg!(e)` prints, and is `e`.
    fn dbg(&mut self, mac: &Macro, expected: Option<&Kind>) -> Term {
        let Ok(e) = mac.parse_body::<Expr>() else {
            self.observe_macro(mac);
            return Term::Unit;
        };
        let path = &mac.path;
        let term = self.operand(&e, expected);
        let value = self.value(term, expected);
        let mention = self.mention(value);
        let (name, uses) = (&mention.opaque.expr, mention.opaque.uses);
        let expr = syn::parse_quote!(#path!(&#name));
        self.stmts.push(Stmt::Observe(Opaque { expr, uses, pure_: false, writes: false }));
        Term::Value(value)
    }

    fn vec(&mut self, mac: &Macro, expected: Option<&Kind>) -> Term {
        if let Ok((elem, len)) = (|input: syn::parse::ParseStream<'_>| {
            let elem: Expr = input.parse()?;
            input.parse::<Token![;]>()?;
            Ok((elem, input.parse::<Expr>()?))
        })
        .parse2(mac.tokens.clone())
        {
            return self.repeat(&elem, &len, true, expected);
        }
        match Punctuated::<Expr, Token![,]>::parse_terminated.parse2(mac.tokens.clone()) {
            Ok(elems) => {
                let e = Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: mac.clone() });
                self.list(elems.iter(), ListForm::Vec, &e, expected)
            }
            Err(error) => {
                self.errors.extend(error);
                Term::error()
            }
        }
    }

    /// `matches!(e, pat if guard)` as the `match` that it stands for.
    fn matches(&mut self, mac: &Macro, expected: Option<&Kind>) -> Term {
        let parsed = (|input: syn::parse::ParseStream<'_>| {
            let e: Expr = input.parse()?;
            input.parse::<Token![,]>()?;
            let pat = syn::Pat::parse_multi_with_leading_vert(input)?;
            let guard: Option<Expr> = if input.parse::<Option<Token![if]>>()?.is_some() { Some(input.parse()?) } else { None };
            input.parse::<Option<Token![,]>>()?;
            Ok((e, pat, guard))
        })
        .parse2(mac.tokens.clone());
        let Ok((e, pat, guard)) = parsed else { return self.other_macro(mac, expected) };
        let term = self.expr(&e, None);
        if !self.varies(&term) {
            return self.other_macro(mac, expected);
        }
        let guard = guard.map(|guard| quote::quote!(if #guard));
        self.expr(&syn::parse_quote!(match #e { #pat #guard => true, _ => false }), Some(&Kind::Bool))
    }

    fn other_macro(&mut self, mac: &Macro, expected: Option<&Kind>) -> Term {
        let Some((uses, writes)) = self.macro_uses(mac) else { return Term::error() };
        match uses {
            uses if !uses.iter().any(|(_, value)| self.is_varied(*value)) => {
                let e = Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: mac.clone() });
                let opaque = Opaque { expr: e, uses, pure_: false, writes };
                if expected == Some(&Kind::Unit) {
                    self.stmts.push(Stmt::Observe(opaque));
                    return Term::Unit;
                }
                let kind = expected.filter(|kind| super::kind::is_scalar(kind)).cloned().unwrap_or(Kind::Unknown);
                Term::Inactive(Inactive { opaque, kind })
            }
            _ => self.error(
                mac,
                "this macro is not known, and it involves values that may carry derivatives",
                "write what it stands for",
            ),
        }
    }
}
