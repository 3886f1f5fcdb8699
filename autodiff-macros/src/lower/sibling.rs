//! Calls of the user's methods and associated functions, whose derivatives stand beside them under longer names.

use super::closure::Closure;
use super::function::Passed;
use super::term::Term;
use super::{Lower, kind};
use crate::args::Neighbour;
use crate::ir::{Arg, Call, Callee, Class, Kind, Place, Proj, Receiver, Stmt};
use std::collections::HashMap;
use syn::spanned::Spanned as _;
use syn::{ExprMethodCall, ExprPath, Path, PathSegment};

impl Lower<'_> {
    /// `receiver.m(args)`: rustc finds the derivative as it finds the method.
    pub(super) fn sibling_method(
        &mut self,
        e: &ExprMethodCall,
        receiver: Term,
        args: Vec<Term>,
        expected: Option<&Kind>,
    ) -> Term {
        if let Some(method) = super::pullback::method_of(&e.method) {
            return self.method_vjp((e, method), receiver, args, expected);
        }
        let (receiver, known) = self.receiver_of(e, receiver, &args);
        self.call_method(e, receiver, args, expected.or(known.as_ref()))
    }

    /// What a method is called on, and what is known of its result.
    pub(super) fn receiver_of(&mut self, e: &ExprMethodCall, receiver: Term, args: &[Term]) -> (Arg, Option<Kind>) {
        let known = self.neighbour(e).map(|known| (known.changes_self, known.result.clone()));
        let (changes, result) = known.map_or((None, None), |(changes, result)| (Some(changes), Some(result)));
        (self.receiver(receiver, changes, args), result)
    }

    /// The call of a method that has derivatives of its own.
    pub(super) fn call_method(&mut self, e: &ExprMethodCall, receiver: Arg, args: Vec<Term>, expected: Option<&Kind>) -> Term {
        let lender = match &receiver {
            Arg::Borrow { mutable: true, place } => Some(place.base),
            Arg::Borrow { .. } | Arg::Value(_) => None,
        };
        let mut passed = Passed::default();
        passed.args.push(receiver);
        if self.neighbour(e).is_none() {
            passed.receiver = Receiver::Unseen;
        }
        self.pass(args, &mut passed);
        let arguments = match &e.turbofish {
            Some(turbofish) => syn::PathArguments::AngleBracketed(turbofish.clone()),
            None => syn::PathArguments::None,
        };
        let path = Path::from(PathSegment { ident: e.method.clone(), arguments });
        let result = self.call_of(path, Callee::Method, passed, expected, e.span());
        if let (Some(lender), Term::Value(value)) = (lender, &result) {
            self.note_lent(*value, lender, &e.method.to_string());
        }
        result
    }

    /// A method of the same block that returns a reference into `self`: its body says what it refers to. One that calls itself is called like
    /// others.
    pub(super) fn accessed(&mut self, e: &ExprMethodCall, expected: Option<&Kind>) -> Option<Term> {
        let accessor = self.neighbour(e)?.accessor.clone()?;
        if self.accessing.contains(&e.method) {
            return None;
        }
        let receiver = self.env.lookup(&self.receiver.as_ref()?.to_string())?;
        let args = self.arguments(&e.args);
        self.accessing.push(e.method.clone());
        let closure = Closure::over(&accessor.found, HashMap::from([(accessor.receiver.to_string(), receiver)]));
        let term = self.inline(&closure, args, expected);
        self.accessing.pop();
        Some(term)
    }

    /// What is known of a method that is called on `self`.
    pub(super) fn neighbour(&self, e: &ExprMethodCall) -> Option<&Neighbour> {
        let syn::Expr::Path(path) = &*e.receiver else { return None };
        let on_self = path.path.get_ident().is_some_and(|name| Some(name) == self.receiver.as_ref());
        self.neighbours.get(&e.method.to_string()).filter(|_| on_self)
    }

    /// What is known of `Self::f`.
    pub(super) fn neighbour_at(&self, path: &Path) -> Option<&Neighbour> {
        let [owner, name] = path.segments.iter().collect::<Vec<_>>()[..] else { return None };
        let is_own = |known: &&Neighbour| owner.ident == "Self" || known.owner.as_ref() == Some(&owner.ident);
        self.neighbours.get(&name.ident.to_string()).filter(is_own)
    }

    /// What is known of its result.
    pub(super) fn result_of_neighbour(&self, path: &Path) -> Option<Kind> {
        self.neighbour_at(path).map(|known| known.result.clone()).filter(|kind| *kind != Kind::Unknown)
    }

    /// What a method is called on: borrowed, mutably wherever the method could change it, unless it is known whether it `changes` that.
    fn receiver(&mut self, term: Term, changes: Option<bool>, args: &[Term]) -> Arg {
        let place = match self.place_of(term) {
            Term::Place(place) => place,
            Term::Inactive(inactive) => {
                let reference = inactive.map(|of| syn::parse_quote!(&#of), Kind::Passive);
                return Arg::Value(self.evaluate(reference, "t"));
            }
            term => self.stored(term),
        };
        let mutable = match changes {
            Some(changes) => changes,
            None => self.may_change(&place) && !args.iter().any(|arg| self.borrows(arg, &place)),
        };
        Arg::Borrow { mutable, place }
    }

    /// A method may change its receiver or its arguments.
    pub(super) fn may_be_changed(&mut self, e: &ExprMethodCall, receiver: &Term, args: &[Term]) -> bool {
        if self.neighbour(e).is_some_and(|known| !known.changes_self) {
            return args.iter().any(Term::lends);
        }
        let place = self.place_of(receiver.clone());
        let receiver = matches!(&place, Term::Place(place) if self.may_change(place) && self.is_varied(place.base));
        receiver || args.iter().any(Term::lends)
    }

    /// The user may borrow the place mutably.
    fn may_change(&self, place: &Place) -> bool {
        let data = self.data(place.base);
        match data.class {
            Class::View { mutable } => mutable,
            Class::Owner => data.mutable,
            Class::Plain | Class::Accumulator | Class::Shadow | Class::Record | Class::Pull => false,
        }
    }

    /// An argument that refers to the same memory: the method would not compile if it changed that. What does not come from a mutable view that is
    /// alive is apart from it (the halves of `split_at_mut`, fields bound by one pattern), and fields are apart from each other.
    fn borrows(&self, arg: &Term, place: &Place) -> bool {
        match arg {
            Term::Ref(_, to) => match self.dereferenced((**to).clone()) {
                Term::Place(other) => self.lies_in(&other, place),
                _ => false,
            },
            Term::Tuple(parts) => parts.iter().any(|part| self.borrows(part, place)),
            Term::Unit | Term::Inactive(_) | Term::Value(_) | Term::Place(_) | Term::Closure(_) | Term::Iterator(_) => false,
        }
    }

    /// One place may be in the other.
    pub(super) fn overlap(&self, a: &Place, b: &Place) -> bool {
        self.lies_in(a, b) || self.lies_in(b, a)
    }

    fn lies_in(&self, part: &Place, place: &Place) -> bool {
        if part.base == place.base { !part_at_a_field(&part.proj, &place.proj) } else { self.comes_from(part.base, place.base) }
    }

    /// A value, or a view into it.
    fn comes_from(&self, value: crate::ir::Value, of: crate::ir::Value) -> bool {
        value == of || matches!(self.roots[value.0 as usize].as_slice(), [one] if self.comes_from(*one, of))
    }

    /// A call of something that has derivatives of its own.
    pub(super) fn call_of(
        &mut self,
        path: Path,
        callee: Callee,
        passed: Passed,
        expected: Option<&Kind>,
        span: proc_macro2::Span,
    ) -> Term {
        let Passed { args, functions, receiver } = passed;
        self.passed_through(&args, span);
        for arg in &args {
            if let Arg::Borrow { mutable: true, place } = arg {
                let data = self.data(place.base);
                if data.class == Class::Owner && data.ty.is_none() && self.place_kind(place) == Kind::Passive {
                    let what =
                        "what is borrowed mutably here is of a type that is not known, and held for one without derivatives";
                    self.errors.push(span, what, "declare the variable with its type: `let mut x: f64 = …;`");
                }
                self.mark_varied(place.base, span);
            }
        }
        let (result, term) = self.call_result(expected, span);
        self.stmts.push(Stmt::Call(Box::new(Call {
            path,
            args,
            functions,
            result,
            callee,
            receiver,
            error: None,
            pull: None,
            tangents: Vec::new(),
            at_once: None,
            kept: None,
        })));
        term
    }
}

/// Two ways into the same memory, of which one goes into one field and the other into another. Not behind an index: that of a `Vec` borrows all of it.
fn part_at_a_field(a: &[Proj], b: &[Proj]) -> bool {
    let first = a.iter().zip(b).find(|(a, b)| a != b || matches!(a, Proj::Index(_) | Proj::Range { .. }));
    matches!(first, Some((Proj::Field(_), Proj::Field(_))))
}

/// `Type::m` and `<T as Trait>::m`, as opposed to `module::f`: only how the name in front is written tells.
pub(super) fn is_associated(path: &ExprPath) -> bool {
    let owner = path.path.segments.iter().rev().nth(1);
    path.qself.is_some() || owner.is_some_and(|owner| super::free::is_constant_name(&owner.ident) || is_primitive(&owner.ident))
}

fn is_primitive(ident: &proc_macro2::Ident) -> bool {
    const PRIMITIVES: [&str; 16] =
        ["f32", "f64", "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"];
    PRIMITIVES.iter().any(|primitive| ident == primitive)
}

/// Whether the standard library has the method, if the kind is known to be one of its types: no trait of the user's is asked then.
pub(super) fn is_inherent(kind: &Kind, name: &str) -> bool {
    match kind::pointee(kind) {
        Kind::Float => OF_FLOATS.contains(&name),
        Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_) => OF_SEQUENCES.contains(&name),
        Kind::Integer | Kind::Bool | Kind::Unit | Kind::Passive | Kind::Tuple(_) | Kind::Unknown => false,
        Kind::Ref(_, inner) => is_inherent(inner, name),
    }
}

