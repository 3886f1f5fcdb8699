//! A Jacobian in reverse mode: one forward sweep, and a pull for each row.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::signature::Param;
use super::checks;
use super::sides::{Input, Sides, float, local, local_of};

pub(super) fn body(sides: &Sides<'_>) -> TokenStream {
    let (sig, krate) = (sides.sig, &sides.sig.krate);
    let (y, pull, rows, columns) = (local("y"), local("pull"), local("rows"), local("columns"));
    let (row, output, at, unit) = (local("row"), local("output"), local("at"), local("unit"));
    let (forward, counts) = (sig.call_forward(&y, &pull), sides.columns());
    let outputs = sides.outputs.iter().map(|output| output.side.count(sig, &output.reference(&y, &|param| sig.looked_at(param))));
    let checked = checks(sides);
    let muts = || sig.params.iter().filter(|param| param.is_mut());
    let kept = muts().map(|param| {
        let (ident, after) = (&param.ident, local_of(param, "_after"));
        quote!(let #after = ::std::borrow::ToOwned::to_owned(&*#ident);)
    });
    let again = muts().map(|param| {
        let (ty, after, again) = (param.pointee(), local_of(param, "_after"), local_of(param, "_again"));
        quote!(let mut #again = ::std::borrow::ToOwned::to_owned(::std::borrow::Borrow::<#ty>::borrow(&#after));)
    });
    let (seed, slot) = cotangent(sides);
    let inputs = sides.inputs.iter().enumerate();
    let shadows = inputs.clone().map(|(k, input)| shadow(sides, k, input));
    let run = sig.call_pull(
        &pull,
        &slot,
        &|param| {
            let again = local_of(param, "_again");
            quote!(#again)
        },
        &|param| shadow_slot(sides, param),
    );
    let stored = inputs.filter(|(_, input)| cells(sides, input).is_none()).map(|(k, input)| {
        let (bar, ty, blocks) = (local_of(input.param, "_bar"), input.param.pointee(), sides.of_input(k));
        let k = syn::Index::from(k);
        quote! {
            #krate::rt::write_row(#krate::rt::row(#blocks, #output, #at, #columns[#k]), &#krate::rt::into_grad::<#ty>(#bar));
        }
    });
    quote! {
        let #columns = #counts;
        #forward
        let #rows = [#(#outputs),*];
        #checked
        #(#kept)*
        for #row in 0..#rows.iter().sum::<usize>() {
            let (#output, #at) = #krate::rt::locate(&#rows, #row);
            let mut #unit = #krate::rt::Unit::new(#row);
            #seed
            #(#again)*
            #(#shadows)*
            #run
            #(#stored)*
        }
        #y
    }
}

/// The cotangent of the returned value: its shadow, and the slot that it fills.
fn cotangent(sides: &Sides<'_>) -> (TokenStream, TokenStream) {
    let (sig, krate, ret) = (sides.sig, &sides.sig.krate, &sides.sig.ret);
    if sig.returns_unit() {
        return (TokenStream::new(), quote!(&()));
    }
    let (y, cotangent, unit) = (local("y"), local("cotangent"), local("unit"));
    let seed = quote! {
        let mut #cotangent = #krate::rt::zero_grad(&#y);
        #unit.fill(&mut #cotangent);
        let #cotangent = #krate::rt::seed::<#ret>(#krate::rt::tangent_of::<#ret>(&#cotangent));
    };
    (seed, sig.shadow_of(ret, &cotangent))
}

/// How a row serves as the shadow of an input.
enum Cells {
    /// After `Cell::from_mut`.
    Slice(TokenStream),
    Array(TokenStream),
    Float,
}

/// `None` if it does not: the parameter is neither float nor slice nor array of floats of the type that the blocks have.
fn cells(sides: &Sides<'_>, input: &Input<'_>) -> Option<Cells> {
    let (sig, ty) = (sides.sig, input.param.pointee());
    let same = float([&input.side]).to_string() == sides.float.to_string();
    let cells = sig.cells_of(ty);
    match (cells, input.side.is_fixed()) {
        _ if !same => None,
        (Some(cells), true) => Some(Cells::Array(cells)),
        (Some(cells), false) => Some(Cells::Slice(cells)),
        (None, _) => sig.is_float(ty).then_some(Cells::Float),
    }
}

/// The shadow of input number `k`: zero, or the cotangent for an `&mut` parameter.
fn shadow(sides: &Sides<'_>, k: usize, input: &Input<'_>) -> TokenStream {
    let (krate, param) = (&sides.sig.krate, input.param);
    let (bar, columns, unit) = (local_of(param, "_bar"), local("columns"), local("unit"));
    let (output, at, row) = (local("output"), local("at"), local_of(param, "_row"));
    let looked_at = sides.sig.looked_at(param);
    let Some(cells) = cells(sides, input) else {
        let ty = param.pointee();
        return if param.is_mut() {
            quote! {
                let mut #bar = #krate::rt::zero_grad(#looked_at);
                #unit.fill(&mut #bar);
                let #bar = #krate::rt::seed::<#ty>(#krate::rt::tangent_of::<#ty>(&#bar));
            }
        } else {
            quote!(let #bar = #krate::rt::zeros(#looked_at);)
        };
    };
    let (blocks, k) = (sides.of_input(k), syn::Index::from(k));
    let fill = if param.is_mut() { quote!(#unit.fill(#row);) } else { quote!(#row.fill(::core::default::Default::default());) };
    let cells = match cells {
        Cells::Slice(cells) => quote!(::core::cell::Cell::from_mut(#row)#cells),
        Cells::Array(cells) => {
            let ty = param.pointee();
            quote!(::core::cell::Cell::from_mut(<&mut #ty>::try_from(&mut *#row).expect("as many columns as floats"))#cells)
        }
        Cells::Float => quote!(::core::cell::Cell::from_mut(&mut #row[0])),
    };
    quote! {
        let #row = #krate::rt::row(#blocks, #output, #at, #columns[#k]);
        #fill
        let #bar = #cells;
    }
}

fn shadow_slot(sides: &Sides<'_>, param: &Param) -> TokenStream {
    let input = sides.inputs.iter().find(|input| input.param.ident == param.ident);
    let Some(input) = input else { unreachable!("active parameters are inputs") };
    let bar = local_of(param, "_bar");
    if cells(sides, input).is_some() { quote!(#bar) } else { sides.sig.shadow_of(param.pointee(), &bar) }
}
