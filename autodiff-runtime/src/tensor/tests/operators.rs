//! Operators and elementwise functions, against a loop over indices.

use super::Numbers;
use crate::Tensor;

/// The result's shape and elements, by the definition.
fn naive(a: &Tensor, b: &Tensor, f: impl Fn(f64, f64) -> f64) -> Tensor {
    let n = a.ndim().max(b.ndim());
    let len = |x: &Tensor, axis: usize| (axis + x.ndim()).checked_sub(n).map_or(1, |own| x.shape()[own]);
    let shape: Vec<usize> = (0..n).map(|axis| if len(a, axis) == 1 { len(b, axis) } else { len(a, axis) }).collect();
    let at = |x: &Tensor, index: &[usize]| {
        let own: Vec<usize> =
            index[n - x.ndim()..].iter().zip(x.shape()).map(|(i, len)| if *len == 1 { 0 } else { *i }).collect();
        x.view()[own.as_slice()]
    };
    Tensor::from_fn(&shape, |index| f(at(a, index), at(b, index)))
}

#[test]
fn random_shapes_broadcast() {
    let mut numbers = Numbers(1);
    let (mut broadcast, mut equal) = (0, 0);
    for _ in 0..300 {
        let (shape_a, shape_b) = numbers.shapes();
        let (a, b) = (numbers.scattered(&shape_a), numbers.scattered(&shape_b));
        (broadcast, equal) = (broadcast + usize::from(shape_a != shape_b), equal + usize::from(shape_a == shape_b));
        let copies = (a.to_vec(), b.to_vec());
        assert_eq!(&a + &b, naive(&a, &b, |a, b| a + b));
        assert_eq!(&a - b.clone(), naive(&a, &b, |a, b| a - b));
        assert_eq!(a.clone() * &b, naive(&a, &b, |a, b| a * b));
        assert_eq!(a.atan2(&b), naive(&a, &b, f64::atan2));
        assert_eq!(a.maximum(&b), naive(&a, &b, f64::max));
        assert_eq!(a.lt(&b).to_vec(), naive(&a, &b, |a, b| f64::from(u8::from(a < b))).map(|x| x == 1.0).to_vec());
        assert_eq!((a.to_vec(), b.to_vec()), copies, "operands that are used again have not changed");
        // Given away and shared by nobody, their memory may be used.
        let fresh = |x: &Tensor| Tensor::from_shape_vec(x.shape(), x.to_vec());
        assert_eq!(fresh(&a) / fresh(&b), naive(&a, &b, |a, b| a / b));
        assert_eq!(fresh(&a) % &b, naive(&a, &b, |a, b| a % b));
        assert_eq!(&a - fresh(&b), naive(&a, &b, |a, b| a - b));
        assert_eq!(2.5 - &a, naive(&Tensor::scalar(2.5), &a, |a, b| a - b));
        assert_eq!(fresh(&a) * 2.5, naive(&a, &Tensor::scalar(2.5), |a, b| a * b));
    }
    assert!(broadcast > 100 && equal > 10, "{broadcast} pairs of different shapes, {equal} of equal ones");
}

#[test]
fn axes_without_elements() {
    let (none, row) = (Tensor::zeros([0, 3]), Tensor::from([1.0, 2.0, 3.0]));
    assert_eq!((&none + &row).shape(), [0, 3]);
    assert_eq!((row.expand(0) * &none).shape(), [0, 3]);
    assert_eq!((&none + 1.0).exp().shape(), [0, 3]);
    assert_eq!(none.sum(), 0.0);
    assert_eq!(none.sum_axis(0).to_vec(), [0.0; 3]);
}

#[test]
fn long_rows_are_done_in_pieces() {
    let x = Tensor::from_fn([3, 1000], |at| (at[0] * 1000 + at[1]) as f64);
    let column = Tensor::from([[1.0], [2.0], [3.0]]);
    assert_eq!(&x * &column, naive(&x, &column, |a, b| a * b));
    let t = Tensor::from_fn([1000, 3], |at| (at[0] + 7 * at[1]) as f64).t();
    assert_eq!(&x + &t, naive(&x, &t, |a, b| a + b));
    assert_eq!(t.to_vec().len(), 3000);
}

#[test]
fn temporaries_are_reused() {
    let (x, y): (Tensor, Tensor) = (Tensor::ones([4, 4]), Tensor::ones([4]));
    let product = &x * 2.0;
    let at = product.as_slice().unwrap().as_ptr();
    let sum = &y + product;
    assert_eq!(sum.as_slice().unwrap().as_ptr(), at);
    let kept = sum.clone();
    let negated = -sum;
    assert_ne!(negated.as_slice().unwrap().as_ptr(), at, "somebody else has it too");
    assert_eq!((kept[[0, 0]], negated[[3, 3]]), (3.0, -3.0));
}

