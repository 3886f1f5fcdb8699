//! Which local names occur free in the user's syntax.

use super::Lower;
use super::term::Term;
use crate::ir::{Alloc, Class, Kind, Op, Proj, Value};
use proc_macro2::{Ident, TokenStream, TokenTree};
use std::collections::HashSet;
use syn::visit::{self, Visit};
use syn::{Expr, Pat};

/// See [`of_expr`].
#[derive(Debug, Default)]
pub(super) struct Free {
    /// Names of possible variables that the syntax does not bind itself, each once.
    pub(super) names: Vec<Ident>,
    /// Those among them that are assigned to.
    pub(super) assigned: Vec<Ident>,
    /// Control may leave it by `return`, `break`, `continue` or `?`.
    pub(super) exits: bool,
    /// Only reads variables and memory: paths, literals, operators, indices, fields, lengths.
    pub(super) plain: bool,
    /// See [`changes`](super::changes): assigned to, borrowed by `&mut`, receivers of methods that may change them.
    pub(super) changed: Vec<Ident>,
    /// Handed on as they are.
    pub(super) handed: Vec<Ident>,
    /// Mentioned by macros of which nothing is known.
    pub(super) suspected: Vec<Ident>,
    /// Addresses of the paths whose variables are only looked at.
    pub(super) read: HashSet<usize>,
    pub(super) bound: Vec<String>,
}

/// The free names of an expression.
pub(super) fn of_expr(e: &Expr) -> Free {
    let mut free = Free::new();
    free.visit_expr(e);
    free
}

/// The free names in a macro's arguments, names inside format strings included.
pub(super) fn of_macro(mac: &syn::Macro) -> Free {
    let mut free = Free::new();
    free.visit_macro(mac);
    free
}

/// The names in the definition of a macro, but for its own.
pub(super) fn of_tokens(tokens: &TokenStream) -> Vec<Ident> {
    let mut free = Free::new();
    free.tokens(tokens);
    free.names
}

/// The names that a pattern binds.
pub(super) fn bound_by(pat: &Pat) -> Vec<Ident> {
    bound_names(pat).into_iter().map(|name| name.ident).collect()
}

/// The same as they are written.
pub(super) fn bound_names(pat: &Pat) -> Vec<syn::PatIdent> {
    struct Bound(Vec<syn::PatIdent>);
    impl<'a> Visit<'a> for Bound {
        fn visit_pat_ident(&mut self, pat: &'a syn::PatIdent) {
            if !is_constant_name(&pat.ident) {
                self.0.push(pat.clone());
            }
            visit::visit_pat_ident(self, pat);
        }
    }
    let mut bound = Bound(Vec::new());
    bound.visit_pat(pat);
    bound.0
}

/// Names of variables that are borrowed by `&mut name` or `ref mut` anywhere in a body.
pub(super) fn mut_borrowed(block: &syn::Block) -> HashSet<String> {
    struct Borrowed(HashSet<String>);
    impl<'a> Visit<'a> for Borrowed {
        fn visit_expr_reference(&mut self, e: &'a syn::ExprReference) {
            let mut to = &*e.expr;
            while let Expr::Field(syn::ExprField { base, .. }) | Expr::Paren(syn::ExprParen { expr: base, .. }) = to {
                to = base;
            }
            if let (Expr::Path(path), true) = (to, e.mutability.is_some()) {
                self.0.extend(path.path.get_ident().map(Ident::to_string));
            }
            visit::visit_expr_reference(self, e);
        }

        // `let (ref mut a, ref mut b) = name;`
        fn visit_local(&mut self, local: &'a syn::Local) {
            let by_ref = |name: &syn::PatIdent| name.by_ref.is_some() && name.mutability.is_some();
            if let Some(Expr::Path(path)) = local.init.as_ref().map(|init| &*init.expr)
                && bound_names(&local.pat).iter().any(by_ref)
            {
                self.0.extend(path.path.get_ident().map(Ident::to_string));
            }
            visit::visit_local(self, local);
        }
    }
    let mut borrowed = Borrowed(HashSet::new());
    borrowed.visit_block(block);
    borrowed.0
}

