//! Several rows of a Hessian at once are what a row alone is, to the last bit, and those of one run and of another fit together: all forms of
//! records and adjoints, and numbers of rows that are no multiple of the number of lanes.

use autodiff_macros::differentiate;
use differentiate::Tensor;

/// Each row of a Hessian is its product with a unit; the matrix is symmetric to rounding.
#[track_caller]
fn same_rows(hessian: &Tensor, hvp: impl Fn(&[f64]) -> Vec<f64>) {
    let n = hessian.shape()[0];
    let floats = hessian.to_vec();
    for k in 0..n {
        let mut unit = vec![0.0; n];
        unit[k] = 1.0;
        let row = hvp(&unit);
        assert_eq!(row.len(), n);
        for (i, float) in row.iter().enumerate() {
            let (found, transposed) = (floats[k * n + i], floats[i * n + k]);
            assert!(float.to_bits() == found.to_bits() || float.is_nan() && found.is_nan(), "{k}, {i}: {float} and {found}");
            // Where a slope is infinite, zero times that depends on the side.
            let is_symmetric = (found - transposed).abs() <= 1e-11 * found.abs().max(1.0);
            assert!(is_symmetric || !found.is_finite() || !transposed.is_finite(), "{k}, {i}: {found}, {transposed}");
        }
    }
}

fn points(n: usize) -> Vec<f64> {
    (0..n).map(|i| 0.4 + ((3 * i) as f64).sin().abs()).collect()
}

/// Functions of a slice, each checked for several lengths.
macro_rules! of_slices {
    ($($f:ident $($n:literal)+;)+) => {$(
        #[test]
        fn $f() {
            for n in [$($n),+] {
                let x = points(n);
                same_rows(&self::functions::$f::hessian(&x), |unit| self::functions::$f::hvp(&x, unit));
            }
        }
    )+};
}

of_slices! {
    rosenbrock 2 3 4 5 8 9 17 30;
    memory 4 5 9;
    rewound 5 8;
    branches 3 6 7;
    kinks 7 9;
    early 6 9;
    bisected 5;
    logged 5 8;
    sums 9 20;
    chains 5 9;
    captured 5 6;
    pairs 4 6;
    resized 5 7;
    constants 5;
    chosen 6;
    ordered 5;
}

mod functions {
    use super::differentiate;

    #[differentiate(order = 2)]
    pub(super) fn rosenbrock(x: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 0..x.len() - 1 {
            let d = x[i + 1] - x[i] * x[i];
            sum += 100.0 * d * d + (1.0 - x[i]).powi(2);
        }
        sum
    }

    /// Memory that is overwritten, swapped, split, copied, filled.
    #[differentiate(order = 2)]
    pub(super) fn memory(x: &[f64]) -> f64 {
        let n = x.len();
        let mut buffer = vec![0.0; n];
        buffer.copy_from_slice(x);
        buffer.swap(0, n - 1);
        let mut out = Vec::new();
        for i in 1..n {
            buffer[i] += buffer[i - 1] * 0.5;
            buffer[i] *= x[n - 1 - i];
            out.push(buffer[i].exp() - 1.0 / x[i]);
        }
        let (low, high) = buffer.split_at_mut(n / 2);
        low[0] = high[0].sin() * low[1];
        let mut pair = [low[0], 3.0];
        let before = std::mem::replace(&mut pair[1], x[0] * x[1]);
        let mut rest = [x[2]; 3];
        rest[1..].fill(before * x[0]);
        out.iter().sum::<f64>() * pair[0] * pair[1] + rest[2] * rest[0]
    }

    /// What is overwritten is recorded and put back.
    #[differentiate(order = 2)]
    pub(super) fn rewound(x: &[f64]) -> f64 {
        let mut u = x.to_vec();
        for _ in 0..3 {
            for i in 1..u.len() - 1 {
                let bend = u[i - 1] - 2.0 * u[i] + u[i + 1];
                u[i] += 0.1 * bend * bend;
                if u[i] > 1.0 {
                    u[i] = u[i].sqrt();
                }
            }
        }
        u.iter().zip(x).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }

    #[differentiate(order = 2)]
    pub(super) fn branches(x: &[f64]) -> f64 {
        let (mut low, mut high, mut y) = (x[0], x[1], 0.0);
        for v in x {
            (low, high) = if low < high { (high * v, low) } else { (low, high + v * v) };
            y += match (*v * 10.0) as i32 {
                0..=5 => v.sin() * low,
                6 | 7 => 0.0,
                k if k % 2 == 0 => v.powi(k),
                _ => high / v,
            };
        }
        y * low
    }

