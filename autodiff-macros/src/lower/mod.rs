//! syn → IR. Every "not supported" arises here.
//!
//! An expression is lowered to a [`Term`]: something that can still be read, written or borrowed, without a decision which of these it
//! will be. Local variables are bound to terms in an [`Env`]; an assignment to a plain scalar changes the binding and emits nothing.
//! Arms of a branch are lowered from a copy of the bindings, and what differs afterwards becomes a result of the branch ([`branch`]).
//! A nest of loops is lowered again until it is known which bindings each body changes ([`rounds`]). So nothing has to be scanned in advance, and
//! inlined closures, destructuring assignments and synthetic exit flags need no extra care.

mod adaptor;
mod advance;
mod apart;
mod assign;
mod branch;
mod call;
mod chain;
mod changes;
mod choice;
mod closure;
mod construct;
mod desugar;
pub(crate) mod element;
mod env;
mod exit;
mod expr;
mod flow;
mod free;
mod from_fn;
pub(crate) mod function;
pub(crate) mod function_type;
mod hoist;
mod hygiene;
mod in_place;
mod inactive;
mod integers;
mod item;
mod iterator;
mod join;
pub(crate) mod kind;
mod lent;
mod lists;
mod loops;
mod macros;
mod mapped;
mod matches;
mod memory;
mod method;
mod operator;
mod optional;
mod order;
mod params;
mod pattern;
mod place;
mod pointed;
mod prune;
mod pullback;
mod question;
mod range;
mod reach;
mod resize;
mod reversal;
mod rounds;
mod search;
mod sibling;
mod sorting;
mod source;
mod stage;
mod stmt;
mod syntax;
mod tail;
mod taken;
mod term;
#[cfg(test)]
mod tests;
mod unpack;
mod value;
mod width;
mod wrapper;

use crate::args::{Config, Neighbour};
use crate::errors::Errors;
use crate::ir::{self, Class, Kind, Op, Stmt, Tree, Value, ValueData};
use env::{Env, Frame};
use proc_macro2::Span;
use rounds::Rounds;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use term::Term;

/// Lowers a function whose attributes have been read. All that is wrong with it is in `errors`; then there is no result.
pub fn function(item: &syn::ItemFn, config: &Config, errors: &mut Errors) -> Option<ir::Function> {
    let reported = errors.len();
    params::check_signature(&item.sig, errors);
    params::check_attributes(item, errors);
    hygiene::check(item, errors);
    let mut item = item.clone();
    desugar::block(&mut item.block);
    if let syn::ReturnType::Type(_, ty) = &item.sig.output {
        from_fn::typed_at_the_end(&mut item.block, ty);
        question::asked_at_the_end(&mut item.block, ty);
    }
    let mut known = HashSet::new();
    loop {
        let (function, found) = lowered(&item, config, errors, known.clone());
        if found.is_subset(&known) {
            return function;
        }
        errors.truncate(reported);
        known.extend(found);
    }
}

/// Lowers a function of which these variables are known to carry derivatives from the start. Returns those that were found to.
fn lowered(
    item: &syn::ItemFn,
    config: &Config,
    errors: &mut Errors,
    known: HashSet<String>,
) -> (Option<ir::Function>, HashSet<String>) {
    let reported = errors.len();
    let mut lower = Lower::new(errors);
    lower.reach.known = known;
    lower.krate = config.krate.clone();
    lower.float = kind::only_float(quote::ToTokens::to_token_stream(item));
    lower.real = config.real(item).cloned();
    lower.receiver = config.receiver.as_ref().map(|receiver| receiver.ident.clone());
    lower.neighbours = config.neighbours.clone();
    lower.mut_borrowed = free::mut_borrowed(&item.block);
    lower.lists = Rc::new(free::lists(item));
    lower.changed_in_place = in_place::changed(&item.block);
    lower.apart = apart::Apart::new(item);
    let (mut params, mut patterns) = lower.params(item, config);
    let replaced = lower.replace_resized(&item.block, &params, &mut patterns);
    for (param, (pat, term)) in params.iter().zip(patterns) {
        lower.bind_param(&pat, term, Some(&param.ty));
    }
    let copied = config.receiver.as_ref().and_then(|receiver| receiver.copied.as_ref());
    let (result, result_ty) = lower.function_body(item, copied);
    lower.hand_back(replaced);
    for param in &mut params {
        param.needs_derivative = lower.functions.get(&param.value).is_some_and(|function| function.needs_derivative);
    }
    let found = std::mem::take(&mut lower.reach.found);
    let (stmts, values, diverges) = (std::mem::take(&mut lower.stmts), lower.values, lower.flow == Flow::Diverged);
    let body = ir::Block { stmts, yields: Vec::new(), diverges };
    let mut function =
        ir::Function { values, params, body, result, result_ty, dots: Vec::new(), result_dots: Vec::new(), cotangents: None };
    if errors.len() > reported {
        return (None, found);
    }
    prune::function(&mut function);
    integers::function(&mut function);
    (Some(function), found)
}

