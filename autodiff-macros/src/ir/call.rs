//! Calls of differentiated functions, and pullbacks.

use super::{Block, Function, Opaque, Place, Tree, Value};
use proc_macro2::Ident;
use std::rc::Rc;

/// A call of a function that has (or must have) a companion.
#[derive(Clone, Debug)]
pub struct Call {
    /// `path::to::g`, with the user's span and turbofish.
    pub path: syn::Path,
    /// In the callee's order; a function value is what it captures, each an argument.
    pub args: Vec<Arg>,
    /// The function values among them.
    pub functions: Vec<FunctionArg>,
    /// What the call defines: Plain (known to be a float or inactive), Owner (unknown, arrays, `Vec`s), a tuple of those as destructured at the
    /// call, or nothing.
    pub result: Tree,
    /// Defined by the call if the callee returns a `Result` whose error is used: the error, as an `Option`. The result is an `Option`, too, then.
    pub error: Option<Value>,
    /// What is known of the callee.
    pub callee: Callee,
    /// What is known of how it takes the first argument.
    pub receiver: Receiver,
    /// Defined in adjoint programs: the callee's pullback. `Some` makes this a call of `path::forward`.
    pub pull: Option<Value>,
    /// In tangent programs what belongs to each set of directions: makes this a call of the tangent of `path::forward`, or of `path` itself.
    pub tangents: Vec<TangentCall>,
    /// In fused programs: the pullback runs inside of the call. `Some` makes this a call of `path::fused`.
    pub at_once: Option<AtOnce>,
    /// In adjoint programs of order 1: for which arguments the pullback has to put back what it was lent. `None`: for all. `Some` makes this a
    /// call of `path::forward_over`, see [`mod@spare`](crate::transform::spare).
    pub kept: Option<Opaque>,
}

/// See [`Call::at_once`]; as in a [`Pull`].
#[derive(Clone, Debug)]
pub struct AtOnce {
    /// The shadow of the result.
    pub out_bar: Tree,
    /// For each argument where its adjoint goes.
    pub slots: Vec<SlotArg>,
}

/// What a call calls.
#[derive(Clone, Debug, PartialEq)]
pub enum Callee {
    /// A function with a companion.
    Companion,
    /// A method: the path is its name, the first argument the receiver, borrowed. Its derivatives stand beside it.
    Method,
    /// A method or function by the name of its type or trait.
    Associated {
        /// `T as Trait` of `<T as Trait>::f`.
        qself: Option<syn::QSelf>,
    },
    /// An opaque function of floats, whose partial derivatives are computed by other functions: for each argument, if it has one.
    /// It is never called by `forward` or `tangent`. See [`crate::user_rule`].
    Ruled(Vec<Option<Partial>>),
    /// One of those: as with a companion, and pure, so that it may be called later or not at all.
    Partial,
    /// A parameter that is a function, by the name of its code; it is the first argument, too.
    Function,
}

/// See [`Call::receiver`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Receiver {
    /// As that is written, or it is no method.
    #[default]
    Known,
    /// Borrowed mutably, if it can be: whether the method changes it is not known.
    Unseen,
    /// The same, and rustc is asked to prove that the method does not change it.
    Unchanged,
}

/// A function value among the arguments of a [`Call`] or [`Pull`].
#[derive(Clone, Debug)]
pub struct FunctionArg {
    /// Where what it captures starts among the arguments.
    pub at: usize,
    /// How each of them is passed.
    pub captures: Vec<Capture>,
    /// What is called.
    pub code: Code,
}

/// How something that a closure captures is passed to the code of that closure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capture {
    /// A float.
    Number,
    /// Memory with derivatives.
    Active,
    /// Anything without.
    Inert,
    /// A number without.
    Fixed,
    /// A function value.
    Function,
}

/// What computes a function value.
#[derive(Clone, Debug)]
pub enum Code {
    /// A closure of the user's.
    Closure(Rc<ClosureCode>),
    /// That of a parameter, by its name. The parameter is what is captured.
    Param(Ident),
}

/// A closure as a function of what it captures and what it takes. The types of its parameters are rustc's business.
#[derive(Clone, Debug)]
pub struct ClosureCode {
    /// As written.
    pub function: Function,
    /// Forward sweep and pullback, and the tangents of that in more and more directions.
    pub adjoints: Vec<Function>,
    /// Value and directional derivative, in more and more directions.
    pub tangents: Vec<Function>,
}

/// An argument of a call, as the callee sees it.
#[derive(Clone, Copy, Debug)]
pub enum Argument<'a> {
    /// That of the call's.
    One(usize),
    /// Several of them.
    Function(&'a FunctionArg),
}

/// The arguments from `first` on.
pub fn arguments(functions: &[FunctionArg], first: usize, count: usize) -> Vec<Argument<'_>> {
    let (mut all, mut at) = (Vec::new(), first);
    let mut functions = functions.iter().peekable();
    while at < count || functions.peek().is_some() {
        match functions.next_if(|function| function.at == at) {
            Some(function) => {
                all.push(Argument::Function(function));
                at += function.captures.len();
            }
            None => {
                all.push(Argument::One(at));
                at += 1;
            }
        }
    }
    all
}

