//! Local variables: names, scopes, and what each variable stands for at the current point.

use super::term::Term;
use std::collections::HashMap;

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

/// All variables and the scopes at the current point.
#[derive(Debug)]
pub(super) struct Env {
    pub(super) vars: Vec<Var>,
    pub(super) scopes: Scopes,
}

impl Default for Env {
    fn default() -> Self {
        Env { vars: Vec::new(), scopes: vec![HashMap::new()] }
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
        self.vars[id.0].binding = Binding::Term(term);
    }

    /// The bindings of the variables that exist now.
    pub(super) fn snapshot(&self, len: usize) -> Vec<Binding> {
        self.vars[..len].iter().map(|var| var.binding.clone()).collect()
    }

    /// Returns to the bindings of a snapshot.
    pub(super) fn restore(&mut self, bindings: &[Binding]) {
        for (var, binding) in self.vars.iter_mut().zip(bindings) {
            var.binding = binding.clone();
        }
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
    /// A function or an inlined closure; `return` sets `result`.
    Body { result: VarId },
    /// One iteration of a loop; `break` sets `stop`, and `value` of `break value`. `part`: the loop is one part of the loop around it.
    Loop { label: Option<String>, stop: VarId, value: VarId, part: bool },
    /// A labelled block; `break 'label value` sets `value`.
    Block { label: String, value: VarId },
}
