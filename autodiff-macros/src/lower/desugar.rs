//! Syntax that is written in terms of other syntax before anything is lowered: `while let`, `let` as a part of a condition, and `parse` of a type that
//! only an annotation says.

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::visit_mut::{self, VisitMut};
use syn::{BinOp, Block, Expr, Lifetime, parse_quote_spanned};

/// Rewrites a function's body.
pub(super) fn block(block: &mut Block) {
    Desugar { labels: 0 }.visit_block_mut(block);
}

struct Desugar {
    /// How many labels there are.
    labels: usize,
}

impl Desugar {
    fn label(&mut self, span: Span) -> Lifetime {
        self.labels += 1;
        Lifetime::new(&format!("'__chain{}", self.labels), span)
    }

    /// `if let p = e && c { … } else { … }` is a block that the innermost of nested `if`s leaves, or a `match` with a guard.
    fn if_chain(&mut self, e: &syn::ExprIf) -> Expr {
        if let Some(matches) = as_matches(e) {
            return matches;
        }
        let span = e.span();
        let label = self.label(span);
        let then = &e.then_branch;
        let innermost: Expr = parse_quote_spanned!(span=> break #label #then);
        let nested = conditions(&e.cond)
            .into_iter()
            .rev()
            .fold(innermost, |inner, cond| parse_quote_spanned!(span=> if #cond { #inner; }));
        match &e.else_branch {
            Some((_, otherwise)) => parse_quote_spanned!(span=> #label: { #nested #otherwise }),
            None => parse_quote_spanned!(span=> #label: { #nested }),
        }
    }

    /// `while let p = e { … }` is `loop { if let p = e { … } else { break } }`.
    fn while_let(&mut self, e: &syn::ExprWhile) -> Expr {
        let (label, cond, body) = (&e.label, &e.cond, &e.body);
        let mut iteration = parse_quote_spanned!(e.span()=> if #cond #body else { break });
        self.rewrite(&mut iteration);
        parse_quote_spanned!(e.span()=> #label loop { #iteration })
    }

    /// Rewrites one expression, whose parts have been.
    fn rewrite(&mut self, e: &mut Expr) {
        match e {
            Expr::If(inner) if chains(&inner.cond) => *e = self.if_chain(inner),
            Expr::While(inner) if conditions(&inner.cond).iter().any(|cond| matches!(cond, Expr::Let(_))) => {
                *e = self.while_let(inner);
            }
            _ => {}
        }
    }
}

impl VisitMut for Desugar {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        visit_mut::visit_expr_mut(self, e);
        self.rewrite(e);
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        if let (syn::Pat::Type(typed), Some(init)) = (&local.pat, &mut local.init) {
            parsed(&mut init.expr, &typed.ty);
            super::question::annotated(&mut init.expr, &typed.ty);
        }
        visit_mut::visit_local_mut(self, local);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// `let x: f64 = match s.parse() { Ok(x) => x, … };` and `let x: f64 = s.parse()?;`: what is parsed is evaluated by itself.
fn parsed(e: &mut Expr, ty: &syn::Type) {
    match e {
        Expr::Paren(paren) => parsed(&mut paren.expr, ty),
        Expr::Try(e) => parsed_as(&mut e.expr, ty),
        Expr::Match(e) if e.arms.iter().any(|arm| hands_on(&arm.pat, &arm.body)) => parsed_as(&mut e.expr, ty),
        Expr::If(e) => {
            if let (Expr::Let(cond), [syn::Stmt::Expr(then, None)]) = (&mut *e.cond, &e.then_branch.stmts[..])
                && hands_on(&cond.pat, then)
            {
                parsed_as(&mut cond.expr, ty);
            }
        }
        _ => {}
    }
}

/// `Ok(x) => x`.
fn hands_on(pat: &syn::Pat, body: &Expr) -> bool {
    match (pat, body) {
        (syn::Pat::TupleStruct(ok), Expr::Path(body)) if ok.path.is_ident("Ok") => {
            matches!(ok.elems.first(), Some(syn::Pat::Ident(name)) if body.path.is_ident(&name.ident))
        }
        _ => false,
    }
}

fn parsed_as(e: &mut Expr, ty: &syn::Type) {
    match e {
        Expr::Paren(paren) => parsed_as(&mut paren.expr, ty),
        Expr::MethodCall(call) if call.method == "parse" && call.args.is_empty() => {
            call.turbofish.get_or_insert_with(|| syn::parse_quote!(::<#ty>));
        }
        Expr::MethodCall(call) if call.method == "map_err" => parsed_as(&mut call.receiver, ty),
        _ => {}
    }
}

/// The operands of `&&`, of which `let` may be one.
fn conditions(e: &Expr) -> Vec<&Expr> {
    match e {
        Expr::Binary(binary) if matches!(binary.op, BinOp::And(_)) => {
            let mut all = conditions(&binary.left);
            all.extend(conditions(&binary.right));
            all
        }
        e => vec![e],
    }
}

/// Several conditions, of which one is a `let`.
fn chains(e: &Expr) -> bool {
    let all = conditions(e);
    all.len() > 1 && all.iter().any(|cond| matches!(cond, Expr::Let(_)))
}

/// A chain that has a value: `match e { p if c => …, _ => … }`, so that the value is that of one branch or the other. Where that takes more than one
/// `match`, what stands behind `else` is written more than once; `None` if it is long, or would mean something else there.
fn as_matches(e: &syn::ExprIf) -> Option<Expr> {
    const FEW_TOKENS: usize = 200;
    let (then, (_, otherwise)) = (&e.then_branch, e.else_branch.as_ref()?);
    if !matches!(then.stmts.last(), Some(syn::Stmt::Expr(_, None))) {
        return None;
    }
    // Each `let` with the conditions behind it; the first group may have none.
    let mut groups: Vec<(Option<&syn::ExprLet>, Option<Expr>)> = Vec::new();
    for cond in conditions(&e.cond) {
        match (cond, groups.last_mut()) {
            (Expr::Let(bound), _) => groups.push((Some(bound), None)),
            (cond, Some((_, guard))) => {
                *guard = Some(match guard.take() {
                    Some(before) => parse_quote_spanned!(cond.span()=> #before && #cond),
                    None => cond.clone(),
                });
            }
            (cond, None) => groups.push((None, Some(cond.clone()))),
        }
    }
    let (last, outer) = groups.split_last()?;
    let names = super::free::of_expr(otherwise).names;
    let hides = |(bound, _): &(Option<&syn::ExprLet>, _)| {
        bound.is_some_and(|bound| super::free::bound_by(&bound.pat).iter().any(|name| names.contains(name)))
    };
    if !outer.is_empty() && (outer.iter().any(hides) || count(quote::quote!(#otherwise)) > FEW_TOKENS) {
        return None;
    }
    let then: Expr = parse_quote_spanned!(e.span()=> #then);
    let all = outer.iter().chain([last]).rev();
    Some(all.fold(then, |inner, (bound, guard)| match (bound, guard) {
        (Some(syn::ExprLet { pat, expr, .. }), guard) => {
            let guard = guard.as_ref().map(|guard| quote::quote!(if #guard));
            parse_quote_spanned!(e.span()=> match #expr { #pat #guard => #inner, _ => #otherwise })
        }
        (None, guard) => parse_quote_spanned!(e.span()=> if #guard { #inner } else { #otherwise }),
    }))
}

fn count(tokens: proc_macro2::TokenStream) -> usize {
    let inner = |token| match token {
        proc_macro2::TokenTree::Group(group) => 1 + count(group.stream()),
        _ => 1,
    };
    tokens.into_iter().map(inner).sum()
}

/// A closure's body that gives an `Option` and returns early, as a block that sets `__some` and `__item`, and is left by `return`.
/// `None` if it gives anything but `Some(…)` and `None`.
pub(super) fn held(body: &Expr) -> Option<Expr> {
    let label = Lifetime::new("'__held", Span::mixed_site());
    let mut returns = Returns { label: label.clone(), understood: true };
    let mut body = body.clone();
    returns.visit_expr_mut(&mut body);
    let body = set_held(&body)?;
    returns.understood.then(|| parse_quote_spanned!(body.span()=> #label: { #body }))
}

/// Rewrites `return`.
struct Returns {
    label: Lifetime,
    understood: bool,
}

impl VisitMut for Returns {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        match e {
            Expr::Return(inner) => match inner.expr.as_deref().and_then(set_held) {
                Some(set) => {
                    let label = &self.label;
                    *e = parse_quote_spanned!(e.span()=> { #set; break #label });
                }
                None => self.understood = false,
            },
            Expr::Try(_) => self.understood = false,
            Expr::Closure(_) => {}
            _ => visit_mut::visit_expr_mut(self, e),
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// The expression, where `Some(x)` at its end has become `{ __item = x; __some = true; }`.
fn set_held(e: &Expr) -> Option<Expr> {
    let span = e.span();
    let of_block = |block: &Block| -> Option<Block> {
        let (last, before) = block.stmts.split_last()?;
        let last = match last {
            syn::Stmt::Expr(last, None) => set_held(last)?,
            _ if super::flow::block_leaves(block) => return Some(block.clone()),
            _ => return None,
        };
        Some(parse_quote_spanned!(span=> { #(#before)* #last }))
    };
    Some(match e {
        e if super::flow::always_leaves(e) => e.clone(),
        e if super::optional::is_none(e) => parse_quote_spanned!(span=> {}),
        Expr::Call(_) => {
            let item = super::optional::some(e)?;
            parse_quote_spanned!(span=> { __item = #item; __some = true; })
        }
        Expr::Paren(paren) => set_held(&paren.expr)?,
        Expr::Block(block) if block.label.is_none() => {
            let block = of_block(&block.block)?;
            parse_quote_spanned!(span=> #block)
        }
        Expr::If(branch) => {
            let (cond, then) = (&branch.cond, of_block(&branch.then_branch)?);
            let otherwise = set_held(&branch.else_branch.as_ref()?.1)?;
            match otherwise {
                Expr::Block(_) | Expr::If(_) => parse_quote_spanned!(span=> if #cond #then else #otherwise),
                otherwise => parse_quote_spanned!(span=> if #cond #then else { #otherwise }),
            }
        }
        Expr::Match(matched) => {
            let mut matched = matched.clone();
            for arm in &mut matched.arms {
                *arm.body = set_held(&arm.body)?;
            }
            Expr::Match(matched)
        }
        _ => return None,
    })
}
