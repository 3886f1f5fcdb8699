//! One place that turns values into identifiers.
//!
//! The first value with a user's name that is printed gets exactly that name, later ones a number behind it. All emitted
//! identifiers resolve as the user's do, which macro invocations in the body mention, and carry their position, so that the
//! compiler's messages point there.

use crate::ir::visit::by_ref;
use crate::ir::{Block, Cotangents, Function, Header, On, Op, Opaque, Stmt, Value, ValueData};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::{HashMap, HashSet};

/// The identifier of a parameter, in the signature as in the body.
pub(crate) fn param(data: &ValueData) -> Ident {
    ident(&data.name, data.span)
}

fn ident(name: &str, span: Span) -> Ident {
    let plain = name.strip_prefix("r#").unwrap_or(name);
    match is_word(plain) || matches!(plain, "self" | "super" | "crate" | "Self") {
        true => Ident::new(plain, span),
        false => Ident::new_raw(plain, span),
    }
}

/// All that no identifier may be called, in any edition.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut",
    "override", "priv", "pub", "ref", "return", "self", "Self", "static", "struct", "super", "trait", "true", "try", "type",
    "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "_", "",
];

/// A name, made of an identifier, that is no keyword.
fn is_word(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit()) && !KEYWORDS.contains(&name)
}

/// Names given so far.
#[derive(Debug)]
pub(super) struct Names {
    given: Vec<Option<Ident>>,
    /// Carried parameters and results share a variable: each value's representative.
    shared: Vec<Value>,
    taken: HashSet<String>,
    /// Identifiers that the user's tokens mention for something else than a value.
    foreign: HashSet<String>,
    /// All identifiers in the user's tokens.
    mentioned: HashSet<String>,
    next: HashMap<String, u32>,
}

impl Names {
    pub(super) fn new(f: &Function, origin: &[Value]) -> Names {
        let mut names = Names {
            given: vec![None; f.values.len()],
            shared: origin.to_vec(),
            taken: HashSet::new(),
            foreign: HashSet::new(),
            mentioned: HashSet::new(),
            next: HashMap::new(),
        };
        names.block(&f.body);
        for ty in f.values.iter().filter_map(|data| data.ty.as_ref()).chain(f.params.iter().map(|p| &p.ty)).chain([&f.result_ty])
        {
            mention(ty.to_token_stream(), &mut names.mentioned);
        }
        let cotangents = f.cotangents.iter().flat_map(Cotangents::values);
        for v in f.params.iter().map(|p| p.value).chain(f.dots.iter().flatten().flatten().copied()).chain(cotangents) {
            let ident = param(&f[v]);
            names.taken.insert(ident.to_string());
            names.given[v.0 as usize] = Some(ident);
        }
        names
    }

    /// The identifier of a value.
    pub(super) fn of(&mut self, f: &Function, v: Value) -> Ident {
        let v = self.shared[v.0 as usize];
        if let Some(ident) = &self.given[v.0 as usize] {
            return ident.clone();
        }
        let ident = self.fresh(&f[v].name, f[v].span);
        self.given[v.0 as usize] = Some(ident.clone());
        ident
    }

    /// The variable that stands for a value: itself, or the carried parameter that it shares a variable with.
    pub(super) fn variable(&self, v: Value) -> Value {
        self.shared[v.0 as usize]
    }

    /// An identifier that nothing else has, made from `base`.
    pub(super) fn fresh(&mut self, base: &str, span: Span) -> Ident {
        let base = if base == "self" { "this" } else { base.strip_prefix("r#").unwrap_or(base) };
        if is_word(base) && !self.foreign.contains(base) && self.taken.insert(base.to_owned()) {
            return Ident::new(base, span);
        }
        let gap = if base.ends_with(|c: char| c.is_ascii_digit()) { "_" } else { "" };
        let next = self.next.entry(base.to_owned()).or_default();
        loop {
            *next += 1;
            let name = format!("{base}{gap}{next}");
            if !self.mentioned.contains(&name) && self.taken.insert(name.clone()) {
                return Ident::new(&name, span);
            }
        }
    }

