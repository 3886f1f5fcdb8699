//! How the public functions call the hidden ones.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Type;

use super::hidden::Program;
use super::signature::{Param, Signature};
use crate::ir::Mode;

impl Signature {
    /// The user's parameters, as the public functions take them.
    pub(super) fn public_params(&self) -> TokenStream {
        let params = self.params.iter().map(|param| {
            let (ident, ty) = (param.shown(), param.declared());
            quote!(#ident: #ty,)
        });
        params.collect()
    }

    /// `::<T, N>`, so that nothing has to be inferred; lifetimes always are.
    pub(crate) fn turbofish(&self) -> TokenStream {
        let own = super::signature::named(&self.generics);
        if own.is_empty() { TokenStream::new() } else { quote!(::<#(#own),*>) }
    }

    /// The parameters passed on as they are; `&mut` ones are reborrowed.
    pub(super) fn passed_on(&self) -> TokenStream {
        let args = self.params.iter().map(|Param { ident, mode, .. }| match mode {
            Mode::Copy | Mode::Move | Mode::Shared | Mode::Function => quote!(#ident,),
            Mode::Mut => quote!(&mut *#ident,),
        });
        args.collect()
    }

    /// The primal arguments of a hidden function in so many `directions`, `&mut` ones as given.
    pub(super) fn primals(&self, program: Program, directions: u32, of_mut: &dyn Fn(&Param) -> TokenStream) -> TokenStream {
        let args = self.params.iter().map(|param| {
            let ident = &param.ident;
            if let Some(function) = &param.function {
                let plain = self.plain(param, function, program, directions);
                return quote!(#plain,);
            }
            match param.mode {
                Mode::Copy | Mode::Move => quote!(&#ident,),
                Mode::Shared | Mode::Function => quote!(#ident,),
                Mode::Mut => {
                    let arg = of_mut(param);
                    quote!(#arg,)
                }
            }
        });
        args.collect()
    }

    /// `let (y, pull) = Self::forward(…);`
    pub(super) fn call_forward(&self, y: &Ident, pull: &Ident) -> TokenStream {
        let (forward, args) = (self.own("forward"), self.primals(Program::Adjoint, 0, &reborrowed));
        quote!(let (#y, #pull) = #forward(#args);)
    }

    /// `let (y, pull) = Self::forward_for_one_use(…);`, if there is something to that.
    pub(super) fn call_forward_once(&self, y: &Ident, pull: &Ident, has_once: bool) -> TokenStream {
        if !has_once {
            return self.call_forward(y, pull);
        }
        let (forward, args) = (self.own(super::hidden::FORWARD_ONCE), self.primals(Program::Adjoint, 0, &reborrowed));
        quote!(let (#y, #pull) = #forward(#args !0);)
    }

    /// Runs a pullback: `after` is an `&mut` parameter as the call left it, `slot` a shadow of an active parameter.
    pub(super) fn call_pull(
        &self,
        pull: &Ident,
        out_bar: &TokenStream,
        after: &dyn Fn(&Param) -> TokenStream,
        slot: &dyn Fn(&Param) -> TokenStream,
    ) -> TokenStream {
        let krate = &self.krate;
        let primals = self.params.iter().map(|param| {
            let ident = &param.ident;
            if param.function.is_some() {
                return self.plain_again(param);
            }
            match param.mode {
                Mode::Copy => quote!(#krate::rt::Ignored,),
                Mode::Move => quote!(&#ident,),
                Mode::Shared | Mode::Function => quote!(#ident,),
                Mode::Mut => {
                    let after = after(param);
                    quote!(::std::borrow::BorrowMut::borrow_mut(&mut #after),)
                }
            }
        });
        let slots = self.slots(slot);
        quote!(#pull(#(#primals)* #out_bar, #slots);)
    }

    /// `Self::fused(…)`
    pub(super) fn call_fused(&self, out_bar: &TokenStream, slot: &dyn Fn(&Param) -> TokenStream) -> TokenStream {
        let (fused, args, slots) =
            (self.own(super::hidden::FUSED), self.primals(Program::Adjoint, 0, &reborrowed), self.slots(slot));
        quote!(#fused(#args #out_bar, #slots))
    }

    /// Where the adjoints of the parameters go.
    fn slots(&self, slot: &dyn Fn(&Param) -> TokenStream) -> TokenStream {
        let krate = &self.krate;
        let slots = self.params.iter().map(|param| {
            if param.function.is_some() {
                return quote!(::core::option::Option::None);
            }
            if !param.active {
                return quote!(#krate::rt::Ignored);
            }
            let slot = slot(param);
            quote!(::core::option::Option::Some(#slot))
        });
        quote!(#(#slots),*)
    }

    /// The shadow that `zeros` owns, for a parameter's slot.
    pub(super) fn shadow_of(&self, ty: &Type, zeros: &Ident) -> TokenStream {
        let krate = &self.krate;
        if self.is_float(ty) { quote!(&#zeros) } else { quote!(#krate::rt::shadow_of::<#ty>(&#zeros)) }
    }

    /// A parameter as an argument of `rt` functions that look at its shape.
    pub(super) fn looked_at(&self, param: &Param) -> TokenStream {
        let ident = &param.ident;
        match param.mode {
            Mode::Copy | Mode::Move => quote!(&#ident),
            Mode::Shared | Mode::Function => quote!(#ident),
            Mode::Mut => quote!(&*#ident),
        }
    }

    /// Demands that `buffer`, an expression of a reference to what is called `name`, has the shape of a parameter.
    pub(super) fn check_shape(&self, param: &Param, name: &Ident, buffer: &TokenStream) -> TokenStream {
        if self.has_fixed_shape(param.pointee()) {
            return TokenStream::new();
        }
        let (krate, looked_at) = (&self.krate, self.looked_at(param));
        let (owner, name) = (format!("`{}`", param.shown()), name.to_string());
        quote!(#krate::rt::check_lengths(#owner, #looked_at, #name, #buffer);)
    }

    /// What the gradient of a float starts from.
    pub(super) fn one(&self) -> TokenStream {
        let (krate, ret) = (&self.krate, &self.ret);
        if super::signature::is_plain_float(ret) { quote!(1.0) } else { quote!(#krate::rt::float::<#ret>(1)) }
    }
}

/// `&mut *out`
pub(super) fn reborrowed(param: &Param) -> TokenStream {
    let ident = &param.ident;
    quote!(&mut *#ident)
}
