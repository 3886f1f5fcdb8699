//! `let`: primitives, loads, new memory.

use super::Sweep;
use crate::analyze::layout::StmtId;
use crate::analyze::memory::is_memory;
use crate::ir::{Alloc, Class, Construct, Header, Kind, ListForm, Loop, Op, Opaque, Place, Proj, Stmt, Value};
use crate::rules::{self, Prim};
use proc_macro2::Span;

impl<'a> Sweep<'a> {
    /// The reverse of `let value = op;`.
    pub(super) fn reverse_let(&mut self, value: Value, op: &'a Op, at: StmtId) {
        if !self.activity.active(value) {
            return;
        }
        match op {
            Op::Prim { prim, args } if self.unknown(value) || args.iter().any(|a| self.unknown(*a)) => {
                self.reverse_unknown(*prim, args, value, at);
            }
            Op::Prim { prim, args } => self.reverse_prim(*prim, args, value, at),
            Op::Select(c, a, b) => self.reverse_select([*c, *a, *b], value, at),
            Op::Load(place) => self.reverse_load(place, value, at),
            Op::Alloc(alloc) => self.reverse_alloc(alloc, value, at),
            Op::Move(from) if is_memory(self.f, *from) => {
                // What was moved may have grown since.
                let moved = self.frozen(&Place::whole(value), at);
                let place = self.shadow_place(&moved, at);
                self.alias_shadow(*from, place, at);
            }
            Op::Move(from) => {
                if let Some(bar) = self.take_adjoint(value) {
                    self.add_adjoint(*from, bar);
                }
            }
            // Inactive, or a view, whose shadow is its owner's.
            Op::Opaque(_) | Op::Len(_) | Op::Borrow { .. } | Op::Float(_) => {}
            Op::Read(_)
            | Op::Arm { .. }
            | Op::Zeros(_)
            | Op::Take(_)
            | Op::Peek(_)
            | Op::Pullback { .. }
            | Op::Pushforward { .. }
            | Op::ZeroTangent(_) => unreachable!("not in user programs"),
        }
    }

    fn unknown(&self, value: Value) -> bool {
        self.f[value].class != Class::Plain
    }

    fn reverse_prim(&mut self, prim: Prim, args: &[Value], out: Value, at: StmtId) {
        if let [a, b] = *args
            && rules::choice(prim).is_some()
            && [a, b].into_iter().any(|v| self.would_be_recorded(v, at))
        {
            let choice = self.choice(at);
            return self.reverse_select([choice, a, b], out, at);
        }
        let Some(out_bar) = self.take_adjoint(out) else { return };
        for (k, arg) in args.iter().enumerate() {
            if !self.activity.active(*arg) {
                continue;
            }
            let (stmts, c) = self.aside(|b| rules::contribution(b, prim, k, args, out, out_bar));
            if let Some(c) = c {
                self.contributed(stmts, at);
                self.add_adjoint(*arg, c);
            }
        }
    }

    /// Which operand was chosen, recorded where the operands would have to be: one bool instead of a float or two.
    fn choice(&mut self, at: StmtId) -> Value {
        if let Some(choice) = self.choices.get(&at) {
            return *choice;
        }
        let choice = self.fresh("first", Class::Plain, Kind::Bool);
        self.choices.insert(at, choice);
        self.keep_in(choice, self.layout.block[at as usize]);
        choice
    }

    /// After a `max` or `min` in the forward sweep: which operand it chose, if the reverse sweep has asked.
    pub(super) fn note_choice(&mut self, stmt: &Stmt, at: StmtId) {
        if let (Some(choice), Stmt::Let { op: Op::Prim { prim, args }, .. }) = (self.choices.get(&at), stmt)
            && let Some(expr) = rules::choice(*prim)
        {
            let uses = vec![(syn::parse_quote!(a), args[0]), (syn::parse_quote!(b), args[1])];
            let op = Op::Opaque(Opaque { expr, uses, pure_: true, writes: false });
            self.emit(Stmt::Let { value: *choice, op });
        }
    }

