//! Iterators over memory become loops over indices.

use super::check;
use expect_test::expect;
use syn::parse_quote;

#[test]
fn sums() {
    check(
        parse_quote! {
            fn f(x: &[f64], w: &[f64], k: f64) -> f64 {
                let dot: f64 = x.iter().zip(w).map(|(a, b)| a * b).sum();
                dot + (0..x.len()).map(|i| x[i] * k).product::<f64>()
            }
        },
        expect![[r#"
            fn(view x.0: &[f64], view w.1: &[f64], k: f64) -> f64
              t.3 = len x.0
              t.4 = len w.1
              t.5 = `t3 . min(t4)` [t3=t.3, t4=t.4]
              view x.6 = &x.0[..t.5]
              view w.7 = &w.1[..t.5]
              t.8 = `0`
              sum.9 = `- 0.0`
              for i.11 in t.8..t.5
                carry sum.10 = sum.9 -> sum.16
                t.12 = load x.6[i.11]
                t.13 = load w.7[i.11]
                t.14 = mul t.12, t.13
                sum.15 = add sum.10, t.14
                yield sum.15
              t.17 = len x.0
              t.18 = `0`
              product.19 = `1.0`
              for i.21 in t.18..t.17
                carry product.20 = product.19 -> product.25
                t.22 = load x.0[i.21]
                t.23 = mul t.22, k
                product.24 = mul product.20, t.23
                yield product.24
              t.26 = add sum.16, product.25
              return t.26
        "#]],
    );
}

#[test]
fn folds() {
    check(
        parse_quote! {
            fn f(x: &[f64]) -> f64 {
                let top = x.iter().fold(f64::NEG_INFINITY, |a, v| a.max(*v));
                let (s, p) = x.iter().copied().fold((0.0, 1.0), |(s, p), v| (s + v, p * v));
                top * s * p
            }
        },
        expect![[r#"
            fn(view x: &[f64]) -> f64
              t.1 = len x
              t.2 = `0`
              fold.3 = `f64::NEG_INFINITY`
              for i.5 in t.2..t.1
                carry fold.4 = fold.3 -> fold.8
                t.6 = load x[i.5]
                fold.7 = max fold.4, t.6
                yield fold.7
              t.9 = len x
              t.10 = `0`
              fold.11 = `0.0`
              fold.13 = `1.0`
              for i.15 in t.10..t.9
                carry fold.12 = fold.11 -> fold.19
                carry fold.14 = fold.13 -> fold.20
                v = load x[i.15]
                fold.17 = add fold.12, v
                fold.18 = mul fold.14, v
                yield fold.17, fold.18
              t.21 = mul fold.8, fold.19
              t.22 = mul t.21, fold.20
              return t.22
        "#]],
    );
}

#[test]
fn loops_over_elements() {
    check(
        parse_quote! {
            fn f(x: &mut [f64], perm: &[usize]) {
                for v in x.iter_mut() {
                    *v *= 2.0;
                }
                for (i, &p) in perm.iter().enumerate().rev() {
                    x[p] += i as f64;
                }
                for row in x.chunks_exact_mut(3) {
                    row[0] = row[1];
                }
            }
        },
        expect![[r#"
            fn(view mut x: &mut[f64], const view perm: &[usize]) -> ()
              t.2 = len x
              t.3 = `0`
              for i.4 in t.3..t.2
                t.5 = load x[i.4]
                t.6 = `2.0`
                t.7 = mul t.5, t.6
                x[i.4] := t.7
              t.8 = len perm
              t.9 = `0`
              for i.10 in t.9..t.8 rev
                p = load perm[i.10]
                t.12 = load x[p]
                t.13 = `i as f64` [i=i.10]
                t.14 = add t.12, t.13
                x[p] := t.14
              t.15 = len x
              t.16 = `3`
              t.17 = `t15 / t16` [t15=t.15, t16=t.16]
              t.18 = `0`
              for i.19 in t.18..t.17
                t.20 = `i * t16` [i=i.19, t16=t.16]
                t.21 = `t20 + t16` [t20=t.20, t16=t.16]
                view mut row = &mut x[t.20..t.21]
                t.23 = `1`
                t.24 = load row[t.23]
                t.25 = `0`
                row[t.25] := t.24
              return ()
        "#]],
    );
}

#[test]
fn stages() {
    check(
        parse_quote! {
            fn f(x: &[f64], m: &[Vec<f64>]) -> f64 {
                let y: Vec<f64> = x.iter().filter(|v| **v > 0.0).map(|v| v.ln()).collect();
                let d: f64 = y.windows(2).map(|w| w[1] - w[0]).sum();
                let mut s = d;
                for v in m.iter().flatten() {
                    if *v > 1.0 {
                        break;
                    }
                    s += v;
                }
                s
            }
        },
        expect![[r#"
            fn(view x: &[f64], view m: &[Vec < f64 >]) -> f64
              own y = Vec::new()
              t.3 = len x
              t.4 = `0`
              for i.5 in t.4..t.3
                t.6 = load x[i.5]
                t.7 = `t6 > 0.0` [t6=t.6]
                if t.7
                  then
                    t.8 = load x[i.5]
                    t.9 = ln t.8
                    y.push(t.9)
                  else
              t.10 = len y
              t.11 = `2`
              t.12 = `(t10 + 1) . saturating_sub(t11)` [t10=t.10, t11=t.11]
              t.13 = `0`
              sum.14 = `- 0.0`
              for i.16 in t.13..t.12
                carry sum.15 = sum.14 -> sum.25
                t.17 = `i + t11` [i=i.16, t11=t.11]
                view w = &y[i.16..t.17]
                t.19 = `1`
                t.20 = load w[t.19]
                t.21 = `0`
                t.22 = load w[t.21]
                t.23 = sub t.20, t.22
                sum.24 = add sum.15, t.23
                yield sum.24
              t.26 = len m
              t.27 = `0`
              for i.29 in t.27..t.26 can stop
                carry s.28 = sum.25 -> s.56
                t.30 = len m[i.29]
                t.31 = `0`
                stop.35 = `false`
                for j in t.31..t.30 can stop
                  carry s.32 = s.28 -> s.53
                  carry stop.36 = stop.35 -> stop.55
                  t.38 = load m[i.29][j]
                  t.39 = `t38 > 1.0` [t38=t.38]
                  s.42, stop.46, stop.52 = if t.39
                    then
                      t.45 = `true`
                      t.50 = `true`
                      yield s.32, t.45, t.50
                    else
                      t.40 = load m[i.29][j]
                      s.41 = add s.32, t.40
                      t.51 = `false`
                      yield s.41, stop.36, t.51
                  yield s.42, stop.46, stop.52
                yield s.53, stop.55
              return s.56
        "#]],
    );
}

#[test]
fn skipped_and_zipped() {
    check(
        parse_quote! {
            fn f(x: &[f64]) -> f64 {
                x.iter().zip(x.iter().skip(1)).map(|(&a, &b)| a * b).sum()
            }
        },
        expect![[r#"
            fn(view x.0: &[f64]) -> f64
              t.1 = `1`
              t.2 = len x.0
              t.3 = `t1 . min(t2)` [t1=t.1, t2=t.2]
              view x.4 = &x.0[t.3..]
              t.5 = len x.0
              t.6 = len x.4
              t.7 = `t5 . min(t6)` [t5=t.5, t6=t.6]
              view x.8 = &x.0[..t.7]
              view x.9 = &x.4[..t.7]
              t.10 = `0`
              sum.11 = `- 0.0`
              for i in t.10..t.7
                carry sum.12 = sum.11 -> sum.18
                a = load x.8[i]
                b = load x.9[i]
                t.16 = mul a, b
                sum.17 = add sum.12, t.16
                yield sum.17
              return sum.18
        "#]],
    );
}

#[test]
fn inactive_chains_stay_whole() {
    check(
        parse_quote! {
            fn f(x: &[f64], perm: &[usize]) -> f64 {
                let total = perm.iter().map(|p| p * 2).sum::<usize>();
                let positive = x.iter().filter(|v| **v > 0.0).count();
                let mut order: Vec<usize> = (0..x.len()).collect();
                order.sort_by(|&i, &j| x[i].total_cmp(&x[j]));
                x[order[0]] * (total + positive) as f64
            }
        },
        expect![[r#"
            fn(view x: &[f64], const view perm: &[usize]) -> f64
              total = !`perm . iter() . map(| p | p * 2) . sum::< usize >()` [perm]
              positive = !`x . iter() . filter(| v | * * v > 0.0) . count()` [x]
              t.4 = len x
              t.5 = `0`
              t.6 = `(t5 .. t4) . size_hint() . 0` [t5=t.5, t4=t.4]
              own order = Vec::new(t.6)
              for i in t.5..t.4
                order.push(i)
              observe !!`order . sort_by(| &i, &j | x[i] . total_cmp(&x[j]))` [order, x]
              t.9 = `0`
              t.10 = load order[t.9]
              t.11 = load x[t.10]
              t.12 = `(total + positive) as f64` [total, positive]
              t.13 = mul t.11, t.12
              return t.13
        "#]],
    );
}
