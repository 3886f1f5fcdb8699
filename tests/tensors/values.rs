//! The value beside the derivatives is the function's own to the last bit: reductions go through the elements in the same order.

use differentiate::{Tensor, differentiate};

/// Reductions of everything, each a function of its own.
macro_rules! reductions {
    ($($method:ident)*) => {$(
        mod $method {
            use super::*;

            #[differentiate]
            fn of(x: &Tensor) -> f64 {
                x.$method()
            }

            #[test]
            fn to_the_last_bit() {
                let wave = |at: &[usize]| 1.0 + 0.3 * super::super::wave(at);
                let (ordered, turned) = (Tensor::from_fn([13, 17], wave), Tensor::from_fn([17, 13], wave).t());
                for x in [ordered, turned, Tensor::from_fn([13, 33], wave).slice((.., 3..20))] {
                    let value = of(&x).to_bits();
                    assert_eq!(of::value_and_grad(&x).0.to_bits(), value);
                    assert_eq!(of::vjp(&x).0.to_bits(), value);
                    assert_eq!(of::jvp(&x, &x).0.to_bits(), value);
                }
            }
        }
    )*};
}

reductions! { sum mean prod norm var std log_sum_exp max min }
