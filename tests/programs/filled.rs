//! Arrays by `from_fn` where their type is written elsewhere, sums of type parameters, `?` in arms, trees, and shapes made of shapes.

use crate::differentiate;
use differentiate::{Differentiable, Real};
use std::ops::{Add, Mul};

type Point = [f64; 3];

#[differentiate]
fn minus(a: Point, b: Point) -> Point {
    std::array::from_fn(|i| a[i] - b[i])
}

#[differentiate]
fn length(a: Point) -> f64 {
    a.iter().map(|v| v * v).sum::<f64>().sqrt()
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Vector<const N: usize> {
    data: [f64; N],
}

#[differentiate]
impl<const N: usize> Add for Vector<N> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { data: std::array::from_fn(|i| self.data[i] + other.data[i]) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Matrix<const N: usize, const M: usize>([[f64; M]; N]);

#[differentiate]
impl<const N: usize, const M: usize> Mul<Vector<M>> for Matrix<N, M> {
    type Output = Vector<N>;
    fn mul(self, x: Vector<M>) -> Vector<N> {
        Vector { data: std::array::from_fn(|i| (0..M).map(|j| self.0[i][j] * x.data[j]).sum()) }
    }
}

#[differentiate]
impl<const N: usize, const M: usize> Matrix<N, M> {
    fn transposed(&self) -> Matrix<M, N> {
        Matrix(std::array::from_fn(|i| std::array::from_fn(|j| self.0[j][i])))
    }

    fn turned(&self, other: &Matrix<N, N>) -> Self {
        Self(std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let mut sum = 0.0;
                for k in 0..N {
                    sum += other.0[i][k] * self.0[k][j];
                }
                sum
            })
        }))
    }
}

#[differentiate]
fn of_matrices(a: [[f64; 2]; 3], x: [f64; 2], k: f64) -> f64 {
    let m = Matrix(a);
    let y = m * Vector { data: x };
    let z = m.transposed() * (y + Vector { data: [k, 2.0, -k] });
    let turned = m.turned(&Matrix([[k, 0.0, 1.0], [0.5, k * k, 0.0], [0.0, 1.0, 1.0]]));
    z.data[0] * z.data[1] + turned.0[1][0] * turned.0[2][1]
}

#[differentiate]
fn stepped(start: [f64; 2], h: f64, steps: usize) -> f64 {
    let slope = |y: [f64; 2]| [y[1], -y[0].sin()];
    let mut y = start;
    for _ in 0..steps {
        let k = slope(y);
        let middle: [f64; 2] = std::array::from_fn(|i| y[i] + 0.5 * h * k[i]);
        let k = slope(middle);
        y = std::array::from_fn(|i| y[i] + h * k[i]);
    }
    y[0] * y[1]
}

#[differentiate]
fn either(a: Point, b: Point, first: bool) -> Point {
    let far: Point = std::array::from_fn(|i| 2.0 * a[i] + b[(i + 1) % 3]);
    if first { std::array::from_fn(|i| far[i] * a[i]) } else { far.map(|x| x.exp()) }
}

#[derive(Clone, Debug, Differentiable)]
struct Table<T = f64> {
    columns: usize,
    values: Vec<T>,
}

#[differentiate]
impl<T: Real> Table<T> {
    fn at(&self, row: usize, column: usize) -> T {
        self.values[row * self.columns + column]
    }

    fn times(&self, x: &[T]) -> Vec<T> {
        let rows = self.values.len() / self.columns;
        (0..rows).map(|row| (0..self.columns).map(|column| self.at(row, column) * x[column]).sum()).collect()
    }
}

#[differentiate]
fn norm<T: Real>(x: &[T]) -> T {
    let squares: T = x.iter().map(|v| *v * *v).sum();
    let product = x.iter().map(|v| *v + T::ONE).product::<T>();
    squares.sqrt() * product
}

