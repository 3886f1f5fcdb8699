//! What is evaluated before and behind something that changes it, or that may leave: everything happens in the order that is written.
//!
//! `s * bump(&mut s, y)?` once read `s` behind the call, and `some.unwrap_or(bump(&mut s, y))` did not call it, in gradients and without a word.

use crate::differentiate;
use differentiate::Differentiable;

#[differentiate]
fn bump(x: &mut f64, by: f64) -> Option<f64> {
    *x += by;
    if *x > 100.0 { None } else { Some(*x * by) }
}

#[differentiate]
fn beside(x: f64, y: f64) -> Option<f64> {
    let mut s = x;
    let a = s * bump(&mut s, y)?;
    let mut stack = vec![x, y, x * y];
    let b = stack.pop().unwrap() - 3.0 * stack.pop()?;
    let c = s.mul_add(bump(&mut s, x)?, s);
    Some(a + 7.0 * b + c)
}

#[differentiate]
fn moved(x: &mut f64, by: f64) -> f64 {
    *x += by;
    *x * by
}

#[differentiate]
fn defaults(x: f64, y: f64) -> f64 {
    let mut s = x;
    let some = Some(y);
    let a = some.unwrap_or(moved(&mut s, y));
    let b = (y > 5.0).then_some(moved(&mut s, 2.0)).unwrap_or(s);
    let result: Result<f64, String> = Ok(y);
    let c = result.unwrap_or(moved(&mut s, 2.0));
    let d = [x, y].get(1).map_or(moved(&mut s, y), |w| w * w);
    a + b * s + c * d
}

#[differentiate]
fn is_positive(x: f64) -> Option<bool> {
    if x > 100.0 { None } else { Some(x > 1.0) }
}

#[differentiate]
fn asked_in_conditions(#[constant] k: usize, x: &[f64]) -> Option<f64> {
    let a = x.get(k)?;
    if k > 0 && *x.first()? > 0.5 || is_positive(*a)? {
        return Some(a * a);
    }
    Some(
        match k {
            0 => {
                if *a > 5.0 {
                    return None;
                }
                a.sin()
            }
            _ => -a,
        } * x[0],
    )
}

#[differentiate]
fn left_everywhere(x: f64, y: f64) -> Result<f64, String> {
    let mut s = x;
    let root = |v: f64| if v > 0.0 { Ok(v.sqrt()) } else { Err("negative".to_string()) };
    let t = (s * 2.0, root(y)?, s);
    s *= t.1;
    let mut v = vec![s, t.0];
    v[if y > 50.0 { return Err("y".into()) } else { 1 }] *= 3.0 + root(s)?;
    for i in 0..3 {
        let w = v[0]
            * match i {
                0 => continue,
                1 => x,
                _ if s > 1e6 => break,
                _ => y,
            };
        v.push(w + if w > 1e9 { return Err("w".into()) } else { w.cos() });
    }
    Ok(v[0] + t.2 + v[1] * v[1] + v[v.len() - 1] * v.iter().sum::<f64>())
}

#[derive(Clone, Debug)]
enum Expr {
    Number(f64),
    Variable(usize),
    Product(Box<Expr>, Box<Expr>),
    Call(String, Box<Expr>),
    Let(Box<Expr>, Box<Expr>),
}

#[differentiate(recursive)]
fn evaluated(#[constant] e: &Expr, x: &[f64], scope: f64) -> Result<f64, String> {
    Ok(match e {
        Expr::Number(v) => *v,
        Expr::Variable(i) => match x.get(*i) {
            Some(v) => *v,
            None => scope,
        },
        Expr::Product(a, b) => {
            let a = evaluated(a, x, scope)?;
            if a == 0.0 {
                return Ok(0.0);
            }
            let b = evaluated(b, x, scope)?;
            a * b
        }
        Expr::Call(name, arg) => {
            let arg = evaluated(arg, x, scope)?;
            match name.as_str() {
                "exp" => arg.exp(),
                "sqrt" if arg < 0.0 => return Err(format!("sqrt of {arg}")),
                "sqrt" => arg.sqrt(),
                other => return Err(format!("unknown function {other}")),
            }
        }
        Expr::Let(value, body) => {
            let scope = evaluated(value, x, scope)?;
            evaluated(body, x, scope)?
        }
    })
}

#[derive(Clone, Debug)]
enum Op {
    Push(f64),
    Load(usize),
    Add,
    Mul,
    Neg,
    Dup,
    Jump(usize),
}

