//! Several directions at once give what each gives alone, to the last bit: all forms of tangents, and numbers of columns that are no multiple
//! of the number of lanes.

use autodiff_macros::differentiate;
use differentiate::{Differentiable, Real, Tensor};

/// Each column of a Jacobian is the directional derivative along one float. That with respect to a float is a single one.
#[track_caller]
fn same_columns(jacobian: &Tensor, column: impl Fn(&[f64]) -> Vec<f64>) {
    let columns = jacobian.shape().get(1).copied().unwrap_or(1);
    let floats = jacobian.to_vec();
    for k in 0..columns {
        let mut unit = vec![0.0; columns];
        unit[k] = 1.0;
        let column = column(&unit);
        assert_eq!(column.len(), jacobian.shape()[0]);
        for (i, float) in column.iter().enumerate() {
            let found = floats[i * columns + k];
            assert_eq!(float.to_bits(), found.to_bits(), "row {i}, column {k}: {float} and {found}");
        }
    }
}

/// Rows to rounding: reverse mode adds up in another order.
#[track_caller]
fn near(a: &[f64], b: &[f64]) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() <= 1e-13 * b.abs().max(1.0), "{a} and {b}");
    }
}

fn points(n: usize) -> Vec<f64> {
    (0..n).map(|i| 0.4 + ((3 * i) as f64).sin().abs()).collect()
}

/// Memory of all sorts: pushed to, overwritten, swapped, split, copied.
#[differentiate]
fn memory(x: &[f64]) -> Vec<f64> {
    let n = x.len();
    let mut out = Vec::new();
    let mut buffer = vec![0.0; n];
    buffer.copy_from_slice(x);
    buffer.swap(0, n - 1);
    for i in 1..n {
        buffer[i] += buffer[i - 1] * 0.5;
        buffer[i] *= x[n - 1 - i];
        out.push(buffer[i].exp() - 1.0 / x[i]);
    }
    let (low, high) = buffer.split_at_mut(n / 2);
    low[0] = high[0].sin();
    let mut pair = [low[0], 3.0];
    let before = std::mem::replace(&mut pair[1], x[0]);
    out.push(pair[0] * pair[1] + before);
    out.push(-x[0].ln().tanh());
    out.push(2.0);
    out
}

#[test]
fn columns_of_memory() {
    for n in [2, 3, 4, 5, 8, 9] {
        let x = points(n);
        let jacobian = memory::jacobian_fwd(&x);
        same_columns(&jacobian, |unit| memory::jvp(&x, unit).1);
        near(&jacobian.to_vec(), &memory::jacobian_rev(&x).to_vec());
    }
}

/// Kinks, ends of domains, and branches: guards look at each direction.
#[differentiate]
fn kinks(x: &[f64]) -> Vec<f64> {
    let mut out = vec![x[0].sqrt(), x[1].abs(), x[2].max(x[3]), x[4].cbrt(), x[0].hypot(x[5])];
    for v in x {
        out.push(if *v > 0.5 { v.sqrt() } else { 0.0 });
        out.push(v.powf(0.5) + v.clamp(0.1, 0.6) + v.powi(0) + v.signum());
    }
    out
}

#[test]
fn columns_at_kinks() {
    let x = [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.7];
    let jacobian = kinks::jacobian_fwd(&x);
    same_columns(&jacobian, |unit| kinks::jvp(&x, unit).1);
    assert_eq!((jacobian[[0, 0]], jacobian[[0, 1]], jacobian[[1, 1]]), (f64::INFINITY, 0.0, 0.0));
    assert_eq!((jacobian[[2, 2]], jacobian[[2, 3]]), (1.0, 0.0));
}

#[differentiate]
fn scaled(x: &[f64], k: f64) -> Vec<f64> {
    x.iter().map(|v| v * k).collect()
}

#[differentiate]
fn turned(state: &mut [f64], #[constant] angle: f64, h: f64) {
    for v in state.iter_mut() {
        *v = *v * angle.cos() + h * v.sin();
    }
}

