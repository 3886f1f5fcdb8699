//! The tangent program of a function: forward mode.
//!
//! Every statement is followed by its tangent; the user's own statements are untouched, so that the value stays the same to
//! the last bit. A value `x` that varies gets a tangent `x_dot`:
//!
//! * a Plain float a Plain float, by the rule table. No tangent means zero: literals appear where a zero has to be written down;
//! * memory mirrored memory, made, borrowed, split and written by the same statements with dots on. It is always there for
//!   memory that varies, and for what [`demand`] adds;
//! * a value of unknown type its `Grad`.
//!
//! The same transform makes the higher orders: of an adjoint program it makes the second (forward over reverse), of a tangent
//! program the tangent in one more direction. The statements that only those have are linear or copies, and are mirrored in the same
//! way; calls, pullbacks and the closure get lists twice as long (see "Order" in the docs of [`crate::ir`]).
//!
//! | file | tangents of |
//! |---|---|
//! | [`demand`] | – (which values need one) |
//! | [`operation`] | `let` |
//! | [`statement`] | writes to memory, control flow |
//! | [`call`] | calls |
//! | [`adjoint_form`] | what only adjoint programs have |
//! | [`varied`] | – (what varies in a derived program) |

mod adjoint_form;
mod call;
mod demand;
mod operation;
mod statement;
#[cfg(test)]
mod tests;
mod varied;

use crate::analyze::Activity;
use crate::analyze::memory::ClassId;
use crate::ir::build::Builder;
use crate::ir::{Alloc, Block, Class, Function, Kind, Op, Opaque, Param, Place, Proj, Stmt, Tree, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Derives the tangent program.
pub fn tangent(f: &Function, activity: &Activity) -> Function {
    transform(f, &|value| activity.varied(value)).0
}

/// Derives the tangent program of a derived one, whose first `own` values are the user's. `classes` tells which of its shadows may
/// share memory; those of the tangent program are added.
pub fn tangent_of_derived(f: &Function, own: usize, activity: &Activity, classes: &Classes) -> (Function, Classes) {
    let varied = varied::varied(f, own, activity);
    let (derived, mirrored) = transform(f, &|value| varied[value.0 as usize]);
    // Tangents of shadows share memory where the shadows do, and none with the shadows themselves.
    let next = classes.values().max().map_or(0, |most| most + 1);
    let dots = mirrored.into_iter().filter_map(|(shadow, dot)| Some((dot, next + classes.get(&shadow)?)));
    let all = classes.iter().map(|(v, class)| (*v, *class)).chain(dots).collect();
    (derived, all)
}

/// For each shadow a class of memory: shadows of different classes do not share memory.
pub type Classes = BTreeMap<Value, ClassId>;

/// Derives the tangent program of a program that is made of operations on floats only.
pub fn tangent_of_floats(f: &Function) -> Function {
    transform(f, &|value| !f[value].kind.is_inactive()).0
}

/// The tangent program, and the shadows in it that are tangents of shadows, with those.
fn transform(f: &Function, varied: &dyn Fn(Value) -> bool) -> (Function, Vec<(Value, Value)>) {
    let mut values = f.values.clone();
    values.iter_mut().for_each(|data| data.tangent = false);
    let direction = (f.dots.len() + 1).ilog2() + 1;
    let mut t = Tangent {
        f,
        varied,
        suffix: if direction == 1 { "_dot".to_owned() } else { format!("_dot{direction}") },
        dotted: demand::dotted(f, varied),
        dots: vec![None; f.values.len()],
        undo: Vec::new(),
        doubled_pulls: BTreeSet::new(),
        guards: BTreeMap::new(),
        mirrored: Vec::new(),
        zeros: BTreeSet::new(),
    };
    let mut b = Builder::new(&mut values);
    let mut dots = f.dots.clone();
    dots.push(f.params.iter().map(|param| t.param(&mut b, param)).collect());
    for lower in &f.dots {
        dots.push(lower.iter().map(|dot| dot.map(|dot| t.fresh_again(&mut b, dot))).collect());
    }
    let (closure, stmts) = match f.body.stmts.split_last() {
        Some((closure @ Stmt::Closure(_), stmts)) => (Some(closure), stmts),
        Some(_) | None => (None, f.body.stmts.as_slice()),
    };
    stmts.iter().for_each(|stmt| t.stmt(&mut b, stmt));
    let mut result_dots = f.result_dots.clone();
    for result in [&f.result].into_iter().chain(&f.result_dots) {
        result_dots.push(if f.body.diverges { Tree::Unit } else { t.result(&mut b, result) });
    }
    // The closure ends the body.
    closure.into_iter().for_each(|closure| t.stmt(&mut b, closure));
    let body = Block { stmts: b.stmts, yields: f.body.yields.clone(), diverges: f.body.diverges };
    let derived = Function {
        values,
        params: f.params.clone(),
        body,
        result: f.result.clone(),
        result_ty: f.result_ty.clone(),
        dots,
        result_dots,
        cotangents: None,
    };
    (derived, t.mirrored)
}

struct Tangent<'a> {
    /// The primal.
    f: &'a Function,
    /// Which of its values may depend on a differentiable parameter.
    varied: &'a dyn Fn(Value) -> bool,
    /// Which of its values have a tangent: those that vary, and more.
    dotted: Vec<bool>,
    /// The tangents that are visible at this point. A Plain value without one has the tangent zero.
    dots: Vec<Option<Value>>,
    /// What `dots` held before, for the end of a scope: pullbacks define values again.
    undo: Vec<(Value, Option<Value>)>,
    /// Pullbacks of calls that were handed tangents.
    doubled_pulls: BTreeSet<Value>,
    /// Conditions that guard a product, with the factors that they test.
    guards: BTreeMap<Value, Vec<Value>>,
    /// Shadows with their tangents.
    mirrored: Vec<(Value, Value)>,
    /// Tangents that are zero from the start, and stay so unless something changes them.
    zeros: BTreeSet<Value>,
    /// What the name of a tangent ends with.
    suffix: String,
}

