//! A method that changes its receiver and looks at its neighbour: the halves of `split_at_mut` and the fields of one struct were held for one
//! memory, of which no method could change a part.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Debug, Differentiable)]
struct Body {
    mass: f64,
    at: Vec<f64>,
}

#[derive(Clone, Debug, Differentiable)]
struct Pair {
    a: Body,
    b: Body,
    k: f64,
}

#[differentiate]
impl Body {
    fn swap_with(&mut self, other: &mut Body) {
        std::mem::swap(&mut self.at, &mut other.at);
        self.mass *= other.mass;
    }

    fn pulled(&mut self, other: &Body) -> f64 {
        self.mass += other.mass * other.at[0];
        self.at[0] *= other.mass;
        self.mass
    }

    fn dot(&self, other: &Body) -> f64 {
        self.mass * other.at[0] + self.at[0] * other.mass
    }
}

#[differentiate]
impl Pair {
    fn by_pattern(&mut self) -> f64 {
        let Pair { a, b, k } = self;
        a.swap_with(b);
        *k += a.pulled(b);
        a.dot(b) * *k
    }

    fn by_fields(&mut self) -> f64 {
        self.a.swap_with(&mut self.b);
        self.b.pulled(&self.a) + self.a.dot(&self.b)
    }
}

#[differentiate]
fn halves(x: f64, y: f64) -> f64 {
    let mut bodies =
        vec![Body { mass: x, at: vec![x, y] }, Body { mass: y, at: vec![y, 0.5] }, Body { mass: 0.5, at: vec![x + y, x] }];
    let mut sum = 0.1;
    for i in 1..3 {
        let (left, right) = bodies.split_at_mut(i);
        left[0].swap_with(&mut right[0]);
        let one = &right[0];
        sum += left[i - 1].pulled(one) * sum;
        sum += left[0].dot(one);
        sum += bodies[0].dot(&bodies[2]);
    }
    sum + bodies[0].mass * bodies[1].at[0]
}

#[differentiate]
fn fields(x: f64, y: f64) -> f64 {
    let pair = Pair { a: Body { mass: x, at: vec![x, y] }, b: Body { mass: y, at: vec![y, x * y] }, k: x };
    let mut pairs = vec![pair.clone(), pair];
    let mut sum = 0.0;
    for pair in pairs.iter_mut() {
        sum += pair.a.pulled(&pair.b);
        let (p, q) = (&mut pair.a, &mut pair.b);
        p.swap_with(q);
        sum *= p.dot(q);
        let r = &*p;
        sum += r.dot(r) + pair.b.dot(&pair.a);
    }
    let mut last = pairs.pop().unwrap();
    sum += last.by_pattern() * last.by_fields() + last.a.pulled(&last.b);
    sum * pairs[0].by_pattern() + last.k
}

programs! {
    halves: (x = 0.3, y = 0.4);
    fields: (x = 0.3, y = 0.4);
}
