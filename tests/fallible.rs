//! Gradients of functions that return a `Result` or an `Option`, and gradients through them.
#![forbid(unsafe_code)]
#![deny(warnings)]

use differentiate::{Differentiable, Real, differentiate};

/// Not `Clone`, not `Differentiable`: it comes out as it is.
#[derive(Debug, PartialEq)]
struct Negative(f64);

#[derive(Debug, PartialEq)]
struct Failed {
    because: Negative,
    step: usize,
}

impl From<Negative> for Failed {
    fn from(because: Negative) -> Failed {
        Failed { because, step: 0 }
    }
}

#[differentiate]
fn root(x: f64) -> Result<f64, Negative> {
    if x < 0.0 { Err(Negative(x)) } else { Ok(x.sqrt()) }
}

#[differentiate]
fn roots(x: &[f64], shift: f64) -> Result<f64, Failed> {
    let mut sum = 0.0;
    for (step, x) in x.iter().enumerate() {
        match root(x + shift) {
            Ok(y) => sum += y,
            Err(because) => return Err(Failed { because, step }),
        }
    }
    sum += root(sum)?;
    Ok(sum)
}

#[test]
fn gradients_come_in_the_same_wrapper() {
    let x = [3.0, 8.0];
    let (y, (x_bar, shift_bar)) = roots::value_and_grad(&x, 1.0).unwrap();
    let inner = 1.0 + 0.5 / 5.0_f64.sqrt();
    assert_eq!(y, 5.0 + 5.0_f64.sqrt());
    assert_eq!(x_bar, [inner / 4.0, inner / 6.0]);
    assert!((shift_bar - inner * (1.0 / 4.0 + 1.0 / 6.0)).abs() < 1e-15);
    assert_eq!(roots::grad(&x, 1.0), Ok((x_bar.clone(), shift_bar)));
    let (mut x_buffer, mut shift_buffer) = ([7.0; 2], 7.0);
    assert_eq!(roots::value_and_grad_into(&x, 1.0, &mut x_buffer, &mut shift_buffer), Ok(y));
    assert_eq!((x_buffer.as_slice(), shift_buffer), (x_bar.as_slice(), shift_bar));
    assert_eq!(roots::value_and_grad_add(&x, 1.0, &mut x_buffer, &mut shift_buffer), Ok(y));
    assert_eq!(shift_buffer, 2.0 * shift_bar);
    let (value, pull) = roots::vjp(&x, 1.0).unwrap();
    assert_eq!((value, pull(2.0).1), (y, 2.0 * shift_bar));
    let (value, pull) = roots::vjp_persistent(&x, 1.0).unwrap();
    assert_eq!((value, pull(2.0).1, pull(1.0).1), (y, 2.0 * shift_bar, shift_bar));
    let (value, dot) = roots::jvp(&x, 1.0, &[0.0, 0.0], 1.0).unwrap();
    assert_eq!(value, y);
    assert!((dot - shift_bar).abs() < 1e-15);
    assert_eq!(roots::vjp_into(&x, 1.0, 2.0, &mut x_buffer, &mut shift_buffer), Ok(y));
    assert_eq!(shift_buffer, 2.0 * shift_bar);
    let mut y_dot = 7.0;
    assert_eq!(roots::jvp_into(&x, 1.0, &[0.0, 0.0], 1.0, &mut y_dot), Ok(y));
    assert_eq!(y_dot, dot);
}

