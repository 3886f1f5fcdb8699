//! A notebook on `GradientTape`, step by step: TensorFlow's lines, ours, and what ours gives.
//!
//! `cargo run --example gradient_tape`

use differentiate::{Tensor, differentiate};

/// `y = Σx`, `z = y²`.
#[differentiate]
fn square_of_the_sum(x: &Tensor) -> (f64, f64) {
    let y = x.sum();
    (y, y * y)
}

/// `y = x²`, `z = y²`.
#[differentiate]
fn powers(x: f64) -> (f64, f64) {
    let y = x * x;
    (y, y * y)
}

#[differentiate(order = 2)]
fn cube(x: f64) -> f64 {
    x * x * x
}

/// One layer: the mean of the squares of `x w + b`.
#[differentiate]
fn layer(w: &Tensor, b: &Tensor, #[constant] x: &Tensor) -> f64 {
    (x.matmul(w) + b).square().mean()
}

#[differentiate]
fn softened(x: &Tensor) -> Tensor {
    (x.sigmoid() * 2.0 - 1.0).tanh()
}

/// One step of the notebook.
fn show(tensorflow: &str, here: &str, result: &str) {
    println!(
        "TensorFlow  {}\nhere        {}\n         -> {}\n",
        tensorflow.replace('\n', "\n            "),
        here,
        result.replace('\n', "\n            ")
    );
}

fn main() {
    let x = Tensor::ones([2, 2]);
    show("x = tf.ones((2, 2))", "let x = Tensor::ones([2, 2]);", &x.to_string());

    let ((y, z), pullback) = square_of_the_sum::vjp_persistent(&x);
    show(
        "with tf.GradientTape(persistent=True) as t:\n    t.watch(x); y = tf.reduce_sum(x); z = tf.multiply(y, y)",
        "let ((y, z), pullback) = square_of_the_sum::vjp_persistent(&x);",
        &format!("y = {y}, z = {z}"),
    );
    show("t.gradient(z, x)", "pullback((0.0, 1.0))", &pullback((0.0, 1.0)).to_string());
    show("t.gradient(y, x)", "pullback((1.0, 0.0))", &pullback((1.0, 0.0)).to_string());
    drop(pullback);

    let (_, pullback) = powers::vjp_persistent(3.0);
    show(
        "x = tf.constant(3.0); y = x * x; z = y * y\nt.gradient(z, x)  # 4 x³",
        "powers::vjp_persistent(3.0).1((0.0, 1.0))",
        &pullback((0.0, 1.0)).to_string(),
    );
    show("t.gradient(y, x)  # 2 x", "pullback((1.0, 0.0))", &pullback((1.0, 0.0)).to_string());
    drop(pullback);

    show(
        "with tf.GradientTape() as t2:\n    with tf.GradientTape() as t1: y = x * x * x\n    dy_dx = t1.gradient(y, x)",
        "cube::grad(3.0)",
        &cube::grad(3.0).to_string(),
    );
    show("t2.gradient(dy_dx, x)", "cube::hessian(3.0)", &cube::hessian(3.0).to_string());

    let (w, b) = (Tensor::from([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]), Tensor::from([0.0, 0.5]));
    let (w_bar, b_bar) = layer::grad(&w, &b, &Tensor::from([[1.0, 2.0, 3.0]]));
    show(
        "y = x @ w + b; loss = tf.reduce_mean(y**2)\ndl_dw, dl_db = t.gradient(loss, [w, b])",
        "layer::grad(&w, &b, &x)",
        &format!("{w_bar:.1}\n{b_bar:.1}"),
    );

    let x = Tensor::linspace(-2.0, 2.0, 5);
    let (y, pullback) = softened::vjp(&x);
    show(
        "x = tf.linspace(-2.0, 2.0, 5); y = tf.tanh(2 * tf.nn.sigmoid(x) - 1)\nt.gradient(y, x, output_gradients=tf.ones(5))",
        "softened::vjp(&x).1(Tensor::ones([5]))",
        &format!("{:.3}", pullback(Tensor::ones(y.shape()))),
    );
}
