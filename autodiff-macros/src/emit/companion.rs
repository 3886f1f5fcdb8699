//! The companion type: what users call, around the two hidden functions that the transforms wrote.

mod buffers;
mod calls;
mod check;
mod fallible;
pub(crate) mod function;
pub(crate) mod hessian;
pub(crate) mod hidden;
mod higher;
mod jacobian;
mod jvp;
mod lanes;
pub(crate) mod nested;
mod over;
mod pullback;
pub(crate) mod signature;
mod sweep;
pub(crate) mod types;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::parse_quote;
use syn::spanned::Spanned as _;

use super::frag::Moved;
use crate::transform::spare::Spared;
use hidden::Program;
use signature::{Block, Names, Signature};

/// A hidden function's body, and what it calls its parameters.
#[derive(Debug)]
pub(crate) struct Body {
    /// The primal parameters.
    pub(crate) params: Vec<Ident>,
    /// For each set of directions the tangents of all parameters; none for inactive ones.
    pub(crate) dots: Vec<Vec<Option<Ident>>>,
    /// What stands between the braces.
    tokens: Moved,
    /// It calls no other function's derivatives, or is small, so that it may be inlined: else code would grow with every level of calls.
    pub(crate) is_inlined: bool,
    /// Of a fused program: the cotangent of the result, and the shadows.
    pub(crate) cotangents: Option<(Ident, Vec<Option<Ident>>)>,
    /// It is a fused program that may give up.
    pub(crate) gives_up: bool,
    /// Of so many parameters, `&mut` ones excepted, it hands the tangents on as they are given: `None` is as good to what it calls.
    pub(crate) handed_on: usize,
}

impl Body {
    pub(crate) fn new(params: Vec<Ident>, dots: Vec<Vec<Option<Ident>>>, tokens: TokenStream) -> Body {
        Body { params, dots, tokens: Moved::new(tokens), is_inlined: false, cotangents: None, gives_up: false, handed_on: 0 }
    }

    fn directions(&self) -> u32 {
        (self.dots.len() + 1).ilog2()
    }
}

/// The bodies for several directions at once, as far as there are any.
#[derive(Default)]
pub(crate) struct Wide {
    /// Of `tangent`.
    pub(crate) tangent: Option<Body>,
    /// Of rows of the Hessian: a forward sweep, whose value is of no use, and the pullback.
    pub(crate) rows: Option<Body>,
}

/// The companion of a function, or the siblings of a method, given the bodies of the hidden functions by order; of the gradient in one sweep, if
/// there is one, and those for several directions at once. `spared`: what is known of the memory that the pullback is lent.
pub(crate) fn companion(
    sig: &Signature,
    forward: &[Body],
    once: Option<&Body>,
    tangent: &[Body],
    fused: Option<&Body>,
    wide: &Wide,
    spared: Option<&Spared>,
) -> TokenStream {
    let mut items = Vec::new();
    items.extend(fused.and_then(|body| Some(hidden::fused(sig, body, body.cotangents.as_ref()?))));
    for body in forward {
        items.extend(over::forward(sig, body, spared.is_some_and(|spared| spared.asks)));
    }
    items.extend(once.map(|body| over::forward_once(sig, body)));
    items.extend(tangent.iter().map(|body| hidden::tangent(sig, &Program::Tangent.name(body.directions()), body)));
    items.extend(sweep::all(sig));
    items.extend(lanes::tangent(sig, wide.tangent.as_ref()));
    items.extend(wide.rows.as_ref().map(|body| lanes::hessian_rows(sig, body)));
    if !sig.is_in_trait() {
        items.push(hidden::primal(sig));
    }
    let hidden = items.into_iter().map(|item| item.whole(sig)).chain([over::looks(sig, spared)]);
    assemble(sig, offered(sig, Has::of(fused, wide, once)).into_iter().chain(hidden))
}

/// The same signatures around bodies that panic: after errors, so that what uses the companion still means something.
pub(crate) fn stub(sig: &Signature) -> TokenStream {
    let items = public(sig, Has::default()).into_iter().chain(signatures(sig)).chain(lanes::tangent(sig, None));
    assemble(sig, items.map(|item| item.stub(sig)).chain([over::looks(sig, None)]))
}