#[differentiate]
fn run(#[constant] code: &[Op], x: &[f64]) -> Option<f64> {
    let mut stack: Vec<f64> = Vec::new();
    let mut pc = 0;
    let mut fuel = 100;
    while pc < code.len() {
        fuel -= 1;
        if fuel == 0 {
            return None;
        }
        let op = &code[pc];
        pc += 1;
        match op {
            Op::Push(v) => stack.push(*v),
            Op::Load(i) => stack.push(*x.get(*i)?),
            Op::Add => {
                let b = stack.pop()?;
                let a = stack.pop()?;
                stack.push(a + b);
            }
            Op::Mul => {
                let (b, a) = (stack.pop()?, stack.pop()?);
                stack.push(a * b);
            }
            Op::Neg => {
                let a = stack.pop()?;
                stack.push(-a);
            }
            Op::Dup => {
                let a = *stack.last()?;
                stack.push(a);
            }
            Op::Jump(to) => {
                if stack.pop()? < 0.0 {
                    pc = *to;
                }
            }
        }
    }
    stack.pop()
}

#[differentiate]
fn in_macros(x: f64, v: &[f64]) -> Option<f64> {
    let row = vec![positive(x)?, x, positive(x * v[0])?];
    assert_eq!(positive(x)?, row[0], "{}", x);
    let mut sum = 0.0;
    for a in v {
        sum += row[0] * vec![*a, if *a > x { break } else { x }][1];
    }
    Some(sum + row[2])
}

#[differentiate]
fn positive(x: f64) -> Option<f64> {
    if x > 0.0 { Some(x.sqrt()) } else { None }
}

#[differentiate]
fn ranges_of_other_integers(x: f64, n: i32) -> f64 {
    let mut s = x;
    for i in 0..4 {
        let k = i - 2;
        s *= k as f64 + 0.6;
        let row: Vec<f64> = (k..=i).map(|j| s * j as f64).collect();
        s += row[0];
    }
    let row: Vec<f64> = (-1..n).map(|j| x * j as f64).rev().collect();
    s + row[0] * x
}

#[differentiate]
fn parted_by_reference(x: f64, y: f64) -> f64 {
    let v = [x, y, x - y];
    let (large, small): (Vec<f64>, Vec<f64>) = v.iter().partition(|v| **v > 0.65);
    let n = small.len();
    large.iter().chain(&small).zip(v.iter().skip(1)).map(|(a, b)| a * b).sum::<f64>() + n as f64 * x
}

