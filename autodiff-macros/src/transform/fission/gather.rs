//! What iterations add to neighbouring elements, gathered element by element.
//!
//! The reverse of a stencil `next[i] = … u[i - 1] … u[i] … u[i + 1]` adds to three elements of `u_bar`, each of which two other iterations
//! add to as well: a chain through memory. Turned round, each element is written once, with the contributions of the iterations around it;
//! at both ends of the range, where some of these do not exist, the additions stay one by one ("Automatic differentiation for
//! adjoint stencil loops": Hückelheim et al., ICPP 2019).

use super::body::{Body, Copy, Sink};
use super::{Fission, Range, looped, opaque};
use crate::analyze::affine::{Affine, Forms, Step};
use crate::ir::{Block, Branch, Class, Header, Kind, Loop, On, Place, Stmt, Value};

/// Where an addition goes: the same for all additions that a few elements lie between.
#[derive(Clone, Debug)]
pub(super) struct Target {
    base: Value,
    /// None: not understood. The part of the index that does not vary is in the step, without its constant.
    steps: Option<Vec<Step>>,
    pub(super) distance: i64,
}

/// Places further apart are not gathered.
const FAR: i64 = 8;

impl Target {
    pub(super) fn is_regular(&self) -> bool {
        self.steps.is_some()
    }

    pub(super) fn near(&self, other: &Target) -> bool {
        self.steps.is_some()
            && self.base == other.base
            && self.steps == other.steps
            && (self.distance - other.distance).abs() <= FAR
    }
}

/// What one loop adds to.
pub(super) fn target(forms: &Forms, place: &Place, index: Value, inside: &[Value]) -> Target {
    let irregular = Target { base: place.base, steps: None, distance: 0 };
    let varies = |v: Value| v == index || inside.contains(&v);
    let moving = |form: &Affine| form.coefficient(index) == 1 && !form.without(index).depends_on(&varies);
    let mut steps = forms.steps(place);
    let mut distance = None;
    for step in &mut steps {
        match step {
            Step::Deref | Step::Field(_) => {}
            Step::Index(form) if moving(form) && distance.is_none() => {
                distance = Some(form.constant);
                form.constant = 0;
            }
            Step::Index(form) if !form.depends_on(&varies) => {}
            Step::Range(lo, hi, _) if !lo.iter().chain(hi.iter()).any(|form| form.depends_on(&varies)) => {}
            Step::Index(_) | Step::Range(..) => return irregular,
        }
    }
    match distance {
        Some(distance) if !varies(place.base) => Target { base: place.base, steps: Some(steps), distance },
        _ => irregular,
    }
}

