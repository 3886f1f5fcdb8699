//! The checks, compiled into every generated crate.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many derivatives have been evaluated.
static EVALUATED: AtomicUsize = AtomicUsize::new(0);
/// How many of the directional ones were not zero.
static MOVED: AtomicUsize = AtomicUsize::new(0);
/// How many second ones were not zero.
static CURVED: AtomicUsize = AtomicUsize::new(0);

/// Types as lists of floats.
pub trait Flat {
    fn read(&self, out: &mut Vec<f64>);
}

impl Flat for f64 {
    fn read(&self, out: &mut Vec<f64>) {
        out.push(*self);
    }
}

impl Flat for f32 {
    fn read(&self, out: &mut Vec<f64>) {
        out.push(f64::from(*self));
    }
}

impl Flat for () {
    fn read(&self, _: &mut Vec<f64>) {}
}

impl<T: Flat> Flat for [T] {
    fn read(&self, out: &mut Vec<f64>) {
        self.iter().for_each(|item| item.read(out));
    }
}

impl<T: Flat> Flat for Vec<T> {
    fn read(&self, out: &mut Vec<f64>) {
        self[..].read(out);
    }
}

impl<T: Flat, const N: usize> Flat for [T; N] {
    fn read(&self, out: &mut Vec<f64>) {
        self[..].read(out);
    }
}

impl<T: Flat + ?Sized> Flat for &T {
    fn read(&self, out: &mut Vec<f64>) {
        (**self).read(out);
    }
}

macro_rules! flat_tuples {
    ($($($name:ident)+;)+) => {$(
        impl<$($name: Flat),+> Flat for ($($name,)+) {
            #[allow(non_snake_case)]
            fn read(&self, out: &mut Vec<f64>) {
                let ($($name,)+) = self;
                $($name.read(out);)+
            }
        }
    )+};
}

flat_tuples! { A; A B; A B C; A B C D; A B C D E; A B C D E G; A B C D E G H; A B C D E G H I; }

pub fn flat(value: impl Flat) -> Vec<f64> {
    let mut out = Vec::new();
    value.read(&mut out);
    out
}

type Plain = fn(&[f64]) -> Vec<f64>;
type Pair = fn(&[f64], &[f64]) -> (Vec<f64>, Vec<f64>);

/// One program with its types erased. The outputs are the result, then the `&mut` arguments after the call.
pub struct Program {
    pub inputs: usize,
    /// In `f32`.
    pub single: bool,
    pub primal: Plain,
    pub derivatives: Option<Derivatives>,
}

pub struct Derivatives {
    pub jvp: Pair,
    pub vjp: Pair,
    /// Two pulls of the same pullback.
    pub persistent: fn(&[f64], &[f64]) -> (Vec<f64>, Vec<f64>, Vec<f64>),
    /// Functions that return one float: value and gradient by each further way.
    pub gradients: Vec<(&'static str, fn(&[f64]) -> (Option<Vec<f64>>, Vec<f64>))>,
    /// Functions of order 2, if need be as the sum of what they return and leave behind.
    pub second: Option<Second>,
}

pub struct Second {
    pub gradient: fn(&[f64]) -> Vec<f64>,
    /// The Hessian times a direction.
    pub hvp: fn(&[f64], &[f64]) -> Vec<f64>,
}

/// Numbers in -1.2..1.2.
fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678;
    let draw = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let unit = ((state >> 40) as f32 / (1u32 << 24) as f32) * 2.0 - 1.0;
        f64::from(unit * 1.2)
    };
    (0..count).map(draw).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn size(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a * b).abs()).sum()
}

fn same_bits(what: &str, a: &[f64], b: &[f64]) -> Result<(), String> {
    let same = a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits());
    if same { Ok(()) } else { Err(format!("{what}: value {a:?}, plain call {b:?}")) }
}

fn close(what: &str, a: &[f64], b: &[f64], tolerance: f64) -> Result<(), String> {
    let scale = b.iter().fold(1.0_f64, |most, x| most.max(x.abs()));
    let near = a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= tolerance * scale);
    if near { Ok(()) } else { Err(format!("{what}: {a:?} against {b:?}")) }
}

