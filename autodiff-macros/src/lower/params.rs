//! Parameters.

use super::function::FunctionParam;
use super::function_type::FunctionType;
use super::pattern::name_of;
use super::term::Term;
use super::width::Width;
use super::{Lower, kind};
use crate::args::Config;
use crate::errors::Errors;
use crate::ir::{Class, Kind, Mode, Param};
use syn::{FnArg, Pat, Signature};

/// Reports what a signature must not have.
pub(super) fn check_signature(sig: &Signature, errors: &mut Errors) {
    if let Some(token) = &sig.asyncness {
        errors.push_spanned(token, "`async` functions cannot be differentiated", "compute synchronously");
    }
    if let Some(token) = &sig.unsafety {
        errors.push_spanned(token, "`unsafe` functions cannot be differentiated", "wrap it in a safe function");
    }
    if let Some(variadic) = &sig.variadic {
        errors.push_spanned(variadic, "variadic functions cannot be differentiated", "take a slice");
    }
    let pointer = |ty: &syn::Type| matches!(ty, syn::Type::Ptr(_));
    for arg in &sig.inputs {
        if let FnArg::Typed(typed) = arg
            && pointer(&typed.ty)
        {
            errors.push_spanned(&typed.ty, "a raw pointer carries no derivative", "take a reference or a slice");
        }
    }
}

/// Reports `#[cfg]` inside of a function: what it leaves out is there when this macro runs.
pub(super) fn check_attributes(item: &syn::ItemFn, errors: &mut Errors) {
    struct Attributes<'e>(&'e mut Errors);
    impl<'a> syn::visit::Visit<'a> for Attributes<'_> {
        fn visit_attribute(&mut self, attribute: &'a syn::Attribute) {
            if attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr") {
                let help = "use `if cfg!(…)`, or two functions with `#[cfg]` on each";
                self.0.push_spanned(attribute, "`#[cfg]` inside of a differentiated function", help);
            }
        }

        // Not looked into.
        fn visit_item(&mut self, _: &'a syn::Item) {}
    }
    let mut attributes = Attributes(errors);
    item.sig.inputs.iter().for_each(|input| syn::visit::Visit::visit_fn_arg(&mut attributes, input));
    syn::visit::Visit::visit_block(&mut attributes, &item.block);
}

impl Lower<'_> {
    /// Declares the parameters. Patterns among them are bound afterwards, at the start of the body.
    pub(super) fn params(&mut self, item: &syn::ItemFn, config: &Config) -> (Vec<Param>, Vec<(Pat, Term)>) {
        let mut params = Vec::new();
        let mut patterns = Vec::new();
        for (i, arg) in item.sig.inputs.iter().enumerate() {
            let FnArg::Typed(typed) = arg else { continue };
            let active = config.active.get(i).copied().unwrap_or(false);
            let mode = config.mode(item, &typed.ty);
            let (param, term) = match super::function_type::of(&typed.ty, &item.sig.generics).filter(|_| mode == Mode::Function) {
                Some(function) => {
                    let is_function = |ty: &syn::Type| super::function_type::of(ty, &item.sig.generics).is_some();
                    if function.inputs.iter().chain([&function.output]).any(is_function) {
                        let what = "this parameter is a function of functions, whose derivative is not known";
                        let help = "make it a function of its own with `#[differentiate]`, and call it by its path";
                        self.errors.push_spanned(&typed.ty, what, help);
                    }
                    self.function_param(i, typed, function)
                }
                None => self.param(i, typed, active, mode),
            };
            params.push(param);
            patterns.push(((*typed.pat).clone(), term));
        }
        (params, patterns)
    }

    fn param(&mut self, i: usize, typed: &syn::PatType, active: bool, mode: Mode) -> (Param, Term) {
        let kind = kind::of_type(&typed.ty);
        let (name, span, mutable) = match &*typed.pat {
            Pat::Ident(pat) => (name_of(&pat.ident), pat.ident.span(), pat.mutability.is_some()),
            other => (format!("arg{i}"), syn::spanned::Spanned::span(other), false),
        };
        let class = match &kind {
            Kind::Ref(mutable, _) => Class::View { mutable: *mutable },
            kind if kind::is_scalar(kind) => Class::Plain,
            _ => Class::Owner,
        };
        let value = self.fresh(&name, class, kind.clone(), span, active);
        self.widths[value.0 as usize] = Width::of(&typed.ty);
        self.array_lengths[value.0 as usize] = super::mapped::array_length(&typed.ty);
        self.boxed_numbers[value.0 as usize] = kind::is_boxed_number(&typed.ty);
        self.data_mut(value).mutable = mutable && class == Class::Owner;
        if !active && !kind.is_inactive() && class != Class::Plain {
            self.constants.insert(value);
        }
        let term = match class {
            Class::View { mutable } => Term::Ref(mutable, Box::new(Term::whole(value))),
            Class::Owner => Term::whole(value),
            _ => Term::Value(value),
        };
        (Param { value, ty: (*typed.ty).clone(), mode, active, needs_derivative: false }, term)
    }

    /// A parameter that is a function: what it captures, which carries derivatives.
    fn function_param(&mut self, i: usize, typed: &syn::PatType, ty: FunctionType) -> (Param, Term) {
        let (name, span) = match &*typed.pat {
            Pat::Ident(pat) => (name_of(&pat.ident), pat.ident.span()),
            other => (format!("arg{i}"), syn::spanned::Spanned::span(other)),
        };
        let value = self.fresh(&name, Class::View { mutable: false }, super::function::function_kind(), span, true);
        let (ty, code) = (std::rc::Rc::new(ty), super::function::code_name(&name));
        self.functions.insert(value, FunctionParam { ty, code, needs_derivative: false });
        let param = Param { value, ty: (*typed.ty).clone(), mode: Mode::Function, active: true, needs_derivative: false };
        (param, Term::Ref(false, Box::new(Term::whole(value))))
    }

    /// Makes a parameter's own variable; patterns are taken apart.
    pub(super) fn bind_param(&mut self, pat: &Pat, term: Term, ty: Option<&syn::Type>) {
        let Pat::Ident(ident) = pat else { return self.bind(pat, term, None) };
        let scalar = matches!(&term, Term::Value(_));
        if scalar && ident.mutability.is_some() && self.mut_borrowed.contains(&ident.ident.to_string()) {
            return self.bind(pat, term, None);
        }
        let id = self.env.anonymous(&name_of(&ident.ident), ident.mutability.is_some(), super::env::Binding::Term(term));
        self.env.vars[id.0].ty = ty.filter(|ty| kind::of_type(ty) == Kind::Integer).cloned();
        self.env.name(&ident.ident.to_string(), id);
    }
}
