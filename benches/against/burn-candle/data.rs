//! What the tasks compute with.

/// Computes the gradients; only if asked to copies them out, one behind the other.
pub(crate) type Run = Box<dyn FnMut(bool) -> Vec<f32>>;

/// Numbers between -1 and 1 without pattern.
fn wave(n: usize, phase: f64) -> Vec<f32> {
    (0..n).map(|i| ((i as f64 + 1.0) * (i as f64 + phase) * 0.618).sin() as f32).collect()
}

/// The network of the `digits` example, and a batch for it: mean cross-entropy, and a step along the gradient.
#[derive(Clone)]
pub(crate) struct Network {
    pub(crate) x: Vec<f32>,
    pub(crate) labels: Vec<usize>,
    pub(crate) w: Vec<f32>,
    pub(crate) b: Vec<f32>,
    pub(crate) v: Vec<f32>,
    pub(crate) c: Vec<f32>,
}

impl Network {
    pub(crate) const BATCH: usize = 64;
    pub(crate) const PIXELS: usize = 64;
    pub(crate) const HIDDEN: usize = 128;
    pub(crate) const CLASSES: usize = 10;
    /// So small that the weights stay where they are.
    pub(crate) const RATE: f32 = 1e-6;

    pub(crate) fn new() -> Network {
        let small = |n, phase| wave(n, phase).into_iter().map(|x| 0.2 * x).collect();
        Network {
            x: wave(Self::BATCH * Self::PIXELS, 0.1),
            labels: (0..Self::BATCH).map(|i| i * 7 % Self::CLASSES).collect(),
            w: small(Self::PIXELS * Self::HIDDEN, 0.2),
            b: small(Self::HIDDEN, 0.3),
            v: small(Self::HIDDEN * Self::CLASSES, 0.4),
            c: small(Self::CLASSES, 0.5),
        }
    }
}

/// The sum of `tanh(x w + b)`, with respect to all three.
#[derive(Clone)]
pub(crate) struct Chain {
    pub(crate) x: Vec<f32>,
    pub(crate) w: Vec<f32>,
    pub(crate) b: Vec<f32>,
}

impl Chain {
    pub(crate) fn new(n: usize) -> Chain {
        Chain { x: wave(n, 0.1), w: wave(n, 0.2), b: wave(n, 0.3) }
    }
}

/// The mean cross-entropy of rows of logits.
#[derive(Clone)]
pub(crate) struct Logits {
    pub(crate) shape: [usize; 2],
    pub(crate) x: Vec<f32>,
    pub(crate) labels: Vec<usize>,
}

impl Logits {
    pub(crate) fn new(rows: usize, classes: usize) -> Logits {
        let labels = (0..rows).map(|i| i * 37 % classes).collect();
        Logits { shape: [rows, classes], x: wave(rows * classes, 0.1), labels }
    }
}

/// The sum of `(a b) * c` of square matrices, with respect to `a` and `b`.
#[derive(Clone)]
pub(crate) struct Product {
    pub(crate) n: usize,
    pub(crate) a: Vec<f32>,
    pub(crate) b: Vec<f32>,
    pub(crate) c: Vec<f32>,
}

impl Product {
    pub(crate) fn new(n: usize) -> Product {
        Product { n, a: wave(n * n, 0.1), b: wave(n * n, 0.2), c: wave(n * n, 0.3) }
    }
}
