//! The determinant: the cotangent of a minor is known before the minor is, so that one descent gives both.

struct Minors<'a> {
    a: &'a [f64],
    n: usize,
    rows: Vec<usize>,
    columns: Vec<usize>,
    bar: Vec<f64>,
}

impl Minors<'_> {
    /// The minor that is left; adds its derivative times `seed`.
    fn descend(&mut self, size: usize, seed: f64) -> f64 {
        let n = self.n;
        let row = self.rows[n];
        let mut column = self.columns[n];
        if size == 1 {
            self.bar[row * n + column] += seed;
            return self.a[row * n + column];
        }
        self.rows[n] = self.rows[row];
        let (mut previous, mut sign, mut sum) = (n, 1.0, 0.0);
        for _ in 0..size {
            let element = sign * self.a[row * n + column];
            self.columns[previous] = self.columns[column];
            let minor = self.descend(size - 1, seed * element);
            self.columns[previous] = column;
            sum += element * minor;
            self.bar[row * n + column] += seed * sign * minor;
            previous = column;
            column = self.columns[column];
            sign = -sign;
        }
        self.rows[n] = row;
        sum
    }
}

pub(crate) fn gradient(a: &[f64], n: usize) -> Vec<f64> {
    let rows: Vec<usize> = (1..=n).chain([0]).collect();
    let mut minors = Minors { a, n, columns: rows.clone(), rows, bar: vec![0.0; a.len()] };
    minors.descend(n, 1.0);
    minors.bar
}