impl Tangent<'_> {
    fn dotted(&self, value: Value) -> bool {
        self.dotted[value.0 as usize]
    }

    fn dot(&self, value: Value) -> Option<Value> {
        self.dots[value.0 as usize]
    }

    fn set(&mut self, value: Value, dot: Value) {
        self.undo.push((value, self.dot(value)));
        self.dots[value.0 as usize] = Some(dot);
        if self.f[value].class == Class::Shadow {
            self.mirrored.push((value, dot));
        }
    }

    /// The value is about to be defined, perhaps again.
    fn forget(&mut self, value: Value) {
        if let Some(dot) = self.dots[value.0 as usize].take() {
            self.undo.push((value, Some(dot)));
        }
    }

    /// Leaves a scope.
    fn leave(&mut self, mark: usize) {
        for (value, dot) in self.undo.drain(mark..).rev() {
            self.dots[value.0 as usize] = dot;
        }
    }

    fn dot_name(&self, value: Value) -> String {
        format!("{}{}", self.f[value].name.trim_start_matches("r#"), self.suffix)
    }

    /// A parameter's tangent parameter. Memory that is constant here and is needed with a tangent gets a zero one at the start.
    fn param(&mut self, b: &mut Builder<'_>, param: &Param) -> Option<Value> {
        if !param.active {
            if self.dotted(param.value) {
                self.define_zero(b, param.value);
            }
            return None;
        }
        let dot = self.fresh_dot(b, param.value);
        self.set(param.value, dot);
        Some(dot)
    }

    fn result(&mut self, b: &mut Builder<'_>, result: &Tree) -> Tree {
        match result {
            Tree::Unit => Tree::Unit,
            Tree::Leaf(value) if matches!(self.f[*value].kind, Kind::Integer | Kind::Bool | Kind::Unit) => Tree::Unit,
            Tree::Leaf(value) => Tree::Leaf(self.dot_or_zero(b, *value, &self.f[*value].kind)),
            Tree::Tuple(parts) => Tree::Tuple(parts.iter().map(|part| self.result(b, part)).collect()),
        }
    }

    fn stmts(&mut self, b: &mut Builder<'_>, block: &Block) {
        for stmt in &block.stmts {
            self.stmt(b, stmt);
        }
    }

    /// A new value for the tangent of `value`, of the same class.
    fn fresh_dot(&self, b: &mut Builder<'_>, value: Value) -> Value {
        let data = &self.f[value];
        let dot = b.fresh_like(&self.dot_name(value), data.class, value);
        let dot_data = &mut b.values[dot.0 as usize];
        dot_data.kind = tangent_kind(&data.kind);
        dot_data.mutable = data.mutable;
        dot_data.optional = data.optional;
        dot_data.tangent = true;
        // The user's annotation is right for the tangent if that has the same type.
        dot_data.ty = data.ty.clone().filter(|_| dot_data.kind == data.kind && !contains_unknown(&data.kind));
        dot
    }

    /// `let value_dot = op;`
    fn define(&mut self, b: &mut Builder<'_>, value: Value, op: Op) -> Value {
        let dot = self.fresh_dot(b, value);
        if matches!(op, Op::ZeroTangent(_)) {
            self.zeros.insert(dot);
        }
        b.push(Stmt::Let { value: dot, op });
        self.set(value, dot);
        dot
    }

    /// Defines the tangent of memory as zero, right after the memory itself. Plain values need no definition.
    fn define_zero(&mut self, b: &mut Builder<'_>, value: Value) {
        match self.f[value].class {
            Class::Plain | Class::Accumulator => {}
            Class::Owner => {
                self.define(b, value, Op::ZeroTangent(Place::whole(value)));
            }
            Class::View { mutable } => {
                let zero = self.zero_owner(b, Place::whole(value), value);
                b.values[zero.0 as usize].mutable = mutable;
                self.define(b, value, Op::Borrow { mutable, place: Place::whole(zero) });
            }
            Class::Shadow | Class::Record | Class::Pull => unreachable!("shadows and records are defined with their tangents"),
        }
    }

    /// A new zero tangent of `place`, named after `like`.
    fn zero_owner(&self, b: &mut Builder<'_>, place: Place, like: Value) -> Value {
        let kind = tangent_kind(&self.kind(&place));
        let zero = b.fresh(&self.dot_name(like), Class::Owner, kind);
        b.values[zero.0 as usize].tangent = true;
        b.push(Stmt::Let { value: zero, op: Op::ZeroTangent(place) });
        zero
    }

    /// The tangent of `value`, or a zero that fits where a tangent of `target` is wanted.
    fn dot_or_zero(&self, b: &mut Builder<'_>, value: Value, target: &Kind) -> Value {
        if let Some(dot) = self.dot(value) {
            return dot;
        }
        let kind = if *target == Kind::Unknown { &self.f[value].kind } else { target };
        match kind {
            Kind::Float => zero(b),
            Kind::Integer | Kind::Bool | Kind::Unit => b.let_("unit", Kind::Unit, unit()),
            Kind::Passive | Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_) | Kind::Tuple(_) | Kind::Ref(..) | Kind::Unknown => {
                self.zero_owner(b, Place::whole(value), value)
            }
        }
    }

    /// The same, to be moved. The primal may be `Copy` and used again; of a tangent of unknown type only `Clone` is known.
    fn moved_dot(&self, b: &mut Builder<'_>, value: Value, target: &Kind) -> Value {
        match self.dot(value) {
            // Nor is its type known here, perhaps (`"a".into()`): zeros are made again, which takes no method.
            Some(_) if self.is_zero(b, value) => self.zero_owner(b, Place::whole(value), value),
            Some(dot) if self.is_unknown_owner(value) => {
                let clone = b.fresh(&self.dot_name(value), Class::Owner, Kind::Unknown);
                b.values[clone.0 as usize].tangent = true;
                b.push(Stmt::Let { value: clone, op: cloned(Place::whole(dot)) });
                clone
            }
            Some(_) | None => self.dot_or_zero(b, value, target),
        }
    }

    /// An owner of a type that is not known, whose tangent is zero for good.
    fn is_zero(&self, b: &Builder<'_>, value: Value) -> bool {
        let is_zero = |dot: Value| self.zeros.contains(&dot) && !b.values[dot.0 as usize].mutable;
        self.is_unknown_owner(value) && self.dot(value).is_some_and(is_zero)
    }

    fn is_unknown_owner(&self, value: Value) -> bool {
        self.f[value].class == Class::Owner && contains_unknown(&self.f[value].kind)
    }

    /// The same part of the tangent's memory, if the memory has a tangent.
    fn place(&self, place: &Place) -> Option<Place> {
        self.dot(place.base).map(|base| Place { base, proj: place.proj.clone() })
    }

    /// What is known of the type of a part of memory.
    fn kind(&self, place: &Place) -> Kind {
        place_kind(self.f, place)
    }
}