    /// Guards of infinite slopes look at each direction.
    #[differentiate(order = 2)]
    pub(super) fn kinks(x: &[f64]) -> f64 {
        let zero = x[0] - x[0];
        let mut sum = (x[1] - x[1] + zero).sqrt() * x[2] + (x[1] * zero).cbrt() * x[3];
        sum += zero.abs() + x[2].max(x[3]) * x[4] + zero.hypot(x[5]) + zero.powf(1.5);
        for v in x {
            sum += if *v > 0.5 { v.sqrt() } else { 0.0 };
            sum += v.powf(2.5) + v.clamp(0.1, 0.6) * v + v.powi(0) + v.signum() * v.min(0.7);
        }
        sum
    }

    #[differentiate(order = 2)]
    pub(super) fn early(x: &[f64]) -> f64 {
        let mut y = x[0];
        for (i, v) in x.iter().enumerate() {
            if y > 5.0 {
                return y * x[1];
            }
            if i == 2 {
                continue;
            }
            y = y * (v + 1.0) + v.ln();
        }
        y.tanh()
    }

    /// A loop whose end depends on the values.
    #[differentiate(order = 2)]
    pub(super) fn bisected(x: &[f64]) -> f64 {
        let mut y = x[0];
        let mut rounds = 0;
        while y * y < 30.0 && rounds < 40 {
            y = y * (1.0 + x[1] * x[2]) + x[3].sin() * x[4];
            rounds += 1;
        }
        y
    }

    /// Ranges that are logged, and numbers recorded in loops.
    #[differentiate(order = 2)]
    pub(super) fn logged(x: &[f64]) -> f64 {
        let n = x.len();
        let (mut a, mut b) = (x.to_vec(), vec![0.0; n]);
        for _ in 0..4 {
            for i in 1..n - 1 {
                b[i] = a[i] + 0.2 * (a[i - 1] - 2.0 * a[i] + a[i + 1]) * a[i];
            }
            for i in 1..n - 1 {
                a[i] = b[i].tanh() + x[i];
            }
        }
        let mut product = 1.0;
        for v in &a {
            product *= 0.5 + v;
        }
        product
    }

    /// Loops that are taken apart, and sums in lanes.
    #[differentiate(order = 2)]
    pub(super) fn sums(x: &[f64]) -> f64 {
        let largest = x.iter().fold(f64::NEG_INFINITY, |a, v| a.max(*v));
        let sum: f64 = x.iter().map(|v| (x[0] * (v - largest)).exp()).sum();
        let (mut first, mut second) = (0.0, 0.0);
        for i in 0..x.len() {
            first += x[i] * x[1];
            second += x[i] * x[i] / sum;
        }
        sum.ln() * first + second.sqrt() + largest
    }

    #[differentiate(order = 2)]
    pub(super) fn chains(x: &[f64]) -> f64 {
        let squares: Vec<f64> = x.iter().filter(|v| **v > 0.5).map(|v| v * v).collect();
        let windows: f64 = x.windows(2).rev().map(|w| w[0] / w[1]).take(5).sum();
        squares.iter().zip(x.iter().skip(1)).fold(windows, |a, (s, v)| a * 0.5 + s * v)
    }

    #[differentiate(order = 2)]
    pub(super) fn captured(x: &[f64]) -> f64 {
        let scale = x[0] * x[1];
        let bend = |v: f64| (v * scale).sin() / (1.0 + v * v);
        x.iter().map(|v| bend(*v)).product::<f64>() + bend(scale)
    }

    #[differentiate(order = 2)]
    pub(super) fn pairs(x: &[f64]) -> f64 {
        let table = [[x[0], x[1] * x[2]], [x[3], 0.5]];
        let mut rows = vec![[0.0; 2]; 2];
        for i in 0..2 {
            rows[i] = [table[i][1], table[1 - i][0] * x[i]];
        }
        let (a, b) = (rows[0], rows[1]);
        a[0] * b[1] + a[1].exp() * b[0]
    }

    #[differentiate(order = 2)]
    pub(super) fn resized(x: &[f64]) -> f64 {
        let mut stack = vec![x[0]];
        for v in x {
            stack.push(v * stack[stack.len() - 1]);
            if stack.len() > 3 {
                let last = stack.pop().unwrap_or(0.0);
                stack[0] += last * v;
            }
        }
        stack.iter().map(|v| v.sqrt()).sum()
    }

    /// Literals where adjoints and tangents are zero.
    #[differentiate(order = 2)]
    pub(super) fn constants(x: &[f64]) -> f64 {
        let (mut a, mut b) = (0.0, 1.0);
        for i in 0..3 {
            if i == 1 {
                a = 2.0;
                b = x[i] * x[4];
            }
            a = a * b + if x[i] > 10.0 { x[i] } else { 0.0 };
        }
        let mut flat = [0.0; 4];
        flat[1] = x[2] * a;
        flat[2] = 3.0;
        flat.iter().sum::<f64>() * x[0]
    }

    #[differentiate(order = 2)]
    pub(super) fn chosen(x: &[f64]) -> f64 {
        let part = if x[0] > x[1] { &x[..3] } else { &x[3..] };
        let best = x.iter().copied().fold(x[0], f64::min);
        part[0] * part[1] * part[2] + best * best
    }

