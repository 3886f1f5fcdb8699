//! How time and memory grow with the size: the exponents of powers fitted to them.

use crate::cases::{Case, Size, det, gmm, lstm, ode};
use crate::measure::{Measured, Variant, measure};
use gradbench_tool::functions::find;

/// The exponent of a power of `sizes` that fits `values` best: the slope of a line through the logarithms.
fn exponent(sizes: &[f64], values: &[f64]) -> f64 {
    let logs: Vec<(f64, f64)> = sizes.iter().zip(values).map(|(size, value)| (size.ln(), value.max(1e-12).ln())).collect();
    let n = logs.len() as f64;
    let (x, y) = (logs.iter().map(|p| p.0).sum::<f64>() / n, logs.iter().map(|p| p.1).sum::<f64>() / n);
    logs.iter().map(|p| (p.0 - x) * (p.1 - y)).sum::<f64>() / logs.iter().map(|p| (p.0 - x) * (p.0 - x)).sum::<f64>()
}

/// A function at several sizes, and what the size is.
fn series(size: Size) -> Vec<(&'static str, Vec<(f64, Case)>)> {
    let small = size == Size::Test;
    let at = |measured: &[usize], test: &[usize]| if small { test.to_vec() } else { measured.to_vec() };
    let of = |sizes: Vec<usize>, case: &dyn Fn(usize) -> Case| sizes.into_iter().map(|s| (s as f64, case(s))).collect();
    let terms = |ell: usize| (1..=ell).product::<usize>() as f64;
    vec![
        ("gmm d=10 k=10, over n", of(at(&[250, 500, 1000, 2000, 4000], &[10, 20]), &|n| gmm(n, 10, 10))),
        ("lstm l=2, over c", of(at(&[256, 512, 1024, 2048, 4096], &[4, 8]), &|c| lstm(2, c))),
        ("det, over ℓ!", at(&[5, 6, 7, 8, 9], &[3, 4]).into_iter().map(|ell| (terms(ell), det(ell))).collect()),
        ("ode n=1000, over s", of(at(&[4, 8, 16, 32, 64], &[2, 4]), &|s| ode(1000, s))),
    ]
}

/// Prints the table.
pub(crate) fn report(size: Size, turns: usize, wanted: impl Fn(&str) -> bool) {
    println!("\n| growth | time of the primal | of the derivative | bytes of the derivative |\n|---|---|---|---|");
    for (name, cases) in series(size) {
        if !wanted(name) {
            continue;
        }
        let (mut sizes, mut primals, mut ours, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (size, case) in cases {
            let task = |f: &str| find(case.module, f).and_then(|make| make(case.input.clone())).expect("the input fits");
            let (mut primal, mut derivative) = (Variant::new(task(case.primal)), Variant::new(task(case.derivative)));
            bytes.push(derivative.bytes as f64);
            let Measured { times, .. } = measure(&mut [&mut primal, &mut derivative], turns);
            sizes.push(size);
            primals.push(times[0]);
            ours.push(times[1]);
        }
        let exponents = [&primals, &ours, &bytes].map(|values| exponent(&sizes, values));
        println!("| {name} | {:.2} | {:.2} | {:.2} |", exponents[0], exponents[1], exponents[2]);
    }
}
