//! By serde.

use super::Numbers;
use crate::Tensor;

#[test]
fn there_and_back() {
    let mut numbers = Numbers(5);
    for shape in [[2, 3].as_slice(), &[4, 1, 2], &[0, 3], &[]] {
        for _ in 0..6 {
            let x = numbers.scattered(shape);
            let text = serde_json::to_string(&x).unwrap();
            assert_eq!(serde_json::from_str::<Tensor>(&text).unwrap(), x, "{text}");
        }
    }
    let truth = Tensor::from([[true, false]]);
    assert_eq!(serde_json::from_str::<Tensor<bool>>(&serde_json::to_string(&truth).unwrap()).unwrap(), truth);
}

/// As ndarray writes its arrays, which are read as tensors and the other way round.
#[test]
fn as_ndarray() {
    let array = ndarray::arr2(&[[1.5_f32, 2.0], [3.0, 4.0]]);
    let text = serde_json::to_string(&array).unwrap();
    assert_eq!(text, r#"{"v":1,"dim":[2,2],"data":[1.5,2.0,3.0,4.0]}"#);
    let tensor: Tensor<f32> = serde_json::from_str(&text).unwrap();
    assert_eq!(tensor, Tensor::from(array.clone()));
    assert_eq!(serde_json::from_str::<ndarray::ArrayD<f32>>(&serde_json::to_string(&tensor).unwrap()).unwrap(), array.into_dyn());
}

#[test]
fn elements_make_the_shape() {
    assert!(serde_json::from_str::<Tensor>(r#"{"v":1,"dim":[2,2],"data":[1.0,2.0,3.0]}"#).is_err());
    assert!(serde_json::from_str::<Tensor>("[1.0,2.0]").is_err());
}
