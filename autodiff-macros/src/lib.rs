//! The compiler behind `#[differentiate]`.
//!
//! It reads one Rust function, lowers it to a small structured representation, decides what is active and what the reverse sweep
//! needs, derives an adjoint and a tangent program, and prints both as ordinary safe Rust beside the user's function, which stays
//! as it is.
//!
//! # The stages
//!
//! `pipeline::expand` is the map; each stage is a module.
//!
//! | stage | from → to | user errors |
//! |---|---|---|
//! | `args` | attribute tokens → `Config` | yes |
//! | `lower` | `syn::ItemFn` → `ir::Function` | yes, all of them, each with its span |
//! | `transform::share` | the same program with one load for several of an element | no |
//! | `analyze::{Layout, Memory, Activity}` | side tables: where everything is, what shares memory, what carries derivatives | no |
//! | `transform::adjoint` with `analyze::Record` | forward sweep and pullback; how each needed value is found again | memory that would have to be rewound and cannot be |
//! | `transform::tangent` | value and directional derivative | no |
//! | `simplify` | the same programs without what costs and does nothing | no |
//! | `transform::fuse` | value and gradient in one sweep, where the cotangent of each term is known beforehand | no |
//! | `transform::wide` | the tangent program in several directions at once, where it can be written | no |
//! | `transform::rows` | of the adjoint program's tangent what rows of the Hessian need, in several directions likewise | no |
//! | `transform::fission` | reverse loops upwards, apart, in lanes | no |
//! | `transform::spare` | the adjoint program, which asks its caller what memory is to be put back, and tells its callees | no |
//! | `emit` | programs → tokens; total | no |
//!
//! If anything was reported, `fallback` emits the user's function, the messages, and the companion's signatures over bodies that
//! panic. `ir::verify` checks every program in debug builds of the macro; a violation is a bug here, never the user's. It is reported at the
//! user's function all the same, as every panic of a stage is (`guard`).
//!
//! # The representation
//!
//! The rustdoc of `ir` is its specification. In short: a tree of blocks of statements in A-normal form. *Plain* values are assigned
//! once; *owners* and *views* are memory, read and written through places; exits are structured. Adjoint and tangent programs
//! are programs in the same representation.
//!
//! # The companion, and the calling convention
//!
//! Beside `fn f` stands `enum f {}` with the public functions (`grad`, `vjp`, …) and hidden ones that derivatives of callers
//! use, `forward` and `tangent` first of all. A caller sees nothing of a callee but its name, so that the convention is the same for all, one slot a parameter:
//!
//! ```text
//! forward(x: &f64, w: &[f64], n: &usize, out: &mut [f64])
//!     -> (Y, impl Fn(Ignored, &[f64], Ignored, &mut [f64],        // the primal again; by-value scalars were captured
//!                    &ShadowOf<Y>,                                // cotangent of the result
//!                    Option<&ShadowOf<f64>>, Option<&ShadowOf<[f64]>>, Ignored, Option<&ShadowOf<[f64]>>))
//! tangent(x: &f64, …, x_dot: Option<&f64>, w_dot: Option<&[f64]>, n_dot: Ignored, out_dot: Option<&mut [f64]>) -> (Y, Grad<Y>)
//! ```
//!
//! * Every by-value parameter is passed by reference, because the caller cannot know whether it is `Copy`.
//! * A pullback adds into the shadows it is given, may take from `out_bar`, and leaves memory behind `&mut` as it was before the
//!   call, whether it looks at it itself or not: the caller relies on that.
//! * A `Vec` behind `&mut` may have another length after the call. Its shadow has that length, or a later one of the caller's, with zeros where there is nothing
//!   (`lower::lent`); so a caller that pushes to what it also lends records each length.
//! * `None` is a derivative that nobody wants (reverse) or that is zero (forward). The shadow of `&mut` memory is declined only if no derivative
//!   passes through that memory. `rt::slot` converts what a caller has into what the
//!   callee's slot takes, `Ignored` included.
//! * A function that calls itself boxes its pullback.
//! * `grad`, `vjp` and the like run a pullback once: `forward_for_one_use` gives them one that takes out what was recorded (`emit::once`), where that
//!   makes a difference. Callers use `forward`.
//!
//! Jacobians run several directions at once: `tangent_wide` is `tangent` with `Wide<T>` in place of `Tangent<T>`, in which each float has become a
//! few (`rt::Lanes`). Every function with a companion has it. Where `transform::wide` cannot write it (fields of structs, methods, nested
//! derivatives, functions of the user's for derivatives) it runs `tangent` once for each direction. Methods do not have it. Of the higher orders
//! only `hessian` knows several directions: where a function calls none whose derivatives would have to be in as many, it runs `hessian_rows`, a
//! private function with forward sweep and pullback in one, else `forward_order_2` once for each row.
//!
//! Order `n` needs the tangents of both (see "Order" in `ir`): `forward_order_2` is the tangent of `forward`, with a tangent slot for
//! every primal slot, cotangent and shadow, `tangent_order_2` that of `tangent`, and so on; `transform::tangent` makes all of them. The names
//! say which order a callee has not, where rustc misses them. A function that calls `f::grad`, `f::jvp` and so on finds
//! `f::grad_forward_order_2` (see `emit::companion::nested`), whether that `grad` is a gradient or a function of the user's in a module `f`:
//! the macro cannot tell, so a differentiated function of such a name has functions of these names beside it.
//!
//! # Methods
//!
//! A method is lowered as a function with a parameter for `self` (see `member`). Its derivatives hang on no companion but stand beside it,
//! `energy_forward` by `energy`; `ir::Callee::Method` calls them through whatever finds the method. What a caller cannot see is how the
//! receiver is taken: it is borrowed mutably wherever that is possible, unless the two methods stand in one block. Where it would matter that a
//! method changes it (`v.plus(v.bumped(k))`), code that never runs calls the method on a shared reference (`ir::Receiver`). Operators, and methods
//! that are called like a primitive (`z.exp()`), implement the runtime's rule traits instead. Where there is no `energy_forward`, the message is that
//! of a trait which has it for what there is not (`emit::call`).
//!
//! A method that returns a reference is derived as one that returns a copy, and inlined where its block calls it on `self` (`member::accessor`).
//!
//! # Function values
//!
//! A parameter that is a function (`lower::function_type`) arrives in the hidden functions in two parts, and what a caller passes is derived in the
//! caller:
//!
//! ```text
//! forward(f: Captured<'_, K>, f_code: Code, a: &f64) -> (Y, impl Fn(Again<'_, K>, …, Option<Slots<'_, K>>, …) + use<K, Code, Pull>)
//! Code: Copy + Fn(Captured<'_, K>, &f64) -> (f64, Pull)
//! ```
//!
//! `K` lists what the closure captures, without lifetimes, so that a pullback may hold `Code` and outlive the references. A closure that is passed
//! becomes a function of its captures and arguments in the representation (`ir::ClosureCode`), whose programs are printed as the closure that
//! is `Code`, one for each program of the callee; its captures are arguments of the call like others (`ir::FunctionArg` says which), so that no
//! transform knows of them. Its arguments come by reference, numbers too, and again in its pullback: what types they have is the callee's knowledge.
//!
//! # Shadows
//!
//! Memory with derivatives has a shadow of the same shape whose floats are `Cell`s, used through shared references only, so that
//! every reference expression of the user's is mirrored by the same code with `mut` dropped. Adjoints of plain floats are plain locals.
//!
//! # The reverse sweep
//!
//! `transform::adjoint` builds it from the last statement backwards and asks for primal values where it needs them; the answer is at
//! hand, recomputed, or kept (captured by the closure, recorded for each iteration or arm). Memory is rewound, or reads are kept:
//! see Note \[rewound memory\] in `analyze::record`. What is recorded is tested in `transform/adjoint/tests.rs`.
//!
//! Loops of it whose iterations may run in any order are rearranged last, at every order, so that they vectorise (`transform::fission`):
//! one loop for each place that is added to, sums in lanes, neighbours gathered, arrays as slices that need no check of each index; for
//! few iterations there is one loop beside, or one nest of loops. Sums for an adjoint that the caller has declined are left out.
//!
//! Where a gradient is asked for, the cotangent is known from the start. If then each term of a sum, or each call of the function itself, can be
//! given its adjoint before it is computed, the companion has a private `fused` (`transform::fuse`): its reverse runs along with the forward
//! sweep and finds everything at hand. `grad`, `value_and_grad` and what they write into buffers go through it; `vjp` and callers do not.
//! Where terms work in buffers (`transform::fuse::terms`), it may find out that an adjoint passes from term to term, and give up: then
//! `grad`, `value_and_grad`, `value_and_grad_into` and `vjp_into` begin again with the pullback, and `value_and_grad_add` uses that from the start.
//!
//! # Types of the user's
//!
//! `#[derive(Differentiable)]` (`derive`) writes shadow and gradient of a struct or enum: of the same shape, so that the user's places and
//! patterns are mirrored there by the same code. A struct literal is one more allocation, whose reverse takes the shadow apart. A field of
//! a variant is a step of a place (`ir::Proj::Payload`), found by a method of the same name on the value, its gradient and its shadow; a
//! `match` on what carries derivatives is one on the number of the arm, whose patterns then bind parts of the memory (`lower::unpack`).
//!
//! A struct of which only the fields are used is taken apart into variables, whose types can be seen (`lower::apart`). A copy of a constant whose type
//! cannot be seen is memory if something changes it where it is (`lower::in_place`); what is stored through references into it that are no places
//! makes it carry derivatives from the start: the function is lowered again (`lower::reach`).
//!
//! `?` and the methods of `Option` and `Result` are matches (`lower::{question, wrapper}`). What leaves from inside of an expression is a `let` before
//! the statement, and so is what is evaluated before it and would be changed by it (`lower::hoist`); operands that are memory are copied if
//! what is evaluated behind them writes there (`lower::order`). The derivative of a `Result` is an `Option`:
//! an error carries nothing, and is moved as the user moves it (`ir::Call::error`), never copied. What a name that is not `Result` stands for is
//! told by what the body returns (`alias`).
//!
//! # Rules
//!
//! `rules::table` states each primitive's partial derivatives once; adjoint, tangent, the traits for operands whose type the macro
//! cannot see (`rt::Rule1` …), the tests in `tests/rules.rs` and the page `docs/rules.md` all come from it.
//!
//! What users state of functions of their own (`d(x) = …`; `vjp = …, jvp = …`) is in `user_rule`.

