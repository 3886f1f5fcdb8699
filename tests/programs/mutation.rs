//! Assignment and compound assignment to variables, elements, nested elements and through references.

use crate::differentiate;

/// Fills `x` by a recurrence in which every element is overwritten many times.
#[differentiate]
fn sweeps(x: &mut [f64], rounds: usize) {
    for _ in 0..rounds {
        for i in 1..x.len() {
            x[i] = (x[i - 1] * x[i]).sin() + 0.5;
        }
    }
}

#[differentiate]
fn element_compound(x: &mut [f64], a: f64) {
    x[0] += a * x[1];
    x[1] -= x[0];
    x[2] *= x[1];
    x[0] /= x[2] + 3.0;
    x[2] *= x[2];
}

#[differentiate]
fn nested_elements(m: &mut [[f64; 2]; 3], a: f64) {
    for i in 0..3 {
        m[i][0] = m[i][1] * a;
        m[i][1] += m[(i + 1) % 3][0];
    }
    m[1] = [a, m[0][0]];
    m[2] = m[0];
    m[2][0] *= 2.0;
}

#[differentiate]
fn rows_of_vecs(m: &mut Vec<Vec<f64>>, a: f64) -> f64 {
    for i in 0..m.len() {
        for j in 0..m[i].len() {
            m[i][j] *= a;
            if j > 0 {
                m[i][j] += m[i][j - 1];
            }
        }
    }
    m[0][0] = a.sin();
    m[1][2] * m[0][0]
}

#[differentiate]
fn through_references(x: f64, y: f64) -> f64 {
    let mut a = x;
    let mut b = y;
    let r = &mut a;
    *r *= 3.0;
    *r += y;
    let s = &mut b;
    *s = *r * *s;
    let u = &a;
    *u * b + a
}

#[differentiate]
fn reference_chosen(x: f64, y: f64, first: bool) -> f64 {
    let (mut a, mut b) = (x, y);
    let r = if first { &mut a } else { &mut b };
    *r = *r * *r + 1.0;
    *r *= 2.0;
    a * a * b
}

#[differentiate]
fn swap_elements(v: &mut [f64], i: usize, j: usize) -> f64 {
    v.swap(i, j);
    v[0] *= v[i];
    v.swap(0, v.len() - 1);
    v[0] - 2.0 * v[j]
}

#[differentiate]
fn bubble_sort(v: &mut [f64]) {
    let n = v.len();
    for i in 0..n {
        for j in 0..n - 1 - i {
            if v[j] > v[j + 1] {
                let t = v[j];
                v[j] = v[j + 1];
                v[j + 1] = t;
            }
        }
    }
    for i in 0..n {
        v[i] *= (i + 1) as f64;
    }
}

/// The running maximum is overwritten under a condition on active values.
#[differentiate]
fn running_maximum(x: &[f64]) -> f64 {
    let mut best = x[0];
    let mut at = 0;
    for (i, &v) in x.iter().enumerate() {
        if v * v > best * best {
            best = v;
            at = i;
        }
    }
    best * best + at as f64 * best
}

#[differentiate]
fn reused_variable(x: f64, y: f64) -> f64 {
    let mut t = x * y;
    let a = t.sin();
    t = a * x;
    let b = t * t;
    t = 1.0;
    let c = t * y;
    t = b + c + t;
    t * a
}

#[differentiate]
fn zeroed_between(x: f64, n: usize) -> f64 {
    let mut total = 0.0;
    let mut part = 0.0;
    for i in 0..n {
        part += x * (i as f64 + 1.0);
        if i % 2 == 1 {
            total += part * part;
            part = 0.0;
        }
    }
    total + part
}

#[differentiate]
fn scalar_by_mut(x: &mut f64, y: f64, count: &mut usize) {
    while *x < 10.0 {
        *x = *x * 1.5 + y;
        *count += 1;
    }
}

#[differentiate]
fn exchange(a: &mut [f64; 2], b: &mut [f64; 2], x: f64) {
    a[0] *= x;
    std::mem::swap(a, b);
    b[1] += a[0] * b[0];
}

#[differentiate]
fn replaced(x: f64, y: f64) -> f64 {
    let mut a = x;
    let old = std::mem::replace(&mut a, y * x);
    old * a
}

programs! {
    sweeps -> unit: (&mut x = vec![0.3, 0.7, -0.4, 1.1, 0.9], const rounds = 3);
    element_compound -> unit: (&mut x = vec![0.5, 1.5, -0.7], a = 2.0);
    nested_elements -> unit: (&mut m = [[0.5, 1.5], [-0.7, 0.2], [1.1, 0.4]], a = 2.0);
    rows_of_vecs: (&mut m = vec![vec![0.3, 0.5], vec![0.7, -0.2, 1.1]], a = 1.3);
    through_references: (x = 0.7, y = 1.3);
    reference_chosen: (x = 0.7, y = 1.3, const first = true), (x = 0.7, y = 1.3, const first = false);
    swap_elements: (&mut v = vec![0.5, 1.5, -0.7, 0.9], const i = 1, const j = 2), (&mut v = vec![0.5, 1.5, -0.7], const i = 1, const j = 1);
    bubble_sort -> unit: (&mut v = vec![0.5, 1.5, -0.7, 0.9]) => [-0.7, 1.0, 2.7, 6.0];
    running_maximum: (&x = vec![0.5, -1.5, 0.7, 1.2]) => 2.25 - 1.5;
    reused_variable: (x = 0.7, y = 1.3);
    zeroed_between: (x = 0.5, const n = 5);
    scalar_by_mut -> unit: (&mut x = 0.7, y = 1.3, const &mut count = 0);
    exchange -> unit: (&mut a = [0.5, 1.5], &mut b = [2.5, -0.5], x = 3.0) => [2.5, -0.5, 1.5, 5.25];
    replaced: (x = 0.7, y = 1.3) => 0.7 * 0.91;
}
