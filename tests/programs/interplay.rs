//! Forms that are simple alone, together: what one changes and the other one needs in reverse.

use crate::differentiate;

/// The permutation that says what is read changes between the reads.
#[differentiate]
fn permutation_changes(x: &[f64], start: &[usize]) -> f64 {
    let mut order = start.to_vec();
    let mut s = 0.0;
    for k in 0..order.len() {
        s += x[order[k]] * x[order[0]] * (k + 1) as f64;
        let n = order.len();
        order.swap(k, (k + 2) % n);
        order[0] = (order[0] + 1) % n;
    }
    s * x[order[1]]
}

/// Integers counted up in one loop, used as indices in the next.
#[differentiate]
fn counters(x: &[f64], bins: usize) -> f64 {
    let mut count = vec![0; bins];
    let mut place = 0;
    for &v in x {
        let bin = ((v + 1.0) * 2.0) as usize % bins;
        count[bin] += 1;
        place += count[bin];
    }
    let mut s = 0.0;
    while place > 0 {
        place -= 1;
        let i = place % x.len();
        s = s * 0.5 + x[i] * x[i] * count[i % bins] as f64;
    }
    s
}

#[differentiate]
fn flags_stored(x: &[f64]) -> f64 {
    let mut keep = vec![false; x.len()];
    for i in 0..x.len() {
        keep[i] = x[i] > 0.0;
    }
    keep[0] = !keep[0];
    let mut s = 1.0;
    for i in 0..x.len() {
        if keep[i] {
            s *= x[i];
            keep[(i + 1) % x.len()] = s > 0.5;
        }
    }
    s
}

#[differentiate]
fn length_grows(x: f64, n: usize) -> f64 {
    let mut v = vec![x];
    for _ in 0..n {
        let k = v.len();
        let next = v[k - 1] * v[k / 2] + 1.0 / k as f64;
        v.push(next);
        if v.len() % 2 == 0 {
            v[k / 2] *= x;
        }
    }
    v[v.len() - 1] + v[v.len() / 2]
}

#[differentiate]
fn add_square(total: &mut f64, x: f64) {
    *total += x * x;
    *total *= 0.9;
}

/// One callee for all kinds of places.
#[differentiate]
fn places_lent(x: &[f64], m: &mut [[f64; 2]; 2], pair: &mut (f64, f64)) -> f64 {
    let mut s = 1.0;
    let mut v = vec![0.5; 3];
    for i in 0..x.len() {
        add_square(&mut s, x[i]);
        add_square(&mut v[i % 3], s);
        add_square(&mut m[i % 2][1], v[0]);
        add_square(&mut pair.1, m[0][1]);
    }
    let r = &mut s;
    add_square(r, pair.1);
    add_square(r, pair.0);
    s + v[1]
}

#[differentiate]
fn rows_exchanged(m: &mut Vec<Vec<f64>>, x: f64) -> f64 {
    m.swap(0, 2);
    m[0][0] *= x;
    let (first, rest) = m.split_at_mut(1);
    std::mem::swap(&mut first[0], &mut rest[0]);
    let row = m[1].clone();
    m[2] = row;
    m[2][1] += m[0][0] * m[1][1];
    let last = m[2][1];
    m[1].fill(last);
    m[1][0] * m[0][1]
}

#[differentiate]
fn halves_copied(v: &mut [f64], x: f64) {
    let k = v.len() / 2;
    let (a, b) = v.split_at_mut(k);
    a.copy_from_slice(&b[..k]);
    a[0] *= x;
    b[..k].copy_from_slice(a);
    b[0] += a[1] * b[1];
}

/// Buffers change roles under a condition that depends on what is in them.
#[differentiate]
fn roles_by_content(x: &[f64], rounds: usize) -> f64 {
    let mut a = x.to_vec();
    let mut b = vec![0.1; x.len()];
    for k in 0..rounds {
        for i in 0..a.len() {
            b[i] += a[i] * 0.5 + 0.1 * k as f64;
        }
        if b[0] > a[0] {
            std::mem::swap(&mut a, &mut b);
        } else {
            a[0] *= b[1];
        }
        if a[1] > 3.0 {
            b = a.clone();
            b[0] = 0.5;
        }
    }
    a[0] * b[1] + a[1]
}

