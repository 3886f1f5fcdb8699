//! Compound assignment of the user's types, whose impls need not be an operator and an assignment.

use crate::differentiate;
use differentiate::{Differentiable, Real, Tensor};
use std::ops::{Add, AddAssign, DivAssign, MulAssign, RemAssign, SubAssign};

/// Adds twice, and what is added decides by how much.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Twice {
    x: f64,
}

#[differentiate]
impl Add for Twice {
    type Output = Twice;
    fn add(self, o: Twice) -> Twice {
        Twice { x: self.x + o.x }
    }
}

#[differentiate]
impl AddAssign for Twice {
    fn add_assign(&mut self, o: Twice) {
        self.x += 2.0 * o.x + self.x * o.x.sin();
    }
}

#[differentiate]
fn adds_twice(x: f64, y: f64) -> f64 {
    let mut a = Twice { x };
    a += Twice { x: y };
    let b = a + Twice { x: x * y };
    a += b;
    a.x * b.x
}

/// Owns memory.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Poly {
    c: Vec<f64>,
    steps: usize,
}

#[differentiate]
impl AddAssign<&Poly> for Poly {
    fn add_assign(&mut self, o: &Poly) {
        self.steps += 1;
        for (i, c) in o.c.iter().enumerate() {
            self.c[i] += c * self.steps as f64;
        }
    }
}

#[differentiate]
impl MulAssign<f64> for Poly {
    fn mul_assign(&mut self, k: f64) {
        self.c.iter_mut().for_each(|c| *c *= k);
    }
}

#[differentiate]
impl DivAssign<f64> for Poly {
    fn div_assign(&mut self, #[constant] k: f64) {
        let k = 1.0 / k;
        *self *= k;
    }
}

#[differentiate]
fn polynomials(x: &[f64], k: f64, n: usize) -> f64 {
    let step = Poly { c: vec![x[0], x[1] * k, k], steps: 0 };
    let mut sum = Poly { c: vec![1.0, x[1], 0.0], steps: 0 };
    for i in 0..n {
        sum += &step;
        sum *= k + i as f64;
        if i % 2 == 1 {
            sum /= 3.0;
        }
    }
    sum.c[0] * sum.c[1] + sum.c[2] * sum.steps as f64
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Complex<T: Real> {
    re: T,
    im: T,
}

#[differentiate]
impl<T: Real> AddAssign for Complex<T> {
    fn add_assign(&mut self, o: Self) {
        self.re += o.re;
        self.im += o.im;
    }
}

#[differentiate]
impl<T: Real> SubAssign<T> for Complex<T> {
    fn sub_assign(&mut self, o: T) {
        self.re -= o;
    }
}

#[differentiate]
impl<T: Real> MulAssign for Complex<T> {
    fn mul_assign(&mut self, o: Self) {
        let re = self.re * o.re - self.im * o.im;
        self.im = self.re * o.im + self.im * o.re;
        self.re = re;
    }
}

#[differentiate]
impl RemAssign<f64> for Complex<f64> {
    fn rem_assign(&mut self, n: f64) {
        self.re %= n;
        self.im %= n;
    }
}

/// The escape of a point, by fields and through references.
#[differentiate]
fn mandelbrot(re: f64, im: f64, n: usize) -> f64 {
    let c = Complex { re, im };
    let mut orbit = (Complex { re: 0.0, im: 0.0 }, 0);
    let z = &mut orbit.0;
    for _ in 0..n {
        let w = *z;
        *z *= w;
        *z += c;
        *z -= 0.01 * re;
    }
    *z %= 2.0;
    orbit.0.re * orbit.0.re + orbit.0.im
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Body {
    position: Complex<f64>,
    velocity: Complex<f64>,
    steps: usize,
    heat: f64,
    log: Vec<Complex<f64>>,
}
floats_of!(Complex<f64>, ComplexGrad<f64>);
floats_of!(Body, BodyGrad);

/// Fields of unknown type: integers, floats, values of the user's, elements.
#[differentiate]
fn flies(body: &mut Body, k: f64, n: usize) -> f64 {
    for i in 0..n {
        let v = body.velocity;
        body.position += v;
        body.velocity *= Complex { re: k, im: 0.1 };
        body.velocity -= body.heat;
        body.heat += k * body.position.re;
        body.heat *= 0.9;
        body.steps += 1;
        let at = body.steps % body.log.len();
        body.log[at] += v;
        body.log[i % 2] *= v;
    }
    body.heat / body.steps as f64
}

/// Over any float, and over any type with the operators.
#[differentiate]
fn horner<T: Real>(c: &[T], x: T) -> T {
    let mut sum = T::ZERO;
    for c in c {
        sum *= x;
        sum += *c;
        sum -= x / T::from_f64(4.0);
    }
    sum %= T::from_f64(100.0);
    sum /= x + T::ONE;
    sum
}

#[differentiate]
fn horner_of_two(c: &[f64], x: f64) -> f64 {
    horner(c, x) * horner(c, x * x)
}

/// What is assigned to is constant before and carries derivatives after, or never does.
#[differentiate]
fn from_constants(x: f64, #[constant] start: Twice, #[constant] other: Twice) -> f64 {
    let mut a = start;
    let mut b = start;
    b += other;
    b += other;
    let mut n = b;
    for _ in 0..2 {
        a += Twice { x };
        n += other;
    }
    a += n;
    let mut text = String::from("a");
    text += "b";
    a.x * b.x + text.len() as f64
}

#[differentiate]
fn tensors(x: &Tensor, k: f64) -> f64 {
    let mut t = x.clone();
    t *= x;
    t += k;
    t /= x + 3.0;
    t -= &(x * k);
    (&t * &t).sum()
}

#[test]
fn tensors_are_checked() {
    tensors::check(&Tensor::from([0.6, -0.8, 0.3]), 0.9).unwrap();
}

programs! {
    adds_twice: (x = 0.7, y = -0.4);
    polynomials: (&x = vec![0.6, -0.8], k = 0.9, const n = 4);
    mandelbrot: (re = -0.4, im = 0.6, const n = 3), (re = 0.3, im = 0.2, const n = 0);
    flies: (&mut body = Body {
        position: Complex { re: 0.1, im: 0.2 },
        velocity: Complex { re: 0.5, im: -0.4 },
        steps: 1,
        heat: 0.3,
        log: vec![Complex { re: 0.7, im: 0.8 }; 2],
    }, k = 1.1, const n = 3);
    horner_of_two: (&c = vec![0.5, -1.5, 2.0], x = 0.7);
    from_constants: (x = 0.6, const start = Twice { x: 0.2 }, const other = Twice { x: -0.3 });
}
