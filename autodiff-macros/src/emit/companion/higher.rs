//! Second and higher derivatives: `hvp`, `hvp_into` and their derivatives, and `grad_and_hvp`.
//!
//! They run the tangent of the forward sweep in as many directions as there are, and pull back the cotangent 1: the tangent of the
//! gradient in all directions at once is left in the last list of shadows.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::hidden::Program;
use super::signature::{Param, Signature};
use super::types::bare_or_tuple;
use super::{Item, Locals, list};
use crate::ir::Mode;

/// The public functions beyond the gradient that the order allows.
pub(super) fn all(sig: &Signature) -> Vec<Item> {
    if !sig.returns_float() && sig.wrapped_float().is_none() {
        return Vec::new();
    }
    let products = |directions| [hvp(sig, directions), hvp_into(sig, directions)];
    let both = (sig.order > 1 && sig.returns_float()).then(|| grad_and_hvp(sig));
    let mut items: Vec<Item> = (1..sig.order as usize).flat_map(products).chain(both).collect();
    items.iter_mut().for_each(|item| sig.demand_float(item));
    items
}

/// The gradient, which a product with the Hessian computes on the way, and the product.
fn grad_and_hvp(sig: &Signature) -> Item {
    let mut locals = Locals::new(sig);
    let sweep = Sweep::with_gradient(sig, &mut locals);
    let gradient = sig.gradient();
    let grads: Vec<TokenStream> = sweep.active().flat_map(|one| Some(sig.finish(one.param, one.first.as_ref()?))).collect();
    let products: Vec<TokenStream> = sweep.active().map(|one| sig.finish(one.param, &one.bar)).collect();
    let (prepared, run) = (sweep.zeros(), sweep.run());
    let (grads, products) = (bare_or_tuple(&grads), bare_or_tuple(&products));
    let (primals, dots, checks) = (sig.public_params(), &sweep.params, &sweep.checks);
    let (name, list) = (&sig.name, list(sig));
    let doc = format!(
        "The gradient of [`{name}()`] and its Hessian times a direction, with respect to {list}: what `{name}::grad` and `{name}::hvp` give, in one run."
    );
    Item {
        params: quote!(#primals #dots),
        ret: quote!(-> (#gradient, #gradient)),
        body: quote!(#checks #prepared #run (#grads, #products)),
        ..Item::new(sig, "grad_and_hvp", doc)
    }
}

/// `hvp`, and the directional derivatives of it.
fn hvp(sig: &Signature, directions: usize) -> Item {
    let mut locals = Locals::new(sig);
    let sweep = Sweep::new(sig, &mut locals, directions);
    let gradient = sig.gradient();
    let grads: Vec<TokenStream> = sweep.active().map(|one| sig.finish(one.param, &one.bar)).collect();
    let (prepared, mut run, mut ret, mut result) = (sweep.zeros(), sweep.run(), gradient, bare_or_tuple(&grads));
    let (primals, dots, checks, y) = (sig.public_params(), &sweep.params, &sweep.checks, &locals.y);
    if sig.wrapped().is_some() {
        (ret, result) = (sig.rewrapped(&ret), quote!(#y.map(|_| #result)));
        run = sweep.run_unless_missing(y, &quote!(#y.map(|_| ::core::unreachable!())));
    }
    Item {
        params: quote!(#primals #dots),
        ret: quote!(-> #ret),
        body: quote!(#checks #prepared #run #result),
        ..Item::new(sig, &name(directions, ""), doc(sig, directions, ""))
    }
}

/// The same into buffers of the caller's.
fn hvp_into(sig: &Signature, directions: usize) -> Item {
    let mut locals = Locals::new(sig);
    let buffers: Vec<Ident> = sig.active().map(|param| locals.names.derived(&param.ident, "_hvp")).collect();
    let sweep = Sweep::new(sig, &mut locals, directions);
    let krate = &sig.krate;
    let (mut declared, mut checks, mut stored) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
    for (one, buffer) in sweep.active().zip(&buffers) {
        let (ty, bar) = (one.param.pointee(), &one.bar);
        let tangent = sig.tangent(ty);
        declared.extend(quote!(#buffer: &mut #tangent,));
        checks.extend(sig.check_shape(one.param, buffer, &quote!(&*#buffer)));
        stored.extend(quote!(#krate::rt::store::<#ty>(&#bar, #buffer);));
    }
    let (prepared, mut run, mut result, mut ret) = (sweep.zeros(), sweep.run(), TokenStream::new(), TokenStream::new());
    let (primals, dots, dot_checks) = (sig.public_params(), &sweep.params, &sweep.checks);
    if sig.wrapped().is_some() {
        let (wrapper, y) = (&sig.ret, &locals.y);
        (ret, result) = (quote!(-> #wrapper), quote!(#y));
        run = sweep.run_unless_missing(y, &result);
    }
    Item {
        params: quote!(#primals #dots #declared),
        ret,
        body: quote!(#dot_checks #checks #prepared #run #stored #result),
        ..Item::new(sig, &name(directions, "_into"), doc(sig, directions, " Overwrites the last arguments with it."))
    }
}

fn name(directions: usize, suffix: &str) -> String {
    format!("hvp{}{suffix}", "_dot".repeat(directions - 1))
}

fn doc(sig: &Signature, directions: usize, end: &str) -> String {
    let (name, list) = (&sig.name, list(sig));
    let what = if directions == 1 {
        format!("The Hessian of [`{name}()`] times a direction")
    } else {
        let lower = self::name(directions - 1, "");
        format!("The derivative of `{lower}` in one more direction, symmetric in all {directions} of them")
    };
    let otherwise = match sig.wrapped() {
        Some(_) if end.is_empty() => " What the function returns instead of a value is returned as it is.",
        Some(_) => " Returns what the function returns; without a value the arguments are left alone.",
        None => "",
    };
    format!("{what}, with respect to {list}: the derivative of the gradient in that direction.{end}{otherwise}")
}

impl Signature {
    /// An owned copy of what a tangent holds. Of a type parameter's no more is known than the trait says.
    fn copied_tangent(&self, param: &Param, dot: &Ident) -> TokenStream {
        let (krate, ty) = (&self.krate, param.pointee());
        let is_known = self.mentioned_params([ty].into_iter()).iter().all(|ty| self.is_float(ty));
        if is_known {
            quote!(::std::borrow::ToOwned::to_owned(&*#dot))
        } else {
            quote!(#krate::rt::copied_tangent::<#ty>(&*#dot))
        }
    }

    /// The gradient in a shadow that is owned.
    pub(super) fn finish(&self, param: &Param, bar: &Ident) -> TokenStream {
        let (krate, ty) = (&self.krate, param.pointee());
        quote!(#krate::rt::into_grad::<#ty>(#bar))
    }
}

/// One parameter with its locals.
pub(super) struct One<'s> {
    pub(super) param: &'s Param,
    /// Where the derivative of its adjoint in all directions is accumulated.
    pub(super) bar: Ident,
    /// Where its adjoint is accumulated, if that is wanted, too.
    first: Option<Ident>,
    /// Its tangent in the first direction.
    pub(super) dot: Ident,
}

impl One<'_> {
    fn new<'s>(param: &'s Param, locals: &mut Locals) -> One<'s> {
        let mut derived = |suffix| locals.names.derived(&param.ident, suffix);
        One { param, bar: derived("_bar"), first: None, dot: derived("_dot") }
    }
}

/// Forward sweep and pullback.
pub(super) struct Sweep<'s> {
    sig: &'s Signature,
    all: Vec<One<'s>>,
    /// The directions, as parameters.
    params: TokenStream,
    /// That they have the right shape.
    checks: TokenStream,
    /// The forward sweep; of a result in a wrapper, that is [`Locals::y`] after it. Nothing if `pull` is both.
    forward: TokenStream,
    pull: TokenStream,
}

impl<'s> Sweep<'s> {
    pub(super) fn new(sig: &'s Signature, locals: &mut Locals, directions: usize) -> Sweep<'s> {
        let all = sig.params.iter().map(|param| One::new(param, locals)).collect();
        Sweep::over(sig, locals, directions, all)
    }

    /// In one direction, with the gradient itself.
    fn with_gradient(sig: &'s Signature, locals: &mut Locals) -> Sweep<'s> {
        let first = |param: &Param, locals: &mut Locals| Some(locals.names.derived(&param.ident, "_grad"));
        let all = sig.params.iter().map(|param| One { first: first(param, locals), ..One::new(param, locals) }).collect();
        Sweep::over(sig, locals, 1, all)
    }

    fn over(sig: &'s Signature, locals: &mut Locals, directions: usize, all: Vec<One<'s>>) -> Sweep<'s> {
        let sets = 1_usize << directions;
        let (mut params, mut checks, mut made, mut kept) =
            (TokenStream::new(), TokenStream::new(), TokenStream::new(), TokenStream::new());
        let (mut given, mut again) = (TokenStream::new(), TokenStream::new());
        let krate = &sig.krate;
        // For each set of directions the tangents of all parameters: those of a single direction are given, the others are zero.
        for set in 1..sets {
            let direction = set.is_power_of_two().then(|| set.ilog2() + 1);
            for One { param, dot: first, .. } in &all {
                let ident = &param.ident;
                if param.function.is_some() {
                    given.extend(quote!(::core::option::Option::None,));
                    again.extend(quote!(::core::option::Option::None,));
                    continue;
                }
                if !param.active {
                    given.extend(quote!(#krate::rt::Ignored,));
                    again.extend(quote!(#krate::rt::Ignored,));
                    continue;
                }
                if direction.is_none() && !param.is_mut() {
                    given.extend(quote!(::core::option::Option::None,));
                    again.extend(if param.mode == Mode::Copy {
                        quote!(#krate::rt::Ignored,)
                    } else {
                        quote!(::core::option::Option::None,)
                    });
                    continue;
                }
                let dot = match direction {
                    Some(1) => first.clone(),
                    Some(direction) => locals.names.derived(&param.ident, &format!("_dot{direction}")),
                    None => locals.names.derived(&param.ident, &format!("_dots{set}")),
                };
                let ty = param.pointee();
                let (grad, tangent) = (sig.grad(ty), sig.tangent(ty));
                let (passed, looked_at) = if param.is_mut() {
                    (quote!(&mut #tangent), quote!(&*#dot))
                } else if param.by_value() {
                    (quote!(#grad), quote!(&#dot))
                } else {
                    (quote!(&#tangent), quote!(#dot))
                };
                if direction.is_some() {
                    params.extend(quote!(#dot: #passed,));
                    checks.extend(sig.check_shape(param, &dot, &looked_at));
                }
                match param.mode {
                    Mode::Copy => {
                        let arg = sig.tangent_of(ty, &dot);
                        given.extend(quote!(::core::option::Option::Some(#arg),));
                        again.extend(quote!(#krate::rt::Ignored,));
                    }
                    Mode::Move | Mode::Shared | Mode::Function => {
                        let arg = if param.by_value() { sig.tangent_of(ty, &dot) } else { quote!(#dot) };
                        given.extend(quote!(::core::option::Option::Some(#arg),));
                        again.extend(quote!(::core::option::Option::Some(#arg),));
                    }
                    Mode::Mut => {
                        let after = locals.names.derived(&dot, "_after");
                        let borrowed = quote!(::std::borrow::BorrowMut::borrow_mut(&mut #after));
                        if direction.is_some() {
                            given.extend(quote!(::core::option::Option::Some(&mut *#dot),));
                            let copy = sig.copied_tangent(param, &dot);
                            kept.extend(quote!(let mut #after = #copy;));
                        } else {
                            made.extend(quote!(let mut #after = #krate::rt::zero_grad::<#ty>(&*#ident);));
                            given.extend(quote!(::core::option::Option::Some(#borrowed),));
                        }
                        again.extend(quote!(::core::option::Option::Some(#borrowed),));
                    }
                }
            }
        }
        let pull = locals.pull.clone();
        let primals = sig.primals(Program::Adjoint, directions as u32, &super::calls::reborrowed);
        let forward = sig.own(&Program::Adjoint.name(directions as u32));
        let mut primals_again = TokenStream::new();
        for param in &sig.params {
            let ident = &param.ident;
            if param.function.is_some() {
                primals_again.extend(sig.plain_again(param));
                continue;
            }
            primals_again.extend(match param.mode {
                Mode::Copy => quote!(#krate::rt::Ignored,),
                Mode::Move => quote!(&#ident,),
                Mode::Shared | Mode::Function => quote!(#ident,),
                Mode::Mut => {
                    let after = locals.names.derived(ident, "_after");
                    kept.extend(quote!(let mut #after = ::std::borrow::ToOwned::to_owned(&*#ident);));
                    quote!(::std::borrow::BorrowMut::borrow_mut(&mut #after),)
                }
            });
        }
        let (ret, y) = (&sig.ret, &locals.y);
        let seeds = (0..sets).map(|set| match (sig.wrapped(), set) {
            (Some(_), 0) => sig.seed_held(1),
            (Some(_), _) => sig.seed_held(0),
            (None, 0) => {
                let one = sig.one();
                quote!(&::core::cell::Cell::new(#one))
            }
            (None, _) => quote!(&::core::cell::Cell::new(<#ret as ::core::default::Default>::default())),
        });
        let slots = (0..sets).flat_map(|set| all.iter().map(move |one| (set, one))).map(|(set, one)| {
            if one.param.function.is_some() {
                return quote!(::core::option::Option::None);
            }
            if !one.param.active {
                return quote!(#krate::rt::Ignored);
            }
            if let (0, Some(first)) = (set, &one.first) {
                let slot = sig.shadow_of(one.param.pointee(), first);
                return quote!(::core::option::Option::Some(#slot));
            }
            if set + 1 < sets {
                // What the function writes and reads again passes through the adjoints of `&mut` memory, wanted or not.
                let (ty, looked_at) = (one.param.pointee(), sig.looked_at(one.param));
                let through = quote!(#krate::rt::shadow_of::<#ty>(&#krate::rt::zeros::<#ty>(#looked_at)));
                return if one.param.is_mut() {
                    quote!(::core::option::Option::Some(#through))
                } else {
                    quote!(::core::option::Option::None)
                };
            }
            let slot = sig.shadow_of(one.param.pointee(), &one.bar);
            quote!(::core::option::Option::Some(#slot))
        });
        if sig.has_sweeps() {
            let sweep = sig.own(&super::sweep::name(directions as u32));
            let pull = quote!(#sweep(#primals #given #(#seeds,)* #(#slots),*););
            return Sweep { sig, all, params, checks, forward: TokenStream::new(), pull };
        }
        let ys = (0..sets).map(|set| if set == 0 { quote!(#y) } else { quote!(_) });
        let ys = if sig.wrapped().is_some() { super::hidden::pairs(ys.collect()) } else { quote!(_) };
        let forward = quote!(#made let (#ys, #pull) = #forward(#primals #given););
        let pull = quote!(#kept #pull(#primals_again #again #(#seeds,)* #(#slots),*););
        Sweep { sig, all, params, checks, forward, pull }
    }

    pub(super) fn run(&self) -> TokenStream {
        let Sweep { forward, pull, .. } = self;
        quote!(#forward #pull)
    }

    /// Returns `missing` if `y`, the result in a wrapper, is no value.
    fn run_unless_missing(&self, y: &Ident, missing: &TokenStream) -> TokenStream {
        let Sweep { forward, pull, sig, .. } = self;
        let krate = &sig.krate;
        quote!(#forward if !#krate::rt::Wrapper::__has_value(&#y) { return #missing; } #pull)
    }

    pub(super) fn active(&self) -> impl Iterator<Item = &One<'s>> {
        self.all.iter().filter(|one| one.param.active)
    }

    /// New shadows.
    pub(super) fn zeros(&self) -> TokenStream {
        let krate = &self.sig.krate;
        let zeros = self.active().map(|One { param, bar, first, .. }| {
            let (looked_at, all) = (self.sig.looked_at(param), first.iter().chain([bar]));
            quote!(#(let #all = #krate::rt::zeros(#looked_at);)*)
        });
        zeros.collect()
    }
}
