//! Rules of the user's: opaque functions with partial derivatives, or with a pullback and a directional derivative.

#![deny(warnings)]

use differentiate::{Real, differentiate};
use std::f64::consts::{FRAC_2_SQRT_PI, PI};

/// With a loop that nothing has to be recorded of.
#[differentiate(d(x) = digamma(x))]
fn lgamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < 12.0 {
        shift -= x.ln();
        x += 1.0;
    }
    let r = (x * x).recip();
    shift + (x - 0.5) * x.ln() - x
        + 0.5 * (2.0 * PI).ln()
        + (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r / 1680.0))) / x
}

/// A rule whose derivative is a function with a rule.
#[differentiate(d(x) = trigamma(x))]
fn digamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < 12.0 {
        shift -= x.recip();
        x += 1.0;
    }
    let r = (x * x).recip();
    shift + x.ln() - 0.5 / x - r * (1.0 / 12.0 - r * (1.0 / 120.0 - r * (1.0 / 252.0 - r / 240.0)))
}

#[differentiate(order = 2)]
fn trigamma(x: f64) -> f64 {
    let mut y = x;
    let mut shift = 0.0;
    while y < 12.0 {
        shift += 1.0 / (y * y);
        y += 1.0;
    }
    let r = 1.0 / (y * y);
    shift + 1.0 / y + 0.5 * r + r / y * (1.0 / 6.0 - r * (1.0 / 30.0 - r / 42.0))
}

#[differentiate(d(x) = (-x * x).exp() * FRAC_2_SQRT_PI)]
fn erf(x: f64) -> f64 {
    let mut term = x;
    let mut sum = x;
    let mut n = 0;
    while term.abs() > 1e-17 * sum.abs() {
        n += 1;
        term *= -x * x / f64::from(n);
        sum += term / f64::from(2 * n + 1);
    }
    sum * FRAC_2_SQRT_PI
}

#[differentiate(d(x) = (-x * x).exp() * std::f32::consts::FRAC_2_SQRT_PI)]
fn erf32(x: f32) -> f32 {
    erf(f64::from(x)) as f32
}

/// In terms of the result, which is not computed again.
#[differentiate(d(x) = 0.5 / out)]
fn root(x: f64) -> f64 {
    let mut y = x.max(1.0);
    for _ in 0..60 {
        y = 0.5 * (y + x / y);
    }
    y
}

/// A table of values of a function at 0, h, 2h, …, and straight lines between them.
#[differentiate(d(x) = { let (i, _) = cell(table, x, h); (table[i + 1] - table[i]) / h })]
fn interpolate(#[constant] table: &[f64], x: f64, #[constant] h: f64) -> f64 {
    let (i, t) = cell(table, x, h);
    table[i].mul_add(1.0 - t, table[i + 1] * t)
}

fn cell(table: &[f64], x: f64, h: f64) -> (usize, f64) {
    let i = ((x / h) as usize).min(table.len() - 2);
    (i, x / h - i as f64)
}

/// Two parameters, one of them by reference, and integers.
#[differentiate(d(base) = out * f64::from(n) / *base, d(scale) = out / scale)]
fn scaled_power(base: &f64, n: i32, scale: f64) -> f64 {
    std::iter::repeat_n(*base, n as usize).product::<f64>() * scale
}

#[derive(Clone, Copy)]
enum Kernel {
    Sine,
    Square,
}

/// Constants of the user's types, by value and by reference.
#[differentiate(d(x) = match kernel { Kernel::Sine => x.cos() * weights[0], Kernel::Square => 2.0 * x * weights[1] })]
fn kernel(#[constant] kernel: Kernel, x: f64, #[constant] weights: Vec<f64>) -> f64 {
    match kernel {
        Kernel::Sine => x.sin() * weights[0],
        Kernel::Square => x.powi(2) * weights[1],
    }
}

/// Generic, with a parameter that only the turbofish says.
#[differentiate(d(x) = out * (T::unit() - out))]
fn logistic<T: Real + Unit, const N: usize>(x: T) -> T {
    T::logistic(x)
}

trait Unit {
    fn unit() -> Self;
    fn logistic(self) -> Self;
}

impl Unit for f64 {
    fn unit() -> f64 {
        1.0
    }

    fn logistic(self) -> f64 {
        1.0 / (1.0 + (-self).exp())
    }
}

impl Unit for f32 {
    fn unit() -> f32 {
        1.0
    }

    fn logistic(self) -> f32 {
        1.0 / (1.0 + (-self).exp())
    }
}

