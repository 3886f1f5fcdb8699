//! Primal values and views in the reverse sweep.
//!
//! What is asked for at statement `at` is provided in the block where it lives, at the point that the reverse sweep has reached: right
//! after the reverse of everything written later. Since the sweep runs backwards, the first request of a value is for its
//! last use; memory that it is recomputed from must not have changed between its definition and there.

use super::Sweep;
use crate::analyze::layout::{Role, StmtId};
use crate::analyze::memory::is_memory;
use crate::analyze::record::{self, Touch};
use crate::ir::{Arg, Block, Branch, Class, Function, Header, Kind, Memory as M, Mode, On, Op, Place, Proj, Stmt, Value};

impl<'a> Sweep<'a> {
    /// Makes the plain value `value` available for the reverse of statement `at`.
    pub(super) fn need(&mut self, value: Value, at: StmtId) {
        if value.0 as usize >= self.f.values.len() {
            return; // A value of the sweep's own: whoever made it has had it kept.
        }
        let home = self.layout.home[value.0 as usize];
        let Some(def) = self.layout.def[value.0 as usize] else { return };
        let level = self.level_of(home);
        if !self.levels[level].present.insert(value) {
            return;
        }
        if let Some(op) = self.counted(value, def, at) {
            self.emit_at(level, Stmt::Let { value, op });
            return;
        }
        if self.count_continues(value, home) || self.at_hand(value, def) {
            return;
        }
        if let Some(result) = self.yielded_as(value)
            && (self.is_present(result) || !self.can_repeat(value, def, at))
        {
            self.need(result, at);
            self.emit_at(level, Stmt::Let { value, op: Op::Move(result) });
            return;
        }
        if let Some(op) = self.layout.op_of(value)
            && (if home == 0 { self.follows(value, op, def, at) } else { self.can_repeat(value, def, at) })
        {
            self.need_operands(op, def, at);
            self.emit_at(level, Stmt::Let { value, op: op.clone() });
        } else {
            self.keep(value);
        }
    }

    /// Whether each iteration would have to record a value for the reverse of statement `at`.
    pub(super) fn would_be_recorded(&self, value: Value, at: StmtId) -> bool {
        let home = self.layout.home[value.0 as usize];
        let Some(def) = self.layout.def[value.0 as usize] else { return false };
        home != 0
            && value.0 < self.f.values.len() as u32
            && !self.is_present(value)
            && !self.at_hand(value, def)
            && !self.can_repeat(value, def, at)
    }

    /// The result of a branch that a value of one of its arms becomes: when that arm ran, they are the same.
    fn yielded_as(&self, value: Value) -> Option<Value> {
        let home = self.layout.home[value.0 as usize];
        let info = self.layout.blocks[home as usize];
        let owner = info.owner.filter(|_| info.role == Role::Arm)?;
        let Stmt::Branch(branch) = self.layout.stmts[owner as usize] else { return None };
        let k = self.layout.nested[owner as usize].iter().position(|block| *block == home)?;
        let yielded = branch.arms[k].yields.iter().position(|v| *v == value)?;
        Some(branch.results[yielded])
    }

    fn is_present(&self, value: Value) -> bool {
        self.levels[self.level_of(self.layout.home[value.0 as usize])].present.contains(&value)
    }

    pub(super) fn can_repeat(&self, value: Value, def: StmtId, at: StmtId) -> bool {
        self.layout.op_of(value).is_some_and(|op| !self.is_read_through_reference(value, op) && self.repeatable(op, def, at))
    }

    /// A number in what a reference refers to, read as often as that is found: it is recorded rather than all of that.
    fn is_read_through_reference(&self, value: Value, op: &Op) -> bool {
        let depth = |v: Value| self.layout.def[v.0 as usize].map(|def| self.layout.depth(def));
        let refers =
            |v: Value| matches!(self.f[v].class, Class::Plain | Class::Owner) && self.f[v].may_refer && depth(v) == depth(value);
        let reads = match op {
            Op::Opaque(opaque) => opaque.uses.iter().any(|(_, v)| refers(*v)),
            Op::Load(place) => {
                let is_field = !place.proj.is_empty() && place.proj.iter().all(|step| matches!(step, Proj::Field(_)));
                is_field && refers(place.base)
            }
            _ => false,
        };
        self.f[value].kind.is_scalar() && reads
    }

