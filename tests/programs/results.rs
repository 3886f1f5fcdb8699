//! `Result` and `Option`: `?`, matches, methods; an error comes out as the function made it.

use crate::differentiate;

/// Nothing that is differentiated.
#[derive(Debug, PartialEq)]
enum Failure {
    Negative(f64),
    Empty,
    Text(String),
}
impl Clone for Failure {
    fn clone(&self) -> Failure {
        Failure::Text(format!("{self:?}"))
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Outer(String);
impl From<Failure> for Outer {
    fn from(f: Failure) -> Outer {
        Outer(format!("{f:?}"))
    }
}

#[differentiate]
fn safe_ln(x: f64) -> Result<f64, Failure> {
    if x <= 0.0 {
        return Err(Failure::Negative(x));
    }
    Ok(x.ln())
}

#[differentiate]
fn entropy(p: &[f64]) -> Result<f64, Outer> {
    if p.is_empty() {
        return Err(Failure::Empty.into());
    }
    let mut h = 0.0;
    for i in 0..p.len() {
        let l = safe_ln(p[i])?;
        h -= p[i] * l;
    }
    Ok(h)
}

#[differentiate]
fn nested(x: f64, y: f64) -> Result<f64, Failure> {
    let a = safe_ln(safe_ln(x)? + y)? * 2.0;
    if safe_ln(y)? > 0.0 {
        return Ok(a * safe_ln(y)?);
    }
    Ok(a + x)
}

#[differentiate]
fn handled(x: f64) -> f64 {
    match safe_ln(x) {
        Ok(y) => y * x,
        Err(Failure::Empty) => 7.0,
        Err(e) => {
            if let Failure::Negative(_) = e {
                x * x
            } else {
                0.0
            }
        }
    }
}

#[differentiate]
fn messages(x: f64, n: usize) -> Result<f64, String> {
    let y = first(x, n).ok_or_else(|| format!("nothing at {n}"))?;
    let z = first(y, 1).ok_or("never")?;
    Ok(z * y)
}

#[differentiate]
fn first(x: f64, n: usize) -> Option<f64> {
    if n == 0 { None } else { Some(x.sin() * n as f64) }
}

#[differentiate]
fn optional(x: f64, n: usize) -> Option<f64> {
    let y = first(x, n)?;
    let z = first(y, n).map(|v| v * y + 1.0)?;
    first(z, 1).and_then(|v| if v > 0.0 { Some(v * z) } else { None })
}

#[differentiate]
fn methods(o: Option<f64>, x: f64, n: usize) -> f64 {
    let a = o.unwrap_or(x * 2.0);
    let b = first(x, n).map_or(x, |v| v * a);
    let c = if o.is_some() { o.unwrap() } else { 1.0 };
    let d = first(x, 2).expect("there is one");
    a * b + c * d
}

programs! {
    safe_ln -> fallible: (x = 0.4), (x = -0.4);
    entropy -> fallible: (&p = vec![0.3, 0.6]), (&p = vec![0.3, -0.6, 0.1]), (&p = Vec::<f64>::new());
    nested -> fallible: (x = 3.4, y = 0.3), (x = 3.4, y = 1.3), (x = 0.4, y = 0.3), (x = -0.4, y = 0.3);
    handled: (x = 0.4), (x = -0.4);
    first -> fallible: (x = 0.4, const n = 2), (x = 0.4, const n = 0);
    messages -> fallible: (x = 0.4, const n = 2), (x = 0.4, const n = 0);
    optional -> fallible: (x = 0.4, const n = 2), (x = 0.4, const n = 0), (x = -0.4, const n = 2);
    methods: (o = Some(0.4), x = 0.3, const n = 2), (o = None::<f64>, x = 0.3, const n = 0);
}
