//! `break`, `continue` and early `return`, anywhere and nested.

use crate::differentiate;

#[differentiate]
fn break_on_value(x: &[f64], limit: f64) -> f64 {
    let mut s = 0.0;
    for &v in x {
        s += v * v;
        if s > limit {
            s -= limit;
            break;
        }
        s *= 1.1;
    }
    s
}

#[differentiate]
fn continue_on_value(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for i in 0..x.len() {
        if x[i] < 0.0 {
            continue;
        }
        s += x[i] * s;
        if i % 2 == 0 {
            continue;
        }
        s = s.sin();
    }
    s
}

#[differentiate]
fn labelled(m: &[[f64; 3]], limit: f64) -> f64 {
    let mut s = 0.0;
    'rows: for row in m {
        for &v in row {
            if v < 0.0 {
                continue 'rows;
            }
            s += v * v * v;
            if s > limit {
                break 'rows;
            }
        }
        s *= 2.0;
    }
    s
}

#[differentiate]
fn early_return(x: f64, y: f64) -> f64 {
    if x < 0.0 {
        return -x * y;
    }
    let s = x.sqrt();
    if s > y {
        return s - y;
    }
    s * y
}

#[differentiate]
fn return_from_loop(x: &[f64], target: f64) -> f64 {
    let mut s = 0.0;
    for (i, v) in x.iter().enumerate() {
        let before = s;
        s += v.exp();
        if s > target {
            return i as f64 + (target - before) / (s - before);
        }
    }
    s
}

#[differentiate]
fn return_from_nest(m: &[[f64; 3]], k: usize) -> f64 {
    let mut p = 1.0;
    for (i, row) in m.iter().enumerate() {
        for j in 0..3 {
            p *= row[j];
            if i + j == k {
                if p < 0.0 {
                    return p * p;
                }
                break;
            }
        }
        if p.abs() < 1e-3 {
            return p.sin();
        }
        p += 1.0;
    }
    p
}

#[differentiate]
fn loop_until(x: f64, y: f64) -> f64 {
    let mut a = x;
    let mut count = 0;
    loop {
        count += 1;
        if count > 20 {
            return a * y;
        }
        if a > y {
            break;
        }
        if count % 3 == 0 {
            a += 0.5;
            continue;
        }
        a = a * 1.2 + 0.1 * y;
    }
    a - y
}

#[differentiate]
fn while_with_exits(x: f64, n: usize) -> f64 {
    let mut s = x;
    let mut i = 0;
    while i < n {
        i += 1;
        if i == 2 {
            continue;
        }
        s = s * s - 0.3;
        if s < -0.2 {
            break;
        }
    }
    s * i as f64
}

#[differentiate]
fn exits_in_match(x: f64, program: &[u8]) -> f64 {
    let mut s = x;
    for &op in program {
        s = match op {
            0 => s * x,
            1 => continue,
            2 => break,
            3 => return s.exp(),
            _ => {
                if s > 1.0 {
                    continue;
                }
                s + 1.0
            }
        };
        s *= 1.5;
    }
    s
}

#[differentiate]
fn stores_before_exit(x: &mut [f64], limit: f64) -> f64 {
    for i in 1..x.len() {
        x[i] *= x[i - 1];
        if x[i] > limit {
            x[0] = limit * x[i];
            return x[0] + x[i];
        }
        x[i] += 1.0;
    }
    x[0]
}

#[differentiate]
fn returns_nothing(x: &mut [f64], a: f64) {
    if x.is_empty() {
        return;
    }
    x[0] *= a;
    for i in 1..x.len() {
        if x[i] < 0.0 {
            return;
        }
        x[i] *= x[i - 1];
    }
    x[0] = a;
}

#[differentiate]
fn nested_returns(x: f64, n: i32) -> f64 {
    let y = if n == 0 {
        return x;
    } else if n < 0 {
        let t = x * x;
        if t > 1.0 {
            return t.ln();
        }
        t
    } else {
        x.exp()
    };
    y * x
}

/// `break` out of the inner loop only; what it leaves behind decides the outer one.
#[differentiate]
fn inner_break(x: &[f64], y: &[f64]) -> f64 {
    let mut total = 0.0;
    for &a in x {
        let mut best = 10.0;
        for &b in y {
            let d = (a - b) * (a - b);
            if d > best {
                break;
            }
            best = d;
        }
        if best > 5.0 {
            break;
        }
        total += best;
    }
    total
}

#[differentiate]
fn loop_in_loop_in_loop(x: f64, n: usize) -> f64 {
    let mut s = x;
    'outer: for i in 0..n {
        let mut k = 0;
        while k < 4 {
            k += 1;
            loop {
                s = s * 0.9 + 0.1;
                if s > 1.0 + 0.1 * i as f64 {
                    break;
                }
                if k == 3 {
                    continue 'outer;
                }
                if s < 0.0 {
                    break 'outer;
                }
                s += x * 0.3;
            }
            s -= 0.5 + 0.1 * s;
        }
    }
    s
}

programs! {
    break_on_value: (&x = vec![0.5, 1.0, 2.0, 3.0], limit = 3.0), (&x = vec![0.5, 1.0], limit = 3.0);
    continue_on_value: (&x = vec![0.5, -1.0, 0.7, 0.3, -0.2, 0.4]);
    labelled:
        (&m = vec![[0.5, -0.1, 9.0], [0.3, 0.2, 0.1], [1.5, 2.0, 3.0], [9.0, 9.0, 9.0]], limit = 4.0),
        (&m = vec![[0.5, 0.1, 0.2]], limit = 4.0);
    early_return: (x = -0.7, y = 2.0) => 1.4, (x = 9.0, y = 2.0) => 1.0, (x = 2.25, y = 2.0) => 3.0;
    return_from_loop: (&x = vec![0.1, 0.2, 0.3], target = 3.0), (&x = vec![0.1, 0.2, 0.3], target = 30.0);
    return_from_nest:
        (&m = vec![[0.5, -0.1, 0.4], [0.3, 0.2, 0.1]], const k = 1), (&m = vec![[0.5, 0.8, 0.4], [0.3, 0.2, 1.1]], const k = 2),
        (&m = vec![[0.1, 0.01, 0.4], [0.3, 0.2, 1.1]], const k = 5);
    loop_until: (x = 0.1, y = 2.0), (x = 0.1, y = 200.0), (x = 3.0, y = 2.0) => 1.0;
    while_with_exits: (x = 1.2, const n = 5), (x = 0.2, const n = 5);
    exits_in_match:
        (x = 0.7, const &program = vec![0, 1, 4, 4, 0, 2, 0]), (x = 0.7, const &program = vec![4, 3, 0]), (x = 0.7, const &program = vec![]);
    stores_before_exit: (&mut x = vec![0.5, 1.5, 2.0, 0.3], limit = 2.0), (&mut x = vec![0.5, 0.1], limit = 2.0);
    returns_nothing -> unit: (&mut x = vec![0.5, 1.5, -1.0, 0.3], a = 2.0), (&mut x = vec![0.5, 1.5], a = 2.0), (&mut x = vec![], a = 2.0);
    nested_returns: (x = 0.7, const n = 0), (x = 0.7, const n = -1), (x = 1.7, const n = -1), (x = 0.7, const n = 1);
    inner_break: (&x = vec![0.5, 1.0, 9.0, 3.0], &y = vec![0.1, 0.7, 5.0, 1.0]);
    loop_in_loop_in_loop: (x = 0.83, const n = 5), (x = 1.9, const n = 5), (x = -1.9, const n = 5);
}
