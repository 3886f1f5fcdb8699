//! Operators: primitives on active values, expressions on inactive ones.

use super::term::{Inactive, Term};
use super::{Lower, syntax};
use crate::ir::{Class, Kind, Op, Opaque, Place, Value};
use crate::rules::{self, Form, Prim};
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{BinOp, Expr, UnOp};

impl Lower<'_> {
    /// `-x`, `!x`, `*x`.
    pub(super) fn unary(&mut self, e: &syn::ExprUnary, expected: Option<&Kind>) -> Term {
        let op = &e.op;
        match op {
            UnOp::Deref(_) => {
                let term = self.expr(&e.expr, expected);
                self.deref(term)
            }
            UnOp::Neg(_) => {
                let term = self.operand(&e.expr, arithmetic(expected));
                if self.varies(&term) {
                    return self.prim(rules::by_name("neg"), vec![term], expected, e.span());
                }
                let kind = self.kind(&term);
                Term::Inactive(self.inactive(term).map(|inner| syntax::unary(*op, inner), kind))
            }
            _ => {
                let term = self.operand(&e.expr, expected);
                let kind = self.kind(&term);
                let kind = if matches!(kind, Kind::Integer | Kind::Bool) { kind } else { Kind::Bool };
                Term::Inactive(self.inactive(term).map(|inner| syntax::unary(*op, inner), kind))
            }
        }
    }

    /// Binary operators, and compound assignment.
    pub(super) fn binary(&mut self, e: &syn::ExprBinary, expected: Option<&Kind>) -> Term {
        match e.op {
            BinOp::And(_) | BinOp::Or(_) => self.short_circuit(e),
            BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) => self.comparison(e),
            _ => match assigning(&e.op) {
                Some(op) => self.compound_assign(e, op),
                None => {
                    let of_bools = matches!(e.op, BinOp::BitAnd(_) | BinOp::BitOr(_) | BinOp::BitXor(_));
                    let operand = expected.filter(|kind| of_bools && **kind == Kind::Bool).or(operand_kind(expected));
                    let (a, b) = self.operands(&e.left, &e.right, operand);
                    self.arithmetic(e.op, a, b, expected, e)
                }
            },
        }
    }

    /// Two operands of one arithmetic operator. Beside one whose type is not known, the other is not taken for a float.
    fn operands(&mut self, left: &Expr, right: &Expr, expected: Option<&Kind>) -> (Term, Term) {
        let (mark, guesses) = (self.mark(), self.guesses);
        let a = self.operand(left, expected);
        let since = self.stmts.len();
        let hint = expected.cloned().or(self.hides_type(&a).then_some(Kind::Unknown));
        let b = self.operand(right, hint.as_ref());
        let a = self.as_it_was(a, since);
        if expected.is_some() || self.guesses == guesses || !self.hides_type(&b) {
            return (a, b);
        }
        self.rollback(&mark);
        let a = self.operand(left, Some(&Kind::Unknown));
        let since = self.stmts.len();
        let b = self.operand(right, Some(&Kind::Unknown));
        (self.as_it_was(a, since), b)
    }

    /// Two operands of which nothing is expected.
    pub(super) fn operand_pair(&mut self, left: &Expr, right: &Expr) -> (Term, Term) {
        let a = self.operand(left, None);
        let since = self.stmts.len();
        let b = self.operand(right, None);
        (self.as_it_was(a, since), b)
    }

    /// It carries derivatives, and of what type it is cannot be seen.
    fn hides_type(&self, term: &Term) -> bool {
        *super::kind::pointee(&self.kind(term)) == Kind::Unknown && self.varies(term)
    }

    /// `a op b` on lowered operands.
    pub(super) fn arithmetic(
        &mut self,
        op: BinOp,
        a: Term,
        b: Term,
        expected: Option<&Kind>,
        tokens: &dyn quote::ToTokens,
    ) -> Term {
        if !self.varies(&a) && !self.varies(&b) {
            let kind = inactive_kind(&self.kind(&a), &self.kind(&b), expected);
            let (parts, whole) = self.compose(vec![a, b]);
            let (a, b) = (&parts[0], &parts[1]);
            return Term::Inactive(Inactive { opaque: Opaque { expr: syntax::binary(a, op, b), ..whole }, kind });
        }
        match rules::by_operator(&quote::ToTokens::to_token_stream(&op).to_string()) {
            Some(prim) => self.prim(prim, vec![a, b], expected, tokens.span()),
            None => self.error(tokens, "this operator has no derivative", "use `+ - * / %` on floats"),
        }
    }

    /// A primitive. The result is a float, unless an operand is of unknown kind.
    pub(super) fn prim(&mut self, prim: Prim, args: Vec<Term>, expected: Option<&Kind>, span: Span) -> Term {
        self.prim_of(prim, args, expected, expected, span)
    }

    /// The same with other expectations of the operands than of the result.
    pub(super) fn prim_of(
        &mut self,
        prim: Prim,
        args: Vec<Term>,
        operands: Option<&Kind>,
        expected: Option<&Kind>,
        span: Span,
    ) -> Term {
        let varied = args.iter().any(|arg| self.varies(arg));
        let params = prim.rule().params;
        let beside_float = args.iter().any(|arg| *super::kind::pointee(&self.kind(arg)) == Kind::Float);
        let mut hidden = false;
        let args: Vec<Value> = args
            .into_iter()
            .enumerate()
            .map(|(i, arg)| {
                let arg = match arg {
                    // A method finds its receiver through the reference.
                    Term::Ref(true, to) if i == 0 && prim.rule().form == Form::Method => *to,
                    arg => arg,
                };
                if let Some(view) = self.unknown_reference(&arg, operands) {
                    return view;
                }
                let integer = params.get(i).is_some_and(|param| param.integer);
                let constant = !self.varies(&arg) && matches!(self.kind(&arg), Kind::Passive | Kind::Unknown);
                let kind = match integer {
                    true => Some(Kind::Integer),
                    false => arithmetic(operands).cloned(),
                };
                if kind.is_some() || !constant || !beside_float {
                    return self.value(arg, kind.as_ref());
                }
                // Most of what stands beside floats are floats.
                if operands != Some(&Kind::Unknown) && !self.is_bound_by_pattern(&arg) {
                    self.guesses += 1;
                    return self.value(arg, Some(&Kind::Float));
                }
                hidden = true;
                self.value(arg, None)
            })
            .collect();
        let is_unknown = |arg: &Value| *super::kind::pointee(&self.data(*arg).kind) == Kind::Unknown;
        let unknown = (hidden || args.iter().any(is_unknown)) && expected != Some(&Kind::Float);
        let (class, kind) = if unknown { (Class::Owner, Kind::Unknown) } else { (Class::Plain, Kind::Float) };
        Term::Value(self.let_("t", class, kind, Op::Prim { prim, args }, span, varied))
    }

    /// A constant that a pattern of the user's took out of something of a type that cannot be seen.
    fn is_bound_by_pattern(&self, term: &Term) -> bool {
        match term {
            Term::Value(value) => self.data(*value).may_refer,
            Term::Inactive(inactive) => inactive.opaque.uses.iter().any(|(_, value)| self.data(*value).may_refer),
            Term::Ref(_, to) => self.is_bound_by_pattern(to),
            Term::Place(_) | Term::Unit | Term::Tuple(_) | Term::Closure(_) | Term::Iterator(_) => false,
        }
    }

    /// An operand `&a` of unknown type: it is not copied, and the operator may be another one than that of `a`.
    fn unknown_reference(&mut self, term: &Term, expected: Option<&Kind>) -> Option<Value> {
        let Term::Ref(mutable, to) = term else { return None };
        let place = match self.dereferenced((**to).clone()) {
            Term::Place(place) => place,
            Term::Value(value) if self.data(value).class == Class::Owner => Place::whole(value),
            _ => return None,
        };
        let is_unknown = arithmetic(expected).is_none() && self.place_kind(&place) == Kind::Unknown;
        is_unknown.then(|| self.view(*mutable, Term::Place(place), "t"))
    }

    fn comparison(&mut self, e: &syn::ExprBinary) -> Term {
        // Both are borrowed, but for numbers, which are read now: what the second changes is not what the first one is.
        let a = self.operand(&e.left, None);
        let b = self.operand(&e.right, None);
        let op = e.op;
        let (parts, whole) = self.compose(vec![a, b]);
        let (a, b) = (&parts[0], &parts[1]);
        Term::Inactive(Inactive { opaque: Opaque { expr: syntax::binary(a, op, b), ..whole }, kind: Kind::Bool })
    }

    /// `a && b`: the second operand is evaluated only if the first allows it, so it must not be taken apart before.
    fn short_circuit(&mut self, e: &syn::ExprBinary) -> Term {
        let a = self.operand(&e.left, Some(&Kind::Bool));
        let mark = self.mark();
        let (stmts, b) = self.nested(|this| {
            let b = this.expr(&e.right, Some(&Kind::Bool));
            this.inactive(b)
        });
        let op = e.op;
        if stmts.is_empty() {
            let (parts, whole) = self.compose(vec![a, Term::Inactive(b)]);
            let (a, b) = (&parts[0], &parts[1]);
            return Term::Inactive(Inactive { opaque: Opaque { expr: syntax::binary(a, op, b), ..whole }, kind: Kind::Bool });
        }
        self.rollback(&mark);
        if let Some(term) = self.kept_whole(e, a.clone()) {
            return term;
        }
        let and = matches!(e.op, BinOp::And(_));
        self.either(a, Some(&Kind::Bool), |this, arm| match arm == and {
            true => this.expr(&e.right, Some(&Kind::Bool)),
            false => Term::bool(!and),
        })
    }

    /// Among variables are a mutable reference and what it refers into, which are not lent as wholes at the same time.
    fn borrows_twice(&self, names: &[proc_macro2::Ident]) -> bool {
        fn base(term: &Term) -> Option<Value> {
            match term {
                Term::Place(place) => Some(place.base),
                Term::Ref(_, to) => base(to),
                Term::Unit | Term::Inactive(_) | Term::Value(_) | Term::Tuple(_) | Term::Closure(_) | Term::Iterator(_) => None,
            }
        }
        let term = |name: &proc_macro2::Ident| self.env.lookup(&name.to_string()).and_then(|id| self.env.read(id));
        let bases: Vec<Value> = names.iter().filter_map(|name| term(name).as_ref().and_then(base)).collect();
        let looks_into = |view: &Value| {
            self.data(*view).class == (Class::View { mutable: true }) && bases.iter().any(|other| self.is_root(*other, *view))
        };
        bases.iter().any(looks_into)
    }

    /// A view looks into memory, perhaps through others.
    pub(super) fn is_root(&self, memory: Value, view: Value) -> bool {
        self.roots[view.0 as usize].iter().any(|root| *root == memory || self.is_root(memory, *root))
    }

    /// A short-circuit operand that only reads variables and memory stays the user's expression.
    fn kept_whole(&mut self, e: &syn::ExprBinary, a: Term) -> Option<Term> {
        let free = super::free::of_expr(&e.right);
        // A view stands for a reference, and for none to a reference: `**x` has to be taken apart.
        let nested = |name: &proc_macro2::Ident| {
            let term = self.env.lookup(&name.to_string()).and_then(|id| self.env.read(id));
            matches!(term, Some(Term::Ref(_, to)) if matches!(*to, Term::Ref(..)))
        };
        if !free.plain || free.names.iter().any(nested) || self.borrows_twice(&free.names) {
            return None;
        }
        let uses = self.reads(&free.names)?;
        let right = Inactive { opaque: Opaque { expr: (*e.right).clone(), uses, pure_: true, writes: false }, kind: Kind::Bool };
        let a = self.inactive(a);
        if right.opaque.uses.iter().any(|(name, value)| a.opaque.uses.iter().any(|(other, used)| name == other && value != used))
        {
            return None;
        }
        let op = e.op;
        let (parts, whole) = self.compose(vec![Term::Inactive(a), Term::Inactive(right)]);
        let (a, b) = (&parts[0], &parts[1]);
        Some(Term::Inactive(Inactive { opaque: Opaque { expr: syntax::binary(a, op, b), ..whole }, kind: Kind::Bool }))
    }
}

