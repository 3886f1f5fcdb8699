//! Gradients into buffers of the caller's: `vjp_into`, `value_and_grad_into`, `value_and_grad_add`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::signature::{Param, Signature};
use super::{Has, Item, Locals, Names, Sweeps, list};

/// What happens to what a buffer held.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Write {
    /// It is overwritten. In the buffer of an `&mut` parameter it is the cotangent.
    Over,
    /// It is added to.
    Add,
}

/// One active parameter and its buffer.
pub(super) struct Buffer<'s> {
    param: &'s Param,
    /// The buffer.
    bar: Ident,
    /// Its shadow, unless the buffer itself serves as one.
    shadow: Ident,
    write: Write,
}

impl<'s> Buffer<'s> {
    pub(super) fn all(sig: &'s Signature, write: Write, names: &mut Names) -> Vec<Buffer<'s>> {
        let buffers = sig.active().map(|param| Buffer {
            param,
            bar: names.derived(&param.ident, "_bar"),
            shadow: names.derived(&param.ident, "_shadow"),
            write,
        });
        buffers.collect()
    }

    pub(super) fn declare(&self, sig: &Signature) -> TokenStream {
        let (bar, tangent) = (&self.bar, sig.tangent(self.param.pointee()));
        quote!(#bar: &mut #tangent,)
    }

    /// The buffer's name.
    pub(super) fn name(&self) -> &Ident {
        &self.bar
    }

    /// What is in the buffer is taken for a cotangent.
    pub(super) fn is_cotangent(&self) -> bool {
        self.param.is_mut() && self.write == Write::Over
    }

    fn check(&self, sig: &Signature) -> TokenStream {
        let bar = &self.bar;
        sig.check_shape(self.param, bar, &quote!(&*#bar))
    }

    /// Adding to the buffer of an `&mut` parameter needs a shadow: in place, the old contents would be taken for a cotangent.
    fn cells(&self, sig: &Signature) -> Option<TokenStream> {
        let in_place = self.write == Write::Over || !self.param.is_mut();
        in_place.then(|| sig.cells_of(self.param.pointee())).flatten()
    }

    /// After the forward sweep: the shadow.
    fn prepare(&self, sig: &Signature) -> TokenStream {
        let (krate, Buffer { bar, shadow, .. }, ty) = (&sig.krate, self, self.param.pointee());
        if let Some(cells) = self.cells(sig) {
            let keeps = self.is_cotangent() || self.write == Write::Add;
            let clear = if keeps { TokenStream::new() } else { quote!(#bar.fill(::core::default::Default::default());) };
            return quote!(#clear let #shadow = ::core::cell::Cell::from_mut(#bar)#cells;);
        }
        if self.is_cotangent() {
            return quote!(let #shadow = #krate::rt::seed::<#ty>(&*#bar););
        }
        let looked_at = sig.looked_at(self.param);
        quote!(let #shadow = #krate::rt::zeros(#looked_at);)
    }

    fn slot(&self, sig: &Signature) -> TokenStream {
        let shadow = &self.shadow;
        if self.cells(sig).is_some() { quote!(#shadow) } else { sig.shadow_of(self.param.pointee(), shadow) }
    }

    /// After the reverse sweep: into the buffer, unless it is there.
    fn store(&self, sig: &Signature) -> TokenStream {
        if self.cells(sig).is_some() {
            return TokenStream::new();
        }
        let (krate, Buffer { bar, shadow, .. }, ty) = (&sig.krate, self, self.param.pointee());
        match self.write {
            Write::Over => quote!(#krate::rt::store::<#ty>(&#shadow, #bar);),
            Write::Add => quote!(#krate::rt::store_add::<#ty>(&#shadow, #bar);),
        }
    }
}

pub(super) fn vjp_into(sig: &Signature, has: Has) -> Item {
    let mut locals = Locals::new(sig);
    let buffers = Buffer::all(sig, Write::Over, &mut locals.names);
    let (argument, seed, slot) = cotangent(sig, &locals);
    let (primals, declared) = (sig.public_params(), buffers.iter().map(|buffer| buffer.declare(sig)));
    let ret = &sig.ret;
    let doc = format!(
        "Like `vjp` and its pullback in one call, into buffers: overwrites the last arguments with the gradient with respect to {}.{}{UNSPECIFIED}",
        list(sig),
        if sig.active().any(Param::is_mut) {
            " In the buffers of `&mut` parameters it expects the cotangent of what the call leaves in them."
        } else {
            ""
        }
    );
    Item {
        params: quote!(#primals #argument #(#declared)*),
        ret: if sig.returns_unit() { TokenStream::new() } else { quote!(-> #ret) },
        body: body(sig, &mut locals, &buffers, &seed, &slot, has),
        ..Item::new(sig, "vjp_into", doc)
    }
}

pub(super) const UNSPECIFIED: &str = "\n\n# Panics\n\nIf a buffer has another length than its parameter, before anything is written. If the \
    function itself panics, what is in the buffers is unspecified.";

pub(super) fn value_and_grad_into(sig: &Signature) -> Item {
    let mut locals = Locals::new(sig);
    let buffers = Buffer::all(sig, Write::Over, &mut locals.names);
    let (primals, declared) = (sig.public_params(), buffers.iter().map(|buffer| buffer.declare(sig)));
    let (vjp_into, args, one, ret, krate) = (sig.own("vjp_into"), sig.passed_on(), sig.one(), &sig.ret, &sig.krate);
    let bars = buffers.iter().map(|buffer| &buffer.bar);
    // The buffers of `&mut` parameters are cotangents there, and nothing flows into them here.
    let outputs: Vec<&Ident> = buffers.iter().filter(|buffer| buffer.param.is_mut()).map(|buffer| &buffer.bar).collect();
    let checks = buffers.iter().map(|buffer| buffer.check(sig)).filter(|_| !outputs.is_empty());
    let doc = format!(
        "The value of [`{}()`]; overwrites the buffers with its gradient with respect to {}.{UNSPECIFIED}",
        sig.name,
        list(sig)
    );
    Item {
        params: quote!(#primals #(#declared)*),
        ret: quote!(-> #ret),
        body: quote! {
            #(#checks)*
            #(#krate::rt::clear_tangent(&mut *#outputs);)*
            #vjp_into(#args #one, #(#bars),*)
        },
        ..Item::new(sig, "value_and_grad_into", doc)
    }
}

pub(super) fn value_and_grad_add(sig: &Signature, has: Has) -> Item {
    let mut locals = Locals::new(sig);
    let buffers = Buffer::all(sig, Write::Add, &mut locals.names);
    let (primals, declared) = (sig.public_params(), buffers.iter().map(|buffer| buffer.declare(sig)));
    let (one, ret) = (sig.one(), &sig.ret);
    // What has been added cannot be taken back.
    let sweeps = if has.sweeps == Sweeps::OneOrTwo { Sweeps::Two } else { has.sweeps };
    let has = Has { sweeps, ..has };
    let doc =
        format!("The value of [`{}()`]; adds its gradient with respect to {} to the buffers.{UNSPECIFIED}", sig.name, list(sig));
    Item {
        params: quote!(#primals #(#declared)*),
        ret: quote!(-> #ret),
        body: body(sig, &mut locals, &buffers, &TokenStream::new(), &quote!(&::core::cell::Cell::new(#one)), has),
        ..Item::new(sig, "value_and_grad_add", doc)
    }
}

pub(super) fn body(
    sig: &Signature,
    locals: &mut Locals,
    buffers: &[Buffer<'_>],
    seed: &TokenStream,
    slot: &TokenStream,
    has: Has,
) -> TokenStream {
    let after: Vec<(&Param, Ident)> = sig
        .params
        .iter()
        .filter(|param| param.is_mut())
        .map(|param| (param, locals.names.derived(&param.ident, "_after")))
        .collect();
    let Locals { y, pull, .. } = &*locals;
    let checks: TokenStream = buffers.iter().map(|buffer| buffer.check(sig)).collect();
    let prepared: TokenStream = buffers.iter().map(|buffer| buffer.prepare(sig)).collect();
    let stored: TokenStream = buffers.iter().map(|buffer| buffer.store(sig)).collect();
    let forward = sig.call_forward_once(y, pull, has.once);
    let kept =
        after.iter().map(|(Param { ident, .. }, after)| quote!(let mut #after = ::std::borrow::ToOwned::to_owned(&*#ident);));
    let after_of = |wanted: &Param| {
        after.iter().find(|(param, _)| param.ident == wanted.ident).map(|(_, after)| quote!(#after)).unwrap_or_default()
    };
    let slot_of = |wanted: &Param| {
        let buffer = buffers.iter().find(|buffer| buffer.param.ident == wanted.ident);
        buffer.map(|buffer| buffer.slot(sig)).unwrap_or_default()
    };
    let at_once = sig.call_fused(slot, &slot_of);
    let run = sig.call_pull(pull, slot, &after_of, &slot_of);
    let in_two = quote!(#forward #(#kept)* #seed #prepared #run #stored #y);
    match has.sweeps {
        Sweeps::Two => quote!(#checks #in_two),
        Sweeps::One => quote!(#checks #prepared let #y = #at_once; #stored #y),
        Sweeps::OneOrTwo => quote! {
            #checks
            {
                #prepared
                if let ::core::option::Option::Some(#y) = #at_once {
                    #stored
                    return #y;
                }
            }
            #in_two
        },
    }
}

/// The cotangent of the result: the parameter, its shadow, the slot that it fills.
fn cotangent(sig: &Signature, locals: &Locals) -> (TokenStream, TokenStream, TokenStream) {
    let (krate, ret, Locals { y, y_bar, .. }) = (&sig.krate, &sig.ret, locals);
    if let Some(value) = sig.wrapped() {
        return wrapped_cotangent(sig, value, locals);
    }
    if sig.returns_unit() {
        return (TokenStream::new(), TokenStream::new(), quote!(&()));
    }
    let grad = sig.grad(ret);
    if sig.is_float(ret) {
        return (quote!(#y_bar: #grad,), TokenStream::new(), quote!(&::core::cell::Cell::new(#y_bar)));
    }
    let name = y_bar.to_string();
    let (argument, seed) = match (sig.sequence_elem(ret), ret) {
        (Some(elem), syn::Type::Array(_)) => {
            let elem = sig.grad(elem);
            (quote!(&[#elem]), quote!(#krate::rt::seed::<#ret>(#krate::rt::check_array("the result", #name, #y_bar))))
        }
        (Some(elem), _) => {
            let grad = sig.grad(elem);
            let check = quote!(#krate::rt::check_lengths("the result", &#y, #name, #y_bar););
            (quote!(&[#grad]), quote!({ #check #krate::rt::seed::<[#elem]>(#y_bar) }))
        }
        (None, _) => {
            let check = quote!(#krate::rt::check_lengths("the result", &#y, #name, #y_bar););
            (quote!(&#grad), quote!({ #check #krate::rt::seed::<#ret>(#krate::rt::tangent_of::<#ret>(#y_bar)) }))
        }
    };
    (quote!(#y_bar: #argument,), quote!(let #y_bar = #seed;), sig.shadow_of(ret, y_bar))
}

/// The same where the result is an `Option` or `Result`: the cotangent is that of the value in it.
fn wrapped_cotangent(sig: &Signature, value: &syn::Type, locals: &Locals) -> (TokenStream, TokenStream, TokenStream) {
    let (krate, ret, Locals { y, y_bar, .. }) = (&sig.krate, &sig.ret, locals);
    let grad = sig.grad(value);
    let leave = quote!(if !#krate::rt::Wrapper::__has_value(&#y) { return #y; });
    if sig.is_float(value) {
        return (quote!(#y_bar: #grad,), leave, quote!(&::core::option::Option::Some(::core::cell::Cell::new(#y_bar))));
    }
    let name = y_bar.to_string();
    let (argument, owned) = match (sig.sequence_elem(value), value) {
        (Some(elem), syn::Type::Path(_)) => {
            let elem = sig.grad(elem);
            (quote!(&[#elem]), quote!(#y_bar.to_vec()))
        }
        _ => (quote!(&#grad), quote!(::core::clone::Clone::clone(#y_bar))),
    };
    let seed = quote! {
        #leave
        #krate::rt::check_lengths("the result", #krate::rt::Wrapper::__value(&#y), #name, #y_bar);
        let #y_bar = ::core::option::Option::Some(#owned);
        let #y_bar = #krate::rt::seed::<#ret>(#krate::rt::tangent_of::<#ret>(&#y_bar));
    };
    (quote!(#y_bar: #argument,), seed, sig.shadow_of(ret, y_bar))
}
