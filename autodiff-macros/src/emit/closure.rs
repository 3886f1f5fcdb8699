//! The pullback as a closure.
//!
//! Its parameters take their types from the signature. Written out again they would cost rustc as much as the signature itself; in a box
//! they have to be, and where there is no signature.

use super::frag::Moved;
use super::{Emitter, function};
use crate::ir::{Closure, Mode, Param, PrimalSlot};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// The type of a parameter's primal slot in the pullback.
fn primal_slot_type(param: &Param, rt: &TokenStream) -> TokenStream {
    let ty = referent(&param.ty);
    match param.mode {
        Mode::Copy => quote!(#rt::Ignored),
        Mode::Move | Mode::Shared => quote!(&#ty),
        Mode::Mut => quote!(&mut #ty),
        Mode::Function => quote!(#rt::Again<'_, #ty>),
    }
}

/// The type of the slot of a parameter's tangent.
fn tangent_slot_type(param: &Param, rt: &TokenStream, wide: bool) -> TokenStream {
    let (ty, tangent) = (referent(&param.ty), if wide { quote!(Wide) } else { quote!(Tangent) });
    match param.mode {
        Mode::Copy => quote!(#rt::Ignored),
        Mode::Function => quote!(::core::option::Option<#rt::DotsAgain<'_, #ty>>),
        _ if !param.active => quote!(#rt::Ignored),
        Mode::Move | Mode::Shared => quote!(::core::option::Option<&#rt::#tangent<#ty>>),
        Mode::Mut => quote!(::core::option::Option<&mut #rt::#tangent<#ty>>),
    }
}

/// `dot`, an `Option`, as the reference in it or one to a zero.
pub(super) fn tangent_or_zero(mode: Mode, dot: &Ident, primal: &Ident, rt: &TokenStream) -> TokenStream {
    or_zero("tangent", mode, dot, primal, rt)
}

/// The same of a tangent in several directions.
pub(super) fn wide_or_zero(mode: Mode, dot: &Ident, primal: &Ident, rt: &TokenStream) -> TokenStream {
    or_zero("wide", mode, dot, primal, rt)
}

fn or_zero(what: &str, mode: Mode, dot: &Ident, primal: &Ident, rt: &TokenStream) -> TokenStream {
    let zero = quote::format_ident!("{dot}_zero", span = Span::mixed_site());
    let (end, looked_at) = match mode {
        Mode::Mut => ("_mut", quote!(&*#primal)),
        Mode::Copy | Mode::Move | Mode::Shared | Mode::Function => ("", quote!(#primal)),
    };
    let function = quote::format_ident!("{what}_or_zero{end}");
    quote! {
        let mut #zero = ::core::option::Option::None;
        let #dot = #rt::#function(#dot, #looked_at, &mut #zero);
    }
}

/// The type of a parameter's shadow slot in the pullback.
fn shadow_slot_type(param: &Param, rt: &TokenStream, wide: bool) -> TokenStream {
    if param.mode == Mode::Function {
        let ty = &param.ty;
        quote!(::core::option::Option<#rt::Slots<'_, #ty>>)
    } else if param.active {
        let shadow = shadow_type(referent(&param.ty), rt, wide);
        quote!(::core::option::Option<#shadow>)
    } else {
        quote!(#rt::Ignored)
    }
}

/// A reference to the shadow of a `ty`.
fn shadow_type(ty: &syn::Type, rt: &TokenStream, wide: bool) -> TokenStream {
    if wide { quote!(&#rt::ShadowOf<#rt::Wide<#ty>>) } else { quote!(&#rt::ShadowOf<#ty>) }
}

/// What a reference type refers to.
fn referent(ty: &syn::Type) -> &syn::Type {
    match ty {
        syn::Type::Reference(reference) => &reference.elem,
        syn::Type::Paren(inner) => referent(&inner.elem),
        syn::Type::Group(inner) => referent(&inner.elem),
        ty => ty,
    }
}

impl<'a> Emitter<'a> {
    /// `move |…| { … }`
    pub(super) fn closure(&mut self, c: &'a Closure) -> TokenStream {
        let (f, rt) = (self.f, self.rt.clone());
        let mut zeros = TokenStream::new();
        let mut primals: Vec<Slot> = Vec::new();
        for (param, slot) in f.params.iter().zip(&c.primals) {
            let name = match slot {
                PrimalSlot::Ignored => quote!(_),
                PrimalSlot::Again(v) => {
                    if param.mode == Mode::Move {
                        self.refs.insert(*v);
                    }
                    self.binding(*v)
                }
            };
            primals.push((name, primal_slot_type(param, &rt)));
        }
        let mut tangents = Vec::new();
        for t in &c.tangents {
            let mut dots: Vec<Slot> = Vec::new();
            for (i, (param, slot)) in f.params.iter().zip(&t.primals).enumerate() {
                let name = match slot {
                    PrimalSlot::Again(dot) if self.used(*dot) && param.mode == Mode::Function => self.binding(*dot),
                    PrimalSlot::Again(dot) if self.used(*dot) => {
                        if param.mode == Mode::Move {
                            self.refs.insert(*dot);
                        }
                        // The zero in place of a missing one is shaped like the primal, which so needs its name.
                        let primal = self.ident(param.value);
                        primals[i].0 = quote!(#primal);
                        let dot = self.ident(*dot);
                        let or_zero = if self.wide { wide_or_zero } else { tangent_or_zero };
                        zeros.extend(or_zero(param.mode, &dot, &primal, &rt));
                        quote!(#dot)
                    }
                    PrimalSlot::Again(_) | PrimalSlot::Ignored => quote!(_),
                };
                dots.push((name, tangent_slot_type(param, &rt, self.wide)));
            }
            tangents.push(dots);
        }
        let mut out_bars: Vec<Slot> = Vec::new();
        for out_bar in [c.out_bar].into_iter().chain(c.tangents.iter().map(|t| t.out_bar)) {
            self.refs.insert(out_bar);
            out_bars.push((self.binding(out_bar), shadow_type(&f.result_ty, &rt, self.is_wide(out_bar))));
        }
        let mut shadows = Vec::new();
        for (set, given) in [&c.shadows].into_iter().chain(c.tangents.iter().map(|t| &t.shadows)).enumerate() {
            let slots = f.params.iter().zip(given).map(|(param, shadow)| {
                let name = match shadow {
                    None => quote!(_),
                    Some(v) => {
                        self.refs.insert(*v);
                        self.binding(*v)
                    }
                };
                (name, shadow_slot_type(param, &rt, self.wide && set > 0))
            });
            shadows.push(slots.collect());
        }
        let (params, unpacked) = self.closure_params(primals, tangents, out_bars, shadows);
        let [copies, lent] = self.captured_copies(&c.body);
        self.in_closure = true;
        let (body, ()) = self.nested(&c.body, |e| e.stmts(&c.body.stmts));
        self.in_closure = false;
        let body = Moved::new(body);
        let mut closure = quote!(move |#params| { #unpacked #zeros #lent #body });
        if self.boxed {
            let inner = Moved::new(closure);
            closure = quote!(::std::boxed::Box::new(#inner));
        }
        if copies.is_empty() {
            return closure;
        }
        let closure = Moved::new(closure);
        quote!({ #copies #closure })
    }

    /// The parameters, and what takes those apart that a closure's code has for all that it captures. The types of that are the callee's.
    fn closure_params(
        &self,
        primals: Vec<Slot>,
        tangents: Vec<Vec<Slot>>,
        out_bars: Vec<Slot>,
        shadows: Vec<Vec<Slot>>,
    ) -> (TokenStream, TokenStream) {
        let Some(captures) = &self.captures else {
            let all = primals.into_iter().chain(tangents.into_iter().flatten()).chain(out_bars);
            let all = all.chain(shadows.into_iter().flatten());
            let all = all.map(|(name, ty)| if self.boxed || self.wide { quote!(#name: #ty) } else { name });
            return (quote!(#(#all),*), TokenStream::new());
        };
        let (rt, mut params, mut unpacked) = (&self.rt, TokenStream::new(), TokenStream::new());
        let mut group = |slots: &[Slot], name: &str, set: usize, parts: &dyn Fn(&Ident) -> TokenStream| {
            let names: Vec<TokenStream> = slots.iter().map(|(name, _)| name.clone()).collect();
            let (own, rest) = names.split_at(captures.len());
            let (captured, own) = (function::local(name, set), function::list(own.to_vec()));
            let parts = parts(&captured);
            unpacked.extend(quote!(let #own = #parts;));
            quote!(#captured, #(#rest,)*)
        };
        params.extend(group(&primals, "captured", 0, &|captured| quote!(#captured.0)));
        for (set, dots) in tangents.iter().enumerate() {
            params.extend(group(dots, "captured_dot", set, &|captured| quote!(#rt::dots_again(#captured))));
        }
        for (name, _) in out_bars {
            params.extend(quote!(#name,));
        }
        for (set, shadows) in shadows.iter().enumerate() {
            params.extend(group(shadows, "captured_bar", set, &|captured| quote!(#rt::slots(#captured))));
        }
        (params, unpacked)
    }
}

/// A parameter of a pullback: its name and its type.
type Slot = (TokenStream, TokenStream);
