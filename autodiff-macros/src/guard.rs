//! The last line of defence: a bug of this crate's becomes an error at the user's function that asks for a report. A macro that
//! panics takes the function away from all who call it, and says neither where nor what to do.

use crate::errors::Errors;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Runs a stage. If it panics, that is reported at `span`, unless a mistake of the user's was found before that it may follow from, and
/// there is no result. Tests are to see the panic itself.
pub fn guarded<R>(span: Span, errors: &mut Errors, stage: impl FnOnce(&mut Errors) -> R) -> Option<R> {
    let before = errors.len();
    // What was changed half way is not looked at afterwards.
    let outcome = catch_unwind(AssertUnwindSafe(|| stage(&mut *errors)));
    match outcome {
        Ok(result) => Some(result),
        Err(panic) if !crate::in_compiler() => resume_unwind(panic),
        Err(panic) => {
            if errors.len() == before {
                report(span, &*panic, errors);
            }
            None
        }
    }
}

fn report(span: Span, panic: &(dyn Any + Send), errors: &mut Errors) {
    let message = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    // Behind the first line whole programs are printed.
    let message = message.and_then(|message| message.lines().next()).unwrap_or("it gave up without a word");
    errors.push(
        span,
        format!("a bug in `differentiate`, not in this function: {message}"),
        "please report the function with this message; another way to write what it does last may work meanwhile",
    );
}

/// What an item expands to, beside the item; `item` and a message at the attribute if that panics.
pub fn expanded(item: TokenStream, expand: impl FnOnce() -> TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    guarded(Span::call_site(), &mut errors, |_| expand()).unwrap_or_else(|| {
        let errors = errors.to_compile_errors();
        quote!(#item #errors)
    })
}
