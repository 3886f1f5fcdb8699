//! Variables, elements and accumulators that start from a constant of a type that the macro cannot see and then carry derivatives: that the
//! start carries none says nothing of what follows.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct S {
    x: f64,
    v: f64,
}
#[derive(Clone, Debug)]
struct Cfg {
    start: S,
    steps: usize,
    all: Vec<S>,
    level: f64,
    list: [S; 2],
}
#[differentiate]
fn f(s: &S, k: f64) -> S {
    S { x: s.x * k + s.v, v: s.v - k * s.x }
}
#[differentiate]
fn g(s: S, k: f64) -> S {
    S { x: s.x * k + s.v, v: s.v - k * s.x }
}
#[differentiate]
fn started_1(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut s = c.start;
    for _ in 0..c.steps {
        s = f(&s, k);
    }
    s.x * s.v
}
#[differentiate]
fn started_2(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut s = c.start;
    if k > 0.0 {
        s = f(&s, k);
    }
    s.x * s.v
}
#[differentiate]
fn started_3(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut s = c.start;
    s = f(&s, k);
    s = g(s, k);
    s.x * s.v
}
#[differentiate]
fn started_4(k: f64, #[constant] c: &Cfg) -> f64 {
    let s = if k > 0.0 { f(&c.start, k) } else { c.start };
    s.x * s.v
}
#[differentiate]
fn started_5(k: f64, #[constant] c: &Cfg) -> f64 {
    let s = match c.steps {
        0 => c.start,
        1 => c.all[0],
        _ => g(c.start, k),
    };
    s.x * s.v
}
#[differentiate]
fn started_6(k: f64, #[constant] c: &Cfg) -> f64 {
    let s = (0..c.steps).fold(c.start, |s, _| g(s, k));
    s.x * s.v
}
#[differentiate]
fn started_7(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut s = c.start;
    let mut i = 0;
    while i < c.steps {
        s = g(s, k);
        i += 1;
    }
    s.x * s.v
}
#[differentiate]
fn started_8(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut s = c.start;
    let mut p = c.start;
    for _ in 0..c.steps {
        (s, p) = (g(s, k), s);
    }
    s.x * p.v
}
#[differentiate]
fn started_9(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut l = c.level;
    for _ in 0..c.steps {
        l = l * k + l.sin();
    }
    let mut m = c.level;
    if l > 0.1 {
        m = h(m, k);
    }
    l * m
}
#[differentiate]
fn h(a: f64, b: f64) -> f64 {
    a * b
}
#[differentiate]
fn started_10(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut l = c.level;
    for _ in 0..c.steps {
        l = h(l, k);
    }
    l
}
#[differentiate]
fn started_11(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut l = c.level;
    for i in 0..c.steps {
        l = if i > 1 { h(l, k) } else { c.level };
    }
    l
}
#[differentiate]
fn started_12(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut l = [c.level; 3];
    for i in 1..3 {
        l[i] = h(l[i - 1], k);
    }
    l[2]
}
#[differentiate]
fn started_13(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut l = vec![c.start, c.start];
    l[1] = f(&l[0], k);
    l[0] = g(l[1], k);
    l[0].x * l[0].v
}
#[differentiate]
fn started_14(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut l = [c.start; 2];
    l[1] = f(&l[0], k);
    l[0].x = k;
    l[0].x * l[1].v
}
#[differentiate]
fn started_15(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut s = c.start;
    s.x = k * s.x;
    s.v += k;
    s.x * s.v
}
#[differentiate]
fn started_17(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut pair = (c.start, c.level);
    pair.0 = f(&pair.0, k);
    pair.1 = h(pair.1, k);
    pair.0.x * pair.1
}
#[differentiate]
fn started_19(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut l = c.list;
    l[0] = g(l[1], k);
    l[1] = g(l[0], k);
    l[1].x * l[0].v
}
#[differentiate]
fn started_20(k: f64, #[constant] c: &Cfg) -> f64 {
    let s;
    if k > 3.0 {
        s = c.start;
    } else {
        s = g(c.start, k);
    }
    s.x * s.v
}
#[differentiate]
fn started_21(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut l = Vec::new();
    l.push(c.start);
    for i in 0..c.steps {
        l.push(g(l[i], k));
    }
    l[c.steps].x
}
#[differentiate]
fn started_22(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut l = vec![c.level; 3];
    for i in 1..3 {
        l[i] = h(l[i - 1], k);
    }
    l.iter().sum()
}
#[differentiate]
fn started_23(k: f64, #[constant] c: &Cfg) -> f64 {
    let step = |s: S| g(s, k);
    let mut s = c.start;
    for _ in 0..3 {
        s = step(s);
    }
    s.x + s.v * c.level
}
#[differentiate]
fn started_25(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut s = c.start;
    let mut t = c.level;
    for w in &c.all {
        if w.x > 0.2 {
            s = g(*w, k);
            t = h(w.x, k);
        } else {
            t = w.v;
        }
    }
    s.x + s.v * t
}
#[differentiate]
fn started_26(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut t = c.level;
    for w in &c.all {
        if w.x > 0.2 {
            t = h(w.x, k);
        } else {
            t = w.v;
        }
    }
    t
}
#[differentiate]
fn started_27(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut s = c.start;
    for w in &c.all {
        if w.x > 0.2 {
            s = g(*w, k);
        }
    }
    s.x + s.v
}
#[differentiate]
fn started_28(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut t = 0.0;
    for w in &c.all {
        if w.x > 0.2 {
            t = h(w.x, k);
        } else {
            t = w.v;
        }
    }
    t
}
const START: S = S { x: 0.3, v: 0.2 };
static TABLE: [f64; 3] = [0.1, 0.2, 0.3];
#[differentiate]
fn started_29(k: f64) -> f64 {
    let mut l = [START; 2];
    l[1] = g(l[0], k);
    l[1].x
}
#[differentiate]
fn started_30(k: f64) -> f64 {
    let mut l = [START, START];
    l[1] = g(l[0], k);
    l[1].x
}
#[differentiate]
fn started_31(k: f64) -> f64 {
    let mut s = START;
    for _ in 0..3 {
        s = g(s, k);
    }
    s.x
}
#[differentiate]
fn started_32(k: f64) -> f64 {
    let mut l = vec![START; 2];
    l[1] = g(l[0], k);
    l[0].v = k;
    l[1].x * l[0].v
}
#[differentiate]
fn started_33(k: f64) -> f64 {
    let mut s = START;
    s.x = k;
    let mut t = TABLE;
    t[1] = k * s.x;
    s.x * s.v * t[1] * TABLE[2]
}
#[differentiate]
fn started_34(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut l = Vec::new();
    for s in &c.all {
        l.push(*s);
    }
    l[0] = g(l[1], k);
    l[0].x * l[1].v
}
#[differentiate]
fn started_35(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut l: Vec<S> = c.all.iter().copied().collect();
    l[0] = g(l[1], k);
    l[0].x * l[1].v
}
#[differentiate]
fn started_36(k: f64, #[constant] c: &Cfg) -> f64 {
    let mut best = c.all[0];
    for s in c.all.iter() {
        let t = g(*s, k);
        if t.x > best.x {
            best = t;
        }
    }
    best.x * best.v
}