    /// Notes that the block where a value lives has to record it (for the function's body: that the closure captures it).
    pub(super) fn keep(&mut self, value: Value) {
        let home = self.layout.home.get(value.0 as usize).copied().unwrap_or(0);
        self.keep_in(value, home);
    }

    pub(super) fn keep_in(&mut self, value: Value, home: u32) {
        self.kept.entry(home).or_default().insert(value);
    }

    /// Loop indices, and what a pattern binds if it is matched again.
    fn at_hand(&self, value: Value, def: StmtId) -> bool {
        match self.layout.stmts[def as usize] {
            Stmt::Loop(l) => {
                matches!(&l.header, Header::Range { index, .. } if *index == value)
                    || (self.layout.home[value.0 as usize] != self.layout.block[def as usize] && self.is_counter(value, l))
            }
            Stmt::Branch(branch) => !self.record.arms.contains(&def) && !branch.results.contains(&value),
            _ => false,
        }
    }

    /// Whether `op`, evaluated by statement `def`, gives the same again at statement `at`.
    fn repeatable(&self, op: &Op, def: StmtId, at: StmtId) -> bool {
        let reloadable = |base: Value, length: bool| self.record.reloadable(self.layout, self.memory, base, def, at, length);
        if !record::repeatable(self.f, op) {
            return false;
        }
        match op {
            Op::Load(place) => reloadable(place.base, false),
            Op::Len(place) => self.fixed_length(place) || reloadable(place.base, true),
            Op::Opaque(opaque) => opaque.uses.iter().all(|(_, v)| !is_memory(self.f, *v) || reloadable(*v, true)),
            _ => true,
        }
    }

    /// References to slices have the length that they were given: only a `Vec` itself can change it, here or in a callee.
    fn fixed_length(&self, place: &Place) -> bool {
        let writes = self.memory.writes(self.memory.class(place.base));
        let base = &self.f[place.base];
        let is_slice = matches!(base.class, Class::View { .. })
            && matches!(&base.kind, Kind::Ref(_, to) if matches!(**to, Kind::Slice(_) | Kind::Array(_)));
        writes.iter().all(|w| {
            let resizing = match self.layout.stmts[w.at as usize] {
                Stmt::Store { .. } => false,
                Stmt::Memory(memory) => match memory {
                    M::Fill { .. } | M::CopyFrom { .. } | M::SwapElements { .. } => false,
                    M::Assign { .. } | M::Swap { .. } | M::Push { .. } => true,
                },
                _ => !is_slice,
            };
            !resizing
        })
    }

    fn need_operands(&mut self, op: &'a Op, def: StmtId, at: StmtId) {
        match op {
            Op::Opaque(opaque) => {
                for (_, v) in &opaque.uses {
                    if is_memory(self.f, *v) {
                        self.need_memory(*v, def, at, false);
                    } else {
                        self.need(*v, at);
                    }
                }
            }
            Op::Prim { args, .. } => args.iter().for_each(|v| self.need(*v, at)),
            Op::Select(c, a, b) => [c, a, b].into_iter().for_each(|v| self.need(*v, at)),
            Op::Load(place) | Op::Len(place) => {
                self.need_place(place, at);
                if matches!(op, Op::Load(_)) {
                    self.touch(place.base, def, false);
                }
                self.name_memory(place.base, at, false);
            }
            _ => {}
        }
    }

    /// Makes the indices and range ends of a place available.
    pub(super) fn need_place(&mut self, place: &Place, at: StmtId) {
        for operand in place.operands().collect::<Vec<_>>() {
            self.need(operand, at);
        }
    }

