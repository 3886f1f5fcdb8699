//! Derivatives of the methods of `autodiff-runtime`'s tensors, by the names that generated code calls: `matmul_forward` beside `matmul`, and
//! so on for each order.
//!
//! The runtime states what each method is, in rows:
//!
//! ```text
//! sum_axis<A: Axes>(x, axes: A as A::Slot<'_>) -> Tensor<T> = Sum { axes: axes.axes().to_vec(), keep: false };
//! concat<B>(axis: usize, [tensors]) -> Tensor<T> = Concat { axis: *axis };
//! split<S: AsRef<[usize]>>(x, axis: usize, lengths: S as &S) -> Vec<Tensor<T>> = Reshape { shape: x.shape().to_vec() } => Pieces::new(x, *axis, lengths);
//! passive argmax(x) -> usize = x.argmax();
//! try_reshape<S: AsRef<[usize]>>(x, shape: S as &S) -> Result<Tensor<T>, ShapeError> = Reshape { shape: shape.as_ref().to_vec() };
//! ```
//!
//! A parameter without a type is a tensor, the first one the receiver; one in brackets is a slice of tensors, or of references to them.
//! Other parameters carry no derivative; behind `as` stands what a pullback takes for them, else [`Ignored`]. Behind `=` stands the
//! operation, and behind `=>` the form of its result, if it is not a tensor or a number. What is `passive` carries no derivative. What
//! returns a `Result` is called to see whether it can be done (`fallible`).
//!
//! What the functions take and return is the calling convention between derivatives, see the crate's documentation.
//!
//! [`Ignored`]: https://docs.rs/autodiff-runtime

mod fallible;
mod row;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use row::{Param, Row, Rows, Sort};
use syn::Type;

use crate::emit::companion::hidden::Program;

/// Tensors have derivatives up to this order. (The functions double in size with each.)
const HIGHEST: u32 = 4;

/// The functions of all rows.
pub fn expand(input: TokenStream) -> TokenStream {
    let rows = match syn::parse2::<Rows>(input) {
        Ok(Rows(rows)) => rows,
        Err(error) => return error.to_compile_error(),
    };
    let functions = rows.iter().flat_map(|row| {
        let forwards = (0..HIGHEST).map(|directions| row.forward(directions));
        forwards.chain((1..=HIGHEST).map(|directions| row.tangent(directions)))
    });
    quote! {
        #[doc(hidden)]
        #[allow(missing_docs, non_snake_case, reason = "for generated code")]
        #[allow(clippy::type_complexity, clippy::too_many_arguments, reason = "as many as the convention has")]
        impl<T: Real> Tensor<T> {
            #(#functions)*
        }
    }
}

/// The name of a tangent or shadow: one for each set of directions.
fn of_set(name: &Ident, what: &str, set: usize) -> Ident {
    format_ident!("{name}_{what}{set}")
}

/// The slot for derivatives of what has none: a number could carry one, which must not be dropped.
fn of_constant(ty: &Type) -> TokenStream {
    if is_number(ty) { quote!(crate::slot::OnlyConstant) } else { quote!(crate::slot::Ignored) }
}

fn is_number(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("T"))
}

