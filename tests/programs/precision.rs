//! The same programs for `f32` and `f64`, stamped by a `macro_rules!` macro, as numeric crates do it.

macro_rules! programs_for {
    ($module:ident, $float:ident, $kind:ident) => {
        mod $module {
            use crate::differentiate;

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
    use crate::differentiate;

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

/// `f32` and `f64` in one function.
mod both_at_once {
    use crate::differentiate;

    #[differentiate]
    fn mixed_precision(x: f64, y: f32) -> f64 {
        let z = f64::from(y) * x;
        let w = (z as f32) * y;
        w as f64 + z as f64
    }

    #[differentiate]
    fn widened(x: &[f32], w: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            s += x[i] as f64 * w[i];
            if (x[i] as f64) < w[i] {
                s += f64::from(x[i] * x[0]).sin() / -(x[i] as f64);
            }
        }
        s + x.iter().zip(w).map(|(a, b)| *a as f64 * b).sum::<f64>()
    }

    #[differentiate]
    fn narrowed(x: &mut [f32], w: &[f64], factor: f64) -> f32 {
        for i in 0..x.len() {
            x[i] += (w[i] * factor) as f32;
        }
        let wide: Vec<f64> = x.iter().map(|a| *a as f64).collect();
        x[0] = (wide[1] * factor) as f32;
        x[0] * x[1]
    }

    #[differentiate]
    fn chosen(x: f32, w: f64) -> f32 {
        let y = if x > 1.0 { w } else { x as f64 };
        let pair = (x, w);
        let mut sum = 0.0_f32;
        for _ in 0..3 {
            sum += (y * pair.1) as f32;
        }
        let rounded = (x * 3.0) as usize as f64;
        sum * (y as f32) + rounded as f32 * x
    }

    #[differentiate]
    fn square(x: f32) -> f32 {
        x * x
    }

    #[differentiate]
    fn of_a_call(x: f32, w: f64) -> f64 {
        let y: f32 = square(x);
        y as f64 * w
    }

    programs! {
        mixed_precision -> single: (x = 0.5, y = 1.5) => 1.875;
        widened -> single: (&x = vec![0.5, 1.5], &w = vec![0.75, 1.25]);
        narrowed -> single: (&mut x = vec![0.5, 1.5], &w = vec![0.75, 1.25], factor = 0.5);
        chosen -> single: (x = 0.5, w = 1.5), (x = 1.5, w = 0.5);
        of_a_call -> single: (x = 0.5, w = 1.5);
    }
}
