//! Numbers of a type that the macro does not see are recorded as owners and come back as references: `u > 0.5`, `f64::tanh(t)`.

use crate::differentiate;

#[differentiate]
fn scaled(w: &[f64], x: f64) -> f64 {
    w[0] * x
}

#[differentiate]
fn tested(x: f64, n: usize, w: &[f64]) -> f64 {
    let y = scaled(w, 0.1 * x);
    let z = if n % 2 == 1 {
        scaled(w, 0.5)
    } else {
        let u = scaled(w, 0.1 * y * w[n]);
        (if w[0] > 0.3 {
            w[n % 4]
        } else if u > 0.5 {
            w[1]
        } else {
            y
        })
        .powi(3)
    };
    w[1] + 0.3 * z
}

#[differentiate]
fn in_a_function(#[constant] w: &[f64; 3], mut s: f64, m: &mut [f64]) -> f64 {
    for i in 0..3 {
        let r = &mut m[i];
        *r += 0.5 - f64::tanh(w.iter().fold(0.3_f64, |a, _| a)) * (*r).sin();
        s *= 0.5;
    }
    s * m[0]
}

#[differentiate]
fn rows_copied(x: f64, mut b: [f64; 4], n: usize) -> f64 {
    let mut t = vec![b.to_vec(); 3];
    t[n].copy_from_slice(&b);
    let mut v = b.to_vec();
    v.copy_from_slice(&t[0]);
    b[1..].copy_from_slice(&v[..3]);
    t[1][2] * x * b[1] * v[0] * t[n][3]
}

#[differentiate]
fn annotated_collection(x: f64) -> f64 {
    let u: Vec<f64> = (0..3).map(|i| 0.5_f64 * i as f64).collect();
    let mut s = 0.0;
    for a in u.iter() {
        s += a * x;
    }
    s + u.iter().map(|_| x * x).sum::<f64>()
}

programs! {
    tested: (x = 0.7, const n = 2, &w = vec![0.2, 0.3, 0.4, 0.5]), (x = 0.7, const n = 1, &w = vec![0.2, 0.3, 0.4, 0.5]),
        (x = 0.7, const n = 2, &w = vec![0.35, 0.3, 0.4, 0.5]);
    in_a_function: (const &w = [0.1, 0.2, 0.3], s = 0.4, &mut m = vec![0.3, 0.4, 0.5]);
    rows_copied: (x = 0.7, b = [0.2, 0.3, 0.4, 0.5], const n = 2);
    annotated_collection: (x = 0.7);
}