#[differentiate(d(x) = slope(x), wrt(x))]
fn with_functions(x: f64, y: f64, f: fn(f64) -> f64, slope: impl Fn(f64) -> f64 + Copy) -> f64 {
    f(x) + y + slope(0.0)
}

mod inner {
    /// Found through paths.
    #[differentiate::differentiate(d(r#type) = 3.0 * scale(r#type))]
    pub(crate) fn cube(r#type: f64) -> f64 {
        r#type * scale(r#type)
    }

    fn scale(x: f64) -> f64 {
        x * x
    }
}

// ---- functions that call them

/// In a loop, with what is read and written in between.
#[differentiate]
fn log_beta_terms(xs: &[f64], shift: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..xs.len() {
        let z = xs[i] * shift;
        sum += lgamma(z) - erf(sum * 0.1) * root(z);
        if z > 2.0 {
            sum *= digamma(z);
        }
    }
    sum
}

#[differentiate]
fn along_table(table: &[f64], xs: &[f64; 3]) -> f64 {
    let mut sum = 0.0;
    for x in xs {
        sum += interpolate(table, x * x, 0.5) * x;
    }
    sum
}

#[differentiate]
fn mixed(x: f64, y: f64) -> f64 {
    let a = scaled_power(&(x * y), 3, y);
    let b = kernel(Kernel::Sine, x, vec![2.0, 3.0]) * kernel(Kernel::Square, a, vec![0.0, 0.25]);
    b + scaled_power(&x, 2, 1.5) + inner::cube(x * y)
}

#[differentiate]
fn generic_caller(x: f64) -> f64 {
    logistic::<f64, 2>(x * x) * x
}

#[differentiate]
fn singles(x: f32, n: usize) -> f32 {
    let mut y = x;
    for _ in 0..n {
        y = erf32(y) + 0.5 * x;
    }
    y
}

/// Central differences.
fn slope(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let h = 1e-5 * x.abs().max(1.0);
    (f(x + h) - f(x - h)) / (2.0 * h)
}

#[track_caller]
fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 2e-7 * (1.0 + b.abs()), "{a} instead of {b}");
}

/// Reverse and forward mode of a function of one variable.
macro_rules! check {
    ($f:ident $(::<$($generics:tt),*>)?, $x:expr) => {{
        let x: f64 = $x;
        let expected = slope(|x| $f $(::<$($generics),*>)?(x), x);
        close($f::grad $(::<$($generics),*>)?(x), expected);
        let (value, dot) = $f::jvp $(::<$($generics),*>)?(x, 2.0);
        assert_eq!(value, $f $(::<$($generics),*>)?(x));
        close(dot, 2.0 * expected);
        $f::check $(::<$($generics),*>)?(x).unwrap();
    }};
}

#[test]
fn special_functions() {
    for x in [0.3, 1.0, 2.5, 7.0] {
        check!(lgamma, x);
        check!(digamma, x);
        check!(erf, 0.5 * x);
        check!(erf, -0.5 * x);
        check!(root, x);
        check!(logistic::<f64, 1>, x);
        check!(generic_caller, x);
    }
    close(digamma(1.0), -0.577_215_664_901_532_9);
    close(digamma::grad(1.0), PI * PI / 6.0);
    assert_eq!(logistic::grad::<f32, 1>(0.0), 0.25);
}

#[test]
fn several_parameters() {
    let (base, scale) = scaled_power::grad(&1.5, 3, 2.0);
    close(base, 2.0 * 3.0 * 1.5 * 1.5);
    close(scale, 1.5 * 1.5 * 1.5);
    scaled_power::check(&1.5, 3, 2.0).unwrap();
    let (value, dot) = scaled_power::jvp(&1.5, 3, 2.0, &0.5, -1.0);
    assert_eq!(value, scaled_power(&1.5, 3, 2.0));
    close(dot, 0.5 * base - scale);
    mixed::check(0.7, 1.3).unwrap();
    let (dx, dy) = mixed::grad(0.7, 1.3);
    close(dx, slope(|x| mixed(x, 1.3), 0.7));
    close(dy, slope(|y| mixed(0.7, y), 1.3));
}

#[test]
fn in_loops() {
    let xs = [0.4, 1.2, 2.9, 0.8];
    log_beta_terms::check(&xs, 1.1).unwrap();
    let (xs_bar, shift_bar) = log_beta_terms::grad(&xs, 1.1);
    close(shift_bar, slope(|shift| log_beta_terms(&xs, shift), 1.1));
    for i in 0..xs.len() {
        let at = |x| {
            let mut xs = xs;
            xs[i] = x;
            log_beta_terms(&xs, 1.1)
        };
        close(xs_bar[i], slope(at, xs[i]));
    }
}

