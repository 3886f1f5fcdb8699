//! The table of programs: one row a program, from which a test is made that runs every check.
//!
//! ```text
//! programs! {
//!     rosenbrock: (x = [-1.2, 1.0]) => 24.2, (x = [0.5, 0.5]);              // points, with the known value if there is one
//!     axpy -> unit: (a = 2.0, &x = vec![1.0, 3.0], &mut y = vec![0.5, 1.0]); // fills `y` and returns nothing
//!     rotate -> many: (angle = 0.3, v = [1.0, 2.0]);                         // returns a tuple, an array or a `Vec`
//!     power -> single: (x = 1.5, const n = 3);                               // f32; `n` has no derivative
//!     root -> fallible: (x = 2.0), (x = -2.0);                               // returns an `Option` or `Result` of a float
//!     roots -> perhaps: (&x = vec![2.0]);                                    // one of something else
//! }
//! ```
//!
//! Arguments are written as they are passed: `x`, `&x`, `&mut x`, with `const` in front of what is not differentiated.

/// A local of a call: an argument, and its tangent, cotangent or gradient.
#[derive(Debug)]
pub(crate) struct Slot<T, D> {
    /// The argument itself.
    pub(crate) primal: T,
    /// What belongs to it.
    pub(crate) dot: D,
}

/// Makes a module of tests, one for each row.
#[macro_export]
macro_rules! programs {
    ($($name:ident $(-> $kind:ident)? : $($point:tt $(=> $known:expr)?),+ ;)+) => {
        #[allow(unused_imports, unused_mut, unused_variables, unused_assignments)]
        mod derivatives {
            use super::*;
            $(
                #[test]
                fn $name() {
                    $crate::program!(@points ($name $($kind)?) $([$point $($known)?])+);
                }
            )+
        }
    };
}

