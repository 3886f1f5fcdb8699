//! Structs of which only the fields are used, taken apart: each field is a variable.
//!
//! `let mut work = Work { left: vec![0.0; n], right: vec![0.0; n] };`, where only `work.left` and `work.right` are mentioned, becomes
//! `let mut work_left = vec![0.0; n]; let mut work_right = vec![0.0; n];`. The types of fields cannot be seen, those of such variables
//! can; and what is written to one field has nothing to do with what another one holds. A literal, or what is collected, has the type
//! that the struct says: rustc is asked to confirm that the variables have it, too.

use super::env::Binding;
use super::flow::may_leave;
use super::from_fn::from_fn;
use super::term::{Inactive, Term};
use super::{Flow, Lower, kind};
use crate::ir::{Alloc, Class, Kind, Op, Opaque, Stmt, Value};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use std::collections::{HashMap, HashSet};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprStruct, Member, Pat, Stmt as Written};

/// What is found out about the names of a function.
#[derive(Debug, Default)]
pub(super) struct Apart {
    /// Structs that may be taken apart, by the variable's name: what the variables of their fields are called.
    structs: HashMap<String, HashMap<Member, String>>,
    /// Fields that are assigned as wholes.
    assigned: HashSet<(String, Member)>,
}

impl Apart {
    pub(super) fn new(item: &syn::ItemFn) -> Apart {
        let mut found = Found::default();
        item.sig.inputs.iter().for_each(|input| found.visit_fn_arg(input));
        found.visit_block(&item.block);
        let Found { bound, literals, fields, whole, assigned } = found;
        let is_apart = |(name, members): &(String, Vec<Member>)| {
            let are_its_own = || fields.get(name).is_some_and(|used| used.iter().all(|field| members.contains(field)));
            bound.get(name) == Some(&1) && !whole.contains(name) && are_its_own()
        };
        let mut taken = HashSet::new();
        words(item.to_token_stream(), &mut taken);
        let structs = literals.into_iter().filter(is_apart).map(|(name, members)| {
            let names = members.into_iter().map(|member| {
                let variable = fresh(&name, &member, &mut taken);
                (member, variable)
            });
            (name.clone(), names.collect())
        });
        Apart { structs: structs.collect(), assigned }
    }
}

/// A name for a field's variable that nothing else has.
fn fresh(name: &str, member: &Member, taken: &mut HashSet<String>) -> String {
    let mut fresh = format!("{}_{}", name.trim_start_matches("r#"), member_name(member));
    while !taken.insert(fresh.clone()) {
        fresh.push('_');
    }
    fresh
}

