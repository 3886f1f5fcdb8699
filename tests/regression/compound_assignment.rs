//! `a += b` of a type of the user's is what its `AddAssign` makes of it, not `a = a + b`.

use crate::differentiate;
use differentiate::Differentiable;
use std::ops::{Add, AddAssign};

/// `+=` adds twice.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct V {
    x: f64,
}

#[differentiate]
impl Add for V {
    type Output = V;
    fn add(self, o: V) -> V {
        V { x: self.x + o.x }
    }
}

#[differentiate]
impl AddAssign for V {
    fn add_assign(&mut self, o: V) {
        self.x += 2.0 * o.x;
    }
}

#[differentiate]
fn adds(x: f64, y: f64) -> f64 {
    let mut a = V { x };
    a += V { x: y };
    a.x
}

#[differentiate]
fn adds_constants(x: f64, #[constant] c: V) -> f64 {
    let mut a = c;
    a += c;
    a.x * x
}

programs! {
    adds: (x = 1.0, y = 3.0);
    adds_constants: (x = 1.0, const c = V { x: 3.0 });
}

#[test]
fn the_value_is_that_of_the_impl() {
    assert_eq!(adds::jvp(1.0, 3.0, 1.0, 10.0), (7.0, 21.0));
    assert_eq!(adds::grad(1.0, 3.0), (1.0, 2.0));
    assert_eq!(adds_constants::grad(1.0, V { x: 3.0 }), 9.0);
}
