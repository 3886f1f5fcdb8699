//! The tangent program in several directions at once, and the tangent of the adjoint program.
//!
//! It is the program of one direction, statement by statement, on tangents that are [several floats side by side]; that is a matter
//! of their types, which rustc infers. What has to be written otherwise is written otherwise here: zeros have a type, products have the
//! tangent first, guards of infinite slopes look at each lane. All that is done to tangents is linear. Whatever else is met, or what is
//! not known to be the same for such tangents (fields of structs, methods, nested derivatives), makes a function run one direction
//! after the other: [`wide`] returns `None`.
//!
//! [several floats side by side]: the runtime's `Lanes`

mod sorts;

use super::tangent::referent;
use crate::emit::companion::nested::Nested;
use crate::ir::visit::by_ref;
use crate::ir::{
    Alloc, Arg, Block, Call, Callee, Function, Header, Kind, Memory, Op, Opaque, Place, Proj, Shape, Stmt, TangentCall, Value,
    ValueData,
};
use crate::rules::{self, Form, Prim};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Path, parse_quote};

/// A tangent program for several newest directions at once, if it can be written.
pub fn wide(f: &Function, krate: &Path) -> Option<Function> {
    let mut f = f.clone();
    let mut body = std::mem::take(&mut f.body);
    let zeros = sorts::zeros(&body);
    while sorts::spread(&mut f.values, &zeros, &body) {}
    let mut pass = Pass { values: &f.values, krate, zeros, guards: BTreeMap::new() };
    let fits = pass.block(&mut body);
    f.body = body;
    for data in f.values.iter_mut().filter(|data| data.tangent) {
        data.ty = data.ty.take().and_then(|ty| annotation(ty, krate));
    }
    fits.then_some(f)
}

/// The user's annotation of a value, for its tangent; none if it names more than floats.
fn annotation(mut ty: syn::Type, krate: &Path) -> Option<syn::Type> {
    struct Floats<'a> {
        krate: &'a Path,
        all_known: bool,
    }
    impl VisitMut for Floats<'_> {
        fn visit_type_mut(&mut self, ty: &mut syn::Type) {
            visit_mut::visit_type_mut(self, ty);
            let syn::Type::Path(path) = &*ty else { return };
            let krate = self.krate;
            if ["f32", "f64"].iter().any(|float| path.path.is_ident(float)) {
                *ty = parse_quote!(#krate::rt::Lanes<#path>);
            } else {
                self.all_known &= path.path.segments.last().is_some_and(|last| last.ident == "Vec");
            }
        }
    }
    let mut floats = Floats { krate, all_known: true };
    floats.visit_type_mut(&mut ty);
    floats.all_known.then_some(ty)
}

/// Rewrites blocks. Each function says whether that could be done.
struct Pass<'a> {
    values: &'a [ValueData],
    krate: &'a Path,
    zeros: BTreeSet<Value>,
    /// Conditions that floats and one tangent are zero, with those.
    guards: BTreeMap<Value, Vec<Value>>,
}

