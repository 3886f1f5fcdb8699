//! Closures that are passed to differentiated functions.

use crate::differentiate;
use differentiate::{Differentiable, Real};

#[differentiate]
fn integrate(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64 {
    let n = 8;
    let h = (b - a) / n as f64;
    let mut sum = 0.5 * (f(a) + f(b));
    for i in 1..n {
        sum += f(a + i as f64 * h);
    }
    sum * h
}

#[differentiate]
fn captured_number(a: f64) -> f64 {
    integrate(|x| (a * x).sin(), 0.0, 1.0)
}

#[differentiate]
fn captured_and_bounds(a: f64, w: &[f64], b: f64) -> f64 {
    let scale = a * a;
    let f = |x: f64| scale * x.exp() + w[0] * x + w[1];
    integrate(&f, 0.5 * a, b) + integrate(f, 0.0, w[1])
}

/// What is integrated captures nothing.
#[differentiate]
fn only_bounds(a: f64, b: f64) -> f64 {
    integrate(|x| x * x.cos(), a, b) * b
}

#[differentiate]
fn by_name(a: f64, b: f64) -> f64 {
    integrate(f64::exp, a, b)
}

/// Two functions, by a bound and in a `where` clause, one of them behind a reference.
#[differentiate]
fn newton<F: Fn(f64) -> f64, G>(f: F, slope: &G, start: f64) -> f64
where
    G: Fn(f64) -> f64,
{
    let mut x = start;
    for _ in 0..6 {
        x -= f(x) / slope(x);
    }
    x
}

#[differentiate]
fn root(c: f64, start: f64) -> f64 {
    newton(|x| x * x * x - c, &|x| 3.0 * x * x + 0.1 * c, start)
}

#[differentiate]
fn rk4(rhs: &dyn Fn(f64, &[f64]) -> Vec<f64>, y: &[f64], t: f64, h: f64) -> Vec<f64> {
    let k1 = rhs(t, y);
    let mut mid = y.to_vec();
    for i in 0..mid.len() {
        mid[i] += 0.5 * h * k1[i];
    }
    let k2 = rhs(t + 0.5 * h, &mid);
    let mut end = y.to_vec();
    for i in 0..end.len() {
        end[i] += h * k2[i];
    }
    end
}

#[differentiate]
fn pendulum(start: &[f64], length: f64, push: f64) -> f64 {
    let mut y = start.to_vec();
    for step in 0..5 {
        y = rk4(&|t: f64, y: &[f64]| vec![y[1], push * t - y[0].sin() / length], &y, 0.1 * step as f64, 0.1);
    }
    y[0] * y[1]
}

/// The right-hand side fills a buffer.
#[differentiate]
fn euler<F>(rhs: F, y: &mut [f64], steps: usize, h: f64)
where
    F: Fn(f64, &[f64], &mut [f64]),
{
    let mut slope = vec![0.0; y.len()];
    for k in 0..steps {
        rhs(k as f64 * h, y, &mut slope);
        for i in 0..y.len() {
            y[i] += h * slope[i];
        }
    }
}

#[differentiate]
fn predators(y: &mut [f64], rates: &[f64; 3]) -> f64 {
    euler(
        |t, y, slope| {
            slope[0] = rates[0] * y[0] - y[0] * y[1];
            slope[1] = y[0] * y[1] - rates[1] * y[1] * (rates[2] * t).cos();
        },
        y,
        4,
        0.1,
    );
    y[0] - 2.0 * y[1]
}

/// By halves, so that the function is handed on to itself.
#[differentiate]
fn adaptive(f: &impl Fn(f64) -> f64, a: f64, b: f64, depth: usize) -> f64 {
    let m = 0.5 * (a + b);
    let (whole, halves) = ((b - a) * f(m), 0.5 * (b - a) * (f(0.5 * (a + m)) + f(0.5 * (m + b))));
    if depth == 0 || (whole - halves).abs() < 1e-3 {
        return halves;
    }
    adaptive(f, a, m, depth - 1) + adaptive(f, m, b, depth - 1)
}

#[differentiate]
fn peak(width: f64, end: f64) -> f64 {
    adaptive(&|x| width / (width * width + x * x), -1.0, end, 4)
}

/// A function that captures a function.
#[differentiate]
fn plane(f: impl Fn(f64, f64) -> f64, x_end: f64, y_end: f64) -> f64 {
    integrate(|y| integrate(|x| f(x, y) * y, 0.0, x_end), 0.0, y_end)
}

#[differentiate]
fn bump(a: f64, x_end: f64, y_end: f64) -> f64 {
    plane(|x, y| (-a * (x * x + y * y)).exp(), x_end, y_end)
}

/// Only what it captures carries derivatives.
#[differentiate]
fn total(n: usize, term: impl Fn(usize) -> f64, offset: f64) -> f64 {
    let mut sum = offset;
    for i in 0..n {
        sum += term(i);
    }
    sum
}

#[differentiate]
fn weighted(w: &[f64], rows: &Vec<Vec<f64>>, k: f64) -> f64 {
    let names = ["a", "b"];
    let k = k.sqrt();
    total(w.len(), |i| if names[i % 2] == "a" { w[i] * w[i] * k } else { rows[i][0] - k }, k * w[0])
}

/// No parameter carries a derivative by itself.
#[differentiate]
fn mean(n: usize, term: impl Fn(usize) -> f64) -> f64 {
    (0..n).map(|i| term(i)).sum::<f64>() / n as f64
}

#[differentiate]
fn spread(v: &[f64]) -> f64 {
    let m = mean(v.len(), |i| v[i]);
    mean(v.len(), |i| (v[i] - m).powi(2)).sqrt()
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Wave {
    height: f64,
    length: f64,
}
floats_of!(Wave, WaveGrad);

#[differentiate]
impl Wave {
    fn at(&self, x: f64) -> f64 {
        self.height * (x / self.length).sin()
    }

    fn distorted(&self, by: impl Fn(f64, &Wave) -> f64, x: f64) -> f64 {
        by(x, self) + self.at(by(0.5, self))
    }

    fn work(&self, k: f64) -> f64 {
        integrate(|x| k * self.at(x), 0.0, self.length)
    }
}

#[differentiate]
fn of_struct(wave: &Wave, k: f64) -> f64 {
    let other = Wave { height: k, ..*wave };
    integrate(|x| wave.at(x) * other.at(k * x), 0.0, 1.0)
}

#[differentiate]
fn through_methods(wave: &Wave, k: f64) -> f64 {
    wave.distorted(|x, wave| x * wave.height * k, 2.0 * k) + wave.work(k)
}

/// Structs go in and come out.
#[differentiate]
fn iterate(step: impl Fn(Wave) -> Wave, start: Wave, n: usize) -> Wave {
    let mut wave = start;
    for _ in 0..n {
        wave = step(wave);
    }
    wave
}

#[differentiate]
fn damped(wave: Wave, loss: f64) -> f64 {
    let end = iterate(|wave| Wave { height: wave.height * (1.0 - loss), length: wave.length + loss * wave.height }, wave, 3);
    end.height * end.length
}

/// It may be called by a loop, a branch or a chain.
#[differentiate]
fn called_anywhere(f: impl Fn(f64) -> f64, v: &[f64]) -> f64 {
    let mut state: f64 = v.iter().map(|x| f(*x)).sum();
    let mut rounds = 0;
    while f(state) > 0.1 && rounds < 5 {
        state = if rounds % 2 == 0 { f(state) } else { state * 0.9 };
        rounds += 1;
    }
    state + v.iter().copied().map(&f).fold(0.0, f64::max)
}

#[differentiate]
fn shrinking(v: &[f64], k: f64) -> f64 {
    called_anywhere(|x| x * k / (1.0 + x), v)
}

#[differentiate]
fn mutable_bound(mut f: impl FnMut(f64) -> f64, x: f64) -> f64 {
    let first = f(x);
    f(first)
}

#[differentiate]
fn twice(a: f64, x: f64) -> f64 {
    mutable_bound(|x| a * x + 1.0, x)
}

#[differentiate]
fn generic<T: Real>(f: impl Fn(T) -> T, x: T) -> T {
    f(x) * f(x * x)
}

#[differentiate]
fn of_either_precision(a: f64, x: f64) -> f64 {
    let low: f32 = generic(|t: f32| t.sin(), x as f32);
    generic(|t: f64| t * a, x) + low as f64
}

/// Closures that call closures, and take what is `move`d.
#[differentiate]
fn layers(a: f64, b: f64) -> f64 {
    let inner = |x: f64| (a * x).tanh();
    let shift = 2.0 * b;
    let outer = move |x: f64| {
        let y = inner(x) + shift;
        if y > 1.0 {
            return y.ln();
        }
        y * y
    };
    let mut sum = 0.0;
    for k in 1..3 {
        let step = b / k as f64;
        sum += integrate(|x| outer(x) * step, 0.0, k as f64);
    }
    sum
}

#[differentiate]
fn pair(f: impl Fn(f64, f64) -> (f64, f64), n: usize, x: f64, y: f64) -> (f64, f64) {
    let (mut x, mut y) = (x, y);
    for _ in 0..n {
        (x, y) = f(x, y);
    }
    (x, y)
}

#[differentiate]
fn rotated(angle: f64, p: [f64; 2]) -> f64 {
    let (x, y) = pair(|x, y| (x * angle.cos() - y * angle.sin(), x * angle.sin() + y * angle.cos()), 3, p[0], p[1]);
    x * y * y
}

programs! {
    captured_number: (a = 1.3);
    captured_and_bounds: (a = 0.7, &w = vec![0.4, 1.2], b = 1.5);
    only_bounds: (a = -0.3, b = 1.1);
    by_name: (a = -0.3, b = 1.1);
    root: (c = 2.0, start = 1.1);
    pendulum: (&start = vec![0.5, 0.1], length = 0.8, push = 0.3);
    predators: (&mut y = vec![1.0, 0.5], &rates = [0.7, 0.4, 2.0]);
    peak: (width = 0.2, end = 0.9);
    bump: (a = 0.8, x_end = 1.1, y_end = 0.6);
    weighted: (&w = vec![0.5, -0.3, 0.8], &rows = vec![vec![0.1], vec![0.2], vec![0.3]], k = 1.4);
    spread: (&v = vec![0.5, -0.3, 0.8]);
    of_struct: (&wave = Wave { height: 0.7, length: 1.3 }, k = 0.6);
    through_methods: (&wave = Wave { height: 0.7, length: 1.3 }, k = 0.6);
    damped: (wave = Wave { height: 0.7, length: 1.3 }, loss = 0.2);
    shrinking: (&v = vec![0.5, 0.3, 0.8], k = 0.9);
    twice: (a = 0.5, x = 1.3);
    layers: (a = 0.5, b = 0.7);
    rotated: (angle = 0.4, p = [1.0, 0.5]);
}

#[test]
fn precision() {
    let (a_bar, x_bar) = of_either_precision::grad(1.5, 0.7);
    let slope = 2.0 * 1.5 * 0.7 * 0.7 * 0.7;
    assert!((a_bar - slope).abs() < 1e-12);
    let (x, e) = (0.7, 1e-6);
    let plain = |x: f64| x.sin() * (x * x).sin() + 1.5 * 1.5 * x * x * x;
    assert!((x_bar - (plain(x + e) - plain(x - e)) / (2.0 * e)).abs() < 1e-5);
}

/// Its values carry nothing.
#[differentiate]
fn counted(op: fn(usize) -> usize, x: f64) -> f64 {
    x * op(2) as f64
}

/// From outside, a function may be passed whose derivative is not asked for.
#[test]
fn plain_functions() {
    let data = [1.0, 2.0, 4.0];
    assert_eq!(total::grad(3, |i| data[i], 0.5), 1.0);
    assert_eq!(total::value_and_grad(3, |i| data[i], 0.5), (7.5, 1.0));
    assert_eq!(total::jvp(3, |i| data[i], 0.5, 2.0), (7.5, 2.0));
    assert_eq!(total::vjp(3, |i| data[i], 0.5).1(3.0), 3.0);
    total::check(3, |i| data[i], 0.5).unwrap();
    assert_eq!(counted::grad(|n| n + 1, 0.5), 3.0);
}
