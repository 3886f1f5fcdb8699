//! Expressions on their way to the output: tokens, how tightly they bind, and what they read and write.

use crate::ir::Value;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

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
}

/// The user's arrays and other memory.
pub(super) const MEMORY: u8 = 1;
/// Shadows.
pub(super) const SHADOW: u8 = 2;
/// All else: output, globals, panics of the user's.
pub(super) const WORLD: u8 = 4;

impl Effects {
    pub(super) const fn reads(what: u8) -> Effects {
        Effects { reads: what, writes: 0, vars: Vec::new() }
    }

    pub(super) const fn writes(what: u8) -> Effects {
        Effects { reads: what, writes: what, vars: Vec::new() }
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
        for var in &other.vars {
            if !self.vars.contains(var) {
                self.vars.push(*var);
            }
        }
    }
}

/// `target = target op operand`, recognised so that it can be printed as `target op= operand`.
#[derive(Clone, Debug)]
pub(super) struct Compound {
    /// The left operand as printed.
    pub(super) target: TokenStream,
    /// `+`, `-`, `*`, `/` or `%`.
    pub(super) op: &'static str,
    pub(super) operand: TokenStream,
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
    pub(super) compound: Option<Compound>,
}

impl Frag {
    /// A name, call, literal or the like without effects.
    pub(super) fn atom(tokens: TokenStream) -> Frag {
        Frag::new(tokens, Prec::Postfix)
    }

    pub(super) fn new(tokens: TokenStream, prec: Prec) -> Frag {
        Frag { tokens, prec, effects: Effects::default(), size: 0, untyped: false, compound: None }
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

    /// In front of a block: `if head {`. Braces there would be taken for the block.
    pub(super) fn head(&self) -> TokenStream {
        let tokens = &self.tokens;
        if has_braces(tokens) { quote!((#tokens)) } else { tokens.clone() }
    }

    /// `target = self;`, shortened to `target op= …;` where it is that.
    pub(super) fn assign_to(&self, target: &TokenStream) -> TokenStream {
        let tokens = &self.tokens;
        match &self.compound {
            Some(c) if self.effects.writes == 0 && c.target.to_string() == target.to_string() => {
                let (op, operand) = (assignment(c.op), &c.operand);
                quote!(#target #op #operand;)
            }
            Some(_) | None => quote!(#target = #tokens;),
        }
    }
}

fn assignment(op: &str) -> TokenStream {
    match op {
        "+" => quote!(+=),
        "-" => quote!(-=),
        "*" => quote!(*=),
        "/" => quote!(/=),
        "%" => quote!(%=),
        _ => unreachable!("not an arithmetic operator: {op}"),
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
