//! Forms that no other file shows, most in places where another form is usual: adaptors over fields, nested `Vec`s,
//! arrays and ranges, casts through references, items inside functions.

use crate::differentiate;
use differentiate::{Differentiable, Real};

/// A struct without fields carries nothing.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Vacuum;
floats_of!(Vacuum, VacuumGrad);

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Sensor {
    gain: f64,
    offset: Option<f64>,
    samples: Vec<f64>,
    grid: Vec<Vec<f64>>,
    window: [f64; 4],
    channel: usize,
    enabled: bool,
    label: String,
    medium: Vacuum,
}
floats_of!(Sensor, SensorGrad);

fn sensor() -> Sensor {
    Sensor {
        gain: 1.3,
        offset: Some(0.2),
        samples: vec![0.9, 0.4, 1.7, 0.6],
        grid: vec![vec![0.3, 0.8], vec![1.1], vec![0.5, 0.7, 0.2]],
        window: [0.1, 0.6, 0.4, 0.9],
        channel: 2,
        enabled: true,
        label: "front".to_owned(),
        medium: Vacuum,
    }
}

#[differentiate]
impl Vacuum {
    const DAMPING: f64 = 0.25;

    fn damped(self, x: f64) -> f64 {
        x * Self::DAMPING
    }
}

#[differentiate]
impl Sensor {
    const SCALE: f64 = 1.5;
    const TAPS: usize = 3;

    fn response(&self, x: f64) -> f64 {
        let taps = self.window.iter().take(Self::TAPS).sum::<f64>();
        self.medium.damped(x) * Self::SCALE * taps + self.gain * x
    }

    fn with_constant_self(#[constant] &self, x: f64) -> f64 {
        let at_rest = self.samples[self.channel];
        (x - at_rest).powi(2) * self.gain + self.offset.unwrap_or(0.0) * x
    }

    fn scaled(&self, by: f64) -> Self {
        Self { gain: self.gain * by, offset: self.offset.map(|o| o + by), ..self.clone() }
    }

    fn drifted(&mut self, by: f64) {
        self.gain *= by;
        self.window[1] += by * self.gain;
        if let Some(offset) = &mut self.offset {
            *offset -= by;
        }
        self.grid[0][1] /= by;
    }

    #[differentiate(skip)]
    fn describe(&self) -> String {
        format!("{} {}", self.label, self.channel)
    }
}

#[differentiate]
fn respond(s: &Sensor, x: f64) -> f64 {
    s.response(x) * Sensor::SCALE
}

#[differentiate]
fn rescaled(s: &Sensor, by: f64) -> f64 {
    let t = s.scaled(by);
    let Sensor { gain, offset, window: [first, .., last], enabled, .. } = &t;
    let shift = match offset {
        Some(o) if *o > 0.5 => o * 2.0,
        Some(o) => *o,
        None => 0.1,
    };
    if *enabled && t.label == "front" { gain * first + shift * last } else { gain * shift }
}

#[differentiate]
fn drift(s: &mut Sensor, by: f64) {
    s.drifted(by);
    s.drifted(by * by);
}

#[differentiate]
fn at_rest(#[constant] s: &Sensor, x: f64) -> f64 {
    s.with_constant_self(x) * s.with_constant_self(2.0 * x)
}

#[differentiate]
fn checked(s: &Sensor, x: f64) -> Result<f64, String> {
    if !s.enabled {
        return Err(format!("{} is off", s.describe()));
    }
    let offset = s.offset.ok_or_else(|| format!("{}: no offset", s.label))?;
    let first = s.samples.first().copied().ok_or("no samples")?;
    if x * s.gain > 100.0 {
        return Err(format!("{x:.1} is beyond {:?}", s.gain));
    }
    Ok((offset + first) * x)
}

