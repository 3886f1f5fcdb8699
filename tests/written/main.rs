//! Programs written as if this library were not there, each of another trade; `check` compares their derivatives with differences and each
//! other, and the values that they are taken of with the functions'.
// Clippy's lints do not count here, rustc's are denied, so it would find nothing; `tests/lints.rs` is there for them.
#![cfg(not(clippy))]
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(clippy::all, unreachable_pub, dead_code, reason = "they are as they were written")]
#![allow(missing_debug_implementations, unused_qualifications)]

mod biquad;
mod bond;
mod fft;
mod gp;
mod heat;
mod hmm;
mod image;
mod kepler;
mod kinetics;
mod mpc;
mod pid;
mod portfolio;
mod splines;

use differentiate::{CheckError, differentiate};

fn waves(n: usize, frequency: f64, phase: f64) -> Vec<f64> {
    (0..n).map(|i| (i as f64 * frequency + phase).sin()).collect()
}

#[test]
fn equaliser() -> Result<(), CheckError> {
    use biquad::{Band, Kind, mismatch};
    let bands = [
        Band { kind: Kind::LowPass, frequency: 800.0, q: 0.7, gain_db: 0.0 },
        Band { kind: Kind::Peak, frequency: 400.0, q: 1.2, gain_db: 3.0 },
        Band { kind: Kind::HighPass, frequency: 100.0, q: 0.9, gain_db: 0.0 },
    ];
    mismatch::check(&bands, 8000.0, &waves(60, 0.3, 0.0), &waves(60, 0.3, 0.4))
}

#[test]
fn spectrum() -> Result<(), CheckError> {
    fft::high_energy::check(&waves(16, 0.3, 0.1), 5)
}

#[test]
fn bonds() -> Result<(), CheckError> {
    let curve = bond::Curve { knots: vec![0.5, 1.0, 2.0, 5.0], rates: vec![0.01, 0.015, 0.02, 0.03] };
    let bond = |coupon, maturity, frequency, price| bond::Bond { coupon, maturity, frequency, price };
    bond::calibration::check(&curve, &[bond(5.0, 3.0, 2, 101.0), bond(2.0, 6.0, 1, 95.0)], 3.0)
}

#[test]
fn driving() -> Result<(), CheckError> {
    let car = mpc::Car { x: 0.0, y: 0.1, heading: 0.05, speed: 4.0 };
    let controls: [mpc::Control; 6] =
        std::array::from_fn(|i| mpc::Control { acceleration: 0.3 * i as f64 - 0.5, steering: 0.1 * (i as f64).sin() });
    let path: Vec<(f64, f64)> = (0..30).map(|i| (f64::from(i) * 0.13, 0.002 * f64::from(i * i))).collect();
    mpc::cost::check(car, &controls, &path, mpc::Limits { steering: 0.6, acceleration: 2.0, wheelbase: 2.5 })
}

#[test]
fn deconvolution() -> Result<(), CheckError> {
    let size = image::Size { width: 5, height: 4 };
    image::objective::check(&waves(20, 1.3, 1.5), 0.9, &waves(20, 1.1, 0.0), size, 0.2)
}

#[test]
fn reactions() -> Result<(), CheckError> {
    use kinetics::{Law, Reaction, yield_of};
    let reaction = |consumes: &[usize], produces, law| Reaction { consumes: consumes.to_vec(), produces: vec![produces], law };
    let laws = [Law::Arrhenius { a: 3.0, ea: 900.0 }, Law::Saturating { vmax: 0.6, km: 0.4 }, Law::Constant(0.01)];
    let reactions = [reaction(&[0, 1], 2, 0), reaction(&[2], 3, 1), reaction(&[3], 0, 2)];
    yield_of::check(&[1.0, 0.8, 0.1, 0.0], 350.0, &laws, &reactions)
}

#[test]
fn parity_of_risks() -> Result<(), CheckError> {
    let returns: Vec<Vec<f64>> = (2..5).map(|k| waves(12, 0.7 * f64::from(k), 0.1)).collect();
    portfolio::risk_parity::check(&[0.1, 0.4, -0.2], &returns, 0.3)
}

#[test]
fn hidden_states() -> Result<(), CheckError> {
    let rows = |phase: f64, n| (0..3).map(|k| waves(n, 7.0, phase + 3.0 * f64::from(k))).collect();
    let model = hmm::Hmm { start: waves(3, 7.0, 3.0), transition: rows(0.0, 3), emission: rows(15.0, 4) };
    hmm::loss::check(&model, &[vec![0, 1, 3, 2], vec![2, 2], vec![1]], 0.1)
}

#[test]
fn impossible_states() {
    let model = hmm::Hmm { start: vec![0.0], transition: vec![vec![0.0]], emission: vec![vec![0.0]] };
    assert_eq!(hmm::loss::grad(&model, &[vec![0], vec![]], 0.1).unwrap_err(), "sequence 1 is impossible");
}

#[test]
fn gaussian_process() -> Result<(), CheckError> {
    use gp::Kernel;
    let periodic = Kernel::Periodic { variance: 0.5, length: 0.9, period: 1.7 };
    let inner = Kernel::Sum(Box::new(periodic), Box::new(Kernel::Linear(0.3)));
    let scaled = Kernel::Scaled { by: 0.4, inner: Box::new(inner) };
    let kernel = Kernel::Sum(Box::new(Kernel::Rbf { variance: 1.2, length: 0.7 }), Box::new(scaled));
    gp::nll::check(&kernel, 0.3, &[0.1, 0.5, 1.2, 1.9], &[0.3, -0.2, 0.8, 0.1])
}

#[test]
fn planets() -> Result<(), CheckError> {
    use kepler::Elements;
    let inner = Elements { period: 3.3, eccentricity: 0.85, omega: 1.4, phase: 0.3, amplitude: 2.0 };
    let outer = Elements { period: 11.0, eccentricity: 0.3, omega: 0.4, phase: 0.1, amplitude: 5.0 };
    let data = [(0.5, 1.0, 0.1), (2.0, -1.0, 0.2), (7.5, 3.0, 0.1), (9.1, 2.0, 0.4)];
    kepler::chi2::check(&[inner, outer], 0.2, 0.3, &data)
}

#[differentiate]
fn heated(rod: &heat::Rod<heat::Pulse>, start: &[f64], steps: usize) -> f64 {
    heat::final_heat(rod, start, steps)
}

#[test]
fn heat_in_a_rod() -> Result<(), CheckError> {
    use heat::{Boundary, Pulse, Rod};
    let source = Pulse { centre: 0.4, width: 0.2, power: 3.0 };
    let ends = [Boundary::Robin { h: 0.5, ambient: 2.0 }, Boundary::Flux(0.3), Boundary::Fixed(0.3)];
    for (left, right) in [(ends[0], ends[1]), (ends[1], ends[2]), (ends[2], ends[0])] {
        let rod = Rod { diffusivity: 0.7, left, right, source: source.clone() };
        heated::check(&rod, &[0.1, 0.3, 0.2, 0.5, 0.4, 0.1], 5)?;
    }
    Ok(())
}

#[test]
fn controller() -> Result<(), CheckError> {
    pid::itae::check(&pid::Gains { kp: 1.2, ki: 0.5, kd: 0.1, limit: 2.0 }, 0.4, 0.7, 60)
}

#[test]
fn length_of_a_spline() -> Result<(), CheckError> {
    splines::length::check(&[0.0, 0.5, 1.1, 2.0, 2.4], &[0.1, 0.9, -0.2, 0.4, 0.3], 7)
}