    /// Makes memory available with the contents that it had right after statement `when`, as a whole.
    pub(super) fn need_memory(&mut self, base: Value, when: StmtId, at: StmtId, mutable: bool) {
        self.touch(base, when, true);
        self.name_memory(base, at, mutable);
    }

    /// Notes that the reverse sweep looks at memory as it was right after statement `at`.
    pub(super) fn touch(&mut self, base: Value, at: StmtId, whole: bool) {
        self.touches.insert(Touch { class: self.memory.class(base), base, at, whole, own: false });
    }

    /// Makes a name for memory available, whatever it holds.
    pub(super) fn name_memory(&mut self, base: Value, at: StmtId, mutable: bool) {
        if mutable {
            self.name_mutably(base);
        }
        let home = self.layout.home[base.0 as usize];
        match self.f[base].class {
            Class::View { .. } => {
                let level = self.level_of(home);
                if self.layout.def[base.0 as usize].is_some() {
                    self.views.insert(base);
                }
                if self.layout.def[base.0 as usize].is_some() && self.levels[level].present.insert(base) {
                    self.derive_view(base, at);
                }
            }
            Class::Owner if self.layout.def[base.0 as usize].is_none() => {
                // A parameter that is given away and then assigned anew is one variable to the forward sweep; one that the function
                // modifies is captured as it became.
                let is_own = self.facts.replaced.contains(&base) || self.f[base].mutable;
                if self.facts.consumed.contains(&base) && is_own {
                    self.rescued.insert(base);
                }
            }
            Class::Owner if !mutable && self.is_made_again(base, at) => self.make_again(base, at),
            Class::Owner => {
                let level = self.level_of(home);
                if !self.levels[level].present.insert(base) && !self.kept.get(&home).is_some_and(|kept| kept.contains(&base)) {
                    return; // Made again.
                }
                self.keep(base);
                if self.facts.consumed.contains(&base) {
                    self.rescued.insert(base);
                }
            }
            Class::Plain | Class::Accumulator | Class::Shadow | Class::Record | Class::Pull => {
                unreachable!("the base of a place is memory")
            }
        }
    }

    /// A value of unknown type that was copied out of memory which holds it again, or cheaply made of such: it need not be recorded.
    fn is_made_again(&self, owner: Value, at: StmtId) -> bool {
        let (home, def) = (self.layout.home[owner.0 as usize], self.layout.def[owner.0 as usize]);
        let (Some(op), Some(def)) = (self.layout.op_of(owner), def) else { return false };
        let is_written = !self.memory.writes(self.memory.class(owner)).is_empty();
        if home == 0 || self.f[owner].kind != Kind::Unknown || is_written {
            return false;
        }
        match op {
            Op::Load(place) => is_copied(self.f, place) && self.repeatable(op, def, at),
            Op::Prim { prim, args } => {
                let at_hand = |v: &Value| match (is_memory(self.f, *v), self.layout.def[v.0 as usize]) {
                    (true, _) => self.is_made_again(*v, at),
                    (false, None) => true,
                    (false, Some(def)) => {
                        self.layout.home[v.0 as usize] == 0
                            || self.is_present(*v)
                            || self.at_hand(*v, def)
                            || self.can_repeat(*v, def, at)
                    }
                };
                prim.cheap() && args.iter().all(at_hand)
            }
            _ => false,
        }
    }

    fn make_again(&mut self, owner: Value, at: StmtId) {
        let level = self.level_of(self.layout.home[owner.0 as usize]);
        if !self.levels[level].present.insert(owner) {
            return;
        }
        let (op, def) = (self.layout.op_of(owner).expect("asked before"), self.layout.def[owner.0 as usize]);
        match op {
            Op::Prim { args, .. } => {
                for v in args {
                    if is_memory(self.f, *v) { self.name_memory(*v, at, false) } else { self.need(*v, at) }
                }
            }
            op => self.need_operands(op, def.expect("asked before"), at),
        }
        self.emit_at(level, Stmt::Let { value: owner, op: op.clone() });
    }

