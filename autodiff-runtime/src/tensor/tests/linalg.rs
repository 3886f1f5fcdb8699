//! Equations and decompositions: values, derivatives, what is said if there are none.

use super::Numbers;
use super::operations::check;
use crate::Tensor;
use crate::tensor::linalg::{Cholesky, Det, Eigh, Eigvalsh, Inverse, LogDet, Solve, Triangular};

/// A matrix far from singular.
fn regular(n: usize) -> Tensor {
    Numbers(5).scattered(&[n, n]) + 3.0 * Tensor::eye(n)
}

/// A symmetric positive definite matrix.
fn positive(n: usize) -> Tensor {
    let x = regular(n);
    x.matmul(&x.t()) + Tensor::eye(n)
}

#[track_caller]
fn close(a: &Tensor, b: &Tensor) {
    let error = (a - b).abs().to_vec().into_iter().fold(0.0, f64::max);
    assert!(error < 1e-10, "{a}\n{b}");
}

#[test]
fn values() {
    let (a, b) = (regular(4), Numbers(6).tensor(&[4, 2]));
    close(&a.matmul(&a.solve(&b)), &b);
    close(&a.matmul(&a.solve(&b.slice((.., 0)))), &b.slice((.., 0)));
    close(&a.matmul(&a.inverse()), &Tensor::eye(4));
    assert!((a.log_det() - a.det().abs().ln()).abs() < 1e-12);
    assert!((Tensor::from([[2.0, 1.0], [5.0, 3.5]]).det() - 2.0_f64).abs() < 1e-12);
    let lower = positive(4).cholesky();
    close(&lower.matmul(&lower.t()), &positive(4));
    assert_eq!(lower[[0, 1]], 0.0);
    close(&lower.matmul(&(&lower + 0.0).solve_triangular(&b, true)), &b);
    close(&lower.t().matmul(&lower.t().solve_triangular(&b, false)), &b);
    let (values, vectors) = positive(4).eigh();
    close(&(&vectors * &values).matmul(&vectors.t()), &positive(4));
    assert!(values.to_vec().is_sorted());
    assert_eq!(Tensor::<f32>::eye(3).solve(&Tensor::ones([3])), Tensor::ones([3]));
    assert_eq!((Tensor::<f64>::eye(0).det(), Tensor::<f64>::eye(0).inverse().len()), (1.0, 0));
}

#[test]
fn derivatives() {
    let mut numbers = Numbers(8);
    check("Solve", &Solve, vec![regular(3), numbers.scattered(&[3, 2])]);
    check("Solve", &Solve, vec![regular(3), numbers.scattered(&[3])]);
    check("Inverse", &Inverse, vec![regular(3)]);
    check("Det", &Det, vec![regular(3)]);
    check("LogDet", &LogDet, vec![regular(3)]);
    check("Cholesky", &Cholesky, vec![positive(3)]);
    check("Triangular", &Triangular { lower: true }, vec![regular(3), numbers.scattered(&[3, 2])]);
    check("Triangular", &Triangular { lower: false }, vec![regular(3), numbers.scattered(&[3])]);
    check("Eigh", &Eigh, vec![positive(3)]);
    check("Eigvalsh", &Eigvalsh, vec![positive(3)]);
}

#[test]
#[should_panic(expected = "`inverse`: the matrix is singular")]
fn singular() {
    Tensor::from([[1.0, 2.0], [2.0, 4.0]]).inverse();
}

#[test]
#[should_panic(expected = "`cholesky`: the matrix is not positive definite")]
fn indefinite() {
    Tensor::from([[1.0, 2.0], [2.0, 1.0]]).cholesky();
}

#[test]
#[should_panic(expected = "`solve`: the shapes [2, 2] and [3] do not go together")]
fn other_shapes() {
    Tensor::<f64>::eye(2).solve(&Tensor::ones([3]));
}

/// The derivatives of `try_solve` and the like are those of `solve`; of what failed there are none.
#[test]
fn derivatives_of_what_may_fail() {
    use crate::Differentiable as _;
    use crate::shadow::ShadowOps as _;
    let (a, b, seed) = (regular(3), Numbers(6).tensor(&[3, 2]), Numbers(9).tensor(&[3, 2]));
    let (x, pull) = a.solve_forward(&b);
    let (found, pull_found) = a.try_solve_forward(&b);
    assert_eq!(found, Ok(x));
    let (bars, expected) = ([a.zeros(), b.zeros()], [a.zeros(), b.zeros()]);
    pull(&a, &b, &<Tensor>::seed(&seed), Some(&expected[0]), Some(&expected[1]));
    pull_found(&a, &b, &Some(<Tensor>::seed(&seed)), Some(&bars[0]), Some(&bars[1]));
    assert_eq!(bars.map(|bar| bar.take_grad()), expected.map(|bar| bar.take_grad()));
    let (a, dot) = (positive(3), regular(3));
    let (lower, lower_dot) = a.cholesky_tangent(Some(&dot));
    assert_eq!(a.try_cholesky_tangent(Some(&dot)), (Ok(lower), Some(lower_dot)));
    let singular = Tensor::ones([3, 3]);
    let (found, pull) = singular.try_inverse_forward();
    assert_eq!(found, Err(crate::LinalgError::Singular));
    let bar = singular.zeros();
    pull(&singular, &None, Some(&bar));
    assert!(bar.is_zero());
    assert_eq!((-singular).try_cholesky_tangent(Some(&dot)).1, None);
}
