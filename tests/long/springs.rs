//! A simulation written with structs and methods: bodies on springs, with drag and a floor.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Body {
    x: f64,
    y: f64,
    vx: f64,
    vy: f64,
    mass: f64,
}
floats_of!(Body, BodyGrad);

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Spring {
    from: usize,
    to: usize,
    rest: f64,
    stiffness: f64,
}
floats_of!(Spring, SpringGrad);

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct World {
    bodies: Vec<Body>,
    springs: Vec<Spring>,
    gravity: f64,
    drag: f64,
    time: f64,
}
floats_of!(World, WorldGrad);

#[differentiate]
impl Body {
    fn kinetic(&self) -> f64 {
        0.5 * self.mass * (self.vx * self.vx + self.vy * self.vy)
    }

    fn push(&mut self, fx: f64, fy: f64, dt: f64) {
        self.vx += fx / self.mass * dt;
        self.vy += fy / self.mass * dt;
    }

    fn drift(&mut self, dt: f64) {
        self.x += self.vx * dt;
        self.y += self.vy * dt;
        if self.y < 0.0 {
            self.y = -0.5 * self.y;
            self.vy = -0.5 * self.vy;
        }
    }
}

#[differentiate]
impl World {
    fn spring_forces(&self, forces: &mut [(f64, f64)]) {
        for spring in &self.springs {
            let (a, b) = (&self.bodies[spring.from], &self.bodies[spring.to]);
            let (dx, dy) = (b.x - a.x, b.y - a.y);
            let length = (dx * dx + dy * dy).sqrt();
            let pull = spring.stiffness * (length - spring.rest) / length;
            forces[spring.from].0 += pull * dx;
            forces[spring.from].1 += pull * dy;
            forces[spring.to].0 -= pull * dx;
            forces[spring.to].1 -= pull * dy;
        }
    }

    fn step(&mut self, dt: f64) {
        let mut forces = vec![(0.0, 0.0); self.bodies.len()];
        self.spring_forces(&mut forces);
        for (body, force) in self.bodies.iter_mut().zip(&forces) {
            let (fx, fy) = (force.0 - self.drag * body.vx, force.1 - self.drag * body.vy - self.gravity * body.mass);
            body.push(fx, fy, dt);
            body.drift(dt);
        }
        self.time += dt;
    }

    fn energy(&self) -> f64 {
        let mut total = 0.0;
        for body in &self.bodies {
            let kinetic: f64 = body.kinetic();
            total += kinetic + body.mass * self.gravity * body.y;
        }
        for spring in self.springs.iter() {
            let (a, b) = (&self.bodies[spring.from], &self.bodies[spring.to]);
            let stretch = (b.x - a.x).hypot(b.y - a.y) - spring.rest;
            total += 0.5 * spring.stiffness * stretch.powi(2);
        }
        total
    }
}

#[differentiate]
fn simulated(world: &World, dt: f64, steps: usize) -> f64 {
    let mut world = world.clone();
    for _ in 0..steps {
        world.step(dt);
    }
    let energy: f64 = world.energy();
    energy + world.bodies[0].x * world.time
}

fn world() -> World {
    let body = |x, y, mass| Body { x, y, vx: 0.3, vy: -0.4, mass };
    World {
        bodies: vec![body(0.0, 0.25, 1.0), body(1.0, 1.2, 0.7), body(0.4, 2.0, 1.3)],
        springs: vec![
            Spring { from: 0, to: 1, rest: 0.9, stiffness: 3.0 },
            Spring { from: 1, to: 2, rest: 1.1, stiffness: 2.0 },
            Spring { from: 2, to: 0, rest: 1.4, stiffness: 4.0 },
        ],
        gravity: 1.5,
        drag: 0.2,
        time: 0.0,
    }
}

programs! {
    simulated: (&world = world(), dt = 0.1, const steps = 8);
}
