//! The programs of `tests/programs` at order 2.
// The same files are looked at by clippy in `tests/programs`.
#![cfg(not(clippy))]
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(clippy::all, reason = "forms that lints advise against are what is tested")]
#![allow(unused_qualifications)]

use autodiff_macros::__differentiate_twice as differentiate;

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

#[path = "../harness/mod.rs"]
#[macro_use]
mod harness;

#[path = "../programs/accessors.rs"]
mod accessors;
#[path = "../programs/adaptors.rs"]
mod adaptors;
#[path = "../programs/aliasing.rs"]
mod aliasing;
#[path = "../programs/arrays.rs"]
mod arrays;
#[path = "../programs/as_written.rs"]
mod as_written;
#[path = "../programs/asked_again.rs"]
mod asked_again;
#[path = "../programs/assigned.rs"]
mod assigned;
#[path = "../programs/attributes.rs"]
mod attributes;
#[path = "../programs/audited.rs"]
mod audited;
#[path = "../programs/branches.rs"]
mod branches;
#[path = "../programs/buffers.rs"]
mod buffers;
#[path = "../programs/calls.rs"]
mod calls;
#[path = "../programs/closures.rs"]
mod closures;
#[path = "../programs/conditions.rs"]
mod conditions;
#[path = "../programs/constants.rs"]
mod constants;
#[path = "../programs/dynamics.rs"]
mod dynamics;
#[path = "../programs/effects.rs"]
mod effects;
#[path = "../programs/elements.rs"]
mod elements;
#[path = "../programs/enums.rs"]
mod enums;
#[path = "../programs/exits.rs"]
mod exits;
#[path = "../programs/field_memory.rs"]
mod field_memory;
#[path = "../programs/filled.rs"]
mod filled;
#[path = "../programs/finance.rs"]
mod finance;
#[path = "../programs/fitting.rs"]
mod fitting;
#[path = "../programs/floats.rs"]
mod floats;
#[path = "../programs/forms.rs"]
mod forms;
#[path = "../programs/functions.rs"]
mod functions;
#[path = "../programs/fused.rs"]
mod fused;
#[path = "../programs/gathered.rs"]
mod gathered;
#[path = "../programs/generics.rs"]
mod generics;
#[path = "../programs/interplay.rs"]
mod interplay;
#[path = "../programs/iterators.rs"]
mod iterators;
#[path = "../programs/left_with.rs"]
mod left_with;
#[path = "../programs/linalg.rs"]
mod linalg;
#[path = "../programs/loops.rs"]
mod loops;
#[path = "../programs/methods.rs"]
mod methods;
#[path = "../programs/mixture.rs"]
mod mixture;
#[path = "../programs/models.rs"]
mod models;
#[path = "../programs/mutation.rs"]
mod mutation;
#[path = "../programs/named.rs"]
mod named;
#[path = "../programs/network.rs"]
mod network;
#[path = "../programs/numerics.rs"]
mod numerics;
#[path = "../programs/observers.rs"]
mod observers;
#[path = "../programs/operators.rs"]
mod operators;
#[path = "../programs/outputs.rs"]
mod outputs;
#[path = "../programs/precision.rs"]
mod precision;
#[path = "../programs/put_back.rs"]
mod put_back;
#[path = "../programs/queries.rs"]
mod queries;
#[path = "../programs/recursion.rs"]
mod recursion;
#[path = "../programs/referred.rs"]
mod referred;
#[path = "../programs/reprojection.rs"]
mod reprojection;
#[path = "../programs/resized.rs"]
mod resized;
#[path = "../programs/results.rs"]
mod results;
#[path = "../programs/running.rs"]
mod running;
#[path = "../programs/scalars.rs"]
mod scalars;
#[path = "../programs/screws.rs"]
mod screws;
#[path = "../programs/signals.rs"]
mod signals;
#[path = "../programs/started.rs"]
mod started;
#[path = "../programs/steppers.rs"]
mod steppers;
#[path = "../programs/structs.rs"]
mod structs;
#[path = "../programs/taken_apart.rs"]
mod taken_apart;
#[path = "../programs/terms.rs"]
mod terms;
#[path = "../programs/traits.rs"]
mod traits;
#[path = "../programs/traps.rs"]
mod traps;
#[path = "../programs/unseen.rs"]
mod unseen;
#[path = "../programs/user_battery.rs"]
mod user_battery;
#[path = "../programs/user_camera.rs"]
mod user_camera;
#[path = "../programs/user_cart_pole.rs"]
mod user_cart_pole;
#[path = "../programs/user_ecology.rs"]
mod user_ecology;
#[path = "../programs/user_gaussian_process.rs"]
mod user_gaussian_process;
#[path = "../programs/user_heat_bar.rs"]
mod user_heat_bar;
#[path = "../programs/user_hidden_markov.rs"]
mod user_hidden_markov;
#[path = "../programs/user_matrices.rs"]
mod user_matrices;
#[path = "../programs/user_orbits.rs"]
mod user_orbits;
#[path = "../programs/user_tagger.rs"]
mod user_tagger;
#[path = "../programs/vecs.rs"]
mod vecs;
#[path = "../programs/vectors.rs"]
mod vectors;
#[path = "../programs/views.rs"]
mod views;

