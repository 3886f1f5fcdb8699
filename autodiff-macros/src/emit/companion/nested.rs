//! Derivatives of derivatives: what a differentiated function needs that calls `f::grad`, `f::value_and_grad`, `f::jvp`, `f::hvp`, or
//! `f::vjp` and its pullback.
//!
//! To such a caller each of them is a callee like any other, with a forward sweep and a tangent of each order
//! (`f::grad_forward_order_2`). None needs a transform of its own, since second derivatives are symmetric: the adjoint of
//!
//! > (y, v, x_bar, u_bar) = f and its pullback at (x, u), for the cotangents (y_bar, v_bar)
//!
//! (`u` is what `&mut` parameters hold before the call, `v` after it) is, for cotangents (c_y, c_v, c_x, c_u), one more direction (c_x, c_u)
//! of the tangent of `forward`, pulled back from (y_bar, v_bar) with the tangent (c_y, c_v): the tangent of `x_bar` and `u_bar` that comes out is
//! the adjoint of (x, u), and the tangent of (y, v) is that of (y_bar, v_bar). A gradient is the case y_bar = 1, v_bar = 0. For `jvp`, `forward`'s
//! own tangent is at once forward sweep and pullback.
//!
//! `let (y, pull) = f::vjp(x)` is lowered (`lower::pullback`) to a call of `f` and, where `pull` is called, one of the hidden `f::vjp_pulled`, which takes
//! the cotangents behind the parameters of `f`.
//!
//! | file | |
//! |---|---|
//! | [`glue`] | such a function from the outside: its parameters, in all directions of its caller |
//! | [`run`] | a sweep of `f` and its pull, which are one call where [`super::sweep`] has it |
//! | [`gradient`] | what is the result of a pull |
//! | [`directional`] | `jvp` |
//! | [`namesake`] | functions of the user's that have such a name |

mod directional;
mod glue;
mod gradient;
pub(super) mod namesake;
mod run;

use proc_macro2::TokenStream;
use quote::quote;

use super::Item;
use super::hidden::Program;
use super::signature::Signature;
use glue::Glue;
pub(super) use glue::local;

/// A function of the companion that may be differentiated itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nested {
    Grad,
    ValueAndGrad,
    Jvp,
    Hvp,
    /// The call of a pullback.
    Pulled,
}

impl Nested {
    const ALL: [Nested; 5] = [Nested::Grad, Nested::ValueAndGrad, Nested::Jvp, Nested::Hvp, Nested::Pulled];

    fn name(self) -> &'static str {
        match self {
            Nested::Grad => "grad",
            Nested::ValueAndGrad => "value_and_grad",
            Nested::Jvp => "jvp",
            Nested::Hvp => "hvp",
            Nested::Pulled => "vjp_pulled",
        }
    }

    /// The order of derivatives that it is itself.
    fn order(self) -> u32 {
        match self {
            Nested::Grad | Nested::ValueAndGrad | Nested::Jvp | Nested::Pulled => 1,
            Nested::Hvp => 2,
        }
    }

    /// It takes a direction for each active parameter.
    fn takes_direction(self) -> bool {
        match self {
            Nested::Jvp | Nested::Hvp => true,
            Nested::Grad | Nested::ValueAndGrad | Nested::Pulled => false,
        }
    }

    /// The function at the end of a path, if it is one of them: `path::to::f::grad`.
    pub(crate) fn of(path: &syn::Path) -> Option<Nested> {
        let last = path.segments.last().filter(|_| path.segments.len() > 1)?;
        Nested::ALL.into_iter().find(|nested| last.ident == nested.name())
    }

    /// What its own forward sweep or tangent is called.
    pub(crate) fn hidden_name(self, program: Program, directions: u32) -> String {
        let (what, own) = match program {
            Program::Adjoint => ("forward", directions + 1),
            Program::Tangent => ("tangent", directions),
        };
        format!("{}_{what}_order_{}", self.name(), self.order() + own)
    }
}

/// What the order allows.
pub(super) fn all(sig: &Signature) -> Vec<Item> {
    let mut items = Vec::new();
    if sig.is_opaque() {
        return items;
    }
    // A pullback that may be missing is no function of a program's.
    let is_fallible = sig.wrapped().is_some();
    if sig.order > 1 && !is_fallible {
        items.push(pulled(sig));
    }
    for nested in Nested::ALL {
        let is_there = match nested {
            Nested::Grad | Nested::ValueAndGrad | Nested::Hvp => sig.returns_float() || sig.wrapped_float().is_some(),
            Nested::Jvp => !is_fallible || !sig.wraps_unit(),
            Nested::Pulled => !is_fallible,
        };
        if !is_there {
            continue;
        }
        let before = items.len();
        for directions in 0..sig.order.saturating_sub(nested.order()) {
            items.push(Glue::new(sig, nested, Program::Adjoint, directions).item());
        }
        for directions in 1..=sig.order.saturating_sub(nested.order()) {
            items.push(Glue::new(sig, nested, Program::Tangent, directions).item());
        }
        if matches!(nested, Nested::Grad | Nested::ValueAndGrad | Nested::Hvp) {
            items[before..].iter_mut().for_each(|item| sig.demand_float(item));
        }
    }
    items
}

/// `vjp` and its pullback in one call.
fn pulled(sig: &Signature) -> Item {
    let own = Glue::new(sig, Nested::Pulled, Program::Tangent, 0).own;
    let cotangents = own.params[sig.params.len()..].iter().map(|param| &param.ident);
    let (vjp, args, ret) = (sig.own("vjp"), sig.passed_on(), &own.ret);
    let body = quote! {
        let (_, pull) = #vjp(#args);
        pull(#(#cotangents),*)
    };
    Item { doc: None, params: own.public_params(), ret: quote!(-> #ret), body, ..Item::new(sig, "vjp_pulled", String::new()) }
}

/// Nested pairs, the last direction's outermost.
fn paired(mut by_set: Vec<TokenStream>) -> TokenStream {
    while by_set.len() > 1 {
        by_set = by_set.chunks(2).map(|pair| quote!((#(#pair),*))).collect();
    }
    by_set.remove(0)
}
