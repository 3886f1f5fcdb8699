//! Loops whose reverse depends on how often they run: in one for few iterations, one for each array and in lanes for many.

use crate::differentiate;

/// `out = L v`, as in a mixture: whether there are few is asked outside of both loops.
#[differentiate]
fn triangle(diagonal: &[f64], l: &[f64], v: &[f64], out: &mut [f64]) {
    let d = v.len();
    for j in 0..d {
        out[j] = diagonal[j] * v[j];
    }
    let mut p = 0;
    for i in 0..d {
        for j in i + 1..d {
            out[j] += l[p] * v[i];
            p += 1;
        }
    }
}

/// The sum for an adjoint, and what is added to, go through rows of another length than there are of them.
#[differentiate]
fn transposed(a: &[f64], x: &[f64], width: usize) -> f64 {
    let mut out = vec![0.0; width];
    for i in 0..x.len() {
        let scale = x[i].sin();
        for j in 0..width {
            out[j] += scale * a[i * width + j] * a[i * width + j];
        }
    }
    out.iter().map(|v| v * v).sum()
}

/// Two lengths that are asked about in one nest.
#[differentiate]
fn of_two_lengths(x: &[f64], y: &[f64], times: usize) -> f64 {
    let mut sum = 0.0;
    for k in 0..times {
        let by = 0.1 * k as f64 + x[0];
        for i in 0..x.len() {
            sum += by * x[i] * x[i];
        }
        for i in 0..y.len() {
            sum -= by * y[i] * x[0];
        }
    }
    sum
}

/// Three nested loops about one length.
#[differentiate]
fn product(a: &[f64], b: &[f64], c: &mut [f64], n: usize) {
    for i in 0..n {
        for k in 0..n {
            let a_ik = a[i * n + k];
            for j in 0..n {
                c[i * n + j] += a_ik * b[k * n + j];
            }
        }
    }
}

/// Something is recorded, and neighbours are gathered.
#[differentiate]
fn relaxed(u: &mut [f64], rate: f64, steps: usize) -> f64 {
    let n = u.len();
    let mut next = u.to_vec();
    for _ in 0..steps {
        for i in 1..n - 1 {
            next[i] = u[i] + rate * (u[i - 1] - 2.0 * u[i] + u[i + 1]).tanh();
        }
        u.copy_from_slice(&next);
    }
    u.iter().map(|v| v * v).sum()
}

fn wave(n: usize) -> Vec<f64> {
    (0..n).map(|i| 0.4 + 0.3 * (1.7 * i as f64).sin()).collect()
}

programs! {
    triangle -> unit: (&diagonal = wave(3), &l = wave(3), &v = wave(3), &mut out = vec![0.0; 3]),
        (&diagonal = wave(1), &l = Vec::<f64>::new(), &v = wave(1), &mut out = vec![0.5; 1]),
        (&diagonal = wave(67), &l = wave(67 * 33), &v = wave(67), &mut out = vec![0.1; 67]);
    transposed: (&a = wave(6), &x = wave(3), const width = 2), (&a = wave(3 * 66), &x = wave(3), const width = 66),
        (&a = wave(66 * 2), &x = wave(66), const width = 2), (&a = Vec::<f64>::new(), &x = wave(2), const width = 0);
    of_two_lengths: (&x = wave(3), &y = wave(66), const times = 3), (&x = wave(66), &y = wave(2), const times = 2),
        (&x = wave(66), &y = wave(67), const times = 2), (&x = wave(2), &y = Vec::<f64>::new(), const times = 2);
    product -> unit: (&a = wave(4), &b = wave(4), &mut c = wave(4), const n = 2);
    relaxed: (&mut u = wave(5), rate = 0.2, const steps = 3), (&mut u = wave(68), rate = 0.2, const steps = 3);
}
