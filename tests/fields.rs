//! Where values lie in fields, whose types the macro does not see, gradients are the same as on slices; where only parameters do, records are,
//! too.

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

/// Beside what the gradient itself takes, with its struct. This is not so of the other forms yet: see `benches/fields.rs`.
#[test]
fn parameters_in_fields_record_no_more_than_on_slices() {
    let bytes = |form: Form| {
        let own = ((form.flat)().1.len() * size_of::<f64>() + 64) as u64;
        let mut gradient = form.gradient;
        let allocated = measure(|| {
            black_box(gradient());
        });
        (own, allocated.bytes_total, allocated.bytes_max)
    };
    for of in all(Size::Measured) {
        let mut forms = of.forms.into_iter();
        let (own, total, peak) = bytes(forms.find(|form| form.name == "slices").expect("the first"));
        let (_, in_fields, peak_in_fields) = bytes(forms.find(|form| form.name == "parameters in fields").expect("the second"));
        let what = format!("{}: {in_fields} and {peak_in_fields}, not {total} and {peak}", of.name);
        assert!(in_fields <= total + own && peak_in_fields <= peak + own, "{what}");
    }
}
