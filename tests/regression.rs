//! What was once wrong, found by random programs (`tests/properties.rs`): one file a fault, with what it was about.
// Clippy's lints do not count here, rustc's are denied, so it would find nothing; `tests/lints.rs` is there for them.
#![cfg(not(clippy))]
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(clippy::all, reason = "forms that lints advise against are what is tested")]

use differentiate::differentiate;

/// Only `tests/programs_order_2` has second derivatives.
macro_rules! second {
    ($($program:tt)*) => {
        None
    };
}

#[path = "harness/mod.rs"]
#[macro_use]
mod harness;

#[path = "regression/assigned_vector.rs"]
mod assigned_vector;
#[path = "regression/call_results.rs"]
mod call_results;
#[path = "regression/chosen_fields.rs"]
mod chosen_fields;
#[path = "regression/chosen_items.rs"]
mod chosen_items;
#[path = "regression/chosen_of_what_is_computed.rs"]
mod chosen_of_what_is_computed;
#[path = "regression/compound_assignment.rs"]
mod compound_assignment;
#[path = "regression/constant_argument.rs"]
mod constant_argument;
#[path = "regression/constant_beside_unknown.rs"]
mod constant_beside_unknown;
#[path = "regression/constant_tuple.rs"]
mod constant_tuple;
#[path = "regression/copied_array.rs"]
mod copied_array;
#[path = "regression/copies_of_constants.rs"]
mod copies_of_constants;
#[path = "regression/declined_source.rs"]
mod declined_source;
#[path = "regression/fields_of_a_variant.rs"]
mod fields_of_a_variant;
#[path = "regression/floats_named_by_suffix.rs"]
mod floats_named_by_suffix;
#[path = "regression/grown_results.rs"]
mod grown_results;
#[path = "regression/iterators_in_variables.rs"]
mod iterators_in_variables;
#[path = "regression/lent_in_loops.rs"]
mod lent_in_loops;
#[path = "regression/lent_then_grown.rs"]
mod lent_then_grown;
#[path = "regression/literal_bounds.rs"]
mod literal_bounds;
#[path = "regression/methods_named_as_text.rs"]
mod methods_named_as_text;
#[path = "regression/moved_late.rs"]
mod moved_late;
#[path = "regression/names_in_arms.rs"]
mod names_in_arms;
#[path = "regression/names_of_places.rs"]
mod names_of_places;
#[path = "regression/numbers_times_unseen.rs"]
mod numbers_times_unseen;
#[path = "regression/owner_beside_view.rs"]
mod owner_beside_view;
#[path = "regression/pairs_behind_references.rs"]
mod pairs_behind_references;
#[path = "regression/parentheses.rs"]
mod parentheses;
#[path = "regression/receivers_apart.rs"]
mod receivers_apart;
#[path = "regression/recorded_downwards.rs"]
mod recorded_downwards;
#[path = "regression/recorded_numbers.rs"]
mod recorded_numbers;
#[path = "regression/replaced_numbers.rs"]
mod replaced_numbers;
#[path = "regression/returned_early.rs"]
mod returned_early;
#[path = "regression/started_constant.rs"]
mod started_constant;
#[path = "regression/unused_accumulator.rs"]
mod unused_accumulator;
#[path = "regression/views_late.rs"]
mod views_late;
