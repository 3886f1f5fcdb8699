//! A network of two layers learns to read handwritten digits.
//!
//! `cargo run --release --example digits [FOLDER]` trains it by Adam on minibatches, tells how many of the digits that it has not seen it
//! reads rightly, and draws `digits.svg`, the curves of loss and accuracy, and `digits_misread.svg`, what it reads wrongly, into the folder
//! (`target` if none is given).
//!
//! The layers are fields of a struct that derives `Differentiable`: the gradient of the loss is a struct with the same fields.

use differentiate::{Differentiable, Tensor, differentiate};
use flate2::read::GzDecoder;
use plotters::prelude::*;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use std::error::Error;
use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Images are as wide as high.
const WIDTH: usize = 8;
const PIXELS: usize = WIDTH * WIDTH;
const CLASSES: usize = 10;
const HIDDEN: usize = 128;
const BATCH: usize = 64;
const EPOCHS: usize = 60;
const RATE: f32 = 2e-3;
const DECAY: f32 = 1e-4;

#[derive(Differentiable)]
struct Layer {
    weights: Tensor<f32>,
    bias: Tensor<f32>,
}

#[differentiate]
impl Layer {
    fn apply(&self, x: &Tensor<f32>) -> Tensor<f32> {
        x.matmul(&self.weights) + &self.bias
    }
}

#[derive(Differentiable)]
struct Network {
    hidden: Layer,
    output: Layer,
}

#[differentiate]
impl Network {
    /// How much each row of pixels looks like each digit.
    fn logits(&self, x: &Tensor<f32>) -> Tensor<f32> {
        self.output.apply(&self.hidden.apply(x).relu())
    }
}

/// Cross-entropy of the digits, averaged over the rows, with weight decay.
#[differentiate]
fn loss(network: &Network, #[constant] x: &Tensor<f32>, labels: &[usize]) -> f32 {
    let decay = network.hidden.weights.square().sum() + network.output.weights.square().sum();
    network.logits(x).cross_entropy(labels) + DECAY * decay
}

impl Layer {
    /// Random weights, so small that activations keep their size.
    fn new(from: usize, to: usize, rng: &mut StdRng) -> Layer {
        let bound = (6.0 / from as f32).sqrt();
        let weights = Tensor::from_fn([from, to], |_| rng.random_range(-bound..bound));
        Layer { weights, bias: Tensor::zeros([to]) }
    }
}

impl Network {
    fn new(rng: &mut StdRng) -> Network {
        Network { hidden: Layer::new(PIXELS, HIDDEN, rng), output: Layer::new(HIDDEN, CLASSES, rng) }
    }

    fn read(&self, x: &Tensor<f32>) -> Vec<usize> {
        self.logits(x).argmax_axis(1).to_vec()
    }

    fn parameters(&mut self) -> [&mut Tensor<f32>; 4] {
        [&mut self.hidden.weights, &mut self.hidden.bias, &mut self.output.weights, &mut self.output.bias]
    }
}

impl NetworkGrad {
    fn parameters(&self) -> [&Tensor<f32>; 4] {
        [&self.hidden.weights, &self.hidden.bias, &self.output.weights, &self.output.bias]
    }
}

/// The optimiser: running means of each gradient and of its square.
struct Adam {
    means: Vec<(Tensor<f32>, Tensor<f32>)>,
    steps: i32,
}

impl Adam {
    fn new(network: &mut Network) -> Adam {
        let zeros = |x: &mut Tensor<f32>| (Tensor::zeros(x.shape()), Tensor::zeros(x.shape()));
        Adam { means: network.parameters().map(zeros).into(), steps: 0 }
    }

    fn step(&mut self, network: &mut Network, bars: &NetworkGrad, rate: f32) {
        const KEPT: f32 = 0.9;
        const KEPT_OF_SQUARES: f32 = 0.999;
        self.steps += 1;
        let rate = rate * (1.0 - KEPT_OF_SQUARES.powi(self.steps)).sqrt() / (1.0 - KEPT.powi(self.steps));
        for ((x, bar), (mean, square)) in network.parameters().into_iter().zip(bars.parameters()).zip(&mut self.means) {
            *mean *= KEPT;
            *mean += bar * (1.0 - KEPT);
            *square *= KEPT_OF_SQUARES;
            *square += bar.square() * (1.0 - KEPT_OF_SQUARES);
            *x -= &*mean * rate / (square.sqrt() + 1e-8);
        }
    }
}

