//! What is measured: each function at several sizes, on inputs like the benchmark's.

use crate::{all_bones, by_hand, dual_numbers};
use gradbench_tool::evaluation::{Function, task};
use serde_json::{Value, json};

/// How large the inputs are.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Size {
    /// Only to see that everything runs and agrees.
    Test,
    Measured,
}

/// A function on one input.
pub(crate) struct Case {
    pub(crate) module: &'static str,
    pub(crate) primal: &'static str,
    pub(crate) derivative: &'static str,
    pub(crate) size: String,
    pub(crate) input: Value,
    pub(crate) by_hand: Function,
    /// Dual numbers, where a function has not too many parameters for them.
    pub(crate) dual_numbers: Option<Function>,
    /// What the ratios are over, if not over the primal.
    pub(crate) over: Option<Function>,
}

impl Case {
    pub(crate) fn name(&self) -> String {
        if self.module == self.derivative { self.module.to_owned() } else { format!("{} {}", self.module, self.derivative) }
    }

    fn new(
        (module, primal, derivative): (&'static str, &'static str, &'static str),
        size: String,
        input: Value,
        by_hand: Function,
    ) -> Case {
        Case { module, primal, derivative, size, input, by_hand, dual_numbers: None, over: None }
    }

    /// Dual numbers too, `if` the function is small enough for them.
    fn dual_numbers_if(self, is_small: bool, dual_numbers: Function) -> Case {
        Case { dual_numbers: is_small.then_some(dual_numbers), ..self }
    }
}

/// Numbers that look random, the same in each run.
struct Random(u64);

impl Random {
    /// From 0 to 1.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.uniform()).ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    fn uniforms(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.uniform()).collect()
    }

    fn normals(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.normal()).collect()
    }

    fn rows(&mut self, n: usize, width: usize, numbers: fn(&mut Random, usize) -> Vec<f64>) -> Vec<Vec<f64>> {
        (0..n).map(|_| numbers(self, width)).collect()
    }
}

pub(crate) fn gmm(n: usize, d: usize, k: usize) -> Case {
    let mut r = Random(1);
    let input = json!({
        "d": d, "k": k, "n": n, "m": 0, "gamma": 1.0,
        "x": r.rows(n, d, Random::normals), "alpha": r.normals(k), "mu": r.rows(k, d, Random::uniforms),
        "q": r.rows(k, d, Random::normals), "l": r.rows(k, d * (d - 1) / 2, Random::normals),
    });
    Case::new(("gmm", "objective", "jacobian"), format!("n={n} d={d} k={k}"), input, by_hand::GMM)
        .dual_numbers_if((d, k) == (2, 5), dual_numbers::GMM)
}

pub(crate) fn lstm(layers: usize, characters: usize) -> Case {
    let (mut r, b) = (Random(2), 14);
    let bits = |r: &mut Random, n: usize| (0..n).map(|_| r.uniform().round()).collect();
    let input = json!({
        "main_params": r.rows(2 * layers, 4 * b, Random::uniforms), "extra_params": r.rows(3, b, Random::uniforms),
        "state": r.rows(2 * layers, b, Random::uniforms), "sequence": r.rows(characters, b, bits),
    });
    Case::new(("lstm", "objective", "jacobian"), format!("l={layers} c={characters}"), input, by_hand::LSTM)
}

pub(crate) fn det(ell: usize) -> Case {
    let input = json!({ "A": Random(3).uniforms(ell * ell), "ell": ell });
    Case::new(("det", "primal", "gradient"), format!("ℓ={ell}"), input, by_hand::DET).dual_numbers_if(ell <= 7, dual_numbers::DET)
}

pub(crate) fn ode(n: usize, s: usize) -> Case {
    let input = json!({ "x": Random(4).uniforms(n), "s": s });
    Case::new(("ode", "primal", "gradient"), format!("n={n} s={s}"), input, by_hand::ODE)
        .dual_numbers_if(n <= 1000, dual_numbers::ODE)
}

fn ba(n: usize, m: usize, p: usize) -> Case {
    let input = json!({
        "n": n, "m": m, "p": p, "x": [7.203245, 0.001144, 3.023326], "w": 0.417022, "feat": [271.760969, 834.209256],
        "cam": [-0.758453, -1.109613, -0.845551, 34.556073, 39.676747, 53.881673, 419.194514, 5.864426, -8.51887, 0.087812, 0.002739],
    });
    Case::new(("ba", "objective", "jacobian"), format!("n={n} m={m} p={p}"), input, by_hand::BA)
        .dual_numbers_if(true, dual_numbers::BA)
}

fn kmeans(n: usize, k: usize, d: usize) -> Case {
    let points = Random(5).rows(n, d, Random::uniforms);
    let input = json!({ "points": points, "centroids": points[n - k..] });
    Case::new(("kmeans", "cost", "dir"), format!("n={n} k={k} d={d}"), input, by_hand::KMEANS)
        .dual_numbers_if(k * d <= 100, dual_numbers::KMEANS)
}

