//! Forms that other tools for automatic differentiation get wrong, or cannot do: each one here for a reason stated with it.
// Clippy's lints do not count here, rustc's are denied, so it would find nothing; `tests/lints.rs` is there for them.
#![cfg(not(clippy))]
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(clippy::all, reason = "forms that lints advise against are what is tested")]

/// Only `tests/programs_order_2` has second derivatives.
macro_rules! second {
    ($($program:tt)*) => {
        None
    };
}

#[macro_use]
mod harness;

use differentiate::differentiate;

/// An in-place sweep inside an outer loop: silently wrong gradients where what was overwritten is cached once.
#[differentiate]
fn sweeps(v: &[f64], rounds: usize) -> f64 {
    let mut v = v.to_vec();
    for _ in 0..rounds {
        for i in 1..v.len() {
            v[i] = (v[i - 1] * v[i]).sin() + 0.1 * v[i];
        }
    }
    v.iter().sum()
}

/// The same through a callee.
#[differentiate]
fn relaxed(left: f64, right: f64) -> f64 {
    (left * right).sin() + 0.1 * right
}

#[differentiate]
fn sweeps_by_call(v: &mut [f64], rounds: usize) {
    for _ in 0..rounds {
        for i in 1..v.len() {
            v[i] = relaxed(v[i - 1], v[i]);
        }
    }
}

/// Growth by `push`, which reallocates: the compiler aborts where memory is shadowed byte by byte.
#[differentiate]
fn pushes(x: f64, n: usize) -> f64 {
    let mut v = Vec::new();
    for i in 0..n {
        let last = if v.is_empty() { x } else { v[i - 1] };
        v.push(last * x + i as f64);
    }
    v[n - 1]
}

/// Reassignment of one name.
#[differentiate]
fn reassigned(x: &[f64]) -> f64 {
    let mut s = x[1];
    s = s * x[0];
    s = s * s;
    s
}

/// Several variables of one name.
#[differentiate]
fn shadowed(x: &[f64]) -> f64 {
    let s = x[0];
    let s = s * x[0];
    let s = s + s * x[1];
    s
}

/// `+=` in debug builds, where it is a call through a reference.
#[differentiate]
fn added_up(x: &[f64], w: [f64; 3]) -> f64 {
    let mut s = 0.0;
    let mut t = [0.0; 2];
    for i in 0..x.len() {
        s += x[i] * w[i];
        t[i % 2] += s;
        t[0] *= w[0];
    }
    s -= t[1];
    s /= t[0];
    s
}

/// `windows(2)` in debug builds.
#[differentiate]
fn differences(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for w in x.windows(2) {
        let d = w[1] - w[0];
        s += d * d * d;
    }
    s
}

/// `iter().map().sum()` in debug builds.
#[differentiate]
fn mapped_sum(x: &[f64], k: f64) -> f64 {
    x.iter().map(|v| (v * k).exp()).sum()
}

/// `continue` beside `split_at_mut`.
#[differentiate]
fn continue_beside_split(x: &mut [f64], a: f64) -> f64 {
    let n = x.len() / 2;
    let (low, high) = x.split_at_mut(n);
    let mut s = 0.0;
    for i in 0..n {
        if low[i] < 0.0 {
            high[i] *= a;
            continue;
        }
        low[i] *= high[i];
        if low[i] > 1.0 {
            continue;
        }
        high[i] += low[i];
        s += high[i] * a;
    }
    s
}

/// Integer slices beside float slices, of which one is written.
#[differentiate]
fn integers_beside_floats(x: &[f64], index: &[usize], counts: &mut [u32], out: &mut [f64]) {
    for &i in index {
        counts[i] += 1;
        out[i] += x[i] * f64::from(counts[i]);
    }
    for (o, c) in out.iter_mut().zip(counts.iter()) {
        if *c > 1 {
            *o *= *o;
        }
    }
}

/// `collect::<Vec<_>>()`, in forward mode as in reverse.
#[differentiate]
fn collected(x: &[f64], a: f64) -> f64 {
    let scaled = x.iter().map(|v| v * a).collect::<Vec<_>>();
    let shifted = scaled.iter().enumerate().map(|(i, v)| v.sin() + x[i]).collect::<Vec<_>>();
    shifted.iter().zip(&scaled).map(|(s, t)| s * t).sum::<f64>()
}