    #[differentiate(order = 2)]
    pub(super) fn ordered(x: &[f64]) -> f64 {
        let mut sorted = x.to_vec();
        sorted.sort_by(|a, b| a.total_cmp(b));
        sorted[1] * sorted[2].exp() + sorted[sorted.len() - 1].powi(3)
    }
}

/// Parameters of all sorts, constants among them.
#[differentiate(order = 2)]
fn several(a: [f64; 2], rows: &[[f64; 3]], #[constant] data: &[f64], b: Vec<f64>, n: usize, c: f64) -> f64 {
    let mut b = b;
    let mut sum = c * a[0];
    for (i, row) in rows.iter().enumerate() {
        b[i % n] *= row[0] * c;
        sum += (row[1] - a[1] * data[i]).powi(2) * row[2];
    }
    sum * b.iter().sum::<f64>()
}

#[test]
fn parameters_of_all_sorts() {
    let (a, rows, data) = ([0.3, -0.7], [[0.1, 0.5, 0.9], [1.2, -0.4, 0.8]], [2.0, -1.0]);
    let (b, c) = (vec![0.4, 0.6, -0.2], 1.3);
    let blocks = several::hessian(a, &rows, &data, b.clone(), 3, c);
    let units = |k: usize| {
        let unit = |at: usize| if at == k { 1.0 } else { 0.0 };
        let rows: Vec<[f64; 3]> = (0..2).map(|r| std::array::from_fn(|i| unit(2 + 3 * r + i))).collect();
        ([unit(0), unit(1)], rows, (0..3).map(|i| unit(8 + i)).collect::<Vec<_>>(), unit(11))
    };
    let row = |k: usize| {
        let (a_dot, rows_dot, b_dot, c_dot) = units(k);
        several::hvp(a, &rows, &data, b.clone(), 3, c, a_dot, &rows_dot, b_dot, c_dot)
    };
    let bits = |floats: &[f64]| floats.iter().map(|float| float.to_bits()).collect::<Vec<_>>();
    let (of_a, of_rows, of_b, of_c) = blocks;
    for k in 0..2 {
        let (a_row, rows_row, b_row, c_row) = row(k);
        assert_eq!(bits(&of_a.0[k]), bits(&a_row));
        assert_eq!(bits(&of_a.1.to_vec()[6 * k..][..6]), bits(rows_row.as_flattened()));
        assert_eq!(bits(&of_a.2.to_vec()[3 * k..][..3]), bits(&b_row));
        assert_eq!(of_a.3[k].to_bits(), c_row.to_bits());
    }
    for k in 0..6 {
        let (a_row, rows_row, ..) = row(2 + k);
        assert_eq!(bits(&of_rows.0.to_vec()[2 * k..][..2]), bits(&a_row));
        assert_eq!(bits(&of_rows.1.to_vec()[6 * k..][..6]), bits(rows_row.as_flattened()));
    }
    for k in 0..3 {
        assert_eq!(bits(&of_b.2.to_vec()[3 * k..][..3]), bits(&row(8 + k).2));
    }
    let (a_row, _, b_row, c_row) = row(11);
    assert_eq!((bits(&of_c.0), bits(&of_c.2.to_vec()), of_c.3.to_bits()), (bits(&a_row), bits(&b_row), c_row.to_bits()));
}

/// Both floats in one function; what is returned is an `f32`.
#[differentiate(order = 2)]
fn precise(x: &[f32], y: [f64; 3]) -> f32 {
    let mut sum = x[0] * x[1].sin() + y[0] as f32;
    for (a, b) in x.iter().zip(y) {
        sum += a * (b * b.exp()) as f32;
    }
    sum
}

#[test]
fn both_floats() {
    let (x, y) = ([0.4_f32, 1.1, 0.3, -0.6, 0.2], [0.5, -0.3, 1.2]);
    let (of_x, of_y) = precise::hessian(&x, y);
    let wide = |floats: Vec<f32>| floats.into_iter().map(f64::from).collect::<Vec<_>>();
    for k in 0..5 {
        let mut unit = [0.0_f32; 5];
        unit[k] = 1.0;
        let (by_x, by_y) = precise::hvp(&x, y, &unit, [0.0; 3]);
        assert_eq!(of_x.0.to_vec()[5 * k..][..5], wide(by_x));
        assert_eq!(of_x.1.to_vec()[3 * k..][..3], by_y);
    }
    for k in 0..3 {
        let mut unit = [0.0; 3];
        unit[k] = 1.0;
        let (by_x, by_y) = precise::hvp(&x, y, &[0.0; 5], unit);
        assert_eq!(of_y.0.to_vec()[5 * k..][..5], wide(by_x));
        assert_eq!(of_y.1[k], by_y);
    }
}
