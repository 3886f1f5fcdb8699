//! NumPy's files.

use std::io::{Read, Write};

use ndarray::{ArrayD, ArrayView};
use ndarray_npy::{ReadNpyError, ReadNpyExt as _, ReadableElement, WritableElement, WriteNpyError, WriteNpyExt as _};

use super::Tensor;

/// # Files of NumPy's (feature `npy`)
impl<T> Tensor<T> {
    /// What `numpy.save` wrote, in either order of elements.
    ///
    /// ```
    /// use autodiff_runtime::Tensor;
    ///
    /// let x = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
    /// let mut file = Vec::new();                              // or a `File`, in a `BufWriter`
    /// x.write_npy(&mut file)?;
    /// assert_eq!(Tensor::<f32>::read_npy(file.as_slice())?, x);
    /// assert!(Tensor::<f64>::read_npy(file.as_slice()).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it cannot be read, is no such file, has elements of another type, or goes on behind them.
    pub fn read_npy(from: impl Read) -> Result<Tensor<T>, ReadNpyError>
    where
        T: ReadableElement,
    {
        ArrayD::read_npy(from).map(Tensor::from)
    }

    /// For `numpy.load`, and [`read_npy`](Self::read_npy).
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn write_npy(&self, to: impl Write) -> Result<(), WriteNpyError>
    where
        T: WritableElement + Clone,
    {
        // A view in row-major order: of reversed axes ndarray-npy asks for a slice that there is not.
        let ordered = self.in_order();
        let elements = ordered.as_slice().expect("in order");
        ArrayView::from_shape(self.0.raw_dim(), elements).expect("as many as there were").write_npy(to)
    }
}