/// One program at one point.
#[macro_export]
macro_rules! program {
    // The kind: a scalar by default.
    (@points ($name:ident) $($points:tt)+) => { $crate::program!(@points ($name scalar) $($points)+) };
    (@points ($name:ident $kind:ident) $([($($args:tt)*) $($known:expr)?])+) => {
        $($crate::program!(@args ($name $kind [$($known)?]) [] [] [] $($args)*,);)+
    };

    // Sorts the arguments into three lists: all, the active ones, the active `&mut` ones.
    (@args $head:tt [$($all:tt)*] $active:tt $outputs:tt const &mut $n:ident = $e:expr, $($rest:tt)*) => {
        $crate::program!(@args $head [$($all)* (fixed_mut $n ($e))] $active $outputs $($rest)*)
    };
    (@args $head:tt [$($all:tt)*] $active:tt $outputs:tt const &$n:ident = $e:expr, $($rest:tt)*) => {
        $crate::program!(@args $head [$($all)* (fixed_ref $n ($e))] $active $outputs $($rest)*)
    };
    (@args $head:tt [$($all:tt)*] $active:tt $outputs:tt const $n:ident = $e:expr, $($rest:tt)*) => {
        $crate::program!(@args $head [$($all)* (fixed $n ($e))] $active $outputs $($rest)*)
    };
    (@args $head:tt [$($all:tt)*] [$($active:tt)*] [$($outputs:tt)*] &mut $n:ident = $e:expr, $($rest:tt)*) => {
        $crate::program!(@args $head [$($all)* (by_mut $n ($e))] [$($active)* (by_mut $n)] [$($outputs)* $n] $($rest)*)
    };
    (@args $head:tt [$($all:tt)*] [$($active:tt)*] $outputs:tt &$n:ident = $e:expr, $($rest:tt)*) => {
        $crate::program!(@args $head [$($all)* (by_ref $n ($e))] [$($active)* (by_ref $n)] $outputs $($rest)*)
    };
    (@args $head:tt [$($all:tt)*] [$($active:tt)*] $outputs:tt $n:ident = $e:expr, $($rest:tt)*) => {
        $crate::program!(@args $head [$($all)* (by_value $n ($e))] [$($active)* (by_value $n)] $outputs $($rest)*)
    };
    (@args $head:tt $all:tt $active:tt $outputs:tt $(,)?) => { $crate::program!(@build $head $all $active $outputs) };

    (@build ($f:ident $kind:ident [$($known:expr)?])
        [$(($mode:ident $n:ident ($e:expr)))*] [$(($active:ident $a:ident))*] [$($output:ident)*]) => {{
        use $crate::harness::{Case, Outcome, flatten, grad_from, refill};
        $(let $n = $e;)*
        let fails = $crate::program!(@failure $kind $f [$($mode $n)*] [$($active $a)*]);
        let case = Case {
            program: stringify!($f),
            params: vec![$((stringify!($a), flatten(&$a).len())),*],
            x: { let mut x = Vec::new(); $(x.extend(flatten(&$a));)* x },
            known: { let mut known = None; $(known = Some(flatten(&$known));)? known },
            single: $crate::program!(@single $kind),
            plain: Box::new(|x: &[f64]| {
                let (mut x, mut none) = (x, &[][..]);
                $($crate::program!(@load $mode $n x none);)*
                let y = super::$f($($crate::program!(@pass $mode $n)),*);
                let mut outcome = Outcome::of(&y);
                $($crate::program!(@after $mode $n outcome);)*
                outcome
            }),
            gradients: $crate::program!(@gradients $kind $f [$($mode $n)*] [$($a)*]),
            vjp: Box::new(|x: &[f64], y_bar: &[f64]| {
                let (mut x, mut y_bar, mut none) = (x, y_bar, &[][..]);
                $($crate::program!(@load $mode $n x none);)*
                let (y, pull) = $crate::program!(@parts $kind super::$f::vjp($($crate::program!(@pass $mode $n)),*));
                let mut outcome = Outcome::of(&y);
                $($crate::program!(@after $mode $n outcome);)*
                let seed = grad_from(&y, &mut y_bar);
                $($output.dot = refill(&$output.dot, &mut y_bar);)*
                let x_bar = $crate::program!(@pull $kind pull seed [$($output)*]);
                (outcome, flatten(&x_bar))
            }),
            persistent: Box::new(|x: &[f64], y_bars: &[Vec<f64>]| {
                let (mut x, mut none) = (x, &[][..]);
                $($crate::program!(@load $mode $n x none);)*
                let (y, pull) = $crate::program!(@parts $kind super::$f::vjp_persistent($($crate::program!(@pass $mode $n)),*));
                let mut outcome = Outcome::of(&y);
                $($crate::program!(@after $mode $n outcome);)*
                let mut pulls = Vec::new();
                for y_bar in y_bars {
                    let mut y_bar = &y_bar[..];
                    let seed = grad_from(&y, &mut y_bar);
                    $($output.dot = refill(&$output.dot, &mut y_bar);)*
                    pulls.push(flatten(&$crate::program!(@pull $kind pull seed [$($output)*])));
                }
                drop(pull);
                (outcome, pulls)
            }),
            vjp_into: Box::new(|x: &[f64], y_bar: &[f64]| {
                let result = $crate::program!(@result $f x [$($mode $n)*]);
                let stale = vec![7.0; x.len()];
                let (mut x, mut y_bar, mut stale) = (x, y_bar, &stale[..]);
                $($crate::program!(@load $mode $n x stale);)*
                let seed = grad_from(&result, &mut y_bar);
                $($output.dot = refill(&$output.dot, &mut y_bar);)*
                let y = $crate::program!(@vjp_into $kind $f seed [$($mode $n)*] [$($a)*]);
                let mut outcome = Outcome::of(&y);
                $($crate::program!(@after $mode $n outcome);)*
                let mut x_bar = Vec::new();
                $(x_bar.extend(flatten(&$a.dot));)*
                (outcome, x_bar)
            }),
            jvp: Box::new(|x: &[f64], x_dot: &[f64]| {
                let (mut x, mut x_dot) = (x, x_dot);
                $($crate::program!(@load $mode $n x x_dot);)*
                let (y, y_dot) = $crate::program!(@jvp $kind $f [$($mode $n)*] [$($active $a)*]);
                let mut outcome = Outcome::of(&y);
                $($crate::program!(@after $mode $n outcome);)*
                let mut out = flatten(&y_dot);
                $(out.extend(flatten(&$output.dot));)*
                (outcome, out)
            }),
            jvp_into: Box::new(|x: &[f64], x_dot: &[f64]| {
                let result = $crate::program!(@result $f x [$($mode $n)*]);
                let (mut x, mut x_dot) = (x, x_dot);
                $($crate::program!(@load $mode $n x x_dot);)*
                let stale = vec![7.0; flatten(&result).len()];
                let mut y_dot = grad_from(&result, &mut &stale[..]);
                let y = $crate::program!(@jvp_into $kind $f y_dot [$($mode $n)*] [$($active $a)*]);
                let mut outcome = Outcome::of(&y);
                $($crate::program!(@after $mode $n outcome);)*
                let mut out = flatten(&y_dot);
                $(out.extend(flatten(&$output.dot));)*
                (outcome, out)
            }),
            check: Box::new(|| {
                let (x, mut none) = ({ let mut x = Vec::new(); $(x.extend(flatten(&$a));)* x }, &[][..]);
                let mut x = &x[..];
                $($crate::program!(@load $mode $n x none);)*
                super::$f::check($($crate::program!(@pass $mode $n)),*).map_err(|error| error.to_string())
            }),
            second: second!($f [$($mode $n)*] [$($a)*] [$($output)*]),
        };
        if let Err(error) = case.run_unless(fails) {
            panic!("{error}");
        }
    }};

    (@single single) => { true };
    (@single $kind:ident) => { false };

    // `let` of an argument with what belongs to it; the tangent is zero where no more floats are given.
    (@load fixed $n:ident $x:ident $dot:ident) => { $crate::program!(@load fixed_ref $n $x $dot) };
    (@load fixed_mut $n:ident $x:ident $dot:ident) => { $crate::program!(@load fixed_ref $n $x $dot) };
    (@load fixed_ref $n:ident $x:ident $dot:ident) => {
        let mut $n = $crate::harness::Slot { primal: Clone::clone(&$n), dot: () };
    };
    (@load $mode:ident $n:ident $x:ident $dot:ident) => {
        let mut $n = $crate::harness::Slot {
            primal: $crate::harness::refill(&$n, &mut $x),
            dot: $crate::harness::grad_or_zero(&$n, &mut $dot),
        };
    };

    (@pass fixed $n:ident) => { $n.primal };
    (@pass fixed_ref $n:ident) => { &$n.primal };
    (@pass fixed_mut $n:ident) => { &mut $n.primal };
    (@pass by_value $n:ident) => { $n.primal };
    (@pass by_ref $n:ident) => { &$n.primal };
    (@pass by_mut $n:ident) => { &mut $n.primal };

    (@tangent by_value $n:ident) => { $n.dot };
    (@tangent by_ref $n:ident) => { &$n.dot };
    (@tangent by_mut $n:ident) => { &mut $n.dot };

    (@after fixed_mut $n:ident $outcome:ident) => { $outcome.after(&$n.primal, false) };
    (@after by_mut $n:ident $outcome:ident) => { $outcome.after(&$n.primal, true) };
    (@after $mode:ident $n:ident $outcome:ident) => {};

    // What comes in an `Ok` or `Some`, where a program returns such a one.
    (@parts fallible $pair:expr) => { $crate::harness::Wrapped::parts($pair) };
    (@parts perhaps $pair:expr) => { $crate::harness::Wrapped::parts($pair) };
    (@parts $kind:ident $pair:expr) => { $pair };
    (@value fallible $seed:expr) => { Option::unwrap($seed) };
    (@value perhaps $seed:expr) => { Option::unwrap($seed) };
    (@value $kind:ident $seed:expr) => { $seed };

    // Whether the program fails at the point: then so do its derivatives, in the same way.
    (@failure fallible $($rest:tt)*) => { $crate::program!(@failure perhaps $($rest)*) };
    (@failure perhaps $f:ident [$($mode:ident $n:ident)*] [$($active:ident $a:ident)*]) => {{
        let x = { let mut x = Vec::new(); $(x.extend(flatten(&$a));)* x };
        let x = &x[..];
        let plain = $crate::program!(@result $f x [$($mode $n)*]);
        let text = format!("{:?}", plain.as_ref().map(drop));
        let vjp = {
            let (mut x, mut none) = (x, &[][..]);
            $($crate::program!(@load $mode $n x none);)*
            format!("{:?}", super::$f::vjp($($crate::program!(@pass $mode $n)),*).map(drop))
        };
        let jvp = {
            let (mut x, mut none) = (x, &[][..]);
            $($crate::program!(@load $mode $n x none);)*
            let pair = super::$f::jvp($($crate::program!(@pass $mode $n),)* $($crate::program!(@tangent $active $a)),*);
            format!("{:?}", pair.map(drop))
        };
        assert_eq!((&text, &text), (&vjp, &jvp));
        plain.iter().next().is_none()
    }};
    (@failure $kind:ident $($rest:tt)*) => { false };

    (@pull unit $pull:ident $seed:ident [$($output:ident)*]) => { $pull($(Clone::clone(&$output.dot)),*) };
    (@pull $kind:ident $pull:ident $seed:ident [$($output:ident)*]) => { $pull($crate::program!(@value $kind $seed) $(, Clone::clone(&$output.dot))*) };

    // A plain call's result.
    (@result $f:ident $x:ident [$($mode:ident $n:ident)*]) => {{
        let (mut x, mut none) = ($x, &[][..]);
        $($crate::program!(@load $mode $n x none);)*
        super::$f($($crate::program!(@pass $mode $n)),*)
    }};

    // Where nothing is returned, there is neither a result nor its tangent or cotangent.
    (@jvp unit $f:ident [$($mode:ident $n:ident)*] [$($active:ident $a:ident)*]) => {
        (super::$f::jvp($($crate::program!(@pass $mode $n),)* $($crate::program!(@tangent $active $a)),*), ())
    };
    (@jvp $kind:ident $f:ident [$($mode:ident $n:ident)*] [$($active:ident $a:ident)*]) => {
        $crate::program!(@parts $kind
            super::$f::jvp($($crate::program!(@pass $mode $n),)* $($crate::program!(@tangent $active $a)),*))
    };
    (@jvp_into fallible $f:ident $y_dot:ident [$($mode:ident $n:ident)*] [$($active:ident $a:ident)*]) => {
        super::$f::jvp_into(
            $($crate::program!(@pass $mode $n),)* $($crate::program!(@tangent $active $a),)* $y_dot.as_mut().unwrap()
        )
    };
    (@jvp_into perhaps $($rest:tt)*) => { $crate::program!(@jvp_into fallible $($rest)*) };
    (@jvp_into unit $f:ident $y_dot:ident [$($mode:ident $n:ident)*] [$($active:ident $a:ident)*]) => {
        super::$f::jvp_into($($crate::program!(@pass $mode $n),)* $($crate::program!(@tangent $active $a)),*)
    };
    (@jvp_into $kind:ident $f:ident $y_dot:ident [$($mode:ident $n:ident)*] [$($active:ident $a:ident)*]) => {
        super::$f::jvp_into($($crate::program!(@pass $mode $n),)* $($crate::program!(@tangent $active $a),)* &mut $y_dot)
    };
    (@vjp_into unit $f:ident $seed:ident [$($mode:ident $n:ident)*] [$($a:ident)*]) => {
        super::$f::vjp_into($($crate::program!(@pass $mode $n),)* $(&mut $a.dot),*)
    };
    (@vjp_into perhaps $f:ident $seed:ident [$($mode:ident $n:ident)*] [$($a:ident)*]) => {
        super::$f::vjp_into($($crate::program!(@pass $mode $n),)* &$seed.unwrap(), $(&mut $a.dot),*)
    };
    (@vjp_into many $f:ident $seed:ident [$($mode:ident $n:ident)*] [$($a:ident)*]) => {
        super::$f::vjp_into($($crate::program!(@pass $mode $n),)* &$seed, $(&mut $a.dot),*)
    };
    (@vjp_into $kind:ident $f:ident $seed:ident [$($mode:ident $n:ident)*] [$($a:ident)*]) => {
        super::$f::vjp_into(
            $($crate::program!(@pass $mode $n),)* $crate::program!(@value $kind $seed), $(&mut $a.dot),*
        )
    };

    // Only functions that return a float have a gradient.
    (@gradients unit $($rest:tt)*) => { vec![] };
    (@gradients many $($rest:tt)*) => { vec![] };
    (@gradients perhaps $($rest:tt)*) => { vec![] };
    (@gradients $kind:ident $f:ident [$($mode:ident $n:ident)*] $a:tt) => {
        vec![
            ("grad", Box::new(|x: &[f64], _: &[f64]| {
                let y = $crate::program!(@result $f x [$($mode $n)*]);
                let (mut x, mut none) = (x, &[][..]);
                $($crate::program!(@load $mode $n x none);)*
                let x_bar = super::$f::grad($($crate::program!(@pass $mode $n)),*);
                let mut outcome = $crate::harness::Outcome::of(&y);
                $($crate::program!(@after $mode $n outcome);)*
                (outcome, $crate::harness::flatten(&x_bar))
            })),
            ("value_and_grad", Box::new(|x: &[f64], _: &[f64]| {
                let (mut x, mut none) = (x, &[][..]);
                $($crate::program!(@load $mode $n x none);)*
                let (y, x_bar) = $crate::program!(@parts $kind super::$f::value_and_grad($($crate::program!(@pass $mode $n)),*));
                let mut outcome = $crate::harness::Outcome::of(&y);
                $($crate::program!(@after $mode $n outcome);)*
                (outcome, $crate::harness::flatten(&x_bar))
            })),
            $crate::program!(@into value_and_grad_into $f [$($mode $n)*] $a),
            $crate::program!(@into value_and_grad_add $f [$($mode $n)*] $a),
        ]
    };
    (@into $into:ident $f:ident [$($mode:ident $n:ident)*] [$($a:ident)*]) => {
        (stringify!($into), Box::new(|x: &[f64], before: &[f64]| {
            let (mut x, mut before) = (x, before);
            $($crate::program!(@load $mode $n x before);)*
            let y = super::$f::$into($($crate::program!(@pass $mode $n),)* $(&mut $a.dot),*);
            let mut outcome = $crate::harness::Outcome::of(&y);
            $($crate::program!(@after $mode $n outcome);)*
            let mut x_bar = Vec::new();
            $(x_bar.extend($crate::harness::flatten(&$a.dot));)*
            (outcome, x_bar)
        }))
    };
}
