//! `std::array::from_fn`: a loop that fills an array.
//!
//! How long the array is, its type says. Where that is written, the array is one of zeros before. Where it is not seen here (an alias, a field's
//! type), rustc sees it: what is to hold the array is made with default elements, and its length is asked for.

use super::iterator::{Chain, Over};
use super::place::pushed;
use super::term::Term;
use super::{Lower, kind};
use crate::ir::{Kind, Proj};
use quote::{format_ident, quote};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprClosure, Stmt, Type, parse_quote, parse_quote_spanned};

impl Lower<'_> {
    /// `let a: T = std::array::from_fn(f);`
    pub(super) fn array_from_fn(&mut self, ty: &Type, f: &Expr) -> Option<Term> {
        match (ty, filling(f)) {
            (Type::Array(_), None) => self.zeros_from_fn(ty, f),
            (Type::Array(_), Some(closure)) if nested(closure).is_none() => self.zeros_from_fn(ty, f),
            (_, Some(closure)) if self.mentions_varied(f) => {
                let (blank, fill) = (blank(closure), fill(&parse_quote!(__array), closure, 0));
                let array: Expr = parse_quote_spanned!(f.span()=> { let mut __array: #ty = #blank; #fill __array });
                let array = self.expr(&array, None);
                self.is_array(&array);
                Some(array)
            }
            _ => None,
        }
    }

    /// Whatever its type is called.
    fn is_array(&mut self, term: &Term) {
        let base = match term {
            Term::Value(value) => *value,
            Term::Place(place) if place.proj.is_empty() => place.base,
            _ => return,
        };
        if self.data(base).kind == Kind::Unknown {
            self.data_mut(base).kind = Kind::Array(Box::new(Kind::Unknown));
        }
    }

    fn zeros_from_fn(&mut self, ty: &Type, f: &Expr) -> Option<Term> {
        let f = self.func(f);
        let Some(Term::Place(array)) = self.placeholder(ty) else { return None };
        let len = self.len(array.clone(), ty.span());
        let indices = Chain::of(self.up_to(len));
        let elem = kind::element(&self.place_kind(&array));
        self.over(indices, &Over::new(ty.span()), &mut |this, i| {
            let at = this.value(i.clone(), Some(&Kind::Integer));
            let item = this.call_func(&f, vec![i], Some(&elem));
            let item = this.settle(item, Some(&elem));
            this.store(pushed(array.clone(), Proj::Index(at)), item, ty.span());
        });
        Some(Term::Place(array))
    }

    /// `target = std::array::from_fn(f)`: of the type of what it overwrites, which may be read until it is done.
    pub(super) fn assigned_from_fn(&mut self, e: &syn::ExprAssign) -> Option<Term> {
        let (f, None) = from_fn(&e.right)? else { return None };
        // The target is evaluated twice.
        let closure = filling(f).filter(|_| has_no_effect(&e.left) && self.mentions_varied(f))?;
        let (target, fill) = (&e.left, fill(&parse_quote!(__array), closure, 0));
        let array: Expr = parse_quote_spanned!(f.span()=> { let mut __array = (#target).clone(); #fill #target = __array; });
        Some(self.expr(&array, Some(&Kind::Unit)))
    }

    /// `S { x: std::array::from_fn(f), .. }` and `S(std::array::from_fn(f))`.
    pub(super) fn made_from_fn(&mut self, e: &Expr) -> Option<Term> {
        let is_from_fn = |e: &Expr| from_fn(e).is_some();
        let any = match e {
            Expr::Struct(e) => e.fields.iter().any(|field| is_from_fn(&field.expr)),
            Expr::Call(e) => e.args.iter().any(is_from_fn),
            _ => false,
        };
        if !any {
            return None;
        }
        let (mut made, mut fills) = (e.clone(), Vec::new());
        let mut fields = fields(&mut made)?;
        // Arrays are filled when the other fields have been evaluated.
        let is_effect = |field: &Expr| match from_fn(field) {
            Some((f, _)) => filling(f).is_some_and(|closure| !has_no_effect(&closure.body)),
            None => !has_no_effect(field),
        };
        if fields.len() > 1 && fields.iter().any(|(_, field)| is_effect(field)) {
            return None;
        }
        for (member, field) in &mut fields {
            if let Some((f, None)) = from_fn(field)
                && let Some(closure) = filling(f).filter(|_| self.mentions_varied(f))
            {
                fills.push(fill(&parse_quote!(__made.#member), closure, 0));
                **field = blank(closure);
            }
        }
        if fills.is_empty() {
            return None;
        }
        let block: Expr = parse_quote_spanned!(e.span()=> { let mut __made = #made; #(#fills)* __made });
        Some(self.expr(&block, None))
    }
}

/// It may be evaluated earlier or later, or once more.
pub(super) fn has_no_effect(e: &Expr) -> bool {
    let free = super::free::of_expr(e);
    free.assigned.is_empty() && free.changed.is_empty()
}

/// The fields of a struct that is written down.
fn fields(e: &mut Expr) -> Option<Vec<(syn::Member, &mut Expr)>> {
    match e {
        Expr::Struct(e) if super::construct::variant_of(&e.path).is_none() => {
            Some(e.fields.iter_mut().map(|field| (field.member.clone(), &mut field.expr)).collect())
        }
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) if is_struct(path) => {
                Some(call.args.iter_mut().enumerate().map(|(i, arg)| (syn::Member::Unnamed(i.into()), arg)).collect())
            }
            _ => None,
        },
        _ => None,
    }
}

/// A path that a struct is made by.
fn is_struct(path: &syn::ExprPath) -> bool {
    let is_constructor = path.path.segments.last().is_some_and(|last| super::free::is_constant_name(&last.ident));
    is_constructor && path.qself.is_none() && super::construct::variant_of(&path.path).is_none()
}

/// A body that ends in `from_fn` as one that ends in a variable of the type that is returned.
pub(super) fn typed_at_the_end(block: &mut syn::Block, ty: &Type) {
    let Some(Stmt::Expr(last, None)) = block.stmts.last_mut() else { return };
    match last {
        Expr::Block(inner) if inner.label.is_none() => typed_at_the_end(&mut inner.block, ty),
        Expr::If(e) => {
            typed_at_the_end(&mut e.then_branch, ty);
            if let Some((_, Expr::Block(otherwise))) = e.else_branch.as_mut().map(|(token, e)| (token, &mut **e)) {
                typed_at_the_end(&mut otherwise.block, ty);
            }
        }
        last if matches!(from_fn(last), Some((_, None))) => {
            *last = parse_quote_spanned!(last.span()=> { let __array: #ty = #last; __array });
        }
        _ => {}
    }
}

/// The closure that is called for each element, unless control may leave it.
fn filling(f: &Expr) -> Option<&ExprClosure> {
    match f {
        Expr::Closure(closure) if closure.inputs.len() == 1 && !super::flow::may_leave(&closure.body) => Some(closure),
        _ => None,
    }
}

/// The closure of the inner array, if each element is an array that is made in the same way.
fn nested(closure: &ExprClosure) -> Option<&ExprClosure> {
    fn alone(e: &Expr) -> &Expr {
        match e {
            Expr::Paren(paren) => alone(&paren.expr),
            Expr::Block(block) => match block.block.stmts.as_slice() {
                [Stmt::Expr(e, None)] => alone(e),
                _ => e,
            },
            e => e,
        }
    }
    match from_fn(alone(&closure.body))? {
        (inner, None) => filling(inner),
        _ => None,
    }
}

/// An array of default values that rustc finds the type of.
fn blank(closure: &ExprClosure) -> Expr {
    let elem = nested(closure).map_or_else(|| parse_quote!(::core::default::Default::default()), blank);
    parse_quote_spanned!(closure.span()=> ::core::array::from_fn(|_| #elem))
}

/// The loop that fills it.
fn fill(target: &Expr, closure: &ExprClosure, depth: usize) -> Stmt {
    let (at, pat, body) = (format_ident!("__at{depth}"), &closure.inputs[0], &closure.body);
    let elem: Expr = parse_quote!(#target[#at]);
    let step = match nested(closure) {
        Some(inner) => {
            let inner = fill(&elem, inner, depth + 1);
            quote!(#inner)
        }
        None => quote!(#elem = #body;),
    };
    parse_quote_spanned!(closure.span()=> for #at in 0..#target.len() { let #pat = #at; #step })
}

/// The closure of `std::array::from_fn(f)`, and the type of the array if the call says it.
pub(super) fn from_fn(e: &Expr) -> Option<(&Expr, Option<Type>)> {
    let Expr::Call(call) = e else { return None };
    let Expr::Path(path) = &*call.func else { return None };
    let mut segments = path.path.segments.iter().rev();
    let (name, module) = (segments.next()?, segments.next()?);
    if name.ident != "from_fn" || module.ident != "array" || call.args.len() != 1 {
        return None;
    }
    let syn::PathArguments::AngleBracketed(arguments) = &name.arguments else { return Some((&call.args[0], None)) };
    let ty = match (arguments.args.get(0), arguments.args.get(1)) {
        (Some(syn::GenericArgument::Type(Type::Infer(_))), _) | (None, _) | (_, None) => None,
        (Some(elem), Some(len)) => Some(syn::parse_quote!([#elem; #len])),
    };
    Some((&call.args[0], ty))
}
