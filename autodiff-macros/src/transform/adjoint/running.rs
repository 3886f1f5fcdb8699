//! Running minima and maxima.
//!
//! In `for i in … { best = best.min(f(i)); }`, and in `if d < best { best = d; }`, the result is what one iteration computed: the last that
//! changed `best`. All others have no share in it. So the forward sweep notes the number of that iteration, instead of one choice for
//! each, and the reverse sweep does nothing but the reverse of that one. What it needs beside that is carried to the end of the loop, too
//! (where that is an element of an array, see [`sought`](super::sought)).

use super::Sweep;
use crate::analyze::layout::{BlockId, StmtId};
use crate::ir::visit::by_ref;
use crate::ir::{Block, Branch, Carried, Class, Header, Kind, Loop, On, Op, Opaque, Stmt, Value};
use crate::rules;

/// A loop of which one iteration counts.
#[derive(Clone, Debug)]
pub(super) struct Running {
    /// The statement that chooses between the value so far and a new one.
    pub(super) choice: StmtId,
    /// How it does that.
    pub(super) by: By,
    /// A bool of the loop's body.
    flag: Value,
    /// The value changes if the flag has this value.
    pub(super) changes_if: bool,
    /// Whether any iteration has changed the value, and which was the last one.
    pub(super) found: Value,
    pub(super) last: Value,
    /// What that one has kept, and what holds it after the loop.
    saved: Vec<(Value, Value)>,
    /// Looked for behind the loop.
    pub(super) sought: bool,
}

/// What a [`Running`] chooses by.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    /// `max` or `min`, whose new operand this is.
    Operand(Value),
    /// A branch, whose arm of that number changes the value.
    Arm(usize),
}

impl<'a> Sweep<'a> {
    /// Notes whether one iteration of a loop is all that counts.
    pub(super) fn find_running(&mut self, l: &'a Loop, at: StmtId, home: BlockId) {
        let Header::Range { .. } = l.header else { return };
        if self.record.stepwise.contains(&at) || l.can_stop || l.body.diverges || !l.body.only_observes() {
            return;
        }
        let mut active = l.carried.iter().zip(&l.body.yields).filter(|(c, _)| self.activity.active(c.param));
        let (Some((carried, next)), None) = (active.next(), active.next()) else { return };
        let Some((choice, by)) = self.choice_of(carried, *next, home) else { return };
        if !self.is_used_only_by(carried.param, choice, &l.body, self.first_of(at, 0)) {
            return;
        }
        let (flag, changes_if) = match (self.layout.stmts[choice as usize], by) {
            (Stmt::Branch(Branch { on: On::If(c), .. }), By::Arm(k)) => (*c, k == 0),
            (Stmt::Let { op: Op::Prim { args, .. }, .. }, By::Operand(new)) => {
                let first = self.fresh("first", Class::Plain, Kind::Bool);
                self.choices.insert(choice, first);
                (first, args[0] == new)
            }
            _ => return,
        };
        let found = self.fresh("found", Class::Plain, Kind::Bool);
        let last = self.fresh("last", Class::Plain, Kind::Integer);
        self.running.insert(at, Running { choice, by, flag, changes_if, found, last, saved: Vec::new(), sought: false });
    }

    /// The statement of the loop's body that leaves a carried float as it is or replaces it.
    fn choice_of(&self, carried: &Carried, next: Value, home: BlockId) -> Option<(StmtId, By)> {
        let def = self.layout.def[next.0 as usize].filter(|def| self.layout.block[*def as usize] == home)?;
        let is_float = |v: Value| self.f[v].class == Class::Plain && self.f[v].kind == Kind::Float;
        let by = match self.layout.stmts[def as usize] {
            Stmt::Let { op: Op::Prim { prim, args }, .. } if rules::choice(*prim).is_some() => {
                // The value so far itself, not what is computed from it.
                match args[..] {
                    [a, b] if a == carried.param => By::Operand(b),
                    [a, b] if b == carried.param => By::Operand(a),
                    _ => return None,
                }
            }
            Stmt::Branch(Branch { on: On::If(_), arms, results }) => {
                let k = results.iter().position(|result| *result == next)?;
                let stays = |arm: &Block| !arm.diverges && arm.yields[k] == carried.param;
                let changes = |arm: &Block| !arm.diverges && arm.yields[k] != carried.param;
                let [then, els] = &arms[..] else { return None };
                match (changes(then), stays(els), stays(then), changes(els)) {
                    (true, true, ..) => By::Arm(0),
                    (_, _, true, true) => By::Arm(1),
                    _ => return None,
                }
            }
            _ => return None,
        };
        let new = if let By::Operand(new) = by { new } else { next };
        (new != carried.param && [carried.param, next, new].into_iter().all(is_float)).then_some((def, by))
    }

