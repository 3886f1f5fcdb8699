//! What the tests of order 2 call.

/// Calls of the hidden functions of order 2: `second!(f [mode argument…] [active…] [active &mut…])`.
macro_rules! second {
    ($f:ident [$($mode:ident $n:ident)*] [$($a:ident)*] [$($output:ident)*]) => {
        Some($crate::harness::Second {
            pullback: Box::new(|x: &[f64], x_dot: &[f64], y_bar: &[f64], y_bar_dot: &[f64]| {
                use ::differentiate::rt;
                let (mut x, mut x_dot, mut y_bar, mut y_bar_dot) = (x, x_dot, y_bar, y_bar_dot);
                $($crate::program!(@load $mode $n x x_dot);)*
                let ((y, y_dot), pull) = super::$f::forward_order_2(
                    $(second!(@primal $mode $n.primal),)*
                    $(second!(@slot $mode $n.dot)),*
                );
                let mut outcome = Outcome::of(&y);
                $($crate::program!(@after $mode $n outcome);)*
                let mut out = flatten(&y_dot);
                $(out.extend(flatten(&$output.dot));)*
                let seeds = ($crate::harness::seeded(&y, &mut y_bar), $crate::harness::seeded(&y, &mut y_bar_dot));
                let none = vec![0.0; 1000];
                $(second!(@shadow $mode $n y_bar y_bar_dot none);)*
                pull(
                    $(second!(@again $mode $n),)*
                    $(second!(@dot_again $mode $n),)*
                    &seeds.0,
                    &seeds.1,
                    $(second!(@cells $mode $n 1),)*
                    $(second!(@cells $mode $n 2)),*
                );
                let (mut x_bar, mut x_bar_dot) = (Vec::new(), Vec::new());
                $(
                    x_bar.extend($crate::harness::unseeded(&$a.0.primal, $a.1));
                    x_bar_dot.extend($crate::harness::unseeded(&$a.0.primal, $a.2));
                )*
                (outcome, out, x_bar, x_bar_dot)
            }),
            tangent: Box::new(|x: &[f64], x_dot: &[f64], x_dot2: &[f64]| {
                use ::differentiate::rt;
                let (mut x, mut x_dot, mut x_dot2) = (x, x_dot, x_dot2);
                $($crate::program!(@load $mode $n x x_dot);)*
                $(second!(@twice $mode $n x_dot2);)*
                let ((y, y_dot), (y_dot2, y_dots)) = super::$f::tangent_order_2(
                    $(second!(@primal $mode $n.primal),)*
                    $(second!(@slot $mode $n.dots.0),)*
                    $(second!(@slot $mode $n.dots.1),)*
                    $(second!(@slot $mode $n.dots.2)),*
                );
                let mut outcome = Outcome::of(&y);
                $($crate::program!(@after $mode $n outcome);)*
                let mut all = [flatten(&y_dot), flatten(&y_dot2), flatten(&y_dots)];
                $(
                    for (dot, all) in [&$output.dots.0, &$output.dots.1, &$output.dots.2].into_iter().zip(&mut all) {
                        all.extend(flatten(dot));
                    }
                )*
                (outcome, all)
            }),
        })
    };

    (@primal by_mut $($of:tt)*) => { &mut $($of)* };
    (@primal fixed_mut $($of:tt)*) => { &mut $($of)* };
    (@primal $mode:ident $($of:tt)*) => { &$($of)* };

    (@slot by_mut $($dot:tt)*) => { rt::slot(&mut $($dot)*) };
    (@slot by_value $($dot:tt)*) => { rt::slot(&$($dot)*) };
    (@slot by_ref $($dot:tt)*) => { rt::slot(&$($dot)*) };
    (@slot $fixed:ident $($dot:tt)*) => { rt::slot(rt::NoShadow) };

    // Of an active argument: with two shadows.
    (@shadow by_mut $n:ident $bar:ident $bar_dot:ident $none:ident) => {
        let mut $n = {
            let shadows = ($crate::harness::seeded(&$n.primal, &mut $bar), $crate::harness::seeded(&$n.primal, &mut $bar_dot));
            ($n, shadows.0, shadows.1)
        };
    };
    (@shadow by_value $n:ident $bar:ident $bar_dot:ident $none:ident) => {
        let mut $n = {
            let zeros = (rt::zeros(&$n.primal), rt::zeros(&$n.primal));
            ($n, zeros.0, zeros.1)
        };
    };
    (@shadow by_ref $($rest:tt)*) => { second!(@shadow by_value $($rest)*) };
    (@shadow $fixed:ident $n:ident $($rest:tt)*) => { let mut $n = ($n,); };

    (@again by_mut $n:ident) => { rt::slot(&mut $n.0.primal) };
    (@again fixed_mut $n:ident) => { rt::slot(&mut $n.0.primal) };
    (@again $mode:ident $n:ident) => { rt::slot(&$n.0.primal) };

    (@dot_again $mode:ident $n:ident) => { second!(@slot $mode $n.0.dot) };

    (@cells by_mut $n:ident $i:tt) => { rt::slot(&$n.$i) };
    (@cells by_value $n:ident $i:tt) => { rt::slot(&$n.$i) };
    (@cells by_ref $n:ident $i:tt) => { rt::slot(&$n.$i) };
    (@cells $fixed:ident $n:ident $i:tt) => { rt::slot(rt::NoShadow) };

    (@twice by_value $n:ident $dot:ident) => {
        let mut $n = {
            let mut none = &[][..];
            let other = $crate::harness::grad_or_zero(&$n.primal, &mut $dot);
            let both = $crate::harness::grad_or_zero(&$n.primal, &mut none);
            $crate::harness::Twice { primal: $n.primal, dots: ($n.dot, other, both) }
        };
    };
    (@twice by_ref $n:ident $dot:ident) => { second!(@twice by_value $n $dot) };
    (@twice by_mut $n:ident $dot:ident) => { second!(@twice by_value $n $dot) };
    (@twice $fixed:ident $n:ident $dot:ident) => {
        let mut $n = $crate::harness::Twice { primal: $n.primal, dots: ((), (), ()) };
    };
}