/// Reports what is wrong with a function that has no body.
pub fn check_signature(item: &syn::ItemFn, errors: &mut Errors) {
    params::check_signature(&item.sig, errors);
}

/// The parameters of a function whose body is not lowered.
pub fn opaque_params(item: &syn::ItemFn, config: &Config, errors: &mut Errors) -> Option<(Vec<ValueData>, Vec<ir::Param>)> {
    let reported = errors.len();
    params::check_signature(&item.sig, errors);
    let mut lower = Lower::new(errors);
    let (params, _) = lower.params(item, config);
    let values = lower.values;
    (errors.len() == reported).then_some((values, params))
}

/// The name of what has none.
const TEMPORARY: &str = "t";

/// Where control is after what has been lowered so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    /// It goes on.
    Live,
    /// It has left through `break`, `continue` or `return`; the bindings are those of the exit.
    Exited,
    /// It has panicked.
    Diverged,
}

/// The state of lowering.
struct Lower<'e> {
    values: Vec<ValueData>,
    /// For each value: it may depend on a differentiable parameter.
    varied: Vec<bool>,
    /// For each view: what it may point into.
    roots: Vec<Vec<Value>>,
    /// For each value: the type of floats that it has or holds, if that is known.
    widths: Vec<Option<width::Width>>,
    /// For each value: how many elements it has, if it is an array that is written down.
    array_lengths: Vec<Option<usize>>,
    /// For each value: it is a box of a number.
    boxed_numbers: Vec<bool>,
    /// For each value: no name of the user's belongs to it yet.
    temporary: Vec<bool>,
    /// Owners and views behind which the caller wants no derivatives.
    constants: HashSet<Value>,
    /// Parameters that are functions.
    functions: HashMap<Value, function::FunctionParam>,
    /// Inactive references into memory.
    reach: reach::Reach,
    /// The block under construction.
    stmts: Vec<Stmt>,
    env: Env,
    frames: Vec<Frame>,
    /// The index of a loop between its header and its body.
    loop_index: Vec<Value>,
    rounds: Rounds,
    flow: Flow,
    /// Names of variables that are borrowed mutably somewhere: scalars among them are memory.
    mut_borrowed: HashSet<String>,
    /// Names of variables that are changed where they are.
    changed_in_place: HashSet<String>,
    /// Structs of which only the fields are used.
    apart: apart::Apart,
    /// Names of variables that are lists of some kind.
    lists: Rc<free::Lists>,
    /// The name of the method's receiver, and what is known of the methods of its type.
    receiver: Option<proc_macro2::Ident>,
    neighbours: Rc<HashMap<String, Neighbour>>,
    /// Those of them that are being looked into.
    accessing: Vec<proc_macro2::Ident>,
    /// The float type, if the function mentions only one: for literals whose type the primal infers from later uses.
    float: Option<syn::Type>,
    /// The type parameter that stands for a float, if there is only one.
    real: Option<syn::Ident>,
    /// Where the runtime lives.
    krate: syn::Path,
    /// Views of a variant's field whose pattern binds it by value.
    by_value: HashSet<Value>,
    /// What is built is an error, which carries nothing.
    in_error: bool,
    /// A value that some way out has and another has not, and of which no placeholder can be made, was reported.
    missing: bool,
    /// How many constants of types that cannot be seen have been taken for floats.
    guesses: usize,
    /// How many values have been given names because control may leave beside them.
    held: usize,
    errors: &'e mut Errors,
}

