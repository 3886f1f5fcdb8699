//! Methods of `Option` and `Result` on what carries derivatives: each is a `match`.

use super::optional::Held;
use super::term::{Inactive, Term};
use super::{Lower, kind, question};
use crate::ir::{Kind, Opaque, Payload, Proj, Stmt};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprMethodCall, Member, Pat};

/// Methods that `Option` or `Result` has, and nothing else that is differentiated.
const METHODS: [&str; 28] = [
    "ok_or",
    "ok_or_else",
    "ok",
    "map",
    "map_err",
    "and_then",
    "or",
    "or_else",
    "zip",
    "filter",
    "is_some_and",
    "is_ok_and",
    "is_none_or",
    "unwrap",
    "expect",
    "unwrap_or",
    "unwrap_or_else",
    "unwrap_or_default",
    "map_or",
    "map_or_else",
    "is_some",
    "is_none",
    "is_ok",
    "is_err",
    "as_ref",
    "as_mut",
    "copied",
    "cloned",
];

impl<'e> Lower<'e> {
    /// `None` if the receiver is something else.
    pub(super) fn wrapper_method(&mut self, e: &ExprMethodCall, expected: Option<&Kind>) -> Option<Term> {
        let name = e.method.to_string();
        if name == "map_or"
            && let (Expr::Path(of), [default, f]) = (&*e.receiver, e.args.iter().collect::<Vec<_>>().as_slice())
            && self.variable_of(of).is_some_and(|of| !self.varies(&of))
            && (self.mentions_varied(default) || self.mentions_varied(f))
        {
            // A constant is asked for what it holds.
            let desugared = syn::parse_quote_spanned!(e.span()=> match #of { Some(__value) => (#f)(__value), _ => #default });
            return Some(self.expr(&desugared, expected));
        }
        if !METHODS.contains(&name.as_str()) || !self.is_unknown(&e.receiver) {
            return None;
        }
        let (of, span) = (&e.receiver, e.span());
        let args: Vec<&Expr> = e.args.iter().collect();
        // A type of the user's may have such methods, too.
        let shown = args.first().and_then(|arg| question::wrapper_of(arg)).map(|ty| is_named_option(&ty));
        let shown = shown.or_else(|| self.shown_option(of));
        if matches!(name.as_str(), "or" | "zip" | "filter") && shown.is_none() {
            return None;
        }
        let desugared: Expr = match (name.as_str(), args.as_slice()) {
            ("ok_or", [error]) => {
                syn::parse_quote_spanned!(span=> match #of { Some(__value) => Ok(__value), None => Err(#error) })
            }
            ("ok_or_else", [error]) => {
                syn::parse_quote_spanned!(span=> match #of { Some(__value) => Ok(__value), None => Err((#error)()) })
            }
            ("ok", []) => syn::parse_quote_spanned!(span=> match #of { Ok(__value) => Some(__value), Err(_) => None }),
            ("map_err", [f]) => {
                syn::parse_quote_spanned!(span=> match #of { Ok(__value) => Ok(__value), Err(__error) => Err((#f)(__error)) })
            }
            ("map", [f]) if self.is_option(of) => {
                syn::parse_quote_spanned!(span=> match #of { Some(__value) => Some((#f)(__value)), None => None })
            }
            ("map", [f]) => {
                syn::parse_quote_spanned!(span=> match #of { Ok(__value) => Ok((#f)(__value)), Err(__error) => Err(__error) })
            }
            ("and_then", [f]) if self.is_option(of) => {
                syn::parse_quote_spanned!(span=> match #of { Some(__value) => (#f)(__value), None => None })
            }
            ("and_then", [f]) => {
                syn::parse_quote_spanned!(span=> match #of { Ok(__value) => (#f)(__value), Err(__error) => Err(__error) })
            }
            ("or_else", [f]) if takes_error(f) => {
                syn::parse_quote_spanned!(span=> match #of { Ok(__value) => Ok(__value), Err(__error) => (#f)(__error) })
            }
            ("or_else", [f]) if self.is_option(of) => {
                syn::parse_quote_spanned!(span=> match #of { Some(__value) => Some(__value), None => (#f)() })
            }
            ("or", [other]) => {
                let (pass, fail, some): (Pat, Pat, Expr) = match shown {
                    Some(false) => (syn::parse_quote!(Ok(__value)), syn::parse_quote!(Err(_)), syn::parse_quote!(Ok)),
                    _ => (syn::parse_quote!(Some(__value)), syn::parse_quote!(None), syn::parse_quote!(Some)),
                };
                syn::parse_quote_spanned! {span=>
                    match (#of, #other) { (__held, __other) => match __held { #pass => #some(__value), #fail => __other } }
                }
            }
            ("zip", [other]) => syn::parse_quote_spanned! {span=>
                match (#of, #other) {
                    (__held, __other) => match __held {
                        Some(__value) => match __other { Some(__beside) => Some((__value, __beside)), None => None },
                        None => None,
                    },
                }
            },
            ("filter", [f @ Expr::Closure(_)]) => {
                syn::parse_quote_spanned! {span=>
                    match #of { Some(__value) => if (#f)(&__value) { Some(__value) } else { None }, None => None }
                }
            }
            ("is_some_and", [f]) => syn::parse_quote_spanned!(span=> match #of { Some(__value) => (#f)(__value), None => false }),
            ("is_none_or", [f]) => syn::parse_quote_spanned!(span=> match #of { Some(__value) => (#f)(__value), None => true }),
            ("is_ok_and", [f]) => syn::parse_quote_spanned!(span=> match #of { Ok(__value) => (#f)(__value), Err(_) => false }),
            ("unwrap_or_else", [default]) if takes_error(default) => {
                syn::parse_quote_spanned!(span=> match #of { Ok(__value) => __value, Err(__error) => (#default)(__error) })
            }
            ("map_or_else", [default, f]) if takes_error(default) => {
                syn::parse_quote_spanned!(span=> match #of { Ok(__value) => (#f)(__value), Err(__error) => (#default)(__error) })
            }
            _ => return self.payload_method(e, &name, &args, expected),
        };
        Some(self.expr(&desugared, expected))
    }

    /// `condition.then_some(value)` and `condition.then(|| value)` of what may carry derivatives.
    pub(super) fn made_by_bool(&mut self, e: &ExprMethodCall, expected: Option<&Kind>) -> Option<Term> {
        let (condition, arg, span) = (&e.receiver, e.args.first().filter(|_| e.args.len() == 1)?, e.span());
        let desugared: Expr = match (e.method.to_string().as_str(), arg) {
            ("then_some", _) if self.mentions_varied(arg) => syn::parse_quote_spanned! {span=>
                match (#condition, #arg) { (__condition, __value) => if __condition { Some(__value) } else { None } }
            },
            ("then", Expr::Closure(closure)) if closure.inputs.is_empty() && self.mentions_varied(arg) => {
                syn::parse_quote_spanned!(span=> if #condition { Some((#arg)()) } else { None })
            }
            _ => return None,
        };
        Some(self.expr(&desugared, expected))
    }

    /// What it is wrapped in need not be known.
    fn payload_method(&mut self, e: &ExprMethodCall, name: &str, args: &[&Expr], expected: Option<&Kind>) -> Option<Term> {
        let whole = self.expr(&e.receiver, None);
        let whole = match whole {
            Term::Value(value) if self.data(value).class != crate::ir::Class::Plain => Term::whole(value),
            whole => whole,
        };
        let payload = |this: &mut Self| this.wrapped(whole.clone(), e);
        Some(match (name, args) {
            ("as_ref", []) => Term::Ref(false, Box::new(whole)),
            ("as_mut", []) => Term::Ref(true, Box::new(whole)),
            // References to what is `Copy` or cloned are read as what they refer to.
            ("copied" | "cloned", []) => self.dereferenced(whole),
            ("is_some" | "is_none" | "is_ok" | "is_err", []) => {
                let method = &e.method;
                self.asked(whole, |of| syn::parse_quote!(#of.#method()))
            }
            ("unwrap" | "expect", _) => {
                let (method, arguments) = (&e.method, &e.args);
                let check = self.asked(whole.clone(), |of| syn::parse_quote!(#of.as_ref().#method(#arguments)));
                if let Term::Inactive(inactive) = check {
                    self.stmts.push(Stmt::Observe(Opaque { pure_: false, ..inactive.opaque }));
                }
                payload(self)
            }
            ("unwrap_or_default", []) => {
                let has = self.asked(whole.clone(), |of| syn::parse_quote!(#of.__has_value()));
                self.either(has, expected, |this, holds| {
                    if holds {
                        return payload(this);
                    }
                    match this.asked(whole.clone(), |of| syn::parse_quote!(#of.__default_value())) {
                        Term::Inactive(default) => Term::Inactive(Inactive { kind: Kind::Passive, ..default }),
                        term => term,
                    }
                })
            }
            ("unwrap_or" | "unwrap_or_else" | "map_or" | "map_or_else", [default, ..]) => {
                let has = self.asked(whole.clone(), |of| syn::parse_quote!(#of.__has_value()));
                let default: Expr = match name.ends_with("else") {
                    true => syn::parse_quote!((#default)()),
                    false => (*default).clone(),
                };
                let f = args.get(1).copied();
                // What changes something is evaluated whether it is needed or not.
                let eager = !name.ends_with("else") && !self.touched(&default).is_empty();
                let evaluated = eager.then(|| self.operand(&default, expected));
                self.either(has, expected, |this, holds| match (holds, f) {
                    (false, _) => evaluated.clone().unwrap_or_else(|| this.expr(&default, expected)),
                    (true, None) => payload(this),
                    (true, Some(f)) => {
                        let value = payload(this);
                        this.apply(f, vec![value], expected)
                    }
                })
            }
            _ => return None,
        })
    }

    /// An `Option` or `Result` that has been evaluated, and what is done with what it holds.
    pub(super) fn held_in(&mut self, option: Term, e: &Expr, expected: Option<&Kind>, then: Held<'_, 'e>) -> Term {
        if !self.varies(&option) {
            let inactive = self.inactive(option);
            let value = self.evaluate(Inactive { kind: Kind::Unknown, ..inactive }, "t");
            let option = self.mention(value);
            let some = Term::Inactive(option.clone().map(|of| syn::parse_quote!(#of.is_some()), Kind::Bool));
            return self.either(some, expected, |this, some| {
                let item = option.clone().map(|of| syn::parse_quote!(#of.clone().unwrap()), Kind::Passive);
                then(this, some.then_some(Term::Inactive(item)))
            });
        }
        let whole = match option {
            Term::Value(value) if self.data(value).class != crate::ir::Class::Plain => Term::whole(value),
            option => option,
        };
        let some = self.asked(whole.clone(), |of| syn::parse_quote!(#of.__has_value()));
        self.either(some, expected, |this, some| {
            let item = some.then(|| this.wrapped(whole.clone(), e));
            then(this, item)
        })
    }

    /// The value in it, known to be there.
    fn wrapped(&mut self, whole: Term, e: &dyn quote::ToTokens) -> Term {
        let variant = syn::Ident::new("Some", proc_macro2::Span::mixed_site());
        let proj = Proj::Payload(Payload { variant, member: Member::Unnamed(0.into()) });
        let pat: Pat = syn::parse_quote_spanned!(e.span()=> value);
        self.part(whole, proj, &pat)
    }

    /// A question about memory, which decides and carries nothing.
    fn asked(&mut self, of: Term, f: impl FnOnce(Expr) -> Expr) -> Term {
        let place = match self.place_of(of) {
            Term::Place(place) => place,
            of => self.stored(of),
        };
        let (expr, uses) = self.place_expr(&place);
        Term::Inactive(Inactive { opaque: Opaque { expr: f(expr), uses, pure_: true, writes: false }, kind: Kind::Bool })
    }

    /// The receiver carries derivatives and is of unknown type.
    fn is_unknown(&mut self, receiver: &Expr) -> bool {
        let mark = self.mark();
        let (_, unknown) = self.nested(|this| {
            let term = this.expr(receiver, None);
            *kind::pointee(&this.kind(&term)) == Kind::Unknown && this.varies(&term)
        });
        self.rollback(&mark);
        unknown
    }

    /// An `Option`, as far as syntax tells; what is no `Option` is a `Result`. rustc will say if that is wrong.
    fn is_option(&self, e: &Expr) -> bool {
        self.shown_option(e).or(self.returns_option()).unwrap_or(true)
    }

    /// Whether it is an `Option` or a `Result`, if its own syntax tells.
    fn shown_option(&self, e: &Expr) -> Option<bool> {
        match e {
            Expr::Paren(paren) => self.shown_option(&paren.expr),
            Expr::MethodCall(call) => match call.method.to_string().as_str() {
                "ok_or" | "ok_or_else" | "map_err" => Some(false),
                "ok" | "get" | "first" | "last" | "pop" | "checked_div" | "next" | "nth" | "find" | "find_map" | "reduce"
                | "max_by" | "min_by" | "max_by_key" | "min_by_key" => Some(true),
                "map" | "as_ref" | "as_mut" | "copied" | "cloned" | "filter" | "or" | "or_else" | "and_then" => {
                    self.shown_option(&call.receiver)
                }
                _ => None,
            },
            Expr::Path(path) => {
                let id = path.path.get_ident().and_then(|name| self.env.lookup(&name.to_string()));
                let written = id.and_then(|id| self.env.vars[id.0].ty.as_ref()).map(super::syntax::pointee);
                written.filter(|ty| matches!(ty, syn::Type::Path(_))).map(is_named_option)
            }
            e => question::wrapper_of(e).map(|ty| is_named_option(&ty)),
        }
    }
}

/// `Option<…>`, by any path.
fn is_named_option(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"))
}

/// What stands in for an error, and not for what is not there.
pub(super) fn takes_error(default: &Expr) -> bool {
    matches!(default, Expr::Closure(closure) if closure.inputs.len() == 1)
}
