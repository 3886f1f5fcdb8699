//! Whole programs: a few helpers and the function `f0` that is tested.

use crate::memory::floats;
use crate::node;
use crate::rng::Rng;
use crate::scope::{Feature, Form, Gen, Ty, Var};
use crate::signature::{Function, Param, ParamTy, Ret};
use crate::tree::{FLOAT, Node, block_closed, render_block};
use crate::{structs, variants};
use std::collections::BTreeSet;
use std::fmt::Write;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Program {
    pub(crate) seed: u64,
    /// `f64` or `f32`.
    pub(crate) float: &'static str,
    /// The highest order of derivatives.
    pub(crate) order: usize,
    /// The function that is tested uses derivatives of the others.
    pub(crate) inner: bool,
    /// Most rows have this length.
    pub(crate) len: usize,
    pub(crate) features: BTreeSet<Feature>,
    /// Helpers first; the last one is tested.
    pub(crate) functions: Vec<Function>,
}

impl Program {
    /// The program of a seed.
    pub(crate) fn generate(seed: u64, features: &BTreeSet<Feature>) -> Self {
        let mut rng = Rng::new(seed);
        // Reverse loops of more than 64 iterations are taken apart.
        let len = if rng.chance(15) { rng.between(65, 67) } else { rng.between(3, 5) };
        let calls = features.contains(&Feature::Call) || features.contains(&Feature::Buffer);
        let helpers = if calls { rng.between(1, 3) } else { 0 };
        let mut functions = Vec::new();
        for i in 0..helpers {
            let recursive = features.contains(&Feature::Recursion) && rng.chance(15);
            let function = if recursive {
                recursion(&mut rng, features, &functions, len, format!("g{}", i + 1))
            } else {
                helper(&mut rng, features, &functions, len, format!("g{}", i + 1))
            };
            functions.push(function);
        }
        let order = if features.contains(&Feature::Second) && rng.chance(50) { 2 } else { 1 };
        let inner = order == 1 && features.contains(&Feature::Inner) && rng.chance(60);
        let entry = entry(&mut rng, features, &functions, (len, inner));
        functions.push(entry);
        let float = if rng.chance(10) { "f32" } else { "f64" };
        Self { seed, float, order, inner, len, features: features.clone(), functions }
    }

    pub(crate) fn entry(&self) -> &Function {
        self.functions.last().expect("a program has an entry")
    }

    /// The functions' source; `differentiated` or as plain Rust.
    pub(crate) fn source(&self, differentiated: bool) -> String {
        let mut out = String::new();
        if self.features.contains(&Feature::Struct) {
            out.push_str(&structs::declaration(self.len, differentiated));
        }
        if self.features.contains(&Feature::Variant) {
            out.push_str(&variants::declaration(differentiated));
        }
        for function in &self.functions {
            if differentiated {
                let second = self.order > 1 || (self.inner && function.name != "f0");
                out.push_str(if second { "#[differentiate(order = 2)]\n" } else { "#[differentiate]\n" });
            }
            function.render(differentiated, &mut out);
            if self.inner && !differentiated {
                function.render_stubs(&mut out);
            }
        }
        out.replace(FLOAT, self.float)
    }

    /// Every name that is used is bound.
    pub(crate) fn closed(&self) -> bool {
        let mut scope = BTreeSet::new();
        self.functions.iter().all(|function| {
            scope.insert(function.name.clone());
            let mut inner = scope.clone();
            inner.extend(function.params.iter().map(|p| p.name.clone()));
            block_closed(&function.body, &mut inner) && function.result.iter().all(|result| result.closed(&inner))
        })
    }
}

impl Function {
    pub(crate) fn render(&self, differentiated: bool, out: &mut String) {
        let params: Vec<String> = self.params.iter().map(|param| param.declared(differentiated)).collect();
        out.push_str(if self.is_method() { "impl Par {\n" } else { "" });
        let _ = write!(out, "fn {}({}){} {{", self.name, params.join(", "), self.ret.ty());
        let mut body = self.body.clone();
        body.extend(self.result.clone());
        render_block(&body, out, 1);
        out.push_str(if self.is_method() { "}\n}\n\n" } else { "}\n\n" });
    }
}