impl<'a> Fission<'a> {
    /// The loops that do the additions of one target.
    pub(super) fn gathered(
        &mut self,
        body: &Body,
        sinks: &[(usize, i64)],
        part: Option<Value>,
        range: Range,
        l: &Loop,
    ) -> Vec<Stmt> {
        let last = sinks.iter().map(|(_, distance)| *distance).max().unwrap_or_default();
        let first = sinks.iter().map(|(_, distance)| *distance).min().unwrap_or_default();
        // For each sink: which iteration, counted from that of the new index, does it for the element at hand.
        let shifts: Vec<(usize, i64)> = sinks.iter().map(|(at, distance)| (*at, last - distance)).collect();
        let span = last - first;
        let mut out = Vec::new();
        let (lo, hi) = (range.lo, range.hi);
        let span_literal = proc_macro2::Literal::i64_unsuffixed(span);
        let near = self.fresh("near", Class::Plain, Kind::Integer);
        // The range is longer than that: `Fission::apart` sees to it.
        out.push(opaque(near, syn::parse_quote!(lo + #span_literal), vec![(syn::parse_quote!(lo), lo)]));
        let far = self.fresh("far", Class::Plain, Kind::Integer);
        out.push(opaque(far, syn::parse_quote!(hi - #span_literal), vec![(syn::parse_quote!(hi), hi)]));
        let low = Range { index: range.index, lo, hi: near };
        let high = Range { index: range.index, lo: far, hi };
        out.push(self.end(body, &shifts, part, range, low, l, |shift| match shift {
            0 => When::Never,
            _ if shift == span => When::Always,
            _ => When::Below(lo),
        }));
        out.extend(self.middle(body, &shifts, part, range, far, l));
        out.push(self.end(body, &shifts, part, range, high, l, |shift| match shift {
            0 => When::Always,
            _ if shift == span => When::Never,
            _ => When::From(far),
        }));
        out
    }

    /// One addition for each element.
    fn middle(
        &mut self,
        body: &Body,
        shifts: &[(usize, i64)],
        part: Option<Value>,
        range: Range,
        far: Value,
        l: &Loop,
    ) -> Vec<Stmt> {
        let mut copy = Copy::new(self, body, part, range);
        let mut values = Vec::new();
        let mut place = None;
        for shift in distances(shifts) {
            copy.shifted(shift);
            for (sink, _) in shifts.iter().filter(|(_, s)| *s == shift) {
                values.push(copy.added(*sink));
                if shift == 0
                    && let Sink::Scatter { place: to, .. } = &body.sinks[*sink]
                {
                    place = Some(copy.place(to));
                }
            }
        }
        let value = copy.sum(&values);
        let place = place.expect("the element is that of the sink furthest ahead");
        copy.stmts.push(Stmt::ShadowAdd { place, value });
        let (index, stmts) = (copy.index, copy.stmts);
        self.through_windows(index, [range.lo, far], stmts, false, l)
    }

    /// The additions at one end of the range that have no full set of neighbours.
    #[allow(clippy::too_many_arguments, reason = "one call for each end")]
    fn end(
        &mut self,
        body: &Body,
        shifts: &[(usize, i64)],
        part: Option<Value>,
        range: Range,
        end: Range,
        l: &Loop,
        when: impl Fn(i64) -> When,
    ) -> Stmt {
        let mut copy = Copy::new(self, body, part, range);
        for shift in distances(shifts) {
            let sinks: Vec<(usize, i64)> = shifts.iter().copied().filter(|(_, s)| *s == shift).collect();
            let (bound, below) = match when(shift) {
                When::Never => continue,
                When::Always => {
                    copy.add_together(&sinks);
                    continue;
                }
                When::Below(bound) => (bound, true),
                When::From(bound) => (bound, false),
            };
            let literal = proc_macro2::Literal::i64_unsuffixed(shift);
            let test = copy.pass.fresh("t", Class::Plain, Kind::Bool);
            let expr = if below { syn::parse_quote!(i < bound + #literal) } else { syn::parse_quote!(i >= bound + #literal) };
            let uses = vec![(syn::parse_quote!(i), copy.index), (syn::parse_quote!(bound), bound)];
            copy.stmts.push(opaque(test, expr, uses));
            let arm = copy.apart(|copy| copy.add_together(&sinks));
            let arms = vec![Block { stmts: arm, ..Block::default() }, Block::default()];
            copy.stmts.push(Stmt::Branch(Branch { on: On::If(test), arms, results: Vec::new() }));
        }
        let (index, stmts) = (copy.index, copy.stmts);
        let header = Header::Range { index, lo: end.lo, hi: end.hi, inclusive: false, step: None, rev: false };
        looped(header, stmts, false, l)
    }
}

/// The different shifts, the smallest first.
fn distances(shifts: &[(usize, i64)]) -> Vec<i64> {
    let mut all: Vec<i64> = shifts.iter().map(|(_, shift)| *shift).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether an iteration at an end of the range does an addition.
enum When {
    Never,
    Always,
    /// Only so far beyond a bound as the iteration is off the element.
    Below(Value),
    /// From there on.
    From(Value),
}
