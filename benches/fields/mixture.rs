//! `benches/functions/mixture.rs` as methods.

use super::super::functions::log_sum_exp::log_sum_exp;
use super::super::functions::mixture::mixture;
use super::super::functions::{Size, numbers};
use super::{Form, Forms};
use differentiate::{Differentiable, differentiate};

/// The points, and the prior.
#[derive(Clone, Debug, Differentiable)]
pub(crate) struct Data {
    x: Vec<f64>,
    d: usize,
    gamma: f64,
    m: i32,
}

/// The parameters of all components, one component after the other.
#[derive(Clone, Debug, Differentiable)]
pub(crate) struct Mixture {
    alpha: Vec<f64>,
    mu: Vec<f64>,
    q: Vec<f64>,
    l: Vec<f64>,
}

/// What is computed anew for each point and component.
#[derive(Clone, Debug, Differentiable)]
struct Work {
    centred: Vec<f64>,
    scaled: Vec<f64>,
    beta: Vec<f64>,
}

/// The diagonals and the logarithms of their products.
#[derive(Clone, Debug, Differentiable)]
struct Roots {
    diagonal: Vec<f64>,
    q_sum: Vec<f64>,
}

/// With what is computed in vectors of its own, as a function.
#[differentiate]
fn log_posterior(of: &Mixture, #[constant] data: &Data) -> f64 {
    let d: usize = data.d;
    let k = of.alpha.len();
    let n = data.x.len() / d;
    let triangle = d * (d - 1) / 2;
    let mut diagonal = vec![0.0; k * d];
    let mut q_sum = vec![0.0; k];
    for c in 0..k {
        for j in 0..d {
            diagonal[c * d + j] = of.q[c * d + j].exp();
            q_sum[c] += of.q[c * d + j];
        }
    }
    let mut centred = vec![0.0; d];
    let mut scaled = vec![0.0; d];
    let mut beta = vec![0.0; k];
    let mut total = 0.0;
    for i in 0..n {
        for c in 0..k {
            for j in 0..d {
                centred[j] = data.x[i * d + j] - of.mu[c * d + j];
                scaled[j] = diagonal[c * d + j] * centred[j];
            }
            let mut p = c * triangle;
            for j in 0..d {
                for r in j + 1..d {
                    scaled[r] += of.l[p] * centred[j];
                    p += 1;
                }
            }
            let mut square = 0.0;
            for j in 0..d {
                square += scaled[j] * scaled[j];
            }
            beta[c] = of.alpha[c] + q_sum[c] - 0.5 * square;
        }
        total += log_sum_exp(&beta);
    }
    total -= n as f64 * log_sum_exp(&of.alpha);
    let mut prior = 0.0;
    for c in 0..k {
        let mut square = 0.0;
        for j in 0..d {
            square += diagonal[c * d + j] * diagonal[c * d + j];
        }
        for p in 0..triangle {
            square += of.l[c * triangle + p] * of.l[c * triangle + p];
        }
        prior += 0.5 * data.gamma * data.gamma * square - data.m as f64 * q_sum[c];
    }
    total - prior
}

