//! Tensors put together and cut apart, and lists of them.

use differentiate::{Tensor, differentiate};

use super::check_hvp;

/// Arrays of tensors and of references to them, empty pieces.
#[differentiate(order = 2)]
fn together(x: &Tensor, y: &Tensor) -> f64 {
    let (square, sine) = (x * y, x.sin());
    let rows = Tensor::concat(0, &[square.clone(), x.clone(), sine * 0.5]);
    let layers = Tensor::stack(1, &[rows.clone(), rows.exp()]);
    let pieces: Vec<Tensor> = layers.split(0, [1, 0, 5]);
    let mut total = 0.0;
    for piece in &pieces {
        total += piece.square().sum();
    }
    total * pieces[2].slice((1, 0)).sum()
}

/// A list that grows, and is put together in the end.
#[differentiate(order = 2)]
fn grown(x: &Tensor, steps: usize) -> Tensor {
    let mut states: Vec<Tensor> = Vec::new();
    let mut h = x.clone();
    for _ in 0..steps {
        h = (&h * 1.5).tanh();
        states.push(h.clone());
    }
    Tensor::stack(0, &states)
}

/// A list as a parameter.
#[differentiate(order = 2)]
fn joined(parts: &[Tensor]) -> f64 {
    let all = Tensor::concat(1, parts);
    all.prod_axis_keep(1).sum() + parts[0].square().sum()
}

#[differentiate]
fn signals(x: &Tensor, kernels: &Tensor) -> f64 {
    x.conv1d(kernels, 2, 1).square().sum()
}

/// A comparison chooses; it carries no derivative itself.
#[differentiate]
fn where_equal(x: &Tensor, y: &Tensor) -> f64 {
    let same = x.equal(y);
    let ones = x.equal(1.0);
    (x.where_(&same, &(y * 2.0)) * x.where_(&ones, &x.square())).sum()
}

#[test]
fn both_modes() {
    let x = Tensor::from([[0.1, 0.7, -0.3], [0.4, -0.5, 0.6]]);
    for x in [x.clone(), x.t().t(), x.flip(1)] {
        let y = x.cos().flip(0);
        together::check(&x, &y).unwrap();
        grown::check(&x, 4).unwrap();
        grown::check(&Tensor::zeros([0, 2]), 3).unwrap();
        joined::check(&[x.clone(), y.slice((.., 1..)), Tensor::zeros([2, 0])]).unwrap();
    }
    let signal = Tensor::from_fn([2, 2, 5], super::wave);
    signals::check(&signal, &Tensor::from_fn([3, 2, 2], super::wave)).unwrap();
    // x³ + 2 y x²; differences would not stay on the choice.
    let (x, y) = (Tensor::from([2.0, 3.0]), Tensor::from([2.0, 1.5]));
    let (x_bar, y_bar) = where_equal::grad(&x, &y);
    assert_eq!((x_bar.to_vec(), y_bar.to_vec()), (vec![12.0, 18.0], vec![0.0, 18.0]));
    assert_eq!(where_equal::jvp(&x, &y, &Tensor::ones([2]), &Tensor::ones([2])), (35.0, 48.0));
}

#[test]
fn order_2() {
    let (x, h) = (Tensor::from([[0.1, 0.7, -0.3], [0.4, -0.5, 0.6]]), 1e-5);
    let (y, x_dot, y_dot) = (x.cos(), x.exp(), x.sin());
    let grad = |h: f64| {
        let (x_bar, y_bar) = together::grad(&(&x + &x_dot * h), &(&y + &y_dot * h));
        [x_bar, y_bar]
    };
    let hvp = together::hvp(&x, &y, &x_dot, &y_dot);
    check_hvp(&[hvp.0, hvp.1], &grad(h), &grad(-h), h);
    let parts = |h: f64| [&x + &x_dot * h, &y + &y_dot * h];
    let grad = |h: f64| joined::grad(&parts(h));
    check_hvp(&joined::hvp(&parts(0.0), &[x_dot.clone(), y_dot.clone()]), &grad(h), &grad(-h), h);
}

#[test]
#[should_panic(expected = "`concat`: the shapes [2, 3] and [3, 2] do not go together")]
fn shapes_that_do_not_fit() {
    joined::grad(&[Tensor::ones([2, 3]), Tensor::ones([3, 2])]);
}
