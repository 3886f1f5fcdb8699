//! Method calls on scalars; those on memory are in [`memory`](super::memory), chains of iterators in [`iterator`](super::iterator).

use super::term::{Inactive, Term};
use super::width::Width;
use super::{Lower, kind};
use crate::ir::{Kind, Opaque};
use crate::rules;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprMethodCall};

/// Methods of floats whose result carries no derivative and is no float.
pub(super) fn inspects(name: &str) -> bool {
    matches!(
        name,
        "is_nan"
            | "is_finite"
            | "is_infinite"
            | "is_normal"
            | "is_subnormal"
            | "is_sign_negative"
            | "is_sign_positive"
            | "total_cmp"
            | "partial_cmp"
            | "to_bits"
            | "classify"
            | "eq"
            | "ne"
            | "lt"
            | "le"
            | "gt"
            | "ge"
    )
}

impl Lower<'_> {
    pub(super) fn method(&mut self, e: &ExprMethodCall, expected: Option<&Kind>) -> Term {
        if let Some(term) = self.accessed(e, expected) {
            return term;
        }
        if let Some(joined) = super::lists::joined(e).filter(|_| self.mentions_varied(&e.receiver)) {
            return self.expr(&joined, expected);
        }
        if let Some(term) = self.taken(e, expected) {
            return term;
        }
        if e.turbofish.is_some()
            && self.mentions_varied(&e.receiver)
            && let Some(gathered) = super::question::gathered_whole(&Expr::MethodCall(e.clone()))
        {
            return self.expr(&gathered, expected);
        }
        if let Some(in_order) = self.eager_default(e) {
            return self.expr(&in_order, expected);
        }
        if let Some(term) = self.chain(e, expected).or_else(|| self.unwrapped(e, expected)) {
            return term;
        }
        if super::optional::is_copied_element(e)
            && let Some(term) = self.option_of_item(e, expected)
        {
            return term;
        }
        if self.maps_a_list(&e.receiver, expected)
            && let Some(term) = self.mapped(e, expected)
        {
            return term;
        }
        if let Some(term) = self.wrapper_method(e, expected).or_else(|| self.made_by_bool(e, expected)) {
            return term;
        }
        if let Some(term) = self.lazy(e) {
            return term;
        }
        let name = e.method.to_string();
        let sorts = name.starts_with("sort_") || name.starts_with("select_nth_");
        let takes_function =
            e.args.iter().any(|arg| matches!(arg, Expr::Closure(_)) || name == "map" && matches!(arg, Expr::Path(_)));
        if sorts || takes_function || is_chain(&e.receiver) {
            if let Some(term) = self.reordered(e).or_else(|| self.option_of_item(e, expected)) {
                return term;
            }
            if matches!(name.as_str(), "partition_point" | "binary_search_by" | "binary_search_by_key")
                && let Some(term) = self.inspected(&Expr::MethodCall(e.clone()), &name)
            {
                return term;
            }
            if sorts || is_chain(&e.receiver) || takes_closure(&name) {
                return self.foreign_chain(e, expected);
            }
        }
        let primitive = rules::by_method(&name, e.args.len() + 1).is_some() || name == "sin_cos";
        // The size of a complex number is a float, too: a variable of unknown type need not be one for that.
        let reduces = name == "abs" && matches!(*e.receiver, Expr::Path(_));
        let float = primitive.then_some(&Kind::Float).filter(|_| expected == Some(&Kind::Float) && !reduces);
        let receiver = self.unwrapped_end(e).unwrap_or_else(|| self.expr(&e.receiver, float));
        if let Some(term) = self.memory_method(e, &name, &receiver, expected) {
            return term;
        }
        if !primitive && !inspects(&name) && !is_copying(&name) && name != "into" && !matches!(receiver, Term::Inactive(_)) {
            return self.unknown_method(e, receiver, expected);
        }
        let receiver = match receiver {
            Term::Inactive(Inactive { opaque, kind }) if advances_temporary(e, &opaque) => {
                Term::Inactive(Inactive { opaque: Opaque { pure_: true, ..opaque }, kind })
            }
            receiver => self.settle(receiver, float),
        };
        let since = self.stmts.len();
        let args = self.in_order(&e.args, |this, arg| this.operand(arg, float));
        let receiver = self.receiver_as_it_was(receiver, since);
        let varied = self.varies(&receiver) || args.iter().any(|arg| self.varies(arg));
        if name == "to_bits" && self.varies(&receiver) {
            let help = "compare floats as floats, or take the bits of `stop_gradient(…)`";
            return self.error(e, "what is made of the bits of a value carries no derivative", help);
        }
        if inspects(&name) {
            let kind = if name.starts_with("is_") { Kind::Bool } else { Kind::Passive };
            return self.inactive_method(e, receiver, args, kind, true);
        }
        if varied && args.is_empty() && matches!(name.as_str(), "shape" | "ndim") {
            return self.dimensions(e, &name, receiver);
        }
        if super::changes::changes_receiver(&name) && self.is_scalar_variable(&e.receiver) {
            let what = format!("`{name}` changes a variable that is no array, slice or `Vec`");
            return self.error(e, what, "write it as an assignment");
        }
        if !varied {
            return self.passive_method(e, &name, receiver, args, expected);
        }
        if matches!(name.as_str(), "clone" | "to_owned") && args.is_empty() {
            return receiver;
        }
        if name == "into" && args.is_empty() {
            return self.same_float(receiver, expected, e);
        }
        if name == "sin_cos" && args.is_empty() {
            let parts =
                ["sin", "cos"].map(|name| self.prim(rules::by_name(name), vec![receiver.clone()], Some(&Kind::Float), e.span()));
            return Term::Tuple(parts.into());
        }
        match rules::by_method(&name, args.len() + 1) {
            Some(prim) => {
                let operands = std::iter::once(receiver).chain(args).collect();
                self.prim_of(prim, operands, expected.filter(|_| !reduces), expected, e.span())
            }
            None => self.sibling_method(e, receiver, args, expected),
        }
    }

    /// A method of which nothing is known but its name: the receiver is wanted where it is.
    fn unknown_method(&mut self, e: &ExprMethodCall, receiver: Term, expected: Option<&Kind>) -> Term {
        let name = e.method.to_string();
        if super::changes::changes_receiver(&name) && self.is_scalar_variable(&e.receiver) {
            let what = format!("`{name}` changes a variable that is no array, slice or `Vec`");
            return self.error(e, what, "write it as an assignment");
        }
        let since = self.stmts.len();
        let args = self.in_order(&e.args, |this, arg| this.operand(arg, None));
        let receiver = self.receiver_as_it_was(receiver, since);
        if !self.varies(&receiver) && !args.iter().any(|arg| self.varies(arg)) {
            let receiver = self.settle(receiver, None);
            return self.passive_method(e, &name, receiver, args, expected);
        }
        if super::sibling::is_inherent(&self.kind(&receiver), &name) {
            return self.error(
                &e.method,
                format!("`{name}` is not known, and it involves values that may carry derivatives"),
                "write it as a function of its own with `#[differentiate]`, or with methods of floats and slices",
            );
        }
        if let Some(proven) = text(&name) {
            return match self.inactive_method(e, receiver, args, Kind::Passive, true) {
                Term::Inactive(inactive) => Term::Inactive(inactive.map(proven, Kind::Passive)),
                term => term,
            };
        }
        let known = self.neighbour(e).map(|known| known.result.clone()).filter(|kind| *kind != Kind::Unknown);
        let expected = expected.or(known.as_ref());
        match expected {
            // What it looks at may carry derivatives, what it returns does not.
            Some(kind) if kind.is_inactive() && *kind != Kind::Unit && !self.may_be_changed(e, &receiver, &args) => {
                self.inactive_method(e, receiver, args, kind.clone(), false)
            }
            _ => self.sibling_method(e, receiver, args, expected),
        }
    }

    /// `y.into()`, where it can only be the same float.
    fn same_float(&mut self, receiver: Term, expected: Option<&Kind>, e: &ExprMethodCall) -> Term {
        let double = self.width_of_term(&receiver) == Some(Width::Double)
            || self.float.as_ref().and_then(Width::of) == Some(Width::Double);
        match (expected, double) {
            (Some(Kind::Float), true) => self.read(receiver, expected),
            _ => {
                let what = "what type `into` makes of a value that may carry derivatives is not known";
                self.error(&e.method, what, "write `f64::from(…)`, or `… as f64`")
            }
        }
    }

    /// The lengths of an array along its axes, or how many axes it has. The type, which is written down, has no room for derivatives.
    fn dimensions(&mut self, e: &ExprMethodCall, name: &str, receiver: Term) -> Term {
        let (ty, kind): (syn::Type, Kind) = match name {
            "shape" => (syn::parse_quote!(&[usize]), Kind::Ref(false, Box::new(Kind::Slice(Box::new(Kind::Integer))))),
            _ => (syn::parse_quote!(usize), Kind::Integer),
        };
        let term = self.inactive_method(e, receiver, Vec::new(), kind.clone(), true);
        match term {
            Term::Inactive(inactive) => Term::Inactive(inactive.map(|of| syn::parse_quote!((#of as #ty)), kind)),
            term => term,
        }
    }

    /// A variable whose value is not in memory, and could not be changed there.
    fn is_scalar_variable(&self, e: &Expr) -> bool {
        let Expr::Path(path) = e else { return false };
        let variable = path.path.get_ident().and_then(|name| self.env.lookup(&name.to_string()));
        let Some(id) = variable.filter(|id| self.env.vars[id.0].mutable) else { return false };
        match self.env.read(id) {
            Some(Term::Value(value)) => self.data(value).class == crate::ir::Class::Plain,
            term => matches!(term, Some(Term::Inactive(_))),
        }
    }

    /// `x.sin_cos()`.
    pub(super) fn sin_cos(&mut self, x: Term, span: proc_macro2::Span) -> Term {
        let parts = ["sin", "cos"].map(|name| self.prim(rules::by_name(name), vec![x.clone()], Some(&Kind::Float), span));
        Term::Tuple(parts.into())
    }

    /// Methods that take closures and are none of iterators.
    fn reordered(&mut self, e: &ExprMethodCall) -> Option<Term> {
        let mark = self.mark();
        let mut attempt = |lower: fn(&mut Self, &ExprMethodCall) -> Option<Term>| {
            let term = lower(self, e);
            if term.is_none() {
                self.rollback(&mark);
            }
            term
        };
        attempt(Self::ordered)
            .or_else(|| attempt(Self::sorted))
            .or_else(|| attempt(|this, e| this.mapped(e, None)))
            .or_else(|| attempt(Self::resized_by_closure))
    }

    fn resized_by_closure(&mut self, e: &ExprMethodCall) -> Option<Term> {
        let receiver = self.expr(&e.receiver, None);
        let Term::Place(place) = self.place_of(receiver) else { return None };
        self.resized(&place, e, &e.method.to_string())
    }

    /// `order.sort_by(|i, j| …)` on inactive memory: what the closure looks at decides the order only.
    fn sorted(&mut self, e: &ExprMethodCall) -> Option<Term> {
        if !matches!(
            e.method.to_string().as_str(),
            "sort_by" | "sort_by_key" | "sort_unstable_by" | "sort_unstable_by_key" | "retain" | "dedup_by_key"
        ) {
            return None;
        }
        let receiver = self.expr(&e.receiver, None);
        let free = super::free::of_expr(&Expr::MethodCall(e.clone()));
        if !kind::pointee(&self.kind(&receiver)).is_inactive() || !free.assigned.is_empty() {
            return None;
        }
        self.changes(&free).ok()?;
        let uses = self.uses(&free.names)?;
        let opaque = Opaque { expr: Expr::MethodCall(e.clone()), uses, pure_: false, writes: true };
        Some(Term::Inactive(Inactive { opaque, kind: Kind::Passive }))
    }

    /// A chain of iterators that is not lowered to a loop: it stays as it is, if nothing in it carries derivatives.
    fn foreign_chain(&mut self, e: &ExprMethodCall, expected: Option<&Kind>) -> Term {
        let turbofish = e.turbofish.as_ref().and_then(|turbofish| turbofish.args.first());
        let kind = match turbofish {
            Some(syn::GenericArgument::Type(ty)) => Some(kind::of_type(ty)).filter(|kind| *kind != Kind::Unknown),
            _ => None,
        };
        let term = self.whole(
            &Expr::MethodCall(e.clone()),
            expected.filter(|kind| kind::is_scalar(kind) && **kind != Kind::Unit),
            &format!("this chain of iterators ends in `{}` or contains something that is not known, over values that may carry derivatives", e.method),
            "write a `for` loop over indices",
        );
        match (term, kind) {
            (Term::Inactive(inactive), Some(kind)) => Term::Inactive(Inactive { kind, ..inactive }),
            (term, _) => term,
        }
    }

    /// A method call on inactive operands.
    fn passive_method(
        &mut self,
        e: &ExprMethodCall,
        name: &str,
        receiver: Term,
        args: Vec<Term>,
        expected: Option<&Kind>,
    ) -> Term {
        let kind = self.kind(&receiver);
        let receiver_kind = kind::pointee(&kind).clone();
        let primitive = rules::by_method(name, args.len() + 1).is_some();
        let result = match (&receiver_kind, expected) {
            (Kind::Float | Kind::Integer, _) if primitive => receiver_kind.clone(),
            (Kind::Integer, _) if !name.starts_with("is_") => Kind::Integer,
            (_, Some(kind)) if kind::is_scalar(kind) && *kind != Kind::Unit => kind.clone(),
            (Kind::Bool, _) => Kind::Bool,
            _ if name == "len" => Kind::Integer,
            _ if name.starts_with("is_") => Kind::Bool,
            (Kind::Passive | Kind::Unknown, _) if primitive => Kind::Passive,
            _ => Kind::Unknown,
        };
        let pure_ = primitive || matches!(receiver_kind, Kind::Float | Kind::Integer | Kind::Bool) || pure_name(name);
        self.inactive_method(e, receiver, args, result, pure_)
    }

    /// A method needs to know the type of its receiver, and the code that told it in the primal may come later in a derivative.
    fn annotate(&mut self, receiver: &Term) {
        if let Term::Value(value) = receiver
            && self.data(*value).kind == Kind::Float
            && self.data(*value).class == crate::ir::Class::Plain
            && self.data(*value).ty.is_none()
            && !self.is_varied(*value)
        {
            self.data_mut(*value).ty = self.float.clone();
        }
    }

    fn inactive_method(&mut self, e: &ExprMethodCall, receiver: Term, args: Vec<Term>, kind: Kind, pure_: bool) -> Term {
        self.annotate(&receiver);
        let mut operands = vec![receiver];
        operands.extend(args);
        let (parts, whole) = self.compose(operands);
        let expr = Expr::MethodCall(ExprMethodCall {
            receiver: Box::new(parts[0].clone()),
            args: parts[1..].iter().cloned().collect(),
            ..e.clone()
        });
        let writes =
            whole.writes || !pure_ && whole.uses.iter().any(|(_, value)| self.data(*value).class != crate::ir::Class::Plain);
        let opaque = Opaque { expr, pure_: pure_ && whole.pure_, writes, ..whole };
        if pure_ {
            return Term::Inactive(Inactive { opaque, kind });
        }
        match &kind {
            // An effect must not be reordered; whether it is a statement or a value shows where it is used.
            kind if kind::is_scalar(kind) => self.evaluated(Inactive { opaque, kind: kind.clone() }),
            _ => Term::Inactive(Inactive { opaque, kind }),
        }
    }
}

/// `map.range(..k).next()`: what is advanced is a temporary, which no variable stands for.
fn advances_temporary(e: &ExprMethodCall, receiver: &Opaque) -> bool {
    let advances = matches!(e.method.to_string().as_str(), "next" | "next_back" | "nth" | "nth_back" | "by_ref");
    let computed = !receiver.pure_ && super::term::is_call(&receiver.expr);
    advances && computed && e.args.iter().all(|arg| matches!(arg, Expr::Lit(_) | Expr::Path(_)))
}

/// Methods that return what they are called on.
fn is_copying(name: &str) -> bool {
    matches!(name, "clone" | "to_owned" | "to_bits")
}

/// An iterator, by its last method.
fn is_chain(e: &Expr) -> bool {
    let Expr::MethodCall(call) = e else { return false };
    matches!(
        call.method.to_string().as_str(),
        "iter"
            | "iter_mut"
            | "into_iter"
            | "windows"
            | "chunks"
            | "chunks_exact"
            | "map"
            | "filter"
            | "zip"
            | "enumerate"
            | "rev"
            | "skip"
            | "take"
            | "step_by"
            | "copied"
            | "cloned"
            | "flat_map"
            | "flatten"
            | "filter_map"
            | "take_while"
            | "skip_while"
            | "scan"
            | "chain"
    ) && !matches!((call.method.to_string().as_str(), call.args.len()), ("copied" | "cloned" | "take" | "flatten", 0) if !is_chain(&call.receiver))
}

/// Methods of the standard library's that take closures.
fn takes_closure(name: &str) -> bool {
    const KNOWN: [&str; 54] = [
        "all",
        "and_then",
        "any",
        "binary_search_by",
        "binary_search_by_key",
        "chunk_by",
        "dedup_by",
        "dedup_by_key",
        "extract_if",
        "fill_with",
        "filter",
        "filter_map",
        "find",
        "find_map",
        "flat_map",
        "fold",
        "for_each",
        "get_or_insert_with",
        "inspect",
        "is_none_or",
        "is_ok_and",
        "is_some_and",
        "is_sorted_by",
        "map",
        "map_err",
        "map_or",
        "map_or_else",
        "map_while",
        "max_by",
        "max_by_key",
        "min_by",
        "min_by_key",
        "ok_or_else",
        "or_else",
        "or_insert_with",
        "partition",
        "partition_point",
        "position",
        "reduce",
        "resize_with",
        "retain",
        "retain_mut",
        "rposition",
        "rsplit",
        "scan",
        "skip_while",
        "split",
        "splitn",
        "take_while",
        "then",
        "try_fold",
        "try_for_each",
        "unwrap_or_else",
        "zip",
    ];
    KNOWN.contains(&name)
}

/// Methods that look at text or make text. Whatever they are called on: the type, which is written around the call, has no room for derivatives.
fn text(name: &str) -> Option<fn(Expr) -> Expr> {
    match name {
        "as_str" => Some(|of| syn::parse_quote!((#of as &str))),
        "as_bytes" => Some(|of| syn::parse_quote!((#of as &[u8]))),
        "starts_with" | "ends_with" | "eq_ignore_ascii_case" => Some(|of| syn::parse_quote!((#of as bool))),
        "to_string" | "to_lowercase" | "to_uppercase" | "to_ascii_lowercase" | "to_ascii_uppercase" => {
            Some(|of| syn::parse_quote!(::std::string::String::from(#of)))
        }
        _ => None,
    }
}

/// Methods without effects, whatever they are called on.
fn pure_name(name: &str) -> bool {
    matches!(
        name,
        "len"
            | "is_empty"
            | "clone"
            | "copied"
            | "cloned"
            | "abs"
            | "pow"
            | "min"
            | "max"
            | "is_some"
            | "is_none"
            | "contains"
            | "unwrap_or"
            | "as_str"
            | "as_ref"
            | "rem_euclid"
            | "to_owned"
            | "first"
            | "last"
    )
}
