//! The table of programs, read as Jacobians: a row makes a test that all modes give the columns that `jvp` gives, and that the Hessian
//! has the columns that `hvp` gives.

use crate::harness::Floats;
use differentiate::{Real, Tensor};

/// The blocks of a Jacobian, each as a list of floats.
pub(crate) trait Blocks {
    /// Appends them.
    fn read_blocks(&self, blocks: &mut Vec<Vec<f64>>);
}

macro_rules! leaf {
    ($([$($generics:tt)*] $ty:ty;)*) => {$(
        impl<$($generics)*> Blocks for $ty {
            fn read_blocks(&self, blocks: &mut Vec<Vec<f64>>) {
                blocks.push(crate::harness::flatten(self));
            }
        }
    )*};
}

leaf! { [] f64; [] f32; [T: Floats, const N: usize] [T; N]; }

impl<T: Real> Blocks for Tensor<T> {
    fn read_blocks(&self, blocks: &mut Vec<Vec<f64>>) {
        blocks.push(self.to_vec().into_iter().map(T::as_f64).collect());
    }
}

macro_rules! tuple {
    ($($($part:ident)*;)*) => {$(
        #[allow(non_snake_case)]
        impl<$($part: Blocks),*> Blocks for ($($part,)*) {
            fn read_blocks(&self, blocks: &mut Vec<Vec<f64>>) {
                let ($($part,)*) = self;
                $($part.read_blocks(blocks);)*
            }
        }
    )*};
}

tuple! { A; A B; A B C; A B C D; A B C D E; A B C D E F; }

/// What a run gives: its columns, or blocks.
type Run<'a, T> = Box<dyn Fn() -> T + 'a>;

/// One program at one point.
pub(crate) struct Case<'a> {
    /// The function's name.
    pub(crate) program: &'static str,
    /// How many floats each active parameter has.
    pub(crate) inputs: Vec<usize>,
    /// `f32` programs are held to what `f32` can give.
    pub(crate) single: bool,
    /// The tangent of all results in a direction.
    pub(crate) jvp: Box<dyn Fn(&[f64]) -> Vec<f64> + 'a>,
    /// The functions, by name.
    pub(crate) jacobians: Vec<(&'static str, Run<'a, Vec<Vec<f64>>>)>,
    /// The Hessian, and its product with a direction.
    pub(crate) hessian: Option<(Run<'a, Vec<Vec<f64>>>, Box<dyn Fn(&[f64]) -> Vec<f64> + 'a>)>,
}

impl std::fmt::Debug for Case<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.program)
    }
}

impl Case<'_> {
    /// Runs all checks.
    pub(crate) fn run(&self) {
        for (name, jacobian) in &self.jacobians {
            self.compare(name, &self.columns(&jacobian()), &*self.jvp);
        }
        if let Some((hessian, hvp)) = &self.hessian {
            let columns = self.columns(&hessian());
            self.compare("hessian", &columns, &**hvp);
            for (i, column) in columns.iter().enumerate() {
                for (j, float) in column.iter().enumerate() {
                    let (other, largest) = (columns[j][i], crate::harness::largest(column));
                    let same = (float - other).abs() <= self.tolerance() * largest.max(1.0);
                    assert!(same, "{self:?}: the hessian has {float:?} at {i}, {j} and {other:?} at {j}, {i}");
                }
            }
        }
    }

    fn tolerance(&self) -> f64 {
        if self.single { 1e-5 } else { 1e-12 }
    }

    /// The matrix that the blocks make up, by columns. Blocks of outputs follow each other, each with one block an input.
    fn columns(&self, blocks: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let mut columns = Vec::new();
        for (p, n) in self.inputs.iter().enumerate() {
            for j in 0..*n {
                let of_input = blocks.chunks(self.inputs.len()).map(|blocks| &blocks[p]);
                columns.push(of_input.flat_map(|block| block.chunks(*n).map(|row| row[j])).collect());
            }
        }
        columns
    }

    fn compare(&self, name: &str, columns: &[Vec<f64>], product: &dyn Fn(&[f64]) -> Vec<f64>) {
        for (k, column) in columns.iter().enumerate() {
            let mut unit = vec![0.0; columns.len()];
            unit[k] = 1.0;
            let expected = product(&unit);
            assert_eq!(column.len(), expected.len(), "{self:?}: rows of {name}");
            let largest = crate::harness::largest(&expected).max(1.0);
            for (i, (float, expected)) in column.iter().zip(&expected).enumerate() {
                let off = (float - expected).abs();
                assert!(off <= self.tolerance() * largest, "{self:?}: {name} at {i}, {k}: {float:?}, not {expected:?}");
            }
        }
    }
}

