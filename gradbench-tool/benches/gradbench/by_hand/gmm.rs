//! The mixture: the sum over the points is used as it is, so that each point's derivative follows at once on its value.

use gradbench_tool::functions::gmm::{Gradient, Mixture};

/// exp(v) over their sum, in place.
fn soft_max(v: &mut [f64]) {
    let top = v.iter().fold(f64::NEG_INFINITY, |a, v| a.max(*v));
    let mut sum = 0.0;
    for v in v.iter_mut() {
        *v = (*v - top).exp();
        sum += *v;
    }
    let scale = 1.0 / sum;
    v.iter_mut().for_each(|v| *v *= scale);
}

pub(crate) fn gradient(of: &Mixture) -> Gradient {
    let Mixture { d, x, m, gamma, alpha, mu, q, l } = of;
    let (d, k, n, triangle) = (*d, alpha.len(), x.len() / d, d * (d - 1) / 2);
    let diagonal: Vec<f64> = q.iter().map(|v| v.exp()).collect();
    let sums: Vec<f64> = q.chunks_exact(d).map(|row| row.iter().sum()).collect();
    let mut prior_weights = alpha.clone();
    soft_max(&mut prior_weights);
    // Of the prior, and of what depends on the weights alone.
    let mut alpha_bar: Vec<f64> = prior_weights.iter().map(|w| -(n as f64) * w).collect();
    let mut sums_bar = vec![*m as f64; k];
    let mut diagonal_bar: Vec<f64> = diagonal.iter().map(|v| -gamma * gamma * v).collect();
    let mut l_bar: Vec<f64> = l.iter().map(|v| -gamma * gamma * v).collect();
    let mut mu_bar = vec![0.0; k * d];
    let (mut centred, mut product, mut weights) = (vec![0.0; k * d], vec![0.0; k * d], vec![0.0; k]);
    let (mut bar, mut centred_bar) = (vec![0.0; d], vec![0.0; d]);
    for point in x.chunks_exact(d) {
        for i in 0..k {
            let (centred, product) = (&mut centred[i * d..][..d], &mut product[i * d..][..d]);
            let (mu, diagonal) = (&mu[i * d..][..d], &diagonal[i * d..][..d]);
            for j in 0..d {
                centred[j] = point[j] - mu[j];
                product[j] = diagonal[j] * centred[j];
            }
            let mut rest = &l[i * triangle..][..triangle];
            for j in 0..d {
                let (column, next) = rest.split_at(d - 1 - j);
                rest = next;
                let by = centred[j];
                for (p, l) in product[j + 1..].iter_mut().zip(column) {
                    *p += l * by;
                }
            }
            weights[i] = alpha[i] + sums[i] - 0.5 * product.iter().map(|v| v * v).sum::<f64>();
        }
        soft_max(&mut weights);
        for i in 0..k {
            let weight = weights[i];
            alpha_bar[i] += weight;
            sums_bar[i] += weight;
            let (centred, product) = (&centred[i * d..][..d], &product[i * d..][..d]);
            let (diagonal, diagonal_bar) = (&diagonal[i * d..][..d], &mut diagonal_bar[i * d..][..d]);
            for j in 0..d {
                bar[j] = -weight * product[j];
                diagonal_bar[j] += bar[j] * centred[j];
                centred_bar[j] = bar[j] * diagonal[j];
            }
            let (mut rest, mut rest_bar) = (&l[i * triangle..][..triangle], &mut l_bar[i * triangle..][..triangle]);
            for j in 0..d {
                let (column, next) = rest.split_at(d - 1 - j);
                let (column_bar, next_bar) = rest_bar.split_at_mut(d - 1 - j);
                (rest, rest_bar) = (next, next_bar);
                let by = centred[j];
                for (l_bar, bar) in column_bar.iter_mut().zip(&bar[j + 1..]) {
                    *l_bar += by * bar;
                }
                centred_bar[j] += column.iter().zip(&bar[j + 1..]).map(|(l, bar)| l * bar).sum::<f64>();
            }
            for (mu_bar, bar) in mu_bar[i * d..][..d].iter_mut().zip(&centred_bar) {
                *mu_bar -= bar;
            }
        }
    }
    let q_bar = (0..k * d).map(|at| diagonal_bar[at] * diagonal[at] + sums_bar[at / d]).collect();
    let rows = |flat: Vec<f64>, width: usize| (0..k).map(|i| flat[i * width..][..width].to_vec()).collect();
    Gradient { alpha: alpha_bar, mu: rows(mu_bar, d), q: rows(q_bar, d), l: rows(l_bar, triangle) }
}
