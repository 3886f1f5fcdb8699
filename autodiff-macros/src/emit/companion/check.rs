//! `check`: the companion's derivatives against differences and each other.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::hidden::{self, Program};
use super::signature::{Param, Signature};
use super::{Item, Locals, Names};

pub(super) fn check(sig: &Signature) -> Item {
    let mut locals = Locals::new(sig);
    let krate = &sig.krate;
    let values = locals.names.fresh(&["values"]);
    let names = sig.active().map(|param| param.shown().to_string());
    let at = sig.active().map(|param| {
        let looked_at = sig.looked_at(param);
        quote!(#krate::rt::gather(#looked_at))
    });
    let (primal, tangent, reverse) = (primal(sig, &mut locals), tangent(sig, &mut locals), reverse(sig, &mut locals));
    let value = value(sig, &values, &mut locals);
    let doc = format!(
        "Compares the derivatives of [`{}()`] at this point: forward mode with central differences, reverse mode with forward mode, and \
         the value that derivatives are taken of with the function's. \
         Costs several calls for each float of the parameters. `&mut` parameters are left as they are.\n\n# Errors\n\nThe first float for which they differ.",
        sig.name
    );
    Item {
        params: sig.public_params(),
        ret: quote!(-> ::core::result::Result<(), #krate::CheckError>),
        body: quote! {
            use #krate::rt::UncopiedExt as _;
            let #values = #krate::rt::check(&#krate::rt::Case {
                names: &[#(#names),*],
                at: ::std::vec![#(#at),*],
                primal: &#primal,
                tangent: &#tangent,
                reverse: &#reverse,
            })?;
            #value
        },
        ..Item::new(sig, "check", doc)
    }
}

/// `let mut x = Copier(&x).copied(); let x = again("x", &x, &mut x)?;`: for `&mut` parameters, a copy that one run may change.
fn copies<'p>(sig: &Signature, params: impl Iterator<Item = &'p Param>, names: &mut Names) -> (TokenStream, Vec<(Ident, Ident)>) {
    let krate = &sig.krate;
    let copies: Vec<(Ident, Ident)> =
        params.filter(|param| param.is_mut()).map(|param| (param.ident.clone(), names.derived(&param.ident, "_copy"))).collect();
    let made = copies.iter().map(|(ident, copy)| {
        let name = ident.to_string();
        quote! {
            let mut #copy = #krate::rt::Copier(&*#ident).copied();
            let #copy = #krate::rt::again(#name, &*#ident, &mut #copy)?;
        }
    });
    (made.collect(), copies)
}

fn copy_of<'c>(copies: &'c [(Ident, Ident)], param: &Param) -> Option<&'c Ident> {
    copies.iter().find(|(ident, _)| *ident == param.ident).map(|(_, copy)| copy)
}

