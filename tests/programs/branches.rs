//! `if` and `match`, as statements and as values.

use crate::differentiate;

#[differentiate]
fn piecewise(x: f64) -> f64 {
    if x < -1.0 {
        -x
    } else if x < 1.0 {
        x * x * x
    } else {
        let y = x.ln();
        1.0 + y * y
    }
}

#[differentiate]
fn guarded(x: f64) -> f64 {
    if x > 0.0 { x.sqrt() } else { 0.0 }
}

#[differentiate]
fn branch_as_operand(x: f64, y: f64) -> f64 {
    let slope = if x > y { 2.0 } else { y };
    slope * if y > 0.0 { x } else { -x * y } + (if x > 0.0 { x.exp() } else { 1.0 })
}

#[differentiate]
fn branch_without_else(x: f64, y: f64) -> f64 {
    let mut s = x * y;
    if s > 0.0 {
        s = s.sqrt();
    }
    if s < 0.0 {
        s *= x;
        if y > 1.0 {
            s -= y;
        }
    }
    s
}

#[differentiate]
fn several_values(x: f64, y: f64) -> f64 {
    let (low, high) = if x < y { (x, y) } else { (y, x) };
    let (a, b, c);
    if high > 1.0 {
        (a, b) = (low * high, high);
        c = 3;
    } else {
        a = low;
        b = 1.0;
        c = 4;
    }
    a / b + c as f64 * low
}

#[differentiate]
fn on_integer(x: f64, n: i32) -> f64 {
    match n {
        0 => 1.0,
        1 => x,
        2 | 3 => x * x,
        4..=9 => x.powi(n) / 100.0,
        i32::MIN..=-1 => x.recip(),
        n if n % 2 == 0 => x.sin() * n as f64,
        _ => (x * n as f64).cos(),
    }
}

#[differentiate]
fn on_bool(x: f64, flag: bool) -> f64 {
    let y = match flag {
        true => x * x,
        false => 2.0 * x,
    };
    match x > y {
        true => y.exp(),
        false => y - x,
    }
}

#[differentiate]
fn on_tuple(x: f64, y: f64) -> f64 {
    match (x > 0.0, y > 0.0) {
        (true, true) => x * y,
        (true, false) => x - y,
        (false, _) => x * x + y,
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kernel {
    Linear,
    Gaussian,
    Cauchy,
}

#[differentiate]
fn on_enum(#[constant] kind: Kernel, x: f64, width: f64) -> f64 {
    let r = x / width;
    match kind {
        Kernel::Linear => r,
        Kernel::Gaussian => (-0.5 * r * r).exp(),
        Kernel::Cauchy => {
            let q = 1.0 + r * r;
            q.recip()
        }
    }
}

#[differentiate]
fn match_assigns(x: f64, steps: &[u8]) -> f64 {
    let mut s = x;
    let mut t = 1.0;
    for step in steps {
        match step {
            0 => s *= x,
            1 => {
                s += t;
                t *= s;
            }
            2 => {}
            _ => t = s.sin(),
        }
    }
    s * t
}

#[differentiate]
fn nested_decisions(x: f64, y: f64, z: f64) -> f64 {
    let mut s = 0.0;
    if x > 0.0 {
        if y > 0.0 {
            s += x * y;
        } else {
            let t = if z > 0.0 { z * z } else { y };
            s -= t * x;
        }
        s *= z;
    } else if y > z {
        s = y - z;
    }
    s + x
}

/// The arm that ran is known only from values that are overwritten afterwards.
#[differentiate]
fn condition_overwritten(x: f64, n: usize) -> f64 {
    let mut a = x;
    for _ in 0..n {
        if a > 1.0 {
            a = a * 0.5 + 0.1 * x;
        } else {
            a = a * a + x;
        }
    }
    a
}

#[differentiate]
fn huber(r: f64, delta: f64) -> f64 {
    let a = r.abs();
    if a <= delta { 0.5 * r * r } else { delta * (a - 0.5 * delta) }
}

#[differentiate]
fn impossible(x: f64, n: usize) -> f64 {
    match n {
        0 => x * x,
        1 => x.exp(),
        _ => panic!("no such order: {n}"),
    }
}

#[differentiate]
fn unreachable_arm(x: f64, n: usize) -> f64 {
    let y = if n < 3 { x * n as f64 } else { unreachable!() };
    y * y
}

programs! {
    piecewise: (x = -2.0) => 2.0, (x = 0.5) => 0.125, (x = 3.0);
    guarded: (x = 4.0) => 2.0, (x = -1.0) => 0.0;
    branch_as_operand: (x = 0.7, y = 0.3), (x = 0.3, y = 0.7), (x = -0.3, y = -0.7);
    branch_without_else: (x = 0.7, y = 0.3), (x = -0.7, y = 0.3), (x = -0.7, y = 1.3);
    several_values: (x = 0.7, y = 1.3), (x = 0.7, y = 0.3);
    on_integer:
        (x = 0.7, const n = 0), (x = 0.7, const n = 1), (x = 0.7, const n = 3), (x = 0.7, const n = 5),
        (x = 0.7, const n = -4), (x = 0.7, const n = 12), (x = 0.7, const n = 13);
    on_bool: (x = 0.7, const flag = true), (x = 0.7, const flag = false);
    on_tuple: (x = 0.7, y = 0.3), (x = 0.7, y = -0.3), (x = -0.7, y = -0.3);
    on_enum:
        (const kind = Kernel::Linear, x = 0.7, width = 2.0) => 0.35, (const kind = Kernel::Gaussian, x = 0.7, width = 2.0),
        (const kind = Kernel::Cauchy, x = 1.0, width = 2.0) => 0.8;
    match_assigns: (x = 0.7, const &steps = vec![0, 1, 1, 3, 2, 0, 1]), (x = 0.7, const &steps = vec![]) => 0.7;
    nested_decisions:
        (x = 0.7, y = 0.3, z = 0.4), (x = 0.7, y = -0.3, z = 0.4), (x = 0.7, y = -0.3, z = -0.4), (x = -0.7, y = 0.5, z = 0.4),
        (x = -0.7, y = -0.3, z = 0.4) => -0.7;
    condition_overwritten: (x = 0.7, const n = 6);
    huber: (r = 0.3, delta = 1.0), (r = -3.0, delta = 1.0) => 2.5;
    impossible: (x = 0.7, const n = 0), (x = 0.7, const n = 1);
    unreachable_arm: (x = 0.7, const n = 2);
}
