//! Checks every derivative function of a program against the program itself.
//!
//! A table of programs (`programs!`) names, for each, arguments at one or more points. At each point:
//!
//! * the value that any derivative function returns is bit for bit that of the plain call;
//! * reverse and forward mode agree with central differences, and with each other to rounding (the dot-product test);
//! * what is written into buffers is what the other functions return: the `_into` functions overwrite, `value_and_grad_add` adds;
//! * a persistent pullback gives the same when it is used again;
//! * at order 2, the derivative of the pullback agrees with differences of the pullback and with the tangent of the tangent, and Hessians
//!   are symmetric;
//! * `check` has nothing to say.

#[macro_use]
mod floats;
#[allow(dead_code, reason = "for the binary that has second derivatives")]
mod second;
#[macro_use]
mod table;
#[allow(dead_code, reason = "for programs that may fail")]
mod wrapped;

#[allow(unused_imports, reason = "for the binary that has second derivatives")]
pub(crate) use second::{Second, Twice, seeded, unseeded};

#[allow(unused_imports, reason = "for programs with types of their own")]
pub(crate) use floats::next;
pub(crate) use floats::{Floats, flatten, grad_from, grad_or_zero, refill};
pub(crate) use table::Slot;
#[allow(unused_imports, reason = "for programs that may fail")]
pub(crate) use wrapped::Wrapped;

/// What a call of the program produced.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    /// The floats of the result, then those of each active `&mut` argument after the call.
    pub(crate) y: Vec<f64>,
    /// Result and `&mut` arguments as text; Rust prints floats so that equal text means equal bits.
    pub(crate) text: String,
}

impl Outcome {
    /// Starts from what the function returned.
    pub(crate) fn of<Y: Floats>(result: &Y) -> Outcome {
        Outcome { y: flatten(result), text: format!("{result:?}") }
    }

    /// Adds the state of a `&mut` argument after the call.
    pub(crate) fn after<T: Floats>(&mut self, argument: &T, active: bool) {
        if active {
            argument.read(&mut self.y);
        }
        self.text.push_str(&format!("; {argument:?}"));
    }
}

/// A derivative by its primal outcome and its own numbers.
type Derivative<'a> = Box<dyn Fn(&[f64], &[f64]) -> (Outcome, Vec<f64>) + 'a>;

/// Pullbacks of several cotangents from one forward sweep.
type Pullbacks<'a> = Box<dyn Fn(&[f64], &[Vec<f64>]) -> (Outcome, Vec<Vec<f64>>) + 'a>;

/// One program at one point, with types erased to lists of floats.
pub(crate) struct Case<'a> {
    /// The function's name.
    pub(crate) program: &'static str,
    /// The active parameters, and how many floats each has.
    pub(crate) params: Vec<(&'static str, usize)>,
    /// The point: the floats of all active arguments.
    pub(crate) x: Vec<f64>,
    /// The result that the program is known to have here.
    pub(crate) known: Option<Vec<f64>>,
    /// `f32` programs are held to what `f32` can give.
    pub(crate) single: bool,
    /// The plain call.
    pub(crate) plain: Box<dyn Fn(&[f64]) -> Outcome + 'a>,
    /// Gradient by each function that computes one, starting from the given buffers; only for functions that return a float.
    pub(crate) gradients: Vec<(&'static str, Derivative<'a>)>,
    /// `vjp`.
    pub(crate) vjp: Derivative<'a>,
    /// `vjp_persistent`.
    pub(crate) persistent: Pullbacks<'a>,
    /// `vjp_into`.
    pub(crate) vjp_into: Derivative<'a>,
    /// `jvp`.
    pub(crate) jvp: Derivative<'a>,
    /// `jvp_into`.
    pub(crate) jvp_into: Derivative<'a>,
    /// `check`.
    pub(crate) check: Box<dyn Fn() -> Result<(), String> + 'a>,
    /// Second derivatives, where they are asked for.
    pub(crate) second: Option<Second<'a>>,
}

impl std::fmt::Debug for Case<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {:?}", self.program, self.x)
    }
}

/// Numbers in (-1, 1) that are exact in `f32`, never 0, the same in every run.
fn numbers(count: usize, mut seed: u32) -> Vec<f64> {
    let draw = |_| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (f64::from((seed >> 18) & 0x3ff) - 511.5) / 512.0
    };
    (0..count).map(draw).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

pub(crate) fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, value| value.abs().max(most))
}

