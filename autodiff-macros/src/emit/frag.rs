//! Expressions on their way to the output: tokens, how tightly they bind, and what they read and write.

use crate::ir::Value;
use proc_macro2::{Delimiter, Group, Punct, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::cell::RefCell;

/// How tightly an expression binds, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Prec {
    /// Closures, blocks, `return`, assignments.
    Lowest,
    Range,
    Or,
    And,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Product,
    Cast,
    Prefix,
    /// Names, literals, calls, indexing, parentheses.
    Postfix,
}

impl Prec {
    /// The next tighter one, for the right operand of an operator that groups to the left.
    pub(super) fn above(self) -> Prec {
        match self {
            Prec::Sum => Prec::Product,
            Prec::Product => Prec::Cast,
            Prec::Lowest
            | Prec::Range
            | Prec::Or
            | Prec::And
            | Prec::Compare
            | Prec::BitOr
            | Prec::BitXor
            | Prec::BitAnd
            | Prec::Shift
            | Prec::Cast
            | Prec::Prefix
            | Prec::Postfix => Prec::Postfix,
        }
    }
}

/// What an expression or a statement reads and writes, as far as the order of evaluation is concerned.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Effects {
    pub(super) reads: u8,
    pub(super) writes: u8,
    /// Mutable variables that are read: accumulators and variables carried through loops.
    pub(super) vars: Vec<Value>,
    /// Memory that is mentioned; see [`super::borrows`].
    pub(super) views: Vec<Value>,
}

/// The user's arrays and other memory.
pub(super) const MEMORY: u8 = 1;
/// Shadows.
pub(super) const SHADOW: u8 = 2;
/// All else: output, globals, panics of the user's.
pub(super) const WORLD: u8 = 4;

impl Effects {
    pub(super) const fn reads(what: u8) -> Effects {
        Effects { reads: what, writes: 0, vars: Vec::new(), views: Vec::new() }
    }

    pub(super) const fn writes(what: u8) -> Effects {
        Effects { reads: what, writes: what, vars: Vec::new(), views: Vec::new() }
    }

    pub(super) fn is_none(&self) -> bool {
        self.reads == 0 && self.writes == 0
    }

    /// Exchanging the two could change something.
    pub(super) fn conflicts(&self, other: &Effects) -> bool {
        self.writes & (other.reads | other.writes) != 0 || other.writes & self.reads != 0
    }

    pub(super) fn add(&mut self, other: &Effects) {
        self.reads |= other.reads;
        self.writes |= other.writes;
        for (all, more) in [(&mut self.vars, &other.vars), (&mut self.views, &other.views)] {
            for v in more {
                if !all.contains(v) {
                    all.push(*v);
                }
            }
        }
    }
}

/// An expression.
#[derive(Clone, Debug)]
pub(super) struct Frag {
    pub(super) tokens: TokenStream,
    pub(super) prec: Prec,
    pub(super) effects: Effects,
    /// How many operations; limits nesting.
    pub(super) size: usize,
    /// A number whose type is left to inference (`2.0`): it has no methods.
    pub(super) untyped: bool,
    /// `operand op …` with `+`, `-`, `*`, `/` or `%`, where the operand binds tighter than any operator: what is assigned to the operand
    /// can be printed as `operand op= …`.
    pub(super) compound: Option<char>,
    /// This is what the first is after `first op= second`, and can be printed as that where it is assigned to the first.
    pub(super) assignment: Option<Box<Assignment>>,
}

/// See [`Frag::assignment`].
#[derive(Clone, Debug)]
pub(super) struct Assignment {
    pub(super) target: TokenStream,
    pub(super) op: char,
    pub(super) operand: TokenStream,
}

impl Frag {
    /// A name, call, literal or the like without effects.
    pub(super) fn atom(tokens: TokenStream) -> Frag {
        Frag::new(tokens, Prec::Postfix)
    }

    pub(super) fn new(tokens: TokenStream, prec: Prec) -> Frag {
        Frag { tokens, prec, effects: Effects::default(), size: 0, untyped: false, compound: None, assignment: None }
    }

    /// Takes over what a part of this expression reads, writes and weighs.
    pub(super) fn with(mut self, parts: &[&Frag]) -> Frag {
        for part in parts {
            self.effects.add(&part.effects);
            self.size += part.size;
        }
        self.size += 1;
        self
    }

    pub(super) fn effects(mut self, effects: Effects) -> Frag {
        self.effects.add(&effects);
        self
    }