fn member_name(member: &Member) -> String {
    match member {
        Member::Named(name) => super::pattern::name_of(name),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

/// A statement `let name = S { … };`, without `..rest`.
fn literal(stmt: &syn::Local) -> Option<(&syn::PatIdent, &ExprStruct)> {
    let Pat::Ident(name) = super::stmt::pattern_without_type(&stmt.pat) else { return None };
    let init = stmt.init.as_ref().filter(|init| init.diverge.is_none())?;
    let Expr::Struct(literal) = &*init.expr else { return None };
    let is_plain = literal.rest.is_none() && literal.qself.is_none() && name.by_ref.is_none() && name.subpat.is_none();
    is_plain.then_some((name, literal))
}

/// How names are used.
#[derive(Default)]
struct Found {
    /// How many patterns bind a name.
    bound: HashMap<String, usize>,
    /// Variables that are struct literals at first, with the fields of these.
    literals: Vec<(String, Vec<Member>)>,
    /// `name.field`.
    fields: HashMap<String, HashSet<Member>>,
    /// `name` otherwise.
    whole: HashSet<String>,
    /// `name.field = …`.
    assigned: HashSet<(String, Member)>,
}

/// `name.field`.
fn field_of(e: &Expr) -> Option<(&Ident, &Member)> {
    let Expr::Field(syn::ExprField { base, member, .. }) = e else { return None };
    match &**base {
        Expr::Path(path) if path.qself.is_none() => Some((path.path.get_ident()?, member)),
        _ => None,
    }
}

impl Found {
    fn target(&mut self, target: &Expr) {
        match target {
            Expr::Paren(e) => self.target(&e.expr),
            Expr::Tuple(e) => e.elems.iter().for_each(|e| self.target(e)),
            Expr::Array(e) => e.elems.iter().for_each(|e| self.target(e)),
            e => self.assigned.extend(field_of(e).map(|(name, member)| (name.to_string(), member.clone()))),
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(name) if !is_member(&tokens, at) => match field_at(&tokens, at) {
                    Some(member) => drop(self.fields.entry(name.to_string()).or_default().insert(member)),
                    None => drop(self.whole.insert(name.to_string())),
                },
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(text) => self.whole.extend(super::free::format_names(text)),
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }
}

impl<'a> Visit<'a> for Found {
    fn visit_expr(&mut self, e: &'a Expr) {
        match (e, field_of(e)) {
            (_, Some((name, member))) => {
                self.fields.entry(name.to_string()).or_default().insert(member.clone());
            }
            (Expr::Path(path), None) => self.whole.extend(path.path.get_ident().map(Ident::to_string)),
            _ => {
                if let Expr::Assign(assign) = e {
                    self.target(&assign.left);
                }
                visit::visit_expr(self, e);
            }
        }
    }

    fn visit_pat_ident(&mut self, pat: &'a syn::PatIdent) {
        *self.bound.entry(pat.ident.to_string()).or_default() += 1;
        visit::visit_pat_ident(self, pat);
    }

    fn visit_local(&mut self, local: &'a syn::Local) {
        if let Some((name, literal)) = literal(local) {
            let members = literal.fields.iter().map(|field| field.member.clone()).collect();
            self.literals.push((name.ident.to_string(), members));
        }
        visit::visit_local(self, local);
    }

    fn visit_macro(&mut self, mac: &'a syn::Macro) {
        self.tokens(mac.tokens.clone());
    }

    fn visit_item(&mut self, item: &'a syn::Item) {
        // A macro's definition may mention variables.
        words(item.to_token_stream(), &mut self.whole);
    }
}

fn words(tokens: TokenStream, all: &mut HashSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => drop(all.insert(name.to_string())),
            TokenTree::Group(group) => words(group.stream(), all),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Behind `.` stands a member; behind `$` or `:` a name of another sort.
fn is_member(tokens: &[TokenTree], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    let is_dot = matches!(before, Some(TokenTree::Punct(punct)) if punct.as_char() == '.');
    // `..name` is none.
    is_dot && !matches!(at.checked_sub(2).map(|at| &tokens[at]), Some(TokenTree::Punct(punct)) if punct.as_char() == '.')
}

/// The field in `name.field` at a name, unless that is a method.
fn field_at(tokens: &[TokenTree], at: usize) -> Option<Member> {
    let (TokenTree::Punct(dot), TokenTree::Ident(field)) = (tokens.get(at + 1)?, tokens.get(at + 2)?) else { return None };
    let is_method = match tokens.get(at + 3) {
        Some(TokenTree::Group(group)) => group.delimiter() == proc_macro2::Delimiter::Parenthesis,
        Some(TokenTree::Punct(punct)) => punct.as_char() == ':',
        _ => false,
    };
    (dot.as_char() == '.' && !is_method).then(|| Member::Named(field.clone()))
}

/// Mentions of a struct's fields become mentions of variables.
struct Renaming<'a> {
    name: &'a Ident,
    fields: &'a HashMap<Member, Ident>,
}

impl Renaming<'_> {
    fn tokens(&self, tokens: TokenStream) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let (mut renamed, mut at) = (TokenStream::new(), 0);
        while let Some(token) = tokens.get(at) {
            let is_struct = matches!(token, TokenTree::Ident(name) if name == self.name && !is_member(&tokens, at));
            let field = is_struct.then(|| field_at(&tokens, at)).flatten().and_then(|member| self.fields.get(&member));
            at += if field.is_some() { 3 } else { 1 };
            renamed.extend([match (field, token) {
                (Some(field), token) => TokenTree::Ident(Ident::new(&field.to_string(), token.span())),
                (None, TokenTree::Group(group)) => {
                    let mut renamed = proc_macro2::Group::new(group.delimiter(), self.tokens(group.stream()));
                    renamed.set_span(group.span());
                    TokenTree::Group(renamed)
                }
                (None, token) => token.clone(),
            }]);
        }
        renamed
    }
}

impl VisitMut for Renaming<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        let field = field_of(e).filter(|(name, _)| *name == self.name).and_then(|(_, member)| self.fields.get(member));
        match field {
            Some(field) => {
                let field = Ident::new(&field.to_string(), e.span());
                *e = syn::parse_quote!(#field);
            }
            None => visit_mut::visit_expr_mut(self, e),
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        mac.tokens = self.tokens(mac.tokens.clone());
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Lower<'_> {
    /// `let name = S { … };` as one variable for each field, if that is all that it is used for; what comes then.
    pub(super) fn taken_apart(&mut self, stmt: &Written, rest: &[Written]) -> Option<Vec<Written>> {
        let Written::Local(local) = stmt else { return None };
        let (pat, e) = literal(local)?;
        let names = self.apart.structs.get(&pat.ident.to_string())?.clone();
        if e.fields.iter().any(|field| may_leave(&field.expr) || from_fn(&field.expr).is_some()) {
            return None;
        }
        let fields = self.fields(e);
        if self.flow != Flow::Live {
            return Some(Vec::new());
        }
        if !fields.iter().all(|(member, term)| self.stands_alone(&pat.ident, member, term)) {
            let term = self.struct_of(e, fields);
            self.bind(&local.pat, term, None);
            return Some(rest.to_vec());
        }
        let ty = match &local.pat {
            Pat::Type(typed) => Some(&*typed.ty),
            _ => None,
        };
        let names: HashMap<Member, Ident> =
            names.iter().map(|(member, name)| (member.clone(), Ident::new(name, pat.ident.span()))).collect();
        let mut rest = syn::Block { brace_token: Default::default(), stmts: rest.to_vec() };
        Renaming { name: &pat.ident, fields: &names }.visit_block_mut(&mut rest);
        // What is found out about variables by name.
        self.mut_borrowed.extend(super::free::mut_borrowed(&rest));
        self.changed_in_place.extend(super::in_place::changed(&rest));
        for (member, term) in &fields {
            let ident = names[member].clone();
            self.declare_name(&syn::PatIdent { ident, ..pat.clone() }, term.clone());
        }
        let members: Vec<&Member> = fields.iter().map(|(member, _)| member).collect();
        self.confirm_types(e, ty, &members, &names);
        Some(rest.stmts)
    }

    /// A field's initialiser may as well be that of a variable: it has the same type there.
    fn stands_alone(&self, name: &Ident, member: &Member, term: &Term) -> bool {
        let is_memory = |kind: &Kind| matches!(kind, Kind::Array(_) | Kind::Vec(_));
        let kind = self.kind(term);
        // A scalar that is assigned is another value, of a type of its own.
        if !is_memory(&kind) && self.apart.assigned.contains(&(name.to_string(), member.clone())) {
            return false;
        }
        match term {
            // What a call returns, or what is listed, may become something else on its way into the field: `Box<dyn Fn()>`, for instance.
            Term::Value(value) => {
                let data = self.data(*value);
                !matches!(data.class, Class::View { .. }) && !data.may_refer && !self.lists_unseen(*value)
            }
            Term::Place(_) => !matches!(kind, Kind::Ref(..)),
            Term::Inactive(inactive) => kind.is_scalar() || kind::element(&kind).is_scalar() || is_part(inactive),
            Term::Unit | Term::Ref(..) | Term::Tuple(_) | Term::Closure(_) | Term::Iterator(_) => false,
        }
    }

    /// A list of what is of a type that cannot be seen.
    fn lists_unseen(&self, value: Value) -> bool {
        let is_list = |stmt: &Stmt| matches!(stmt, Stmt::Let { value: v, op: Op::Alloc(Alloc::List { .. }) } if *v == value);
        !kind::element(&self.data(value).kind).is_scalar() && self.stmts.iter().rev().any(is_list)
    }

    /// The variables have the types of the fields.
    fn confirm_types(&mut self, e: &ExprStruct, ty: Option<&syn::Type>, members: &[&Member], names: &HashMap<Member, Ident>) {
        let (path, span, krate) = (&e.path, Span::mixed_site().located_at(e.span()), self.krate.clone());
        let ty = ty.map(|ty| quote!(: #ty));
        let mut uses = Vec::new();
        let (mut fields, mut same) = (TokenStream::new(), TokenStream::new());
        for (i, member) in members.iter().enumerate() {
            let name = &names[*member];
            let variable = self.env.lookup(&name.to_string()).map(|id| &self.env.vars[id.0].binding);
            let value = match variable {
                Some(Binding::Term(Term::Value(value))) => *value,
                Some(Binding::Term(Term::Place(place))) => place.base,
                _ => unreachable!("a field that stands alone is a value or memory"),
            };
            let field = format_ident!("field{i}", span = span);
            fields.extend(quote_spanned!(span=> #member: ref #field,));
            same.extend(quote_spanned!(span=> #krate::rt::same_type(#field, &#name);));
            uses.push((name.clone(), value));
        }
        let expr = syn::parse_quote_spanned! {span=> if false {
            let #path { #fields } #ty = #krate::rt::never();
            #same
        }};
        self.stmts.push(Stmt::Observe(Opaque { expr, uses, pure_: true, writes: false }));
    }
}

/// A part of something, or a variable.
fn is_part(inactive: &Inactive) -> bool {
    fn is_place(e: &Expr) -> bool {
        match e {
            Expr::Path(path) => path.path.get_ident().is_some(),
            Expr::Field(field) => is_place(&field.base),
            _ => false,
        }
    }
    !inactive.opaque.uses.is_empty() && is_place(&inactive.opaque.expr)
}