impl Case<'_> {
    /// Runs all checks, unless the program fails.
    pub(crate) fn run_unless(&self, fails: bool) -> Result<(), String> {
        if fails { Ok(()) } else { self.run() }
    }

    /// Runs all checks; the error says which failed, where, and with which numbers.
    fn run(&self) -> Result<(), String> {
        let plain = (self.plain)(&self.x);
        self.primal(&plain)?;
        let y_bar = numbers(plain.y.len(), 1);
        let x_dot = numbers(self.x.len(), 2);

        let (outcome, x_bar) = (self.vjp)(&self.x, &y_bar);
        self.same_outcome("vjp", &outcome, &plain)?;
        let (outcome, y_dot) = (self.jvp)(&self.x, &x_dot);
        self.same_outcome("jvp", &outcome, &plain)?;

        self.reverse_against_differences(&plain, &y_bar, &x_bar)?;
        self.forward_against_differences(&plain, &x_dot, &y_dot)?;
        self.transpose(&y_bar, &x_bar, &x_dot, &y_dot)?;
        self.repeated_pulls(&plain, &y_bar, &x_bar)?;
        self.into_buffers(&plain, (&y_bar, &x_bar), (&x_dot, &y_dot))?;
        self.gradient_functions(&plain)?;
        self.second_order(&plain, &y_bar, &x_dot)?;
        (self.check)().map_err(|error| format!("{self:?}: check: {error}"))
    }

    fn primal(&self, plain: &Outcome) -> Result<(), String> {
        let Some(known) = &self.known else { return Ok(()) };
        let tolerance = if self.single { 1e-5 } else { 1e-9 };
        let right = known.len() == plain.y.len()
            && known.iter().zip(&plain.y).all(|(known, y)| (known - y).abs() <= tolerance * known.abs().max(1.0));
        if right { Ok(()) } else { Err(format!("{self:?}: the program gives {:?}, known is {known:?}", plain.y)) }
    }

    fn same_outcome(&self, by: &str, outcome: &Outcome, plain: &Outcome) -> Result<(), String> {
        if outcome.text == plain.text {
            return Ok(());
        }
        Err(format!("{self:?}: {by} computes\n  {}\nbut the plain call\n  {}", outcome.text, plain.text))
    }

    /// Five-point central differences of all outputs with respect to a direction.
    fn differences(&self, direction: &[f64], h: f64) -> Vec<f64> {
        let at = |step: f64| {
            let x: Vec<f64> = self.x.iter().zip(direction).map(|(x, d)| x + step * d).collect();
            (self.plain)(&x).y
        };
        let (left2, left, right, right2) = (at(-2.0 * h), at(-h), at(h), at(2.0 * h));
        let slope = |i: usize| (8.0 * (right[i] - left[i]) - (right2[i] - left2[i])) / (12.0 * h);
        (0..left.len()).map(slope).collect()
    }

    /// How far a derivative may be from differences with step `h`: relative to itself and to the largest of its kind, plus rounding.
    fn allowance(&self, value: f64, scale: f64, plain: &Outcome, h: f64) -> f64 {
        let (relative, epsilon) = if self.single { (2e-3, 1e-6) } else { (1e-6, 1e-14) };
        relative * (value.abs() + 0.01 * scale) + epsilon * largest(&plain.y).max(1.0) / h
    }

    fn step(&self, x: f64) -> f64 {
        x.abs().max(1.0) * if self.single { 1.0 / 64.0 } else { 2e-4 }
    }

    fn reverse_against_differences(&self, plain: &Outcome, y_bar: &[f64], x_bar: &[f64]) -> Result<(), String> {
        if x_bar.len() != self.x.len() {
            return Err(format!("{self:?}: the gradient has {} floats for {}", x_bar.len(), self.x.len()));
        }
        for i in 0..self.x.len() {
            let (h, mut direction) = (self.step(self.x[i]), vec![0.0; self.x.len()]);
            direction[i] = 1.0;
            let expected = dot(y_bar, &self.differences(&direction, h));
            let off = (x_bar[i] - expected).abs();
            if off.is_nan() || off > self.allowance(expected, largest(x_bar), plain, h) {
                return Err(format!("{self:?}: {}: reverse {:?}, differences {expected:?}", self.place(i), x_bar[i]));
            }
        }
        Ok(())
    }

    fn forward_against_differences(&self, plain: &Outcome, x_dot: &[f64], y_dot: &[f64]) -> Result<(), String> {
        let h = self.step(1.0);
        let expected = self.differences(x_dot, h);
        if y_dot.len() != expected.len() {
            return Err(format!("{self:?}: the tangent has {} floats for {}", y_dot.len(), expected.len()));
        }
        for (i, (y_dot_i, expected)) in y_dot.iter().zip(&expected).enumerate() {
            let off = (y_dot_i - expected).abs();
            if off.is_nan() || off > self.allowance(*expected, largest(y_dot), plain, h) {
                return Err(format!("{self:?}: output {i}: forward {y_dot_i:?}, differences {expected:?}"));
            }
        }
        Ok(())
    }

    /// Reverse is the transpose of forward: `y_bar · (J x_dot) = (Jᵀ y_bar) · x_dot`.
    fn transpose(&self, y_bar: &[f64], x_bar: &[f64], x_dot: &[f64], y_dot: &[f64]) -> Result<(), String> {
        let (forward, reverse) = (dot(y_bar, y_dot), dot(x_bar, x_dot));
        let size = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a * b).abs()).sum::<f64>();
        let tolerance = if self.single { 1e-4 } else { 1e-12 };
        let off = (forward - reverse).abs();
        if off.is_nan() || off > tolerance * (size(y_bar, y_dot) + size(x_bar, x_dot) + 1e-3) {
            return Err(format!("{self:?}: dot-product test: forward {forward:?}, reverse {reverse:?}"));
        }
        Ok(())
    }

    fn repeated_pulls(&self, plain: &Outcome, y_bar: &[f64], x_bar: &[f64]) -> Result<(), String> {
        let other = numbers(y_bar.len(), 3);
        let (outcome, pulls) = (self.persistent)(&self.x, &[y_bar.to_vec(), other.clone(), y_bar.to_vec(), other]);
        self.same_outcome("vjp_persistent", &outcome, plain)?;
        for (pull, expected) in [(0, x_bar), (2, x_bar), (3, &pulls[1])] {
            self.same_numbers(&format!("pull {pull} of vjp_persistent"), &pulls[pull], expected)?;
        }
        Ok(())
    }

    fn into_buffers(
        &self,
        plain: &Outcome,
        (y_bar, x_bar): (&[f64], &[f64]),
        (x_dot, y_dot): (&[f64], &[f64]),
    ) -> Result<(), String> {
        let (outcome, reverse) = (self.vjp_into)(&self.x, y_bar);
        self.same_outcome("vjp_into", &outcome, plain)?;
        self.same_numbers("vjp_into", &reverse, x_bar)?;
        let (outcome, forward) = (self.jvp_into)(&self.x, x_dot);
        self.same_outcome("jvp_into", &outcome, plain)?;
        self.same_numbers("jvp_into", &forward, y_dot).map_err(|error| format!("{error} (outputs, not parameters)"))
    }

    fn gradient_functions(&self, plain: &Outcome) -> Result<(), String> {
        if self.gradients.is_empty() {
            return Ok(());
        }
        let mut y_bar = vec![0.0; plain.y.len()];
        y_bar[0] = 1.0;
        let (_, expected) = (self.vjp)(&self.x, &y_bar);
        let before = numbers(self.x.len(), 4);
        for (by, gradient) in &self.gradients {
            let (outcome, x_bar) = gradient(&self.x, &before);
            self.same_outcome(by, &outcome, plain)?;
            let total = |(before, expected): (&f64, &f64)| before + expected;
            let added: Vec<f64> = before.iter().zip(&expected).map(total).collect();
            self.same_numbers(by, &x_bar, if by.ends_with("_add") { &added } else { &expected })?;
        }
        Ok(())
    }

    /// The same derivative by two ways; the order of additions may differ.
    fn same_numbers(&self, by: &str, x_bar: &[f64], expected: &[f64]) -> Result<(), String> {
        let tolerance = (if self.single { 1e-5 } else { 1e-13 }) * largest(expected).max(1.0);
        for (i, (x_bar, expected)) in x_bar.iter().zip(expected).enumerate() {
            let off = (x_bar - expected).abs();
            if off.is_nan() || off > tolerance {
                return Err(format!("{self:?}: {}: {by} gives {x_bar:?}, not {expected:?}", self.place(i)));
            }
        }
        if x_bar.len() == expected.len() { Ok(()) } else { Err(format!("{self:?}: {by} has {} floats", x_bar.len())) }
    }

    /// The parameter and the index within it of a float of the point.
    fn place(&self, mut i: usize) -> String {
        for (name, count) in &self.params {
            if i < *count {
                return format!("parameter {name}, float {i}");
            }
            i -= count;
        }
        format!("float {i} beyond the last parameter")
    }
}