/// What is known of the type of a part of memory.
fn place_kind(f: &Function, place: &Place) -> Kind {
    place.proj.iter().fold(f[place.base].kind.clone(), |kind, proj| match (proj, referent(&kind)) {
        (Proj::Deref, kind) => kind.clone(),
        (Proj::Index(_), kind) => elem_kind(kind),
        (Proj::Range { .. }, Kind::Array(elem) | Kind::Slice(elem) | Kind::Vec(elem)) => Kind::Slice(elem.clone()),
        (Proj::Field(syn::Member::Unnamed(index)), Kind::Tuple(parts)) => parts[index.index as usize].clone(),
        (Proj::Range { .. } | Proj::Field(_) | Proj::Payload(_), _) => Kind::Unknown,
    })
}

/// What is known of the type of the elements.
fn elem_kind(kind: &Kind) -> Kind {
    match referent(kind) {
        Kind::Array(elem) | Kind::Slice(elem) | Kind::Vec(elem) => (**elem).clone(),
        Kind::Float
        | Kind::Integer
        | Kind::Bool
        | Kind::Unit
        | Kind::Passive
        | Kind::Tuple(_)
        | Kind::Ref(..)
        | Kind::Unknown => Kind::Unknown,
    }
}

pub(super) fn referent(kind: &Kind) -> &Kind {
    if let Kind::Ref(_, to) = kind { referent(to) } else { kind }
}

