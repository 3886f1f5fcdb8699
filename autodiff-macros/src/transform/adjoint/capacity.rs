//! How long records get, where that is known when they are made.
//!
//! A record that grows is copied again and again, and the operating system has to find it twice the memory: in nested loops with little
//! work, that is half of the time.

use super::Sweep;
use crate::analyze::layout::{BlockId, StmtId};
use crate::ir::{Header, Kind, Op, Opaque, Stmt, Value};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{BinOp, Expr, Ident};

/// An expression under construction, and what the names in it stand for.
type Uses = Vec<(Ident, Value)>;

impl Sweep<'_> {
    /// The number of iterations of the loop with body `home`, all loops around it taken together, if their ends are known before
    /// statement `at` of the function's body.
    pub(super) fn capacity(&mut self, at: StmtId, home: BlockId) -> Option<Value> {
        let mut uses = Uses::new();
        let mut product: Option<TokenStream> = None;
        for (lo, hi) in self.ranges_around(at, home)? {
            let (lo, hi) = (self.known(lo, at, &mut uses)?, self.known(hi, at, &mut uses)?);
            let trips = quote!(::core::iter::Iterator::size_hint(&(#lo..#hi)).0);
            product = Some(product.map_or(trips.clone(), |so_far| quote!(#so_far.saturating_mul(#trips))));
        }
        let expr = syn::parse2(product?).expect("a product of numbers of iterations is an expression");
        Some(self.let_("n", Kind::Integer, Op::Opaque(Opaque { expr, uses, pure_: true, writes: false })))
    }

    /// The ranges of the loops from statement `at` down to the one with body `home`, if there is nothing else between them.
    fn ranges_around(&self, at: StmtId, mut home: BlockId) -> Option<Vec<(Value, Value)>> {
        let mut ranges = Vec::new();
        loop {
            let owner = self.layout.blocks[home as usize].owner?;
            let Stmt::Loop(l) = self.layout.stmts[owner as usize] else { return None };
            let Header::Range { lo, hi, inclusive: false, step: None, .. } = l.header else { return None };
            if l.can_stop {
                return None;
            }
            ranges.push((lo, hi));
            if owner == at {
                ranges.reverse();
                return Some(ranges);
            }
            home = self.layout.block[owner as usize];
        }
    }

    /// An integer as an expression of what is there before statement `at`. Arithmetic must not panic where the user's does not run.
    fn known(&self, value: Value, at: StmtId, uses: &mut Uses) -> Option<TokenStream> {
        let there = |def: StmtId| self.layout.home[value.0 as usize] == 0 && def < at;
        if self.layout.def[value.0 as usize].is_none_or(there) {
            let name = format_ident!("n{}", uses.len());
            uses.push((name.clone(), value));
            return Some(quote!(#name));
        }
        match self.layout.op_of(value)? {
            Op::Opaque(opaque) => self.known_expr(&opaque.expr, opaque, self.facts.sizes.is_size(value), at, uses),
            _ => None,
        }
    }

    fn known_expr(&self, expr: &Expr, of: &Opaque, size: bool, at: StmtId, uses: &mut Uses) -> Option<TokenStream> {
        match expr {
            Expr::Lit(literal) => Some(quote!(#literal)),
            Expr::Paren(syn::ExprParen { expr, .. }) | Expr::Group(syn::ExprGroup { expr, .. }) => {
                self.known_expr(expr, of, size, at, uses)
            }
            Expr::Path(path) => {
                let ident = path.path.get_ident()?;
                let (_, value) = of.uses.iter().find(|(name, _)| name == ident)?;
                self.known(*value, at, uses)
            }
            Expr::Binary(binary) if size => {
                let (a, b) =
                    (self.known_expr(&binary.left, of, size, at, uses)?, self.known_expr(&binary.right, of, size, at, uses)?);
                let method = match binary.op {
                    BinOp::Add(_) => format_ident!("saturating_add"),
                    BinOp::Sub(_) => format_ident!("saturating_sub"),
                    BinOp::Mul(_) => format_ident!("saturating_mul"),
                    _ => return None,
                };
                Some(quote!(::core::primitive::usize::#method(#a, #b)))
            }
            _ => None,
        }
    }
}
