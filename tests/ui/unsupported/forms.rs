//! Forms of assignments, patterns, closures and values that cannot be differentiated.
use differentiate::differentiate;

#[differentiate]
fn total(v: &[f64]) -> f64 {
    v.iter().sum()
}

#[differentiate]
#[differentiate(wrt(x))]
fn second_attribute(x: f64) -> f64 {
    x
}

#[differentiate]
fn assigned_again(v: &[f64], w: &[f64], x: f64) -> f64 {
    let mut items = v.iter();
    items = w.iter();
    let mut f = |t: f64| t * x;
    f = |t: f64| t + x;
    f(x) + items.sum::<f64>()
}

#[differentiate]
fn array_of_unknown_length(x: f64) -> f64 {
    let a = std::array::from_fn(|i| x * i as f64);
    let b: [f64; 2] = a;
    b[0]
}

#[differentiate]
fn in_a_macro(x: f64, g: impl Fn(f64) -> f64) -> f64 {
    let f = |t: f64| t * x;
    assert!(f(x) > 0.0);
    assert!(g(x) > 0.0);
    f(x)
}

#[differentiate]
fn passed_on(v: &[f64]) -> f64 {
    fn sum(items: impl Iterator<Item = f64>) -> f64 {
        items.sum()
    }
    sum(v.iter().map(|x| x * x))
}

#[differentiate(order = 2)]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn pullback_of_items(v: &[f64], x: f64) -> f64 {
    let (_, pull) = square::vjp_persistent(x);
    v.iter().copied().map(pull).sum()
}

#[differentiate]
fn chosen(v: &[f64], w: &[f64], x: f64) -> f64 {
    let items = if x > 0.0 { v.iter() } else { w.iter() };
    items.sum()
}

#[differentiate]
fn patterns(x: f64) -> f64 {
    let whole @ (a, b) = (x, 2.0 * x);
    whole.0 + a * b
}

#[differentiate]
fn operators(x: f64, v: &[f64]) -> f64 {
    let p = &raw const x;
    let a = v[x];
    let bits = x ^ x;
    a + bits
}

#[differentiate]
fn in_the_next_iteration(v: &[f64], w: &[f64]) -> f64 {
    let mut row = v;
    let mut sum = 0.0;
    for _ in 0..3 {
        sum += row[0];
        row = w;
    }
    sum
}

#[differentiate]
fn flattened(x: f64) -> f64 {
    let options = [Some(x), None];
    options.iter().flatten().sum()
}

#[differentiate]
fn stored(#[constant] v: &mut [f64], x: f64) -> f64 {
    v[0] = x;
    v[0]
}

#[differentiate]
unsafe fn not_safe(x: f64) -> f64 {
    x
}

#[differentiate(vjp = none, jvp = none)]
fn nothing(x: f64) {}

fn main() {}