#[test]
fn tables() {
    let table = [0.0, 1.0, 4.0, 2.0, 7.0, 1.0];
    close(interpolate::grad(&table, 1.2, 0.5), -4.0);
    close(interpolate::jvp(&table, 0.2, 0.5, 3.0).1, 6.0);
    // The table is a parameter with derivatives of the caller's: what the callee holds constant adds nothing to them.
    let (table_bar, xs_bar) = along_table::grad(&table, &[0.3, 1.1, 1.45]);
    assert_eq!(table_bar, [0.0; 6]);
    let at = |x| along_table(&table, &[0.3, x, 1.45]);
    close(xs_bar[1], slope(at, 1.1));
}

#[test]
fn single_precision() {
    let (x, h) = (0.4_f32, 1e-2);
    let expected = (singles(x + h, 4) - singles(x - h, 4)) / (2.0 * h);
    assert!((singles::grad(x, 4) - expected).abs() < 1e-3);
    assert!((singles::jvp(x, 4, 1.0).1 - expected).abs() < 1e-3);
}

#[test]
fn functions_as_constants() {
    assert_eq!(with_functions::grad(0.5, 1.0, f64::sin, |x: f64| 3.0 * x), 1.5);
    assert_eq!(inner::cube::grad(2.0), 12.0);
    // Inside of a body, where nothing but the body's own names is seen.
    #[differentiate(d(x) = two() * x)]
    fn square(x: f64) -> f64 {
        x * x
    }
    fn two() -> f64 {
        2.0
    }
    assert_eq!(square::grad(3.0), 6.0);
}

// ---- order 2 and more, through the expressions

mod twice {
    use differentiate::{Real, differentiate};

    #[differentiate(order = 3, d(x) = (-x * x).exp() * std::f64::consts::FRAC_2_SQRT_PI)]
    pub(crate) fn erf(x: f64) -> f64 {
        super::erf(x)
    }

    #[differentiate(order = 3, d(x) = digamma(x))]
    pub(crate) fn lgamma(x: f64) -> f64 {
        super::lgamma(x)
    }

    #[differentiate(order = 2, d(x) = super::trigamma(x))]
    fn digamma(x: f64) -> f64 {
        super::digamma(x)
    }

    /// In terms of the result.
    #[differentiate(order = 3, d(x) = if x > 0.0 { 0.5 / out } else { 0.0 })]
    pub(crate) fn root(x: f64) -> f64 {
        super::root(x)
    }

    #[differentiate(order = 2, d(base) = out * f64::from(n) / *base, d(scale) = out / scale)]
    pub(crate) fn scaled_power(base: &f64, n: i32, scale: f64) -> f64 {
        super::scaled_power(base, n, scale)
    }

    /// A derivative that is a constant, and one that reads a constant table.
    #[differentiate(d(x) = 3.0, d(y) = table[0] * y + table[1], order = 2)]
    pub(crate) fn quadratic(x: f64, y: f64, #[constant] table: &[f64]) -> f64 {
        3.0 * x + (0.5 * table[0] * y + table[1]) * y
    }

    #[differentiate(d(x) = out * out, order = 2)]
    pub(crate) fn pole<T: Real>(x: T) -> T {
        -x.recip()
    }

    #[differentiate(order = 2)]
    pub(crate) fn sum(xs: &[f64], shift: f64, #[constant] table: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 0..xs.len() {
            let z = xs[i] * shift;
            sum += lgamma(z) - erf(sum * 0.1) * root(z) + quadratic(z, shift, table);
            sum += scaled_power(&z, 2, shift);
        }
        sum
    }
}

