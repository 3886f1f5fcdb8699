//! A kinematic bicycle driven along a path; const-generic horizon.
use differentiate::{Differentiable, differentiate};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Car {
    pub x: f64,
    pub y: f64,
    pub heading: f64,
    pub speed: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Control {
    pub acceleration: f64,
    pub steering: f64,
}

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub steering: f64,
    pub acceleration: f64,
    pub wheelbase: f64,
}

#[differentiate]
impl Control {
    pub fn clamped(self, #[constant] limits: &Limits) -> Self {
        Self {
            acceleration: self.acceleration.clamp(-limits.acceleration, limits.acceleration),
            steering: limits.steering * (self.steering / limits.steering).tanh(),
        }
    }
}

#[differentiate]
impl Car {
    pub const DT: f64 = 0.1;
    pub fn step(&self, u: Control, #[constant] limits: &Limits) -> Car {
        let Control { acceleration, steering } = u.clamped(limits);
        let beta = (0.5 * steering.tan()).atan();
        Car {
            x: self.x + Self::DT * self.speed * (self.heading + beta).cos(),
            y: self.y + Self::DT * self.speed * (self.heading + beta).sin(),
            heading: self.heading + Self::DT * self.speed / limits.wheelbase * steering.tan() * beta.cos(),
            speed: (self.speed + Self::DT * acceleration).max(0.0),
        }
    }
    pub fn distance_to(&self, path: &[(f64, f64)]) -> f64 {
        path.iter().map(|&(px, py)| (self.x - px).hypot(self.y - py)).fold(f64::INFINITY, f64::min)
    }
}

#[differentiate]
pub fn cost<const N: usize>(
    start: Car,
    controls: &[Control; N],
    #[constant] path: &[(f64, f64)],
    #[constant] limits: Limits,
) -> f64 {
    let mut car = start;
    let mut total = 0.0;
    let mut previous: Option<Control> = None;
    for u in controls {
        car = car.step(*u, &limits);
        let effort = u.acceleration.powi(2) + 4.0 * u.steering.powi(2);
        let change = match previous {
            Some(p) => (u.steering - p.steering).abs(),
            None => 0.0,
        };
        total += car.distance_to(path).powi(2) + 0.01 * effort + 0.1 * change + 0.05 * (car.speed - 5.0).powi(2);
        previous = Some(*u);
    }
    total / N as f64
}
