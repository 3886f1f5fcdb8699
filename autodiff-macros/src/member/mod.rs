//! Methods: `#[differentiate]` on an `impl` or a `trait`.
//!
//! A method is a function whose first parameter happens to be called `self` ([`receiver`]), and is derived like one. Only the
//! place of its derivatives differs, since a method cannot share its name with a type: they stand beside it, behind its name (`energy`
//! has `energy_grad`, `energy_forward`). So a caller who knows neither the type nor the method finds them as it finds the method:
//! `x.energy(k)` becomes `x.energy_forward(&k)`, through references, `Deref`, bounds of type parameters and traits alike.
//!
//! * `impl T` gets another `impl T` beside it.
//! * `trait Model` declares the hidden functions of each of its methods, and defines the public ones by them; all of them for sized types
//!   only, so that `dyn Model` stays what it was. What it asks of `Self` is said at each function rather than as a supertrait.
//! * `impl Model for T` defines the hidden functions.

mod accessor;
mod element;
mod receiver;
mod rule;

use crate::args::{self, Config, Neighbour, Options};
use crate::emit::companion::signature::{Block, Home, Member, Signature};
use crate::emit::companion::{allowed, declarations, hidden_declarations};
use crate::errors::Errors;
use crate::ir::Kind;
use crate::lower::kind;
use crate::pipeline::{self, Programs};
use crate::{fallback, lower};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use receiver::Outside;
use rule::Rule;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use syn::{Attribute, FnArg, ImplItem, ItemFn, ItemImpl, ItemTrait, TraitItem, Visibility};