/// A state to return to when an attempt at a loop body was made under wrong assumptions.
struct Mark {
    values: usize,
    env: env::Point,
    stmts: usize,
    errors: usize,
    flow: Flow,
}

impl<'e> Lower<'e> {
    fn new(errors: &'e mut Errors) -> Self {
        Lower {
            values: Vec::new(),
            varied: Vec::new(),
            roots: Vec::new(),
            widths: Vec::new(),
            array_lengths: Vec::new(),
            boxed_numbers: Vec::new(),
            temporary: Vec::new(),
            constants: HashSet::new(),
            functions: HashMap::new(),
            stmts: Vec::new(),
            env: Env::default(),
            frames: Vec::new(),
            loop_index: Vec::new(),
            rounds: Rounds::default(),
            flow: Flow::Live,
            mut_borrowed: HashSet::new(),
            lists: Rc::default(),
            changed_in_place: HashSet::new(),
            reach: reach::Reach::default(),
            apart: apart::Apart::default(),
            receiver: None,
            neighbours: Rc::default(),
            accessing: Vec::new(),
            float: None,
            real: None,
            krate: syn::parse_quote!(::differentiate),
            by_value: HashSet::new(),
            in_error: false,
            missing: false,
            guesses: 0,
            held: 0,
            errors,
        }
    }