impl Function {
    /// What stands for the derivatives in a plain program: of the right types, with arbitrary values.
    fn render_stubs(&self, out: &mut String) {
        if !self.is_scalar() {
            return;
        }
        let count = self.params.len();
        let list = |item: &str| vec![item; count].join(", ");
        let (grad, values) = if count == 1 {
            ("§".to_owned(), "0.5".to_owned())
        } else {
            (format!("({})", list("§")), format!("({})", list("0.5")))
        };
        let params = list("_: §");
        let _ = writeln!(
            out,
            "mod {} {{\n    pub fn grad({params}) -> {grad} {{ {values} }}\n    \
             pub fn value_and_grad({params}) -> (§, {grad}) {{ (0.5, {values}) }}\n    \
             pub fn jvp({params}, {params}) -> (§, §) {{ (0.5, 0.5) }}\n    \
             pub fn vjp({params}) -> (§, impl FnOnce(§) -> {grad}) {{ (0.5, |_| {values}) }}\n}}\n",
            self.name
        );
    }
}

/// A generator for the body of a function with these parameters.
fn start(
    rng: &mut Rng,
    features: &BTreeSet<Feature>,
    helpers: &[Function],
    params: &[Param],
    (ret, len, fuel): (Ret, usize, usize),
) -> Gen {
    let mut g = Gen {
        rng: Rng::new(rng.next()),
        features: features.clone(),
        helpers: helpers.to_vec(),
        scope: Vec::new(),
        ret,
        level: 0,
        loops: 0,
        labels: Vec::new(),
        exits: true,
        inner: false,
        fuel,
        next: 20,
        len,
    };
    for param in params {
        let writable = param.mutable || param.ty.is_mut();
        let ty = match param.ty {
            ParamTy::Struct(len) => {
                g.declare_struct(&param.name, len, false, writable);
                continue;
            }
            ParamTy::StructRef(len) | ParamTy::StructMut(len) => {
                g.declare_struct(&param.name, len, true, writable);
                continue;
            }
            ParamTy::Float => Ty::Float,
            ParamTy::FloatMut => Ty::FloatRef,
            ParamTy::Slice(len) => Ty::Floats { form: Form::Slice, len, exact: false },
            ParamTy::SliceMut(len) => Ty::Floats { form: Form::SliceMut, len, exact: false },
            ParamTy::ArrayRef(len) => floats(Form::Slice, len),
            ParamTy::Array(len) => floats(Form::Array, len),
            ParamTy::Vec(len) => Ty::Floats { form: Form::Vec, len, exact: false },
            ParamTy::Int(hi) => Ty::Int { lo: 0, hi },
            ParamTy::Ints(len, below) => Ty::Ints { len, below },
        };
        g.declare(&param.name, ty, writable);
    }
    g
}

fn finish(g: &mut Gen, fuel: usize) -> (Vec<Node>, Option<Node>) {
    let mut body = Vec::new();
    // What may fail asks something that may fail.
    if matches!(g.ret, Ret::Maybe | Ret::Fallible) {
        body.extend(g.let_maybe().unwrap_or_default());
        body.extend(g.open_maybe().unwrap_or_default());
    }
    body.extend(g.statements(fuel));
    let result = match g.ret {
        Ret::Unit => None,
        Ret::Float => Some(g.gathered()),
        Ret::Pair => Some(node!["(", g.gathered(), ", ", g.expr(2), ")"]),
        Ret::Array(len) => {
            let found = g.pick(|v| !v.is_field() && matches!(v.ty, Ty::Floats { form: Form::Array, len: l, .. } if l == len));
            Some(found.map_or_else(|| g.listed(len), |v| Node::text(v.name)))
        }
        Ret::Vec(len) => {
            let found =
                g.pick(|v| !v.is_field() && matches!(v.ty, Ty::Floats { form: Form::Vec, len: l, exact: true } if l == len));
            Some(found.map_or_else(|| node!["vec!", g.listed(len)], |v| Node::text(v.name)))
        }
        Ret::Struct(_) => {
            let owned = |v: &Var| matches!(v.ty, Ty::Struct { reference: false, .. });
            Some(g.pick(owned).map_or_else(|| g.struct_value(), |v| Node::text(v.name)))
        }
        Ret::Maybe => Some(node!["Some(", g.gathered(), ")"]),
        Ret::Fallible => Some(node!["Ok(", g.gathered(), ")"]),
    };
    // What a function without result does is its stores: the last one is certain.
    if g.ret == Ret::Unit {
        body.extend(g.store().unwrap_or_default());
        body.extend(g.compound().unwrap_or_default());
    }
    (body, result)
}

