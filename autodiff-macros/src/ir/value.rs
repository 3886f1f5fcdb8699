//! Values: names for what statements define.

use proc_macro2::Span;

/// Handle of a value; an index into [`Function::values`](super::Function::values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value(pub u32);

/// What is known of a value, apart from its definition.
#[derive(Clone, Debug)]
pub struct ValueData {
    /// Name to start from: the user's identifier, `t` for temporaries; `emit::names` makes it unique.
    pub name: String,
    /// The user's expression or binding that this value comes from.
    pub span: Span,
    /// What may be done with it.
    pub class: Class,
    /// The light, syntactic type.
    pub kind: Kind,
    /// The user's annotation (`let x: T = …`), printed where the value is defined.
    pub ty: Option<syn::Type>,
    /// Declared `mut` where it is defined: owners that are modified.
    pub mutable: bool,
    /// A view that stands for the memory itself where the user's own syntax mentions it: the variable is no reference.
    pub in_place: bool,
    /// Without derivative, bound by a pattern of the user's or returned by a function of the user's: it may be a reference, which cannot be recorded as it is.
    pub may_refer: bool,
    /// A shadow that the caller may decline (`Option<&Shadow>`): all that touches it is printed under `if let Some`.
    pub optional: bool,
    /// A tangent in the newest direction, or a term of one.
    pub tangent: bool,
}

/// See the module docs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Assigned once.
    Plain,
    /// Owned memory.
    Owner,
    /// A reference into memory, of kind [`Kind::Ref`].
    View {
        /// `&mut`.
        mutable: bool,
    },
    /// A mutable local of an adjoint program.
    Accumulator,
    /// Zero-initialised cells, or a shared reference into them.
    Shadow,
    /// A vector of recorded tuples.
    Record,
    /// A pullback returned by a callee's `forward`.
    Pull,
}

/// The light type inferred from syntax. Used for readable output, for cost, and to know what cannot be active;
/// never trusted for soundness: `Unknown` is always right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `f64` or `f32`: known to be a float.
    Float,
    /// Any integer.
    Integer,
    /// `bool`.
    Bool,
    /// `()`.
    Unit,
    /// Known to carry no derivative, otherwise opaque (`char`, `String`, ranges, a `#[constant]` of any type).
    Passive,
    /// `[T; N]`.
    Array(Box<Kind>),
    /// `[T]`.
    Slice(Box<Kind>),
    /// `Vec<T>`.
    Vec(Box<Kind>),
    /// A tuple that is kept whole.
    Tuple(Vec<Kind>),
    /// `&T` or `&mut T`.
    Ref(bool, Box<Kind>),
    /// Anything else: may be active, treated as memory, rules found by traits.
    Unknown,
}

impl Kind {
    /// A number or a bool: always `Copy`.
    pub fn is_scalar(&self) -> bool {
        matches!(self, Kind::Float | Kind::Integer | Kind::Bool)
    }

    /// Known by syntax to carry no derivative.
    pub fn is_inactive(&self) -> bool {
        match self {
            Kind::Integer | Kind::Bool | Kind::Unit | Kind::Passive => true,
            Kind::Float | Kind::Unknown => false,
            Kind::Array(k) | Kind::Slice(k) | Kind::Vec(k) | Kind::Ref(_, k) => k.is_inactive(),
            Kind::Tuple(kinds) => kinds.iter().all(Kind::is_inactive),
        }
    }
}
