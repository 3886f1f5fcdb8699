//! Which values carry derivatives.
//!
//! A value is *varied* if it may depend on a differentiable parameter, *useful* if the result (or memory behind `&mut`) may depend
//! on it, and *active* if both. Memory is judged by class, whatever its order in time; a plain value is assigned once, so that no order is
//! needed either: both sets are least fixed points (Hascoët, Naumann & Pascual, "To be recorded" analysis, 2005, section 2).

use super::memory::is_memory;
use super::{Layout, Memory};
use crate::ir::{Alloc, Arg, Function, Memory as M, Op, Place, Stmt, Value};
use crate::rules::RuleKind;

/// See the module docs.
#[derive(Debug)]
pub struct Activity {
    varied: Vec<bool>,
    useful: Vec<bool>,
}

impl Activity {
    /// Computes the activity of every value.
    pub fn new(f: &Function, layout: &Layout<'_>, memory: &Memory) -> Activity {
        let edges = Edges::new(f, layout, memory);
        let inactive = |v: &Value| f[*v].kind.is_inactive();
        let varied_seeds = f.params.iter().filter(|p| p.active).map(|p| p.value).collect();
        let mut useful_seeds: Vec<Value> = f.result.leaves();
        useful_seeds.extend(f.params.iter().filter(|p| p.active && p.mode == crate::ir::Mode::Mut).map(|p| p.value));
        useful_seeds.retain(|v| !inactive(v));
        Activity { varied: edges.reach(varied_seeds, &edges.forward), useful: edges.reach(useful_seeds, &edges.backward) }
    }

    /// May depend on a differentiable parameter.
    pub fn varied(&self, value: Value) -> bool {
        self.varied[value.0 as usize]
    }

    /// Has an adjoint.
    pub fn active(&self, value: Value) -> bool {
        self.varied[value.0 as usize] && self.useful[value.0 as usize]
    }
}

/// Which value depends on which, memory represented by its class.
struct Edges {
    /// Node of each value.
    node: Vec<u32>,
    forward: Vec<Vec<u32>>,
    backward: Vec<Vec<u32>>,
}

impl Edges {
    fn new(f: &Function, layout: &Layout<'_>, memory: &Memory) -> Edges {
        let node = |v: Value| if is_memory(f, v) { memory.class(v) } else { v.0 };
        let count = f.values.len();
        let mut edges = Edges {
            node: (0..count as u32).map(|i| node(Value(i))).collect(),
            forward: vec![Vec::new(); count],
            backward: vec![Vec::new(); count],
        };
        for stmt in &layout.stmts {
            dependences(stmt, &mut |from, to| {
                if !f[from].kind.is_inactive() && !f[to].kind.is_inactive() {
                    let (from, to) = (edges.node[from.0 as usize], edges.node[to.0 as usize]);
                    edges.forward[from as usize].push(to);
                    edges.backward[to as usize].push(from);
                }
            });
        }
        edges
    }

    /// All values whose node can be reached from the seeds.
    fn reach(&self, seeds: Vec<Value>, edges: &[Vec<u32>]) -> Vec<bool> {
        let mut reached = vec![false; edges.len()];
        let mut todo: Vec<u32> = seeds.iter().map(|v| self.node[v.0 as usize]).collect();
        while let Some(node) = todo.pop() {
            if !std::mem::replace(&mut reached[node as usize], true) {
                todo.extend(&edges[node as usize]);
            }
        }
        self.node.iter().map(|node| reached[*node as usize]).collect()
    }
}

/// Calls `edge(from, to)` for every direct dependence of a statement's own (nested statements excepted).
fn dependences(stmt: &Stmt, edge: &mut impl FnMut(Value, Value)) {
    match stmt {
        Stmt::Let { value, op } => sources(op).into_iter().for_each(|from| edge(from, *value)),
        Stmt::Split { .. } | Stmt::Observe(_) => {} // A view is of its owner's class.
        Stmt::Store { place, value, .. } => edge(*value, place.base),
        Stmt::Memory(memory) => match memory {
            M::Assign { place, src, .. } => edge(*src, place.base),
            M::Fill { place, value } | M::Push { place, value } => edge(*value, place.base),
            M::CopyFrom { place, src } => edge(src.base, place.base),
            M::Swap { .. } | M::SwapElements { .. } => {}
        },
        Stmt::Branch(branch) => {
            for arm in branch.arms.iter().filter(|arm| !arm.diverges) {
                branch.results.iter().zip(&arm.yields).for_each(|(to, from)| edge(*from, *to));
            }
        }
        Stmt::Loop(l) => {
            for (carried, next) in l.carried.iter().zip(&l.body.yields) {
                edge(carried.init, carried.param);
                edge(*next, carried.param);
                edge(carried.param, carried.result);
            }
        }
        Stmt::Call(call) => {
            let base = |arg: &Arg| match arg {
                Arg::Value(v) => *v,
                Arg::Borrow { place, .. } => place.base,
            };
            let written = call.args.iter().filter(|arg| matches!(arg, Arg::Borrow { mutable: true, .. }));
            let targets: Vec<Value> = call.result.leaves().into_iter().chain(written.map(base)).collect();
            for from in call.args.iter().map(base) {
                targets.iter().for_each(|to| edge(from, *to));
            }
        }
        Stmt::Declare { .. }
        | Stmt::Set { .. }
        | Stmt::Add { .. }
        | Stmt::ShadowAdd { .. }
        | Stmt::ShadowAddFrom { .. }
        | Stmt::ShadowClear(_)
        | Stmt::RecordNew { .. }
        | Stmt::RecordPush { .. }
        | Stmt::RecordRead { .. }
        | Stmt::RecordPart { .. }
        | Stmt::RecordAt { .. }
        | Stmt::CursorNew { .. }
        | Stmt::LogRange { .. }
        | Stmt::UnlogRange { .. }
        | Stmt::Unshare(_)
        | Stmt::Pull(_)
        | Stmt::Closure(_) => unreachable!("activity is asked of user programs only"),
    }
}

/// The values through which an operation's result depends on parameters.
fn sources(op: &Op) -> Vec<Value> {
    let base = |place: &Place| vec![place.base];
    match op {
        Op::Prim { prim, args } => match prim.rule().kind {
            RuleKind::Pointwise | RuleKind::Linear => args.clone(),
            RuleKind::Zero => Vec::new(),
        },
        Op::Select(_, a, b) => vec![*a, *b],
        Op::Load(place) => base(place),
        Op::Alloc(alloc) => match alloc {
            Alloc::Scalar(v) | Alloc::Repeat { elem: v, .. } => vec![*v],
            Alloc::List { elems, .. } => elems.clone(),
            Alloc::Construct(construct) => {
                let rest = construct.rest.iter().map(|rest| rest.base);
                construct.fields.iter().map(|(_, value)| *value).chain(rest).collect()
            }
            Alloc::Copy { place, .. } => base(place),
            Alloc::Empty { .. } | Alloc::Opaque(_) => Vec::new(),
        },
        Op::Move(from) => vec![*from],
        Op::Opaque(_) | Op::Len(_) | Op::Float(_) => Vec::new(),
        Op::Borrow { .. } => Vec::new(), // Of its owner's class.
        Op::Read(_)
        | Op::Arm { .. }
        | Op::Zeros(_)
        | Op::Take(_)
        | Op::Peek(_)
        | Op::Pullback { .. }
        | Op::Pushforward { .. }
        | Op::ZeroTangent(_) => unreachable!("activity is asked of user programs only"),
    }
}
