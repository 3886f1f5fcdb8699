//! Memory and the operations that define one value.

use super::Value;

#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Where it starts.
    pub base: Value,
    /// Applied from left to right.
    pub proj: Vec<Proj>,
}

/// One step into memory.
#[derive(Clone, Debug, PartialEq)]
pub enum Proj {
    /// `*p`. Omitted where Rust dereferences by itself (before an index, a field, a method). Dropped on shadows.
    Deref,
    /// `p[i]` with an integer.
    Index(Value),
    /// `p.field`, `p.0`.
    Field(syn::Member),
    /// The field of an enum's variant that is there: `if let V { field } = p`. On user programs only in what a `Borrow` borrows.
    Payload(Payload),
    /// `p[lo..hi]`, either end may be missing; `inclusive` for `..=`.
    Range {
        /// Lower end.
        lo: Option<Value>,
        /// Upper end.
        hi: Option<Value>,
        /// `..=`.
        inclusive: bool,
    },
}

/// A field of a variant. `Some` and `Ok` are one variant to the runtime's accessor.
#[derive(Clone, Debug, PartialEq)]
pub struct Payload {
    /// The variant.
    pub variant: syn::Ident,
    /// Its field.
    pub member: syn::Member,
}

/// An inactive expression of the user's, kept as it is. Free local names in it are operands.
#[derive(Clone, Debug)]
pub struct Opaque {
    /// The user's tokens.
    pub expr: syn::Expr,
    /// Each local identifier that occurs free, and the value it stands for at this point. Printing replaces the identifier by
    /// the value's emitted name, everywhere but inside macro invocations (which are wrapped in `let`s instead).
    pub uses: Vec<(syn::Ident, Value)>,
    /// Evaluating it again gives the same and has no effect: arithmetic, casts, comparisons, literals, paths, `len()`.
    /// False for calls, macros and unknown methods.
    pub pure_: bool,
    /// It may modify the memory behind the Owners and Views among `uses` (a method call on a mutable one).
    pub writes: bool,
}

/// Right-hand sides that define one value.
#[derive(Clone, Debug)]
pub enum Op {
    /// An inactive expression. Literals and constants are this too, with no uses.
    Opaque(Opaque),
    /// A primitive of the rule table on floats (or, if an operand's kind is Unknown, on whatever has the rule).
    Prim {
        /// Index into the rule table.
        prim: crate::rules::Prim,
        /// Operands; inactive ones (the exponent of `powi`) may be integers.
        args: Vec<Value>,
    },
    /// `if c { a } else { b }` on floats, without control flow (rule partials, simplification).
    Select(Value, Value, Value),
    /// Reads a float (or an inactive scalar) out of memory; the result is Plain. An `Unknown` element is a Load with an Owner result.
    Load(Place),
    /// `place.len()`: depends on the length only, not on what is stored.
    Len(Place),
    /// `&place` or `&mut place`: the result is a View (or, in adjoint programs, a Shadow reference if the base is a shadow).
    Borrow {
        /// `&mut`.
        mutable: bool,
        /// What is borrowed.
        place: Place,
    },
    /// New memory; the result is an Owner.
    Alloc(Alloc),
    /// Moves an Owner to a new name (`let v = u;`, a moved `Vec`, a value of unknown type).
    Move(Value),
    /// The current value of an accumulator.
    Read(Value),
    /// A literal float of an adjoint or tangent program.
    Float(f64),
    /// A shadow of the given shape, all zero.
    Zeros(Shape),
    /// Takes the adjoint out of a shadow place, leaving zero. Floats: Plain. Unknown types: by value, `Grad`.
    Take(Place),
    /// Reads the adjoint in a shadow place.
    Peek(Place),
    /// The contribution of `out_bar` to operand `operand` of a primitive on operands of unknown type (`Rule1`/`Rule2` of the runtime).
    Pullback {
        /// The primitive.
        prim: crate::rules::Prim,
        /// Its operands in the forward sweep.
        args: Vec<Value>,
        /// Its result in the forward sweep.
        out: Value,
        /// The adjoint of the result, by value.
        out_bar: Value,
        /// Which operand the contribution is for.
        operand: usize,
        /// For each set of directions the tangents of all that is above: operands, result, its adjoint. A missing one is zero.
        tangents: Vec<Vec<Option<Value>>>,
    },
    /// The tangent of a primitive on operands of unknown type; a missing tangent is zero.
    Pushforward {
        /// The primitive.
        prim: crate::rules::Prim,
        /// Its operands.
        args: Vec<Value>,
        /// Its result.
        out: Value,
        /// Tangents of the operands.
        dots: Vec<Option<Value>>,
        /// For each set of further directions the tangents of all that is above: operands, result, `dots`. A missing one is zero.
        tangents: Vec<Vec<Option<Value>>>,
    },
    /// A zero tangent (`Grad`) shaped like a place of unknown type.
    ZeroTangent(Place),
    /// Adjoint programs: what arm `index` recorded, as `rt::ArmN::X((a, b, …))`, yielded by that arm as one more result of its
    /// branch and taken apart by [`On::Arm`](super::On::Arm). If `of` is 1 it is the bare tuple.
    Arm {
        /// Which of the arms that do not diverge, counted from 0.
        index: usize,
        /// How many arms do not diverge.
        of: usize,
        /// What is recorded; Owners, pulls and records are moved in.
        values: Vec<Value>,
    },
}

