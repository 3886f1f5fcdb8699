//! `hessian`, of functions whose parameters have a shape by their types: floats and arrays.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Expr, Type};

use super::signature::{Param, Signature, is_plain_float, ungrouped};
use super::types::bare_or_tuple;
use super::{Item, list};
use crate::ir::Mode;

/// `None` where the shape is known at run time only, or a parameter could be passed only once.
pub(super) fn hessian(sig: &Signature) -> Option<Item> {
    let shapes: Vec<(&Param, Vec<&Expr>)> =
        sig.active().map(|param| Some((param, shape(param.pointee())?))).collect::<Option<_>>()?;
    let repeatable = sig.params.iter().all(|param| matches!(param.mode, Mode::Copy | Mode::Shared));
    if sig.order < 2 || !is_plain_float(&sig.ret) || !repeatable {
        return None;
    }
    let rows = shapes.iter().map(|(_, rows)| {
        let blocks = shapes.iter().map(|(_, columns)| block(rows, columns, &sig.ret)).collect::<Vec<_>>();
        bare_or_tuple(&blocks)
    });
    let ret = bare_or_tuple(&rows.collect::<Vec<_>>());
    Some(Item {
        params: sig.public_params(),
        ret: quote!(-> #ret),
        body: body(sig, &shapes),
        ..Item::new(
            sig,
            "hessian",
            format!(
                "The second derivatives of [`{}()`] with respect to {}: for several parameters a tuple of rows, each a tuple of blocks.",
                sig.name,
                list(sig)
            ),
        )
    })
}

/// The lengths of an array, from the outside in.
fn shape(ty: &Type) -> Option<Vec<&Expr>> {
    match ungrouped(ty) {
        Type::Array(array) => {
            let mut shape = shape(&array.elem)?;
            shape.insert(0, &array.len);
            Some(shape)
        }
        ty => is_plain_float(ty).then(Vec::new),
    }
}

/// The type of the derivatives with respect to one parameter and another.
fn block(rows: &[&Expr], columns: &[&Expr], float: &Type) -> TokenStream {
    rows.iter().chain(columns).rev().fold(quote!(#float), |elem, len| quote!([#elem; #len]))
}

/// One `hvp` for each float: the columns, from which the blocks are cut.
fn body(sig: &Signature, shapes: &[(&Param, Vec<&Expr>)]) -> TokenStream {
    let krate = &sig.krate;
    let local = |name: &str| Ident::new(name, Span::mixed_site());
    let (columns, index, ends) = (local("columns"), local("index"), local("ends"));
    let dot = |param: &Param| format_ident!("{}_unit", param.ident, span = Span::mixed_site());
    let (hvp, args) = (sig.own("hvp"), sig.passed_on());
    let directions = shapes.iter().map(|(param, _)| {
        let dot = dot(param);
        if param.by_value() { quote!(#dot.clone()) } else { quote!(&#dot) }
    });
    let call = quote!(#hvp(#args #(#directions),*));
    let zeros = shapes.iter().map(|(param, _)| {
        let (dot, looked_at) = (dot(param), sig.looked_at(param));
        quote!(let mut #dot = #krate::rt::zero_grad(#looked_at);)
    });
    let zeros: TokenStream = zeros.collect();
    let filled = shapes.iter().map(|(param, _)| {
        let (dot, looked_at) = (dot(param), sig.looked_at(param));
        quote! {
            for #index in 0..#krate::rt::gather(#looked_at).0.len() {
                #zeros
                #krate::rt::unit(&mut #dot, #index);
                #columns.push(#krate::rt::gather(&#call).0);
            }
            #ends.push(#columns.len());
        }
    });
    let rows = (0..shapes.len()).map(|row| {
        let blocks = (0..shapes.len()).map(|column| quote!(#krate::rt::block(&#columns, &#ends, #row, #column)));
        bare_or_tuple(&blocks.collect::<Vec<_>>())
    });
    let rows = bare_or_tuple(&rows.collect::<Vec<_>>());
    quote! {
        let (mut #columns, mut #ends) = (::std::vec::Vec::new(), ::std::vec![0]);
        #(#filled)*
        #rows
    }
}
