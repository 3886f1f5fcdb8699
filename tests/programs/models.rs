//! Programs of several types: a network of layers, a state machine by an enum, a likelihood that may fail.

use crate::differentiate;
use differentiate::{Differentiable, stop_gradient};

/// How a layer ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Activation {
    Linear,
    Relu,
    Tanh,
    Leaky(u32),
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Layer {
    weights: Vec<Vec<f64>>,
    bias: Vec<f64>,
    #[constant]
    activation: Activation,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Network {
    layers: Vec<Layer>,
    scale: Option<f64>,
    name: String,
}

floats_of!(Layer, LayerGrad; Network, NetworkGrad);

/// One layer, into a new vector.
#[differentiate]
fn layer(layer: &Layer, x: &[f64]) -> Vec<f64> {
    let mut out = Vec::with_capacity(layer.bias.len());
    for (row, bias) in layer.weights.iter().zip(&layer.bias) {
        let mut sum = *bias;
        for j in 0..x.len() {
            sum += row[j] * x[j];
        }
        let y = match stop_gradient(layer.activation) {
            Activation::Linear => sum,
            Activation::Relu if sum > 0.0 => sum,
            Activation::Relu => 0.0,
            Activation::Tanh => sum.tanh(),
            Activation::Leaky(percent) => {
                if sum > 0.0 {
                    sum
                } else {
                    sum * percent as f64 / 100.0
                }
            }
        };
        out.push(y);
    }
    out
}

#[differentiate]
fn network(net: &Network, x: &[f64], target: f64) -> f64 {
    let mut signal = x.to_vec();
    for i in 0..net.layers.len() {
        signal = layer(&net.layers[i], &signal);
    }
    let y = signal[0] * net.scale.unwrap_or(1.0);
    let mut loss = (y - target).powi(2);
    for l in &net.layers {
        for row in &l.weights {
            for w in row.iter() {
                loss += 0.01 * w * w;
            }
        }
    }
    loss
}

/// Phases of a rocket's flight.
#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Phase {
    Boost { thrust: f64, left: f64 },
    Coast(f64),
    Landed,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Rocket {
    height: f64,
    speed: f64,
    mass: f64,
    phase: Phase,
    stage: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Planet {
    gravity: f64,
    drag: f64,
}

floats_of!(Phase, PhaseGrad; Rocket, RocketGrad; Planet, PlanetGrad);

/// A state machine: the phase decides the force, and changes when its time has come.
#[differentiate]
fn advance(mut rocket: Rocket, planet: Planet, dt: f64) -> Rocket {
    let force = match &rocket.phase {
        Phase::Boost { thrust, .. } => *thrust,
        Phase::Coast(wind) => *wind * rocket.speed,
        Phase::Landed => 0.0,
    };
    let Planet { gravity, drag } = planet;
    let acceleration = force / rocket.mass - gravity - drag * rocket.speed * rocket.speed.abs();
    rocket.speed += acceleration * dt;
    rocket.height += rocket.speed * dt;
    let mut burnt = false;
    if matches!(rocket.phase, Phase::Boost { left, .. } if left > 10.0) {
        rocket.mass *= 2.0;
    }
    if let Phase::Boost { thrust, left } = &mut rocket.phase {
        *left -= dt;
        rocket.mass -= 0.01 * *thrust * dt;
        burnt = *left <= 0.0;
    }
    if burnt {
        rocket.phase = Phase::Coast(0.1 * drag);
        rocket.stage += 1;
    }
    if rocket.height < 0.0 {
        rocket.phase = Phase::Landed;
        rocket.height = 0.0;
    }
    rocket
}

#[differentiate]
fn flight(rocket: &Rocket, planet: Planet, steps: usize) -> f64 {
    let mut now = rocket.clone();
    let mut highest = 0.0;
    for _ in 0..steps {
        now = advance(now, planet, 0.1);
        if now.height > highest {
            highest = now.height;
        }
    }
    highest + 0.1 * now.speed + now.stage as f64
}

/// A pharmacokinetic model, whose parameters are clamped before they are used.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Rates {
    absorption: f64,
    elimination: f64,
    volume: f64,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Dose {
    time: f64,
    amount: f64,
}

floats_of!(Rates, RatesGrad; Dose, DoseGrad);

#[derive(Clone, Debug, PartialEq)]
enum Trouble {
    NoData,
    Unphysical { name: String, value: f64 },
}

#[differentiate]
fn clamped(rates: &Rates) -> Result<Rates, Trouble> {
    if rates.volume <= 0.0 {
        return Err(Trouble::Unphysical { name: format!("volume {}", rates.volume), value: rates.volume });
    }
    let mut rates = rates.clone();
    rates.absorption = rates.absorption.clamp(0.01, 5.0);
    rates.elimination = rates.elimination.max(0.001);
    if (rates.absorption - rates.elimination).abs() < 1e-9 {
        rates.absorption += 1e-6;
    }
    Ok(Rates { volume: rates.volume.sqrt(), ..rates })
}

#[differentiate]
fn concentration(rates: &Rates, doses: &[Dose], t: f64) -> f64 {
    let Rates { absorption: ka, elimination: ke, volume } = rates;
    let mut sum = 0.0;
    for dose in doses.iter() {
        let since = t - dose.time;
        if since <= 0.0 {
            continue;
        }
        sum += dose.amount * ka / (volume * (ka - ke)) * ((-ke * since).exp() - (-ka * since).exp());
    }
    sum
}

#[differentiate]
fn log_likelihood(rates: &Rates, doses: &[Dose], times: &[f64], observed: &[Option<f64>]) -> Result<f64, Trouble> {
    let rates = clamped(rates)?;
    let mut total = 0.0;
    let mut count = 0;
    for (t, y) in times.iter().zip(observed) {
        let Some(y) = y else { continue };
        let predicted = concentration(&rates, doses, *t);
        if predicted <= 0.0 {
            return Err(Trouble::Unphysical { name: format!("concentration {predicted}"), value: predicted });
        }
        let residual = (y / predicted).ln();
        total -= 0.5 * residual * residual;
        count += 1;
    }
    if count == 0 { Err(Trouble::NoData) } else { Ok(total / count as f64) }
}

programs! {
    layer -> many:
        (&layer = Layer { weights: vec![vec![0.3, -0.5], vec![0.7, 0.2]], bias: vec![0.1, -0.9], activation: Activation::Relu }, &x = vec![0.4, 0.6]),
        (&layer = Layer { weights: vec![vec![0.3, -0.5]], bias: vec![0.1], activation: Activation::Leaky(20) }, &x = vec![0.4, 0.6]);
    network: (&net = Network {
        layers: vec![
            Layer { weights: vec![vec![0.3, -0.5], vec![0.7, 0.2]], bias: vec![0.1, -0.2], activation: Activation::Tanh },
            Layer { weights: vec![vec![0.9, 0.4]], bias: vec![0.3], activation: Activation::Linear },
        ],
        scale: Some(1.3),
        name: "net".into(),
    }, &x = vec![0.4, 0.6], target = 0.2);
    advance -> many:
        (rocket = Rocket { height: 1.0, speed: 0.4, mass: 2.0, phase: Phase::Boost { thrust: 30.0, left: 0.5 }, stage: 0 }, planet = Planet { gravity: 9.8, drag: 0.1 }, dt = 0.1),
        (rocket = Rocket { height: 1.0, speed: 0.4, mass: 2.0, phase: Phase::Boost { thrust: 30.0, left: 0.05 }, stage: 0 }, planet = Planet { gravity: 9.8, drag: 0.1 }, dt = 0.1);
    flight: (&rocket = Rocket { height: 1.0, speed: 0.4, mass: 2.0, phase: Phase::Boost { thrust: 40.0, left: 0.55 }, stage: 0 }, planet = Planet { gravity: 9.8, drag: 0.1 }, const steps = 18);
    clamped -> perhaps: (&rates = Rates { absorption: 1.1, elimination: 0.3, volume: 2.0 }), (&rates = Rates { absorption: 7.1, elimination: -0.3, volume: 2.0 }), (&rates = Rates { absorption: 7.1, elimination: -0.3, volume: -2.0 });
    concentration: (&rates = Rates { absorption: 1.1, elimination: 0.3, volume: 2.0 }, &doses = vec![Dose { time: 0.0, amount: 1.0 }, Dose { time: 1.0, amount: 0.5 }, Dose { time: 9.0, amount: 0.5 }], t = 2.2);
    log_likelihood -> fallible:
        (&rates = Rates { absorption: 1.1, elimination: 0.3, volume: 2.0 }, &doses = vec![Dose { time: 0.0, amount: 1.0 }, Dose { time: 1.0, amount: 0.5 }], &times = vec![0.5, 1.2, 2.2], &observed = vec![Some(0.3), None, Some(0.5)]),
        (&rates = Rates { absorption: 1.1, elimination: 0.3, volume: -2.0 }, &doses = vec![Dose { time: 0.0, amount: 1.0 }], &times = vec![0.5], &observed = vec![Some(0.3)]),
        (&rates = Rates { absorption: 1.1, elimination: 0.3, volume: 2.0 }, &doses = vec![Dose { time: 0.9, amount: 1.0 }], &times = vec![0.5], &observed = vec![Some(0.3)]);
}
