//! Calls and closures that cannot be differentiated.
use differentiate::differentiate;

#[differentiate]
fn each(mut f: impl FnMut(f64) -> f64, x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for x in x {
        sum += f(*x);
    }
    sum
}

#[differentiate]
fn too_many(v: &[f64]) -> f64 {
    let f = |a: f64, b: f64| a * b;
    v.iter().copied().map(f).sum()
}

#[differentiate]
fn counts(x: &[f64]) -> f64 {
    let mut n = 0.0;
    let sum = each(
        |v| {
            n += v;
            v * n
        },
        x,
    );
    sum + n
}

#[differentiate]
fn collects(x: &[f64]) -> f64 {
    let mut seen = Vec::new();
    let sum = each(
        |v| {
            seen.push(v);
            v
        },
        x,
    );
    sum + seen[0]
}

#[differentiate]
fn asynchronous(x: f64) -> f64 {
    let f = async |a: f64| a * x;
    let g = async { x };
    x
}

#[differentiate]
fn mapped_by_a_value(v: &[f64], fs: &[fn(f64) -> f64]) -> f64 {
    v.iter().copied().map(fs[0]).sum()
}

fn main() {}
