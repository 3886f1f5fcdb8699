//! Scalars, branches, loops over ranges, calls, closures.

use super::check;
use expect_test::expect;
use syn::parse_quote;

#[test]
fn assignments_rename() {
    check(
        parse_quote! {
            fn f(x: f64, y: f64) -> f64 {
                let mut s = x * 2.0 + y;
                s = s.sin() - s;
                s *= y;
                let x = s / x;
                -x
            }
        },
        expect![[r#"
            fn(x.0: f64, y: f64) -> f64
              t.2 = `2.0`
              t.3 = mul x.0, t.2
              s.4 = add t.3, y
              t.5 = sin s.4
              s.6 = sub t.5, s.4
              s.7 = mul s.6, y
              x.8 = div s.7, x.0
              t.9 = neg x.8
              return t.9
        "#]],
    );
}

#[test]
fn tuples_are_taken_apart() {
    check(
        parse_quote! {
            fn f(x: f64, (a, b): (f64, f64)) -> (f64, f64) {
                let mut t = (x * a, b);
                t.1 += t.0;
                (t.0, t.1) = (t.1, t.0);
                t
            }
        },
        expect![[r#"
            fn(x: f64, own arg1: (f64, f64)) -> (f64, f64)
              a = load arg1.0
              b = load arg1.1
              t_0 = mul x, a
              t_1 = add b, t_0
              return (t_1, t_0)
        "#]],
    );
}

#[test]
fn branches_join_what_differs() {
    check(
        parse_quote! {
            fn f(x: f64, n: usize) -> f64 {
                let y;
                let mut z = x;
                if x > 0.0 && n > 1 {
                    y = x.sqrt();
                    z += 1.0;
                } else {
                    y = -x;
                }
                y * z
            }
        },
        expect![[r#"
            fn(x: f64, const n: usize) -> f64
              t.2 = `x > 0.0 &&n > 1` [x, n]
              y.7, z.8 = if t.2
                then
                  y.3 = sqrt x
                  t.4 = `1.0`
                  z.5 = add x, t.4
                  yield y.3, z.5
                else
                  y.6 = neg x
                  yield y.6, x
              t.9 = mul y.7, z.8
              return t.9
        "#]],
    );
}

#[test]
fn short_circuits_stay_whole() {
    check(
        parse_quote! {
            fn f(x: &[f64], i: usize) -> f64 {
                if i > 0 && x[i - 1] > 0.0 { x[0] } else { x[1] }
            }
        },
        expect![[r#"
            fn(view x: &[f64], const i: usize) -> f64
              t.2 = `i > 0 &&x[i - 1] > 0.0` [i, x]
              t.7 = if t.2
                then
                  t.3 = `0`
                  t.5 = load x[t.3]
                  yield t.5
                else
                  t.4 = `1`
                  t.6 = load x[t.4]
                  yield t.6
              return t.7
        "#]],
    );
}

#[test]
fn loops_carry_what_they_change() {
    check(
        parse_quote! {
            fn f(x: &[f64], k: f64, n: usize) -> f64 {
                let mut s = 0.0;
                let mut count = 0;
                for i in (0..x.len()).rev() {
                    for j in (0..=i).step_by(2) {
                        s += k * x[j];
                    }
                    count += n;
                }
                s * count as f64
            }
        },
        expect![[r#"
            fn(view x: &[f64], k: f64, const n: usize) -> f64
              s.3 = `0.0`
              count.4 = `0`
              t.5 = len x
              t.6 = `0`
              for i in t.6..t.5 rev
                carry s.7 = s.3 -> s.19
                carry count.8 = count.4 -> count.20
                t.10 = `0`
                t.11 = `2`
                for j in t.10..=i step t.11
                  carry s.12 = s.7 -> s.17
                  t.14 = load x[j]
                  t.15 = mul k, t.14
                  s.16 = add s.12, t.15
                  yield s.16
                count.18 = `count + n` [count=count.8, n]
                yield s.17, count.18
              t.21 = `count as f64` [count=count.20]
              t.22 = mul s.19, t.21
              return t.22
        "#]],
    );
}

#[test]
fn a_while_loop_tests_in_a_block() {
    check(
        parse_quote! {
            fn f(x: f64, tolerance: f64) -> f64 {
                let mut y = x;
                while (y - x / y).abs() > tolerance {
                    y = 0.5 * (y + x / y);
                }
                y
            }
        },
        expect![[r#"
            fn(x: f64, tolerance: f64) -> f64
              while
                carry y.2 = x -> y.11
                condition
                  t.3 = div x, y.2
                  t.4 = sub y.2, t.3
                  t.5 = abs t.4
                  t.6 = `t5 > tolerance` [t5=t.5, tolerance]
                  yield t.6
                body
                  t.7 = div x, y.2
                  t.8 = add y.2, t.7
                  t.9 = `0.5`
                  y.10 = mul t.9, t.8
                  yield y.10
              return y.11
        "#]],
    );
}

#[test]
fn calls_know_what_is_expected() {
    check(
        parse_quote! {
            fn f(x: f64, w: &[f64], n: usize) -> f64 {
                let a = g(x, &w[1..], n);
                let (b, c): (f64, Vec<f64>) = h(a, 2.0);
                let mut s = 1.0;
                s += g(b, &c, index(n));
                let k: usize = position(w, s);
                fill(n);
                s * w[k] + g(1.0, &[], 0)
            }
        },
        expect![[r#"
            fn(x: f64, view w: &[f64], const n: usize) -> f64
              t.3 = `1`
              a = call g(x, &w[t.3..], n)
              t.5 = `2.0`
              (b, c) = call h(a, t.5)
              s.8 = `1.0`
              own t.9 = alloc !`index(n)` [n]
              t.10 = call g(b, &c, t.9)
              s.11 = add s.8, t.10
              k = !`position(w, s)` [w, s=s.11]
              observe !`fill(n)` [n]
              t.13 = load w[k]
              t.14 = mul s.11, t.13
              t.15 = !`g(1.0, &[], 0)`
              t.16 = add t.14, t.15
              return t.16
        "#]],
    );
}

#[test]
fn closures_are_inlined() {
    check(
        parse_quote! {
            fn f(x: f64, k: f64) -> f64 {
                let x_twice = x * 2.0;
                let f = |a: f64| a * k + x_twice;
                let mut calls = 0;
                let mut g = |k: f64| {
                    calls += 1;
                    f(k) * f(x)
                };
                g(1.0) + g(k) + calls as f64
            }
        },
        expect![[r#"
            fn(x: f64, k.1: f64) -> f64
              t.2 = `2.0`
              x_twice = mul x, t.2
              calls.4 = `0`
              k.5 = `1.0`
              calls.6 = `calls + 1` [calls=calls.4]
              t.7 = mul k.5, k.1
              t.8 = add t.7, x_twice
              t.9 = mul x, k.1
              t.10 = add t.9, x_twice
              t.11 = mul t.8, t.10
              calls.12 = `calls + 1` [calls=calls.6]
              t.13 = mul k.1, k.1
              t.14 = add t.13, x_twice
              t.15 = mul x, k.1
              t.16 = add t.15, x_twice
              t.17 = mul t.14, t.16
              t.18 = add t.11, t.17
              t.19 = `calls as f64` [calls=calls.12]
              t.20 = add t.18, t.19
              return t.20
        "#]],
    );
}

#[test]
fn inactive_expressions_stay_whole() {
    check(
        parse_quote! {
            fn f(x: f64, n: usize, #[constant] h: f64) -> f64 {
                let m = (n + 1) * 2;
                let step = h / m as f64 * std::f64::consts::PI;
                let table = lookup(m)[n % 3];
                x * step.sin() * table + x.powi(m as i32) + stop_gradient(x)
            }
        },
        expect![[r#"
            fn(x: f64, const n: usize, const h: f64) -> f64
              m = `(n + 1) * 2` [n]
              step = `h / m as f64 * std::f64::consts::PI` [h, m]
              own t.5 = alloc !`lookup(m)` [m]
              table = `t5[n % 3]` [t5=t.5, n]
              t.7 = `step . sin()` [step]
              t.8 = mul x, t.7
              t.9 = mul t.8, table
              t.10 = `m as i32` [m]
              t.11 = powi x, t.10
              t.12 = add t.9, t.11
              t.13 = `stop_gradient(x)` [x]
              t.14 = add t.12, t.13
              return t.14
        "#]],
    );
}

#[test]
fn match_on_integers() {
    check(
        parse_quote! {
            fn f(x: f64, n: usize) -> f64 {
                match n {
                    0 => x,
                    1 | 2 => x * x,
                    k if k > 10 => panic!("{k} is too many"),
                    k => x * k as f64,
                }
            }
        },
        expect![[r#"
            fn(x: f64, const n: usize) -> f64
              t.7 = match n
                `0`
                  yield x
                `1 | 2`
                  t.2 = mul x, x
                  yield t.2
                `k` [k.3=k] if `k > 10` [k=k.3]
                  observe !`panic !("{k} is too many")` [k=k.3]
                  diverge
                `k` [k.4=k]
                  t.5 = `k as f64` [k=k.4]
                  t.6 = mul x, t.5
                  yield t.6
              return t.7
        "#]],
    );
}

#[test]
fn match_on_an_enum() {
    check(
        parse_quote! {
            fn f(#[constant] kind: &Kernel, x: f64, n: usize) -> f64 {
                match kind {
                    Kernel::Linear if n > 1 => x,
                    Kernel::Square | Kernel::Linear => x * x,
                    _ => 0.0,
                }
            }
        },
        expect![[r#"
            fn(const view kind: &Kernel, x: f64, const n: usize) -> f64
              choice = `match kind { Kernel::Linear if n > 1 => 0usize, Kernel::Square | Kernel::Linear => 1usize, _ => 2usize, }` [kind, n]
              t.6 = match choice
                `0`
                  yield x
                `1`
                  t.4 = mul x, x
                  yield t.4
                `_`
                  t.5 = `0.0`
                  yield t.5
              return t.6
        "#]],
    );
}
