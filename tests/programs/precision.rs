//! The same programs for `f32` and `f64`, stamped by a `macro_rules!` macro, as numeric crates do it.

macro_rules! programs_for {
    ($module:ident, $float:ident, $kind:ident) => {
        mod $module {
            use differentiate::differentiate;

            #[differentiate]
            fn polynomial(x: $float, c: &[$float]) -> $float {
                let mut s = 0.0;
                for &a in c.iter().rev() {
                    s = s * x + a;
                }
                s
            }

            #[differentiate]
            fn mixed(x: $float, v: [$float; 3], n: i32) -> $float {
                let half = 0.5;
                let a = (x * v[0]).tanh() + half * v[1].exp();
                let b: $float = if a > 1.0 { a.sqrt() } else { a.powi(n) };
                b * v[2] + $float::from(2u8) * x + (n as $float).max(x)
            }

            #[differentiate]
            fn softmax_loss(logits: &[$float], target: usize) -> $float {
                let top = logits.iter().fold($float::NEG_INFINITY, |a, &b| a.max(b));
                let total: $float = logits.iter().map(|z| (z - top).exp()).sum();
                top + total.ln() - logits[target]
            }

            #[differentiate]
            fn relax(u: &mut [$float], rate: $float, rounds: usize) -> $float {
                let n = u.len();
                for _ in 0..rounds {
                    for i in 1..n - 1 {
                        u[i] += rate * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
                    }
                }
                u[n / 2] * u[1]
            }

            programs! {
                polynomial -> $kind: (x = 0.5, &c = vec![1.0, 2.0, 4.0]) => 3.0;
                mixed -> $kind: (x = 0.75, v = [0.5, -0.25, 2.0], const n = 3), (x = 0.75, v = [2.0, 1.0, 2.0], const n = 2);
                softmax_loss -> $kind: (&logits = vec![0.5, 1.5, -0.25], const target = 1);
                relax -> $kind: (&mut u = vec![0.5, 1.5, -0.25, 0.75, 1.0], rate = 0.25, const rounds = 3);
            }
        }
    };
}

programs_for!(double, f64, scalar);
programs_for!(float, f32, single);

/// Functions whose bodies a macro is handed from elsewhere: identifiers of several origins meet.
mod stamped {
    use differentiate::differentiate;

    macro_rules! function {
        ($name:ident($x:ident) = $body:expr) => {
            #[differentiate]
            fn $name($x: f64) -> f64 {
                let scale = 2.0 * $x;
                println!("{} {scale}", $x);
                let value = $body * scale;
                if value > 0.0 { value + scale } else { value }
            }
        };
    }

    function!(piecewise(t) = if t > 0.0 { t.sqrt() } else { t.abs() * 3.0 });
    function!(
        printing(t) = {
            println!("at {t}");
            let square = t * t;
            square.sin()
        }
    );

    programs! {
        piecewise: (t = 4.0) => 24.0, (t = -0.5) => -1.5;
        printing: (t = 0.7);
    }
}
