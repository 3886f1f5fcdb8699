//! Sums whose terms work in buffers: those that write them anew, and those that hand something on through them.

use crate::differentiate;

/// `out = a x`, for a square matrix.
#[differentiate]
fn product(a: &[f64], x: &[f64], out: &mut [f64]) {
    for i in 0..x.len() {
        out[i] = 0.0;
        for j in 0..x.len() {
            out[i] += a[i * x.len() + j] * x[j];
        }
    }
}

/// The term of each point is computed in two buffers, by the function itself and by a callee.
#[differentiate]
fn quadratic(a: &[f64], centre: &[f64], points: &[f64]) -> f64 {
    let d = centre.len();
    let mut scaled = vec![0.0; d * d];
    for i in 0..d * d {
        scaled[i] = a[i].exp();
    }
    let (mut centred, mut image) = (vec![0.0; d], vec![0.0; d]);
    let mut sum = 0.0;
    for point in points.chunks_exact(d) {
        for j in 0..d {
            centred[j] = point[j] - centre[j];
        }
        product(&scaled, &centred, &mut image);
        let mut square = 0.0;
        for j in 0..d {
            square += image[j] * centred[j];
        }
        sum += (-square).exp();
    }
    sum / points.len() as f64
}

/// A buffer that only half of the terms fill: the others read what is left over.
#[differentiate]
fn left_over(c: &[f64], x: &[f64]) -> f64 {
    let mut buffer = vec![1.0; c.len()];
    let mut sum = 0.0;
    for i in 0..x.len() {
        if i % 2 == 0 {
            for j in 0..c.len() {
                buffer[j] = (c[j] * x[i]).sin();
            }
        }
        let mut term = 1.0;
        for j in 0..c.len() {
            term *= buffer[j] * x[i] + 2.0;
        }
        sum += term;
    }
    sum
}

/// The last term alone reads what the one before has left.
#[differentiate]
fn left_over_at_last(c: &[f64], x: &[f64]) -> f64 {
    let mut buffer = vec![0.0; c.len()];
    let mut sum = 0.0;
    for i in 0..x.len() {
        if i + 1 < x.len() {
            for j in 0..c.len() {
                buffer[j] = (c[j] + x[i]).exp();
            }
        }
        let mut term = 0.0;
        for j in 0..c.len() {
            term += buffer[j] * buffer[j] * x[i];
        }
        sum += term * term;
    }
    sum
}

/// One step of a rotation of the state.
#[differentiate]
fn step(state: &mut [f64], x: f64) {
    let first = state[0];
    for j in 1..state.len() {
        state[j - 1] = (state[j] * x).sin();
    }
    let last = state.len() - 1;
    state[last] = first * x;
}

/// The state of a simulation goes from term to term.
#[differentiate]
fn simulated(x: &[f64]) -> f64 {
    let mut state = vec![0.3, 0.5, 0.9];
    let mut sum = 0.0;
    for v in x {
        step(&mut state, *v);
        sum += state[0] * state[2];
    }
    sum
}

/// Numbers without derivative that go from term to term in a buffer.
#[differentiate]
fn counted(c: &[f64], x: &[f64]) -> f64 {
    let mut seen = vec![0.0; 3];
    let mut work = vec![0.0; c.len()];
    let mut sum = 0.0;
    for i in 0..x.len() {
        seen[i % 3] += 1.0;
        for j in 0..c.len() {
            work[j] = c[j] * x[i] * seen[i % 3];
        }
        let mut term = 0.0;
        for j in 0..c.len() {
            work[j] = work[j] * work[j];
            term += work[j].sin();
        }
        sum += term.exp();
    }
    sum
}

/// Two sums one after the other, in the same buffer, and in an array.
#[differentiate]
fn two_sums(c: &[f64], x: &[f64]) -> f64 {
    let mut buffer = [0.0; 3];
    let (mut a, mut b) = (0.0, 0.0);
    for v in x {
        for j in 0..3 {
            buffer[j] = c[j] * v;
        }
        let mut term = 1.0;
        for j in 0..3 {
            term *= buffer[j].cos();
        }
        a += term;
    }
    let mut other = [0.0; 3];
    for v in x {
        for j in 0..3 {
            other[j] = c[j] / v;
        }
        let mut term = 1.0;
        for j in 0..3 {
            term *= other[j].sin();
        }
        b += term;
    }
    a - 2.0 * b + buffer[1]
}