impl Param {
    /// In a function's parameters.
    fn declared(&self, generic: Option<&Ident>) -> TokenStream {
        let name = &self.name;
        match &self.sort {
            Sort::Tensor => quote!(#name: &Tensor<T>),
            Sort::Tensors => quote!(#name: &[#generic]),
            Sort::Passive { ty, .. } => quote!(#name: &#ty),
        }
    }

    /// The type of what a pullback takes of the primal.
    fn primal_slot(&self, generic: Option<&Ident>) -> TokenStream {
        match &self.sort {
            Sort::Tensor => quote!(&Tensor<T>),
            Sort::Tensors => quote!(&[#generic]),
            Sort::Passive { slot: Some(slot), .. } => quote!(#slot),
            Sort::Passive { slot: None, .. } => quote!(crate::slot::Ignored),
        }
    }

    /// The type of a tangent.
    fn tangent_slot(&self) -> TokenStream {
        match &self.sort {
            Sort::Tensor => quote!(Option<&Tensor<T>>),
            Sort::Tensors => quote!(Option<&[Tensor<T>]>),
            Sort::Passive { ty, .. } => of_constant(ty),
        }
    }

    /// The type of a shadow.
    fn shadow_slot(&self) -> TokenStream {
        match &self.sort {
            Sort::Tensor => quote!(Option<&TensorShadow<T>>),
            Sort::Tensors => quote!(Option<&[TensorShadow<T>]>),
            Sort::Passive { ty, .. } => of_constant(ty),
        }
    }
}

impl Row {
    fn has_receiver(&self) -> bool {
        matches!(self.params.first(), Some(Param { sort: Sort::Tensor, .. }))
    }

    /// The function's parameters, with tangents for so many sets of directions.
    fn parameters(&self, sets: usize) -> TokenStream {
        let generic = self.generic.as_ref().map(|(name, _)| name);
        let receiver = self.has_receiver().then(|| quote!(&self,));
        let primals = self.params.iter().skip(usize::from(self.has_receiver())).map(|param| param.declared(generic));
        let tangents = (1..sets).flat_map(|set| self.params.iter().map(move |param| self.one_of(param, "dot", set)));
        quote!(#receiver #(#primals,)* #(#tangents),*)
    }

    /// The parameter for a tangent (`dot`) or shadow (`bar`).
    fn one_of(&self, param: &Param, what: &str, set: usize) -> TokenStream {
        let ty = if what == "dot" { param.tangent_slot() } else { param.shadow_slot() };
        match param.sort {
            Sort::Tensor | Sort::Tensors if !self.passive => {
                let name = of_set(&param.name, what, set);
                quote!(#name: #ty)
            }
            Sort::Tensor | Sort::Tensors | Sort::Passive { .. } => quote!(_: #ty),
        }
    }

    /// `<A: Axes + ?Sized>`
    fn generics(&self) -> TokenStream {
        match &self.generic {
            None => quote!(),
            Some((name, Some(bound))) => quote!(<#name: #bound + ?Sized>),
            Some((name, None)) => quote!(<#name: Listed<T>>),
        }
    }

    /// The tensors as a slice.
    fn operands(&self) -> TokenStream {
        let of_each = self.params.iter().filter_map(|Param { name, sort }| match sort {
            Sort::Tensor => Some((quote!(#name), None)),
            Sort::Tensors => Some((quote!(), Some(quote!(&each(#name))))),
            Sort::Passive { .. } => None,
        });
        one_list(of_each)
    }

    /// Their tangents or shadows in a set of directions as a slice.
    fn of_operands(&self, what: &str, set: usize) -> TokenStream {
        let of_each = self.params.iter().filter_map(|Param { name, sort }| {
            let of_set = of_set(name, what, set);
            match sort {
                Sort::Tensor => Some((quote!(#of_set), None)),
                Sort::Tensors => Some((quote!(), Some(quote!(&of_each(#name.len(), #of_set))))),
                Sort::Passive { .. } => None,
            }
        });
        one_list(of_each)
    }

    fn form(&self) -> TokenStream {
        let out = &self.out;
        match &self.form {
            Some(form) => quote!(#form),
            None if is_number(out) => quote!(Number),
            None => quote!(Whole),
        }
    }

    /// The receiver by its name in the row.
    fn receiver(&self) -> Option<TokenStream> {
        let name = self.params.first().filter(|_| self.has_receiver()).map(|param| &param.name)?;
        Some(quote!(let #name = self;))
    }

    /// What is returned: for each direction a pair of what there is without and with it.
    fn paired(&self, sets: usize, of_set: impl Fn(usize) -> TokenStream) -> TokenStream {
        let mut by_set: Vec<TokenStream> = (0..sets).map(of_set).collect();
        while by_set.len() > 1 {
            by_set = by_set.chunks(2).map(|pair| quote!((#(#pair),*))).collect();
        }
        by_set.remove(0)
    }

    fn results(&self, sets: usize) -> TokenStream {
        let out = &self.out;
        self.paired(sets, |set| match &self.ok {
            _ if set == 0 => quote!(#out),
            _ if self.passive => quote!(()),
            Some(ok) => quote!(Option<#ok>),
            None => quote!(#out),
        })
    }

    /// What the results are, given an array or, of what is passive, only the value.
    fn values(&self, sets: usize) -> TokenStream {
        let names: Vec<Ident> = (0..sets).map(|set| format_ident!("out{set}")).collect();
        if self.passive {
            return self.paired(sets, |set| if set == 0 { quote!(out) } else { quote!(()) });
        }
        if self.ok.is_some() {
            return self.found_values(sets, &names);
        }
        let pairs = self.paired(sets, |set| {
            let name = &names[set];
            quote!(#name)
        });
        quote!({
            let [#(#names),*] = results(&form, &out);
            #pairs
        })
    }

    /// The value, and the pullback.
    fn forward(&self, directions: u32) -> TokenStream {
        let sets = 1_usize << directions;
        let (name, generics) = (self.function(Program::Adjoint, directions), self.generics());
        let (parameters, results) = (self.parameters(sets), self.results(sets));
        let (signature, pullback) = self.pullback(sets);
        let captured = self.generic.iter().map(|(name, _)| name);
        let (receiver, operation, form) = (self.receiver(), &self.operation, self.form());
        let values = self.values(sets);
        let body = if self.ok.is_some() {
            let found = self.found(sets);
            quote! {
                #found
                (#values, #pullback)
            }
        } else if self.passive {
            quote! {
                let out = #operation;
                (#values, #pullback)
            }
        } else if sets == 1 {
            let operands = self.operands();
            quote! {
                let (operation, form) = (#operation, #form);
                let out = operation.value(#operands);
                let kept = kept(&operation, &out);
                (form.of(out), #pullback)
            }
        } else {
            let jet = self.jet(sets);
            quote! {
                let (operation, form) = (#operation, #form);
                let out = #jet;
                (#values, #pullback)
            }
        };
        quote! {
            #[track_caller]
            pub fn #name #generics(#parameters) -> (#results, impl #signature + use<T #(, #captured)*>) {
                #receiver
                #body
            }
        }
    }

    /// The value and its tangents.
    fn tangent(&self, directions: u32) -> TokenStream {
        let sets = 1_usize << directions;
        let (name, generics) = (self.function(Program::Tangent, directions), self.generics());
        let (parameters, results, values) = (self.parameters(sets), self.results(sets), self.values(sets));
        let (receiver, operation, form) = (self.receiver(), &self.operation, self.form());
        let body = if self.ok.is_some() {
            self.found(sets)
        } else if self.passive {
            quote!(let out = #operation;)
        } else {
            let jet = self.jet(sets);
            quote! {
                let (operation, form) = (#operation, #form);
                let out = #jet;
            }
        };
        quote! {
            #[track_caller]
            pub fn #name #generics(#parameters) -> #results {
                #receiver
                #body
                #values
            }
        }
    }

    /// The result with its tangents.
    fn jet(&self, sets: usize) -> TokenStream {
        let (operands, dots) = (self.operands(), (1..sets).map(|set| self.of_operands("dot", set)));
        quote!(with_tangents(&operation, #operands, &[#(#dots),*]))
    }

    fn function(&self, program: Program, directions: u32) -> Ident {
        format_ident!("{}_{}", self.name, program.name(directions), span = self.name.span())
    }

    /// The pullback's type and the pullback.
    fn pullback(&self, sets: usize) -> (TokenStream, TokenStream) {
        let (out, generic) = (&self.out, self.generic.as_ref().map(|(name, _)| name));
        let primals: Vec<TokenStream> = self.params.iter().map(|param| param.primal_slot(generic)).collect();
        let tangents = (1..sets).flat_map(|_| self.params.iter().map(Param::tangent_slot));
        let shadows = (0..sets).flat_map(|_| self.params.iter().map(Param::shadow_slot));
        let out_bars = (0..sets).map(|_| quote!(&ShadowOf<#out>));
        let signature = quote!(Fn(#(#primals,)* #(#tangents,)* #(#out_bars,)* #(#shadows),*));
        let names = self.params.iter().zip(&primals).map(|(Param { name, sort }, ty)| match sort {
            Sort::Tensor | Sort::Tensors if !self.passive => quote!(#name: #ty),
            Sort::Tensor | Sort::Tensors | Sort::Passive { .. } => quote!(_: #ty),
        });
        let dots = (1..sets).flat_map(|set| self.params.iter().map(move |param| self.one_of(param, "dot", set)));
        let bars = (0..sets).flat_map(|set| self.params.iter().map(move |param| self.one_of(param, "bar", set)));
        let out_bars: Vec<Ident> = (0..sets).map(|set| format_ident!("out_bar{set}")).collect();
        let out_params = out_bars.iter().map(|name| if self.passive { quote!(_) } else { quote!(#name) });
        let body = match &self.ok {
            _ if self.passive => quote!(),
            Some(_) => self.pull_found(sets, &out_bars),
            None => self.pull(sets, &out_bars),
        };
        let pullback = quote!(move |#(#names,)* #(#dots,)* #(#out_params: &ShadowOf<#out>,)* #(#bars),*| { #body });
        (signature, pullback)
    }

    fn pull(&self, sets: usize, out_bars: &[Ident]) -> TokenStream {
        let operands = self.operands();
        let dots = (1..sets).map(|set| self.of_operands("dot", set));
        let bars: Vec<TokenStream> = (0..sets).map(|set| self.of_operands("bar", set)).collect();
        if sets == 1 {
            return quote!(pull(&operation, &form, #operands, &kept, out_bar0.take_grad(), #(#bars)*););
        }
        quote! {
            let out_bars = [#(#out_bars.take_grad()),*];
            pull_with_tangents(&operation, &form, #operands, &[#(#dots),*], &out, out_bars, &[#(#bars),*]);
        }
    }
}

/// `&[a, b]`, or the list that there is instead.
fn one_list(of_each: impl Iterator<Item = (TokenStream, Option<TokenStream>)>) -> TokenStream {
    let mut names = Vec::new();
    for (name, list) in of_each {
        match list {
            Some(list) => return list,
            None => names.push(name),
        }
    }
    quote!(&[#(#names),*])
}
