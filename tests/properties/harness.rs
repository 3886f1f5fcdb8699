//! The text around a generated program: how its derivative functions are called, with its types flattened.

use crate::program::Program;
use crate::signature::{Param, ParamTy, Ret};
use crate::structs::{flat, floats_in, from_row};
use crate::tree::FLOAT;
use std::fmt::Write;

/// A generated module: the program, and `program()` that describes it to the checks.
pub(crate) fn module(program: &Program, differentiated: bool) -> String {
    let calls = Calls::new(program);
    let structs = program.source(false).contains("struct Par");
    let mut out = format!("use super::support::{{{}Program, flat}};\n", if structs { "Flat, " } else { "" });
    if differentiated {
        out.push_str(
            "use super::support::Derivatives;\n#[allow(unused_imports)]\nuse differentiate::{Differentiable, differentiate};\n",
        );
    }
    let _ = writeln!(out, "\n{}", program.source(differentiated));
    if structs {
        out.push_str(&flat("Par"));
        out.push_str(&if differentiated { flat("ParGrad") } else { String::new() });
    }
    out.push_str(&calls.render(differentiated).replace(FLOAT, program.float));
    out
}

/// Pieces of text from which all calls are put together.
struct Calls<'a> {
    program: &'a Program,
    /// Locals that hold the arguments, read from `t`.
    setup: String,
    /// The arguments.
    args: Vec<String>,
    /// Locals that hold the tangents, read from `d`, and the tangents as arguments.
    dots: String,
    dot_args: Vec<String>,
    /// Buffers for `value_and_grad_into`.
    bars: String,
    bar_args: Vec<String>,
    /// Locals behind `&mut` arguments.
    written: Vec<(String, ParamTy)>,
    inputs: usize,
}

/// How a parameter's local of the given content is made.
fn local(param: &Param, content: &str) -> String {
    match param.ty {
        ParamTy::Struct(n) | ParamTy::StructRef(n) | ParamTy::StructMut(n) => from_row("Par", content, n, "2"),
        ParamTy::Float | ParamTy::FloatMut => format!("{content}[0] as §"),
        ParamTy::Array(n) | ParamTy::ArrayRef(n) => format!("std::array::from_fn::<§, {n}, _>(|i| {content}[i] as §)"),
        _ => format!("{content}.iter().map(|x| *x as §).collect::<Vec<§>>()"),
    }
}

/// How the local of a tangent or an adjoint is made.
fn local_dot(param: &Param, content: &str) -> String {
    match param.ty {
        ParamTy::Struct(n) | ParamTy::StructRef(n) | ParamTy::StructMut(n) => from_row("ParGrad", content, n, "()"),
        _ => local(param, content),
    }
}

fn count(param: &Param) -> usize {
    count_of(&param.ty)
}

fn count_of(ty: &ParamTy) -> usize {
    match *ty {
        ParamTy::Float | ParamTy::FloatMut | ParamTy::Int(_) => 1,
        ParamTy::Slice(n)
        | ParamTy::SliceMut(n)
        | ParamTy::Array(n)
        | ParamTy::ArrayRef(n)
        | ParamTy::Vec(n)
        | ParamTy::Ints(n, _) => n,
        ParamTy::Struct(n) | ParamTy::StructRef(n) | ParamTy::StructMut(n) => floats_in(n),
    }
}

fn passed(param: &Param, name: &str) -> String {
    match param.ty {
        ParamTy::Float | ParamTy::Int(_) | ParamTy::Array(_) | ParamTy::Vec(_) | ParamTy::Struct(_) => name.to_owned(),
        ParamTy::Slice(_) | ParamTy::ArrayRef(_) | ParamTy::StructRef(_) | ParamTy::Ints(..) => format!("&{name}"),
        ParamTy::FloatMut | ParamTy::SliceMut(_) | ParamTy::StructMut(_) => format!("&mut {name}"),
    }
}

impl<'a> Calls<'a> {
    fn new(program: &'a Program) -> Self {
        let mut calls = Self {
            program,
            setup: String::new(),
            args: Vec::new(),
            dots: String::new(),
            dot_args: Vec::new(),
            bars: String::new(),
            bar_args: Vec::new(),
            written: Vec::new(),
            inputs: 0,
        };
        program.entry().params.iter().for_each(|param| calls.param(param));
        calls
    }

