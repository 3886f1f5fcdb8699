//! Rules of the user's: a function whose body is opaque and whose derivative is given beside it.
//!
//! # `d(x) = expr`
//!
//! The body is not lowered, so that it may hold anything that Rust has. The program of such a function is one statement,
//!
//! ```text
//! out = call f::primal(x, w, n)
//! ```
//!
//! a [`Call`](crate::ir::Call) whose [`Callee`](crate::ir::Callee) is `Ruled`: it says for each argument which *function* computes
//! the partial derivative with respect to it, and from which arguments (and `out`). These functions stand beside `f`; their bodies
//! are the user's expressions, which rustc so resolves and checks where the user wrote them:
//!
//! ```text
//! fn __f_d_x(x: f64, out: f64) -> f64 { expr }
//! ```
//!
//! Everything else is as for any other function: analyses, transforms and emission see a call. What they have to know of it:
//!
//! | stage | |
//! |---|---|
//! | activity | nothing: the result of a call depends on all of its arguments |
//! | adjoint | the forward sweep runs the call as it is; the reverse sweep emits `x_bar += out_bar * __f_d_x(x, out)` |
//! | tangent | behind the call, `out_dot = Σ __f_d_x(x, out) * x_dot` |
//! | tangent of the adjoint | nothing: `__f_d_x(x, out)` is a call of a function like any other, whose `tangent` it calls, and `out` has the tangent that the line above gives it |
//!
//! So the representation stays closed, and a derivative of order n needs of each `__f_d_x` its derivatives of order n - 1: the
//! function that is emitted is `#[differentiate]`d itself then, and its expression has to be made of what has derivatives. At
//! order 1 it may be anything.
//!
//! A partial derivative is pure by contract: it is not computed where nobody wants the result.
//!
//! # `vjp = path, jvp = path`
//!
//! For what is not a float of floats. Both hidden functions of the companion are written from a template ([`functions`]): there is
//! no program, and no higher order.

mod check;
pub mod functions;
pub mod partials;

pub use check::Rules;

use syn::{Expr, Ident, Path};

/// The user's rule, checked against the function it is for.
#[derive(Clone, Debug)]
pub enum UserRule {
    /// `d(x) = expr`, for each differentiable parameter.
    Partials(Vec<(Ident, Expr)>),
    /// `vjp = path, jvp = path`.
    Functions {
        /// `fn(params…, y_bar) -> gradients`.
        vjp: Path,
        /// `fn(params…, dots…) -> (value, dot)`.
        jvp: Path,
    },
}

#[cfg(test)]
mod tests;
