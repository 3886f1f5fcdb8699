//! `jacobian`, by columns or by rows: `jacobian_fwd`, `jacobian_rev`, `jacobian_into`.
//!
//! Two functions do the work, on row-major blocks of numbers: one by runs of `tangent` ([`columns`]), one by pulls of
//! `forward` ([`rows`]). What users see is made of these: `jacobian_by` makes the blocks and gives them their shape.

mod columns;
mod rows;
pub(super) mod sides;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::signature::Signature;
use super::{Item, list};
use sides::{Sides, finish, flat, local, zeros};

/// Nothing for a function without results or differentiable parameters.
pub(super) fn all(sig: &Signature, is_wide: bool) -> Vec<Item> {
    let Some(sides) = Sides::new(sig) else { return Vec::new() };
    // Several directions at once, unless there is but one.
    let is_wide = is_wide && !sides.has_one_column();
    let public = [("jacobian", "Either", ""), ("jacobian_fwd", "Forward", FORWARD), ("jacobian_rev", "Reverse", REVERSE)];
    let public = public.into_iter().map(|(name, mode, how)| {
        let (krate, mode, by, args) = (&sig.krate, local(mode), sig.own("jacobian_by"), sig.passed_on());
        let body = quote!(#by(#args #krate::rt::Mode::#mode));
        Item { params: sig.public_params(), ret: returned(&sides), body, ..Item::new(sig, name, doc(sig, how)) }
    });
    let hidden = |name, body| Item { doc: None, body, ..buffered(&sides, name, String::new()) };
    let work = [hidden("jacobian_columns", columns::body(&sides, is_wide)), hidden("jacobian_rows", rows::body(&sides))];
    public.chain([into(&sides, is_wide), by(&sides, is_wide)]).chain(work).collect()
}

const FORWARD: &str = " In forward mode, by columns.";
const REVERSE: &str = " In reverse mode, by rows.";

fn doc(sig: &Signature, how: &str) -> String {
    format!(
        "The derivatives of each result of [`{}()`] with respect to {}, a block for each pair of them: arrays of arrays where types tell \
         the lengths, else a tensor; the axes of the result come first.{how}",
        sig.name,
        list(sig)
    )
}

fn returned(sides: &Sides<'_>) -> TokenStream {
    let ty = sides.ty();
    quote!(-> #ty)
}

/// A function that takes the blocks as buffers and returns the value.
fn buffered(sides: &Sides<'_>, name: &str, doc: String) -> Item {
    let (params, ret) = (sides.sig.public_params(), &sides.sig.ret);
    let float = &sides.float;
    let buffers = sides.each().map(|(_, _, block)| quote!(#block: &mut [#float],));
    Item {
        params: quote!(#params #(#buffers)*),
        ret: if sides.sig.returns_unit() { TokenStream::new() } else { quote!(-> #ret) },
        ..Item::new(sides.sig, name, doc)
    }
}

/// That the buffers have the right lengths, given `rows` and `columns`.
fn checks(sides: &Sides<'_>) -> TokenStream {
    let (krate, rows, columns) = (&sides.sig.krate, local("rows"), local("columns"));
    let mut checks = TokenStream::new();
    for (r, blocks) in sides.blocks.iter().enumerate() {
        for (c, block) in blocks.iter().enumerate() {
            let (name, r, c) = (block.to_string(), syn::Index::from(r), syn::Index::from(c));
            checks.extend(quote!(#krate::rt::check_block(#name, #block.len(), #rows[#r], #columns[#c]);));
        }
    }
    checks
}

fn into(sides: &Sides<'_>, is_wide: bool) -> Item {
    let (sig, krate, columns, rows) = (sides.sig, &sides.sig.krate, local("columns"), local("rows"));
    let (counts, args) = (sides.columns(), sig.passed_on());
    let (by_columns, by_rows) = (sig.own("jacobian_columns"), sig.own("jacobian_rows"));
    let blocks: Vec<_> = sides.each().map(|(_, _, block)| block).collect();
    // As many as the buffers have room for; that they are as many as there are is checked before anything is written.
    let room = sides.outputs.iter().zip(&sides.blocks).map(|(output, blocks)| {
        if output.side.is_fixed() {
            return output.side.count(sig, &TokenStream::new());
        }
        let first = &blocks[0];
        quote!(#first.len() / ::core::cmp::Ord::max(#columns[0], 1))
    });
    let doc = format!(
        "The value of [`{}()`]; overwrites the buffers with the derivatives of each result with respect to {}, row by row.\n\n# Panics\n\nIf \
         a buffer has another length than there are derivatives, before anything is written.",
        sig.name,
        list(sig)
    );
    let is_forward = is_forward(is_wide);
    let body = quote! {
        let #columns = #counts;
        let #rows = [#(#room),*];
        if #krate::rt::Mode::Either.#is_forward(#rows.iter().sum::<usize>(), #columns.iter().sum::<usize>()) {
            #by_columns(#args #(#blocks),*)
        } else {
            #by_rows(#args #(#blocks),*)
        }
    };
    Item { body, ..buffered(sides, "jacobian_into", doc) }
}

/// Which method of the mode's decides.
fn is_forward(is_wide: bool) -> Ident {
    local(if is_wide { "is_forward_wide" } else { "is_forward" })
}

/// Makes the blocks.
fn by(sides: &Sides<'_>, is_wide: bool) -> Item {
    let (sig, krate, rows, columns, mode) = (sides.sig, &sides.sig.krate, local("rows"), local("columns"), local("mode"));
    let (column_counts, row_counts) = (sides.columns(), columns::rows(sides));
    let (params, args) = (sig.public_params(), sig.passed_on());
    let (by_columns, by_rows) = (sig.own("jacobian_columns"), sig.own("jacobian_rows"));
    let made = sides.outputs.iter().zip(&sides.blocks).enumerate().flat_map(|(r, (output, blocks))| {
        let (rows, columns) = (&rows, &columns);
        sides.inputs.iter().zip(blocks).enumerate().map(move |(c, (input, block))| {
            let (r, c) = (syn::Index::from(r), syn::Index::from(c));
            let zeros = zeros(&output.side, &input.side, &sides.float, &quote!(#rows[#r]), &quote!(#columns[#c]));
            quote!(let mut #block = #zeros;)
        })
    });
    let flat: Vec<_> = sides.each().map(|(output, input, block)| flat(&output.side, &input.side, block)).collect();
    let mut at = 0;
    let results = sides.tuple(|output, input, block| {
        let (r, c) = (syn::Index::from(at / sides.inputs.len()), syn::Index::from(at % sides.inputs.len()));
        at += 1;
        finish(sig, output, input, block, &quote!(#rows[#r]), &quote!(#columns[#c]))
    });
    let is_forward = is_forward(is_wide);
    let body = quote! {
        let #columns = #column_counts;
        let #rows = #row_counts;
        #(#made)*
        if #mode.#is_forward(#rows.iter().sum::<usize>(), #columns.iter().sum::<usize>()) {
            #by_columns(#args #(#flat),*);
        } else {
            #by_rows(#args #(#flat),*);
        }
        #results
    };
    let params = quote!(#params #mode: #krate::rt::Mode);
    Item { doc: None, params, ret: returned(sides), body, ..Item::new(sig, "jacobian_by", String::new()) }
}
