//! Loops that the reverse sweep takes apart: neighbours, rows, sums, records by number, at every length down to none.

use crate::differentiate;

/// A stencil on a square grid, from a buffer that is a `Vec` back to the caller's slice.
#[differentiate]
fn smooth(grid: &mut [f64], n: usize, k: f64, rounds: usize) {
    let mut next = grid.to_vec();
    for _ in 0..rounds {
        for i in 1..n - 1 {
            for j in 1..n - 1 {
                let c = grid[i * n + j];
                let around = grid[(i - 1) * n + j] + grid[(i + 1) * n + j] + grid[i * n + j - 1] + grid[i * n + j + 1];
                next[i * n + j] = c + k * (around - 4.0 * c) * (1.0 + 0.1 * c * c);
            }
        }
        grid.copy_from_slice(&next);
    }
}

/// Neighbours up to three elements away on either side.
#[differentiate]
fn wide(u: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for i in 3..u.len().max(6) - 3 {
        let v = u[i - 3] * w + u[i + 3] - u[i + 1] * u[i - 1] + u[i] * u[i] * w;
        s += v * v;
    }
    s
}

/// The range of the loop is given, so that it may be empty or end before it starts.
#[differentiate]
fn between(u: &[f64], lo: usize, hi: usize) -> f64 {
    let mut s = 1.0;
    for i in lo..hi {
        s += (u[i + 1] - u[i]) * u[i + 2];
    }
    s
}

/// Accumulates in place, into the row above and its own.
#[differentiate]
fn multiply(a: &[f64], b: &[f64], c: &mut [f64], n: usize) {
    for i in 0..n {
        for k in 0..n {
            let a_ik = a[i * n + k];
            for j in 0..n {
                c[i * n + j] += a_ik * b[k * n + j];
            }
        }
    }
}

/// Each iteration records the exponential; the sums and the gradient read it by number.
#[differentiate]
fn weighted(x: &[f64], w: &[f64], lo: usize, shift: f64) -> f64 {
    let mut s = 0.0;
    for i in lo..x.len() {
        s += (x[i] - shift).exp() * w[i] * w[i];
    }
    s
}

/// Records in an inner loop, whose length changes.
#[differentiate]
fn triangle(x: &[f64], a: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        for j in i + 1..x.len() {
            s += (a * x[i] - x[j]).sin() * x[j];
        }
    }
    s
}

/// A counter that an inner loop carries on, in steps of two.
#[differentiate]
fn packed(l: &[f64], d: usize) -> f64 {
    let mut p = 0;
    let mut s = 0.0;
    for i in 0..d {
        for j in i..d {
            s += l[p] * l[p] * j as f64 + l[p + 1];
            p += 2;
        }
    }
    s * l[p]
}

/// What was just stored is used, and the same element twice.
#[differentiate]
fn stored_and_loaded(x: &[f64], k: f64) -> f64 {
    let mut t = vec![0.0; 4];
    let mut s = 0.0;
    for i in 0..x.len() {
        for j in 0..4 {
            t[j] = x[i] * k + j as f64 * t[j];
            s += t[j] * t[j];
        }
        t[0] = t[3] * t[3] * 0.1;
        s += t[0] * t[0];
    }
    s
}

/// What is read in order, and overwritten in the next round, is logged as a range, its derivatives beside it.
#[differentiate]
fn rounds(x: &[f64], k: f64) -> f64 {
    let n = x.len();
    let mut t = vec![0.0; n];
    let mut s = 0.0;
    for i in 0..3 {
        for j in 0..n {
            t[j] = x[j] * k + i as f64;
        }
        for j in 0..n {
            for r in j + 1..n {
                t[r] += x[j] * x[r];
            }
        }
        for j in 0..n {
            s += t[j] * t[j] * t[j];
        }
    }
    s
}

