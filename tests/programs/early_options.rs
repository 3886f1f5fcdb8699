//! Closures that give an `Option` and return early.

use crate::differentiate;

#[differentiate]
fn while_small(v: &[f64], a: f64) -> f64 {
    v.iter()
        .map_while(|x| {
            if *x > 1.0 {
                return None;
            }
            let y = x * x + a;
            Some(y.ln())
        })
        .sum()
}

programs! {
    while_small: (&v = vec![-0.3, 0.7, 1.4, 0.5], a = 1.3);
}