/// Names of what is used as only lists are.
#[derive(Default)]
pub(super) struct Lists {
    /// Variables that are pushed to and, somewhere else, used as only memory is, or returned as a `Vec`: those of unknown type are `Vec`s.
    pub(super) grown: HashSet<String>,
    /// Variables that are indexed: those of unknown type are filled and thinned out as lists are.
    pub(super) indexed: HashSet<String>,
    /// Names of fields that are indexed.
    pub(super) fields: HashSet<String>,
}

/// See [`Lists`].
pub(super) fn lists(item: &syn::ItemFn) -> Lists {
    #[derive(Default)]
    struct Grown {
        pushed: HashSet<String>,
        read: HashSet<String>,
        indexed: HashSet<String>,
        fields: HashSet<String>,
    }
    impl<'a> Visit<'a> for Grown {
        fn visit_expr_method_call(&mut self, e: &'a syn::ExprMethodCall) {
            if let Expr::Path(path) = &*e.receiver {
                let name = path.path.get_ident().map(Ident::to_string);
                match e.method.to_string().as_str() {
                    "push" | "extend" | "extend_from_slice" | "resize" => self.pushed.extend(name),
                    "len" | "iter" | "iter_mut" | "is_empty" | "first" | "last" => self.read.extend(name),
                    _ => {}
                }
            }
            visit::visit_expr_method_call(self, e);
        }

        fn visit_expr_index(&mut self, e: &'a syn::ExprIndex) {
            if let Expr::Path(path) = &*e.expr {
                let name = path.path.get_ident().map(Ident::to_string);
                // A matrix of the user's is indexed by pairs.
                self.indexed.extend(name.clone().filter(|_| !matches!(&*e.index, Expr::Tuple(_))));
                self.read.extend(name);
            }
            if let (Expr::Field(field), false) = (&*e.expr, matches!(&*e.index, Expr::Tuple(_))) {
                self.fields.insert(quote::ToTokens::to_token_stream(&field.member).to_string());
            }
            visit::visit_expr_index(self, e);
        }
    }
    let mut grown = Grown::default();
    grown.visit_block(&item.block);
    if let (syn::ReturnType::Type(_, ty), Some(syn::Stmt::Expr(Expr::Path(path), None))) =
        (&item.sig.output, item.block.stmts.last())
        && matches!(super::kind::of_type(ty), Kind::Vec(_))
    {
        grown.read.extend(path.path.get_ident().map(Ident::to_string));
    }
    grown.pushed.retain(|name| grown.read.contains(name));
    Lists { grown: grown.pushed, indexed: grown.indexed, fields: grown.fields }
}

