//! What a camera sees: quaternions and vectors generic over the float, points behind the camera left out.

use crate::differentiate;
use differentiate::{Differentiable, Real};
use std::ops::{Add, Mul, Sub};
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct V3<T> {
    x: T,
    y: T,
    z: T,
}
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Quat<T> {
    w: T,
    v: V3<T>,
}
#[differentiate]
impl<T: Real> Add for V3<T> {
    type Output = V3<T>;
    fn add(self, o: V3<T>) -> V3<T> {
        V3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }
}
#[differentiate]
impl<T: Real> Sub for V3<T> {
    type Output = V3<T>;
    fn sub(self, o: V3<T>) -> V3<T> {
        V3 { x: self.x - o.x, y: self.y - o.y, z: self.z - o.z }
    }
}
#[differentiate]
impl<T: Real> Mul<T> for V3<T> {
    type Output = V3<T>;
    fn mul(self, k: T) -> V3<T> {
        V3 { x: self.x * k, y: self.y * k, z: self.z * k }
    }
}
#[differentiate]
impl<T: Real> V3<T> {
    fn dot(self, o: V3<T>) -> T {
        self.x * o.x + self.y * o.y + self.z * o.z
    }
    fn cross(self, o: V3<T>) -> V3<T> {
        V3 { x: self.y * o.z - self.z * o.y, y: self.z * o.x - self.x * o.z, z: self.x * o.y - self.y * o.x }
    }
    fn norm(self) -> T {
        self.dot(self).sqrt()
    }
}
#[differentiate]
impl<T: Real> Mul for Quat<T> {
    type Output = Quat<T>;
    fn mul(self, o: Quat<T>) -> Quat<T> {
        Quat { w: self.w * o.w - self.v.dot(o.v), v: o.v * self.w + self.v * o.w + self.v.cross(o.v) }
    }
}
#[differentiate]
impl<T: Real> Quat<T> {
    fn normalized(self) -> Quat<T> {
        let n = (self.w * self.w + self.v.dot(self.v)).sqrt();
        Quat { w: self.w / n, v: self.v * (T::from_f64(1.0) / n) }
    }
    fn rotate(self, p: V3<T>) -> V3<T> {
        let t = self.v.cross(p) * T::from_f64(2.0);
        p + t * self.w + self.v.cross(t)
    }
}
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Camera {
    pose: Quat<f64>,
    center: V3<f64>,
    focal: f64,
    distortion: [f64; 2],
}
#[differentiate]
impl Camera {
    fn project(&self, p: V3<f64>) -> Option<(f64, f64)> {
        let c = self.pose.normalized().rotate(p - self.center);
        if c.z <= 1e-6 {
            return None;
        }
        let (x, y) = (c.x / c.z, c.y / c.z);
        let r2 = x * x + y * y;
        let [k1, k2] = self.distortion;
        let d = 1.0 + r2 * (k1 + k2 * r2);
        Some((self.focal * d * x, self.focal * d * y))
    }
}
#[derive(Clone, Debug)]
struct Match {
    point: [f64; 3],
    pixel: (f64, f64),
}
#[differentiate]
fn huber(r: f64, delta: f64) -> f64 {
    if r.abs() <= delta { 0.5 * r * r } else { delta * (r.abs() - 0.5 * delta) }
}
#[differentiate]
fn reprojection(camera: &Camera, #[constant] matches: &[Match]) -> f64 {
    let mut total = 0.0;
    let mut seen = 0;
    for m in matches {
        let [x, y, z] = m.point;
        let Some((u, v)) = camera.project(V3 { x, y, z }) else { continue };
        total += huber(u - m.pixel.0, 1.0) + huber(v - m.pixel.1, 1.0);
        seen += 1;
    }
    if seen == 0 { 0.0 } else { total / seen as f64 }
}

fn camera() -> Camera {
    let pose = Quat { w: 0.9, v: V3 { x: 0.1, y: -0.2, z: 0.05 } };
    Camera { pose, center: V3 { x: 0.1, y: 0.0, z: -1.0 }, focal: 3.0, distortion: [0.01, -0.02] }
}

fn matches() -> Vec<Match> {
    let seen = |point, pixel| Match { point, pixel };
    vec![seen([0.2, 0.3, 2.0], (0.5, 0.4)), seen([0.2, 0.3, -9.0], (0.5, 0.4)), seen([1.2, -0.3, 3.0], (2.5, 2.4))]
}

crate::floats_of! {
    Camera, CameraGrad;
}

programs! {
    reprojection: (&camera = camera(), const &matches = matches());
}
