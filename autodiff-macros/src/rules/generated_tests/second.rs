//! The second derivatives of a primitive, against differences of its first, which the companion of the same primitive gives in `f64`.

use super::{Through, directions, point};
use crate::rules::Rule;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

/// What the pullback takes, and its tangent.
const SEED: (f64, f64) = (1.5, -0.5);
/// The other direction for each operand, and the tangent in both.
const OTHER: [(f64, f64); 3] = [(0.5, -0.25), (-1.0, 1.0), (0.75, 0.5)];
/// Where kinks and ends of domains are, and ties between operands.
const KINKS: &[f64] = &[-1.0, -0.0, 0.0, 0.5, 1.0];
/// The same for three operands: the second is nowhere above the third.
const KINKS_OF_THREE: [&[f64]; 3] = [KINKS, &[-1.0, -0.0], &[0.0, 0.5, 1.0]];

/// The tangent of the pullback, and the tangent of the tangent, as functions, and their tests.
pub(super) fn test(through: Through, rule: &Rule, float: &Ident, params: &[Ident]) -> TokenStream {
    let site = Site { through, rule, float, params };
    let (functions, smooth, kinks) = (site.functions(), site.against_differences(), site.at_kinks());
    quote! {
        #functions

        #[test]
        fn second_derivatives_are_differences_of_the_first() {
            #smooth
        }

        #[test]
        fn second_derivatives_at_kinks_are_the_same_in_both_modes() {
            #kinks
        }
    }
}

struct Site<'a> {
    through: Through,
    rule: &'a Rule,
    float: &'a Ident,
    params: &'a [Ident],
}