    fn param(&mut self, param: &Param) {
        let (name, dot, bar) = (format!("{}_", param.name), format!("{}_dot", param.name), format!("{}_bar", param.name));
        let n = count(param);
        let content = match param.ty {
            ParamTy::Int(most) => most.to_string(),
            ParamTy::Ints(_, below) => format!("{:?}", (0..n).map(|i| (2 * i + 1) % below).collect::<Vec<_>>()),
            _ if param.constant => local(param, &format!("{:?}", (0..n).map(|i| 0.3 + 0.2 * i as f64).collect::<Vec<_>>())),
            _ => local(param, &format!("t[{}..{}]", self.inputs, self.inputs + n)),
        };
        let mutable = if param.ty.is_mut() { "mut " } else { "" };
        let _ = writeln!(self.setup, "    let {mutable}{name} = {content};");
        self.args.push(passed(param, &name));
        if !param.active() {
            return;
        }
        let range = format!("d[{}..{}]", self.inputs, self.inputs + n);
        let _ = writeln!(self.dots, "    let {mutable}{dot} = {};", local_dot(param, &range));
        self.dot_args.push(passed(param, &dot));
        let start = format!("[7.0_f64; {n}]");
        let _ = writeln!(self.bars, "    let mut {bar} = {};", local_dot(param, &start));
        self.bar_args.push(format!("&mut {bar}"));
        if param.ty.is_mut() {
            self.written.push((name, param.ty.clone()));
        }
        self.inputs += n;
    }

    /// `flat((y, after))`
    fn outputs(&self) -> String {
        let after: Vec<String> = self.written.iter().map(|(name, _)| format!(", &{name}")).collect();
        format!("flat((&y{}))", if after.is_empty() { ",".to_owned() } else { after.concat() })
    }

    /// The cotangents as arguments, read from `c`.
    fn seeds(&self) -> String {
        let mut seeds = Vec::new();
        match self.program.entry().ret {
            Ret::Unit => {}
            Ret::Float => seeds.push("c[0] as §".to_owned()),
            Ret::Pair => seeds.push("(c[0] as §, c[1] as §)".to_owned()),
            Ret::Vec(_) => seeds.push("c[..y.len()].iter().map(|x| *x as §).collect::<Vec<§>>()".to_owned()),
            Ret::Array(n) => seeds.push(format!("std::array::from_fn::<§, {n}, _>(|i| c[i] as §)")),
            Ret::Struct(n) => seeds.push(from_row("ParGrad", "c[..]", n, "()")),
            Ret::Maybe | Ret::Fallible => unreachable!("of helpers only"),
        }
        let mut at: usize = self.written.iter().map(|(_, ty)| count_of(ty)).sum();
        for (_, ty) in &self.written {
            let n = count_of(ty);
            seeds.push(match ty {
                ParamTy::StructMut(n) => from_row("ParGrad", &format!("c[c.len() - {at}..]"), *n, "()"),
                _ => format!("c[c.len() - {at}..].iter().take({n}).map(|x| *x as §).collect::<Vec<§>>()"),
            });
            at -= n;
        }
        seeds.join(", ")
    }

    fn render(&self, differentiated: bool) -> String {
        let (setup, args, outputs, inputs) = (&self.setup, self.args.join(", "), self.outputs(), self.inputs);
        let mut out = format!("fn primal(t: &[f64]) -> Vec<f64> {{\n{setup}    let y = f0({args});\n    {outputs}\n}}\n\n");
        let derivatives = if differentiated {
            self.derivatives(&mut out);
            let (gradients, second) = (self.gradients(&mut out), self.second(&mut out));
            format!("Some(Derivatives {{ jvp, vjp, persistent, gradients: {gradients}, second: {second} }})")
        } else {
            "None".to_owned()
        };
        let single = self.program.float == "f32";
        let _ = writeln!(
            out,
            "pub fn program() -> Program {{\n    Program {{ inputs: {inputs}, single: {single}, primal, derivatives: {derivatives} }}\n}}"
        );
        out
    }

    fn derivatives(&self, out: &mut String) {
        let (setup, dots, args, outputs, seeds) = (&self.setup, &self.dots, self.args.join(", "), self.outputs(), self.seeds());
        let dot_args = self.dot_args.join(", ");
        let moved: Vec<String> = self.written.iter().map(|(name, _)| format!(", &{}dot", name)).collect();
        let tangent = if moved.is_empty() { "flat(y_dot)".to_owned() } else { format!("flat((&y_dot{}))", moved.concat()) };
        // Without a result there is nothing to make a pair of.
        let unit = self.program.entry().ret == Ret::Unit;
        let (pattern, wrap) = if unit { ("y", "let y_dot = ();") } else { ("(y, y_dot)", "") };
        let _ = write!(
            out,
            "fn jvp(t: &[f64], d: &[f64]) -> (Vec<f64>, Vec<f64>) {{\n{setup}{dots}    \
             let {pattern} = f0::jvp({args}, {dot_args});\n    {wrap}\n    ({outputs}, {tangent})\n}}\n\n\
             fn vjp(t: &[f64], c: &[f64]) -> (Vec<f64>, Vec<f64>) {{\n{setup}    \
             let (y, pull) = f0::vjp({args});\n    let value = {outputs};\n    (value, flat(pull({seeds})))\n}}\n\n\
             fn persistent(t: &[f64], c: &[f64]) -> (Vec<f64>, Vec<f64>, Vec<f64>) {{\n{setup}    \
             let (y, pull) = f0::vjp_persistent({args});\n    let value = {outputs};\n    \
             let (first, second) = (flat(pull({seeds})), flat(pull({seeds})));\n    (value, first, second)\n}}\n\n"
        );
    }

