//! How a nest of loops is lowered: in rounds.
//!
//! Which variables a loop carries, of what kind, and which memory holds something varied when an iteration begins, is found by lowering
//! the body. A nest is lowered as a whole, every loop in it once, under the expectations of the round before; whatever a loop finds to
//! be more than it expected is noted, and if anything was, the round is rolled back and the next one begins. Expectations only grow,
//! so this ends; and the number of rounds does not depend on how deep the nest is.

use super::env::{Binding, VarId};
use super::loops::Plan;
use super::term::{Inactive, Term};
use super::{Lower, kind};
use crate::ir::{Class, Kind, Value};
use std::collections::BTreeSet;

/// A variable that a body changes, and what it is at the start of an iteration.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expected {
    pub(super) id: VarId,
    pub(super) kind: Kind,
    pub(super) varied: bool,
}

/// What is known of one loop.
#[derive(Debug)]
struct Known {
    /// How many variables and how much memory there are before it; if that is not the same, this is another loop.
    at: (usize, usize),
    carried: Vec<Expected>,
    /// Variables that stand for a constant before it and for a value of unknown type after an iteration: in memory from the start.
    memory: Vec<VarId>,
    /// Memory older than the loop that an iteration may find varied, by its number among all memory.
    varied: BTreeSet<usize>,
}

/// The state of lowering one nest.
#[derive(Debug, Default)]
pub(super) struct Rounds {
    /// How many loops are around.
    depth: usize,
    /// What is known of the loops, in the order in which a round comes to them.
    known: Vec<Known>,
    /// The next of them.
    next: usize,
    /// This round has found nothing new.
    settled: bool,
    /// Owners and views in the order in which they were made. Unlike their values, the numbers are the same in each round.
    pub(super) memory: Vec<Value>,
    /// Memory that has become varied, in the order of the text.
    pub(super) marked: Vec<Value>,
}

impl<'e> Lower<'e> {
    /// Lowers a loop; the value is that of its `break`s.
    pub(super) fn run(&mut self, mut plan: Plan<'_, 'e>) -> Term {
        let value = self.env.synthetic("value", Binding::Unset);
        self.env.vars[value.0].ty = plan.ty.take();
        if self.rounds.depth > 0 {
            self.round(&mut plan, value);
            return self.env.read(value).unwrap_or(Term::Unit);
        }
        let mark = self.mark();
        self.rounds.known.clear();
        loop {
            (self.rounds.next, self.rounds.settled) = (0, true);
            self.round(&mut plan, value);
            if self.rounds.settled {
                return self.env.read(value).unwrap_or(Term::Unit);
            }
            self.rollback(&mark);
        }
    }

    /// Lowers a loop once, and notes what was not expected.
    fn round(&mut self, plan: &mut Plan<'_, 'e>, value: VarId) {
        let number = self.rounds.next;
        self.rounds.next += 1;
        let at = (self.env.vars.len(), self.rounds.memory.len());
        if self.rounds.known.get(number).is_none_or(|known| known.at != at) {
            self.rounds.known.truncate(number);
            self.rounds.known.push(Known { at, carried: Vec::new(), memory: Vec::new(), varied: BTreeSet::new() });
        }
        for id in self.rounds.known[number].memory.clone() {
            self.put_in_memory(id);
        }
        let (first, marked) = (self.next_value(), self.rounds.marked.len());
        for memory in &self.rounds.known[number].varied {
            self.varied[self.rounds.memory[*memory].0 as usize] = true;
        }
        let expected = self.rounds.known[number].carried.clone();
        debug_assert!(expected.iter().all(|expected| self.may_be_carried(expected)), "variables keep their numbers");
        self.rounds.depth += 1;
        let better = self.attempt(plan, value, &expected);
        self.rounds.depth -= 1;
        let older = self.rounds.marked[marked..].iter().filter(|value| value.0 < first);
        let varied: Vec<usize> = older.map(|value| self.rounds.number_of(*value)).collect();
        if better != expected || !varied.is_empty() {
            let (carried, memory): (Vec<_>, Vec<_>) = better.into_iter().partition(|expected| kind::is_scalar(&expected.kind));
            self.rounds.settled = false;
            let known = &mut self.rounds.known[number];
            known.varied.extend(varied);
            known.carried = carried;
            known.memory.extend(memory.into_iter().map(|expected| expected.id));
        }
    }

    /// Puts the value that a variable stands for into memory, where others of its type may follow.
    fn put_in_memory(&mut self, id: VarId) {
        let inactive = match self.env.read(id) {
            Some(Term::Inactive(inactive)) => inactive,
            Some(Term::Value(value)) if self.data(value).class == Class::Owner => {
                self.data_mut(value).mutable = true;
                return self.env.set(id, Term::whole(value));
            }
            // Somebody else may need it.
            Some(Term::Value(value)) => {
                self.mention(value).map(|of| syn::parse_quote!(::core::clone::Clone::clone(&#of)), Kind::Unknown)
            }
            _ => return,
        };
        let value = self.evaluate(Inactive { kind: Kind::Unknown, ..inactive }, "t");
        let var = &self.env.vars[id.0];
        let (name, ty) = (var.name.clone(), var.ty.clone());
        let data = self.data_mut(value);
        (data.name, data.ty, data.mutable) = (name, ty, true);
        self.env.set(id, Term::whole(value));
    }

    fn may_be_carried(&self, expected: &Expected) -> bool {
        match &self.env.vars[expected.id.0].binding {
            Binding::Unset | Binding::Term(Term::Unit | Term::Inactive(_) | Term::Value(_)) => true,
            Binding::Term(Term::Place(_) | Term::Ref(..) | Term::Tuple(_) | Term::Closure(_) | Term::Iterator(_))
            | Binding::Tuple(_) => false,
        }
    }
}

impl Rounds {
    fn number_of(&self, memory: Value) -> usize {
        self.memory.binary_search(&memory).expect("all memory is numbered when it is made")
    }
}