impl Program {
    /// All checks at one point. `Ok(false)`: differences are no measure here, because a comparison flips nearby.
    fn point(&self, seed: u64) -> Result<bool, String> {
        let x = numbers(self.inputs, seed);
        let plain = catch("INVALID: the plain call", || (self.primal)(&x))?;
        if plain.iter().any(|y| !y.is_finite() || y.abs() > 1e6) {
            return Err(format!("INVALID: value {plain:?}"));
        }
        let Some(derivatives) = &self.derivatives else {
            let (d, c) = (numbers(x.len(), seed * 31 + 1), numbers(plain.len(), seed * 17 + 3));
            return Ok(self.single || self.differences(&x, &d, &c, 1.0).is_some());
        };
        let mut measured = true;
        for direction in 0..2 {
            let (d, c) = (numbers(x.len(), seed * 31 + 7 * direction + 1), numbers(plain.len(), seed * 17 + 5 * direction + 3));
            let (value, y_dot) = derive("jvp", || (derivatives.jvp)(&x, &d))?;
            same_bits("jvp", &value, &plain)?;
            let (value, x_bar) = derive("vjp", || (derivatives.vjp)(&x, &c))?;
            same_bits("vjp", &value, &plain)?;
            if y_dot.len() != c.len() || x_bar.len() != d.len() {
                return Err(format!("lengths: tangent {} for {}, gradient {} for {}", y_dot.len(), c.len(), x_bar.len(), d.len()));
            }
            measured &= self.agree(&x, &d, &c, &y_dot, &x_bar)?;
            let (value, first, second) = derive("vjp_persistent", || (derivatives.persistent)(&x, &c))?;
            same_bits("vjp_persistent", &value, &plain)?;
            close("first pull of vjp_persistent", &first, &x_bar, self.rounding())?;
            close("second pull of vjp_persistent", &second, &x_bar, self.rounding())?;
        }
        self.gradients(derivatives, &x, &plain)?;
        if let Some(second) = &derivatives.second {
            self.curvature(second, &x, seed)?;
        }
        Ok(measured)
    }

    fn rounding(&self) -> f64 {
        if self.single { 1e-4 } else { 1e-11 }
    }

    /// Forward, reverse and differences.
    fn agree(&self, x: &[f64], d: &[f64], c: &[f64], y_dot: &[f64], x_bar: &[f64]) -> Result<bool, String> {
        let (forward, reverse) = (dot(c, y_dot), dot(x_bar, d));
        MOVED.fetch_add(usize::from(forward.abs() > 1e-9), Ordering::Relaxed);
        let scale = size(c, y_dot) + size(x_bar, d) + 0.1;
        let differences = if self.single { None } else { self.differences(x, d, c, scale) };
        let tolerance = if self.single { 2e-4 } else { 1e-10 } * scale;
        let off = differences.map_or(0.0, |(value, error)| ((value - forward).abs() - 10.0 * error).max(0.0));
        if (forward - reverse).abs() <= tolerance && off <= 1e-6 * scale {
            return Ok(self.single || differences.is_some());
        }
        let differences = differences.map_or_else(|| "none".to_owned(), |(value, error)| format!("{value:.12} ± {error:.1e}"));
        let steep = if scale > 1e5 { " (steep)" } else { "" };
        let kind = if off > 1e-6 * scale { "wrong" } else { "transpose" };
        Err(format!("{kind}{steep}: forward {forward:.12}, reverse {reverse:.12}, differences {differences}; x_bar {x_bar:?}"))
    }

