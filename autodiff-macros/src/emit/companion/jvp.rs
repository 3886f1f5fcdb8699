//! `jvp` and `jvp_into`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote};
use syn::Type;

use super::hidden::Program;
use super::signature::{Param, Signature};
use super::{Item, Locals, list};

/// The directions, one for each active parameter.
struct Directions {
    params: TokenStream,
    checks: TokenStream,
    /// Arguments for `tangent`, one for each parameter.
    args: TokenStream,
}

impl Directions {
    fn new(sig: &Signature, locals: &mut Locals) -> Directions {
        let mut directions = Directions { params: TokenStream::new(), checks: TokenStream::new(), args: TokenStream::new() };
        for param in &sig.params {
            directions.add(sig, param, locals);
        }
        directions
    }

    fn add(&mut self, sig: &Signature, param: &Param, locals: &mut Locals) {
        let krate = &sig.krate;
        if param.function.is_some() {
            self.args.extend(quote!(::core::option::Option::None,));
            return;
        }
        if !param.active {
            self.args.extend(quote!(#krate::rt::Ignored,));
            return;
        }
        let (dot, ty) = (locals.names.derived(&param.ident, "_dot"), param.pointee());
        let (grad, tangent) = (sig.grad(ty), sig.tangent(ty));
        let (passed, looked_at, arg) = if param.is_mut() {
            (quote!(&mut #tangent), quote!(&*#dot), quote!(&mut *#dot))
        } else if param.by_value() {
            (quote!(#grad), quote!(&#dot), sig.tangent_of(ty, &dot))
        } else {
            (quote!(&#tangent), quote!(#dot), quote!(#dot))
        };
        self.params.extend(quote!(#dot: #passed,));
        self.checks.extend(sig.check_shape(param, &dot, &looked_at));
        self.args.extend(quote!(::core::option::Option::Some(#arg),));
    }
}

impl Signature {
    /// An owned tangent as it is passed.
    pub(super) fn tangent_of(&self, ty: &Type, dot: &Ident) -> TokenStream {
        let krate = &self.krate;
        if self.is_float(ty) { quote!(&#dot) } else { quote!(#krate::rt::tangent_of::<#ty>(&#dot)) }
    }
}

pub(super) fn jvp(sig: &Signature) -> Item {
    let mut locals = Locals::new(sig);
    let directions = Directions::new(sig, &mut locals);
    let (params, dots, checks, args) = (sig.public_params(), &directions.params, &directions.checks, &directions.args);
    let (tangent, primals) = (sig.own("tangent"), sig.primals(Program::Tangent, 1, &super::calls::reborrowed));
    let (pair, krate) = (sig.with_result(&sig.grad(sig.value_type()).to_token_stream()), &sig.krate);
    let y = locals.y.clone();
    let dot = locals.names.derived(&y, "_dot");
    let end = match sig.wrapped() {
        Some(_) => quote!(; #y.map(|#y| (#y, #krate::rt::value(#dot)))),
        None if sig.returns_unit() => quote!(;),
        None => TokenStream::new(),
    };
    let call = quote!(#tangent(#primals #args));
    let call = if sig.wrapped().is_some() { quote!(let (#y, #dot) = #call) } else { call };
    Item {
        params: quote!(#params #dots),
        ret: if sig.returns_unit() { TokenStream::new() } else { quote!(-> #pair) },
        body: quote!(#checks #call #end),
        ..Item::new(sig, "jvp", doc(sig, "The value of"))
    }
}

pub(super) fn jvp_into(sig: &Signature) -> Item {
    let mut locals = Locals::new(sig);
    let directions = Directions::new(sig, &mut locals);
    let y_dot = locals.names.derived(&locals.y.clone(), "_dot");
    let dot = locals.names.derived(&locals.y.clone(), "_tangent");
    let (params, dots, y) = (sig.public_params(), &directions.params, &locals.y);
    let (checks, args) = (&directions.checks, &directions.args);
    let (tangent, primals) = (sig.own("tangent"), sig.primals(Program::Tangent, 1, &super::calls::reborrowed));
    let value = if sig.wrapped().is_some() { format_ident!("{dot}_of") } else { y.clone() };
    let (buffer, store) = buffer(sig, &value, &y_dot, &dot);
    let krate = &sig.krate;
    let store = match sig.wrapped() {
        Some(_) => quote! {
            if let ::core::option::Option::Some(#dot) = #dot {
                let #value = #krate::rt::Wrapper::__value(&#y);
                #store
            }
        },
        None => store,
    };
    let ret = &sig.ret;
    Item {
        params: quote!(#params #dots #buffer),
        ret: if sig.returns_unit() { TokenStream::new() } else { quote!(-> #ret) },
        body: quote! {
            #checks
            let (#y, #dot) = #tangent(#primals #args);
            #store
            #y
        },
        ..Item::new(sig, "jvp_into", doc(sig, "Like `jvp`, into a buffer: the value of"))
    }
}

/// The buffer for the result's tangent, and how it is written.
fn buffer(sig: &Signature, y: &Ident, y_dot: &Ident, dot: &Ident) -> (TokenStream, TokenStream) {
    let krate = &sig.krate;
    if sig.returns_unit() {
        return (TokenStream::new(), TokenStream::new());
    }
    match sig.sequence_elem(sig.value_type()) {
        Some(elem) => {
            let (elem, name) = (sig.grad(elem), y_dot.to_string());
            let store = quote! {
                #krate::rt::check_lengths("the result", #y.as_slice(), #name, &*#y_dot);
                #y_dot.clone_from_slice(&#dot);
            };
            (quote!(#y_dot: &mut [#elem],), store)
        }
        None => {
            let grad = sig.grad(sig.value_type());
            (quote!(#y_dot: &mut #grad,), quote!(*#y_dot = #dot;))
        }
    }
}

fn doc(sig: &Signature, value: &str) -> String {
    let outputs = sig.active().any(Param::is_mut);
    let updated = if outputs { " The tangents of `&mut` parameters are updated as these are." } else { "" };
    format!("{value} [`{}()`] and its derivative in the direction given for {}.{updated}", sig.name, list(sig))
}
