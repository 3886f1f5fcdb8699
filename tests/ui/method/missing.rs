//! Methods without derivatives, where they are called.

use differentiate::{Differentiable, differentiate};

#[derive(Clone, Copy, Differentiable)]
struct V {
    x: f64,
}

#[differentiate]
impl V {
    #[differentiate(skip)]
    fn skipped(&self, k: f64) -> f64 {
        self.x * k
    }

    fn once(&self) -> f64 {
        self.x * self.x
    }

    fn x_mut(&mut self) -> &mut f64 {
        &mut self.x
    }
}

impl std::ops::Add for V {
    type Output = V;
    fn add(self, other: V) -> V {
        V { x: self.x + other.x }
    }
}

impl std::ops::AddAssign for V {
    fn add_assign(&mut self, other: V) {
        self.x += 2.0 * other.x;
    }
}

trait Plain {
    fn plain(&self) -> f64;
}

#[differentiate]
impl Plain for V {
    fn plain(&self) -> f64 {
        self.x
    }
}

#[differentiate]
trait Model {
    fn predict(&self, x: f64) -> f64;
}

impl Model for V {
    fn predict(&self, x: f64) -> f64 {
        self.x * x
    }
}

#[differentiate]
fn calls_a_skipped_method(v: &V, k: f64) -> f64 {
    v.skipped(k)
}

#[differentiate(order = 2)]
fn needs_a_second_order(v: &V) -> f64 {
    v.once()
}

#[differentiate]
fn adds(v: V) -> f64 {
    (v + v).x
}

#[differentiate]
fn assigns(v: V) -> f64 {
    let mut sum = v;
    sum += v;
    sum.x
}

#[differentiate]
fn changes_what_is_lent(v: &mut V, k: f64) {
    *v.x_mut() = k;
}

#[differentiate]
fn without_the_bound<M>(m: &M, x: f64) -> f64 {
    m.predict(x)
}

fn main() {}
