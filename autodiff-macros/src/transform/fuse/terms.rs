//! Sums whose terms work in buffers.
//!
//! `for point in points { fill(&mut buffer, point); sum += f(&buffer); }`: the adjoint of the sum is known beforehand, but the reverse of a
//! term looks at shadows, and puts back what the buffers held before. It may still follow at once on the term if
//!
//! * no adjoint passes from a term to the one before, as where each term writes its buffers anew before it reads them. A callee that fills a
//!   buffer does not say so, hence the program looks: where a shadow of a buffer is not zero after the reverse of a term, it gives up,
//!   and gradients go through the pullback;
//! * the next term finds the buffers as this one has left them: they are copied before its reverse, and copied back;
//! * nothing else of the reverse sweep looks at these shadows, and what belongs before the loop does not look at these buffers.
//!
//! All other memory is in the state that the reverse sweep expects, as the reverse of a term directly follows on the term. Copying must not
//! cost more than the terms do: a program whose terms record little beside the size of the buffers gives up as well.

use super::give_up::{unless_resized, unless_small, unless_zero};
use super::moves::{free, given};
use super::{Front, Fuser};
use crate::analyze::memory::{ClassId, WriteKind};
use crate::ir::visit::by_ref;
use crate::ir::{Alloc, Arg, Block, Class, Header, Kind, Loop, Memory, Op, Place, Proj, Shape, Stmt, Value, ValueData};
use std::collections::BTreeSet;

/// What is found out about a loop before it is fused.
struct Terms {
    /// The loop of the forward sweep.
    at: usize,
    /// Statements of the reverse sweep that it depends on.
    seeds: Vec<usize>,
    /// Statements of the forward sweep that have to stand before it.
    lifted: BTreeSet<usize>,
    /// Shadows that have to be zero after each term.
    shadows: Vec<Value>,
    /// What the reverse of a term writes to, and the next term finds.
    buffers: Vec<Value>,
}

