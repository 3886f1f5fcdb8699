//! Small traps: order of evaluation, variables of one name, values moved and copied, state carried in odd shapes.

use crate::differentiate;

#[differentiate]
fn order_of_evaluation(x: f64) -> f64 {
    let mut a = x;
    let b = a * {
        a = a * 3.0;
        a
    } + a;
    b * a
}

#[differentiate]
fn update_through_index_call(v: &mut [f64], i: usize) -> f64 {
    let k = (v[i] * 2.0) as usize % v.len();
    v[k] *= v[i];
    let k = (v[k].abs() * 3.0) as usize % v.len();
    v[k] += v[i];
    v[k] * v[0]
}

#[differentiate]
fn loop_carries_many(x: f64, n: usize) -> f64 {
    let (mut a, mut b, mut c) = (x, 1.0, 0.0);
    for i in 0..n {
        let t = a;
        a = b * x;
        if i % 2 == 0 {
            b = t + c;
        } else {
            c = t * b;
        }
        (b, c) = (c + 0.1, b);
    }
    a + 2.0 * b + 3.0 * c
}

#[differentiate]
fn assigned_in_one_arm(x: f64, n: usize) -> f64 {
    let mut last = 0.0;
    let mut s = 0.0;
    for i in 0..n {
        if i == 1 {
            last = x * x;
        }
        s += last * i as f64;
    }
    s + last
}

#[differentiate]
fn early_in_while(x: f64) -> f64 {
    let mut a = x;
    while a < 10.0 {
        if a > 4.0 {
            return a * x;
        }
        let mut k = 0;
        while k < 3 {
            a += 0.3 * x;
            k += 1;
            if a > 3.0 {
                break;
            }
        }
        a *= 1.1;
    }
    a
}

#[differentiate]
fn arrays_of_arrays_moved(x: f64) -> f64 {
    let a = [x, 2.0 * x];
    let mut m = [a, a];
    m[0][1] *= x;
    let b = m;
    m[1] = b[0];
    let [p, q] = m;
    p[1] * q[1] + b[1][0]
}

#[differentiate]
fn tuple_state(x: f64, n: usize) -> f64 {
    let mut state = (x, [1.0, x], 0);
    for k in 0..n {
        state.0 += state.1[k % 2] * 0.5;
        state.1[(k + 1) % 2] *= state.0;
        state.2 += k;
    }
    state.0 * state.1[0] + state.2 as f64 * state.1[1]
}

#[differentiate]
fn view_in_loop(v: &mut [f64], n: usize) {
    for k in 0..n {
        let w = &mut v[k..];
        w[0] *= w[1];
        let (a, b) = w.split_at_mut(1);
        b[0] += a[0] * 0.5;
    }
}

#[differentiate]
fn shadow_in_loop(x: f64, n: usize) -> f64 {
    let mut s = 0.0;
    let x = x * 2.0;
    for i in 0..n {
        let x = x + i as f64;
        let s2 = s * x;
        s = s2 + x;
    }
    s * x
}

#[differentiate]
fn min_max_chain(x: &[f64]) -> f64 {
    let mut top = f64::NEG_INFINITY;
    let mut second = f64::NEG_INFINITY;
    for &v in x {
        if v > top {
            second = top;
            top = v;
        } else if v > second {
            second = v;
        }
    }
    top * second
}

#[differentiate]
fn copy_struct_like(x: [f64; 3]) -> [f64; 3] {
    let mut out = x;
    let saved = out;
    for i in 0..3 {
        out[i] = saved[(i + 1) % 3] * out[i];
    }
    out
}

#[differentiate]
fn if_let_range(x: f64, n: usize) -> f64 {
    let y = if n > 2 && x > 0.0 || n == 0 { x.ln() } else { x };
    let z = if !(n > 2) { y } else { y * y };
    z
}

#[differentiate]
fn step_up(x: f64, k: u32) -> f64 {
    match k {
        0 => x,
        _ => step_up(x * 1.1 + 0.1, k - 1) * x,
    }
}

#[differentiate]
fn triple_nest(m: &mut [[[f64; 2]; 2]; 2]) -> f64 {
    let mut s = 0.0;
    for i in 0..2 {
        for j in 0..2 {
            for k in 0..2 {
                m[i][j][k] += m[k][i][j] * 0.5;
                s += m[j][k][i] * m[i][j][k];
            }
        }
    }
    s
}

programs! {
    order_of_evaluation: (x = 0.7);
    update_through_index_call: (&mut v = vec![0.7, 1.3, 0.4], const i = 1);
    loop_carries_many: (x = 0.7, const n = 5);
    assigned_in_one_arm: (x = 0.7, const n = 4), (x = 0.7, const n = 1);
    early_in_while: (x = 0.7), (x = 5.0), (x = 11.0);
    arrays_of_arrays_moved: (x = 0.7);
    tuple_state: (x = 0.7, const n = 4);
    view_in_loop -> unit: (&mut v = vec![0.7, 1.3, 0.4, 0.5], const n = 3);
    shadow_in_loop: (x = 0.7, const n = 3);
    min_max_chain: (&x = vec![0.7, 0.3, 0.9, 0.8]);
    copy_struct_like -> many: (x = [0.7, 0.3, 0.9]);
    if_let_range: (x = 0.7, const n = 3), (x = 0.7, const n = 1);
    step_up: (x = 0.7, const k = 3);
    triple_nest: (&mut m = [[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6], [0.7, 0.8]]]);
}
