//! The stages, in order.

use crate::analyze::{Activity, Layout, Memory};
use crate::args::Config;
use crate::emit::companion::signature::{Block as Surroundings, Home, How, Signature};
use crate::errors::Errors;
use crate::guard::guarded;
use crate::ir::visit::by_mut;
use crate::ir::{Block, ClosureCode, Code, Function, Param, Stmt, verify};
use crate::simplify::simplify;
use crate::transform::fission::fission;
use crate::transform::fuse::{Caller, fuse};
use crate::transform::share::share;
use crate::transform::spare::{Spared, spare};
use crate::transform::{adjoint, late, tangent};
use crate::user_rule::{self, UserRule};
use crate::{alias, emit, fallback, lower, member};
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;
use syn::ItemFn;

/// `#[differentiate(attribute)] item`: the item, and its derivatives of at least the order given.
pub fn expand(attribute: TokenStream, item: TokenStream, least_order: u32) -> TokenStream {
    let error = match syn::parse2::<ItemFn>(item.clone()) {
        Ok(item) => return function(attribute, item, least_order),
        Err(error) => error,
    };
    match syn::parse2::<syn::Item>(item.clone()) {
        Ok(syn::Item::Impl(block)) => member::implementation(attribute, block, least_order),
        Ok(syn::Item::Trait(block)) => member::declaration(attribute, block, least_order),
        _ => fallback::unparsed(item, &error),
    }
}