    fn block(&mut self, block: &Block) {
        for stmt in &block.stmts {
            self.stmt(stmt);
            for block in by_ref::scopes(stmt).into_iter().flat_map(|scope| scope.blocks) {
                self.block(block);
            }
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let { op: Op::Opaque(o) | Op::Alloc(crate::ir::Alloc::Opaque(o)), .. } | Stmt::Observe(o) => self.opaque(o),
            Stmt::Branch(branch) => {
                if let On::Match { patterns, .. } = &branch.on {
                    for pattern in patterns {
                        mention(pattern.pat.to_token_stream(), &mut self.mentioned);
                        pattern.guard.iter().for_each(|guard| self.opaque(guard));
                    }
                }
            }
            Stmt::Loop(l) => {
                // `param` and `result` are one variable; what is defined again in a pullback is another one.
                for c in &l.carried {
                    self.shared[c.param.0 as usize] = c.param;
                    self.shared[c.result.0 as usize] = c.param;
                }
                if let Header::Items { iterator, pat, .. } = &l.header {
                    mention(pat.to_token_stream(), &mut self.mentioned);
                    self.opaque(iterator);
                }
            }
            Stmt::Call(call) => {
                mention(call.path.to_token_stream(), &mut self.mentioned);
                if let Some(name) = call.path.get_ident() {
                    self.foreign.insert(name.to_string());
                }
            }
            Stmt::Let { .. }
            | Stmt::Split { .. }
            | Stmt::Store { .. }
            | Stmt::Memory(_)
            | Stmt::Declare { .. }
            | Stmt::Set { .. }
            | Stmt::Add { .. }
            | Stmt::ShadowAdd { .. }
            | Stmt::ShadowAddFrom { .. }
            | Stmt::ShadowClear(_)
            | Stmt::RecordNew { .. }
            | Stmt::RecordPush { .. }
            | Stmt::RecordRead { .. }
            | Stmt::RecordPart { .. }
            | Stmt::RecordAt { .. }
            | Stmt::CursorNew { .. }
            | Stmt::LogRange { .. }
            | Stmt::UnlogRange { .. }
            | Stmt::Unshare(_)
            | Stmt::Pull(_)
            | Stmt::Closure(_) => {}
        }
    }

    fn opaque(&mut self, o: &Opaque) {
        if matches!(&o.expr, syn::Expr::Lit(lit) if matches!(lit.lit, syn::Lit::Int(_) | syn::Lit::Float(_) | syn::Lit::Bool(_)))
        {
            return;
        }
        let mut free = HashSet::new();
        mention(o.expr.to_token_stream(), &mut self.mentioned);
        foreign(o.expr.to_token_stream(), &mut free);
        let bound = bound_names(&o.expr);
        self.foreign
            .extend(free.into_iter().filter(|name| !bound.contains(name) && !o.uses.iter().any(|(ident, _)| ident == name)));
    }
}

/// The names that patterns bind inside of an expression.
pub(super) fn bound_names(expr: &syn::Expr) -> HashSet<String> {
    struct Bound(HashSet<String>);
    impl<'ast> syn::visit::Visit<'ast> for Bound {
        fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
            self.0.insert(pat.ident.to_string());
            syn::visit::visit_pat_ident(self, pat);
        }
    }
    let mut bound = Bound(HashSet::new());
    syn::visit::Visit::visit_expr(&mut bound, expr);
    bound.0
}

/// All identifiers in some tokens.
pub(super) fn mention(tokens: TokenStream, names: &mut HashSet<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Ident(ident) => drop(names.insert(ident.to_string())),
            TokenTree::Group(group) => mention(group.stream(), names),
            TokenTree::Literal(literal) => captures(&literal.to_string(), names),
            TokenTree::Punct(_) => {}
        }
    }
}

/// `{name}` in format strings.
fn captures(literal: &str, names: &mut HashSet<String>) {
    if !literal.starts_with(['"', 'r']) {
        return;
    }
    for part in literal.split('{').skip(1) {
        let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if !name.is_empty() {
            names.insert(name);
        }
    }
}

/// Identifiers that may stand for functions, constants or statics: not fields, methods, macros, or parts of longer paths.
fn foreign(tokens: TokenStream, names: &mut HashSet<String>) {
    let trees: Vec<_> = tokens.into_iter().collect();
    for (i, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Ident(ident) => {
                let before = i.checked_sub(1).and_then(|i| punct(&trees[i]));
                let after = trees.get(i + 1).and_then(punct);
                if !matches!(before, Some('.' | ':' | '\'')) && !matches!(after, Some(':' | '!')) {
                    names.insert(ident.to_string());
                }
            }
            TokenTree::Group(group) => foreign(group.stream(), names),
            TokenTree::Literal(_) | TokenTree::Punct(_) => {}
        }
    }
}

fn punct(tree: &TokenTree) -> Option<char> {
    match tree {
        TokenTree::Punct(punct) => Some(punct.as_char()),
        TokenTree::Group(_) | TokenTree::Ident(_) | TokenTree::Literal(_) => None,
    }
}
