//! What README says is supported, and what not, beside the tests that say so.

use std::fs;
use std::path::Path;

/// A phrase of README, and the function that is tested for it: `file::function`.
type Claims = &'static [(&'static str, &'static str)];

/// One list for each item of "What is supported", in its order.
const SUPPORTED: &[Claims] = &[
    &[
        ("scalars", "programs/scalars.rs::operators"),
        ("casts between them", "programs/scalars.rs::casts"),
        ("slices", "programs/views.rs::halves"),
        ("arrays", "programs/calls.rs::arrays_through_calls"),
        ("`Vec`s", "programs/vecs.rs::matrix_of_vecs"),
        ("tuples", "programs/scalars.rs::pair_whole"),
        ("structs", "programs/structs.rs::simulate"),
        ("enums", "programs/enums.rs::area"),
        ("`&mut` parameters", "programs/outputs.rs::two_buffers"),
    ],
    &[
        ("shadowing", "programs/scalars.rs::shadowing"),
        ("compound assignment", "programs/scalars.rs::compound"),
        ("elements", "programs/mutation.rs::element_compound"),
        ("references", "programs/mutation.rs::through_references"),
        ("views of views", "programs/views.rs::nested_views"),
    ],
    &[
        ("`if`", "programs/branches.rs::piecewise"),
        ("`match`", "programs/branches.rs::on_enum"),
        ("`let … else`", "programs/choices.rs::let_else"),
        ("`while`", "programs/exits.rs::while_with_exits"),
        ("`loop`", "programs/exits.rs::loop_until"),
        ("`break`", "programs/exits.rs::break_on_value"),
        ("`continue`", "programs/exits.rs::continue_on_value"),
        ("early `return`", "programs/exits.rs::early_return"),
        ("`?` anywhere", "programs/order_of_evaluation.rs::left_everywhere"),
        ("conditions that change what they look at", "programs/conditions.rs::while_pops"),
    ],
    &[
        ("in any order", "programs/iterators.rs::nested_chains"),
        ("`sum`", "programs/iterators.rs::sums"),
        ("`fold`", "programs/iterators.rs::folds"),
        ("`collect`", "programs/iterators.rs::collected"),
        ("`reduce`", "programs/adaptors.rs::reduced"),
        ("gather what may fail", "programs/gathered.rs::of_roots"),
        ("`std::array::from_fn`", "programs/filled.rs::of_matrices"),
        ("`find`", "programs/choices.rs::found"),
        ("bound by `let`", "programs/closures.rs::called_twice"),
        ("written in place", "programs/adaptors.rs::flat_maps"),
    ],
    &[
        ("max_by", "programs/choices.rs::largest"),
        ("sort_by", "programs/vecs.rs::median_like"),
        ("`position`", "programs/adaptors.rs::searched"),
    ],
    &[
        ("grow", "programs/vecs.rs::grown"),
        ("shrink", "programs/resized.rs::every_change"),
        ("assigned", "programs/vecs.rs::assigned_anew"),
        ("swapped", "programs/lengths.rs::"),
        ("copied between", "programs/vecs.rs::copied_within"),
        ("filled anew", "programs/lent.rs::powers"),
        ("appended to", "programs/lent.rs::append_scaled"),
    ],
    &[("`Tensor`", "tensors/models.rs::")],
    &[
        ("other differentiated functions", "programs/calls.rs::perceptron"),
        ("methods", "programs/methods.rs::network_loss"),
        ("recursive", "programs/recursion.rs::even"),
        ("`Self::`", "programs/methods.rs::"),
        ("closures", "programs/functions.rs::captured_number"),
        ("names", "programs/named.rs::between"),
        ("methods that return references", "programs/accessors.rs::outside"),
    ],
    &[("by value and by reference", "programs/operators.rs::ray"), ("compound assignment", "programs/assigned.rs::polynomials")],
    &[
        ("default methods", "programs/traits.rs::fit"),
        ("over `T: Real`", "programs/generics.rs::softplus"),
        ("over a trait of yours", "programs/steppers.rs::run"),
        ("over constants", "programs/traits.rs::fit_a_polynomial"),
        ("`impl Trait` arguments", "programs/traits.rs::of_any"),
    ],
    &[("every method of `f64`", "rules.rs::"), ("comparisons", "programs/scalars.rs::nothing_differentiable_on_the_way")],
];

/// What is an error.
const REFUSED: Claims = &[
    ("`unsafe` blocks", "ui/unsupported/unsafe_block.rs::"),
    ("`async`", "ui/unsupported/calls_and_closures.rs::asynchronous"),
    ("raw pointers", "ui/unsupported/raw_pointer.rs::"),
    ("`dyn` calls", "ui/callee/functions.rs::stored"),
    ("functions (not methods) that return references", "ui/method/methods.rs::first"),
    ("get shorter", "ui/unsupported/memory_and_loops.rs::shortened"),
    ("fields of the caller's struct", "ui/unsupported/memory_and_loops.rs::appended"),
    ("macros", "ui/unsupported/unknown_macro.rs::"),
    ("inside of any macro", "ui/unsupported/names_of_macros.rs::"),
];

/// The text of a section.
fn section(heading: &str) -> String {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README.md");
    let (_, rest) = readme.split_once(&format!("\n## {heading}\n")).expect("the section");
    rest.split("\n## ").next().unwrap_or_default().to_owned()
}

/// Each phrase stands in `text`, and each test is there. A file of programs is a module of its test.
fn check(text: &str, claims: Claims) {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (phrase, test) in claims {
        assert!(text.contains(phrase), "README does not say `{phrase}` in: {text}");
        let (file, function) = test.split_once("::").expect("file::function");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(file);
        let source = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{file}: {e}"));
        let is_there = |end: &str| source.contains(&format!("fn {function}{end}"));
        assert!(function.is_empty() || is_there("(") || is_there("<"), "{file} has no function `{function}`");
        let main = path.with_file_name("main.rs");
        if let (true, Some(stem)) = (main.exists(), path.file_stem().and_then(|stem| stem.to_str())) {
            let modules = fs::read_to_string(&main).expect("main.rs");
            assert!(stem == "main" || modules.contains(&format!("mod {stem};")), "{file} is no module of its test");
            assert!(source.contains("programs! {") || source.contains("#[test]"), "{file} tests nothing");
        }
        if file.starts_with("ui/") {
            assert!(path.with_extension("stderr").exists(), "{file} has no message");
        }
    }
}

#[test]
fn what_is_supported_is_tested() {
    let text = section("What is supported");
    let items: Vec<&str> = text.split("\n- ").skip(1).collect();
    assert_eq!(items.len(), SUPPORTED.len(), "each item of README has its tests here");
    items.iter().zip(SUPPORTED).for_each(|(item, claims)| check(item, claims));
}

#[test]
fn what_is_refused_is_tested() {
    check(&section("What is not"), REFUSED);
}
