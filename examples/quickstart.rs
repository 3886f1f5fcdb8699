//! The ideas of TensorFlow's `GradientTape` guide, each with the line one writes there.
//!
//! `cargo run --example quickstart`

use differentiate::differentiate;

#[differentiate]
fn square(x: f64) -> f64 {
    x * x
}

/// Two targets: `y = x²` and `z = y²`.
#[differentiate]
fn both(x: f64) -> (f64, f64) {
    let y = x * x;
    (y, y * y)
}

/// Mean of `(x w + b)²` over the columns of `w`.
#[differentiate]
fn loss(w: &[f64], b: &[f64], #[constant] x: &[f64]) -> f64 {
    let n = b.len();
    let mut sum = 0.0;
    for j in 0..n {
        let mut y = b[j];
        for i in 0..x.len() {
            y += x[i] * w[i * n + j];
        }
        sum += y * y;
    }
    sum / n as f64
}

/// Control flow is differentiated as it runs: the branch taken, as often as the loop went round.
#[differentiate]
fn power(x: f64, n: usize) -> f64 {
    let mut out = 1.0;
    for i in 0..n {
        if i > 1 && i < 5 {
            out *= x;
        }
    }
    out
}

/// One idea: TensorFlow's line, ours, and what ours gives.
fn show(tensorflow: &str, ours: &str, result: &str) {
    println!("TensorFlow  {tensorflow}\nhere        {ours}\n         -> {result}\n");
}

fn main() {
    let x = 3.0;

    let slope = square::grad(x);
    show(
        "with tf.GradientTape() as t: t.watch(x); y = x * x\n            t.gradient(y, x)",
        "square::grad(x)",
        &slope.to_string(),
    );

    let (w, b) = ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [0.0, 0.5]);
    let (w_bar, b_bar) = loss::grad(&w, &b, &[1.0, 2.0, 3.0]);
    show("t.gradient(loss, [w, b])", "loss::grad(&w, &b, &x)", &format!("{w_bar:.2?}, {b_bar:.2?}"));

    // A second `pullback(1.0)` would not compile: the first has used it up.
    let (y, pullback) = square::vjp(x);
    show(
        "t.gradient(y, x)  # once: the second call raises RuntimeError",
        "let (y, pullback) = square::vjp(x); pullback(1.0)",
        &format!("y = {y}, slope {}", pullback(1.0)),
    );

    let ((y, z), pullback) = both::vjp_persistent(x);
    let (dy, dz) = (pullback((1.0, 0.0)), pullback((0.0, 1.0)));
    show(
        "with tf.GradientTape(persistent=True) as t: ...\n            t.gradient(y, x); t.gradient(z, x); del t",
        "let ((y, z), pullback) = both::vjp_persistent(x);\n            pullback((1.0, 0.0)); pullback((0.0, 1.0)); drop(pullback)",
        &format!("y = {y}, z = {z}, slopes {dy} and {dz}"),
    );

    let both_at_once = pullback((1.0, 1.0));
    drop(pullback);
    show("t.gradient([y, z], x)  # adds the targets up", "pullback((1.0, 1.0))", &both_at_once.to_string());

    let (_, pullback) = square::vjp(x);
    show("t.gradient(y, x, output_gradients=0.5)", "pullback(0.5)", &pullback(0.5).to_string());

    let slopes: Vec<f64> = [6, 5, 4].iter().map(|&n| power::grad(2.0, n)).collect();
    show("[grad(x, n) for n in (6, 5, 4)]  # a loop with a branch", "power::grad(2.0, n)", &format!("{slopes:?}"));

    let (value, slope) = square::jvp(x, 1.0);
    show(
        "with tf.autodiff.ForwardAccumulator(x, 1.0) as a: ...",
        "square::jvp(x, 1.0)",
        &format!("value {value}, slope {slope}"),
    );
}
