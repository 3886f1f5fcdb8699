//! `hessian`: a run of the gradient's tangent for each row, or for several of them.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::hidden::{HESSIAN_ROWS, Program};
use super::higher::Sweep;
use super::jacobian::sides::{Input, finish, flat, flat_lanes, float, inputs, local, local_of, ty, zeros};
use super::signature::Signature;
use super::types::bare_or_tuple;
use super::{Item, Locals, list};

/// So many parameters that are single floats make too few rows for that.
const FEW: usize = 8;

/// Whether several rows at once would be worth a program of their own, which takes rustc as long to check as most of `forward_order_2` does.
pub(crate) fn gains_by_lanes(sig: &Signature) -> bool {
    let inputs = inputs(sig);
    let is_apt = sig.returns_float() && !sig.recursive && !sig.params.iter().any(|param| param.is_mut());
    let has_few_rows = inputs.len() <= FEW && inputs.iter().all(|input| input.side.is_float());
    is_apt && !has_few_rows && !inputs.iter().any(|input| input.side.is_by_lanes())
}

/// `None` without second derivatives.
pub(super) fn hessian(sig: &Signature, by_lanes: bool) -> Option<Item> {
    let inputs = inputs(sig);
    if sig.order < 2 || !sig.returns_float() || inputs.is_empty() {
        return None;
    }
    let float = float(inputs.iter().map(|input| &input.side));
    let ret = blocks(&inputs, |row, column, _, _| ty(sig, &row.side, &column.side, &float));
    let doc = format!(
        "The second derivatives of [`{}()`] with respect to {}: for several parameters a tuple of rows, each a tuple of blocks. Arrays of \
         arrays where types tell the lengths, else tensors.",
        sig.name,
        list(sig)
    );
    Some(Item {
        params: sig.public_params(),
        ret: quote!(-> #ret),
        body: body(sig, &inputs, &float, by_lanes),
        ..Item::new(sig, "hessian", doc)
    })
}

/// A tuple of rows, each a tuple of blocks; single ones bare.
fn blocks(inputs: &[Input<'_>], of: impl Fn(&Input<'_>, &Input<'_>, usize, usize) -> TokenStream) -> TokenStream {
    let rows = inputs.iter().enumerate().map(|(r, row)| {
        let blocks = inputs.iter().enumerate().map(|(c, column)| of(row, column, r, c));
        bare_or_tuple(&blocks.collect::<Vec<_>>())
    });
    bare_or_tuple(&rows.collect::<Vec<_>>())
}

fn body(sig: &Signature, inputs: &[Input<'_>], float: &TokenStream, by_lanes: bool) -> TokenStream {
    let counts = local("counts");
    let count = inputs.iter().map(|input| input.side.count(sig, &sig.looked_at(input.param)));
    let block = |r: usize, c: usize| local(&format!("block{r}_{c}"));
    let length = |k: usize| {
        let k = syn::Index::from(k);
        quote!(#counts[#k])
    };
    let mut made = TokenStream::new();
    for (r, row) in inputs.iter().enumerate() {
        for (c, column) in inputs.iter().enumerate() {
            let (block, zeros) = (block(r, c), zeros(&row.side, &column.side, float, &length(r), &length(c)));
            made.extend(quote!(let mut #block = #zeros;));
        }
    }
    let rows = if by_lanes { several_rows(sig, inputs, &block) } else { one_by_one(sig, inputs, &block) };
    let result = blocks(inputs, |row, column, r, c| finish(sig, &row.side, &column.side, &block(r, c), &length(r), &length(c)));
    quote! {
        let #counts = [#(#count),*];
        #made
        #rows
        #result
    }
}

/// What fills the blocks by a run for each row.
fn one_by_one(sig: &Signature, inputs: &[Input<'_>], block: &dyn Fn(usize, usize) -> Ident) -> TokenStream {
    let (krate, counts, row) = (&sig.krate, local("counts"), local("row"));
    let (input, at, unit) = (local("input"), local("at"), local("unit"));
    let mut locals = Locals::new(sig);
    let sweep = Sweep::new(sig, &mut locals, 1);
    let copies = sig.params.iter().filter(|param| param.is_mut()).map(|param| {
        let (ident, ty, copy) = (&param.ident, &param.ty, local_of(param, "_copy"));
        quote! {
            let mut #copy = ::std::borrow::ToOwned::to_owned(&*#ident);
            let #ident: #ty = ::std::borrow::BorrowMut::borrow_mut(&mut #copy);
        }
    });
    let directions = sweep.active().map(|one| {
        let (unit_dot, looked_at, dot, ty) =
            (local_of(one.param, "_unit"), sig.looked_at(one.param), &one.dot, one.param.pointee());
        let passed = if one.param.is_mut() {
            quote!(::std::borrow::BorrowMut::borrow_mut(&mut #unit_dot))
        } else if one.param.by_value() {
            quote!(#unit_dot)
        } else {
            quote!(#krate::rt::tangent_of::<#ty>(&#unit_dot))
        };
        quote! {
            let mut #unit_dot = #krate::rt::zero_grad(#looked_at);
            #unit.fill(&mut #unit_dot);
            let #dot = #passed;
        }
    });
    let (prepared, run) = (sweep.zeros(), sweep.run());
    let stored = sweep.active().enumerate().map(|(c, one)| {
        let of_column = inputs.iter().enumerate().map(|(r, row)| flat(&row.side, &inputs[c].side, &block(r, c)));
        let (grad, columns) = (sig.finish(one.param, &one.bar), syn::Index::from(c));
        quote!(#krate::rt::write_row(#krate::rt::row([#(#of_column),*], #input, #at, #counts[#columns]), &#grad);)
    });
    quote! {
        for #row in 0..#counts.iter().sum::<usize>() {
            let (#input, #at) = #krate::rt::locate(&#counts, #row);
            let mut #unit = #krate::rt::Unit::new(#row);
            #(#copies)*
            #(#directions)*
            #prepared
            #run
            #(#stored)*
        }
    }
}

/// What fills the blocks by a run for several rows.
fn several_rows(sig: &Signature, inputs: &[Input<'_>], block: &dyn Fn(usize, usize) -> Ident) -> TokenStream {
    let (krate, counts, row, units) = (&sig.krate, local("counts"), local("row"), local("units"));
    let (mut made, mut stored) = (TokenStream::new(), TokenStream::new());
    let (mut dots, mut bars) = (Vec::new(), Vec::new());
    for (c, input) in inputs.iter().enumerate() {
        let (dot, bar) = (local_of(input.param, "_dot"), local_of(input.param, "_bar"));
        let (looked_at, wide) = (sig.looked_at(input.param), sig.wide(input.param.pointee()));
        let (put, found) = (flat_lanes(&input.side, &dot, "_mut"), flat_lanes(&input.side, &bar, ""));
        made.extend(quote! {
            let mut #dot = #krate::rt::zero_wide(#looked_at);
            #units.put(#put);
            let #bar = #krate::rt::wide_zeros(#looked_at);
        });
        let of_column = inputs.iter().enumerate().map(|(r, row)| flat(&row.side, &input.side, &block(r, c)));
        stored.extend(quote! {
            let #bar = #krate::rt::into_grad::<#wide>(#bar);
            #krate::rt::write_lane_rows([#(#of_column),*], #found, #row, &#counts);
        });
        dots.push(quote!(::std::borrow::Borrow::borrow(&#dot)));
        bars.push(quote!(#krate::rt::shadow_of::<#wide>(&#bar)));
    }
    let (rows, primals) = (sig.own(HESSIAN_ROWS), sig.primals(Program::Adjoint, 1, &super::calls::reborrowed));
    quote! {
        for #row in (0..#counts.iter().sum::<usize>()).step_by(#krate::rt::LANES) {
            let mut #units = #krate::rt::Units::new(#row);
            #made
            #rows(#primals #(#dots,)* #(#bars),*);
            #stored
        }
    }
}
