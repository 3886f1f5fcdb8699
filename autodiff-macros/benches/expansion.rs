//! How long the macro itself takes, on generated functions of 250 to 4 000 lines.
//!
//! A procedural macro cannot be linked, so its modules are included here and run on `proc-macro2`'s own tokens; that is
//! all of the macro except the compiler's hand-over of tokens. `cargo bench -p autodiff-macros` measures the optimised
//! macro, `cargo test -p autodiff-macros --bench expansion` the one that users' debug builds run (with the checks of
//! `ir::verify`), if arguments choose shapes by name; without them it only sees that all run.

#![allow(unused, unreachable_pub, reason = "the entry points and the tests of the included modules stay outside")]

#[path = "../src"]
mod compiler {
    pub mod alias;
    pub mod analyze;
    pub mod args;
    pub mod derive;
    pub mod emit;
    pub mod errors;
    pub mod fallback;
    pub mod guard;
    pub mod ir;
    pub mod lower;
    pub mod member;
    pub mod pipeline;
    pub mod rules;
    pub mod simplify;
    pub mod transform;
    pub mod user_rule;
}
#[path = "expansion/shapes.rs"]
mod shapes;

/// What the compiler's modules ask the crate that they are part of.
fn in_compiler() -> bool {
    false
}

use compiler::*;
use cpu_time::ThreadTime;
use proc_macro2::TokenStream;

const LINES: [usize; 5] = [250, 500, 1000, 2000, 4000];

/// Runs `f` and says how many milliseconds of this thread that took.
fn timed<T>(f: impl FnOnce() -> T) -> (T, f64) {
    let start = ThreadTime::now();
    let result = f();
    (result, start.elapsed().as_secs_f64() * 1e3)
}

/// Milliseconds that one expansion takes: the best of a few, which is what the machine can do undisturbed.
fn expansion(source: &str) -> f64 {
    let item: TokenStream = source.parse().expect("the generated function is Rust");
    let once = || {
        let (expanded, ms) = timed(|| pipeline::expand(TokenStream::new(), item.clone(), 1));
        assert!(!expanded.to_string().contains("compile_error"), "the generated function has a derivative:\n{expanded}");
        ms
    };
    (0..3).map(|_| once()).fold(f64::INFINITY, f64::min)
}

/// Milliseconds by stage.
fn stages(source: &str) -> Vec<(&'static str, f64)> {
    let item: TokenStream = source.parse().expect("the generated function is Rust");
    let errors = &mut errors::Errors::default();
    let (mut item, parse) = timed(|| syn::parse2::<syn::ItemFn>(item).expect("a function"));
    let config = args::Config::parse(TokenStream::new(), &mut item, errors);
    let (f, lower) = timed(|| lower::function(&item, &config, errors).expect("the generated function has a derivative"));
    let layout = analyze::Layout::new(&f);
    let ((memory, activity), analyses) = timed(|| {
        let memory = analyze::Memory::new(&f, &layout);
        let activity = analyze::Activity::new(&f, &layout, &memory);
        (memory, activity)
    });
    let (adjoined, adjoint) = timed(|| transform::adjoint::adjoint(&f, &layout, &memory, &activity, errors));
    let (mut tangent_program, tangent) = timed(|| transform::tangent::tangent(&f, &activity));
    let mut adjoint_program = adjoined.function;
    let ((), verify) = timed(|| ir::verify::verify(&adjoint_program).expect("well formed"));
    let ((), simplify) = timed(|| {
        simplify::simplify(&mut adjoint_program, f.values.len());
        simplify::simplify(&mut tangent_program, f.values.len());
    });
    let name = item.sig.ident.to_string();
    let caller = transform::fuse::Caller::Function(&name);
    let (fused, fuse) = timed(|| transform::fuse::fuse(&adjoint_program, caller, &memory, f.values.len(), &adjoined.classes));
    let (spared, spare) = timed(|| transform::spare::spare(&mut adjoint_program, &memory, &adjoined.classes));
    let programs = pipeline::Programs {
        primal: f.clone(),
        adjoints: vec![adjoint_program],
        tangents: vec![tangent_program],
        fused,
        spared: Some(spared),
        recorded: Vec::new(),
    };
    let signature = programs.signature(&item, &config, false);
    let own = programs.primal.values.len();
    let pipeline::Programs { adjoints, tangents, fused, spared, .. } = programs;
    let (_, emit) = timed(|| emit::companion_of(&signature, adjoints, tangents, fused, spared.as_ref(), own));
    vec![
        ("parse", parse),
        ("lower", lower),
        ("analyze", analyses),
        ("adjoint", adjoint),
        ("tangent", tangent),
        ("verify", verify),
        ("simplify", simplify),
        ("fuse", fuse),
        ("spare", spare),
        ("emit", emit),
    ]
}

/// The exponent `k` of the law `lines^k` that fits best.
fn exponent(ms: &[f64]) -> f64 {
    let points: Vec<(f64, f64)> = LINES.iter().zip(ms).map(|(lines, ms)| ((*lines as f64).ln(), ms.ln())).collect();
    let count = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0 / count, y + p.1 / count));
    let slope = points.iter().fold((0.0, 0.0), |(up, down), p| (up + (p.0 - x) * (p.1 - y), down + (p.0 - x).powi(2)));
    slope.0 / slope.1
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let shapes = shapes::SHAPES.iter().filter(|shape| wanted.is_empty() || wanted.iter().any(|name| name == shape.name));
    let shapes: Vec<_> = shapes.collect();
    // `cargo test --benches` only wants to see that everything runs.
    if wanted.is_empty() && !std::env::args().any(|arg| arg == "--bench") {
        shapes.iter().for_each(|shape| drop(stages(&shape.function(LINES[0]))));
        expansion(&shapes::nest(3));
        return;
    }
    println!("milliseconds{:>10}{:>10}{:>10}{:>10}{:>10} lines; exponent", LINES[0], LINES[1], LINES[2], LINES[3], LINES[4]);
    for shape in &shapes {
        let ms = LINES.map(|lines| expansion(&shape.function(lines)));
        let row: String = ms.iter().map(|ms| format!("{ms:>10.1}")).collect();
        println!("{:>12}{row} {:>6.2}", shape.name, exponent(&ms));
    }
    println!("\nmilliseconds by stage, 1000 lines and 4000");
    for shape in &shapes {
        let row = stages(&shape.function(1000)).into_iter().zip(stages(&shape.function(4000)));
        let row: String = row.map(|((stage, short), (_, long))| format!(" {stage} {short:.1} {long:.1},")).collect();
        println!("{:>12}{row}", shape.name);
    }
    if wanted.is_empty() || wanted.iter().any(|name| name == "nest") {
        println!("\nmilliseconds for one nest of loops, by depth");
        for depth in [1, 2, 4, 6, 8, 10, 12] {
            println!("{depth:>12}{:>10.1}", expansion(&shapes::nest(depth)));
        }
    }
}
