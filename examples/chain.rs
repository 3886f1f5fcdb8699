//! A hanging chain: of all the shapes that it may take, the one of least energy.
//!
//! `cargo run --release --example chain [FILE.svg]` lets go of a chain that was pulled taut, minimises its energy, compares the shape with
//! the catenary, which is what calculus of variations gives, and draws both into the file (`target/chain.svg` if none is given).
//!
//! The links are stiff springs: along a link the energy curves ten thousand times as much as across. That is hopeless for gradient
//! descent, and nothing special for Newton's method with products of the Hessian and a vector (`energy::hvp_into`).

use differentiate::differentiate;
use plotters::prelude::*;
use std::error::Error;
use std::path::{Path, PathBuf};

const LEFT: (f64, f64) = (-1.0, 0.0);
const RIGHT: (f64, f64) = (1.0, 0.4);
const LENGTH: f64 = 3.2;
const LINKS: usize = 48;
const LINK: f64 = LENGTH / LINKS as f64;
/// What a link weighs.
const WEIGHT: f64 = 1.0 / LINKS as f64;
/// Of the springs: the whole chain hangs on them and becomes longer by about a ten-thousandth.
const STIFFNESS: f64 = 1e4 * LINKS as f64 / LENGTH;

/// Of the springs, and of the links' height. `joints` holds the two coordinates of each joint between the ends.
#[differentiate(order = 2)]
fn energy(joints: &[f64]) -> f64 {
    let (mut x, mut y) = LEFT;
    let mut total = 0.0;
    for i in 0..LINKS {
        let (next_x, next_y) = if i + 1 < LINKS { (joints[2 * i], joints[2 * i + 1]) } else { RIGHT };
        let stretched = (next_x - x).hypot(next_y - y) - LINK;
        total += 0.5 * STIFFNESS * stretched * stretched + WEIGHT * 0.5 * (y + next_y);
        (x, y) = (next_x, next_y);
    }
    total
}

/// The chain pulled down in one point, all links as long as they are.
fn taut() -> Vec<f64> {
    // The lowest point is below the middle: by bisection, so that both sides together have the right length.
    let corner_x = 0.5 * (LEFT.0 + RIGHT.0);
    let side = |end: (f64, f64), y: f64| (corner_x - end.0).hypot(y - end.1);
    let (mut low, mut high) = (-LENGTH, 0.0);
    for _ in 0..60 {
        let y = 0.5 * (low + high);
        if side(LEFT, y) + side(RIGHT, y) > LENGTH { low = y } else { high = y }
    }
    let left = side(LEFT, low);
    let point = |i: usize| {
        let along = i as f64 * LINK;
        let (from, t) = if along < left { (LEFT, along / left) } else { (RIGHT, (LENGTH - along) / (LENGTH - left)) };
        [from.0 + t * (corner_x - from.0), from.1 + t * (low - from.1)]
    };
    (1..LINKS).flat_map(point).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `y += a * x`
fn add_scaled(y: &mut [f64], a: f64, x: &[f64]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += a * x);
}

/// Solves `H p = -g` by conjugate gradients, as far as the energy curves upwards in the directions that come up.
fn newton_step(joints: &[f64], g: &[f64]) -> Vec<f64> {
    let mut p = vec![0.0; g.len()];
    let mut residual: Vec<f64> = g.iter().map(|g| -g).collect();
    let mut direction = residual.clone();
    let mut h_direction = vec![0.0; g.len()];
    let length = dot(g, g).sqrt();
    let tolerance = length * length.sqrt().min(0.1);
    for i in 0..4 * g.len() {
        energy::hvp_into(joints, &direction, &mut h_direction);
        let curvature = dot(&direction, &h_direction);
        if curvature <= 0.0 {
            return if i == 0 { direction } else { p };
        }
        let before = dot(&residual, &residual);
        add_scaled(&mut p, before / curvature, &direction);
        add_scaled(&mut residual, -before / curvature, &h_direction);
        let after = dot(&residual, &residual);
        if after.sqrt() < tolerance {
            break;
        }
        for (direction, residual) in direction.iter_mut().zip(&residual) {
            *direction = residual + after / before * *direction;
        }
    }
    p
}

