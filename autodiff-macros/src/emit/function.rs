//! Function values: closures as arguments of calls, and the code that they become.

use super::closure::tangent_or_zero;
use super::companion::hidden::Program;
use super::{Emitter, emitter_of};
use crate::ir::{Arg, Capture, Class, Code, FunctionArg, Mode, SlotArg, Value};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

impl<'a> Emitter<'a> {
    /// What a function value captures, as an argument.
    pub(super) fn captured(&mut self, args: &[Arg], function: &FunctionArg) -> TokenStream {
        let rt = self.rt.clone();
        if let Code::Param(_) = function.code {
            return self.slot_arg(&args[function.at]);
        }
        let captures = function.captures.iter().zip(&args[function.at..]).map(|(capture, arg)| {
            let (kind, value) = (constructor(*capture), self.slot_arg(arg));
            quote!(#rt::#kind(#value))
        });
        let captures: Vec<TokenStream> = captures.collect();
        captures.into_iter().rev().fold(quote!(#rt::nil()), |rest, first| quote!(#rt::and(#first, #rest)))
    }

    /// The same for a pullback.
    pub(super) fn captured_again(&mut self, args: &[Arg], function: &FunctionArg) -> TokenStream {
        let rt = self.rt.clone();
        if let Code::Param(_) = function.code {
            return self.slot_arg(&args[function.at]);
        }
        let parts = function.captures.iter().zip(&args[function.at..]).map(|(capture, arg)| match capture {
            Capture::Number | Capture::Fixed => quote!(#rt::Ignored),
            Capture::Active | Capture::Inert | Capture::Function => {
                let value = self.slot_arg(arg);
                quote!(#rt::slot(#value))
            }
        });
        let parts = list(parts.collect());
        quote!(#rt::Again(#parts))
    }

    /// The tangents of what it captures.
    pub(super) fn captured_dots(&mut self, dots: &[Option<Arg>], function: &FunctionArg, again: bool) -> TokenStream {
        let rt = self.rt.clone();
        let none = quote!(#rt::slot(#rt::NoShadow));
        let parts = function.captures.iter().zip(&dots[function.at..]).map(|(capture, dot)| match (capture, dot) {
            (_, None) | (Capture::Inert | Capture::Fixed, _) => none.clone(),
            (Capture::Number, _) if again => none.clone(),
            (Capture::Number | Capture::Active | Capture::Function, Some(dot)) => {
                let dot = self.slot_arg(dot);
                quote!(#rt::slot(#dot))
            }
        });
        let parts: Vec<TokenStream> = parts.collect();
        match &function.code {
            Code::Param(_) => parts.into_iter().next().unwrap_or(none),
            Code::Closure(_) => {
                let (name, parts) = (if again { quote!(DotsAgain) } else { quote!(Dots) }, list(parts));
                quote!(::core::option::Option::Some(#rt::#name(#parts)))
            }
        }
    }

    /// Where the adjoints of what it captures go.
    pub(super) fn captured_slots(
        &mut self,
        slots: &'a [SlotArg],
        function: &FunctionArg,
        cells: &mut Vec<(Value, Ident)>,
    ) -> TokenStream {
        let rt = self.rt.clone();
        let parts = slots[function.at..].iter().take(function.captures.len());
        let parts: Vec<TokenStream> = parts.map(|slot| self.slot(slot, cells)).collect();
        match &function.code {
            Code::Param(_) => parts.into_iter().next().unwrap_or_default(),
            Code::Closure(_) => {
                let parts = list(parts);
                quote!(::core::option::Option::Some(#rt::Slots(#parts)))
            }
        }
    }

    /// What computes it: one program of a closure, or what a parameter brought with it.
    pub(super) fn code_of(&self, function: &FunctionArg, program: Program, directions: u32) -> TokenStream {
        let code = match &function.code {
            Code::Param(name) => return name.to_token_stream(),
            Code::Closure(code) => code,
        };
        let program = match program {
            Program::Adjoint => code.adjoints.get(directions as usize),
            Program::Tangent => code.tangents.get(directions as usize - 1),
        };
        let captures = function.captures.clone();
        let print = |e: &mut Emitter<'_>| {
            e.captures = Some(captures);
            e.code()
        };
        program.map(|program| emitter_of(program.clone(), self.rt.clone(), false, false, print)).unwrap_or_default()
    }

    /// The whole function as a closure, whose types are the callee's.
    fn code(&mut self) -> TokenStream {
        let (body, rt, f) = (self.function(), self.rt.clone(), self.f);
        let count = self.captures.as_ref().map_or(0, Vec::len);
        let names: Vec<Ident> = f.params.iter().map(|param| self.ident(param.value)).collect();
        let (own, args) = names.split_at(count);
        let (captured, own) = (local("captured", 0), list(own.iter().map(ToTokens::to_token_stream).collect()));
        let (mut params, mut prologue) = (quote!(#captured, #(#args,)*), quote!(let #own = #captured.0;));
        for (set, dots) in f.dots.iter().enumerate() {
            let names: Vec<TokenStream> = dots.iter().map(|dot| dot.map_or(quote!(_), |dot| self.binding(dot))).collect();
            let (own, args) = names.split_at(count);
            let (captured, own) = (local("captured_dot", set), list(own.to_vec()));
            params.extend(quote!(#captured, #(#args,)*));
            prologue.extend(quote!(let #own = #rt::dots(#captured);));
        }
        for dots in &f.dots {
            for (param, dot) in f.params.iter().zip(dots) {
                if let (Some(dot), true) = (dot.filter(|dot| self.used(*dot)), param.mode != Mode::Function) {
                    let (dot, primal) = (self.ident(dot), self.ident(param.value));
                    prologue.extend(tangent_or_zero(param.mode, &dot, &primal, &rt));
                }
            }
        }
        quote!(move |#params| { #prologue #body })
    }

    /// Where the adjoint of an argument goes.
    pub(super) fn slot(&mut self, slot: &'a SlotArg, cells: &mut Vec<(Value, Ident)>) -> TokenStream {
        let rt = self.rt.clone();
        match slot {
            SlotArg::None => quote!(#rt::slot(#rt::NoShadow)),
            SlotArg::Shadow(place) => {
                let shadow = self.first_cells(place).unwrap_or_else(|| self.shadow_reference(place).tokens);
                quote!(#rt::slot(#shadow))
            }
            SlotArg::Cell(v) => {
                let cell = self.ident(*v);
                cells.push((*v, cell.clone()));
                quote!(#rt::slot(&#cell))
            }
        }
    }

    /// A number that a pullback has kept, so that it need not be passed again.
    pub(super) fn is_kept(&self, v: Value) -> bool {
        self.class(v) == Class::Plain && self.f[v].kind.is_scalar()
    }
}

/// What makes a captured value one of its kind.
fn constructor(capture: Capture) -> TokenStream {
    match capture {
        Capture::Number => quote!(number),
        Capture::Active => quote!(active),
        Capture::Inert => quote!(inert),
        Capture::Fixed => quote!(fixed),
        Capture::Function => quote!(function),
    }
}

/// `(a, (b, ()))`
pub(super) fn list(parts: Vec<TokenStream>) -> TokenStream {
    parts.into_iter().rev().fold(quote!(()), |rest, first| quote!((#first, #rest)))
}

/// A name that is none of the user's.
pub(super) fn local(name: &str, set: usize) -> Ident {
    quote::format_ident!("{}{}", name, set, span = Span::mixed_site())
}
