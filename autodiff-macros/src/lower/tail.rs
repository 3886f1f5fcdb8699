//! The branch at the end of a body, some of whose arms are left early.

use super::flow::{always_leaves, block_leaves, may_leave};
use syn::spanned::Spanned as _;
use syn::{Block, Expr};

/// Writes `return` in front of what a body's last branch gives, if several of its arms may leave or not: their results are the body's then,
/// and need not be carried out of the branch as values that may not be there.
pub(super) fn return_from_arms(e: &mut Expr) {
    match e {
        Expr::Paren(paren) => return_from_arms(&mut paren.expr),
        Expr::Group(group) => return_from_arms(&mut group.expr),
        Expr::Block(block) if block.label.is_none() => {
            if let Some(syn::Stmt::Expr(last, None)) = block.block.stmts.last_mut() {
                return_from_arms(last);
            }
        }
        Expr::Call(call) if is_constructor(call) && may_leave(&call.args[0]) => {
            let mut inner = call.args[0].clone();
            if wrap_value(&mut inner, &call.func) {
                *e = inner;
                return_from_arms(e);
            }
        }
        Expr::If(_) | Expr::Match(_) if may_leave(e) && falling(e) > 1 => return_value(e),
        Expr::If(e) => {
            if let (Some(syn::Stmt::Expr(last, None)), Some((_, otherwise))) =
                (e.then_branch.stmts.last_mut(), &mut e.else_branch)
            {
                return_from_arms(last);
                return_from_arms(otherwise);
            }
        }
        Expr::Match(e) => e.arms.iter_mut().for_each(|arm| return_from_arms(&mut arm.body)),
        _ => {}
    }
}

/// Writes `return` in front of what an expression gives.
fn return_value(e: &mut Expr) {
    match e {
        e if always_leaves(e) => {}
        Expr::Paren(paren) => return_value(&mut paren.expr),
        Expr::Group(group) => return_value(&mut group.expr),
        Expr::Block(block) if block.label.is_none() => return_value_of(&mut block.block),
        Expr::If(syn::ExprIf { then_branch, else_branch: Some((_, otherwise)), .. }) => {
            return_value_of(then_branch);
            return_value(otherwise);
        }
        Expr::Match(e) => e.arms.iter_mut().for_each(|arm| return_value(&mut arm.body)),
        _ => *e = syn::parse_quote_spanned!(e.span()=> return #e),
    }
}

fn return_value_of(block: &mut Block) {
    if let Some(syn::Stmt::Expr(last, None)) = block.stmts.last_mut() {
        return_value(last);
    }
}

/// `Ok(…)`, `Some(…)`, `Wrapper(…)`.
fn is_constructor(call: &syn::ExprCall) -> bool {
    let Expr::Path(path) = &*call.func else { return false };
    let named = |last: &syn::PathSegment| last.ident.to_string().starts_with(char::is_uppercase);
    call.args.len() == 1 && path.path.segments.last().is_some_and(named)
}

/// Writes the constructor around what each arm gives instead of around the branch. Whether that could be done.
fn wrap_value(e: &mut Expr, constructor: &Expr) -> bool {
    match e {
        Expr::Paren(paren) => wrap_value(&mut paren.expr, constructor),
        Expr::Group(group) => wrap_value(&mut group.expr, constructor),
        Expr::Block(block) if block.label.is_none() => wrap_value_of(&mut block.block, constructor),
        Expr::If(syn::ExprIf { then_branch, else_branch: Some((_, otherwise)), .. }) => {
            wrap_value_of(then_branch, constructor) && wrap_value(otherwise, constructor)
        }
        Expr::Match(e) => e.arms.iter_mut().all(|arm| always_leaves(&arm.body) || wrap_arm(&mut arm.body, constructor)),
        _ => false,
    }
}

/// Around the whole of an arm if it cannot be done further inside.
fn wrap_arm(e: &mut Expr, constructor: &Expr) -> bool {
    let mut wrapped = e.clone();
    if !wrap_value(&mut wrapped, constructor) {
        wrapped = syn::parse_quote_spanned!(e.span()=> #constructor(#e));
    }
    *e = wrapped;
    true
}

fn wrap_value_of(block: &mut Block, constructor: &Expr) -> bool {
    match block.stmts.last_mut() {
        Some(syn::Stmt::Expr(last, None)) => always_leaves(last) || wrap_arm(last, constructor),
        _ => block_leaves(block),
    }
}

/// How many arms of a branch may be left at their end.
pub(super) fn falling(e: &Expr) -> usize {
    match e {
        Expr::If(e) => {
            let otherwise = e.else_branch.as_ref().is_some_and(|(_, otherwise)| always_leaves(otherwise));
            usize::from(!block_leaves(&e.then_branch)) + usize::from(!otherwise)
        }
        Expr::Match(e) => e.arms.iter().filter(|arm| !always_leaves(&arm.body)).count(),
        _ => unreachable!("only branches have arms"),
    }
}