/// What runs one direction after the other, with memory that it changes.
#[differentiate]
fn shifted(state: &mut [f64], pair: &Pair) {
    for v in state.iter_mut() {
        *v = *v * pair.left + pair.right[1] * pair.right[0];
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Pair {
    left: f64,
    right: [f64; 2],
}

/// Calls: of what knows lanes and of what does not, with constants, with parts of memory, with structs handed through.
#[differentiate]
fn calls(x: &[f64], pair: &Pair) -> Vec<f64> {
    let mut state: Vec<f64> = scaled(&x[1..], x[0]);
    turned(&mut state[1..], 0.3, x[0]);
    shifted(&mut state, pair);
    turned(&mut state, 0.2, 1.5);
    let mut out: Vec<f64> = scaled(&state, 2.0);
    out.extend_from_slice(&state);
    out
}

#[test]
fn columns_through_calls() {
    let (x, pair) = (points(6), Pair { left: 0.8, right: [0.3, 0.6] });
    let (by_x, by_pair) = calls::jacobian_fwd(&x, &pair);
    let zero = || PairGrad { left: 0.0, right: [0.0; 2] };
    same_columns(&by_x, |unit| calls::jvp(&x, &pair, unit, &zero()).1);
    let unit_pair = |unit: &[f64]| PairGrad { left: unit[0], right: [unit[1], unit[2]] };
    same_columns(&by_pair, |unit| calls::jvp(&x, &pair, &[0.0; 6], &unit_pair(unit)).1);
}

type Table = [[f64; 2]; 2];

/// An index into what a name stands for may be the user's own, which lanes have not.
#[differentiate]
fn aliased(table: &Table, k: f64) -> [f64; 2] {
    [table[0][1] * k, (table[1][0] + table[0][0]).sin()]
}

#[derive(Clone, Debug, Differentiable)]
struct Triple {
    x: f64,
    y: f64,
    z: f64,
}

#[differentiate]
impl std::ops::Index<usize> for Triple {
    type Output = f64;

    fn index(&self, i: usize) -> &f64 {
        match i {
            0 => &self.x,
            1 => &self.y,
            _ => &self.z,
        }
    }
}

#[differentiate]
fn elements(triple: &Triple, k: f64) -> [f64; 2] {
    let mut out = [0.0; 2];
    for i in 0..2 {
        out[i] = triple[i] * k + triple[2];
    }
    out
}

#[differentiate]
fn indexed(x: &[f64], triple: &Triple) -> Vec<f64> {
    let table = [[x[0], x[1] * x[2]], [x[3], 0.5]];
    let a: [f64; 2] = aliased(&table, x[4]);
    let b: [f64; 2] = elements(triple, a[0]);
    vec![a[0] * b[0], a[1], b[1], x[0]]
}

#[test]
fn columns_through_indices() {
    let (x, triple) = (points(5), Triple { x: 0.2, y: 0.7, z: -0.4 });
    let (by_x, by_triple) = indexed::jacobian_fwd(&x, &triple);
    let zero = || TripleGrad { x: 0.0, y: 0.0, z: 0.0 };
    same_columns(&by_x, |unit| indexed::jvp(&x, &triple, unit, &zero()).1);
    let unit_triple = |unit: &[f64]| TripleGrad { x: unit[0], y: unit[1], z: unit[2] };
    same_columns(&by_triple, |unit| indexed::jvp(&x, &triple, &[0.0; 5], &unit_triple(unit)).1);
    near(&by_x.to_vec(), &indexed::jacobian_rev(&x, &triple).0.to_vec());
    near(&by_triple.to_vec(), &indexed::jacobian_rev(&x, &triple).1.to_vec());
}

#[differentiate]
fn generic<T: Real>(x: &[T], k: T) -> Vec<T> {
    let mut out = x.to_vec();
    for i in 0..x.len() {
        out[i] = x[i].sqrt() * k + (x[x.len() - 1 - i] - x[i]).exp() / k;
    }
    out
}

#[differentiate]
fn precise(x: &[f32], y: &[f64]) -> Vec<f64> {
    let first: f32 = x[0] * x[1].sin() + y[0] as f32;
    vec![f64::from(first) * y[1], x[2] as f64 + y[2]]
}

#[test]
fn both_floats() {
    let x = points(5);
    let (by_x, by_k) = generic::jacobian_fwd(&x, 0.7);
    same_columns(&by_x, |unit| generic::jvp(&x, 0.7, unit, 0.0).1);
    same_columns(&by_k, |unit| generic::jvp(&x, 0.7, &[0.0; 5], unit[0]).1);
    let narrow: Vec<f32> = x.iter().map(|v| *v as f32).collect();
    let (in_f32, in_f64) = (generic::jacobian_fwd(&narrow, 0.7_f32).0, by_x.to_vec());
    assert!(in_f32.to_vec().iter().zip(&in_f64).all(|(a, b)| (f64::from(*a) - b).abs() < 1e-4));
    let (by_x, by_y) = precise::jacobian_fwd(&narrow[..3], &x[..3]);
    let as_f32 = |unit: &[f64]| unit.iter().map(|v| *v as f32).collect::<Vec<_>>();
    same_columns(&by_x, |unit| precise::jvp(&narrow[..3], &x[..3], &as_f32(unit), &[0.0; 3]).1);
    same_columns(&by_y, |unit| precise::jvp(&narrow[..3], &x[..3], &[0.0; 3], unit).1);
}

/// Options, tuples, early exits, loops whose ends depend on the values.
#[differentiate]
fn choices(x: &[f64], last: Option<f64>) -> Vec<f64> {
    let mut out = vec![0.0; 2];
    let mut y = x[0];
    let (mut low, mut high) = (x[0], x[1]);
    for v in x {
        if y > 5.0 {
            break;
        }
        y = y * v + 1.0;
        (low, high) = if low < high { (high * v, low) } else { (low, high + v) };
    }
    if let Some(last) = last {
        y *= last;
    }
    out[0] = y;
    out[1] = low * high;
    out
}

#[test]
fn columns_of_choices() {
    let x = points(7);
    for last in [Some(0.3), None] {
        let (by_x, by_last) = choices::jacobian_fwd(&x, last);
        let zero = last.map(|_| 0.0);
        same_columns(&by_x, |unit| choices::jvp(&x, last, unit, zero).1);
        same_columns(&by_last, |unit| choices::jvp(&x, last, &[0.0; 7], unit.first().copied()).1);
        near(&by_x.to_vec(), &choices::jacobian_rev(&x, last).0.to_vec());
    }
}