fn params(types: &[ParamTy], rng: &mut Rng) -> Vec<Param> {
    let active: Vec<usize> = (0..types.len()).filter(|i| types[*i].is_float()).collect();
    let keep = *rng.pick(&active);
    let build = |(i, ty): (usize, &ParamTy)| {
        let constant = i != keep && ty.is_float() && !ty.is_mut() && rng.chance(12);
        let mutable = !constant
            && matches!(ty, ParamTy::Float | ParamTy::Array(_) | ParamTy::Vec(_) | ParamTy::Struct(_))
            && rng.chance(25);
        let sort = match (ty, mutable) {
            (ParamTy::Float, false) => 'x',
            (ParamTy::Float, true) => 's',
            (ParamTy::FloatMut, _) => 'r',
            (ParamTy::Slice(_) | ParamTy::ArrayRef(_), _) => 'w',
            (ParamTy::SliceMut(_), _) => 'm',
            (ParamTy::Array(_), false) => 'a',
            (ParamTy::Array(_), true) => 'b',
            (ParamTy::Vec(_), false) => 'v',
            (ParamTy::Vec(_), true) => 'u',
            (ParamTy::Int(_), _) => 'n',
            (ParamTy::Ints(..), _) => 'd',
            (ParamTy::Struct(_) | ParamTy::StructRef(_) | ParamTy::StructMut(_), _) => 'h',
        };
        Param { name: format!("{sort}{}", i + 1), ty: ty.clone(), constant, mutable }
    };
    types.iter().enumerate().map(build).collect()
}

fn ret(rng: &mut Rng, features: &BTreeSet<Feature>, len: usize) -> Ret {
    match rng.below(10) {
        4 if features.contains(&Feature::Struct) => Ret::Struct(len),
        0 | 1 if features.contains(&Feature::Tuple) => Ret::Pair,
        2 if features.contains(&Feature::Array) => Ret::Vec(len),
        3 if features.contains(&Feature::Array) => Ret::Array(len),
        _ => Ret::Float,
    }
}

fn helper(rng: &mut Rng, features: &BTreeSet<Feature>, helpers: &[Function], len: usize, name: String) -> Function {
    let arrays = features.contains(&Feature::Array);
    let buffer = features.contains(&Feature::Buffer) && rng.chance(60);
    let mut types = vec![ParamTy::Float];
    let structs = features.contains(&Feature::Struct);
    let plain = features.contains(&Feature::Inner) && !buffer && rng.chance(40);
    let row = |rng: &mut Rng| match rng.below(8) {
        0 => ParamTy::Array(len),
        1 => ParamTy::Vec(2),
        2 => ParamTy::ArrayRef(len),
        _ => ParamTy::Slice(rng.between(2, 3)),
    };
    if (arrays || buffer) && !plain {
        types.push(row(rng));
    }
    for _ in 0..rng.below(3) {
        types.push(match rng.below(7) {
            _ if plain => ParamTy::Float,
            3 if structs => ParamTy::StructRef(len),
            4 if structs => ParamTy::Struct(len),
            0 if arrays => row(rng),
            1 => ParamTy::Int(rng.between(2, 4)),
            2 if arrays => ParamTy::Ints(3, 2),
            _ => ParamTy::Float,
        });
    }
    let fails = features.contains(&Feature::Variant) && !plain && rng.chance(30);
    let ret = if buffer && rng.chance(70) {
        Ret::Unit
    } else if fails {
        if rng.chance(50) { Ret::Maybe } else { Ret::Fallible }
    } else if plain {
        Ret::Float
    } else {
        ret(rng, features, len)
    };
    if buffer {
        let mut writes = vec![ParamTy::SliceMut(3), ParamTy::SliceMut(2), ParamTy::FloatMut];
        writes.extend(structs.then_some(ParamTy::StructMut(len)));
        let writes = rng.pick(&writes).clone();
        let at = rng.below(types.len() + 1);
        types.insert(at, writes);
    }
    shuffle(&mut types, rng);
    let mut params = params(&types, rng);
    receiver(&mut params, rng);
    let fuel = rng.between(2, 6);
    let mut g = start(rng, features, helpers, &params, (ret, len, fuel));
    let (body, result) = finish(&mut g, fuel);
    Function { name, params, ret, body, result }
}

