//! References and views: ranges, reborrows, splits, views chosen by a branch, whole-slice operations.

use crate::differentiate;

#[differentiate]
fn halves(w: &[f64]) -> f64 {
    let n = w.len() / 2;
    let a = &w[..n];
    let b = &w[n..];
    let middle = &w[1..=n];
    let mut s = 0.0;
    for i in 0..n {
        s += a[i] * b[i] - middle[i];
    }
    s + b.len() as f64 * a[0]
}

#[differentiate]
fn rows_of_flat(w: &[f64], x: &[f64]) -> f64 {
    let n = x.len();
    let mut s = 0.0;
    for i in 0..w.len() / n {
        let row = &w[i * n..][..n];
        let mut t = 0.0;
        for j in 0..n {
            t += row[j] * x[j];
        }
        s += t * t;
    }
    s
}

#[differentiate]
fn split_read(w: &[f64], k: usize) -> f64 {
    let (bias, rest) = w.split_at(k);
    let (left, right) = rest.split_at(rest.len() / 2);
    bias[0] * left[0] + bias[k - 1] * right[0]
}

#[differentiate]
fn split_written(v: &mut [f64], x: f64) {
    let n = v.len() / 2;
    let (low, high) = v.split_at_mut(n);
    for i in 0..n {
        low[i] *= high[i];
        high[i] += low[i] * x;
    }
    let ((a, b), c) = (low.split_at_mut(1), high);
    a[0] *= b[0] * c[0];
}

#[differentiate]
fn reborrowed(v: &mut [f64], x: f64) -> f64 {
    let w = &mut *v;
    w[0] = x * w[1];
    let inner = &mut w[1..];
    inner[0] += x;
    let first = &mut inner[1];
    *first *= 2.0;
    *first += *first * x;
    v[0] + v[1] * v[2]
}

#[differentiate]
fn chosen_by_branch(u: &[f64], v: &[f64], flags: &[bool]) -> f64 {
    let mut s = 1.0;
    for (i, &flag) in flags.iter().enumerate() {
        let source = if flag { u } else { &v[1..] };
        s = s * source[i] + source[0];
    }
    s
}

#[differentiate]
fn pair_chosen_by_branch(a: &mut [f64], b: &mut [f64], n: usize) {
    for k in 0..n {
        let (from, to) = if k % 2 == 0 { (&*a, &mut *b) } else { (&*b, &mut *a) };
        for i in 1..from.len() {
            to[i] += from[i] * from[i - 1];
        }
    }
}

#[differentiate]
fn chosen_by_match(p: &[f64], which: usize) -> f64 {
    let view = match which {
        0 => &p[..2],
        1 => &p[2..],
        _ => p,
    };
    let mut s = 0.0;
    for x in view {
        s += x * x;
    }
    s * view[0]
}

#[differentiate]
fn copies(w: &[f64], a: f64) -> f64 {
    let mut u = w.to_vec();
    let v = u.clone();
    u[0] *= a;
    let mut t = vec![0.0; u.len()];
    t.copy_from_slice(&u);
    t[1] += v[0] * u[0];
    u.fill(a);
    t[2..].fill(0.5);
    u[1..3].copy_from_slice(&t[..2]);
    u[0] * u[1] + u[2] * t[2] + v[1]
}

#[differentiate]
fn swapped(x: &[f64], n: usize) -> f64 {
    let mut old = x.to_vec();
    let mut new = vec![0.0; x.len()];
    for _ in 0..n {
        for i in 0..x.len() {
            new[i] = old[i] * old[(i + 1) % x.len()] + 0.1;
        }
        std::mem::swap(&mut old, &mut new);
    }
    old[0] + new[1]
}

#[differentiate]
fn scalars_swapped(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (x, y);
    std::mem::swap(&mut a, &mut b);
    a *= x;
    std::mem::swap(&mut b, &mut a);
    a - b * b
}

#[differentiate]
fn first_and_last(w: &[f64]) -> f64 {
    let first = w[0];
    let last = w[w.len() - 1];
    let view = &w[1..w.len() - 1];
    let inner = &view[1..];
    first * last + inner[0] * view[0]
}

#[differentiate]
fn nested_views(m: &[Vec<f64>], i: usize) -> f64 {
    let row = &m[i];
    let part = &row[1..];
    let other = &m[i + 1][..2];
    part[0] * other[1] + row[0] * part[1]
}

#[differentiate]
fn view_of_local(x: f64, y: f64) -> f64 {
    let mut buffer = [0.0; 4];
    {
        let (a, b) = buffer.split_at_mut(2);
        a[0] = x;
        a[1] = x * y;
        b[0] = a[0] + a[1];
        b[1] = b[0].sin();
    }
    let tail = &buffer[2..];
    tail[0] * tail[1] * buffer[1]
}

#[differentiate]
fn rotated(v: &mut [f64], w: &[f64]) -> f64 {
    let n = v.len();
    for i in 0..n - 1 {
        v.swap(i, i + 1);
    }
    let mut s = 0.0;
    for (a, b) in v.iter().zip(w) {
        s += a * b * b;
    }
    s
}

programs! {
    halves: (&w = vec![0.3, 0.7, -0.4, 1.1]);
    rows_of_flat: (&w = vec![0.3, 0.7, -0.4, 1.1], &x = vec![0.5, 2.0]);
    split_read: (&w = vec![0.3, 0.7, -0.4, 1.1], const k = 2) => -0.12 + 0.77;
    split_written -> unit: (&mut v = vec![0.3, 0.7, -0.4, 1.1], x = 1.3);
    reborrowed: (&mut v = vec![0.3, 0.7, -0.4], x = 1.3);
    chosen_by_branch: (&u = vec![0.3, 0.7, -0.4], &v = vec![1.1, 0.6, 0.8, 0.9], const &flags = vec![true, false, true]);
    pair_chosen_by_branch -> unit: (&mut a = vec![0.3, 0.7, -0.4], &mut b = vec![1.1, 0.6, 0.8], const n = 4);
    chosen_by_match: (&p = vec![0.3, 0.7, -0.4], const which = 0), (&p = vec![0.3, 0.7, -0.4], const which = 1) => -0.064, (&p = vec![0.3, 0.7, -0.4], const which = 2);
    copies: (&w = vec![0.3, 0.7, -0.4], a = 1.3);
    swapped: (&x = vec![0.3, 0.7, -0.4], const n = 3), (&x = vec![0.3, 0.7, -0.4], const n = 0) => 0.3;
    scalars_swapped: (x = 0.7, y = 1.3) => 0.7 - 0.91 * 0.91;
    first_and_last: (&w = vec![0.3, 0.7, -0.4, 1.1]) => 0.33 - 0.28;
    nested_views: (&m = vec![vec![0.3, 0.7, -0.4], vec![1.1, 0.5, 0.0]], const i = 0) => 0.35 - 0.12;
    view_of_local: (x = 0.7, y = 1.3);
    rotated: (&mut v = vec![0.3, 0.7, -0.4], &w = vec![1.0, 2.0, 3.0]);
}