    /// The reverse sweep writes through `base`: its views must be mutable, the owners behind it this pull's own.
    fn name_mutably(&mut self, base: Value) {
        self.rewound.insert(self.memory.class(base));
        self.note_mutable_view(base);
    }

    fn note_mutable_view(&mut self, view: Value) {
        if !matches!(self.f[view].class, Class::View { .. }) || !self.mutable_views.insert(view) {
            return;
        }
        let Some(def) = self.layout.def[view.0 as usize] else { return };
        match self.layout.stmts[def as usize] {
            Stmt::Let { op: Op::Borrow { place, .. }, .. } | Stmt::Split { place, .. } => self.note_mutable_view(place.base),
            Stmt::Branch(branch) => {
                let k = branch.results.iter().position(|r| *r == view).expect("defined by this branch");
                for arm in branch.arms.iter().filter(|arm| !arm.diverges) {
                    self.note_mutable_view(arm.yields[k]);
                }
            }
            _ => {}
        }
    }

    /// Derives a view again, by the user's own expression.
    fn derive_view(&mut self, view: Value, at: StmtId) {
        let def = self.layout.def[view.0 as usize].expect("parameters are there");
        let level = self.level_of(self.layout.home[view.0 as usize]);
        let mutable = self.record.mutable_views.contains(&view);
        match self.layout.stmts[def as usize] {
            Stmt::Let { op: Op::Borrow { place, .. }, .. } => {
                self.need_place(place, at);
                self.name_memory(place.base, at, mutable);
                let place = self.frozen(place, def);
                self.emit_at(level, Stmt::Let { value: view, op: Op::Borrow { mutable, place } });
            }
            Stmt::Split { results, method, place, args } => {
                let mutable = results.iter().any(|r| self.record.mutable_views.contains(r));
                self.need_place(place, at);
                args.iter().for_each(|v| self.need(*v, at));
                self.name_memory(place.base, at, mutable);
                self.levels[level].present.extend(results);
                let method = if mutable { method.clone() } else { shared_name(method) };
                let (results, place, args) = (results.clone(), self.frozen(place, def), args.clone());
                self.emit_at(level, Stmt::Split { results, method, place, args });
            }
            Stmt::Branch(branch) => self.derive_chosen(branch, def, view, at),
            _ => unreachable!("views are defined by borrows, splits and branches"),
        }
    }

    /// Derives the views that a branch chooses, all that are needed in one branch: apart they could seem to overlap.
    fn derive_chosen(&mut self, branch: &'a Branch, def: StmtId, view: Value, at: StmtId) {
        let wanted = |r: &Value| *r == view || self.record.views.contains(r);
        let (indices, results): (Vec<usize>, Vec<Value>) =
            branch.results.iter().copied().enumerate().filter(|(_, r)| wanted(r)).unzip();
        let level = self.level_of(self.layout.home[view.0 as usize]);
        self.levels[level].present.extend(&results);
        let derived = self.mirror_branch(branch, def, at, results.clone(), |sweep, arm| {
            let yields: Vec<Value> = indices.iter().map(|k| arm.yields[*k]).collect();
            for (result, yielded) in results.iter().zip(&yields) {
                let mutable = sweep.record.mutable_views.contains(result);
                sweep.name_memory(*yielded, at, mutable);
            }
            yields
        });
        self.emit_at(level, derived);
    }