fn lse(n: usize) -> Case {
    Case::new(("lse", "primal", "gradient"), format!("n={n}"), json!({ "x": Random(6).uniforms(n) }), by_hand::LSE)
        .dual_numbers_if(n <= 2500, dual_numbers::LSE)
}

fn llsq(m: usize, n: usize) -> Case {
    let input = json!({ "x": Random(7).uniforms(m), "n": n });
    Case::new(("llsq", "primal", "gradient"), format!("m={m} n={n}"), input, by_hand::LLSQ)
        .dual_numbers_if(n <= 512, dual_numbers::LLSQ)
}

/// The hand of the reference inputs, with its correspondences as often as asked for.
fn ht(file: &str, times: usize) -> Case {
    let line = file.lines().next().expect("the file has a line");
    let mut input = serde_json::from_str::<Value>(line).expect("a line is JSON")["input"].take();
    let repeat = |list: &mut Value| {
        let once = list.as_array().expect("it is a list").clone();
        *list = Value::Array(once.iter().cycle().take(once.len() * times).cloned().collect());
        once.len() * times
    };
    let is_simple = input["us"].as_array().is_none_or(Vec::is_empty);
    repeat(&mut input["us"]);
    repeat(&mut input["data"]["points"]);
    let count = repeat(&mut input["data"]["correspondences"]);
    let size = format!("{} c={count}", if is_simple { "simple" } else { "complicated" });
    Case::new(("ht", "objective", "jacobian"), size, input, by_hand::HT).dual_numbers_if(true, dual_numbers::HT)
}

/// The same beside what other tools take for the primal.
fn ht_over_all_bones(file: &str, times: usize) -> Case {
    let case = ht(file, times);
    let over: Function = |input| task(input, all_bones::objective);
    Case { size: format!("{}, over all bones", case.size), dual_numbers: None, over: Some(over), ..case }
}

/// Particle and saddle have nothing below them: all four ways to the same result are compared with the first.
fn nested() -> Vec<Case> {
    let ways = ["ff", "fr", "rf", "rr"];
    let inputs = [
        ("particle", json!({ "w": 0.0 }), by_hand::PARTICLE, dual_numbers::PARTICLE),
        ("saddle", json!({ "start": [1.0, 1.0] }), by_hand::SADDLE, dual_numbers::SADDLE),
    ];
    let cases = inputs.iter().flat_map(|(module, input, by_hand, dual_numbers)| {
        ways.map(|way| {
            let case = Case::new((module, "ff", way), "beside ff".to_owned(), input.clone(), *by_hand);
            case.dual_numbers_if(way == "ff", *dual_numbers)
        })
    });
    cases.collect()
}

/// What takes less time than looking at the clock does.
fn hello() -> Case {
    Case::new(("hello", "square", "double"), "a number".to_owned(), json!(3.0), by_hand::HELLO)
        .dual_numbers_if(true, dual_numbers::HELLO)
}

/// All of them.
pub(crate) fn cases(size: Size) -> Vec<Case> {
    let simple = include_str!("../../tests/data/ht_simple_small.jsonl");
    let complicated = include_str!("../../tests/data/ht_complicated_small.jsonl");
    let mut all = match size {
        Size::Test => vec![
            hello(),
            gmm(20, 2, 5),
            gmm(20, 3, 4),
            ba(2, 3, 10),
            ht(simple, 1),
            ht(complicated, 1),
            lstm(2, 6),
            kmeans(30, 4, 3),
            lse(50),
            llsq(20, 12),
            det(4),
            ode(20, 3),
        ],
        Size::Measured => vec![
            hello(),
            gmm(1000, 2, 5),
            gmm(1000, 10, 10),
            gmm(1000, 10, 50),
            gmm(1000, 64, 5),
            gmm(10_000, 10, 10),
            ba(4, 100, 1000),
            ba(49, 7776, 31_843),
            ba(161, 48_126, 182_072),
            ht(simple, 1),
            ht(simple, 8),
            ht(complicated, 1),
            ht(complicated, 8),
            ht_over_all_bones(simple, 1),
            ht_over_all_bones(simple, 8),
            ht_over_all_bones(complicated, 1),
            ht_over_all_bones(complicated, 8),
            lstm(2, 128),
            lstm(2, 1024),
            lstm(4, 4096),
            kmeans(1000, 10, 8),
            kmeans(1000, 100, 8),
            kmeans(10_000, 100, 16),
            lse(2500),
            lse(80_000),
            lse(1_280_000),
            llsq(128, 16),
            llsq(128, 512),
            llsq(128, 16_392),
            det(5),
            det(7),
            det(9),
            ode(1000, 1),
            ode(1000, 10),
            ode(10_000, 10),
        ],
    };
    all.extend(nested());
    all
}