    /// As an operand that must bind at least as tightly as `prec`.
    pub(super) fn at(&self, prec: Prec) -> TokenStream {
        let tokens = &self.tokens;
        if self.prec >= prec { tokens.clone() } else { quote!((#tokens)) }
    }

    /// As [`Frag::at`], where the expression is not needed any more: streams that nobody else has are not copied.
    pub(super) fn into_at(self, prec: Prec) -> TokenStream {
        if self.prec >= prec {
            return self.tokens;
        }
        TokenTree::Group(Group::new(Delimiter::Parenthesis, self.tokens)).into()
    }

    /// In front of a block: `if head {`. Braces there would be taken for the block.
    pub(super) fn head(&self) -> TokenStream {
        let tokens = &self.tokens;
        if has_braces(tokens) { quote!((#tokens)) } else { tokens.clone() }
    }

    /// `target = self;`, shortened to `target op= …;` where it is that.
    pub(super) fn assign_to(self, target: &TokenStream) -> TokenStream {
        if let Some(assignment) = self.assignment
            && assignment.target.to_string() == target.to_string()
        {
            let Assignment { op, operand, .. } = *assignment;
            let [op, equals] = [Punct::new(op, Spacing::Joint), Punct::new('=', Spacing::Alone)];
            return quote!(#target #op #equals #operand;);
        }
        let tokens = match self.compound {
            Some(op) if self.effects.writes == 0 => match operand_of(self.tokens.clone(), target.clone(), op) {
                Some(operand) => {
                    let [op, equals] = [Punct::new(op, Spacing::Joint), Punct::new('=', Spacing::Alone)];
                    return quote!(#target #op #equals #operand;);
                }
                None => Moved::new(self.tokens),
            },
            Some(_) | None => Moved::new(self.tokens),
        };
        quote!(#target = #tokens;)
    }
}

/// The `operand` of `target op operand`.
fn operand_of(tokens: TokenStream, target: TokenStream, op: char) -> Option<TokenStream> {
    let mut rest = tokens.into_iter();
    for expected in target {
        if rest.next()?.to_string() != expected.to_string() {
            return None;
        }
    }
    if !matches!(rest.next()?, TokenTree::Punct(found) if found.as_char() == op) {
        return None;
    }
    let operand: Vec<TokenTree> = rest.collect();
    match operand.as_slice() {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => Some(group.stream()),
        _ => Some(operand.into_iter().collect()),
    }
}

/// One after the other.
pub(super) fn joined(parts: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let mut parts = parts.into_iter();
    let mut first = parts.next().unwrap_or_default();
    first.extend(parts.filter(|part| !part.is_empty()));
    first
}

/// Tokens to be interpolated once, which moves them; of a stream as such, `quote!` makes a copy.
#[derive(Debug)]
pub(crate) struct Moved(RefCell<Option<TokenStream>>);

impl Moved {
    pub(crate) fn new(tokens: TokenStream) -> Moved {
        Moved(RefCell::new(Some(tokens)))
    }
}

impl ToTokens for Moved {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend([self.0.take().expect("these tokens are interpolated once")]);
    }
}

fn has_braces(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|tree| match tree {
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Brace => true,
            Delimiter::None => has_braces(&group.stream()),
            Delimiter::Parenthesis | Delimiter::Bracket => false,
        },
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// How tightly an expression of the user's binds.
pub(super) fn prec_of(expr: &syn::Expr) -> Prec {
    use syn::{BinOp, Expr};
    match expr {
        Expr::Binary(binary) => match binary.op {
            BinOp::Add(_) | BinOp::Sub(_) => Prec::Sum,
            BinOp::Mul(_) | BinOp::Div(_) | BinOp::Rem(_) => Prec::Product,
            BinOp::And(_) => Prec::And,
            BinOp::Or(_) => Prec::Or,
            BinOp::BitXor(_) => Prec::BitXor,
            BinOp::BitAnd(_) => Prec::BitAnd,
            BinOp::BitOr(_) => Prec::BitOr,
            BinOp::Shl(_) | BinOp::Shr(_) => Prec::Shift,
            BinOp::Eq(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Ne(_) | BinOp::Ge(_) | BinOp::Gt(_) => Prec::Compare,
            _ => Prec::Lowest,
        },
        Expr::Cast(_) => Prec::Cast,
        Expr::Unary(_) | Expr::Reference(_) => Prec::Prefix,
        Expr::Range(_) => Prec::Range,
        Expr::Array(_)
        | Expr::Await(_)
        | Expr::Call(_)
        | Expr::Field(_)
        | Expr::Group(_)
        | Expr::Index(_)
        | Expr::Lit(_)
        | Expr::Macro(_)
        | Expr::MethodCall(_)
        | Expr::Paren(_)
        | Expr::Path(_)
        | Expr::Repeat(_)
        | Expr::Struct(_)
        | Expr::Try(_)
        | Expr::Tuple(_) => Prec::Postfix,
        _ => Prec::Lowest,
    }
}
