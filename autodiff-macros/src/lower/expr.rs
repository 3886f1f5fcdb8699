//! Expressions, one form at a time.

use super::term::{Inactive, Term};
use super::{Lower, free, kind, syntax};
use crate::ir::{Alloc, Class, Kind, ListForm, Op, Opaque};
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{BinOp, Expr};

impl Lower<'_> {
    /// Lowers an expression. `expected` is the kind that its context asks for, if that is known.
    pub(super) fn expr(&mut self, e: &Expr, expected: Option<&Kind>) -> Term {
        match e {
            Expr::Lit(lit) => Term::Inactive(Inactive::constant(e.clone(), literal_kind(lit, expected))),
            Expr::Paren(paren) => self.expr(&paren.expr, expected),
            Expr::Group(group) => self.expr(&group.expr, expected),
            Expr::Path(path) => self.path(path, expected),
            Expr::Unary(unary) => self.unary(unary, expected),
            Expr::Binary(binary) => self.binary(binary, expected),
            Expr::Assign(assign) => self.assign(assign),
            Expr::Index(index) => self.index(index, expected),
            Expr::Field(field) => self.field(field),
            Expr::Reference(reference) => self.reference(reference, expected),
            Expr::Cast(cast) => self.cast(cast),
            Expr::Struct(_) | Expr::Call(_) if let Some(term) = self.made_from_fn(e) => term,
            Expr::Call(call) => self.call(call, expected),
            Expr::MethodCall(call) => self.method(call, expected),
            Expr::Macro(mac) => self.macro_expr(&mac.mac, expected),
            Expr::If(_) | Expr::Match(_) => self.branch(e, expected),
            Expr::Block(block) => self.block_expr(block, expected),
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => self.loop_expr(e, expected),
            Expr::Tuple(tuple) => self.tuple(tuple, expected),
            Expr::Array(array) => self.list(array.elems.iter(), ListForm::Array, e, expected),
            Expr::Repeat(repeat) => self.repeat(&repeat.expr, &repeat.len, false, expected),
            Expr::Closure(closure) => self.closure(closure),
            Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => self.exit(e),
            Expr::Range(range) => self.range_value(range),
            Expr::Unsafe(_) => self.error(
                e,
                "`unsafe` in a differentiated function",
                "move it into a function of its own, without active values",
            ),
            Expr::Async(_) | Expr::Await(_) => self.error(e, "`async` code cannot be differentiated", "compute synchronously"),
            Expr::Try(_) => self.error(e, "`?` in a differentiated function", "match on the result outside of it"),
            Expr::Let(_) => self.error(e, "`let` as a part of this condition", "write an `if let` inside of an `if`"),
            Expr::Struct(literal) => self.struct_literal(literal),
            _ => self.whole(
                e,
                expected,
                "this kind of expression is not understood, and it involves values that may carry derivatives",
                "write it with arithmetic, calls, indexing and control flow",
            ),
        }
    }

    /// Lowers an operand to a value or an inactive expression that does not change any more.
    pub(super) fn operand(&mut self, e: &Expr, expected: Option<&Kind>) -> Term {
        let term = self.expr(e, expected);
        self.settle(term, expected)
    }

    /// A variable or a constant.
    fn path(&mut self, e: &syn::ExprPath, expected: Option<&Kind>) -> Term {
        if let Some(name) = e.path.get_ident().filter(|_| e.qself.is_none())
            && let Some(id) = self.env.lookup(&name.to_string())
        {
            return match self.env.read(id) {
                Some(term) => term,
                None => self.error(
                    name,
                    format!("`{name}` may be read before it is assigned"),
                    "give it a value where it is declared",
                ),
            };
        }
        let kind = match expected {
            Some(kind) if kind::is_scalar(kind) => kind.clone(),
            _ => constant_kind(&e.path),
        };
        Term::Inactive(Inactive::constant(Expr::Path(e.clone()), kind))
    }

    fn cast(&mut self, e: &syn::ExprCast) -> Term {
        let mut term = self.cast_operand(&e.expr);
        if let Term::Inactive(inactive) = &mut term
            && inactive.kind == Kind::Unknown
        {
            // Only scalars can be cast.
            inactive.kind = Kind::Passive;
        }
        let term = self.settle(term, None);
        let kind = kind::of_type(&e.ty);
        if kind == Kind::Float && self.varies(&term) {
            return self.active_cast(term, &e.ty, e);
        }
        let kind = if kind.is_inactive() || kind == Kind::Float { kind } else { Kind::Passive };
        let inactive = self.inactive(term);
        let ty = &e.ty;
        Term::Inactive(inactive.map(|inner| syntax::cast(inner, ty), kind))
    }

    /// Only scalars can be cast, so arithmetic with an integer is that of integers, of whatever type the other operand is.
    fn cast_operand(&mut self, e: &Expr) -> Term {
        let e = match e {
            Expr::Paren(paren) => return self.cast_operand(&paren.expr),
            Expr::Group(group) => return self.cast_operand(&group.expr),
            Expr::Binary(e) if matches!(e.op, BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_) | BinOp::Rem(_)) => e,
            _ => return self.expr(e, None),
        };
        let (a, b) = self.operand_pair(&e.left, &e.right);
        let operands = [a, b];
        let kinds = [0, 1].map(|i| kind::pointee(&self.kind(&operands[i])).clone());
        let varied = operands.iter().any(|operand| self.varies(operand));
        let [a, b] = operands;
        if !varied || !kinds.contains(&Kind::Integer) || !kinds.contains(&Kind::Unknown) {
            return self.arithmetic(e.op, a, b, None, e);
        }
        let (parts, whole) = self.compose(vec![a, b]);
        let (a, b) = (&parts[0], &parts[1]);
        // `| 0`, which floats do not have, lest an operator of the user's makes one of an integer.
        let expr = syntax::binary(&syntax::binary(a, e.op, b), BinOp::BitOr(Default::default()), &syn::parse_quote!(0));
        Term::Inactive(Inactive { opaque: Opaque { expr, ..whole }, kind: Kind::Integer })
    }

    /// A range as a value.
    fn range_value(&mut self, e: &syn::ExprRange) -> Term {
        let mut end = |end: &Option<Box<Expr>>| end.as_ref().map(|end| self.operand(end, Some(&Kind::Integer)));
        let (start, end) = (end(&e.start), end(&e.end));
        let (has_start, has_end) = (start.is_some(), end.is_some());
        let (parts, whole) = self.compose(start.into_iter().chain(end).collect());
        let mut parts = parts.into_iter().map(Box::new);
        let range = syn::ExprRange {
            attrs: Vec::new(),
            start: if has_start { parts.next() } else { None },
            limits: e.limits,
            end: if has_end { parts.next() } else { None },
        };
        Term::Inactive(Inactive { opaque: Opaque { expr: Expr::Range(range), ..whole }, kind: Kind::Passive })
    }

    fn tuple(&mut self, e: &syn::ExprTuple, expected: Option<&Kind>) -> Term {
        if e.elems.is_empty() {
            return Term::Unit;
        }
        let kinds = match expected {
            Some(Kind::Tuple(kinds)) if kinds.len() == e.elems.len() => Some(kinds),
            _ => None,
        };
        let parts = self.in_order(e.elems.iter().enumerate(), |this, (i, elem)| {
            let expected = kinds.map(|kinds| &kinds[i]);
            let part = this.expr(elem, expected);
            this.component(part, expected)
        });
        Term::Tuple(parts)
    }

    /// A component of a tuple: evaluated now, but memory stays where it is until the tuple is bound.
    fn component(&mut self, term: Term, expected: Option<&Kind>) -> Term {
        match term {
            Term::Ref(..) | Term::Tuple(_) | Term::Closure(_) | Term::Iterator(_) => term,
            term => self.settle(term, expected),
        }
    }

    /// `[a, b]` and `vec![a, b]`.
    pub(super) fn list<'a>(
        &mut self,
        elems: impl Iterator<Item = &'a Expr>,
        form: ListForm,
        e: &Expr,
        expected: Option<&Kind>,
    ) -> Term {
        let elem_kind = expected.map(kind::element).filter(|kind| *kind != Kind::Unknown);
        let terms = self.in_order(elems, |this, elem| this.operand(elem, elem_kind.as_ref()));
        self.list_of(terms, form, elem_kind.as_ref(), e.span())
    }

    /// A list of evaluated elements.
    pub(super) fn list_of(&mut self, mut terms: Vec<Term>, form: ListForm, elem_kind: Option<&Kind>, span: Span) -> Term {
        let mut kind = terms.iter().map(|term| self.kind(term)).reduce(|a, b| kind::join(&a, &b)).unwrap_or(Kind::Unknown);
        if let (Kind::Passive | Kind::Unknown | Kind::Integer, Some(known)) = (&kind, elem_kind) {
            kind = known.clone();
        }
        let varied = terms.iter().any(|term| self.varies(term));
        let constant = terms.iter().all(|term| matches!(term, Term::Inactive(inactive) if inactive.opaque.uses.is_empty()));
        let literal = |term: &Term| matches!(term, Term::Inactive(inactive) if matches!(inactive.opaque.expr, Expr::Lit(_)));
        if kind == Kind::Passive && !terms.iter().all(literal) {
            kind = Kind::Unknown;
        }
        if form == ListForm::Array && constant {
            let (parts, whole) = self.compose(terms);
            let opaque = Opaque { expr: syn::parse_quote!([#(#parts),*]), ..whole };
            return Term::Inactive(Inactive { opaque, kind: Kind::Array(Box::new(kind)) });
        }
        if kind == Kind::Unknown {
            terms = terms.into_iter().map(|term| self.element_term(term)).collect();
        }
        let elems = terms.into_iter().map(|term| self.moved(term, Some(&kind))).collect();
        let kind = match form {
            ListForm::Vec => Kind::Vec(Box::new(kind)),
            ListForm::Array | ListForm::Tuple => Kind::Array(Box::new(kind)),
        };
        Term::Value(self.let_("t", Class::Owner, kind, Op::Alloc(Alloc::List { elems, form }), span, varied))
    }

    /// An element of a list. What takes its place later may carry derivatives, though a constant of a type that cannot be seen does not.
    pub(super) fn element_term(&mut self, term: Term) -> Term {
        match &term {
            Term::Inactive(inactive) if matches!(inactive.opaque.expr, Expr::Lit(_)) => term,
            Term::Inactive(_) | Term::Value(_) if self.kind(&term) == Kind::Passive => self.as_unknown(term),
            _ => term,
        }
    }

    /// A constant of a type that cannot be seen as memory, if it is one.
    pub(super) fn as_unknown(&mut self, term: Term) -> Term {
        if !matches!(self.kind(&term), Kind::Passive | Kind::Unknown) || self.varies(&term) {
            return term;
        }
        if let Term::Value(value) = term
            && self.data(value).class == Class::Owner
        {
            return term;
        }
        let inactive = self.inactive(term);
        Term::Value(self.evaluate(Inactive { kind: Kind::Unknown, ..inactive }, "t"))
    }

    /// `[elem; len]` and `vec![elem; len]`.
    pub(super) fn repeat(&mut self, elem: &Expr, len: &Expr, vec: bool, expected: Option<&Kind>) -> Term {
        let elem_kind = expected.map(kind::element).filter(|kind| *kind != Kind::Unknown);
        let span = elem.span();
        let term = self.operand(elem, elem_kind.as_ref());
        let term = self.element_term(term);
        let varied = self.varies(&term);
        let elem = self.moved(term, elem_kind.as_ref());
        let len = self.operand(len, Some(&Kind::Integer));
        let len = self.value(len, Some(&Kind::Integer));
        let kind = Box::new(self.data(elem).kind.clone());
        let kind = if vec { Kind::Vec(kind) } else { Kind::Array(kind) };
        Term::Value(self.let_("t", Class::Owner, kind, Op::Alloc(Alloc::Repeat { elem, len, vec }), span, varied))
    }

    /// Keeps an expression as it is, if nothing in it carries derivatives; otherwise reports `what`.
    pub(super) fn whole(&mut self, e: &Expr, expected: Option<&Kind>, what: &str, instead: &str) -> Term {
        let free = free::of_expr(e);
        let Some(uses) = self.uses(&free.names) else {
            return self.error(e, what, instead);
        };
        let varied = |this: &Self| uses.iter().any(|(_, value)| this.is_varied(*value));
        if free.exits || !free.assigned.is_empty() || varied(self) && !self.selects(e) {
            return self.error(e, what, instead);
        }
        if let Err(name) = self.changes(&free) {
            self.refuse_change(&name, "an expression that is kept as it is");
            return Term::error();
        }
        let kind = match expected {
            Some(kind) if kind::is_scalar(kind) => kind.clone(),
            _ => Kind::Unknown,
        };
        let writes = uses
            .iter()
            .any(|(_, value)| self.data(*value).mutable || matches!(self.data(*value).class, Class::View { mutable: true }));
        Term::Inactive(Inactive { opaque: Opaque { expr: e.clone(), uses, pure_: false, writes }, kind })
    }
}

fn literal_kind(lit: &syn::ExprLit, expected: Option<&Kind>) -> Kind {
    match &lit.lit {
        syn::Lit::Float(_) => Kind::Float,
        syn::Lit::Int(int) if int.suffix().starts_with('f') => Kind::Float,
        syn::Lit::Int(_) => Kind::Integer,
        syn::Lit::Bool(_) => Kind::Bool,
        _ => expected.filter(|kind| kind::is_scalar(kind)).cloned().unwrap_or(Kind::Passive),
    }
}

/// `f64::consts::PI`, `f64::EPSILON`, `i32::MAX`; other constants may be anything inactive.
fn constant_kind(path: &syn::Path) -> Kind {
    for segment in &path.segments {
        match segment.ident.to_string().as_str() {
            "f32" | "f64" | "consts" => return Kind::Float,
            "usize" | "u8" | "u16" | "u32" | "u64" | "u128" | "isize" | "i8" | "i16" | "i32" | "i64" | "i128" => {
                return Kind::Integer;
            }
            _ => {}
        }
    }
    Kind::Passive
}
