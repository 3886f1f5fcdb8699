//! The measured functions, each three times: as a Rust user writes it, differentiated, and with an adjoint written by hand.
//!
//! `benches/ratios.rs` measures them, `tests/measured_functions.rs` checks them at small sizes.

pub(crate) mod cholesky;
pub(crate) mod dot;
pub(crate) mod heat;
pub(crate) mod log_sum_exp;
pub(crate) mod lstm;
pub(crate) mod matrix_product;
pub(crate) mod mixture;
pub(crate) mod rosenbrock;
pub(crate) mod scalar;

/// The differentiable arguments of a function, one `Vec` each; a scalar is a `Vec` of one element.
pub(crate) type Arguments = Vec<Vec<f64>>;

/// Computes the value.
pub(crate) type Primal = Box<dyn Fn(&Arguments) -> f64>;

/// Computes the value and overwrites the second argument, shaped as the first, with the gradient.
pub(crate) type Gradient = Box<dyn Fn(&Arguments, &mut Arguments) -> f64>;

/// Overwrites the third argument, shaped as the first, with the Hessian times the second.
pub(crate) type HessianProduct = Box<dyn Fn(&Arguments, &Arguments, &mut Arguments)>;

/// One function at one size, with everything that is compared.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) arguments: Arguments,
    pub(crate) primal: Primal,
    pub(crate) differentiated: Gradient,
    pub(crate) by_hand: Gradient,
    /// Of some.
    pub(crate) hvp: Option<HessianProduct>,
}

/// How large the arguments are.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Size {
    /// Small enough for finite differences in every direction.
    Test,
    /// As stated in the measurements.
    Measured,
}

impl Size {
    /// `test` or `measured`, whichever this is.
    pub(crate) fn pick<T>(self, test: T, measured: T) -> T {
        match self {
            Size::Test => test,
            Size::Measured => measured,
        }
    }
}

/// Every function at the given size.
pub(crate) fn programs(size: Size) -> Vec<Program> {
    vec![
        dot::program(size),
        rosenbrock::program(size),
        log_sum_exp::program(size),
        matrix_product::program(size),
        lstm::program(size),
        mixture::program(size),
        cholesky::program(size),
        heat::program(size),
        scalar::program(size),
    ]
}

/// `n` numbers in -1..1, the same for the same seed on every machine.
pub(crate) fn numbers(seed: u64, n: usize) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..n).map(|_| next()).collect()
}

/// Inner product with eight partial sums, so that it vectorises; for the adjoints written by hand.
pub(crate) fn fast_dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a8.remainder().iter().zip(b8.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a8.zip(b8) {
        for i in 0..8 {
            lanes[i] += a[i] * b[i];
        }
    }
    lanes.iter().sum::<f64>() + rest
}

/// `y += a * x`, elementwise; for the adjoints written by hand.
pub(crate) fn add_scaled(y: &mut [f64], a: f64, x: &[f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}