/// A partial derivative of an opaque function.
#[derive(Clone, Debug, PartialEq)]
pub struct Partial {
    /// The function that computes it.
    pub path: syn::Path,
    /// What that takes, in order.
    pub inputs: Vec<Input>,
}

/// An argument of a [`Partial`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// That argument of the call.
    Arg(usize),
    /// The result of the call.
    Out,
}

/// See [`Call::tangents`].
#[derive(Clone, Debug)]
pub struct TangentCall {
    /// For each argument its tangent; `None` for what is zero or has none (integers, constants of unknown type).
    pub args: Vec<Option<Arg>>,
    /// The result's tangent, shaped like [`Call::result`].
    pub result: Tree,
}

/// An argument as the user passes it.
#[derive(Clone, Debug)]
pub enum Arg {
    /// By value: Plain or an Owner (moved, or copied if it can be).
    Value(Value),
    /// A reference variable passed on (`w`), or memory borrowed in place (`&w[1..]`, `&mut buf`); an empty projection of a View is that view itself.
    Borrow {
        /// `&mut`.
        mutable: bool,
        /// What is passed.
        place: Place,
    },
}

/// See [`Stmt::Pull`](super::Stmt::Pull).
#[derive(Clone, Debug)]
pub struct Pull {
    /// The pullback.
    pub pull: Value,
    /// Of a [`Callee::Method`]: how that takes its receiver is not known.
    pub is_method: bool,
    /// Of a [`Callee::Function`]: what it does with numbers is not known, so it is handed them again.
    pub is_function: bool,
    /// The arguments of the forward call, for the slots of the primal.
    pub args: Vec<Arg>,
    /// The function values among them.
    pub functions: Vec<FunctionArg>,
    /// The shadow of the result: for a Plain float its adjoint (wrapped in a new cell), for an Owner its shadow; shaped like [`Call::result`].
    pub out_bar: Tree,
    /// For each argument where its adjoint goes.
    pub slots: Vec<SlotArg>,
    /// In tangent programs what belongs to each set of directions.
    pub tangents: Vec<TangentPull>,
}

/// See [`Pull::tangents`].
#[derive(Clone, Debug)]
pub struct TangentPull {
    /// The tangents of the arguments, in the state after the call; `None` for what is zero or has none.
    pub args: Vec<Option<Arg>>,
    /// The tangent of `out_bar`.
    pub out_bar: Tree,
    /// For each argument where the tangent of its adjoint goes.
    pub slots: Vec<SlotArg>,
}

/// Where the adjoint of one argument goes.
#[derive(Clone, Debug)]
pub enum SlotArg {
    /// Not wanted.
    None,
    /// Into a shadow.
    Shadow(Place),
    /// Into a new cell, read back into this Plain value after the pull (arguments that are Plain floats).
    Cell(Value),
}

/// See [`Stmt::Closure`](super::Stmt::Closure).
#[derive(Clone, Debug)]
pub struct Closure {
    /// For each parameter of the function: the primal in its after-call state, visible in `body` under the parameter's own value unless `Ignored`.
    pub primals: Vec<PrimalSlot>,
    /// The result's shadow: Plain floats as accumulators are read from it in `body` by [`Op::Peek`](super::Op::Peek).
    pub out_bar: Value,
    /// For each parameter its shadow, if it is active: a Shadow with `optional`.
    pub shadows: Vec<Option<Value>>,
    /// In tangent programs what belongs to each set of directions.
    pub tangents: Vec<TangentClosure>,
    /// The reverse sweep.
    pub body: Block,
}

/// See [`Closure::tangents`].
#[derive(Clone, Debug)]
pub struct TangentClosure {
    /// The tangents of the primal slots. One that is not given is zero.
    pub primals: Vec<PrimalSlot>,
    /// The tangent of the result's shadow.
    pub out_bar: Value,
    /// For each parameter the tangent of its shadow, which may be wanted when that is not, and the other way round.
    pub shadows: Vec<Option<Value>>,
}

/// One primal slot of a pullback.
#[derive(Clone, Copy, Debug)]
pub enum PrimalSlot {
    /// By-value `Copy` parameter: the closure captured it if it is needed.
    Ignored,
    /// Passed again; bound to this parameter value.
    Again(Value),
}

impl Call {
    /// Something that it calls has a name for its derivatives only.
    pub fn has_code(&self) -> bool {
        self.callee == Callee::Function || !self.functions.is_empty()
    }
}

impl Callee {
    /// It is found by its name, with its derivatives beside it or in a companion.
    pub fn has_siblings(&self) -> bool {
        match self {
            Callee::Companion | Callee::Method | Callee::Associated { .. } => true,
            Callee::Ruled(_) | Callee::Partial | Callee::Function => false,
        }
    }
}
