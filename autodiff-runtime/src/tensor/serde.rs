//! Tensors as ndarray's arrays are written by serde: a version, the shape, and the elements in row-major order.

use ndarray::ArcArray;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Tensor;

impl<T: Serialize> Serialize for Tensor<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Tensor<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Tensor<T>, D::Error> {
        ArcArray::deserialize(deserializer).map(Tensor::of)
    }
}
