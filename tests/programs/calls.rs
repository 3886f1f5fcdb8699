//! Calls of other differentiated functions: by name and by path, filling buffers, in loops, in recursion.

use crate::differentiate;

mod activation {
    use crate::differentiate;

    #[differentiate]
    pub(super) fn sigmoid(x: f64) -> f64 {
        1.0 / (1.0 + (-x).exp())
    }

    pub(super) mod soft {
        use crate::differentiate;

        #[differentiate]
        pub(crate) fn plus(x: f64) -> f64 {
            let s = super::sigmoid(x);
            (1.0 + x.exp()).ln() + s
        }
    }
}

use activation::sigmoid;

#[differentiate]
fn by_name_and_path(x: f64, y: f64) -> f64 {
    let a = sigmoid(x) * y;
    let b = activation::sigmoid(a + y);
    b * activation::soft::plus(self::activation::sigmoid(x * b))
}

#[differentiate]
fn affine(w: &[f64], x: &[f64], bias: f64) -> f64 {
    let mut s = bias;
    for i in 0..w.len() {
        s += w[i] * x[i];
    }
    s
}

#[differentiate]
fn layer(w: &[f64], bias: &[f64], x: &[f64], out: &mut [f64]) {
    let n = x.len();
    for i in 0..out.len() {
        out[i] = sigmoid(affine(&w[i * n..(i + 1) * n], x, bias[i]));
    }
}

#[differentiate]
fn perceptron(w: &[f64], bias: &[f64], x: &[f64], h: usize) -> f64 {
    let n = x.len();
    let mut hidden = vec![0.0; h];
    layer(&w[..h * n], &bias[..h], x, &mut hidden);
    let mut out = [0.0; 1];
    layer(&w[h * n..], &bias[h..], &hidden, &mut out);
    out[0].ln()
}

#[differentiate]
fn step(state: &mut [f64], forces: &mut [f64], dt: f64) -> f64 {
    for i in 0..forces.len() {
        forces[i] = -state[i].sin() - forces[i] * 0.1;
    }
    let mut energy = 0.0;
    for i in 0..forces.len() {
        state[i] += dt * forces[i];
        energy += state[i] * state[i];
    }
    energy
}

#[differentiate]
fn steps(x: &[f64], dt: f64, n: usize) -> f64 {
    let mut state = x.to_vec();
    let mut forces = vec![0.0; x.len()];
    let mut total = 0.0;
    for _ in 0..n {
        total += step(&mut state, &mut forces, dt);
        state[0] *= 0.9;
    }
    total * forces[0]
}

#[differentiate]
fn polar(x: f64, y: f64) -> (f64, f64) {
    (x.hypot(y), y.atan2(x))
}

#[differentiate]
fn tuple_from_callee(x: f64, y: f64) -> f64 {
    let (r, angle) = polar(x, y);
    let (r2, _) = polar(r, angle);
    let pair = polar(r2, x);
    pair.0 * angle + pair.1
}

#[differentiate]
fn advance(x: f64, y: f64, h: f64) -> (f64, f64) {
    (x + h * y, y - h * x)
}

#[differentiate]
fn tuple_assigned_in_loop(x: f64, y: f64, n: usize) -> f64 {
    let (mut x, mut y) = (x, y);
    for k in 0..n {
        (x, y) = advance(x, y, 0.1 * k as f64);
    }
    x * y
}

#[differentiate]
fn affine_map(m: [[f64; 2]; 2], v: [f64; 2]) -> [f64; 2] {
    [m[0][0] * v[0] + m[0][1] * v[1], m[1][0] * v[0] + m[1][1] * v[1]]
}

#[differentiate]
fn arrays_through_calls(m: [[f64; 2]; 2], v: [f64; 2], n: usize) -> f64 {
    let mut v = v;
    for _ in 0..n {
        v = affine_map(m, v);
        v[0] += 0.1;
    }
    affine_map(m, v)[1] + v[0]
}

#[differentiate]
fn powers(x: f64, n: usize) -> Vec<f64> {
    let mut out = vec![1.0; n];
    for i in 1..n {
        out[i] = out[i - 1] * x;
    }
    out
}

