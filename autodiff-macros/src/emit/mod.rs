//! From the representation to tokens.
//!
//! Emission is total: whatever passed [`crate::ir::verify`] is printed, without errors of its own. Statements are printed
//! in order; what is used once is kept back as an expression ([`frag::Frag`]) and printed where it is used, as long as
//! nothing in between could change it. The forward sweep keeps the user's names and so reads like the user's code.
//!
//! The functions that surround a body (signatures, entry points) are not made here. What they have to know: by-value
//! parameters and their tangents arrive as references; the body starts with what copies them (`let x = *x;`).

mod alloc;
mod block;
#[allow(dead_code)]
mod bodies;
mod borrows;
mod call;
mod closure;
#[allow(dead_code)]
pub(crate) mod companion;
mod control;
mod expr;
mod frag;
mod function;
mod handover;
mod names;
mod once;
mod opaque;
mod place;
mod record;
mod recorded_loop;
mod shadow;
mod stmt;
mod tail;
mod unique;
mod uses;
mod value;

#[allow(unused_imports)]
pub(crate) use bodies::companion_of;
pub(crate) use names::param as param_ident;

use crate::ir::{Capture, Class, Cotangents, Function, Mode, Stmt, Tree, Value};
use block::Item;
use borrows::Borrows;
use frag::{Frag, Moved};
use names::Names;
use once::Once;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::{HashMap, HashSet};
use unique::Unique;
use uses::{BlockId, Use};

