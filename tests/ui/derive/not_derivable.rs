//! Types without a gradient, all in one file: every one is reported.
use differentiate::Differentiable;

#[derive(Differentiable)]
union Bits {
    float: f64,
    integer: u64,
}

#[derive(Differentiable)]
enum Never {}

#[derive(Differentiable)]
struct Pointer {
    weights: *const f64,
    more: Vec<*mut f64>,
}

#[derive(Differentiable)]
struct Borrows<'a> {
    weights: &'a [f64],
    inner: Option<View<'a>>,
    name: &'a str,
}

#[derive(Differentiable)]
struct View<'a> {
    #[constant]
    rows: &'a [f64],
    scale: f64,
}

#[derive(Differentiable)]
struct Unseen {
    force: Box<dyn Force>,
    scale: f64,
}

trait Force {}

struct Config {
    rate: f64,
}

#[derive(Differentiable)]
struct Model {
    config: Config,
    weight: f64,
    layers: Vec<Option<Config>>,
}

#[derive(Differentiable)]
#[differentiable(krate = differentiate)]
struct Option1(f64);

fn main() {}