    /// The same choice as a branch of the forward sweep, whose arms yield what `yielded` derives.
    pub(super) fn mirror_branch(
        &mut self,
        branch: &'a Branch,
        def: StmtId,
        at: StmtId,
        results: Vec<Value>,
        mut yielded: impl FnMut(&mut Self, &'a Block) -> Vec<Value>,
    ) -> Stmt {
        let home = self.layout.block[def as usize];
        // The arms hang off the block of the branch, not off the block that asks.
        let inner = self.levels.split_off(self.level_of(home) + 1);
        let on = self.on_again(branch, def, at);
        let mut arms = Vec::new();
        for (k, arm) in branch.arms.iter().enumerate() {
            if arm.diverges {
                arms.push(Block { diverges: true, ..Block::default() });
                continue;
            }
            self.open(self.layout.nested[def as usize][k]);
            let yields = yielded(self, arm);
            let stmts = self.close().stmts;
            arms.push(Block { stmts, yields, diverges: false });
        }
        self.levels.extend(inner);
        Stmt::Branch(Branch { on, arms, results })
    }

    /// What a branch tested, for testing it again.
    pub(super) fn on_again(&mut self, branch: &'a Branch, def: StmtId, at: StmtId) -> On {
        if self.record.arms.contains(&def) {
            let arm = self.arm_value(def);
            return On::Arm { arm, values: vec![None; branch.arms.len()] };
        }
        match &branch.on {
            On::If(c) => self.need(*c, at),
            On::Match { scrutinee, patterns } => {
                match is_memory(self.f, *scrutinee) {
                    true => self.need_memory(*scrutinee, def, at, false),
                    false => self.need(*scrutinee, at),
                }
                for (_, v) in patterns.iter().filter_map(|p| p.guard.as_ref()).flat_map(|g| &g.uses) {
                    let bound = patterns.iter().any(|p| p.binds.iter().any(|(_, b)| b == v));
                    match is_memory(self.f, *v) {
                        _ if bound => {}
                        true => self.need_memory(*v, def, at, false),
                        false => self.need(*v, at),
                    }
                }
            }
            On::Arm { .. } => unreachable!("not in user programs"),
        }
        branch.on.clone()
    }

    /// The recorded arm of a branch, kept in the block of the branch.
    pub(super) fn arm_value(&mut self, def: StmtId) -> Value {
        if let Some(arm) = self.arms.get(&def) {
            return *arm;
        }
        let arm = self.fresh("arm", Class::Plain, Kind::Passive);
        self.arms.insert(def, arm);
        self.keep_in(arm, self.layout.block[def as usize]);
        arm
    }

    /// Makes the arguments of a call available for its pullback.
    pub(super) fn need_args(&mut self, args: &'a [Arg], at: StmtId) {
        for arg in args {
            match arg {
                Arg::Value(v) if is_memory(self.f, *v) => self.need_memory(*v, at, at, false),
                // The pullback has its own copies of scalars.
                Arg::Value(v) if self.f[*v].kind.is_scalar() => {}
                Arg::Value(v) => self.need(*v, at),
                Arg::Borrow { mutable, place } => {
                    self.need_place(place, at);
                    self.need_memory(place.base, at, at, *mutable);
                }
            }
        }
    }

    /// Numbers that a function value is handed again.
    pub(super) fn need_numbers(&mut self, args: &'a [Arg], at: StmtId) {
        for arg in args {
            match arg {
                Arg::Value(v) if !is_memory(self.f, *v) && self.f[*v].kind.is_scalar() => self.need(*v, at),
                Arg::Value(_) | Arg::Borrow { .. } => {}
            }
        }
    }

    /// Whether a block's values are recorded by an enclosing arm (rather than by an iteration).
    pub(super) fn is_arm(&self, block: u32) -> bool {
        self.layout.blocks[block as usize].role == Role::Arm
    }

    /// Whether a parameter is passed by value.
    pub(super) fn by_value(&self, value: Value) -> bool {
        self.f.params.iter().any(|p| p.value == value && matches!(p.mode, Mode::Copy | Mode::Move))
    }
}

/// What is read by value out of this place is `Copy`: nothing can be moved out of what is borrowed or indexed.
fn is_copied(f: &Function, place: &Place) -> bool {
    matches!(f[place.base].class, Class::View { .. })
        || place.proj.iter().any(|step| matches!(step, Proj::Index(_) | Proj::Deref))
}

/// The method that gives shared views where this one gives mutable ones.
pub(super) fn shared_name(method: &syn::Ident) -> syn::Ident {
    let name = method.to_string();
    let shared = name.replace("_mut", "");
    syn::Ident::new(&shared, method.span())
}
