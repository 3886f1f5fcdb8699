//! Views in the reverse sweep: they were derived before a branch in one of whose arms their owner was used first.

use crate::differentiate;

#[differentiate]
fn early_return(mut b: [f64; 3], x: f64, n: usize) -> f64 {
    let (l, r) = b.split_at_mut(1);
    if n > 2 {
        return r[1] * x;
    }
    l[0] += 0.1 * x;
    x * b[1]
}

#[differentiate]
fn owner_in_an_arm(mut b: [f64; 3], x: f64, n: usize) -> f64 {
    let m = &mut b[..];
    match n % 3 {
        0 => {
            m[1] *= x;
            b[0] *= x;
        }
        1 => {
            b[2] *= x * b[1];
        }
        _ => {
            m[2] *= m[1];
            m[0] *= x;
        }
    }
    b[0] * b[1] * b[2]
}

#[differentiate]
fn owner_before_break(mut b: [f64; 3], x: f64, n: usize) -> f64 {
    let m = &mut b[..];
    let mut i = 0;
    loop {
        i += 1;
        m[i % 3] *= x * m[1];
        if i > n {
            b[0] *= b[1] + x;
            break;
        }
        m[1] *= m[0];
    }
    b[0] * b[1] * b[2]
}

#[differentiate]
fn product(w: &[f64], x: f64) -> f64 {
    w[0] * w[1] * x
}

#[differentiate]
fn lent_beside_a_view(x: f64, m: &mut [f64], n: usize) -> f64 {
    let w = &m[1..];
    let y = product(m, m[n] * w[0]);
    x * w[0] * y
}

#[differentiate]
fn read_twice_in_a_condition(r: &mut f64, m: &mut [f64], n: usize) -> f64 {
    let q = |x: f64| 0.5 * x;
    let y = q(if (*r) < 0.1 || (*r) > 1.7 { *r } else { *r * *r });
    let s = &mut m[n % 2];
    let z = if (*s) < 0.1 || (*s) > 0.35 { *s } else { 0.5 };
    *s *= y;
    m[n] * y * z
}

programs! {
    early_return: (b = [0.3, 0.4, 0.5], x = 0.7, const n = 2), (b = [0.3, 0.4, 0.5], x = 0.7, const n = 3);
    owner_in_an_arm: (b = [0.3, 0.4, 0.5], x = 0.7, const n = 0), (b = [0.3, 0.4, 0.5], x = 0.7, const n = 1),
        (b = [0.3, 0.4, 0.5], x = 0.7, const n = 2);
    owner_before_break: (b = [0.3, 0.4, 0.5], x = 0.7, const n = 3);
    lent_beside_a_view: (x = 0.7, &mut m = vec![0.3, 0.4, 0.5], const n = 2);
    read_twice_in_a_condition: (&mut r = 0.7, &mut m = vec![0.3, 0.4], const n = 0), (&mut r = 1.8, &mut m = vec![0.3, 0.4], const n = 1);
}
