//! Messages, all at once.

use super::{check, lowered};
use expect_test::expect;
use quote::quote;
use syn::parse_quote;

#[test]
fn several_at_once() {
    check(
        parse_quote! {
            fn f(x: f64) -> f64 {
                let y = x.frobnicate();
                let z = unsafe { x };
                let w = x.to_bits() as f64;
                y + z + w
            }
        },
        expect![[r#"
            error: `unsafe` in a differentiated function
              = help: move it into a function of its own, without active values
            error: what is made of the bits of a value carries no derivative
              = help: compare floats as floats, or take the bits of `stop_gradient(…)`
        "#]],
    );
}

#[test]
fn references() {
    check(
        parse_quote! {
            fn f(x: &[f64], w: &[f64]) -> f64 {
                let mut r = x;
                r = w;
                r[0]
            }
        },
        expect![[r#"
            error: the reference `r` is assigned again
              = help: declare a new variable for the other reference, choose with `let r = if … { &a } else { &b };`, or keep an index where a loop moves on: `&v[i..]`
        "#]],
    );
}

#[test]
fn casts_and_indices() {
    check(
        parse_quote! {
            fn f(x: f64, w: &[f64]) -> f64 {
                let y = g(x);
                let single = y as f32;
                w[x]
            }
        },
        expect![[r#"
            error: an active value is used as an index
              = help: convert it to an integer with `as usize`
        "#]],
    );
}

#[test]
fn active_match() {
    check(
        parse_quote! {
            fn f(s: &Shape, w: &[f64]) -> f64 {
                let view = View { w, scale: 1.0 };
                match s {
                    Shape::Circle { r } | Shape::Square { side: r } => r * r,
                    Shape::Polygon(.., last) => *last,
                }
            }
        },
        expect![[r#"
            error: a struct that borrows values which may carry derivatives
              = help: give it the values themselves, or pass the reference beside it
            error: fields behind `..`
              = help: count the fields from the first one, with `_` for those left out
        "#]],
    );
}

#[test]
fn active_values_in_constant_memory() {
    check(
        parse_quote! {
            fn f(x: f64, #[constant] scratch: &mut [f64]) -> f64 {
                scratch[0] = x;
                scratch[0] * x
            }
        },
        expect![[r#"
            error: a value with a derivative is stored in `scratch`, which is a constant here
              = help: make the parameter differentiable, or store `stop_gradient(…)` of the value
        "#]],
    );
}

#[test]
fn nothing_to_differentiate() {
    check(
        parse_quote! {
            fn f(n: usize, names: &[&str]) -> usize {
                n
            }
        },
        expect![[r#"
            error: `f` has no differentiable parameter
              = help: floats, and slices, arrays, `Vec`s and tuples of floats are; `#[constant]` and `wrt` leave parameters out
        "#]],
    );
}

#[test]
fn options() {
    let item: syn::ItemFn = parse_quote! {
        fn f(x: f64, weight: f64) -> f64 {
            x * weight
        }
    };
    expect![[r#"
        error: unknown option `companoin`
          = help: did you mean `companion`?
        error: derivatives of order 99 would be too large a program
          = help: each order doubles it; the highest is 6
        error: `wrt` names `wieght`, which is not a parameter
          = help: did you mean `weight`?
    "#]]
    .assert_eq(&lowered(quote!(wrt(x, wieght), companoin = F, order = 99), item));
}
