//! Partial derivatives as statements of the IR.

use super::partial::{self, Name, Partial, Text};
use super::{Prim, RuleKind, by_name, by_operator};
use crate::ir::build::Builder;
use crate::ir::{Kind, Op, Opaque, Value};
use proc_macro2::Span;

/// `out_bar * ∂out/∂operand`; `None` if the partial is zero.
pub fn contribution(
    b: &mut Builder<'_>,
    prim: Prim,
    operand: usize,
    args: &[Value],
    out: Value,
    out_bar: Value,
) -> Option<Value> {
    if prim.rule().kind == RuleKind::Linear {
        return Some(b.prim(by_name(prim.rule().partials[operand]), vec![out_bar]));
    }
    Site { b, prim, args, out }.scaled_partial(operand, out_bar)
}

/// `Σ ∂out/∂operand * operand_dot`; `None` if all terms are zero.
pub fn tangent(b: &mut Builder<'_>, prim: Prim, args: &[Value], out: Value, dots: &[Option<Value>]) -> Option<Value> {
    if prim.rule().kind == RuleKind::Linear {
        return dots[0].map(|dot| b.prim(prim, vec![dot]));
    }
    let mut site = Site { b, prim, args, out };
    let mut sum = None;
    for (operand, dot) in dots.iter().enumerate() {
        let Some(term) = dot.and_then(|dot| site.scaled_partial(operand, dot)) else { continue };
        sum = Some(match sum {
            None => term,
            Some(sum) => site.operator("+", vec![sum, term]),
        });
    }
    sum
}

/// What the operand of a guard is called, as nothing of the user's is.
const FACTOR: &str = "__factor";

