//! Log posterior of a Gaussian mixture with a Wishart prior, as in ADBench and GradBench, without the terms that do not
//! depend on the parameters. The inverse covariances' roots are lower triangular: exp(q) on the diagonal, l below it.

use super::log_sum_exp::log_sum_exp;
use super::{Program, Size, add_scaled, fast_dot, numbers};
use differentiate::differentiate;

#[differentiate(order = 2)]
pub(crate) fn mixture(
    alpha: &[f64],
    mu: &[f64],
    q: &[f64],
    l: &[f64],
    #[constant] x: &[f64],
    d: usize,
    #[constant] gamma: f64,
    m: i32,
) -> f64 {
    let k = alpha.len();
    let n = x.len() / d;
    let triangle = d * (d - 1) / 2;
    let mut diagonal = vec![0.0; k * d];
    let mut q_sum = vec![0.0; k];
    for c in 0..k {
        for j in 0..d {
            diagonal[c * d + j] = q[c * d + j].exp();
            q_sum[c] += q[c * d + j];
        }
    }
    let mut centred = vec![0.0; d];
    let mut scaled = vec![0.0; d];
    let mut beta = vec![0.0; k];
    let mut total = 0.0;
    for i in 0..n {
        for c in 0..k {
            for j in 0..d {
                centred[j] = x[i * d + j] - mu[c * d + j];
                scaled[j] = diagonal[c * d + j] * centred[j];
            }
            let mut p = c * triangle;
            for j in 0..d {
                for r in j + 1..d {
                    scaled[r] += l[p] * centred[j];
                    p += 1;
                }
            }
            let mut square = 0.0;
            for j in 0..d {
                square += scaled[j] * scaled[j];
            }
            beta[c] = alpha[c] + q_sum[c] - 0.5 * square;
        }
        total += log_sum_exp(&beta);
    }
    total -= n as f64 * log_sum_exp(alpha);
    let mut prior = 0.0;
    for c in 0..k {
        let mut square = 0.0;
        for j in 0..d {
            square += diagonal[c * d + j] * diagonal[c * d + j];
        }
        for p in 0..triangle {
            square += l[c * triangle + p] * l[c * triangle + p];
        }
        prior += 0.5 * gamma * gamma * square - m as f64 * q_sum[c];
    }
    total - prior
}

/// A component's parameters, or their gradient.
struct Component<'a> {
    mu: &'a [f64],
    diagonal: &'a [f64],
    l: &'a [f64],
}

/// `scaled = L (x - mu)` and its squared norm.
fn distance(of: &Component<'_>, x: &[f64], centred: &mut [f64], scaled: &mut [f64]) -> f64 {
    let d = x.len();
    for j in 0..d {
        centred[j] = x[j] - of.mu[j];
        scaled[j] = of.diagonal[j] * centred[j];
    }
    let mut rest = of.l;
    for j in 0..d - 1 {
        let (column, below) = rest.split_at(d - 1 - j);
        add_scaled(&mut scaled[j + 1..], centred[j], column);
        rest = below;
    }
    fast_dot(scaled, scaled)
}

