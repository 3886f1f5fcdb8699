//! Windows that move over the last axes: convolution and pooling.

use super::algebra::{Algebra, Operation};
use super::linear::push_as_itself;
use super::product::MatMul;
use super::{Tensor, shape};
use crate::Real;

/// How a window moves over rows and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Its height and width.
    pub(super) size: [usize; 2],
    /// How far it moves each time, down and to the right.
    pub(super) stride: [usize; 2],
    /// How many rows and columns of zeros are around.
    pub(super) pad: [usize; 2],
}

impl Window {
    /// How often it fits over rows and columns.
    fn count(&self, over: [usize; 2]) -> Option<[usize; 2]> {
        let mut count = [0; 2];
        for i in 0..2 {
            let room = (over[i] + 2 * self.pad[i]).checked_sub(self.size[i])?;
            count[i] = room.checked_div(self.stride[i])? + 1;
        }
        Some(count)
    }

    /// Calls `f` with places in an image and in its windows, one below the other: `[size, count]`, which correspond.
    fn each(&self, over: [usize; 2], mut f: impl FnMut(usize, usize)) {
        let [down, right] = self.count(over).expect("checked");
        let mut to = 0;
        for i in 0..self.size[0] {
            for j in 0..self.size[1] {
                for y in 0..down {
                    let row = (y * self.stride[0] + i).checked_sub(self.pad[0]).filter(|row| *row < over[0]);
                    for x in 0..right {
                        let column = (x * self.stride[1] + j).checked_sub(self.pad[1]).filter(|column| *column < over[1]);
                        if let (Some(row), Some(column)) = (row, column) {
                            f(row * over[1] + column, to);
                        }
                        to += 1;
                    }
                }
            }
        }
    }
}

/// The last two axes of a shape.
fn image(shape: &[usize]) -> [usize; 2] {
    [shape[shape.len() - 2], shape[shape.len() - 1]]
}

/// What every window sees, as columns: `[…, height, width]` becomes `[…, size, count]`.
pub(crate) struct Unfold(pub(crate) Window);

impl<T: Real> Operation<T> for Unfold {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let (x, over) = (x[0].in_order(), image(x[0].shape()));
        let [down, right] = self.0.count(over).expect("checked");
        let (size, count, images) = (self.0.size[0] * self.0.size[1], down * right, x.ndim() - 2);
        let many: usize = x.shape()[..images].iter().product();
        let mut columns = vec![T::ZERO; many * size * count];
        for image in 0..many {
            let (from, to) = (image * over[0] * over[1], image * size * count);
            self.0.each(over, |at, column| columns[to + column] = elements(&x)[from + at]);
        }
        Tensor::from_shape_vec([&x.shape()[..images], &[size, count]].concat(), columns)
    }

    fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], _: &A, out_bar: A) -> A {
        A::run(&Fold { window: self.0, over: image(x[0].primal().shape()) }, &[&out_bar])
    }

    push_as_itself!();
}

fn elements<T>(x: &Tensor<T>) -> &[T] {
    x.as_slice().expect("in order")
}

/// The transpose of [`Unfold`]: columns added up where they come from.
pub(crate) struct Fold {
    window: Window,
    over: [usize; 2],
}

impl<T: Real> Operation<T> for Fold {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let x = x[0].in_order();
        let [size, count] = image(x.shape());
        let [height, width] = self.over;
        let many: usize = x.shape()[..x.ndim() - 2].iter().product();
        let mut images = vec![T::ZERO; many * height * width];
        for image in 0..many {
            let (to, from) = (image * height * width, image * size * count);
            self.window.each(self.over, |at, column| images[to + at] += elements(&x)[from + column]);
        }
        Tensor::from_shape_vec([&x.shape()[..x.ndim() - 2], &self.over].concat(), images)
    }

    fn pull<A: Algebra<T>>(&self, _: usize, _: &[&A], _: &A, out_bar: A) -> A {
        A::run(&Unfold(self.window), &[&out_bar])
    }

    push_as_itself!();
}

