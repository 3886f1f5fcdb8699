//! Calls that change memory where a bool or an integer is asked for: conditions, scrutinees, bounds.

use crate::differentiate;

#[differentiate]
fn doubled(v: &mut [f64]) -> bool {
    v[0] *= 2.0;
    v[0] < 10.0
}

#[differentiate]
fn counted(v: &mut [f64]) -> usize {
    v[0] *= 1.5;
    v.len() + (v[0] > 2.0) as usize
}

#[differentiate]
fn squared(s: &mut f64) -> bool {
    *s = *s * *s * 1.1;
    *s < 50.0
}

#[differentiate]
fn while_call(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    while doubled(&mut v) {
        v[0] += 0.4;
    }
    v[0]
}

#[differentiate]
fn while_call_and(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut n = 0;
    while doubled(&mut v) && n < 2 {
        v[0] += 0.4;
        n += 1;
    }
    v[0]
}

#[differentiate]
fn while_block(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut n = 0;
    while {
        n += 1;
        let t = v[0] * x[0];
        v[0] = t + 0.1;
        t < 30.0 && n < 4
    } {
        v[0] += 0.4 * n as f64;
    }
    v[0]
}

#[differentiate]
fn while_in_while(x: f64) -> f64 {
    let mut s = x;
    let mut t = 0.0;
    'outer: while squared(&mut s) {
        let mut k = 0;
        while squared(&mut s) {
            k += 1;
            if k == 2 {
                continue 'outer;
            }
            t += s;
            if t > 40.0 {
                break 'outer;
            }
        }
        t += 1.0;
    }
    s + t
}

#[differentiate]
fn while_returns(x: &mut [f64]) -> f64 {
    while doubled(x) {
        x[0] += 0.4;
        if x[0] > 7.0 {
            return x[0] * x[0];
        }
    }
    x[0]
}

#[differentiate]
fn while_compared(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    while counted(&mut v) < 3 {
        v[0] += 0.4;
    }
    v[0]
}

#[differentiate]
fn while_closure(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut step = |k: f64| {
        v[0] *= k;
        v[0] < 4.0
    };
    let mut n = 0;
    while step(x[1]) {
        n += 1;
    }
    v[0] * n as f64
}

/// The condition only looks: it stays one.
#[differentiate]
fn while_pops(x: &[f64]) -> f64 {
    let mut stack = vec![3_usize, 2, 1];
    let mut s = x[0];
    while !stack.is_empty() && s < 100.0 {
        let k: usize = stack.pop().unwrap();
        s *= x[1] * k as f64;
    }
    s
}

/// An early return in a callee leaves its `&mut` argument half done.
#[differentiate]
fn half_done(v: &mut [f64], limit: f64) -> bool {
    for i in 0..v.len() {
        v[i] *= v[i] + 0.1;
        if v[i] > limit {
            v[0] = 0.5 * v[i];
            return false;
        }
    }
    true
}

#[differentiate]
fn until_done(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut rounds = 0;
    while half_done(&mut v, 1.0) && rounds < 4 {
        v[1] += 0.4;
        rounds += 1;
    }
    v[0] + v[1] * rounds as f64
}

#[differentiate]
fn if_call(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    if !doubled(&mut v) {
        return v[0];
    }
    let again: bool = doubled(&mut v);
    if again { v[0] * v[0] } else { v[0] * x[0] }
}

/// The second call happens only if the first one allows it.
#[differentiate]
fn short_circuit(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let both = if doubled(&mut v) && doubled(&mut v) { v[0] * v[0] } else { v[0] };
    let either = if doubled(&mut v) || doubled(&mut v) { v[0] * v[0] } else { v[0] };
    both + either
}

#[differentiate]
fn integers(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut s = 0.0;
    if counted(&mut v) > 1 {
        s += v[0] * v[0];
    }
    let n = counted(&mut v);
    let m: usize = counted(&mut v);
    s += v[n % 3] * m as f64;
    for i in 0..counted(&mut v) {
        s += v[0] * i as f64;
    }
    let both: bool = doubled(&mut v) & doubled(&mut v);
    if both == true { s } else { s * v[0] }
}

#[differentiate]
fn matched(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let s = match doubled(&mut v) {
        true => v[0] * v[0],
        false => v[0],
    };
    let t = match counted(&mut v) {
        0 | 1 => v[0] * v[0],
        2..=3 => v[0] * 3.0,
        _ => v[0],
    };
    match (doubled(&mut v), counted(&mut v)) {
        (true, 1) => s * t * v[0],
        (true, n) => s * v[0] * n as f64,
        (false, _) => s - t * v[0],
    }
}

programs! {
    while_call: (&x = vec![1.0]) => 10.4;
    while_call_and: (&x = vec![1.0]);
    while_block: (&x = vec![1.2]), (&x = vec![0.3]);
    while_in_while: (x = 1.3), (x = 1.1), (x = 3.0);
    while_returns: (&mut x = vec![1.3]), (&mut x = vec![0.3]);
    while_compared: (&x = vec![0.5, 0.1]);
    while_closure: (&x = vec![0.5, 1.3]);
    while_pops: (&x = vec![0.5, 1.3]);
    half_done -> many: (&mut v = vec![0.3, 1.7, -0.4], limit = 2.0);
    until_done: (&x = vec![0.6, 0.7, 0.4]);
    if_call: (&x = vec![0.5]), (&x = vec![3.5]), (&x = vec![7.5]);
    short_circuit: (&x = vec![0.5]), (&x = vec![3.5]), (&x = vec![7.5]);
    integers: (&x = vec![0.5, 0.4, 0.7]), (&x = vec![3.5, 0.4, 0.7]);
    matched: (&x = vec![0.5]), (&x = vec![7.5]), (&x = vec![0.5, 0.4, 0.7, 0.8]);
}