/// Value and gradient of one data point together: the sum over points is linear, so nothing has to be kept between them.
fn by_hand(
    alpha: &[f64],
    mu: &[f64],
    q: &[f64],
    l: &[f64],
    x: &[f64],
    d: usize,
    gamma: f64,
    m: i32,
    bars: [&mut [f64]; 4],
) -> f64 {
    let [alpha_bar, mu_bar, q_bar, l_bar] = bars;
    let (k, n, triangle) = (alpha.len(), x.len() / d, d * (d - 1) / 2);
    let diagonal: Vec<f64> = q.iter().map(|v| v.exp()).collect();
    let q_sum: Vec<f64> = q.chunks_exact(d).map(|row| row.iter().sum()).collect();
    let mut diagonal_bar = vec![0.0; k * d];
    let (mut centred, mut scaled) = (vec![0.0; k * d], vec![0.0; k * d]);
    let (mut beta, mut weights) = (vec![0.0; k], vec![0.0; k]);
    alpha_bar.fill(0.0);
    mu_bar.fill(0.0);
    l_bar.fill(0.0);
    let mut total = 0.0;
    for x in x.chunks_exact(d) {
        for c in 0..k {
            let row = c * d..c * d + d;
            let of = Component { mu: &mu[row.clone()], diagonal: &diagonal[row.clone()], l: &l[c * triangle..][..triangle] };
            beta[c] = alpha[c] + q_sum[c] - 0.5 * distance(&of, x, &mut centred[row.clone()], &mut scaled[row]);
        }
        total += super::log_sum_exp::by_hand(&beta, &mut weights);
        for c in 0..k {
            let weight = weights[c];
            alpha_bar[c] += weight;
            let row = c * d..c * d + d;
            let (centred, scaled) = (&centred[row.clone()], &mut scaled[row.clone()]);
            let (mu_bar, diagonal_bar) = (&mut mu_bar[row.clone()], &mut diagonal_bar[row.clone()]);
            let diagonal = &diagonal[row];
            for j in 0..d {
                scaled[j] *= -weight;
                diagonal_bar[j] += scaled[j] * centred[j];
                mu_bar[j] -= scaled[j] * diagonal[j];
            }
            let (mut l, mut l_bar) = (&l[c * triangle..][..triangle], &mut l_bar[c * triangle..][..triangle]);
            for j in 0..d - 1 {
                let (column, below) = l.split_at(d - 1 - j);
                let (column_bar, below_bar) = l_bar.split_at_mut(d - 1 - j);
                let mut sum = 0.0;
                for ((l, l_bar), scaled) in column.iter().zip(column_bar).zip(&scaled[j + 1..]) {
                    *l_bar += centred[j] * scaled;
                    sum += l * scaled;
                }
                mu_bar[j] -= sum;
                (l, l_bar) = (below, below_bar);
            }
        }
    }
    // The weights of all points, before the normalisation of alpha, are also the adjoints of `q_sum`.
    for c in 0..k {
        for j in c * d..c * d + d {
            let diagonal_bar = diagonal_bar[j] - gamma * gamma * diagonal[j];
            q_bar[j] = alpha_bar[c] + m as f64 + diagonal_bar * diagonal[j];
        }
    }
    add_scaled(l_bar, -gamma * gamma, l);
    total -= n as f64 * super::log_sum_exp::by_hand(alpha, &mut weights);
    add_scaled(alpha_bar, -(n as f64), &weights);
    let squares = fast_dot(&diagonal, &diagonal) + fast_dot(l, l);
    total - 0.5 * gamma * gamma * squares + m as f64 * q_sum.iter().sum::<f64>()
}

pub(crate) fn program(size: Size) -> Program {
    let (d, k, n) = size.pick((3, 2, 4), (10, 10, 1000));
    let (gamma, m) = (1.5, 2);
    let x = numbers(14, n * d);
    let (x_again, x_too, x_thrice) = (x.clone(), x.clone(), x.clone());
    Program {
        name: "Gaussian mixture, d = 10, k = 10, n = 1000",
        arguments: vec![numbers(10, k), numbers(11, k * d), numbers(12, k * d), numbers(13, k * d * (d - 1) / 2)],
        primal: Box::new(move |a| mixture(&a[0], &a[1], &a[2], &a[3], &x, d, gamma, m)),
        differentiated: Box::new(move |a, bar| {
            let [alpha, mu, q, l] = &mut bar[..] else { unreachable!("four arguments") };
            mixture::value_and_grad_into(&a[0], &a[1], &a[2], &a[3], &x_again, d, gamma, m, alpha, mu, q, l)
        }),
        by_hand: Box::new(move |a, bar| {
            let [alpha, mu, q, l] = &mut bar[..] else { unreachable!("four arguments") };
            by_hand(&a[0], &a[1], &a[2], &a[3], &x_too, d, gamma, m, [alpha, mu, q, l])
        }),
        hvp: Some(Box::new(move |a, dot, hvp| {
            let [alpha, mu, q, l] = &mut hvp[..] else { unreachable!("four arguments") };
            let [alpha_dot, mu_dot, q_dot, l_dot] = &dot[..] else { unreachable!("four arguments") };
            mixture::hvp_into(
                &a[0], &a[1], &a[2], &a[3], &x_thrice, d, gamma, m, alpha_dot, mu_dot, q_dot, l_dot, alpha, mu, q, l,
            );
        })),
    }
}
