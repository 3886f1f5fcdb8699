//! What only looks on: printing, assertions, `dbg!`.
#![allow(clippy::dbg_macro)]

use crate::differentiate;

#[differentiate]
fn printed(x: f64, w: &[f64]) -> f64 {
    println!("x = {x}, w = {:?}", w);
    let y = x * w[0];
    print!("{y:.3} ");
    eprintln!("{} of {}", y, w.len());
    y.sin()
}

#[differentiate]
fn asserted(x: f64, w: &[f64]) -> f64 {
    assert!(x > 0.0, "x must be positive, not {x}");
    assert_eq!(w.len(), 2);
    debug_assert!(w[0].is_finite());
    let mut s = 0.0;
    for v in w {
        debug_assert_ne!(*v, 7.0, "seven");
        s += v * x.ln();
    }
    s
}

#[differentiate]
fn debugged(x: f64, n: usize) -> f64 {
    dbg!(n);
    let y = dbg!(x * x) + 1.0;
    let z = dbg!(y.sin());
    z * y
}

#[differentiate]
fn printed_in_loops(x: f64, n: usize) -> f64 {
    let mut s = x;
    for i in 0..n {
        if i % 2 == 0 {
            println!("step {i}: {s}");
            s *= x;
        } else {
            let label = format!("odd step {i}");
            println!("{label}: {}", s * 2.0);
        }
    }
    s
}

#[differentiate]
fn counted(x: f64, limit: f64) -> f64 {
    let mut s = x;
    let mut count = 0_usize;
    let mut log: Vec<usize> = Vec::new();
    while s < limit {
        s = s * 1.5 + x;
        count += 1;
        if count % 2 == 0 {
            log.push(count);
        }
    }
    assert!(log.len() <= count);
    s / (1 + log.len()) as f64
}

programs! {
    printed: (x = 0.7, &w = vec![0.3]);
    asserted: (x = 0.7, &w = vec![0.3, 0.5]);
    debugged: (x = 0.7, const n = 3);
    printed_in_loops: (x = 0.7, const n = 4);
    counted: (x = 0.7, limit = 5.0);
}

#[test]
#[should_panic = "x must be positive, not -1"]
fn the_gradient_panics_as_the_function_does() {
    asserted::grad(-1.0, &[0.3, 0.5]);
}
