//! Deconvolution of an image with a Gaussian kernel, total variation.
use differentiate::differentiate;

#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub width: usize,
    pub height: usize,
}

impl Size {
    pub fn index(&self, x: usize, y: usize) -> usize {
        y * self.width + x
    }
}

#[differentiate]
fn kernel(sigma: f64, radius: usize) -> Vec<f64> {
    let raw: Vec<f64> = (0..=2 * radius)
        .map(|i| {
            let d = i as f64 - radius as f64;
            (-0.5 * (d / sigma).powi(2)).exp()
        })
        .collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|v| v / sum).collect()
}

#[differentiate]
fn blur_rows(image: &[f64], #[constant] size: Size, kernel: &[f64]) -> Vec<f64> {
    let radius = kernel.len() / 2;
    let mut out = vec![0.0; image.len()];
    for y in 0..size.height {
        for x in 0..size.width {
            let mut acc = 0.0;
            for (k, w) in kernel.iter().enumerate() {
                let xx = (x as isize + k as isize - radius as isize).clamp(0, size.width as isize - 1) as usize;
                acc += w * image[size.index(xx, y)];
            }
            out[size.index(x, y)] = acc;
        }
    }
    out
}

#[differentiate]
fn transpose(image: &[f64], #[constant] size: Size) -> Vec<f64> {
    let mut out = Vec::with_capacity(image.len());
    for x in 0..size.width {
        for y in 0..size.height {
            out.push(image[size.index(x, y)]);
        }
    }
    out
}

#[differentiate]
pub fn objective(image: &[f64], sigma: f64, #[constant] observed: &[f64], #[constant] size: Size, lambda: f64) -> f64 {
    let k = kernel(sigma, 2);
    let turned = Size { width: size.height, height: size.width };
    let blurred = blur_rows(image, size, &k);
    let blurred = transpose(&blur_rows(&transpose(&blurred, size), turned, &k), turned);
    let fit: f64 = blurred.iter().zip(observed).map(|(b, o)| (b - o) * (b - o)).sum();
    let mut tv = 0.0;
    for (y, row) in image.chunks(size.width).enumerate() {
        for (x, &here) in row.iter().enumerate() {
            let right = if x + 1 < size.width { row[x + 1] - here } else { 0.0 };
            let down = if y + 1 < size.height { image[size.index(x, y + 1)] - here } else { 0.0 };
            tv += (right * right + down * down + 1e-3).sqrt();
        }
    }
    0.5 * fit + lambda * tv
}
