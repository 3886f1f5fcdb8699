//! Generated source as a tree: only as much structure as rendering and shrinking need.

use std::collections::BTreeSet;

/// Stands for the float type until the program is rendered.
pub(crate) const FLOAT: char = '§';

/// One statement or one expression.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Node {
    pub(crate) pieces: Vec<Piece>,
    /// Names that the rest of the block sees.
    pub(crate) binds: Vec<String>,
    /// Names that are bound inside this node only: loop indices, parameters of closures.
    pub(crate) inner: Vec<String>,
    /// Other nodes rely on this one by more than its names: it is not deleted.
    pub(crate) fixed: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    Text(String),
    /// A float expression.
    Expr(Node),
    /// Statements.
    Block(Vec<Node>),
}

impl From<&str> for Piece {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Piece {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Piece {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Node> for Piece {
    fn from(node: Node) -> Self {
        Self::Expr(node)
    }
}

impl From<Vec<Node>> for Piece {
    fn from(block: Vec<Node>) -> Self {
        Self::Block(block)
    }
}

/// `node!["let ", name, " = ", expression, ";"]`.
#[macro_export]
macro_rules! node {
    ($($piece:expr),* $(,)?) => {
        $crate::tree::Node { pieces: vec![$($crate::tree::Piece::from($piece)),*], ..Default::default() }
    };
}

impl Node {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { pieces: vec![Piece::Text(text.into())], ..Self::default() }
    }

    pub(crate) fn bind(mut self, name: &str) -> Self {
        self.binds.push(name.to_owned());
        self
    }

    pub(crate) fn bind_all(mut self, names: &[String]) -> Self {
        self.binds.extend(names.iter().cloned());
        self
    }

    pub(crate) fn inside(mut self, name: &str) -> Self {
        self.inner.push(name.to_owned());
        self
    }

    pub(crate) fn fixed(mut self) -> Self {
        self.fixed = true;
        self
    }

    pub(crate) fn render(&self, out: &mut String, indent: usize) {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Expr(node) => node.render(out, indent),
                Piece::Block(block) => render_block(block, out, indent + 1),
            }
        }
    }

    /// Every generated name that occurs.
    pub(crate) fn names(&self, into: &mut BTreeSet<String>) {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => into.extend(names_in(text)),
                Piece::Expr(node) => node.names(into),
                Piece::Block(block) => block.iter().for_each(|node| node.names(into)),
            }
        }
    }

    /// Whether every generated name that occurs is bound.
    pub(crate) fn closed(&self, scope: &BTreeSet<String>) -> bool {
        let mut scope = scope.clone();
        scope.extend(self.inner.iter().chain(&self.binds).cloned());
        // An expression right after a block is the block's value and sees what the block binds.
        let mut block_scope: Option<BTreeSet<String>> = None;
        self.pieces.iter().all(|piece| match piece {
            Piece::Text(text) => {
                block_scope = None;
                names_in(text).all(|name| scope.contains(&name))
            }
            Piece::Expr(node) => node.closed(block_scope.as_ref().unwrap_or(&scope)),
            Piece::Block(block) => block_closed(block, block_scope.insert(scope.clone())),
        })
    }
}

/// As [`Node::closed`], for a block; `scope` grows by what the block binds.
pub(crate) fn block_closed(block: &[Node], scope: &mut BTreeSet<String>) -> bool {
    block.iter().all(|node| {
        let closed = node.closed(scope);
        scope.extend(node.binds.iter().cloned());
        closed
    })
}

pub(crate) fn render_block(block: &[Node], out: &mut String, indent: usize) {
    for node in block {
        out.push('\n');
        out.extend(std::iter::repeat_n("    ", indent));
        node.render(out, indent);
    }
    out.push('\n');
    out.extend(std::iter::repeat_n("    ", indent.saturating_sub(1)));
}

/// Generated names are one letter and a number, which nothing else in a program looks like, or `self`.
fn names_in(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| is_name(word)).map(str::to_owned)
}

fn is_name(word: &str) -> bool {
    if word == "self" {
        return true;
    }
    let mut chars = word.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase()) && word.len() > 1 && chars.all(|c| c.is_ascii_digit())
}
