//! Methods of the user's with names that text has were taken for constants.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Plane {
    lift: f64,
    name: String,
}

#[differentiate]
impl Plane {
    fn trim(&self) -> f64 {
        self.lift * self.lift
    }
}

#[differentiate]
fn steady(lift: f64, x: f64, name: &str) -> f64 {
    let plane = Plane { lift, name: name.to_string() };
    let lines = if plane.name.as_str() == "a" || plane.name.starts_with("ab") { x * lift } else { 0.5 };
    plane.trim() * x + lines
}

/// An array is not filled from what a field behind it has changed.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Row {
    data: [f64; 3],
    scale: f64,
}

#[differentiate]
fn filled_beside(x: &[f64; 3], k: f64) -> f64 {
    let row = Row { data: std::array::from_fn(|i| k * x[i]), scale: k * k };
    row.data[1] * row.scale + row.data[2]
}

programs! {
    steady: (lift = 0.4, x = 0.7, const name = "a"), (lift = 0.4, x = 0.7, const name = "b"), (lift = 0.4, x = 0.7, const name = "abc");
    filled_beside: (&x = [0.4, 0.5, 0.6], k = 0.7);
}
