//! Derivatives that need no memory allocate none.

#[allow(dead_code, reason = "the bench and the other test use the rest")]
#[path = "../benches/functions/mod.rs"]
mod functions;

use allocation_counter::measure;
use functions::scalar::scalar;
use std::hint::black_box;

#[test]
fn functions_of_scalars_do_not_allocate() {
    let at = black_box((0.7, 1.3, -0.4));
    let info = measure(|| {
        black_box(scalar::grad(at.0, at.1, at.2));
        black_box(scalar::jvp(at.0, at.1, at.2, 1.0, 0.0, 0.0));
        let (_, pullback) = scalar::vjp(at.0, at.1, at.2);
        black_box(pullback(1.0));
    });
    assert_eq!(info.count_total, 0, "{info:?}");
}