/// `#[differentiate] impl …`.
pub fn implementation(attribute: TokenStream, mut block: ItemImpl, least_order: u32) -> TokenStream {
    if element::is_indexing(&block) {
        return element::indexing(attribute, block, least_order);
    }
    let mut errors = Errors::default();
    let is_operator = rule::is_operator(&block);
    // The head of the block, as it can be written elsewhere.
    let head = if is_operator { rule::with_lifetimes(&block) } else { block.clone() };
    let (_, named, _) = head.generics.split_for_impl();
    let owner = match &block.trait_ {
        None => quote!(Self),
        Some(_) if is_operator => quote!(<Self as Derivatives #named>),
        Some((_, path, _)) => quote!(<Self as #path>),
    };
    let place = if block.trait_.is_some() { Block::TraitImpl } else { Block::Inherent };
    let member = Member { block: place, outer: head.generics.clone(), owner, is_copy: false };
    let outside = Outside::new(&head.self_ty, rule::associated_types(&block));
    let mut methods = Methods::new(attribute, &mut block.attrs, member, outside, least_order, &mut errors);
    methods.is_operator = is_operator;
    let met = block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(method) => Some((&method.sig, Some(&method.block))),
        _ => None,
    });
    methods.meet(met);
    for item in &mut block.items {
        if let ImplItem::Fn(method) = item {
            let body = Some(&method.block);
            methods.add(&mut method.attrs, &method.vis, &mut method.sig, body, &mut errors);
        }
    }
    methods.add_constructors();
    methods.demand_any(&block.impl_token, &mut errors);
    if is_operator {
        let derivatives = methods.operator(&head, &mut errors);
        let errors = errors.to_compile_errors();
        return quote!(#block #errors #derivatives);
    }
    let rules = methods.rules(&head, &errors);
    let siblings = methods.siblings(&mut errors);
    let errors = errors.to_compile_errors();
    if place == Block::TraitImpl {
        block.items.push(ImplItem::Verbatim(siblings));
        return quote!(#block #errors #rules);
    }
    let (allowed, cfgs, self_ty) = (allowed(), block.attrs.iter().filter(|attr| attr.path().is_ident("cfg")), &block.self_ty);
    let (generics, _, where_clause) = block.generics.split_for_impl();
    quote! {
        #block
        #errors
        #(#cfgs)*
        #allowed
        impl #generics #self_ty #where_clause {
            #siblings
        }
        #rules
    }
}

/// `#[differentiate] trait …`.
pub fn declaration(attribute: TokenStream, mut block: ItemTrait, least_order: u32) -> TokenStream {
    let mut errors = Errors::default();
    let (name, (_, generics, _)) = (&block.ident, block.generics.split_for_impl());
    let is_copy = block.supertraits.iter().any(|bound| match bound {
        syn::TypeParamBound::Trait(bound) => {
            bound.path.segments.last().is_some_and(|last| kind::implies_copy(&last.ident.to_string()))
        }
        _ => false,
    });
    let owner = quote!(<Self as #name #generics>);
    let member = Member { block: Block::Trait, outer: block.generics.clone(), owner, is_copy };
    let mut methods = Methods::new(attribute, &mut block.attrs, member, Outside::default(), least_order, &mut errors);
    let met = block.items.iter().filter_map(|item| match item {
        // Another body may take the place of a default one.
        TraitItem::Fn(method) => Some((&method.sig, None)),
        _ => None,
    });
    methods.meet(met);
    for item in &mut block.items {
        if let TraitItem::Fn(method) = item {
            let body = method.default.as_ref();
            methods.add(&mut method.attrs, &Visibility::Inherited, &mut method.sig, body, &mut errors);
        }
    }
    methods.demand_any(&block.trait_token, &mut errors);
    let siblings = methods.siblings(&mut errors);
    block.items.push(TraitItem::Verbatim(siblings));
    let errors = errors.to_compile_errors();
    quote!(#block #errors)
}

/// The methods of one block.
struct Methods {
    /// What the block's attribute says.
    options: Options,
    more_orders: u32,
    least_order: u32,
    member: Member,
    outside: Outside,
    is_operator: bool,
    neighbours: Rc<HashMap<String, Neighbour>>,
    all: Vec<Method>,
    /// Those that make a `Self` of nothing differentiable.
    constructors: Vec<(ItemFn, Config)>,
}

/// One of them.
struct Method {
    /// As a function.
    item: ItemFn,
    config: Config,
    /// What is derived of it.
    programs: Option<Programs>,
    /// What is wrong with it.
    errors: Errors,
    /// There is a body.
    is_defined: bool,
}

impl Methods {
    fn new(
        attribute: TokenStream,
        attrs: &mut Vec<Attribute>,
        member: Member,
        outside: Outside,
        least_order: u32,
        errors: &mut Errors,
    ) -> Methods {
        let options = Options::read(attribute, errors);
        for (option, span) in &options.seen {
            if !matches!(option.as_str(), "order" | "crate") {
                errors.push(
                    *span,
                    format!("`{option}` is for single functions"),
                    "write `#[differentiate(…)]` on the method as well",
                );
            }
        }
        let more_orders = args::stacked(attrs, errors);
        Methods {
            options,
            more_orders,
            least_order,
            member,
            outside,
            is_operator: false,
            neighbours: Rc::default(),
            all: Vec::new(),
            constructors: Vec::new(),
        }
    }

    /// Notes the methods that may call each other.
    fn meet<'s>(&mut self, methods: impl Iterator<Item = (&'s syn::Signature, Option<&'s syn::Block>)>) {
        let owner = self.outside.name();
        let neighbours = methods.map(|(sig, body)| {
            let (mut item, mut receiver) = receiver::function(&[], &Visibility::Inherited, sig, body, &self.outside);
            let accessor = body.and_then(|_| accessor::accessor(sig, &item)).map(Rc::new);
            accessor::copied(&mut item, sig, &mut receiver);
            let result = match &item.sig.output {
                syn::ReturnType::Default => Kind::Unit,
                syn::ReturnType::Type(_, ty) => kind::of_type(ty),
            };
            let changes_self = sig.receiver().is_some_and(|receiver| matches!(kind::of_type(&receiver.ty), Kind::Ref(true, _)));
            let takes_nothing = |arg: &FnArg| matches!(arg, FnArg::Typed(arg) if kind::of_type(&arg.ty).is_inactive());
            let is_constant = sig.inputs.iter().all(takes_nothing);
            let arity = sig.inputs.len();
            (sig.ident.to_string(), Neighbour { changes_self, arity, result, owner: owner.clone(), is_constant, accessor })
        });
        self.neighbours = Rc::new(neighbours.collect());
    }

    /// Takes the attributes off a method, and derives it if it has a differentiable parameter.
    fn add(
        &mut self,
        attrs: &mut Vec<Attribute>,
        vis: &Visibility,
        sig: &mut syn::Signature,
        body: Option<&syn::Block>,
        outside: &mut Errors,
    ) {
        let mut errors = Errors::default();
        let mut options = self.options_of(attrs, &mut errors);
        if options.has("skip") || accessor::lends_mutably(sig) {
            sig.inputs.iter_mut().for_each(|arg| _ = args::strip_constant(arg));
            outside.append(errors);
            return;
        }
        let (mut item, mut receiver) = receiver::function(attrs, vis, sig, body, &self.outside);
        accessor::copied(&mut item, sig, &mut receiver);
        sig.inputs.iter_mut().for_each(|arg| _ = args::strip_constant(arg));
        for (option, span) in &options.seen {
            let help = "write a function of its own, and call it from the method";
            match option.as_str() {
                "companion" => errors.push(*span, "`companion` is not for methods", help),
                "d" if self.member.block != Block::Inherent => errors.push(*span, "`d` is not for methods of traits", help),
                _ => {}
            }
        }
        if let Some(receiver) = &receiver {
            options.partials().for_each(|expr| receiver::rename(expr, receiver));
        }
        let home = Home::Member(self.member.clone());
        let mut config = Config::new(options, self.more_orders, &mut item, home, receiver, &mut errors);
        config.order = config.order.max(self.least_order);
        config.neighbours = self.neighbours.clone();
        if !config.active.contains(&true) {
            if errors.is_empty() && self.constructs(sig) {
                self.constructors.push((item, config));
            }
            outside.append(errors);
            return;
        }
        let is_defined = body.is_some();
        let programs = match is_defined {
            true => pipeline::programs(&item, &config, &mut errors),
            false => {
                lower::check_signature(&item, &mut errors);
                None
            }
        };
        self.all.push(Method { item, config, programs, errors, is_defined });
    }

    /// `fn zeros(rows: usize, columns: usize) -> Self`
    fn constructs(&self, sig: &syn::Signature) -> bool {
        let is_number = |arg: &FnArg| match arg {
            FnArg::Typed(arg) => kind::is_scalar(&kind::of_type(&arg.ty)) && matches!(&*arg.pat, syn::Pat::Ident(_)),
            FnArg::Receiver(_) => false,
        };
        let is_own = |ty: &syn::Type| match ty {
            syn::Type::Path(path) => path.path.segments.last().is_some_and(|last| {
                path.qself.is_none() && (last.ident == "Self" || self.outside.name().as_ref() == Some(&last.ident))
            }),
            _ => false,
        };
        let returns_own = matches!(&sig.output, syn::ReturnType::Type(_, ty) if is_own(ty));
        let is_plain = sig.generics.params.is_empty() && sig.asyncness.is_none() && sig.unsafety.is_none();
        self.member.block == Block::Inherent
            && returns_own
            && is_plain
            && !sig.inputs.is_empty()
            && sig.inputs.iter().all(is_number)
    }

    /// Constructors have derivatives, too, which are none: whoever calls `Matrix::zeros(self.rows, …)` does not see that `rows` is an integer.
    fn add_constructors(&mut self) {
        let carries = |method: &Method| method.config.receiver.is_some() && method.config.active.first() == Some(&true);
        if !self.all.iter().any(carries) {
            return;
        }
        for (mut item, config) in std::mem::take(&mut self.constructors) {
            let (name, params) = (&item.sig.ident, item.sig.inputs.iter().map(args::name));
            item.block = syn::parse_quote_spanned!(name.span()=> { Self::#name(#(#params),*) });
            let mut errors = Errors::default();
            let programs = pipeline::programs(&item, &config, &mut errors);
            self.all.push(Method { item, config, programs, errors, is_defined: true });
        }
    }

    /// The block's options with those of one method over them.
    fn options_of(&self, attrs: &mut Vec<Attribute>, errors: &mut Errors) -> Options {
        let Some(at) = attrs.iter().position(args::is_ours) else {
            return self.options.inherited();
        };
        let own = Options::read(args::argument(&attrs.remove(at)), errors);
        let more = args::stacked(attrs, errors);
        own.within(&self.options, more)
    }

    /// An attribute that does nothing is a mistake.
    fn demand_any(&self, token: &dyn ToTokens, errors: &mut Errors) {
        if self.all.is_empty() && errors.is_empty() {
            errors.push_spanned(
                token.to_token_stream(),
                "nothing in this block is differentiable",
                "floats, and slices, arrays, `Vec`s and types that are `Differentiable` are; `#[constant]`, `wrt` and `skip` leave them out",
            );
        }
    }

    /// The derivatives of an operator.
    fn operator(self, head: &ItemImpl, errors: &mut Errors) -> TokenStream {
        let is_fine = errors.is_empty() && self.all.iter().all(|method| method.errors.is_empty());
        let (generics, named, where_clause) = head.generics.split_for_impl();
        let (owner, self_ty, allowed) = (self.member.owner.clone(), &head.self_ty, allowed());
        let (mut declared, mut rules) = (TokenStream::new(), TokenStream::new());
        for Method { item, config, .. } in &self.all {
            let member = Member { block: Block::Trait, ..self.member.clone() };
            let config = Config { home: Home::Member(member), ..config.clone() };
            declared.extend(hidden_declarations(&fallback::signature(item, &config)));
            rules.extend(self.rule(item, &config, head, owner.clone()));
        }
        let siblings = self.siblings(errors);
        if !is_fine {
            return TokenStream::new();
        }
        let declaration = quote!(trait Derivatives #generics: ::core::marker::Sized #where_clause { #declared });
        quote! {
            const _: () = {
                #allowed
                #declaration
                #allowed
                impl #generics Derivatives #named for #self_ty #where_clause { #siblings }
                #rules
            };
        }
    }

    /// Methods that are called like primitives are found as those are.
    fn rules(&self, head: &ItemImpl, errors: &Errors) -> TokenStream {
        let are_fine = |method: &&Method| errors.is_empty() && method.errors.is_empty();
        let (self_ty, owner) = (&head.self_ty, &head.trait_.as_ref().map(|(_, path, _)| path));
        let owner = owner.map_or_else(|| quote!(<#self_ty>), |path| quote!(<#self_ty as #path>));
        let rules = self.all.iter().filter(are_fine).map(|method| self.rule(&method.item, &method.config, head, owner.clone()));
        rules.collect()
    }

    fn rule(&self, item: &ItemFn, config: &Config, head: &ItemImpl, owner: TokenStream) -> TokenStream {
        let sig = fallback::signature(item, config);
        let rule = rule::primitive(&sig, self.is_operator).map(|prim| Rule { prim, sig: &sig, block: head, owner }.all());
        rule.unwrap_or_default()
    }

    /// The derivatives of all of them.
    fn siblings(self, errors: &mut Errors) -> TokenStream {
        let cyclic = cyclic(&self.all);
        let mut siblings = TokenStream::new();
        for Method { item, config, programs, errors: mut own, is_defined } in self.all {
            let tokens = match is_defined {
                true => {
                    let recursive = cyclic.contains(&item.sig.ident.to_string()) && may_be_boxed(&config);
                    pipeline::companion(&item, &config, programs, recursive, &mut own)
                }
                false => declarations(&declared(&item, &config)),
            };
            siblings.extend(tokens);
            errors.append(own);
        }
        siblings
    }
}

/// A box lives as long as it likes, and so must all that it holds. Where a type parameter of a trait's implementation may be a type that does
/// not (`impl<A: Shape, B: Shape> Shape for Union<A, B>`), a method of the same name is taken for that type's.
fn may_be_boxed(config: &Config) -> bool {
    match &config.home {
        Home::Member(Member { block: Block::TraitImpl, outer, .. }) => {
            outer.type_params().all(|param| kind::is_static(outer, &param.ident))
        }
        Home::Member(_) | Home::Companion => true,
    }
}

fn declared(item: &ItemFn, config: &Config) -> Signature {
    fallback::signature(item, config)
}

/// The methods that may end up in themselves: the types of their pullbacks would contain themselves. Methods are told apart by
/// name only, as types are not known; a box too many does no harm.
fn cyclic(methods: &[Method]) -> HashSet<String> {
    let calls: Vec<(String, HashSet<String>)> = methods
        .iter()
        .map(|method| {
            let calls = method.programs.as_ref().map(Programs::calls).unwrap_or_default();
            (method.item.sig.ident.to_string(), calls)
        })
        .collect();
    let reaches_itself = |start: &String| {
        let (mut reached, mut open) = (HashSet::new(), vec![start]);
        while let Some(at) = open.pop() {
            for next in calls.iter().filter(|(name, _)| name == at).flat_map(|(_, calls)| calls) {
                if reached.insert(next) {
                    open.push(next);
                }
            }
        }
        reached.contains(start)
    };
    calls.iter().map(|(name, _)| name).filter(|name| reaches_itself(name)).cloned().collect()
}
