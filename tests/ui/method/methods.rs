//! What is wrong with blocks and methods.

use differentiate::{Differentiable, differentiate};

#[derive(Clone, Copy, Differentiable)]
struct V {
    x: f64,
}

#[differentiate]
impl V {
    fn constant(n: usize) -> usize {
        n
    }
}

#[differentiate(wrt(x))]
impl V {
    #[differentiate(companion = Other)]
    fn named(&self, x: f64) -> f64 {
        self.x * x
    }

    fn first(&self) -> &f64 {
        &self.x
    }
}

#[differentiate]
impl std::ops::Index<usize> for V {
    type Output = f64;
    fn index(&self, _: usize) -> &f64 {
        &self.x
    }
}

impl V {
    #[differentiate]
    fn alone(&self) -> f64 {
        self.x
    }
}

#[differentiate(skip)]
fn skipped(x: f64) -> f64 {
    x
}

fn main() {}
