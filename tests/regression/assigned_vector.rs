//! A whole `Vec` assigned over one that was read before: the reverse sweep moved the old one out of the pullback, which may run twice.

use crate::differentiate;

#[differentiate]
fn replaced_after_reads(x: f64, m: &mut [f64]) {
    let mut u = vec![0.5_f64; 3];
    for i in 0..3 {
        m[i] -= x * u[i];
    }
    u = m.to_vec();
    m[1] += x * u[2] * u[1];
}

programs! {
    replaced_after_reads -> unit: (x = 0.3, &mut m = vec![0.3, 0.4, 0.5]);
}
