//! Running minima and maxima, of which one iteration counts, and neighbours of these where more of them do.

use crate::differentiate;

#[differentiate]
fn nearest(points: &[[f64; 2]], centres: &[[f64; 2]]) -> f64 {
    let mut cost = 0.0;
    for p in points {
        let mut best = f64::INFINITY;
        for c in centres {
            let mut square = 0.0;
            for (p, c) in p.iter().zip(c) {
                square += (p - c) * (p - c);
            }
            best = best.min(square);
        }
        cost += best;
    }
    cost
}

/// What starts takes part, as either operand, and expensive values of the iteration that counts are kept.
#[differentiate]
fn started(x: &[f64], low: f64, high: f64) -> f64 {
    let (mut a, mut b) = (low, high * high);
    for v in x {
        a = v.sin().exp().max(a);
    }
    for i in (0..x.len()).rev() {
        b = f64::min(b, (x[i] * low).cosh() + i as f64);
    }
    a * b
}

/// Both are running, the outer one over what the inner one found.
#[differentiate]
fn hausdorff(x: &[f64], y: &[f64]) -> f64 {
    let mut far = 0.0_f64;
    for p in x {
        let mut near = f64::INFINITY;
        for q in y {
            near = (p - q).powi(2).min(near);
        }
        far = far.max(near.sqrt());
    }
    far
}

/// One value through two loops.
#[differentiate]
fn least_of_rows(rows: &[Vec<f64>]) -> f64 {
    let mut least = 2.5;
    for row in rows {
        for v in row {
            least = f64::min(v.exp(), least);
        }
    }
    least
}

#[differentiate]
fn by_branch(x: &[f64], start: f64) -> f64 {
    let mut best = start * start;
    let mut who = 0;
    for i in (1..=x.len() - 1).rev() {
        let d = (x[i] * x[i - 1]).exp() + start;
        if d < best {
            best = d;
            who = i;
        }
    }
    best * x[who]
}

/// The arm that keeps the value comes first, and the new value is computed in the other one.
#[differentiate]
fn by_other_arm(x: &[f64], scale: f64) -> f64 {
    let mut best = 0.1;
    for i in (0..x.len()).step_by(2) {
        best = if x[i].is_nan() || x[i] < best { best } else { (x[i] * scale).sqrt() * x[i] };
    }
    best
}

/// The index goes on counting, and the choice looks at something else than the value.
#[differentiate]
fn last_of(x: &[f64], at: &[usize]) -> f64 {
    let mut last = x[0];
    let mut p = 1;
    for k in 0..at.len() {
        p += 2;
        let v = x[at[k]].sin() * p as f64;
        if at[k] % 2 == 1 {
            last = v;
        }
    }
    last
}

/// Looked for behind the loop.
#[differentiate]
fn largest(x: &[f64], low: f64) -> f64 {
    let mut top = low;
    for i in (1..x.len()).rev().step_by(1) {
        top = top.max(x[i]);
    }
    let least = x.iter().fold(f64::INFINITY, |a, v| a.min(*v));
    let mut row = f64::NEG_INFINITY;
    for k in 0..x.len() / 2 {
        row = row.max(x[2..][k]);
    }
    top * least + row.sin()
}

/// The array changes behind the loop.
#[differentiate]
fn scaled(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let top = y.iter().fold(0.1, |a: f64, v| a.max(*v));
    let mut sum = 0.0;
    for v in &mut y {
        *v /= top;
        sum += *v * *v;
    }
    sum
}

/// The value is read in the loop: by what replaces it, by a sum beside it, by a store.
#[differentiate]
fn read_by_next(x: &[f64]) -> f64 {
    let mut best = 1.5;
    for v in x {
        best = f64::min(best, v * best.min(2.0));
    }
    best
}

#[differentiate]
fn read_by_sum(x: &[f64]) -> f64 {
    let (mut best, mut sum) = (x[0], 0.0);
    for v in x {
        best = best.max(*v);
        sum += best * v;
    }
    best * sum
}

#[differentiate]
fn read_by_store(x: &[f64], so_far: &mut [f64]) -> f64 {
    let mut best = f64::NEG_INFINITY;
    for i in 0..x.len() {
        best = best.max(x[i].sin());
        so_far[i] = best;
    }
    best
}

#[differentiate]
fn nudged(x: &[f64]) -> f64 {
    let mut best = 3.0;
    for v in x {
        if *v < best {
            best = 0.5 * (best + v);
        }
    }
    best
}

/// Two values, of which both are chosen.
#[differentiate]
fn two_best(x: &[f64]) -> f64 {
    let (mut first, mut second) = (f64::INFINITY, f64::INFINITY);
    for v in x {
        let v = v * v;
        if v < first {
            second = first;
            first = v;
        } else if v < second {
            second = v;
        }
    }
    first / second
}

#[differentiate]
fn range_of(x: &[f64]) -> f64 {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for v in x {
        low = low.min(v.exp());
        high = high.max(v.exp());
    }
    high - low
}

/// Left early, and with what is counted in its own loops.
#[differentiate]
fn left_early(x: &[f64], enough: f64) -> f64 {
    let mut best = f64::INFINITY;
    for v in x {
        best = best.min(v * v + enough);
        if best < 0.5 {
            break;
        }
    }
    best
}