#[path = "../regression/assigned_vector.rs"]
mod assigned_vector;
#[path = "../regression/call_results.rs"]
mod call_results;
#[path = "../programs/choices.rs"]
mod choices;
#[path = "../regression/chosen_fields.rs"]
mod chosen_fields;
#[path = "../regression/chosen_items.rs"]
mod chosen_items;
#[path = "../regression/constant_argument.rs"]
mod constant_argument;
#[path = "../regression/constant_tuple.rs"]
mod constant_tuple;
#[path = "../regression/copied_array.rs"]
mod copied_array;
#[path = "../regression/declined_source.rs"]
mod declined_source;
#[path = "../regression/fields_of_a_variant.rs"]
mod fields_of_a_variant;
#[path = "../regression/grown_results.rs"]
mod grown_results;
#[path = "../programs/lengths.rs"]
mod lengths;
#[path = "../programs/lent.rs"]
mod lent;
#[path = "../regression/lent_then_grown.rs"]
mod lent_then_grown;
#[path = "../regression/literal_bounds.rs"]
mod literal_bounds;
#[path = "../long/adaptors.rs"]
mod long_adaptors;
#[path = "../long/calibration.rs"]
mod long_calibration;
#[path = "../long/clamped.rs"]
mod long_clamped;
#[path = "../long/layers.rs"]
mod long_layers;
#[path = "../long/likelihood.rs"]
mod long_likelihood;
#[path = "../long/machine.rs"]
mod long_machine;
#[path = "../long/pixel.rs"]
mod long_pixel;
#[path = "../long/quaternions.rs"]
mod long_quaternions;
#[path = "../long/springs.rs"]
mod long_springs;
#[path = "../regression/moved_late.rs"]
mod moved_late;
#[path = "../regression/names_of_places.rs"]
mod names_of_places;
#[path = "../programs/order_of_evaluation.rs"]
mod order_of_evaluation;
#[path = "../regression/owner_beside_view.rs"]
mod owner_beside_view;
#[path = "../regression/parentheses.rs"]
mod parentheses;
#[path = "../regression/recorded_downwards.rs"]
mod recorded_downwards;
#[path = "../regression/recorded_numbers.rs"]
mod recorded_numbers;
#[path = "../regression/replaced_numbers.rs"]
mod replaced_numbers;
#[path = "../regression/returned_early.rs"]
mod returned_early;
#[path = "../programs/sweeps.rs"]
mod sweeps;
#[path = "../regression/unused_accumulator.rs"]
mod unused_accumulator;
#[path = "../regression/views_late.rs"]
mod views_late;