/// Convolution of images `[n, channels, height, width]` with kernels `[out_channels, channels, height, width]`.
pub(crate) struct Conv2d {
    pub(crate) stride: [usize; 2],
    pub(crate) pad: [usize; 2],
}

impl Conv2d {
    fn window(&self, kernels: &[usize]) -> Window {
        Window { size: image(kernels), stride: self.stride, pad: self.pad }
    }

    /// What the windows see, for each image a matrix `[channels * size, count]`.
    fn columns<T: Real, A: Algebra<T>>(&self, x: &A, kernels: &[usize]) -> A {
        let columns = A::run(&Unfold(self.window(kernels)), &[x]);
        let [n, channels, size, count] = *columns.primal().shape() else { unreachable!("checked") };
        columns.in_shape(&[n, channels * size, count])
    }
}

impl<T: Real> Operation<T> for Conv2d {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].conv2d(x[1], self.stride, self.pad)
    }

    fn pull<A: Algebra<T>>(&self, operand: usize, x: &[&A], _: &A, out_bar: A) -> A {
        let (images, kernels) = (x[0].primal().shape().to_vec(), x[1].primal().shape().to_vec());
        let [n, channels, height, width] = *images.as_slice() else { unreachable!("checked") };
        let [outs, _, h, w] = *kernels.as_slice() else { unreachable!("checked") };
        let [down, right] = image(out_bar.primal().shape());
        let count = down * right;
        let out_bar = out_bar.in_shape(&[n, outs, count]);
        if operand == 0 {
            let matrix = x[1].clone().in_shape(&[outs, channels * h * w]);
            let columns = A::run(&MatMul, &[&matrix.transposed(), &out_bar]).in_shape(&[n, channels, h * w, count]);
            A::run(&Fold { window: self.window(&kernels), over: [height, width] }, &[&columns])
        } else {
            let columns = self.columns(x[0], &kernels);
            A::run(&MatMul, &[&out_bar, &columns.transposed()]).sum_axes(&[0], false).in_shape(&kernels)
        }
    }

    push_as_itself!();
}

/// [`Conv2d`] of signals, which are images of height 1.
pub(crate) struct Conv1d {
    pub(crate) stride: usize,
    pub(crate) pad: usize,
}

impl Conv1d {
    fn of_images(&self) -> Conv2d {
        Conv2d { stride: [1, self.stride], pad: [0, self.pad] }
    }

    fn image<T: Real, A: Algebra<T>>(x: &A) -> A {
        let shape = x.primal().expand(2).shape().to_vec();
        x.clone().in_shape(&shape)
    }
}

impl<T: Real> Operation<T> for Conv1d {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].conv1d(x[1], self.stride, self.pad)
    }

    fn pull<A: Algebra<T>>(&self, operand: usize, x: &[&A], _: &A, out_bar: A) -> A {
        let (signal, kernels, out_bar) = (Self::image(x[0]), Self::image(x[1]), Self::image(&out_bar));
        // A convolution's result is not looked at.
        let bar = self.of_images().pull(operand, &[&signal, &kernels], &out_bar.clone(), out_bar);
        bar.in_shape(x[operand].primal().shape())
    }

    push_as_itself!();
}

/// The mean over each window.
pub(crate) struct AvgPool(pub(crate) Window);

impl<T: Real> Operation<T> for AvgPool {
    fn value(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        x[0].avg_pool2d(self.0.size, self.0.stride)
    }

    fn pull<A: Algebra<T>>(&self, _: usize, x: &[&A], _: &A, out_bar: A) -> A {
        let shape = out_bar.primal().shape().to_vec();
        let (front, [down, right]) = (&shape[..shape.len() - 2], image(&shape));
        let size = self.0.size[0] * self.0.size[1];
        let mean = out_bar.scale(T::from_usize(size).recip()).in_shape(&[front, &[1, down * right]].concat());
        let columns = mean.repeated_to(&[front, &[size, down * right]].concat());
        A::run(&Fold { window: self.0, over: image(x[0].primal().shape()) }, &[&columns])
    }

    push_as_itself!();
}