/// What a trait declares beside a method without a body: the hidden functions are for its implementors to give, the others
/// follow from them.
pub(crate) fn declarations(sig: &Signature) -> TokenStream {
    let offered = offered(sig, Has::default()).into_iter();
    assemble(sig, offered.chain(signatures(sig).into_iter().map(|item| item.declared(sig))))
}

/// The hidden functions alone.
pub(crate) fn hidden_declarations(sig: &Signature) -> TokenStream {
    assemble(sig, signatures(sig).into_iter().map(|item| item.declared(sig)))
}

/// The hidden functions, without bodies.
fn signatures(sig: &Signature) -> Vec<Item> {
    let params: Vec<Ident> = sig.params.iter().map(|param| param.ident.clone()).collect();
    let mut names = sig.names();
    let mut dots = |sets: usize| {
        let dots = (1..sets).map(|_| sig.params.iter().map(|param| Some(names.derived(&param.ident, "_dot"))).collect());
        Body::new(params.clone(), dots.collect(), TokenStream::new())
    };
    let mut items = Vec::new();
    for order in 1..=sig.order {
        items.extend(over::forward(sig, &dots(1 << (order - 1)), false));
        items.push(hidden::tangent(sig, &Program::Tangent.name(order), &dots(1 << order)));
    }
    items
}

/// What users call. Where the derivative of a function that is passed in is asked for, it is there for the message only.
fn offered(sig: &Signature, has: Has) -> Vec<TokenStream> {
    match sig.functions().find(|(_, function)| function.needs_derivative) {
        None => public(sig, has).into_iter().map(|item| item.whole(sig)).collect(),
        Some((param, _)) => {
            let (unknown, krate, ident) = (sig.of_unknown(), &sig.krate, &param.ident);
            let body = quote!(#krate::rt::unreachable(&#ident));
            items(&unknown, true, Has::default()).into_iter().map(|item| item.without_value(&unknown, &body)).collect()
        }
    }
}

/// How often a gradient runs through the function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sweeps {
    /// Once, by the fused program.
    One,
    /// Once, unless that gives up.
    OneOrTwo,
    /// Forward and backward.
    #[default]
    Two,
}

impl Sweeps {
    fn of(fused: Option<&Body>) -> Sweeps {
        match fused {
            None => Sweeps::Two,
            Some(body) if body.gives_up => Sweeps::OneOrTwo,
            Some(_) => Sweeps::One,
        }
    }
}

/// Which of the programs there are that not every function has.
#[derive(Clone, Copy, Debug, Default)]
struct Has {
    /// For gradients.
    sweeps: Sweeps,
    /// Columns of Jacobians run several at once.
    lanes: bool,
    /// So do rows of Hessians.
    lane_rows: bool,
    /// A forward sweep of its own for a pullback that is used up.
    once: bool,
}

impl Has {
    fn of(fused: Option<&Body>, wide: &Wide, once: Option<&Body>) -> Has {
        Has { sweeps: Sweeps::of(fused), lanes: wide.tangent.is_some(), lane_rows: wide.rows.is_some(), once: once.is_some() }
    }
}

/// What users call. A trait has it from the declaration.
fn public(sig: &Signature, has: Has) -> Vec<Item> {
    items(sig, sig.has_functions(), has)
}

/// The same, of a function that may take functions: what is made of several runs of it is not offered for those.
fn items(sig: &Signature, takes_functions: bool, has: Has) -> Vec<Item> {
    let is_declared = sig.member().is_some_and(|member| member.block == Block::TraitImpl);
    if is_declared || (takes_functions || sig.member().is_some()) && sig.active().next().is_none() {
        return Vec::new();
    }
    let mut items = if sig.returns_float() {
        let mut gradients = vec![pullback::grad(sig), pullback::value_and_grad(sig, has.sweeps)];
        gradients.extend([buffers::value_and_grad_into(sig), buffers::value_and_grad_add(sig, has)]);
        gradients
    } else {
        fallible::all(sig, has)
    };
    items.iter_mut().for_each(|item| sig.demand_float(item));
    items.extend([
        pullback::vjp(sig, has.once),
        pullback::vjp_persistent(sig),
        buffers::vjp_into(sig, has),
        jvp::jvp(sig),
        jvp::jvp_into(sig),
        check::check(sig),
    ]);
    items.extend(higher::all(sig));
    if !takes_functions {
        let matrices = jacobian::all(sig, has.lanes).into_iter().chain(hessian::hessian(sig, has.lane_rows));
        items.extend(matrices.chain(nested::all(sig)));
    }
    items.iter_mut().for_each(|item| item.demand_copies(sig));
    items
}

