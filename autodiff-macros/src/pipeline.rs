//! The stages, in order.

use crate::analyze::{Activity, Layout, Memory};
use crate::args::Config;
use crate::emit::companion::signature::Signature;
use crate::errors::Errors;
use crate::ir::visit::by_ref;
use crate::ir::{Block, Callee, Function, Op, Stmt, Value, verify};
use crate::simplify::simplify;
use crate::transform::fission::fission;
use crate::transform::share::share;
use crate::transform::{adjoint, late, tangent};
use crate::user_rule::{self, UserRule};
use crate::{emit, fallback, lower};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemFn;

/// `#[differentiate(attribute)] item`: the item, and its companion with derivatives of at least the order given.
pub fn expand(attribute: TokenStream, item: TokenStream, least_order: u32) -> TokenStream {
    let mut item: ItemFn = match syn::parse2(item.clone()) {
        Ok(item) => item,
        Err(error) => return fallback::unparsed(item, &error),
    };
    let mut errors = Errors::default();
    let mut config = Config::parse(attribute, &mut item, &mut errors);
    config.order = config.order.max(least_order);
    if let (Some(UserRule::Functions { .. }), 2..) = (&config.rule, config.order) {
        let help = "leave `order` out, or give `d(x) = …`, through which higher orders go";
        errors.push(item.sig.ident.span(), "`vjp = …, jvp = …` give derivatives of order 1", help);
    }
    let function = match &config.rule {
        Some(UserRule::Functions { vjp, jvp }) if errors.is_empty() => return with_functions(&item, &config, vjp, jvp),
        Some(UserRule::Partials(partials)) if errors.is_empty() => {
            user_rule::partials::function(&item, &config, partials, &mut errors)
        }
        _ if config.is_opaque => None,
        _ => lower::function(&item, &config, &mut errors),
    };
    let programs = function.map(|function| derive(&function, config.order, &mut errors));
    match programs {
        Some(programs) if errors.is_empty() => {
            let signature = programs.signature(&item, &config);
            let companion = emit::companion_of(&signature, &programs.adjoints, &programs.tangents);
            let partials = match &config.rule {
                Some(UserRule::Partials(partials)) => user_rule::partials::items(&signature, partials),
                Some(UserRule::Functions { .. }) | None => TokenStream::new(),
            };
            quote!(#item #companion #partials)
        }
        _ => fallback::expand(&item, &config, &errors),
    }
}

/// A function with `vjp = …, jvp = …`.
fn with_functions(item: &ItemFn, config: &Config, vjp: &syn::Path, jvp: &syn::Path) -> TokenStream {
    let companion = user_rule::functions::companion(&fallback::signature(item, config), vjp, jvp);
    quote!(#item #companion)
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
    /// What the pullback finds recorded.
    #[allow(dead_code, reason = "read by the tests of what is recorded")]
    pub recorded: Vec<String>,
}

/// Lowered program → adjoint and tangent programs up to `order`.
pub fn derive(f: &Function, order: u32, errors: &mut Errors) -> Programs {
    verified(f, "lowering");
    let mut shared = share(f);
    late::settle(&mut shared.values, &mut shared.body);
    let f = &shared;
    verified(f, "sharing of loads");
    let layout = Layout::new(f);
    let memory = Memory::new(f, &layout);
    let activity = Activity::new(f, &layout, &memory);
    let adjoined = adjoint::adjoint(f, &layout, &memory, &activity, errors);
    let tangent = tangent::tangent(f, &activity);
    let own = f.values.len();
    let mut adjoints = vec![simplified(adjoined.function, own, "the adjoint transform")];
    let mut tangents = vec![simplified(tangent, own, "the tangent transform")];
    for programs in [&mut adjoints, &mut tangents] {
        for _ in 1..order {
            let lower = &programs[programs.len() - 1];
            let derived = tangent::tangent_of_derived(lower, own, &activity);
            programs.push(simplified(derived, own, "the tangent transform of a derived program"));
        }
        programs.iter().for_each(|program| rules_of_high_order(program, errors));
    }
    // Higher orders are derived from the plain loops.
    fission(&mut adjoints[0], &adjoined.classes);
    verified(&adjoints[0], "loop fission");
    Programs { primal: f.clone(), adjoints, tangents, recorded: adjoined.recorded }
}

/// The runtime's rules for operands of unknown type have derivatives of the second order and no more.
fn rules_of_high_order(f: &Function, errors: &mut Errors) {
    fn found(block: &Block, all: &mut Vec<Value>) {
        for stmt in &block.stmts {
            if let Stmt::Let { op: Op::Pullback { out: v, tangents, .. } | Op::Pushforward { out: v, tangents, .. }, .. } = stmt
                && tangents.len() > 1
                && !all.contains(v)
            {
                all.push(*v);
            }
            by_ref::scopes(stmt).into_iter().flat_map(|scope| scope.blocks).for_each(|block| found(block, all));
        }
    }
    let mut all = Vec::new();
    found(&f.body, &mut all);
    for v in all.into_iter().take(usize::from(errors.is_empty())) {
        errors.push(
            f[v].span,
            "derivatives of order 3 and more need to know that this is a float",
            "write its type where it comes from (`let y: f64 = g(x);`), and no type parameter in place of it",
        );
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
    pub fn signature(&self, item: &ItemFn, config: &Config) -> Signature {
        let how: Vec<_> = self.primal.params.iter().map(|p| (p.mode, p.active)).collect();
        let recursive = config.recursive || calls_itself(&self.primal.body.stmts, item);
        Signature::new(item, &how, config, recursive)
    }
}

/// Self-recursion: the type of the pullback would contain itself, so it is boxed.
fn calls_itself(stmts: &[Stmt], item: &ItemFn) -> bool {
    stmts.iter().any(|stmt| match stmt {
        Stmt::Call(call) if call.callee == Callee::Companion => {
            call.path.segments.last().is_some_and(|last| last.ident == item.sig.ident)
        }
        _ => stmt.blocks().into_iter().any(|block| calls_itself(&block.stmts, item)),
    })
}
