//! Adaptors that leave items out, make several of one, or remember something; chains that end in at most one item.

use crate::differentiate;

#[differentiate]
fn dropped_and_numbered(v: &[f64], a: f64) -> f64 {
    let numbered: f64 = v.iter().filter(|x| **x > 0.0).enumerate().map(|(k, x)| x.powi(k as i32 + 1)).sum();
    let taken: f64 = v.iter().filter(|x| **x > 0.0).take(2).map(|x| a * x * x).sum();
    let skipped = v.iter().copied().filter(|x| *x < 1.0).skip(1).fold(a, |s, x| s * x + 1.0);
    let strided: f64 = v.iter().filter(|x| **x < 0.7 || **x > 0.9).step_by(2).map(|x| (a * x).sin()).sum();
    numbered * taken - skipped * strided
}

#[differentiate]
fn while_it_lasts(v: &[f64], limit: f64) -> f64 {
    let head: f64 = v.iter().take_while(|x| **x < limit).map(|x| x * x).sum();
    let tail: f64 = v.iter().skip_while(|x| **x < limit).map(|x| x.sin()).sum();
    let logs: f64 = v.iter().map_while(|&x| if x > 0.0 { Some(x.ln()) } else { None }).sum();
    head * tail + logs * limit
}

#[differentiate]
fn filter_maps(v: &[f64], w: &[f64], a: f64) -> f64 {
    let roots: f64 = v.iter().filter_map(|&x| if x > 0.0 { Some(x.sqrt() * a) } else { None }).sum();
    let signed: f64 = v
        .iter()
        .zip(w)
        .filter_map(|(&x, &y)| {
            let p = x * y;
            match () {
                () if p > 0.5 => Some((p, a)),
                () if p < 0.0 => Some((-p, x)),
                () => None,
            }
        })
        .map(|(p, s)| p * s)
        .product();
    let chosen: f64 = v.iter().filter_map(|x| (*x > 0.0).then(|| x.exp())).sum();
    roots * signed + chosen
}

#[differentiate]
fn root(x: &f64) -> Option<f64> {
    if *x < 0.0 {
        return None;
    }
    Some(x.sqrt())
}

/// Functions that give an `Option`.
#[differentiate]
fn options_from_elsewhere(v: &[f64], at: &[usize], a: f64) -> f64 {
    let roots: f64 = v.iter().filter_map(root).map(|r| r * a).sum();
    let before: f64 = at.iter().filter_map(|i| i.checked_sub(1)).map(|i| v[i]).product();
    let second = v.iter().find_map(|x| if *x > 0.6 { Some(x.sqrt() * a) } else { None }).map(|r| r * r).unwrap_or(a);
    roots + before * second
}

/// Closures that return early.
#[differentiate]
fn early_options(v: &[f64], w: &[f64], a: f64) -> f64 {
    let logs: f64 = v
        .iter()
        .map_while(|x| {
            if *x > 1.0 {
                return None;
            }
            let y = x * x + a;
            Some(y.ln())
        })
        .sum();
    let pairs: f64 = v
        .iter()
        .zip(w)
        .filter_map(|(x, y)| {
            for k in 1..4 {
                if x * k as f64 > 1.0 {
                    return Some(x * y * k as f64);
                }
            }
            match x > y {
                true => None,
                false => {
                    let z = x - y;
                    Some(z * z)
                }
            }
        })
        .map(|p| p * a)
        .product();
    logs * pairs
}

#[differentiate]
fn flat_maps(m: &[Vec<f64>], x: &[f64]) -> f64 {
    let all: f64 = m.iter().flat_map(|row| row.iter().zip(x).map(|(a, b)| a * b)).map(|p| p * p).sum();
    let triangle: f64 = (0..x.len()).flat_map(|i| (0..i).map(move |j| x[i] * x[j])).sum();
    let firsts: f64 = m.iter().flat_map(|row| row.iter().take(1)).chain(x.iter().rev()).map(|a| a.sin()).sum();
    let inner: f64 = m.iter().map(|row| row.iter().filter(|a| **a > 0.0)).flatten().skip(1).product();
    all * triangle - firsts * inner
}

#[differentiate]
fn chained(v: &[f64], w: &[f64], a: f64) -> f64 {
    let both: f64 = v.iter().chain(w).map(|x| x * a).sum();
    let ends: f64 = std::iter::once(a).chain(v.iter().map(|x| x * x)).zip(w.iter().chain(v)).map(|(x, y)| x * y).sum();
    let mut s = 0.0;
    for (i, x) in v.iter().chain(w.iter().rev()).enumerate() {
        if *x < 0.0 {
            continue;
        }
        s = s * x + i as f64 * a;
        if s > 40.0 {
            break;
        }
    }
    'all: for x in v.iter().filter(|x| **x > 0.0).chain(w.iter()) {
        for y in w {
            if *y > 1.0 {
                continue 'all;
            }
            if *x < -0.6 {
                break 'all;
            }
            s += x * y;
        }
    }
    both * ends + s
}

