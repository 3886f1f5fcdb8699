//! Numerical methods: iterations to convergence, evaluation schemes, interpolation, integration.

use crate::differentiate;

/// Square root by Newton's iteration.
#[differentiate]
fn newton_root(a: f64) -> f64 {
    let mut x = if a > 1.0 { a } else { 1.0 };
    let mut last = 0.0;
    while (x - last).abs() > 1e-12 * x {
        last = x;
        x = 0.5 * (x + a / x);
    }
    x
}

/// Kepler's equation: the eccentric anomaly, then the position.
#[differentiate]
fn kepler(mean: f64, eccentricity: f64) -> (f64, f64) {
    let mut e = mean;
    for _ in 0..50 {
        let f = e - eccentricity * e.sin() - mean;
        let step = f / (1.0 - eccentricity * e.cos());
        e -= step;
        if step.abs() < 1e-13 {
            break;
        }
    }
    (e.cos() - eccentricity, (1.0 - eccentricity * eccentricity).sqrt() * e.sin())
}

#[differentiate]
fn horner(x: f64, coefficients: &[f64]) -> f64 {
    let mut s = 0.0_f64;
    for c in coefficients.iter().rev() {
        s = s.mul_add(x, *c);
    }
    s
}

/// Clenshaw's recurrence for a Chebyshev series.
#[differentiate]
fn chebyshev(x: f64, c: &[f64]) -> f64 {
    let (mut b1, mut b2) = (0.0, 0.0);
    for k in (1..c.len()).rev() {
        (b1, b2) = (c[k] + 2.0 * x * b1 - b2, b1);
    }
    c[0] + x * b1 - b2
}

/// Natural cubic spline: the second derivatives by the tridiagonal algorithm.
#[differentiate]
fn spline_curvatures(x: &[f64], y: &[f64]) -> Vec<f64> {
    let n = x.len();
    let (mut m, mut u) = (vec![0.0; n], vec![0.0; n]);
    for i in 1..n - 1 {
        let share = (x[i] - x[i - 1]) / (x[i + 1] - x[i - 1]);
        let p = share * m[i - 1] + 2.0;
        m[i] = (share - 1.0) / p;
        let kink = (y[i + 1] - y[i]) / (x[i + 1] - x[i]) - (y[i] - y[i - 1]) / (x[i] - x[i - 1]);
        u[i] = (6.0 * kink / (x[i + 1] - x[i - 1]) - share * u[i - 1]) / p;
    }
    for i in (0..n - 1).rev() {
        m[i] = m[i] * m[i + 1] + u[i];
    }
    m
}

/// Finds the interval by bisection, then evaluates.
#[differentiate]
fn spline(x: &[f64], y: &[f64], at: f64) -> f64 {
    let m = spline_curvatures(x, y);
    let (mut low, mut high) = (0, x.len() - 1);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if x[middle] > at { high = middle } else { low = middle }
    }
    let h = x[high] - x[low];
    let (a, b) = ((x[high] - at) / h, (at - x[low]) / h);
    a * y[low] + b * y[high] + ((a.powi(3) - a) * m[low] + (b.powi(3) - b) * m[high]) * h * h / 6.0
}

/// Adaptive Simpson integration of a fixed integrand, by recursion.
#[differentiate]
fn simpson(a: f64, b: f64, k: f64, depth: u32) -> f64 {
    let f = |x: f64| (k * x).sin() / (1.0 + x * x);
    let m = 0.5 * (a + b);
    let whole = (b - a) / 6.0 * (f(a) + 4.0 * f(m) + f(b));
    let (l, r) = (0.5 * (a + m), 0.5 * (m + b));
    let halves = (b - a) / 12.0 * (f(a) + 4.0 * f(l) + 2.0 * f(m) + 4.0 * f(r) + f(b));
    if depth == 0 || (halves - whole).abs() < 1e-3 {
        return halves + (halves - whole) / 15.0;
    }
    simpson(a, m, k, depth - 1) + simpson(m, b, k, depth - 1)
}

/// Lanczos' approximation of the logarithm of the gamma function.
#[differentiate]
fn ln_gamma(x: f64) -> f64 {
    let c = [
        76.180_091_729_471_46,
        -86.505_320_329_416_77,
        24.014_098_240_830_91,
        -1.231_739_572_450_155,
        0.120_865_097_386_617_9e-2,
        -0.539_523_938_495_3e-5,
    ];
    let t = x + 5.5;
    let mut s = 1.000_000_000_190_015;
    for (j, c) in c.iter().enumerate() {
        s += c / (x + 1.0 + j as f64);
    }
    (x + 0.5) * t.ln() - t + (2.506_628_274_631_000_5 * s / x).ln()
}

/// De Casteljau in place.
#[differentiate]
fn bezier(points: &[[f64; 2]], t: f64) -> [f64; 2] {
    let mut p = points.to_vec();
    for k in 1..p.len() {
        for i in 0..p.len() - k {
            let q = p[i + 1];
            p[i][0] = (1.0 - t) * p[i][0] + t * q[0];
            p[i][1] += t * (q[1] - p[i][1]);
        }
    }
    p[0]
}

/// Fixed point of `x = cos(a x)` by Aitken's acceleration.
#[differentiate]
fn fixed_point(a: f64) -> f64 {
    let g = |x: f64| (a * x).cos();
    let mut x = 0.5;
    loop {
        let y = g(x);
        let z = g(y);
        let bend = z - 2.0 * y + x;
        if bend.abs() < 1e-9 {
            return z;
        }
        x -= (y - x).powi(2) / bend;
    }
}

programs! {
    newton_root: (a = 2.0) => std::f64::consts::SQRT_2, (a = 0.09) => 0.3;
    kepler -> many: (mean = 1.3, eccentricity = 0.4), (mean = 1.3, eccentricity = 0.0) => (1.3_f64.cos(), 1.3_f64.sin());
    horner: (x = 2.0, &coefficients = vec![1.0, -3.0, 0.5]) => -3.0;
    chebyshev: (x = 0.5, &c = vec![1.0, 2.0, 4.0]) => 1.0 + 1.0 - 2.0;
    spline: (&x = vec![0.0, 1.0, 2.5, 3.0], &y = vec![1.0, 2.0, 4.0, 3.0], at = 2.0), (&x = vec![0.0, 1.0, 2.0, 3.0], &y = vec![1.0, 3.0, 5.0, 7.0], at = 0.75) => 2.5;
    simpson: (a = 0.1, b = 3.0, k = 2.0, const depth = 6);
    ln_gamma: (x = 5.0) => 24.0_f64.ln(), (x = 0.7);
    bezier -> many: (&points = vec![[0.0, 1.0], [1.0, 3.0], [2.0, -1.0], [3.0, 0.5]], t = 0.3), (&points = vec![[0.0, 1.0], [2.0, 3.0]], t = 0.5) => [1.0, 2.0];
    fixed_point: (a = 1.0) => 0.739_085_133_215_160_6;
}
