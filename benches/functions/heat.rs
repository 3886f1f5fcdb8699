//! Heat conduction along a rod: explicit steps between two buffers that are swapped.

use super::{Program, Size, add_scaled, fast_dot, numbers};
use differentiate::differentiate;

#[differentiate]
pub(crate) fn heat(start: &[f64], rate: f64, steps: usize) -> f64 {
    let n = start.len();
    let mut u = start.to_vec();
    let mut next = start.to_vec();
    for _ in 0..steps {
        for i in 1..n - 1 {
            next[i] = u[i] + rate * (u[i - 1] - 2.0 * u[i] + u[i + 1]);
        }
        std::mem::swap(&mut u, &mut next);
    }
    u.iter().map(|v| v * v).sum()
}

/// The reverse sweep only needs the second differences, so these are what the forward sweep keeps.
/// The ends of the rod never change: their adjoints are summed apart, and stand as zeros in the sweep.
fn by_hand(start: &[f64], rate: f64, steps: usize, start_bar: &mut [f64], rate_bar: &mut f64) -> f64 {
    let n = start.len();
    let inner = n - 2;
    let mut differences = Vec::with_capacity(steps * inner);
    let mut u = start.to_vec();
    for step in 0..steps {
        differences.extend(u.windows(3).map(|w| w[0] - 2.0 * w[1] + w[2]));
        add_scaled(&mut u[1..n - 1], rate, &differences[step * inner..]);
    }
    let (mut left, mut right) = (2.0 * u[0], 2.0 * u[n - 1]);
    let mut u_bar: Vec<f64> = u.iter().map(|v| 2.0 * v).collect();
    (u_bar[0], u_bar[n - 1]) = (0.0, 0.0);
    let mut next_bar = u_bar.clone();
    *rate_bar = 0.0;
    for row in differences.chunks_exact(inner).rev() {
        std::mem::swap(&mut u_bar, &mut next_bar);
        *rate_bar += fast_dot(&next_bar[1..n - 1], row);
        left += rate * next_bar[1];
        right += rate * next_bar[n - 2];
        for (u_bar, w) in u_bar[1..n - 1].iter_mut().zip(next_bar.windows(3)) {
            *u_bar = w[1] + rate * (w[0] - 2.0 * w[1] + w[2]);
        }
    }
    start_bar.copy_from_slice(&u_bar);
    (start_bar[0], start_bar[n - 1]) = (left, right);
    u.iter().map(|v| v * v).sum()
}

pub(crate) fn program(size: Size) -> Program {
    let (n, steps) = size.pick((7, 3), (2000, 100));
    Program {
        name: "heat stencil, 2000 cells, 100 steps",
        arguments: vec![numbers(16, n), vec![0.2]],
        primal: Box::new(move |a| heat(&a[0], a[1][0], steps)),
        differentiated: Box::new(move |a, bar| {
            let [start_bar, rate_bar] = &mut bar[..] else { unreachable!("two arguments") };
            heat::value_and_grad_into(&a[0], a[1][0], steps, start_bar, &mut rate_bar[0])
        }),
        by_hand: Box::new(move |a, bar| {
            let [start_bar, rate_bar] = &mut bar[..] else { unreachable!("two arguments") };
            by_hand(&a[0], a[1][0], steps, start_bar, &mut rate_bar[0])
        }),
        hvp: None,
    }
}
