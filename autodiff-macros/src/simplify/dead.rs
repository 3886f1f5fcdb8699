//! Removes statements, results, carried variables and recorded values that nothing depends on.
//!
//! Statements are marked from the effects backwards. A write to a local of the pullback (an accumulator, a shadow, a record)
//! is an effect only if the local is read.

use crate::ir::visit::by_ref;
use crate::ir::*;
use std::collections::{HashMap, HashSet};

/// Number of a statement, in the order of the walk.
type Id = usize;

/// Removes all that is dead. The first `own` values are the user's.
pub(super) fn remove(f: &mut Function, own: usize) {
    let mut marks = Marks::new(f, own);
    marks.collect(&f.body, None, false);
    for id in std::mem::take(&mut marks.roots) {
        marks.stmt(id);
    }
    for v in f.result.leaves().into_iter().chain(f.result_dots.iter().flat_map(Tree::leaves)) {
        marks.value(v);
    }
    marks.run();
    let Marks { live, live_stmts, columns, parts, .. } = marks;
    let mut sweep = Sweep { live, live_stmts, columns, parts, at: 0 };
    sweep.block(&mut f.body);
}

/// Where a value comes from, and what else is needed for it.
#[derive(Clone, Debug, Default)]
struct Source {
    stmts: Vec<Id>,
    values: Vec<Value>,
    columns: Vec<(Value, usize)>,
}

struct Marks<'a> {
    f: &'a Function,
    own: usize,
    sources: Vec<Source>,
    /// Statements that matter as soon as a value does.
    writers: HashMap<Value, Vec<Id>>,
    /// The local shadow that a shadow is or refers into.
    locals: HashMap<Value, Value>,
    /// What is pushed as `k`-th part of a record.
    pushed: HashMap<(Value, usize), Vec<Value>>,
    /// The records that parts are taken from.
    parts: HashMap<Value, Value>,
    uses: Vec<Vec<Value>>,
    parents: Vec<Option<Id>>,
    live: Vec<bool>,
    live_stmts: Vec<bool>,
    columns: HashSet<(Value, usize)>,
    roots: Vec<Id>,
    work: Vec<Value>,
}

impl<'a> Marks<'a> {
    fn new(f: &'a Function, own: usize) -> Self {
        let count = f.values.len();
        Marks {
            f,
            own,
            sources: vec![Source::default(); count],
            writers: HashMap::new(),
            locals: HashMap::new(),
            pushed: HashMap::new(),
            parts: HashMap::new(),
            uses: Vec::new(),
            parents: Vec::new(),
            live: vec![false; count],
            live_stmts: Vec::new(),
            columns: HashSet::new(),
            roots: Vec::new(),
            work: Vec::new(),
        }
    }

    /// Numbers the statements and notes what depends on what.
    fn collect(&mut self, block: &'a Block, parent: Option<Id>, in_closure: bool) {
        for stmt in &block.stmts {
            let id = self.uses.len();
            let mut uses = Vec::new();
            by_ref::uses(stmt, &mut |role, v| {
                if !role.is_ignored(&self.f[*v]) {
                    uses.push(*v);
                }
            });
            if let Stmt::RecordPush { record, .. } = stmt {
                uses = vec![*record];
            }
            if let Stmt::Loop(l) = stmt {
                uses = header_uses(l);
            }
            self.uses.push(uses);
            self.parents.push(parent);
            self.live_stmts.push(false);
            by_ref::defs(stmt, &mut |v| self.sources[v.0 as usize].stmts.push(id));
            self.connect(stmt);
            match self.role(stmt, in_closure) {
                Effect::None => {}
                Effect::On(locals) => locals.into_iter().for_each(|v| self.writers.entry(v).or_default().push(id)),
                Effect::Always => self.roots.push(id),
            }
            for scope in by_ref::scopes(stmt) {
                self.uses[id].extend(scope.uses.into_iter().copied());
                for v in scope.defs {
                    self.sources[v.0 as usize].stmts.push(id);
                }
                for block in scope.blocks {
                    self.collect(block, Some(id), in_closure || matches!(stmt, Stmt::Closure(_)));
                }
            }
        }
    }

