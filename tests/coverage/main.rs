//! The forms that numeric code in public is made of, each in a small function, and how much of such code contains it.
//!
//! `cargo test --test coverage -- --nocapture` prints which of them work. A form works if the function compiles and its derivatives are right:
//! forward against differences, reverse against forward. The numbers were counted over 1 959 numeric functions; 0 is for what was not counted.
// Clippy's lints do not count here, rustc's are denied, so it would find nothing; `tests/lints.rs` is there for them.
#![cfg(not(clippy))]
#![forbid(unsafe_code)]
#![allow(clippy::all, reason = "forms that lints advise against are what is tested")]

mod calls;
mod control;
mod data;
mod readme;
mod values;

use differentiate::CheckError;

/// One form, and in how many of a hundred functions it occurs at least once.
struct Form {
    name: &'static str,
    percent: f64,
    /// `None`: not supported yet.
    check: Option<fn() -> Result<(), CheckError>>,
}

/// `percent "form": check;`, or `percent "form";` for one that is not supported yet.
macro_rules! forms {
    ($($percent:literal $name:literal $(: $check:expr)?;)*) => {
        pub(crate) fn forms() -> Vec<crate::Form> {
            vec![$(crate::Form { name: $name, percent: $percent as f64, check: crate::forms!(@check $($check)?) }),*]
        }
    };
    (@check) => { None };
    (@check $check:expr) => { Some(|| $check) };
}
pub(crate) use forms;

#[test]
fn forms_in_the_wild() {
    let all: Vec<Form> = [values::forms(), control::forms(), calls::forms(), data::forms()].into_iter().flatten().collect();
    let mut wrong = Vec::new();
    for form in &all {
        let state = match form.check.map(|check| check()) {
            None => "missing".to_owned(),
            Some(Ok(())) => "works".to_owned(),
            Some(Err(error)) => {
                wrong.push(form.name);
                format!("WRONG: {error}")
            }
        };
        println!("{:>5} %  {:<60} {state}", form.percent, form.name);
    }
    let works: Vec<&Form> = all.iter().filter(|form| form.check.is_some() && !wrong.contains(&form.name)).collect();
    let weight = |forms: &[&Form]| forms.iter().map(|form| form.percent).sum::<f64>();
    let share = 100.0 * weight(&works) / weight(&all.iter().collect::<Vec<_>>());
    println!("\n{} of {} forms work; of the occurrences that is {share:.1} %", works.len(), all.len());
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(share > 85.0, "what is supported has become less");
}
