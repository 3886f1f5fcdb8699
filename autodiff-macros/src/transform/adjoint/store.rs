//! Writes to memory.
//!
//! The reverse of a write first puts back what it overwrote (if anybody looks at it: Note [rewound memory]), then takes the adjoint out of
//! the shadow place, which leaves zero for the value that was overwritten, and hands it to the value written.

use super::{Sweep, replaces_shape};
use crate::analyze;
use crate::analyze::layout::StmtId;
use crate::analyze::memory::is_memory;
use crate::analyze::record::Touch;
use crate::ir::{Alloc, Class, Kind, Memory, Mode, Op, Param, Place, Proj, Shape, Stmt, Value};

impl<'a> Sweep<'a> {
    /// The reverse of `place = value;`.
    pub(super) fn reverse_store(&mut self, place: &'a Place, value: Value, at: StmtId) {
        self.read_back(place, value, at);
        if self.undone(place.base, at) && !self.bulk.contains_key(&at) {
            let old = self.old(place.base, value, at);
            self.need_place(place, at);
            self.name_memory(place.base, at, true);
            self.emit(Stmt::Store { place: place.clone(), value: old, old: None });
        }
        if !self.activity.active(place.base) {
            return;
        }
        let place = self.shadow_place(place, at);
        if !self.activity.active(value) {
            self.emit(Stmt::ShadowClear(place));
        } else if is_memory(self.f, value) {
            let own = self.shadow(value, at);
            self.emit(Stmt::ShadowAddFrom { to: Place::whole(own), from: place, take: true });
        } else {
            self.take_into(place, value);
        }
    }

    /// A value that would have to be kept, and that a statement of its own block stores, is read back from there.
    fn read_back(&mut self, place: &'a Place, value: Value, at: StmtId) {
        let home = self.layout.block[at as usize];
        let own = self.own_element(place, at);
        if home == 0
            || !self.record.wanted.contains(&value)
            || self.layout.home[value.0 as usize] != home
            || !self.record.holds(self.layout, self.memory, place.base, at, own)
            || self.layout.def[value.0 as usize].is_none()
            || !self.is_as_stored(value)
        {
            return;
        }
        let level = self.level_of(home);
        if self.levels[level].present.insert(value) {
            self.need_place(place, at);
            let class = self.memory.class(place.base);
            self.touches.insert(Touch { class, base: place.base, at, whole: false, own });
            self.name_memory(place.base, at, false);
            self.emit(Stmt::Let { value, op: Op::Load(place.clone()) });
        }
    }

    /// A number, or something of unknown type that nothing is written to before it is moved into its place.
    fn is_as_stored(&self, value: Value) -> bool {
        if !is_memory(self.f, value) {
            return true;
        }
        let written = |at: StmtId| analyze::memory::writes(&self.f.values, self.layout.stmts[at as usize]);
        let mut written = self.memory.writes(self.memory.class(value)).iter().flat_map(|write| written(write.at));
        self.f[value].kind == Kind::Unknown
            && !written.any(|(base, _)| self.memory.roots(self.f, self.layout, base).contains(&value))
    }

    /// Whether each run of a store writes to another element: the only loop that the memory outlives counts the index.
    fn own_element(&self, place: &Place, at: StmtId) -> bool {
        let Some((Proj::Index(index), around)) = place.proj.split_last() else { return false };
        if !around.iter().all(|step| matches!(step, Proj::Field(_))) {
            return false;
        }
        let birth = self.memory.birth(self.memory.class(place.base));
        let outlived = |l: &StmtId| self.layout.within(self.layout.block[*l as usize], birth);
        let loops: Vec<StmtId> = self.layout.loops_around(at).filter(outlived).collect();
        let [only] = loops[..] else { return false };
        let Stmt::Loop(l) = self.layout.stmts[only as usize] else { return false };
        matches!(l.header, crate::ir::Header::Range { index: counted, .. } if counted == *index)
    }

    /// Whether the reverse sweep puts back what statement `at` overwrites in the memory of `base`.
    pub(super) fn undone(&self, base: Value, at: StmtId) -> bool {
        self.record.undone(self.layout, self.memory, self.memory.class(base), at)
    }

    /// The overwritten element, recorded where the write stands.
    fn old(&mut self, base: Value, like: Value, at: StmtId) -> Value {
        if let Some(old) = self.olds.get(&at) {
            return *old;
        }
        let name = format!("{}_saved", self.name(base));
        let (class, kind) = (self.f[like].class, self.f[like].kind.clone());
        let old = self.fresh(&name, class, kind);
        self.olds.insert(at, old);
        self.keep_in(old, self.layout.block[at as usize]);
        old
    }

