//! A function of 2 000 statements, compiled as users' debug builds are: with debug information, in which each `let` is a scope inside
//! of the one before. Some 3 000 of them in one block overflow the compiler's stack. (The other tests are built without it.)

use differentiate::differentiate;

/// The body once for each of 10 × 10 × 10 literals.
macro_rules! thousand {
    ($($hundreds:literal)*) => { thousand!(@tens [$($hundreds)*] [0.0 0.01 0.02 0.03 0.04 0.05 0.06 0.07 0.08 0.09]); };
    (@tens [$($hundreds:literal)*] $tens:tt) => { thousand!(@ones [$([$hundreds $tens])*]); };
    (@ones [$([$hundreds:literal [$($tens:literal)*]])*]) => {
        thousand!(@body [$($([$hundreds + $tens])*)*] [0.000 0.001 0.002 0.003 0.004 0.005 0.006 0.007 0.008 0.009]);
    };
    (@body [$($offset:tt)*] $ones:tt) => { thousand!(@all $([$offset $ones])*); };
    (@all $([[$hundreds:literal + $tens:literal] [$($ones:literal)*]])*) => {
        /// A recurrence of a thousand steps, each written out.
        #[differentiate]
        pub fn long(x: f64) -> f64 {
            let y = x;
            $($(
                let z = y * ($hundreds + $tens + $ones);
                let y = z.sin() * 0.5 + x;
            )*)*
            y
        }
    };
}

thousand!(0.0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9);

#[cfg(test)]
mod tests {
    #[test]
    fn long_functions_have_derivatives() {
        // Each step by hand.
        let (x, mut y, mut y_dot) = (0.7_f64, 0.7_f64, 1.0);
        for hundreds in 0..10 {
            for tens in 0..10 {
                for ones in 0..10 {
                    let factor = f64::from(hundreds) / 10.0 + f64::from(tens) / 100.0 + f64::from(ones) / 1000.0;
                    (y, y_dot) = ((y * factor).sin() * 0.5 + x, (y * factor).cos() * 0.5 * factor * y_dot + 1.0);
                }
            }
        }
        let (value, x_bar) = super::long::value_and_grad(x);
        assert!((value - y).abs() < 1e-12 && (x_bar - y_dot).abs() < 1e-12, "{value} {y} {x_bar} {y_dot}");
        assert!((super::long::jvp(x, 1.0).1 - y_dot).abs() < 1e-12);
    }
}