#[differentiate]
fn over_fields(s: &Sensor, k: f64) -> f64 {
    let large = s.samples.iter().filter(|v| **v > 0.5).map(|v| v * k).sum::<f64>();
    let rising = s.window.iter().take_while(|w| **w < 0.8).fold(k, |a, w| a * (1.0 + w));
    let running = s
        .samples
        .iter()
        .scan(0.0, |total, v| {
            *total += v * k;
            Some(*total)
        })
        .map(|t| t * t)
        .sum::<f64>();
    let mut seen = 0;
    let looked = s.samples.iter().inspect(|_| seen += 1).copied().product::<f64>();
    let (even, odd): (Vec<f64>, Vec<f64>) = s.samples.chunks_exact(2).map(|c| (c[0] * k, c[1])).unzip();
    let crossed: f64 = even.iter().zip(&odd).map(|(a, b)| a * b).sum();
    large * rising + running * looked + crossed * seen as f64
}

#[differentiate]
fn over_nested(s: &Sensor, k: f64) -> f64 {
    let all: f64 = s.grid.iter().flatten().map(|v| v.sin() * k).sum();
    let each: f64 = s.grid.iter().flat_map(|row| row.iter().map(|v| v * k)).product();
    let rows: Vec<f64> = s.grid.iter().filter(|row| row.len() > 1).map(|row| row.iter().sum::<f64>()).collect();
    let last = s.grid.last().and_then(|row| row.last()).copied().unwrap_or(k);
    let highest = rows.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    all + each * last + highest * rows.len() as f64
}

#[differentiate]
fn chosen(s: &Sensor, k: f64) -> f64 {
    let largest = s.samples.iter().copied().max_by(|a, b| a.total_cmp(b)).unwrap();
    let smallest = s.window.iter().min_by(|a, b| a.partial_cmp(b).unwrap()).expect("not empty");
    let above = s.samples.iter().filter(|v| **v > 0.5 * k).count();
    let at = s.samples.iter().position(|v| *v > 1.0).unwrap_or(0);
    let any = s.window.iter().any(|w| *w > 0.8);
    let all = s.grid.iter().all(|row| row.iter().all(|v| *v > 0.0));
    let sign = if any && all { 1.0 } else { -1.0 };
    sign * largest * smallest * above as f64 + s.samples[at] * k
}

#[differentiate]
fn over_ranges(x: f64, n: usize) -> f64 {
    let odd = (0..n).filter(|i| i % 2 == 1).map(|i| x.powi(i as i32)).sum::<f64>();
    let short = (1..=n).take_while(|i| i * i < 10).map(|i| x / i as f64).product::<f64>();
    let pairs = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| (x * i as f64).sin() * j as f64).sum::<f64>();
    let powers: Vec<f64> = (0..n)
        .scan(1.0, |p, _| {
            *p *= x;
            Some(*p)
        })
        .collect();
    let stepped = (0..n).rev().step_by(2).skip(1).fold(x, |a, i| a * 0.5 + powers[i]);
    let best = (0..n).max_by(|&i, &j| powers[i].total_cmp(&powers[j])).unwrap_or(0);
    odd + short * pairs + stepped + powers[best]
}

#[differentiate]
fn over_arrays(x: [f64; 4], k: f64) -> f64 {
    let [a, b, ..] = x;
    let joined: f64 = [a, b].iter().chain(&[k, a * k]).map(|v| v * v).sum();
    let kept: Vec<f64> = x.into_iter().filter(|v| *v > 0.3).collect();
    let filled: [f64; 3] = std::array::from_fn(|i| x[i] * k + i as f64);
    let mut y = joined;
    for (i, w) in x.windows(2).enumerate().skip(1) {
        y += (w[1] - w[0]) * filled[i];
    }
    y * kept.iter().rev().take(2).sum::<f64>()
}

#[differentiate]
fn cast(x: &[f64], counts: &[usize], n: &usize) -> f64 {
    let total: f64 = counts.iter().zip(x).map(|(n, v)| *n as f64 * v).sum();
    let mean = total / *n as f64;
    let weighted: f64 = counts.iter().map(|&c| c as f64).zip(x.iter()).map(|(c, v)| (v - mean).powi(2) * c).sum();
    let mut y = weighted;
    for c in counts {
        y *= 1.0 + mean / (*c as f64 + 1.0);
    }
    y + x.iter().enumerate().map(|(i, v)| v * (i as f32 as f64)).sum::<f64>()
}

#[differentiate]
fn smooth<T: Real>(x: T, by: T) -> T {
    x / (T::ONE + x * x * by)
}

