//! `grad`, `value_and_grad`, `vjp` and `vjp_persistent`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::visit_mut::VisitMut as _;
use syn::{GenericParam, LifetimeParam, Type};

use super::signature::{Param, Signature, ungrouped};
use super::types::{NameLifetimes, bare_or_tuple};
use super::{Item, Locals, Sweeps, list};

impl Signature {
    /// The type of the gradient: bare for one parameter, a tuple for several.
    pub(super) fn gradient(&self) -> TokenStream {
        let grads: Vec<TokenStream> = self.active().map(|param| self.grad(&param.ty)).map(|ty| quote!(#ty)).collect();
        bare_or_tuple(&grads)
    }
}

pub(super) fn grad(sig: &Signature) -> Item {
    let (value_and_grad, args) = (sig.own("value_and_grad"), sig.passed_on());
    let gradient = sig.gradient();
    Item {
        params: sig.public_params(),
        ret: quote!(-> #gradient),
        body: quote!(#value_and_grad(#args).1),
        ..Item::new(sig, "grad", format!("The gradient of [`{}()`] with respect to {}.", sig.name, list(sig)))
    }
}

/// The pullback of one.
pub(super) fn value_and_grad(sig: &Signature, sweeps: Sweeps) -> Item {
    let (vjp, args, one, krate) = (sig.own("vjp"), sig.passed_on(), sig.one(), &sig.krate);
    let Locals { mut names, y, pull, .. } = Locals::new(sig);
    let outputs: Vec<(&Param, Ident)> =
        sig.active().filter(|param| param.is_mut()).map(|param| (param, names.derived(&param.ident, "_bar"))).collect();
    let zeros = outputs.iter().map(|(param, bar)| {
        let looked_at = sig.looked_at(param);
        quote!(let #bar = #krate::rt::zero_grad(#looked_at);)
    });
    let bars = outputs.iter().map(|(_, bar)| bar);
    let (ret, gradient) = (&sig.ret, sig.gradient());
    let doc = format!("The value of [`{}()`] and its gradient with respect to {}.", sig.name, list(sig));
    let in_two = quote! {
        #(#zeros)*
        let (#y, #pull) = #vjp(#args);
        (#y, #pull(#one, #(#bars),*))
    };
    let body = match sweeps {
        Sweeps::Two => in_two,
        Sweeps::One => {
            let AtOnce { zeros, run, grads } = at_once(sig, names);
            quote!(#zeros let #y = #run; (#y, #grads))
        }
        Sweeps::OneOrTwo => {
            let AtOnce { zeros, run, grads } = at_once(sig, names);
            quote! {
                {
                    #zeros
                    if let ::core::option::Option::Some(#y) = #run {
                        return (#y, #grads);
                    }
                }
                #in_two
            }
        }
    };
    Item { params: sig.public_params(), ret: quote!(-> (#ret, #gradient)), body, ..Item::new(sig, "value_and_grad", doc) }
}

/// The parts of a gradient by the fused program.
struct AtOnce {
    /// Makes the shadows.
    zeros: TokenStream,
    /// The call.
    run: TokenStream,
    /// The gradients out of the shadows.
    grads: TokenStream,
}

/// Value and gradient by the fused program.
fn at_once(sig: &Signature, mut names: super::Names) -> AtOnce {
    let (one, krate) = (sig.one(), &sig.krate);
    let active: Vec<(&Param, Ident)> = sig.active().map(|param| (param, names.derived(&param.ident, "_bar"))).collect();
    let zeros = active.iter().map(|(param, bar)| {
        let looked_at = sig.looked_at(param);
        quote!(let #bar = #krate::rt::zeros(#looked_at);)
    });
    let slot = |param: &Param| {
        let bar = active.iter().find(|(other, _)| other.ident == param.ident).map(|(_, bar)| bar);
        bar.map(|bar| sig.shadow_of(param.pointee(), bar)).unwrap_or_default()
    };
    let run = sig.call_fused(&quote!(&::core::cell::Cell::new(#one)), &slot);
    let grads = active.iter().map(|(param, bar)| {
        let ty = param.pointee();
        quote!(#krate::rt::into_grad::<#ty>(#bar))
    });
    AtOnce { zeros: zeros.collect(), run, grads: bare_or_tuple(&grads.collect::<Vec<_>>()) }
}

pub(super) fn vjp(sig: &Signature, has_once: bool) -> Item {
    let doc = format!("The value of [`{}()`] and its pullback, which its call uses up. {}", sig.name, arguments(sig));
    let (persistent, args) = (sig.own("vjp_persistent"), sig.passed_on());
    // Else nothing is gained by being called once only.
    let body = if sig.has_mut() || has_once { body(sig, Some(has_once)) } else { quote!(#persistent(#args)) };
    Item { body, ..head(sig, "vjp", doc, &quote!(FnOnce)) }
}

pub(super) fn vjp_persistent(sig: &Signature) -> Item {
    let doc = format!(
        "The value of [`{}()`] and its pullback, which may be called repeatedly; `drop` it to use its arguments again. {}",
        sig.name,
        arguments(sig)
    );
    Item { body: body(sig, None), ..head(sig, "vjp_persistent", doc, &quote!(Fn)) }
}

/// What the pullback takes and returns, in words.
fn arguments(sig: &Signature) -> String {
    let result = (!sig.returns_unit()).then(|| "of the result".to_owned());
    let outputs = sig.active().filter(|param| param.is_mut()).map(|param| format!("of `{}` after the call", param.shown()));
    let cotangents: Vec<String> = result.into_iter().chain(outputs).collect();
    format!("It takes the cotangent {} and returns the gradient with respect to {}.", cotangents.join(", then that "), list(sig))
}

/// The pullback's arguments: the cotangent of the result, then those of `&mut` parameters.
fn cotangents(sig: &Signature) -> Vec<Type> {
    let result = (!sig.returns_unit()).then(|| sig.grad(sig.value_type()));
    result.into_iter().chain(sig.active().filter(|param| param.is_mut()).map(|param| sig.grad(&param.ty))).collect()
}

fn head(sig: &Signature, name: &str, doc: String, function: &TokenStream) -> Item {
    let (cotangents, gradient) = (cotangents(sig), sig.gradient());
    let pullback = quote!(impl #function(#(#cotangents),*) -> #gradient);
    let mut item = Item { pullback: Some(cotangents.len()), wrapping: sig.wrapping(), ..Item::new(sig, name, doc) };
    if sig.has_mut() {
        // The pullback must not hold the `&mut` parameters, or their new contents could not be read before the pull. So it
        // has to list what it does hold.
        let mut generics = sig.generics.clone();
        let mut lifetimes = NameLifetimes { named: Vec::new(), taken: sig };
        item.params = sig.params.iter().map(|param| named(param, &mut lifetimes)).collect();
        let named = lifetimes.named.into_iter().map(|lifetime| GenericParam::Lifetime(LifetimeParam::new(lifetime)));
        generics.params = named.chain(generics.params).collect();
        let outer = sig.member().into_iter().flat_map(|member| member.outer.lifetimes());
        let held = outer.chain(generics.lifetimes()).map(|param| &param.lifetime);
        let captured = sig.captured();
        let pair = sig.with_result(&quote!(#pullback + use<#(#held,)* #(#captured),*>));
        item.ret = quote!(-> #pair);
        item.generics = quote!(#generics);
    } else {
        item.params = sig.public_params();
        let pair = sig.with_result(&pullback);
        item.ret = quote!(-> #pair);
    }
    item
}

/// A parameter whose lifetimes all have names, but for that of the `&mut` itself.
fn named(param: &Param, lifetimes: &mut NameLifetimes<'_>) -> TokenStream {
    let (ident, mut ty) = (param.shown(), ungrouped(param.declared()).clone());
    match &mut ty {
        Type::Reference(reference) if param.is_mut() => {
            reference.lifetime = None;
            lifetimes.visit_type_mut(&mut reference.elem);
        }
        ty => lifetimes.visit_type_mut(ty),
    }
    quote!(#ident: #ty,)
}

/// The forward sweep and the closure around the pullback. `once`: that is used up, and whether there is a forward sweep for such.
fn body(sig: &Signature, once: Option<bool>) -> TokenStream {
    let Locals { mut names, y, y_bar, pull } = Locals::new(sig);
    let shape = names.derived(&y, "_shape");
    let params: Vec<Output<'_>> = sig.params.iter().map(|param| Output::new(param, &mut names)).collect();
    let of = |wanted: &Param| params.iter().find(|output| output.param.ident == wanted.ident);
    let forward = sig.call_forward_once(&y, &pull, once == Some(true));
    let kept = params.iter().map(Output::keep);
    let (keep_shape, result_arg, result_seed, result_slot) = result(sig, &y, &y_bar, &shape);
    let cotangent_args = params.iter().filter(|output| output.param.active && output.param.is_mut()).map(|output| {
        let (bar, ty) = (&output.bar, sig.grad(&output.param.ty));
        quote!(#bar: #ty,)
    });
    let prepared = params.iter().map(|output| output.prepare(sig, once.is_some()));
    let again =
        |param: &Param| of(param).map(|output| output.again.clone()).map_or_else(TokenStream::new, |again| quote!(#again));
    let slot = |param: &Param| of(param).map_or_else(TokenStream::new, |output| sig.shadow_of(param.pointee(), &output.bar));
    let run = sig.call_pull(&pull, &result_slot, &again, &slot);
    let grads: Vec<TokenStream> = params.iter().filter(|output| output.param.active).map(|output| output.finish(sig)).collect();
    let grads = bare_or_tuple(&grads);
    let pair = quote! {
        #(#kept)*
        #keep_shape
        (#y, move |#result_arg #(#cotangent_args)*| {
            #result_seed
            #(#prepared)*
            #run
            #grads
        })
    };
    if sig.wrapped().is_some() { quote!(#forward #y.map(move |#y| { #pair })) } else { quote!(#forward #pair) }
}

/// For the result: what is kept of it, the pullback's argument, the cotangent's shadow and the slot that it fills.
fn result(sig: &Signature, y: &Ident, y_bar: &Ident, shape: &Ident) -> (TokenStream, TokenStream, TokenStream, TokenStream) {
    let (krate, ret, none) = (&sig.krate, &sig.ret, TokenStream::new);
    let value = sig.value_type();
    let grad = sig.grad(value);
    if sig.returns_unit() {
        return (none(), none(), none(), quote!(&()));
    }
    let argument = quote!(#y_bar: #grad,);
    let is_wrapped = sig.wrapped().is_some();
    if sig.is_float(value) {
        let cell = quote!(::core::cell::Cell::new(#y_bar));
        let slot = if is_wrapped { quote!(&::core::option::Option::Some(#cell)) } else { quote!(&#cell) };
        return (none(), argument, none(), slot);
    }
    let (keep, check) = if sig.has_fixed_shape(value) {
        (none(), none())
    } else {
        let name = y_bar.to_string();
        (quote!(let #shape = #krate::rt::Lengths::of(&#y);), quote!(#shape.check("the result", #name, &#y_bar);))
    };
    let wrap = is_wrapped.then(|| quote!(let #y_bar = ::core::option::Option::Some(#y_bar);));
    let seed = quote! {
        #check
        #wrap
        let #y_bar = #krate::rt::seed::<#ret>(#krate::rt::tangent_of::<#ret>(&#y_bar));
    };
    (keep, argument, seed, sig.shadow_of(ret, y_bar))
}

/// One parameter and its locals.
struct Output<'s> {
    param: &'s Param,
    /// Its shadow.
    bar: Ident,
    /// `&mut` ones: what the call left in it.
    after: Ident,
    /// The same, for one pull to rewind.
    again: Ident,
}

impl Output<'_> {
    fn new<'s>(param: &'s Param, names: &mut super::Names) -> Output<'s> {
        let mut local = |suffix| names.derived(&param.ident, suffix);
        Output { param, bar: local("_bar"), after: local("_after"), again: local("_again") }
    }

    fn keep(&self) -> TokenStream {
        let (ident, after) = (&self.param.ident, &self.after);
        if self.param.is_mut() { quote!(let #after = ::std::borrow::ToOwned::to_owned(&*#ident);) } else { TokenStream::new() }
    }

    /// Inside the pullback: the memory to rewind, and the shadow.
    fn prepare(&self, sig: &Signature, once: bool) -> TokenStream {
        let (param, krate) = (self.param, &sig.krate);
        let (Output { bar, after, again, .. }, ty) = (self, param.pointee());
        if !param.is_mut() {
            let looked_at = sig.looked_at(param);
            return if param.active { quote!(let #bar = #krate::rt::zeros(#looked_at);) } else { TokenStream::new() };
        }
        let borrowed = quote!(::std::borrow::Borrow::<#ty>::borrow(&#after));
        let check = if sig.has_fixed_shape(ty) || !param.active {
            TokenStream::new()
        } else {
            let (owner, name) = (format!("`{}`", param.shown()), bar.to_string());
            quote!(#krate::rt::check_lengths(#owner, #borrowed, #name, &#bar);)
        };
        let seed = if param.active {
            quote!(let #bar = #krate::rt::seed::<#ty>(#krate::rt::tangent_of::<#ty>(&#bar));)
        } else {
            TokenStream::new()
        };
        let again = if once {
            quote!(let mut #again = #after;)
        } else {
            quote!(let mut #again = ::std::borrow::ToOwned::to_owned(#borrowed);)
        };
        quote!(#check #seed #again)
    }

    fn finish(&self, sig: &Signature) -> TokenStream {
        let (krate, ty, bar) = (&sig.krate, self.param.pointee(), &self.bar);
        quote!(#krate::rt::into_grad::<#ty>(#bar))
    }
}