fn assemble(sig: &Signature, items: impl Iterator<Item = TokenStream>) -> TokenStream {
    if sig.member().is_some() {
        return items.collect();
    }
    let (attrs, vis, companion) = (&sig.attrs, &sig.vis, &sig.companion);
    let allowed = allowed();
    let doc = format!("Derivatives of [`{}()`] with respect to {}.", sig.name, list(sig));
    let namesakes = if sig.has_functions() { TokenStream::new() } else { nested::namesake::functions(sig) };
    quote! {
        #[doc = #doc]
        #(#attrs)*
        #[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub, dead_code)]
        #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
        #vis enum #companion {}

        #(#attrs)*
        #allowed
        impl #companion {
            #(#items)*
        }

        #namesakes
    }
}

/// "`x`, `w`": the differentiable parameters as the docs list them.
fn list(sig: &Signature) -> String {
    let names: Vec<String> = sig.active().map(|param| format!("`{}`", param.shown())).collect();
    match names.as_slice() {
        [] => "nothing: no parameter is differentiable".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// One function of the companion.
struct Item {
    /// `None` hides it.
    doc: Option<String>,
    name: Ident,
    generics: TokenStream,
    params: TokenStream,
    ret: TokenStream,
    where_clause: TokenStream,
    body: TokenStream,
    /// Compiled where it is called, if it is.
    inline: bool,
    /// How many arguments the returned pullback takes.
    pullback: Option<usize>,
    boxed: bool,
    /// What it is returned in, if in something.
    wrapping: Option<TokenStream>,
    /// Of no use outside.
    private: bool,
}

impl Item {
    /// A public function with the generics of the user's.
    fn new(sig: &Signature, name: &str, doc: String) -> Item {
        let generics = &sig.generics;
        Item {
            doc: Some(doc),
            name: sig.member_name(name),
            generics: quote!(#generics),
            params: TokenStream::new(),
            ret: TokenStream::new(),
            where_clause: where_clause(sig),
            body: TokenStream::new(),
            inline: true,
            pullback: None,
            boxed: false,
            wrapping: None,
            private: false,
        }
    }

    /// What users call copies what is behind `&mut`: the pullback looks at what the call left there, and each run begins with what there was.
    fn demand_copies(&mut self, sig: &Signature) {
        let mut copied = sig.mentioned_params(sig.active().filter(|param| param.is_mut()).map(|param| &param.ty));
        copied.retain(|ty| !sig.is_float(ty));
        if !copied.is_empty() {
            let others = std::mem::take(&mut self.where_clause).into_iter().skip(1);
            self.where_clause = quote!(where #(#copied: ::core::clone::Clone,)* #(#others)*);
        }
    }

    fn whole(mut self, sig: &Signature) -> TokenStream {
        let (this, body) = (receiver(sig), Moved::new(std::mem::take(&mut self.body)));
        self.with_body(sig, quote!({ #this #body }))
    }

    fn declared(&self, sig: &Signature) -> TokenStream {
        self.with_body(sig, quote!(;))
    }

    fn stub(&self, sig: &Signature) -> TokenStream {
        self.without_value(sig, &quote!(::std::panic!("this function has errors, so it has no derivative")))
    }

    /// With a body that never returns.
    fn without_value(&self, sig: &Signature, panic: &TokenStream) -> TokenStream {
        let body = match self.pullback {
            None => panic.clone(),
            Some(count) => {
                let ignored = std::iter::repeat_n(quote!(_), count);
                let closure = quote!(|#(#ignored),*| ::core::unreachable!());
                let closure = if self.boxed { quote!(::std::boxed::Box::new(#closure)) } else { closure };
                let pair = quote!((#panic, #closure));
                match &self.wrapping {
                    Some(wrapping) => quote!(#wrapping(#pair)),
                    None => pair,
                }
            }
        };
        self.with_body(sig, quote!({ #body }))
    }

    fn with_body(&self, sig: &Signature, body: TokenStream) -> TokenStream {
        let body = Moved::new(body);
        let Item { name, generics, params, ret, where_clause, .. } = self;
        let docs = match &self.doc {
            Some(doc) => quote!(#[doc = #doc]),
            None if self.private => TokenStream::new(),
            None => quote!(#[doc(hidden)]),
        };
        let inline = self.inline.then(|| quote!(#[inline]));
        let inherited = TokenStream::new();
        let (vis, attrs, allowed) = match sig.member().map(|member| member.block) {
            _ if self.private => (inherited, TokenStream::new(), TokenStream::new()),
            None => (quote!(pub), TokenStream::new(), TokenStream::new()),
            Some(block) => {
                let (vis, attrs) = (&sig.vis, &sig.attrs);
                let allowed = if block == Block::Inherent { TokenStream::new() } else { allowed() };
                (if block == Block::Inherent { quote!(#vis) } else { inherited }, quote!(#(#attrs)*), allowed)
            }
        };
        quote! {
            #docs
            #inline
            #attrs
            #allowed
            #vis fn #name #generics(#params) #ret #where_clause #body
        }
    }
}

/// `let this = self;`: bodies use the receiver where no `self` can stand.
fn receiver(sig: &Signature) -> TokenStream {
    let receiver = sig.params.iter().find_map(|param| Some((&param.ident, &param.receiver.as_ref()?.0)));
    receiver.map(|(ident, this)| quote!(let #ident = #this;)).unwrap_or_default()
}

/// The lints that emitted code is free of.
pub(crate) fn allowed() -> TokenStream {
    quote! {
        #[allow(missing_docs, unreachable_pub, dead_code, unused, non_snake_case, deprecated, elided_lifetimes_in_paths, trivial_bounds)]
        #[allow(unused_qualifications, unused_lifetimes, single_use_lifetimes, unused_results, let_underscore_drop)]
        #[allow(non_shorthand_field_patterns)]
        #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
    }
}

/// The user's, and that what is differentiated can be. The latter is told by the signatures anyway; told here, in one place,
/// a type that cannot gives one message: bodies may rely on it. (Types without parameters only, so that it hides no impl.)
fn where_clause(sig: &Signature) -> TokenStream {
    let mut clause = sig.generics.where_clause.clone().unwrap_or_else(|| parse_quote!(where));
    let block = sig.member().map(|member| member.block);
    // What an impl of a trait may assume, the trait says.
    if block != Some(Block::TraitImpl) {
        if block == Some(Block::Trait) {
            clause.predicates.push(parse_quote!(Self: ::core::marker::Sized));
        }
        for ty in sig.judged().into_iter().chain(sig.undecided()) {
            let krate = sig.krate_at(ty.span());
            let bound = quote_spanned!(ty.span()=> #ty: #krate::rt::Differentiable);
            clause.predicates.push(parse_quote!(#bound));
        }
    }
    if clause.predicates.is_empty() { TokenStream::new() } else { clause.into_token_stream() }
}

/// Locals that the emitted functions have in common.
struct Locals {
    names: Names,
    /// The result.
    y: Ident,
    /// Its cotangent.
    y_bar: Ident,
    /// The pullback of `forward`.
    pull: Ident,
}

impl Locals {
    fn new(sig: &Signature) -> Locals {
        let mut names = sig.names();
        // The adjoints of the parameters have the first claim on their names, which stand in public signatures.
        let reserved: Vec<Ident> = sig.params.iter().map(|param| format_ident!("{}_bar", param.ident)).collect();
        let is_free = |name: &str| !reserved.iter().any(|reserved| *reserved == format!("{name}_bar"));
        let y = ["y", "result", "value"].into_iter().find(|name| is_free(name)).unwrap_or("out_value");
        let y_bar = names.fresh(&[&format!("{y}_bar")]);
        Locals { y: names.fresh(&[y]), y_bar, pull: names.fresh(&["pull"]), names }
    }
}

#[cfg(test)]
mod tests;
