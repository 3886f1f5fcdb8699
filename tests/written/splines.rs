//! Natural cubic spline fit and arclength, with binary search and nested functions.
use differentiate::{Differentiable, differentiate};

#[derive(Clone, Debug, Differentiable)]
pub struct Spline {
    #[constant]
    pub knots: Vec<f64>,
    pub values: Vec<f64>,
    pub slopes: Vec<f64>,
}

#[differentiate]
impl Spline {
    pub fn natural(knots: &[f64], values: &[f64]) -> Self {
        let n = knots.len();
        let h: Vec<f64> = knots.windows(2).map(|w| w[1] - w[0]).collect();
        let mut diag = vec![1.0; n];
        let mut rhs = vec![0.0; n];
        for i in 1..n - 1 {
            diag[i] = 2.0 * (h[i - 1] + h[i]);
            rhs[i] = 6.0 * ((values[i + 1] - values[i]) / h[i] - (values[i] - values[i - 1]) / h[i - 1]);
        }
        for i in 2..n - 1 {
            let w = h[i - 1] / diag[i - 1];
            diag[i] -= w * h[i - 1];
            rhs[i] -= w * rhs[i - 1];
        }
        let mut slopes = vec![0.0; n];
        for i in (1..n - 1).rev() {
            let above = if i + 1 < n - 1 { h[i] * slopes[i + 1] } else { 0.0 };
            slopes[i] = (rhs[i] - above) / diag[i];
        }
        Spline { knots: knots.to_vec(), values: values.to_vec(), slopes }
    }

    pub fn at(&self, x: f64) -> f64 {
        let i = match self.knots.binary_search_by(|k| k.partial_cmp(&x).unwrap()) {
            Ok(i) => return self.values[i],
            Err(0) => 0,
            Err(i) if i >= self.knots.len() => self.knots.len() - 2,
            Err(i) => i - 1,
        };
        let h = self.knots[i + 1] - self.knots[i];
        let (a, b) = ((self.knots[i + 1] - x) / h, (x - self.knots[i]) / h);
        a * self.values[i]
            + b * self.values[i + 1]
            + ((a.powi(3) - a) * self.slopes[i] + (b.powi(3) - b) * self.slopes[i + 1]) * h * h / 6.0
    }
}

#[differentiate]
pub fn length(#[constant] knots: &[f64], values: &[f64], samples: usize) -> f64 {
    #[differentiate]
    fn distance((ax, ay): (f64, f64), (bx, by): (f64, f64)) -> f64 {
        ((ax - bx).powi(2) + (ay - by).powi(2)).sqrt()
    }
    let spline = Spline::natural(knots, values);
    let (lo, hi) = (knots[0], *knots.last().unwrap());
    let points: Vec<(f64, f64)> =
        (0..=samples).map(|i| lo + (hi - lo) * i as f64 / samples as f64).map(|x| (x, spline.at(x))).collect();
    points.iter().zip(points.iter().skip(1)).map(|(&a, &b)| distance(a, b)).sum()
}
