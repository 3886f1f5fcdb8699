//! Comparing derivatives with differences and with each other, at one point.

use std::borrow::{Borrow, BorrowMut};
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

use crate::flat::Flat;

/// What `f::check` found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CheckError {
    /// The directional derivative differs from central differences.
    Forward {
        /// The parameter.
        parameter: &'static str,
        /// Which of the parameter's floats, counted from the first.
        index: usize,
        /// Which of the result's floats; those of `&mut` parameters follow those of the returned value.
        output: usize,
        /// The derivative in forward mode.
        forward: f64,
        /// The difference quotient.
        difference: f64,
    },
    /// The gradient differs from what the directional derivatives add up to.
    Reverse {
        /// The parameter.
        parameter: &'static str,
        /// Which of the parameter's floats, counted from the first.
        index: usize,
        /// The gradient in reverse mode, for a cotangent that weights all results.
        reverse: f64,
        /// The same in forward mode.
        forward: f64,
    },
    /// The value that derivatives are taken of is not what the function returns. Unless that depends on more than its arguments, it is a fault
    /// of this library's: please report it.
    Value {
        /// Which of the result's floats; those of `&mut` parameters follow those of the returned value.
        output: usize,
        /// What the function returns.
        function: f64,
        /// The value beside its derivatives.
        value: f64,
    },
    /// The parameter cannot be varied: it is not `Clone`, or its floats are behind shared references.
    Fixed {
        /// The parameter.
        parameter: &'static str,
    },
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CheckError::Forward { parameter, index, output, forward, difference } => write!(
                f,
                "derivative of output {output} with respect to `{parameter}`, float {index}: \
                 {forward:e} in forward mode, {difference:e} by central differences"
            ),
            CheckError::Reverse { parameter, index, reverse, forward } => {
                write!(
                    f,
                    "gradient with respect to `{parameter}`, float {index}: {reverse:e} in reverse mode, {forward:e} in forward mode"
                )
            }
            CheckError::Value { output, function, value } => {
                write!(
                    f,
                    "output {output}: the function returns {function:e}, its derivatives are those of what returns {value:e}"
                )
            }
            CheckError::Fixed { parameter } => {
                write!(f, "`{parameter}` cannot be varied: its type is not `Clone`, or its floats are behind shared references")
            }
        }
    }
}

impl std::error::Error for CheckError {}

/// Makes an owned copy of a parameter, where its type allows that.
#[derive(Debug)]
pub struct Copier<'a, T: ?Sized>(pub &'a T);

impl<T: ToOwned + ?Sized> Copier<'_, T> {
    /// The copy.
    #[inline]
    pub fn copied(&self) -> Option<T::Owned> {
        Some(self.0.to_owned())
    }
}

/// What [`Copier::copied`] is for types that cannot be copied: method lookup comes here only if the inherent method's bound fails.
pub trait UncopiedExt<T: ?Sized> {
    /// No copy.
    fn copied(&self) -> Option<Uncopied<T>>;
}

impl<T: ?Sized> UncopiedExt<T> for Copier<'_, T> {
    #[inline]
    fn copied(&self) -> Option<Uncopied<T>> {
        None
    }
}

/// The copy that does not exist.
#[derive(Debug)]
pub struct Uncopied<T: ?Sized>(Infallible, PhantomData<T>);

impl<T: ?Sized> Borrow<T> for Uncopied<T> {
    fn borrow(&self) -> &T {
        match self.0 {}
    }
}

impl<T: ?Sized> BorrowMut<T> for Uncopied<T> {
    fn borrow_mut(&mut self) -> &mut T {
        match self.0 {}
    }
}

/// The floats of a value and the coarsest machine epsilon among them.
pub fn gather<T: Flat + ?Sized>(x: &T) -> Floats {
    let (mut floats, mut epsilon) = (Vec::new(), 0.0_f64);
    x.floats(&mut |float, its_epsilon| {
        floats.push(float);
        epsilon = epsilon.max(its_epsilon);
    });
    (floats, epsilon)
}

/// A copy of the parameter `name`, which is `like`, with other floats in it.
///
/// # Errors
///
/// If there is no copy or not all its floats can be replaced.
pub fn scatter<'c, T: Flat + ?Sized, O: BorrowMut<T>>(
    name: &'static str,
    like: &T,
    copy: &'c mut Option<O>,
    floats: &[f64],
) -> Result<&'c mut T, CheckError> {
    let copy = again(name, like, copy)?;
    match cotangent(copy, floats) {
        [] => Ok(copy),
        [..] => Err(CheckError::Fixed { parameter: name }),
    }
}