    /// It returns one float and does nothing else.
    fn is_scalar(&self) -> bool {
        self.program.entry().ret == Ret::Float && self.written.is_empty()
    }

    fn gradients(&self, out: &mut String) -> String {
        if !self.is_scalar() {
            return "vec![]".to_owned();
        }
        let (setup, bars, args, bar_args) = (&self.setup, &self.bars, self.args.join(", "), self.bar_args.join(", "));
        let shared: Vec<String> = self.bar_args.iter().map(|bar| bar.replace("mut ", "")).collect();
        let head = "(t: &[f64]) -> (Option<Vec<f64>>, Vec<f64>)";
        let _ = write!(
            out,
            "fn grad{head} {{\n{setup}    (None, flat(f0::grad({args})))\n}}\n\n\
             fn value_and_grad{head} {{\n{setup}    let (y, x_bar) = f0::value_and_grad({args});\n    (Some(flat(y)), flat(x_bar))\n}}\n\n\
             fn value_and_grad_into{head} {{\n{setup}{bars}    let y = f0::value_and_grad_into({args}, {bar_args});\n    \
             (Some(flat(y)), flat(({},)))\n}}\n\n",
            shared.join(", ")
        );
        let list = ["grad", "value_and_grad", "value_and_grad_into"].map(|name| format!("(\"{name}\", {name} as _)"));
        format!("vec![{}]", list.join(", "))
    }

    fn second(&self, out: &mut String) -> String {
        if self.program.order == 1 {
            return "None".to_owned();
        }
        let f = if self.is_scalar() {
            "f0"
        } else {
            self.summed(out);
            "summed"
        };
        let (setup, dots, args, dot_args) = (&self.setup, &self.dots, self.args.join(", "), self.dot_args.join(", "));
        let _ = write!(
            out,
            "fn gradient(t: &[f64]) -> Vec<f64> {{\n{setup}    flat({f}::grad({args}))\n}}\n\n\
             fn hvp(t: &[f64], d: &[f64]) -> Vec<f64> {{\n{setup}{dots}    flat({f}::hvp({args}, {dot_args}))\n}}\n\n"
        );
        "Some(super::support::Second { gradient, hvp })".to_owned()
    }

    /// A function that adds up what the program returns and what it leaves in its `&mut` arguments, with weights.
    fn summed(&self, out: &mut String) {
        let entry = self.program.entry();
        let params = entry.params.iter().map(|p| {
            let constant = if p.constant { "#[constant] " } else { "" };
            format!("{constant}{}: {}", p.name, p.ty.ty())
        });
        let args: Vec<&str> = entry.params.iter().map(|p| p.name.as_str()).collect();
        let (params, args) = (params.collect::<Vec<_>>().join(", "), args.join(", "));
        let elements =
            |row: &str| format!("    for i in 0..{row}.len() {{\n        sum += (0.7 - 0.2 * i as §) * {row}[i];\n    }}\n");
        let structure = |name: &str| {
            let [w, c] = ["w", "c"].map(|row| elements(&format!("{name}.{row}")));
            format!("    sum += 0.9 * {name}.a - 0.4 * {name}.b;\n{w}{c}")
        };
        let (bind, added) = match entry.ret {
            Ret::Unit => (String::new(), String::new()),
            Ret::Float => ("let y: § = ".to_owned(), "    sum += y;\n".to_owned()),
            Ret::Pair => ("let (y, z): (§, §) = ".to_owned(), "    sum += y - 0.6 * z;\n".to_owned()),
            Ret::Vec(_) => ("let y: Vec<§> = ".to_owned(), elements("y")),
            Ret::Array(len) => (format!("let y: [§; {len}] = "), elements("y")),
            Ret::Struct(_) => ("let y: Par = ".to_owned(), structure("y")),
            Ret::Maybe | Ret::Fallible => unreachable!("of helpers only"),
        };
        let _ = write!(
            out,
            "#[differentiate(order = 2)]\nfn summed({params}) -> § {{\n    {bind}f0({args});\n    let mut sum = 0.0;\n{added}"
        );
        for param in entry.params.iter().filter(|p| p.ty.is_mut()) {
            out.push_str(&match param.ty {
                ParamTy::FloatMut => format!("    sum += 0.8 * *{};\n", param.name),
                ParamTy::StructMut(_) => structure(&param.name),
                _ => elements(&param.name),
            });
        }
        out.push_str("    sum\n}\n\n");
    }
}
