//! A Jacobian in forward mode: a run of the tangent for each column, or for several of them.

use crate::emit::companion::hidden::Program;
use proc_macro2::TokenStream;
use quote::quote;

use super::super::hidden::WIDE;
use super::super::signature::Param;
use super::super::types::owned;
use super::checks;
use super::sides::{Of, Output, Sides, local, local_of};

pub(super) fn body(sides: &Sides<'_>, is_wide: bool) -> TokenStream {
    let (sig, krate) = (sides.sig, &sides.sig.krate);
    let (y, tangent, rows, columns) = (local("y"), local("tangent"), local("rows"), local("columns"));
    let (column, input, at, unit) = (local("column"), local("input"), local("at"), local("unit"));
    let counts = sides.columns();
    let of = |name: &str, wide: &str| local(if is_wide { wide } else { name });
    let (zero, units) = (of("zero_grad", "zero_wide"), of("Unit", "Units"));
    let directions = sides.inputs.iter().map(|one| {
        let (dot, looked_at) = (local_of(one.param, "_dot"), sig.looked_at(one.param));
        let fill = if is_wide && one.side.is_by_lanes() {
            let ty = owned(one.param.pointee());
            quote!(#unit.fill_each::<#ty>(#looked_at, ::std::borrow::BorrowMut::borrow_mut(&mut #dot));)
        } else {
            quote!(#unit.fill(&mut #dot);)
        };
        quote! {
            let mut #dot = #krate::rt::#zero(#looked_at);
            #fill
        }
    });
    let (copies, primals) = (copies(sides), primals(sides));
    let args = sig.params.iter().map(|param| dot_argument(sides, param, is_wide));
    let dot_of = |param: &Param| {
        let dot = local_of(param, "_dot");
        quote!(&#dot)
    };
    let outputs = sides.outputs.iter().map(|output| match is_wide {
        true => output.side.count_wide(sig, &output.reference(&tangent, &dot_of)),
        false => output.side.count(sig, &output.reference(&tangent, &dot_of)),
    });
    let checked = checks(sides);
    let written = sides.outputs.iter().enumerate().map(|(k, output)| {
        let (tangent, blocks) = (output.reference(&tangent, &dot_of), sides.of_output(k));
        match is_wide {
            true if output.side.is_by_lanes() => {
                let ty = owned(output.ty(sig));
                let tangent = quote!(::std::borrow::Borrow::borrow(#tangent));
                quote!(#krate::rt::write_each::<#ty, _, _>(#blocks, #tangent, #column, &#columns);)
            }
            true => quote!(#krate::rt::write_lanes(#blocks, #tangent, #column, &#columns);),
            false => quote!(#krate::rt::write_column(#krate::rt::block(#blocks, #input), #tangent, #at, #columns[#input]);),
        }
    });
    let (forward, tangent_of, value) = (sig.own("forward"), sig.own(if is_wide { WIDE } else { "tangent" }), local("value"));
    let (keep, ret) = (!sig.has_mut(), &sig.ret);
    let kept = keep.then(|| quote!(#value = ::core::option::Option::Some(#y);));
    let declared = keep.then(|| quote!(let mut #value: ::core::option::Option<#ret> = ::core::option::Option::None;));
    let primal = sig.primals(Program::Tangent, 1, &super::super::calls::reborrowed);
    let last = quote!(#forward(#primal).0);
    let last = if keep {
        quote!(match #value { ::core::option::Option::Some(#y) => #y, ::core::option::Option::None => #last })
    } else {
        last
    };
    let all = quote!(0..#columns.iter().sum::<usize>());
    let (range, located) = match is_wide {
        true => (quote!((#all).step_by(#krate::rt::LANES)), TokenStream::new()),
        false => (all, quote!(let (#input, #at) = #krate::rt::locate(&#columns, #column);)),
    };
    quote! {
        let #columns = #counts;
        #declared
        for #column in #range {
            #located
            let mut #unit = #krate::rt::#units::new(#column);
            #(#directions)*
            #copies
            let (#y, #tangent) = #tangent_of(#primals #(#args),*);
            if #column == 0 {
                let #rows = [#(#outputs),*];
                #checked
            }
            #(#written)*
            #kept
        }
        #last
    }
}

/// Copies of `&mut` parameters, for one run to change.
pub(super) fn copies(sides: &Sides<'_>) -> TokenStream {
    let muts = sides.sig.params.iter().filter(|param| param.is_mut());
    let copies = muts.map(|param| {
        let (ident, copy) = (&param.ident, local_of(param, "_copy"));
        quote!(let mut #copy = ::std::borrow::ToOwned::to_owned(&*#ident);)
    });
    copies.collect()
}

/// The primal arguments of a hidden function, with those copies.
pub(super) fn primals(sides: &Sides<'_>) -> TokenStream {
    sides.sig.primals(Program::Tangent, 1, &|param| {
        let copy = local_of(param, "_copy");
        quote!(::std::borrow::BorrowMut::borrow_mut(&mut #copy))
    })
}

fn dot_argument(sides: &Sides<'_>, param: &Param, is_wide: bool) -> TokenStream {
    let (sig, krate) = (sides.sig, &sides.sig.krate);
    if !param.active {
        return quote!(#krate::rt::Ignored);
    }
    let dot = local_of(param, "_dot");
    let dot = if param.is_mut() {
        quote!(::std::borrow::BorrowMut::borrow_mut(&mut #dot))
    } else {
        match is_wide {
            true => quote!(::std::borrow::Borrow::borrow(&#dot)),
            false => sig.tangent_of(param.pointee(), &dot),
        }
    };
    quote!(::core::option::Option::Some(#dot))
}

/// The number of floats of each output, by a run if that alone tells. What is behind `&mut` keeps its lengths.
pub(super) fn rows(sides: &Sides<'_>) -> TokenStream {
    let (sig, y) = (sides.sig, local("y"));
    let counts = sides.outputs.iter().map(|output| output.side.count(sig, &output.reference(&y, &|param| sig.looked_at(param))));
    let known = |output: &Output<'_>| output.side.is_fixed() || matches!(output.of, Of::Param(_));
    if sides.outputs.iter().all(known) {
        return quote!([#(#counts),*]);
    }
    let (copies, primals, forward) = (copies(sides), primals(sides), sig.own("forward"));
    quote!({
        #copies
        let (#y, _) = #forward(#primals);
        [#(#counts),*]
    })
}
