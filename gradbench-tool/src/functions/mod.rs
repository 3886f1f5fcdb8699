//! The functions, one module each. A module's `functions` are what the benchmark may ask for.

pub mod ba;
pub mod det;
pub mod gmm;
pub mod hello;
pub mod ht;
pub mod kmeans;
pub mod llsq;
pub mod lse;
pub mod lstm;
pub mod ode;
pub mod particle;
pub mod saddle;

use crate::evaluation::Function;

/// Names, as the benchmark has them, and what they stand for.
pub type Functions = &'static [(&'static str, Function)];

const MODULES: &[(&str, Functions)] = &[
    ("hello", hello::FUNCTIONS),
    ("gmm", gmm::FUNCTIONS),
    ("ba", ba::FUNCTIONS),
    ("ht", ht::FUNCTIONS),
    ("lstm", lstm::FUNCTIONS),
    ("kmeans", kmeans::FUNCTIONS),
    ("lse", lse::FUNCTIONS),
    ("llsq", llsq::FUNCTIONS),
    ("det", det::FUNCTIONS),
    ("ode", ode::FUNCTIONS),
    ("particle", particle::FUNCTIONS),
    ("saddle", saddle::FUNCTIONS),
];

/// Whether there is a module of that name.
#[must_use]
pub fn has_module(name: &str) -> bool {
    MODULES.iter().any(|(module, _)| *module == name)
}

/// A function by its name.
///
/// # Errors
///
/// If there is none.
pub fn find(module: &str, function: &str) -> Result<Function, String> {
    let (_, functions) = MODULES.iter().find(|(name, _)| *name == module).ok_or(format!("there is no module `{module}`"))?;
    let found = functions.iter().find(|(name, _)| *name == function);
    found.map(|(_, function)| *function).ok_or(format!("`{module}` has no function `{function}`"))
}
