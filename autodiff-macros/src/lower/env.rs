//! Local variables: names, scopes, and what each variable stands for at the current point.

use super::term::Term;
use std::collections::{BTreeMap, HashMap};

/// Handle of a variable. Two variables of one name have two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct VarId(pub(super) usize);

/// What a variable stands for.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there are few variables, and nearly all of them are terms")]
pub(super) enum Binding {
    /// Declared, not yet assigned.
    Unset,
    /// A term that may be read again and again.
    Term(Term),
    /// A tuple that was taken apart; each component is a variable.
    Tuple(Vec<VarId>),
}

/// A variable.
#[derive(Debug)]
pub(super) struct Var {
    pub(super) name: String,
    /// Declared `mut`.
    pub(super) mutable: bool,
    /// Made by lowering (exit flags, results of early exits): where it is not set, any value will do.
    pub(super) synthetic: bool,
    pub(super) ty: Option<syn::Type>,
    pub(super) binding: Binding,
}

/// Which variable a name means, from the innermost scope outwards.
pub(super) type Scopes = Vec<HashMap<String, VarId>>;

/// All variables and the scopes at the current point. Whatever changes a binding is logged, so that going back, and finding what an
/// arm or an iteration has changed, takes as long as there are changes.
#[derive(Debug)]
pub(super) struct Env {
    pub(super) vars: Vec<Var>,
    pub(super) scopes: Scopes,
    /// What variables stood for before they were bound again, oldest first.
    log: Vec<(VarId, Binding)>,
}

/// A state of the bindings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    log: usize,
    vars: usize,
}

impl Point {
    /// How many variables there were.
    pub(super) fn vars(self) -> usize {
        self.vars
    }
}

impl Default for Env {
    fn default() -> Self {
        Env { vars: Vec::new(), scopes: vec![HashMap::new()], log: Vec::new() }
    }
}

impl Env {
    /// A variable without a name that the user could write.
    pub(super) fn anonymous(&mut self, name: &str, mutable: bool, binding: Binding) -> VarId {
        self.vars.push(Var { name: name.to_owned(), mutable, synthetic: false, ty: None, binding });
        VarId(self.vars.len() - 1)
    }

    /// A variable of the lowering's own.
    pub(super) fn synthetic(&mut self, name: &str, binding: Binding) -> VarId {
        let id = self.anonymous(name, true, binding);
        self.vars[id.0].synthetic = true;
        id
    }

    /// Makes a name mean a variable, in the innermost scope.
    pub(super) fn name(&mut self, name: &str, id: VarId) {
        self.scopes.last_mut().expect("there is always a scope").insert(name.to_owned(), id);
    }

    /// The variable that a name means here.
    pub(super) fn lookup(&self, name: &str) -> Option<VarId> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name)).copied()
    }

    /// What a variable stands for, as a term.
    pub(super) fn read(&self, id: VarId) -> Option<Term> {
        match &self.vars[id.0].binding {
            Binding::Unset => None,
            Binding::Term(term) => Some(term.clone()),
            Binding::Tuple(parts) => parts.iter().map(|part| self.read(*part)).collect::<Option<_>>().map(Term::Tuple),
        }
    }

    pub(super) fn set(&mut self, id: VarId, term: Term) {
        self.bind(id, Binding::Term(term));
    }

    /// Gives a variable another binding.
    pub(super) fn bind(&mut self, id: VarId, binding: Binding) {
        let old = std::mem::replace(&mut self.vars[id.0].binding, binding);
        self.log.push((id, old));
    }

    /// The bindings as they are now.
    pub(super) fn point(&self) -> Point {
        Point { log: self.log.len(), vars: self.vars.len() }
    }

    /// The variables of `point` that have been bound again since, and what they stood for then.
    pub(super) fn bound_since(&self, point: Point) -> BTreeMap<VarId, &Binding> {
        let mut bound = BTreeMap::new();
        for (id, old) in self.log[point.log..].iter().filter(|(id, _)| id.0 < point.vars) {
            bound.entry(*id).or_insert(old);
        }
        bound
    }

    /// Returns to the bindings of `point`; variables that have been made since stay.
    pub(super) fn rewind(&mut self, point: Point) {
        for (id, old) in self.log.drain(point.log..).rev() {
            self.vars[id.0].binding = old;
        }
    }

    /// Returns to `point` and forgets the variables made since.
    pub(super) fn rollback(&mut self, point: Point) {
        self.rewind(point);
        self.vars.truncate(point.vars);
    }
}

/// What an exit can leave.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: FrameKind,
    /// A bool variable: the rest of this frame still runs.
    pub(super) go: VarId,
}

/// See [`Frame`].
#[derive(Debug)]
pub(super) enum FrameKind {
    /// A function or an inlined closure; `return` sets `result`. `failure` is what loops leave by, if that is always an error or `None`.
    Body { result: VarId, failure: Option<crate::ir::Value> },
    /// One iteration of a loop; `break` sets `stop`, and `value` of `break value`. `part`: the loop is one part of the loop around it.
    Loop { label: Option<String>, stop: VarId, value: VarId, part: bool },
    /// Several loops in a row that are one of the user's: `break` leaves them all. Otherwise like [`FrameKind::Loop`].
    Loops { label: Option<String>, value: VarId, part: bool },
    /// A labelled block; `break 'label value` sets `value`.
    Block { label: String, value: VarId },
}