/// A function and its companion.
fn function(attribute: TokenStream, mut item: ItemFn, least_order: u32) -> TokenStream {
    let mut errors = Errors::default();
    if let Some(receiver) = item.sig.receiver() {
        // Beside a method there is no place for a type.
        let help = "write `#[differentiate]` on the `impl` block instead, and `#[differentiate(skip)]` on methods to leave out";
        errors.push_spanned(receiver, "a method is differentiated with the block that it stands in", help);
        let errors = errors.to_compile_errors();
        return quote!(#item #errors);
    }
    let mut config = Config::parse(attribute, &mut item, &mut errors);
    config.order = config.order.max(least_order);
    let programs = programs(&item, &config, &mut errors);
    let companion = companion(&item, &config, programs, false, &mut errors);
    let errors = errors.to_compile_errors();
    quote!(#item #errors #companion)
}

/// What is derived of a function, unless something is wrong with it or its derivatives are the user's.
pub fn programs(item: &ItemFn, config: &Config, errors: &mut Errors) -> Option<Programs> {
    let resolved = alias::resolved(item, &config.krate);
    let item = resolved.as_ref().unwrap_or(item);
    if let (Some(UserRule::Functions { .. }), 2..) = (&config.rule, config.order) {
        let help = "leave `order` out, or give `d(x) = …`, through which higher orders go";
        errors.push(item.sig.ident.span(), "`vjp = …, jvp = …` give derivatives of order 1", help);
    }
    let name = item.sig.ident.to_string();
    let caller = match &config.home {
        Home::Companion => Some(Caller::Function(&name)),
        Home::Member(member) if member.block == Surroundings::Inherent => Some(Caller::Method),
        // A trait's methods have what the trait declares.
        Home::Member(_) => None,
    };
    let derived = guarded(item.sig.ident.span(), errors, |errors| {
        let function = match &config.rule {
            Some(UserRule::Partials(partials)) if errors.is_empty() => {
                user_rule::partials::function(item, config, partials, errors)
            }
            _ if config.is_opaque => None,
            _ => lower::function(item, config, errors),
        };
        function.map(|function| derive(&function, config.order, caller, errors))
    });
    derived.flatten()
}

/// The companion of a function, or the siblings of a method; stubs if there are `errors`.
pub fn companion(
    item: &ItemFn,
    config: &Config,
    programs: Option<Programs>,
    recursive: bool,
    errors: &mut Errors,
) -> TokenStream {
    let resolved = alias::resolved(item, &config.krate);
    let item = resolved.as_ref().unwrap_or(item);
    let printed = guarded(item.sig.ident.span(), errors, |errors| printed(item, config, programs, recursive, errors));
    printed.unwrap_or_else(|| emit::companion::stub(&fallback::signature(item, config)))
}

fn printed(item: &ItemFn, config: &Config, programs: Option<Programs>, recursive: bool, errors: &Errors) -> TokenStream {
    match (&config.rule, programs) {
        (Some(UserRule::Functions { vjp, jvp }), _) if errors.is_empty() => {
            user_rule::functions::companion(&fallback::signature(item, config), vjp, jvp)
        }
        (rule, Some(programs)) if errors.is_empty() => {
            let signature = programs.signature(item, config, recursive);
            let own = programs.primal.values.len();
            let Programs { adjoints, tangents, fused, spared, .. } = programs;
            let companion = emit::companion_of(&signature, adjoints, tangents, fused, spared.as_ref(), own);
            let partials = match rule {
                Some(UserRule::Partials(partials)) => user_rule::partials::items(&signature, partials),
                Some(UserRule::Functions { .. }) | None => TokenStream::new(),
            };
            quote!(#companion #partials)
        }
        _ => emit::companion::stub(&fallback::signature(item, config)),
    }
}

/// The programs of one function.
#[derive(Debug)]
pub struct Programs {
    /// As written.
    pub primal: Function,
    /// Forward sweep and pullback, and the tangents of that in more and more directions.
    pub adjoints: Vec<Function>,
    /// Value and directional derivative, in more and more directions.
    pub tangents: Vec<Function>,
    /// Value and gradient in one, see [`mod@fuse`](crate::transform::fuse).
    pub fused: Option<Function>,
    /// Of a function with a companion: what its pullback looks at and puts back.
    pub spared: Option<Spared>,
    /// What the pullback finds recorded.
    #[allow(dead_code, reason = "read by the tests of what is recorded")]
    pub recorded: Vec<String>,
}

/// Lowered program → adjoint and tangent programs up to `order`. `caller`: who may call a fused program, if there is a place for one.
pub fn derive(f: &Function, order: u32, caller: Option<Caller<'_>>, errors: &mut Errors) -> Programs {
    verified(f, "lowering");
    let mut primal = share(f);
    closures(&mut primal.body, order, errors);
    late::settle(&mut primal.values, &mut primal.body);
    let f = &primal;
    verified(f, "sharing of loads");
    let layout = Layout::new(f);
    let memory = Memory::new(f, &layout);
    let activity = Activity::new(f, &layout, &memory);
    let adjoined = adjoint::adjoint(f, &layout, &memory, &activity, errors);
    let tangent = tangent::tangent(f, &activity);
    let own = f.values.len();
    let adjoint = simplified(adjoined.function, own, "the adjoint transform");
    let tangent = simplified(tangent, own, "the tangent transform");
    let fused = caller.and_then(|caller| fuse(&adjoint, caller, &memory, own, &adjoined.classes));
    if let Some(fused) = &fused {
        verified(fused, "fusing");
    }
    let mut all = [vec![(adjoint, adjoined.classes)], vec![(tangent, BTreeMap::new())]];
    for programs in &mut all {
        for _ in 1..order {
            let (lower, classes) = &programs[programs.len() - 1];
            let (derived, classes) = tangent::tangent_of_derived(lower, own, &activity, classes);
            programs.push((simplified(derived, own, "the tangent transform of a derived program"), classes));
        }
    }
    let [adjoints, tangents] = all;
    // Last: higher orders are derived from the plain loops.
    let taken_apart = |(mut adjoint, classes): (Function, _)| {
        fission(&mut adjoint, &classes);
        verified(&adjoint, "loop fission");
        adjoint
    };
    let first = adjoints.first().map(|(_, classes)| classes.clone()).unwrap_or_default();
    let mut adjoints: Vec<Function> = adjoints.into_iter().map(taken_apart).collect();
    let is_called = matches!(caller, Some(Caller::Function(_)));
    let spared = is_called.then(|| spare(&mut adjoints[0], &memory, &first));
    verified(&adjoints[0], "asking what is to be put back");
    let tangents = tangents.into_iter().map(|(tangent, _)| tangent).collect();
    Programs { primal, adjoints, tangents, fused, spared, recorded: adjoined.recorded }
}

/// The programs of closures that are passed on.
fn closures(block: &mut Block, order: u32, errors: &mut Errors) {
    for stmt in &mut block.stmts {
        if let Stmt::Call(call) = stmt {
            for function in &mut call.functions {
                if let Code::Closure(code) = &mut function.code {
                    let Programs { primal, adjoints, tangents, .. } = derive(&code.function, order, None, errors);
                    *code = Rc::new(ClosureCode { function: primal, adjoints, tangents });
                }
            }
        }
        for scope in by_mut::scopes(stmt) {
            scope.blocks.into_iter().for_each(|block| closures(block, order, errors));
        }
    }
}

/// A derived program, whose first `own` values are the user's.
fn simplified(mut f: Function, own: usize, stage: &str) -> Function {
    verified(&f, stage);
    simplify(&mut f, own);
    verified(&f, "simplification");
    f
}

fn verified(f: &Function, stage: &str) {
    if cfg!(debug_assertions)
        && let Err(violation) = verify::verify(f)
    {
        unreachable!("{stage} has made a program that is not well formed: {violation}\n{}", crate::ir::print::print(f));
    }
}

impl Programs {
    /// The names and types of the companion's functions.
    pub fn signature(&self, item: &ItemFn, config: &Config, recursive: bool) -> Signature {
        let how = |p: &Param| How { mode: p.mode, active: p.active, needs_derivative: p.needs_derivative };
        let how: Vec<_> = self.primal.params.iter().map(how).collect();
        // Self-recursion: the type of the pullback would contain itself, so it is boxed.
        let calls_itself = || matches!(config.home, Home::Companion) && self.calls().contains(&item.sig.ident.to_string());
        Signature::new(item, &how, config, config.recursive || recursive || calls_itself())
    }

    /// The last names of all that is called and has derivatives of its own.
    pub fn calls(&self) -> HashSet<String> {
        fn visit(stmts: &[Stmt], found: &mut HashSet<String>) {
            for stmt in stmts {
                if let Stmt::Call(call) = stmt
                    && call.callee.has_siblings()
                {
                    found.extend(call.path.segments.last().map(|last| last.ident.to_string()));
                }
                stmt.blocks().into_iter().for_each(|block| visit(&block.stmts, found));
            }
        }
        let mut found = HashSet::new();
        visit(&self.primal.body.stmts, &mut found);
        found
    }
}

#[cfg(test)]
mod page;
