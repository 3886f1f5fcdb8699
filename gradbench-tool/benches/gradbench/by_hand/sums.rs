//! The short ones.

/// Newton's direction: the gradient over the diagonal of the Hessian.
pub(crate) fn kmeans(points: &[Vec<f64>], centroids: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut direction: Vec<Vec<f64>> = centroids.iter().map(|centroid| vec![0.0; centroid.len()]).collect();
    let mut diagonal = vec![0.0; centroids.len()];
    for point in points {
        let (mut least, mut nearest) = (f64::INFINITY, 0);
        for (i, centroid) in centroids.iter().enumerate() {
            let square: f64 = point.iter().zip(centroid).map(|(p, c)| (p - c) * (p - c)).sum();
            if square < least {
                (least, nearest) = (square, i);
            }
        }
        diagonal[nearest] += 2.0;
        for ((d, p), c) in direction[nearest].iter_mut().zip(point).zip(&centroids[nearest]) {
            *d -= 2.0 * (p - c);
        }
    }
    for (row, h) in direction.iter_mut().zip(diagonal) {
        row.iter_mut().for_each(|d| *d /= h);
    }
    direction
}

/// The exponentials over their sum.
pub(crate) fn log_sum_exp(x: &[f64]) -> Vec<f64> {
    let top = x.iter().fold(f64::NEG_INFINITY, |a, v| a.max(*v));
    let mut out: Vec<f64> = x.iter().map(|v| (v - top).exp()).collect();
    let scale = 1.0 / out.iter().sum::<f64>();
    out.iter_mut().for_each(|v| *v *= scale);
    out
}

/// The powers of each place are kept until its residual is known.
pub(crate) fn squared_error(x: &[f64], n: usize) -> Vec<f64> {
    let (mut powers, mut out) = (vec![0.0; x.len()], vec![0.0; x.len()]);
    for i in 0..n {
        let t = -1.0 + 2.0 * i as f64 / (n - 1) as f64;
        let mut residual = if t == 0.0 { 0.0 } else { t.signum() };
        let mut power = 1.0;
        for (kept, c) in powers.iter_mut().zip(x) {
            *kept = power;
            residual -= c * power;
            power *= t;
        }
        for (bar, power) in out.iter_mut().zip(&powers) {
            *bar -= residual * power;
        }
    }
    out
}

/// `out = f(x, y)`.
fn slope(x: &[f64], y: &[f64], out: &mut [f64]) {
    out[0] = x[0];
    for i in 1..x.len() {
        out[i] = x[i] * y[i - 1];
    }
}

/// `out = y + h k`.
fn moved(y: &[f64], h: f64, k: &[f64], out: &mut [f64]) {
    for ((out, y), k) in out.iter_mut().zip(y).zip(k) {
        *out = y + h * k;
    }
}

/// Takes the cotangent of `f(x, y)` to those of x and y.
fn slope_reverse(x: &[f64], y: &[f64], bar: &[f64], x_bar: &mut [f64], y_bar: &mut [f64]) {
    let n = x.len();
    x_bar[0] += bar[0];
    for i in 1..n {
        x_bar[i] += y[i - 1] * bar[i];
    }
    for i in 1..n {
        y_bar[i - 1] = x[i] * bar[i];
    }
    y_bar[n - 1] = 0.0;
}

/// The last component's gradient. The four places of each step are kept.
pub(crate) fn ode(x: &[f64], s: usize) -> Vec<f64> {
    let (n, h) = (x.len(), 2.0 / s as f64);
    let mut places = vec![0.0; 4 * n * s];
    let (mut y, mut k, mut sum) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    for step in places.chunks_exact_mut(4 * n) {
        let (y1, rest) = step.split_at_mut(n);
        let (y2, rest) = rest.split_at_mut(n);
        let (y3, y4) = rest.split_at_mut(n);
        y1.copy_from_slice(&y);
        slope(x, y1, &mut k);
        sum.copy_from_slice(&k);
        moved(&y, 0.5 * h, &k, y2);
        slope(x, y2, &mut k);
        sum.iter_mut().zip(&k).for_each(|(sum, k)| *sum += 2.0 * k);
        moved(&y, 0.5 * h, &k, y3);
        slope(x, y3, &mut k);
        sum.iter_mut().zip(&k).for_each(|(sum, k)| *sum += 2.0 * k);
        moved(&y, h, &k, y4);
        slope(x, y4, &mut k);
        y.iter_mut().zip(&sum).zip(&k).for_each(|((y, sum), k)| *y += h / 6.0 * (sum + k));
    }
    let (mut x_bar, mut y_bar, mut k_bar, mut place_bar) = (vec![0.0; n], vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    y_bar[n - 1] = 1.0;
    for step in places.chunks_exact(4 * n).rev() {
        // What each slope counts in the sum, and how far it moved the next place.
        let mut total = y_bar.clone();
        for (stage, (weight, on)) in [(1.0, 0.5), (2.0, 0.5), (2.0, 1.0), (1.0, 0.0)].into_iter().enumerate().rev() {
            for i in 0..n {
                let through = if stage == 3 { 0.0 } else { on * h * place_bar[i] };
                k_bar[i] = h / 6.0 * weight * y_bar[i] + through;
            }
            slope_reverse(x, &step[stage * n..][..n], &k_bar, &mut x_bar, &mut place_bar);
            total.iter_mut().zip(&place_bar).for_each(|(total, bar)| *total += bar);
        }
        y_bar = total;
    }
    x_bar
}
