//! The expressions are Rust: the compiler finds what is wrong with them, where it stands.
use differentiate::differentiate;

#[differentiate(d(x) = slope(x) * scael)]
fn unknown_names(x: f64, #[constant] scale: f64) -> f64 {
    x * scale
}

#[differentiate(d(x) = 1.0f32)]
fn width(x: f64) -> f64 {
    x
}

fn main() {}
