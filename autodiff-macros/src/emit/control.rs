//! Branches and loops.

use super::Emitter;
use super::expr::tuple;
use super::frag::{Frag, Moved, Prec, joined};
use super::recorded_loop;
use super::tail::{Goal, Tail};
use crate::analyze::sizes::Sizes;
use crate::ir::{Block, Branch, Header, Loop, On, Pattern, Stmt, Value};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

impl<'a> Emitter<'a> {
    /// `let (a, b) = if … { … } else { … };`
    pub(super) fn branch(&mut self, branch: &'a Branch) {
        let tail = self.branch_tail(branch, &branch.results, Goal::Yield(&branch.results));
        let tokens = tail.tokens;
        if branch.results.is_empty() {
            return self.push(tokens);
        }
        let mut names = Vec::new();
        for v in &branch.results {
            let (mutable, name) = (self.mutable(*v).filter(|_| self.used(*v)), self.binding(*v));
            names.push(quote!(#mutable #name));
        }
        let pattern = if let [one] = names.as_slice() { quote!(#one) } else { tuple(&names) };
        let annotation = self.annotations(&branch.results);
        self.push(quote!(let #pattern #annotation = #tokens;));
    }

    /// The user's types of several values.
    fn annotations(&self, values: &[Value]) -> Option<TokenStream> {
        let types: Vec<_> = values.iter().map(|v| self.f[*v].ty.as_ref().map_or(quote!(_), |ty| quote!(#ty))).collect();
        if values.iter().all(|v| self.f[*v].ty.is_none()) {
            return None;
        }
        let ty = if let [one] = types.as_slice() { quote!(#one) } else { tuple(&types) };
        Some(quote!(: #ty))
    }

    /// A branch whose arms end as `goal` says; `yields` are those of the block that it ends.
    pub(super) fn branch_tail(&mut self, branch: &'a Branch, yields: &[Value], goal: Goal<'_>) -> Tail {
        match &branch.on {
            On::If(cond) => {
                let cond = self.value(*cond);
                self.settle_around(&branch.arms);
                self.if_(&cond, branch, yields, goal)
            }
            On::Match { scrutinee, patterns } => {
                let scrutinee = self.value(*scrutinee);
                self.settle_around(&branch.arms);
                let head = scrutinee.head();
                let mut arms = TokenStream::new();
                for (pattern, arm) in patterns.iter().zip(&branch.arms) {
                    arms.extend([self.match_arm(pattern, arm, branch, yields, goal)]);
                }
                let arms = Moved::new(arms);
                Tail { tokens: quote!(match #head { #arms }), is_if: false }
            }
            On::Arm { arm, values } => {
                self.settle_around(&branch.arms);
                let tokens = self.recorded_arms(*arm, values, branch, yields, goal);
                Tail { tokens, is_if: false }
            }
        }
    }

    /// An arm: its statements and its end.
    fn arm(&mut self, arm: &'a Block, branch: &Branch, yields: &[Value], goal: Goal<'_>) -> (TokenStream, Tail) {
        self.nested(arm, |e| {
            if arm.diverges {
                e.stmts(&arm.stmts);
                // Where a view is derived again, the forward sweep has panicked there before.
                if arm.stmts.is_empty() {
                    e.push(quote!(::core::unreachable!();));
                }
                return Tail::default();
            }
            // What the branch ends with its arms end with, each with its own values.
            let own = |v: Value| branch.results.iter().position(|r| *r == v).map_or(v, |at| arm.yields[at]);
            let yields: Vec<Value> = yields.iter().map(|v| own(*v)).collect();
            e.end(&arm.stmts, &yields, goal)
        })
    }

    fn if_(&mut self, cond: &Frag, branch: &'a Branch, yields: &[Value], goal: Goal<'_>) -> Tail {
        let [then, els] = branch.arms.as_slice() else { unreachable!("an `if` has two arms") };
        let (then_stmts, then_tail) = self.arm(then, branch, yields, goal);
        let (else_stmts, else_tail) = self.arm(els, branch, yields, goal);
        let is_else_if = else_stmts.is_empty() && else_tail.is_if;
        let (then, els) = (joined([then_stmts, then_tail.tokens]), joined([else_stmts, else_tail.tokens]));
        let (head, no_then, no_else) = (cond.head(), then.is_empty(), els.is_empty());
        let (then, els) = (Moved::new(then), Moved::new(els));
        let tokens = if no_else {
            quote!(if #head { #then })
        } else if no_then {
            let cond = cond.at(Prec::Prefix);
            quote!(if !#cond { #els })
        } else if is_else_if {
            quote!(if #head { #then } else #els)
        } else {
            quote!(if #head { #then } else { #els })
        };
        Tail { tokens, is_if: true }
    }

    fn match_arm(&mut self, p: &'a Pattern, arm: &'a Block, branch: &Branch, yields: &[Value], goal: Goal<'_>) -> TokenStream {
        let pat = self.pattern(&p.pat, &p.binds);
        let guard = p.guard.as_ref().map(|guard| {
            let guard = self.opaque(guard).tokens;
            quote!(if #guard)
        });
        let (stmts, Tail { tokens: tail, .. }) = self.arm(arm, branch, yields, goal);
        let is_expression = stmts.is_empty() && !tail.is_empty();
        let arm = Moved::new(joined([stmts, tail]));
        if is_expression { quote!(#pat #guard => #arm,) } else { quote!(#pat #guard => { #arm }) }
    }

    /// The arm that ran, as recorded.
    fn recorded_arms(
        &mut self,
        arm: Value,
        values: &'a [Option<Vec<Value>>],
        branch: &'a Branch,
        yields: &[Value],
        goal: Goal<'_>,
    ) -> TokenStream {
        let name = self.ident(arm);
        let record = if self.refs.contains(&arm) { quote!(*#name) } else { quote!(#name) };
        let ran: Vec<_> = values.iter().zip(&branch.arms).filter_map(|(values, arm)| Some((values.as_ref()?, arm))).collect();
        let mut arms = TokenStream::new();
        for (index, (values, block)) in ran.iter().enumerate() {
            let pattern = self.recorded_pattern(values);
            let lent = self.all_lent(values);
            let (stmts, Tail { tokens: tail, .. }) = self.arm(block, branch, yields, goal);
            let block = Moved::new(joined([lent, stmts, tail]));
            if ran.len() == 1 {
                return quote!({ let #pattern = #record; #block });
            }
            let pattern = self.arm_variant(index, ran.len(), &pattern);
            arms.extend([quote!(#pattern => { #block })]);
        }
        let arms = Moved::new(arms);
        quote!(match #record { #arms })
    }

    pub(super) fn loop_(&mut self, l: &'a Loop) {
        if l.lanes && self.sum(l) {
            return;
        }
        let mut header = self.header(l);
        let mut inits = Vec::new();
        for c in &l.carried {
            let ty = self.annotation(c.param).or_else(|| self.pending_annotation(c.init));
            inits.push((c, self.value(c.init), ty));
        }
        self.settle_around([&l.body]);
        for (k, (c, init, ty)) in inits.into_iter().enumerate() {
            let mutable = (l.body.yields.get(k) != Some(&c.param)).then(|| quote!(mut));
            let (name, tokens, variable) = (self.ident(c.param), Moved::new(init.tokens), self.names.variable(c.param));
            if init.untyped && ty.is_none() {
                self.untyped.insert(variable);
            }
            self.carried.insert(variable);
            self.push(quote!(let #mutable #name #ty = #tokens;));
        }
        if let Some(entry) = recorded_loop::entry(self.f, l) {
            return self.recorded_loop(l, &header, entry);
        }
        let (count, leave) = self.trips(l, &mut header);
        if let Header::While(cond) = &l.header {
            let (stmts, test) = self.nested(cond, |e| {
                e.stmts(&cond.stmts);
                cond.yields.first().map(|v| e.value(*v))
            });
            let test = test.unwrap_or_else(|| Frag::atom(quote!(true)));
            let (head, tokens) = (test.head(), &test.tokens);
            header.tokens = if stmts.is_empty() { quote!(while #head) } else { quote!(while { #stmts #tokens }) };
        }
        let params: Vec<Value> = l.carried.iter().map(|c| c.param).collect();
        let goal = Goal::Assign { params: &params, leave: l.can_stop.then_some(&leave) };
        let (stmts, tail) = self.nested(&l.body, |e| {
            e.out.extend(count.map(super::Item::Tokens));
            if l.body.diverges {
                e.stmts(&l.body.stmts);
                return Tail::default();
            }
            e.end(&l.body.stmts, &l.body.yields, goal)
        });
        let (head, body) = (header.print(), Moved::new(joined([stmts, tail.tokens])));
        self.push(quote!(#head { #body }));
    }

    /// `acc += rt::sum(lo, hi, |i| { …; value });` Only for one or several sums over a range.
    fn sum(&mut self, l: &'a Loop) -> bool {
        let Header::Range { index, lo, hi, inclusive: false, step: None, rev: false } = l.header else { return false };
        let is_add = |stmt: &&Stmt| matches!(stmt, Stmt::Add { .. });
        let (lo, hi) = (self.value(lo).tokens, self.value(hi).tokens);
        self.settle_around([&l.body]);
        let mut accs = Vec::new();
        let (stmts, values) = self.nested(&l.body, |e| {
            let mut values = Vec::new();
            for stmt in &l.body.stmts {
                match stmt {
                    Stmt::Add { acc, value } => {
                        accs.push(*acc);
                        values.push(*value);
                    }
                    _ => e.stmt(stmt),
                }
            }
            values.into_iter().map(|v| e.value(v).tokens).collect::<Vec<_>>()
        });
        debug_assert!(l.body.stmts.iter().filter(is_add).count() > 0, "a loop in lanes adds something up");
        let index = self.binding(index);
        let rt = self.rt.clone();
        let body = |result: TokenStream| if stmts.is_empty() { result } else { quote!({ #stmts #result }) };
        if let ([acc], [value]) = (accs.as_slice(), values.as_slice()) {
            let (acc, body) = (self.ident(*acc), body(value.clone()));
            self.push(quote!(#acc += #rt::sum(#lo, #hi, |#index| #body);));
            return true;
        }
        let parts: Vec<Ident> = accs.iter().map(|_| self.fresh("sum")).collect();
        let of_sort = |wide: bool, all: &[TokenStream]| {
            let all = all.iter().zip(&accs).filter(|(_, acc)| self.is_wide(**acc) == wide).map(|(one, _)| one);
            quote!([#(#all),*])
        };
        let names: Vec<TokenStream> = parts.iter().map(|part| quote!(#part)).collect();
        if accs.iter().any(|acc| self.is_wide(*acc)) && !accs.iter().all(|acc| self.is_wide(*acc)) {
            let (floats, lanes) = (of_sort(false, &names), of_sort(true, &names));
            let (float_terms, lane_terms) = (of_sort(false, &values), of_sort(true, &values));
            let body = body(quote!((#float_terms, #lane_terms)));
            self.push(quote!(let (#floats, #lanes) = #rt::sums_of_both(#lo, #hi, |#index| #body);));
        } else {
            let body = body(quote!([#(#values),*]));
            self.push(quote!(let [#(#parts),*] = #rt::sums(#lo, #hi, |#index| #body);));
        }
        let accs: Vec<Ident> = accs.iter().map(|acc| self.ident(*acc)).collect();
        for (acc, part) in accs.iter().zip(&parts) {
            self.push(quote!(#acc += #part;));
        }
        true
    }

    /// A type that the user gave the variable where it is first set.
    fn pending_annotation(&self, init: Value) -> Option<TokenStream> {
        let is_pending = self.pending.iter().any(|(v, _)| *v == init);
        if is_pending { self.annotation(init) } else { None }
    }

    fn header(&mut self, l: &'a Loop) -> Head {
        let mut head = Head::default();
        match &l.header {
            Header::Range { index, lo, hi, inclusive, step, rev } => {
                let (lo, hi) = (self.value(*lo), self.value(*hi));
                head.index = Some(if l.trips.is_some() {
                    Some(self.ident(*index))
                } else {
                    self.used(*index).then(|| self.ident(*index))
                });
                (head.lo, head.hi) = (lo.at(Prec::Or), hi.at(Prec::Or));
                (head.inclusive, head.rev) = (*inclusive, *rev);
                head.step = step.map(|step| self.value(step).tokens);
                if *rev && step.is_some() && !Sizes::new(self.f).is_size(*index) {
                    head.back = Some(self.rt.clone());
                }
            }
            Header::While(_) => {}
            Header::Forever => head.tokens = quote!(loop),
            Header::Times(n) => {
                let n = self.value(*n).at(Prec::Or);
                head.tokens = quote!(for _ in 0..#n);
            }
            Header::Items { iterator, pat, binds } => {
                let iterator = self.opaque(iterator).head();
                let pat = self.pattern(pat, binds);
                head.tokens = quote!(for #pat in #iterator);
            }
        }
        head
    }

    /// Counts iterations for the reverse sweep: a statement at the start of each, and how to leave the loop.
    fn trips(&mut self, l: &'a Loop, head: &mut Head) -> (Option<TokenStream>, TokenStream) {
        let Some(trips) = l.trips else { return (None, quote!(break;)) };
        let name = self.ident(trips);
        let Some(Some(index)) = head.index.clone() else {
            self.push(quote!(let mut #name = 0usize;));
            return (Some(quote!(#name += 1;)), quote!(break;));
        };
        let end = if head.rev { &mut head.lo } else { &mut head.hi };
        let mutable = l.can_stop.then(|| quote!(mut));
        self.out.push(super::Item::Tokens(quote!(let #mutable #name = #end;)));
        if end.clone().into_iter().count() > 1 {
            *end = quote!(#name);
        }
        let last = if head.rev || head.inclusive { quote!(#index) } else { quote!(#index + 1) };
        (None, quote!(#name = #last; break;))
    }
}

/// What stands in front of a loop's body.
#[derive(Default)]
pub(super) struct Head {
    tokens: TokenStream,
    /// Of a range; `Some(None)` is `_`.
    index: Option<Option<Ident>>,
    lo: TokenStream,
    hi: TokenStream,
    inclusive: bool,
    step: Option<TokenStream>,
    rev: bool,
    /// With steps, and of integers that need not be `usize`: the runtime goes backwards.
    back: Option<TokenStream>,
}

impl Head {
    fn print(&self) -> TokenStream {
        if self.index.is_none() {
            return self.tokens.clone();
        }
        let (index, range) = (self.index(), self.range());
        quote!(for #index in #range)
    }

    /// The name that each number of a range gets.
    pub(super) fn index(&self) -> TokenStream {
        let index = self.index.iter().flatten().next();
        index.map_or(quote!(_), |index| quote!(#index))
    }

    /// The numbers of a range, in order.
    pub(super) fn range(&self) -> TokenStream {
        let (lo, hi) = (&self.lo, &self.hi);
        if let (Some(rt), Some(step)) = (&self.back, &self.step) {
            let dots = if self.inclusive { quote!(..=) } else { quote!(..) };
            return quote!(#rt::stepped_back(#lo #dots #hi, #step));
        }
        // An inclusive range does not know its length, so that one with steps cannot run backwards.
        let stepped_back = self.step.is_some() && self.rev;
        let mut range = match self.inclusive {
            true if stepped_back => quote!(#lo..#hi + 1),
            true => quote!(#lo..=#hi),
            false => quote!(#lo..#hi),
        };
        if self.step.is_some() || self.rev {
            range = quote!((#range));
        }
        let step = self.step.as_ref().map(|step| quote!(.step_by(#step)));
        let rev = self.rev.then(|| quote!(.rev()));
        quote!(#range #step #rev)
    }
}