/// A running state, as in a filter of the first order.
#[differentiate]
fn scans(v: &[f64], a: f64) -> f64 {
    let smoothed: Vec<f64> = v
        .iter()
        .scan(0.0, |state, &x| {
            *state = a * *state + (1.0 - a) * x;
            Some(*state)
        })
        .collect();
    let until: f64 = v
        .iter()
        .scan(1.0, |product, x| {
            *product *= x;
            if *product > 0.1 { Some(*product * a) } else { None }
        })
        .sum();
    smoothed.iter().zip(v).map(|(s, x)| s * x).sum::<f64>() + until
}

#[differentiate]
fn zipped_with_fewer(v: &[f64], w: &[f64]) -> f64 {
    let left: f64 = v.iter().filter(|x| **x > 0.0).zip(w).map(|(x, y)| x * y).sum();
    let right: f64 = w.iter().zip(v.iter().filter(|x| **x > 0.4)).map(|(y, x)| y * x.ln()).sum();
    let backwards: f64 = v.iter().filter(|x| **x > 0.0).rev().zip((1..).step_by(2)).map(|(x, k)| x * k as f64).sum();
    left * right + backwards
}

#[differentiate]
fn reduced(v: &[f64], w: &[f64]) -> f64 {
    let top = v.iter().copied().reduce(f64::max).unwrap();
    let low = v.iter().copied().reduce(|a, b| if b < a { b } else { a }).unwrap_or(0.0);
    let nearest = v.iter().min_by(|a, b| (*a - 0.5).abs().total_cmp(&(*b - 0.5).abs())).unwrap();
    let (k, best) = v.iter().zip(w).map(|(x, y)| x * y).enumerate().max_by(|a, b| a.1.partial_cmp(&b.1).unwrap()).unwrap();
    let positive = v.iter().copied().filter(|x| *x > 0.0).reduce(|a, b| a * b).unwrap_or(1.0);
    let none = w.iter().copied().filter(|x| *x > 100.0).min_by(|a, b| a.total_cmp(b)).unwrap_or(top);
    top * low + nearest * k as f64 + best * positive + none
}

#[differentiate]
fn searched(v: &[f64], w: &[f64]) -> f64 {
    let last = v.last().copied().unwrap_or(0.0);
    let second = v.iter().nth(1).map_or(1.0, |x| x * x);
    let far = v.iter().nth(10).map_or(last, |x| x * x);
    let found = v.iter().find(|x| **x > 0.5).copied().unwrap_or(0.0);
    let after = v.iter().zip(w).find_map(|(x, y)| if x > y { Some(x - y) } else { None }).expect("one is greater");
    let end = w.iter().filter(|y| **y > 0.0).last().unwrap();
    let mut s = 0.0;
    if let Some(x) = w.get(2) {
        s += x.exp() * last;
    }
    if let Some((x, y)) = v.iter().zip(w).next() {
        s += x * y;
    } else {
        s += last;
    }
    match v.iter().copied().reduce(|a, b| a + b) {
        Some(total) => s *= total,
        None => s += 1.0,
    }
    let Some(first) = v.first() else { return 0.0 };
    second * found + after * end + s * first + far
}

#[differentiate]
fn unzipped(v: &[f64], a: f64) -> f64 {
    let (sines, cosines): (Vec<f64>, Vec<f64>) = v.iter().map(|x| (a * x).sin_cos()).unzip();
    let (large, small): (Vec<f64>, Vec<f64>) = v.iter().copied().partition(|x| *x > 0.4);
    let cross: f64 = sines.iter().zip(cosines.iter().rev()).map(|(s, c)| s * c).sum();
    cross * large.iter().product::<f64>() - small.iter().sum::<f64>()
}

/// Closures that change what they capture.
#[differentiate]
fn with_effects(v: &[f64], a: f64) -> f64 {
    let mut seen = 0.0;
    let mut count = 0;
    let weighted: f64 = v
        .iter()
        .map(|x| {
            seen += x;
            seen * a
        })
        .filter(|y| *y > 0.1)
        .inspect(|_| count += 1)
        .take(2)
        .sum();
    let mut largest = 0.0;
    v.iter().for_each(|x| largest = if *x > largest { *x } else { largest });
    let many = v.iter().any(|x| {
        seen *= 0.5;
        *x > 0.6
    });
    let mut w = v.to_vec();
    let doubled: f64 = w
        .iter_mut()
        .map(|x| {
            *x *= a;
            *x
        })
        .skip(1)
        .step_by(2)
        .sum();
    seen += doubled * w[0] * w[2];
    weighted * seen + largest * count as f64 * if many { a } else { 1.0 }
}