/// A buffer much larger than what a term records of it.
#[differentiate]
fn scattered(x: &[f64]) -> f64 {
    let mut buffer = vec![0.5; 100];
    let mut sum = 0.0;
    for i in 0..x.len() {
        buffer[i] = x[i] * x[i];
        let mut term = 1.0;
        for j in 0..2 {
            term *= buffer[i].exp() + j as f64;
        }
        sum += term;
    }
    sum
}

/// What is in the buffer before the loop depends on the arguments, and is read by the first term.
#[differentiate]
fn started(c: &[f64], x: &[f64]) -> f64 {
    let mut buffer = c.to_vec();
    let mut sum = 0.0;
    for v in x {
        let mut term = 0.0;
        for j in 0..buffer.len() {
            term += buffer[j].exp() * v;
        }
        for j in 0..buffer.len() {
            buffer[j] = v.sin();
        }
        sum += term * term;
    }
    sum
}

/// As many powers as `n` says, appended to what is cleared.
#[differentiate]
fn powers(x: f64, n: usize, out: &mut Vec<f64>) {
    out.clear();
    let mut power = 1.0;
    for _ in 0..n {
        power *= x;
        out.push(power);
    }
}

/// A callee gives the buffer another length in each term.
#[differentiate]
fn resized(x: &[f64]) -> f64 {
    let mut buffer = Vec::new();
    let mut sum = 0.0;
    for i in 0..x.len() {
        powers(x[i], i, &mut buffer);
        let mut term = 1.0;
        for v in &buffer {
            term *= v + 2.0;
        }
        sum += term;
    }
    sum
}

/// The divisor is known only behind the loop.
#[differentiate]
fn divided(x: &[f64]) -> f64 {
    let mut seen: Vec<usize> = Vec::new();
    let mut sum = 0.0;
    for i in 0..x.len() {
        seen.push(i);
        let mut product = 1.0;
        for k in 0..3 {
            product *= x[i].sin() + k as f64;
        }
        sum += product;
    }
    sum / seen.len() as f64
}

#[test]
fn what_terms_record_is_not_kept() {
    let (a, centre) = (vec![0.1; 16], vec![0.2; 4]);
    let most = |points: usize| {
        let points: Vec<f64> = (0..4 * points).map(|i| (i as f64).sin()).collect();
        let counted = allocation_counter::measure(|| {
            let mut grads = (vec![0.0; a.len()], vec![0.0; centre.len()], vec![0.0; points.len()]);
            quadratic::value_and_grad_into(&a, &centre, &points, &mut grads.0, &mut grads.1, &mut grads.2);
        });
        // Less the gradient itself.
        counted.bytes_max - 8 * points.len() as u64
    };
    assert_eq!(most(10), most(1000));
}

programs! {
    quadratic: (&a = vec![0.3, -0.5, 0.1, 0.2], &centre = vec![0.1, 0.4], &points = vec![0.3, 0.5, 0.9, 0.2, -0.4, 0.7]);
    left_over: (&c = vec![0.3, 0.5], &x = vec![0.9, 0.4, -0.3, 0.8, 0.6]);
    left_over_at_last: (&c = vec![0.3, 0.5], &x = vec![0.9, 0.4, -0.3, 0.8]);
    simulated: (&x = vec![0.9, 0.4, 0.8, 0.6]);
    counted: (&c = vec![0.3, 0.5, -0.2], &x = vec![0.9, 0.4, -0.3, 0.8, 0.6]);
    two_sums: (&c = vec![0.3, 0.5, 0.8], &x = vec![0.9, 0.4, 1.3]);
    scattered: (&x = vec![0.9, 0.4, -0.3, 0.8]);
    resized: (&x = vec![0.9, 0.4, -0.3, 0.8]);
    divided: (&x = vec![0.9, 0.4, -0.3, 0.8]);
    started: (&c = vec![0.3, 0.5], &x = vec![0.9, 0.4, 0.7]);
}
