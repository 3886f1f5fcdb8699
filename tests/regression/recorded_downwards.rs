//! What a loop that runs downwards records was read in upward order, if its reverse was taken apart.

use crate::differentiate;

#[differentiate]
fn relaxed(m: &mut [f64], mut u: Vec<f64>, n: usize) {
    for _ in 0..n {
        m[0] = (m[1] * m[0]).sin() + 0.2 * u[0];
        for r in u.iter_mut().rev() {
            *r += (0.5 - *r).sin();
        }
    }
    m[1] *= u[69];
}

programs! {
    relaxed -> unit: (&mut m = vec![0.3, 0.4], u = (0..70).map(|i| 0.1 + 0.02 * i as f64).collect::<Vec<f64>>(), const n = 2);
}
