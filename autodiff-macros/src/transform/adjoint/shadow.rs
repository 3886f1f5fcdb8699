//! Shadows of memory in the reverse sweep.
//!
//! An owner's shadow is a zero-initialised owner of cells, made where the owner lives, when it is first asked for; a view's shadow is
//! the view's own expression on the shadow of what it looks into, `mut` dropped. What an owner is moved into has its shadow: there
//! they are one.

use super::Sweep;
use super::need::shared_name;
use crate::analyze::layout::StmtId;
use crate::ir::{Alloc, Class, Kind, ListForm, Memory as M, Op, Place, Proj, Shape, Stmt, Value};

impl<'a> Sweep<'a> {
    /// The shadow of memory, available in the innermost block.
    pub(super) fn shadow(&mut self, base: Value, at: StmtId) -> Value {
        let level = self.level_of(self.layout.home[base.0 as usize]);
        if let Some(shadow) = self.levels[level].shadows.get(&base) {
            return *shadow;
        }
        match self.f[base].class {
            Class::Owner => self.new_shadow(base, at),
            Class::View { .. } if self.layout.def[base.0 as usize].is_none() => self.new_shadow(base, at),
            Class::View { .. } => self.mirror_view(base, at),
            Class::Plain | Class::Accumulator | Class::Shadow | Class::Record | Class::Pull => {
                unreachable!("only memory has a shadow")
            }
        }
    }

    /// From here on, `shadow` is the shadow of `memory`.
    pub(super) fn set_shadow(&mut self, level: usize, memory: Value, shadow: Value) {
        self.levels[level].shadows.insert(memory, shadow);
        self.shadow_classes.insert(shadow, self.memory.class(memory));
    }

    /// The same place in the shadow.
    pub(super) fn shadow_place(&mut self, place: &Place, at: StmtId) -> Place {
        self.need_place(place, at);
        let base = self.shadow(place.base, at);
        let proj = place.proj.iter().filter(|p| !matches!(p, Proj::Deref)).cloned().collect();
        Place { base, proj }
    }

    /// A zero shadow for an owner (or for a constant parameter that shares a class with active memory).
    fn new_shadow(&mut self, owner: Value, at: StmtId) -> Value {
        let level = self.level_of(self.layout.home[owner.0 as usize]);
        let shadow = self.zeros(level, owner, at);
        self.values[shadow.0 as usize].mutable = self.facts.replaced.contains(&owner);
        self.set_shadow(level, owner, shadow);
        shadow
    }

    fn zeros(&mut self, level: usize, owner: Value, at: StmtId) -> Value {
        let shape = self.shape(owner, at);
        let name = self.bar_name(owner);
        // The zeros of a slice are a `Vec`.
        let kind = match &self.f[owner].kind {
            Kind::Ref(_, to) => match &**to {
                Kind::Slice(elem) => Kind::Vec(elem.clone()),
                other => other.clone(),
            },
            other => other.clone(),
        };
        let shadow = self.fresh(&name, Class::Shadow, kind);
        self.emit_at(level, Stmt::Let { value: shadow, op: Op::Zeros(shape) });
        self.owned_shadows.insert(shadow);
        self.shadow_classes.insert(shadow, self.memory.class(owner));
        shadow
    }

    /// The shadow of an owner as something that can be moved into a tuple: what is a reference into another shadow is taken from there.
    pub(super) fn movable_shadow(&mut self, owner: Value, at: StmtId) -> Value {
        let shadow = self.shadow(owner, at);
        if self.owned_shadows.contains(&shadow) {
            return shadow;
        }
        let own = self.zeros(self.levels.len() - 1, owner, at);
        self.take_from(own, Place::whole(shadow));
        own
    }

    /// The shape of an owner's shadow, if possible without the owner itself.
    fn shape(&mut self, owner: Value, at: StmtId) -> Shape {
        let plain = |sweep: &Self, v: Value| sweep.f[v].class == Class::Plain;
        match self.layout.op_of(owner) {
            Some(Op::Alloc(Alloc::Scalar(_))) => Shape::Float,
            Some(Op::Alloc(Alloc::Repeat { elem, len, vec })) if plain(self, *elem) && !(*vec && self.resized(owner)) => {
                self.need(*len, at);
                if *vec { Shape::Vec(*len) } else { Shape::Array(*len) }
            }
            Some(Op::Alloc(Alloc::List { elems, form }))
                if elems.iter().all(|e| plain(self, *e) && self.f[*e].kind == Kind::Float)
                    && !(*form == ListForm::Vec && self.resized(owner)) =>
            {
                Shape::List(elems.len(), *form)
            }
            _ => {
                self.name_memory(owner, at, false);
                Shape::Like(Place::whole(owner))
            }
        }
    }

    /// Whether the memory may get another length than it was made with.
    fn resized(&self, owner: Value) -> bool {
        self.memory.writes(self.memory.class(owner)).iter().any(|w| match self.layout.stmts[w.at as usize] {
            Stmt::Store { .. } => false,
            Stmt::Memory(memory) => match memory {
                M::Fill { .. } | M::CopyFrom { .. } | M::SwapElements { .. } => false,
                M::Assign { .. } | M::Swap { .. } | M::Push { .. } => true,
            },
            _ => true,
        })
    }