/// The shape after each step.
fn minimise(start: Vec<f64>) -> Vec<Vec<f64>> {
    let mut shapes = vec![start.clone()];
    let (mut joints, mut g) = (start, vec![0.0; 2 * (LINKS - 1)]);
    println!("{:>4} {:>14} {:>11}", "step", "energy", "|gradient|");
    for step in 0.. {
        let value = energy::value_and_grad_into(&joints, &mut g);
        let length = dot(&g, &g).sqrt();
        if step % 5 == 0 || length < 1e-7 {
            println!("{step:>4} {value:>14.10} {length:>11.2e}");
        }
        if length < 1e-7 || step == 500 {
            break;
        }
        let p = newton_step(&joints, &g);
        // No joint moves further than a link is long, and the energy falls.
        let longest = p.iter().fold(0.0_f64, |a, v| a.max(v.abs()));
        let mut t = (LINK / longest).min(1.0);
        let moved = |t: f64| joints.iter().zip(&p).map(|(x, p)| x + t * p).collect::<Vec<_>>();
        while energy(&moved(t)) > value + 1e-4 * t * dot(&p, &g) && t > 1e-12 {
            t *= 0.5;
        }
        joints = moved(t);
        shapes.push(joints.clone());
    }
    shapes
}

/// The curve `y = a cosh((x - x0) / a) + y0` through both ends, as long as the chain.
struct Catenary {
    a: f64,
    x0: f64,
    y0: f64,
}

impl Catenary {
    fn new() -> Catenary {
        let (width, height) = (RIGHT.0 - LEFT.0, RIGHT.1 - LEFT.1);
        // 2 a sinh(width / 2a) = √(length² - height²), by bisection.
        let wanted = (LENGTH * LENGTH - height * height).sqrt();
        let (mut low, mut high) = (1e-2, 1e2);
        for _ in 0..100 {
            let a = 0.5 * (low + high);
            if 2.0 * a * (width / (2.0 * a)).sinh() > wanted { low = a } else { high = a }
        }
        let a = 0.5 * (low + high);
        let x0 = 0.5 * (LEFT.0 + RIGHT.0) - a * (height / LENGTH).atanh();
        Catenary { a, x0, y0: LEFT.1 - a * ((LEFT.0 - x0) / a).cosh() }
    }

    fn at(&self, x: f64) -> f64 {
        self.y0 + self.a * ((x - self.x0) / self.a).cosh()
    }
}

fn points(joints: &[f64]) -> impl Iterator<Item = (f64, f64)> {
    std::iter::once(LEFT).chain(joints.chunks_exact(2).map(|p| (p[0], p[1]))).chain([RIGHT])
}

fn draw(shapes: &[Vec<f64>], catenary: &Catenary, file: &Path) -> Result<(), Box<dyn Error>> {
    let (blue, orange) = (RGBColor(0x1f, 0x5f, 0xa8), RGBColor(0xd9, 0x7a, 0x1e));
    let area = SVGBackend::new(file, (720, 520)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("A chain finds its shape", ("sans-serif", 24))
        .margin(16)
        .x_label_area_size(36)
        .y_label_area_size(48)
        .build_cartesian_2d(-1.2..1.2, -1.4..0.5)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.08))
        .y_label_formatter(&|y: &f64| format!("{:.1}", (y * 10.0).round() / 10.0 + 0.0)) // No `-0.0`.
        .label_style(("sans-serif", 15))
        .draw()?;
    // About ten shapes on the way, ever darker.
    let last = shapes.len() - 1;
    for (i, shape) in shapes.iter().enumerate().step_by(last.div_ceil(10).max(1)).filter(|(i, _)| *i < last) {
        let strength = 0.25 + 0.4 * i as f64 / last as f64;
        let line = chart.draw_series(LineSeries::new(points(shape), blue.mix(strength).stroke_width(1)))?;
        if i == 0 {
            line.label("on the way").legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], blue.mix(0.5)));
        }
    }
    let curve = (0..=50).map(|i| LEFT.0 + (RIGHT.0 - LEFT.0) * f64::from(i) / 50.0).map(|x| (x, catenary.at(x)));
    chart
        .draw_series(LineSeries::new(curve, orange.stroke_width(4)))?
        .label("catenary")
        .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], orange.stroke_width(4)));
    chart
        .draw_series(points(&shapes[last]).map(|point| Circle::new(point, 3, blue.filled())))?
        .label("least energy")
        .legend(move |(x, y)| Circle::new((x + 9, y), 3, blue.filled()));
    chart.draw_series([LEFT, RIGHT].map(|end| Circle::new(end, 6, BLACK.filled())))?;
    chart.configure_series_labels().position(SeriesLabelPosition::LowerRight).label_font(("sans-serif", 16)).margin(12).draw()?;
    area.present()?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let (shapes, catenary) = (minimise(taut()), Catenary::new());
    let off = points(&shapes[shapes.len() - 1]).map(|(x, y)| (y - catenary.at(x)).abs()).fold(0.0, f64::max);
    println!("\n{} steps; no joint is further than {off:.1e} above or below the catenary", shapes.len() - 1);

    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/chain.svg");
    let file = std::env::args_os().nth(1).map_or_else(default, PathBuf::from);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    draw(&shapes, &catenary, &file)?;
    println!("picture: {}", file.display());
    Ok(())
}
