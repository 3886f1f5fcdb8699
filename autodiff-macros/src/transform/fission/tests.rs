//! Reverse loops as they are printed.

use crate::args::Config;
use crate::errors::Errors;
use crate::pipeline::derive;
use expect_test::{Expect, expect};
use quote::quote;

/// Compares the reverse sweep of a function.
#[track_caller]
fn check(source: &str, expected: Expect) {
    expected.assert_eq(&pullback(source));
}

fn pullback(source: &str) -> String {
    let mut item: syn::ItemFn = syn::parse_str(source).expect("the test's source parses");
    let mut errors = Errors::default();
    let config = Config::parse(proc_macro2::TokenStream::new(), &mut item, &mut errors);
    let f = crate::lower::function(&item, &config, &mut errors).expect("the test's source is supported");
    let programs = derive(&f, 1, None, &mut errors);
    assert!(errors.is_empty(), "the test's source has no errors");
    let body = crate::emit::body(programs.adjoints[0].clone(), &quote!(rt));
    let file = syn::parse2(quote!(fn f() { #body })).expect("the output parses");
    let text = prettyplease::unparse(&file);
    let reverse: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.trim_start().starts_with("move |"))
        .skip_while(|line| !line.ends_with('{'))
        .skip(1)
        .collect();
    let lines = reverse.iter().take_while(|line| !matches!(**line, "        }," | "        }"));
    lines.map(|line| format!("{}\n", line.strip_prefix("            ").unwrap_or(line))).collect()
}

#[test]
fn one_loop_for_each_array() {
    check(
        "fn dot(x: &[f64], y: &[f64], n: usize) -> f64 { let mut s = 0.0; for i in 0..n { s += x[i] * y[i]; } s }",
        expect![[r#"
            let s_bar = out_bar.get();
            if 0 < n {
                let x1 = &x[0..n];
                let y_bar1 = y_bar.map(|y_bar| &y_bar[0..n]);
                let y1 = &y[0..n];
                let x_bar1 = x_bar.map(|x_bar| &x_bar[0..n]);
                for i1 in 0..n {
                    if let Some(y_bar1) = y_bar1 {
                        y_bar1[i1].add(s_bar * x1[i1]);
                    }
                    if let Some(x_bar1) = x_bar1 {
                        x_bar1[i1].add(s_bar * y1[i1]);
                    }
                }
            }
        "#]],
    );
}

#[test]
fn neighbours_are_gathered() {
    check(
        "fn blur(u: &[f64], rate: f64) -> Vec<f64> {
            let mut out = vec![0.0; u.len()];
            for i in 1..u.len() - 1 { out[i] = rate * (u[i - 1] - 2.0 * u[i] + u[i + 1]); }
            out
        }",
        expect![[r#"
            let mut rate_bar1 = 0.0;
            if t <= 1 + 64 {
                if 1 < t {
                    let t1 = t - 1;
                    let out_bar1 = &out_bar[1..1 + t1];
                    let u1 = &u[0..t1];
                    let u2 = &u[1..1 + t1];
                    let u3 = &u[2..2 + t1];
                    let u_bar1 = u_bar.map(|u_bar| &u_bar[2..2 + t1]);
                    let u_bar2 = u_bar.map(|u_bar| &u_bar[1..1 + t1]);
                    let u_bar3 = u_bar.map(|u_bar| &u_bar[0..t1]);
                    for i1 in 0..t1 {
                        let t_bar = out_bar1[i1].take();
                        rate_bar1 += t_bar * (u1[i1] - 2.0 * u2[i1] + u3[i1]);
                        let t2 = t_bar * rate;
                        if let Some(u_bar1) = u_bar1 {
                            u_bar1[i1].add(t2);
                        }
                        if let Some(u_bar2) = u_bar2 {
                            u_bar2[i1].add(-t2 * 2.0);
                        }
                        if let Some(u_bar3) = u_bar3 {
                            u_bar3[i1].add(t2);
                        }
                    }
                }
            } else {
                if rate_bar.is_some() {
                    let t3 = t - 1;
                    let out_bar2 = &out_bar[1..1 + t3];
                    let u4 = &u[0..t3];
                    let u5 = &u[1..1 + t3];
                    let u6 = &u[2..2 + t3];
                    rate_bar1
                        += rt::rt::sum(
                            0,
                            t3,
                            |i2| out_bar2[i2].get() * (u4[i2] - 2.0 * u5[i2] + u6[i2]),
                        );
                }
                let far = t - 2;
                for i3 in 1..1 + 2 {
                    if i3 < 1 + 1 {
                        if let Some(u_bar) = u_bar {
                            u_bar[i3].add(-(out_bar[i3].get() * rate) * 2.0);
                        }
                    }
                    if let Some(u_bar) = u_bar {
                        u_bar[i3 - 1].add(out_bar[i3].get() * rate);
                    }
                }
                let t4 = far - 1;
                let out_bar3 = &out_bar[1..1 + t4];
                let out_bar4 = &out_bar[2..2 + t4];
                let out_bar5 = &out_bar[3..3 + t4];
                let u_bar4 = u_bar.map(|u_bar| &u_bar[2..2 + t4]);
                for i4 in 0..t4 {
                    if let Some(u_bar4) = u_bar4 {
                        u_bar4[i4]
                            .add(
                                out_bar3[i4].get() * rate
                                    + -(out_bar4[i4].get() * rate) * 2.0
                                    + out_bar5[i4].get() * rate,
                            );
                    }
                }
                for i5 in far..t {
                    let t6 = out_bar[i5].get() * rate;
                    if let Some(u_bar) = u_bar {
                        u_bar[i5 + 1].add(t6);
                    }
                    if i5 >= far + 1 {
                        if let Some(u_bar) = u_bar {
                            u_bar[i5].add(-t6 * 2.0);
                        }
                    }
                }
                let t7 = t - 1;
                let out_bar6 = &out_bar[1..1 + t7];
                for i6 in 0..t7 {
                    rt::rt::ShadowOps::clear(&out_bar6[i6]);
                }
            }
            if let Some(rate_bar) = rate_bar {
                rate_bar.add(rate_bar1);
            }
        "#]],
    );
}

#[test]
fn accumulation_in_place_reads() {
    check(
        "fn multiply(a: &[f64], b: &[f64], c: &mut [f64], n: usize) {
            for i in 0..n { for k in 0..n { let a_ik = a[i * n + k]; for j in 0..n { c[i * n + j] += a_ik * b[k * n + j]; } } }
        }",
        expect![[r#"
            if n <= 64 {
                for i1 in 0..n {
                    for k1 in 0..n {
                        let mut a_ik_bar = 0.0;
                        let t1 = i1 * n + k1;
                        let a_ik1 = a[t1];
                        if 0 < n {
                            let t2 = i1 * n;
                            let c_bar1 = c_bar.map(|c_bar| &c_bar[t2..t2 + n]);
                            let t3 = k1 * n;
                            let b1 = &b[t3..t3 + n];
                            let t4 = k1 * n;
                            let b_bar1 = b_bar.map(|b_bar| &b_bar[t4..t4 + n]);
                            for j1 in 0..n {
                                let t_bar = c_bar1.map_or(0.0, |c_bar1| c_bar1[j1].get());
                                a_ik_bar += t_bar * b1[j1];
                                if let Some(b_bar1) = b_bar1 {
                                    b_bar1[j1].add(t_bar * a_ik1);
                                }
                            }
                        }
                        if let Some(a_bar) = a_bar {
                            a_bar[t1].add(a_ik_bar);
                        }
                    }
                }
            } else {
                for i in 0..n {
                    for k in 0..n {
                        let mut a_ik_bar1 = 0.0;
                        let t5 = i * n + k;
                        let a_ik = a[t5];
                        if a_bar.is_some() {
                            let t6 = i * n;
                            let c_bar2 = c_bar.map(|c_bar| &c_bar[t6..t6 + n]);
                            let t7 = k * n;
                            let b2 = &b[t7..t7 + n];
                            a_ik_bar1
                                += rt::rt::sum(
                                    0,
                                    n,
                                    |j2| c_bar2.map_or(0.0, |c_bar2| c_bar2[j2].get()) * b2[j2],
                                );
                        }
                        let t8 = i * n;
                        let c_bar3 = c_bar.map(|c_bar| &c_bar[t8..t8 + n]);
                        let t9 = k * n;
                        let b_bar2 = b_bar.map(|b_bar| &b_bar[t9..t9 + n]);
                        for j3 in 0..n {
                            if let Some(b_bar2) = b_bar2 {
                                b_bar2[j3]
                                    .add(c_bar3.map_or(0.0, |c_bar3| c_bar3[j3].get()) * a_ik);
                            }
                        }
                        if let Some(a_bar) = a_bar {
                            a_bar[t5].add(a_ik_bar1);
                        }
                    }
                }
            }
            c.copy_from_slice(&c_saved);
        "#]],
    );
}

#[test]
fn records_are_read_by_number() {
    check(
        "fn sum(x: &[f64], m: f64, lo: usize) -> f64 { let mut s = 0.0; for i in lo..x.len() { s += (x[i] - m).exp(); } s }",
        expect![[r#"
            let mut at = record.len();
            let s_bar = out_bar.get();
            let mut m_bar1 = 0.0;
            if t <= lo + 64 {
                if lo < t {
                    let recorded = rt::rt::last(&record, &mut at, lo..t);
                    let t2 = t - lo;
                    let x_bar1 = x_bar.map(|x_bar| &x_bar[lo..lo + t2]);
                    for i1 in 0..t2 {
                        let t3 = recorded[i1];
                        let t4 = s_bar * t3;
                        m_bar1 += -t4;
                        if let Some(x_bar1) = x_bar1 {
                            x_bar1[i1].add(t4);
                        }
                    }
                }
            } else {
                let recorded1 = rt::rt::last(&record, &mut at, lo..t);
                if m_bar.is_some() {
                    m_bar1
                        += rt::rt::sum(
                            lo,
                            t,
                            |i2| {
                                let t5 = recorded1[i2 - lo];
                                -(s_bar * t5)
                            },
                        );
                }
                let t6 = t - lo;
                let x_bar2 = x_bar.map(|x_bar| &x_bar[lo..lo + t6]);
                for i3 in 0..t6 {
                    let t7 = recorded1[i3];
                    if let Some(x_bar2) = x_bar2 {
                        x_bar2[i3].add(s_bar * t7);
                    }
                }
            }
            if let Some(m_bar) = m_bar {
                m_bar.add(m_bar1);
            }
        "#]],
    );
}

#[test]
fn what_depends_on_the_order_stays_in_order() {
    // Each element is overwritten with what the next one has left.
    check(
        "fn sweep(u: &mut [f64], rate: f64) { for i in 1..u.len() { u[i] += rate * u[i - 1]; } }",
        expect![[r#"
        let mut at = record.len();
        let mut rate_bar1 = 0.0;
        for i in (1..t).rev() {
            at -= 1;
            let u_saved = record[at];
            u[i] = u_saved;
            let t_bar = u_bar.map_or(0.0, |u_bar| u_bar[i].get());
            let t1 = i - 1;
            rate_bar1 += t_bar * u[t1];
            if let Some(u_bar) = u_bar {
                u_bar[t1].add(t_bar * rate);
            }
        }
        if let Some(rate_bar) = rate_bar {
            rate_bar.add(rate_bar1);
        }
    "#]],
    );
    // An index that is looked up may be the same twice.
    check(
        "fn scatter(x: &[f64], y: &mut [f64], at: &[usize]) { for i in 0..x.len() { y[at[i]] = 3.0 * x[i]; } }",
        expect![[r#"
            let mut at1 = record.len();
            for i in (0..t).rev() {
                at1 -= 1;
                let y_saved = record[at1];
                let t1 = at[i];
                y[t1] = y_saved;
                let t2 = y_bar.map_or(0.0, |y_bar| y_bar[t1].take()) * 3.0;
                if let Some(x_bar) = x_bar {
                    x_bar[i].add(t2);
                }
            }
        "#]],
    );
}

#[test]
fn few_iterations_stay_together() {
    check(
        "fn dot(x: &[f64; 3], y: &[f64; 3]) -> f64 { let mut s = 0.0; for i in 0..3 { s += x[i] * y[i]; } s }",
        expect![[r#"
        let s_bar = out_bar.get();
        for i in 0..3 {
            if let Some(y_bar) = y_bar {
                y_bar[i].add(s_bar * x[i]);
            }
            if let Some(x_bar) = x_bar {
                x_bar[i].add(s_bar * y[i]);
            }
        }
    "#]],
    );
}

#[test]
fn rows_of_a_matrix_are_told_apart() {
    check(
        "fn rows(u: &[f64], out: &mut [f64], i: usize, n: usize) {
            for j in 0..n { out[j] = u[i * n + j] + u[(i + 1) * n + j] * u[i * n + j + 1]; }
        }",
        expect![[r#"
            let mut out_at = out_log.len();
            if n <= 64 {
                if 0 < n {
                    let out_bar1 = out_bar.map(|out_bar| &out_bar[0..n]);
                    let t = (i + 1) * n;
                    let u1 = &u[t..t + n];
                    let t1 = i * n + 1;
                    let u_bar1 = u_bar.map(|u_bar| &u_bar[t1..t1 + n]);
                    let t2 = i * n + 1;
                    let u2 = &u[t2..t2 + n];
                    let t3 = (i + 1) * n;
                    let u_bar2 = u_bar.map(|u_bar| &u_bar[t3..t3 + n]);
                    let t4 = i * n;
                    let u_bar3 = u_bar.map(|u_bar| &u_bar[t4..t4 + n]);
                    for j1 in 0..n {
                        let t_bar = out_bar1.map_or(0.0, |out_bar1| out_bar1[j1].take());
                        if let Some(u_bar1) = u_bar1 {
                            u_bar1[j1].add(t_bar * u1[j1]);
                        }
                        if let Some(u_bar2) = u_bar2 {
                            u_bar2[j1].add(t_bar * u2[j1]);
                        }
                        if let Some(u_bar3) = u_bar3 {
                            u_bar3[j1].add(t_bar);
                        }
                    }
                }
            } else {
                let far = n - 1;
                for j2 in 0..0 + 1 {
                    if let Some(u_bar) = u_bar {
                        u_bar[i * n + j2]
                            .add(out_bar.map_or(0.0, |out_bar| out_bar[j2].get()));
                    }
                }
                let out_bar2 = out_bar.map(|out_bar| &out_bar[0..far]);
                let t5 = (i + 1) * n;
                let u3 = &u[t5..t5 + far];
                let out_bar3 = out_bar.map(|out_bar| &out_bar[1..1 + far]);
                let t6 = i * n + 1;
                let u_bar4 = u_bar.map(|u_bar| &u_bar[t6..t6 + far]);
                for j3 in 0..far {
                    if let Some(u_bar4) = u_bar4 {
                        u_bar4[j3]
                            .add(
                                out_bar2.map_or(0.0, |out_bar2| out_bar2[j3].get()) * u3[j3]
                                    + out_bar3.map_or(0.0, |out_bar3| out_bar3[j3].get()),
                            );
                    }
                }
                for j4 in far..n {
                    if let Some(u_bar) = u_bar {
                        u_bar[i * n + j4 + 1]
                            .add(
                                out_bar.map_or(0.0, |out_bar| out_bar[j4].get())
                                    * u[(i + 1) * n + j4],
                            );
                    }
                }
                let out_bar4 = out_bar.map(|out_bar| &out_bar[0..n]);
                let t7 = i * n + 1;
                let u4 = &u[t7..t7 + n];
                let t8 = (i + 1) * n;
                let u_bar5 = u_bar.map(|u_bar| &u_bar[t8..t8 + n]);
                for j5 in 0..n {
                    let t9 = out_bar4.map_or(0.0, |out_bar4| out_bar4[j5].take())
                        * u4[j5];
                    if let Some(u_bar5) = u_bar5 {
                        u_bar5[j5].add(t9);
                    }
                }
            }
            {
                let range = rt::rt::range_mut(&mut *out, 0, n);
                out_at -= range.len();
                range.copy_from_slice(&out_log[out_at..][..range.len()]);
            }
        "#]],
    );
}
