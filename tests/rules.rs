//! Every primitive against central differences, and reverse against forward.
#![allow(missing_docs)]

/// The `k`th point of operand `i` in `lo..hi`: multiples of irrational numbers modulo 1 spread evenly and avoid kinks.
fn point(k: i32, i: usize, lo: f64, hi: f64) -> f64 {
    let at = (f64::from(k + 1) * [0.618034, 0.754878, 0.819173][i]).fract();
    lo + (hi - lo) * at
}

#[track_caller]
fn assert_close(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance * (1.0 + want.abs()), "got {got}, expected {want}");
}

/// The rules that the runtime has for operands of unknown type.
mod traits {
    autodiff_macros::__rule_tests!(traits);
}
