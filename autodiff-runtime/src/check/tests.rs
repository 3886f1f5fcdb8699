use super::*;

/// `(x · k, Σ wᵢ²)` with the given derivative of the first and gradient of the second.
fn case(slope: f64, gradient: f64) -> Result<(), CheckError> {
    let w = [1.0, -2.0];
    check(&Case {
        names: &["x", "w"],
        at: vec![gather(&3.0), gather(w.as_slice())],
        primal: &|at| Ok((vec![at[0][0] * 5.0, at[1].iter().map(|w| w * w).sum()], f64::EPSILON)),
        tangent: &|p, i| Ok(if p == 0 { vec![slope, 0.0] } else { vec![0.0, 2.0 * w[i]] }),
        reverse: &|bar| Ok(vec![vec![5.0 * bar[0]], w.iter().map(|w| gradient * w * bar[1]).collect()]),
    })
    .map(drop)
}

#[test]
fn right_derivatives_pass() {
    assert_eq!(case(5.0, 2.0), Ok(()));
}

#[test]
fn a_wrong_tangent_is_named() {
    let error = case(5.001, 2.0).unwrap_err();
    assert!(matches!(error, CheckError::Forward { parameter: "x", index: 0, output: 0, .. }), "{error}");
    assert!(error.to_string().starts_with("derivative of output 0 with respect to `x`, float 0: 5.001e0 in forward mode, 5.0"));
}

#[test]
fn a_wrong_gradient_is_named() {
    let error = case(5.0, 2.001).unwrap_err();
    assert!(matches!(error, CheckError::Reverse { parameter: "w", index: 0, .. }), "{error}");
}

/// `y = 0 · x`, with the given derivative in forward mode and gradient.
fn constant(y: f64, x: f64, slope: f64, gradient: f64) -> Result<(), CheckError> {
    check(&Case {
        names: &["x"],
        at: vec![gather(&x)],
        primal: &|_| Ok((vec![y], f64::EPSILON)),
        tangent: &|_, _| Ok(vec![slope]),
        reverse: &|bar| Ok(vec![vec![gradient * bar[0]]]),
    })
    .map(drop)
}

#[test]
fn rounding_of_zero_is_zero() {
    for (y, x) in [(0.0, 1.0), (0.0, 0.0), (3.0, 0.5), (1e-20, 1.0)] {
        // What is exactly zero may be the difference of numbers around 1.
        let size = if y == 0.0 { 1.0 } else { y };
        assert_eq!(constant(y, x, 0.0, 1.4e-17 * size), Ok(()), "{y} at {x}");
    }
    assert_eq!(constant(0.0, 1.0, 1.4e-17, 0.0), Ok(()));
    // Small numbers are no rounding where all numbers are small.
    assert!(matches!(constant(1e-20, 1.0, 1e-20, 1e-20), Err(CheckError::Forward { .. })));
    assert!(matches!(constant(1e-20, 1.0, 0.0, 1e-20), Err(CheckError::Reverse { .. })));
}

#[test]
fn what_cannot_be_copied_is_reported() {
    struct Opaque;
    impl Flat for Opaque {
        const VARIES: bool = false;
        fn lengths(&self, _: &mut dyn FnMut(usize)) {}
        fn floats(&self, _: &mut dyn FnMut(f64, f64)) {}
        fn floats_mut(&mut self, _: &mut dyn FnMut(f64) -> f64) {}
    }
    let mut copy = Copier(&Opaque).copied();
    assert!(matches!(scatter("p", &Opaque, &mut copy, &[]), Err(CheckError::Fixed { parameter: "p" })));
    let mut copy = Copier([1.0, 2.0].as_slice()).copied();
    assert_eq!(scatter("w", [1.0, 2.0].as_slice(), &mut copy, &[3.0, 4.0]), Ok([3.0, 4.0].as_mut_slice()));
}

#[test]
fn floats_behind_shared_references_are_reported() {
    let rows = [[1.0, 2.0].as_slice()];
    let mut copy = Copier(rows.as_slice()).copied();
    assert!(matches!(scatter("rows", rows.as_slice(), &mut copy, &[3.0, 4.0]), Err(CheckError::Fixed { .. })));
}

#[test]
fn ends_of_the_domain_are_not_errors() {
    let passed = check(&Case {
        names: &["x"],
        at: vec![gather(&0.0)],
        primal: &|at| Ok((vec![at[0][0].sqrt()], f64::EPSILON)),
        tangent: &|_, _| Ok(vec![f64::INFINITY]),
        reverse: &|_| Ok(vec![vec![f64::INFINITY]]),
    });
    assert_eq!(passed.map(drop), Ok(()));
}
