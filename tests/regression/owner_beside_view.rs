//! A condition that is evaluated lazily and looks at a field beside a mutable reference into another one: both were lent as wholes.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Counted {
    w: Vec<f64>,
    b: f64,
    n: usize,
}

floats_of! { Counted, CountedGrad; }

fn counted() -> Counted {
    Counted { w: vec![0.3, 0.5, 0.7], b: 0.4, n: 1 }
}

#[differentiate]
impl Counted {
    fn scaled(&mut self, x: f64) -> f64 {
        let m = &mut self.w[..2];
        if x >= 0.25 && m[self.n] < 0.6 {
            m[self.n] *= x;
        }
        m[0] /= 1.6 + if x < 0.1 || m[self.n - 1] > self.b { x } else { m[1] };
        self.w[0] * self.w[self.n] * self.b
    }
}

#[differentiate]
fn of_a_method(h: &mut Counted, x: f64) -> f64 {
    h.scaled(x) * h.w[2]
}

#[differentiate]
fn while_halves_live(h: &mut Counted, x: f64) -> f64 {
    let (l, r) = h.w.split_at_mut(1);
    let mut k = 0;
    loop {
        k += 1;
        if k > 3 || r[h.n % 2] > 1.2 && h.n > 0 {
            break;
        }
        r[0] += l[0] * x;
        l[0] *= r[1] + h.b;
    }
    h.w[0] * h.w[1]
}

/// A part of a by-value `Vec`, whose shadow the caller may decline.
#[differentiate]
fn part(v: &[f64], x: f64) -> f64 {
    v[0] * v[1] * x
}

#[differentiate]
fn part_of_a_parameter(v: Vec<f64>, x: f64) -> f64 {
    part(&v[..2], x) * v[2]
}

programs! {
    of_a_method: (&mut h = counted(), x = 0.8), (&mut h = counted(), x = 0.05);
    while_halves_live: (&mut h = counted(), x = 0.8);
    part_of_a_parameter: (v = vec![0.3, 0.4, 0.5], x = 0.8);
}
