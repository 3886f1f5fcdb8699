//! Chains of iterators, closures and changes of order and length that cannot be differentiated: each says what to write instead.
use differentiate::differentiate;

#[differentiate]
fn of_unknown_type(v: &[f64]) -> f64 {
    let queued = v.iter().map(|x| x * 2.0).collect::<std::collections::VecDeque<f64>>();
    let (a, b) = v.iter().map(|x| (*x, 2.0 * x)).unzip();
    v[0]
}

#[differentiate]
fn without_lengths(v: &[f64], w: &[f64]) -> f64 {
    let zipped = v.iter().filter(|x| **x > 0.0).zip(w.iter().filter(|x| **x > 0.0));
    let rows = [[v[0], 1.0], [w[0], 2.0]];
    let row = rows.iter().filter(|row| row[1] > 0.0).max_by(|a, b| a[0].total_cmp(&b[0])).unwrap();
    let remembering = v.iter().take_while(|x| **x > 0.0);
    let sum: f64 = remembering.clone().sum();
    zipped.map(|(x, y)| x * y).sum::<f64>() + row[0] * sum
}

#[differentiate]
fn early(v: &[f64]) -> f64 {
    v.iter()
        .filter_map(|x| {
            if *x < 0.0 {
                return None;
            }
            Some(x.sqrt())
        })
        .sum()
}

#[differentiate]
fn values_of_functions(a: f64, integrate: fn(&dyn Fn(f64) -> f64) -> f64, f: impl Fn(f64) -> f64) -> f64 {
    integrate(&|x| x * a) + f(a)
}

#[differentiate]
fn lengths(v: &mut Vec<f64>, w: &[f64]) -> f64 {
    v.truncate(2);
    let last = v.pop().unwrap();
    let mut u = w.to_vec();
    let mut rows = vec![u.clone(), w.to_vec()];
    last * u[0] * rows[0][0]
}

#[differentiate]
fn conversions(a: f32, v: &[f64]) -> f64 {
    let x: f64 = a.into();
    x * v[0]
}

fn main() {}
