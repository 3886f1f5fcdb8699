//! `if` and `match`.
//!
//! The reverse runs the reverse of the arm that ran. Which one that was is tested again if that is possible and no arm had to record
//! anything; otherwise the forward sweep yields one more value, `ArmN::K((recorded…))`.

use super::Sweep;
use crate::analyze::Layout;
use crate::analyze::layout::StmtId;
use crate::analyze::memory::is_memory;
use crate::ir::{Block, Branch, Class, Function, Kind, On, Op, Place, Stmt, Value};
use std::collections::BTreeSet;

/// Branches whose test cannot be made again: on a value that may hold a reference, which a pullback does not capture.
pub(super) fn of_references(f: &Function, layout: &Layout<'_>) -> BTreeSet<StmtId> {
    let holds_reference = |stmt: &&Stmt| match stmt {
        Stmt::Branch(Branch { on: On::Match { scrutinee, .. }, .. }) => {
            matches!(f[*scrutinee].class, Class::Plain | Class::Owner) && f[*scrutinee].may_refer
        }
        _ => false,
    };
    (0..).zip(&layout.stmts).filter(|(_, stmt)| holds_reference(stmt)).map(|(at, _)| at).collect()
}

impl<'a> Sweep<'a> {
    /// The reverse of a branch.
    pub(super) fn reverse_branch(&mut self, branch: &'a Branch, at: StmtId) {
        let bars = self.result_adjoints(branch, at);
        let mut arms = Vec::new();
        for (k, arm) in branch.arms.iter().enumerate() {
            let stmts = if arm.diverges { Vec::new() } else { self.reverse_arm(branch, arm, k, &bars, at) };
            arms.push(Block { stmts, yields: Vec::new(), diverges: false });
        }
        if arms.iter().all(|arm| arm.stmts.is_empty()) {
            return;
        }
        let on = self.on_again(branch, at, at);
        self.emit(Stmt::Branch(Branch { on, arms, results: Vec::new() }));
    }

    /// The reverse of the arm that is known to have run.
    pub(super) fn reverse_arm_alone(&mut self, branch: &'a Branch, k: usize, at: StmtId) -> Vec<Stmt> {
        let bars = self.result_adjoints(branch, at);
        self.reverse_arm(branch, &branch.arms[k], k, &bars, at)
    }

    fn result_adjoints(&mut self, branch: &'a Branch, at: StmtId) -> Vec<Option<Value>> {
        branch.results.iter().map(|r| self.result_adjoint(*r, at)).collect()
    }

    /// For a plain result its adjoint, for an owner its shadow; views have none of their own.
    fn result_adjoint(&mut self, result: Value, at: StmtId) -> Option<Value> {
        if !self.activity.active(result) {
            return None;
        }
        match self.f[result].class {
            Class::Plain => self.take_adjoint(result),
            Class::Owner => Some(self.shadow(result, at)),
            _ => None,
        }
    }

    fn reverse_arm(&mut self, branch: &'a Branch, arm: &'a Block, k: usize, bars: &[Option<Value>], at: StmtId) -> Vec<Stmt> {
        let home = self.layout.nested[at as usize][k];
        self.open(home);
        for ((result, yielded), bar) in branch.results.iter().zip(&arm.yields).zip(bars) {
            match bar {
                Some(bar) if is_memory(self.f, *result) => self.alias_shadow(*yielded, Place::whole(*bar), at),
                Some(bar) => self.add_adjoint(*yielded, *bar),
                None => {}
            }
        }
        let first = self.first_of(at, k);
        self.reverse_block(arm, home, first);
        self.close().stmts
    }

    /// The number of the first statement of the `k`-th block nested in statement `at`.
    pub(super) fn first_of(&self, at: StmtId, k: usize) -> StmtId {
        let before = self.layout.stmts[at as usize].blocks().into_iter().take(k);
        before.fold(at + 1, |first, block| block.stmts.iter().fold(first, |id, _| self.layout.end[id as usize]))
    }

    /// Branches whose arms record something.
    pub(super) fn recorded_arms(&self) -> BTreeSet<StmtId> {
        let recording = |block: &u32| self.kept.get(block).is_some_and(|kept| !kept.is_empty()) && self.is_arm(*block);
        let owner = |block: u32| self.layout.blocks[block as usize].owner.expect("an arm belongs to a branch");
        self.kept.keys().copied().filter(|b| recording(b)).map(owner).collect()
    }

    /// The forward sweep of a branch: arms yield what they record.
    pub(super) fn forward_branch(&mut self, branch: &'a Branch, at: StmtId) -> Stmt {
        let of = branch.arms.iter().filter(|arm| !arm.diverges).count();
        let recorded = self.arms.get(&at).copied();
        let mut index = 0;
        let mut arms = Vec::new();
        for (k, arm) in branch.arms.iter().enumerate() {
            let home = self.layout.nested[at as usize][k];
            let first = self.first_of(at, k);
            self.open(home);
            self.forward_block(arm, home, first);
            let mut yields: Vec<Value> = arm.yields.iter().map(|v| self.consume(*v)).collect();
            if recorded.is_some() && !arm.diverges {
                let values = self.recorded_in(home);
                yields.push(self.let_("arm", Kind::Passive, Op::Arm { index, of, values }));
                index += 1;
            }
            arms.push(Block { stmts: self.close().stmts, yields, diverges: arm.diverges });
        }
        let results = branch.results.iter().copied().chain(recorded).collect();
        Stmt::Branch(Branch { on: branch.on.clone(), arms, results })
    }

    /// For the reverse of a branch with recorded arms: what each arm's record holds.
    pub(super) fn fill_arm(&self, on: &mut On) {
        let On::Arm { arm, values } = on else { return };
        let Some((at, _)) = self.arms.iter().find(|(_, v)| *v == arm) else { return };
        let Stmt::Branch(branch) = self.layout.stmts[*at as usize] else { return };
        for (k, block) in branch.arms.iter().enumerate() {
            let home = self.layout.nested[*at as usize][k];
            values[k] = (!block.diverges).then(|| self.recorded_in(home));
        }
    }
}
