//! How much longer a crate takes to build whose functions have derivatives of order 2 that nobody calls.
//!
//! `cargo bench --bench build_time [check|debug|release|called ..]` generates one crate without derivatives and one for each order, of fifty
//! functions of five kinds, below `target/build_time`, builds them in turns as a user would, and prints the CPU time of cargo and rustc
//! (without the dependencies, which are built before) by order.
//!
//! What nobody calls is not translated: `called` is a release build of crates in which each function's value (without derivatives) or
//! first derivatives are called.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Functions of each kind.
const COPIES: usize = 10;
/// Turns that each crate gets.
const TURNS: usize = 5;

/// `@` stands for the number of the copy, `#` for the attribute.
const KINDS: &str = "
#
pub fn option_price_@(spot: f64, strike: f64, rate: f64, volatility: f64, time: f64) -> f64 {
    let root = volatility * time.sqrt();
    let d1 = ((spot / strike).ln() + (rate + 0.5 * volatility * volatility) * time) / root;
    let d2 = d1 - root;
    let normal_1 = 1.0 / (1.0 + (-1.702 * d1).exp());
    let normal_2 = 1.0 / (1.0 + (-1.702 * d2).exp());
    let price = spot * normal_1 - strike * (-rate * time).exp() * normal_2;
    if price > 0.0 { price } else { 0.0 }
}

#
pub fn dense_@(w: &[f64], x: &[f64], out: &mut [f64]) {
    for i in 0..out.len() {
        let mut sum = w[w.len() - 1 - i];
        for j in 0..x.len() {
            sum += w[i * x.len() + j] * x[j];
        }
        out[i] = if sum > 0.0 { sum } else { 0.1 * sum };
    }
}

#
pub fn loss_@(w: &[f64], #[constant] rows: &[f64], labels: &[usize], rate: f64) -> f64 {
    let mut total = 0.0;
    for (row, &label) in rows.chunks_exact(4).zip(labels) {
        let mut hidden = vec![0.0; 3];
        dense_@(&w[..15], row, &mut hidden);
        let largest = hidden.iter().fold(f64::NEG_INFINITY, |a, v| a.max(*v));
        let sum: f64 = hidden.iter().map(|v| (v - largest).exp()).sum();
        total += largest + sum.ln() - hidden[label];
    }
    total / labels.len() as f64 + rate * w.iter().map(|v| v * v).sum::<f64>()
}

#
pub fn orbit_@(start: [f64; 4], mass: f64, steps: usize) -> [f64; 4] {
    let [mut x, mut y, mut vx, mut vy] = start;
    let dt = 0.01;
    for _ in 0..steps {
        let cubed = (x * x + y * y).sqrt().powi(3);
        vx -= dt * mass * x / cubed;
        vy -= dt * mass * y / cubed;
        x += dt * vx;
        y += dt * vy;
        if y < -10.0 {
            break;
        }
    }
    [x, y, vx, vy]
}

#
pub fn smooth_@(signal: &[f64], stiffness: f64, rounds: usize) -> f64 {
    let mut values = signal.to_vec();
    for _ in 0..rounds {
        for i in 1..values.len() - 1 {
            let bend = values[i - 1] - 2.0 * values[i] + values[i + 1];
            values[i] += stiffness * bend;
        }
    }
    let misfit: f64 = values.iter().zip(signal).map(|(a, b)| (a - b).powi(2)).sum();
    let end = orbit_@([1.0, 0.0, values[0], values[1]], misfit, 10);
    misfit.sqrt() + end[0] * end[1]
}
";

/// What calls the functions, and what their first derivatives.
const CALLS: [&str; 2] = [
    "
pub fn called_@(w: &[f64], rows: &[f64], labels: &[usize], out: &mut [f64]) -> f64 {
    dense_@(w, rows, out);
    let price = option_price_@(w[0], w[1], w[2], w[3], w[4]);
    let end = orbit_@([w[0], w[1], w[2], w[3]], w[4], labels[0]);
    price + end[0] + loss_@(w, rows, labels, w[0]) + smooth_@(w, w[1], labels[0])
}
",
    "
pub fn called_@(w: &[f64], rows: &[f64], labels: &[usize], out: &mut [f64]) -> f64 {
    let (w_bar, ..) = dense_@::vjp(w, rows, out).1(rows.to_vec());
    let price = option_price_@::grad(w[0], w[1], w[2], w[3], w[4]).3;
    let (start_bar, _) = orbit_@::vjp([w[0], w[1], w[2], w[3]], w[4], labels[0]).1([w[0], w[1], w[2], w[3]]);
    w_bar[0] + price + start_bar[0] + loss_@::grad(w, rows, labels, w[0]).1 + smooth_@::grad(w, w[1], labels[0]).1
}
",
];