const OF_FLOATS: [&str; 11] = [
    "next_up",
    "next_down",
    "midpoint",
    "div_euclid",
    "rem_euclid",
    "abs_sub",
    "to_int_unchecked",
    "to_be_bytes",
    "to_le_bytes",
    "to_ne_bytes",
    "round_ties_even",
];

const OF_SEQUENCES: [&str; 60] = [
    "append",
    "array_windows",
    "as_array",
    "as_chunks",
    "as_mut_ptr",
    "as_mut_ptr_range",
    "as_ptr",
    "as_ptr_range",
    "as_rchunks",
    "binary_search_by",
    "chunk_by",
    "chunk_by_mut",
    "clear",
    "concat",
    "dedup",
    "dedup_by",
    "dedup_by_key",
    "drain",
    "each_mut",
    "each_ref",
    "extend",
    "extend_from_slice",
    "extend_from_within",
    "extract_if",
    "first_chunk",
    "first_chunk_mut",
    "get",
    "get_mut",
    "insert",
    "into_boxed_slice",
    "into_flattened",
    "join",
    "last_chunk",
    "leak",
    "pop",
    "pop_if",
    "rchunks",
    "remove",
    "repeat",
    "reserve",
    "resize",
    "resize_with",
    "retain",
    "retain_mut",
    "reverse",
    "rotate_left",
    "rotate_right",
    "select_nth_unstable_by",
    "shrink_to_fit",
    "sort_by",
    "sort_unstable_by",
    "splice",
    "split_at_checked",
    "split_first",
    "split_first_mut",
    "split_last",
    "split_last_mut",
    "split_off",
    "swap_remove",
    "truncate",
];
