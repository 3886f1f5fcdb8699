//! Chains of iterator adaptors: features of a signal, their statistics, and a score.

use crate::differentiate;

/// Overlapping windows, each reduced to its energy around its own mean.
#[differentiate]
fn energies(signal: &[f64], width: usize, step: usize) -> Vec<f64> {
    signal
        .windows(width)
        .step_by(step)
        .map(|window| {
            let mean = window.iter().sum::<f64>() / window.len() as f64;
            window.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / window.len() as f64
        })
        .collect()
}

#[differentiate]
fn smoothed(values: &[f64], weight: f64) -> Vec<f64> {
    values
        .iter()
        .scan(values[0], |state, v| {
            *state = weight * *state + (1.0 - weight) * v;
            Some(*state)
        })
        .collect()
}

#[differentiate]
fn soft_maximum(values: &[f64]) -> f64 {
    let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    largest + values.iter().map(|v| (v - largest).exp()).sum::<f64>().ln()
}

#[differentiate]
fn roughness(values: &[f64]) -> f64 {
    values
        .iter()
        .zip(values.iter().skip(1))
        .zip(values.iter().skip(2))
        .map(|((a, b), c)| a - 2.0 * b + c)
        .filter(|bend| bend.abs() > 1e-3)
        .map(|bend| bend * bend)
        .sum()
}

/// The share of the variance that two interleaved halves have in common.
#[differentiate]
fn agreement(values: &[f64]) -> f64 {
    let (even, odd): (Vec<f64>, Vec<f64>) = values.chunks_exact(2).map(|pair| (pair[0], pair[1])).unzip();
    let n = even.len() as f64;
    let mean = |half: &[f64]| half.iter().sum::<f64>() / n;
    let (a, b) = (mean(&even), mean(&odd));
    let both: f64 = even.iter().zip(&odd).map(|(x, y)| (x - a) * (y - b)).sum();
    let first: f64 = even.iter().map(|x| (x - a) * (x - a)).sum();
    let second: f64 = odd.iter().map(|y| (y - b) * (y - b)).sum();
    both / (first * second + 1e-6).sqrt()
}

#[differentiate]
fn score(signal: &[f64], taps: &[f64], weight: f64) -> f64 {
    let filtered: Vec<f64> = (0..signal.len() + 1 - taps.len())
        .map(|start| taps.iter().rev().enumerate().map(|(k, tap)| tap * signal[start + k]).sum::<f64>())
        .collect();
    let features: Vec<f64> = energies(&filtered, 3, 2);
    let smooth: Vec<f64> = smoothed(&features, weight);
    let rising = smooth.windows(2).take_while(|w| w[1] > w[0]).map(|w| w[1] - w[0]).sum::<f64>();
    let peak: f64 = soft_maximum(&smooth);
    let rough: f64 = roughness(signal);
    let common: f64 = agreement(signal);
    let tail = signal.iter().rev().take(3).chain(taps).inspect(|_| ()).fold(1.0, |product, v| product * (1.0 + 0.1 * v));
    let weighted: f64 = features.iter().enumerate().filter(|(i, _)| i % 2 == 0).map(|(i, v)| v / (1.0 + i as f64)).sum();
    peak + 0.3 * rough + common * rising + tail * weighted
}

programs! {
    score: (
        &signal = vec![0.3, 0.8, -0.4, 1.1, 0.2, -0.9, 0.7, 1.6, -0.3, 0.1, 0.5, -1.2],
        &taps = vec![0.5, -0.3, 0.2],
        weight = 0.6
    );
}
