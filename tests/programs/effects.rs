//! Effects where one may overlook them: in values that are dropped, in macros, in closures with variables of their own.

use crate::differentiate;

#[differentiate]
fn doubled(v: &mut [f64]) -> f64 {
    v[0] *= 2.0;
    v[0] + 1.0
}

fn step(n: &mut [usize]) -> bool {
    n[0] += 1;
    n[0] < 3
}

macro_rules! bump {
    ($n:expr) => {
        $n += 1
    };
}

/// What is dropped has happened all the same.
#[differentiate]
fn dropped(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut p: Vec<usize> = vec![0, 1, 2];
    let mut s = 1.0;
    let _ = doubled(&mut v);
    _ = doubled(&mut v);
    for _ in 0..2 {
        s *= v[p[p.len() - 1]];
        let _ = p.pop();
    }
    _ = p.pop();
    let mut k = vec![0, 5];
    let _ = step(&mut k);
    s * v[k[0]]
}

/// What an iteration reads is not what the next one finds there.
#[differentiate]
fn popped(x: &[f64]) -> f64 {
    let mut p: Vec<usize> = vec![2, 0, 1];
    let mut s = 1.0;
    for _ in 0..3 {
        s *= x[p[0]];
        p.remove(0);
    }
    s
}

/// Macros may change what carries no derivative.
#[differentiate]
fn in_macros(x: &[f64]) -> f64 {
    let mut p: Vec<usize> = vec![0, 1, 2];
    let mut n = vec![0, 1];
    let mut s = 1.0;
    for _ in 0..2 {
        s *= x[p[p.len() - 1]] * x[n[0]];
        assert!(p.pop().is_some());
        bump!(n[0]);
        assert!(step(&mut n) || !step(&mut n), "{n:?}");
        println!("{s} {:?}", {
            n[0] -= 1;
            n[0]
        });
        n[0] = n[0] % x.len();
    }
    s
}

#[differentiate]
fn only_looked_at(x: &mut [f64], m: &mut Vec<Vec<f64>>) -> f64 {
    println!("{:?} {:?} {a}", x, m, a = x.len());
    assert_eq!(x.len(), m.len(), "{:?}", x);
    debug_assert!(x.iter().all(|v| *v > 0.0) && m.iter().flatten().sum::<f64>() > 0.0, "{}", m[0][0]);
    let mut k = x.len();
    k -= 1;
    if matches!(k, 1 | 2) && x.iter().any(|e| *e > 2.0) {
        x[0] *= m[k][0];
    }
    let above = x.iter().zip(m.iter()).filter(|(a, row)| **a > row[0]).count();
    x[0] * above as f64
}

/// A `move` closure changes its own copies.
#[differentiate]
fn own_copies(x: f64, n: usize) -> f64 {
    let mut pair = ((x, 2.0), 1);
    let mut array = [x, 2.0];
    let mut k = n;
    let mut closure = move |by: f64| {
        pair.0.0 += by;
        pair.1 += 1;
        array[1] *= pair.0.0;
        k += 1;
        array[1] * (pair.1 * k) as f64
    };
    let y = closure(1.0) + closure(x);
    y + pair.0.0 * pair.1 as f64 + array[1] * x * k as f64
}

#[differentiate]
fn doubled_scalar(s: &mut f64) {
    *s *= 2.0;
}

#[differentiate]
fn own_scalar(x: f64) -> f64 {
    let mut s = x;
    doubled_scalar(&mut s);
    let mut closure = move || {
        s += 1.0;
        s * s
    };
    let y = closure();
    y + s * x + closure()
}

mod names {
    use crate::differentiate;

    /// Not the one of the standard library.
    #[differentiate]
    fn swap(a: &mut f64, b: &mut f64) {
        *a *= 2.0;
        *b *= 3.0;
    }

    #[differentiate]
    fn replace(a: &mut f64, b: f64) -> f64 {
        *a *= b;
        b
    }

    #[differentiate]
    fn own_names(x: f64) -> f64 {
        let mut a = x;
        let mut b = 2.0 * x;
        swap(&mut a, &mut b);
        std::mem::swap(&mut a, &mut b);
        let c = replace(&mut a, 3.0 * x);
        a * b * b + c
    }

    programs! {
        own_names: (x = 1.5);
    }
}

programs! {
    dropped: (&x = vec![0.7, 1.3, 0.9]);
    popped: (&x = vec![0.7, 1.3, 0.9]);
    in_macros: (&x = vec![0.7, 1.3, 0.9]);
    only_looked_at: (&mut x = vec![3.0, 2.0], &mut m = vec![vec![1.0], vec![2.5]]);
    own_copies: (x = 0.7, const n = 2);
    own_scalar: (x = 0.7);
}