impl Fuser<'_> {
    /// A function's body, fused where loops add up terms; whether it may give up. `reverse`: the reverse sweep.
    pub(super) fn terms(&mut self, forward: Block, mut reverse: Vec<Stmt>, visible: &BTreeSet<Value>) -> Option<(Block, bool)> {
        if forward.stmts.iter().any(moves) {
            return None;
        }
        let mut front = Front::new(forward.stmts);
        let scope: BTreeSet<Value> = visible.iter().chain(front.homes.keys()).copied().collect();
        // What a pullback copies so that it can run twice is not needed again here.
        reverse.retain(|stmt| !matches!(stmt, Stmt::Unshare(_)));
        let mut reverse = self.facts.once(reverse, &scope)?;
        let (mut k, mut gives_up) = (0, false);
        while k < reverse.len() {
            let Some(terms) = self.terms_of(&front, &reverse, k) else {
                k += 1;
                continue;
            };
            let Terms { at, seeds, lifted, shadows, buffers } = terms;
            let Stmt::Loop(r) = reverse.remove(k) else { unreachable!("a loop has terms") };
            let lifted: Vec<Stmt> = lifted.into_iter().filter_map(|home| front.stmts[home].take()).collect();
            let seeds: Vec<Stmt> = seeds.iter().enumerate().map(|(moved, i)| reverse.remove(i - moved)).collect();
            k -= seeds.len();
            let inner = scope.iter().copied().filter(|v| !front.is_late(*v, at)).collect();
            lifted.into_iter().chain(seeds).for_each(|stmt| front.insert(stmt, at));
            let Some(Stmt::Loop(l)) = front.stmts[at].take() else { unreachable!("the partner of a loop is one") };
            gives_up |= !shadows.is_empty() || !buffers.is_empty();
            let buffers: Vec<Buffer> = buffers.into_iter().map(|buffer| self.buffer(buffer)).collect();
            buffers.iter().flat_map(Buffer::before).for_each(|stmt| front.insert(stmt, at));
            front.stmts[at] = Some(self.looped(*l, *r, inner, &shadows, &buffers)?);
        }
        let mut stmts = front.into_stmts();
        stmts.extend(self.rest(reverse));
        Some((Block { stmts, yields: forward.yields, diverges: forward.diverges }, gives_up))
    }

    /// The loop whose reverse is statement `k`, if the two can be one.
    fn terms_of(&self, front: &Front, reverse: &[Stmt], k: usize) -> Option<Terms> {
        let Stmt::Loop(r) = &reverse[k] else { return None };
        let at = self.facts.partner(&reverse[k], &front.stmts)?;
        // If the program gives up, all this is done once more: it must be cheap, and nobody may notice.
        if front.stmts[..at].iter().flatten().any(calls) || front.stmts[..=at].iter().flatten().any(is_seen) {
            return None;
        }
        let mut wanted = given(&reverse[k]);
        let mut seeds = Vec::new();
        for i in (0..k).rev() {
            let mut defines = false;
            by_ref::defs(&reverse[i], &mut |v| defines |= wanted.contains(v));
            if defines {
                if !self.is_seed(&reverse[i]) {
                    return None;
                }
                wanted.extend(free(&reverse[i]));
                seeds.push(i);
            }
        }
        seeds.reverse();
        let others = |i: &usize| *i != k && !seeds.contains(i);
        let elsewhere: BTreeSet<Value> = (0..reverse.len()).filter(others).flat_map(|i| free(&reverse[i])).collect();
        let shadows: Vec<Value> =
            seeds.iter().filter_map(|i| made_zero(&reverse[*i])).filter(|v| !elsewhere.contains(v)).collect();
        let overtaken = (0..k).filter(others).any(|i| self.facts.is_ordered(&reverse[i], &mut BTreeSet::new()));
        let mut own: BTreeSet<Value> = shadows.iter().copied().collect();
        if overtaken || self.facts.is_ordered(&reverse[k], &mut own) {
            return None;
        }
        let written = self.written(&r.body)?;
        let looks = |v: &Value| self.class(*v).is_some_and(|class| written.contains(&class));
        if reverse[k + 1..].iter().any(|stmt| free(stmt).iter().any(looks)) {
            return None;
        }
        let buffers = self.buffers(front, at, &written)?;
        if !shadows.iter().all(|v| is_flat(&self.facts.f[*v].kind)) {
            return None;
        }
        Some(Terms { at, lifted: front.lifted(&self.facts, &wanted, at)?, seeds, shadows, buffers })
    }

    /// May be done before the loop.
    fn is_seed(&self, stmt: &Stmt) -> bool {
        let like = match stmt {
            Stmt::Let { op: Op::Zeros(Shape::Like(Place { base, proj })), .. } if proj.is_empty() => self.class(*base),
            _ => None,
        };
        self.facts.is_pure(stmt) || like.is_some_and(|class| self.has_fixed_length(class))
    }

    fn has_fixed_length(&self, class: ClassId) -> bool {
        let fixed = |kind: WriteKind| matches!(kind, WriteKind::Elements | WriteKind::Callee);
        self.facts.memory.writes(class).iter().all(|write| fixed(write.kind))
    }

    /// The class of the user's memory.
    fn class(&self, v: Value) -> Option<ClassId> {
        let is_memory = self.facts.is_users(v) && matches!(self.facts.f[v].class, Class::Owner | Class::View { .. });
        is_memory.then(|| self.facts.memory.class(v))
    }

    /// The memory that a part of the reverse sweep writes to. `None`: it does more than that.
    fn written(&self, block: &Block) -> Option<BTreeSet<ClassId>> {
        let mut all = BTreeSet::new();
        for stmt in &block.stmts {
            match stmt {
                Stmt::Store { place, .. }
                | Stmt::UnlogRange { place, .. }
                | Stmt::Memory(Memory::Fill { place, .. } | Memory::CopyFrom { place, .. }) => {
                    all.insert(self.class(place.base)?);
                }
                Stmt::Pull(pull) => {
                    for arg in &pull.args {
                        if let Arg::Borrow { mutable: true, place } = arg {
                            all.insert(self.class(place.base)?);
                        }
                    }
                }
                Stmt::Unshare(_) | Stmt::Memory(_) | Stmt::Call(_) | Stmt::Observe(_) | Stmt::Closure(_) => return None,
                _ => {}
            }
            for block in by_ref::scopes(stmt).into_iter().flat_map(|scope| scope.blocks) {
                all.extend(self.written(block)?);
            }
        }
        Some(all)
    }

    /// The owners of these classes that are older than the loop. `None`: they are not to be copied.
    fn buffers(&self, front: &Front, at: usize, classes: &BTreeSet<ClassId>) -> Option<Vec<Value>> {
        let older = |v: Value| front.homes.contains_key(&v) && !front.is_late(v, at);
        let mut all = Vec::new();
        for class in classes {
            let owners: Vec<Value> = (0..self.facts.own as u32)
                .map(Value)
                .filter(|v| self.class(*v) == Some(*class) && self.facts.f[*v].class == Class::Owner)
                .collect();
            let is_local = self.facts.f.params.iter().all(|param| self.class(param.value) != Some(*class));
            let old: Vec<Value> = owners.iter().copied().filter(|v| older(*v)).collect();
            if !is_local || !self.has_fixed_length(*class) || (!old.is_empty() && owners.len() > 1) {
                return None;
            }
            if !old.iter().all(|v| is_flat(&self.facts.f[*v].kind)) {
                return None;
            }
            all.extend(old);
        }
        Some(all)
    }

    /// The loop with its reverse at the end of each iteration.
    fn looped(
        &mut self,
        mut l: Loop,
        r: Loop,
        mut scope: BTreeSet<Value>,
        shadows: &[Value],
        buffers: &[Buffer],
    ) -> Option<Stmt> {
        let mut reverse = r.body.stmts;
        if let Some(Stmt::RecordRead { record, .. }) = reverse.first() {
            let Some(Stmt::RecordPush { record: pushed, .. }) = l.body.stmts.pop() else { return None };
            if pushed != *record {
                return None;
            }
            reverse.remove(0);
        }
        if let Header::Range { index, .. } = l.header {
            scope.insert(index);
        }
        scope.extend(l.carried.iter().map(|c| c.param));
        for stmt in &l.body.stmts {
            by_ref::defs(stmt, &mut |v| {
                scope.insert(*v);
            });
        }
        let reverse = self.facts.once(reverse, &scope)?;
        self.gains = true;
        let around = std::mem::replace(&mut self.in_loop, true);
        let reversed = self.rest(reverse);
        self.in_loop = around;
        let sized: Vec<Value> = buffers.iter().map(|buffer| &buffer.memory).chain(shadows).copied().collect();
        let guard = if sized.is_empty() { None } else { Some(unless_small(&read_back(&reversed), &sized)?) };
        let stmts = &mut l.body.stmts;
        stmts.extend(buffers.iter().map(|buffer| unless_resized(buffer.memory, buffer.length)));
        stmts.extend(guard);
        stmts.extend(buffers.iter().map(|buffer| copy(buffer.memory, buffer.after)));
        stmts.extend(reversed);
        stmts.extend(buffers.iter().map(|buffer| copy(buffer.after, buffer.memory)));
        stmts.extend(shadows.iter().map(|shadow| unless_zero(*shadow)));
        Some(Stmt::Loop(Box::new(l)))
    }

    fn buffer(&mut self, memory: Value) -> Buffer {
        let ValueData { name, kind, span, .. } = self.facts.f[memory].clone();
        let length = self.fission.fresh_at(&format!("{name}_len"), Class::Plain, Kind::Integer, span);
        let after = self.fission.fresh_memory(&format!("{name}_after"), kind, span);
        Buffer { memory, length, after }
    }
}

