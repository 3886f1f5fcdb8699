//! A flight to Mars: the velocity with which a spacecraft has to leave the Earth's orbit so that it meets the planet.
//!
//! `cargo run --release --example orbit [FILE.svg]` starts with a ship that merely goes along with the Earth, corrects its launch by what
//! the derivatives of the arrival say, and draws the flights before, during and after (`target/orbit.svg` if no file is given).
//!
//! The simulation is written as one writes simulations: vectors with operators, a ship with methods, a trait for whatever pulls at it, and
//! a leapfrog that takes some hundred steps. `#[differentiate]` on each of them is all that the fit needs.
//! Units are astronomical units and years.

use differentiate::{Differentiable, differentiate};
use plotters::prelude::*;
use std::error::Error;
use std::f64::consts::PI;
use std::ops::{Add, Mul, Sub};
use std::path::{Path, PathBuf};

const STEPS: usize = 400;
/// How long the flight takes, in years.
const FLIGHT: f64 = 0.7;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct V2 {
    x: f64,
    y: f64,
}

#[differentiate]
impl Add for V2 {
    type Output = V2;

    fn add(self, other: V2) -> V2 {
        V2 { x: self.x + other.x, y: self.y + other.y }
    }
}

#[differentiate]
impl Sub for V2 {
    type Output = V2;

    fn sub(self, other: V2) -> V2 {
        V2 { x: self.x - other.x, y: self.y - other.y }
    }
}

#[differentiate]
impl Mul<f64> for V2 {
    type Output = V2;

    fn mul(self, k: f64) -> V2 {
        V2 { x: self.x * k, y: self.y * k }
    }
}

#[differentiate]
impl V2 {
    fn length(&self) -> f64 {
        self.x.hypot(self.y)
    }
}

/// Whatever pulls at a ship.
#[differentiate]
trait Force {
    fn acceleration(&self, at: V2, time: f64) -> V2;
}

/// A body on a circle around the Sun.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Body {
    /// In masses of the Sun.
    mass: f64,
    radius: f64,
    /// Where on the circle it is at time 0.
    phase: f64,
}

#[differentiate]
impl Body {
    fn position(&self, time: f64) -> V2 {
        let turn = 2.0 * PI / self.radius.powf(1.5);
        let angle = self.phase + turn * time;
        V2 { x: self.radius * angle.cos(), y: self.radius * angle.sin() }
    }
}

/// The Sun and a giant planet.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct SolarSystem {
    /// In masses of the Sun that we have.
    sun: f64,
    jupiter: Body,
}

