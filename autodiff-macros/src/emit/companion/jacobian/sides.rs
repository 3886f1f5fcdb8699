//! The outputs and inputs of a function, and what the derivatives of one with respect to another are kept in.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Expr, Type};

use super::super::signature::{Param, Signature, ungrouped};
use super::super::types::{bare_or_tuple, is_inactive};

/// The axes that a value contributes to a Jacobian.
#[derive(Debug)]
enum Axes<'s> {
    /// The lengths of an array, from the outside in; none for a float.
    Fixed(Vec<&'s Expr>),
    /// As many elements of that shape as there are at run time.
    Sequence(Vec<&'s Expr>),
    /// Anything else: its floats, one after the other.
    Floats,
}

/// An output or an input.
#[derive(Debug)]
pub(in super::super) struct Side<'s> {
    axes: Axes<'s>,
    /// The type of its floats, if syntax tells.
    float: Option<&'s Type>,
}

impl<'s> Side<'s> {
    pub(in super::super) fn new(sig: &Signature, ty: &'s Type) -> Side<'s> {
        let fixed = |elem: &'s Type| match Side::new(sig, elem) {
            Side { axes: Axes::Fixed(lengths), float } => Ok((lengths, float)),
            Side { float, .. } => Err(Side { axes: Axes::Floats, float }),
        };
        match ungrouped(ty) {
            Type::Reference(reference) => Side::new(sig, &reference.elem),
            Type::Array(array) => match fixed(&array.elem) {
                Ok((lengths, float)) => Side { axes: Axes::Fixed([vec![&array.len], lengths].concat()), float },
                Err(side) => side,
            },
            Type::Slice(slice) => match fixed(&slice.elem) {
                Ok((lengths, float)) => Side { axes: Axes::Sequence(lengths), float },
                Err(side) => side,
            },
            ty if sig.is_float(ty) => Side { axes: Axes::Fixed(Vec::new()), float: Some(ty) },
            ty => match sig.sequence_elem(ty).map(fixed) {
                Some(Ok((lengths, float))) => Side { axes: Axes::Sequence(lengths), float },
                Some(Err(side)) => side,
                None => Side { axes: Axes::Floats, float: None },
            },
        }
    }

    /// All values have as many floats.
    pub(in super::super) fn is_fixed(&self) -> bool {
        matches!(self.axes, Axes::Fixed(_))
    }

    /// A single float.
    pub(in super::super) fn is_float(&self) -> bool {
        matches!(&self.axes, Axes::Fixed(lengths) if lengths.is_empty())
    }

    /// Whether the lanes of each float stand side by side in a tangent in several directions is not known: a struct's is as many gradients.
    pub(in super::super) fn is_by_lanes(&self) -> bool {
        matches!(self.axes, Axes::Floats)
    }