/// How new memory is made. The result has the tangent and the shadow that follow from its elements.
#[derive(Clone, Debug)]
pub enum Alloc {
    /// `let mut s = value;` of a scalar whose address is taken later (`&s`, `&mut s`): memory of kind Float, Integer or Bool,
    /// read by [`Op::Load`] and written by [`Stmt::Store`](super::Stmt::Store) with an empty projection.
    Scalar(Value),
    /// `[elem; len]` or `vec![elem; len]`; `elem` is Plain or an Owner.
    Repeat {
        /// The element.
        elem: Value,
        /// How many.
        len: Value,
        /// `vec!`.
        vec: bool,
    },
    /// `[a, b]`, `vec![a, b]`, or a tuple kept whole.
    List {
        /// The elements, Plain or Owners.
        elems: Vec<Value>,
        /// Which brackets.
        form: ListForm,
    },
    /// `S { x, y, ..rest }`, `S(x, y)`, `E::V(x)`.
    Construct(Construct),
    /// `Vec::new()` or `Vec::with_capacity(n)`.
    Empty {
        /// The capacity.
        capacity: Option<Value>,
    },
    /// A copy of memory: `p.to_vec()`, `p.clone()`, or a plain use of a `Copy` array.
    Copy {
        /// What is copied.
        place: Place,
        /// The method, or none for a `Copy` use. In adjoint programs also `saved`: `rt::saved(&place)`, of floats.
        method: Option<syn::Ident>,
    },
    /// An inactive allocation of the user's (`(0..n).collect()`): zero shadow like its result.
    Opaque(Opaque),
}

/// See [`Alloc::Construct`].
#[derive(Clone, Debug)]
pub struct Construct {
    /// As written.
    pub path: syn::Path,
    /// With parentheses.
    pub tuple: bool,
    /// The variant, if the type is an enum.
    pub variant: Option<syn::Ident>,
    /// The fields that are given, Plain or Owners.
    pub fields: Vec<(syn::Member, Value)>,
    /// Where the others come from. An Owner that is named as a whole is moved (in part).
    pub rest: Option<Place>,
}

impl Construct {
    /// The step from a value of this form to one of its fields.
    pub fn step(&self, member: &syn::Member) -> Proj {
        match &self.variant {
            Some(variant) => Proj::Payload(Payload { variant: variant.clone(), member: member.clone() }),
            None => Proj::Field(member.clone()),
        }
    }
}

/// See [`Alloc::List`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListForm {
    /// `[a, b]`.
    Array,
    /// `vec![a, b]`.
    Vec,
    /// `(a, b)`.
    Tuple,
}

/// The shape of a zero shadow.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Like this memory: `rt::zeros(&place)`.
    Like(Place),
    /// `vec![0.0; len]` of floats.
    Vec(Value),
    /// `[0.0; len]` of floats.
    Array(Value),
    /// One float.
    Float,
    /// As many floats as were listed (`[a, b, c]`).
    List(usize, ListForm),
}
