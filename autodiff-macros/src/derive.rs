//! `#[derive(Differentiable)]`: shadows and gradients of the shape of a user's struct or enum.
//!
//! Beside `S` stands `SGrad`, with the same visibility, variants and field names, and inside of a `const _` the shadow, which is reached by
//! projection only (`rt::ShadowOf<S>`). Every function of every trait visits the fields in order and does to each what its name
//! says; `functions` has them all, in terms of the two forms in `visit`.
//!
//! A variant's fields are no places of Rust's: generated code finds them by methods (`accessors`), which have the same names on the value,
//! the gradient and the shadow.
//!
//! A field that carries nothing (by its type, or `#[constant]` of a type that may not be differentiable) is `()` in both, and is not visited.

mod accessors;
mod checked;
mod functions;
mod shape;
mod types;
mod visit;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::errors::Errors;
pub use accessors::{BOXED, accessor};
use shape::Shape;

/// The items beside `input`.
pub fn expand(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let shape = Shape::new(&input, &mut errors);
    let errors = errors.to_compile_errors();
    let items = shape.map(|shape| items(&shape));
    quote!(#items #errors)
}

/// All that is emitted for one type.
fn items(shape: &Shape) -> TokenStream {
    let (gradient, shadow, traits) = (types::gradient(shape), types::shadow(shape), functions::traits(shape));
    let (aliases, accessors) = (shape.aliases(), shape.is_enum.then(|| accessors::all(shape)));
    quote! {
        #gradient

        #[allow(missing_docs, missing_debug_implementations, unreachable_pub, dead_code, unused, non_camel_case_types, deprecated)]
        #[allow(unused_qualifications, single_use_lifetimes, trivial_bounds, private_interfaces, private_bounds)]
        #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
        const _: () = {
            #aliases
            #shadow
            #traits
            #accessors
        };
    }
}
