//! The representation as text, for tests and debugging.
//!
//! One statement a line, nested blocks indented. A value prints as its name, or as `name.N` if several values have that name.

use super::*;
use quote::ToTokens;
use std::collections::HashMap;
use std::fmt::Write as _;

/// A whole function.
pub fn print(f: &Function) -> String {
    let mut count: HashMap<&str, u32> = HashMap::new();
    for data in &f.values {
        *count.entry(&data.name).or_default() += 1;
    }
    let names = f.values.iter().enumerate().map(|(i, data)| match count[data.name.as_str()] {
        1 => data.name.clone(),
        _ => format!("{}.{i}", data.name),
    });
    let mut printer = Printer { f, names: names.collect(), out: String::new(), depth: 0 };
    printer.function();
    printer.out
}

struct Printer<'a> {
    f: &'a Function,
    names: Vec<String>,
    out: String,
    depth: usize,
}

impl Printer<'_> {
    fn function(&mut self) {
        let params: Vec<_> = self.f.params.iter().map(|p| self.param(p)).collect();
        let sets = self.f.dots.iter().map(|dots| dots.iter().flatten().map(|v| self.def(*v)).collect::<Vec<_>>());
        let dots: String = sets.filter(|dots| !dots.is_empty()).map(|dots| format!("; {}", dots.join(", "))).collect();
        self.line(format!("fn({}{dots}) -> {}", params.join(", "), tokens(&self.f.result_ty)));
        self.depth += 1;
        self.block(&self.f.body);
        let result = self.tree(&self.f.result);
        let dot: String = self.f.result_dots.iter().map(|dot| format!("; {}", self.tree(dot))).collect();
        self.line(format!("return {result}{dot}"));
    }

    fn line(&mut self, text: impl std::fmt::Display) {
        let indent = self.depth * 2;
        writeln!(self.out, "{:indent$}{text}", "").expect("writing to a string");
    }

    fn block(&mut self, block: &Block) {
        for stmt in &block.stmts {
            self.stmt(stmt);
        }
        if block.diverges {
            self.line("diverge");
        }
        if !block.yields.is_empty() {
            self.line(format!("yield {}", self.list(&block.yields)));
        }
    }

    fn nested(&mut self, head: String, block: &Block) {
        self.line(head);
        self.depth += 1;
        self.block(block);
        self.depth -= 1;
    }

    fn param(&self, p: &Param) -> String {
        let active = if p.active { "" } else { "const " };
        format!("{active}{}: {}", self.def(p.value), tokens(&p.ty))
    }

    fn name(&self, v: Value) -> &str {
        &self.names[v.0 as usize]
    }

    fn names(&self, values: &[Value]) -> Vec<&str> {
        values.iter().map(|v| self.name(*v)).collect()
    }

    fn list(&self, values: &[Value]) -> String {
        self.names(values).join(", ")
    }

    /// A value where it is defined: with a sign for its class.
    fn def(&self, v: Value) -> String {
        let data = &self.f[v];
        let sign = match data.class {
            Class::Plain => "",
            Class::Owner => "own ",
            Class::View { mutable: false } => "view ",
            Class::View { mutable: true } => "view mut ",
            Class::Accumulator => "acc ",
            Class::Shadow if data.optional => "shadow? ",
            Class::Shadow => "shadow ",
            Class::Record => "record ",
            Class::Pull => "pull ",
        };
        format!("{sign}{}", self.name(v))
    }

    fn defs(&self, values: &[Value]) -> String {
        values.iter().map(|v| self.def(*v)).collect::<Vec<_>>().join(", ")
    }

    fn place(&self, p: &Place) -> String {
        let mut text = self.name(p.base).to_owned();
        for proj in &p.proj {
            text = match proj {
                Proj::Deref => format!("(*{text})"),
                Proj::Index(i) => format!("{text}[{}]", self.name(*i)),
                Proj::Field(syn::Member::Named(name)) => format!("{text}.{name}"),
                Proj::Field(syn::Member::Unnamed(index)) => format!("{text}.{}", index.index),
                Proj::Payload(payload) => {
                    let member = &payload.member;
                    format!("{text} as {}.{}", payload.variant, tokens(member))
                }
                Proj::Range { lo, hi, inclusive } => {
                    format!("{text}[{}{}{}]", self.maybe(*lo), if *inclusive { "..=" } else { ".." }, self.maybe(*hi))
                }
            };
        }
        text
    }

    fn maybe(&self, v: Option<Value>) -> &str {
        v.map_or("", |v| self.name(v))
    }

    fn tree(&self, tree: &Tree) -> String {
        match tree {
            Tree::Unit => "()".to_owned(),
            Tree::Leaf(v) => self.name(*v).to_owned(),
            Tree::Tuple(parts) => format!("({})", parts.iter().map(|part| self.tree(part)).collect::<Vec<_>>().join(", ")),
        }
    }

    fn opaque(&self, o: &Opaque) -> String {
        let effect = match (o.pure_, o.writes) {
            (true, false) => "",
            (false, false) => "!",
            (true, true) | (false, true) => "!!",
        };
        let uses = o.uses.iter().map(|(ident, v)| match self.name(*v) {
            name if *ident == name => name.to_owned(),
            name => format!("{ident}={name}"),
        });
        let uses: Vec<_> = uses.collect();
        let uses = if uses.is_empty() { String::new() } else { format!(" [{}]", uses.join(", ")) };
        format!("{effect}`{}`{uses}", tokens(&o.expr))
    }

    fn op(&self, op: &Op) -> String {
        match op {
            Op::Opaque(o) => self.opaque(o),
            Op::Prim { prim, args } => format!("{} {}", prim.rule().name, self.list(args)),
            Op::Select(c, a, b) => format!("select {}", self.list(&[*c, *a, *b])),
            Op::Load(p) => format!("load {}", self.place(p)),
            Op::Len(p) => format!("len {}", self.place(p)),
            Op::Borrow { mutable, place } => format!("&{}{}", if *mutable { "mut " } else { "" }, self.place(place)),
            Op::Alloc(alloc) => self.alloc(alloc),
            Op::Move(v) => format!("move {}", self.name(*v)),
            Op::Read(v) => format!("read {}", self.name(*v)),
            Op::Float(x) => format!("{x:?}"),
            Op::Zeros(shape) => format!("zeros {}", self.shape(shape)),
            Op::Take(p) => format!("take {}", self.place(p)),
            Op::Peek(p) => format!("peek {}", self.place(p)),
            Op::Pullback { prim, args, out, out_bar, operand, tangents } => {
                let (name, args, dots) = (prim.rule().name, self.list(args), self.tangents(tangents));
                format!("pullback {operand} of {name} {args} -> {}; {}{dots}", self.name(*out), self.name(*out_bar))
            }
            Op::Pushforward { prim, args, out, dots, tangents } => {
                let (name, args, rest) = (prim.rule().name, self.list(args), self.tangents(tangents));
                format!("pushforward of {name} {args} -> {}; {}{rest}", self.name(*out), self.known(dots))
            }
            Op::ZeroTangent(p) => format!("zero tangent {}", self.place(p)),
            Op::Arm { index, of, values } => format!("arm {index}/{of} ({})", self.list(values)),
        }
    }

    fn alloc(&self, alloc: &Alloc) -> String {
        match alloc {
            Alloc::Scalar(v) => format!("scalar {}", self.name(*v)),
            Alloc::Repeat { elem, len, vec } => {
                format!("{}[{}; {}]", if *vec { "vec!" } else { "" }, self.name(*elem), self.name(*len))
            }
            Alloc::List { elems, form: ListForm::Array } => format!("[{}]", self.list(elems)),
            Alloc::List { elems, form: ListForm::Vec } => format!("vec![{}]", self.list(elems)),
            Alloc::List { elems, form: ListForm::Tuple } => format!("({})", self.list(elems)),
            Alloc::Construct(construct) => {
                let mut fields: Vec<_> =
                    construct.fields.iter().map(|(member, v)| format!("{}: {}", tokens(member), self.name(*v))).collect();
                fields.extend(construct.rest.iter().map(|rest| format!("..{}", self.place(rest))));
                format!("{} {{ {} }}", tokens(&construct.path), fields.join(", "))
            }
            Alloc::Empty { capacity } => format!("Vec::new({})", self.maybe(*capacity)),
            Alloc::Copy { place, method: Some(method) } => format!("copy {}.{method}()", self.place(place)),
            Alloc::Copy { place, method: None } => format!("copy {}", self.place(place)),
            Alloc::Opaque(o) => format!("alloc {}", self.opaque(o)),
        }
    }

    fn shape(&self, shape: &Shape) -> String {
        match shape {
            Shape::Like(p) => format!("like {}", self.place(p)),
            Shape::Vec(n) => format!("vec[{}]", self.name(*n)),
            Shape::Array(n) => format!("array[{}]", self.name(*n)),
            Shape::Float => "float".to_owned(),
            Shape::List(n, form) => format!("{form:?}[{n}]").to_lowercase(),
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let { value, op } => self.line(format!("{} = {}", self.def(*value), self.op(op))),
            Stmt::Split { results, method, place, args } => {
                self.line(format!("{} = {}.{method}({})", self.defs(results), self.place(place), self.list(args)));
            }
            Stmt::Store { place, value, old } => {
                let old = old.map_or(String::new(), |old| format!("; old {}", self.def(old)));
                self.line(format!("{} := {}{old}", self.place(place), self.name(*value)));
            }
            Stmt::Memory(memory) => self.line(self.memory(memory)),
            Stmt::Branch(branch) => self.branch(branch),
            Stmt::Loop(l) => self.loop_(l),
            Stmt::Call(call) => self.call(call),
            Stmt::Observe(o) => self.line(format!("observe {}", self.opaque(o))),
            Stmt::Declare { acc, init } => self.line(format!("{} = {}", self.def(*acc), self.name(*init))),
            Stmt::Set { acc, value } => self.line(format!("{} := {}", self.name(*acc), self.name(*value))),
            Stmt::Add { acc, value } => self.line(format!("{} += {}", self.name(*acc), self.name(*value))),
            Stmt::ShadowAdd { place, value } => self.line(format!("{} += {}", self.place(place), self.name(*value))),
            Stmt::ShadowAddFrom { to, from, take } => {
                self.line(format!("{} += {} {}", self.place(to), if *take { "take" } else { "all" }, self.place(from)));
            }
            Stmt::ShadowClear(place) => self.line(format!("clear {}", self.place(place))),
            Stmt::RecordNew { record, capacity } => {
                self.line(format!("{} = new({})", self.def(*record), self.maybe(*capacity)));
            }
            Stmt::RecordPush { record, values } => self.line(format!("{}.push({})", self.name(*record), self.list(values))),
            Stmt::RecordRead { record, cursor, values } => {
                self.line(format!("{} = {}[--{}]", self.defs(values), self.name(*record), self.name(*cursor)));
            }
            Stmt::RecordPart { part, record, cursor, lo, hi } => {
                let (record, cursor) = (self.name(*record), self.name(*cursor));
                let line = format!("{} = {record}.last({cursor}, {}..{})", self.def(*part), self.name(*lo), self.name(*hi));
                self.line(line);
            }
            Stmt::RecordAt { part, at, values } => {
                self.line(format!("{} = {}[{}]", self.defs(values), self.name(*part), self.name(*at)));
            }
            Stmt::CursorNew { cursor, record } => {
                self.line(format!("{} = {}.len", self.def(*cursor), self.name(*record)));
            }
            Stmt::LogRange { log, place } => self.line(format!("{}.log({})", self.name(*log), self.place(place))),
            Stmt::UnlogRange { log, cursor, place } => {
                self.line(format!("{} := {}[--{}]", self.place(place), self.name(*log), self.name(*cursor)));
            }
            Stmt::Unshare(v) => self.line(format!("unshare {}", self.name(*v))),
            Stmt::Pull(pull) => self.pull(pull),
            Stmt::Closure(closure) => self.closure(closure),
        }
    }

    fn memory(&self, memory: &Memory) -> String {
        match memory {
            Memory::Assign { place, src, old } => {
                let old = old.map_or(String::new(), |old| format!("; old {}", self.def(old)));
                format!("{} := move {}{old}", self.place(place), self.name(*src))
            }
            Memory::Fill { place, value } => format!("{}.fill({})", self.place(place), self.name(*value)),
            Memory::CopyFrom { place, src } => format!("{}.copy_from({})", self.place(place), self.place(src)),
            Memory::Swap { a, b } => format!("swap {}, {}", self.place(a), self.place(b)),
            Memory::SwapElements { place, i, j } => format!("{}.swap({}, {})", self.place(place), self.name(*i), self.name(*j)),
            Memory::Push { place, value } => format!("{}.push({})", self.place(place), self.name(*value)),
        }
    }

    fn branch(&mut self, branch: &Branch) {
        let results = match branch.results.as_slice() {
            [] => String::new(),
            results => format!("{} = ", self.defs(results)),
        };
        match &branch.on {
            On::If(cond) => self.line(format!("{results}if {}", self.name(*cond))),
            On::Match { scrutinee, .. } => self.line(format!("{results}match {}", self.name(*scrutinee))),
            On::Arm { arm, .. } => self.line(format!("{results}which {}", self.name(*arm))),
        }
        self.depth += 1;
        for (i, arm) in branch.arms.iter().enumerate() {
            let head = match &branch.on {
                On::If(_) => if i == 0 { "then" } else { "else" }.to_owned(),
                On::Match { patterns, .. } => patterns.get(i).map_or(String::new(), |p| self.pattern(p)),
                On::Arm { values, .. } => match values.get(i).and_then(Option::as_ref) {
                    Some(values) => format!("{i} ({})", self.defs(values)),
                    None => format!("{i} never"),
                },
            };
            self.nested(head, arm);
        }
        self.depth -= 1;
    }

    fn pattern(&self, p: &Pattern) -> String {
        let guard = p.guard.as_ref().map_or(String::new(), |guard| format!(" if {}", self.opaque(guard)));
        format!("`{}`{}{guard}", tokens(&p.pat), self.binds(&p.binds))
    }

    fn binds(&self, binds: &[(syn::Ident, Value)]) -> String {
        let binds: Vec<_> = binds.iter().map(|(ident, v)| format!("{}={ident}", self.def(*v))).collect();
        if binds.is_empty() { String::new() } else { format!(" [{}]", binds.join(", ")) }
    }

    fn loop_(&mut self, l: &Loop) {
        let head = match &l.header {
            Header::Range { index, lo, hi, inclusive, step, rev } => format!(
                "for {} in {}{}{}{}{}",
                self.def(*index),
                self.name(*lo),
                if *inclusive { "..=" } else { ".." },
                self.name(*hi),
                step.map_or(String::new(), |step| format!(" step {}", self.name(step))),
                if *rev { " rev" } else { "" },
            ),
            Header::While(_) => "while".to_owned(),
            Header::Forever => "loop".to_owned(),
            Header::Times(n) => format!("times {}", self.name(*n)),
            Header::Items { iterator, pat, binds } => {
                format!("for `{}`{} in {}", tokens(pat), self.binds(binds), self.opaque(iterator))
            }
        };
        let stop = if l.can_stop { " can stop" } else { "" };
        let trips = l.trips.map_or(String::new(), |trips| format!(" trips {}", self.def(trips)));
        self.line(format!("{head}{stop}{trips}"));
        self.depth += 1;
        for c in &l.carried {
            self.line(format!("carry {} = {} -> {}", self.def(c.param), self.name(c.init), self.name(c.result)));
        }
        if let Header::While(cond) = &l.header {
            self.nested("condition".to_owned(), cond);
            self.nested("body".to_owned(), &l.body);
        } else {
            self.block(&l.body);
        }
        self.depth -= 1;
    }

    /// Values of which some may be missing.
    fn known(&self, values: &[Option<Value>]) -> String {
        let names: Vec<_> = values.iter().map(|v| v.map_or("_", |v| self.name(v))).collect();
        names.join(", ")
    }

    fn tangents(&self, tangents: &[Vec<Option<Value>>]) -> String {
        tangents.iter().map(|dots| format!("; d {}", self.known(dots))).collect()
    }

    fn arg(&self, arg: &Arg) -> String {
        match arg {
            Arg::Value(v) => self.name(*v).to_owned(),
            Arg::Borrow { mutable, place } => format!("&{}{}", if *mutable { "mut " } else { "" }, self.place(place)),
        }
    }

    fn args(&self, args: &[Arg]) -> String {
        args.iter().map(|arg| self.arg(arg)).collect::<Vec<_>>().join(", ")
    }

    fn call(&mut self, call: &Call) {
        let error = call.error.map_or(String::new(), |error| format!(" error {}", self.def(error)));
        let pull = call.pull.map_or(String::new(), |pull| format!("; {}", self.def(pull)));
        let (mut dot, mut dots) = (String::new(), String::new());
        for t in &call.tangents {
            dot.push_str(&format!("; {}", self.tree(&t.result)));
            dots.push_str(&format!("; {}", self.tangent_args(&t.args)));
        }
        self.line(format!(
            "{}{error}{pull}{dot} = {} {}({}{dots})",
            self.tree(&call.result),
            match &call.callee {
                Callee::Companion => "call",
                Callee::Method => "call method",
                Callee::Associated { .. } => "call associated",
                Callee::Ruled(_) => "call opaque",
                Callee::Partial => "partial",
                Callee::Function => "call function",
            },
            tokens(&call.path),
            self.args(&call.args)
        ));
    }

    fn tangent_args(&self, args: &[Option<Arg>]) -> String {
        let args: Vec<_> = args.iter().map(|arg| arg.as_ref().map_or("_".to_owned(), |arg| self.arg(arg))).collect();
        args.join(", ")
    }

    fn slots(&self, slots: &[SlotArg]) -> String {
        let slots = slots.iter().map(|slot| match slot {
            SlotArg::None => "_".to_owned(),
            SlotArg::Shadow(place) => self.place(place),
            SlotArg::Cell(v) => format!("-> {}", self.def(*v)),
        });
        slots.collect::<Vec<_>>().join(", ")
    }

    fn pull(&mut self, pull: &Pull) {
        let mut text = format!("{}; {}; {}", self.args(&pull.args), self.tree(&pull.out_bar), self.slots(&pull.slots));
        for t in &pull.tangents {
            text.push_str(&format!("; d {}; {}; {}", self.tangent_args(&t.args), self.tree(&t.out_bar), self.slots(&t.slots)));
        }
        self.line(format!("{}({text})", self.name(pull.pull)));
    }

    fn closure(&mut self, c: &Closure) {
        let mut slots = self.closure_slots(&c.primals, c.out_bar, &c.shadows);
        for t in &c.tangents {
            slots.push_str(&format!("; d {}", self.closure_slots(&t.primals, t.out_bar, &t.shadows)));
        }
        self.nested(format!("pullback({slots})"), &c.body);
    }

    fn closure_slots(&self, primals: &[PrimalSlot], out_bar: Value, shadows: &[Option<Value>]) -> String {
        let primals = primals.iter().map(|slot| match slot {
            PrimalSlot::Ignored => "_",
            PrimalSlot::Again(v) => self.name(*v),
        });
        let primals = primals.collect::<Vec<_>>().join(", ");
        let shadows: Vec<_> = shadows.iter().map(|v| v.map_or("_".to_owned(), |v| self.def(v))).collect();
        format!("{primals}; {}; {}", self.name(out_bar), shadows.join(", "))
    }
}

/// Tokens as compact text.
fn tokens(t: &impl ToTokens) -> String {
    let text = t.to_token_stream().to_string();
    text.replace(" (", "(")
        .replace("( ", "(")
        .replace(" )", ")")
        .replace(" [", "[")
        .replace("& ", "&")
        .replace(" ,", ",")
        .replace(" :: ", "::")
}
