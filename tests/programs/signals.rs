//! Signals and sequences: convolution, Fourier transform, hidden Markov models, filters, alignment.

use crate::differentiate;

#[differentiate]
fn convolution(x: &[f64], kernel: &[f64]) -> Vec<f64> {
    x.windows(kernel.len()).map(|w| w.iter().zip(kernel.iter().rev()).map(|(a, k)| a * k).sum()).collect()
}

#[differentiate]
fn convolution_2d(image: &[Vec<f64>], kernel: &[[f64; 2]; 2], out: &mut [Vec<f64>]) {
    for (i, row) in out.iter_mut().enumerate() {
        for (j, o) in row.iter_mut().enumerate() {
            let mut s = 0.0;
            for (di, line) in kernel.iter().enumerate() {
                for (dj, k) in line.iter().enumerate() {
                    s += image[i + di][j + dj] * k;
                }
            }
            *o = s.max(0.0);
        }
    }
}

/// Radix-2 Fourier transform in place; the length is a power of two.
#[differentiate]
fn fft(re: &mut [f64], im: &mut [f64]) {
    let n = re.len();
    let mut j = 0;
    for i in 1..n {
        let mut bit = n >> 1;
        while j & bit != 0 {
            j ^= bit;
            bit >>= 1;
        }
        j |= bit;
        if i < j {
            re.swap(i, j);
            im.swap(i, j);
        }
    }
    let mut width = 2;
    while width <= n {
        let angle = -2.0 * std::f64::consts::PI / width as f64;
        for start in (0..n).step_by(width) {
            for k in 0..width / 2 {
                let (s, c) = (angle * k as f64).sin_cos();
                let (a, b) = (start + k, start + k + width / 2);
                let (tr, ti) = (re[b] * c - im[b] * s, re[b] * s + im[b] * c);
                re[b] = re[a] - tr;
                im[b] = im[a] - ti;
                re[a] += tr;
                im[a] += ti;
            }
        }
        width *= 2;
    }
}

#[differentiate]
fn power_spectrum(x: &[f64], weights: &[f64]) -> f64 {
    let mut re = x.to_vec();
    let mut im = vec![0.0; x.len()];
    fft(&mut re, &mut im);
    let mut s = 0.0;
    for k in 0..x.len() {
        s += weights[k] * (re[k] * re[k] + im[k] * im[k]);
    }
    s
}

/// The forward algorithm with scaling: log likelihood of the observations.
#[differentiate]
fn hidden_markov(start: &[f64], transition: &[Vec<f64>], emission: &[Vec<f64>], observed: &[usize]) -> f64 {
    let n = start.len();
    let mut alpha = vec![0.0; n];
    let mut next = vec![0.0; n];
    let mut log_likelihood = 0.0;
    for (t, &symbol) in observed.iter().enumerate() {
        let mut total = 0.0;
        for j in 0..n {
            let mut p = 0.0;
            if t == 0 {
                p = start[j];
            } else {
                for i in 0..n {
                    p += alpha[i] * transition[i][j];
                }
            }
            next[j] = p * emission[j][symbol];
            total += next[j];
        }
        for v in next.iter_mut() {
            *v /= total;
        }
        std::mem::swap(&mut alpha, &mut next);
        log_likelihood += total.ln();
    }
    log_likelihood
}

/// One-dimensional Kalman filter: prediction error decomposition.
#[differentiate]
fn kalman(y: &[f64], process: f64, noise: f64) -> f64 {
    let (mut mean, mut variance) = (0.0, 10.0);
    let mut likelihood = 0.0;
    for &v in y {
        variance += process;
        let s = variance + noise;
        let error = v - mean;
        likelihood -= 0.5 * (s.ln() + error * error / s);
        let gain = variance / s;
        mean += gain * error;
        variance *= 1.0 - gain;
    }
    likelihood
}

/// Soft dynamic time warping: a table filled from its three neighbours.
#[differentiate]
fn soft_alignment(a: &[f64], b: &[f64], gamma: f64) -> f64 {
    let (n, m) = (a.len(), b.len());
    let mut r = vec![vec![1e3_f64; m + 1]; n + 1];
    r[0][0] = 0.0;
    for i in 1..=n {
        for j in 1..=m {
            let d = (a[i - 1] - b[j - 1]).powi(2);
            let (x, y, z) = (r[i - 1][j], r[i][j - 1], r[i - 1][j - 1]);
            let low = x.min(y).min(z);
            let sum = (-(x - low) / gamma).exp() + (-(y - low) / gamma).exp() + (-(z - low) / gamma).exp();
            r[i][j] = d + low - gamma * sum.ln();
        }
    }
    r[n][m]
}

/// A recursive filter that overwrites its input, then runs backwards over it.
#[differentiate]
fn forward_backward(x: &mut [f64], a: f64) {
    for i in 1..x.len() {
        x[i] = a * x[i - 1] + (1.0 - a) * x[i];
    }
    for i in (0..x.len() - 1).rev() {
        x[i] = a * x[i + 1] + (1.0 - a) * x[i];
    }
}

programs! {
    convolution -> many: (&x = vec![1.0, 2.0, 3.0, 4.0], &kernel = vec![1.0, -1.0]) => [1.0, 1.0, 1.0];
    convolution_2d -> unit: (
        &image = vec![vec![0.3, 0.7, -0.4], vec![1.1, 0.9, -0.6], vec![0.2, 0.8, -0.5]], &kernel = [[1.0, -0.5], [0.25, 2.0]],
        &mut out = vec![vec![0.0, 0.0], vec![0.0, 0.0]]
    );
    fft -> unit: (&mut re = vec![1.0, 2.0, 3.0, 4.0], &mut im = vec![0.0, 0.0, 0.0, 0.0]) => [10.0, -2.0, -2.0, -2.0, 0.0, 2.0, 0.0, -2.0],
        (&mut re = vec![0.3, 0.7, -0.4, 1.1, 0.9, -0.6, 0.2, 0.8], &mut im = vec![0.1, 0.2, -0.1, 0.3, 0.4, 0.0, -0.3, 0.5]);
    power_spectrum: (&x = vec![0.3, 0.7, -0.4, 1.1], &weights = vec![0.9, -0.6, 0.2, 0.8]);
    hidden_markov: (
        &start = vec![0.6, 0.4], &transition = vec![vec![0.7, 0.3], vec![0.4, 0.6]], &emission = vec![vec![0.5, 0.4, 0.1], vec![0.1, 0.3, 0.6]],
        const &observed = vec![0, 1, 2]
    ) => 0.036_28_f64.ln();
    kalman: (&y = vec![0.3, 0.7, -0.4, 1.1], process = 0.1, noise = 0.5);
    soft_alignment: (&a = vec![0.3, 0.7, -0.4], &b = vec![0.2, 0.9], gamma = 0.5);
    forward_backward -> unit: (&mut x = vec![0.3, 0.7, -0.4, 1.1], a = 0.4);
}