/// Makes a module of tests, one for each row.
macro_rules! programs {
    ($($name:ident $(-> $kind:ident)? : $($point:tt $(=> $known:expr)?),+ ;)+) => {
        #[allow(unused_imports, unused_mut, unused_variables, unused_assignments)]
        mod jacobians {
            use super::*;
            $(
                #[test]
                fn $name() {
                    jacobian!(@points ($name $($kind)?) $($point)+);
                }
            )+
        }
    };
}

macro_rules! jacobian {
    (@points ($name:ident) $($point:tt)+) => { jacobian!(@points ($name scalar) $($point)+) };
    (@points ($name:ident $kind:ident) $(($($args:tt)*))+) => { $(jacobian!(@args ($name $kind) [] [] [] $($args)*,);)+ };

    (@args $head:tt [$($all:tt)*] $active:tt $outputs:tt const &mut $n:ident = $e:expr, $($rest:tt)*) => {
        jacobian!(@args $head [$($all)* (fixed_mut $n ($e))] $active $outputs $($rest)*)
    };
    (@args $head:tt [$($all:tt)*] $active:tt $outputs:tt const &$n:ident = $e:expr, $($rest:tt)*) => {
        jacobian!(@args $head [$($all)* (fixed_ref $n ($e))] $active $outputs $($rest)*)
    };
    (@args $head:tt [$($all:tt)*] $active:tt $outputs:tt const $n:ident = $e:expr, $($rest:tt)*) => {
        jacobian!(@args $head [$($all)* (fixed $n ($e))] $active $outputs $($rest)*)
    };
    (@args $head:tt [$($all:tt)*] [$($active:tt)*] [$($outputs:tt)*] &mut $n:ident = $e:expr, $($rest:tt)*) => {
        jacobian!(@args $head [$($all)* (by_mut $n ($e))] [$($active)* (by_mut $n)] [$($outputs)* $n] $($rest)*)
    };
    (@args $head:tt [$($all:tt)*] [$($active:tt)*] $outputs:tt &$n:ident = $e:expr, $($rest:tt)*) => {
        jacobian!(@args $head [$($all)* (by_ref $n ($e))] [$($active)* (by_ref $n)] $outputs $($rest)*)
    };
    (@args $head:tt [$($all:tt)*] [$($active:tt)*] $outputs:tt $n:ident = $e:expr, $($rest:tt)*) => {
        jacobian!(@args $head [$($all)* (by_value $n ($e))] [$($active)* (by_value $n)] $outputs $($rest)*)
    };
    (@args $head:tt $all:tt $active:tt $outputs:tt $(,)?) => { jacobian!(@build $head $all $active $outputs) };

    (@build ($f:ident $kind:ident)
        [$(($mode:ident $n:ident ($e:expr)))*] [$(($active:ident $a:ident))*] [$($output:ident)*]) => {{
        use $crate::harness::flatten;
        $(let $n = $e;)*
        let x = { let mut x = Vec::new(); $(x.extend(flatten(&$a));)* x };
        let case = $crate::table::Case {
            program: stringify!($f),
            inputs: vec![$(flatten(&$a).len()),*],
            single: $crate::program!(@single $kind),
            jvp: Box::new(|x_dot: &[f64]| {
                let (mut x, mut x_dot) = (&x[..], x_dot);
                $($crate::program!(@load $mode $n x x_dot);)*
                let (_, y_dot) = $crate::program!(@jvp $kind $f [$($mode $n)*] [$($active $a)*]);
                let mut out = flatten(&y_dot);
                $(out.extend(flatten(&$output.dot));)*
                out
            }),
            jacobians: vec![
                jacobian!(@by jacobian $f x [$($mode $n)*]),
                jacobian!(@by jacobian_fwd $f x [$($mode $n)*]),
                jacobian!(@by jacobian_rev $f x [$($mode $n)*]),
            ],
            hessian: jacobian!(@hessian $kind $f x [$($mode $n)*] [$($active $a)*]),
        };
        case.run();
    }};

    (@by $by:ident $f:ident $x:ident [$($mode:ident $n:ident)*]) => {
        (stringify!($by), Box::new(|| {
            let (mut x, mut none) = (&$x[..], &[][..]);
            $($crate::program!(@load $mode $n x none);)*
            let mut blocks = Vec::new();
            $crate::table::Blocks::read_blocks(&super::$f::$by($($crate::program!(@pass $mode $n)),*), &mut blocks);
            blocks
        }))
    };

    (@hessian unit $($rest:tt)*) => { None };
    (@hessian many $($rest:tt)*) => { None };
    (@hessian $kind:ident $f:ident $x:ident [$($mode:ident $n:ident)*] [$($active:ident $a:ident)*]) => {
        Some((jacobian!(@by hessian $f $x [$($mode $n)*]).1, Box::new(|x_dot: &[f64]| {
            let (mut x, mut x_dot) = (&$x[..], x_dot);
            $($crate::program!(@load $mode $n x x_dot);)*
            flatten(&super::$f::hvp($($crate::program!(@pass $mode $n),)* $($crate::program!(@tangent $active $a)),*))
        })))
    };
}
