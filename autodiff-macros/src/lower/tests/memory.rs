//! Arrays, `Vec`s, views.

use super::check;
use expect_test::expect;
use syn::parse_quote;

#[test]
fn stores_and_loads() {
    check(
        parse_quote! {
            fn f(x: &mut [f64], grid: &[[f64; 3]], perm: &[usize], k: f64) {
                for i in 1..x.len() {
                    x[i] += k * x[i - 1] * grid[i][perm[i]];
                }
            }
        },
        expect![[r#"
            fn(view mut x: &mut[f64], view grid: &[[f64 ; 3]], const view perm: &[usize], k: f64) -> ()
              t.4 = len x
              t.5 = `1`
              for i in t.5..t.4
                t.7 = `i - 1` [i]
                t.8 = load x[t.7]
                t.9 = mul k, t.8
                t.10 = load perm[i]
                t.11 = load grid[i][t.10]
                t.12 = mul t.9, t.11
                t.13 = load x[i]
                t.14 = add t.13, t.12
                x[i] := t.14
              return ()
        "#]],
    );
}

#[test]
fn allocations() {
    check(
        parse_quote! {
            fn f(x: &[f64], n: usize) -> Vec<f64> {
                let mut a = [0.0; 3];
                let weights = [0.25, 0.5, 0.25];
                let mut b = vec![x[0]; n];
                let c = vec![x[0], x[1] * weights[1]];
                let mut d = Vec::with_capacity(n);
                a[0] = x[0];
                d.push(a[0]);
                b.fill(2.0);
                b.copy_from_slice(&x[..n]);
                b.swap(0, 1);
                let moved = b;
                let copy = moved.clone();
                d.push(copy[0] * c.len() as f64);
                d
            }
        },
        expect![[r#"
            fn(view x: &[f64], const n: usize) -> Vec < f64 >
              t.2 = `0.0`
              t.3 = `3`
              own a = [t.2; t.3]
              own weights = alloc `[0.25, 0.5, 0.25]`
              t.6 = `0`
              t.7 = load x[t.6]
              own b = vec![t.7; n]
              t.9 = `0`
              t.10 = load x[t.9]
              t.11 = `1`
              t.12 = load x[t.11]
              t.13 = `1`
              t.14 = load weights[t.13]
              t.15 = mul t.12, t.14
              own c = vec![t.10, t.15]
              own d = Vec::new(n)
              t.18 = `0`
              t.19 = load x[t.18]
              t.20 = `0`
              a[t.20] := t.19
              t.21 = `0`
              t.22 = load a[t.21]
              d.push(t.22)
              t.23 = `2.0`
              b.fill(t.23)
              b.copy_from(x[..n])
              t.24 = `0`
              t.25 = `1`
              b.swap(t.24, t.25)
              own moved = move b
              own copy = copy moved.clone()
              t.28 = `0`
              t.29 = load copy[t.28]
              t.30 = len c
              t.31 = `t30 as f64` [t30=t.30]
              t.32 = mul t.29, t.31
              d.push(t.32)
              return d
        "#]],
    );
}

#[test]
fn views_split_and_borrow() {
    check(
        parse_quote! {
            fn f(h: usize, gates: &mut [f64], x: &[f64]) {
                let gates = &mut gates[..4 * h];
                let (a, b) = gates.split_at_mut(2 * h);
                let row = &x[1..];
                let first = &mut a[0];
                *first += row[0];
                b[0] = a[1];
            }
        },
        expect![[r#"
            fn(const h: usize, view mut gates.1: &mut[f64], view x: &[f64]) -> ()
              t.3 = `4 * h` [h]
              view mut gates.4 = &mut gates.1[..t.3]
              t.5 = `2 * h` [h]
              view mut a, view mut b = gates.4.split_at_mut(t.5)
              t.8 = `1`
              view row = &x[t.8..]
              t.10 = `0`
              t.11 = `0`
              t.12 = load row[t.11]
              t.13 = load a[t.10]
              t.14 = add t.13, t.12
              a[t.10] := t.14
              t.15 = `1`
              t.16 = load a[t.15]
              t.17 = `0`
              b[t.17] := t.16
              return ()
        "#]],
    );
}

#[test]
fn views_chosen_by_a_branch() {
    check(
        parse_quote! {
            fn f(x: &[f64], n: usize) -> f64 {
                let mut u = x.to_vec();
                let mut v = vec![0.0; x.len()];
                for k in 0..n {
                    let (from, to) = if k % 2 == 0 { (&u, &mut v) } else { (&v, &mut u) };
                    to[0] = from[0] * from[1];
                }
                std::mem::swap(&mut u, &mut v);
                u[0]
            }
        },
        expect![[r#"
            fn(view x: &[f64], const n: usize) -> f64
              own u = copy x.to_vec()
              t.3 = `0.0`
              t.4 = len x
              own v = vec![t.3; t.4]
              t.6 = `0`
              for k in t.6..n
                t.8 = `k % 2 == 0` [k]
                view from, view mut to = if t.8
                  then
                    view t.9 = &u
                    view mut t.12 = &mut v
                    yield t.9, t.12
                  else
                    view t.10 = &v
                    view mut t.13 = &mut u
                    yield t.10, t.13
                t.15 = `0`
                t.16 = load from[t.15]
                t.17 = `1`
                t.18 = load from[t.17]
                t.19 = mul t.16, t.18
                t.20 = `0`
                to[t.20] := t.19
              swap u, v
              t.21 = `0`
              t.22 = load u[t.21]
              return t.22
        "#]],
    );
}

#[test]
fn scalars_whose_address_is_taken() {
    check(
        parse_quote! {
            fn f(x: f64) -> f64 {
                let mut s = x;
                let mut n = 0;
                accumulate(&mut s, &x, &mut n);
                s *= 2.0;
                let r = &mut s;
                *r += 1.0;
                s * n as f64
            }
        },
        expect![[r#"
            fn(x: f64) -> f64
              own s = scalar x
              n.2 = `0`
              own n.3 = scalar n.2
              own t.4 = scalar x
              t.5 = call accumulate(&mut s, &t.4, &mut n.3)
              t.6 = load s
              t.7 = `2.0`
              t.8 = mul t.6, t.7
              s := t.8
              t.9 = load s
              t.10 = `1.0`
              t.11 = add t.9, t.10
              s := t.11
              t.12 = load s
              t.13 = load n.3
              t.14 = `t13 as f64` [t13=t.13]
              t.15 = mul t.12, t.14
              return t.15
        "#]],
    );
}

#[test]
fn results_of_unknown_kind() {
    check(
        parse_quote! {
            fn f(x: f64, n: usize) -> f64 {
                let mut state = start(x);
                for _ in 0..n {
                    state = step(&state, x);
                }
                let scaled = state[0] * x;
                scaled
            }
        },
        expect![[r#"
            fn(x: f64, const n: usize) -> f64
              state = call start(x)
              t.3 = `0`
              for i in t.3..n
                t.5 = call step(&state, x)
                state := move t.5
              t.6 = `0`
              own t.7 = load state[t.6]
              own scaled = mul t.7, x
              t.9 = load scaled
              return t.9
        "#]],
    );
}
