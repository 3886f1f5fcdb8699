#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

/// # Derivatives in differentiated functions
///
/// A differentiated function may call `f::grad`, `f::value_and_grad`, `f::jvp`, `f::hvp`, and `f::vjp` or `f::vjp_persistent` with their
/// pullback, of a function whose order is one higher than it would be without. What they return is memory of unknown type
/// unless a type is written.
///
/// ```
/// use differentiate::differentiate;
///
/// #[differentiate(order = 2)]
/// fn energy(q: &[f64], k: f64) -> f64 {
///     let mut e = 0.0;
///     for i in 1..q.len() {
///         e += 0.5 * k * (q[i] - q[i - 1]).powi(2);
///     }
///     e
/// }
///
/// /// Where the end is after a time.
/// #[differentiate]
/// fn swing(q: &[f64], k: f64) -> f64 {
///     let (mut q, mut v) = (q.to_vec(), vec![0.0; q.len()]);
///     for _ in 0..10 {
///         let (_, pull) = energy::vjp(&q, k);
///         let (force, _): (Vec<f64>, f64) = pull(-1.0);
///         for i in 0..q.len() {
///             v[i] += 0.1 * force[i];
///         }
///         for i in 0..q.len() {
///             q[i] += 0.1 * v[i];
///         }
///     }
///     q[q.len() - 1]
/// }
///
/// swing::check(&[0.0, 1.0, 3.0], 0.7)?;
/// # Ok::<(), differentiate::CheckError>(())
/// ```
///
/// The pullback may be called any number of times there, each time at the cost of `f` and its pullback, and dropped; it cannot be returned, chosen
/// by a branch, stored or passed on.
///
/// A function of your own may have one of these names: `m::grad(x)` is the gradient of the function `m`, or the function `grad` of the
/// module `m` if that is differentiated. (`m::vjp` is always the former.)
///
/// # Options
///
/// | in the attribute | what it says |
/// |---|---|
/// | `order = 2` | with second derivatives; up to 6. The attribute twice is the same. |
/// | `wrt(x, w)` | derivatives with respect to these parameters only; `#[constant]` on a parameter leaves that one out. |
/// | `recursive` | one of several functions that call each other in a circle. (That a function calls itself is seen.) |
/// | `companion = Name` | another name for the companion, where the function's own is that of a type. |
/// | `crate = path` | where this crate is, if it is re-exported. |
/// | `skip` | leaves a method of a differentiated `impl` out. |
/// | `d(x) = …`, or `vjp = …, jvp = …` | a rule of your own, see below. |
///
/// Without `recursive` rustc says of a circle that it "cannot resolve opaque type" (E0720):
///
/// ```
/// use differentiate::differentiate;
///
/// #[differentiate(recursive)]
/// fn even(x: f64, n: usize) -> f64 {
///     if n == 0 { x } else { x * odd(x.sin(), n - 1) }
/// }
///
/// #[differentiate]
/// fn odd(x: f64, n: usize) -> f64 {
///     if n == 0 { 1.0 } else { x + even(x.cos(), n - 1) }
/// }
///
/// even::check(0.7, 5)?;
/// # Ok::<(), differentiate::CheckError>(())
/// ```
///
/// # Rules of your own
///
/// With a rule in the attribute the function's body is opaque: it is run as it is, and may be anything (FFI, tables, `unsafe`).
///
/// `#[differentiate(d(x) = expr, d(y) = expr)]` states the partial derivatives of a function of floats, by value or by reference, to a
/// float, as expressions in the parameters and in `out`, the result. A parameter that could carry a derivative and has no `d(…)` has to be
/// `#[constant]`. An expression is only evaluated where its value is wanted, and should have no effects. It is multiplied
/// with what comes in: an infinite one makes `NaN` of zero. With `order = 2` and above the expressions are differentiated in their turn,
/// and so have to be made of what has derivatives; at order 1 they may be anything.
///
/// ```
/// use differentiate::differentiate;
///
/// #[differentiate(d(x) = x / out, d(y) = y / out)]
/// fn length(x: f64, y: f64) -> f64 {
///     x.hypot(y)
/// }
///
/// assert_eq!(length::grad(3.0, 4.0), (0.6, 0.8));
/// assert_eq!(length::jvp(3.0, 4.0, 0.0, 1.0), (5.0, 0.8));
/// ```
///
/// `#[differentiate(vjp = path, jvp = path)]` is for everything else without `&mut` parameters. With `params…` the function's parameters,
/// both are called with what the companion's functions of these names take:
///
/// * `vjp(params…, y_bar) -> gradients`, where the cotangent and the gradients are those of the companion's pullback: a bare
///   gradient for one differentiable parameter, a tuple for several;
/// * `jvp(params…, dots…) -> (value, dot)`, with a direction for each differentiable parameter: by value if that is, else by
///   reference. The value has to be what the function returns.
///
/// They give derivatives of order 1. `check` compares the two with each other and with differences.
///
/// ```
/// use differentiate::differentiate;
///
/// #[differentiate(vjp = sorted_vjp, jvp = sorted_jvp)]
/// fn sorted(x: &[f64]) -> Vec<f64> {
///     order(x).into_iter().map(|i| x[i]).collect()
/// }
///
/// fn order(x: &[f64]) -> Vec<usize> {
///     let mut order: Vec<usize> = (0..x.len()).collect();
///     order.sort_by(|i, j| x[*i].total_cmp(&x[*j]));
///     order
/// }
///
/// fn sorted_vjp(x: &[f64], y_bar: Vec<f64>) -> Vec<f64> {
///     let mut x_bar = vec![0.0; x.len()];
///     order(x).into_iter().zip(y_bar).for_each(|(i, bar)| x_bar[i] = bar);
///     x_bar
/// }
///
/// fn sorted_jvp(x: &[f64], x_dot: &[f64]) -> (Vec<f64>, Vec<f64>) {
///     (sorted(x), order(x).into_iter().map(|i| x_dot[i]).collect())
/// }
///
/// #[differentiate]
/// fn median(x: &[f64]) -> f64 {
///     let y: Vec<f64> = sorted(x);
///     y[x.len() / 2]
/// }
///
/// assert_eq!(median::grad(&[7.0, 1.0, 3.0]), [0.0, 0.0, 1.0]);
/// sorted::check(&[7.0, 1.0, 3.0]).unwrap();
/// ```
pub use autodiff_macros::differentiate;
#[cfg(feature = "linalg")]
pub use autodiff_runtime::LinalgError;
#[doc(hidden)]
pub use autodiff_runtime::rt;
pub use autodiff_runtime::{
    AddScaled, Axes, CheckError, Differentiable, Grad, Gradient, Indices, Part, Parts, Real, ShadowOf, ShapeError, Tangent,
    Tensor, stop_gradient,
};
#[cfg(feature = "npy")]
pub use autodiff_runtime::{ReadNpyError, WriteNpyError};