    /// Operands whose type the macro cannot see: the rule is found by its trait.
    fn reverse_unknown(&mut self, prim: Prim, args: &[Value], out: Value, at: StmtId) {
        let out_bar = if self.unknown(out) {
            let shadow = self.shadow(out, at);
            let name = self.bar_name(out);
            self.let_(&name, Kind::Unknown, Op::Take(Place::whole(shadow)))
        } else {
            match self.take_adjoint(out) {
                Some(bar) => bar,
                None => return,
            }
        };
        for v in args.iter().chain([&out]) {
            if self.unknown(*v) {
                self.need_memory(*v, at, at, false);
            } else {
                self.need(*v, at);
            }
        }
        for (operand, arg) in args.iter().enumerate() {
            if !self.activity.active(*arg) {
                continue;
            }
            let op = Op::Pullback { prim, args: args.to_vec(), out, out_bar, operand, tangents: Vec::new() };
            if self.unknown(*arg) {
                let c = self.let_("c", Kind::Unknown, op);
                let shadow = self.shadow(*arg, at);
                self.emit(Stmt::ShadowAdd { place: Place::whole(shadow), value: c });
            } else {
                let c = self.let_("c", Kind::Float, op);
                self.add_adjoint(*arg, c);
            }
        }
    }

    fn reverse_select(&mut self, [c, a, b]: [Value; 3], out: Value, at: StmtId) {
        let Some(out_bar) = self.take_adjoint(out) else { return };
        self.need(c, at);
        let zero = self.let_("c", Kind::Float, Op::Float(0.0));
        for (arg, select) in [(a, Op::Select(c, out_bar, zero)), (b, Op::Select(c, zero, out_bar))] {
            if self.activity.active(arg) {
                let contribution = self.let_("t", Kind::Float, select);
                self.add_adjoint(arg, contribution);
            }
        }
    }

    fn reverse_load(&mut self, place: &Place, value: Value, at: StmtId) {
        if self.unknown(value) {
            let from = self.shadow(value, at);
            let to = self.shadow_place(place, at);
            self.emit(Stmt::ShadowAddFrom { to, from: Place::whole(from), take: true });
            return;
        }
        if let Some(bar) = self.take_adjoint(value) {
            let place = self.shadow_place(place, at);
            self.emit(Stmt::ShadowAdd { place, value: bar });
        }
    }

    fn reverse_alloc(&mut self, alloc: &'a Alloc, value: Value, at: StmtId) {
        match alloc {
            Alloc::Scalar(v) => {
                let shadow = self.shadow(value, at);
                self.take_into(Place::whole(shadow), *v);
            }
            Alloc::List { elems, form } => self.reverse_list(elems, *form, value, at),
            Alloc::Construct(construct) => self.reverse_construct(construct, value, at),
            Alloc::Repeat { elem, len, .. } => self.reverse_repeat(*elem, *len, value, at),
            Alloc::Copy { place, method } => {
                let from = self.shadow(value, at);
                let place = self.frozen(place, at);
                let (mut to, mut from) = (self.shadow_place(&place, at), Place::whole(from));
                if method.as_ref().is_some_and(|method| method == "to_vec") {
                    (to, from) = (self.as_slice(to), self.as_slice(from));
                }
                self.emit(Stmt::ShadowAddFrom { to, from, take: true });
            }
            Alloc::Empty { .. } | Alloc::Opaque(_) => {}
        }
    }

    /// A shadow as a slice: the shadows of an array and of a `Vec` differ in type.
    pub(super) fn as_slice(&self, mut shadow: Place) -> Place {
        let kind = &self.values[shadow.base.0 as usize].kind;
        let kind = if let Kind::Ref(_, kind) = kind { kind } else { kind };
        let is_slice = match shadow.proj.last() {
            None => matches!(kind, Kind::Slice(_)),
            Some(last) => matches!(last, Proj::Range { .. }),
        };
        if !is_slice {
            shadow.proj.push(Proj::Range { lo: None, hi: None, inclusive: false });
        }
        shadow
    }

    /// Takes the adjoint out of a shadow place and gives it to a plain float.
    pub(super) fn take_into(&mut self, place: Place, value: Value) {
        if self.activity.active(value) {
            let name = self.bar_name(value);
            let bar = self.let_(&name, Kind::Float, Op::Take(place));
            self.add_adjoint(value, bar);
        }
    }

