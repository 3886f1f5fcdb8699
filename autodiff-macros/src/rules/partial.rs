//! Partial derivatives of the table, parsed.
//!
//! The parsed form holds no tokens: tokens belong to one macro invocation, while the cache outlives it.

use super::{Form, Prim, RULES, RuleKind, by_method, by_name, by_operator};
use std::sync::{LazyLock, OnceLock};
use syn::visit::Visit;

/// A partial derivative.
#[derive(Clone, Debug, PartialEq)]
pub enum Partial {
    /// An operand or the result.
    Name(Name),
    /// A literal.
    Float(f64),
    /// A primitive of the table applied to others.
    Apply(Prim, Vec<Partial>),
    /// `select(cond, a, b)`.
    Select(Text, Box<[Partial; 2]>),
    /// An integer expression.
    Integer(Text),
}

/// What a name in a partial stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// The operand of that index.
    Operand(usize),
    /// The result.
    Out,
}

/// An inactive expression (a condition, integer arithmetic), kept as text together with the names in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// The expression.
    pub text: String,
    /// The names in it, each once.
    pub names: Vec<(String, Name)>,
}

impl Partial {
    /// It depends on that.
    pub fn mentions(&self, name: Name) -> bool {
        let in_text = |text: &Text| text.names.iter().any(|(_, known)| *known == name);
        match self {
            Partial::Name(own) => *own == name,
            Partial::Float(_) => false,
            Partial::Apply(_, args) => args.iter().any(|arg| arg.mentions(name)),
            Partial::Select(cond, arms) => in_text(cond) || arms.iter().any(|arm| arm.mentions(name)),
            Partial::Integer(text) => in_text(text),
        }
    }

    /// This is the literal `x`, possibly written with a minus sign.
    pub fn is(&self, x: f64) -> bool {
        match self {
            Partial::Float(literal) => *literal == x,
            Partial::Apply(prim, args) => prim.is_operator("neg") && x != 0.0 && args[0].is(-x),
            Partial::Name(_) | Partial::Select(..) | Partial::Integer(_) => false,
        }
    }
}

impl Prim {
    /// The primitive is that operator.
    pub fn is_operator(self, op: &str) -> bool {
        matches!(self.rule().form, Form::Operator(own) if own == op)
    }
}

/// The partial derivative of `prim` for `operand`, parsed once a process; `None` if it is zero or not stated as a factor.
pub fn of(prim: Prim, operand: usize) -> Option<&'static Partial> {
    static CACHE: LazyLock<Vec<OnceLock<Vec<Partial>>>> = LazyLock::new(|| RULES.iter().map(|_| OnceLock::new()).collect());
    let rule = prim.rule();
    if rule.kind == RuleKind::Linear {
        return None;
    }
    let parsed = CACHE[usize::from(prim.0)].get_or_init(|| rule.partials.iter().map(|text| parse(prim, text)).collect());
    parsed.get(operand).filter(|partial| !partial.is(0.0))
}

fn parse(prim: Prim, text: &str) -> Partial {
    let expr = syn::parse_str(text).unwrap_or_else(|e| panic!("partial `{text}` of `{}`: {e}", prim.rule().name));
    Parser { prim }.expr(&expr)
}

struct Parser {
    prim: Prim,
}

impl Parser {
    fn expr(&self, expr: &syn::Expr) -> Partial {
        match expr {
            syn::Expr::Paren(paren) => self.expr(&paren.expr),
            syn::Expr::Group(group) => self.expr(&group.expr),
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Float(lit), .. }) => {
                Partial::Float(lit.base10_parse().unwrap_or_else(|_| self.fail(expr)))
            }
            syn::Expr::Path(path) => match path.path.get_ident().and_then(|ident| self.name(&ident.to_string())) {
                Some(name) => Partial::Name(name),
                None => self.fail(expr),
            },
            syn::Expr::Unary(syn::ExprUnary { op: syn::UnOp::Neg(_), expr: inner, .. }) => {
                self.apply(by_operator("neg"), &[inner], expr)
            }
            syn::Expr::Binary(binary) => {
                let op = &binary.op;
                self.apply(by_operator(&quote::quote!(#op).to_string()), &[&binary.left, &binary.right], expr)
            }
            syn::Expr::MethodCall(call) => {
                let args: Vec<&syn::Expr> = std::iter::once(&*call.receiver).chain(&call.args).collect();
                self.apply(by_method(&call.method.to_string(), args.len()), &args, expr)
            }
            syn::Expr::Call(call) => self.call(call, expr),
            _ => self.fail(expr),
        }
    }

    /// `select(cond, a, b)` or a function of the runtime.
    fn call(&self, call: &syn::ExprCall, whole: &syn::Expr) -> Partial {
        let func = &call.func;
        let name = quote::quote!(#func).to_string();
        let args: Vec<&syn::Expr> = call.args.iter().collect();
        match (name.as_str(), &args[..]) {
            ("select", [cond, a, b]) => Partial::Select(self.text(cond), Box::new([self.expr(a), self.expr(b)])),
            _ => self.apply(Some(by_name(&name)), &args, whole),
        }
    }

    fn apply(&self, prim: Option<Prim>, args: &[&syn::Expr], whole: &syn::Expr) -> Partial {
        let prim = prim.unwrap_or_else(|| self.fail(whole));
        let params = prim.rule().params;
        let lowered = args.iter().zip(params).map(|(arg, param)| match (param.integer, arg) {
            (true, syn::Expr::Path(_)) | (false, _) => self.expr(arg),
            (true, _) => Partial::Integer(self.text(arg)),
        });
        Partial::Apply(prim, lowered.collect())
    }

    fn text(&self, expr: &syn::Expr) -> Text {
        struct Names<'a>(&'a Parser, Vec<(String, Name)>);
        impl<'ast> Visit<'ast> for Names<'_> {
            fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
                let ident = path.path.get_ident().map(ToString::to_string);
                if let Some((ident, name)) = ident.and_then(|ident| self.0.name(&ident).map(|name| (ident, name)))
                    && !self.1.iter().any(|(_, known)| *known == name)
                {
                    self.1.push((ident, name));
                }
            }
        }
        let mut names = Names(self, Vec::new());
        names.visit_expr(expr);
        Text { text: quote::quote!(#expr).to_string(), names: names.1 }
    }

    fn name(&self, name: &str) -> Option<Name> {
        if name == "out" {
            return Some(Name::Out);
        }
        self.prim.rule().params.iter().position(|param| param.name == name).map(Name::Operand)
    }

    fn fail(&self, expr: &syn::Expr) -> ! {
        panic!("`{}` in a partial of `{}`: not an expression of rules", quote::quote!(#expr), self.prim.rule().name)
    }
}
