//! Branches, loops, iterators.

use differentiate::differentiate;

#[differentiate]
fn branch(x: f64, y: f64) -> f64 {
    let a = if x > y { x * y } else { x - y };
    let mut b = a;
    if a > 0.5 {
        b = a * a;
    } else if a > 0.2 {
        b += x;
    }
    b
}

#[differentiate]
fn both_conditions(x: f64, y: f64) -> f64 {
    if x > 0.0 && y > 0.0 || x < -1.0 { x * y } else { x + y }
}

#[differentiate]
fn over_range(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * x[(i + 1) % x.len()];
    }
    for i in (1..x.len()).rev().step_by(2) {
        sum += x[i].sin();
    }
    sum
}

#[differentiate]
fn nested_loops(a: &[f64], b: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..a.len() {
        for j in 0..i + 1 {
            sum += a[i] * b[j] * (i + j) as f64;
        }
    }
    sum
}

#[differentiate]
fn early(x: f64) -> f64 {
    if x < 0.1 {
        return 2.0 * x;
    }
    x * x
}

#[derive(Clone, Copy)]
enum Kind {
    Linear,
    Square,
}

#[differentiate]
fn matched(x: f64, #[constant] kind: Kind, n: usize) -> f64 {
    let y = match kind {
        Kind::Linear => 2.0 * x,
        Kind::Square => x * x,
    };
    match n {
        0 => y,
        1 | 2 => y * x,
        n if n > 5 => y + x,
        _ => 1.0,
    }
}

#[differentiate]
fn if_let(x: &[f64], scale: Option<f64>) -> f64 {
    let mut y = x[0];
    if let Some(scale) = scale {
        y *= scale;
    }
    if let Some(last) = x.last() {
        y += last * last;
    }
    y
}

#[differentiate]
fn while_loop(x: f64) -> f64 {
    let mut y = x;
    while y < 5.0 {
        y = y * y + 1.0;
    }
    let mut n = 0;
    loop {
        y *= x;
        n += 1;
        if n == 3 {
            break;
        }
    }
    y
}

#[differentiate]
fn jumps(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    'rows: for i in 0..x.len() {
        for j in 0..x.len() {
            if x[j] < 0.0 {
                continue;
            }
            if j > i {
                continue 'rows;
            }
            if sum > 3.0 {
                break 'rows;
            }
            sum += x[i] * x[j];
        }
    }
    sum
}

#[differentiate]
fn let_else(x: &[f64]) -> f64 {
    let Some(first) = x.first() else { return 0.0 };
    let Some(last) = x.last() else { return *first };
    first * last + last * last
}

#[differentiate]
fn chain(x: &[f64], w: &[f64]) -> f64 {
    let dot: f64 = x.iter().zip(w).map(|(a, b)| a * b).sum();
    let largest = x.iter().fold(f64::NEG_INFINITY, |a, v| a.max(*v));
    dot + largest + x.iter().zip(x.iter().skip(1)).map(|(&a, &b)| (a - b).powi(2)).sum::<f64>()
}

#[differentiate]
fn adaptors(x: &[f64]) -> f64 {
    let mut out = vec![0.0; x.len()];
    for (i, (o, v)) in out.iter_mut().zip(x.iter()).enumerate() {
        *o = v * i as f64;
    }
    let pairs: f64 = out.windows(2).map(|w| w[0] * w[1]).sum();
    let chunks: f64 = x.chunks_exact(2).map(|c| c[0] - c[1] * c[0]).sum();
    pairs + chunks + x.iter().rev().skip(1).take(2).copied().map(|v| v.sin()).fold(1.0, |a, b| a * b)
}

#[differentiate]
fn closures(x: f64, k: f64) -> f64 {
    let wave = |t: f64| (k * t).sin() * x;
    let mut total = 0.0;
    let mut add = |v: f64| total += v * v;
    add(wave(0.3));
    add(wave(x));
    total
}

crate::forms! {
    36 "if, with else, as a value": branch::check(0.7, 0.3);
    10 "&& ||": both_conditions::check(0.7, 0.3);
    33 "for over ranges": over_range::check(&[0.7, 0.3, -0.2]);
    12 "nested loops": nested_loops::check(&[0.7, 0.3], &[0.2, -0.4]);
    13 "early return": early::check(0.7);
    7 "match": matched::check(0.7, Kind::Square, 2).and_then(|()| matched::check(0.7, Kind::Linear, 7));
    4 "if let": if_let::check(&[0.7, 0.3], Some(1.5));
    3 "while, loop": while_loop::check(0.7);
    3 "continue, break, labels": jumps::check(&[0.7, -0.3, 1.2]);
    2 "let else": let_else::check(&[0.7, 0.3, 0.2]);
    0 "slice patterns";
    26 "closure": closures::check(0.7, 1.3);
    17 "iterator chain map, zip, fold, sum": chain::check(&[0.7, 0.3, -0.2], &[1.0, 0.5, 0.2]);
    6 "enumerate, zip, iter_mut, fold, windows, skip, rev": adaptors::check(&[0.7, 0.3, -0.2, 0.9]);
}
