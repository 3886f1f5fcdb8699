//! The halves of a slice are known to be apart: what is written to one leaves what is in the other.

use crate::differentiate;

/// What `tanh` gave is found in its half, whatever goes on in the other one.
#[differentiate]
fn results_in_halves(x: &[f64]) -> f64 {
    let n = x.len();
    let mut both = vec![0.0; 2 * n];
    let (a, b) = both.split_at_mut(n);
    let mut sum = 0.0;
    for i in 0..n {
        a[i] = x[i].sin();
        b[i] = (x[i] * a[i]).tanh();
        sum += a[i] * b[i];
    }
    sum
}

/// The second half is written over while the first is still looked at, and the other way round.
#[differentiate]
fn one_after_the_other(x: &[f64]) -> f64 {
    let n = x.len();
    let mut both = vec![0.0; 2 * n];
    for i in 0..2 * n {
        both[i] = x[i % n] + 0.1 * i as f64;
    }
    let (a, b) = both.split_at_mut(n);
    let mut sum = 0.0;
    for i in 0..n {
        sum += a[i] * a[i] * b[i];
        b[i] = (a[i] * b[i]).sin();
    }
    for i in 0..n {
        sum += a[i] * b[i];
        a[i] = b[i].tanh() * a[i];
    }
    sum + a[0] * b[n - 1]
}

/// The halves of halves.
#[differentiate]
fn quarters(x: &[f64], y: &mut [f64]) {
    let n = y.len() / 4;
    let (front, back) = y.split_at_mut(2 * n);
    let ((a, b), (c, d)) = (front.split_at_mut(n), back.split_at_mut(n));
    for i in 0..n {
        a[i] = (x[i] * d[i]).exp();
        b[i] = (a[i] * c[i]).sin();
        c[i] = b[i].tanh() * a[i];
        d[i] = c[i] * b[i];
    }
    front[0] *= back[n];
}

/// Each iteration has other halves of the same memory.
#[differentiate]
fn halves_that_move(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    let mut sum = 0.0;
    for k in 1..y.len() {
        let (a, b) = y.split_at_mut(k);
        for i in 0..b.len() {
            b[i] = (b[i] * a[k - 1]).sin();
            sum += b[i] * a[0];
        }
        a[0] = b[0].tanh();
    }
    sum
}

/// Each iteration has memory of its own.
#[differentiate]
fn halves_of_each(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for v in x {
        let mut both = [*v; 4];
        let (a, b) = both.split_at_mut(2);
        for i in 0..2 {
            a[i] = (v * b[i]).tanh();
            b[1 - i] = a[i].exp() * sum;
            sum += b[1 - i] * a[i];
        }
    }
    sum
}

/// The rows behind two halves change places.
#[differentiate]
fn rows_that_change_places(x: &[f64]) -> f64 {
    let mut rows = vec![x.to_vec(), vec![0.5; x.len()]];
    let (a, b) = rows.split_at_mut(1);
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += a[0][i] * a[0][i] * b[0][i];
        std::mem::swap(&mut a[0], &mut b[0]);
        b[0][i] = (a[0][i] * b[0][i]).tanh();
    }
    sum + a[0][0] * b[0][0]
}

/// The numbers of two halves change places.
#[differentiate]
fn numbers_that_change_places(x: &[f64]) -> f64 {
    let mut both = x.to_vec();
    let (a, b) = both.split_at_mut(2);
    let mut sum = 0.0;
    for i in 0..2 {
        sum += a[i] * a[i] * b[i];
        std::mem::swap(&mut a[i], &mut b[i]);
        b[i] = (a[i] * b[i]).tanh();
        sum += b[i] * a[1 - i];
    }
    sum
}

/// Through the whole as well.
#[differentiate]
fn halves_and_the_whole(x: &[f64]) -> f64 {
    let n = x.len();
    let mut both = vec![0.0; 2 * n];
    for i in 0..2 * n {
        both[i] = x[i % n] + 0.1 * i as f64;
    }
    let mut sum = 0.0;
    let (a, b) = both.split_at_mut(n);
    for i in 0..n {
        a[i] = (b[i] * x[i]).tanh();
        sum += a[i] * b[i];
    }
    for i in 0..2 * n {
        both[i] = both[i] * both[i];
    }
    sum + both[0] * both[n]
}

programs! {
    results_in_halves: (&x = vec![0.7, -0.4, 1.1]);
    one_after_the_other: (&x = vec![0.7, -0.4, 1.1]);
    quarters -> unit: (&x = vec![0.7, -0.4], &mut y = vec![0.3, 0.6, -0.2, 0.9, 1.1, -0.7, 0.4, 0.8]);
    halves_that_move: (&x = vec![0.7, -0.4, 1.1, 0.3]);
    halves_of_each: (&x = vec![0.7, -0.4, 1.1]);
    rows_that_change_places: (&x = vec![0.7, -0.4, 1.1]);
    numbers_that_change_places: (&x = vec![0.7, -0.4, 1.1, 0.3]);
    halves_and_the_whole: (&x = vec![0.7, -0.4]);
}