#[differentiate]
fn vec_from_callee(x: f64, c: &[f64]) -> f64 {
    let p = powers(x, c.len());
    let q = powers(p[1] * c[0], 3);
    affine(&p, c, q[2])
}

/// `x` squared as often as it takes, by recursion.
#[differentiate]
fn power(x: f64, n: u32) -> f64 {
    if n == 0 {
        1.0
    } else if n % 2 == 0 {
        let half = power(x, n / 2);
        half * half
    } else {
        x * power(x, n - 1)
    }
}

#[differentiate]
fn tree_sum(w: &[f64], lo: usize, hi: usize) -> f64 {
    if hi - lo == 1 {
        return w[lo].sin();
    }
    let middle = (lo + hi) / 2;
    let left = tree_sum(w, lo, middle);
    let right = tree_sum(w, middle, hi);
    left * right + left
}

#[differentiate]
fn halve_in_place(w: &mut [f64], a: f64) {
    let n = w.len();
    if n < 2 {
        return;
    }
    let (left, right) = w.split_at_mut(n / 2);
    halve_in_place(left, a);
    halve_in_place(right, a * 0.5);
    for i in 0..left.len() {
        left[i] += a * right[i] * right[i];
    }
}

#[differentiate]
fn in_conditions(x: f64, y: f64) -> f64 {
    let s = if sigmoid(x) > 0.5 { sigmoid(y) } else { y * y };
    let mut t = s;
    while sigmoid(t) < 0.7 {
        t += sigmoid(s) * 0.25;
    }
    t * x
}

/// Arguments that are constants, temporaries, and results of other calls.
#[differentiate]
fn arguments_of_all_sorts(x: f64, w: &[f64]) -> f64 {
    let a = sigmoid(2.0) + sigmoid(x * 2.0 - 1.0) + sigmoid(sigmoid(x));
    let b = affine(&[x, 2.0, x * x], w, 0.0) + affine(w, &[1.0, 1.0, 1.0], 1.0);
    let c = affine(&vec![x; 3], &w[..], a);
    a * b + c
}

#[differentiate]
fn result_not_used(x: f64, w: &mut [f64]) -> f64 {
    step(w, &mut [0.0, x], 0.1);
    let _ = sigmoid(x);
    w[0] * x
}

programs! {
    by_name_and_path: (x = 0.7, y = 1.3);
    affine: (&w = vec![0.5, 1.0], &x = vec![2.0, 3.0], bias = 0.25) => 4.25;
    layer -> unit: (&w = vec![0.3, 0.7, -0.4, 1.1], &bias = vec![0.1, -0.1], &x = vec![0.9, -0.6], &mut out = vec![9.0, 9.0]);
    perceptron: (&w = vec![0.3, 0.7, -0.4, 1.1, 0.8, -0.9], &bias = vec![0.1, -0.1, 0.2], &x = vec![0.9, -0.6], const h = 2);
    step: (&mut state = vec![0.3, 0.7], &mut forces = vec![-0.4, 1.1], dt = 0.1);
    steps: (&x = vec![0.3, 0.7], dt = 0.1, const n = 4);
    tuple_from_callee: (x = 0.7, y = 1.3);
    tuple_assigned_in_loop: (x = 0.7, y = 1.3, const n = 5);
    arrays_through_calls: (m = [[0.3, 0.7], [-0.4, 1.1]], v = [0.9, -0.6], const n = 3);
    vec_from_callee: (x = 0.7, &c = vec![0.3, 0.5, -0.4]);
    power: (x = 1.5, const n = 5) => 7.59375, (x = 1.5, const n = 0) => 1.0;
    tree_sum: (&w = vec![0.3, 0.7, -0.4, 1.1, 0.9], const lo = 0, const hi = 5);
    halve_in_place -> unit: (&mut w = vec![0.3, 0.7, -0.4, 1.1], a = 1.3);
    in_conditions: (x = 0.7, y = -0.3), (x = -0.7, y = 0.3);
    arguments_of_all_sorts: (x = 0.7, &w = vec![0.3, 0.5, -0.4]);
    result_not_used: (x = 0.7, &mut w = vec![0.3, 0.5]);
}
