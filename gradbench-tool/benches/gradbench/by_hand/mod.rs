//! Derivatives written by hand, with care: values that are needed again are kept, nothing is computed for nobody.

mod ba;
mod det;
mod gmm;
mod ht;
mod lstm;
mod nested;
mod sums;

use gradbench_tool::evaluation::{Function, task};
use gradbench_tool::functions;

pub(crate) const HELLO: Function = |input| task(input, |x: &f64| 2.0 * x);
pub(crate) const GMM: Function = |input| task(input, |input: &functions::gmm::Input| gmm::gradient(&input.flat));
pub(crate) const BA: Function = |input| task(input, |input: &functions::ba::Input| ba::jacobian(&input.problem));
pub(crate) const HT: Function = |input| task(input, |input: &functions::ht::Input| ht::jacobian(&input.hand));
pub(crate) const LSTM: Function = |input| task(input, lstm::gradient);
pub(crate) const KMEANS: Function =
    |input| task(input, |input: &functions::kmeans::Input| sums::kmeans(&input.points, &input.centroids));
pub(crate) const LSE: Function = |input| task(input, |input: &functions::lse::Input| sums::log_sum_exp(&input.x));
pub(crate) const LLSQ: Function = |input| task(input, |input: &functions::llsq::Input| sums::squared_error(&input.x, input.n));
pub(crate) const DET: Function = |input| task(input, |input: &functions::det::Input| det::gradient(&input.a, input.ell));
pub(crate) const ODE: Function = |input| task(input, |input: &functions::ode::Input| sums::ode(&input.x, input.s));
pub(crate) const PARTICLE: Function = |input| task(input, nested::particle);
pub(crate) const SADDLE: Function = |input| task(input, nested::saddle);