#[differentiate]
fn of_type_parameters(values: &[f64], x: &[f64]) -> f64 {
    let table = Table { columns: x.len(), values: values.to_vec() };
    let y = table.times(x);
    let last = y.last().copied().unwrap_or(0.0);
    let first = match y.first() {
        Some(first) => first * first,
        None => 1.0,
    };
    norm(&y) * last + first
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Formula {
    Number(f64),
    Variable(usize),
    Sum(Vec<Formula>),
    Product(Box<Formula>, Box<Formula>),
    Of { name: String, argument: Box<Formula> },
}

#[differentiate]
fn value(formula: &Formula, x: &[f64]) -> Result<f64, String> {
    match formula {
        Formula::Number(number) => Ok(*number),
        Formula::Variable(i) => x.get(*i).copied().ok_or_else(|| format!("no variable {i}")),
        Formula::Sum(terms) => {
            let mut total = 0.0;
            for term in terms {
                total += value(term, x)?;
            }
            Ok(total)
        }
        Formula::Product(a, b) => Ok(value(a, x)? * value(b, x)?),
        Formula::Of { name, argument } => {
            let x = value(argument, x)?;
            match name.as_str() {
                "sin" => Ok(x.sin()),
                "ln" if x > 0.0 => Ok(x.ln()),
                "ln" => Err("ln of what is not positive".to_string()),
                other => Err(format!("{} is no function", other.to_uppercase())),
            }
        }
    }
}

fn formula(name: &str) -> Formula {
    let of = |name: &str, argument| Formula::Of { name: name.to_owned(), argument: Box::new(argument) };
    let product = Formula::Product(Box::new(Formula::Number(1.5)), Box::new(of(name, Formula::Variable(0))));
    Formula::Sum(vec![Formula::Number(0.3), product, of("ln", Formula::Sum(vec![Formula::Variable(1), Formula::Number(0.4)]))])
}

#[differentiate]
fn of_formulas(number: f64, x: &[f64], name: &str) -> Result<f64, String> {
    let sum = Formula::Sum(vec![Formula::Number(number), formula(name)]);
    Ok(value(&sum, x)? * value(&Formula::Variable(1), x)?)
}

#[differentiate]
trait Shape {
    fn distance(&self, from: Point) -> f64;
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Sphere {
    centre: Point,
    radius: f64,
}

#[differentiate]
impl Shape for Sphere {
    fn distance(&self, from: Point) -> f64 {
        length(minus(from, self.centre)) - self.radius
    }
}

/// Its `distance` calls others of that name, which are not itself.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Union<A, B> {
    a: A,
    b: B,
    smooth: f64,
}

#[differentiate]
impl<A: Shape + Differentiable, B: Shape + Differentiable> Shape for Union<A, B> {
    fn distance(&self, from: Point) -> f64 {
        let (a, b) = (self.a.distance(from), self.b.distance(from));
        let h = (0.5 + 0.5 * (b - a) / self.smooth).clamp(0.0, 1.0);
        b + h * (a - b) - self.smooth * h * (1.0 - h)
    }
}

#[differentiate]
fn nearest<S: Shape>(scene: &S, from: Point) -> f64 {
    scene.distance(from).max(-1.0)
}

#[differentiate]
fn union(centre: Point, radius: f64, from: Point) -> f64 {
    let small = Sphere { centre, radius };
    let large = Sphere { centre: [0.1, -0.3, 0.2], radius: 1.2 };
    let both = Union { a: small, b: large.clone(), smooth: 2.0 * radius };
    nearest(&Union { a: large, b: both, smooth: 1.5 }, from)
}

programs! {
    minus -> many: (a = [0.4, 0.5, 0.7], b = [0.3, -0.4, 0.9]);
    of_matrices: (a = [[0.4, 0.5], [0.3, -0.4], [0.9, 1.1]], x = [0.7, -0.2], k = 0.6);
    stepped: (start = [0.4, 0.5], h = 0.1, const n = 4), (start = [0.4, 0.5], h = 0.1, const n = 0);
    either -> many: (a = [0.4, 0.5, 0.7], b = [0.3, -0.4, 0.9], const first = true), (a = [0.4, 0.5, 0.7], b = [0.3, -0.4, 0.9], const first = false);
    of_type_parameters: (&values = vec![0.4, 0.5, 0.7, 0.3, -0.4, 0.9], &x = vec![0.3, 1.4]);
    of_formulas -> fallible: (number = 0.4, &x = vec![0.3, 0.8], const name = "sin"), (number = 0.4, &x = vec![0.3, -0.8], const name = "sin"), (number = 0.4, &x = vec![0.3], const name = "sin"), (number = 0.4, &x = vec![0.3, 0.8], const name = "cos");
    union: (centre = [0.4, 0.5, 0.7], radius = 0.3, from = [1.4, 1.5, 0.2]), (centre = [0.4, 0.5, 0.7], radius = 0.3, from = [-1.4, 0.5, 0.2]);
}