#[differentiate]
fn weighted<const N: usize, T: Real>(x: &[T; N]) -> T {
    x.iter().copied().fold(T::ZERO, |a, v| a * v + v)
}

#[differentiate]
fn turbofish(x: f64, y: [f64; 3]) -> f64 {
    smooth::<f64>(x, 0.5) * weighted::<3, f64>(&y) + smooth::<_>(y[1], x)
}

#[differentiate]
fn searched(x: f64, d: f64, n: usize) -> f64 {
    let mut i = 0;
    let mut y = x;
    let found = 'outer: loop {
        i += 1;
        for j in 0..n {
            y += d * j as f64;
            if y > 4.0 {
                break 'outer y * d;
            }
            if j > i {
                continue 'outer;
            }
        }
        if i > 20 {
            break -y;
        }
    };
    let halved = 'block: {
        if found < 0.0 {
            break 'block x;
        }
        found * 0.5
    };
    found * x + halved
}

#[differentiate]
fn deferred(x: f64, n: usize) -> f64 {
    let a;
    let b: f64;
    if x > 1.0 {
        a = x * x;
        b = a.ln();
    } else {
        a = x.exp();
        b = 2.0;
    }
    let (mut p, mut q) = (a, b);
    for _ in 0..n {
        (p, q) = (q, p * 0.5 + q);
    }
    let mut w = [p, q];
    [w[1], w[0]] = [w[0] * a, w[1]];
    (p, _) = (w[0], 0.0);
    p * w[1]
}

#[differentiate]
fn with_items(x: f64) -> f64 {
    const RATE: f64 = 0.7;
    static TABLE: [f64; 3] = [0.5, 1.5, 2.5];
    use std::f64::consts::{FRAC_PI_2, TAU};

    #[differentiate]
    fn inner(x: f64, y: f64) -> f64 {
        x * y.sin() + RATE
    }
    fn index(n: usize) -> usize {
        n % 3
    }

    let mut y = x * FRAC_PI_2;
    for i in 0..4 {
        y = inner(y, TABLE[index(i)]) / TAU;
    }
    y + TABLE.iter().map(|t| t * x).sum::<f64>()
}

#[derive(Clone, Debug)]
enum Order {
    Gain(f64),
    Shift { by: f64, times: usize },
    Stop,
}

#[differentiate]
fn ordered(x: f64, #[constant] orders: &[Order]) -> Option<f64> {
    let mut y = x;
    let mut left = orders.iter();
    while let Some(order) = left.next() {
        y = match order {
            Order::Gain(by) if *by > 1.0 => y * by,
            Order::Gain(by) => y.powf(*by),
            Order::Shift { by, times: 0 | 1 } => y + by * x,
            Order::Shift { by, times } => y + by * *times as f64 * x * y,
            Order::Stop => break,
        };
    }
    Some(y)
}

/// Elements of what is constant may not be there; the pullback finds them by their indices.
#[differentiate]
fn ends_of_orders(x: f64, #[constant] orders: &[Order]) -> Option<f64> {
    let Some(first) = orders.first() else { return None };
    let mut y = if let Order::Gain(by) = first { x * by } else { x };
    for i in 0..3 {
        if let Some(order) = orders.get(i) {
            y *= match order {
                Order::Gain(by) => y + by,
                Order::Shift { by, .. } => x * by,
                Order::Stop => 2.0,
            };
        }
    }
    let last = orders.last()?;
    if orders.first().is_some_and(|first| matches!(first, Order::Stop)) {
        y *= x;
    }
    match (last, orders.first().unwrap()) {
        (Order::Gain(by), Order::Gain(other)) => Some(y * by * other),
        (Order::Gain(by), _) => Some(y * by * x),
        _ => Some(y),
    }
}

#[differentiate]
fn popped(x: &[f64], limit: f64) -> f64 {
    let mut stack = x.to_vec();
    let mut y = 1.0;
    while let Some(top) = stack.pop() {
        if top > limit {
            stack.push(top * 0.5);
            y += top;
            continue;
        }
        y *= 1.0 + top;
    }
    y
}