#[differentiate]
impl Mixture {
    fn log_posterior(&self, #[constant] data: &Data) -> f64 {
        let (d, k) = (data.d, self.alpha.len());
        let n = data.x.len() / d;
        let triangle = d * (d - 1) / 2;
        let mut roots = Roots { diagonal: vec![0.0; k * d], q_sum: vec![0.0; k] };
        for c in 0..k {
            for j in 0..d {
                roots.diagonal[c * d + j] = self.q[c * d + j].exp();
                roots.q_sum[c] += self.q[c * d + j];
            }
        }
        let mut work = Work { centred: vec![0.0; d], scaled: vec![0.0; d], beta: vec![0.0; k] };
        let mut total = 0.0;
        for i in 0..n {
            for c in 0..k {
                for j in 0..d {
                    work.centred[j] = data.x[i * d + j] - self.mu[c * d + j];
                    work.scaled[j] = roots.diagonal[c * d + j] * work.centred[j];
                }
                let mut p = c * triangle;
                for j in 0..d {
                    for r in j + 1..d {
                        work.scaled[r] += self.l[p] * work.centred[j];
                        p += 1;
                    }
                }
                let mut square = 0.0;
                for j in 0..d {
                    square += work.scaled[j] * work.scaled[j];
                }
                work.beta[c] = self.alpha[c] + roots.q_sum[c] - 0.5 * square;
            }
            total += log_sum_exp(&work.beta);
        }
        total -= n as f64 * log_sum_exp(&self.alpha);
        let mut prior = 0.0;
        for c in 0..k {
            let mut square = 0.0;
            for j in 0..d {
                square += roots.diagonal[c * d + j] * roots.diagonal[c * d + j];
            }
            for p in 0..triangle {
                square += self.l[c * triangle + p] * self.l[c * triangle + p];
            }
            prior += 0.5 * data.gamma * data.gamma * square - data.m as f64 * roots.q_sum[c];
        }
        total - prior
    }
}

/// The parameters of one component.
#[derive(Clone, Debug, Differentiable)]
pub(crate) struct Component {
    mu: Vec<f64>,
    q: Vec<f64>,
    l: Vec<f64>,
}

#[derive(Clone, Debug, Differentiable)]
pub(crate) struct Components {
    alpha: Vec<f64>,
    components: Vec<Component>,
}

#[differentiate]
impl Components {
    fn log_posterior(&self, #[constant] data: &Data) -> f64 {
        let (d, k) = (data.d, self.components.len());
        let n = data.x.len() / d;
        let triangle = d * (d - 1) / 2;
        let mut roots = Roots { diagonal: vec![0.0; k * d], q_sum: vec![0.0; k] };
        for c in 0..k {
            for j in 0..d {
                roots.diagonal[c * d + j] = self.components[c].q[j].exp();
                roots.q_sum[c] += self.components[c].q[j];
            }
        }
        let mut work = Work { centred: vec![0.0; d], scaled: vec![0.0; d], beta: vec![0.0; k] };
        let mut total = 0.0;
        for i in 0..n {
            for c in 0..k {
                let component = &self.components[c];
                for j in 0..d {
                    work.centred[j] = data.x[i * d + j] - component.mu[j];
                    work.scaled[j] = roots.diagonal[c * d + j] * work.centred[j];
                }
                let mut p = 0;
                for j in 0..d {
                    for r in j + 1..d {
                        work.scaled[r] += component.l[p] * work.centred[j];
                        p += 1;
                    }
                }
                let mut square = 0.0;
                for j in 0..d {
                    square += work.scaled[j] * work.scaled[j];
                }
                work.beta[c] = self.alpha[c] + roots.q_sum[c] - 0.5 * square;
            }
            total += log_sum_exp(&work.beta);
        }
        total -= n as f64 * log_sum_exp(&self.alpha);
        let mut prior = 0.0;
        for c in 0..k {
            let mut square = 0.0;
            for j in 0..d {
                square += roots.diagonal[c * d + j] * roots.diagonal[c * d + j];
            }
            for p in 0..triangle {
                square += self.components[c].l[p] * self.components[c].l[p];
            }
            prior += 0.5 * data.gamma * data.gamma * square - data.m as f64 * roots.q_sum[c];
        }
        total - prior
    }
}

