//! `?`: a `match` whose second arm returns. Inside of an expression it is a statement before that ([`hoist`](super::hoist)).

use super::Lower;
use super::env::FrameKind;
use super::stmt::Then;
use super::term::Term;
use crate::ir::Kind;
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Expr, GenericArgument, Pat, PathArguments, Stmt, Type};

impl<'e> Lower<'e> {
    /// `e?`, and what comes after it.
    pub(super) fn question(&mut self, e: &syn::ExprTry, expected: Option<&Kind>, then: Then<'_, 'e>) -> Term {
        let of = &e.expr;
        if let Some(desugared) = gathered(of) {
            return self.split(&desugared, expected, then);
        }
        let desugared: Expr = match self.returns_option() {
            Some(true) => syn::parse_quote_spanned!(e.span()=> match #of {
                Some(__value) => __value,
                None => return None,
            }),
            Some(false) => syn::parse_quote_spanned!(e.span()=> match #of {
                Ok(__value) => __value,
                Err(__error) => return Err(::core::convert::From::from(__error)),
            }),
            None => {
                let help = "match on the result, or make the closure a function that returns a `Result`";
                return self.error(e, "`?` where the type of what it returns is not written", help);
            }
        };
        self.split(&desugared, expected, then)
    }

    /// Whether the body that `?` leaves returns an `Option`, else a `Result` by any name; none if its type is not written.
    pub(super) fn returns_option(&self) -> Option<bool> {
        let body = self.frames.iter().rev().find_map(|frame| match frame.kind {
            FrameKind::Body { result, .. } => Some(result),
            FrameKind::Loop { .. } | FrameKind::Loops { .. } | FrameKind::Block { .. } => None,
        });
        match &self.env.vars[body?.0].ty {
            Some(Type::Path(path)) => path.path.segments.last().map(|last| last.ident == "Option"),
            _ => None,
        }
    }
}

