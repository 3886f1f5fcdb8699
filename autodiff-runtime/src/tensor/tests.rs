//! What is tested by more than one file of tests.

mod arrange;
#[cfg(feature = "linalg")]
mod linalg;
#[cfg(feature = "npy")]
mod npy;
mod numpy;
mod operations;
mod operators;
#[cfg(feature = "random")]
mod random;
#[cfg(feature = "serde")]
mod serde;
mod shadow;
mod storage;

use crate::Tensor;

/// Numbers that look random; the same ones every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    /// Not 0.
    fn float(&mut self) -> f64 {
        (self.below(4000) as f64 + 0.5) / 1000.0 - 2.0
    }

    fn tensor(&mut self, shape: &[usize]) -> Tensor {
        Tensor::from_fn(shape, |_| self.float())
    }

    /// A tensor of the shape whose elements do not lie in order: a transposed, sliced or reversed one.
    fn scattered(&mut self, shape: &[usize]) -> Tensor {
        match self.below(4) {
            0 => self.tensor(shape),
            1 => {
                let reversed: Vec<usize> = shape.iter().rev().copied().collect();
                let order: Vec<usize> = (0..shape.len()).rev().collect();
                self.tensor(&reversed).permute(order)
            }
            2 if !shape.is_empty() => {
                let axis = self.below(shape.len());
                self.tensor(shape).flip(axis)
            }
            _ => {
                let larger: Vec<usize> = shape.iter().map(|len| 2 * len + 1).collect();
                let parts: Vec<crate::Part> = larger.iter().map(|len| crate::Part::from(1..*len).step(2)).collect();
                self.tensor(&larger).slice(parts.as_slice())
            }
        }
    }

    /// Two shapes that broadcast.
    fn shapes(&mut self) -> (Vec<usize>, Vec<usize>) {
        let mut pick = |shape: &[usize]| {
            let skipped = self.below(shape.len() + 1);
            let of_each = |len: &usize| if self.below(3) == 0 { 1 } else { *len };
            shape[skipped..].iter().map(of_each).collect::<Vec<usize>>()
        };
        (pick(&[3, 1, 4, 2]), pick(&[3, 1, 4, 2]))
    }
}