    /// What stands behind the values that a statement defines.
    fn connect(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Branch(b) => {
                for (k, result) in b.results.iter().enumerate() {
                    let yields = b.arms.iter().filter_map(|arm| arm.yields.get(k)).copied();
                    self.sources[result.0 as usize].values.extend(yields);
                }
            }
            Stmt::Loop(l) => {
                for (c, next) in l.carried.iter().zip(&l.body.yields) {
                    for v in [c.param, c.result] {
                        self.sources[v.0 as usize].values.extend([c.init, *next]);
                    }
                }
            }
            Stmt::RecordPush { record, values } => {
                for (k, v) in values.iter().enumerate() {
                    self.pushed.entry((*record, k)).or_default().push(*v);
                }
            }
            Stmt::RecordRead { record, values, .. } => {
                for (k, v) in values.iter().enumerate() {
                    self.sources[v.0 as usize].columns.push((*record, k));
                }
            }
            Stmt::Let { value, op: Op::Zeros(_) } => drop(self.locals.insert(*value, *value)),
            Stmt::Let { value, op: Op::Borrow { place, .. } } => self.refers(*value, place),
            Stmt::Split { results, place, .. } => results.iter().for_each(|v| self.refers(*v, place)),
            Stmt::RecordPart { part, record, .. } => drop(self.parts.insert(*part, *record)),
            Stmt::RecordAt { part, values, .. } => {
                let record = self.parts[part];
                for (k, v) in values.iter().enumerate() {
                    self.sources[v.0 as usize].columns.push((record, k));
                }
            }
            Stmt::Let { .. }
            | Stmt::Store { .. }
            | Stmt::Memory(_)
            | Stmt::Call(_)
            | Stmt::Observe(_)
            | Stmt::Declare { .. }
            | Stmt::Set { .. }
            | Stmt::Add { .. }
            | Stmt::ShadowAdd { .. }
            | Stmt::ShadowAddFrom { .. }
            | Stmt::ShadowClear(_)
            | Stmt::RecordNew { .. }
            | Stmt::CursorNew { .. }
            | Stmt::LogRange { .. }
            | Stmt::UnlogRange { .. }
            | Stmt::Unshare(_)
            | Stmt::Pull(_)
            | Stmt::Closure(_) => {}
        }
    }

    fn refers(&mut self, view: Value, place: &Place) {
        if let Some(local) = self.locals.get(&place.base).copied() {
            self.locals.insert(view, local);
        }
    }

    /// What makes a statement matter, apart from the values that it defines.
    fn role(&self, stmt: &Stmt, in_closure: bool) -> Effect {
        let local = |place: &Place| self.locals.get(&place.base).copied();
        match stmt {
            Stmt::Let { op, value } => match op {
                Op::Take(place) => local(place).map_or(Effect::Always, |v| Effect::On(vec![v])),
                _ if in_closure || value.0 as usize >= self.own || removable(self.f, *value, op) => Effect::None,
                _ => Effect::Always,
            },
            Stmt::Split { .. } if in_closure => Effect::None,
            Stmt::Branch(b) => {
                let decides = b.arms.iter().any(|arm| arm.diverges) || guarded(b);
                if decides { Effect::Always } else { Effect::None }
            }
            Stmt::Loop(l) => {
                let forever = matches!(l.header, Header::Forever) && !l.can_stop;
                let foreign = matches!(&l.header, Header::Items { iterator, .. } if !iterator.pure_);
                if forever || foreign { Effect::Always } else { Effect::None }
            }
            Stmt::Declare { .. } | Stmt::RecordNew { .. } | Stmt::CursorNew { .. } | Stmt::RecordAt { .. } => Effect::None,
            Stmt::Set { acc: v, .. }
            | Stmt::Add { acc: v, .. }
            | Stmt::RecordPush { record: v, .. }
            | Stmt::RecordRead { cursor: v, .. }
            | Stmt::RecordPart { cursor: v, .. }
            | Stmt::LogRange { log: v, .. }
            | Stmt::Unshare(v) => Effect::On(vec![*v]),
            Stmt::ShadowAdd { place, .. } | Stmt::ShadowClear(place) => {
                local(place).map_or(Effect::Always, |v| Effect::On(vec![v]))
            }
            Stmt::ShadowAddFrom { to, from, take } => match (local(to), local(from)) {
                (Some(to), Some(from)) if *take => Effect::On(vec![to, from]),
                (Some(to), _) if !*take => Effect::On(vec![to]),
                (_, _) => Effect::Always,
            },
            Stmt::Split { .. }
            | Stmt::Store { .. }
            | Stmt::Memory(_)
            | Stmt::Call(_)
            | Stmt::Observe(_)
            | Stmt::UnlogRange { .. }
            | Stmt::Pull(_)
            | Stmt::Closure(_) => Effect::Always,
        }
    }

    fn value(&mut self, v: Value) {
        if !std::mem::replace(&mut self.live[v.0 as usize], true) {
            self.work.push(v);
        }
    }

    fn stmt(&mut self, id: Id) {
        let mut next = Some(id);
        while let Some(id) = next {
            if std::mem::replace(&mut self.live_stmts[id], true) {
                return;
            }
            for v in std::mem::take(&mut self.uses[id]) {
                self.value(v);
            }
            next = self.parents[id];
        }
    }

    fn run(&mut self) {
        while let Some(v) = self.work.pop() {
            let Source { stmts, values, columns } = std::mem::take(&mut self.sources[v.0 as usize]);
            values.into_iter().for_each(|v| self.value(v));
            stmts.into_iter().chain(self.writers.remove(&v).unwrap_or_default()).for_each(|id| self.stmt(id));
            for column in columns {
                if self.columns.insert(column) {
                    self.pushed.remove(&column).unwrap_or_default().into_iter().for_each(|v| self.value(v));
                }
            }
        }
    }
}