/// What is known of the type of a tangent.
fn tangent_kind(kind: &Kind) -> Kind {
    let boxed = |kind: &Kind| Box::new(tangent_kind(kind));
    match kind {
        Kind::Float => Kind::Float,
        Kind::Integer | Kind::Bool | Kind::Unit => Kind::Unit,
        // That of `Option<bool>` is `Option<()>`.
        Kind::Passive => Kind::Passive,
        Kind::Array(elem) => Kind::Array(boxed(elem)),
        Kind::Slice(elem) => Kind::Slice(boxed(elem)),
        Kind::Vec(elem) => Kind::Vec(boxed(elem)),
        Kind::Tuple(parts) => Kind::Tuple(parts.iter().map(tangent_kind).collect()),
        Kind::Ref(mutable, to) => Kind::Ref(*mutable, boxed(to)),
        Kind::Unknown => Kind::Unknown,
    }
}

fn contains_unknown(kind: &Kind) -> bool {
    match kind {
        Kind::Float | Kind::Integer | Kind::Bool | Kind::Unit | Kind::Passive => false,
        Kind::Array(k) | Kind::Slice(k) | Kind::Vec(k) | Kind::Ref(_, k) => contains_unknown(k),
        Kind::Tuple(parts) => parts.iter().any(contains_unknown),
        Kind::Unknown => true,
    }
}

/// A float's tangent that is zero.
fn zero(b: &mut Builder<'_>) -> Value {
    let zero = b.float(0.0);
    b.values[zero.0 as usize].tangent = true;
    zero
}

/// `()`.
fn unit() -> Op {
    Op::Opaque(Opaque { expr: syn::parse_quote!(()), uses: Vec::new(), pure_: true, writes: false })
}

/// `place.clone()`.
fn cloned(place: Place) -> Op {
    Op::Alloc(Alloc::Copy { place, method: Some(syn::parse_quote!(clone)) })
}
