//! New memory, and new shadows.

use super::Emitter;
use super::expr::tuple;
use super::frag::{Effects, Frag, MEMORY, Prec};
use crate::ir::{Alloc, Class, Construct, Kind, ListForm, Shape, Value};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

impl<'a> Emitter<'a> {
    pub(super) fn alloc(&mut self, alloc: &'a Alloc) -> Frag {
        match alloc {
            Alloc::Scalar(v) => self.value(*v),
            Alloc::Repeat { elem, len, vec } => {
                let cloned = self.class(*elem) == Class::Owner && holds_unknown(&self.f[*elem].kind);
                let (elem, len) = (self.value(*elem), self.value(*len));
                let (x, n) = (&elem.tokens, &len.tokens);
                let tokens = match (vec, cloned) {
                    (true, _) => quote!(::std::vec![#x; #n]),
                    (false, false) => quote!([#x; #n]),
                    // What is `Copy` may have a tangent that is not.
                    (false, true) => quote!({ let x = #x; [(); #n].map(|()| ::core::clone::Clone::clone(&x)) }),
                };
                Frag::atom(tokens).with(&[&elem, &len])
            }
            Alloc::List { elems, form } => {
                let elems = self.values(elems);
                let tokens = elems.iter().map(|elem| &elem.tokens);
                let tokens = match form {
                    ListForm::Array => quote!([#(#tokens),*]),
                    ListForm::Vec => quote!(::std::vec![#(#tokens),*]),
                    ListForm::Tuple => tuple(tokens),
                };
                Frag::atom(tokens).with(&elems.iter().collect::<Vec<_>>())
            }
            Alloc::Construct(construct) => self.construct(construct),
            Alloc::Empty { capacity: None } => Frag::atom(quote!(::std::vec::Vec::new())),
            Alloc::Empty { capacity: Some(n) } => {
                let n = self.value(*n);
                let capacity = &n.tokens;
                Frag::atom(quote!(::std::vec::Vec::with_capacity(#capacity))).with(&[&n])
            }
            Alloc::Copy { place, method: None } => self.copy(place),
            Alloc::Copy { place, method: Some(method) } if method == "saved" => {
                let (rt, frag) = (self.rt.clone(), self.shared(place));
                let tokens = &frag.tokens;
                Frag::atom(quote!(#rt::saved(#tokens))).with(&[&frag]).effects(Effects::reads(MEMORY))
            }
            Alloc::Copy { place, method: Some(method) } => {
                let frag = self.receiver(place);
                let receiver = frag.at(Prec::Postfix);
                Frag::atom(quote!(#receiver.#method())).with(&[&frag]).effects(Effects::reads(MEMORY))
            }
            Alloc::Opaque(o) => self.opaque(o),
        }
    }

    /// `S { x, ..rest }`, `E::V(x)`.
    fn construct(&mut self, construct: &Construct) -> Frag {
        let (members, values): (Vec<_>, Vec<_>) = construct.fields.iter().map(|(member, value)| (member, *value)).unzip();
        let mut parts = self.values(&values);
        let rest = construct.rest.as_ref().map(|rest| self.copy(rest));
        let (path, fields) = (&construct.path, parts.iter().map(|part| &part.tokens));
        let tokens = match (&rest, construct.tuple) {
            (_, true) => quote!(#path(#(#fields),*)),
            (None, false) => quote!(#path { #(#members: #fields),* }),
            (Some(rest), false) => {
                let rest = &rest.tokens;
                quote!(#path { #(#members: #fields,)* ..#rest })
            }
        };
        parts.extend(rest);
        Frag::atom(tokens).with(&parts.iter().collect::<Vec<_>>())
    }

    /// A shadow, all zero. Its numbers are untyped like literals, so that they have operators before they have a type.
    pub(super) fn zeros(&mut self, v: Value, shape: &Shape) -> Frag {
        let (rt, zero) = (self.rt.clone(), self.zero_of(v));
        match shape {
            Shape::Like(place) => {
                let zeros = if self.is_wide(v) && !self.is_wide(place.base) { quote!(wide_zeros) } else { quote!(zeros) };
                let place = self.shared(place);
                let tokens = &place.tokens;
                Frag::atom(quote!(#rt::#zeros(#tokens))).with(&[&place])
            }
            Shape::Vec(n) => {
                let n = self.value(*n);
                let len = &n.tokens;
                Frag::atom(quote!(#rt::cells(#zero, #len))).with(&[&n])
            }
            Shape::Array(n) => {
                let n = self.value(*n);
                let len = const_argument(&n);
                Frag::atom(quote!(#rt::cell_array::<_, #len>(#zero))).with(&[&n])
            }
            Shape::Float => Frag::atom(quote!(::core::cell::Cell::new(#zero))),
            Shape::List(n, form) => {
                let len = Literal::usize_unsuffixed(*n);
                Frag::atom(match form {
                    ListForm::Array => quote!(#rt::cell_array::<_, #len>(#zero)),
                    ListForm::Vec => quote!(#rt::cells(#zero, #len)),
                    ListForm::Tuple => {
                        let cells = vec![quote!(::core::cell::Cell::new(#zero)); *n];
                        tuple(cells.iter())
                    }
                })
            }
        }
    }
}

/// A literal or a path stands by itself among generic arguments.
fn const_argument(frag: &Frag) -> TokenStream {
    let tokens = &frag.tokens;
    match syn::parse2::<syn::Expr>(tokens.clone()) {
        Ok(syn::Expr::Lit(_) | syn::Expr::Path(_)) => quote!(#tokens),
        Ok(_) | Err(_) => quote!({ #tokens }),
    }
}

/// Somewhere in it is a value of a type that is not known.
fn holds_unknown(kind: &Kind) -> bool {
    match kind {
        Kind::Unknown => true,
        Kind::Array(elem) => holds_unknown(elem),
        Kind::Tuple(parts) => parts.iter().any(holds_unknown),
        Kind::Float | Kind::Integer | Kind::Bool | Kind::Unit | Kind::Passive | Kind::Slice(_) | Kind::Vec(_) | Kind::Ref(..) => {
            false
        }
    }
}
