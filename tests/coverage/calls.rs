//! Functions, methods, generics, results.

use differentiate::{Differentiable, Real, differentiate};

mod elsewhere {
    use differentiate::differentiate;

    #[differentiate]
    pub(super) fn square(x: f64) -> f64 {
        x * x
    }

    #[differentiate]
    pub(super) fn fill(out: &mut [f64], k: f64) {
        for i in 0..out.len() {
            out[i] = k * i as f64 + k * k;
        }
    }
}

#[differentiate]
fn calls(x: f64, y: f64) -> f64 {
    elsewhere::square(x + elsewhere::square(y)) * y
}

#[differentiate]
fn out_parameter(k: f64) -> f64 {
    let mut buffer = [0.0; 3];
    elsewhere::fill(&mut buffer, k);
    buffer[1] * buffer[2]
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Spring {
    stiffness: f64,
    rest: f64,
}

#[differentiate]
impl Spring {
    const DAMPING: f64 = 0.1;

    fn force(&self, x: f64) -> f64 {
        -self.stiffness * (x - self.rest) - Self::DAMPING * x
    }

    fn energy(&self, x: f64) -> f64 {
        Self::half_square(x - self.rest) * self.stiffness + self.force(x)
    }

    fn half_square(x: f64) -> f64 {
        0.5 * x * x
    }

    fn soften(&mut self, k: f64) {
        self.stiffness *= k;
        self.rest += 0.1 * k;
    }
}

#[differentiate]
fn by_methods(spring: Spring, x: f64) -> f64 {
    let mut spring = spring;
    spring.soften(x);
    let force: f64 = spring.force(x);
    force * spring.energy(x)
}

#[differentiate]
fn generic<T: Real>(x: T, y: T) -> T {
    let two = T::from_f64(2.0);
    (x * y).exp() + two * x.max(T::ONE)
}

#[differentiate]
fn of_length<const N: usize>(x: &[f64; N], k: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..N {
        sum += x[i] * k;
    }
    sum * sum
}

#[differentiate]
trait Model {
    fn value(&self, x: f64) -> f64;
}

#[differentiate]
impl Model for Spring {
    fn value(&self, x: f64) -> f64 {
        self.stiffness * x.sin() + self.rest
    }
}

#[differentiate]
fn of_a_model<M: Model + Differentiable>(#[constant] model: &M, x: f64) -> f64 {
    let y: f64 = model.value(x);
    y * x
}

#[differentiate]
fn root(x: f64) -> Result<f64, String> {
    if x < 0.0 {
        return Err(format!("{x} is negative"));
    }
    Ok(x.sqrt())
}

#[differentiate]
fn matched_result(x: f64, y: f64) -> f64 {
    match root(x) {
        Ok(a) => a * y,
        Err(_) => y,
    }
}

#[differentiate]
fn option(x: f64) -> Option<f64> {
    if !x.is_finite() {
        return None;
    }
    Some(x * x)
}

#[differentiate]
fn question_mark(x: f64, y: f64) -> Result<f64, String> {
    let a = root(x)?;
    let b = root(y)?;
    Ok(a * b)
}

#[differentiate]
fn question_mark_of_an_option(x: &[f64]) -> Option<f64> {
    let first = x.first()?;
    Some(first * first)
}

crate::forms! {
    54 "call of another user function": calls::check(0.7, 0.3);
    50 "free fn": calls::check(0.2, 0.4);
    13 "out-parameter, returns ()": out_parameter::check(0.7);
    49 "method in impl": Spring { stiffness: 2.0, rest: 0.3 }.energy_check(0.7);
    43 "method that std does not have": by_methods::check(Spring { stiffness: 2.0, rest: 0.3 }, 0.7);
    8 "&mut self": by_methods::check(Spring { stiffness: 1.0, rest: 0.1 }, 0.4);
    11 "T::f(..), Self::f(..)": Spring { stiffness: 2.0, rest: 0.3 }.energy_check(0.2);
    26 "generic type parameter": generic::check(0.7, 0.3);
    5 "const generics": of_length::check(&[0.7, 0.3], 0.4);
    0 "trait method on a generic": of_a_model::check(&Spring { stiffness: 2.0, rest: 0.3 }, 0.7);
    10 "Ok, Err, Result": root::check(0.7).and_then(|()| matched_result::check(0.7, 0.3));
    10 "Some, None, Option": option::check(0.7);
    10 "?": question_mark::check(0.7, 0.3).and_then(|()| question_mark_of_an_option::check(&[0.7]));
}