/// The names in a format string.
pub(super) fn format_names(literal: &proc_macro2::Literal) -> Vec<String> {
    let text = literal.to_string().replace("{{", "");
    let name = |piece: &str| piece.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let names = text.split('{').skip(1).map(name);
    names.filter(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_')).collect()
}

/// A constant, a variant or a unit struct rather than a new variable.
pub(super) fn is_constant_name(ident: &Ident) -> bool {
    ident.to_string().starts_with(char::is_uppercase)
}

impl Free {
    pub(super) fn new() -> Self {
        Free { plain: true, ..Free::default() }
    }

    pub(super) fn is_bound(&self, ident: &Ident) -> bool {
        self.bound.contains(&ident.to_string())
    }

    fn mention(&mut self, ident: &Ident) {
        if !self.is_bound(ident) && !self.names.contains(ident) {
            self.names.push(ident.clone());
        }
    }

    /// Runs `f` with the names of `pats` bound.
    fn within<'a>(&mut self, pats: impl Iterator<Item = &'a Pat>, f: impl FnOnce(&mut Self)) {
        let depth = self.bound.len();
        for pat in pats {
            self.bound.extend(bound_by(pat).iter().map(Ident::to_string));
        }
        f(self);
        self.bound.truncate(depth);
    }

    fn tokens(&mut self, tokens: &TokenStream) {
        // Behind `.` stands a member, behind `$` a name of a macro's own.
        let mut elsewhere = false;
        for token in tokens.clone() {
            match &token {
                TokenTree::Ident(ident) if !elsewhere => self.mention(ident),
                TokenTree::Group(group) => self.tokens(&group.stream()),
                TokenTree::Literal(literal) => self.format_string(literal),
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
            elsewhere = matches!(&token, TokenTree::Punct(punct) if matches!(punct.as_char(), '.' | '$'));
        }
    }

    /// `"{x} {y:.3}"` mentions `x` and `y`.
    fn format_string(&mut self, literal: &proc_macro2::Literal) {
        for name in format_names(literal) {
            self.mention(&Ident::new(&name, literal.span()));
        }
    }

    fn assign(&mut self, target: &Expr) {
        match target {
            Expr::Path(path) => {
                if let Some(ident) = path.path.get_ident().filter(|ident| !self.is_bound(ident)) {
                    self.assigned.push(ident.clone());
                }
            }
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|elem| self.assign(elem)),
            Expr::Field(field) => self.assign(&field.base),
            Expr::Paren(paren) => self.assign(&paren.expr),
            _ => {}
        }
    }
}

impl<'a> Visit<'a> for Free {
    fn visit_expr(&mut self, e: &'a Expr) {
        self.note_changes(e);
        self.plain &= match e {
            Expr::Path(_) | Expr::Lit(_) | Expr::Paren(_) | Expr::Index(_) | Expr::Field(_) | Expr::Cast(_) | Expr::Unary(_) => {
                true
            }
            Expr::Binary(_) | Expr::Range(_) => true,
            Expr::MethodCall(call) => {
                let name = call.method.to_string();
                name == "len"
                    || name == "is_empty"
                    || crate::rules::by_method(&name, call.args.len() + 1).is_some()
                    || super::method::inspects(&name)
            }
            _ => false,
        };
        match e {
            Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) | Expr::Try(_) | Expr::Await(_) | Expr::Yield(_) => {
                self.exits = true
            }
            Expr::Assign(assign) => self.assign(&assign.left),
            Expr::Binary(binary) if super::operator::assigning(&binary.op).is_some() => {
                self.plain = false;
                self.assign(&binary.left);
            }
            _ => {}
        }
        visit::visit_expr(self, e);
    }

    fn visit_expr_path(&mut self, e: &'a syn::ExprPath) {
        if let (Some(ident), None) = (e.path.get_ident(), &e.qself) {
            self.mention(ident);
        }
    }

    fn visit_expr_closure(&mut self, e: &'a syn::ExprClosure) {
        let exits = self.exits;
        self.within(e.inputs.iter(), |this| this.visit_expr(&e.body));
        self.exits = exits;
    }

    fn visit_expr_for_loop(&mut self, e: &'a syn::ExprForLoop) {
        self.visit_expr(&e.expr);
        let exits = self.exits;
        self.within(std::iter::once(&*e.pat), |this| this.visit_block(&e.body));
        self.exits = exits || super::flow::may_leave(&Expr::ForLoop(e.clone()));
    }

    fn visit_arm(&mut self, arm: &'a syn::Arm) {
        self.within(std::iter::once(&arm.pat), |this| {
            this.visit_pat(&arm.pat);
            if let Some((_, guard)) = &arm.guard {
                this.visit_expr(guard);
            }
            this.visit_expr(&arm.body);
        });
    }

    fn visit_expr_if(&mut self, e: &'a syn::ExprIf) {
        let depth = self.bound.len();
        self.visit_expr(&e.cond);
        self.visit_block(&e.then_branch);
        self.bound.truncate(depth);
        if let Some((_, otherwise)) = &e.else_branch {
            self.visit_expr(otherwise);
        }
    }

    fn visit_expr_let(&mut self, e: &'a syn::ExprLet) {
        self.visit_expr(&e.expr);
        self.visit_pat(&e.pat);
        self.bound.extend(bound_by(&e.pat).iter().map(Ident::to_string));
    }

    fn visit_block(&mut self, block: &'a syn::Block) {
        let depth = self.bound.len();
        visit::visit_block(self, block);
        self.bound.truncate(depth);
    }

    fn visit_local(&mut self, local: &'a syn::Local) {
        if let Some(init) = &local.init {
            self.visit_expr(&init.expr);
            if let Some((_, diverge)) = &init.diverge {
                self.visit_expr(diverge);
            }
        }
        self.visit_pat(&local.pat);
        self.bound.extend(bound_by(&local.pat).iter().map(Ident::to_string));
    }

    fn visit_macro(&mut self, mac: &'a syn::Macro) {
        self.plain = false;
        self.tokens(&mac.tokens);
        self.note_macro(mac);
    }

    fn visit_item(&mut self, _: &'a syn::Item) {}
}

