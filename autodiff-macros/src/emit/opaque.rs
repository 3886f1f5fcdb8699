//! Expressions that are kept as the user wrote them.

use super::frag::{Effects, Frag, MEMORY, Prec, WORLD, prec_of};
use super::{Emitter, names};
use crate::ir::{Class, Kind, Opaque, Value};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::HashSet;
use syn::visit_mut::{self, VisitMut};

impl<'a> Emitter<'a> {
    /// The user's expression with its names replaced by the emitted ones.
    pub(super) fn opaque(&mut self, o: &Opaque) -> Frag {
        let expr = bare(&o.expr);
        if o.uses.is_empty() {
            let mut frag = Frag { untyped: is_untyped(expr), ..Frag::new(expr.to_token_stream(), prec_of(expr)) }.with(&[]);
            self.add_effects(o, &mut frag.effects);
            return frag;
        }
        if let (syn::Expr::Path(_), [(_, v)]) = (expr, o.uses.as_slice())
            && self.is_lent(*v)
        {
            let name = self.ident(*v);
            return Frag::atom(quote!(::core::clone::Clone::clone(#name))).effects(Effects::reads(MEMORY));
        }
        let (inner, in_macros) = (names::bound_names(expr), in_macros(expr));
        let mut mentioned = HashSet::new();
        names::mention(expr.to_token_stream(), &mut mentioned);
        self.payloads |= mentioned.contains("__has_value");
        let mut substitution = Substitution::default();
        let (mut outer, mut values, mut parts) = (Vec::new(), Vec::new(), Vec::new());
        for (ident, v) in &o.uses {
            let frag = self.operand(*v);
            let (name, text) = (ident.to_string(), frag.tokens.to_string());
            let same_in_macros = self.refs.contains(v) && self.class(*v) == Class::Plain && self.ident(*v) == name;
            // Where the identifier means something else inside, or stands in a macro, it is bound once more around the expression.
            let is_caught = inner.contains(&name) || in_macros.contains(&name) && !same_in_macros || mentioned.contains(&text);
            if text == name {
                // The same text may still resolve elsewhere: rules and users' macros bring identifiers of their own.
                substitution.names.push((name, frag.tokens.clone()));
            } else if is_caught {
                outer.push(ident);
                values.push(self.rebound(*v, o.writes, &frag));
            } else {
                substitution.names.push((name, frag.tokens.clone()));
            }
            parts.push(frag);
        }
        let mut expr = expr.clone();
        substitution.visit_expr_mut(&mut expr);
        let (mut tokens, mut prec) = (expr.to_token_stream(), prec_of(&expr));
        if !outer.is_empty() {
            let (names, values) = match (outer.as_slice(), values.as_slice()) {
                ([name], [value]) => (quote!(#name), quote!(#value)),
                (names, values) => (super::expr::tuple(names), super::expr::tuple(values)),
            };
            tokens = quote!({ let #names = #values; #tokens });
            prec = Prec::Lowest;
        }
        let mut frag = Frag::new(tokens, prec).with(&parts.iter().collect::<Vec<_>>());
        self.add_effects(o, &mut frag.effects);
        Frag { untyped: is_untyped(&o.expr), compound: compound(&expr), ..frag }
    }

    /// What came by value to the user and here comes as a reference, of a type that need not be `Copy`.
    fn is_lent(&self, v: Value) -> bool {
        self.class(v) == Class::Owner && self.refs.contains(&v) && self.f[v].kind == Kind::Unknown
    }

    /// What stands for an operand: a name, a literal, or an expression that is used nowhere else.
    fn operand(&mut self, v: Value) -> Frag {
        if self.class(v) == Class::Owner && !self.alias.contains_key(&v) {
            if let Some(at) = self.pending.iter().position(|(pending, _)| *pending == v) {
                let (v, frag) = self.pending.remove(at);
                self.let_(v, frag);
            }
            let name = self.ident(v);
            // A recorded owner comes as a reference, which what may be a number does not stand for.
            let by_reference = self.refs.contains(&v) && (self.f[v].kind == Kind::Unknown || self.f[v].kind.is_scalar());
            return if by_reference { Frag::new(quote!(*#name), Prec::Prefix) } else { Frag::atom(name.to_token_stream()) };
        }
        // It may stand behind `&&`, where it is not always evaluated.
        let frag = self.lazy(v);
        if self.f[v].in_place && matches!(self.class(v), Class::View { .. }) {
            let name = frag.at(Prec::Prefix);
            return Frag { effects: frag.effects, size: frag.size, ..Frag::new(quote!(*#name), Prec::Prefix) };
        }
        frag
    }

    /// What is bound around the expression in place of the operand.
    fn rebound(&mut self, v: Value, writes: bool, frag: &Frag) -> TokenStream {
        let tokens = &frag.tokens;
        match self.class(v) {
            Class::Plain | Class::Owner if self.f[v].kind.is_scalar() && !(writes && self.f[v].mutable) => quote!(#tokens),
            // Of a type that need not be `Copy`: by value if it is.
            Class::Plain | Class::Owner
                if !writes && is_variable(tokens) && matches!(self.f[v].kind, Kind::Unknown | Kind::Passive) =>
            {
                self.looks = true;
                let rt = &self.rt;
                quote!((&#rt::Look(&#tokens)).look())
            }
            Class::View { .. } if self.f[v].in_place => quote!(&#tokens),
            Class::View { mutable: true } if writes => quote!(&mut *#tokens),
            Class::View { .. } => quote!(&*#tokens),
            Class::Owner if writes && self.f[v].mutable => quote!(&mut #tokens),
            Class::Plain | Class::Owner | Class::Accumulator | Class::Shadow | Class::Record | Class::Pull => quote!(&#tokens),
        }
    }

    fn add_effects(&self, o: &Opaque, effects: &mut Effects) {
        let in_memory = |v: &Value| matches!(self.class(*v), Class::Owner | Class::View { .. });
        if o.uses.iter().any(|(_, v)| in_memory(v)) {
            effects.reads |= MEMORY;
        }
        if !o.pure_ {
            effects.reads |= WORLD;
            effects.writes |= WORLD;
        }
        if o.writes {
            effects.writes |= MEMORY;
        }
    }

    /// A pattern of the user's with its names replaced by the emitted ones; `_` for what is not used.
    pub(super) fn pattern(&mut self, pat: &syn::Pat, binds: &[(Ident, Value)]) -> TokenStream {
        let mut substitution = Substitution::default();
        for (ident, v) in binds {
            let name = self.ident(*v);
            substitution.names.push((ident.to_string(), quote!(#name)));
        }
        let mut pat = pat.clone();
        PatternNames(&substitution).visit_pat_mut(&mut pat);
        pat.to_token_stream()
    }
}

/// A name, or what it refers to: no temporary, which would not live as long as a reference to it.
fn is_variable(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().all(|token| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == '*',
        TokenTree::Group(_) | TokenTree::Literal(_) => false,
    })
}

/// Without parentheses around the whole; they are printed where they are needed.
fn bare(expr: &syn::Expr) -> &syn::Expr {
    match expr {
        syn::Expr::Paren(paren) if paren.attrs.is_empty() => bare(&paren.expr),
        syn::Expr::Group(group) if group.attrs.is_empty() => bare(&group.expr),
        _ => expr,
    }
}

/// `x + e` for numbers, as `x += e` may follow.
fn compound(expr: &syn::Expr) -> Option<char> {
    use syn::BinOp;
    let syn::Expr::Binary(binary) = expr else { return None };
    let op = match binary.op {
        BinOp::Add(_) => '+',
        BinOp::Sub(_) => '-',
        BinOp::Mul(_) => '*',
        BinOp::Div(_) => '/',
        BinOp::Rem(_) => '%',
        _ => return None,
    };
    matches!(&*binary.left, syn::Expr::Path(_)).then_some(op)
}

/// The expression has room for another one in the place of `v`: it stands there once, is evaluated at most once, and nothing
/// inside could catch a name.
pub(super) fn has_room(o: &Opaque, v: Value) -> bool {
    let mut names = o.uses.iter().filter(|(_, used)| *used == v);
    let (Some((name, _)), None) = (names.next(), names.next()) else { return false };
    let mut occurrences = Occurrences { name, count: 0 };
    syn::visit::Visit::visit_expr(&mut occurrences, &o.expr);
    occurrences.count == 1
        && !o.writes
        && names::bound_names(&o.expr).is_empty()
        && !in_macros(&o.expr).contains(&name.to_string())
}

struct Occurrences<'a> {
    name: &'a Ident,
    count: usize,
}

impl<'ast> syn::visit::Visit<'ast> for Occurrences<'_> {
    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        self.count += usize::from(path.path.is_ident(self.name));
    }

    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {
        self.count += 2;
    }

    fn visit_expr_loop(&mut self, _: &'ast syn::ExprLoop) {
        self.count += 2;
    }

    fn visit_expr_while(&mut self, _: &'ast syn::ExprWhile) {
        self.count += 2;
    }

    fn visit_expr_for_loop(&mut self, _: &'ast syn::ExprForLoop) {
        self.count += 2;
    }
}

fn is_untyped(expr: &syn::Expr) -> bool {
    match bare(expr) {
        syn::Expr::Lit(lit) => match &lit.lit {
            syn::Lit::Float(x) => x.suffix().is_empty(),
            syn::Lit::Int(x) => x.suffix().is_empty(),
            _ => false,
        },
        syn::Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Neg(_)) && is_untyped(&unary.expr),
        _ => false,
    }
}

/// Identifiers that stand inside of macro invocations, where nothing can be replaced.
fn in_macros(expr: &syn::Expr) -> HashSet<String> {
    struct Macros(HashSet<String>);
    impl<'ast> syn::visit::Visit<'ast> for Macros {
        fn visit_macro(&mut self, mac: &'ast syn::Macro) {
            names::mention(mac.tokens.clone(), &mut self.0);
        }
    }
    let mut macros = Macros(HashSet::new());
    syn::visit::Visit::visit_expr(&mut macros, expr);
    macros.0
}

/// Replaces free names; none of them is bound inside.
#[derive(Default)]
struct Substitution {
    names: Vec<(String, TokenStream)>,
}

impl Substitution {
    fn get(&self, ident: &Ident) -> Option<&TokenStream> {
        self.names.iter().find(|(name, _)| ident == name).map(|(_, to)| to)
    }
}

impl VisitMut for Substitution {
    fn visit_expr_mut(&mut self, expr: &mut syn::Expr) {
        if let syn::Expr::Path(path) = expr
            && path.qself.is_none()
            && let Some(ident) = path.path.get_ident()
            && let Some(to) = self.get(ident)
        {
            // Parsed, so that parentheses are printed where they are needed.
            *expr = syn::parse2(at(to, ident)).unwrap_or_else(|_| syn::Expr::Verbatim(quote!((#to))));
            return;
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        let before = field.expr.to_token_stream().to_string();
        visit_mut::visit_field_value_mut(self, field);
        if field.colon_token.is_none() && field.expr.to_token_stream().to_string() != before {
            field.colon_token = Some(Default::default());
        }
    }
}

/// A replacement at the position of what it replaces.
fn at(to: &TokenStream, ident: &Ident) -> TokenStream {
    let mut trees: Vec<TokenTree> = to.clone().into_iter().collect();
    if let [TokenTree::Ident(name)] = trees.as_mut_slice() {
        name.set_span(name.span().located_at(ident.span()));
    }
    trees.into_iter().collect()
}

struct PatternNames<'a>(&'a Substitution);

impl VisitMut for PatternNames<'_> {
    fn visit_pat_ident_mut(&mut self, pat: &mut syn::PatIdent) {
        if let Some(to) = self.0.get(&pat.ident)
            && let Ok(name) = syn::parse2(at(to, &pat.ident))
        {
            pat.ident = name;
        }
        visit_mut::visit_pat_ident_mut(self, pat);
    }

    fn visit_field_pat_mut(&mut self, field: &mut syn::FieldPat) {
        let before = field.pat.to_token_stream().to_string();
        visit_mut::visit_field_pat_mut(self, field);
        if field.colon_token.is_none() && field.pat.to_token_stream().to_string() != before {
            field.colon_token = Some(Default::default());
        }
    }
}