/// The expectation that operands of arithmetic share with the result.
pub(super) fn arithmetic(expected: Option<&Kind>) -> Option<&Kind> {
    expected.filter(|kind| matches!(kind, Kind::Float | Kind::Integer))
}

/// The same, or that the type is known not to be seen.
fn operand_kind(expected: Option<&Kind>) -> Option<&Kind> {
    expected.filter(|kind| matches!(kind, Kind::Float | Kind::Integer | Kind::Unknown))
}

pub(super) fn inactive_kind(a: &Kind, b: &Kind, expected: Option<&Kind>) -> Kind {
    match (super::kind::pointee(a), super::kind::pointee(b)) {
        (Kind::Float, _) | (_, Kind::Float) => Kind::Float,
        (Kind::Integer, Kind::Integer) => Kind::Integer,
        (Kind::Bool, Kind::Bool) => Kind::Bool,
        (Kind::Passive | Kind::Unknown, Kind::Integer) | (Kind::Integer, Kind::Passive | Kind::Unknown) => Kind::Integer,
        _ => arithmetic(expected).cloned().unwrap_or(Kind::Passive),
    }
}

/// The operator of a compound assignment.
pub(super) fn assigning(op: &BinOp) -> Option<BinOp> {
    Some(match op {
        BinOp::AddAssign(_) => syn::parse_quote!(+),
        BinOp::SubAssign(_) => syn::parse_quote!(-),
        BinOp::MulAssign(_) => syn::parse_quote!(*),
        BinOp::DivAssign(_) => syn::parse_quote!(/),
        BinOp::RemAssign(_) => syn::parse_quote!(%),
        BinOp::BitXorAssign(_) => syn::parse_quote!(^),
        BinOp::BitAndAssign(_) => syn::parse_quote!(&),
        BinOp::BitOrAssign(_) => syn::parse_quote!(|),
        BinOp::ShlAssign(_) => syn::parse_quote!(<<),
        BinOp::ShrAssign(_) => syn::parse_quote!(>>),
        _ => return None,
    })
}

/// `+=` of `+`.
pub(super) fn with_assignment(op: BinOp) -> BinOp {
    let op = quote::ToTokens::to_token_stream(&op);
    syn::parse_str(&format!("{op}=")).expect("it has been the operator of an assignment")
}
