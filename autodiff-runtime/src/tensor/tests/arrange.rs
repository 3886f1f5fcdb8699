//! Shapes, orders and parts.

use crate::{Part, Tensor};

fn counted(shape: &[usize]) -> Tensor {
    let mut next = -1.0;
    Tensor::from_fn(shape, |_| {
        next += 1.0;
        next
    })
}

#[test]
fn shapes_and_orders() {
    let x = counted(&[2, 3, 4]);
    assert_eq!(x.t().shape(), [2, 4, 3]);
    assert_eq!(x.permute([2, 0, 1]).shape(), [4, 2, 3]);
    assert_eq!(x.permute([2, 0, 1])[[3, 1, 2]], x[[1, 2, 3]]);
    assert_eq!(x.reshape([6, 4]).flatten(), x.flatten());
    assert_eq!(x.t().flatten().to_vec(), x.t().to_vec());
    assert_eq!(x.expand(1).shape(), [2, 1, 3, 4]);
    assert_eq!(x.expand(3).expand(0).squeeze([0, 4]), x);
    assert_eq!(Tensor::from([1.0, 2.0]).broadcast_to([2, 2]), Tensor::from([[1.0, 2.0], [1.0, 2.0]]));
    assert_eq!(x.try_reshape([5]).unwrap_err().to_string(), "the shape [2, 3, 4] does not become [5]");
    assert!(x.try_broadcast_to([2, 3]).is_err());
    assert_eq!(counted(&[3]).t(), counted(&[3]));
}

#[test]
fn parts_share_the_elements() {
    let x = counted(&[3, 4]);
    assert_eq!(x.slice((1..3, 2)).to_vec(), [6.0, 10.0]);
    assert_eq!(x.slice((.., ..=1)), Tensor::from([[0.0, 1.0], [4.0, 5.0], [8.0, 9.0]]));
    assert_eq!(x.slice((2, 3)).to_vec(), [11.0]);
    assert_eq!(x.slice((Part::from(..).step(-2), Part::from(1..).step(2))), Tensor::from([[9.0, 11.0], [1.0, 3.0]]));
    assert_eq!(x.flip(1).slice(0).to_vec(), [3.0, 2.0, 1.0, 0.0]);
    assert_eq!(x.index_axis(1, 2).to_vec(), [2.0, 6.0, 10.0]);
    assert_eq!(x.slice_axis(0, 3..).shape(), [0, 4]);
    let pieces = x.split(1, [1, 3]);
    assert_eq!((pieces[0].shape(), pieces[1].shape()), ([3, 1].as_slice(), [3, 3].as_slice()));
    let mut row = x.slice(1);
    row[[0]] = 100.0;
    assert_eq!(x[[1, 0]], 4.0);
}

#[test]
#[should_panic(expected = "`slice`: axis 1 of the shape [3, 4] has no At(4)")]
fn parts_have_to_be_there() {
    counted(&[3, 4]).slice((0, 4));
}

#[test]
#[should_panic(expected = "`reshape`: the shape [3, 4] does not become [5]")]
fn reshaping_keeps_the_number_of_elements() {
    counted(&[3, 4]).reshape([5]);
}

#[test]
#[should_panic(expected = "`permute`: [0, 0] is no order of the axes of the shape [3, 4]")]
fn an_order_has_every_axis() {
    counted(&[3, 4]).permute([0, 0]);
}

#[test]
fn constructors() {
    assert_eq!(Tensor::arange(0.0, 1.0, 0.25).to_vec(), [0.0, 0.25, 0.5, 0.75]);
    assert_eq!(Tensor::arange(2.0, 0.0, -1.0).to_vec(), [2.0, 1.0]);
    assert!(Tensor::arange(1.0, 0.0, 1.0).is_empty());
    assert_eq!(Tensor::linspace(0.0, 1.0_f32, 3).to_vec(), [0.0, 0.5, 1.0]);
    assert_eq!(Tensor::linspace(5.0, 6.0, 1).to_vec(), [5.0]);
    assert_eq!(Tensor::<f64>::eye(2), Tensor::from([[1.0, 0.0], [0.0, 1.0]]));
    assert_eq!(Tensor::from([[[1, 2]], [[3, 4]]]).shape(), [2, 1, 2]);
    assert_eq!((0..3).collect::<Tensor<usize>>().to_vec(), [0, 1, 2]);
    assert_eq!(Tensor::<f64>::from_fn([0, 2], |_| unreachable!("there is none")).shape(), [0, 2]);
}