#[differentiate]
fn deal(x: f64, n: usize) -> (usize, f64, [f64; 2]) {
    if x > 1.0 { (n + 1, x * 0.5, [x, x * x]) } else { (n * 2, x + 0.3, [x.exp(), 1.0]) }
}

/// What a callee returns steers the caller.
#[differentiate]
fn steered(x: f64, rounds: usize) -> f64 {
    let mut n = 1;
    let mut y = x;
    let mut s = 0.0;
    for _ in 0..rounds {
        let (m, z, [a, b]) = deal(y, n);
        n = m % 5;
        y = z;
        s += a * n as f64 - b;
        if n == 3 {
            continue;
        }
        s *= y;
    }
    s
}

#[differentiate]
fn closure_changes_array(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut calls = 0;
    let mut bump = |i: usize, by: f64| {
        v[i] += by * v[0];
        calls += 1;
    };
    bump(0, x[1]);
    bump(1, 2.0);
    bump(0, x[0]);
    v[0] * v[1] * calls as f64
}

#[differentiate]
fn exits_with_pushes(m: &[Vec<f64>], limit: f64) -> Vec<f64> {
    let mut out = Vec::new();
    'rows: for row in m {
        let mut s = 0.0;
        for (j, &v) in row.iter().enumerate() {
            if v < 0.0 {
                continue 'rows;
            }
            s += v * v;
            if s > limit {
                out.push(s * j as f64);
                break 'rows;
            }
            out.push(s);
        }
        out.push(s * s);
    }
    out
}

#[differentiate]
fn quick_sort(v: &mut [f64]) {
    if v.len() < 2 {
        return;
    }
    let last = v.len() - 1;
    let mut store = 0;
    for i in 0..last {
        if v[i] < v[last] {
            v.swap(i, store);
            store += 1;
        }
    }
    v.swap(store, last);
    let (low, high) = v.split_at_mut(store);
    quick_sort(low);
    quick_sort(&mut high[1..]);
}

#[differentiate]
fn trimmed_mean(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    quick_sort(&mut v);
    let inner = &v[1..v.len() - 1];
    inner.iter().map(|t| t * t).sum::<f64>() / inner.len() as f64
}

/// Ackermann-like: recursion on results of recursion, with a buffer.
#[differentiate]
fn nested_recursion(x: f64, depth: u32, trail: &mut [f64]) -> f64 {
    trail[depth as usize % 2] += 0.1 * x.sin();
    if depth == 0 {
        return x * 0.5 + 1.0;
    }
    let inner = nested_recursion(x.sin(), depth - 1, trail);
    let outer = nested_recursion(inner * x, depth - 1, trail);
    outer + 0.1 * trail[0] * inner
}

programs! {
    permutation_changes: (&x = vec![0.3, 0.7, -0.4, 1.1], const &start = vec![2, 0, 3, 1]);
    counters: (&x = vec![0.3, 0.7, -0.4, 1.1], const bins = 3);
    flags_stored: (&x = vec![-0.3, 0.7, 0.4, 1.1]);
    length_grows: (x = 0.7, const n = 5), (x = 0.7, const n = 0) => 1.4;
    places_lent: (&x = vec![0.3, 0.7, -0.4], &mut m = [[0.1, 0.2], [0.3, 0.4]], &mut pair = (0.5, 0.6));
    rows_exchanged: (&mut m = vec![vec![0.3, 0.7], vec![-0.4, 1.1], vec![0.9, 0.2]], x = 1.3);
    halves_copied -> unit: (&mut v = vec![0.3, 0.7, -0.4, 1.1], x = 1.3);
    roles_by_content: (&x = vec![0.3, 0.7, -0.4], const rounds = 5), (&x = vec![1.3, 1.7, 0.4], const rounds = 4);
    steered: (x = 0.75, const rounds = 6), (x = 3.7, const rounds = 6);
    closure_changes_array: (&x = vec![0.3, 0.7]);
    exits_with_pushes -> many: (&m = vec![vec![0.3, 0.7], vec![0.5, -0.4, 9.0], vec![1.1, 0.9, 5.0], vec![9.0]], limit = 2.0);
    quick_sort -> unit: (&mut v = vec![0.7, -0.4, 1.1, 0.3]) => [-0.4, 0.3, 0.7, 1.1];
    trimmed_mean: (&x = vec![0.7, -0.4, 1.1, 0.3]) => 0.29;
    nested_recursion: (x = 0.7, const depth = 3, &mut trail = vec![0.2, 0.3]);
}
