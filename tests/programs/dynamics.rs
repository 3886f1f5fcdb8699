//! Simulations: differential equations, stencils, particles.

use crate::differentiate;

/// Lotka–Volterra.
#[differentiate]
fn predator_prey(y: &[f64; 2], rates: &[f64; 4], out: &mut [f64; 2]) {
    out[0] = rates[0] * y[0] - rates[1] * y[0] * y[1];
    out[1] = rates[2] * y[0] * y[1] - rates[3] * y[1];
}

/// Classic Runge–Kutta with a right-hand side that fills its output.
#[differentiate]
fn runge_kutta(start: [f64; 2], rates: &[f64; 4], t: f64, steps: usize) -> [f64; 2] {
    let h = t / steps as f64;
    let mut y = start;
    let (mut k1, mut k2, mut k3, mut k4) = ([0.0; 2], [0.0; 2], [0.0; 2], [0.0; 2]);
    for _ in 0..steps {
        predator_prey(&y, rates, &mut k1);
        predator_prey(&[y[0] + 0.5 * h * k1[0], y[1] + 0.5 * h * k1[1]], rates, &mut k2);
        let middle = [y[0] + 0.5 * h * k2[0], y[1] + 0.5 * h * k2[1]];
        predator_prey(&middle, rates, &mut k3);
        let mut end = y;
        for i in 0..2 {
            end[i] += h * k3[i];
        }
        predator_prey(&end, rates, &mut k4);
        for i in 0..2 {
            y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    y
}

/// The right-hand side of the `ode` benchmark.
#[differentiate]
fn chain(x: &[f64], y: &[f64], out: &mut [f64]) {
    out[0] = x[0];
    for i in 1..x.len() {
        out[i] = x[i] * y[i - 1];
    }
}

/// The `ode` benchmark: `s` Runge–Kutta steps from 0 to t = 2.
#[differentiate]
pub(crate) fn ode(x: &[f64], s: usize) -> Vec<f64> {
    let n = x.len();
    let h = 2.0 / s as f64;
    let (mut y, mut t) = (vec![0.0; n], vec![0.0; n]);
    let (mut k1, mut k2, mut k3, mut k4) = (vec![0.0; n], vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    for _ in 0..s {
        chain(x, &y, &mut k1);
        for i in 0..n {
            t[i] = y[i] + 0.5 * h * k1[i];
        }
        chain(x, &t, &mut k2);
        for i in 0..n {
            t[i] = y[i] + 0.5 * h * k2[i];
        }
        chain(x, &t, &mut k3);
        for i in 0..n {
            t[i] = y[i] + h * k3[i];
        }
        chain(x, &t, &mut k4);
        for i in 0..n {
            y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    y
}

#[differentiate]
fn heat(u0: &[f64], diffusivity: f64, steps: usize) -> f64 {
    let n = u0.len();
    let mut u = u0.to_vec();
    let mut next = u0.to_vec();
    for _ in 0..steps {
        for i in 1..n - 1 {
            next[i] = u[i] + diffusivity * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
        }
        std::mem::swap(&mut u, &mut next);
    }
    let mut energy = 0.0;
    for v in &u {
        energy += v * v;
    }
    energy
}

/// Burgers' equation in place, with an upwind difference chosen by the sign of the value.
#[differentiate]
fn burgers(u: &mut [f64], viscosity: f64, dt: f64, steps: usize) {
    let n = u.len();
    let mut old = vec![0.0; n];
    for _ in 0..steps {
        old.copy_from_slice(u);
        for i in 1..n - 1 {
            let gradient = if old[i] > 0.0 { old[i] - old[i - 1] } else { old[i + 1] - old[i] };
            let laplacian = old[i + 1] - 2.0 * old[i] + old[i - 1];
            u[i] = old[i] - dt * old[i] * gradient + viscosity * dt * laplacian;
        }
        u[0] = u[1];
        u[n - 1] = 0.5 * u[n - 2];
    }
}

#[differentiate]
fn n_body_energy(positions: &[[f64; 3]], velocities: &[[f64; 3]], masses: &[f64]) -> f64 {
    let mut energy = 0.0;
    for i in 0..positions.len() {
        let v = velocities[i];
        energy += 0.5 * masses[i] * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
        for j in i + 1..positions.len() {
            let mut square = 0.0;
            for k in 0..3 {
                square += (positions[i][k] - positions[j][k]).powi(2);
            }
            energy -= masses[i] * masses[j] / square.sqrt();
        }
    }
    energy
}

/// Leapfrog steps of point masses in the plane.
#[differentiate]
fn leapfrog(x: &mut [[f64; 2]], v: &mut [[f64; 2]], masses: &[f64], dt: f64, steps: usize) {
    let n = x.len();
    for _ in 0..steps {
        for (x, v) in x.iter_mut().zip(v.iter()) {
            x[0] += 0.5 * dt * v[0];
            x[1] += 0.5 * dt * v[1];
        }
        for i in 0..n {
            for j in 0..n {
                if i == j {
                    continue;
                }
                let d = [x[j][0] - x[i][0], x[j][1] - x[i][1]];
                let r2 = d[0] * d[0] + d[1] * d[1] + 0.01;
                let pull = dt * masses[j] / (r2 * r2.sqrt());
                v[i][0] += pull * d[0];
                v[i][1] += pull * d[1];
            }
        }
        for i in 0..n {
            for k in 0..2 {
                x[i][k] += 0.5 * dt * v[i][k];
            }
        }
    }
}

/// A ball that bounces: the time of flight ends at an event.
#[differentiate]
fn bounces(height: f64, speed: f64, restitution: f64, dt: f64) -> f64 {
    let (mut x, mut v, mut count) = (height, speed, 0);
    loop {
        let before = x;
        v -= 9.81 * dt;
        x += v * dt;
        if x < 0.0 {
            let fraction = before / (before - x);
            x = 0.0;
            v = -restitution * v;
            count += 1;
            if count == 3 {
                return v * fraction;
            }
        }
    }
}

#[differentiate]
fn gray_scott(u: &mut Vec<Vec<f64>>, v: &mut Vec<Vec<f64>>, feed: f64, kill: f64, steps: usize) {
    let n = u.len();
    for _ in 0..steps {
        let (mut new_u, mut new_v) = (u.clone(), v.clone());
        for i in 0..n {
            for j in 0..n {
                let (up, down, left, right) = ((i + n - 1) % n, (i + 1) % n, (j + n - 1) % n, (j + 1) % n);
                let around = |m: &Vec<Vec<f64>>| m[up][j] + m[down][j] + m[i][left] + m[i][right] - 4.0 * m[i][j];
                let reaction = u[i][j] * v[i][j] * v[i][j];
                new_u[i][j] += 0.16 * around(u) - reaction + feed * (1.0 - u[i][j]);
                new_v[i][j] += 0.08 * around(v) + reaction - (feed + kill) * v[i][j];
            }
        }
        *u = new_u;
        *v = new_v;
    }
}

programs! {
    runge_kutta -> many: (start = [1.0, 0.5], &rates = [1.1, 0.4, 0.1, 0.4], t = 2.0, const steps = 8);
    ode -> many: (&x = vec![0.5, 0.7, 1.3], const s = 4) => [1.0, 0.7, 0.7 * 1.3 * 4.0 / 6.0];
    heat: (&u0 = vec![0.0, 1.0, 0.5, -0.3, 0.2, 0.0], diffusivity = 0.2, const steps = 5);
    burgers -> unit: (&mut u = vec![0.1, 1.0, 0.5, -0.3, -0.8, 0.2], viscosity = 0.05, dt = 0.1, const steps = 4);
    n_body_energy: (&positions = vec![[0.0, 0.0, 0.0], [3.0, 4.0, 0.0]], &velocities = vec![[1.0, 0.0, 0.0], [0.0, 0.0, 2.0]], &masses = vec![2.0, 5.0]) => 1.0 + 10.0 - 2.0;
    leapfrog -> unit: (&mut x = vec![[0.0, 0.1], [1.0, 0.2], [0.3, -0.9]], &mut v = vec![[0.0, 0.1], [0.1, -0.2], [0.3, 0.0]], &masses = vec![1.0, 0.5, 0.7], dt = 0.1, const steps = 3);
    bounces: (height = 1.0, speed = 0.5, restitution = 0.8, dt = 0.05);
    gray_scott -> unit: (&mut u = vec![vec![1.0, 0.9, 0.8], vec![0.7, 0.6, 0.5], vec![0.9, 0.9, 1.0]], &mut v = vec![vec![0.1, 0.2, 0.0], vec![0.3, 0.25, 0.1], vec![0.0, 0.0, 0.4]], feed = 0.04, kill = 0.06, const steps = 2);
}