#![allow(unreachable_pub, reason = "`pub` marks what a module offers to the others; nothing of a macro crate is reachable")]

mod alias;
mod analyze;
mod args;
mod derive;
mod emit;
mod errors;
mod fallback;
mod guard;
mod ir;
mod lower;
mod member;
mod pipeline;
mod rules;
mod simplify;
mod transform;
mod user_rule;

use proc_macro::TokenStream;

/// Spans are the compiler's, not those of a test.
fn in_compiler() -> bool {
    proc_macro::is_available()
}

fn differentiated(
    attribute: proc_macro2::TokenStream,
    item: proc_macro2::TokenStream,
    least_order: u32,
) -> proc_macro2::TokenStream {
    guard::expanded(item.clone(), || pipeline::expand(attribute, item, least_order))
}

/// Derives the gradient, pullback and directional derivative of a function.
#[proc_macro_attribute]
pub fn differentiate(attribute: TokenStream, item: TokenStream) -> TokenStream {
    differentiated(attribute.into(), item.into(), 1).into()
}

/// Derives how a struct or enum carries derivatives: beside `S` stands `SGrad`, with the same fields.
///
/// Integers, `bool`, strings and their like are `()` there. So is a field that is marked `#[constant]`, but for floats and what `Vec`, `Option`,
/// `Box`, arrays and tuples make of them: these are floats in `SGrad`, which gradients leave at zero. (What is stored in such a field by a
/// differentiated function flows on from there; only what a gradient with respect to an `S` says of it is zero.)
#[proc_macro_derive(Differentiable, attributes(constant, differentiable))]
pub fn differentiable(input: TokenStream) -> TokenStream {
    guard::expanded(Default::default(), || derive::expand(input.into())).into()
}

/// [`macro@differentiate`] with `order = 2` where nothing else is said: the same programs are tested at both orders.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn __differentiate_twice(attribute: TokenStream, item: TokenStream) -> TokenStream {
    differentiated(attribute.into(), item.into(), 2).into()
}

/// The rule table as traits' impls, for `autodiff-runtime`.
#[doc(hidden)]
#[proc_macro]
pub fn __runtime_rules(_input: TokenStream) -> TokenStream {
    rules::runtime::expand().into()
}

/// Derivatives of the tensors' methods, for `autodiff-runtime`.
#[doc(hidden)]
#[proc_macro]
pub fn __tensor_siblings(input: TokenStream) -> TokenStream {
    rules::siblings::expand(input.into()).into()
}

/// Tests of the rule table, for `tests/rules.rs`: of each primitive in a differentiated function (`companions`), and of the
/// runtime's rules for operands of unknown type (`traits`).
#[doc(hidden)]
#[proc_macro]
pub fn __rule_tests(input: TokenStream) -> TokenStream {
    let through = match input.to_string().as_str() {
        "companions" => rules::generated_tests::Through::Companions,
        _ => rules::generated_tests::Through::Traits,
    };
    rules::generated_tests::expand(through).into()
}