/// How a struct or enum of yours carries derivatives.
///
/// Every field whose type does carries them; `#[constant]` on a field leaves it out, whatever it is. Beside `S` stands `SGrad`, of
/// the same visibility, variants and field names, with `()` for what carries nothing.
///
/// ```
/// use differentiate::{AddScaled, Differentiable, Gradient, differentiate};
///
/// #[derive(Differentiable)]
/// struct Line {
///     slope: f64,
///     offset: f64,
///     name: String,
/// }
///
/// #[differentiate]
/// fn error(line: &Line, x: f64, y: f64) -> f64 {
///     (line.slope * x + line.offset - y).powi(2)
/// }
///
/// let mut line = Line { slope: 1.0, offset: 0.5, name: "first".into() };
/// let (line_bar, ..) = error::grad(&line, 2.0, 3.0);
/// assert_eq!(line_bar, LineGrad { slope: -2.0, offset: -1.0, name: () });
/// line.add_scaled(-0.1, &line_bar);                // a step of gradient descent
/// assert_eq!((line.slope, line.offset), (1.2, 0.6));
/// assert_eq!(line_bar.dot(&line_bar), 5.0);        // `scale`, `+=` and `*=` as well
/// ```
///
/// Generic types ask of their parameters what their fields need. A struct that borrows has no gradient, since nobody would own it.
/// `#[differentiable(crate = path)]` says where this crate lives, for re-exports.
pub use autodiff_macros::Differentiable;