/// Rows of pixels between 0 and 1, and what digit each is.
struct Digits {
    x: Tensor<f32>,
    labels: Vec<usize>,
}

impl Digits {
    fn new(rows: Vec<f32>, labels: Vec<usize>) -> Digits {
        Digits { x: Tensor::from_shape_vec([labels.len(), PIXELS], rows), labels }
    }

    fn batch(&self, rows: &[usize]) -> Digits {
        Digits { x: self.x.gather(0, rows), labels: rows.iter().map(|row| self.labels[*row]).collect() }
    }

    /// Loss and accuracy.
    fn score(&self, network: &Network) -> (f32, f32) {
        let right = network.read(&self.x).iter().zip(&self.labels).filter(|(read, label)| read == label).count();
        (loss(network, &self.x, &self.labels), right as f32 / self.labels.len() as f32)
    }
}

/// Reads the digits; every fifth is kept out of the training.
fn read(gz: &[u8]) -> Result<(Digits, Digits), Box<dyn Error>> {
    let mut csv = String::new();
    GzDecoder::new(gz).read_to_string(&mut csv)?;
    let mut parts = [(Vec::new(), Vec::new()), (Vec::new(), Vec::new())];
    for (i, line) in csv.lines().enumerate() {
        let (pixels, class) = line.rsplit_once(',').ok_or("a row without a class")?;
        let (rows, labels) = &mut parts[usize::from(i % 5 == 4)];
        for pixel in pixels.split(',') {
            rows.push(pixel.parse::<f32>()? / 16.0);
        }
        labels.push(class.parse()?);
    }
    let [training, unseen] = parts.map(|(rows, labels)| Digits::new(rows, labels));
    Ok((training, unseen))
}

/// Loss and accuracy after each epoch.
#[derive(Default)]
struct History {
    training: Vec<(f32, f32)>,
    unseen: Vec<(f32, f32)>,
}

fn train(on: &Digits, unseen: &Digits, rng: &mut StdRng) -> (Network, History) {
    let mut network = Network::new(rng);
    let (mut adam, mut history) = (Adam::new(&mut network), History::default());
    let mut order: Vec<usize> = (0..on.labels.len()).collect();
    for epoch in 0..EPOCHS {
        // Ever smaller steps, along half a wave.
        let rate = RATE * 0.5 * (1.0 + (std::f32::consts::PI * epoch as f32 / EPOCHS as f32).cos());
        order.shuffle(rng);
        for rows in order.chunks(BATCH) {
            let batch = on.batch(rows);
            let network_bar = loss::grad(&network, &batch.x, &batch.labels);
            adam.step(&mut network, &network_bar, rate);
        }
        history.training.push(on.score(&network));
        history.unseen.push(unseen.score(&network));
        show_progress(epoch + 1, &history);
    }
    (network, history)
}

/// A bar on a terminal, else a line now and then.
fn show_progress(epochs: usize, history: &History) {
    const LENGTH: usize = 30;
    let (loss, _) = history.training[epochs - 1];
    let (_, accuracy) = history.unseen[epochs - 1];
    let done = "█".repeat(epochs * LENGTH / EPOCHS);
    let text = format!("epoch {epochs:>2}/{EPOCHS}  loss {loss:.4}  unseen {:.1} %", 100.0 * accuracy);
    if std::io::stdout().is_terminal() {
        print!("\r{done:░<LENGTH$}  {text}");
        // Nobody sees a bar that cannot be written.
        let _ = std::io::stdout().flush();
        if epochs == EPOCHS {
            println!();
        }
    } else if epochs.is_multiple_of(10) {
        println!("{text}");
    }
}

