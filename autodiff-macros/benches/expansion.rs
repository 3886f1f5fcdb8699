//! How long the macro itself takes, on generated functions of 250 to 4 000 lines.
//!
//! A procedural macro cannot be linked, so its modules are included here and run on `proc-macro2`'s own tokens; that is
//! all of the macro except the compiler's hand-over of tokens. `cargo bench -p autodiff-macros` measures the optimised
//! macro, `cargo test -p autodiff-macros --bench expansion` the one that users' debug builds run.

#![allow(unused, unreachable_pub, reason = "the entry points and the tests of the included modules stay outside")]

#[path = "../src"]
mod compiler {
    pub mod analyze;
    pub mod args;
    pub mod emit;
    pub mod errors;
    pub mod fallback;
    pub mod ir;
    pub mod lower;
    pub mod pipeline;
    pub mod rules;
    pub mod simplify;
    pub mod transform;
}

use compiler::*;
use cpu_time::ThreadTime;
use std::fmt::Write as _;

/// A function of about `lines` lines: calls, methods, branches, loops, stores, reads of what was stored.
fn generated(lines: usize) -> String {
    let mut source =
        String::from("fn generated(x: &[f64], scale: f64, n: usize, out: &mut [f64]) -> f64 {\nlet mut sum = 0.0;\n");
    for block in 0..lines / 16 {
        let i = block;
        write!(
            source,
            "let a{i} = x[{i} % n] * scale;
             let b{i} = (a{i} + sum).sin() * 0.5;
             let c{i} = helper(a{i}, b{i});
             let mut v{i} = c{i}.max(0.1).ln() + x[{i} % n] / (1.0 + b{i} * b{i});
             for j in 0..n {{
                 v{i} += x[j] * b{i}.powi(2);
                 out[j] = out[j] * 0.5 + v{i};
             }}
             if v{i} > 1.0 {{
                 sum += v{i}.sqrt();
             }} else {{
                 let t{i} = v{i} * v{i} - c{i};
                 sum -= t{i};
             }}
             scale_row(&x[..n], out, b{i});
             sum += out[{i} % n];\n"
        )
        .expect("a string takes everything");
    }
    source + "sum\n}"
}

/// Seconds that one expansion takes: the best of a few, which is what the machine can do undisturbed.
fn seconds(lines: usize) -> f64 {
    let item: proc_macro2::TokenStream = generated(lines).parse().expect("the generated function is Rust");
    let once = || {
        let start = ThreadTime::now();
        let expanded = pipeline::expand(proc_macro2::TokenStream::new(), item.clone());
        let seconds = start.elapsed().as_secs_f64();
        assert!(!expanded.to_string().contains("compile_error"), "the generated function has a derivative");
        seconds
    };
    (0..5).map(|_| once()).fold(f64::INFINITY, f64::min)
}

fn main() {
    println!("{:>6} {:>10} {:>12}", "lines", "ms", "us per line");
    for lines in [250, 500, 1000, 2000, 4000] {
        let seconds = seconds(lines);
        println!("{lines:>6} {:>10.2} {:>12.2}", seconds * 1e3, seconds * 1e6 / lines as f64);
    }
}