#[test]
fn second_derivatives() {
    for x in [0.4, 1.3, 2.2] {
        close(twice::erf::hvp(x, 2.0), 2.0 * slope(twice::erf::grad, x));
        close(twice::lgamma::hvp(x, 1.0), trigamma(x));
        close(twice::root::hvp(x, 1.0), -0.25 * x.powf(-1.5));
        close(twice::pole::hvp(x, 1.0), -2.0 * x.powi(-3));
    }
    let (base, scale) = twice::scaled_power::hvp(&1.5, 3, 2.0, &0.5, -1.0);
    close(base, 0.5 * 6.0 * 1.5 * 2.0 - 3.0 * 1.5 * 1.5);
    close(scale, 0.5 * 3.0 * 1.5 * 1.5);
    assert_eq!(twice::quadratic::hvp(1.0, 2.0, &[4.0, 5.0], 1.0, 0.5), (0.0, 2.0));
    let (xs, dot, table) = ([0.4, 1.2, 2.9], [1.0, -0.5, 0.25], [0.7, -0.2]);
    let along = |t: f64| {
        let xs = [0, 1, 2].map(|i| xs[i] + t * dot[i]);
        twice::sum::grad(&xs, 1.1 + t * 0.3, &table)
    };
    let (xs_bar, shift_bar) = twice::sum::hvp(&xs, 1.1, &table, &dot, 0.3);
    close(shift_bar, slope(|t| along(t).1, 0.0));
    for i in 0..3 {
        close(xs_bar[i], slope(|t| along(t).0[i], 0.0));
    }
}

// ---- `vjp = …, jvp = …`

/// Solves a tridiagonal system by elimination; its derivative solves another one instead of differentiating that.
#[differentiate(vjp = solve_vjp, jvp = solve_jvp)]
fn solve(diagonal: &[f64], right: &[f64], off: f64, n: usize) -> Vec<f64> {
    let (mut d, mut x) = (diagonal.to_vec(), right.to_vec());
    for i in 1..n {
        let m = off / d[i - 1];
        d[i] -= m * off;
        x[i] -= m * x[i - 1];
    }
    for i in (0..n).rev() {
        if i + 1 < n {
            x[i] -= off * x[i + 1];
        }
        x[i] /= d[i];
    }
    x
}

fn neighbours(x: &[f64], i: usize) -> f64 {
    i.checked_sub(1).map_or(0.0, |i| x[i]) + x.get(i + 1).copied().unwrap_or(0.0)
}

fn solve_vjp(diagonal: &[f64], right: &[f64], off: f64, n: usize, y_bar: Vec<f64>) -> (Vec<f64>, Vec<f64>, f64) {
    let y = solve(diagonal, right, off, n);
    let right_bar = solve(diagonal, &y_bar, off, n);
    let diagonal_bar = y.iter().zip(&right_bar).map(|(y, r)| -y * r).collect();
    let off_bar = right_bar.iter().enumerate().map(|(i, r)| -r * neighbours(&y, i)).sum();
    (diagonal_bar, right_bar, off_bar)
}

fn solve_jvp(
    diagonal: &[f64],
    right: &[f64],
    off: f64,
    n: usize,
    diagonal_dot: &[f64],
    right_dot: &[f64],
    off_dot: f64,
) -> (Vec<f64>, Vec<f64>) {
    let y = solve(diagonal, right, off, n);
    let rest = |i: usize| right_dot[i] - diagonal_dot[i] * y[i] - off_dot * neighbours(&y, i);
    let y_dot = solve(diagonal, &(0..n).map(rest).collect::<Vec<_>>(), off, n);
    (y, y_dot)
}

/// From an array to a tuple, by paths, with constants; both functions are another companion's.
#[differentiate(vjp = polar::vjp, jvp = polar::jvp)]
fn to_polar(xy: [f64; 2], #[constant] turns: f64, #[constant] label: String) -> (f64, f64) {
    assert!(!label.is_empty());
    (xy[0].hypot(xy[1]), xy[1].atan2(xy[0]) + turns)
}

mod polar {
    pub(crate) fn vjp(xy: [f64; 2], _turns: f64, _label: String, (r_bar, t_bar): (f64, f64)) -> [f64; 2] {
        let [x, y] = xy;
        let r = x.hypot(y);
        [(r_bar * x - t_bar * y / r) / r, (r_bar * y + t_bar * x / r) / r]
    }

    pub(crate) fn jvp(xy: [f64; 2], turns: f64, label: String, [u, v]: [f64; 2]) -> ((f64, f64), (f64, f64)) {
        let [x, y] = xy;
        let (r, t) = super::to_polar(xy, turns, label);
        ((r, t), ((x * u + y * v) / r, (x * v - y * u) / (r * r)))
    }
}

#[differentiate]
fn implicit_steps(diagonal: &[f64], start: &[f64], k: f64) -> f64 {
    let n = start.len();
    let mut u = start.to_vec();
    for _ in 0..3 {
        let next: Vec<f64> = solve(diagonal, &u, -k * k, n);
        for i in 0..n {
            u[i] = next[i] * next[i];
        }
    }
    let mut sum = 0.0;
    for i in 0..n {
        sum += u[i] * (i as f64 + 1.0);
    }
    sum
}