#[test]
fn an_error_comes_out_as_it_was_made() {
    let x = [3.0, -8.0];
    let failed = || Failed { because: Negative(-7.0), step: 1 };
    assert_eq!(roots(&x, 1.0), Err(failed()));
    assert_eq!(roots::grad(&x, 1.0), Err(failed()));
    assert_eq!(roots::value_and_grad(&x, 1.0), Err(failed()));
    let (mut x_bar, mut shift_bar) = ([7.0; 2], 7.0);
    assert_eq!(roots::value_and_grad_into(&x, 1.0, &mut x_bar, &mut shift_bar), Err(failed()));
    assert_eq!(roots::value_and_grad_add(&x, 1.0, &mut x_bar, &mut shift_bar), Err(failed()));
    assert_eq!((x_bar, shift_bar), ([7.0; 2], 7.0));
    assert_eq!(roots::vjp(&x, 1.0).map(|(value, _)| value), Err(failed()));
    assert_eq!(roots::jvp(&x, 1.0, &[1.0, 1.0], 1.0), Err(failed()));
    let mut y_dot = 7.0;
    assert_eq!(roots::jvp_into(&x, 1.0, &[1.0, 1.0], 1.0, &mut y_dot), Err(failed()));
    assert_eq!(roots::vjp_into(&x, 1.0, 2.0, &mut x_bar, &mut shift_bar), Err(failed()));
    assert_eq!((x_bar, shift_bar, y_dot), ([7.0; 2], 7.0, 7.0));
    assert_eq!(root::grad(-1.0), Err(Negative(-1.0)));
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Model {
    scale: f64,
    offset: Option<f64>,
}

#[differentiate]
fn predict(model: &Model, x: f64) -> Option<f64> {
    let offset = model.offset?;
    Some(model.scale * x + offset)
}

#[differentiate]
fn generic<T: Real>(x: T, out: &mut [T]) -> Option<T> {
    out[0] = x * x;
    if x > T::ZERO { Some(out[0] * x) } else { None }
}

#[test]
fn options_too() {
    let mut model = Model { scale: 2.0, offset: Some(1.0) };
    let (y, (model_bar, x_bar)) = predict::value_and_grad(&model, 3.0).unwrap();
    assert_eq!((y, model_bar, x_bar), (7.0, ModelGrad { scale: 3.0, offset: Some(1.0) }, 2.0));
    model.offset = None;
    assert_eq!(predict::grad(&model, 3.0), None);
    let (mut out, mut x_bar, mut out_bar) = ([0.0], 7.0, [7.0]);
    assert_eq!(generic::value_and_grad_into(2.0, &mut out, &mut x_bar, &mut out_bar), Some(8.0));
    assert_eq!((out, x_bar, out_bar), ([4.0], 12.0, [0.0]));
    assert_eq!(generic::grad(2.0, &mut out), Some((12.0, vec![0.0])));
    assert_eq!(generic::grad(-2.0_f32, &mut [0.0]), None);
}

#[differentiate]
fn halves(v: &[f64], least: f64) -> Result<Vec<f64>, Negative> {
    let mut half = Vec::new();
    for x in v {
        if *x < least {
            return Err(Negative(*x));
        }
        half.push(0.5 * x * least);
    }
    Ok(half)
}

#[test]
fn results_that_are_no_numbers() {
    let v = [2.0, 4.0];
    let (half, pull) = halves::vjp(&v, 1.0).unwrap();
    assert_eq!((half, pull(vec![1.0, 2.0])), (vec![1.0, 2.0], (vec![0.5, 1.0], 5.0)));
    let (mut v_bar, mut least_bar, mut y_dot) = ([7.0; 2], 7.0, [7.0; 2]);
    assert_eq!(halves::vjp_into(&v, 1.0, &[1.0, 2.0], &mut v_bar, &mut least_bar), Ok(vec![1.0, 2.0]));
    assert_eq!((v_bar, least_bar), ([0.5, 1.0], 5.0));
    assert_eq!(halves::jvp_into(&v, 1.0, &[1.0, 0.0], 0.0, &mut y_dot), Ok(vec![1.0, 2.0]));
    assert_eq!(y_dot, [0.5, 0.0]);
    assert_eq!(halves::jvp(&v, 3.0, &[1.0, 0.0], 0.0), Err(Negative(2.0)));
    halves::check(&v, 1.0).unwrap();
    let mut out = [0.0];
    let (y, pull) = generic::vjp(2.0, &mut out).unwrap();
    assert_eq!((y, pull(1.0, vec![1.0]), out), (8.0, (16.0, vec![0.0]), [4.0]));
}

/// Derivatives of fallible functions in functions that are differentiated themselves, at order 2.
mod nested {
    use differentiate::differentiate;

    #[derive(Debug, PartialEq)]
    pub(super) struct Outside(f64);

    #[differentiate(order = 4)]
    fn entropy(x: f64, k: f64) -> Result<f64, Outside> {
        if x <= 0.0 {
            return Err(Outside(x));
        }
        Ok(k * x * x * x.ln())
    }

    #[differentiate(order = 4)]
    fn norm(x: &[f64]) -> Option<f64> {
        let sum: f64 = x.iter().map(|v| v * v * v).sum();
        if sum > 0.0 { Some(sum.sqrt()) } else { None }
    }

    #[differentiate(order = 3)]
    fn turned(x: &mut [f64], angle: f64) -> Result<f64, Outside> {
        for v in x.iter_mut() {
            *v = *v * angle.cos() + v.sin();
        }
        let last = x[x.len() - 1];
        if last < 0.0 { Err(Outside(last)) } else { Ok(last.sqrt() * x[0]) }
    }

    #[differentiate(order = 3)]
    fn scaled(x: &[f64], k: f64) -> Result<Vec<f64>, Outside> {
        if k < 0.0 { Err(Outside(k)) } else { Ok(x.iter().map(|v| v * v * k.sqrt()).collect::<Vec<_>>()) }
    }

    #[differentiate(order = 2)]
    pub(super) fn by_grad(x: &[f64]) -> Result<f64, Outside> {
        let (x_bar, k_bar) = entropy::grad(x[0] * x[1], x[2])?;
        Ok(x_bar * x_bar * x[0] + k_bar.sin())
    }

    #[differentiate(order = 2)]
    pub(super) fn by_value_and_grad(x: &[f64]) -> Result<f64, Outside> {
        let (value, (x_bar, k_bar)) = entropy::value_and_grad(x[0], x[1] * x[2])?;
        Ok(value * x_bar + k_bar * x[2])
    }

    #[differentiate(order = 2)]
    pub(super) fn by_jvp(x: &[f64]) -> Result<f64, Outside> {
        let (value, along) = entropy::jvp(x[0], x[1], x[2] * x[0], x[1].sin())?;
        Ok(value * along + along * along)
    }

    #[differentiate(order = 2)]
    pub(super) fn by_hvp(x: &[f64]) -> Result<f64, Outside> {
        let (x_bar, k_bar) = entropy::hvp(x[0], x[1], x[2] * x[0], x[1].sin())?;
        Ok(x_bar * x[2] + k_bar * k_bar)
    }

    #[differentiate(order = 2)]
    pub(super) fn of_option(x: &[f64]) -> Option<f64> {
        let gradient: Vec<f64> = norm::grad(x)?;
        let product: Vec<f64> = norm::hvp(x, &gradient)?;
        Some(product[0] * x[1] + gradient.iter().sum::<f64>())
    }

    #[differentiate(order = 2)]
    pub(super) fn of_memory(x: &[f64]) -> Result<f64, Outside> {
        let mut state = [x[0], x[1] * x[2]];
        let (value, (state_bar, angle_bar)) = turned::value_and_grad(&mut state, x[2])?;
        Ok(value * angle_bar + state_bar[0] * state[1] + state_bar[1] * state[0])
    }

    #[differentiate(order = 2)]
    pub(super) fn of_vector(x: &[f64]) -> Result<f64, Outside> {
        let (value, along) = scaled::jvp(&x[..2], x[2], &x[1..], x[0])?;
        Ok(value[0] * along[1] + along[0].sin())
    }

    /// What to do without a value is the caller's choice, too.
    #[differentiate(order = 2)]
    pub(super) fn caught(x: &[f64]) -> Result<f64, Outside> {
        let slope = match entropy::grad(x[0] - x[1], x[2]) {
            Ok((x_bar, _)) => x_bar * x[1],
            Err(_) => x[0] * x[1] * x[2],
        };
        Ok(slope.exp())
    }

    /// Gradient and Hessian of each against differences of the value and of the gradient; forward mode against reverse.
    macro_rules! checked {
        ($($name:ident $point:expr, $missing:expr => $otherwise:expr;)*) => {$(
            #[test]
            fn $name() {
                let x: [f64; 3] = $point;
                let gradient = super::$name::grad(&x).expect("a value");
                let difference = |f: &dyn Fn(&[f64]) -> f64, i: usize| {
                    let at = |step: f64| {
                        let mut x = x;
                        x[i] += step;
                        f(&x)
                    };
                    let h = 1e-4;
                    (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h)
                };
                let near = |a: f64, b: f64, what: &str| assert!((a - b).abs() < 1e-7 * (1.0 + b.abs()), "{what}: {a} and {b}");
                for i in 0..3 {
                    let mut unit = [0.0; 3];
                    unit[i] = 1.0;
                    let expected = difference(&|x| super::$name(x).expect("a value"), i);
                    near(gradient[i], expected, "gradient and differences");
                    near(super::$name::jvp(&x, &unit).expect("a value").1, gradient[i], "forward and reverse");
                    let row = super::$name::hvp(&x, &unit).expect("a value");
                    for j in 0..3 {
                        let expected = difference(&|x| super::$name::grad(x).expect("a value")[j], i);
                        near(row[j], expected, "hvp and differences");
                    }
                    let mut into = vec![0.0; 3];
                    assert_eq!(super::$name::hvp_into(&x, &unit, &mut into), super::$name(&x));
                    assert_eq!(into, row);
                }
                let x: [f64; 3] = $missing;
                assert_eq!(super::$name(&x), $otherwise);
                assert_eq!(super::$name::grad(&x).map(|_| 0.0), $otherwise);
                assert_eq!(super::$name::jvp(&x, &[1.0; 3]).map(|_| 0.0), $otherwise);
                assert_eq!(super::$name::hvp(&x, &[1.0; 3]).map(|_| 0.0), $otherwise);
                let mut untouched = [7.0; 3];
                assert_eq!(super::$name::hvp_into(&x, &[1.0; 3], &mut untouched), $otherwise);
                assert_eq!(untouched, [7.0; 3]);
            }
        )*};
    }

    mod against_differences {
        use super::Outside;

        checked! {
            by_grad [0.7, 1.2, 0.4], [-1.0, 0.5, 0.4] => Err(Outside(-0.5));
            by_value_and_grad [0.7, 1.2, 0.4], [0.0, 0.5, 0.4] => Err(Outside(0.0));
            by_jvp [0.7, 1.2, 0.4], [-1.0, 0.5, 0.4] => Err(Outside(-1.0));
            by_hvp [0.7, 1.2, 0.4], [-1.0, 0.5, 0.4] => Err(Outside(-1.0));
            of_option [0.7, 1.2, 0.4], [-1.0, 0.5, 0.4] => None;
            of_memory [0.7, 1.2, 0.4], [0.5, -1.0, 0.25] => Err(Outside(-0.25 * 0.25_f64.cos() + (-0.25_f64).sin()));
            of_vector [0.7, 1.2, 0.4], [0.5, 1.0, -0.25] => Err(Outside(-0.25));
        }

        #[test]
        fn caught() {
            for x in [[1.3, 0.4, 0.6], [0.2, 0.4, 0.6]] {
                let gradient = super::caught::grad(&x).expect("a value");
                for i in 0..3 {
                    let at = |step: f64| {
                        let mut x = x;
                        x[i] += step;
                        super::caught(&x).expect("a value")
                    };
                    let expected = (8.0 * (at(1e-4) - at(-1e-4)) - (at(2e-4) - at(-2e-4))) / 12e-4;
                    assert!((gradient[i] - expected).abs() < 1e-8 * (1.0 + expected.abs()), "{gradient:?} and {expected} at {i}");
                }
            }
        }
    }
}

/// Types of which only rustc knows that they are a `Result` or an `Option`.
mod aliases {
    use super::Negative;
    use differentiate::{Real, differentiate};

    type Loss = Result<f64, Negative>;
    type Fallible<T> = Result<T, Negative>;
    type Maybe = Option<f64>;
    type Residuals = Result<Vec<f64>, Negative>;

    #[differentiate(order = 3)]
    fn logarithm(x: f64) -> Loss {
        if x <= 0.0 {
            return Err(Negative(x));
        }
        Ok(x.ln() * x)
    }

    #[differentiate(order = 2)]
    fn product<T: Real>(a: T, b: T) -> Fallible<T> {
        if a < b { Err(Negative(0.0)) } else { Ok(a * b * b) }
    }

    #[differentiate(order = 2)]
    fn inverse(x: f64) -> Maybe {
        if x == 0.0 { None } else { Some(x.recip()) }
    }

    #[differentiate(order = 2)]
    fn between(x: f64) -> Maybe {
        let inverse = inverse(x)?;
        Some(inverse * x.sin())
    }

    /// Without a gradient; that is an error only where one is asked for.
    #[differentiate(order = 2)]
    fn residuals(x: f64, #[constant] data: &[f64]) -> Residuals {
        if data.is_empty() {
            return Err(Negative(0.0));
        }
        Ok(data.iter().map(|y| (y - x) * x).collect())
    }

    #[differentiate]
    fn changed(x: &mut [f64]) -> std::io::Result<()> {
        x[0] *= x[1];
        Ok(())
    }

    #[differentiate(order = 2)]
    fn all(x: f64, #[constant] data: &[f64]) -> Fallible<f64> {
        let squares: f64 = residuals(x, data)?.iter().map(|r| r * r).sum();
        let slope = logarithm::grad(x)?;
        let Some(between) = between(x) else { return Err(Negative(x)) };
        Ok(squares + slope * product(x, data[0])? + between)
    }

    #[test]
    fn have_gradients() {
        let data = [0.3, 0.9];
        let f = |x: f64| {
            let squares: f64 = data.iter().map(|y| ((y - x) * x) * ((y - x) * x)).sum();
            squares + (x.ln() + 1.0) * x * data[0] * data[0] + x.sin() / x
        };
        assert!((all(0.7, &data).unwrap() - f(0.7)).abs() < 1e-15);
        let (value, slope) = all::value_and_grad(0.7, &data).unwrap();
        assert_eq!(Ok(value), all(0.7, &data));
        assert!((slope - (f(0.7 + 1e-5) - f(0.7 - 1e-5)) / 2e-5).abs() < 1e-9);
        assert!((all::jvp(0.7, &data, 1.0).unwrap().1 - slope).abs() < 1e-15);
        let at = |x: f64| all::grad(x, &data).unwrap();
        assert!((all::hvp(0.7, &data, 1.0).unwrap() - (at(0.7 + 1e-5) - at(0.7 - 1e-5)) / 2e-5).abs() < 1e-8);
        let mut slope_again = 1.0;
        assert_eq!(all::value_and_grad_add(0.7, &data, &mut slope_again), Ok(value));
        assert_eq!(slope_again, 1.0 + slope);
        assert_eq!(all::grad(0.7, &[]), Err(Negative(0.0)));
        assert_eq!(all::grad(-0.7, &data), Err(Negative(-0.7)));
        assert_eq!((between::grad(0.0), inverse::grad(2.0)), (None, Some(-0.25)));
        assert_eq!(residuals::vjp(0.7, &data).map(|(_, pull)| pull(vec![1.0, 0.0])), Ok(0.3 - 1.4));
        let (mut x, mut x_dot) = ([2.0, 3.0], [1.0, 0.0]);
        assert!(changed::jvp(&mut x, &mut x_dot).is_ok());
        assert_eq!((x, x_dot), ([6.0, 3.0], [3.0, 0.0]));
    }
}
