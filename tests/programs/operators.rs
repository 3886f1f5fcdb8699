//! Operators of the user's types: vectors, complex numbers, quaternions, dual numbers, matrices that own memory.

use crate::differentiate;
use differentiate::{Differentiable, Real};
use std::ops::{Add, Div, Mul, Neg, Sub};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct V3 {
    x: f64,
    y: f64,
    z: f64,
}

#[differentiate]
impl Add for V3 {
    type Output = V3;
    fn add(self, o: V3) -> V3 {
        V3::new(self.x + o.x, self.y + o.y, self.z + o.z)
    }
}

#[differentiate]
impl Sub<&V3> for &V3 {
    type Output = V3;
    fn sub(self, o: &V3) -> V3 {
        V3 { x: self.x - o.x, y: self.y - o.y, z: self.z - o.z }
    }
}

#[differentiate]
impl Mul<f64> for V3 {
    type Output = Self;
    fn mul(self, k: f64) -> Self::Output {
        Self { x: self.x * k, y: self.y * k, z: self.z * k }
    }
}

#[differentiate]
impl Mul<V3> for f64 {
    type Output = V3;
    fn mul(self, v: V3) -> V3 {
        v * self
    }
}

#[differentiate]
impl Neg for V3 {
    type Output = V3;
    fn neg(self) -> V3 {
        V3 { x: -self.x, y: -self.y, z: -self.z }
    }
}

#[differentiate]
impl V3 {
    fn new(x: f64, y: f64, z: f64) -> Self {
        V3 { x, y, z }
    }

    fn dot(&self, o: &V3) -> f64 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }

    fn norm(&self) -> f64 {
        self.dot(self).sqrt()
    }

    fn cross(self, o: V3) -> V3 {
        V3::new(self.y * o.z - self.z * o.y, self.z * o.x - self.x * o.z, self.x * o.y - self.y * o.x)
    }
}

/// A ray against a sphere.
#[differentiate]
fn ray(direction: [f64; 3], radius: f64) -> f64 {
    let center = V3::new(0.1, -0.2, 3.0);
    let d = V3::new(direction[0], direction[1], direction[2]);
    let d = d * (1.0 / d.norm());
    let b = d.dot(&center);
    let h = b * b - center.dot(&center) + radius * radius;
    if h < 0.0 {
        return 0.0;
    }
    let hit = (b - h.sqrt()) * d;
    let n = &hit - &center;
    n.dot(&V3::new(0.3, 0.5, -0.8)) / radius + (-n).cross(d + hit).norm()
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Complex {
    re: f64,
    im: f64,
}

#[differentiate]
impl Add for Complex {
    type Output = Complex;
    fn add(self, o: Complex) -> Complex {
        Complex { re: self.re + o.re, im: self.im + o.im }
    }
}

#[differentiate]
impl Mul for Complex {
    type Output = Complex;
    fn mul(self, o: Complex) -> Complex {
        Complex { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
    }
}

#[differentiate]
impl Div for Complex {
    type Output = Complex;
    fn div(self, o: Complex) -> Complex {
        let d = o.re * o.re + o.im * o.im;
        Complex { re: (self.re * o.re + self.im * o.im) / d, im: (self.im * o.re - self.re * o.im) / d }
    }
}

/// Methods named as those of floats are.
#[differentiate]
impl Complex {
    fn exp(self) -> Complex {
        let r = self.re.exp();
        Complex { re: r * self.im.cos(), im: r * self.im.sin() }
    }

    fn abs(&self) -> f64 {
        self.re.hypot(self.im)
    }

    fn powi(self, n: i32) -> Complex {
        let mut p = self;
        for _ in 1..n {
            p = p * self;
        }
        p
    }
}

#[differentiate]
fn julia(re: f64, im: f64) -> f64 {
    let c = Complex { re: -0.4, im: 0.3 };
    let mut z = Complex { re, im };
    for _ in 0..4 {
        z = z * z + c;
        if z.abs() > 2.0 {
            break;
        }
    }
    let w = z.exp() / (z.powi(3) + c);
    w.abs() + w.re
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Quaternion {
    w: f64,
    v: [f64; 3],
}

#[differentiate]
impl Mul for Quaternion {
    type Output = Quaternion;
    fn mul(self, o: Quaternion) -> Quaternion {
        let (a, b) = (self.v, o.v);
        Quaternion {
            w: self.w * o.w - a[0] * b[0] - a[1] * b[1] - a[2] * b[2],
            v: [
                self.w * b[0] + o.w * a[0] + a[1] * b[2] - a[2] * b[1],
                self.w * b[1] + o.w * a[1] + a[2] * b[0] - a[0] * b[2],
                self.w * b[2] + o.w * a[2] + a[0] * b[1] - a[1] * b[0],
            ],
        }
    }
}

#[differentiate]
impl Quaternion {
    fn conjugate(self) -> Self {
        Quaternion { w: self.w, v: [-self.v[0], -self.v[1], -self.v[2]] }
    }

    fn rotate(self, v: [f64; 3]) -> [f64; 3] {
        (self * Quaternion { w: 0.0, v } * self.conjugate()).v
    }
}

#[differentiate]
fn attitude(axis: [f64; 3], angle: f64) -> f64 {
    let (s, c) = (0.5 * angle).sin_cos();
    let q = Quaternion { w: c, v: [s * axis[0], s * axis[1], s * axis[2]] };
    let u: [f64; 3] = q.rotate([0.2, 0.5, -0.3]);
    let t: [f64; 3] = (q * q).rotate(u);
    u[0] * t[1] - u[2] * t[0] + t[2]
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Dual<T: Real> {
    re: T,
    eps: T,
}

#[differentiate]
impl<T: Real> Mul for Dual<T> {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        Dual { re: self.re * o.re, eps: self.re * o.eps + self.eps * o.re }
    }
}

#[differentiate]
impl<T: Real> Dual<T> {
    fn lift(re: T, eps: T) -> Self {
        Dual { re, eps }
    }

    fn sin(self) -> Self {
        Dual { re: self.re.sin(), eps: self.eps * self.re.cos() }
    }
}

/// The derivative of the derivative that dual numbers compute.
#[differentiate]
fn slope(x: f64) -> f64 {
    let d = Dual::lift(x, 1.0);
    (d * d.sin() * d).eps
}

/// Owns memory.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Matrix {
    n: usize,
    a: Vec<f64>,
}

#[differentiate]
impl<'a> Mul<&'a Matrix> for &'a Matrix {
    type Output = Matrix;
    fn mul(self, o: &'a Matrix) -> Matrix {
        let n = self.n;
        let mut a = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..n {
                for k in 0..n {
                    a[i * n + j] += self.a[i * n + k] * o.a[k * n + j];
                }
            }
        }
        Matrix { n, a }
    }
}

