//! `0f64` is an integer to the parser: as an operand it was not known to be the float 0, at which powers have rules of their own.

use crate::differentiate;

#[differentiate]
fn base(x: f64, y: f64) -> f64 {
    0f64.powf(y) * x + 1f64.powf(x)
}

#[differentiate]
fn exponent(x: f64, y: f64) -> f64 {
    let zero = x - x;
    (x * y).powf(2f64) + zero.powf(0f64) + zero.powf(1f64) * y + 0f64.max(x)
}

#[differentiate]
fn pattern(x: f64, y: f64) -> f64 {
    let parts = [x * y, y];
    parts
        .iter()
        .map(|part| match *part {
            0f64 => y,
            part => part * x,
        })
        .sum()
}

programs! {
    base: (x = 0.3, y = 0.4);
    exponent: (x = 0.3, y = 0.4);
    pattern: (x = 0.3, y = 0.4);
}