#[test]
fn assigning_operators() {
    let mut x: Tensor = Tensor::ones([2, 3]);
    let before = x.clone();
    x += &Tensor::from([1.0, 2.0, 3.0]);
    x *= 2.0;
    x -= Tensor::from([[1.0], [2.0]]);
    x /= &x.clone();
    assert_eq!((x, before), (Tensor::ones([2, 3]), Tensor::ones([2, 3])));
    let mut rows = Tensor::from([[1.0, 2.0], [3.0, 4.0]]).t();
    rows += Tensor::from([10.0, 20.0]);
    assert_eq!(rows, Tensor::from([[11.0, 23.0], [12.0, 24.0]]));
    assert_eq!([Tensor::ones([2]), Tensor::from([1.0, 2.0])].iter().sum::<Tensor>().to_vec(), [2.0, 3.0]);
}

#[test]
#[should_panic(expected = "`*`: the shapes [2, 3] and [2] do not go together")]
fn shapes_that_do_not_broadcast() {
    let _ = Tensor::<f64>::ones([2, 3]) * Tensor::ones([2]);
}

#[test]
#[should_panic(expected = "`+=`: the shapes [3] and [2, 3] do not go together")]
fn what_is_assigned_to_does_not_grow() {
    let mut x: Tensor = Tensor::ones([3]);
    x += Tensor::ones([2, 3]);
}

#[test]
fn functions_of_each_element() {
    let x = Tensor::from([0.25, 0.5, 0.75_f32]);
    assert_eq!(x.sin().to_vec(), [0.25, 0.5, 0.75].map(f32::sin));
    assert_eq!(x.powf(1.5).to_vec(), [0.25, 0.5, 0.75].map(|x: f32| x.powf(1.5)));
    assert_eq!(x.powi(2), x.square());
    assert_eq!(x.clamp(0.3, 0.6).to_vec(), [0.3, 0.5, 0.6]);
    assert_eq!(x.mul_add(&x, 1.0).to_vec(), [0.25, 0.5, 0.75].map(|x: f32| x.mul_add(x, 1.0)));
    assert_eq!(x.ge(0.5).to_vec(), [false, true, true]);
}

/// The adjoints of operands of random shapes, against a loop over indices; of a sum and a difference also with nothing left of the operands
/// but their shapes.
#[test]
fn adjoints_of_random_shapes() {
    use crate::rt::{Rule2, prim};
    /// What `f` makes of the adjoint and the elements of the operands, summed into the elements of an operand.
    fn summed(into: &Tensor, bar: &Tensor, a: &Tensor, b: &Tensor, f: impl Fn(f64, f64, f64) -> f64) -> Tensor {
        let spread = |x: &Tensor| x.broadcast_to(bar.shape());
        let (a, b) = (spread(a), spread(b));
        let mut sum = Tensor::zeros(into.shape());
        let skipped = bar.ndim() - into.ndim();
        Tensor::from_fn(bar.shape(), |at| {
            let own: Vec<usize> = at[skipped..].iter().zip(into.shape()).map(|(i, len)| i % len).collect();
            sum[own.as_slice()] += f(bar[at], a[at], b[at]);
        });
        sum
    }
    #[track_caller]
    fn close(found: &Tensor, expected: &Tensor) {
        assert_eq!(found.shape(), expected.shape());
        assert!((found - expected).abs().0.iter().all(|x| *x < 1e-12), "{found}\n{expected}");
    }
    let mut numbers = Numbers(11);
    for _ in 0..200 {
        let (shape_a, shape_b) = numbers.shapes();
        let (a, b) = (numbers.scattered(&shape_a), numbers.scattered(&shape_b));
        let (sum, product, quotient) = (&a + &b, &a * &b, &a / &b);
        let bar = numbers.scattered(sum.shape());
        let lhs = Rule2::<prim::mul, _>::pull_lhs(&a, &b, &product, bar.clone());
        close(&lhs, &summed(&a, &bar, &a, &b, |bar, _, b| bar * b));
        let rhs = Rule2::<prim::div, _>::pull_rhs(&a, &b, &quotient, bar.clone());
        let expected = summed(&b, &bar, &a, &b, |bar, a, b| -bar * a / (b * b));
        assert!((&rhs - &expected).abs().0.iter().zip(&expected.0).all(|(error, x)| *error < 1e-9 * (1.0 + x.abs())));
        let (minus_a, minus_b) = (summed(&a, &bar, &a, &b, |bar, _, _| bar), summed(&b, &bar, &a, &b, |bar, _, _| -bar));
        let (mut a, mut b, mut out) = (a, b, sum);
        for only_shapes in [false, true] {
            if only_shapes {
                for x in [&mut a, &mut b, &mut out] {
                    x.leave_outline();
                }
            }
            close(&Rule2::<prim::add, _>::pull_lhs(&a, &b, &out, bar.clone()), &minus_a);
            close(&Rule2::<prim::sub, _>::pull_lhs(&a, &b, &out, bar.clone()), &minus_a);
            close(&Rule2::<prim::sub, _>::pull_rhs(&a, &b, &out, bar.clone()), &minus_b);
        }
    }
}