    /// How many floats `value`, a reference, has.
    pub(in super::super) fn count(&self, sig: &Signature, value: &TokenStream) -> TokenStream {
        let krate = &sig.krate;
        match &self.axes {
            Axes::Fixed(lengths) => product(lengths),
            Axes::Sequence(lengths) if lengths.is_empty() => quote!((#value).len()),
            Axes::Sequence(lengths) => {
                let elem = product(lengths);
                quote!((#value).len() * #elem)
            }
            Axes::Floats => quote!(#krate::rt::count(#value)),
        }
    }

    /// How many floats `tangent`, a reference to a tangent in several directions, has in each.
    pub(super) fn count_wide(&self, sig: &Signature, tangent: &TokenStream) -> TokenStream {
        let (krate, count) = (&sig.krate, self.count(sig, tangent));
        match &self.axes {
            Axes::Fixed(_) | Axes::Sequence(_) => count,
            Axes::Floats => quote!(#count / #krate::rt::LANES),
        }
    }

    /// The lengths of its axes, given the number of its floats.
    fn lengths(&self, count: &TokenStream) -> Vec<TokenStream> {
        match &self.axes {
            Axes::Fixed(lengths) => lengths.iter().map(|length| quote!(#length)).collect(),
            Axes::Sequence(lengths) if lengths.is_empty() => vec![count.clone()],
            Axes::Sequence(lengths) => {
                let elem = product(lengths);
                let outer = quote!(#count / ::core::cmp::Ord::max(#elem, 1));
                [outer].into_iter().chain(lengths.iter().map(|length| quote!(#length))).collect()
            }
            Axes::Floats => vec![count.clone()],
        }
    }
}

fn product(lengths: &[&Expr]) -> TokenStream {
    let product = lengths.iter().map(|length| quote!((#length))).reduce(|product, length| quote!(#product * #length));
    product.map_or_else(|| quote!(1), |product| quote!((#product)))
}

/// One output: the returned value or a part of it, or an `&mut` parameter after the call.
#[derive(Debug)]
pub(in super::super) struct Output<'s> {
    pub(in super::super) side: Side<'s>,
    pub(in super::super) of: Of<'s>,
    /// What it is called in the names of buffers.
    name: String,
}

/// See [`Output`].
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Of<'s> {
    Result,
    /// That element of the returned tuple.
    Part(usize),
    Param(&'s Param),
}

impl<'s> Output<'s> {
    fn all(sig: &'s Signature) -> Vec<Output<'s>> {
        let mut outputs = match &sig.ret {
            Type::Tuple(tuple) => {
                let parts = tuple.elems.iter().enumerate().filter(|(_, ty)| !is_inactive(ungrouped(ty)));
                let part = |(k, ty)| Output { side: Side::new(sig, ty), of: Of::Part(k), name: format!("y{k}") };
                parts.map(part).collect()
            }
            ty if is_inactive(ungrouped(ty)) => Vec::new(),
            ty => vec![Output { side: Side::new(sig, ty), of: Of::Result, name: "y".to_owned() }],
        };
        for param in sig.active().filter(|param| param.is_mut()) {
            outputs.push(Output { side: Side::new(sig, param.pointee()), of: Of::Param(param), name: param.shown().to_string() });
        }
        outputs
    }

    /// Its type.
    pub(in super::super) fn ty(&self, sig: &'s Signature) -> &'s Type {
        match (self.of, &sig.ret) {
            (Of::Param(param), _) => param.pointee(),
            (Of::Part(k), Type::Tuple(tuple)) => &tuple.elems[k],
            (Of::Part(_) | Of::Result, ret) => ret,
        }
    }

    /// A reference to it, or to its tangent: `y` is the whole result, `after` that of a parameter.
    pub(in super::super) fn reference(&self, y: &Ident, after: &dyn Fn(&Param) -> TokenStream) -> TokenStream {
        match self.of {
            Of::Result => quote!(&#y),
            Of::Part(k) => {
                let k = syn::Index::from(k);
                quote!(&#y.#k)
            }
            Of::Param(param) => after(param),
        }
    }
}

/// One input: an active parameter.
#[derive(Debug)]
pub(in super::super) struct Input<'s> {
    pub(in super::super) side: Side<'s>,
    pub(in super::super) param: &'s Param,
}

/// All of a function's outputs and inputs, and for each pair of them the block of derivatives.
#[derive(Debug)]
pub(in super::super) struct Sides<'s> {
    pub(in super::super) sig: &'s Signature,
    pub(in super::super) outputs: Vec<Output<'s>>,
    pub(in super::super) inputs: Vec<Input<'s>>,
    /// For each output and input what the block is called.
    pub(in super::super) blocks: Vec<Vec<Ident>>,
    /// The type of the derivatives.
    pub(in super::super) float: TokenStream,
}

impl<'s> Sides<'s> {
    /// `None` if there is nothing to differentiate.
    pub(in super::super) fn new(sig: &'s Signature) -> Option<Sides<'s>> {
        let outputs = Output::all(sig);
        let inputs = inputs(sig);
        let mut names = sig.names();
        let (single, alone) = (outputs.len() == 1, inputs.len() == 1);
        let mut block = |output: &Output<'_>, input: &Input<'_>| {
            let input = input.param.shown().to_string();
            let input = input.trim_start_matches("r#");
            let name = match (single, alone) {
                (true, true) => "j".to_owned(),
                (true, false) => format!("j_{input}"),
                (false, true) => format!("j_{}", output.name.trim_start_matches("r#")),
                (false, false) => format!("j_{}_{input}", output.name.trim_start_matches("r#")),
            };
            names.fresh(&[&name, &format!("{name}_block")])
        };
        let blocks = outputs.iter().map(|output| inputs.iter().map(|input| block(output, input)).collect()).collect();
        let float = float(outputs.iter().map(|output| &output.side));
        (!outputs.is_empty() && !inputs.is_empty()).then(|| Sides { sig, outputs, inputs, blocks, float })
    }

    /// The only input is a float.
    pub(in super::super) fn has_one_column(&self) -> bool {
        matches!(self.inputs.as_slice(), [input] if input.side.is_float())
    }

    /// Every block, with what its type follows from.
    pub(in super::super) fn each(&self) -> impl Iterator<Item = (&Output<'s>, &Input<'s>, &Ident)> {
        let rows = self.outputs.iter().zip(&self.blocks);
        rows.flat_map(|(output, blocks)| self.inputs.iter().zip(blocks).map(move |(input, block)| (output, input, block)))
    }

    /// The blocks as one: a tuple of tuples, a single one bare.
    pub(in super::super) fn tuple(&self, mut of: impl FnMut(&Side<'s>, &Side<'s>, &Ident) -> TokenStream) -> TokenStream {
        let mut rows = Vec::new();
        for (output, blocks) in self.outputs.iter().zip(&self.blocks) {
            let blocks = self.inputs.iter().zip(blocks).map(|(input, block)| of(&output.side, &input.side, block));
            rows.push(bare_or_tuple(&blocks.collect::<Vec<_>>()));
        }
        bare_or_tuple(&rows)
    }

    /// The type of what `jacobian` returns.
    pub(in super::super) fn ty(&self) -> TokenStream {
        self.tuple(|output, input, _| ty(self.sig, output, input, &self.float))
    }

    /// `[&mut *j_y, &mut *j_out]` for each input.
    pub(in super::super) fn of_input(&self, input: usize) -> TokenStream {
        let blocks = self.blocks.iter().map(|blocks| &blocks[input]);
        quote!([#(&mut *#blocks),*])
    }

    /// `[&mut *j_x, &mut *j_w]` for each output.
    pub(in super::super) fn of_output(&self, output: usize) -> TokenStream {
        let blocks = &self.blocks[output];
        quote!([#(&mut *#blocks),*])
    }

    /// The number of floats of each input, as an array.
    pub(in super::super) fn columns(&self) -> TokenStream {
        let counts = self.inputs.iter().map(|input| input.side.count(self.sig, &self.sig.looked_at(input.param)));
        quote!([#(#counts),*])
    }
}

pub(in super::super) fn inputs(sig: &Signature) -> Vec<Input<'_>> {
    sig.active().map(|param| Input { side: Side::new(sig, param.pointee()), param }).collect()
}

/// The type of derivatives: that of the floats in all outputs, or `f64`.
pub(in super::super) fn float<'a, 's: 'a>(outputs: impl IntoIterator<Item = &'a Side<'s>>) -> TokenStream {
    let mut floats = outputs.into_iter().map(|side| side.float.map(ungrouped));
    match floats.next().flatten() {
        Some(first) if floats.all(|float| float == Some(first)) => quote!(#first),
        Some(_) | None => quote!(f64),
    }
}

/// The type of a block.
pub(in super::super) fn ty(sig: &Signature, output: &Side<'_>, input: &Side<'_>, float: &TokenStream) -> TokenStream {
    let krate = &sig.krate;
    match (&output.axes, &input.axes) {
        (Axes::Fixed(rows), Axes::Fixed(columns)) => {
            rows.iter().chain(columns).rev().fold(float.clone(), |elem, length| quote!([#elem; #length]))
        }
        _ => quote!(#krate::Tensor<#float>),
    }
}

/// A new block of floats, all zero: an array, or a `Vec` for a tensor.
pub(in super::super) fn zeros(
    output: &Side<'_>,
    input: &Side<'_>,
    float: &TokenStream,
    rows: &TokenStream,
    columns: &TokenStream,
) -> TokenStream {
    let zero = quote!(<#float as ::core::default::Default>::default());
    match (&output.axes, &input.axes) {
        (Axes::Fixed(rows), Axes::Fixed(columns)) => {
            rows.iter().chain(columns).rev().fold(zero, |elem, length| quote!([#elem; #length]))
        }
        _ => quote!(::std::vec![#zero; #rows * #columns]),
    }
}

/// The floats of a new block as a slice.
pub(in super::super) fn flat(output: &Side<'_>, input: &Side<'_>, block: &Ident) -> TokenStream {
    match (&output.axes, &input.axes) {
        (Axes::Fixed(rows), Axes::Fixed(columns)) => match rows.len() + columns.len() {
            0 => quote!(::core::slice::from_mut(&mut #block)),
            depth => {
                let flattened = vec![quote!(.as_flattened_mut()); depth - 1];
                quote!(#block.as_mut_slice()#(#flattened)*)
            }
        },
        _ => quote!(#block.as_mut_slice()),
    }
}

/// The floats of an owned tangent in several directions as a slice of lanes; `end` is `""` or `"_mut"`.
pub(in super::super) fn flat_lanes(side: &Side<'_>, tangent: &Ident, end: &str) -> TokenStream {
    let (as_slice, as_flattened) = (format_ident!("as{end}_slice"), format_ident!("as_flattened{end}"));
    let (from, reference) = (format_ident!("from_{}", if end.is_empty() { "ref" } else { "mut" }), quote!(&));
    let reference = if end.is_empty() { reference } else { quote!(&mut) };
    let depth = match &side.axes {
        Axes::Fixed(lengths) if lengths.is_empty() => return quote!(::core::slice::#from(#reference #tangent)),
        Axes::Fixed(lengths) => lengths.len() - 1,
        Axes::Sequence(lengths) => lengths.len(),
        Axes::Floats => unreachable!("asked of what has lanes side by side"),
    };
    let flattened = (0..depth).map(|_| quote!(.#as_flattened()));
    quote!(#tangent.#as_slice()#(#flattened)*)
}

/// A block as it is returned.
pub(in super::super) fn finish(
    sig: &Signature,
    output: &Side<'_>,
    input: &Side<'_>,
    block: &Ident,
    rows: &TokenStream,
    columns: &TokenStream,
) -> TokenStream {
    if output.is_fixed() && input.is_fixed() {
        return quote!(#block);
    }
    let (krate, lengths) = (&sig.krate, [output.lengths(rows), input.lengths(columns)].concat());
    quote!(#krate::Tensor::from_shape_vec([#(#lengths),*], #block))
}

/// A local of the emitted functions.
pub(in super::super) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// A local that belongs to a parameter.
pub(in super::super) fn local_of(param: &Param, suffix: &str) -> Ident {
    format_ident!("{}{suffix}", param.ident, span = Span::mixed_site())
}
