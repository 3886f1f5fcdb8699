//! What the attribute says of rules, and whether that fits the function.

use super::UserRule;
use crate::args::{Receiver, unknown_parameter};
use crate::errors::Errors;
use crate::ir::Kind;
use crate::lower::kind;
use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::{Expr, FnArg, Ident, ItemFn, Pat, Path, ReturnType, Token};

/// The options as written.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    partials: Vec<(Ident, Expr)>,
    vjp: Option<(Span, Path)>,
    jvp: Option<(Span, Path)>,
    /// There is one: the body is opaque, whatever else is wrong.
    given: bool,
}

impl Rules {
    /// Reads `(x) = expr` or `= path` behind the name of an option.
    pub fn parse(&mut self, option: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        self.given = true;
        if option == "d" {
            if !input.peek(syn::token::Paren) {
                return Err(syn::Error::new(option.span(), "`d` names a parameter: `d(x) = …`"));
            }
            let content;
            syn::parenthesized!(content in input);
            let param: Ident = content.parse()?;
            if !content.is_empty() {
                return Err(content.error("`d(x) = …` is for one parameter; write it once for each"));
            }
            input.parse::<Token![=]>()?;
            let expr = input.parse::<Expr>().map_err(|error| match input.is_empty() {
                // The error would stand at the whole attribute.
                true => syn::Error::new(param.span(), format!("the expression of `d({param})` is not complete")),
                false => error,
            })?;
            self.partials.push((param, expr));
            return Ok(());
        }
        input.parse::<Token![=]>()?;
        let path = input.parse()?;
        *(if option == "vjp" { &mut self.vjp } else { &mut self.jvp }) = Some((option.span(), path));
        Ok(())
    }

    /// There is a rule: the body must not be looked into.
    pub fn is_given(&self) -> bool {
        self.given
    }

    /// The partial derivatives.
    pub fn expressions(&mut self) -> impl Iterator<Item = &mut Expr> {
        self.partials.iter_mut().map(|(_, expr)| expr)
    }

    /// The rule, if there is one. What is wrong with it is in `errors`; then it is not to be used. `receiver`: a method's.
    pub fn check(self, item: &ItemFn, active: &[bool], receiver: Option<&Receiver>, errors: &mut Errors) -> Option<UserRule> {
        if !self.given {
            return None;
        }
        for arg in &item.sig.inputs {
            if let FnArg::Typed(typed) = arg
                && matches!(kind::of_type(&typed.ty), Kind::Ref(true, _))
            {
                let help = "return what it writes, or differentiate the function without a rule";
                errors.push_spanned(&typed.ty, "a function with a rule of its own takes no `&mut` parameter", help);
            }
        }
        match (self.partials.is_empty(), self.vjp, self.jvp) {
            (false, None, None) => {
                check_partials(&self.partials, item, active, receiver, errors);
                Some(UserRule::Partials(self.partials))
            }
            (true, Some((_, vjp)), Some((_, jvp))) => {
                check_functions(item, errors);
                Some(UserRule::Functions { vjp, jvp })
            }
            (true, Some((span, _)), None) => {
                errors.push(span, "`vjp` without `jvp`", "give both, so that both modes work: `vjp = …, jvp = …`");
                None
            }
            (true, None, Some((span, _))) => {
                errors.push(span, "`jvp` without `vjp`", "give both, so that both modes work: `vjp = …, jvp = …`");
                None
            }
            (true, None, None) => None, // Has not parsed.
            (false, Some((span, _)), _) | (false, None, Some((span, _))) => {
                errors.push(span, "two rules for one function", "give either `d(x) = …` or `vjp = …, jvp = …`");
                None
            }
        }
    }
}

fn check_functions(item: &ItemFn, errors: &mut Errors) {
    if let ReturnType::Default = item.sig.output {
        errors.push(item.sig.ident.span(), "a function with a rule returns nothing", "return what has a derivative");
    }
    for arg in &item.sig.inputs {
        named(arg, errors);
    }
}

