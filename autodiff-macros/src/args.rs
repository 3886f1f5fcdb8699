//! `#[differentiate(…)]`: the options, and which parameters are differentiable.

use crate::emit::companion::signature::Home;
use crate::errors::Errors;
use crate::ir::{Kind, Mode};
use crate::lower::{function_type, kind};
use crate::user_rule::{Rules, UserRule};
use proc_macro2::{Span, TokenStream};
use std::collections::HashMap;
use std::rc::Rc;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{FnArg, Ident, ItemFn, Pat, Path, Token};

/// What the attribute says, checked against the function it stands on.
#[derive(Clone, Debug)]
pub struct Config {
    /// For each parameter: it is differentiable.
    pub active: Vec<bool>,
    /// Where the runtime lives: `::differentiate`, or the path given.
    pub krate: Path,
    /// Name of the companion type.
    pub companion: Ident,
    /// Where the derivatives are.
    pub home: Home,
    /// A method's receiver.
    pub receiver: Option<Receiver>,
    /// The methods of the block that it stands in, by name.
    pub neighbours: Rc<HashMap<String, Neighbour>>,
    /// One function of a mutually recursive cycle.
    pub recursive: bool,
    /// The highest order of derivatives.
    pub order: u32,
    /// The derivative is the user's, and the body is not looked into.
    pub rule: Option<UserRule>,
    /// There was a rule, if one that is of no use.
    pub is_opaque: bool,
}

impl Config {
    /// How a parameter of that type is passed.
    pub fn mode(&self, item: &ItemFn, ty: &syn::Type) -> Mode {
        let is_self = matches!(ty, syn::Type::Path(path) if path.path.is_ident("Self"));
        if is_self && matches!(&self.home, Home::Member(member) if member.is_copy) {
            return Mode::Copy;
        }
        if self.rule.is_none() && !self.is_opaque && function_type::of(ty, &item.sig.generics).is_some() {
            return Mode::Function;
        }
        kind::mode_of(ty, self.generics(item))
    }

    /// The generics of the function, behind those of the block that it stands in.
    fn generics<'a>(&'a self, item: &'a ItemFn) -> impl Iterator<Item = &'a syn::Generics> {
        let outer = match &self.home {
            Home::Companion => None,
            Home::Member(member) => Some(&member.outer),
        };
        outer.into_iter().chain([&item.sig.generics])
    }

    /// The only type parameter that stands for a float.
    pub fn real<'a>(&'a self, item: &'a ItemFn) -> Option<&'a Ident> {
        let mut reals = self.generics(item).flat_map(kind::reals);
        reals.next().filter(|_| reals.next().is_none())
    }
}

/// What is known of a method where others of its block call it.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// It takes `&mut self`.
    pub changes_self: bool,
    /// How many arguments it takes, `self` among them.
    pub arity: usize,
    /// What it returns; for a reference into `self` what that refers to.
    pub result: Kind,
    /// The type that it is a function of, if that is named.
    pub owner: Option<Ident>,
    /// Nothing that it takes carries derivatives.
    pub is_constant: bool,
    /// It returns a reference into `self`.
    pub accessor: Option<Rc<Accessor>>,
}

/// How a method finds what it returns a reference to.
#[derive(Clone, Debug)]
pub struct Accessor {
    /// What its receiver is called there.
    pub receiver: Ident,
    /// Its body, as a closure over that.
    pub found: syn::ExprClosure,
}

/// A method's `self`, which is a parameter like others but for its name.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// What it is called instead.
    pub ident: Ident,
    /// `self`.
    pub written: Ident,
    /// Its type, by `Self`.
    pub ty: syn::Type,
    /// The method returns a reference into it, and the derivatives are those of one that returns a copy, made by this.
    pub copied: Option<Ident>,
}

/// The highest order that is offered.
const HIGHEST: u32 = 6;

const OPTIONS: [&str; 9] = ["wrt", "crate", "companion", "recursive", "order", "d", "vjp", "jvp", "skip"];

impl Config {
    /// Reads the attribute's tokens and takes the `#[constant]` attributes off the parameters.
    pub fn parse(attribute: TokenStream, item: &mut ItemFn, errors: &mut Errors) -> Config {
        let options = Options::read(attribute, errors);
        let more = stacked(&mut item.attrs, errors);
        for (_, span) in options.seen.iter().filter(|(option, _)| option == "skip") {
            errors.push(*span, "`skip` is for a method of a differentiated `impl`", "leave the attribute out");
        }
        Config::new(options, more, item, Home::Companion, None, errors)
    }