fn cfg() -> Cfg {
    let (s, t) = (S { x: 0.3, v: 0.7 }, S { x: 0.1, v: 0.2 });
    Cfg { start: s, steps: 3, all: vec![s, t], level: 0.6, list: [s, t] }
}

programs! {
    started_1: (k = 0.7, const &c = cfg());
    started_2: (k = 0.7, const &c = cfg());
    started_3: (k = 0.7, const &c = cfg());
    started_4: (k = 0.7, const &c = cfg());
    started_5: (k = 0.7, const &c = cfg());
    started_6: (k = 0.7, const &c = cfg());
    started_7: (k = 0.7, const &c = cfg());
    started_8: (k = 0.7, const &c = cfg());
    started_9: (k = 0.7, const &c = cfg());
    started_10: (k = 0.7, const &c = cfg());
    started_11: (k = 0.7, const &c = cfg());
    started_12: (k = 0.7, const &c = cfg());
    started_13: (k = 0.7, const &c = cfg());
    started_14: (k = 0.7, const &c = cfg());
    started_15: (k = 0.7, const &c = cfg());
    started_17: (k = 0.7, const &c = cfg());
    started_19: (k = 0.7, const &c = cfg());
    started_20: (k = 0.7, const &c = cfg());
    started_21: (k = 0.7, const &c = cfg());
    started_22: (k = 0.7, const &c = cfg());
    started_23: (k = 0.7, const &c = cfg());
    started_25: (k = 0.7, const &c = cfg());
    started_26: (k = 0.7, const &c = cfg());
    started_27: (k = 0.7, const &c = cfg());
    started_28: (k = 0.7, const &c = cfg());
    started_29: (k = 0.7);
    started_30: (k = 0.7);
    started_31: (k = 0.7);
    started_32: (k = 0.7);
    started_33: (k = 0.7);
    started_34: (k = 0.7, const &c = cfg());
    started_35: (k = 0.7, const &c = cfg());
    started_36: (k = 0.7, const &c = cfg());
}
