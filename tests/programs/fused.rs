//! Gradients whose reverse sweep runs along with the forward sweep, and neighbours of these that must not.

use crate::differentiate;

/// The minor of `a` that lists of rows and columns leave: entry `n` of a list is its head, entry `i` what comes after `i`.
#[differentiate]
fn minor(a: &[f64], n: usize, size: usize, rows: &mut [usize], columns: &mut [usize]) -> f64 {
    let row = rows[n];
    let mut column = columns[n];
    if size == 1 {
        return a[row * n + column];
    }
    rows[n] = rows[row];
    let (mut previous, mut sign, mut sum) = (n, 1.0, 0.0);
    for _ in 0..size {
        let element = a[row * n + column];
        columns[previous] = columns[column];
        sum += sign * element * minor(a, n, size - 1, rows, columns);
        columns[previous] = column;
        previous = column;
        column = columns[column];
        sign = -sign;
    }
    rows[n] = row;
    sum
}

/// The lists end up other than they were.
#[differentiate]
fn consumed(a: &[f64], depth: usize, taken: &mut [usize]) -> f64 {
    let at = taken[depth];
    taken[depth] = at + 1;
    if depth == 0 {
        return a[at] * a[at];
    }
    let mut sum = 0.0;
    for k in 0..2 {
        taken[0] = k;
        sum += a[at + k].sin() * consumed(a, depth - 1, taken);
    }
    sum
}

/// What the call is given depends on the parameter that the gradient is asked for.
#[differentiate]
fn nested_sums(x: f64, w: &[f64], depth: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..w.len() {
        let inner = if depth == 0 { x * w[i] } else { nested_sums(x * w[i], w, depth - 1) };
        sum += inner * inner.cos();
    }
    sum / w.len() as f64
}

/// The adjoint of the call's result needs the result: it cannot be known before.
#[differentiate]
fn squared_calls(x: f64, n: usize) -> f64 {
    if n == 0 {
        return x.sin();
    }
    let below = squared_calls(x * 0.9, n - 1);
    below * below + x
}

/// A loop inside of each term.
#[differentiate]
fn residuals(c: &[f64], n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..n {
        let t = -1.0 + 2.0 * i as f64 / (n - 1) as f64;
        let mut residual = if t == 0.0 { 0.0 } else { f64::signum(t) };
        let mut power = 1.0;
        for v in c {
            residual -= v * power;
            power *= t;
        }
        sum += residual * residual;
    }
    0.5 * sum / n as f64
}

/// Each term needs the one before: no iteration knows its adjoint.
#[differentiate]
fn chained(c: &[f64], x: f64) -> f64 {
    let (mut state, mut sum) = (x, 0.0);
    for v in c {
        state = (state * v).tanh();
        sum += state.exp();
    }
    sum * sum
}

/// The factor of the sum is known only behind the loop.
#[differentiate]
fn normalised(c: &[f64]) -> f64 {
    let (mut sum, mut norm) = (0.0, 1.0);
    for v in c {
        sum += v.exp();
        norm += v * v;
    }
    sum / norm
}

/// Memory that is written to between the terms.
#[differentiate]
fn with_buffer(c: &[f64]) -> f64 {
    let mut buffer = [1.0, 2.0];
    let mut sum = 0.0;
    for i in 0..c.len() {
        buffer[i % 2] = c[i] * buffer[(i + 1) % 2];
        sum += buffer[0].sin() * buffer[1];
    }
    sum
}

/// Branches in a term, and one that leaves the loop.
#[differentiate]
fn guarded(c: &[f64], limit: f64) -> f64 {
    let mut sum = 0.0;
    for v in c {
        if *v > limit {
            sum += (v - limit).exp() * v.sqrt();
        } else if *v > 0.1 {
            let mut inner = 1.0;
            for k in 0..3 {
                inner *= v.sin() + k as f64;
            }
            sum -= inner;
        }
    }
    sum
}

#[test]
fn lists_are_left_as_the_function_leaves_them() {
    let a = [0.3, 0.5, 0.9, 1.1];
    let (mut by_call, mut by_gradient) = (vec![0, 1, 0], vec![0, 1, 0]);
    let value = consumed(&a, 2, &mut by_call);
    let (same, _) = consumed::value_and_grad(&a, 2, &mut by_gradient);
    assert_eq!((value.to_bits(), by_call), (same.to_bits(), by_gradient));
}

programs! {
    minor: (&a = vec![0.3, 0.5, 0.9, 1.1, -0.4, 0.7, 0.2, 0.6, 1.3], const n = 3, const size = 3,
        const &mut rows = vec![1, 2, 3, 0], const &mut columns = vec![1, 2, 3, 0]);
    consumed: (&a = vec![0.3, 0.5, 0.9, 1.1], const depth = 2, const &mut taken = vec![0, 1, 0]);
    nested_sums: (x = 0.8, &w = vec![0.3, 0.5, 0.9], const depth = 2), (x = 0.8, &w = vec![0.3], const depth = 0);
    squared_calls: (x = 0.7, const n = 3);
    residuals: (&c = vec![0.3, 0.5, -0.9], const n = 7);
    chained: (&c = vec![0.3, 0.5, 0.9], x = 0.4);
    normalised: (&c = vec![0.3, 0.5, 0.9]);
    with_buffer: (&c = vec![0.3, 0.5, 0.9, 1.1, 0.8]);
    guarded: (&c = vec![0.05, 0.5, 0.9, 1.1, 0.3], limit = 0.6);
}
