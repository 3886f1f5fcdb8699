//! Heat in a bar whose ends are of several kinds, by an implicit scheme and elimination.

use crate::differentiate;
use differentiate::Differentiable;
#[derive(Clone, Copy, Debug, PartialEq)]
enum Boundary {
    Dirichlet(f64),
    Neumann { flux: f64 },
    Robin { h: f64, ambient: f64 },
}
#[derive(Clone, Debug)]
struct Grid {
    n: usize,
    dx: f64,
    left: Boundary,
    right: Boundary,
}
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Material {
    conductivity: Vec<f64>,
    capacity: f64,
}
#[derive(Clone, Debug, Differentiable)]
struct Tridiagonal {
    lower: Vec<f64>,
    diag: Vec<f64>,
    upper: Vec<f64>,
}
#[differentiate]
impl Tridiagonal {
    fn identity(n: usize) -> Self {
        Self { lower: vec![0.0; n], diag: vec![1.0; n], upper: vec![0.0; n] }
    }
    fn solve(&self, rhs: &[f64]) -> Vec<f64> {
        let n = rhs.len();
        let mut c = vec![0.0; n];
        let mut d = rhs.to_vec();
        c[0] = self.upper[0] / self.diag[0];
        d[0] /= self.diag[0];
        for i in 1..n {
            let m = self.diag[i] - self.lower[i] * c[i - 1];
            c[i] = self.upper[i] / m;
            d[i] = (d[i] - self.lower[i] * d[i - 1]) / m;
        }
        for i in (0..n - 1).rev() {
            d[i] -= c[i] * d[i + 1];
        }
        d
    }
}
#[differentiate]
fn assemble(material: &Material, #[constant] grid: &Grid, dt: f64, rhs: &mut [f64]) -> Tridiagonal {
    let n = grid.n;
    let mut m = Tridiagonal::identity(n);
    let r = dt / (material.capacity * grid.dx * grid.dx);
    for i in 1..n - 1 {
        let kl = 0.5 * (material.conductivity[i - 1] + material.conductivity[i]);
        let kr = 0.5 * (material.conductivity[i] + material.conductivity[i + 1]);
        m.lower[i] = -r * kl;
        m.upper[i] = -r * kr;
        m.diag[i] = 1.0 + r * (kl + kr);
    }
    for (at, inner) in [(0, 1), (n - 1, n - 2)] {
        match if at == 0 { &grid.left } else { &grid.right } {
            Boundary::Dirichlet(t) => rhs[at] = *t,
            Boundary::Neumann { flux } => {
                rhs[at] = flux * grid.dx / material.conductivity[at];
                if inner > at { m.upper[at] = -1.0 } else { m.lower[at] = -1.0 }
            }
            Boundary::Robin { h, ambient } => {
                let bi = h * grid.dx / material.conductivity[at];
                rhs[at] = bi * ambient;
                m.diag[at] = 1.0 + bi;
                if inner > at { m.upper[at] = -1.0 } else { m.lower[at] = -1.0 }
            }
        }
    }
    m
}
#[differentiate]
fn simulate(material: &Material, initial: &[f64], #[constant] grid: &Grid, dt: f64, steps: usize) -> Vec<f64> {
    let mut t = initial.to_vec();
    for _ in 0..steps {
        let mut rhs = t.clone();
        let m = assemble(material, grid, dt, &mut rhs);
        t = m.solve(&rhs);
    }
    t
}
#[differentiate]
fn misfit(material: &Material, initial: &[f64], #[constant] grid: &Grid, measured: &[(usize, f64)]) -> f64 {
    let t = simulate(material, initial, grid, 0.1, 3);
    measured.iter().map(|&(i, m)| (t[i] - m).powi(2)).sum::<f64>() / measured.len() as f64
}

fn material() -> Material {
    Material { conductivity: vec![1.0, 1.2, 0.8, 0.9, 1.1], capacity: 2.0 }
}

fn grid(left: Boundary, right: Boundary) -> Grid {
    Grid { n: 5, dx: 0.25, left, right }
}

crate::floats_of! {
    Material, MaterialGrad;
}

programs! {
    misfit: (&material = material(), &initial = vec![0.1, 0.5, 0.7, 0.2, 0.3], const &grid = grid(Boundary::Dirichlet(0.3), Boundary::Neumann { flux: 0.4 }), &measured = vec![(1, 0.3), (3, 0.7)]),
        (&material = material(), &initial = vec![0.1, 0.5, 0.7, 0.2, 0.3], const &grid = grid(Boundary::Robin { h: 0.7, ambient: 0.9 }, Boundary::Dirichlet(0.1)), &measured = vec![(1, 0.3), (3, 0.7)]);
}
