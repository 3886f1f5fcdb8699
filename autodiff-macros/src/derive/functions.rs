//! The traits' impls.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Generics;
use syn::spanned::Spanned as _;

use super::shape::{Field, Shape, Style, is_float, respanned};
use super::types::shadow_ident;
use super::visit::Operand;

/// Names and types that all functions use.
struct Cx<'s> {
    shape: &'s Shape,
    /// `krate::rt`.
    rt: TokenStream,
    grad: TokenStream,
    shadow: TokenStream,
}

/// Every impl for the user's type, its gradient and its shadow.
pub(super) fn traits(shape: &Shape) -> TokenStream {
    let krate = &shape.krate;
    let cx = Cx { shape, rt: quote!(#krate::rt), grad: shape.grad.to_token_stream(), shadow: shadow_ident().to_token_stream() };
    let own = shape.implemented(&quote!(#krate::rt::Differentiable));
    let ty = |field: &Field| shape.known(&field.ty);
    let grad = |field: &Field| shape.mirrored("Grad", field);
    [
        cx.flat(&own, &shape.ident, &ty),
        cx.flat(&shape.owned, &shape.grad, &grad),
        cx.differentiable(),
        cx.differentiable_gradient(),
        cx.shadow_ops(),
        cx.values(),
        cx.gradient(),
        cx.add_scaled_to_primal(),
        cx.lends_nothing(),
    ]
    .into_iter()
    .collect()
}

/// Statements.
fn sequence(parts: Vec<TokenStream>) -> TokenStream {
    quote!({ #(#parts;)* })
}

impl Cx<'_> {
    /// `<ty as rt::of>::function`, with the span of the type, where a missing impl is reported.
    fn of(&self, ty: impl ToTokens, of: &str, function: &str) -> TokenStream {
        let span = ty.span();
        let (rt, of, function) = (respanned(self.rt.clone(), span), Ident::new(of, span), Ident::new(function, span));
        quote_spanned!(span=> <#ty as #rt::#of>::#function)
    }

    /// A constant field of this type lends nothing to a callee that could take a derivative; nor does it take one, so not mutably.
    fn lends_nothing(&self) -> TokenStream {
        let (params, args, where_clause) = self.shape.owned.split_for_impl();
        let (rt, grad, shadow) = (&self.rt, &self.grad, &self.shadow);
        quote! {
            impl #params #rt::Lend<#grad #args> for () #where_clause {
                fn lend(_: &()) -> ::core::option::Option<&#grad #args> {
                    ::core::option::Option::None
                }
            }
            impl #params #rt::Lend<#shadow #args> for () #where_clause {
                fn lend(_: &()) -> ::core::option::Option<&#shadow #args> {
                    ::core::option::Option::None
                }
            }
        }
    }

    /// `impl trait for ident { items }`.
    fn implement(&self, generics: &Generics, of: &TokenStream, ident: &Ident, items: &TokenStream) -> TokenStream {
        let (params, args, where_clause) = generics.split_for_impl();
        quote!(impl #params #of for #ident #args #where_clause { #items })
    }

    /// A unit function over the active fields of `self` alone.
    fn each_own(&self, f: impl Fn(&Field, &Ident) -> TokenStream) -> TokenStream {
        self.shape
            .each(&[Operand::new(quote!(self), &quote!(Self))], &TokenStream::new(), sequence, |field, names| f(field, &names[0]))
    }

    /// The same over those of `self` and of another value.
    fn each_pair(&self, other: Operand, f: impl Fn(&Field, &Ident, &Ident) -> TokenStream) -> TokenStream {
        let rt = &self.rt;
        let operands = [Operand::new(quote!(self), &quote!(Self)), other];
        self.shape.each(&operands, &quote!(#rt::other_variant()), sequence, |field, names| f(field, &names[0], &names[1]))
    }

    fn flat(&self, generics: &Generics, ident: &Ident, ty: &dyn Fn(&Field) -> TokenStream) -> TokenStream {
        let rt = &self.rt;
        let own = Operand::new(quote!(self), &quote!(Self));
        let fields = self.shape.variants.iter().flat_map(|variant| &variant.fields).filter(|field| field.active);
        let varies = fields.map(|field| {
            let varies = self.of(ty(field), "Flat", "VARIES");
            quote!(|| #varies)
        });
        let several = self.shape.variants.len() > 1;
        let variant = self.shape.discriminant(&own).map(|index| quote!(f(#index);));
        let call = |field: &Field, a: &Ident, function: &str| {
            if field.constant && function != "lengths" {
                // Nobody asks how a result changes with it.
                return quote!(let _ = #a);
            }
            let (function, ty) = (self.of(ty(field), "Flat", function), field.ty.span());
            quote_spanned!(ty=> #function(#a, f))
        };
        let lengths = self.each_own(|field, a| call(field, a, "lengths"));
        let floats = self.each_own(|field, a| call(field, a, "floats"));
        let floats_mut = self.each_own(|field, a| call(field, a, "floats_mut"));
        let items = quote! {
            const VARIES: bool = #several #(#varies)*;
            #[inline]
            fn lengths(&self, f: &mut dyn ::core::ops::FnMut(usize)) { #variant #lengths }
            #[inline]
            fn floats(&self, f: &mut dyn ::core::ops::FnMut(f64, f64)) { #floats }
            #[inline]
            fn floats_mut(&mut self, f: &mut dyn ::core::ops::FnMut(f64) -> f64) { #floats_mut }
        };
        self.implement(generics, &quote!(#rt::Flat), ident, &items)
    }

    fn differentiable(&self) -> TokenStream {
        let (rt, grad, shadow) = (&self.rt, &self.grad, &self.shadow);
        let (_, args, _) = self.shape.owned.split_for_impl();
        let own = Operand::new(quote!(self), &quote!(Self));
        let zeros = self.shape.build(&own, shadow, |field, a| {
            let zeros = self.of(self.shape.known(&field.ty), "Differentiable", "zeros");
            quote!(#zeros(#a))
        });
        let zero_grad = self.shape.build(&own, grad, |field, a| {
            let zero_grad = self.of(self.shape.known(&field.ty), "Differentiable", "zero_grad");
            quote!(#zero_grad(#a))
        });
        let into_grad = self.shape.build(&Operand::new(quote!(zeros), shadow), grad, |field, a| {
            let into_grad = self.of(self.shape.known(&field.ty), "Differentiable", "into_grad");
            let clear = field.constant.then(|| quote!(#rt::ShadowOps::clear(&#a);));
            quote!({ #clear #into_grad(#a) })
        });
        let seed = self.shape.build(&Operand::new(quote!(tangent), grad), shadow, |field, a| {
            let seed = self.of(self.shape.known(&field.ty), "Differentiable", "seed");
            quote!(#seed(::core::borrow::Borrow::borrow(#a)))
        });
        let operands = [Operand::new(quote!(shadow), shadow), Operand::new(quote!(tangent), grad)];
        let store = self.shape.each(&operands, &quote!(#rt::other_variant()), sequence, |field, names| {
            let (store, from, to) = (self.of(self.shape.known(&field.ty), "Differentiable", "store"), &names[0], &names[1]);
            let clear = field.constant.then(|| quote!(#rt::ShadowOps::clear(#from);));
            quote!(#clear #store(::core::borrow::Borrow::borrow(#from), ::core::borrow::BorrowMut::borrow_mut(#to), add))
        });
        let wide = self.wide();
        let items = quote! {
            type Shadow = #shadow #args;
            type Zeros = #shadow #args;
            type Tangent = #grad #args;
            type Grad = #grad #args;
            type Wide = [#grad #args; #rt::LANES];
            #[inline]
            fn zeros(&self) -> Self::Zeros { #zeros }
            #[inline]
            fn zero_grad(&self) -> Self::Grad { #zero_grad }
            #[inline]
            fn into_grad(zeros: Self::Zeros) -> Self::Grad { #into_grad }
            #[inline]
            fn seed(tangent: &Self::Tangent) -> Self::Zeros { #seed }
            #[inline]
            fn store(shadow: &Self::Shadow, tangent: &mut Self::Tangent, add: bool) { #store }
            #wide
        };
        let own = self.shape.implemented(&quote!(#rt::Differentiable));
        self.implement(&own, &quote!(#rt::Differentiable), &self.shape.ident, &items)
    }

    /// Tangents in several directions are as many gradients.
    fn wide(&self) -> TokenStream {
        let rt = &self.rt;
        quote! {
            #[inline]
            fn zero_wide(&self) -> Self::Wide { ::core::array::from_fn(|_| #rt::Differentiable::zero_grad(self)) }
            #[inline]
            fn lane(wide: &Self::Wide, lane: usize) -> Self::Grad { ::core::clone::Clone::clone(&wide[lane]) }
            #[inline]
            fn set_lane(wide: &mut Self::Wide, lane: usize, tangent: &Self::Tangent) {
                ::core::clone::Clone::clone_from(&mut wide[lane], tangent);
            }
        }
    }

    /// Of a gradient again, for second derivatives: it has the shadow and the gradient of the user's type.
    fn differentiable_gradient(&self) -> TokenStream {
        let (rt, grad, shadow) = (&self.rt, &self.grad, &self.shadow);
        let (_, args, _) = self.shape.owned.split_for_impl();
        let own = Operand::new(quote!(self), &quote!(Self));
        let zeros = self.shape.build(&own, shadow, |_, a| quote!(#rt::Differentiable::zeros(#a)));
        let zero_grad = self.shape.build(&own, grad, |_, a| quote!(#rt::Differentiable::zero_grad(#a)));
        let primal = self.shape.without_lifetimes();
        let wide = self.wide();
        let items = quote! {
            type Shadow = #shadow #args;
            type Zeros = #shadow #args;
            type Tangent = #grad #args;
            type Grad = #grad #args;
            type Wide = [#grad #args; #rt::LANES];
            #[inline]
            fn zeros(&self) -> Self::Zeros { #zeros }
            #[inline]
            fn zero_grad(&self) -> Self::Grad { #zero_grad }
            #[inline]
            fn into_grad(zeros: Self::Zeros) -> Self::Grad { <#primal as #rt::Differentiable>::into_grad(zeros) }
            #[inline]
            fn seed(tangent: &Self::Tangent) -> Self::Zeros { <#primal as #rt::Differentiable>::seed(tangent) }
            #[inline]
            fn store(shadow: &Self::Shadow, tangent: &mut Self::Tangent, add: bool) {
                <#primal as #rt::Differentiable>::store(shadow, tangent, add);
            }
            #wide
        };
        self.implement(&self.shape.owned, &quote!(#rt::Differentiable), &self.shape.grad, &items)
    }

    fn shadow_ops(&self) -> TokenStream {
        let (rt, grad) = (&self.rt, &self.grad);
        let (_, args, _) = self.shape.owned.split_for_impl();
        let own = Operand::new(quote!(self), &quote!(Self));
        let other = || Operand::new(quote!(other), &quote!(Self));
        let add_from = self.each_pair(other(), |_, a, b| quote!(#rt::ShadowOps::add_from(#a, #b)));
        let take_from = self.each_pair(other(), |_, a, b| quote!(#rt::ShadowOps::take_from(#a, #b)));
        let clear = self.each_own(|_, a| quote!(#rt::ShadowOps::clear(#a)));
        let all = |parts: Vec<TokenStream>| quote!(true #(&& #parts)*);
        let own_only = std::slice::from_ref(&own);
        let is_zero = self.shape.each(own_only, &TokenStream::new(), all, |_, names| {
            let a = &names[0];
            quote!(#rt::ShadowOps::is_zero(#a))
        });
        let add_grad = self.each_pair(Operand::new(quote!(grad), grad), |_, a, b| quote!(#rt::ShadowOps::add_grad(#a, #b)));
        let take_grad = self.shape.build(&own, grad, |_, a| quote!(#rt::ShadowOps::take_grad(#a)));
        let peek_grad = self.shape.build(&own, grad, |_, a| quote!(#rt::ShadowOps::peek_grad(#a)));
        let items = quote! {
            type Grad = #grad #args;
            #[inline]
            fn add_from(&self, other: &Self) { #add_from }
            #[inline]
            fn take_from(&self, other: &Self) { #take_from }
            #[inline]
            fn clear(&self) { #clear }
            #[inline]
            fn is_zero(&self) -> bool { #is_zero }
            #[inline]
            fn add_grad(&self, grad: Self::Grad) { #add_grad }
            #[inline]
            fn take_grad(&self) -> Self::Grad { #take_grad }
            #[inline]
            fn peek_grad(&self) -> Self::Grad { #peek_grad }
        };
        self.implement(&self.shape.owned, &quote!(#rt::ShadowOps), &shadow_ident(), &items)
    }

    /// `Clone`, `Debug` and `PartialEq` of the gradient. (Derived ones would ask the same of the type parameters.)
    fn values(&self) -> TokenStream {
        let own = Operand::new(quote!(self), &quote!(Self));
        let clone = self.shape.build(&own, &quote!(Self), |_, a| quote!(::core::clone::Clone::clone(#a)));
        let all = |parts: Vec<TokenStream>| quote!(true #(&& #parts)*);
        let operands = [Operand::new(quote!(self), &quote!(Self)), Operand::new(quote!(other), &quote!(Self))];
        let eq = self.shape.each(&operands, &quote!(false), all, |_, names| {
            let (a, b) = (&names[0], &names[1]);
            quote!(#a == #b)
        });
        let implement = |of: TokenStream, items| self.implement(&self.shape.owned, &of, &self.shape.grad, &items);
        let debug = self.debug();
        [
            implement(quote!(::core::clone::Clone), quote!(#[inline] fn clone(&self) -> Self { #clone })),
            implement(quote!(::core::cmp::PartialEq), quote!(#[inline] fn eq(&self, other: &Self) -> bool { #eq })),
            implement(
                quote!(::core::fmt::Debug),
                quote!(fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result { #debug }),
            ),
        ]
        .into_iter()
        .collect()
    }

    fn debug(&self) -> TokenStream {
        let arms = self.shape.variants.iter().map(|variant| {
            let shown = variant.ident.as_ref().unwrap_or(&self.shape.grad).to_string();
            let path = variant.ident.as_ref().map_or(quote!(Self), |ident| quote!(Self::#ident));
            let names: Vec<Ident> = (0..variant.fields.len()).map(|i| quote::format_ident!("a{i}")).collect();
            let members = variant.fields.iter().map(|field| &field.member);
            let calls = variant.fields.iter().zip(&names).map(|(field, name)| match &field.member {
                syn::Member::Named(member) => {
                    let member = member.to_string();
                    quote!(.field(#member, #name))
                }
                syn::Member::Unnamed(_) => quote!(.field(#name)),
            });
            let start = match variant.style {
                Style::Named => quote!(f.debug_struct(#shown)),
                Style::Tuple | Style::Unit => quote!(f.debug_tuple(#shown)),
            };
            quote!(#path { #(#members: #names),* } => #start #(#calls)*.finish(),)
        });
        quote!(match self { #(#arms)* })
    }

    /// What optimisers do with gradients.
    fn gradient(&self) -> TokenStream {
        let (rt, grad, shape) = (&self.rt, &self.grad, self.shape);
        let (params, args, where_clause) = shape.owned.split_for_impl();
        let other = || Operand::new(quote!(other), &quote!(Self));
        let add_scaled = self.each_pair(other(), |_, a, b| quote!(#rt::AddScaled::add_scaled(#a, factor, #b)));
        let scale = self.each_own(|_, a| quote!(#rt::Gradient::scale(#a, factor)));
        let sum = |parts: Vec<TokenStream>| quote!(0.0 #(+ #parts)*);
        let operands = [Operand::new(quote!(self), &quote!(Self)), other()];
        let dot = shape.each(&operands, &quote!(#rt::other_variant()), sum, |_, names| {
            let (a, b) = (&names[0], &names[1]);
            quote!(#rt::Gradient::dot(#a, #b))
        });
        let implement = |of: TokenStream, items| self.implement(&shape.owned, &of, &shape.grad, &items);
        let impls = [
            implement(
                quote!(#rt::AddScaled),
                quote!(#[inline] fn add_scaled(&mut self, factor: f64, other: &Self) { #add_scaled }),
            ),
            implement(
                quote!(#rt::Gradient),
                quote! {
                    #[inline]
                    fn scale(&mut self, factor: f64) { #scale }
                    #[inline]
                    fn dot(&self, other: &Self) -> f64 { #dot }
                },
            ),
            implement(
                quote!(::core::ops::AddAssign),
                quote!(#[inline] fn add_assign(&mut self, other: Self) { #rt::AddScaled::add_scaled(self, 1.0, &other); }),
            ),
            implement(
                quote!(::core::ops::MulAssign<f64>),
                quote!(#[inline] fn mul_assign(&mut self, factor: f64) { #rt::Gradient::scale(self, factor); }),
            ),
        ];
        let zero_like = format!("A gradient of the shape of a [`{}`], all zero.", shape.ident);
        let primal = shape.without_lifetimes();
        quote! {
            #(#impls)*
            impl #params #grad #args #where_clause {
                #[doc = #zero_like]
                #[inline]
                #[must_use]
                pub fn zero_like(like: &#primal) -> Self { #rt::Differentiable::zero_grad(like) }
            }
        }
    }

    /// A step of an optimiser.
    fn add_scaled_to_primal(&self) -> TokenStream {
        let (rt, grad, shape) = (&self.rt, &self.grad, self.shape);
        let (_, args, _) = shape.owned.split_for_impl();
        let add_scaled = self.each_pair(Operand::new(quote!(step), grad), |field, a, b| {
            let ty = shape.known(&field.ty);
            quote!(<#ty as #rt::AddScaled<_>>::add_scaled(#a, factor, #b))
        });
        let mut generics = shape.implemented(&quote!(#rt::Differentiable));
        for param in generics.type_params_mut().filter(|param| shape.carried.contains(&param.ident) && !is_float(param)) {
            let ident = &param.ident;
            param.bounds.push(syn::parse_quote!(#rt::AddScaled<<#ident as #rt::Differentiable>::Grad>));
        }
        let items = quote!(#[inline] fn add_scaled(&mut self, factor: f64, step: &#grad #args) { #add_scaled });
        self.implement(&generics, &quote!(#rt::AddScaled<#grad #args>), &shape.ident, &items)
    }
}
