//! Memory that nobody looks at any more is not put back.
//!
//! A pullback leaves what it was lent by `&mut` as it was before the call: its caller may look at it (Note [rewound memory] in
//! [`record`](crate::analyze::record)). Mostly nobody does: `slope(x, &y, &mut k)` overwrites a `k` of which no pullback needs what it held.
//! So `forward_over`, beside `forward`, is told for which of its arguments the caller wants that; what it copies for others is cut to length 0.
//!
//! A caller wants it for memory that its reverse sweep looks at anywhere, be it at another time. Whether a callee's pullback looks at an
//! argument, the callee's companion says in `LOOKS`: for each parameter the set of those for whose adjoints it does, the lowest bit if
//! for more than adjoints. Both are asked of the finished program of order 1, so that nothing later looks at more. Higher orders put
//! everything back.

mod ask;
mod flow;
mod names;

use crate::analyze::Memory;
use crate::analyze::memory::ClassId;
use crate::emit::companion::nested::Nested;
use crate::ir::visit::by_ref;
use crate::ir::{
    Arg, Block, Call, Callee, Class, Closure, Function, Kind, Memory as Write, Mode, Op, Opaque, Place, Pull, Shape, SlotArg,
    Stmt, Value,
};
use ask::Ask;
use names::Names;
use proc_macro2::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The bit of [`Spared::looks`] that every caller asks for.
pub const ALWAYS: u64 = 1;

/// The bit that a caller asks for who wants the adjoint of parameter `i`.
fn bit(i: usize) -> u64 {
    2 << i
}

/// How many parameters a set has bits for.
const MANY: usize = 62;

/// What a caller is told, and may tell.
#[derive(Clone, Debug)]
pub struct Spared {
    /// For each parameter the bits of the parameters for whose adjoints the pullback looks at its contents.
    pub looks: Vec<u64>,
    /// Some memory is put back only if the caller wants it.
    pub asks: bool,
}

/// What the program calls the set of arguments that are to be put back; a parameter of `forward_over`.
pub fn kept_ident() -> syn::Ident {
    syn::Ident::new("__kept", Span::mixed_site())
}

/// Lets an adjoint program of order 1 ask what is to be put back, and tell its callees.
pub fn spare(f: &mut Function, memory: &Memory, classes: &BTreeMap<Value, ClassId>) -> Spared {
    let unknown = Spared { looks: vec![ALWAYS; f.params.len()], asks: false };
    let Some(Stmt::Closure(closure)) = f.body.stmts.last() else { return unknown };
    if f.params.iter().any(|param| param.mode == Mode::Function) || f.params.len() > MANY {
        return unknown;
    }
    let names = Names::new(f, memory, classes);
    let looks = Looks::of(f, &names, closure);
    let told = (0..f.params.len()).map(|i| flow::looks(f, &names, &looks, closure, i)).collect();
    let lent = lent(f, &names, &looks);
    let kept = tell(f, &names, &looks, &lent);
    let asks = Ask::new(looks, names).all(f, &lent, &kept);
    Spared { looks: told, asks }
}

fn is_memory(f: &Function, v: Value) -> bool {
    match f[v].class {
        Class::Owner | Class::View { .. } | Class::Shadow => true,
        Class::Plain | Class::Accumulator | Class::Record | Class::Pull => false,
    }
}

/// A callee's pullback may look at memory: the callee, which of its parameters that is, and whose adjoints are wanted.
#[derive(Clone, Debug)]
struct ByCallee {
    path: syn::Path,
    param: usize,
    wanted: u64,
}

/// The memory that a reverse sweep looks at, by root.
struct Looks {
    itself: BTreeSet<Value>,
    callees: BTreeMap<Value, Vec<ByCallee>>,
}

impl Looks {
    fn of(f: &Function, names: &Names, closure: &Closure) -> Looks {
        let mut paths = BTreeMap::new();
        // The callee of one call is asked at others, where its name has to mean the same.
        if !f.body.stmts.iter().flat_map(Stmt::blocks).any(has_items) {
            callees(&f.body, &mut paths);
        }
        let mut looks = Looks { itself: BTreeSet::new(), callees: BTreeMap::new() };
        looks.block(f, names, &paths, &closure.body);
        looks
    }

    fn block(&mut self, f: &Function, names: &Names, paths: &BTreeMap<Value, syn::Path>, block: &Block) {
        self.itself.extend(block.yields.iter().map(|v| names.root(*v)));
        for stmt in &block.stmts {
            match stmt {
                Stmt::Pull(pull) => self.pull(f, names, paths.get(&pull.pull), pull),
                stmt => looked_at(stmt, &mut |v| {
                    self.itself.insert(names.root(v));
                }),
            }
            for scope in by_ref::scopes(stmt) {
                self.itself.extend(scope.uses.into_iter().map(|v| names.root(*v)));
                scope.blocks.into_iter().for_each(|block| self.block(f, names, paths, block));
            }
        }
    }

    fn pull(&mut self, f: &Function, names: &Names, path: Option<&syn::Path>, pull: &Pull) {
        let wanted = |(i, slot): (usize, &SlotArg)| if matches!(slot, SlotArg::None) { 0 } else { bit(i) };
        let wanted = ALWAYS | pull.slots.iter().enumerate().take(MANY).map(wanted).fold(0, |all, bit| all | bit);
        for (param, arg) in pull.args.iter().enumerate() {
            match (arg, path) {
                (Arg::Borrow { place, .. }, Some(path)) => {
                    let path = path.clone();
                    self.callees.entry(names.root(place.base)).or_default().push(ByCallee { path, param, wanted });
                }
                (Arg::Borrow { place: Place { base: v, .. }, .. } | Arg::Value(v), _) => {
                    self.itself.extend(is_memory(f, *v).then(|| names.root(*v)));
                }
            }
        }
    }
}