/// When a statement matters.
enum Effect {
    /// Only for what it defines.
    None,
    /// As soon as one of these is read.
    On(Vec<Value>),
    Always,
}

/// What a loop needs to run at all: its ends, and what decides about stopping.
fn header_uses(l: &Loop) -> Vec<Value> {
    let mut uses = Vec::new();
    match &l.header {
        Header::Range { lo, hi, step, .. } => uses.extend([Some(*lo), Some(*hi), *step].into_iter().flatten()),
        Header::While(cond) => uses.extend(&cond.yields),
        Header::Forever => {}
        Header::Times(n) => uses.push(*n),
        Header::Items { iterator, .. } => uses.extend(iterator.uses.iter().map(|(_, v)| *v)),
    }
    if l.can_stop {
        uses.extend(l.body.yields.last());
    }
    uses
}

fn guarded(b: &Branch) -> bool {
    match &b.on {
        On::Match { patterns, .. } => patterns.iter().any(|p| p.guard.as_ref().is_some_and(|guard| !guard.pure_)),
        On::If(_) | On::Arm { .. } => false,
    }
}

/// A definition in the forward sweep that can neither do anything nor panic.
fn removable(f: &Function, v: Value, op: &Op) -> bool {
    let selects = |place: &Place| place.proj.iter().any(|p| matches!(p, Proj::Index(_) | Proj::Range { .. }));
    match op {
        Op::Opaque(o) | Op::Alloc(Alloc::Opaque(o)) => o.pure_ && is_harmless(&o.expr),
        Op::Prim { .. } => f[v].kind == Kind::Float,
        Op::Borrow { place, .. } | Op::Alloc(Alloc::Copy { place, .. }) | Op::Len(place) => !selects(place),
        Op::Load(_) => false,
        Op::Select(..)
        | Op::Alloc(Alloc::Scalar(_) | Alloc::Repeat { .. } | Alloc::List { .. } | Alloc::Construct(_) | Alloc::Empty { .. })
        | Op::Move(_)
        | Op::Read(_)
        | Op::Float(_)
        | Op::Zeros(_)
        | Op::Take(_)
        | Op::Peek(_)
        | Op::Pullback { .. }
        | Op::Pushforward { .. }
        | Op::ZeroTangent(_)
        | Op::Arm { .. } => true,
    }
}

