//! The rule table.
//!
//! # Adding a primitive
//!
//! 1. Can existing primitives express it as well? Then write it so.
//! 2. Runtime: the primal for tensors (scalars come from `std`), with doc and example.
//! 3. One entry, in the section of its family, alphabetical: domain away from singularities, the doc line saying what happens
//!    at kinks and ends of the domain.
//! 4. `cargo test`: the generated tests run, the closure test tells what else is missing, `docs/rules.md` is rewritten
//!    (`UPDATE_EXPECT=1`).
//! 5. If the derivative is not expressible: `Custom`, with a comment why.
//!
//! Nothing else is to be edited; a test asserts that no primitive's name occurs in `transform/`, `analyze/` or `emit/`.
//!
//! # Writing partials
//!
//! A partial is an expression in the operands and the result `out`, made of operators and methods that are in the table
//! themselves, float literals, `select(condition, a, b)` with a condition on operands and `out`, and `float_like(n, x)`,
//! which is the integer `n` as a float of the type of `x`.
//!
//! * Prefer `out` over an operand only where it saves a costly call: `out` is otherwise often dead, and keeping it enlarges
//!   the record.
//! * A `Linear` primitive has instead of a partial the name of its transpose, for the adjoint; for the tangent it is applied itself.
//! * Call methods on the receiver only. Other operands may be unsuffixed literals in the user's code (`x.log(2.0)`), and
//!   `2.0.ln()` does not compile.
//! * Flags stand behind the partials: `cheap` for what costs no more to evaluate again than to read from a record; `steep` where
//!   the slope is infinite at a point whose value is finite, so that a zero adjoint or tangent has to stay zero there; `tensors` for
//!   methods that floats have by another name, with which the primitive is applied.

use super::{Form, Param, Rule, RuleKind};

macro_rules! rules {
    ($($section:literal { $(
        $kind:ident $name:ident($($param:ident $(: $int:ident)? $(in $lo:literal .. $hi:literal)?),*) = $call:expr
        $(=> [$($partial:expr),*])? $(, $flag:ident)*, $doc:literal;
    )* })*) => {
        /// All primitives; a [`Prim`](super::Prim) is an index.
        pub static RULES: &[Rule] = &[$($(Rule {
            section: $section,
            name: stringify!($name),
            params: &[$(Param {
                name: stringify!($param),
                domain: domain!($($lo, $hi)?),
                integer: integer!($($int)?),
            }),*],
            form: form(stringify!($call)),
            call: stringify!($call),
            kind: RuleKind::$kind,
            partials: &[$($(stringify!($partial)),*)?],
            cheap: $(flag!($flag cheap) |)* false,
            steep: $(flag!($flag steep) |)* false,
            tensors: $(flag!($flag tensors) |)* false,
            doc: $doc,
        }),*),*];
    };
}

macro_rules! domain {
    () => {
        None
    };
    ($lo:literal, $hi:literal) => {
        Some(($lo, $hi))
    };
}

macro_rules! integer {
    () => {
        false
    };
    (i32) => {
        true
    };
}

/// A flag that is spelled otherwise does not compile.
macro_rules! flag {
    (cheap cheap) => {
        true
    };
    (steep steep) => {
        true
    };
    (tensors tensors) => {
        true
    };
    (cheap $other:ident) => {
        false
    };
    (steep $other:ident) => {
        false
    };
    (tensors $other:ident) => {
        false
    };
}

/// How a call is written: `-x`, `a / b`, `a /= b`, `x.sin()`, `x as f32` or `helper(n, x)`.
const fn form(call: &'static str) -> Form {
    if call.as_bytes()[0] == b'-' {
        return Form::Operator("neg");
    }
    let mut at = 0;
    loop {
        match call.as_bytes()[at] {
            b'.' => return Form::Method,
            b'(' => return Form::Function(call.split_at(at).0),
            b' ' if call.as_bytes()[at + 2] == b'=' => return Form::Assign(call.split_at(at + 1).1.split_at(1).0),
            b' ' if call.as_bytes()[at + 1] == b'a' => return Form::Cast(call.split_at(at + 4).1),
            b' ' => return Form::Operator(call.split_at(at + 1).1.split_at(1).0),
            _ => at += 1,
        }
    }
}