/// # Convolution and pooling
impl<T: Real> Tensor<T> {
    /// Images `[n, channels, height, width]` seen through kernels `[out_channels, channels, height, width]`, as networks have it (the kernels are not
    /// turned around), `[n, out_channels, …]`. The kernels move by `stride` over the images with `pad` zeros around them.
    ///
    /// # Panics
    ///
    /// If the shapes are others, or no kernel fits.
    #[track_caller]
    pub fn conv2d(&self, kernels: &Tensor<T>, stride: [usize; 2], pad: [usize; 2]) -> Tensor<T> {
        let ([n, channels, height, width], [outs, of, ..]) = (self.shape(), kernels.shape()) else {
            shape::mismatch("conv2d", self.shape(), kernels.shape())
        };
        let conv = Conv2d { stride, pad };
        let fits = kernels.ndim() == 4 && channels == of;
        let count = if fits { conv.window(kernels.shape()).count([*height, *width]) } else { None };
        let Some([down, right]) = count else { shape::mismatch("conv2d", self.shape(), kernels.shape()) };
        let columns = conv.columns(self, kernels.shape());
        let matrix = kernels.reshape([*outs, columns.shape()[1]]);
        matrix.matmul(&columns).reshape([*n, *outs, down, right])
    }

    /// [`conv2d`](Self::conv2d) of signals `[n, channels, length]` with kernels `[out_channels, channels, length]`.
    ///
    /// # Panics
    ///
    /// If the shapes are others, or no kernel fits.
    #[track_caller]
    pub fn conv1d(&self, kernels: &Tensor<T>, stride: usize, pad: usize) -> Tensor<T> {
        if self.ndim() != 3 || kernels.ndim() != 3 {
            shape::mismatch("conv1d", self.shape(), kernels.shape());
        }
        self.expand(2).conv2d(&kernels.expand(2), [1, stride], [0, pad]).squeeze(2)
    }

    /// The mean over windows of this size that move over the last two axes.
    ///
    /// # Panics
    ///
    /// If there are no two axes, or no window fits.
    #[track_caller]
    pub fn avg_pool2d(&self, size: [usize; 2], stride: [usize; 2]) -> Tensor<T> {
        let (window, shape) = self.pooled("avg_pool2d", size, stride);
        let columns = Unfold(window).value(&[self]);
        columns.mean_axis(columns.ndim() - 2).reshape(shape)
    }

    /// The largest over windows of this size that move over the last two axes; of several the first.
    ///
    /// # Panics
    ///
    /// If there are no two axes, or no window fits.
    #[track_caller]
    pub fn max_pool2d(&self, size: [usize; 2], stride: [usize; 2]) -> Tensor<T> {
        self.take_flat(&self.places_of_max_pool2d(size, stride))
    }

    /// Where in row-major order they are.
    #[track_caller]
    pub(super) fn places_of_max_pool2d(&self, size: [usize; 2], stride: [usize; 2]) -> Tensor<usize> {
        let (window, shape) = self.pooled("max_pool2d", size, stride);
        let columns = Unfold(window).value(&[self]);
        let axis = columns.ndim() - 2;
        let best = columns.argmax_axis(axis);
        let [height, width] = image(self.shape());
        let [down, right] = image(&shape);
        let place = |(at, best): (usize, &usize)| {
            let (image, window) = (at / (down * right), at % (down * right));
            let row = window / right * stride[0] + best / size[1];
            let column = window % right * stride[1] + best % size[1];
            (image * height + row) * width + column
        };
        let places = best.0.iter().enumerate().map(place).collect();
        Tensor::from_shape_vec(shape, places)
    }

    /// The window, and the result's shape.
    #[track_caller]
    pub(super) fn pooled(&self, operation: &str, size: [usize; 2], stride: [usize; 2]) -> (Window, Vec<usize>) {
        let window = Window { size, stride, pad: [0, 0] };
        let Some(front) = self.ndim().checked_sub(2) else { shape::mismatch(operation, self.shape(), &size) };
        let Some(count) = window.count(image(self.shape())).filter(|_| size[0] * size[1] > 0) else {
            shape::mismatch(operation, self.shape(), &size)
        };
        (window, [&self.shape()[..front], &count].concat())
    }
}
