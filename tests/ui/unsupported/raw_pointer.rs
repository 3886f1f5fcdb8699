//! A raw pointer to active memory.
use differentiate::differentiate;

#[differentiate]
fn through_pointer(x: &[f64]) -> f64 {
    let p = x.as_ptr() as *const f64;
    let _ = p;
    x[0]
}

fn main() {
    through_pointer::grad(&[1.0]);
}