#[differentiate]
fn packed(x: &[f64], n: usize) -> f64 {
    let mut best = 0.0_f64;
    let mut p = 0;
    for i in 0..n {
        let mut s = 0.0;
        for _ in i..n {
            s += x[p] * x[p];
            p += 1;
        }
        best = best.max(s);
    }
    best
}

#[differentiate]
fn distance(a: f64, b: f64) -> f64 {
    (a - b).abs().sqrt()
}

/// The pullbacks of calls cannot be carried.
#[differentiate]
fn by_calls(x: &[f64], at: f64) -> f64 {
    let mut best = f64::INFINITY;
    for v in x {
        best = best.min(distance(*v, at));
    }
    best
}

/// What an inner loop records cannot be carried either; a branch's choice can.
#[differentiate]
fn products(rows: &[Vec<f64>]) -> f64 {
    let mut best = f64::NEG_INFINITY;
    for row in rows {
        let mut p = 1.0;
        for v in row {
            p *= v.sin();
        }
        best = best.max(if p > 0.2 { p.ln() } else { p * p });
    }
    best
}

#[test]
fn the_first_of_equal_ones_counts_as_it_did() {
    let x = [2.0, 1.0, 1.0, f64::NAN, 3.0];
    let (value, gradient) = started::value_and_grad(&[0.3, 0.3], 0.1, 2.0);
    assert_eq!(value.to_bits(), started(&[0.3, 0.3], 0.1, 2.0).to_bits());
    assert!(gradient.0[1] == 0.0 || gradient.0[0] != 0.0);
    let least = least_of_rows::grad(&[x.to_vec()]);
    assert_eq!(least, [[0.0; 5]], "what starts is less");
    let (value, gradient) = nearest::value_and_grad(&[[0.0, 1.0]], &[[f64::NAN, 0.0], [0.0, 0.0], [0.0, 0.0]]);
    assert_eq!((value, gradient.0), (1.0, vec![[0.0, 2.0]]));
}

#[test]
fn of_equal_elements_the_first_counts() {
    // Downwards, so that the last of the two is the first.
    assert_eq!(largest::grad(&[1.0, 3.0, 3.0, f64::NAN], 2.0).0[..3], [3.0, 0.0, 1.0 + 3.0_f64.cos()]);
    assert_eq!(largest::grad(&[1.0, 3.0, 0.0, -1.0], 3.0), (vec![0.0, 0.0, 1.0, 3.0], -1.0), "what starts comes first");
    assert_eq!(largest::grad(&[1.0, 3.0, 0.0, -1.0], f64::NAN).0[1], -1.0);
    assert_eq!(scaled::grad(&[-0.0, 0.0, -0.1, 0.05]), [0.0, 0.0, -20.0, 10.0]);
}

#[test]
fn nothing_to_choose_from() {
    assert_eq!(started::grad(&[], 0.3, 2.0), (vec![], 4.0, 1.2));
    assert_eq!(hausdorff::grad(&[], &[1.0]), (vec![], vec![0.0]));
    assert_eq!(hausdorff::grad(&[1.0], &[]), (vec![0.0], vec![]));
}

programs! {
    nearest: (&points = vec![[0.3, 0.5], [0.9, -0.2], [0.1, 0.1]], &centres = vec![[0.0, 0.2], [1.0, 0.1], [0.4, 0.9]]);
    started: (&x = vec![0.3, 1.5, -0.9], low = 0.4, high = 1.9), (&x = vec![0.3, 1.5, -0.9], low = 5.0, high = 0.3);
    hausdorff: (&x = vec![0.3, 1.5, -0.9], &y = vec![0.1, 1.1, 3.0]);
    least_of_rows: (&rows = vec![vec![0.3, 0.5], vec![], vec![0.1, 0.7]]), (&rows = vec![vec![1.3]]);
    by_branch: (&x = vec![0.3, 0.5, -0.9, 0.7], start = 1.9), (&x = vec![0.3, 0.5], start = 0.2);
    by_other_arm: (&x = vec![0.3, 0.5, 0.9, 0.7, 0.4], scale = 0.8);
    last_of: (&x = vec![0.3, 0.5, 0.9, 0.7], const &at = vec![1, 2, 3, 2, 0]), (&x = vec![0.3, 0.5], const &at = vec![0]);
    largest: (&x = vec![0.3, 0.9, 0.5, 1.2], low = 0.4), (&x = vec![0.3, 0.9, 0.5, 1.2, 0.7], low = 1.5);
    scaled: (&x = vec![0.3, 0.9, -0.5, 0.7]);
    read_by_next: (&x = vec![0.9, 0.7, 1.3, 0.8]);
    read_by_sum: (&x = vec![0.3, 0.9, 0.5, 1.2]);
    read_by_store: (&x = vec![0.3, 0.9, 0.5, 1.2], &mut so_far = vec![1.0, 2.0, 3.0, 4.0]);
    nudged: (&x = vec![1.9, 2.7, 0.3, 1.8]);
    two_best: (&x = vec![1.9, 0.7, 2.3, -0.8]);
    range_of: (&x = vec![1.9, 0.7, 2.3, -0.8]);
    left_early: (&x = vec![1.9, 0.7, 0.3, 0.1], enough = 0.2);
    packed: (&x = vec![0.3, 0.9, 0.5, 1.2, 0.4, 0.8], const n = 3);
    by_calls: (&x = vec![1.9, 0.7, 0.3, 0.1], at = 0.4);
    products: (&rows = vec![vec![0.3, 0.5], vec![1.1, 0.9], vec![0.1, 0.7]]);
}