/// Along several axes, with the axes kept, and where nothing is left to choose from.
#[test]
fn extrema_and_truth_values() {
    let x = Tensor::from([[[1.0, 5.0], [3.0, 2.0]], [[0.0, 5.0], [9.0, -4.0]]]);
    assert_eq!(x.max_axis([0, 2]).to_vec(), [5.0, 9.0]);
    assert_eq!(x.max_axis_keep([2, 0]), Tensor::from([[[5.0], [9.0]]]));
    assert_eq!(x.min_axis([1, 2]).to_vec(), [1.0, -4.0]);
    assert_eq!(x.flip(0).min_axis_keep(0), Tensor::from([[[0.0, 5.0], [3.0, -4.0]]]));
    assert_eq!(x.max_axis([0, 1, 2]), Tensor::scalar(9.0));
    assert_eq!(x.max_axis([]), x);
    assert_eq!(x.argmax_axis_keep(2).shape(), [2, 2, 1]);
    assert_eq!(x.argmin_axis_keep(1).to_vec(), [0, 1, 0, 1]);
    assert_eq!(Tensor::<f64>::zeros([0, 3]).max_axis([1]).shape(), [0]);
    let positive = x.gt(0.5);
    assert_eq!(positive.any_axis([0, 2]).to_vec(), [true, true]);
    assert_eq!(positive.all_axis([1, 2]).to_vec(), [true, false]);
    assert_eq!(positive.all_axis_keep(2), Tensor::from([[[true], [true]], [[false], [false]]]));
    assert_eq!(positive.t().any_axis_keep([0, 1, 2]).shape(), [1, 1, 1]);
    let none = Tensor::<f64>::zeros([0, 3]).gt(0.0);
    assert_eq!((none.any_axis(0).to_vec(), none.all_axis(0).to_vec()), (vec![false; 3], vec![true; 3]));
}

#[test]
#[should_panic(expected = "`max_axis`: axis 1 of the shape [2, 0] has no elements")]
fn nothing_is_the_largest() {
    Tensor::<f64>::zeros([2, 0]).max_axis(1);
}

#[test]
fn rows_that_are_one_at_an_index() {
    let rows: Tensor<f32> = Tensor::one_hot([2, 0], 3);
    assert_eq!(rows, Tensor::from([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]));
    let deeper: Tensor = Tensor::one_hot(Tensor::from([[1_usize], [0]]), 2);
    assert_eq!((deeper.shape(), deeper.to_vec()), ([2, 1, 2].as_slice(), vec![0.0, 1.0, 1.0, 0.0]));
    assert_eq!(Tensor::<f64>::one_hot(&[][..], 3).shape(), [0, 3]);
}

#[test]
#[should_panic(expected = "`one_hot`: there is no index 3 along an axis of length 3")]
fn an_index_beyond_the_last_column() {
    let _: Tensor = Tensor::one_hot([0, 3], 3);
}

#[test]
fn nothing_is_written_before_shapes_are_compared() {
    let before = counted(&[2, 3]);
    let mut x = before.clone();
    let other = counted(&[2]);
    let mut refused = |shapes: &str, attempt: &dyn Fn(&mut Tensor)| {
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| attempt(&mut x))).unwrap_err();
        let message = panic.downcast_ref::<String>().expect("a message that was put together");
        assert!(message.contains(shapes), "{message}");
        assert_eq!(x, before);
    };
    refused("[3] and [2]", &|x| x.assign_slice(1, &other));
    refused("[2, 3] and [2]", &|x| *x += &other);
    refused("[2, 3] and [2]", &|x| *x *= &other);
}
