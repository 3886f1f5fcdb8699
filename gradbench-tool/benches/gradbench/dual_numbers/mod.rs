//! The same derivatives by dual numbers, num-dual's: each function once more, for any kind of number. Forward mode, so that gradients of many
//! parameters take many runs; sizes for which that is out of proportion are left out.

mod ba;
mod gmm;
mod ht;
mod nested;
mod sums;

use gradbench_tool::evaluation::{Function, task};
use gradbench_tool::functions;
use num_dual::{Dual64, DualNum, DualSVec64};

/// A number that these functions compute with.
pub(crate) trait Number: DualNum<Primitive = f64> + Copy {}

impl<D: DualNum<Primitive = f64> + Copy> Number for D {}

pub(crate) const HELLO: Function = |input| task(input, |x: &f64| square(Dual64::from_re(*x).derivative()).eps);
pub(crate) const GMM: Function = |input| task(input, |input: &functions::gmm::Input| gmm::gradient(&input.flat));
pub(crate) const BA: Function = |input| task(input, |input: &functions::ba::Input| ba::jacobian(&input.problem));
pub(crate) const HT: Function = |input| task(input, |input: &functions::ht::Input| ht::jacobian(&input.hand));
pub(crate) const KMEANS: Function =
    |input| task(input, |input: &functions::kmeans::Input| sums::direction(&input.points, &input.centroids));
pub(crate) const LSE: Function = |input| task(input, |input: &functions::lse::Input| in_blocks(&input.x, sums::log_sum_exp));
pub(crate) const LLSQ: Function =
    |input| task(input, |input: &functions::llsq::Input| in_blocks(&input.x, |x| sums::squared_error(x, input.n)));
pub(crate) const DET: Function =
    |input| task(input, |input: &functions::det::Input| in_blocks(&input.a, |a| sums::determinant(a, input.ell)));
pub(crate) const ODE: Function =
    |input| task(input, |input: &functions::ode::Input| in_blocks(&input.x, |x| sums::solve(x, input.s)));
pub(crate) const PARTICLE: Function = |input| task(input, nested::particle);
pub(crate) const SADDLE: Function = |input| task(input, nested::saddle);

fn square<D: Number>(x: D) -> D {
    x * x
}

/// `N` numbers, each with its own direction.
fn seeded<const N: usize>(x: [f64; N]) -> [DualSVec64<N>; N] {
    std::array::from_fn(|i| DualSVec64::from_re(x[i]).derivative(i))
}

/// The derivative in direction `i`; a number without any has none in all of them.
fn part<const N: usize>(x: &DualSVec64<N>, i: usize) -> f64 {
    x.eps.0.as_ref().map_or(0.0, |eps| eps[i])
}

/// How many directions run at a time where there are many.
const BLOCK: usize = 16;

/// A gradient, a block of directions at a time.
fn in_blocks(x: &[f64], f: impl Fn(&[DualSVec64<BLOCK>]) -> DualSVec64<BLOCK>) -> Vec<f64> {
    let mut point: Vec<DualSVec64<BLOCK>> = x.iter().map(|x| DualSVec64::from_re(*x)).collect();
    let mut gradient = Vec::with_capacity(x.len());
    for first in (0..x.len()).step_by(BLOCK) {
        let block = first..x.len().min(first + BLOCK);
        for i in block.clone() {
            point[i] = DualSVec64::from_re(x[i]).derivative(i - first);
        }
        let value = f(&point);
        for i in block {
            gradient.push(part(&value, i - first));
            point[i] = DualSVec64::from_re(x[i]);
        }
    }
    gradient
}
