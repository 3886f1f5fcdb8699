//! The programs of `tests/programs` at order 2, second part.
// As in `tests/programs`.
#![cfg(not(clippy))]
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(clippy::all, reason = "forms that lints advise against are what is tested")]
#![allow(unused_qualifications)]

use autodiff_macros::__differentiate_twice as differentiate;

#[path = "../programs_order_2/hidden.rs"]
#[macro_use]
mod hidden;

#[path = "../harness/mod.rs"]
#[macro_use]
mod harness;

#[path = "../programs/alternatives.rs"]
mod alternatives;
#[path = "../regression/assigned_vector.rs"]
mod assigned_vector;
#[path = "../programs/boxes.rs"]
mod boxes;
#[path = "../regression/call_results.rs"]
mod call_results;
#[path = "../programs/choices.rs"]
mod choices;
#[path = "../regression/chosen_fields.rs"]
mod chosen_fields;
#[path = "../regression/chosen_items.rs"]
mod chosen_items;
#[path = "../regression/chosen_of_what_is_computed.rs"]
mod chosen_of_what_is_computed;
#[path = "../regression/constant_argument.rs"]
mod constant_argument;
#[path = "../regression/constant_tuple.rs"]
mod constant_tuple;
#[path = "../programs/constructors.rs"]
mod constructors;
#[path = "../regression/copied_array.rs"]
mod copied_array;
#[path = "../regression/copies_of_constants.rs"]
mod copies_of_constants;
#[path = "../regression/declined_source.rs"]
mod declined_source;
#[path = "../programs/exchanged.rs"]
mod exchanged;
#[path = "../regression/fields_of_a_variant.rs"]
mod fields_of_a_variant;
#[path = "../regression/floats_named_by_suffix.rs"]
mod floats_named_by_suffix;
#[path = "../regression/grown_results.rs"]
mod grown_results;
#[path = "../programs/halves.rs"]
mod halves;
#[path = "../programs/lengths.rs"]
mod lengths;
#[path = "../programs/lent.rs"]
mod lent;
#[path = "../regression/lent_then_grown.rs"]
mod lent_then_grown;
#[path = "../programs/lists.rs"]
mod lists;
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
#[path = "../programs/many.rs"]
mod many;
#[path = "../programs/mapped.rs"]
mod mapped;
#[path = "../programs/mapped_arrays.rs"]
mod mapped_arrays;
#[path = "../programs/maps.rs"]
mod maps;
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
#[path = "../programs/pipelines.rs"]
mod pipelines;
#[path = "../programs/put_back.rs"]
mod put_back;
#[path = "../programs/queries.rs"]
mod queries;
#[path = "../regression/receivers_apart.rs"]
mod receivers_apart;
#[path = "../regression/recorded_downwards.rs"]
mod recorded_downwards;
#[path = "../regression/recorded_numbers.rs"]
mod recorded_numbers;
#[path = "../programs/recursion.rs"]
mod recursion;
#[path = "../programs/referred.rs"]
mod referred;
#[path = "../regression/replaced_numbers.rs"]
mod replaced_numbers;
#[path = "../programs/resized.rs"]
mod resized;
#[path = "../programs/results.rs"]
mod results;
#[path = "../regression/returned_early.rs"]
mod returned_early;
#[path = "../programs/running.rs"]
mod running;
#[path = "../programs/scalars.rs"]
mod scalars;
#[path = "../programs/screws.rs"]
mod screws;
#[path = "../programs/signals.rs"]
mod signals;
#[path = "../programs/sorted.rs"]
mod sorted;
#[path = "../programs/started.rs"]
mod started;
#[path = "../programs/steppers.rs"]
mod steppers;
#[path = "../programs/structs.rs"]
mod structs;
#[path = "../programs/sweeps.rs"]
mod sweeps;
#[path = "../programs/taken.rs"]
mod taken;
#[path = "../programs/taken_apart.rs"]
mod taken_apart;
#[path = "../programs/terms.rs"]
mod terms;
#[path = "../programs/texts.rs"]
mod texts;
#[path = "../programs/traits.rs"]
mod traits;
#[path = "../programs/traps.rs"]
mod traps;
#[path = "../programs/unseen.rs"]
mod unseen;
#[path = "../regression/unused_accumulator.rs"]
mod unused_accumulator;
#[path = "../programs/used_up.rs"]
mod used_up;
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
#[path = "../programs/views.rs"]
mod views;
#[path = "../regression/views_late.rs"]
mod views_late;
