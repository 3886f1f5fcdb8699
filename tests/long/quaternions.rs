//! Attitude by quaternions with operators: a gyroscope is integrated, and compared with what a camera sees of two stars.

use crate::differentiate;
use differentiate::Differentiable;
use std::ops::{Add, Mul, Neg, Sub};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct V3 {
    x: f64,
    y: f64,
    z: f64,
}
floats_of!(V3, V3Grad);

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Quaternion {
    w: f64,
    v: V3,
}
floats_of!(Quaternion, QuaternionGrad);

#[differentiate]
impl Add for V3 {
    type Output = V3;
    fn add(self, b: V3) -> V3 {
        V3 { x: self.x + b.x, y: self.y + b.y, z: self.z + b.z }
    }
}

#[differentiate]
impl Sub for V3 {
    type Output = V3;
    fn sub(self, b: V3) -> V3 {
        V3 { x: self.x - b.x, y: self.y - b.y, z: self.z - b.z }
    }
}

#[differentiate]
impl Mul<f64> for V3 {
    type Output = V3;
    fn mul(self, k: f64) -> V3 {
        V3 { x: self.x * k, y: self.y * k, z: self.z * k }
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
    fn dot(self, b: V3) -> f64 {
        self.x * b.x + self.y * b.y + self.z * b.z
    }

    fn cross(self, b: V3) -> V3 {
        V3 { x: self.y * b.z - self.z * b.y, y: self.z * b.x - self.x * b.z, z: self.x * b.y - self.y * b.x }
    }
}

#[differentiate]
impl Mul for Quaternion {
    type Output = Quaternion;
    fn mul(self, b: Quaternion) -> Quaternion {
        let along: f64 = self.v.dot(b.v);
        let across: V3 = self.v.cross(b.v);
        Quaternion { w: self.w * b.w - along, v: b.v * self.w + self.v * b.w + across }
    }
}

#[differentiate]
impl Quaternion {
    fn conjugated(self) -> Quaternion {
        Quaternion { w: self.w, v: -self.v }
    }

    fn normalised(self) -> Quaternion {
        let square: f64 = self.v.dot(self.v);
        let scale = 1.0 / (self.w * self.w + square).sqrt();
        Quaternion { w: self.w * scale, v: self.v * scale }
    }

    /// The rotation by a small vector.
    fn exponential(rate: V3) -> Quaternion {
        let square: f64 = rate.dot(rate);
        let angle = square.sqrt();
        if angle < 1e-9 {
            return Quaternion { w: 1.0, v: rate * 0.5 };
        }
        Quaternion { w: (0.5 * angle).cos(), v: rate * ((0.5 * angle).sin() / angle) }
    }

    fn rotated(self, v: V3) -> V3 {
        let pure = Quaternion { w: 0.0, v };
        let turned: Quaternion = self * pure * self.conjugated();
        turned.v
    }
}

#[differentiate]
fn misalignment(start: Quaternion, bias: V3, #[constant] rates: &[[f64; 3]], dt: f64) -> f64 {
    let mut attitude: Quaternion = start.normalised();
    let (north, east) = (V3 { x: 0.0, y: 0.0, z: 1.0 }, V3 { x: 0.6, y: 0.8, z: 0.0 });
    let mut total = 0.0;
    for rate in rates {
        let measured = V3 { x: rate[0], y: rate[1], z: rate[2] };
        let turn: Quaternion = Quaternion::exponential((measured - bias) * dt);
        attitude = attitude * turn;
        let seen: V3 = attitude.rotated(north);
        let other: V3 = attitude.rotated(east);
        let off: V3 = seen - V3 { x: 0.1, y: 0.2, z: 0.97 };
        let square: f64 = off.dot(off);
        let angle: f64 = other.dot(seen);
        total += square + 0.1 * other.x * other.y + angle.abs();
    }
    let last: Quaternion = attitude.normalised();
    total + last.w * last.v.z
}

programs! {
    misalignment: (
        start = Quaternion { w: 0.9, v: V3 { x: 0.1, y: -0.2, z: 0.3 } },
        bias = V3 { x: 0.02, y: -0.01, z: 0.03 },
        const &rates = vec![[0.3, -0.4, 0.2], [0.5, 0.1, -0.3], [-0.2, 0.6, 0.4]],
        dt = 0.2
    );
}
