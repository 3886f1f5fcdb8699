//! Goldens: Rust in, representation out.