    /// Of a function whose attributes have been taken off.
    pub fn new(
        options: Options,
        more_orders: u32,
        item: &mut ItemFn,
        home: Home,
        receiver: Option<Receiver>,
        errors: &mut Errors,
    ) -> Config {
        let constant: Vec<bool> = item.sig.inputs.iter_mut().map(strip_constant).collect();
        let active = active(item, &constant, options.wrt.as_deref(), receiver.as_ref(), errors);
        if matches!(home, Home::Companion) {
            demand_active(item, &active, errors);
        }
        let order = options.order + more_orders;
        if order > HIGHEST {
            too_high(order, item.sig.ident.span(), errors);
        }
        let is_opaque = options.rules.is_given();
        let krate = options.runtime();
        let receiver_of_rule = receiver.as_ref();
        let rule = if options.is_whole { options.rules.check(item, &active, receiver_of_rule, errors) } else { None };
        Config {
            active,
            krate,
            companion: options.companion.unwrap_or_else(|| item.sig.ident.clone()),
            home,
            receiver,
            neighbours: Rc::default(),
            recursive: options.recursive,
            order: order.min(HIGHEST),
            rule,
            is_opaque,
        }
    }
}

/// The options as written.
#[derive(Clone, Debug)]
pub struct Options {
    wrt: Option<Vec<Ident>>,
    /// Where the runtime lives.
    krate: Option<Path>,
    companion: Option<Ident>,
    recursive: bool,
    /// The order of one attribute.
    order: u32,
    rules: Rules,
    /// Names of the options so far.
    pub seen: Vec<(String, Span)>,
    /// All of it was understood.
    is_whole: bool,
}

impl Options {
    fn new() -> Options {
        let (wrt, krate, companion, rules, seen) = (None, None, None, Rules::default(), Vec::new());
        Options { wrt, krate, companion, recursive: false, order: 1, rules, seen, is_whole: true }
    }

    /// Derivatives of that order.
    pub fn of_order(order: u32, krate: Path) -> Options {
        Options { order, krate: Some(krate), ..Options::new() }
    }

    /// Reads an attribute's tokens.
    pub fn read(attribute: TokenStream, errors: &mut Errors) -> Options {
        let mut options = Options::new();
        if let Err(error) = (|input: ParseStream<'_>| options.parse(input, errors)).parse2(attribute) {
            options.is_whole = false;
            errors.extend(error);
        }
        options
    }

    /// Those of a block, for a method that has none.
    pub fn inherited(&self) -> Options {
        Options { krate: self.krate.clone(), order: self.order, ..Options::new() }
    }

    /// Those of a method, in a block, with orders of more attributes.
    pub fn within(self, block: &Options, more_orders: u32) -> Options {
        let order = more_orders + if self.has("order") { self.order } else { block.order };
        Options { krate: self.krate.clone().or_else(|| block.krate.clone()), order, ..self }
    }

    /// Where the runtime lives.
    pub fn runtime(&self) -> Path {
        self.krate.clone().unwrap_or_else(|| syn::parse_quote!(::differentiate))
    }

    /// The user's partial derivatives.
    pub fn partials(&mut self) -> impl Iterator<Item = &mut syn::Expr> {
        self.rules.expressions()
    }

    /// An option of that name was given.
    pub fn has(&self, name: &str) -> bool {
        self.seen.iter().any(|(seen, _)| seen == name)
    }