/// What the reverse of a term writes to.
struct Buffer {
    memory: Value,
    /// Its length before the loop.
    length: Value,
    /// Where it is kept as a term has left it. Made once, not for each term.
    after: Value,
}

impl Buffer {
    fn before(&self) -> [Stmt; 2] {
        let copy = Op::Alloc(Alloc::Copy { place: Place::whole(self.memory), method: Some(syn::parse_quote!(clone)) });
        [Stmt::Let { value: self.length, op: Op::Len(Place::whole(self.memory)) }, Stmt::Let { value: self.after, op: copy }]
    }
}

/// Of as many numbers.
fn copy(from: Value, to: Value) -> Stmt {
    let whole = Proj::Range { lo: None, hi: None, inclusive: false };
    Stmt::Memory(Memory::CopyFrom { place: Place { base: to, proj: vec![whole] }, src: Place::whole(from) })
}

/// The records that statements read from their ends.
fn read_back(stmts: &[Stmt]) -> Vec<Value> {
    stmts.iter().filter_map(|stmt| if let Stmt::CursorNew { record, .. } = stmt { Some(*record) } else { None }).collect()
}

/// A callee runs in it.
fn calls(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Call(_)) || stmt.blocks().into_iter().any(|block| block.stmts.iter().any(calls))
}

/// It may do more than compute.
fn is_seen(stmt: &Stmt) -> bool {
    let itself = match stmt {
        Stmt::Observe(opaque) => !opaque.pure_ && !matches!(opaque.expr, syn::Expr::Verbatim(_)),
        Stmt::Let { op: Op::Opaque(opaque) | Op::Alloc(Alloc::Opaque(opaque)), .. } => !opaque.pure_,
        _ => false,
    };
    itself || stmt.blocks().into_iter().any(|block| block.stmts.iter().any(is_seen))
}

/// Memory changes places: what belongs to a name does not stay with it.
fn moves(stmt: &Stmt) -> bool {
    let itself = matches!(stmt, Stmt::Memory(Memory::Assign { .. } | Memory::Swap { .. }) | Stmt::Let { op: Op::Move(_), .. });
    itself || stmt.blocks().into_iter().any(|block| block.stmts.iter().any(moves))
}

/// The shadow that a statement makes.
fn made_zero(stmt: &Stmt) -> Option<Value> {
    match stmt {
        Stmt::Let { value, op: Op::Zeros(_) } => Some(*value),
        _ => None,
    }
}

/// Numbers one beside the other.
fn is_flat(kind: &Kind) -> bool {
    matches!(kind, Kind::Array(element) | Kind::Vec(element) if matches!(**element, Kind::Float | Kind::Integer | Kind::Bool))
}