    /// Whether, apart from what has no derivative, a choice is the only use of a value, and it uses it once. `first`: the number of the
    /// block's first statement.
    fn is_used_only_by(&self, value: Value, choice: StmtId, body: &Block, first: StmtId) -> bool {
        let mut at = first;
        let mut uses = 0;
        for stmt in &body.stmts {
            uses += if at == choice { self.uses_in_choice(stmt, value) } else { self.uses_in(stmt, value) };
            at = self.layout.end[at as usize];
        }
        uses == 1 && !body.yields.contains(&value)
    }

    fn uses_in_choice(&self, stmt: &Stmt, value: Value) -> usize {
        match stmt {
            Stmt::Let { op: Op::Prim { args, .. }, .. } => args.iter().filter(|arg| **arg == value).count(),
            _ => self.uses_in(stmt, value),
        }
    }

    /// Uses of a value in a statement, nested ones included, that may have a derivative.
    fn uses_in(&self, stmt: &Stmt, value: Value) -> usize {
        let harmless = match stmt {
            Stmt::Let { value, .. } => !self.activity.active(*value),
            Stmt::Observe(_) => true,
            _ => false,
        };
        let mut count = 0;
        if !harmless {
            by_ref::uses(stmt, &mut |_, v| count += usize::from(*v == value));
        }
        for block in stmt.blocks() {
            count += block.yields.iter().filter(|v| **v == value).count();
            count += block.stmts.iter().map(|stmt| self.uses_in(stmt, value)).sum::<usize>();
        }
        count
    }

    /// The choice of a loop of which one iteration counts, if statement `at` is one.
    fn running_choice(&self, at: StmtId) -> Option<By> {
        self.running.values().find(|running| running.choice == at).map(|running| running.by)
    }

    /// The reverse of such a choice in the iteration that counts: the new value has it all. False if it is none.
    pub(super) fn reverse_running_choice(&mut self, stmt: &'a Stmt, at: StmtId) -> bool {
        match (self.running_choice(at), stmt) {
            (Some(By::Operand(new)), Stmt::Let { value, .. }) => {
                if let Some(bar) = self.take_adjoint(*value) {
                    self.add_adjoint(new, bar);
                }
                true
            }
            (Some(By::Arm(k)), Stmt::Branch(branch)) => {
                let stmts = self.reverse_arm_alone(branch, k, at);
                stmts.into_iter().for_each(|stmt| self.emit(stmt));
                true
            }
            _ => false,
        }
    }