/// `items.collect::<Result<Vec<_>, _>>()` and `items.sum::<Option<f64>>()`, with `?` behind: a loop with `?` behind each item.
pub(super) fn gathered(e: &Expr) -> Option<Expr> {
    let Gathered { span, ty, items, start, add, .. } = Gathered::of(e)?;
    let step = add(syn::parse_quote!(__item?));
    Some(syn::parse_quote_spanned!(span=> { let mut __all: #ty = #start; for __item in #items { #step } __all }))
}

/// The same without `?`: a closure that the first failure leaves.
pub(super) fn gathered_whole(e: &Expr) -> Option<Expr> {
    let Gathered { span, is_option, ty, items, start, add } = Gathered::of(e)?;
    let step = add(syn::parse_quote!(__value));
    let (wrapper, pass, leave, some): (Type, Pat, syn::Arm, Expr) = match is_option {
        true => (
            syn::parse_quote!(::core::option::Option<_>),
            syn::parse_quote!(Some(__value)),
            syn::parse_quote!(None => return None,),
            syn::parse_quote!(Some),
        ),
        false => (
            syn::parse_quote!(::core::result::Result<_, _>),
            syn::parse_quote!(Ok(__value)),
            syn::parse_quote!(Err(__error) => return Err(__error),),
            syn::parse_quote!(Ok),
        ),
    };
    Some(syn::parse_quote_spanned!(span=> (|| -> #wrapper {
        let mut __all: #ty = #start;
        for __item in #items {
            match __item { #pass => { #step } #leave }
        }
        #some(__all)
    })()))
}

/// Items of which each may be missing, put together to one that may be.
struct Gathered<'a> {
    span: Span,
    is_option: bool,
    /// What they are put together in.
    ty: Type,
    items: &'a Expr,
    start: Expr,
    add: fn(Expr) -> Stmt,
}

impl Gathered<'_> {
    fn of(e: &Expr) -> Option<Gathered<'_>> {
        let Expr::MethodCall(e) = e else { return None };
        let GenericArgument::Type(wrapper) = e.turbofish.as_ref()?.args.first()? else { return None };
        let (is_option, ty) = wrapped(wrapper)?;
        let (start, add): (Expr, fn(Expr) -> Stmt) = match e.method.to_string().as_str() {
            "collect" => (syn::parse_quote!(::std::vec::Vec::new()), |item| syn::parse_quote!(__all.push(#item);)),
            "sum" => (syn::parse_quote!(-0.0), |item| syn::parse_quote!(__all += #item;)),
            "product" => (syn::parse_quote!(1.0), |item| syn::parse_quote!(__all *= #item;)),
            _ => return None,
        };
        let ty = match ty {
            Type::Infer(_) if e.method == "collect" => syn::parse_quote!(Vec<_>),
            ty => ty.clone(),
        };
        Some(Gathered { span: e.span(), is_option, ty, items: &e.receiver, start, add })
    }
}

/// The `T` of `Option<T>` or `Result<T, E>`, and whether it is an option.
fn wrapped(ty: &Type) -> Option<(bool, &Type)> {
    let Type::Path(wrapper) = ty else { return None };
    let wrapper = wrapper.path.segments.last().filter(|last| last.ident == "Result" || last.ident == "Option")?;
    let PathArguments::AngleBracketed(inner) = &wrapper.arguments else { return None };
    match inner.args.first() {
        Some(GenericArgument::Type(ty)) => Some((wrapper.ident == "Option", ty)),
        _ => None,
    }
}

/// `let all: Result<Vec<f64>, String> = items.collect();`: the call is told the type.
pub(super) fn annotated(e: &mut Expr, ty: &Type) {
    if let (Expr::MethodCall(call), Some(_)) = (e, wrapped(ty))
        && matches!(call.method.to_string().as_str(), "collect" | "sum" | "product")
        && call.args.is_empty()
    {
        call.turbofish.get_or_insert_with(|| syn::parse_quote!(::<#ty>));
    }
}

/// `items.collect()` at the end of a function that returns a `Result` is `Ok(items.collect::<Result<_, _>>()?)`.
pub(super) fn asked_at_the_end(block: &mut syn::Block, ty: &Type) {
    let Some(Stmt::Expr(last @ Expr::MethodCall(_), None)) = block.stmts.last_mut() else { return };
    let Expr::MethodCall(call) = &*last else { return };
    let (Type::Path(path), true) = (ty, call.args.is_empty()) else { return };
    let Some(wrapper) = path.path.segments.last() else { return };
    let some: Expr = match wrapper.ident.to_string().as_str() {
        "Result" => syn::parse_quote!(Ok),
        "Option" => syn::parse_quote!(Some),
        _ => return,
    };
    let asked = Expr::MethodCall(syn::ExprMethodCall { turbofish: Some(syn::parse_quote!(::<#ty>)), ..call.clone() });
    if gathered(&asked).is_some() {
        *last = syn::parse_quote_spanned!(last.span()=> #some(#asked?));
    }
}

/// What is returned from inside of loops is always an error or `None`, which carries nothing.
pub(super) fn only_failures_leave_loops(e: &Expr) -> bool {
    struct Returns {
        loops: usize,
        others: bool,
    }
    impl Visit<'_> for Returns {
        fn visit_expr(&mut self, e: &Expr) {
            let is_loop = matches!(e, Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_));
            self.loops += usize::from(is_loop);
            if let Expr::Return(e) = e {
                self.others |= self.loops > 0 && !e.expr.as_ref().is_some_and(|value| is_failure(value));
            }
            if !matches!(e, Expr::Closure(_)) {
                visit::visit_expr(self, e);
            }
            self.loops -= usize::from(is_loop);
        }
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    let mut returns = Returns { loops: 0, others: false };
    returns.visit_expr(e);
    !returns.others
}

/// `Err(…)` or `None`.
fn is_failure(e: &Expr) -> bool {
    let named = |e: &Expr, name: &str| matches!(e, Expr::Path(path) if path.path.is_ident(name));
    match e {
        Expr::Call(call) => named(&call.func, "Err"),
        Expr::Paren(paren) => is_failure(&paren.expr),
        e => named(e, "None"),
    }
}

/// The type of what a closure returns if its type is not written, as far as `?` has to know it.
pub(super) fn wrapper_of(e: &Expr) -> Option<Type> {
    match e {
        Expr::Call(call) => wrapper_of(&call.func),
        Expr::Path(path) if path.path.segments.len() == 1 => match path.path.segments[0].ident.to_string().as_str() {
            "Some" | "None" => Some(syn::parse_quote!(::core::option::Option<_>)),
            "Ok" | "Err" => Some(syn::parse_quote!(::core::result::Result<_, _>)),
            _ => None,
        },
        Expr::Paren(paren) => wrapper_of(&paren.expr),
        Expr::Block(block) => wrapper_of_block(&block.block),
        Expr::If(e) => wrapper_of_block(&e.then_branch).or_else(|| wrapper_of(&e.else_branch.as_ref()?.1)),
        Expr::Match(e) => e.arms.iter().find_map(|arm| wrapper_of(&arm.body)),
        _ => None,
    }
}

fn wrapper_of_block(block: &syn::Block) -> Option<Type> {
    match block.stmts.last()? {
        Stmt::Expr(e, None) => wrapper_of(e),
        Stmt::Local(_) | Stmt::Item(_) | Stmt::Expr(..) | Stmt::Macro(_) => None,
    }
}