impl Site<'_> {
    /// The operands that are floats, numbered.
    fn floats(&self) -> impl Iterator<Item = (usize, &Ident)> {
        let floats = self.params.iter().zip(self.rule.params).filter(|(_, param)| !param.integer);
        floats.map(|(name, _)| name).enumerate()
    }

    /// Something for each operand: of the `i`th float, or of an integer.
    fn each(&self, of_float: &dyn Fn(usize) -> TokenStream) -> Vec<TokenStream> {
        let mut floats = 0..;
        let none = match self.through {
            Through::Companions => quote!(::differentiate::rt::Ignored),
            Through::Traits => quote!(&()),
        };
        let each = self.rule.params.iter().map(|param| match param.integer {
            true => none.clone(),
            false => of_float(floats.next().expect("there is no end")),
        });
        each.collect()
    }

    /// `pulled`, the tangent of the pullback, and `pushed`, the tangent of the tangent in the first of two directions, with what the
    /// tangent is in both.
    fn functions(&self) -> TokenStream {
        let (float, params, count) = (self.float, self.params, self.floats().count());
        let types = self.rule.params.iter().map(|param| if param.integer { quote!(i32) } else { quote!(#float) });
        let params = quote!(#(#params: #types),*);
        let (pulled, pushed) = match self.through {
            Through::Companions => (self.pulled_by_companion(), self.pushed_by_companion()),
            Through::Traits => (self.pulled_by_trait(), self.pushed_by_trait()),
        };
        quote! {
            pub(crate) fn pulled(#params, dots: [#float; #count], (seed, seed_dot): (#float, #float)) -> [#float; #count] {
                #pulled
            }

            fn pushed(#params, dots: [#float; #count], others: [#float; #count], both: [#float; #count]) -> #float {
                #pushed
            }
        }
    }

    fn against_differences(&self) -> TokenStream {
        let (rule, float, params, count) = (self.rule, self.float, self.params, self.floats().count());
        let points = rule.params.iter().enumerate().map(|(i, param)| {
            let ty = if param.integer { quote!(i32) } else { quote!(#float) };
            point(i, param, &ty)
        });
        let directions = directions(rule).into_iter().map(|direction| {
            let direction = direction.into_iter().map(Literal::f64_unsuffixed);
            quote!([#(#direction),*])
        });
        let mut floats = 0..count;
        let moved = rule.params.iter().zip(params).map(|(param, name)| match param.integer {
            true => quote!(#name),
            false => {
                let i = floats.next().expect("there are as many");
                quote!(f64::from(#name) + h * f64::from(direction[#i]))
            }
        });
        let moved: Vec<TokenStream> = moved.collect();
        let first = format_ident!("{}_f64", rule.name);
        let first = quote!(crate::companions::#first::primitive);
        let gradient = self.gradient();
        let (others, boths): (Vec<f64>, Vec<f64>) = OTHER[..count].iter().copied().unzip();
        let (seed, seed_dot) = SEED;
        quote! {
            let tolerance = if #float::DIGITS < 10 { 1e-4 } else { 1e-6 };
            for k in 0..20 {
                #(let #params = #points;)*
                for direction in [#(#directions),*] {
                    let pulled = pulled(#(#params,)* direction, (#seed as #float, #seed_dot as #float));
                    for i in 0..#count {
                        let want = crate::slope(|h| {
                            let grad = #first::grad(#(#moved),*);
                            (#seed + h * #seed_dot) * #gradient[i]
                        });
                        assert_close(f64::from(pulled[i]), want, tolerance);
                    }
                    let pushed = pushed(#(#params,)* direction, [#(#others as #float),*], [#(#boths as #float),*]);
                    let want = crate::slope(|h| #first::jvp(#(#moved,)* #(#others + h * #boths),*).1);
                    assert_close(f64::from(pushed), want, tolerance);
                }
            }
        }
    }

    /// Forward over reverse, column by column, is forward over forward; and both ways to a rule come to the same.
    fn at_kinks(&self) -> TokenStream {
        let (rule, float, params, count) = (self.rule, self.float, self.params, self.floats().count());
        let name = format_ident!("{}_{float}", rule.name);
        let gradient = self.gradient();
        let what = format!("{} at {{:?}}, for {{i}} and {{j}}", rule.call);
        // `powf` at base 0 has finite slopes by convention, but the mixed derivative is infinite.
        let singular = rule.steep.then(|| quote!(|| primitive(#(#params),*) == 0.0));
        let body = quote! {
            let grad = crate::companions::#name::primitive::grad(#(#params),*);
            if !primitive(#(#params),*).is_finite() || #gradient.iter().any(|slope: &#float| !slope.is_finite()) #singular {
                continue; // Outside of the domain, or at the end of it where the slope is infinite.
            }
            for j in 0..#count {
                let unit = |i: usize| std::array::from_fn(|k| if k == i { 1.0 } else { 0.0 });
                let pulled = pulled(#(#params,)* unit(j), (1.0, 0.0));
                let known = crate::companions::#name::pulled(#(#params,)* unit(j), (1.0, 0.0));
                for i in 0..#count {
                    let pushed = pushed(#(#params,)* unit(j), unit(i), [0.0; #count]);
                    crate::assert_same(f64::from(pulled[i]), f64::from(pushed), format_args!(#what, (#(#params,)*)));
                    crate::assert_same(f64::from(pulled[i]), f64::from(known[i]), format_args!(#what, (#(#params,)*)));
                }
            }
        };
        rule.params.iter().zip(params).enumerate().rev().fold(body, |body, (i, (param, name))| {
            let points = if params.len() == 3 { KINKS_OF_THREE[i] } else { KINKS };
            match param.integer {
                true => quote!(for #name in -2..4_i32 { #body }),
                false => quote!(for #name in [#(#points as #float),*] { #body }),
            }
        })
    }

    /// What `grad` has given, as an array.
    fn gradient(&self) -> TokenStream {
        let count = self.floats().count();
        let index = (0..count).map(syn::Index::from);
        if count == 1 { quote!([grad]) } else { quote!([#(grad.#index),*]) }
    }

    /// All operands' tangents: in the direction, in the other, in both.
    fn all_dots(&self, passed: &dyn Fn(TokenStream) -> TokenStream) -> [Vec<TokenStream>; 3] {
        [quote!(dots), quote!(others), quote!(both)].map(|dots| self.each(&|i| passed(quote!(#dots[#i]))))
    }

    fn pulled_by_companion(&self) -> TokenStream {
        let params = self.params;
        let [dots, ..] = self.all_dots(&|dot| quote!(Some(&#dot)));
        let ignored: Vec<TokenStream> = params.iter().map(|_| quote!(::differentiate::rt::Ignored)).collect();
        let bars: Vec<Ident> = self.floats().map(|(_, name)| format_ident!("{name}_bar_dot")).collect();
        let none = self.each(&|_| quote!(None));
        let slots = self.each(&|i| {
            let bar = &bars[i];
            quote!(Some(&#bar))
        });
        quote! {
            use std::cell::Cell;
            let (_, pull) = primitive::forward_order_2(#(&#params,)* #(#dots),*);
            #(let #bars = Cell::new(0.0);)*
            pull(#(#ignored,)* #(#ignored,)* &Cell::new(seed), &Cell::new(seed_dot), #(#none,)* #(#slots),*);
            [#(#bars.get()),*]
        }
    }

    fn pushed_by_companion(&self) -> TokenStream {
        let params = self.params;
        let [dots, others, both] = self.all_dots(&|dot| quote!(Some(&#dot)));
        quote!(primitive::tangent_order_2(#(&#params,)* #(#dots,)* #(#others,)* #(#both),*).1.1)
    }

    /// `Rule2::<prim::mul, f64>`, and `Rule2Dot` and `Rule2High` of that.
    fn heads(&self) -> [TokenStream; 3] {
        let (name, float) = (Ident::new(self.rule.name, self.float.span()), self.float);
        let rest = self.rule.params.iter().skip(1).map(|param| if param.integer { quote!(i32) } else { quote!(#float) });
        let rest: TokenStream = rest.map(|ty| quote!(#ty,)).collect();
        ["", "Dot", "High"].map(|of| {
            let rule = format_ident!("Rule{}{of}", self.params.len());
            quote!(::differentiate::rt::#rule::<::differentiate::rt::prim::#name, #rest>)
        })
    }

    /// The result, and its tangent in the first direction.
    fn out(&self) -> TokenStream {
        let (params, [head, ..], [dots, ..]) = (self.params, self.heads(), self.all_dots(&|dot| quote!(&#dot)));
        quote! {
            let out = primitive(#(#params),*);
            let out_dot = #head::push(#(&#params,)* &out, #(#dots),*);
        }
    }

    fn pulled_by_trait(&self) -> TokenStream {
        let (params, [_, head, high], out) = (self.params, self.heads(), self.out());
        let [dots, ..] = self.all_dots(&|dot| quote!(&#dot));
        let names = crate::rules::pull_names(params.len()).iter().zip(self.rule.params).filter(|(_, param)| !param.integer);
        let (pulled, by_high): (Vec<TokenStream>, Vec<TokenStream>) = names
            .map(|(name, _)| {
                let (of_dot, of_high) = (format_ident!("{name}_dot"), format_ident!("{name}_high"));
                let pulled = quote!(#head::#of_dot(#(&#params,)* &out, &seed, #(#dots,)* &out_dot, &seed_dot));
                let by_high = quote!(#high::#of_high(#(&#params,)* &out, &seed, &[(#(#dots,)* &out_dot, &seed_dot)]));
                (pulled, by_high)
            })
            .unzip();
        let same = self.same();
        quote! {
            #out
            let pulled = [#(#pulled),*];
            for (pulled, high) in pulled.into_iter().zip([#(#by_high),*]) {
                #same(high, pulled);
            }
            pulled
        }
    }

    fn pushed_by_trait(&self) -> TokenStream {
        let (params, [_, head, high], out, same) = (self.params, self.heads(), self.out(), self.same());
        let [dots, others, both] = self.all_dots(&|dot| quote!(&#dot));
        // The rule is differentiated in the first direction: what it pushes is the other.
        quote! {
            #out
            let pushed = #head::push_dot(#(&#params,)* &out, #(#others,)* #(#dots,)* &out_dot, #(#both),*);
            let high = #high::push_high(#(&#params,)* &out, #(#others,)* &[(#(#dots,)* &out_dot, #(#both),*)]);
            #same(high, pushed);
            pushed
        }
    }

    /// The rules for orders above the second are those of the second if there is one direction; they compute in `f64`.
    fn same(&self) -> TokenStream {
        let (float, call) = (self.float, self.rule.call);
        quote! {
            (|high: #float, dot: #float| {
                let tolerance = if #float::DIGITS < 10 { 1e-4 } else { 1e-13 };
                let close = (high - dot).abs() <= tolerance * (1.0 + dot.abs()) || high == dot || high.is_nan() && dot.is_nan();
                assert!(close, "{}: {high} for any order, {dot} of order 2", #call);
            })
        }
    }
}