#[differentiate]
fn angle(x: f64, y: f64) -> f64 {
    let (r, t): (f64, f64) = to_polar([x * y, y], 1.0, "turned".to_owned());
    r * t.sin()
}

#[test]
fn pullbacks_and_directions() {
    let (diagonal, right) = ([2.0, 2.5, 3.0, 2.2], [1.0, -0.5, 0.25, 2.0]);
    solve::check(&diagonal, &right, 0.7, 4).unwrap();
    implicit_steps::check(&diagonal, &right, 0.6).unwrap();
    let (_, start_bar, k_bar) = implicit_steps::grad(&diagonal, &right, 0.6);
    close(k_bar, slope(|k| implicit_steps(&diagonal, &right, k), 0.6));
    let at = |x| implicit_steps(&diagonal, &[1.0, -0.5, x, 2.0], 0.6);
    close(start_bar[2], slope(at, 0.25));
    to_polar::check([0.3, -0.4], 1.0, "here".to_owned()).unwrap();
    angle::check(0.8, 1.7).unwrap();
    let (dx, dy) = angle::grad(0.8, 1.7);
    close(dx, slope(|x| angle(x, 1.7), 0.8));
    close(dy, slope(|y| angle(0.8, y), 1.7));
}

/// Methods with rules: a table that is looked up, and what may be said of partial derivatives there.
mod methods {
    use super::{close, slope};
    use differentiate::{Differentiable, differentiate};

    #[derive(Clone, Debug)]
    struct Table {
        values: Vec<f64>,
        h: f64,
    }

    impl Table {
        fn cell(&self, x: f64) -> (usize, f64) {
            let i = ((x / self.h) as usize).min(self.values.len() - 2);
            (i, x / self.h - i as f64)
        }
    }

    /// Cubic between its points.
    #[differentiate]
    impl Table {
        #[differentiate(order = 2, d(x) = self.slope(x) * scale, d(scale) = out / scale)]
        fn at(#[constant] &self, x: f64, scale: f64) -> f64 {
            let (i, t) = self.cell(x);
            let s = t * t * (3.0 - 2.0 * t);
            (self.values[i] * (1.0 - s) + self.values[i + 1] * s) * scale
        }

        #[differentiate(d(x) = {
            let (i, t) = self.cell(x);
            (self.values[i + 1] - self.values[i]) * (6.0 - 12.0 * t) / (self.h * self.h)
        })]
        fn slope(#[constant] &self, x: f64) -> f64 {
            let (i, t) = self.cell(x);
            (self.values[i + 1] - self.values[i]) * 6.0 * t * (1.0 - t) / self.h
        }
    }

    #[derive(Clone, Copy, Differentiable)]
    struct Gauge {
        offset: f64,
    }

    #[differentiate(order = 2)]
    impl Gauge {
        #[differentiate(d(x) = 3.0 * x * x, d(y) = 2.0)]
        fn cubic(x: f64, y: f64) -> f64 {
            x.powi(3) + 2.0 * y
        }

        fn read(&self, x: f64, #[constant] table: &Table) -> f64 {
            let raw: f64 = Self::cubic(x * self.offset, self.offset);
            let shown: f64 = table.at(x, raw);
            shown * self.offset
        }
    }

    fn table() -> Table {
        Table { values: (0..9).map(|i| f64::from(i).sin()).collect(), h: 0.5 }
    }

    #[test]
    fn rules_of_methods() {
        let (table, gauge, x) = (table(), Gauge { offset: 0.7 }, 1.3);
        close(table.at_grad(x, 2.0).0, slope(|x| table.at(x, 2.0), x));
        close(table.at_jvp(x, 2.0, 0.0, 1.0).1, table.at(x, 1.0));
        let (xx, scaled) = table.at_hvp(x, 2.0, 1.0, 0.0);
        close(xx, slope(|x| table.at_grad(x, 2.0).0, x));
        close(scaled, table.slope(x));
        let (gauge_bar, x_bar) = gauge.read_grad(x, &table);
        close(x_bar, slope(|x| gauge.read(x, &table), x));
        close(gauge_bar.offset, slope(|offset| Gauge { offset }.read(x, &table), 0.7));
        let (gauge_dot, x_dot) = gauge.read_hvp(x, &table, &GaugeGrad { offset: 1.0 }, 0.5);
        let along = |t: f64| Gauge { offset: 0.7 + t }.read_grad(x + 0.5 * t, &table);
        close(x_dot, slope(|t| along(t).1, 0.0));
        close(gauge_dot.offset, slope(|t| along(t).0.offset, 0.0));
    }
}