#[differentiate]
impl Force for SolarSystem {
    fn acceleration(&self, at: V2, time: f64) -> V2 {
        let gravity = 4.0 * PI * PI;
        let away: V2 = self.jupiter.position(time) - at;
        let sunwards: V2 = at * (-gravity * self.sun / at.length().powi(3));
        sunwards + away * (gravity * self.jupiter.mass / away.length().powi(3))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Ship {
    position: V2,
    velocity: V2,
    time: f64,
}

#[differentiate]
impl Ship {
    /// Kick, drift, kick.
    fn step<F: Force>(&mut self, force: &F, dt: f64) {
        let half = 0.5 * dt;
        self.velocity = self.velocity + force.acceleration(self.position, self.time) * half;
        self.position = self.position + self.velocity * dt;
        self.time += dt;
        self.velocity = self.velocity + force.acceleration(self.position, self.time) * half;
    }
}

/// Where a ship is at the end of its flight that leaves the place of the Earth with some velocity.
#[differentiate]
fn arrival(launch: V2, #[constant] force: &SolarSystem) -> V2 {
    let mut ship = Ship { position: V2 { x: 1.0, y: 0.0 }, velocity: launch, time: 0.0 };
    for _ in 0..STEPS {
        ship.step(force, FLIGHT / STEPS as f64);
    }
    ship.position
}

/// The same flight, for the picture.
fn flight(launch: V2, force: &SolarSystem) -> Vec<(f64, f64)> {
    let mut ship = Ship { position: V2 { x: 1.0, y: 0.0 }, velocity: launch, time: 0.0 };
    let mut points = vec![(ship.position.x, ship.position.y)];
    for _ in 0..STEPS {
        ship.step(force, FLIGHT / STEPS as f64);
        points.push((ship.position.x, ship.position.y));
    }
    points
}

/// Newton's method for `arrival(launch) = target`: a launch velocity for each correction.
fn fit(mut launch: V2, target: V2, force: &SolarSystem) -> Vec<V2> {
    let mut launches = vec![launch];
    println!("{:>10} {:>10} {:>10} {:>14}", "correction", "vx", "vy", "miss");
    for correction in 0.. {
        let (end, by_x) = arrival::jvp(launch, force, V2Grad { x: 1.0, y: 0.0 });
        let (_, by_y) = arrival::jvp(launch, force, V2Grad { x: 0.0, y: 1.0 });
        let miss = target - end;
        println!("{correction:>10} {:>10.6} {:>10.6} {:>11.0} km", launch.x, launch.y, miss.length() * 149_597_870.7);
        if miss.length() < 1e-10 || correction == 50 {
            break;
        }
        // Solved by Cramer's rule; no correction is faster than a tenth of what the Earth does.
        let determinant = by_x.x * by_y.y - by_y.x * by_x.y;
        let change = V2 { x: miss.x * by_y.y - by_y.x * miss.y, y: by_x.x * miss.y - miss.x * by_x.y } * (1.0 / determinant);
        launch = launch + change * (0.2 * PI / change.length()).min(1.0);
        launches.push(launch);
    }
    launches
}

fn draw(launches: &[V2], target: V2, force: &SolarSystem, mars: &Body, file: &Path) -> Result<(), Box<dyn Error>> {
    let (blue, red) = (RGBColor(0x1f, 0x5f, 0xa8), RGBColor(0xc2, 0x4a, 0x2c));
    let area = SVGBackend::new(file, (660, 660)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("A flight to Mars", ("sans-serif", 24))
        .margin(16)
        .x_label_area_size(32)
        .y_label_area_size(40)
        .build_cartesian_2d(-1.8..1.8, -1.8..1.8)?;
    chart.configure_mesh().disable_mesh().label_style(("sans-serif", 15)).draw()?;
    for (radius, colour) in [(1.0, blue), (mars.radius, red)] {
        let circle = (0..=90).map(|i| f64::from(i) * PI / 45.0).map(|angle| (radius * angle.cos(), radius * angle.sin()));
        chart.draw_series(LineSeries::new(circle, colour.mix(0.25).stroke_width(1)))?;
    }
    let last = launches.len() - 1;
    for (i, launch) in launches.iter().enumerate() {
        let (style, name) = match i {
            0 => (BLACK.mix(0.6).stroke_width(2), Some("before")),
            i if i == last => (blue.stroke_width(3), Some("after")),
            1 => (blue.mix(0.3).stroke_width(1), Some("during the fit")),
            _ => (blue.mix(0.3).stroke_width(1), None),
        };
        let points = flight(*launch, force).into_iter().step_by(4);
        let line = chart.draw_series(LineSeries::new(points, style))?;
        if let Some(name) = name {
            line.label(name).legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
        }
    }
    let marks = [("Sun", V2 { x: 0.0, y: 0.0 }, 8, RGBColor(0xf2, 0xb1, 0x34)), ("Earth", V2 { x: 1.0, y: 0.0 }, 5, blue)];
    for (name, at, size, colour) in marks.into_iter().chain([("Mars", target, 5, red)]) {
        chart.draw_series([Circle::new((at.x, at.y), size, colour.filled())])?;
        chart.draw_series([Text::new(name, (at.x + 0.06, at.y + 0.04), ("sans-serif", 16).into_font())])?;
    }
    chart.configure_series_labels().position(SeriesLabelPosition::LowerLeft).label_font(("sans-serif", 16)).margin(12).draw()?;
    area.present()?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let force = SolarSystem { sun: 1.0, jupiter: Body { mass: 9.5e-4, radius: 5.2, phase: 1.9 } };
    let mars = Body { mass: 0.0, radius: 1.524, phase: 0.8 };
    let target = mars.position(FLIGHT);
    let with_the_earth = V2 { x: 0.0, y: 2.0 * PI };
    let launches = fit(with_the_earth, target, &force);
    let boost = (launches[launches.len() - 1] - with_the_earth).length() * 4.740_47;
    println!("\nThe ship leaves {boost:.2} km/s faster than the Earth, and meets Mars after {:.0} days", FLIGHT * 365.25);

    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/orbit.svg");
    let file = std::env::args_os().nth(1).map_or_else(default, PathBuf::from);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    draw(&launches, target, &force, &mars, &file)?;
    println!("flights: {}", file.display());
    Ok(())
}