#[differentiate]
fn integrated(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64 {
    let h = (b - a) / 8.0;
    (0..8).map(|i| f(a + (i as f64 + 0.5) * h) * h).sum()
}

#[differentiate]
fn area(k: f64, to: f64) -> f64 {
    let mut calls = 0.0;
    let mut count = |v: f64| {
        calls += v * k;
        calls
    };
    let first = count(to);
    let second = count(first);
    integrated(|t| (k * t).sin(), 0.0, to) * second + calls
}

#[differentiate]
fn ordered_statistics(x: &[f64], k: f64) -> f64 {
    let mut sorted = x.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap());
    let median = sorted[sorted.len() / 2];
    let mut deviations: Vec<f64> = x.iter().map(|v| (v - median).abs() * k).collect();
    deviations.sort_by(f64::total_cmp);
    median + deviations[deviations.len() - 2]
}

#[differentiate]
fn doubled_in_place(x: &mut Vec<f64>, k: f64) -> f64 {
    x.iter_mut().enumerate().for_each(|(i, v)| *v *= k * i as f64);
    for (v, w) in x.iter_mut().zip([0.5, 0.7]) {
        *v += w * k;
    }
    let y = x.iter().cloned().rev().last().unwrap_or(0.0);
    y * x.chunks(2).map(|c| c.iter().sum::<f64>()).fold(0.0, f64::max)
}

programs! {
    respond: (&s = sensor(), x = 0.7);
    rescaled: (&s = sensor(), by = 0.4), (&s = sensor(), by = 0.2), (&s = Sensor { offset: None, enabled: false, ..sensor() }, by = 0.4);
    drift -> unit: (&mut s = sensor(), by = 0.8), (&mut s = Sensor { offset: None, ..sensor() }, by = 0.8);
    at_rest: (const &s = sensor(), x = 0.7);
    checked -> fallible: (&s = sensor(), x = 0.7), (&s = sensor(), x = 170.0), (&s = Sensor { offset: None, ..sensor() }, x = 0.7), (&s = Sensor { samples: vec![], ..sensor() }, x = 0.7), (&s = Sensor { enabled: false, ..sensor() }, x = 0.7);
    over_fields: (&s = sensor(), k = 0.7);
    over_nested: (&s = sensor(), k = 0.7);
    chosen: (&s = sensor(), k = 0.7);
    over_ranges: (x = 0.8, const n = 6), (x = 1.2, const n = 3), (x = 1.2, const n = 1);
    over_arrays: (x = [0.4, 0.2, 0.9, 0.5], k = 0.7);
    cast: (&x = vec![0.4, 0.2, 0.9], const &counts = vec![2, 0, 3], const &n = 5);
    turbofish: (x = 0.7, y = [0.2, 0.5, 0.9]);
    searched: (x = 0.7, d = 0.6, const n = 4), (x = 0.7, d = -0.1, const n = 2);
    deferred: (x = 1.7, const n = 3), (x = 0.4, const n = 2);
    with_items: (x = 0.7);
    ordered -> fallible: (x = 0.7, const &orders = vec![Order::Gain(1.5), Order::Shift { by: 0.3, times: 1 }, Order::Gain(0.6), Order::Shift { by: 0.2, times: 3 }, Order::Stop, Order::Gain(9.0)]), (x = 0.7, const &orders = Vec::<Order>::new()), (x = 0.7, const &orders = vec![Order::Stop]);
    ends_of_orders -> fallible: (x = 0.7, const &orders = vec![Order::Gain(1.5), Order::Shift { by: 0.3, times: 1 }, Order::Gain(0.6)]), (x = 0.7, const &orders = vec![Order::Stop, Order::Gain(0.5)]), (x = 0.7, const &orders = vec![Order::Stop]), (x = 0.7, const &orders = Vec::<Order>::new());
    popped: (&x = vec![0.3, 2.7, 0.9], limit = 1.0);
    area: (k = 0.7, to = 1.4);
    ordered_statistics: (&x = vec![0.3, 2.7, 0.9, 1.4, 0.1], k = 1.2);
    doubled_in_place: (&mut x = vec![0.3, 0.7, 0.9], k = 1.2);
}