    /// The slope of `c · f` along `d` and how far two steps disagree; `None` if they do too much.
    fn differences(&self, x: &[f64], d: &[f64], c: &[f64], scale: f64) -> Option<(f64, f64)> {
        let at = |t: f64| {
            let moved: Vec<f64> = x.iter().zip(d).map(|(x, d)| x + t * d).collect();
            let y = (self.primal)(&moved);
            (y.len() == c.len()).then(|| dot(c, &y))
        };
        let slope = |h: f64| Some((at(h)? - at(-h)?) / (2.0 * h));
        let (wide, narrow) = catch("", || Some((slope(2e-5)?, slope(1e-5)?))).ok()??;
        let error = (wide - narrow).abs();
        let value = (4.0 * narrow - wide) / 3.0;
        (error <= 1e-5 * scale && value.is_finite()).then_some((value, error))
    }

    /// The Hessian: symmetric, and against differences of the gradient where those are a measure.
    fn curvature(&self, second: &Second, x: &[f64], seed: u64) -> Result<(), String> {
        let (d, e) = (numbers(x.len(), seed * 41 + 5), numbers(x.len(), seed * 43 + 9));
        let along_d = derive("hvp", || (second.hvp)(x, &d))?;
        let along_e = derive("hvp", || (second.hvp)(x, &e))?;
        let (one, other) = (dot(&along_d, &e), dot(&along_e, &d));
        let scale = size(&along_d, &e) + size(&along_e, &d) + 0.1;
        CURVED.fetch_add(usize::from(one.abs() > 1e-9), Ordering::Relaxed);
        if (one - other).abs() > if self.single { 1e-2 } else { 1e-9 } * scale {
            return Err(format!("asymmetric: {one:.12} and {other:.12} (of {scale:.1e})"));
        }
        let at = |t: f64| (second.gradient)(&x.iter().zip(&d).map(|(x, d)| x + t * d).collect::<Vec<f64>>());
        let slope = |h: f64| -> Vec<f64> { at(h).iter().zip(at(-h)).map(|(a, b)| (a - b) / (2.0 * h)).collect() };
        let (wide, narrow) = (slope(2e-5), slope(1e-5));
        let scale = along_d.iter().fold(1.0_f64, |most, x| most.max(x.abs()));
        if self.single || close("", &wide, &narrow, 1e-5 * scale).is_err() {
            return Ok(());
        }
        close("hvp", &along_d, &narrow, 1e-4 * scale)
    }

    fn gradients(&self, derivatives: &Derivatives, x: &[f64], plain: &[f64]) -> Result<(), String> {
        if derivatives.gradients.is_empty() {
            return Ok(());
        }
        let mut c = vec![0.0; plain.len()];
        c[0] = 1.0;
        let (_, expected) = (derivatives.vjp)(x, &c);
        for (by, gradient) in &derivatives.gradients {
            let (value, x_bar) = derive(by, || gradient(x))?;
            if let Some(value) = value {
                same_bits(by, &value, &plain[..1])?;
            }
            close(by, &x_bar, &expected, self.rounding())?;
        }
        Ok(())
    }
}

/// Evaluates a derivative.
fn derive<T>(what: &str, run: impl FnOnce() -> T) -> Result<T, String> {
    EVALUATED.fetch_add(1, Ordering::Relaxed);
    catch(what, run)
}

fn catch<T>(what: &str, run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
        format!("{what} panicked: {}", text.unwrap_or_default())
    })
}

/// Checks one program at a few points and prints one line: name, `ok` or `FAIL`, then at how many points differences were no measure,
/// the number of points, of derivatives evaluated, of those and of second ones that were not zero; or what went wrong.
pub fn check(name: &str, program: &Program) {
    std::panic::set_hook(Box::new(|_| {}));
    let points = 3;
    let mut skipped = 0;
    EVALUATED.store(0, Ordering::Relaxed);
    MOVED.store(0, Ordering::Relaxed);
    CURVED.store(0, Ordering::Relaxed);
    for seed in 0..points {
        match program.point(seed + 1) {
            Ok(measured) => skipped += usize::from(!measured),
            Err(error) => {
                println!("{name} FAIL {}", error.replace('\n', " "));
                return;
            }
        }
    }
    let [evaluated, moved, curved] = [&EVALUATED, &MOVED, &CURVED].map(|count| count.load(Ordering::Relaxed));
    println!("{name} ok {skipped} {points} {evaluated} {moved} {curved}");
}