/// A power of a negative base, and of zero: the derivative with respect to the base needs no logarithm.
#[differentiate]
fn constant_power(x: f64) -> f64 {
    x.powf(3.0) + x.powf(2.0) - 2.0 * x.powi(3)
}

/// A matrix multiplied into itself again and again, buffers exchanged.
#[differentiate]
fn matrix_power(m: &[[f64; 2]; 2], n: usize) -> [[f64; 2]; 2] {
    let mut p = *m;
    for _ in 0..n {
        let mut q = [[0.0; 2]; 2];
        for i in 0..2 {
            for j in 0..2 {
                for k in 0..2 {
                    q[i][j] += p[i][k] * m[k][j];
                }
            }
        }
        p = q;
    }
    p
}

programs! {
    sweeps: (&v = vec![0.9, 0.7, 1.3, -0.4, 0.6], const rounds = 3), (&v = vec![0.9, 0.7], const rounds = 0) => 1.6;
    sweeps_by_call -> unit: (&mut v = vec![0.9, 0.7, 1.3, -0.4, 0.6], const rounds = 3);
    pushes: (x = 1.3, const n = 6), (x = 1.3, const n = 1) => 1.69;
    reassigned: (&x = vec![0.7, 1.3]) => 0.8281;
    shadowed: (&x = vec![0.7, 1.3]) => 0.49 * 2.3;
    added_up: (&x = vec![0.7, 1.3, -0.4], w = [0.9, 0.6, 1.1]);
    differences: (&x = vec![0.7, 1.3, -0.4]) => 0.216 - 4.913, (&x = vec![0.7]) => 0.0;
    mapped_sum: (&x = vec![0.7, 1.3], k = 0.5);
    continue_beside_split: (&mut x = vec![0.7, -0.3, 1.5, 2.0, 0.6, 1.1], a = 1.3);
    integers_beside_floats -> unit: (
        &x = vec![0.7, 1.3, -0.4], const &index = vec![2, 0, 2, 2], const &mut counts = vec![0, 0, 0], &mut out = vec![0.1, 0.2, 0.3]
    ) => [0.8, 0.2, 4.41];
    collected: (&x = vec![0.7, 1.3], a = 0.5);
    constant_power: (x = -1.5), (x = 2.0) => -4.0;
    matrix_power -> many: (&m = [[0.7, 0.3], [-0.4, 0.9]], const n = 4);
}

#[test]
fn powers_of_a_base_that_is_not_positive() {
    assert_eq!(constant_power::value_and_grad(0.0), (0.0, 0.0));
    assert_eq!(constant_power::jvp(0.0, 1.0), (0.0, 0.0));
    assert_eq!(constant_power::value_and_grad(-1.0), (2.0, -5.0));
}

/// A derivative called inside a closure of a function that is not differentiated itself.
#[test]
fn derivatives_inside_closures() {
    let data = [vec![0.7, 1.3], vec![-0.4, 0.9]];
    let k = 0.5;
    let gradient = |row: &Vec<f64>| mapped_sum::grad(row, k).0;
    let found: Vec<Vec<f64>> = data.iter().map(gradient).collect();
    for (row, found) in data.iter().zip(&found) {
        for (x, x_bar) in row.iter().zip(found) {
            assert!((x_bar - k * (k * x).exp()).abs() < 1e-15);
        }
    }

    // Gradient descent in a boxed closure, and the derivative as a plain function pointer.
    let minimise = |gradient: fn(f64) -> f64, start: f64| (0..200).fold(start, |x, _| x - 0.1 * gradient(x));
    #[differentiate]
    fn bowl(x: f64) -> f64 {
        (x - 3.0).powi(2) + 1.0
    }
    let boxed: Box<dyn Fn(f64) -> f64> = Box::new(move |start| minimise(bowl::grad, start));
    assert!((boxed(-4.0) - 3.0).abs() < 1e-12);
}

/// Derivatives in several threads at once: nothing global is involved.
#[test]
fn derivatives_in_threads() {
    let expected = sweeps::grad(&[0.9, 0.7, 1.3], 4);
    let all: Vec<_> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..4).map(|_| scope.spawn(|| sweeps::grad(&[0.9, 0.7, 1.3], 4))).collect();
        handles.into_iter().map(|handle| handle.join().expect("the thread ends")).collect()
    });
    assert!(all.iter().all(|found| *found == expected));
}
