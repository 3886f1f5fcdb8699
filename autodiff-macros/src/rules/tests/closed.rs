//! A derivative is known in one place only.

use super::super::RULES;
use std::path::Path;

#[test]
fn no_pass_knows_a_primitive_by_name() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for pass in ["analyze", "transform", "simplify", "emit"] {
        let file = src.join(pass).with_extension("rs");
        if file.is_file() {
            assert_free_of_primitives(&file);
        }
        visit(&src.join(pass));
    }
}

fn visit(dir: &Path) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for path in entries.map(|entry| entry.expect("a readable directory").path()) {
        if path.is_dir() && !path.ends_with("tests") {
            visit(&path);
        } else if path.extension().is_some_and(|ext| ext == "rs") && !path.ends_with("tests.rs") {
            assert_free_of_primitives(&path);
        }
    }
}

fn assert_free_of_primitives(file: &Path) {
    let text = std::fs::read_to_string(file).expect("a source file");
    for rule in RULES {
        let by_name = format!("by_name(\"{}\")", rule.name);
        let by_method = format!("by_method(\"{}\"", rule.name);
        let found = [by_name, by_method].into_iter().find(|known| text.contains(known));
        assert!(found.is_none(), "{} knows the primitive `{}`: say it in the rule table", file.display(), rule.name);
    }
}