    /// `if found { let i = last; … }` around the reverse of an iteration. `None`: it needs more than can be carried, so that the loop has to
    /// be reversed step by step, from the next round on.
    pub(super) fn reverse_running(&mut self, l: &'a Loop, at: StmtId, home: BlockId, plain: bool, body: &[Stmt]) -> Option<Stmt> {
        let mut running = self.running.get(&at)?.clone();
        let Header::Range { index, .. } = l.header else { return None };
        let nested = |block: BlockId| block != home && self.layout.within(block, home);
        let records = self.kept.iter().any(|(block, kept)| nested(*block) && !kept.is_empty());
        let kept: Vec<Value> = self.recorded_in(home);
        let is_number = |v: &Value| self.values[v.0 as usize].class == Class::Plain && self.values[v.0 as usize].kind.is_scalar();
        if !plain || records || !kept.iter().all(is_number) {
            if self.record.decided {
                self.stepwise.insert(at);
            }
            self.running.remove(&at);
            return None;
        }
        self.kept.remove(&home);
        running.sought = kept.is_empty() && self.is_sought(&running, index, home);
        if running.sought {
            self.choices.remove(&running.choice);
        }
        let mut stmts = vec![again(index, running.last)];
        for value in kept {
            let (name, kind) = (self.name(value), self.values[value.0 as usize].kind.clone());
            let saved = self.fresh(&name, Class::Plain, kind);
            stmts.push(again(value, saved));
            running.saved.push((value, saved));
        }
        // The adjoint of what the loop starts with is zero, if it has one.
        let constant = |c: &Carried| self.activity.active(c.param) && !self.activity.active(c.init);
        let unread = l.carried.iter().any(constant);
        stmts.extend(body.iter().filter(|stmt| !(unread && matches!(stmt, Stmt::Set { .. }))).cloned());
        let outside = self.layout.block[at as usize];
        for v in [running.found, running.last].into_iter().chain(running.saved.iter().map(|(_, saved)| *saved)) {
            self.keep_in(v, outside);
        }
        let arms = vec![Block { stmts, ..Block::default() }, Block::default()];
        let branch = Branch { on: On::If(running.found), arms, results: Vec::new() };
        self.running.insert(at, running);
        Some(Stmt::Branch(branch))
    }

    /// The forward sweep: what is noted of the last iteration that changed the value, as further carried values with what each
    /// iteration makes of them. Emits into the loop's body, and what they start with before the loop.
    pub(super) fn note_running(&mut self, l: &'a Loop, at: StmtId) -> Vec<(Carried, Value)> {
        let running = self.running.get(&at).filter(|running| !running.sought).cloned();
        let (Some(running), Header::Range { index, lo, .. }) = (running, &l.header) else { return Vec::new() };
        let outside = self.levels.len() - 2;
        let mut noted = Vec::new();
        let start = self.fresh("found", Class::Plain, Kind::Bool);
        self.emit_at(outside, Stmt::Let { value: start, op: constant(&Kind::Bool) });
        let found = Carried { init: start, param: self.fresh("found", Class::Plain, Kind::Bool), result: running.found };
        let expr = if running.changes_if { syn::parse_quote!(found | flag) } else { syn::parse_quote!(found | !flag) };
        let uses = vec![(syn::parse_quote!(found), found.param), (syn::parse_quote!(flag), running.flag)];
        let next = self.let_("found", Kind::Bool, Op::Opaque(Opaque { expr, uses, pure_: true, writes: false }));
        noted.push((found, next));
        let mut note = |sweep: &mut Self, value: Value, result: Value, init: Option<Value>| {
            let (name, kind) = (sweep.name(result), sweep.values[result.0 as usize].kind.clone());
            let init = init.unwrap_or_else(|| {
                let init = sweep.fresh(&name, Class::Plain, kind.clone());
                sweep.emit_at(outside, Stmt::Let { value: init, op: constant(&kind) });
                init
            });
            let param = sweep.fresh(&name, Class::Plain, kind.clone());
            let (yes, no) = if running.changes_if { (value, param) } else { (param, value) };
            let next = sweep.let_(&name, kind, Op::Select(running.flag, yes, no));
            noted.push((Carried { init, param, result }, next));
        };
        note(self, *index, running.last, Some(*lo));
        for (value, saved) in &running.saved {
            note(self, *value, *saved, None);
        }
        noted
    }
}

/// `let value = of;`
fn again(value: Value, of: Value) -> Stmt {
    Stmt::Let { value, op: Op::Move(of) }
}

/// Something to start with.
pub(super) fn constant(kind: &Kind) -> Op {
    let expr = match kind {
        Kind::Float => return Op::Float(0.0),
        Kind::Bool => syn::parse_quote!(false),
        _ => syn::parse_quote!(0),
    };
    Op::Opaque(Opaque { expr, uses: Vec::new(), pure_: true, writes: false })
}