/// A copy of the parameter `name`, which is `_like`, for one run to change.
///
/// # Errors
///
/// If there is no copy.
pub fn again<'c, T: ?Sized, O: BorrowMut<T>>(
    name: &'static str,
    _like: &T,
    copy: &'c mut Option<O>,
) -> Result<&'c mut T, CheckError> {
    Ok(copy.as_mut().ok_or(CheckError::Fixed { parameter: name })?.borrow_mut())
}

/// Sets the floats of `x` from the first of `floats`; returns the others.
pub fn cotangent<'f, T: Flat + ?Sized>(x: &mut T, floats: &'f [f64]) -> &'f [f64] {
    let mut at = 0;
    x.floats_mut(&mut |_| {
        at += 1;
        floats[at - 1]
    });
    &floats[at..]
}

/// Makes a zero tangent the direction of its float `index`.
pub fn unit<T: Flat + ?Sized>(tangent: &mut T, index: usize) {
    let mut at = 0;
    tangent.floats_mut(&mut |_| {
        at += 1;
        if at - 1 == index { 1.0 } else { 0.0 }
    });
}

/// Floats of a value, and the coarsest machine epsilon among them.
pub(crate) type Floats = (Vec<f64>, f64);

/// The results' floats, given the parameters' floats.
pub(crate) type Primal<'a> = &'a dyn Fn(&[Vec<f64>]) -> Result<Floats, CheckError>;

/// The results' derivatives, given the parameter and which of its floats.
pub(crate) type Forward<'a> = &'a dyn Fn(usize, usize) -> Result<Vec<f64>, CheckError>;

/// The gradients, given the results' cotangents.
pub(crate) type Reverse<'a> = &'a dyn Fn(&[f64]) -> Result<Vec<Vec<f64>>, CheckError>;

/// A function at a point, as [`check`] sees it: floats in, floats out.
pub struct Case<'a> {
    /// The names of the differentiable parameters.
    pub names: &'a [&'static str],
    /// Their floats, and the coarsest machine epsilon of each.
    pub at: Vec<Floats>,
    /// The function.
    pub primal: Primal<'a>,
    /// Its forward mode.
    pub tangent: Forward<'a>,
    /// Its reverse mode.
    pub reverse: Reverse<'a>,
}

impl fmt::Debug for Case<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case").field("names", &self.names).field("at", &self.at).finish_non_exhaustive()
    }
}

/// Compares forward mode with central differences and reverse mode with forward mode. The results' floats, as the forward sweep has them.
///
/// # Errors
///
/// The first float for which they differ by more than rounding and the curvature explain.
pub fn check(case: &Case<'_>) -> Result<Floats, CheckError> {
    let mut at: Vec<Vec<f64>> = case.at.iter().map(|(floats, _)| floats.clone()).collect();
    let (outputs, epsilon) = (case.primal)(&at)?;
    let epsilon = case.at.iter().fold(epsilon, |epsilon, (_, its)| epsilon.max(*its));
    let weights: Vec<f64> = (0..outputs.len()).map(weight).collect();
    let gradients = (case.reverse)(&weights)?;
    let largest = gradients.iter().flatten().filter(|v| v.is_finite()).fold(0.0_f64, |m, v| m.max(v.abs()));
    for (p, &parameter) in case.names.iter().enumerate() {
        // A `Vec` that is longer or shorter after the call has the shadow of what it is then.
        for index in 0..at[p].len() {
            let reverse = gradients[p].get(index).copied().unwrap_or(0.0);
            let tangent = (case.tangent)(p, index)?;
            let quotients = Quotients::new(case, &mut at, p, index, epsilon)?;
            let floors = floors(&outputs, at[p][index], epsilon);
            for (output, &forward) in tangent.iter().enumerate() {
                if let Some(difference) = quotients.refutes(output, forward, epsilon, floors[output]) {
                    return Err(CheckError::Forward { parameter, index, output, forward, difference });
                }
            }
            let forward = tangent.iter().zip(&weights).map(|(t, w)| t * w).sum::<f64>();
            let size = tangent.iter().zip(&weights).map(|(t, w)| (t * w).abs()).sum::<f64>();
            let floor = floors.iter().zip(&weights).map(|(floor, w)| floor * w.abs()).sum::<f64>();
            if !close(reverse, forward, epsilon.sqrt() * size + 1e3 * epsilon * largest + floor) {
                return Err(CheckError::Reverse { parameter, index, reverse, forward });
            }
        }
    }
    Ok((outputs, epsilon))
}