#[differentiate]
fn matrices(a: &[f64], x: f64) -> f64 {
    let m = Matrix { n: 2, a: a.to_vec() };
    let s = Matrix { n: 2, a: vec![x, 1.0, 0.0, x * x] };
    let p = &(&m * &s) * &m;
    p.a[0] + p.a[1] * p.a[3]
}

#[differentiate]
impl Mul<f64> for Matrix {
    type Output = Matrix;
    fn mul(self, k: f64) -> Matrix {
        Matrix { n: self.n, a: self.a.iter().map(|a| a * k).collect() }
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Pair {
    first: Matrix,
    second: Matrix,
}

/// Fields are put together from what they held, and a constant is used up by an operator.
#[differentiate]
fn exchanged(a: &[f64], x: f64) -> f64 {
    let unit = Matrix { n: 2, a: vec![1.0, 2.0, 0.0, 1.0] };
    let scaled: Matrix = unit * x;
    let mut pair = Pair { first: Matrix { n: 2, a: a.to_vec() }, second: scaled };
    let mut sum = 0.0;
    for _ in 0..2 {
        let before = &pair.first * &pair.second;
        pair.first = &pair.second * &pair.first;
        pair.second = &pair.first * &before;
        sum += before.a[1] * pair.second.a[2];
    }
    sum + pair.first.a[3]
}

programs! {
    exchanged: (&a = vec![0.3, -0.5, 0.7, 1.1], x = 0.6);
    ray: (direction = [0.05, 0.1, 1.0], radius = 1.2), (direction = [2.0, 0.1, 1.0], radius = 1.2);
    julia: (re = 0.3, im = 0.4), (re = 1.5, im = 0.9);
    attitude: (axis = [0.6, 0.0, 0.8], angle = 0.7);
    slope: (x = 0.8);
    matrices: (&a = vec![0.3, -0.5, 0.7, 1.1], x = 0.6);
}