    /// A copy of a range that is overwritten, recorded where the write stands.
    fn copy(&mut self, base: Value, at: StmtId) -> Value {
        if let Some(copy) = self.copies.get(&at) {
            return *copy;
        }
        let name = format!("{}_saved", self.name(base));
        let copy = self.fresh(&name, Class::Owner, Kind::Vec(Box::new(Kind::Float)));
        self.copies.insert(at, copy);
        self.keep_in(copy, self.layout.block[at as usize]);
        copy
    }

    /// At the end of the reverse sweep: the caller's memory is as it was before the call, where it has not been rewound.
    pub(super) fn give_back(&mut self) {
        let copied = |p: &&Param| p.mode == Mode::Mut && self.record.copied.contains(&self.memory.class(p.value));
        for param in self.f.params.iter().filter(copied) {
            let name = format!("{}_saved", self.name(param.value));
            let copy = self.fresh(&name, Class::Owner, Kind::Vec(Box::new(Kind::Float)));
            self.lent.push((param.value, copy));
            self.keep_in(copy, 0);
            self.emit(Stmt::Memory(Memory::CopyFrom { place: Place::whole(param.value), src: Place::whole(copy) }));
        }
    }

    /// At the start of the forward sweep: copies for [`Sweep::give_back`].
    pub(super) fn copy_lent(&mut self) {
        for (param, copy) in self.lent.clone() {
            let op = self.saved(Place::whole(param));
            self.emit(Stmt::Let { value: copy, op });
        }
    }

    /// A copy of an array that is put back and otherwise not looked at.
    pub(super) fn saved(&self, place: Place) -> Op {
        let mut kind = &self.f[place.base].kind;
        while let Kind::Ref(_, to) = kind {
            kind = to;
        }
        let is_floats = matches!(kind, Kind::Array(elem) | Kind::Slice(elem) | Kind::Vec(elem) if **elem == Kind::Float);
        let ranges = place.proj.iter().all(|step| matches!(step, Proj::Range { .. } | Proj::Deref));
        let method: syn::Ident = if is_floats && ranges { syn::parse_quote!(saved) } else { syn::parse_quote!(to_vec) };
        Op::Alloc(Alloc::Copy { place, method: Some(method) })
    }

    /// The reverse of a write to a whole.
    pub(super) fn reverse_memory(&mut self, memory: &'a Memory, at: StmtId) {
        match memory {
            Memory::Assign { place, src, .. } => self.reverse_assign(place, *src, at),
            Memory::Fill { place, value } => self.reverse_fill(place, *value, at),
            Memory::CopyFrom { place, src } => {
                self.restore_range(place, at);
                if self.activity.active(place.base) {
                    let from = self.shadow_place(place, at);
                    if self.activity.active(src.base) {
                        let to = self.shadow_place(src, at);
                        let (to, from) = (self.as_slice(to), self.as_slice(from));
                        self.emit(Stmt::ShadowAddFrom { to, from, take: true });
                    } else {
                        self.emit(Stmt::ShadowClear(from));
                    }
                }
            }
            Memory::Swap { a, b } => {
                let swap = |a, b| Stmt::Memory(Memory::Swap { a, b });
                self.reverse_swap(a.base, &[a, b], at, |places| {
                    let [a, b] = places.try_into().expect("two places");
                    swap(a, b)
                });
            }
            Memory::SwapElements { place, i, j } => {
                self.need(*i, at);
                self.need(*j, at);
                let (i, j) = (*i, *j);
                self.reverse_swap(place.base, &[place], at, |places| {
                    let [place] = places.try_into().expect("one place");
                    Stmt::Memory(Memory::SwapElements { place, i, j })
                });
            }
            Memory::Push { place, value } => self.reverse_push(place, *value, at),
        }
    }

