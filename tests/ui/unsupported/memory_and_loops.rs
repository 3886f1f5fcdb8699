//! Memory that is changed, and what leaves loops, where that cannot be differentiated.
use differentiate::{Differentiable, differentiate};
use std::ops::{Index, IndexMut};

#[derive(Clone, Copy, Debug, Differentiable)]
struct Pair {
    a: f64,
    b: f64,
}

#[derive(Clone, Debug, Differentiable)]
struct Pairs {
    all: Vec<Pair>,
    n: usize,
}

#[differentiate]
impl Index<(usize, usize)> for Pairs {
    type Output = Pair;
    fn index(&self, (i, j): (usize, usize)) -> &Pair {
        &self.all[i * self.n + j]
    }
}

#[differentiate]
impl IndexMut<(usize, usize)> for Pairs {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut Pair {
        &mut self.all[i * self.n + j]
    }
}

#[differentiate]
fn part_of_an_element(p: &mut Pairs, x: f64) -> f64 {
    p[(0, 1)].a = x;
    let all = &mut p[(0, 0)];
    all.b = x;
    p[(0, 1)].a
}

#[differentiate]
fn shortened(stack: &mut Vec<f64>, x: f64) -> f64 {
    let top = stack.pop().unwrap_or(x);
    stack.truncate(1);
    top * x
}

#[derive(Clone, Debug, Differentiable)]
struct Track {
    points: Vec<f64>,
    seen: Vec<usize>,
    name: String,
}

#[differentiate]
fn appended(track: &mut Track, x: f64) {
    track.points.push(x);
    track.points.extend_from_slice(&[x, 1.0]);
    track.seen.push(3);
    track.name.push('c');
    track.name.insert(0, 'd');
}

#[differentiate]
fn undone(v: &mut [f64], order: &mut Vec<usize>) -> f64 {
    let mut sum = 0.0;
    for i in 0..3 {
        sum += v[order[i]] * v[i];
        order.rotate_left(1);
        order.shrink_to_fit();
    }
    sum
}

#[differentiate]
fn chosen_in_a_loop(v: &[f64], x: f64) -> f64 {
    let found = loop {
        if x > 1.0 {
            break v.first();
        }
    };
    *found.unwrap()
}

#[differentiate]
fn next_reference(v: &[f64], w: &[f64], n: usize) -> f64 {
    let mut both = (&v[1..], &w[1..]);
    let mut sum = 0.0;
    for _ in 0..n {
        both = (both.1, both.0);
        sum += both.0[0];
    }
    sum
}

fn main() {}