/// Makes a method of a function, if it takes a reference to a struct.
fn receiver(params: &mut Vec<Param>, rng: &mut Rng) {
    let at = params.iter().position(|p| matches!(p.ty, ParamTy::StructRef(_) | ParamTy::StructMut(_)) && !p.constant);
    if let Some(at) = at
        && rng.chance(60)
    {
        let receiver = params.remove(at);
        params.insert(0, Param { name: "self".to_owned(), ..receiver });
    }
}

/// `if n == 0 { return … } … g(n - 1, …)`
fn recursion(rng: &mut Rng, features: &BTreeSet<Feature>, helpers: &[Function], len: usize, name: String) -> Function {
    let mut types = vec![ParamTy::Int(3), ParamTy::Float];
    if features.contains(&Feature::Array) {
        types.push(ParamTy::Slice(2));
    }
    let mut params = params(&types, rng);
    params.iter_mut().for_each(|param| param.constant = false);
    let mut g = start(rng, features, helpers, &params, (Ret::Float, len, 3));
    let base = node![format!("if {} == 0 {{", params[0].name), vec![node!["return ", g.expr(2), ";"]], "}"].fixed();
    let body = g.nested(|g| {
        g.pin(&Node::text(params.iter().map(|p| format!("{} ", p.name)).collect::<String>()));
        let mut body = vec![base];
        body.extend(g.statements(3));
        let argument = g.expr(2);
        let row = params.get(2).map_or_else(String::new, |p| format!(", {}", p.name));
        let call = node![format!("let x9 = {name}({} - 1, ", params[0].name), argument, format!("{row});")].bind("x9").fixed();
        body.push(call);
        (body, node!["x9 * 0.8 + ", g.float(2).operand()])
    });
    Function { name, params, ret: Ret::Float, body: body.0, result: Some(body.1) }
}

fn entry(rng: &mut Rng, features: &BTreeSet<Feature>, helpers: &[Function], (len, inner): (usize, bool)) -> Function {
    let mut types = vec![ParamTy::Float, ParamTy::Int(rng.between(2, 4))];
    if features.contains(&Feature::Array) {
        types.push(ParamTy::Slice(len));
        for _ in 0..rng.below(3) {
            types.push(match rng.below(6) {
                0 => ParamTy::Array(len),
                1 => ParamTy::ArrayRef(len),
                2 => ParamTy::Vec(len),
                3 => ParamTy::Ints(4, 3),
                _ => ParamTy::Slice(len),
            });
        }
        if features.contains(&Feature::Buffer) && rng.chance(15) {
            types.push(ParamTy::SliceMut(len));
        }
    }
    if features.contains(&Feature::Struct) && rng.chance(50) {
        types.push(
            rng.pick(&[ParamTy::Struct(len), ParamTy::StructRef(len), ParamTy::StructRef(len), ParamTy::StructMut(len)]).clone(),
        );
    }
    if rng.chance(50) {
        types.push(ParamTy::Float);
    }
    shuffle(&mut types, rng);
    let params = params(&types, rng);
    let writes = params.iter().any(|p| p.ty.is_mut());
    let ret = if writes && rng.chance(40) { Ret::Unit } else { ret(rng, features, len) };
    let fuel = rng.between(4, 12);
    let mut g = start(rng, features, helpers, &params, (ret, len, fuel));
    g.inner = inner;
    let (body, result) = finish(&mut g, fuel);
    Function { name: "f0".to_owned(), params, ret, body, result }
}

fn shuffle<T>(items: &mut [T], rng: &mut Rng) {
    for i in (1..items.len()).rev() {
        items.swap(i, rng.below(i + 1));
    }
}