/// `|at| …`: the results' floats, with the active parameters' floats replaced.
fn primal(sig: &Signature, locals: &mut Locals) -> TokenStream {
    let krate = &sig.krate;
    let at = locals.names.fresh(&["at"]);
    let copied: Vec<(usize, &Param, Ident)> =
        sig.active().enumerate().map(|(i, param)| (i, param, locals.names.derived(&param.ident, "_at"))).collect();
    let replaced = copied.iter().map(|(i, param, copy)| {
        let (name, looked_at) = (param.shown().to_string(), sig.looked_at(param));
        quote! {
            let mut #copy = #krate::rt::Copier(#looked_at).copied();
            let #copy = #krate::rt::scatter(#name, #looked_at, &mut #copy, &#at[#i])?;
        }
    });
    let replaced: TokenStream = replaced.collect();
    let (kept, kept_copies) = copies(sig, sig.params.iter().filter(|param| !param.active), &mut locals.names);
    let args = sig.params.iter().map(|param| {
        let ident = &param.ident;
        match (copied.iter().find(|(_, copied, _)| copied.ident == param.ident), copy_of(&kept_copies, param)) {
            (Some((_, _, copy)), _) if param.is_mut() => quote!(&mut *#copy),
            (Some((_, _, copy)), _) => quote!(&*#copy),
            (None, Some(copy)) => quote!(&mut *#copy),
            (None, None) if param.function.is_some() => {
                let function = param.function.as_ref();
                function.map(|function| sig.plain(param, function, Program::Adjoint, 0)).unwrap_or_default()
            }
            (None, None) if param.by_value() => quote!(&#ident),
            (None, None) => quote!(#ident),
        }
    });
    let (forward, y) = (sig.own("forward"), &locals.y);
    let outputs = copied.iter().filter(|(_, param, _)| param.is_mut()).map(|(_, _, copy)| quote!(&*#copy));
    let call = quote!(let (#y, _) = #forward(#(#args),*););
    quote! {
        |#at: &[::std::vec::Vec<f64>]| {
            #replaced
            #kept
            #call
            ::core::result::Result::Ok(#krate::rt::gather(&(&#y, #(#outputs,)*)))
        }
    }
}

/// The function itself, at last: it may take what it is given.
fn value(sig: &Signature, values: &Ident, locals: &mut Locals) -> TokenStream {
    let (krate, y) = (&sig.krate, &locals.y);
    let (kept, copies) = copies(sig, sig.params.iter(), &mut locals.names);
    let args = sig.params.iter().map(|param| match (copy_of(&copies, param), &param.ident) {
        (Some(copy), _) => quote!(&mut *#copy),
        (None, ident) => quote!(#ident),
    });
    // A parameter may have the function's name.
    let call = match sig.member() {
        Some(_) => hidden::call(sig, args),
        None => {
            let primal = sig.own("primal");
            quote!(#primal(#(#args),*))
        }
    };
    let outputs = sig.active().filter_map(|param| copy_of(&copies, param)).map(|copy| quote!(&*#copy));
    quote! {
        #kept
        let #y = #call;
        #krate::rt::check_values(&#values, &#krate::rt::gather(&(&#y, #(#outputs,)*)))
    }
}

/// `|p, i| …`: the results' derivatives in the direction of one float.
fn tangent(sig: &Signature, locals: &mut Locals) -> TokenStream {
    let krate = &sig.krate;
    let (p, i) = (locals.names.fresh(&["parameter"]), locals.names.fresh(&["index"]));
    let y_dot = locals.names.derived(&locals.y.clone(), "_dot");
    let dots: Vec<(usize, &Param, Ident)> =
        sig.active().enumerate().map(|(i, param)| (i, param, locals.names.derived(&param.ident, "_dot"))).collect();
    let directions = dots.iter().map(|(at, param, dot)| {
        let looked_at = sig.looked_at(param);
        quote! {
            let mut #dot = #krate::rt::zero_grad(#looked_at);
            if #p == #at {
                #krate::rt::unit(&mut #dot, #i);
            }
        }
    });
    let directions: TokenStream = directions.collect();
    let (kept, kept_copies) = copies(sig, sig.params.iter(), &mut locals.names);
    let primals = primals(sig, (Program::Tangent, 1), &kept_copies);
    let args = sig.params.iter().map(|param| match dots.iter().find(|(_, dotted, _)| dotted.ident == param.ident) {
        None if param.function.is_some() => quote!(::core::option::Option::None),
        None => quote!(#krate::rt::Ignored),
        Some((_, _, dot)) if param.is_mut() => {
            quote!(::core::option::Option::Some(::std::borrow::BorrowMut::borrow_mut(&mut #dot)))
        }
        Some((_, _, dot)) => {
            let dot = sig.tangent_of(param.pointee(), dot);
            quote!(::core::option::Option::Some(#dot))
        }
    });
    let tangent = sig.own("tangent");
    let outputs = dots.iter().filter(|(_, param, _)| param.is_mut()).map(|(_, _, dot)| dot);
    quote! {
        |#p: usize, #i: usize| {
            #directions
            #kept
            let (_, #y_dot) = #tangent(#primals #(#args),*);
            ::core::result::Result::Ok(#krate::rt::gather(&(&#y_dot, #(&#outputs,)*)).0)
        }
    }
}

/// The parameters as they are, but copies of `&mut` ones.
fn primals(sig: &Signature, (program, directions): (Program, u32), copies: &[(Ident, Ident)]) -> TokenStream {
    sig.primals(program, directions, &|param| copy_of(copies, param).map(|copy| quote!(&mut *#copy)).unwrap_or_default())
}

/// `|weights| …`: the gradients for the given cotangents of the results.
fn reverse(sig: &Signature, locals: &mut Locals) -> TokenStream {
    let krate = &sig.krate;
    let (weights, y_seed) = (locals.names.fresh(&["weights"]), locals.names.derived(&locals.y_bar.clone(), "_seed"));
    let bars: Vec<(&Param, Ident)> = sig.active().map(|param| (param, locals.names.derived(&param.ident, "_bar"))).collect();
    let (kept, kept_copies) = copies(sig, sig.params.iter(), &mut locals.names);
    let shadows = bars.iter().map(|(param, bar)| {
        let (ty, looked_at) = (param.pointee(), sig.looked_at(param));
        let Some(after) = copy_of(&kept_copies, param).filter(|_| param.is_mut()) else {
            return quote!(let #bar = #krate::rt::zeros(#looked_at););
        };
        quote! {
            let mut #bar = #krate::rt::zero_grad(&*#after);
            let #weights = #krate::rt::cotangent(&mut #bar, #weights);
            let #bar = #krate::rt::seed::<#ty>(#krate::rt::tangent_of::<#ty>(&#bar));
        }
    });
    let shadows: TokenStream = shadows.collect();
    let (primals, forward) = (primals(sig, (Program::Adjoint, 0), &kept_copies), sig.own("forward"));
    let (Locals { y, y_bar, pull, .. }, ret) = (&*locals, &sig.ret);
    let slot = |param: &Param| {
        let bar = bars.iter().find(|(barred, _)| barred.ident == param.ident).map(|(_, bar)| bar);
        bar.map(|bar| sig.shadow_of(param.pointee(), bar)).unwrap_or_default()
    };
    let after = |param: &Param| copy_of(&kept_copies, param).map(|copy| quote!(*#copy)).unwrap_or_default();
    let run = sig.call_pull(pull, &sig.shadow_of(ret, &y_seed), &after, &slot);
    let grads = bars.iter().map(|(param, bar)| {
        let ty = param.pointee();
        quote!(#krate::rt::gather(&#krate::rt::into_grad::<#ty>(#bar)).0)
    });
    quote! {
        |#weights: &[f64]| {
            #kept
            let (#y, #pull) = #forward(#primals);
            let mut #y_bar = #krate::rt::zero_grad(&#y);
            let #weights = #krate::rt::cotangent(&mut #y_bar, #weights);
            let #y_seed = #krate::rt::seed::<#ret>(#krate::rt::tangent_of::<#ret>(&#y_bar));
            #shadows
            #run
            ::core::result::Result::Ok(::std::vec![#(#grads),*])
        }
    }
}