const COLOURS: [(&str, RGBColor); 2] = [("training", RGBColor(0x1f, 0x5f, 0xa8)), ("unseen", RGBColor(0xd9, 0x7a, 0x1e))];

/// One number of a loss and an accuracy.
type Part = fn(&(f32, f32)) -> f32;

/// Loss and accuracy side by side.
fn draw_curves(history: &History, file: &Path) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::new(file, (960, 420)).into_drawing_area();
    area.fill(&WHITE)?;
    let worst = history.training.iter().map(|(_, accuracy)| *accuracy).fold(1.0, f32::min);
    let highest = history.training[0].0 * 1.05;
    let charts: [(&str, Part, _); 2] =
        [("loss", |score| score.0, 0.0..highest), ("accuracy", |score| score.1, worst - 0.02..1.005)];
    for (part, (name, of, range)) in area.split_evenly((1, 2)).into_iter().zip(charts) {
        let mut chart = ChartBuilder::on(&part)
            .caption(format!("Digits: {name}"), ("sans-serif", 22))
            .margin(16)
            .x_label_area_size(44)
            .y_label_area_size(52)
            .build_cartesian_2d(1..EPOCHS, range)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.1))
            .x_desc("epoch")
            .label_style(("sans-serif", 15))
            .axis_desc_style(("sans-serif", 17))
            .draw()?;
        for ((label, colour), scores) in COLOURS.into_iter().zip([&history.training, &history.unseen]) {
            let points = scores.iter().enumerate().map(|(i, score)| (i + 1, of(score)));
            chart
                .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
                .label(label)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
        }
        let position = if name == "loss" { SeriesLabelPosition::UpperRight } else { SeriesLabelPosition::LowerRight };
        chart.configure_series_labels().position(position).label_font(("sans-serif", 16)).margin(12).draw()?;
    }
    area.present()?;
    Ok(())
}

/// Up to twelve digits that are read wrongly, with what they are and what they are read as.
fn draw_misread(network: &Network, of: &Digits, file: &Path) -> Result<usize, Box<dyn Error>> {
    const DOT: i32 = 16;
    let read = network.read(&of.x);
    let misread: Vec<usize> = (0..read.len()).filter(|i| read[*i] != of.labels[*i]).collect();
    let area = SVGBackend::new(file, (960, 360)).into_drawing_area();
    area.fill(&WHITE)?;
    for (part, &i) in area.split_evenly((2, 6)).iter().zip(&misread) {
        let text = format!("{} read as {}", of.labels[i], read[i]);
        part.draw(&Text::new(text, (16, 10), ("sans-serif", 17)))?;
        for y in 0..WIDTH {
            for x in 0..WIDTH {
                let grey = 255 - (255.0 * of.x[[i, y * WIDTH + x]]) as u8;
                let (left, top) = (16 + DOT * x as i32, 34 + DOT * y as i32);
                let corners = [(left, top), (left + DOT, top + DOT)];
                part.draw(&Rectangle::new(corners, RGBColor(grey, grey, grey).filled()))?;
            }
        }
    }
    area.present()?;
    Ok(misread.len())
}

fn main() -> Result<(), Box<dyn Error>> {
    let (training, unseen) = read(include_bytes!("data/digits.csv.gz"))?;
    let start = Instant::now();
    let (network, history) = train(&training, &unseen, &mut StdRng::seed_from_u64(1));
    let seconds = start.elapsed().as_secs_f64();

    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
    let folder = std::env::args_os().nth(1).map_or_else(default, PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    let (curves, wrong) = (folder.join("digits.svg"), folder.join("digits_misread.svg"));
    draw_curves(&history, &curves)?;
    let misread = draw_misread(&network, &unseen, &wrong)?;
    let (all, (_, accuracy)) = (unseen.labels.len(), unseen.score(&network));
    println!("\n{:.1} % of {all} unseen digits read rightly, {misread} wrongly, after {seconds:.1} s", 100.0 * accuracy);
    println!("curves: {}\nmisread digits: {}", curves.display(), wrong.display());
    Ok(())
}
