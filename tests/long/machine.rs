//! A state machine by enum: a thermostat that heats, coasts and cools a room with a lagging sensor.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
enum Mode {
    Off,
    Heating { since: usize },
    Cooling,
    Fault(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Room {
    air: f64,
    walls: f64,
    sensor: f64,
}
floats_of!(Room, RoomGrad);

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Controller {
    setpoint: f64,
    band: f64,
    power: f64,
    longest: usize,
}
floats_of!(Controller, ControllerGrad);

/// The thermostat in its room.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Machine {
    mode: Mode,
    room: Room,
}

#[differentiate]
fn next(mode: Mode, error: f64, band: f64, now: usize, longest: usize) -> Mode {
    match mode {
        Mode::Off if error > band => Mode::Heating { since: now },
        Mode::Off if error < -band => Mode::Cooling,
        Mode::Heating { .. } if error < 0.0 => Mode::Off,
        Mode::Heating { since } if now - since > longest => Mode::Fault(1),
        Mode::Cooling if error > 0.0 => Mode::Off,
        Mode::Fault(n) if n > 2 => Mode::Off,
        Mode::Fault(n) => Mode::Fault(n + 1),
        other => other,
    }
}

#[differentiate]
fn exchanged(room: Room, heat: f64, outside: f64) -> Room {
    let to_walls = 0.3 * (room.air - room.walls);
    let lost = 0.1 * (room.walls - outside);
    Room { air: room.air + heat - to_walls, walls: room.walls + 0.5 * to_walls - lost, ..room }
}

#[differentiate]
fn discomfort(start: Room, control: &Controller, #[constant] outside: &[f64]) -> f64 {
    let mut machine = Machine { mode: Mode::Off, room: start };
    let mut cost = 0.0;
    let mut switches = 0;
    for (now, &out) in outside.iter().enumerate() {
        let error = control.setpoint - machine.room.sensor;
        let changed: Mode = next(machine.mode, error, control.band, now, control.longest);
        if changed != machine.mode {
            switches += 1;
        }
        machine.mode = changed;
        let heat = match machine.mode {
            Mode::Off => 0.0,
            Mode::Heating { since } => {
                let ramp = ((now - since) as f64 * 0.5 + 0.5).min(1.0);
                cost += 0.01 * control.power * ramp;
                control.power * ramp
            }
            Mode::Cooling => -0.5 * control.power,
            Mode::Fault(_) => {
                cost += 0.2 * machine.room.air.abs();
                0.0
            }
        };
        machine.room = exchanged(machine.room, heat, out);
        machine.room.sensor += 0.6 * (machine.room.air - machine.room.sensor);
        cost += (machine.room.air - control.setpoint).powi(2);
    }
    match machine.mode {
        Mode::Fault(n) if n > 1 => cost * 1.5,
        _ => cost + 0.1 * f64::from(switches),
    }
}

programs! {
    discomfort: (
        start = Room { air: 17.0, walls: 15.0, sensor: 16.5 },
        &control = Controller { setpoint: 20.0, band: 1.1, power: 2.3, longest: 4 },
        const &outside = vec![5.0, 4.0, 3.0, 6.0, 12.0, 25.0, 31.0, 30.0, 18.0, 9.0, 2.0, 1.0]
    );
}