/// An item of the user's stands in it.
fn has_items(block: &Block) -> bool {
    block.stmts.iter().any(|stmt| {
        let is_item = matches!(stmt, Stmt::Observe(Opaque { expr: syn::Expr::Verbatim(_), .. }));
        is_item || stmt.blocks().into_iter().any(has_items)
    })
}

/// The companions whose pullbacks are run. Derivatives that are differentiated (`g::grad`) say nothing.
fn callees(block: &Block, paths: &mut BTreeMap<Value, syn::Path>) {
    for stmt in &block.stmts {
        if let Stmt::Call(call) = stmt
            && let Some(pull) = call.pull
            && tells(call)
        {
            paths.insert(pull, call.path.clone());
        }
        stmt.blocks().into_iter().for_each(|block| callees(block, paths));
    }
}

fn tells(call: &Call) -> bool {
    call.callee == Callee::Companion
        && call.functions.is_empty()
        && call.tangents.is_empty()
        && call.at_once.is_none()
        && call.args.len() <= MANY
        && Nested::of(&call.path).is_none()
}

/// Of what a statement itself uses all but memory that it only writes to, or of which it only takes the shape or a view.
fn looked_at(stmt: &Stmt, f: &mut dyn FnMut(Value)) {
    let mut spared = match stmt {
        Stmt::Let { op: Op::Borrow { place, .. } | Op::Len(place) | Op::Zeros(Shape::Like(place)), .. }
        | Stmt::Split { place, .. }
        | Stmt::Store { place, .. }
        | Stmt::UnlogRange { place, .. }
        | Stmt::Memory(Write::CopyFrom { place, .. } | Write::Fill { place, .. }) => Some(place.base),
        Stmt::Unshare(owner) => Some(*owner),
        _ => None,
    };
    by_ref::uses(stmt, &mut |_, v| {
        if spared == Some(*v) {
            spared = None;
        } else {
            f(*v);
        }
    });
}

/// The parameters that are put back only for the sake of the caller, or of callees, by root.
fn lent(f: &Function, names: &Names, looks: &Looks) -> BTreeMap<Value, usize> {
    let mut lent = BTreeMap::new();
    for (i, param) in f.params.iter().enumerate() {
        let root = names.root(param.value);
        let is_only = f.params.iter().filter(|other| names.root(other.value) == root).count() == 1;
        if param.mode == Mode::Mut && is_numbers(&f[param.value].kind) && is_only && !looks.itself.contains(&root) {
            lent.insert(root, i);
        }
    }
    lent
}

/// Numbers beside each other, whose length stays what it is.
fn is_numbers(kind: &Kind) -> bool {
    match kind {
        Kind::Ref(true, to) => matches!(&**to, Kind::Array(elem) | Kind::Slice(elem) if elem.is_scalar()),
        _ => false,
    }
}

/// Why a callee has to put back an argument.
#[derive(Debug)]
enum Reason {
    /// It is this parameter of the function's own.
    Param(usize),
    /// One of these callees may look at it.
    Callees(Vec<ByCallee>),
}

/// For each call, by its pullback, the arguments that need not always be put back.
type Kept = BTreeMap<Value, BTreeMap<usize, Reason>>;

fn tell(f: &Function, names: &Names, looks: &Looks, lent: &BTreeMap<Value, usize>) -> Kept {
    let reasons = |v: Value| -> Option<Reason> {
        let root = names.root(v);
        if let Some(i) = lent.get(&root) {
            return Some(Reason::Param(*i));
        }
        let is_param = f.params.iter().any(|param| param.mode == Mode::Mut && names.root(param.value) == root);
        let is_kept = is_param || looks.itself.contains(&root);
        (!is_kept).then(|| Reason::Callees(looks.callees.get(&root).cloned().unwrap_or_default()))
    };
    fn visit(f: &Function, block: &Block, reasons: &dyn Fn(Value) -> Option<Reason>, kept: &mut Kept) {
        for stmt in &block.stmts {
            if let Stmt::Call(call) = stmt
                && let Some(pull) = call.pull
                && tells(call)
            {
                let lent = call.args.iter().enumerate().filter_map(|(k, arg)| match arg {
                    Arg::Borrow { mutable: true, place } if is_written(f, place) => Some((k, reasons(place.base)?)),
                    Arg::Borrow { mutable: true, .. } => None,
                    Arg::Borrow { mutable: false, .. } | Arg::Value(_) => None,
                });
                let lent: BTreeMap<usize, Reason> = lent.collect();
                if !lent.is_empty() {
                    kept.insert(pull, lent);
                }
            }
            stmt.blocks().into_iter().for_each(|block| visit(f, block, reasons, kept));
        }
    }
    let mut kept = Kept::new();
    visit(f, &f.body, &reasons, &mut kept);
    kept
}

/// `&mut v` stands in the call. A reference that is handed on may be one that the callee only reads through, and then it has no `forward_over`.
fn is_written(f: &Function, place: &Place) -> bool {
    let is_reference = matches!(f[place.base].class, Class::View { .. });
    !is_reference || place.proj.iter().any(|proj| !matches!(proj, crate::ir::Proj::Deref))
}

#[cfg(test)]
mod tests;
