//! What gradients cost where values lie in fields, whose types the macro does not see, beside the same on slices: in turns of one run, and
//! what each allocates.
//!
//! Records are as on slices. Structs of which only the fields are used are taken apart; where one is passed on, and where a method returns what
//! is handed on, the types are still not seen. What is compared lies and calls alike: a vector for each gate costs four allocations a step
//! where parts of one vector cost one, on slices and in fields.
//!
//! Reverse loops over a list in a field of a type that is not seen (`component.l[p]`) do not go through slices (`transform::fission::window`): that such
//! a list has slices is not known. A mixture of components in a `Vec` takes 1.27 times as long for it, and what is in fields of the parameters 1.1.
//!
//! `cargo bench --bench fields` prints for each form its times and their ratio to the slices' gradient.

#[path = "fields/mod.rs"]
mod fields;
#[allow(dead_code, reason = "measured by `ratios`")]
mod functions;
mod turns;

use allocation_counter::measure;
use fields::{Form, all};
use functions::Size;
use std::hint::black_box;
use turns::Turns;

fn main() {
    // `cargo test --benches` only wants to see that everything runs.
    let size = if std::env::args().any(|arg| arg == "--bench") { Size::Measured } else { Size::Test };
    for of in all(size) {
        let (mut primals, mut gradients) = (Turns::new("primal"), Turns::new("gradient"));
        println!("{}", of.name);
        for Form { name, primal, mut gradient, flat } in of.forms {
            assert_eq!(flat().0, primal());
            let allocated = measure(|| {
                black_box(gradient());
            });
            println!("  {name:<30} {:>9} bytes, {:>9} at the peak", allocated.bytes_total, allocated.bytes_max);
            primals.add(name, move || {
                black_box(primal());
            });
            gradients.add(name, move || {
                black_box(gradient());
            });
        }
        primals.report();
        gradients.report();
    }
}
