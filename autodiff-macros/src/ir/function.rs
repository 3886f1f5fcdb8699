//! Functions, and the blocks that their bodies are made of.

use super::{Stmt, Value, ValueData};

/// One function in the representation.
#[derive(Clone, Debug)]
pub struct Function {
    /// All values, indexed by [`Value`].
    pub values: Vec<ValueData>,
    /// The parameters, in the user's order.
    pub params: Vec<Param>,
    /// The body.
    pub body: Block,
    /// What the function returns, available at the end of `body`.
    pub result: Tree,
    /// The written return type; `()` if none.
    pub result_ty: syn::Type,
    /// Tangent programs: for each set of directions, for each parameter its tangent parameter, if it is active.
    pub dots: Vec<Vec<Option<Value>>>,
    /// Tangent programs: for each set of directions the tangent of `result`, of the same shape, with `()` for integers and the like;
    /// printed as nested pairs.
    pub result_dots: Vec<Tree>,
    /// Fused programs: the parameters that follow on the primal ones.
    pub cotangents: Option<Cotangents>,
}

/// The cotangent of a function's result, and where those of its parameters go.
#[derive(Clone, Debug)]
pub struct Cotangents {
    /// The result's shadow.
    pub out_bar: Value,
    /// For each parameter its shadow, if it is active: a Shadow with `optional`.
    pub shadows: Vec<Option<Value>>,
    /// The program may return `None` instead of the result, and leave the shadows as they happen to be.
    pub gives_up: bool,
}

impl Cotangents {
    /// All of them.
    pub fn values(&self) -> impl Iterator<Item = Value> + '_ {
        [self.out_bar].into_iter().chain(self.shadows.iter().flatten().copied())
    }
}

impl std::ops::Index<Value> for Function {
    type Output = ValueData;
    fn index(&self, value: Value) -> &ValueData {
        &self.values[value.0 as usize]
    }
}

/// One parameter. Pattern parameters (`(a, b): (f64, f64)`) have been given a name and are taken apart in the body.
#[derive(Clone, Debug)]
pub struct Param {
    /// The parameter as a value: Plain for by-value floats, integers, bools and passive types; `Owner` for other by-value
    /// types; `View` for references.
    pub value: Value,
    /// The type as written, without `#[constant]`.
    pub ty: syn::Type,
    /// How it is passed.
    pub mode: Mode,
    /// Differentiable: has a shadow and a tangent.
    pub active: bool,
    /// A function whose derivative with respect to its arguments is asked for.
    pub needs_derivative: bool,
}

/// How a parameter is passed by the user; see the calling convention in the crate docs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// By value, `Copy` by syntax (floats, integers, `bool`, `char`, and arrays and tuples of those).
    Copy,
    /// By value, anything else.
    Move,
    /// `&T`.
    Shared,
    /// `&mut T`.
    Mut,
    /// A function: what it captures by reference, and beside it its code.
    Function,
}

/// A result made of values: functions return trees, so that tuples need no temporaries.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// `()`.
    Unit,
    /// One value: Plain, or an Owner that is moved out (or copied, for arrays).
    Leaf(Value),
    /// `(a, b, …)`.
    Tuple(Vec<Tree>),
}

/// A sequence of statements and what it hands to the outside.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// In order of execution.
    pub stmts: Vec<Stmt>,
    /// Values yielded to the enclosing construct, which says what they mean.
    pub yields: Vec<Value>,
    /// The block ends in a panic and yields nothing.
    pub diverges: bool,
}

impl Tree {
    /// Results by set of directions as one: the last direction's pair outermost, `((y, y_dot), (y_dot2, y_dot_dot2))`.
    pub fn paired(by_set: &[Tree]) -> Tree {
        match by_set {
            [one] => one.clone(),
            all => {
                let (without, with) = all.split_at(all.len() / 2);
                Tree::Tuple(vec![Tree::paired(without), Tree::paired(with)])
            }
        }
    }

    /// The values in it, from left to right.
    pub fn leaves(&self) -> Vec<Value> {
        match self {
            Tree::Unit => Vec::new(),
            Tree::Leaf(value) => vec![*value],
            Tree::Tuple(parts) => parts.iter().flat_map(Tree::leaves).collect(),
        }
    }
}