impl Lower<'_> {
    /// The values that local names stand for, where they are names of local variables. `None` if one of them is a closure, a function or unset.
    pub(super) fn uses(&mut self, names: &[Ident]) -> Option<Vec<(Ident, Value)>> {
        self.named_values(names, true)
    }

    /// The same, for syntax that only reads: shared views do.
    pub(super) fn reads(&mut self, names: &[Ident]) -> Option<Vec<(Ident, Value)>> {
        self.named_values(names, false)
    }

    fn named_values(&mut self, names: &[Ident], writable: bool) -> Option<Vec<(Ident, Value)>> {
        let mut uses = Vec::new();
        for name in names {
            let Some(id) = self.env.lookup(&name.to_string()) else { continue };
            let term = self.env.read(id).filter(|term| self.function_of(term).is_none())?;
            uses.push((name.clone(), self.named_value(term, &name.to_string(), writable)?));
        }
        Some(uses)
    }

    /// A value that can stand for a variable in the user's own syntax, where it may be borrowed, indexed or read.
    fn named_value(&mut self, term: Term, name: &str, writable: bool) -> Option<Value> {
        Some(match term {
            Term::Closure(_) | Term::Iterator(_) => return None,
            Term::Value(value) => value,
            Term::Place(place) if place.proj.is_empty() => place.base,
            Term::Place(place) => {
                let in_place = !matches!(self.place_kind(&place), Kind::Ref(..));
                let view = self.view(false, Term::Place(place), name);
                self.data_mut(view).in_place = in_place;
                view
            }
            Term::Ref(mutable, to) => match *to {
                // The variable itself.
                Term::Place(place) if place.proj == [Proj::Deref] && self.data(place.base).class == (Class::View { mutable }) => {
                    place.base
                }
                Term::Place(place) => self.view(mutable && writable, Term::Place(place), name),
                to => self.view(false, to, name),
            },
            Term::Tuple(parts) => {
                let elems = parts.into_iter().map(|part| self.named_value(part, name, writable)).collect::<Option<Vec<_>>>()?;
                let kind = Kind::Tuple(elems.iter().map(|elem| self.data(*elem).kind.clone()).collect());
                let varied = elems.iter().any(|elem| self.is_varied(*elem));
                let alloc = Alloc::List { elems, form: crate::ir::ListForm::Tuple };
                self.let_(name, Class::Owner, kind, Op::Alloc(alloc), proc_macro2::Span::mixed_site(), varied)
            }
            term @ (Term::Unit | Term::Inactive(_)) => {
                let inactive = self.inactive(term);
                self.evaluate(inactive, name)
            }
        })
    }
}