#[rustfmt::skip]
rules! {
    "Operators" {
        Pointwise add(a in -3.0..3.0, b in -3.0..3.0) = a + b => [1.0, 1.0], cheap, "sum";
        Pointwise div(a in -3.0..3.0, b in 0.5..3.0) = a / b => [1.0 / b, -out / b], cheap, "quotient";
        Pointwise mul(a in -3.0..3.0, b in -3.0..3.0) = a * b => [b, a], cheap, "product";
        Pointwise neg(x in -3.0..3.0) = -x => [-1.0], cheap, "negation";
        Pointwise rem(a in -9.0..9.0, b in 0.5..3.0) = a % b => [1.0, ((out - a) / b).round()],
            "remainder with the sign of `a`; at the steps the derivative of the piece that the value is on";
        Pointwise sub(a in -3.0..3.0, b in -3.0..3.0) = a - b => [1.0, -1.0], cheap, "difference";
    }

    // As written where the type of `a` is not known; the impl may be the user's, and is no other operator and an assignment then.
    "Compound assignment" {
        Pointwise add_assign(a in -3.0..3.0, b in -3.0..3.0) = a += b => [1.0, 1.0], cheap, "`a = a + b`; of types of your own, what their `AddAssign` does";
        Pointwise div_assign(a in -3.0..3.0, b in 0.5..3.0) = a /= b => [1.0 / b, -out / b], cheap, "`a = a / b`; of types of your own, what their `DivAssign` does";
        Pointwise mul_assign(a in -3.0..3.0, b in -3.0..3.0) = a *= b => [b, a], cheap, "`a = a * b`; of types of your own, what their `MulAssign` does";
        Pointwise rem_assign(a in -9.0..9.0, b in 0.5..3.0) = a %= b => [1.0, ((out - a) / b).round()], "`a = a % b`; of types of your own, what their `RemAssign` does";
        Pointwise sub_assign(a in -3.0..3.0, b in -3.0..3.0) = a -= b => [1.0, -1.0], cheap, "`a = a - b`; of types of your own, what their `SubAssign` does";
    }

    "Powers and roots" {
        Pointwise cbrt(x in 0.2..3.0) = x.cbrt() => [1.0 / (3.0 * out * out)], steep,
            "cube root; at 0 the derivative is inf, and an incoming 0 stays 0";
        Pointwise hypot(a in -3.0..3.0, b in 0.5..3.0) = a.hypot(b) => [
                select(out == 0.0, 0.0, a / out),
                select(out == 0.0, 0.0, b / out)
            ],
            "`sqrt(a * a + b * b)` without overflow; at the origin both derivatives are 0";
        Pointwise powf(a in 0.5..3.0, b in -3.0..3.0) = a.powf(b) => [
                select(a == 0.0 && b == 0.0, 0.0, b * a.powf(b - 1.0)),
                select(a == 0.0, 0.0, out * a.ln())
            ], steep,
            "power with a float exponent; a constant exponent never touches `ln a`; exponent 0 gives 0 for the base, also at base 0; \
             for the exponent, base 0 gives 0 and a negative base NaN";
        Pointwise powi(x in -3.0..3.0, n: i32) = x.powi(n) => [
                select(n == 0, 0.0, float_like(n, x) * x.powi(n - 1)),
                0.0
            ], cheap,
            "power with an integer exponent; exponent 0 gives 0, also at 0";
        Pointwise sqrt(x in 0.1..3.0) = x.sqrt() => [1.0 / (2.0 * out)], steep,
            "square root; at 0 the derivative is inf, and an incoming 0 stays 0";
    }

    "Exponentials and logarithms" {
        Pointwise exp(x in -3.0..3.0) = x.exp() => [out], "exponential";
        Pointwise exp2(x in -3.0..3.0) = x.exp2() => [out * 0.6931471805599453], "power of 2";
        Pointwise exp_m1(x in -3.0..3.0) = x.exp_m1() => [out + 1.0], "`exp(x) - 1`, accurate near 0";
        Pointwise ln(x in 0.1..3.0) = x.ln() => [1.0 / x], "natural logarithm";
        Pointwise ln_1p(x in -0.9..3.0) = x.ln_1p() => [1.0 / (1.0 + x)], "`ln(1 + x)`, accurate near 0";
        // `float_like(1, x).exp()` is e, and its logarithm is 1 / ln(base) without calling a method on the base.
        Pointwise log(x in 0.1..3.0, base in 1.5..9.0) = x.log(base) => [
                float_like(1, x).exp().log(base) / x,
                -out * float_like(1, x).exp().log(base) / base
            ],
            "logarithm to any base";
        Pointwise log10(x in 0.1..3.0) = x.log10() => [1.0 / (2.302585092994046 * x)], "logarithm to base 10";
        Pointwise log2(x in 0.1..3.0) = x.log2() => [1.0 / (0.6931471805599453 * x)], "logarithm to base 2";
    }

    "Trigonometric functions" {
        Pointwise acos(x in -0.9..0.9) = x.acos() => [-1.0 / ((1.0 - x) * (1.0 + x)).sqrt()], steep,
            "arc cosine; at -1 and 1 the derivative is -inf, and an incoming 0 stays 0";
        Pointwise asin(x in -0.9..0.9) = x.asin() => [1.0 / ((1.0 - x) * (1.0 + x)).sqrt()], steep,
            "arc sine; at -1 and 1 the derivative is inf, and an incoming 0 stays 0";
        Pointwise atan(x in -3.0..3.0) = x.atan() => [1.0 / (1.0 + x * x)], "arc tangent";
        Pointwise atan2(a in -3.0..3.0, b in 0.5..3.0) = a.atan2(b) => [
                select(a == 0.0 && b == 0.0, 0.0, b / (a * a + b * b)),
                select(a == 0.0 && b == 0.0, 0.0, -a / (a * a + b * b))
            ],
            "angle of the point (b, a); at the origin both derivatives are 0";
        Pointwise cos(x in -3.0..3.0) = x.cos() => [-x.sin()], "cosine";
        Pointwise sin(x in -3.0..3.0) = x.sin() => [x.cos()], "sine";
        Pointwise tan(x in -1.3..1.3) = x.tan() => [1.0 + out * out], "tangent";
    }

    "Hyperbolic functions" {
        Pointwise acosh(x in 1.1..3.0) = x.acosh() => [1.0 / ((x - 1.0).sqrt() * (x + 1.0).sqrt())], steep,
            "inverse hyperbolic cosine; at 1 the derivative is inf, and an incoming 0 stays 0";
        Pointwise asinh(x in -3.0..3.0) = x.asinh() => [1.0 / x.hypot(1.0)], "inverse hyperbolic sine";
        Pointwise atanh(x in -0.9..0.9) = x.atanh() => [1.0 / ((1.0 - x) * (1.0 + x))], "inverse hyperbolic tangent";
        Pointwise cosh(x in -3.0..3.0) = x.cosh() => [x.sinh()], "hyperbolic cosine";
        Pointwise sinh(x in -3.0..3.0) = x.sinh() => [x.cosh()], "hyperbolic sine";
        Pointwise tanh(x in -3.0..3.0) = x.tanh() => [1.0 - out * out], "hyperbolic tangent";
    }

    "Simple arithmetic" {
        Pointwise midpoint(a in -3.0..3.0, b in -3.0..3.0) = a.midpoint(b) => [0.5, 0.5], cheap, "mean of two numbers";
        Pointwise mul_add(x in -3.0..3.0, a in -3.0..3.0, b in -3.0..3.0) = x.mul_add(a, b) => [a, x, 1.0], cheap,
            "`x * a + b` with one rounding";
        Pointwise next_down(x in -3.0..3.0) = x.next_down() => [1.0], cheap,
            "the next smaller float: the identity up to rounding";
        Pointwise next_up(x in -3.0..3.0) = x.next_up() => [1.0], cheap,
            "the next larger float: the identity up to rounding";
        Pointwise recip(x in 0.5..3.0) = x.recip() => [-(out * out)], cheap, "reciprocal";
        Pointwise to_degrees(x in -3.0..3.0) = x.to_degrees() => [57.29577951308232], cheap, "radians to degrees";
        Pointwise to_radians(x in -3.0..3.0) = x.to_radians() => [0.017453292519943295], cheap, "degrees to radians";
    }

    // The derivative follows the operand that is returned.
    "Kinks" {
        Pointwise abs(x in -3.0..3.0) = x.abs() => [select(x == 0.0, 0.0, x.signum())], cheap,
            "absolute value; at 0 the derivative is 0";
        Pointwise clamp(x in -3.0..3.0, low in -2.0..-1.0, high in 1.0..2.0) = x.clamp(low, high) => [
                select((x < low) | (x > high), 0.0, 1.0),
                select(x < low, 1.0, 0.0),
                select(x > high, 1.0, 0.0)
            ], cheap,
            "restriction to an interval; inside and at the bounds the derivative is that of `x`";
        Pointwise copysign(x in -3.0..3.0, sign in -3.0..3.0) = x.copysign(sign) => [
                select(x == 0.0, 0.0, select(x.copysign(sign) == x, 1.0, -1.0)),
                0.0
            ], cheap,
            "`abs(x)` with the sign of another number, which is not differentiated; at 0 the derivative is 0, as for `abs`";
        // `b != b` is `b.is_nan()` for an unsuffixed literal. `|`, because a comparison costs less than a branch that may be predicted wrongly:
        // the nearest of ten centroids takes 0.7 of the time.
        Pointwise max(a in -3.0..3.0, b in -3.0..3.0) = a.max(b) => [
                select((a >= b) | (b != b), 1.0, 0.0),
                select((a >= b) | (b != b), 0.0, 1.0)
            ], cheap,
            "maximum; a tie goes to the first operand; of a NaN and a number the number is returned";
        Pointwise min(a in -3.0..3.0, b in -3.0..3.0) = a.min(b) => [
                select((a <= b) | (b != b), 1.0, 0.0),
                select((a <= b) | (b != b), 0.0, 1.0)
            ], cheap,
            "minimum; a tie goes to the first operand; of a NaN and a number the number is returned";
        Pointwise maximum(a in -3.0..3.0, b in -3.0..3.0) = a.max(b) => [
                select((a >= b) | (b != b), 1.0, 0.0),
                select((a >= b) | (b != b), 0.0, 1.0)
            ], cheap, tensors,
            "`max` of tensors, element by element";
        Pointwise minimum(a in -3.0..3.0, b in -3.0..3.0) = a.min(b) => [
                select((a <= b) | (b != b), 1.0, 0.0),
                select((a <= b) | (b != b), 0.0, 1.0)
            ], cheap, tensors,
            "`min` of tensors, element by element";
    }

    // The derivative of a step is 0, at the step too.
    "Steps" {
        Zero ceil(x in -3.0..3.0) = x.ceil(), cheap, "smallest integer not below; derivative 0";
        Zero div_euclid(a in -3.0..3.0, b in 0.5..3.0) = a.div_euclid(b), "Euclidean quotient; derivative 0";
        Zero floor(x in -3.0..3.0) = x.floor(), cheap, "largest integer not above; derivative 0";
        Pointwise fract(x in -3.0..3.0) = x.fract() => [1.0], cheap, "fractional part; derivative 1, at the steps too";
        Pointwise rem_euclid(a in -9.0..9.0, b in 0.5..3.0) = a.rem_euclid(b) => [1.0, ((out - a) / b).round()],
            "least non-negative remainder; at the steps the derivative of the piece that the value is on";
        Zero round(x in -3.0..3.0) = x.round(), cheap, "nearest integer, halves away from 0; derivative 0";
        Zero round_ties_even(x in -3.0..3.0) = x.round_ties_even(), cheap, "nearest integer, halves to even; derivative 0";
        Zero signum(x in -3.0..3.0) = x.signum(), cheap, "sign as -1 or 1; derivative 0";
        Zero trunc(x in -3.0..3.0) = x.trunc(), cheap, "integer part; derivative 0";
    }

    // The casts are each other's transposes; one that changes nothing is none.
    "Casts" {
        Linear as_f32(x in -3.0..3.0) = x as f32 => [as_f64], cheap,
            "an `f64` as an `f32`; derivative 1, the rounding is passed by";
        Linear as_f64(x in -3.0..3.0) = x as f64 => [as_f32], cheap,
            "an `f32` as an `f64`, also written `f64::from(x)`; derivative 1";
    }

    // They occur in partials.
    "Helpers" {
        Zero float_like(n: i32, x in -3.0..3.0) = float_like(n, x), cheap, "the integer `n` as a float of the type of `x`";
    }
}
