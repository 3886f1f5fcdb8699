//! Temporaries of which a pullback needs the shape only are handed over to their next use, which takes their memory.

use differentiate::{Tensor, differentiate};

#[differentiate(order = 2)]
fn chain(x: &Tensor, w: &Tensor, b: &Tensor) -> f64 {
    (x * w + b).tanh().sum()
}

/// The temporaries are smaller than what becomes of them: their adjoints are sums. Rows on numbers, in both orders.
#[differentiate(order = 2)]
fn growing(row: &Tensor, matrix: &Tensor) -> Tensor {
    let squares = row * row;
    let shifted = squares - 0.5;
    let scaled = 2.0 - shifted;
    matrix + (scaled + -row.exp()) - (row * 3.0 - matrix)
}

/// Recorded in loops and arms.
#[differentiate(order = 2)]
fn over_time(xs: &[Tensor], w: &Tensor, u: &Tensor, b: &Tensor) -> f64 {
    let mut h = b * 0.0;
    let mut sum = 0.0;
    for (i, x) in xs.iter().enumerate() {
        if i % 3 == 1 {
            h = (x.matmul(w) + h.matmul(u) + b).tanh();
        } else {
            let gate = (x.matmul(u) - b).exp();
            h = (h + gate * 0.1 - b).sin();
        }
        sum += (h.clone() - b).square().sum();
    }
    sum
}

/// A temporary whose elements are needed after all is not handed over: it is used twice, or by a rule that reads it.
#[differentiate(order = 2)]
fn needed(x: &Tensor, b: &Tensor) -> Tensor {
    let twice = x * b;
    let sum = twice.clone() + b;
    let product = sum * twice;
    let quotient = product / (x + 3.0);
    (quotient - x).clamp(-1.0, 1.0).mul_add(b, x)
}

fn numbers(shape: &[usize], phase: f64) -> Tensor {
    Tensor::from_fn(shape, |at| (at.iter().fold(phase, |sum, i| 1.7 * sum + *i as f64 + 0.3)).sin())
}

#[test]
fn derivatives() {
    let (x, row) = (numbers(&[2, 3], 0.1), numbers(&[3], 0.2));
    chain::check(&x, &row, &numbers(&[2, 1], 0.3)).unwrap();
    chain::check(&row, &numbers(&[2, 1], 0.5), &x).unwrap();
    growing::check(&row, &x).unwrap();
    needed::check(&x, &row).unwrap();
    needed::check(&x.t().t(), &numbers(&[2, 1], 0.9)).unwrap();
    let xs: Vec<Tensor> = (0..7).map(|i| numbers(&[2, 3], f64::from(i))).collect();
    over_time::check(&xs, &numbers(&[3, 3], 0.1), &numbers(&[3, 3], 0.6), &row).unwrap();
}

/// `x w` gives its memory to the sum, of which nothing is kept either: what lies in memory at the most is the hyperbolic tangent and the
/// three gradients.
#[test]
fn memory() {
    const BYTES: u64 = 8 * 100 * 1000;
    let [x, w, b] = [0.1, 0.2, 0.3].map(|phase| numbers(&[100, 1000], phase));
    let measured = allocation_counter::measure(|| drop(chain::grad(&x, &w, &b)));
    let slack = BYTES / 20;
    assert!(measured.bytes_total < 5 * BYTES + slack, "{measured:?}");
    assert!(measured.bytes_max < 4 * BYTES + slack, "{measured:?}");
    let measured = allocation_counter::measure(|| {
        let _value = chain::vjp(&x, &w, &b).0;
    });
    assert!(measured.bytes_total < 2 * BYTES + slack, "{measured:?}");
}
