//! Dual quaternions, which move points along screws: rotation about an axis and translation along it, in one product.

use crate::differentiate;
use differentiate::Differentiable;
use std::ops::{Add, Mul, Neg, Sub};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Quaternion {
    w: f64,
    v: [f64; 3],
}
floats_of!(Quaternion, QuaternionGrad);

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct DualQuaternion {
    real: Quaternion,
    dual: Quaternion,
}
floats_of!(DualQuaternion, DualQuaternionGrad);

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

#[differentiate]
impl Add for Quaternion {
    type Output = Quaternion;

    fn add(self, other: Quaternion) -> Quaternion {
        let v = [self.v[0] + other.v[0], self.v[1] + other.v[1], self.v[2] + other.v[2]];
        Quaternion { w: self.w + other.w, v }
    }
}

#[differentiate]
impl Neg for Quaternion {
    type Output = Quaternion;

    fn neg(self) -> Quaternion {
        Quaternion { w: -self.w, v: [-self.v[0], -self.v[1], -self.v[2]] }
    }
}

#[differentiate]
impl Sub for Quaternion {
    type Output = Quaternion;

    fn sub(self, other: Quaternion) -> Quaternion {
        self + -other
    }
}

#[differentiate]
impl Mul for Quaternion {
    type Output = Quaternion;

    fn mul(self, other: Quaternion) -> Quaternion {
        let (a, b) = (self.v, other.v);
        let c = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
        let dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
        let v: [f64; 3] = std::array::from_fn(|i| self.w * b[i] + other.w * a[i] + c[i]);
        Quaternion { w: self.w * other.w - dot, v }
    }
}

#[differentiate]
impl Mul<f64> for Quaternion {
    type Output = Quaternion;

    fn mul(self, k: f64) -> Quaternion {
        Quaternion { w: self.w * k, v: [self.v[0] * k, self.v[1] * k, self.v[2] * k] }
    }
}

#[differentiate]
impl Quaternion {
    fn conjugate(self) -> Quaternion {
        Quaternion { w: self.w, v: [-self.v[0], -self.v[1], -self.v[2]] }
    }

    fn norm(&self) -> f64 {
        (self.w * self.w + self.v.iter().map(|x| x * x).sum::<f64>()).sqrt()
    }
}

#[differentiate]
impl Mul for DualQuaternion {
    type Output = DualQuaternion;

    fn mul(self, other: DualQuaternion) -> DualQuaternion {
        DualQuaternion { real: self.real * other.real, dual: self.real * other.dual + self.dual * other.real }
    }
}

#[differentiate]
impl DualQuaternion {
    /// About the axis through `moment`, by `angle`, and along it by `shift`.
    fn screw(axis: [f64; 3], moment: [f64; 3], angle: f64, shift: f64) -> DualQuaternion {
        let (s, c) = (0.5 * angle).sin_cos();
        let real = Quaternion { w: c, v: axis.map(|a| a * s) };
        let dual = Quaternion {
            w: -0.5 * shift * s,
            v: [
                moment[0] * s + 0.5 * shift * c * axis[0],
                moment[1] * s + 0.5 * shift * c * axis[1],
                moment[2] * s + 0.5 * shift * c * axis[2],
            ],
        };
        DualQuaternion { real, dual }
    }

    fn normalized(self) -> DualQuaternion {
        let scale = 1.0 / self.real.norm();
        DualQuaternion { real: self.real * scale, dual: self.dual * scale }
    }

    /// Where a point goes.
    fn moved(&self, p: [f64; 3]) -> [f64; 3] {
        let turned = self.real * Quaternion { w: 0.0, v: p } * self.real.conjugate();
        let shifted = (self.dual * self.real.conjugate() - self.real * self.dual.conjugate()) * 1.0;
        [turned.v[0] + shifted.v[0], turned.v[1] + shifted.v[1], turned.v[2] + shifted.v[2]]
    }
}

/// An arm of screw joints, and how far its hand is from where it should be.
#[differentiate]
fn reach(angles: &[f64], shift: f64, #[constant] joints: &[([f64; 3], [f64; 3])], #[constant] target: [f64; 3]) -> f64 {
    let mut pose = DualQuaternion::screw(joints[0].0, cross(joints[0].1, joints[0].0), angles[0], shift);
    for (k, (axis, point)) in joints.iter().enumerate().skip(1) {
        let moment = cross(*point, *axis);
        pose = pose * DualQuaternion::screw(*axis, moment, angles[k], shift * 0.5);
    }
    let hand = pose.normalized().moved([1.0, 0.2, -0.3]);
    hand.iter().zip(&target).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// With respect to the pose itself.
#[differentiate]
fn seen(pose: DualQuaternion, point: [f64; 3]) -> f64 {
    let unit = pose.normalized();
    let p = unit.moved(point);
    p[0] * p[1] + p[2].sin()
}

fn arm() -> Vec<([f64; 3], [f64; 3])> {
    vec![([0.0, 0.0, 1.0], [0.0, 0.0, 0.0]), ([0.0, 1.0, 0.0], [0.4, 0.0, 0.1]), ([0.6, 0.0, 0.8], [0.9, 0.2, 0.0])]
}

fn pose() -> DualQuaternion {
    DualQuaternion { real: Quaternion { w: 0.8, v: [0.3, -0.2, 0.4] }, dual: Quaternion { w: 0.1, v: [0.5, -0.3, 0.2] } }
}

programs! {
    reach: (&angles = vec![0.3, -0.5, 0.9], shift = 0.4, const &joints = arm(), const target = [0.2, 1.1, 0.4]);
    seen: (pose = pose(), point = [0.7, -0.4, 1.2]);
}