/// The crates: what stands for the attribute.
const ORDERS: [(&str, &str); 3] = [("none", ""), ("order_1", "#[differentiate]"), ("order_2", "#[differentiate(order = 2)]")];

fn source(attribute: &str, called: bool) -> String {
    let mut source = String::from("#![allow(unused_imports)]\nuse differentiate::differentiate;\n");
    for copy in 0..COPIES {
        let text = KINDS.replace("\n#\n", &format!("\n{attribute}\n")).replace('@', &copy.to_string());
        let text = if attribute.is_empty() { text.replace("#[constant] ", "") } else { text };
        source.write_str(&text).expect("a string takes everything");
        if called {
            source.push_str(&CALLS[usize::from(!attribute.is_empty())].replace('@', &copy.to_string()));
        }
    }
    source
}

/// Writes a library of that name, and says where.
fn write_crate(name: &str, attribute: &str, called: bool) -> std::io::Result<PathBuf> {
    let name = if called { format!("{name}_called") } else { name.to_owned() };
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here.join("target/build_time").join(&name);
    std::fs::create_dir_all(folder.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[dependencies]\ndifferentiate = {{ path = {here:?} }}\n\n[workspace]\n"
    );
    std::fs::write(folder.join("Cargo.toml"), manifest)?;
    std::fs::write(folder.join("src/lib.rs"), source(attribute, called))?;
    std::fs::copy(here.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    Ok(folder)
}

/// Seconds of CPU time of this process's children so far.
fn children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("this bench reads CPU times from Linux's /proc");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("there is a name in parentheses").split_whitespace().collect();
    let ticks = |field: usize| fields[field].parse::<f64>().expect("a count of ticks");
    (ticks(13) + ticks(14)) / 100.0
}

/// Seconds that cargo takes for a crate whose dependencies are there.
fn build(folder: &Path, arguments: &[&str]) -> f64 {
    let file = folder.join("src/lib.rs");
    let source = std::fs::read(&file).expect("it was written before");
    std::fs::write(&file, source).expect("it was written before");
    let before = children();
    let mut cargo = Command::new(env!("CARGO"));
    let status = cargo
        .args(arguments)
        .args(["--quiet", "--offline"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_MANIFEST_DIR")).join("target/build_time/target"))
        .env("CARGO_INCREMENTAL", "0")
        .stderr(Stdio::inherit())
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the crate builds");
    children() - before
}

fn main() -> std::io::Result<()> {
    let (options, words): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|a| a.starts_with('-'));
    let folders =
        |called: bool| ORDERS.iter().map(|(name, attribute)| write_crate(name, attribute, called)).collect::<Result<Vec<_>, _>>();
    let (uncalled, called) = (folders(false)?, folders(true)?);
    // `cargo test --benches` only wants to see that the crates can be written: to build them takes minutes.
    if !options.iter().any(|option| option == "--bench") {
        return Ok(());
    }
    println!(
        "CPU seconds of {} functions (best of {TURNS})\n{:<10}{:>10}{:>10}{:>10}{:>14}",
        5 * COPIES,
        "",
        "none",
        "order 1",
        "order 2",
        "2 to 1"
    );
    for (name, folders, arguments) in [
        ("check", &uncalled, &["check"][..]),
        ("debug", &uncalled, &["build"]),
        ("release", &uncalled, &["build", "--release"]),
        ("called", &called, &["build", "--release"]),
    ] {
        if !words.is_empty() && words.iter().all(|word| word != name) {
            continue;
        }
        let mut best = [f64::INFINITY; 3];
        folders.iter().for_each(|folder| _ = build(folder, arguments));
        for _ in 0..TURNS {
            for (best, folder) in best.iter_mut().zip(folders) {
                *best = best.min(build(folder, arguments));
            }
        }
        println!("{name:<10}{:>10.2}{:>10.2}{:>10.2}{:>14.2}", best[0], best[1], best[2], best[2] / best[1]);
    }
    Ok(())
}
