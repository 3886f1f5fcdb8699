//! What is differentiated: `#[constant]`, `wrt(..)`, `stop_gradient`, and places where functions may stand.

use crate::differentiate;
use differentiate::stop_gradient;

#[differentiate]
fn weighted_error(w: &[f64], #[constant] x: &[f64], #[constant] y: f64, rate: f64) -> f64 {
    let mut s = -y;
    for (a, b) in w.iter().zip(x) {
        s += a * b;
    }
    rate * s * s
}

#[differentiate(wrt(a, c))]
fn chosen(a: f64, b: f64, c: &[f64], d: &[f64]) -> f64 {
    a * b * c[0] + d[0] * c[1] * a
}

#[differentiate]
fn stopped(x: f64, y: f64) -> f64 {
    let a = x * y;
    let b = stop_gradient(a);
    a * y + b.floor()
}

#[differentiate]
fn data_rows(w: &[f64], #[constant] rows: &[Vec<f64>], #[constant] target: &[f64]) -> f64 {
    let mut loss = 0.0;
    for (row, t) in rows.iter().zip(target) {
        loss += weighted_error(w, row, *t, 0.5);
    }
    loss
}

/// The callee's parameter is differentiable, but what it is given is not.
#[differentiate(wrt(w))]
fn constants_for_active_parameters(w: &[f64], data: &[f64]) -> f64 {
    chosen(1.5, 2.0, w, data) + w[1] * chosen(data[0], data[1], data, data) + chosen(w[1], 2.0, data, data)
}

/// Integers of all kinds and strings are never differentiated.
#[differentiate]
fn passive_types(name: &str, flags: &[bool], grid: &[[usize; 2]], x: f64, letter: char) -> f64 {
    let mut s = 0.0;
    for (flag, cell) in flags.iter().zip(grid) {
        if *flag {
            s += x * add_one(cell[0] + cell[1]) as f64;
        }
    }
    if letter == 'a' { s * name.len() as f64 } else { s * s }
}

#[differentiate]
#[inline]
#[must_use]
#[allow(clippy::needless_return)]
pub(crate) fn decorated(/* a comment */ x: f64) -> f64 {
    return x * x;
}

#[differentiate]
const fn constant_function(x: f64) -> f64 {
    x * x + 1.0
}

const AT_TWO: f64 = constant_function(2.0);

mod raw {
    use crate::differentiate;

    #[differentiate]
    pub(super) fn r#gen(r#type: f64, r#match: &[f64]) -> f64 {
        r#type * r#match[0]
    }
}
use raw::r#gen;

/// Names that generated code might have liked to use itself.
#[differentiate]
fn unlucky_names(y_bar: f64, x_dot: &[f64], pull: f64, out: f64, rt: f64) -> f64 {
    let x_bar = y_bar * pull;
    let forward = x_dot[0] * out;
    let cell = x_bar + forward * rt;
    let t0 = cell * cell;
    let grad = t0 + rt;
    grad * x_bar
}

fn add_one(n: usize) -> usize {
    n + 1
}

programs! {
    weighted_error: (&w = vec![0.5, 2.0], const &x = vec![1.0, 3.0], const y = 4.5, rate = 0.5) => 2.0;
    chosen: (a = 0.7, const b = 1.3, &c = vec![0.5, 2.0], const &d = vec![0.25]) => 0.455 + 0.35;
    data_rows: (&w = vec![0.5, 2.0], const &rows = vec![vec![1.0, 3.0], vec![-1.0, 0.5]], const &target = vec![4.5, 0.0]);
    constants_for_active_parameters: (&w = vec![0.5, 2.0], const &data = vec![0.25, 0.75]);
    passive_types: (const name = "abc", const &flags = vec![true, false, true], const &grid = vec![[1, 2], [3, 4], [0, 1]], x = 0.7, const letter = 'a') => 12.6;
    decorated: (x = 3.0) => 9.0;
    constant_function: (x = 2.0) => AT_TWO;
    r#gen: (r#type = 0.5, &r#match = vec![3.0]) => 1.5;
    unlucky_names: (y_bar = 0.7, &x_dot = vec![1.3], pull = 0.4, out = -0.6, rt = 0.9);
}

/// Differences would see the constant part, so this one is checked by hand.
#[test]
fn stop_gradient_is_a_constant() {
    let square = stopped::grad(1.5, 2.0);
    assert_eq!(square, (4.0, 6.0));
    assert_eq!(stopped::jvp(1.5, 2.0, 1.0, 0.5), (stopped(1.5, 2.0), 7.0));
}

#[test]
fn a_function_inside_a_function() {
    #[differentiate]
    fn local(x: f64) -> f64 {
        x.powi(3)
    }
    assert_eq!(local::grad(2.0), 12.0);
}
