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

    fn first(x: &[f64]) -> &f64 {
        &x[0]
    }
}

struct Row<T>(Vec<T>);

#[differentiate]
impl<T> std::ops::Index<usize> for Row<T> {
    type Output = T;
    fn index(&self, i: usize) -> &T {
        &self.0[i]
    }
}

struct Larger(f64, f64);

#[differentiate]
impl std::ops::Index<usize> for Larger {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        if self.0 > self.1 && i == 0 { &self.0 } else { &self.1 }
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
