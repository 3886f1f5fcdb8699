//! Which type of floats values have or hold, as far as syntax tells: a cast has to be undone by one to that type.

use super::term::{Inactive, Term};
use super::{Lower, kind};
use crate::ir::{Alloc, Kind, Op, Opaque, Value};
use crate::rules::{self, Form};
use syn::spanned::Spanned as _;
use syn::{Expr, Type};

/// `f32` or `f64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    Single,
    Double,
}

impl Width {
    fn name(self) -> &'static str {
        match self {
            Width::Single => "f32",
            Width::Double => "f64",
        }
    }

    /// `0.0`, of this type.
    pub(super) fn zero(self) -> Expr {
        match self {
            Width::Single => syn::parse_quote!(0.0_f32),
            Width::Double => syn::parse_quote!(0.0_f64),
        }
    }

    /// The only type of floats that tokens mention.
    pub(super) fn of(tokens: impl quote::ToTokens) -> Option<Width> {
        match kind::only_float(tokens.to_token_stream())? {
            Type::Path(path) if path.path.is_ident("f32") => Some(Width::Single),
            _ => Some(Width::Double),
        }
    }
}

impl Lower<'_> {
    /// The type of floats that a value has, or that memory holds.
    pub(super) fn width(&self, value: Value) -> Option<Width> {
        self.data(value).ty.as_ref().and_then(Width::of).or(self.widths[value.0 as usize])
    }

    /// A value has the width of another one, if nothing else is known.
    pub(super) fn same_width(&mut self, value: Value, like: impl IntoIterator<Item = Value>) {
        let width = like.into_iter().find_map(|like| self.width(like));
        let own = &mut self.widths[value.0 as usize];
        *own = own.or(width);
    }

    pub(super) fn width_of_term(&self, term: &Term) -> Option<Width> {
        match term {
            Term::Value(value) => self.width(*value),
            Term::Place(place) => self.width(place.base),
            Term::Ref(_, to) => self.width_of_term(to),
            Term::Inactive(inactive) => self.width_of_opaque(&inactive.opaque),
            Term::Unit | Term::Tuple(_) | Term::Closure(_) | Term::Iterator(_) => None,
        }
    }

    fn width_of_opaque(&self, opaque: &Opaque) -> Option<Width> {
        let by_use = || opaque.uses.iter().find_map(|(_, value)| self.width(*value));
        match &opaque.expr {
            Expr::Cast(cast) => Width::of(&cast.ty),
            Expr::Lit(_) | Expr::Path(_) => Width::of(&opaque.expr).or_else(by_use),
            _ => by_use(),
        }
    }

    /// The type of floats of what an operation makes.
    pub(super) fn width_of_op(&self, op: &Op) -> Option<Width> {
        match op {
            Op::Prim { prim, args } => match prim.rule().form {
                Form::Cast("f32") => Some(Width::Single),
                Form::Cast(_) => Some(Width::Double),
                Form::Operator(_) | Form::Assign(_) | Form::Method | Form::Function(_) => {
                    args.iter().find_map(|arg| self.width(*arg))
                }
            },
            Op::Load(place) | Op::Borrow { place, .. } | Op::Alloc(Alloc::Copy { place, .. }) => self.width(place.base),
            Op::Move(value) | Op::Alloc(Alloc::Scalar(value) | Alloc::Repeat { elem: value, .. }) => self.width(*value),
            Op::Alloc(Alloc::List { elems, .. }) => {
                let mut widths = elems.iter().map(|elem| self.width(*elem));
                let first = widths.next()?;
                widths.all(|width| width == first).then_some(first?)
            }
            Op::Alloc(Alloc::Construct(construct)) => {
                let mut widths = construct.fields.iter().map(|(_, field)| self.width(*field));
                let first = widths.next()?;
                widths.all(|width| width == first).then_some(first?)
            }
            Op::Opaque(opaque) | Op::Alloc(Alloc::Opaque(opaque)) => self.width_of_opaque(opaque),
            _ => None,
        }
    }

    /// What is cast and of unknown type is an integer, mostly a field: rustc is asked to confirm it, so that no derivative is lost.
    fn integer_cast(&mut self, term: Term, ty: &Type, span: proc_macro2::Span) -> Term {
        let (parts, whole) = self.compose(vec![term]);
        let (krate, part) = (&self.krate, &parts[0]);
        let expr = syn::parse_quote_spanned!(span=> (#krate::rt::integer(#part) as #ty));
        Term::Inactive(Inactive { opaque: Opaque { expr, ..whole }, kind: kind::of_type(ty) })
    }

    /// `term as ty` of something that may carry derivatives.
    pub(super) fn active_cast(&mut self, term: Term, ty: &Type, e: &dyn quote::ToTokens) -> Term {
        let known = kind::pointee(&self.kind(&term)) == &Kind::Float;
        if kind::pointee(&self.kind(&term)) == &Kind::Unknown {
            return self.integer_cast(term, ty, e.span());
        }
        let (from, to) = (self.width_of_term(&term), Width::of(ty));
        let (Some(from), Some(to), true) = (from.or(self.float.as_ref().and_then(Width::of)), to, known) else {
            let (what, help) =
                ("the type of what is cast is not known here", "bind it to a variable with its type: `let y: f32 = …;`");
            return self.error(e, what, help);
        };
        if from == to {
            return self.read(term, Some(&Kind::Float));
        }
        let prim = rules::by_cast(to.name()).expect("the table has casts to both types");
        self.prim(prim, vec![term], Some(&Kind::Float), e.span())
    }
}
