//! `square`, and twice its argument: the square's derivative.

use super::Functions;
use crate::evaluation::task;
use differentiate::differentiate;

/// What can be asked for.
pub const FUNCTIONS: Functions =
    &[("square", |input| task(input, |x: &f64| square(*x))), ("double", |input| task(input, |x: &f64| square::grad(*x)))];

/// x².
#[differentiate]
pub fn square(x: f64) -> f64 {
    x * x
}
