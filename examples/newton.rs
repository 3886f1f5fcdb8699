//! Logistic regression on the Wisconsin breast cancer data: Newton's method with Hessian-vector products, beside gradient descent.
//!
//! `cargo run --release --example newton [FILE.svg]` trains by both, tells how many iterations each takes and how many unseen rows it
//! gets right, and draws how far each is from the optimum into the file (`target/newton.svg` if none is given).
//!
//! The Newton step solves `H p = -g` by conjugate gradients, which ask for products of the Hessian with a vector and for nothing
//! else: `loss::hvp_into` gives them at the price of a few gradients, without ever forming the matrix.

use differentiate::differentiate;
use plotters::prelude::*;
use std::error::Error;
use std::path::{Path, PathBuf};

const FEATURES: usize = 30;
/// One weight per feature and a bias.
const WEIGHTS: usize = FEATURES + 1;
const DECAY: f64 = 1e-3;
/// Training ends where the gradient is this short.
const TOLERANCE: f64 = 1e-8;
const MOST_STEPS: usize = 20_000;

/// `ln(1 + exp(x))`, without overflow. By a branch, either of which is right at 0, where training starts: `x.max(0.0)` and `x.abs()` have
/// kinks there, and a function that is smooth only because two kinks cancel has the derivatives of the kinks.
#[differentiate(order = 2)]
fn softplus(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}

/// The mean negative log-likelihood, with weight decay.
#[differentiate(order = 2)]
fn loss(w: &[f64], #[constant] rows: &[f64], #[constant] signs: &[f64]) -> f64 {
    let mut total = 0.0;
    for (row, sign) in rows.chunks_exact(FEATURES).zip(signs) {
        let mut score = w[FEATURES];
        for i in 0..FEATURES {
            score += w[i] * row[i];
        }
        total += softplus(-sign * score);
    }
    let decay: f64 = w.iter().map(|v| v * v).sum();
    total / signs.len() as f64 + 0.5 * DECAY * decay
}

/// Rows of features one after the other, and for each 1 (benign) or -1 (malignant).
#[derive(Default)]
struct Tumours {
    rows: Vec<f64>,
    signs: Vec<f64>,
}

impl Tumours {
    fn accuracy(&self, w: &[f64]) -> f64 {
        let score = |row: &[f64]| w[FEATURES] + dot(&w[..FEATURES], row);
        let rows = self.rows.chunks_exact(FEATURES).zip(&self.signs);
        rows.filter(|(row, sign)| (score(row) >= 0.0) == (**sign > 0.0)).count() as f64 / self.signs.len() as f64
    }

    /// Shifts and scales each feature to mean 0 and deviation 1 over these rows; `others` alike.
    fn standardise(&mut self, others: &mut Tumours) {
        for i in 0..FEATURES {
            let column = || self.rows.iter().skip(i).step_by(FEATURES);
            let n = self.signs.len() as f64;
            let mean = column().sum::<f64>() / n;
            let deviation = (column().map(|v| (v - mean).powi(2)).sum::<f64>() / n).sqrt();
            let all = self.rows.iter_mut().skip(i).step_by(FEATURES);
            all.chain(others.rows.iter_mut().skip(i).step_by(FEATURES)).for_each(|v| *v = (*v - mean) / deviation);
        }
    }
}

/// Reads the table; every fourth row is kept out of the training.
fn read(csv: &str) -> Result<(Tumours, Tumours), Box<dyn Error>> {
    let (mut training, mut unseen) = (Tumours::default(), Tumours::default());
    for (i, line) in csv.lines().skip(1).enumerate() {
        let (features, class) = line.rsplit_once(',').ok_or("a row without a class")?;
        let part = if i % 4 == 3 { &mut unseen } else { &mut training };
        for feature in features.split(',') {
            part.rows.push(feature.parse()?);
        }
        part.signs.push(2.0 * class.parse::<f64>()? - 1.0);
    }
    Ok((training, unseen))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

/// `y += a * x`
fn add_scaled(y: &mut [f64], a: f64, x: &[f64]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += a * x);
}

/// What a training did.
#[derive(Default)]
struct Run {
    w: Vec<f64>,
    /// The loss before each step, and how many sweeps over the data had been made by then: a gradient counts as one, and so does a
    /// product with the Hessian.
    losses: Vec<(usize, f64)>,
    sweeps: usize,
}

impl Run {
    fn steps(&self) -> usize {
        self.losses.len() - 1
    }

    /// The loss and the gradient at the present weights, noted down.
    fn evaluate(&mut self, on: &Tumours, w_bar: &mut [f64]) -> f64 {
        let value = loss::value_and_grad_into(&self.w, &on.rows, &on.signs, w_bar);
        self.sweeps += 1;
        self.losses.push((self.sweeps, value));
        value
    }
}

/// The largest curvature that the loss has anywhere: the largest eigenvalue of its Hessian at weights 0, by power iteration.
fn largest_curvature(on: &Tumours) -> f64 {
    let (mut v, mut hv) = (vec![1.0; WEIGHTS], vec![0.0; WEIGHTS]);
    for _ in 0..100 {
        loss::hvp_into(&[0.0; WEIGHTS], &on.rows, &on.signs, &v, &mut hv);
        let length = norm(&hv);
        v.iter_mut().zip(&hv).for_each(|(v, hv)| *v = hv / length);
    }
    norm(&hv)
}