    fn parse(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        while !input.is_empty() {
            self.option(input, errors)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    fn option(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        use syn::ext::IdentExt as _;
        let name = input.call(Ident::parse_any)?;
        let text = name.to_string();
        if text != "d" && self.has(&text) {
            errors.push(name.span(), format!("`{text}` is given twice"), "say it once: `wrt(a, b)` takes several names");
        }
        self.seen.push((text.clone(), name.span()));
        match text.as_str() {
            "wrt" => {
                let content;
                syn::parenthesized!(content in input);
                self.wrt = Some(
                    Punctuated::<Ident, Token![,]>::parse_terminated_with(&content, Ident::parse_any)?.into_iter().collect(),
                );
            }
            "crate" => {
                input.parse::<Token![=]>()?;
                self.krate = Some(input.call(Path::parse_mod_style)?);
            }
            "companion" => {
                input.parse::<Token![=]>()?;
                self.companion = Some(input.parse()?);
            }
            "recursive" => self.recursive = true,
            "skip" => {}
            "d" | "vjp" | "jvp" => self.rules.parse(&name, input)?,
            "order" => {
                input.parse::<Token![=]>()?;
                let Ok(order) = input.fork().parse::<syn::LitInt>() else {
                    let message = "the order of derivatives is not a literal";
                    errors.push(input.span(), message, "write it as a number, as in `order = 2`: so many programs are derived");
                    return skip_value(input);
                };
                input.parse::<syn::LitInt>()?;
                let order_value = order.base10_parse::<u32>()?;
                match order_value {
                    0 => errors.push(order.span(), "there is no derivative of order 0", "call the function itself"),
                    1..=HIGHEST => self.order = order_value,
                    _ => too_high(order_value, order.span(), errors),
                }
            }
            unknown => {
                let instead = match nearest(unknown, &OPTIONS) {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None => format!("the options are `{}`", OPTIONS.join("`, `")),
                };
                errors.push(name.span(), format!("unknown option `{unknown}`"), instead);
                skip_value(input)?;
            }
        }
        Ok(())
    }
}

/// Whether it is this attribute.
pub fn is_ours(attr: &syn::Attribute) -> bool {
    attr.path().segments.last().is_some_and(|last| last.ident == "differentiate")
}

/// Takes the same attribute off where it is written several times, and returns the orders that it adds.
pub fn stacked(attrs: &mut Vec<syn::Attribute>, errors: &mut Errors) -> u32 {
    let (again, rest) = std::mem::take(attrs).into_iter().partition::<Vec<_>, _>(is_ours);
    *attrs = rest;
    let mut orders = 0;
    for attr in again {
        let options = Options::read(argument(&attr), errors);
        if options.seen.iter().any(|(option, _)| option != "order") {
            errors.push_spanned(&attr, "an option that stands on a second `#[differentiate]`", "write it on the first one");
        }
        orders += options.order;
    }
    orders
}

/// What stands between an attribute's parentheses.
pub fn argument(attr: &syn::Attribute) -> TokenStream {
    match &attr.meta {
        syn::Meta::List(list) => list.tokens.clone(),
        syn::Meta::Path(_) | syn::Meta::NameValue(_) => TokenStream::new(),
    }
}

fn too_high(order: u32, span: Span, errors: &mut Errors) {
    errors.push(
        span,
        format!("derivatives of order {order} would be too large a program"),
        format!("each order doubles it; the highest is {HIGHEST}"),
    );
}

/// Skips to the next comma, so that the options behind an unknown one are still read.
fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

/// Removes `#[constant]` and says whether it was there.
pub fn strip_constant(arg: &mut FnArg) -> bool {
    let attrs = match arg {
        FnArg::Receiver(receiver) => &mut receiver.attrs,
        FnArg::Typed(typed) => &mut typed.attrs,
    };
    let before = attrs.len();
    attrs.retain(|attr| !attr.path().is_ident("constant"));
    attrs.len() < before
}

/// Which parameters are differentiable: by type, unless `#[constant]` or left out of `wrt`.
fn active<'i>(
    item: &'i ItemFn,
    constant: &[bool],
    wrt: Option<&[Ident]>,
    receiver: Option<&'i Receiver>,
    errors: &mut Errors,
) -> Vec<bool> {
    let shown =
        |ident: &'i Ident| receiver.filter(|receiver| receiver.ident == *ident).map_or(ident, |receiver| &receiver.written);
    let params: Vec<Option<&Ident>> = item.sig.inputs.iter().map(|arg| name(arg).map(shown)).collect();
    for wanted in wrt.unwrap_or_default() {
        if !params.contains(&Some(wanted)) {
            unknown_parameter("wrt", wanted, &params, errors);
        }
    }
    item.sig
        .inputs
        .iter()
        .zip(constant)
        .zip(&params)
        .map(|((arg, constant), name)| {
            let FnArg::Typed(typed) = arg else { return false };
            let wanted = wrt.is_none_or(|wrt| name.is_some_and(|name| wrt.contains(name)));
            if wrt.is_some() && wanted && kind::of_type(&typed.ty).is_inactive() {
                errors.push_spanned(&typed.ty, "a parameter of this type has no derivative", "leave it out of `wrt`");
            }
            let is_function = function_type::of(&typed.ty, &item.sig.generics).is_some();
            wanted && !constant && !is_function && !kind::of_type(&typed.ty).is_inactive()
        })
        .collect()
}

/// A function of which no parameter is differentiable has no use for the attribute.
fn demand_active(item: &ItemFn, active: &[bool], errors: &mut Errors) {
    let is_function =
        |arg: &FnArg| matches!(arg, FnArg::Typed(typed) if function_type::of(&typed.ty, &item.sig.generics).is_some());
    if errors.is_empty() && !active.contains(&true) && !item.sig.inputs.iter().any(is_function) {
        errors.push(
            item.sig.ident.span(),
            format!("`{}` has no differentiable parameter", item.sig.ident),
            "floats, and slices, arrays, `Vec`s and tuples of floats are; `#[constant]` and `wrt` leave parameters out",
        );
    }
}

/// What an option names is no parameter.
pub fn unknown_parameter(option: &str, wanted: &Ident, params: &[Option<&Ident>], errors: &mut Errors) {
    let names: Vec<String> = params.iter().flatten().map(|name| name.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let help = match names.as_slice() {
        [] => "this function has no named parameters".to_owned(),
        _ => match nearest(&wanted.to_string(), &names) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("the parameters are `{}`", names.join("`, `")),
        },
    };
    errors.push(wanted.span(), format!("`{option}` names `{wanted}`, which is not a parameter"), help);
}

/// The name of a parameter, unless it is a pattern.
pub fn name(arg: &FnArg) -> Option<&Ident> {
    let FnArg::Typed(typed) = arg else { return None };
    match &*typed.pat {
        Pat::Ident(pat) => Some(&pat.ident),
        _ => None,
    }
}

/// The candidate with the smallest edit distance.
/// The candidate that the word may be a slip of: at most a third of it has to be changed (half of a short one).
fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let nearest = candidates.iter().min_by_key(|candidate| distance(word, candidate)).copied()?;
    let most = (word.len() / 3).max(word.len().min(4) / 2);
    (distance(word, nearest) <= most).then_some(nearest)
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