/// Newton's method as an iterator, and a geometric series.
#[differentiate]
fn unfolded(x: f64, n: usize) -> f64 {
    let root = std::iter::successors(Some(1.0), |y| Some(0.5 * (y + x / y))).nth(6).unwrap();
    let series: f64 =
        std::iter::successors(Some(1.0), |term| if *term > 1e-3 { Some(term * 0.5 * x) } else { None }).take(n).sum();
    let mut k = 0;
    let ramp: f64 = std::iter::from_fn(|| {
        k += 1;
        if k < 5 { Some(k as f64 * x) } else { None }
    })
    .sum();
    let flat: f64 = std::iter::repeat(x).take(n).zip(1..).map(|(x, k)| x.powi(k)).sum();
    root * series + ramp * flat
}

/// Softmax, cross entropy and a moving average, the way people write them.
#[differentiate]
fn idioms(logits: &[f64], target: &[f64], window: usize) -> f64 {
    let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let exps: Vec<f64> = logits.iter().map(|z| (z - top).exp()).collect();
    let total: f64 = exps.iter().sum();
    let entropy: f64 = -exps.iter().zip(target).filter(|(_, t)| **t > 0.0).map(|(e, t)| t * (e / total).ln()).sum::<f64>();
    let average = logits
        .windows(window)
        .map(|w| w.iter().sum::<f64>() / window as f64)
        .max_by(|a, b| a.partial_cmp(b).expect("no NaN"))
        .unwrap_or(0.0);
    let turns = logits.windows(2).filter(|w| w[1] < w[0]).count();
    let cumulative: Vec<f64> = logits
        .iter()
        .scan(0.0, |sum, z| {
            *sum += z;
            Some(*sum)
        })
        .enumerate()
        .map(|(i, s)| s / (i + 1) as f64)
        .collect();
    entropy * average + cumulative.into_iter().fold(turns as f64, |a, b| a + b * b)
}

programs! {
    dropped_and_numbered: (&v = vec![0.3, -0.7, 0.8, 1.2, 0.5, -0.1], a = 1.3);
    while_it_lasts: (&v = vec![0.3, 0.4, 1.7, 0.2, -0.5, 0.1], limit = 1.3), (&v = vec![], limit = 1.0);
    filter_maps: (&v = vec![0.3, -0.7, 1.4, 0.5], &w = vec![2.0, 0.9, 0.7, 0.1], a = 1.3);
    options_from_elsewhere: (&v = vec![-0.3, 0.7, 1.4, 0.5], const &at = vec![2, 0, 1, 3], a = 1.3);
    early_options: (&v = vec![-0.3, 0.7, 0.2, 1.4, 0.45], &w = vec![0.3, 1.7, 0.9, 0.4, 0.6], a = 1.3);
    flat_maps: (&m = vec![vec![0.3, 0.7], vec![], vec![-0.4, 1.5, 0.2]], &x = vec![0.5, -1.2, 0.8]);
    chained: (&v = vec![0.3, -0.7, 1.4], &w = vec![0.9, 0.6, -0.8, 0.7], a = 1.3), (&v = vec![5.0, 9.0, 1.4], &w = vec![1.9, 0.6], a = 1.3);
    scans: (&v = vec![0.3, 0.7, 1.4, 0.5], a = 0.6);
    zipped_with_fewer: (&v = vec![0.3, -0.7, 1.4, 0.5], &w = vec![2.0, 0.9, 0.7]), (&v = vec![0.5], &w = vec![]);
    reduced: (&v = vec![0.3, -0.7, 1.4, 0.45], &w = vec![2.0, 0.9, 0.7, 0.1]);
    searched: (&v = vec![0.3, 0.7, 1.4, 0.5], &w = vec![2.0, 0.9, 0.7, -0.1]);
    unzipped: (&v = vec![0.3, 0.7, 1.4, 0.35], a = 1.3);
    with_effects: (&v = vec![0.3, 0.7, -0.4, 0.5], a = 1.3);
    unfolded: (x = 1.7, const n = 5);
    idioms: (&logits = vec![0.3, -0.7, 1.4, 0.5], &target = vec![0.2, -0.1, 0.5, 0.3], const window = 2);
}