    fn reverse_list(&mut self, elems: &[Value], form: ListForm, value: Value, at: StmtId) {
        for (k, elem) in elems.iter().enumerate() {
            if !self.activity.active(*elem) {
                continue;
            }
            let base = self.shadow(value, at);
            let step = match form {
                ListForm::Tuple => Proj::Field(syn::Member::Unnamed(syn::Index::from(k))),
                ListForm::Array | ListForm::Vec => Proj::Index(self.integer(k)),
            };
            let place = Place { base, proj: vec![step] };
            if is_memory(self.f, *elem) {
                self.alias_shadow(*elem, place, at);
            } else {
                self.take_into(place, *elem);
            }
        }
    }

    fn reverse_construct(&mut self, construct: &'a Construct, value: Value, at: StmtId) {
        for (member, field) in &construct.fields {
            let step = construct.step(member);
            let place = |sweep: &mut Self| Place { base: sweep.shadow(value, at), proj: vec![step] };
            match (self.activity.active(*field), is_memory(self.f, *field)) {
                // What remains goes to the rest.
                (true, true) if construct.rest.is_some() => {
                    let from = place(self);
                    let own = self.shadow(*field, at);
                    self.emit(Stmt::ShadowAddFrom { to: Place::whole(own), from, take: true });
                }
                (true, true) => {
                    let place = place(self);
                    self.alias_shadow(*field, place, at);
                }
                (true, false) => {
                    let place = place(self);
                    self.take_into(place, *field);
                }
                (false, _) if construct.rest.is_some() && !self.f[*field].kind.is_inactive() => {
                    let place = place(self);
                    self.emit(Stmt::ShadowClear(place));
                }
                (false, _) => {}
            }
        }
        if let Some(rest) = construct.rest.as_ref().filter(|rest| self.activity.active(rest.base)) {
            let from = Place::whole(self.shadow(value, at));
            let to = self.shadow_place(rest, at);
            self.emit(Stmt::ShadowAddFrom { to, from, take: true });
        }
    }

    fn reverse_repeat(&mut self, elem: Value, len: Value, value: Value, at: StmtId) {
        if !self.activity.active(elem) {
            return;
        }
        self.need(len, at);
        let base = self.shadow(value, at);
        let own = is_memory(self.f, elem).then(|| self.shadow(elem, at));
        self.for_each_element(len, |sweep, k| {
            let place = Place { base, proj: vec![Proj::Index(k)] };
            match own {
                Some(own) => sweep.emit(Stmt::ShadowAddFrom { to: Place::whole(own), from: place, take: true }),
                None => sweep.take_into(place, elem),
            }
        });
    }

    /// `for k in 0..len { … }` in the reverse sweep.
    pub(super) fn for_each_element(&mut self, len: Value, each: impl FnOnce(&mut Self, Value)) {
        let lo = self.integer(0);
        let index = self.fresh("k", Class::Plain, Kind::Integer);
        // A block of the reverse sweep that reverses none of the program's: contributions made in it go to the levels outside.
        self.open(u32::MAX);
        each(self, index);
        let stmts = self.close().stmts;
        let body = crate::ir::Block { stmts, yields: Vec::new(), diverges: false };
        let header = Header::Range { index, lo, hi: len, inclusive: false, step: None, rev: false };
        self.emit(Stmt::Loop(Box::new(Loop {
            header,
            carried: Vec::new(),
            body,
            can_stop: false,
            trips: None,
            lanes: false,
            span: Span::mixed_site(),
        })));
    }

    /// An integer literal.
    pub(super) fn integer(&mut self, k: usize) -> Value {
        let expr: syn::Expr = syn::Expr::Lit(syn::ExprLit {
            attrs: Vec::new(),
            lit: syn::Lit::Int(syn::LitInt::new(&k.to_string(), Span::mixed_site())),
        });
        self.let_("k", Kind::Integer, Op::Opaque(Opaque { expr, uses: Vec::new(), pure_: true, writes: false }))
    }
}
