//! Calls of differentiated functions, and running their pullbacks.

use super::Emitter;
use super::companion::hidden::{FORWARD_OVER, FUSED, Program, WIDE};
use super::companion::nested::Nested;
use super::expr::tuple;
use super::frag::{Effects, Frag, MEMORY, Prec, SHADOW, WORLD};
use crate::ir::{
    Arg, Argument, AtOnce, Call, Callee, Class, Kind, Op, Opaque, Place, Proj, Pull, Receiver, SlotArg, Tree, Value, arguments,
};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::PathSegment;

impl<'a> Emitter<'a> {
    pub(super) fn call(&mut self, c: &'a Call) {
        let dots = c.tangents.iter().flat_map(|t| t.args.iter().flatten());
        self.settle_beside(c.args.iter().chain(dots));
        let forwards = c.pull.is_some() || !c.tangents.is_empty() || c.at_once.is_some();
        let held = match c.args.first() {
            Some(Arg::Borrow { place, .. }) if c.receiver == Receiver::Unchanged && forwards => Some(self.shared(place).tokens),
            Some(_) | None => None,
        };
        let (receiver, rest) = match (&c.callee, c.args.split_first()) {
            (Callee::Method, Some((receiver, rest))) => (Some(self.method_receiver(receiver)), rest),
            _ => (None, c.args.as_slice()),
        };
        let rt = self.rt.clone();
        let directions = (c.tangents.len() + 1).ilog2();
        let program = match c.pull {
            Some(_) => Some(Program::Adjoint),
            None => (directions > 0).then_some(Program::Tangent),
        };
        let first = c.args.len() - rest.len();
        let mut args = Vec::new();
        for argument in arguments(&c.functions, first, c.args.len()) {
            match (argument, program) {
                (Argument::One(i), _) if forwards => args.push(self.reference_arg(&c.args[i])),
                (Argument::One(i), _) => args.push(self.arg(&c.args[i])),
                (Argument::Function(function), program) => {
                    args.push(self.captured(&c.args, function));
                    args.extend(program.map(|program| self.code_of(function, program, directions)));
                }
            }
        }
        for t in &c.tangents {
            for argument in arguments(&c.functions, 0, c.args.len()) {
                args.push(match argument {
                    Argument::One(i) => match &t.args[i] {
                        None => quote!(#rt::slot(#rt::NoShadow)),
                        Some(dot) => {
                            let dot = self.slot_arg(dot);
                            quote!(#rt::slot(#dot))
                        }
                    },
                    Argument::Function(function) => self.captured_dots(&t.args, function, false),
                });
            }
        }
        let mut cells = Vec::new();
        if let Some(AtOnce { out_bar, slots }) = &c.at_once {
            args.push(self.out_bar(out_bar));
            args.extend(slots.iter().map(|slot| self.slot(slot, &mut cells)).collect::<Vec<_>>());
            self.settle_all(cells);
        }
        if let Some(kept) = &c.kept {
            args.push(self.opaque(kept).tokens);
        }
        self.note_sibling(c, program, directions);
        self.tells |= c.kept.is_some();
        let path = match c.at_once {
            Some(_) => within(&c.path, FUSED).into_token_stream(),
            None if c.kept.is_some() => within(&c.path, FORWARD_OVER).into_token_stream(),
            None if self.wide && directions > 0 => within(&c.path, WIDE).into_token_stream(),
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
        self.settle(&Effects { reads: MEMORY | WORLD, writes, ..Effects::default() }, None);
        if let Some(held) = held {
            self.push(unchanged(&held, &path, &args));
        }
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

    /// Remembers which derivative of a method is called.
    fn note_sibling(&mut self, c: &Call, program: Option<Program>, directions: u32) {
        let is_method = match &c.callee {
            Callee::Method => true,
            Callee::Associated { .. } => false,
            Callee::Companion | Callee::Ruled(_) | Callee::Partial | Callee::Function => return,
        };
        let Some(program) = program else { return };
        let name = sibling(&c.path, Some(program), directions).segments.last().map(|last| last.ident.clone());
        let known = |name: &Ident| self.siblings.iter().any(|(known, _)| known == name);
        self.siblings.extend(name.filter(|name| !known(name)).map(|name| (name, is_method)));
    }

    /// What makes rustc say that a method is not differentiated, if it finds no derivative of that name: a trait that has it, for what
    /// there is not. The same for a function that is handed `&mut` references and only reads: it has nothing to put back.
    pub(super) fn missing(&self) -> TokenStream {
        let rt = &self.rt;
        let over = self.tells.then(|| {
            let (name, forward_over) =
                (Ident::new("OnlyReads", Span::mixed_site()), Ident::new(FORWARD_OVER, Span::mixed_site()));
            quote! {
                trait #name { fn #forward_over() {} }
                impl<T: #rt::TakesMutably + ?Sized> #name for T {}
            }
        });
        if self.siblings.is_empty() {
            return over.unwrap_or_default();
        }
        let name = Ident::new("MissingDerivatives", Span::mixed_site());
        let siblings = self.siblings.iter().map(|(name, is_method)| {
            let name = Ident::new(&name.to_string(), Span::mixed_site());
            let receiver = is_method.then(|| quote!(&self));
            quote!(fn #name(#receiver) {})
        });
        quote! {
            #over
            trait #name { #(#siblings)* }
            impl<T: #rt::HasDerivative + ?Sized> #name for T {}
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
            self.settle(&Effects { reads: 0, writes: MEMORY, ..Effects::default() }, None);
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

    fn borrowed(&mut self, mutable: bool, place: &Place) -> Frag {
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
    pub(super) fn slot_arg(&mut self, arg: &Arg) -> TokenStream {
        if let Arg::Borrow { mutable, place } = arg
            && let Some(first) = self.first_of(*mutable, place)
        {
            return first;
        }
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

    /// The first elements of a `Vec` that got longer: whether the callee took it as a slice is for `rt::slot` to see.
    fn first_of(&mut self, mutable: bool, place: &Place) -> Option<TokenStream> {
        let (all, len) = self.first_parts(mutable, place)?;
        let rt = &self.rt;
        Some(if mutable { quote!(#rt::first_mut(#all, #len)) } else { quote!(#rt::first(#all, #len)) })
    }

    /// The same of a shadow.
    pub(super) fn first_cells(&mut self, place: &Place) -> Option<TokenStream> {
        let (all, len) = self.first_parts(false, place)?;
        let rt = &self.rt;
        Some(quote!(#rt::first_cells(#all, #len)))
    }

    fn first_parts(&mut self, mutable: bool, place: &Place) -> Option<(TokenStream, TokenStream)> {
        let [Proj::Range { lo: None, hi: Some(len), inclusive: false }] = place.proj[..] else { return None };
        if !matches!(self.f[place.base].kind, Kind::Vec(_)) || self.f[place.base].optional {
            return None;
        }
        let len = self.value(len).tokens;
        Some((self.borrowed(mutable, &Place::whole(place.base)).tokens, len))
    }

    pub(super) fn pull(&mut self, p: &'a Pull) {
        let dots = p.tangents.iter().flat_map(|t| t.args.iter().flatten());
        self.settle_beside(p.args.iter().chain(dots));
        let rt = self.rt.clone();
        let mut args = Vec::new();
        let all = arguments(&p.functions, 0, p.args.len());
        for argument in &all {
            args.push(match argument {
                Argument::One(i) => self.primal_again(p, *i),
                Argument::Function(function) => self.captured_again(&p.args, function),
            });
        }
        for t in &p.tangents {
            for argument in &all {
                args.push(match argument {
                    Argument::Function(function) => self.captured_dots(&t.args, function, true),
                    Argument::One(i) => match &t.args[*i] {
                        None => quote!(#rt::slot(#rt::NoShadow)),
                        Some(Arg::Value(v)) if self.is_kept(*v) && !p.is_function => quote!(#rt::Ignored),
                        Some(arg) => {
                            let dot = self.slot_arg(arg);
                            quote!(#rt::slot(#dot))
                        }
                    },
                });
            }
        }
        args.push(self.out_bar(&p.out_bar));
        for t in &p.tangents {
            args.push(self.out_bar(&t.out_bar));
        }
        let mut cells = Vec::new();
        for slots in [&p.slots].into_iter().chain(p.tangents.iter().map(|t| &t.slots)) {
            for argument in &all {
                args.push(match argument {
                    Argument::One(i) => {
                        let slot = self.slot(&slots[*i], &mut cells);
                        // That the callee has none is said at the argument.
                        if matches!(slots[*i], SlotArg::Cell(_)) { self.at_argument(slot, &p.args[*i]) } else { slot }
                    }
                    Argument::Function(function) => self.captured_slots(slots, function, &mut cells),
                });
            }
        }
        self.settle_all(cells);
        let pull = self.ident(p.pull);
        self.push(quote!(#pull(#(#args),*);));
    }

    /// Tokens with the span of an argument of the user's.
    fn at_argument(&self, tokens: TokenStream, arg: &Arg) -> TokenStream {
        let (Arg::Value(v) | Arg::Borrow { place: Place { base: v, .. }, .. }) = arg;
        let span = self.f[*v].span;
        let respanned = tokens.into_iter().map(|mut token| {
            // Names keep their hygiene.
            let span = span.resolved_at(token.span());
            if let proc_macro2::TokenTree::Group(group) = &token {
                let inner = self.at_argument(group.stream(), arg);
                token = proc_macro2::Group::new(group.delimiter(), inner).into();
            }
            token.set_span(span);
            token
        });
        respanned.collect()
    }

    /// Before a pullback runs: what is pending, and the cells that it adds to.
    fn settle_all(&mut self, cells: Vec<(Value, Ident)>) {
        let everything = MEMORY | SHADOW | WORLD;
        self.settle(&Effects { reads: everything, writes: everything, ..Effects::default() }, None);
        for (v, cell) in cells {
            self.push(quote!(let #cell = ::core::cell::Cell::new(0.0);));
            // Nothing else writes to the cell.
            self.alias.insert(v, Frag { untyped: true, ..Frag::atom(quote!(#cell.get())) });
        }
    }

    /// An argument in a pullback's slot for the primal.
    fn primal_again(&mut self, p: &'a Pull, i: usize) -> TokenStream {
        let rt = self.rt.clone();
        match &p.args[i] {
            arg @ Arg::Borrow { .. } if p.is_method && i == 0 => {
                let reference = self.slot_arg(arg);
                quote!(#rt::slot(#reference))
            }
            Arg::Value(v) if p.is_function => self.reference(*v),
            Arg::Value(v) if self.is_kept(*v) => quote!(#rt::Ignored),
            Arg::Value(v) => {
                let reference = self.reference(*v);
                quote!(#rt::slot(#reference))
            }
            Arg::Borrow { mutable, place } => match self.first_of(*mutable, place) {
                Some(first) => quote!(#rt::slot(#first)),
                // The pullback's parameter types are known: references coerce.
                None => self.borrowed(*mutable, place).tokens,
            },
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
        // That of a method stands beside it, `Self::m`.
        (Callee::Partial, program) if path.segments.len() > 1 => sibling(path, program, directions).into_token_stream(),
        (Callee::Companion | Callee::Ruled(_) | Callee::Partial, Some(program)) => {
            companion(path, program, directions).into_token_stream()
        }
        (Callee::Companion | Callee::Ruled(_) | Callee::Partial, None) | (Callee::Function, _) => path.to_token_stream(),
    }
}

/// Code that is never run: it does not compile if the method changes what it is called on.
fn unchanged(held: &TokenStream, method: &TokenStream, args: &[TokenStream]) -> TokenStream {
    let span = method.clone().into_iter().next().map_or_else(Span::call_site, |first| first.span());
    let name = Ident::new("copy_it_to_a_variable_before_it_is_changed_here", span.resolved_at(Span::mixed_site()));
    quote!(if false {
        let #name = #held;
        let _ = #name.#method(#(#args),*);
    })
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
