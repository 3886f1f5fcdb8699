//! Where values lie in fields, whose types the macro does not see, gradients are the same as on slices, and record no more.

#[path = "../benches/fields/mod.rs"]
mod fields;
#[path = "../benches/functions/mod.rs"]
#[allow(dead_code, reason = "tested by `measured_functions`")]
mod functions;

use allocation_counter::measure;
use fields::{Form, all};
use functions::Size;
use std::hint::black_box;

#[test]
fn values_and_gradients_are_those_on_slices() {
    for of in all(Size::Test) {
        let (value, gradient) = (of.forms[0].flat)();
        for Form { name, primal, gradient: into, flat } in of.forms {
            let what = format!("{}, {name}", of.name);
            assert_eq!(primal().to_bits(), value.to_bits(), "{what}");
            let mut into = into;
            // Again, into what the first left.
            assert_eq!([into(), into()].map(f64::to_bits), [value.to_bits(); 2], "{what}");
            let (again, got) = flat();
            assert_eq!((again.to_bits(), got.len()), (value.to_bits(), gradient.len()), "{what}");
            for (i, (got, want)) in got.iter().zip(&gradient).enumerate() {
                assert!((got - want).abs() <= 1e-13 * (1.0 + want.abs()), "{what}, element {i}: {got} instead of {want}");
            }
        }
    }
}

/// Beside what the gradient itself takes: up to 31 vectors, and two lists of their lengths, which grow to 32 before anything runs.
#[test]
fn values_in_fields_record_no_more_than_on_slices() {
    for of in all(Size::Measured) {
        let mut forms = of.forms.into_iter().map(|form| {
            let parameters = (form.flat)().1.len();
            let mut gradient = form.gradient;
            let allocated = measure(|| {
                black_box(gradient());
            });
            (form.name, parameters, allocated)
        });
        let (_, parameters, on_slices) = forms.next().expect("slices come first");
        for (name, _, in_fields) in forms {
            let shadow = (parameters * size_of::<f64>() + 31 * size_of::<Vec<f64>>()) as u64;
            let lengths = (2 * (4 + 8 + 16 + 32) * size_of::<usize>()) as u64;
            let (total, peak) = (in_fields.bytes_total, in_fields.bytes_max);
            let what =
                format!("{}, {name}: {total} and {peak}, not {} and {}", of.name, on_slices.bytes_total, on_slices.bytes_max);
            assert!(total <= on_slices.bytes_total + shadow + lengths && peak <= on_slices.bytes_max + shadow, "{what}");
        }
    }
}
