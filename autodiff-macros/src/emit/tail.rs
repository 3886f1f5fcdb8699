//! The end of a block: what it yields, as an expression or as assignments to the variables of a loop.

use super::Emitter;
use super::expr::tuple;
use super::frag::{Effects, Frag};
use crate::ir::{Branch, Class, Stmt, Tree, Value};
use proc_macro2::TokenStream;
use quote::quote;

/// What becomes of the values that a block yields.
#[derive(Clone, Copy, Debug)]
pub(super) enum Goal<'g> {
    /// They are the block's tail expression, for these results of a branch (none at the end of a function).
    Yield(&'g [Value]),
    /// They are assigned to the carried variables of a loop; one more says whether to leave it.
    Assign { params: &'g [Value], leave: Option<&'g TokenStream> },
}

/// The end of a printed block.
#[derive(Debug, Default)]
pub(super) struct Tail {
    pub(super) tokens: TokenStream,
    /// `if …`, so that `else` may stand in front of it without braces.
    pub(super) is_if: bool,
}

impl<'a> Emitter<'a> {
    /// The statements of a function, and its result as tail.
    pub(super) fn stmts_and_tail(&mut self, stmts: &'a [Stmt], result: &Tree) -> TokenStream {
        let flat: Option<Vec<Value>> = match result {
            Tree::Leaf(v) => Some(vec![*v]),
            Tree::Tuple(parts) if parts.len() > 1 => {
                parts.iter().map(|part| if let Tree::Leaf(v) = part { Some(*v) } else { None }).collect()
            }
            Tree::Unit | Tree::Tuple(_) => None,
        };
        match flat {
            Some(values) => self.end(stmts, &values, Goal::Yield(&[])).tokens,
            None => {
                self.stmts(stmts);
                self.tree(result)
            }
        }
    }

    /// A result.
    pub(super) fn tree(&mut self, tree: &Tree) -> TokenStream {
        self.read_before_moves(&tree.leaves());
        self.leaves(tree)
    }

    fn leaves(&mut self, tree: &Tree) -> TokenStream {
        match tree {
            Tree::Unit => quote!(()),
            Tree::Leaf(v) => self.value(*v).tokens,
            Tree::Tuple(parts) => tuple(parts.iter().map(|part| self.leaves(part)).collect::<Vec<_>>()),
        }
    }

    /// The statements of a block, and what it yields. A branch at the end whose results are just that goes on in its arms.
    pub(super) fn end(&mut self, stmts: &'a [Stmt], yields: &[Value], goal: Goal<'_>) -> Tail {
        if let Some((Stmt::Branch(branch), rest)) = stmts.split_last()
            && self.feeds(branch, yields, goal)
        {
            self.stmts(rest);
            return self.branch_tail(branch, yields, goal);
        }
        self.stmts(stmts);
        match goal {
            Goal::Yield(results) => Tail { tokens: self.yielded(yields, results), is_if: false },
            Goal::Assign { params, leave } => {
                self.assign(params, leave, yields);
                Tail::default()
            }
        }
    }

    /// Nothing but the branch decides about the yields.
    fn feeds(&self, branch: &Branch, yields: &[Value], goal: Goal<'_>) -> bool {
        let once = |v: &Value| self.uses[v.0 as usize].count == 1 && self.f[*v].ty.is_none() && yields.contains(v);
        let all = branch.results.iter().all(once);
        match goal {
            Goal::Yield(_) => all && branch.results == yields,
            Goal::Assign { params, .. } => {
                let unchanged = |(k, v): (usize, &Value)| params.get(k) == Some(v);
                all && yields.iter().enumerate().all(|(k, v)| branch.results.contains(v) || unchanged((k, v)))
            }
        }
    }

    /// The values as a tail expression.
    fn yielded(&mut self, yields: &[Value], results: &[Value]) -> TokenStream {
        self.read_before_moves(yields);
        let parts: Vec<_> = yields.iter().enumerate().map(|(k, v)| self.yielded_as(*v, results.get(k).copied()).tokens).collect();
        match parts.as_slice() {
            [] => TokenStream::new(),
            [one] => quote!(#one),
            parts => tuple(parts),
        }
    }

    fn yielded_as(&mut self, v: Value, result: Option<Value>) -> Frag {
        let Some(result) = result else { return self.value(v) };
        if self.class(v) == Class::Shadow {
            return self.yield_shadow(v, result);
        }
        let frag = self.value(v);
        // Of several arms the last one decides; a typed one among them makes calls by path right all the same.
        if frag.untyped {
            self.untyped.insert(result);
        }
        frag
    }

    /// Assigns to the variables of a loop, then leaves it if the last value says so.
    fn assign(&mut self, params: &[Value], leave: Option<&TokenStream>, yields: &[Value]) {
        let mut steps: Vec<(Value, Frag)> = Vec::new();
        for (param, next) in params.iter().zip(yields) {
            if param != next {
                let frag = self.value(*next);
                steps.push((*param, frag));
            }
        }
        let mut stop = match leave {
            Some(_) => yields.last().map(|v| self.value(*v)),
            None => None,
        };
        if let Some(frag) = &mut stop
            && steps.iter().any(|(param, _)| frag.effects.vars.contains(&self.names.variable(*param)))
        {
            let (name, tokens) = (self.fresh("stop"), &frag.tokens);
            self.push(quote!(let #name = #tokens;));
            *frag = Frag::atom(quote!(#name));
        }
        self.settle(&Effects::default(), None);
        self.assign_steps(steps);
        let (Some(stop), Some(leave)) = (stop, leave) else { return };
        match stop.tokens.to_string().as_str() {
            "false" => {}
            "true" => self.push(quote!(#leave)),
            _ => {
                let head = stop.head();
                self.push(quote!(if #head { #leave }));
            }
        }
    }

    /// One after the other, in an order in which none reads what was assigned before; else at once.
    fn assign_steps(&mut self, mut steps: Vec<(Value, Frag)>) {
        while !steps.is_empty() {
            let free = |k: usize| {
                let variable = self.names.variable(steps[k].0);
                steps.iter().enumerate().all(|(j, (_, frag))| j == k || !frag.effects.vars.contains(&variable))
            };
            let Some(k) = (0..steps.len()).find(|k| free(*k)) else { break };
            let (param, frag) = steps.remove(k);
            let name = self.ident(param);
            self.push(frag.assign_to(&quote!(#name)));
        }
        if !steps.is_empty() {
            let targets = tuple(steps.iter().map(|(param, _)| self.names.of(self.f, *param)).collect::<Vec<_>>());
            let values = tuple(steps.iter().map(|(_, frag)| &frag.tokens));
            self.push(quote!(#targets = #values;));
        }
    }
}
