//! Calls of differentiated functions, and running their pullbacks.

use super::Emitter;
use super::companion::hidden::{FUSED, Program};
use super::companion::nested::Nested;
use super::expr::tuple;
use super::frag::{Effects, Frag, MEMORY, Prec, SHADOW, WORLD};
use crate::ir::{Arg, AtOnce, Call, Callee, Class, Op, Opaque, Pull, SlotArg, Tree, Value};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote};
use syn::PathSegment;

impl<'a> Emitter<'a> {
    pub(super) fn call(&mut self, c: &'a Call) {
        let dots = c.tangents.iter().flat_map(|t| t.args.iter().flatten());
        self.settle_beside(c.args.iter().chain(dots));
        let forwards = c.pull.is_some() || !c.tangents.is_empty() || c.at_once.is_some();
        let (receiver, rest) = match (&c.callee, c.args.split_first()) {
            (Callee::Method, Some((receiver, rest))) => (Some(self.method_receiver(receiver)), rest),
            _ => (None, c.args.as_slice()),
        };
        let mut args: Vec<_> = rest.iter().map(|arg| if forwards { self.reference_arg(arg) } else { self.arg(arg) }).collect();
        let rt = self.rt.clone();
        for dot in c.tangents.iter().flat_map(|t| &t.args) {
            args.push(match dot {
                None => quote!(#rt::slot(#rt::NoShadow)),
                Some(dot) => {
                    let dot = self.slot_arg(dot);
                    quote!(#rt::slot(#dot))
                }
            });
        }
        let mut cells = Vec::new();
        if let Some(AtOnce { out_bar, slots }) = &c.at_once {
            args.push(self.out_bar(out_bar));
            args.extend(slots.iter().map(|slot| self.shadow_arg(slot, &mut cells)).collect::<Vec<_>>());
            self.settle_all(cells);
        }
        let directions = (c.tangents.len() + 1).ilog2();
        let program = match c.pull {
            Some(_) => Some(Program::Adjoint),
            None => (directions > 0).then_some(Program::Tangent),
        };
        let path = match c.at_once {
            Some(_) => within(&c.path, FUSED).into_token_stream(),
            None => callee(c, program, directions),
        };
        let call = match receiver {
            Some(receiver) => quote!(#receiver.#path(#(#args),*)),
            None => quote!(#path(#(#args),*)),
        };
        if let (Callee::Partial, false, Tree::Leaf(v)) = (&c.callee, forwards, &c.result) {
            return self.define_pure(*v, call);
        }
        let is_mut = |arg: &Arg| matches!(arg, Arg::Borrow { mutable: true, .. });
        let writes = if c.args.iter().any(is_mut) { MEMORY | WORLD } else { WORLD };
        self.settle(&Effects { reads: MEMORY | WORLD, writes, vars: Vec::new() }, None);
        let results: Vec<Tree> = [&c.result].into_iter().chain(c.tangents.iter().map(|t| &t.result)).cloned().collect();
        let result = self.results(&Tree::paired(&results));
        let stmt = match c.pull {
            Some(pull) => {
                let pull = self.binding(pull);
                quote!(let (#result, #pull) = #call;)
            }
            None if directions > 0 => quote!(let #result = #call;),
            None => match &c.result {
                Tree::Unit => quote!(#call;),
                Tree::Leaf(v) => {
                    let ty = self.annotation(*v);
                    quote!(let #result #ty = #call;)
                }
                Tree::Tuple(_) => quote!(let #result = #call;),
            },
        };
        self.push(stmt);
        if let (Some(error), Tree::Leaf(value)) = (c.error, &c.result) {
            let (error, value, whole) = (self.binding(error), self.results(&c.result), self.ident(*value));
            self.push(quote!(let (#value, #error) = #rt::fallible(#whole);));
        }
    }

    /// A call that may be printed where its result is used.
    fn define_pure(&mut self, v: Value, call: TokenStream) {
        let op = Op::Opaque(Opaque { expr: syn::Expr::Verbatim(call.clone()), uses: Vec::new(), pure_: true, writes: false });
        let mut frag = Frag::new(call, Prec::Postfix);
        frag.effects = Effects::reads(MEMORY);
        self.define(v, &op, frag);
    }

    /// Beside an argument that is borrowed mutably no other one looks into memory: all are borrowed at the same time.
    fn settle_beside<'b>(&mut self, args: impl IntoIterator<Item = &'b Arg>) {
        if args.into_iter().any(|arg| matches!(arg, Arg::Borrow { mutable: true, .. })) {
            self.settle(&Effects { reads: 0, writes: MEMORY, vars: Vec::new() }, None);
        }
    }

    /// A pattern for what a call returns.
    fn results(&mut self, tree: &Tree) -> TokenStream {
        match tree {
            Tree::Unit => quote!(_),
            Tree::Leaf(v) if self.used(*v) => {
                let (mutable, name) = (self.mutable(*v), self.ident(*v));
                quote!(#mutable #name)
            }
            Tree::Leaf(_) => quote!(_),
            Tree::Tuple(parts) => tuple(parts.iter().map(|part| self.results(part)).collect::<Vec<_>>()),
        }
    }

    /// An argument as the user passes it.
    fn arg(&mut self, arg: &Arg) -> TokenStream {
        match arg {
            Arg::Value(v) => self.value(*v).tokens,
            Arg::Borrow { mutable, place } => self.borrowed(*mutable, place).tokens,
        }
    }

    fn borrowed(&mut self, mutable: bool, place: &crate::ir::Place) -> Frag {
        if mutable { self.exclusive(place) } else { self.shared(place) }
    }

    /// What stands before `.method()`: rustc borrows it as the method asks.
    fn method_receiver(&mut self, arg: &Arg) -> TokenStream {
        match arg {
            Arg::Value(v) => self.value(*v).at(Prec::Postfix),
            Arg::Borrow { place, .. } => self.receiver(place).at(Prec::Postfix),
        }
    }

    /// An argument of `forward` or `tangent`: by-value arguments go by reference.
    fn reference_arg(&mut self, arg: &Arg) -> TokenStream {
        match arg {
            Arg::Value(v) => self.reference(*v),
            Arg::Borrow { mutable, place } => self.borrowed(*mutable, place).tokens,
        }
    }

    /// `&v`
    fn reference(&mut self, v: Value) -> TokenStream {
        if self.refs.contains(&v) {
            let name = self.ident(v);
            return quote!(#name);
        }
        let value = self.value(v).at(Prec::Prefix);
        quote!(&#value)
    }

    /// What `rt::slot` converts: references to primals or tangents.
    fn slot_arg(&mut self, arg: &Arg) -> TokenStream {
        match arg {
            Arg::Value(v) => self.reference(*v),
            Arg::Borrow { mutable: false, place } => {
                let is_mutable_view = self.class(place.base) == Class::View { mutable: true } && place.proj.is_empty();
                let reference = self.shared(place).tokens;
                if is_mutable_view { quote!(&*#reference) } else { reference }
            }
            Arg::Borrow { mutable: true, place } => self.exclusive(place).tokens,
        }
    }

    pub(super) fn pull(&mut self, p: &'a Pull) {
        let dots = p.tangents.iter().flat_map(|t| t.args.iter().flatten());
        self.settle_beside(p.args.iter().chain(dots));
        let rt = self.rt.clone();
        let mut args = Vec::new();
        for (i, arg) in p.args.iter().enumerate() {
            args.push(match arg {
                Arg::Borrow { .. } if p.is_method && i == 0 => {
                    let reference = self.slot_arg(arg);
                    quote!(#rt::slot(#reference))
                }
                Arg::Value(v) if self.class(*v) == Class::Plain && self.f[*v].kind.is_scalar() => quote!(#rt::Ignored),
                Arg::Value(v) => {
                    let reference = self.reference(*v);
                    quote!(#rt::slot(#reference))
                }
                // The pullback's parameter types are known: references coerce.
                Arg::Borrow { mutable: true, place } => self.exclusive(place).tokens,
                Arg::Borrow { mutable: false, place } => self.shared(place).tokens,
            });
        }
        for arg in p.tangents.iter().flat_map(|t| &t.args) {
            args.push(match arg {
                None => quote!(#rt::slot(#rt::NoShadow)),
                Some(Arg::Value(v)) if self.class(*v) == Class::Plain && self.f[*v].kind.is_scalar() => quote!(#rt::Ignored),
                Some(arg) => {
                    let dot = self.slot_arg(arg);
                    quote!(#rt::slot(#dot))
                }
            });
        }
        args.push(self.out_bar(&p.out_bar));
        for t in &p.tangents {
            args.push(self.out_bar(&t.out_bar));
        }
        let mut cells = Vec::new();
        for slot in p.slots.iter().chain(p.tangents.iter().flat_map(|t| &t.slots)) {
            args.push(self.shadow_arg(slot, &mut cells));
        }
        self.settle_all(cells);
        let pull = self.ident(p.pull);
        self.push(quote!(#pull(#(#args),*);));
    }

    /// Where the adjoint of an argument goes. Cells are yet to be made.
    fn shadow_arg(&mut self, slot: &SlotArg, cells: &mut Vec<(Value, Ident)>) -> TokenStream {
        let rt = self.rt.clone();
        match slot {
            SlotArg::None => quote!(#rt::slot(#rt::NoShadow)),
            SlotArg::Shadow(place) => {
                let shadow = self.shadow_reference(place).tokens;
                quote!(#rt::slot(#shadow))
            }
            SlotArg::Cell(v) => {
                let cell = self.ident(*v);
                cells.push((*v, cell.clone()));
                quote!(#rt::slot(&#cell))
            }
        }
    }

    /// Before a pullback runs: what is pending, and the cells that it adds to.
    fn settle_all(&mut self, cells: Vec<(Value, Ident)>) {
        let everything = MEMORY | SHADOW | WORLD;
        self.settle(&Effects { reads: everything, writes: everything, vars: Vec::new() }, None);
        for (v, cell) in cells {
            self.push(quote!(let #cell = ::core::cell::Cell::new(0.0);));
            // Nothing else writes to the cell.
            self.alias.insert(v, Frag { untyped: true, ..Frag::atom(quote!(#cell.get())) });
        }
    }

    /// The cotangent of a callee's result, as a reference to a shadow.
    fn out_bar(&mut self, tree: &Tree) -> TokenStream {
        match tree {
            Tree::Leaf(v) if self.is_ref(*v) && self.class(*v) == Class::Shadow => self.value(*v).tokens,
            Tree::Unit | Tree::Leaf(_) | Tree::Tuple(_) => {
                let cells = self.cells(tree);
                quote!(&#cells)
            }
        }
    }

    fn cells(&mut self, tree: &Tree) -> TokenStream {
        match tree {
            Tree::Unit => quote!(()),
            Tree::Leaf(v) if self.class(*v) == Class::Shadow => {
                let name = self.ident(*v);
                quote!(#name)
            }
            Tree::Leaf(v) => {
                let value = self.value(*v).tokens;
                quote!(::core::cell::Cell::new(#value))
            }
            Tree::Tuple(parts) => tuple(parts.iter().map(|part| self.cells(part)).collect::<Vec<_>>()),
        }
    }
}

/// The function that is called: `path::to::g::<T>` itself, or one of its derivatives.
fn callee(call: &Call, program: Option<Program>, directions: u32) -> TokenStream {
    let path = &call.path;
    match (&call.callee, program) {
        (Callee::Method, program) => {
            let mut path = sibling(path, program, directions);
            path.segments.iter_mut().for_each(|segment| with_colons(&mut segment.arguments));
            path.into_token_stream()
        }
        (Callee::Associated { qself }, program) => {
            let path = sibling(path, program, directions);
            syn::ExprPath { attrs: Vec::new(), qself: qself.clone(), path }.into_token_stream()
        }
        (Callee::Companion | Callee::Ruled(_) | Callee::Partial, Some(program)) => {
            companion(path, program, directions).into_token_stream()
        }
        (Callee::Companion | Callee::Ruled(_) | Callee::Partial, None) => path.to_token_stream(),
    }
}

/// `Type::m::<T>` as `Type::m_forward::<T>`.
fn sibling(path: &syn::Path, program: Option<Program>, directions: u32) -> syn::Path {
    let mut path = path.clone();
    if let (Some(last), Some(program)) = (path.segments.last_mut(), program) {
        last.ident = Ident::new(&format!("{}_{}", last.ident, program.name(directions)), last.ident.span());
    }
    path
}

fn with_colons(arguments: &mut syn::PathArguments) {
    if let syn::PathArguments::AngleBracketed(arguments) = arguments {
        arguments.colon2_token.get_or_insert_default();
    }
}

/// `path::to::g::<T>` as `path::to::g::forward::<T>`; `path::to::g::grad` as `path::to::g::grad_forward_order_2`.
fn companion(path: &syn::Path, program: Program, directions: u32) -> syn::Path {
    let Some(nested) = Nested::of(path) else { return within(path, &program.name(directions)) };
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.ident = Ident::new(&nested.hidden_name(program, directions), last.ident.span());
    }
    path
}

/// `path::to::g::<T>` as `path::to::g::name::<T>`.
fn within(path: &syn::Path, name: &str) -> syn::Path {
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        let arguments = std::mem::take(&mut last.arguments);
        let ident = Ident::new(name, last.ident.span());
        path.segments.push(PathSegment { ident, arguments });
    }
    path
}