/// The statements of a body and its tail expression: the result; with its tangent as `(result, result_dot)`; with the
/// pullback as `(result, move |…| { … })`.
pub(crate) fn body(f: Function, crate_path: &TokenStream) -> TokenStream {
    emitter_of(f, quote!(#crate_path::rt), false, false, |e| e.function())
}

/// As [`body`], with a pullback that is used up. `None`: it would be the same.
pub(crate) fn body_once(f: Function, crate_path: &TokenStream) -> Option<TokenStream> {
    emitter_of(f, quote!(#crate_path::rt), false, false, |e| {
        e.once = Some(Once::of(e.f)?);
        Some(e.function())
    })
}

/// As [`body`], of a program for several directions at once.
pub(crate) fn body_wide(f: Function, crate_path: &TokenStream) -> TokenStream {
    emitter_of(f, quote!(#crate_path::rt), false, true, |e| e.function())
}

/// As [`body`], with the pullback in a box: for functions that call themselves.
pub(crate) fn body_boxed(f: Function, crate_path: &TokenStream) -> TokenStream {
    emitter_of(f, quote!(#crate_path::rt), true, false, |e| e.function())
}

fn emitter_of<R>(f: Function, rt: TokenStream, boxed: bool, wide: bool, print: impl FnOnce(&mut Emitter<'_>) -> R) -> R {
    let unique = Unique::of(f);
    let uses = uses::count(&unique.f);
    let names = Names::new(&unique.f, &unique.origin);
    let handed = handover::handed(&unique.f, &unique.origin, &uses);
    let mut e = Emitter {
        f: &unique.f,
        borrows: Borrows::of(&unique.f),
        uses: &uses,
        names,
        rt,
        boxed,
        wide,
        out: Vec::new(),
        pending: Vec::new(),
        alias: HashMap::new(),
        refs: HashSet::new(),
        kept: HashSet::new(),
        keeps: false,
        looks: false,
        unshared: Vec::new(),
        given: HashMap::new(),
        handed,
        carried: HashSet::new(),
        untyped: HashSet::new(),
        wanted: HashSet::new(),
        here: BlockId::of(&unique.f.body),
        in_closure: false,
        adds: false,
        tells: false,
        payloads: false,
        captures: None,
        siblings: Vec::new(),
        once: None,
    };
    print(&mut e)
}

/// The state of printing one function.
struct Emitter<'a> {
    f: &'a Function,
    borrows: Borrows,
    uses: &'a [Use],
    names: Names,
    /// Path of the runtime's hidden module.
    rt: TokenStream,
    boxed: bool,
    /// Tangents are in several directions at once.
    wide: bool,
    /// Statements of the block being printed.
    out: Vec<Item>,
    /// Defined in the block being printed, used once, not printed yet; no two of them conflict.
    pending: Vec<(Value, Frag)>,
    /// Printed wherever they are used: literals, cells that hold an adjoint.
    alias: HashMap<Value, Frag>,
    /// Owners, shadows and the like whose identifier denotes a reference to them.
    refs: HashSet<Value>,
    /// Read from a record that lends them, see `rt::Keep`.
    kept: HashSet<Value>,
    /// Something is recorded so.
    keeps: bool,
    /// A variable of a type that is not known is bound once more, see `rt::Look`.
    looks: bool,
    /// Taken out of `refs` in the block being printed.
    unshared: Vec<Value>,
    /// How often an adjoint of unknown type was handed to a rule so far.
    given: HashMap<Value, u32>,
    /// Temporaries of which only the shape is kept, see [`handover`].
    handed: HashSet<Value>,
    /// Mutable variables of loops.
    carried: HashSet<Value>,
    /// Names whose type is a number left to inference.
    untyped: HashSet<Value>,
    /// Optional shadows known to be there, inside of `if let Some(w_bar) = w_bar`.
    wanted: HashSet<Value>,
    here: BlockId,
    in_closure: bool,
    /// `CellExt` is needed.
    adds: bool,
    /// A callee is told what to put back.
    tells: bool,
    /// `Wrapper` or `Boxed` may be needed.
    payloads: bool,
    /// Of a closure's code: how its first parameters are captured.
    captures: Option<Vec<Capture>>,
    /// Derivatives of methods that are called, for the message where there are none.
    siblings: Vec<(Ident, bool)>,
    /// The pullback is used up.
    once: Option<Once>,
}

impl<'a> Emitter<'a> {
    fn function(&mut self) -> TokenStream {
        let f = self.f;
        for param in &f.params {
            self.entry(param.value, param.mode);
        }
        for dots in &f.dots {
            for (param, dot) in f.params.iter().zip(dots) {
                if let Some(dot) = dot {
                    self.entry(*dot, param.mode);
                }
            }
        }
        self.refs.extend(f.cotangents.iter().flat_map(Cotangents::values));
        let (stmts, closure) = match f.body.stmts.split_last() {
            Some((Stmt::Closure(closure), rest)) => (rest, Some(closure)),
            Some(_) | None => (f.body.stmts.as_slice(), None),
        };
        let results: Vec<Tree> = [&f.result].into_iter().chain(&f.result_dots).cloned().collect();
        let are_leaves = results.iter().all(|result| matches!(result, Tree::Leaf(_)));
        let tail = match closure {
            None if f.result_dots.is_empty() || are_leaves => self.stmts_and_tail(stmts, &Tree::paired(&results)),
            closure => {
                self.stmts(stmts);
                let tail = self.tree(&Tree::paired(&results));
                match closure {
                    None => tail,
                    Some(closure) => {
                        self.settle_around([&closure.body]);
                        let (tail, closure) = (Moved::new(tail), Moved::new(self.closure(closure)));
                        quote!((#tail, #closure))
                    }
                }
            }
        };
        let stmts = self.take_out();
        let rt = &self.rt;
        let adds = self.adds.then(|| quote!(use #rt::CellExt as _;));
        let payloads = self.payloads.then(|| quote!(use #rt::{Boxed as _, Wrapper as _};));
        let missing = self.missing();
        let (stmts, tail) = (Moved::new(stmts), Moved::new(tail));
        let keeps = self.keeps.then(|| quote!(use #rt::{KeepReferent as _, KeepValue as _};));
        let looks = self.looks.then(|| quote!(use #rt::{LookAtCopy as _, LookAtReferent as _};));
        quote!(#missing #adds #payloads #keeps #looks #stmts #tail)
    }

    /// A by-value parameter arrives as a reference.
    fn entry(&mut self, v: Value, mode: Mode) {
        match mode {
            Mode::Shared | Mode::Mut | Mode::Function => {}
            Mode::Copy => {
                if self.used(v) {
                    let (name, mutable) = (self.ident(v), self.mutable(v));
                    self.push(quote!(let #mutable #name = *#name;));
                }
            }
            Mode::Move => {
                if self.f[v].mutable {
                    let name = self.ident(v);
                    self.push(quote!(let mut #name = ::core::clone::Clone::clone(#name);));
                } else {
                    self.refs.insert(v);
                }
            }
        }
    }

    /// Its floats are in several directions at once.
    fn is_wide(&self, v: Value) -> bool {
        self.wide && self.f[v].tangent
    }

    /// A zero of the type that floats have in `v`.
    fn zero_of(&self, v: Value) -> TokenStream {
        let rt = &self.rt;
        if self.is_wide(v) { quote!(#rt::lanes(0.0)) } else { quote!(0.0) }
    }

    fn used(&self, v: Value) -> bool {
        self.uses[v.0 as usize].count > 0
    }

    fn class(&self, v: Value) -> Class {
        self.f[v].class
    }

    fn is_memory(&self, v: Value) -> bool {
        matches!(self.class(v), Class::Owner | Class::View { .. })
    }

    fn ident(&mut self, v: Value) -> Ident {
        self.names.of(self.f, v)
    }

    /// The identifier where it is bound: `_` if nothing uses it.
    fn binding(&mut self, v: Value) -> TokenStream {
        if self.used(v) {
            let name = self.ident(v);
            quote!(#name)
        } else {
            quote!(_)
        }
    }

    fn mutable(&self, v: Value) -> Option<TokenStream> {
        (self.f[v].mutable || self.handed.contains(&v)).then(|| quote!(mut))
    }

    /// The identifier denotes a reference.
    fn is_ref(&self, v: Value) -> bool {
        match self.class(v) {
            Class::View { .. } => true,
            Class::Plain | Class::Owner | Class::Accumulator | Class::Shadow | Class::Record | Class::Pull => {
                self.refs.contains(&v)
            }
        }
    }
}

#[cfg(test)]
mod tests;