/// `d(x)` for each differentiable parameter, once, and for nothing else; from floats to a float.
fn check_partials(partials: &[(Ident, Expr)], item: &ItemFn, active: &[bool], receiver: Option<&Receiver>, errors: &mut Errors) {
    let params: Vec<Option<&Ident>> = item.sig.inputs.iter().map(crate::args::name).collect();
    for (i, (name, _)) in partials.iter().enumerate() {
        if partials[..i].iter().any(|(earlier, _)| earlier == name) {
            errors.push(name.span(), format!("`d({name})` is given twice"), "one of them is to go");
        }
        match params.iter().position(|param| *param == Some(name)) {
            None => unknown_parameter("d", name, &params, errors),
            Some(at) if !active[at] => {
                let FnArg::Typed(typed) = &item.sig.inputs[at] else { continue };
                let (why, help) = match kind::of_type(&typed.ty).is_inactive() {
                    true => ("has a type without derivatives", format!("leave `d({name})` out")),
                    false => ("is a constant here", format!("leave `d({name})` out, or make the parameter differentiable")),
                };
                errors.push(name.span(), format!("`d({name})` is given, but `{name}` {why}"), help);
            }
            Some(_) => {}
        }
    }
    for (arg, active) in item.sig.inputs.iter().zip(active) {
        if let (Some(name), FnArg::Typed(typed)) = (named(arg, errors), arg) {
            if *active && receiver.is_some_and(|receiver| receiver.ident == *name) {
                let help = "mark it: `#[constant] &self`; the partial derivatives may mention it";
                errors.push(name.span(), "`d(x) = …` is for floats, and `self` may carry derivatives as well", help);
            } else if *active {
                check_active(name, &typed.ty, partials, errors);
            }
            if name == "out" {
                let help = "give the parameter another name";
                errors.push(name.span(), "`out` stands for the result in `d(…) = …`", help);
            }
        }
    }
    match &item.sig.output {
        ReturnType::Type(_, ty) if is_float(&kind::of_type(ty)) => {}
        ReturnType::Type(_, ty) => {
            errors.push_spanned(ty, "`d(x) = …` is for a function that returns a float", "give `vjp = …, jvp = …` instead");
        }
        ReturnType::Default => {
            let help = "return the float that `d(x) = …` is the derivative of";
            errors.push(item.sig.ident.span(), "`d(x) = …` is for a function that returns a float", help);
        }
    }
}

/// A differentiable parameter: a float, with a partial derivative.
fn check_active(name: &Ident, ty: &syn::Type, partials: &[(Ident, Expr)], errors: &mut Errors) {
    let of = kind::of_type(ty);
    if !is_float(kind::pointee(&of)) {
        let help = format!("give `vjp = …, jvp = …` instead, or mark it `#[constant] {name}`");
        errors.push_spanned(ty, "`d(x) = …` is for floats, and this parameter may carry derivatives as well", help);
    } else if !partials.iter().any(|(given, _)| given == name) {
        let help = format!("add `d({name}) = …`, or mark it `#[constant] {name}`");
        errors.push(name.span(), format!("the derivative with respect to `{name}` is missing"), help);
    }
}

/// A float, or a name that may stand for one: a type parameter, an alias.
fn is_float(kind: &Kind) -> bool {
    matches!(kind, Kind::Float | Kind::Unknown)
}

/// The name of a parameter. A rule is stated in names.
fn named<'a>(arg: &'a FnArg, errors: &mut Errors) -> Option<&'a Ident> {
    let FnArg::Typed(typed) = arg else { return None };
    match &*typed.pat {
        Pat::Ident(pat) => Some(&pat.ident),
        other => {
            errors.push_spanned(other, "a pattern as the parameter of a function with a rule", "give the parameter a name");
            None
        }
    }
}