/// Compares the results' floats of the forward sweep with those of the function itself.
///
/// # Errors
///
/// The first float for which they differ by more than rounding.
pub fn check_values((values, epsilon): &Floats, (function, _): &Floats) -> Result<(), CheckError> {
    let longest = values.len().max(function.len());
    for output in 0..longest {
        // One that is missing differs from any.
        let at = |floats: &[f64]| floats.get(output).copied();
        let same =
            at(function).zip(at(values)).is_some_and(|(function, value)| close(function, value, 1e4 * epsilon * value.abs()));
        if !same {
            let [function, value] = [function, values].map(|floats| at(floats).unwrap_or(f64::NAN));
            return Err(CheckError::Value { output, function, value });
        }
    }
    Ok(())
}

/// Cotangents that no symmetry of the function makes cancel.
fn weight(output: usize) -> f64 {
    let fraction = ((output + 1) as f64 * 0.618_033_988_749_895).fract();
    if output % 3 == 1 { -0.5 - fraction } else { 0.5 + fraction }
}

/// For each output what rounding alone makes of a derivative with respect to `x` that is zero: terms that cancel are of the size
/// of the output over that of `x`. What is exactly zero says nothing of its size; then the other outputs do, else it is taken for 1.
fn floors(outputs: &[f64], x: f64, epsilon: f64) -> Vec<f64> {
    let finite = |y: &f64| if y.is_finite() { y.abs() } else { 0.0 };
    let largest = outputs.iter().map(finite).fold(0.0_f64, f64::max);
    let largest = if largest == 0.0 { 1.0 } else { largest };
    let sizes = outputs.iter().map(|y| if *y == 0.0 { largest } else { finite(y) });
    sizes.map(|size| 16.0 * epsilon * size / x.abs().max(1e-2)).collect()
}

/// Equal up to `allowed`, infinities and NaN included.
fn close(a: f64, b: f64, allowed: f64) -> bool {
    a == b || (a - b).abs() <= allowed || (a.is_nan() && b.is_nan())
}

/// Central differences of all outputs with two steps, whose distance tells their error.
struct Quotients {
    wide: Vec<f64>,
    narrow: Vec<f64>,
    /// What rounding of the outputs does to them.
    noise: Vec<f64>,
}

impl Quotients {
    fn new(case: &Case<'_>, at: &mut [Vec<f64>], p: usize, index: usize, epsilon: f64) -> Result<Quotients, CheckError> {
        let x = at[p][index];
        let step = epsilon.cbrt() * x.abs().max(1e-2);
        let mut quotients = |step: f64| {
            at[p][index] = x + step;
            let (upper, _) = (case.primal)(at)?;
            at[p][index] = x - step;
            let (lower, _) = (case.primal)(at)?;
            at[p][index] = x;
            let noise = upper.iter().zip(&lower).map(|(u, l)| epsilon * u.abs().max(l.abs()) / step).collect();
            Ok((upper.iter().zip(&lower).map(|(u, l)| (u - l) / (2.0 * step)).collect(), noise))
        };
        let (wide, _): (Vec<f64>, Vec<f64>) = quotients(2.0 * step)?;
        let (narrow, noise) = quotients(step)?;
        Ok(Quotients { wide, narrow, noise })
    }

    /// The difference quotient, if it contradicts `derivative`. At an end of the domain, where it is not finite, it says nothing.
    fn refutes(&self, output: usize, derivative: f64, epsilon: f64, floor: f64) -> Option<f64> {
        let (wide, narrow) = (self.wide[output], self.narrow[output]);
        let relative = 2.0 * epsilon.cbrt() * derivative.abs().max(narrow.abs());
        let allowed = relative + 4.0 * (wide - narrow).abs() + 16.0 * self.noise[output] + floor;
        (narrow.is_finite() && allowed.is_finite() && !close(derivative, narrow, allowed)).then_some(narrow)
    }
}

#[cfg(test)]
mod tests;
