//! Recursive FFT over a complex type, spectral energy.
use differentiate::{Differentiable, differentiate};
use std::ops::{Add, Mul, Sub};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Complex {
    pub re: f64,
    pub im: f64,
}

#[differentiate]
impl Complex {
    pub fn new(re: f64, im: f64) -> Self {
        Self { re, im }
    }
    pub fn norm_sqr(self) -> f64 {
        self.re * self.re + self.im * self.im
    }
    pub fn from_polar(r: f64, theta: f64) -> Self {
        Self::new(r * theta.cos(), r * theta.sin())
    }
}
#[differentiate]
impl Add for Complex {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self::new(self.re + o.re, self.im + o.im)
    }
}
#[differentiate]
impl Sub for Complex {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Self::new(self.re - o.re, self.im - o.im)
    }
}
#[differentiate]
impl Mul for Complex {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        Self::new(self.re * o.re - self.im * o.im, self.re * o.im + self.im * o.re)
    }
}

#[differentiate]
pub fn fft(x: &[Complex]) -> Vec<Complex> {
    let n = x.len();
    if n == 1 {
        return x.to_vec();
    }
    let even: Vec<Complex> = x.iter().step_by(2).copied().collect();
    let odd: Vec<Complex> = x.iter().skip(1).step_by(2).copied().collect();
    let even = fft(&even);
    let odd = fft(&odd);
    let mut out = vec![Complex { re: 0.0, im: 0.0 }; n];
    for k in 0..n / 2 {
        let t = Complex::from_polar(1.0, -2.0 * std::f64::consts::PI * k as f64 / n as f64) * odd[k];
        out[k] = even[k] + t;
        out[k + n / 2] = even[k] - t;
    }
    out
}

#[differentiate]
pub fn high_energy(signal: &[f64], cut: usize) -> f64 {
    let x: Vec<Complex> = signal.iter().map(|&s| Complex::new(s, 0.0)).collect();
    let spectrum = fft(&x);
    let total: f64 = spectrum.iter().map(|c| c.norm_sqr()).sum();
    let high: f64 = spectrum[cut..].iter().map(|c| c.norm_sqr()).sum();
    high / total
}
