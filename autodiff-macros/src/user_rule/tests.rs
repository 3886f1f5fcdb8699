//! The programs of ruled functions.

use super::UserRule;
use crate::args::Config;
use crate::errors::Errors;
use crate::ir::print;
use crate::pipeline;
use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

fn check(attribute: TokenStream, mut item: syn::ItemFn, expected: Expect) {
    let mut errors = Errors::default();
    let config = Config::parse(attribute, &mut item, &mut errors);
    let Some(UserRule::Partials(partials)) = &config.rule else { panic!("no partials: {errors}") };
    let function = super::partials::function(&item, &config, partials, &mut errors).unwrap();
    let programs = pipeline::derive(&function, 1, None, &mut errors);
    let [primal, adjoint, tangent] = [&programs.primal, &programs.adjoints[0], &programs.tangents[0]].map(print::print);
    expected.assert_eq(&format!("{primal}\n{adjoint}\n{tangent}"));
}

#[test]
fn one_call_and_its_partials() {
    check(
        quote!(d(x) = out * table[n], d(y) = 2.0 * *y),
        syn::parse_quote! {
            fn f<const N: usize>(x: f64, #[constant] table: &[f64; N], n: usize, y: &f64) -> f64 {
                unsafe { ffi(x, table.as_ptr(), n, y) }
            }
        },
        expect![[r#"
            fn(x: f64, const view table: &[f64 ; N], const n: usize, view y: &f64) -> f64
              out = call opaque f::primal::< N >(x, &table, n, &y)
              return out

            fn(x: f64, const view table: &[f64 ; N], const n: usize, view y: &f64) -> f64
              out = call opaque f::primal::< N >(x, &table, n, &y)
              pullback(_, table, _, y; out_bar.5; shadow? x_bar, _, _, shadow? y_bar)
                out_bar.8 = peek out_bar.5
                d.9 = partial __f_d_x::< N >(&table, n, out)
                t.10 = mul out_bar.8, d.9
                d.11 = partial __f_d_y::< N >(&y)
                t.12 = mul out_bar.8, d.11
                y_bar += t.12
                x_bar += t.10
              return out

            fn(x: f64, const view table: &[f64 ; N], const n: usize, view y: &f64; x_dot, view y_dot) -> f64
              out = call opaque f::primal::< N >(x, &table, n, &y)
              d.7 = partial __f_d_x::< N >(&table, n, out)
              t.8 = mul x_dot, d.7
              t_dot = load (*y_dot)
              d.10 = partial __f_d_y::< N >(&y)
              t.11 = mul t_dot, d.10
              out_dot = add t.8, t.11
              return out; out_dot
        "#]],
    );
}
