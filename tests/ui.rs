//! What a user sees when something cannot be differentiated: each case's messages, word for word.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes them anew; read the difference before committing it.
//! `cargo test --test ui -- messages trybuild=callee` runs the cases whose path contains a word.

#[test]
fn messages() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*/*.rs");
}