    /// A view's own expression, on shadows.
    fn mirror_view(&mut self, view: Value, at: StmtId) -> Value {
        let def = self.layout.def[view.0 as usize].expect("parameters have slots");
        let level = self.level_of(self.layout.home[view.0 as usize]);
        match self.layout.stmts[def as usize] {
            Stmt::Let { op: Op::Borrow { place, .. }, .. } => {
                let place = self.frozen(place, def);
                let place = self.shadow_place(&place, at);
                let shadow = self.shadow_reference(view, self.optional(place.base));
                self.emit_at(level, Stmt::Let { value: shadow, op: Op::Borrow { mutable: false, place } });
                shadow
            }
            Stmt::Split { results, method, place, args } => {
                args.iter().for_each(|v| self.need(*v, at));
                let place = self.frozen(place, def);
                let place = self.shadow_place(&place, at);
                let optional = self.optional(place.base);
                let shadows = results.iter().map(|r| self.shadow_reference(*r, optional)).collect::<Vec<_>>();
                let k = results.iter().position(|r| *r == view).expect("defined by this split");
                let (method, args) = (shared_name(method), args.clone());
                let shadow = shadows[k];
                self.emit_at(level, Stmt::Split { results: shadows, method, place, args });
                shadow
            }
            Stmt::Branch(branch) => {
                let k = branch.results.iter().position(|r| *r == view).expect("defined by this branch");
                let shadow = self.shadow_reference(view, false);
                let mut optional = false;
                let mirrored = self.mirror_branch(branch, def, at, vec![shadow], |sweep, arm| {
                    let yielded = sweep.shadow(arm.yields[k], at);
                    optional |= sweep.optional(yielded);
                    vec![sweep.by_reference(yielded, arm.yields[k])]
                });
                self.values[shadow.0 as usize].optional = optional;
                self.emit_at(level, mirrored);
                shadow
            }
            _ => unreachable!("views are defined by borrows, splits and branches"),
        }
    }

    /// A shadow that a branch yields must be a reference, as the view is.
    fn by_reference(&mut self, shadow: Value, view: Value) -> Value {
        if matches!(self.f[view].class, Class::View { .. }) {
            return shadow;
        }
        let reference = self.fresh_like_shadow(shadow);
        self.emit(Stmt::Let { value: reference, op: Op::Borrow { mutable: false, place: Place::whole(shadow) } });
        reference
    }

    fn shadow_reference(&mut self, view: Value, optional: bool) -> Value {
        let name = self.bar_name(view);
        let shadow = self.fresh(&name, Class::Shadow, self.f[view].kind.clone());
        self.values[shadow.0 as usize].optional = optional;
        let level = self.level_of(self.layout.home[view.0 as usize]);
        self.set_shadow(level, view, shadow);
        shadow
    }

    fn fresh_like_shadow(&mut self, shadow: Value) -> Value {
        let data = self.values[shadow.0 as usize].clone();
        let value = self.fresh(&data.name, Class::Shadow, data.kind);
        self.values[value.0 as usize].optional = data.optional;
        value
    }

    /// The owner's memory went into `place` of a shadow, at the statement that is being reversed: from here backwards, that is its shadow.
    /// If something after the move has already asked for a shadow of its own (a copy), the two are added.
    pub(super) fn alias_shadow(&mut self, owner: Value, place: Place, at: StmtId) {
        let level = self.level_of(self.layout.home[owner.0 as usize]);
        let shared = level + 1 < self.levels.len() || self.levels[level].shadows.contains_key(&owner);
        if shared || (self.by_value(owner) && self.f[owner].class == Class::Owner) {
            let own = self.shadow(owner, at);
            self.take_from(own, place);
            return;
        }
        // A shadow of which parts are replaced is not borrowed.
        let replaced = self.values[place.base.0 as usize].mutable;
        let optional = self.optional(place.base);
        if place.proj.is_empty() && !self.facts.replaced.contains(&owner) {
            self.set_shadow(level, owner, place.base);
            return;
        }
        if replaced || self.facts.replaced.contains(&owner) {
            let own = self.shadow(owner, at);
            self.take_from(own, place);
            return;
        }
        let alias = self.shadow_reference(owner, optional);
        if let (Some(Proj::Range { .. }), Kind::Vec(elem)) = (place.proj.last(), &self.f[owner].kind) {
            self.values[alias.0 as usize].kind = Kind::Slice(elem.clone());
        }
        self.emit(Stmt::Let { value: alias, op: Op::Borrow { mutable: false, place } });
    }

    /// The shadow of a `Vec` is a part of the shadow of a longer one.
    pub(super) fn is_part(&self, shadow: Value) -> bool {
        matches!(self.values[shadow.0 as usize].kind, Kind::Slice(_))
    }

    /// Moves the adjoint in `from` to the shadow `to`, as slices if `from` is one.
    pub(super) fn take_from(&mut self, to: Value, from: Place) {
        let mut to = Place::whole(to);
        let is_part = from.proj.is_empty() && self.is_part(from.base) && !self.is_part(to.base);
        if is_part || matches!(from.proj.last(), Some(Proj::Range { .. })) {
            to.proj.push(Proj::Range { lo: None, hi: None, inclusive: false });
        }
        self.emit(Stmt::ShadowAddFrom { to, from, take: true });
    }
}