/// `factor == 0.0`, for all of them: guards a product whose other factor may be infinite, which is zero all the same.
pub fn all_vanish(b: &mut Builder<'_>, factors: &[Value]) -> Value {
    let names: Vec<syn::Ident> = (0..factors.len())
        .map(|i| quote::format_ident!("{FACTOR}{}", if i == 0 { String::new() } else { i.to_string() }))
        .collect();
    let expr = syn::parse_quote!(#(#names == 0.0)&&*);
    let uses = names.into_iter().zip(factors.iter().copied()).collect();
    b.let_("c", Kind::Bool, Op::Opaque(Opaque { expr, uses, pure_: true, writes: false }))
}

/// The factors of a guard that [`all_vanish`] has made. The tangent of what it guards is zero only if the factors' tangents are, too.
pub fn guarded(op: &Op) -> Option<Vec<Value>> {
    let Op::Opaque(Opaque { uses, .. }) = op else { return None };
    let is_factor = |name: &syn::Ident| name.to_string().starts_with(FACTOR);
    let are_factors = !uses.is_empty() && uses.iter().all(|(name, _)| is_factor(name));
    are_factors.then(|| uses.iter().map(|(_, value)| *value).collect())
}

/// One application of a primitive.
struct Site<'a, 'b> {
    b: &'a mut Builder<'b>,
    prim: Prim,
    args: &'a [Value],
    out: Value,
}

impl Site<'_, '_> {
    fn scaled_partial(&mut self, operand: usize, factor: Value) -> Option<Value> {
        let rule = self.prim.rule();
        match rule.kind {
            RuleKind::Zero | RuleKind::Linear => None,
            RuleKind::Pointwise => {
                let partial = partial::of(self.prim, operand)?;
                // The factor's test comes first, for the readers of the emitted code.
                let vanishes = rule.steep.then(|| self.vanishes(factor));
                let scaled = self.scaled(partial, factor)?;
                Some(match vanishes {
                    None => scaled,
                    Some(cond) => self.select(cond, None, Some(scaled)),
                })
            }
        }
    }

    /// `factor * partial`, without multiplications by 0, 1 and -1, and with quotients last: `x / r` becomes
    /// `x * (factor / r)`, so that the partials of one primitive share the division. `None` is zero.
    fn scaled(&mut self, partial: &Partial, factor: Value) -> Option<Value> {
        match partial {
            Partial::Float(x) if *x == 0.0 => None,
            Partial::Float(x) if *x == 1.0 => Some(factor),
            Partial::Apply(prim, args) if prim.is_operator("neg") => {
                let inner = self.scaled(&args[0], factor)?;
                Some(self.operator("neg", vec![inner]))
            }
            Partial::Apply(prim, args) if prim.is_operator("/") => {
                let divisor = self.value(&args[1]);
                let quotient = self.operator("/", vec![factor, divisor]);
                self.scaled(&args[0], quotient)
            }
            Partial::Select(cond, arms) if arms.iter().any(is_trivial) => {
                let cond = self.opaque(cond, "c", Kind::Bool);
                let arms = [self.scaled(&arms[0], factor), self.scaled(&arms[1], factor)];
                Some(self.select(cond, arms[0], arms[1]))
            }
            Partial::Name(_) | Partial::Float(_) | Partial::Apply(..) | Partial::Select(..) | Partial::Integer(_) => {
                let value = self.value(partial);
                Some(self.operator("*", vec![factor, value]))
            }
        }
    }

    fn value(&mut self, partial: &Partial) -> Value {
        match partial {
            Partial::Name(name) => self.name(*name),
            Partial::Float(x) => self.b.float(*x),
            Partial::Apply(prim, args) if prim.is_operator("neg") && matches!(args[0], Partial::Float(_)) => match args[0] {
                Partial::Float(x) => self.b.float(-x),
                _ => unreachable!("matched above"),
            },
            Partial::Apply(prim, args) => {
                let args = args.iter().map(|arg| self.value(arg)).collect();
                self.b.prim(*prim, args)
            }
            Partial::Select(cond, arms) => {
                let cond = self.opaque(cond, "c", Kind::Bool);
                let arms = [self.value(&arms[0]), self.value(&arms[1])];
                self.b.let_("t", Kind::Float, Op::Select(cond, arms[0], arms[1]))
            }
            Partial::Integer(text) => self.opaque(text, "n", Kind::Integer),
        }
    }

    /// A `None` arm is zero.
    fn select(&mut self, cond: Value, a: Option<Value>, b: Option<Value>) -> Value {
        let a = a.unwrap_or_else(|| self.b.float(0.0));
        let b = b.unwrap_or_else(|| self.b.float(0.0));
        self.b.let_("t", Kind::Float, Op::Select(cond, a, b))
    }

    fn operator(&mut self, op: &str, args: Vec<Value>) -> Value {
        self.b.prim(by_operator(op).expect("operators are in the table"), args)
    }

    fn name(&self, name: Name) -> Value {
        match name {
            Name::Operand(i) => self.args[i],
            Name::Out => self.out,
        }
    }

    fn vanishes(&mut self, factor: Value) -> Value {
        all_vanish(self.b, &[factor])
    }

    fn opaque(&mut self, text: &Text, name: &str, kind: Kind) -> Value {
        let expr = syn::parse_str(&text.text).expect("the text was printed from a parsed expression");
        // As in the text, in case an operand is bound around it.
        let uses = text.names.iter().map(|(ident, name)| (syn::Ident::new(ident, Span::call_site()), self.name(*name)));
        self.condition(expr, uses.collect(), name, kind)
    }

    fn condition(&mut self, expr: syn::Expr, uses: Vec<(syn::Ident, Value)>, name: &str, kind: Kind) -> Value {
        self.b.let_(name, kind, Op::Opaque(Opaque { expr, uses, pure_: true, writes: false }))
    }
}

/// 0, 1 or -1: multiplying costs nothing.
fn is_trivial(partial: &Partial) -> bool {
    [0.0, 1.0, -1.0].into_iter().any(|x| partial.is(x))
}
