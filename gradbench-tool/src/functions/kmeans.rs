//! k-means: the cost of a clustering, and Newton's direction for the centroids.

use super::Functions;
use crate::evaluation::{self, lengths, not_empty, task};
use differentiate::differentiate;
use serde::Deserialize;

/// What can be asked for.
pub const FUNCTIONS: Functions = &[
    ("cost", |input| task(input, |input: &Input| cost(&input.points, &input.centroids))),
    ("dir", |input| task(input, |input: &Input| direction(&input.points, &input.centroids))),
];

/// Points and centroids of one dimension.
#[derive(Debug, Deserialize)]
pub struct Input {
    /// What is clustered.
    pub points: Vec<Vec<f64>>,
    /// The middle of each cluster.
    pub centroids: Vec<Vec<f64>>,
}

impl evaluation::Input for Input {
    fn check(&self) -> Result<(), String> {
        not_empty("points", &self.points)?;
        not_empty("centroids", &self.centroids)?;
        let d = self.points[0].len();
        lengths("points", &self.points, d)?;
        lengths("centroids", &self.centroids, d)
    }
}

/// Σ over the points of the squared distance to the nearest centroid.
#[differentiate(order = 2)]
pub fn cost(#[constant] points: &[Vec<f64>], centroids: &[Vec<f64>]) -> f64 {
    let mut cost = 0.0;
    for point in points {
        let mut nearest = f64::INFINITY;
        for centroid in centroids {
            let mut square = 0.0;
            for (p, c) in point.iter().zip(centroid) {
                square += (p - c) * (p - c);
            }
            nearest = nearest.min(square);
        }
        cost += nearest;
    }
    cost
}

/// The gradient over the Hessian. That is diagonal, so that its product with ones is its diagonal.
#[must_use]
pub fn direction(points: &[Vec<f64>], centroids: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let ones: Vec<Vec<f64>> = centroids.iter().map(|row| vec![1.0; row.len()]).collect();
    let (mut direction, diagonal) = cost::grad_and_hvp(points, centroids, &ones);
    for (row, diagonal) in direction.iter_mut().zip(&diagonal) {
        for (d, h) in row.iter_mut().zip(diagonal) {
            *d /= h;
        }
    }
    direction
}
