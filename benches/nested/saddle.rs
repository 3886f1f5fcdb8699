//! A minimum of maxima: what is minimised runs gradient ascent itself, through which the outer gradient goes.

use super::Mode;
use super::descent::argmin;
use differentiate::differentiate;

#[differentiate(order = 2)]
fn objective(x1: f64, y1: f64, x2: f64, y2: f64) -> f64 {
    (x1 * x1 + y1 * y1) - (x2 * x2 + y2 * y2)
}

#[differentiate]
fn slope_r(x1: f64, y1: f64, x2: f64, y2: f64) -> (f64, f64) {
    let (_, _, x_bar, y_bar): (f64, f64, f64, f64) = objective::grad(x1, y1, x2, y2);
    (-x_bar, -y_bar)
}

#[differentiate]
fn slope_f(x1: f64, y1: f64, x2: f64, y2: f64) -> (f64, f64) {
    let (_, x_dot): (f64, f64) = objective::jvp(x1, y1, x2, y2, 0.0, 0.0, 1.0, 0.0);
    let (_, y_dot): (f64, f64) = objective::jvp(x1, y1, x2, y2, 0.0, 0.0, 0.0, 1.0);
    (-x_dot, -y_dot)
}

/// The largest value for given `x1` and `y1`: GradBench's descent on the negated function, written out so that it is differentiated.
macro_rules! largest {
    ($name:ident by $slope:ident) => {
        #[differentiate]
        fn $name(x1: f64, y1: f64) -> f64 {
            let (mut x, mut y) = START;
            let (mut eta, mut steps) = (1e-5, 0);
            let mut value = -objective(x1, y1, x, y);
            let (mut gx, mut gy): (f64, f64) = $slope(x1, y1, x, y);
            while (gx * gx + gy * gy).sqrt() > 1e-5 {
                if steps == 10 {
                    eta *= 2.0;
                    steps = 0;
                    continue;
                }
                let (nx, ny) = (x - eta * gx, y - eta * gy);
                if ((x - nx) * (x - nx) + (y - ny) * (y - ny)).sqrt() <= 1e-5 {
                    break;
                }
                let next = -objective(x1, y1, nx, ny);
                if next < value {
                    (x, y, value) = (nx, ny, next);
                    (gx, gy) = $slope(x1, y1, x, y);
                    steps += 1;
                } else {
                    eta /= 2.0;
                    steps = 0;
                }
            }
            objective(x1, y1, x, y)
        }
    };
}

largest!(largest_r by slope_r);
largest!(largest_f by slope_f);

/// Where every descent starts.
const START: (f64, f64) = (1.0, 1.0);

/// The minimum of the maxima, then the maximum there.
fn saddle(gradient: fn([f64; 2]) -> (f64, [f64; 2]), slope: fn(f64, f64, f64, f64) -> (f64, f64)) -> Vec<f64> {
    let [x1, y1] = argmin(gradient, START.into());
    let negated = |[x2, y2]: [f64; 2]| (-objective(x1, y1, x2, y2), slope(x1, y1, x2, y2).into());
    let [x2, y2] = argmin(negated, START.into());
    vec![x1, y1, x2, y2]
}

fn gradient_rr([x, y]: [f64; 2]) -> (f64, [f64; 2]) {
    let (value, gradient) = largest_r::value_and_grad(x, y);
    (value, gradient.into())
}

fn gradient_rf([x, y]: [f64; 2]) -> (f64, [f64; 2]) {
    let (value, gradient) = largest_f::value_and_grad(x, y);
    (value, gradient.into())
}

fn gradient_fr([x, y]: [f64; 2]) -> (f64, [f64; 2]) {
    let ((value, x_dot), (_, y_dot)) = (largest_r::jvp(x, y, 1.0, 0.0), largest_r::jvp(x, y, 0.0, 1.0));
    (value, [x_dot, y_dot])
}

fn gradient_ff([x, y]: [f64; 2]) -> (f64, [f64; 2]) {
    let ((value, x_dot), (_, y_dot)) = (largest_f::jvp(x, y, 1.0, 0.0), largest_f::jvp(x, y, 0.0, 1.0));
    (value, [x_dot, y_dot])
}

macro_rules! mode {
    ($name:literal, $largest:ident, $gradient:ident, $slope:ident) => {
        Mode {
            name: $name,
            run: || saddle($gradient, $slope),
            primal: || $largest(START.0, START.1),
            gradient: || $gradient(START.into()).1[0],
        }
    };
}

pub(crate) fn modes() -> [Mode; 4] {
    [
        mode!("rr", largest_r, gradient_rr, slope_r),
        mode!("ff", largest_f, gradient_ff, slope_f),
        mode!("fr", largest_r, gradient_fr, slope_r),
        mode!("rf", largest_f, gradient_rf, slope_f),
    ]
}