fn on_slices(of: Mixture, data: Data) -> Form {
    let (one, points) = (of.clone(), data.clone());
    let (two, again) = (of.clone(), data.clone());
    let mut bar = of.clone();
    Form {
        name: "slices",
        primal: Box::new(move || {
            let (Mixture { alpha, mu, q, l }, Data { x, d, gamma, m }) = (&one, &points);
            mixture(alpha, mu, q, l, x, *d, *gamma, *m)
        }),
        gradient: Box::new(move || {
            let (Mixture { alpha, mu, q, l }, Data { x, d, gamma, m }) = (&of, &data);
            let bar = &mut bar;
            mixture::value_and_grad_into(alpha, mu, q, l, x, *d, *gamma, *m, &mut bar.alpha, &mut bar.mu, &mut bar.q, &mut bar.l)
        }),
        flat: Box::new(move || {
            let (Mixture { alpha, mu, q, l }, Data { x, d, gamma, m }) = (&two, &again);
            let (value, (alpha, mu, q, l)) = mixture::value_and_grad(alpha, mu, q, l, x, *d, *gamma, *m);
            (value, [alpha, mu, q, l].concat())
        }),
    }
}

fn parameters_in_fields(of: Mixture, data: Data) -> Form {
    let (one, points) = (of.clone(), data.clone());
    let (two, again) = (of.clone(), data.clone());
    let (_, mut bar) = log_posterior::value_and_grad(&of, &data);
    Form {
        name: "parameters in fields",
        primal: Box::new(move || log_posterior(&one, &points)),
        gradient: Box::new(move || log_posterior::value_and_grad_into(&of, &data, &mut bar)),
        flat: Box::new(move || {
            let (value, bar) = log_posterior::value_and_grad(&two, &again);
            (value, [bar.alpha, bar.mu, bar.q, bar.l].concat())
        }),
    }
}

fn all_in_fields(of: Mixture, data: Data) -> Form {
    let (one, points) = (of.clone(), data.clone());
    let (two, again) = (of.clone(), data.clone());
    let (_, mut bar) = of.log_posterior_value_and_grad(&data);
    Form {
        name: "all in fields",
        primal: Box::new(move || one.log_posterior(&points)),
        gradient: Box::new(move || of.log_posterior_value_and_grad_into(&data, &mut bar)),
        flat: Box::new(move || {
            let (value, bar) = two.log_posterior_value_and_grad(&again);
            (value, [bar.alpha, bar.mu, bar.q, bar.l].concat())
        }),
    }
}

fn all_in_fields_of_elements(of: Components, data: Data) -> Form {
    let (one, points) = (of.clone(), data.clone());
    let (two, again) = (of.clone(), data.clone());
    let (_, mut bar) = of.log_posterior_value_and_grad(&data);
    Form {
        name: "all in fields, of elements",
        primal: Box::new(move || one.log_posterior(&points)),
        gradient: Box::new(move || of.log_posterior_value_and_grad_into(&data, &mut bar)),
        flat: Box::new(move || {
            let (value, bar) = two.log_posterior_value_and_grad(&again);
            let of = |part: fn(&ComponentGrad) -> &Vec<f64>| bar.components.iter().flat_map(part).copied().collect();
            let (mu, q, l): (Vec<f64>, Vec<f64>, Vec<f64>) = (of(|c| &c.mu), of(|c| &c.q), of(|c| &c.l));
            (value, [bar.alpha.clone(), mu, q, l].concat())
        }),
    }
}

pub(crate) fn forms(size: Size) -> Forms {
    let (d, k, n) = size.pick((3, 2, 4), (10, 10, 1000));
    let triangle = d * (d - 1) / 2;
    let data = Data { x: numbers(14, n * d), d, gamma: 1.5, m: 2 };
    let flat = Mixture { alpha: numbers(10, k), mu: numbers(11, k * d), q: numbers(12, k * d), l: numbers(13, k * triangle) };
    let component = |c: usize| Component {
        mu: flat.mu[c * d..][..d].to_vec(),
        q: flat.q[c * d..][..d].to_vec(),
        l: flat.l[c * triangle..][..triangle].to_vec(),
    };
    let components = Components { alpha: flat.alpha.clone(), components: (0..k).map(component).collect() };
    Forms {
        name: "mixture, d = k = 10, n = 1000",
        forms: vec![
            on_slices(flat.clone(), data.clone()),
            parameters_in_fields(flat.clone(), data.clone()),
            all_in_fields(flat, data.clone()),
            all_in_fields_of_elements(components, data),
        ],
    }
}