    /// A swap is its own reverse, on the primal and on the shadows.
    fn reverse_swap(&mut self, base: Value, places: &[&'a Place], at: StmtId, swap: impl Fn(Vec<Place>) -> Stmt) {
        if self.undone(base, at) {
            for place in places {
                self.need_place(place, at);
                self.name_memory(place.base, at, true);
            }
            self.emit(swap(places.iter().map(|p| (*p).clone()).collect()));
        }
        if self.activity.active(base) {
            let shadows = places.iter().map(|p| self.shadow_place(p, at)).collect();
            self.emit(swap(shadows));
        }
    }

    fn reverse_assign(&mut self, place: &'a Place, src: Value, at: StmtId) {
        let active = self.activity.active(place.base);
        // What is owned may get another length: then its shadow is replaced, and the old shape is needed.
        let replaced = active && replaces_shape(self.f, place, src) && !self.has_slot(place.base);
        let whole = replaced && place.proj.is_empty();
        let old = (replaced || self.undone(place.base, at)).then(|| self.old(place.base, src, at));
        if !place.proj.is_empty() {
            self.read_back(place, src, at);
        }
        if let Some(old) = old.filter(|_| whole || self.undone(place.base, at)) {
            self.need_place(place, at);
            self.name_memory(place.base, at, true);
            let copy = self.fresh("t", Class::Owner, self.f[src].kind.clone());
            let method = Some(syn::parse_quote!(clone));
            self.emit(Stmt::Let { value: copy, op: Op::Alloc(Alloc::Copy { place: Place::whole(old), method }) });
            self.emit(Stmt::Memory(Memory::Assign { place: place.clone(), src: copy, old: None }));
        }
        if let Some(old) = old.filter(|_| replaced) {
            self.replace_shadow(place, old, src, at);
        } else if active {
            let from = self.shadow_place(place, at);
            if self.activity.active(src) {
                let own = self.shadow(src, at);
                self.emit(Stmt::ShadowAddFrom { to: Place::whole(own), from, take: true });
            } else {
                self.emit(Stmt::ShadowClear(from));
            }
        }
    }

    /// The shadow of what was moved in is moved back out; zeros of the old shape take its place.
    fn replace_shadow(&mut self, place: &Place, old: Value, src: Value, at: StmtId) {
        let shadow = self.shadow_place(place, at);
        let zeros = self.fresh("t", Class::Shadow, self.f[src].kind.clone());
        self.emit(Stmt::Let { value: zeros, op: Op::Zeros(Shape::Like(Place::whole(old))) });
        let name = self.bar_name(src);
        let back = self.fresh(&name, Class::Shadow, self.f[src].kind.clone());
        self.values[back.0 as usize].mutable = self.facts.replaced.contains(&src);
        self.owned_shadows.insert(back);
        self.emit(Stmt::Memory(Memory::Assign { place: shadow, src: zeros, old: Some(back) }));
        if self.activity.active(src) {
            self.alias_shadow(src, Place::whole(back), at);
        }
    }

    /// Whether the shadow of an owner is the caller's.
    fn has_slot(&self, owner: Value) -> bool {
        self.levels.iter().any(|level| level.shadows.get(&owner).is_some_and(|s| self.optional(*s)))
    }

    fn reverse_fill(&mut self, place: &'a Place, value: Value, at: StmtId) {
        self.restore_range(place, at);
        if !self.activity.active(place.base) {
            return;
        }
        let shadow = self.shadow_place(place, at);
        if !self.activity.active(value) {
            self.emit(Stmt::ShadowClear(shadow));
            return;
        }
        // Of the memory itself: its shadow may not be there.
        self.name_memory(place.base, at, false);
        let len = self.let_("len", Kind::Integer, Op::Len(place.clone()));
        self.for_each_element(len, |sweep, k| {
            let mut element = shadow;
            element.proj.push(Proj::Index(k));
            sweep.take_into(element, value);
        });
    }

    /// Puts back a range that was overwritten as a whole.
    fn restore_range(&mut self, place: &'a Place, at: StmtId) {
        if self.undone(place.base, at) {
            let saved = self.copy(place.base, at);
            self.need_place(place, at);
            self.name_memory(place.base, at, true);
            self.emit(Stmt::Memory(Memory::CopyFrom { place: place.clone(), src: Place::whole(saved) }));
        }
    }

    /// The shadow has the final length from the start.
    fn reverse_push(&mut self, place: &'a Place, value: Value, at: StmtId) {
        if !self.activity.active(place.base) {
            return;
        }
        let shadow = self.shadow(place.base, at);
        if self.optional(shadow) {
            self.stuck.insert(at);
            return;
        }
        let back = self.length_before(place, at);
        let mut element = self.shadow_place(place, at);
        element.proj.push(Proj::Index(back));
        if !self.activity.active(value) {
            self.emit(Stmt::ShadowClear(element));
        } else if is_memory(self.f, value) {
            self.alias_shadow(value, element, at);
        } else {
            self.take_into(element, value);
        }
    }
}