impl Pass<'_> {
    fn is_tangent(&self, value: Value) -> bool {
        self.values[value.0 as usize].tangent
    }

    fn block(&mut self, block: &mut Block) -> bool {
        let mut fits = true;
        block.stmts.retain_mut(|stmt| {
            fits = fits && self.stmt(stmt);
            !matches!(stmt, Stmt::Let { value, .. } if self.guards.contains_key(value))
        });
        fits
    }

    fn stmt(&mut self, stmt: &mut Stmt) -> bool {
        sorts::agree(self.values, stmt)
            && match stmt {
                Stmt::Let { value, op } => self.let_(*value, op),
                Stmt::Split { place, .. }
                | Stmt::Store { place, .. }
                | Stmt::ShadowAdd { place, .. }
                | Stmt::ShadowClear(place)
                | Stmt::LogRange { place, .. }
                | Stmt::UnlogRange { place, .. } => self.fits(place),
                Stmt::ShadowAddFrom { to, from, .. } => self.fits(to) && self.fits(from),
                Stmt::Memory(memory) => self.memory(memory),
                Stmt::Branch(branch) => branch.arms.iter_mut().all(|arm| self.block(arm)),
                Stmt::Loop(l) => {
                    let condition = match &mut l.header {
                        Header::While(condition) => self.block(condition),
                        Header::Range { .. } | Header::Forever | Header::Times(_) | Header::Items { .. } => true,
                    };
                    condition && self.block(&mut l.body)
                }
                Stmt::Call(call) => self.call(call),
                Stmt::Pull(pull) => pull.tangents.is_empty(),
                Stmt::Closure(closure) => self.block(&mut closure.body),
                Stmt::Observe(_) => !self.touches(stmt),
                Stmt::Declare { .. }
                | Stmt::Set { .. }
                | Stmt::Add { .. }
                | Stmt::RecordNew { .. }
                | Stmt::RecordPush { .. }
                | Stmt::RecordRead { .. }
                | Stmt::RecordPart { .. }
                | Stmt::RecordAt { .. }
                | Stmt::CursorNew { .. }
                | Stmt::Unshare(_) => true,
            }
    }

    /// It uses a tangent.
    fn touches(&self, stmt: &Stmt) -> bool {
        let mut found = false;
        by_ref::uses(stmt, &mut |_, value| found |= self.is_tangent(*value));
        found
    }

    fn let_(&mut self, value: Value, op: &mut Op) -> bool {
        match op {
            // Of a slot it is only asked whether it is filled.
            Op::Opaque(opaque) if opaque.uses.iter().all(|(_, used)| self.values[used.0 as usize].optional) => true,
            Op::Opaque(opaque) if opaque.uses.iter().any(|(_, used)| self.is_tangent(*used)) => self.guard(value, op),
            Op::Opaque(_) => true,
            Op::Prim { prim, args } if args.iter().any(|arg| self.is_tangent(*arg)) => match self.linear(*prim, args) {
                Some(linear) => {
                    *op = linear;
                    true
                }
                None => false,
            },
            Op::Prim { .. } => !self.is_tangent(value),
            Op::Select(cond, a, b) => match self.guards.get(cond) {
                Some(factors) => {
                    let is_zero = self.zeros.contains(a);
                    *op = self.unless_zero(*b, factors);
                    is_zero
                }
                None => [a, b].iter().all(|arm| self.is_tangent(**arm) == self.is_tangent(value)),
            },
            Op::Float(x) if self.is_tangent(value) => {
                let (is_zero, krate) = (*x == 0.0, self.krate);
                let zero: Expr = if x.is_sign_negative() {
                    parse_quote!(-#krate::rt::lanes(0.0))
                } else {
                    parse_quote!(#krate::rt::lanes(0.0))
                };
                *op = self.expression(zero, Vec::new());
                is_zero
            }
            Op::Float(_) => true,
            Op::Load(place) | Op::Len(place) | Op::Borrow { place, .. } | Op::ZeroTangent(place) => self.fits(place),
            Op::Take(place) | Op::Peek(place) | Op::Zeros(Shape::Like(place)) => self.fits(place),
            Op::Alloc(alloc) => self.alloc(value, alloc),
            Op::Move(_) | Op::Read(_) | Op::Arm { .. } => true,
            Op::Zeros(Shape::Vec(_) | Shape::Array(_) | Shape::Float | Shape::List(..)) => true,
            Op::Pushforward { tangents, .. } | Op::Pullback { tangents, .. } => tangents.is_empty(),
        }
    }

    /// A test whether a tangent is zero is made for each lane, where the result is selected.
    fn guard(&mut self, value: Value, op: &Op) -> bool {
        let factors = rules::guarded(op).unwrap_or_default();
        let tangents = factors.iter().filter(|factor| self.is_tangent(**factor)).count();
        self.guards.insert(value, factors);
        tangents == 1
    }

    /// `x`, or zero where all of the factors are.
    fn unless_zero(&self, x: Value, factors: &[Value]) -> Op {
        let named: Vec<_> = factors.iter().enumerate().map(|(i, factor)| (format!("__factor{i}"), *factor)).collect();
        let names = |tangent: bool| {
            let named = named.iter().filter(move |(_, factor)| self.is_tangent(*factor) == tangent);
            named.map(|(name, _)| quote::format_ident!("{name}")).collect::<Vec<_>>()
        };
        let (floats, lanes) = (names(false), names(true));
        let guarded: Expr = parse_quote!(__x #(.unless_zero(#lanes))*);
        let expr = if floats.is_empty() { guarded } else { parse_quote!(if #(#floats == 0.0)&&* { #guarded } else { __x }) };
        self.expression(expr, named.iter().map(|(name, factor)| (name.as_str(), *factor)).chain([("__x", x)]).collect())
    }

    /// A linear operation on tangents, the tangent first.
    fn linear(&self, prim: Prim, args: &[Value]) -> Option<Op> {
        let tangents: Vec<bool> = args.iter().map(|arg| self.is_tangent(*arg)).collect();
        match (prim.rule().form, tangents.as_slice()) {
            (Form::Operator("+" | "-"), [true, true])
            | (Form::Operator("*" | "/"), [true, false])
            | (Form::Operator("neg"), [true]) => Some(Op::Prim { prim, args: args.to_vec() }),
            (Form::Operator("*"), [false, true]) => Some(Op::Prim { prim, args: vec![args[1], args[0]] }),
            (Form::Cast(to), [true]) => {
                let to = quote::format_ident!("{to}");
                Some(self.expression(parse_quote!(__x.cast::<#to>()), vec![("__x", args[0])]))
            }
            _ => None,
        }
    }

    fn expression(&self, expr: Expr, uses: Vec<(&str, Value)>) -> Op {
        let uses = uses.into_iter().map(|(name, value)| (quote::format_ident!("{name}"), value)).collect();
        Op::Opaque(Opaque { expr, uses, pure_: true, writes: false })
    }

    fn alloc(&self, value: Value, alloc: &Alloc) -> bool {
        match alloc {
            Alloc::Scalar(_) | Alloc::Repeat { .. } | Alloc::List { .. } | Alloc::Empty { .. } | Alloc::Opaque(_) => true,
            Alloc::Copy { place, .. } => self.fits(place),
            Alloc::Construct(_) => !self.is_tangent(value),
        }
    }

    fn memory(&self, memory: &Memory) -> bool {
        match memory {
            Memory::Assign { place, .. }
            | Memory::Fill { place, .. }
            | Memory::SwapElements { place, .. }
            | Memory::Push { place, .. } => self.fits(place),
            Memory::CopyFrom { place, src } => self.fits(place) && self.fits(src),
            Memory::Swap { a, b } => self.fits(a) && self.fits(b),
        }
    }

    /// A function's companion knows such tangents; methods, nested derivatives and functions that take functions do not, and nobody's forward
    /// sweep does.
    fn call(&self, call: &mut Call) -> bool {
        if call.tangents.is_empty() {
            return true;
        }
        let is_known = call.callee == Callee::Companion && call.functions.is_empty() && call.pull.is_none();
        let is_known = is_known && Nested::of(&call.path).is_none();
        let mut tangents = call.tangents.iter_mut().flat_map(|TangentCall { args, .. }| args);
        is_known && tangents.all(|arg| self.argument(arg))
    }

    fn argument(&self, arg: &mut Option<Arg>) -> bool {
        match arg {
            None => true,
            // The callee makes its zero itself: one whose type nothing tells would have none.
            Some(Arg::Value(value)) => {
                if self.zeros.contains(value) {
                    *arg = None;
                }
                true
            }
            Some(Arg::Borrow { mutable: false, place }) => self.fits(place),
            // A callee that runs one direction after the other cannot let memory grow.
            Some(Arg::Borrow { mutable: true, place }) => match self.kind(place) {
                Some(Kind::Float | Kind::Array(_) | Kind::Slice(_)) => true,
                Some(_) | None => false,
            },
        }
    }

    /// A part of memory that a tangent in several directions has, too.
    fn fits(&self, place: &Place) -> bool {
        !self.is_tangent(place.base) || self.kind(place).is_some()
    }

    /// What is known of the type of a part of a tangent; `None` if there may be no such part.
    fn kind(&self, place: &Place) -> Option<Kind> {
        let mut kind = referent(&self.values[place.base.0 as usize].kind).clone();
        for proj in &place.proj {
            kind = match (proj, referent(&kind)) {
                (Proj::Deref, kind) => kind.clone(),
                (Proj::Index(_), Kind::Array(elem) | Kind::Slice(elem) | Kind::Vec(elem)) => (**elem).clone(),
                (Proj::Range { .. }, Kind::Array(elem) | Kind::Slice(elem) | Kind::Vec(elem)) => Kind::Slice(elem.clone()),
                (Proj::Field(syn::Member::Unnamed(index)), Kind::Tuple(parts)) => parts[index.index as usize].clone(),
                (Proj::Payload(payload), _) if payload.variant == "Some" || payload.variant == "Ok" => Kind::Unknown,
                (Proj::Index(_) | Proj::Range { .. } | Proj::Field(_) | Proj::Payload(_), _) => return None,
            };
        }
        Some(referent(&kind).clone())
    }
}

#[cfg(test)]
mod tests;