    /// Lowers the body and its result. If that is a reference, it is `copied` by this method.
    fn function_body(&mut self, item: &syn::ItemFn, copied: Option<&proc_macro2::Ident>) -> (Tree, syn::Type) {
        let (ty, kind) = match &item.sig.output {
            syn::ReturnType::Default => (syn::parse_quote!(()), Kind::Unit),
            syn::ReturnType::Type(_, ty) => ((**ty).clone(), kind::of_type(ty)),
        };
        let body = syn::Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: (*item.block).clone() });
        let written = copied.is_none().then_some((&kind, &ty));
        let term = self.body(&body, written.map(|(kind, _)| kind), written.map(|(_, ty)| ty));
        if self.flow == Flow::Diverged {
            return (Tree::Unit, ty);
        }
        if matches!(kind, Kind::Ref(..)) && !kind.is_inactive() {
            self.errors.push_spanned(
                &ty,
                "a reference is returned",
                "return an owned value, or write through a `&mut` parameter",
            );
        }
        let term = match copied {
            Some(method) => self.referred(term, method, &kind),
            None => term,
        };
        (self.tree(term, &kind), ty)
    }

    /// What a reference refers to, by value.
    fn referred(&mut self, term: Term, method: &proc_macro2::Ident, kind: &Kind) -> Term {
        match self.dereferenced(term) {
            Term::Place(place) if *kind != Kind::Float => {
                let varied = self.is_varied(place.base);
                let op = Op::Alloc(ir::Alloc::Copy { place, method: Some(method.clone()) });
                Term::Value(self.let_(TEMPORARY, Class::Owner, kind.clone(), op, method.span(), varied))
            }
            Term::Inactive(inactive) => Term::Inactive(inactive.map(|of| syn::parse_quote!(#of.#method()), kind.clone())),
            term => term,
        }
    }

    /// The result of a function as values.
    fn tree(&mut self, term: Term, kind: &Kind) -> Tree {
        match (term, kind) {
            (_, Kind::Unit) => Tree::Unit,
            (Term::Tuple(parts), Kind::Tuple(kinds)) if parts.len() == kinds.len() => {
                Tree::Tuple(parts.into_iter().zip(kinds).map(|(part, kind)| self.tree(part, kind)).collect())
            }
            (Term::Tuple(parts), _) => Tree::Tuple(parts.into_iter().map(|part| self.tree(part, &Kind::Unknown)).collect()),
            (Term::Place(place), _)
                if place.proj.is_empty() && self.data(place.base).class == Class::Owner && !kind::is_scalar(kind) =>
            {
                Tree::Leaf(place.base)
            }
            (term, kind) => Tree::Leaf(self.owned(term, Some(kind))),
        }
    }

    /// A new value.
    fn fresh(&mut self, name: &str, class: Class, kind: Kind, span: Span, varied: bool) -> Value {
        self.roots.push(Vec::new());
        self.temporary.push(name == TEMPORARY);
        self.widths.push(None);
        self.array_lengths.push(None);
        self.boxed_numbers.push(false);
        self.varied.push(varied);
        let value = ir::build::fresh(&mut self.values, name, class, kind, span);
        if class != Class::Plain {
            self.rounds.memory.push(value);
        }
        value
    }

    /// `let name = op;`
    fn let_(&mut self, name: &str, class: Class, kind: Kind, op: Op, span: Span, varied: bool) -> Value {
        let width = self.width_of_op(&op);
        let value = self.fresh(name, class, kind, span, varied);
        self.widths[value.0 as usize] = width;
        self.array_lengths[value.0 as usize] = self.length_of_op(&op);
        self.note_reach(value, &op);
        self.stmts.push(Stmt::Let { value, op });
        value
    }

    fn data(&self, value: Value) -> &ValueData {
        &self.values[value.0 as usize]
    }

    fn data_mut(&mut self, value: Value) -> &mut ValueData {
        &mut self.values[value.0 as usize]
    }

    /// Gives a temporary the user's name for it.
    fn rename(&mut self, value: Value, name: &str, span: Span) {
        if std::mem::take(&mut self.temporary[value.0 as usize]) {
            self.data_mut(value).name = name.to_owned();
            self.data_mut(value).span = span;
        }
    }

    /// The value may depend on a differentiable parameter; for memory: what it holds now.
    fn is_varied(&self, value: Value) -> bool {
        let index = value.0 as usize;
        !self.values[index].kind.is_inactive()
            && (self.varied[index] || self.roots[index].iter().any(|root| self.is_varied(*root)))
    }

    /// Something that may be varied is written to the memory behind `base`.
    fn mark_varied(&mut self, base: Value, span: Span) {
        if self.constants.contains(&base) {
            let name = self.data(base).name.clone();
            self.errors.push(
                span,
                format!("a value with a derivative is stored in `{name}`, which is a constant here"),
                "make the parameter differentiable, or store `stop_gradient(…)` of the value",
            );
        }
        let index = base.0 as usize;
        if self.roots[index].is_empty() && !std::mem::replace(&mut self.varied[index], true) {
            self.rounds.marked.push(base);
        }
        for root in self.roots[index].clone() {
            self.mark_varied(root, span);
        }
    }

    /// Where the next value comes to stand; values below are visible outside the block that starts here.
    fn next_value(&self) -> u32 {
        self.values.len() as u32
    }

    fn mark(&self) -> Mark {
        Mark {
            values: self.values.len(),
            env: self.env.point(),
            stmts: self.stmts.len(),
            errors: self.errors.len(),
            flow: self.flow,
        }
    }

    /// Forgets everything since `mark`, except which older memory has been found to be varied.
    fn rollback(&mut self, mark: &Mark) {
        self.values.truncate(mark.values);
        self.varied.truncate(mark.values);
        self.roots.truncate(mark.values);
        self.temporary.truncate(mark.values);
        self.reach.truncate(mark.values);
        self.widths.truncate(mark.values);
        self.array_lengths.truncate(mark.values);
        self.boxed_numbers.truncate(mark.values);
        self.env.rollback(mark.env);
        let made = self.rounds.memory.partition_point(|value| (value.0 as usize) < mark.values);
        self.rounds.memory.truncate(made);
        self.stmts.truncate(mark.stmts);
        self.errors.truncate(mark.errors);
        self.flow = mark.flow;
    }

    /// Runs `f` on an empty block and returns its statements beside `f`'s result.
    fn nested<R>(&mut self, f: impl FnOnce(&mut Self) -> R) -> (Vec<Stmt>, R) {
        let outer = std::mem::take(&mut self.stmts);
        let result = f(self);
        (std::mem::replace(&mut self.stmts, outer), result)
    }

    fn error(&mut self, tokens: impl quote::ToTokens, what: impl std::fmt::Display, instead: impl std::fmt::Display) -> Term {
        self.errors.push_spanned(tokens, what, instead);
        Term::error()
    }
}
