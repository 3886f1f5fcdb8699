//! Memory that carries derivatives is changed inside of syntax that is kept as it is.
use differentiate::differentiate;

macro_rules! double {
    ($x:expr) => {
        $x *= 2.0
    };
}

#[differentiate]
fn doubled(v: &mut [f64]) -> bool {
    v[0] *= 2.0;
    v[0] < 10.0
}

#[differentiate]
fn in_macros(x: &mut [f64], n: usize) -> f64 {
    let mut v = x.to_vec();
    let mut calls = 0;
    let mut scale = 1.0;
    assert!(doubled(&mut v));
    assert!(doubled(x), "a reference is handed on");
    println!("{:?}", v.pop());
    assert!({
        calls += 1;
        calls < 5
    });
    double!(scale);
    if (0..n).any(|i| {
        v[i] = 1.0;
        false
    }) {
        return 0.0;
    }
    match n {
        1 if doubled(&mut v) => v[0] * scale,
        _ => v[0] * calls as f64,
    }
}

#[differentiate]
fn elsewhere(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    macro_rules! bump {
        () => {
            v[0] += 1.0
        };
    }
    bump!();
    #[cfg(any())]
    {
        v[0] = 0.0;
    }
    let alias = differentiate::stop_gradient(&mut v);
    alias[0] = 0.0;
    let mut last: Option<usize> = Some(0);
    let k = last.take();
    v[k.unwrap_or(0)]
}

fn main() {
    in_macros::grad(&mut [1.0, 2.0], 1);
    elsewhere::grad(&[1.0, 2.0]);
}