/// Steps along the gradient, as long as they can be so that the loss is sure to fall.
fn descend(on: &Tumours) -> Run {
    let mut run = Run { w: vec![0.0; WEIGHTS], ..Run::default() };
    let mut w_bar = vec![0.0; WEIGHTS];
    let curvature = largest_curvature(on);
    for _ in 0..MOST_STEPS {
        run.evaluate(on, &mut w_bar);
        if norm(&w_bar) < TOLERANCE {
            break;
        }
        add_scaled(&mut run.w, -1.0 / curvature, &w_bar);
    }
    run
}

/// Newton's method, each step by conjugate gradients that are as exact as is of use, and halved until the loss falls.
fn newton(on: &Tumours) -> Run {
    let mut run = Run { w: vec![0.0; WEIGHTS], ..Run::default() };
    let mut w_bar = vec![0.0; WEIGHTS];
    loop {
        let value = run.evaluate(on, &mut w_bar);
        let length = norm(&w_bar);
        let (loss, sweeps, accuracy) = (value, run.sweeps, 100.0 * on.accuracy(&run.w));
        println!("{:>4} {loss:>12.9} {length:>11.2e} {sweeps:>7} {accuracy:>8.1}%", run.steps());
        if length < TOLERANCE {
            return run;
        }
        let p = conjugate_gradients(&mut run, on, &w_bar, length * length.sqrt().min(0.5));
        let (start, slope) = (run.w.clone(), dot(&p, &w_bar));
        let mut t = 1.0;
        loop {
            run.w.copy_from_slice(&start);
            add_scaled(&mut run.w, t, &p);
            run.sweeps += 1;
            if loss_at(&run.w, on) <= value + 1e-4 * t * slope || t < 1e-10 {
                break;
            }
            t *= 0.5;
        }
    }
}

fn loss_at(w: &[f64], on: &Tumours) -> f64 {
    loss(w, &on.rows, &on.signs)
}

/// Solves `H p = -g` until the residual is shorter than `tolerance`.
fn conjugate_gradients(run: &mut Run, on: &Tumours, g: &[f64], tolerance: f64) -> Vec<f64> {
    let mut p = vec![0.0; WEIGHTS];
    let mut residual: Vec<f64> = g.iter().map(|g| -g).collect();
    let mut direction = residual.clone();
    let mut h_direction = vec![0.0; WEIGHTS];
    for _ in 0..2 * WEIGHTS {
        let before = dot(&residual, &residual);
        if before.sqrt() < tolerance {
            break;
        }
        loss::hvp_into(&run.w, &on.rows, &on.signs, &direction, &mut h_direction);
        run.sweeps += 1;
        let step = before / dot(&direction, &h_direction);
        add_scaled(&mut p, step, &direction);
        add_scaled(&mut residual, -step, &h_direction);
        let turn = dot(&residual, &residual) / before;
        for (direction, residual) in direction.iter_mut().zip(&residual) {
            *direction = residual + turn * *direction;
        }
    }
    p
}

/// How far the loss is above its optimum, by sweeps over the data.
fn draw(runs: [(&str, &Run); 2], file: &Path) -> Result<(), Box<dyn Error>> {
    let colours = [RGBColor(0x1f, 0x5f, 0xa8), RGBColor(0xd9, 0x7a, 0x1e)];
    let optimum = runs.iter().flat_map(|(_, run)| run.losses.iter().map(|(_, value)| *value)).fold(f64::INFINITY, f64::min);
    let longest = runs.iter().map(|(_, run)| run.sweeps).max().unwrap_or(1) as f64;
    let area = SVGBackend::new(file, (760, 460)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("Breast cancer: logistic regression", ("sans-serif", 24))
        .margin(16)
        .x_label_area_size(48)
        .y_label_area_size(64)
        .build_cartesian_2d((1.0..longest).log_scale(), (1e-14..1.0).log_scale())?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.1))
        .x_desc("sweeps over the data")
        .y_desc("loss above the optimum")
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| format!("{y:.0e}"))
        .label_style(("sans-serif", 15))
        .axis_desc_style(("sans-serif", 17))
        .draw()?;
    for ((name, run), colour) in runs.into_iter().zip(colours) {
        let points =
            run.losses.iter().map(|(sweeps, value)| (*sweeps as f64, value - optimum)).filter(|(_, above)| *above > 1e-14);
        chart
            .draw_series(LineSeries::new(points.clone(), colour.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
        if run.steps() < 50 {
            chart.draw_series(points.map(|point| Circle::new(point, 4, colour.filled())))?;
        }
    }
    chart.configure_series_labels().position(SeriesLabelPosition::LowerLeft).label_font(("sans-serif", 16)).margin(12).draw()?;
    area.present()?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let (mut training, mut unseen) = read(include_str!("data/breast_cancer.csv"))?;
    training.standardise(&mut unseen);

    println!("{:>4} {:>12} {:>11} {:>7} {:>9}", "step", "loss", "|gradient|", "sweeps", "training");
    let newton = newton(&training);
    let descent = descend(&training);
    println!();
    for (name, run) in [("Newton-CG", &newton), ("gradient descent", &descent)] {
        let (steps, sweeps) = (run.steps(), run.sweeps);
        let (right, loss) = (100.0 * unseen.accuracy(&run.w), run.losses[steps].1);
        println!(
            "{name}: {steps} iterations, {sweeps} sweeps over the data, loss {loss:.9}, {right:.1} % of {} unseen right",
            unseen.signs.len()
        );
    }

    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/newton.svg");
    let file = std::env::args_os().nth(1).map_or_else(default, PathBuf::from);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    draw([("Newton-CG", &newton), ("gradient descent", &descent)], &file)?;
    println!("distance to the optimum: {}", file.display());
    Ok(())
}