#[differentiate]
fn popped(x: f64, y: f64) -> f64 {
    let mut rows = vec![vec![x], vec![y, x]];
    rows[1].push(x * y);
    let row = rows.pop().unwrap();
    rows.pop();
    row[0] * row[2] + rows.len() as f64
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Pair {
    a: f64,
    b: f64,
}

#[differentiate]
impl std::ops::Add for Pair {
    type Output = Pair;
    fn add(self, other: Pair) -> Pair {
        Pair { a: self.a * other.b, b: self.b - other.a }
    }
}

#[differentiate]
impl Pair {
    fn plus(self, other: Pair) -> Pair {
        Pair { a: self.a + other.b * self.b, b: self.b * other.a }
    }
    fn bumped(&mut self, k: f64) -> Pair {
        self.a += k * self.b;
        self.b *= self.a;
        Pair { a: self.b, b: k }
    }
    fn size(&self) -> f64 {
        self.a * self.a + 3.0 * self.b
    }
}

#[differentiate]
fn bumped(v: &mut Pair, k: f64) -> Pair {
    v.a += k * v.b;
    v.b *= v.a;
    Pair { a: v.b, b: k }
}

#[differentiate]
fn both(v: Pair, w: Pair) -> Pair {
    Pair { a: v.a * w.b, b: v.b + w.a * v.a }
}

#[differentiate]
fn pair_of(v: [f64; 2], w: f64, u: [f64; 2]) -> f64 {
    v[0] * w + v[1] * u[0] - u[1] * w
}

#[differentiate]
fn bumped_array(v: &mut [f64; 2], k: f64) -> f64 {
    v[0] += k * v[1];
    v[1] *= v[0];
    v[0] - k
}

struct Two {
    first: Pair,
    k: f64,
    second: Pair,
}

#[differentiate]
fn read_before_it_changes(x: f64, y: f64) -> f64 {
    let mut v = Pair { a: x, b: y };
    let one = v + v.bumped(y);
    let two = v.plus(bumped(&mut v, x));
    let three = both(v, bumped(&mut v, x * y));
    let (four, five, six) = (v, bumped(&mut v, y), v);
    let nested = (v, (v, bumped(&mut v, 0.5)), v.a);
    let seven = nested.0.plus(nested.1.0) + nested.1.1;
    let list = [v, bumped(&mut v, 0.3), v];
    let add = |p: Pair, q: Pair| p.size() - q.size() * p.b;
    let eight = add(v, bumped(&mut v, 0.1));
    let mut w = [x, y];
    let nine = pair_of(w, bumped_array(&mut w, x), w);
    let sizes = one.size() + two.size() * three.size() + four.size() * five.size() - six.size();
    sizes + seven.size() * nested.2 + list[0].size() * list[1].size() - list[2].size() + eight + nine
}

#[differentiate]
fn in_fields(x: f64, y: f64) -> f64 {
    let mut v = Pair { a: x, b: y };
    let two = Two { first: v, k: bumped(&mut v, y).a, second: v };
    two.first.size() * two.k - two.second.size()
}

#[differentiate]
fn positive_pair(v: &mut Pair, k: f64) -> Option<Pair> {
    if v.a > 100.0 {
        return None;
    }
    Some(bumped(v, k))
}

#[differentiate]
fn read_before_it_may_change(x: f64, y: f64) -> Option<f64> {
    let mut v = Pair { a: x, b: y };
    let one = v + positive_pair(&mut v, x)?;
    let two = v.plus(positive_pair(&mut v, y)?);
    let three = both(v, positive_pair(&mut v, 0.4)?);
    Some(one.size() + two.size() * three.size() - v.size())
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Bag {
    items: Vec<usize>,
    w: f64,
}

#[differentiate]
impl Bag {
    #[differentiate(skip)]
    fn current(&self) -> Vec<usize> {
        self.items.clone()
    }

    fn step(&mut self, x: f64) -> f64 {
        if self.items == self.current() {
            self.w *= x;
        }
        self.w
    }
}

/// What is compared is borrowed, and not copied.
#[differentiate]
fn compared(x: f64, y: f64) -> f64 {
    let mut b = Bag { items: vec![1, 2], w: x };
    b.step(y) + b.step(x)
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Ray {
    at: f64,
    to: f64,
}

#[differentiate]
impl Ray {
    fn plus(self, by: f64) -> f64 {
        self.at * by + self.to
    }

    fn bumped(&mut self, by: f64) -> f64 {
        self.at *= by;
        self.at + self.to
    }

    fn scaled(&self, by: f64) -> f64 {
        self.at * by
    }

    fn set(&mut self, to: f64) {
        self.to = to * self.at;
    }

    fn copied_first(&mut self, by: f64) -> f64 {
        self.plus(self.bumped(by)) * self.at
    }

    fn looked_at_first(&mut self, by: f64) -> f64 {
        self.set(self.scaled(by));
        self.to
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Rays {
    a: Ray,
    b: Ray,
}

/// What methods are called on where their arguments call methods on it, too.
#[differentiate]
fn receivers(x: f64, y: f64) -> f64 {
    let mut rays = Rays { a: Ray { at: x, to: y }, b: Ray { at: y, to: 2.0 } };
    let a = rays.a.plus(rays.b.bumped(y));
    rays.a.set(rays.a.scaled(x));
    rays.b.set(rays.a.bumped(y));
    let r = &mut rays.a;
    r.set(r.scaled(r.to));
    let old = rays.b;
    let b = old.plus(rays.b.bumped(y));
    a + b * rays.a.copied_first(x) + rays.b.looked_at_first(x) * rays.b.at
}

fn expression() -> Expr {
    use Expr::{Call, Let, Product, Variable};
    let exp = Call("exp".into(), Box::new(Product(Box::new(Expr::Number(0.3)), Box::new(Variable(0)))));
    let body = Product(Box::new(Variable(7)), Box::new(exp));
    Let(Box::new(Product(Box::new(Variable(0)), Box::new(Variable(1)))), Box::new(body))
}

fn code() -> Vec<Op> {
    use Op::{Add, Dup, Jump, Load, Mul, Neg, Push};
    vec![Load(0), Dup, Mul, Load(1), Mul, Push(-3.0), Add, Dup, Jump(10), Neg, Dup, Mul]
}

programs! {
    read_before_it_changes: (x = 1.3, y = 0.7);
    in_fields: (x = 1.3, y = 0.7);
    compared: (x = 1.3, y = 0.7);
    receivers: (x = 1.3, y = 0.7);
    read_before_it_may_change -> fallible: (x = 1.3, y = 0.7), (x = 98.0, y = 7.0);
    beside -> fallible: (x = 1.3, y = 0.7), (x = 98.0, y = 7.0);
    defaults: (x = 1.3, y = 0.7), (x = 1.3, y = 7.0);
    in_macros -> fallible: (x = 0.9, &v = vec![0.5, 0.7, 2.0, 0.3]), (x = 0.9, &v = vec![-0.5]);
    ranges_of_other_integers: (x = 1.3, const n = 3);
    parted_by_reference: (x = 1.3, y = 0.7);
    popped: (x = 1.3, y = 0.7);
    asked_in_conditions -> fallible: (const k = 0, &x = vec![0.2, 0.8]), (const k = 1, &x = vec![0.2, 0.8]),
        (const k = 0, &x = vec![1.4, 0.9]), (const k = 2, &x = vec![1.4, 0.9]);
    left_everywhere -> fallible: (x = 1.3, y = 0.7), (x = 1.3, y = -0.7);
    evaluated -> fallible: (const &e = expression(), &x = vec![0.7, 1.3], scope = 0.2),
        (const &e = Expr::Call("tan".into(), Box::new(Expr::Variable(0))), &x = vec![0.7, 1.3], scope = 0.2);
    run -> fallible: (const &code = code(), &x = vec![0.7, 1.3]), (const &code = vec![Op::Add], &x = vec![0.7, 1.3]);
}
