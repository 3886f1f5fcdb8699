//! `break`, `continue`, `return`.

use super::check;
use expect_test::expect;
use syn::parse_quote;

#[test]
fn the_rest_becomes_the_other_arm() {
    check(
        parse_quote! {
            fn f(x: f64, n: usize) -> f64 {
                if n == 0 {
                    return x;
                }
                let y = x.exp();
                if y > 2.0 {
                    return y;
                }
                y * x
            }
        },
        expect![[r#"
            fn(x: f64, const n: usize) -> f64
              t.2 = `n == 0` [n]
              result.10 = if t.2
                then
                  yield x
                else
                  y = exp x
                  t.4 = `y > 2.0` [y]
                  result.6 = if t.4
                    then
                      yield y
                    else
                      result.5 = mul y, x
                      yield result.5
                  yield result.6
              return result.10
        "#]],
    );
}

#[test]
fn break_and_continue() {
    check(
        parse_quote! {
            fn f(x: &[f64], limit: f64) -> f64 {
                let mut s = 0.0;
                for i in 0..x.len() {
                    if x[i] < 0.0 {
                        continue;
                    }
                    s += x[i];
                    if s > limit {
                        break;
                    }
                    s *= 2.0;
                }
                s
            }
        },
        expect![[r#"
            fn(view x: &[f64], limit: f64) -> f64
              s.2 = `0.0`
              t.3 = len x
              t.4 = `0`
              for i in t.4..t.3 can stop
                carry s.5 = s.2 -> s.26
                t.7 = load x[i]
                t.8 = `t7 < 0.0` [t7=t.7]
                s.21, stop.25 = if t.8
                  then
                    t.24 = `false`
                    yield s.5, t.24
                  else
                    t.9 = load x[i]
                    s.10 = add s.5, t.9
                    t.11 = `s > limit` [s=s.10, limit]
                    s.14, stop.20 = if t.11
                      then
                        t.18 = `true`
                        yield s.10, t.18
                      else
                        t.12 = `2.0`
                        s.13 = mul s.10, t.12
                        t.19 = `false`
                        yield s.13, t.19
                    yield s.14, stop.20
                yield s.21, stop.25
              return s.26
        "#]],
    );
}

#[test]
fn a_flag_guards_the_rest() {
    check(
        parse_quote! {
            fn f(x: f64, n: usize) -> f64 {
                let mut s = x;
                if n > 1 {
                    if n > 2 {
                        return s;
                    }
                    s *= x;
                }
                s.sin()
            }
        },
        expect![[r#"
            fn(x: f64, const n: usize) -> f64
              t.2 = `n > 1` [n]
              go.10, s.11 = if t.2
                then
                  t.3 = `n > 2` [n]
                  go.7, s.8 = if t.3
                    then
                      t.5 = `false`
                      yield t.5, x
                    else
                      s.4 = mul x, x
                      t.6 = `true`
                      yield t.6, s.4
                  yield go.7, s.8
                else
                  t.9 = `true`
                  yield t.9, x
              result.13 = if go.10
                then
                  result.12 = sin s.11
                  yield result.12
                else
                  yield x
              return result.13
        "#]],
    );
}

#[test]
fn return_from_nested_loops() {
    check(
        parse_quote! {
            fn f(x: &[f64], limit: f64) -> f64 {
                for i in 0..x.len() {
                    for j in 0..i {
                        if x[i] * x[j] > limit {
                            return x[i];
                        }
                    }
                }
                0.0
            }
        },
        expect![[r#"
            fn(view x: &[f64], limit: f64) -> f64
              t.2 = len x
              t.3 = `0`
              result.4 = `0.0`
              go.6 = `true`
              for i in t.3..t.2 can stop
                carry result.5 = result.4 -> result.39
                carry go.7 = go.6 -> go.40
                t.9 = `0`
                stop.14 = `false`
                for j in t.9..i can stop
                  carry result.10 = result.5 -> result.35
                  carry go.11 = go.7 -> go.36
                  carry stop.15 = stop.14 -> stop.38
                  t.17 = load x[i]
                  t.18 = load x[j]
                  t.19 = mul t.17, t.18
                  t.20 = `t19 > limit` [t19=t.19, limit]
                  result.22, go.24, stop.28, stop.34 = if t.20
                    then
                      result.21 = load x[i]
                      t.23 = `false`
                      t.27 = `true`
                      t.32 = `true`
                      yield result.21, t.23, t.27, t.32
                    else
                      t.33 = `false`
                      yield result.10, go.11, stop.15, t.33
                  yield result.22, go.24, stop.28, stop.34
                yield result.35, go.36, stop.38
              result.42 = if go.40
                then
                  result.41 = `0.0`
                  yield result.41
                else
                  yield result.39
              return result.42
        "#]],
    );
}

#[test]
fn labels() {
    check(
        parse_quote! {
            fn f(x: &[f64], limit: f64) -> f64 {
                let mut s = 0.0;
                'rows: for i in 0..x.len() {
                    for j in 0..i {
                        if x[j] > limit {
                            continue 'rows;
                        }
                        s += x[i] * x[j];
                    }
                    s *= 2.0;
                }
                s
            }
        },
        expect![[r#"
            fn(view x: &[f64], limit: f64) -> f64
              s.2 = `0.0`
              t.3 = len x
              t.4 = `0`
              for i in t.4..t.3
                carry s.5 = s.2 -> s.32
                t.7 = `0`
                go.9 = `true`
                for j in t.7..i can stop
                  carry s.8 = s.5 -> s.27
                  carry go.10 = go.9 -> go.28
                  t.12 = load x[j]
                  t.13 = `t12 > limit` [t12=t.12, limit]
                  s.18, go.20, stop = if t.13
                    then
                      t.19 = `false`
                      t.24 = `true`
                      yield s.8, t.19, t.24
                    else
                      t.14 = load x[i]
                      t.15 = load x[j]
                      t.16 = mul t.14, t.15
                      s.17 = add s.8, t.16
                      t.25 = `false`
                      yield s.17, go.10, t.25
                  yield s.18, go.20, stop
                s.31 = if go.28
                  then
                    t.29 = `2.0`
                    s.30 = mul s.27, t.29
                    yield s.30
                  else
                    yield s.27
                yield s.31
              return s.32
        "#]],
    );
}

#[test]
fn values_of_break() {
    check(
        parse_quote! {
            fn f(x: f64) -> f64 {
                let mut y = x;
                let root = loop {
                    y = 0.5 * (y + x / y);
                    if (y * y - x).abs() < 1e-9 {
                        break y;
                    }
                };
                let big = 'block: {
                    if root > 1.0 {
                        break 'block root * root;
                    }
                    root
                };
                root + big
            }
        },
        expect![[r#"
            fn(x: f64) -> f64
              value.2 = `0.0`
              loop can stop
                carry y.1 = x -> y.19
                carry value.3 = value.2 -> value.20
                t.4 = div x, y.1
                t.5 = add y.1, t.4
                t.6 = `0.5`
                y.7 = mul t.6, t.5
                t.8 = mul y.7, y.7
                t.9 = sub t.8, x
                t.10 = abs t.9
                t.11 = `t10 < 1e-9` [t10=t.10]
                value.12, stop = if t.11
                  then
                    t.16 = `true`
                    yield y.7, t.16
                  else
                    t.17 = `false`
                    yield value.3, t.17
                yield y.7, value.12, stop
              t.21 = `value > 1.0` [value=value.20]
              value.23 = if t.21
                then
                  value.22 = mul value.20, value.20
                  yield value.22
                else
                  yield value.20
              t.27 = add value.20, value.23
              return t.27
        "#]],
    );
}

#[test]
fn memory_as_an_early_result() {
    check(
        parse_quote! {
            fn f(x: &[f64], limit: f64) -> (Vec<f64>, f64) {
                let mut out = x.to_vec();
                for i in 0..x.len() {
                    out[i] *= 2.0;
                    if out[i] > limit {
                        return (out, x[i]);
                    }
                }
                (Vec::new(), 0.0)
            }
        },
        expect![[r#"
            fn(view x: &[f64], limit: f64) -> (Vec < f64 >, f64)
              own result.2 = Vec::new()
              own out = copy x.to_vec()
              t.4 = len x
              t.5 = `0`
              result.6 = `0.0`
              go.8 = `true`
              for i in t.5..t.4 can stop
                carry result.7 = result.6 -> result.27
                carry go.9 = go.8 -> go.28
                t.11 = load out[i]
                t.12 = `2.0`
                t.13 = mul t.11, t.12
                out[i] := t.13
                t.14 = load out[i]
                t.15 = `t14 > limit` [t14=t.14, limit]
                result.18, go.20, stop = if t.15
                  then
                    result.16 = load x[i]
                    own t.17 = move out
                    result.2 := move t.17
                    t.19 = `false`
                    t.24 = `true`
                    yield result.16, t.19, t.24
                  else
                    t.25 = `false`
                    yield result.7, go.9, t.25
                yield result.18, go.20, stop
              result.31 = if go.28
                then
                  own t.29 = Vec::new()
                  result.2 := move t.29
                  result.30 = `0.0`
                  yield result.30
                else
                  yield result.27
              return (result.2, result.31)
        "#]],
    );
}

#[test]
fn exits_in_a_let() {
    check(
        parse_quote! {
            fn f(x: f64, n: usize) -> f64 {
                let mut s = 0.0;
                for i in 0..n {
                    let y = match i {
                        0 => continue,
                        1 => x,
                        _ => break,
                    };
                    s += y;
                }
                s
            }
        },
        expect![[r#"
            fn(x: f64, const n: usize) -> f64
              s.2 = `0.0`
              t.3 = `0`
              for i in t.3..n can stop
                carry s.4 = s.2 -> s.16
                s.7, stop = match i
                  `0`
                    t.12 = `false`
                    yield s.4, t.12
                  `1`
                    s.6 = add s.4, x
                    t.13 = `false`
                    yield s.6, t.13
                  `_`
                    t.14 = `true`
                    yield s.4, t.14
                yield s.7, stop
              return s.16
        "#]],
    );
}
