//! The stages, in order.

use crate::analyze::{Activity, Layout, Memory};
use crate::args::Config;
use crate::emit::companion::signature::Signature;
use crate::errors::Errors;
use crate::ir::{Function, Stmt, verify};
use crate::simplify::simplify;
use crate::transform::fission::fission;
use crate::transform::share::share;
use crate::transform::{adjoint, late, tangent};
use crate::{emit, fallback, lower};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemFn;

/// `#[differentiate(attribute)] item`: the item, and its companion.
pub fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut item: ItemFn = match syn::parse2(item.clone()) {
        Ok(item) => item,
        Err(error) => return fallback::unparsed(item, &error),
    };
    let mut errors = Errors::default();
    let config = Config::parse(attribute, &mut item, &mut errors);
    let programs = lower::function(&item, &config, &mut errors).map(|function| derive(&function, &mut errors));
    match programs {
        Some(programs) if errors.is_empty() => {
            let companion = emit::companion_of(&programs.signature(&item, &config), &programs.adjoint, &programs.tangent);
            quote!(#item #companion)
        }
        _ => fallback::expand(&item, &config, &errors),
    }
}

/// The programs of one function.
#[derive(Debug)]
pub struct Programs {
    /// As written.
    pub primal: Function,
    /// Forward sweep and pullback.
    pub adjoint: Function,
    /// Value and directional derivative.
    pub tangent: Function,
    /// What the pullback finds recorded.
    #[allow(dead_code, reason = "read by the tests of what is recorded")]
    pub recorded: Vec<String>,
}

/// Lowered program → adjoint and tangent programs.
pub fn derive(f: &Function, errors: &mut Errors) -> Programs {
    verified(f, "lowering");
    let mut shared = share(f);
    late::settle(&mut shared.values, &mut shared.body);
    let f = &shared;
    verified(f, "sharing of loads");
    let layout = Layout::new(f);
    let memory = Memory::new(f, &layout);
    let activity = Activity::new(f, &layout, &memory);
    let mut adjoined = adjoint::adjoint(f, &layout, &memory, &activity, errors);
    let mut tangent = tangent::tangent(f, &activity);
    verified(&adjoined.function, "the adjoint transform");
    verified(&tangent, "the tangent transform");
    for derived in [&mut adjoined.function, &mut tangent] {
        simplify(derived, f.values.len());
        verified(derived, "simplification");
    }
    fission(&mut adjoined.function, &adjoined.classes);
    verified(&adjoined.function, "loop fission");
    Programs { primal: f.clone(), adjoint: adjoined.function, tangent, recorded: adjoined.recorded }
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
        Signature::new(item, &how, config.krate.clone(), config.companion.clone(), recursive)
    }
}

/// Self-recursion: the type of the pullback would contain itself, so it is boxed.
fn calls_itself(stmts: &[Stmt], item: &ItemFn) -> bool {
    stmts.iter().any(|stmt| match stmt {
        Stmt::Call(call) => call.path.segments.last().is_some_and(|last| last.ident == item.sig.ident),
        _ => stmt.blocks().into_iter().any(|block| calls_itself(&block.stmts, item)),
    })
}
