//! Multinomial logistic regression on Fisher's iris data, by gradient descent.
//!
//! `cargo run --release --example iris [FILE.svg]` trains, tells the accuracy on rows it has not seen, and draws the
//! loss curve into the file (`target/iris.svg` if none is given).

use differentiate::differentiate;
use plotters::prelude::*;
use std::error::Error;
use std::path::{Path, PathBuf};

const FEATURES: usize = 4;
const CLASSES: usize = 3;
/// A class is scored by one weight per feature and a bias.
const WEIGHTS: usize = FEATURES + 1;
const STEPS: usize = 400;
const RATE: f64 = 0.5;
const DECAY: f64 = 1e-3;

#[differentiate]
fn score(w: &[f64], #[constant] row: &[f64]) -> f64 {
    let mut sum = w[FEATURES];
    for i in 0..FEATURES {
        sum += w[i] * row[i];
    }
    sum
}

#[differentiate]
fn log_sum_exp(x: &[f64]) -> f64 {
    let largest = x.iter().fold(f64::NEG_INFINITY, |a, v| a.max(*v));
    largest + x.iter().map(|v| (v - largest).exp()).sum::<f64>().ln()
}

/// Cross-entropy of the classes, averaged over the rows, with weight decay.
#[differentiate]
fn loss(w: &[f64], #[constant] rows: &[f64], labels: &[usize]) -> f64 {
    let mut total = 0.0;
    for (row, &label) in rows.chunks_exact(FEATURES).zip(labels) {
        let mut scores = [0.0; CLASSES];
        for c in 0..CLASSES {
            scores[c] = score(&w[c * WEIGHTS..][..WEIGHTS], row);
        }
        total += log_sum_exp(&scores) - scores[label];
    }
    let decay: f64 = w.iter().map(|v| v * v).sum();
    total / labels.len() as f64 + DECAY * decay
}

fn predict(w: &[f64], row: &[f64]) -> usize {
    let scores = w.chunks_exact(WEIGHTS).map(|w| score(w, row));
    scores.enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(class, _)| class)
}

/// Rows of features one after the other, and the class of each.
#[derive(Default)]
struct Flowers {
    rows: Vec<f64>,
    labels: Vec<usize>,
}

impl Flowers {
    fn accuracy(&self, w: &[f64]) -> f64 {
        let rows = self.rows.chunks_exact(FEATURES).zip(&self.labels);
        rows.filter(|(row, label)| predict(w, row) == **label).count() as f64 / self.labels.len() as f64
    }

    /// Shifts and scales each feature by `mean` and `deviation`.
    fn standardise(&mut self, mean: &[f64; FEATURES], deviation: &[f64; FEATURES]) {
        for row in self.rows.chunks_exact_mut(FEATURES) {
            for i in 0..FEATURES {
                row[i] = (row[i] - mean[i]) / deviation[i];
            }
        }
    }

    fn mean_and_deviation(&self) -> ([f64; FEATURES], [f64; FEATURES]) {
        let n = self.labels.len() as f64;
        let (mut mean, mut deviation) = ([0.0; FEATURES], [0.0; FEATURES]);
        for i in 0..FEATURES {
            let column = || self.rows.iter().skip(i).step_by(FEATURES);
            mean[i] = column().sum::<f64>() / n;
            deviation[i] = (column().map(|v| (v - mean[i]).powi(2)).sum::<f64>() / n).sqrt();
        }
        (mean, deviation)
    }
}

/// Reads the flowers; every fifth of each class is kept out of the training.
fn read(csv: &str) -> Result<(Flowers, Flowers), Box<dyn Error>> {
    let (mut training, mut unseen) = (Flowers::default(), Flowers::default());
    for (i, line) in csv.lines().skip(1).enumerate() {
        let (features, class) = line.rsplit_once(',').ok_or("a row without a class")?;
        let part = if i % 5 == 4 { &mut unseen } else { &mut training };
        for feature in features.split(',') {
            part.rows.push(feature.parse()?);
        }
        part.labels.push(class.parse()?);
    }
    Ok((training, unseen))
}

/// The loss before each step, on the rows that are trained on and on those kept out.
struct Losses {
    training: Vec<f64>,
    unseen: Vec<f64>,
}

/// Descends along the gradient from zero weights.
fn train(on: &Flowers, unseen: &Flowers) -> (Vec<f64>, Losses) {
    let mut w = vec![0.0; CLASSES * WEIGHTS];
    let mut w_bar = vec![0.0; CLASSES * WEIGHTS];
    let mut losses = Losses { training: Vec::new(), unseen: Vec::new() };
    println!("{:>5} {:>9} {:>11} {:>9} {:>9}", "step", "loss", "|gradient|", "training", "unseen");
    for step in 0..=STEPS {
        let value = loss::value_and_grad_into(&w, &on.rows, &on.labels, &mut w_bar);
        losses.training.push(value);
        losses.unseen.push(loss(&w, &unseen.rows, &unseen.labels));
        if step % 50 == 0 {
            let norm = w_bar.iter().map(|v| v * v).sum::<f64>().sqrt();
            let (seen, unseen) = (100.0 * on.accuracy(&w), 100.0 * unseen.accuracy(&w));
            println!("{step:>5} {value:>9.5} {norm:>11.6} {seen:>8.1}% {unseen:>8.1}%");
        }
        if step < STEPS {
            for (w, w_bar) in w.iter_mut().zip(&w_bar) {
                *w -= RATE * w_bar;
            }
        }
    }
    (w, losses)
}

fn draw(losses: &Losses, file: &Path) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::new(file, (720, 440)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("Iris: multinomial logistic regression", ("sans-serif", 24))
        .margin(16)
        .x_label_area_size(48)
        .y_label_area_size(56)
        .build_cartesian_2d(0..STEPS, 0.0..losses.training[0] * 1.05)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.1))
        .x_desc("step of gradient descent")
        .y_desc("loss")
        .label_style(("sans-serif", 15))
        .axis_desc_style(("sans-serif", 17))
        .draw()?;
    let curves =
        [("training", &losses.training, RGBColor(0x1f, 0x5f, 0xa8)), ("unseen", &losses.unseen, RGBColor(0xd9, 0x7a, 0x1e))];
    for (name, values, colour) in curves {
        chart
            .draw_series(LineSeries::new(values.iter().copied().enumerate(), colour.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
    }
    chart.configure_series_labels().position(SeriesLabelPosition::UpperRight).label_font(("sans-serif", 16)).margin(12).draw()?;
    area.present()?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let (mut training, mut unseen) = read(include_str!("data/iris.csv"))?;
    let (mean, deviation) = training.mean_and_deviation();
    training.standardise(&mean, &deviation);
    unseen.standardise(&mean, &deviation);

    let (w, losses) = train(&training, &unseen);
    let right = unseen.accuracy(&w);
    println!("\n{:.1} % of {} unseen flowers named rightly", 100.0 * right, unseen.labels.len());

    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/iris.svg");
    let file = std::env::args_os().nth(1).map_or_else(default, PathBuf::from);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    draw(&losses, &file)?;
    println!("loss curve: {}", file.display());
    Ok(())
}