/// Cannot panic.
fn is_harmless(expr: &syn::Expr) -> bool {
    match expr {
        syn::Expr::Lit(_) | syn::Expr::Path(_) => true,
        syn::Expr::Paren(e) => is_harmless(&e.expr),
        syn::Expr::Group(e) => is_harmless(&e.expr),
        syn::Expr::Cast(e) => is_harmless(&e.expr),
        syn::Expr::Field(e) => is_harmless(&e.base),
        syn::Expr::Reference(e) => is_harmless(&e.expr),
        syn::Expr::Range(e) => e.start.iter().chain(&e.end).all(|e| is_harmless(e)),
        syn::Expr::Tuple(e) => e.elems.iter().all(is_harmless),
        syn::Expr::Binary(e) => is_comparison(&e.op) && is_harmless(&e.left) && is_harmless(&e.right),
        _ => false,
    }
}

fn is_comparison(op: &syn::BinOp) -> bool {
    use syn::BinOp::{And, Eq, Ge, Gt, Le, Lt, Ne, Or};
    matches!(op, Eq(_) | Ne(_) | Lt(_) | Le(_) | Gt(_) | Ge(_) | And(_) | Or(_))
}

/// Removes what was not marked, walking as [`Marks::collect`] did.
struct Sweep {
    live: Vec<bool>,
    live_stmts: Vec<bool>,
    columns: HashSet<(Value, usize)>,
    parts: HashMap<Value, Value>,
    at: Id,
}

impl Sweep {
    fn is_live(&self, v: Value) -> bool {
        self.live[v.0 as usize]
    }

    fn block(&mut self, block: &mut Block) {
        for mut stmt in std::mem::take(&mut block.stmts) {
            let id = self.at;
            self.at += 1;
            for block in visit::by_mut::scopes(&mut stmt).into_iter().flat_map(|scope| scope.blocks) {
                self.block(block);
            }
            if self.live_stmts[id] {
                self.trim(&mut stmt);
                block.stmts.push(stmt);
            }
        }
    }

    /// What is left of an entry of a record.
    fn record(&self, record: Value, values: &mut Vec<Value>) {
        let keep: Vec<bool> = (0..values.len()).map(|k| self.columns.contains(&(record, k))).collect();
        retain(values, &keep);
    }

    /// Removes parts of a statement.
    fn trim(&self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Branch(b) => {
                let keep: Vec<bool> = b.results.iter().map(|v| self.is_live(*v)).collect();
                retain(&mut b.results, &keep);
                b.arms.iter_mut().filter(|arm| !arm.diverges).for_each(|arm| retain(&mut arm.yields, &keep));
            }
            Stmt::Loop(l) => {
                let mut keep: Vec<bool> = l.carried.iter().map(|c| self.is_live(c.param) || self.is_live(c.result)).collect();
                retain(&mut l.carried, &keep);
                keep.resize(l.body.yields.len(), true);
                retain(&mut l.body.yields, &keep);
                l.trips = l.trips.filter(|v| self.is_live(*v));
            }
            Stmt::Pull(p) => {
                for slot in p.slots.iter_mut().chain(p.tangents.iter_mut().flat_map(|t| &mut t.slots)) {
                    if matches!(slot, SlotArg::Cell(v) if !self.is_live(*v)) {
                        *slot = SlotArg::None;
                    }
                }
            }
            Stmt::RecordPush { record, values } | Stmt::RecordRead { record, values, .. } => self.record(*record, values),
            Stmt::RecordAt { part, values, .. } => self.record(self.parts[part], values),
            Stmt::Store { old, .. } => *old = old.filter(|v| self.is_live(*v)),
            Stmt::Let { .. }
            | Stmt::RecordPart { .. }
            | Stmt::Split { .. }
            | Stmt::Memory(_)
            | Stmt::Call(_)
            | Stmt::Observe(_)
            | Stmt::Declare { .. }
            | Stmt::Set { .. }
            | Stmt::Add { .. }
            | Stmt::ShadowAdd { .. }
            | Stmt::ShadowAddFrom { .. }
            | Stmt::ShadowClear(_)
            | Stmt::RecordNew { .. }
            | Stmt::CursorNew { .. }
            | Stmt::LogRange { .. }
            | Stmt::UnlogRange { .. }
            | Stmt::Unshare(_)
            | Stmt::Closure(_) => {}
        }
    }
}

fn retain<T>(items: &mut Vec<T>, keep: &[bool]) {
    let mut keep = keep.iter();
    items.retain(|_| keep.next().copied().unwrap_or(true));
}
