//! Chains of what may fail, gathered into one result.

use crate::differentiate;

#[differentiate]
fn root(x: f64) -> Result<f64, String> {
    if x > 0.0 { Ok(x.sqrt()) } else { Err(format!("negative: {x}")) }
}

#[differentiate]
fn roots(x: &[f64], k: f64) -> Result<Vec<f64>, String> {
    x.iter().map(|v| root(v * k)).collect()
}

#[differentiate]
fn of_roots(x: &[f64], k: f64) -> Result<f64, String> {
    let first: Vec<f64> = x.iter().map(|v| root(v * k)).collect::<Result<_, _>>()?;
    let second = x.iter().enumerate().map(|(i, v)| root(v + i as f64 - 0.2)).collect::<Result<Vec<_>, String>>()?;
    let total = x.iter().map(|v| root(2.0 * v)).sum::<Result<f64, _>>()?;
    let third = roots(x, total)?;
    let products = first.iter().zip(&second).map(|(a, b)| a * b);
    Ok(products.zip(third).map(|(a, b)| a - b).sum::<f64>() * total)
}

#[differentiate]
fn logarithms(x: &[f64], k: f64) -> Option<f64> {
    let all = x.iter().map(|v| if *v > k { Some((v - k).ln()) } else { None }).collect::<Option<Vec<f64>>>()?;
    let largest = all.iter().copied().fold(k, f64::max);
    Some(all.iter().map(|v| v * largest).product())
}

#[differentiate]
fn product_of_roots(x: &[f64], k: f64) -> Result<f64, String> {
    x.iter().map(|v| root(v - k)).product()
}

programs! {
    of_roots -> fallible: (&x = vec![0.3, 0.5], k = 0.7), (&x = vec![0.3, -0.5], k = 0.7), (&x = vec![0.1, 0.5], k = 0.7), (&x = Vec::<f64>::new(), k = 0.7);
    logarithms -> fallible: (&x = vec![0.3, 0.5], k = 0.2), (&x = vec![0.3, 0.5], k = 0.4);
    product_of_roots -> fallible: (&x = vec![0.3, 0.5], k = 0.2), (&x = vec![0.3, 0.5], k = 0.4);
}
