//! A nested function from the outside.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::{Type, parse_quote};

use super::super::hidden::{self, Program};
use super::super::signature::{Names, Param, Signature};
use super::super::{Body, Item};
use super::Nested;
use crate::emit::closure::tangent_or_zero;
use crate::ir::Mode;

/// One of these functions, in some number of directions of its caller's.
pub(super) struct Glue<'s> {
    pub(super) sig: &'s Signature,
    pub(super) nested: Nested,
    pub(super) directions: u32,
    /// As a function of its own: the parameters, behind them the direction for each active one, or the cotangents.
    pub(super) own: Signature,
    /// For each set of directions, the empty one included, what the parameters are called.
    pub(super) names: Vec<Vec<Ident>>,
    /// What is printed.
    program: Program,
}

impl<'s> Glue<'s> {
    pub(super) fn new(sig: &'s Signature, nested: Nested, program: Program, directions: u32) -> Glue<'s> {
        let (mut params, mut taken) = (sig.params.clone(), sig.names());
        if nested.takes_direction() {
            params.extend(sig.active().map(|param| direction_of(sig, param, &mut taken)));
        }
        if nested == Nested::Pulled {
            params.extend(cotangents(sig, &mut taken));
        }
        let (gradient, value) = (sig.gradient(), sig.value_type());
        let tangent = sig.grad(value);
        let ret = match nested {
            Nested::Grad | Nested::Hvp | Nested::Pulled => gradient,
            Nested::ValueAndGrad => quote!((#value, #gradient)),
            Nested::Jvp if sig.returns_unit() => quote!(()),
            Nested::Jvp => quote!((#value, #tangent)),
        };
        let ret = if sig.wrapped().is_some() { sig.rewrapped(&ret) } else { ret };
        let ret: Type = parse_quote!(#ret);
        let own = Signature { params, ret, recursive: false, ..sig.clone() };
        let mut names = vec![own.params.iter().map(|param| param.ident.clone()).collect::<Vec<_>>()];
        for set in 1..1_usize << directions {
            names.push(own.params.iter().map(|param| taken.derived(&param.ident, &format!("_dots{set}"))).collect());
        }
        Glue { sig, nested, directions, own, names, program }
    }

    /// How many sets of directions the caller has.
    pub(super) fn sets(&self) -> usize {
        1 << self.directions
    }

    /// How many directions the function has by itself.
    pub(super) fn inner(&self) -> u32 {
        u32::from(self.nested.takes_direction())
    }

    /// The indices of the active parameters of `f`.
    pub(super) fn active(&self) -> Vec<usize> {
        (0..self.sig.params.len()).filter(|i| self.sig.params[*i].active).collect()
    }

    /// The own parameter that is the direction for a parameter of `f`.
    pub(super) fn direction_index(&self, param: usize) -> usize {
        self.sig.params.len() + self.sig.params[..param].iter().filter(|param| param.active).count()
    }

    /// The own parameter that is the cotangent of the result.
    pub(super) fn result_bar_index(&self) -> Option<usize> {
        (self.nested == Nested::Pulled && !self.sig.returns_unit()).then_some(self.sig.params.len())
    }

    /// The own parameter that is the cotangent of what a parameter of `f` holds after the call.
    pub(super) fn after_bar_index(&self, param: usize) -> Option<usize> {
        let before = self.sig.params[..param].iter().filter(|param| param.active && param.is_mut()).count();
        let first = self.sig.params.len() + usize::from(!self.sig.returns_unit());
        let is_output = self.sig.params[param].active && self.sig.params[param].is_mut();
        (self.nested == Nested::Pulled && is_output).then_some(first + before)
    }

    fn body(&self, tokens: TokenStream) -> Body {
        let dots = self.names[1..].iter().map(|names| {
            let dots = names.iter().zip(&self.own.params).map(|(name, param)| param.active.then(|| name.clone()));
            dots.collect()
        });
        let mut body = Body::new(self.names[0].clone(), dots.collect(), tokens);
        body.handed_on = self.handed_on();
        body
    }

    /// Of how many own parameters the tangents go to a sweep as they were given. A pullback needs its own, and so it does those of cotangents.
    fn handed_on(&self) -> usize {
        match (self.program, self.nested) {
            (Program::Adjoint, _) => 0,
            (Program::Tangent, Nested::Pulled) => self.sig.params.len(),
            (Program::Tangent, _) => self.own.params.len(),
        }
    }

    /// The name of an own parameter's tangent stands for an `Option`.
    pub(super) fn is_handed_on(&self, set: usize, index: usize) -> bool {
        set > 0 && index < self.handed_on() && !self.own.params[index].is_mut()
    }

    /// Copies of what the pullback captures.
    fn copies(&self) -> TokenStream {
        let mut copies = TokenStream::new();
        for (set, index) in self.slots() {
            if self.own.params[index].mode == Mode::Copy && !self.is_handed_on(set, index) {
                let name = &self.names[set][index];
                copies.extend(quote!(let #name = *#name;));
            }
        }
        copies
    }

    /// All own parameters, and the tangents of the active ones.
    pub(super) fn slots(&self) -> impl Iterator<Item = (usize, usize)> {
        let all = (0..self.sets()).flat_map(|set| (0..self.own.params.len()).map(move |index| (set, index)));
        all.filter(|(set, index)| *set == 0 || self.own.params[*index].active)
    }

    /// An own parameter, or its tangent, as a reference: by-value ones have been copied.
    pub(super) fn reference(&self, set: usize, index: usize) -> TokenStream {
        let (name, param) = (&self.names[set][index], &self.own.params[index]);
        match param.mode {
            Mode::Copy if set == 0 => quote!(&#name),
            Mode::Copy => self.sig.tangent_of(param.pointee(), name),
            Mode::Move | Mode::Shared | Mode::Function => quote!(#name),
            Mode::Mut => quote!(&mut *#name),
        }
    }

    /// A tangent that the function is given as a parameter of its own, for something of type `ty`.
    pub(super) fn given(&self, set: usize, index: usize, ty: &Type) -> TokenStream {
        let (reference, own) = (self.reference(set, index), &self.own.params[index]);
        match (set, own.mode) {
            // By value it is a `Grad`.
            (0, Mode::Copy | Mode::Move) => {
                let krate = &self.sig.krate;
                quote!(#krate::rt::tangent_of::<#ty>(#reference))
            }
            (_, _) => reference,
        }
    }

    pub(super) fn item(&self) -> Item {
        let copies = self.copies();
        let is_directional = self.nested == Nested::Jvp;
        match self.program {
            Program::Adjoint => {
                let (before, result, inside) = if is_directional { self.directional_pair() } else { self.gradient_pair() };
                let closure = self.closure(&inside);
                let tokens = quote!(#copies #before (#result, #closure));
                hidden::forward(&self.own, &self.hidden_name(), &self.body(tokens))
            }
            Program::Tangent => {
                let value = if is_directional { self.directional() } else { self.gradients() };
                hidden::tangent(&self.own, &self.hidden_name(), &self.body(quote!(#copies #value)))
            }
        }
    }

    /// Beside a method the derivatives of `energy_grad` are those of a method of that name.
    fn hidden_name(&self) -> String {
        match self.sig.member() {
            None => self.nested.hidden_name(self.program, self.directions),
            Some(_) => format!("{}_{}", self.nested.name(), self.program.name(self.directions)),
        }
    }

    pub(super) fn out_bar(&self, set: usize) -> Ident {
        local(format_args!("out_bar{set}"))
    }

    /// The pullback's slot for the adjoint of an own parameter.
    pub(super) fn slot(&self, set: usize, index: usize) -> Ident {
        local(format_args!("{}_slot{set}", self.own.params[index].ident))
    }

    /// The pullback.
    fn closure(&self, inside: &TokenStream) -> TokenStream {
        let krate = &self.sig.krate;
        let rt = quote!(#krate::rt);
        let (mut params, mut zeros) = (Vec::new(), TokenStream::new());
        for set in 0..self.sets() {
            for (name, param) in self.names[set].iter().zip(&self.own.params) {
                if param.mode == Mode::Copy || set > 0 && !param.active {
                    params.push(quote!(_));
                    continue;
                }
                if set > 0 {
                    zeros.extend(tangent_or_zero(param.mode, name, &param.ident, &rt));
                }
                params.push(quote!(#name));
            }
        }
        params.extend((0..self.sets()).map(|set| self.out_bar(set).into_token_stream()));
        for set in 0..self.sets() {
            for (i, param) in self.own.params.iter().enumerate() {
                params.push(if param.active { self.slot(set, i).into_token_stream() } else { quote!(_) });
            }
        }
        quote!(move |#(#params),*| { #zeros #inside })
    }
}

/// A name that clashes with none of the user's.
pub(in super::super) fn local(name: impl ToString) -> Ident {
    Ident::new(&name.to_string().replace("r#", ""), Span::mixed_site())
}

/// The parameter for a direction, as `jvp` and `hvp` take it.
fn direction_of(sig: &Signature, param: &Param, names: &mut Names) -> Param {
    let tangent = sig.tangent(param.pointee());
    let ty = match param.mode {
        Mode::Copy | Mode::Move => sig.grad(&param.ty),
        Mode::Shared | Mode::Function => parse_quote!(&#tangent),
        Mode::Mut => parse_quote!(&mut #tangent),
    };
    Param { ident: names.derived(&param.ident, "_direction"), receiver: None, ty, ..param.clone() }
}

/// The parameters that the pullback has: the cotangent of the result, then those of `&mut` memory.
fn cotangents(sig: &Signature, names: &mut Names) -> Vec<Param> {
    let cotangent = |ident, of: &Type| {
        let mode = if sig.is_float(of) { Mode::Copy } else { Mode::Move };
        Param { ident, receiver: None, ty: sig.grad(of), mode, active: true, function: None }
    };
    let result = (!sig.returns_unit()).then(|| cotangent(names.fresh(&["y_bar", "result_bar"]), &sig.ret));
    let mut all: Vec<Param> = result.into_iter().collect();
    for param in sig.active().filter(|param| param.is_mut()) {
        all.push(cotangent(names.derived(&param.ident, "_bar"), param.pointee()));
    }
    all
}
