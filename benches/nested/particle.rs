//! A particle in the field of two charges: where it hits the ground is controlled by the place of one of them. The force on it is a
//! gradient, inside of the time loop.

use super::Mode;
use super::descent::argmin;
use differentiate::differentiate;

/// The sum of the inverse distances to both charges.
#[differentiate(order = 2)]
fn potential(x: f64, y: f64, w: f64) -> f64 {
    let (dx, dy) = (x - 10.0, y - (10.0 - w));
    1.0 / (dx * dx + dy * dy).sqrt() + 1.0 / (dx * dx + y * y).sqrt()
}

#[differentiate]
fn force_r(x: f64, y: f64, w: f64) -> (f64, f64) {
    let (x_bar, y_bar, _): (f64, f64, f64) = potential::grad(x, y, w);
    (-x_bar, -y_bar)
}

#[differentiate]
fn force_f(x: f64, y: f64, w: f64) -> (f64, f64) {
    let (_, x_dot): (f64, f64) = potential::jvp(x, y, w, 1.0, 0.0, 0.0);
    let (_, y_dot): (f64, f64) = potential::jvp(x, y, w, 0.0, 1.0, 0.0);
    (-x_dot, -y_dot)
}

/// The square of where the particle comes down, by Euler's method.
macro_rules! landing {
    ($name:ident by $force:ident) => {
        #[differentiate]
        fn $name(w: f64) -> f64 {
            let (mut x, mut y, mut vx, mut vy) = (0.0, 8.0, 0.75, 0.0);
            loop {
                let (ax, ay): (f64, f64) = $force(x, y, w);
                x += 0.1 * vx;
                y += 0.1 * vy;
                if y <= 0.0 {
                    let landed = x - y / vy * vx;
                    return landed * landed;
                }
                vx += 0.1 * ax;
                vy += 0.1 * ay;
            }
        }
    };
}

landing!(landing_r by force_r);
landing!(landing_f by force_f);

/// Where the descent starts.
const START: f64 = 0.0;

macro_rules! mode {
    ($name:literal, $landing:ident, $gradient:expr) => {
        Mode {
            name: $name,
            run: || {
                argmin(
                    |[w]| {
                        let (value, slope) = $gradient(w);
                        (value, [slope])
                    },
                    [START],
                )
                .to_vec()
            },
            primal: || $landing(START),
            gradient: || $gradient(START).1,
        }
    };
}

pub(crate) fn modes() -> [Mode; 4] {
    [
        mode!("rr", landing_r, landing_r::value_and_grad),
        mode!("ff", landing_f, |w| landing_f::jvp(w, 1.0)),
        mode!("fr", landing_r, |w| landing_r::jvp(w, 1.0)),
        mode!("rf", landing_f, landing_f::value_and_grad),
    ]
}