/// The running maximum and minimum, with ties.
#[differentiate]
fn spread(x: &[f64]) -> f64 {
    let (mut high, mut low) = (f64::NEG_INFINITY, f64::INFINITY);
    for v in x {
        high = high.max(v * v);
        low = (v * v).min(low);
    }
    high * 2.0 - low
}

/// An element moves on by what the one before has become: order matters.
#[differentiate]
fn swept(u: &mut [f64], rate: f64) {
    for i in 1..u.len() {
        u[i] += rate * u[i - 1];
    }
    for i in (1..u.len()).rev() {
        u[i - 1] -= u[i] * u[i];
    }
}

/// The same shadow taken from and added to by names that share memory.
#[differentiate]
fn halves(v: &mut [f64], k: f64) {
    let n = v.len() / 2;
    let (a, b) = v.split_at_mut(n);
    for i in 0..n {
        a[i] += k * b[i];
    }
    for i in 0..n {
        b[i] = a[i] * a[n - 1 - i];
    }
}

/// Runs downwards, so that its reverse runs upwards, in an order that matters.
#[differentiate]
fn downwards(x: &[f64], y: &[f64], k: f64) -> f64 {
    let n = x.len();
    let mut u = vec![0.0; n];
    u[n - 1] = x[0];
    for i in (1..n).rev() {
        u[i - 1] += 0.5 * u[i] + k * x[i] + y[i];
    }
    u[0]
}

/// The same integer expressions at several types.
#[differentiate]
fn integers(x: &[f64], n: u32) -> f64 {
    let (a, b): (u32, usize) = (1 + 2, 1 + 2);
    let (c, d): (u64, usize) = (1 << n, 1 << n);
    x[b] * a as f64 + x[d] * c as f64
}

programs! {
    downwards: (&x = grid(5), &y = grid(5), k = 0.7), (&x = grid(2), &y = grid(2), k = 0.7);
    integers: (&x = grid(3), const n = 2);
    smooth -> unit: (&mut grid = grid(5), const n = 5, k = 0.2, const rounds = 3), (&mut grid = grid(3), const n = 3, k = 0.2, const rounds = 2),
        (&mut grid = grid(2), const n = 2, k = 0.2, const rounds = 2);
    wide: (&u = grid(5), w = 0.7), (&u = grid(4)[..7].to_vec(), w = 0.7), (&u = grid(4)[..8].to_vec(), w = 0.7), (&u = grid(4)[..12].to_vec(), w = 0.7),
        (&u = grid(2), w = 0.7);
    between: (&u = grid(4), const lo = 0, const hi = 14), (&u = grid(4), const lo = 3, const hi = 4), (&u = grid(4), const lo = 3, const hi = 5),
        (&u = grid(4), const lo = 5, const hi = 5), (&u = grid(4), const lo = 5, const hi = 2);
    multiply -> unit: (&a = grid(3), &b = grid(4)[..9].to_vec(), &mut c = grid(5)[..9].to_vec(), const n = 3);
    weighted: (&x = grid(5), &w = grid(5), const lo = 2, shift = 0.3), (&x = grid(2), &w = grid(2), const lo = 4, shift = 0.3);
    triangle: (&x = grid(4), a = 0.7), (&x = grid(2)[..1].to_vec(), a = 0.7);
    packed: (&l = grid(6), const d = 4), (&l = grid(2), const d = 0);
    stored_and_loaded: (&x = grid(3), k = 0.4);
    rounds: (&x = grid(2), k = 0.6), (&x = grid(5), k = 0.6);
    spread: (&x = grid(4)), (&x = vec![0.5, -1.5, 0.7]);
    swept -> unit: (&mut u = grid(3), rate = 0.3), (&mut u = vec![0.4], rate = 0.3);
    halves -> unit: (&mut v = grid(4), k = 0.3);
}

/// Numbers without a pattern, for an n × n grid.
fn grid(n: usize) -> Vec<f64> {
    (0..n * n).map(|i| ((i * i + 3 * i) as f64 * 0.37).sin() + 0.1).collect()
}
