//! Two variables of one name, one of them a macro's own.
use differentiate::differentiate;

macro_rules! scaled {
    ($name:ident($x:ident) = $body:expr) => {
        #[differentiate]
        fn $name($x: f64) -> f64 {
            let factor = 2.0;
            factor * $body
        }
    };
}

scaled!(doubled(factor) = factor * factor);

#[differentiate]
fn bits(x: f64) -> f64 {
    f64::from_bits(x.to_bits() + 1)
}

fn main() {
    doubled::grad(1.0);
    bits::grad(1.0);
}
