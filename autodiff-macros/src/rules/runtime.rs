//! The table as the runtime needs it: a type for each primitive, and the rules of `f32` and `f64` as trait impls, for operands whose
//! type the macro cannot see.

use super::{Form, Prim, RULES, Rule, contribution, tangent};
use crate::ir::build::{Builder, fresh};
use crate::ir::{Class, Kind, Op, Opaque, Stmt, Value, ValueData};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

/// `pub mod prim`, impls of `Rule1`, `Rule2` and `Rule3`, which the invoking module defines beside `Grad`, and `RealRules`,
/// which promises all of them for a float type.
pub fn expand() -> TokenStream {
    let named = || (0..RULES.len()).map(|i| Prim(i as u16)).filter(|prim| prim.is_generic());
    let types = named().map(|prim| primitive_type(prim.rule()));
    let impls = ["f32", "f64"].into_iter().flat_map(|float| {
        let float = Ident::new(float, Span::call_site());
        named().map(move |prim| Impl::new(prim, float.clone()).all())
    });
    let bounds = named().map(bound);
    quote! {
        /// The primitives, as type arguments of [`Rule1`], [`Rule2`] and [`Rule3`].
        #[allow(non_camel_case_types)]
        pub mod prim {
            #(#types)*
        }
        #(#impls)*
        /// All primitives have rules: what [`Real`](crate::Real) promises of a float.
        pub trait RealRules: Sized + #(#bounds)+* {}
        impl RealRules for f32 {}
        impl RealRules for f64 {}
    }
}

/// `Rule2<prim::mul, Self, Output = Self>`.
fn bound(prim: Prim) -> TokenStream {
    let this = Ident::new("Self", Span::call_site());
    let implementation = Impl::new(prim, this.clone());
    let (rule, name) = (format_ident!("Rule{}", implementation.types.len()), Ident::new(prim.rule().name, Span::call_site()));
    let rest = &implementation.types[1..];
    quote!(#rule<prim::#name, #(#rest,)* Output = #this>)
}

fn primitive_type(rule: &Rule) -> TokenStream {
    let name = Ident::new(rule.name, Span::call_site());
    let doc = format!("`{}`: {}. ({})", rule.call, rule.doc, rule.section);
    quote! {
        #[doc = #doc]
        #[derive(Clone, Copy, Debug)]
        pub struct #name;
    }
}

/// The rule of one primitive for one type of float.
struct Impl {
    prim: Prim,
    float: Ident,
    params: Vec<Ident>,
    types: Vec<TokenStream>,
}

impl Impl {
    fn new(prim: Prim, float: Ident) -> Self {
        let params = prim.rule().params;
        Impl {
            prim,
            params: params.iter().map(|param| Ident::new(param.name, Span::call_site())).collect(),
            types: params.iter().map(|param| if param.integer { quote!(i32) } else { quote!(#float) }).collect(),
            float,
        }
    }

    /// For values, and for every combination of values and references.
    fn all(&self) -> TokenStream {
        let combinations = 1..1_u32 << self.params.len();
        let references = combinations.map(|mask| self.for_references(&|i| mask & (1 << i) != 0));
        let values = self.for_values();
        quote! {
            #values
            #(#references)*
        }
    }

    fn for_values(&self) -> TokenStream {
        let bodies = (0..self.params.len()).map(|i| self.pull(i)).collect::<Vec<_>>();
        self.item(&|_| false, &bodies, &self.push())
    }

    /// Delegates to the impl for values.
    fn for_references(&self, is_reference: &dyn Fn(usize) -> bool) -> TokenStream {
        let deref = |i: usize, name: &TokenStream| if is_reference(i) { quote!(*#name) } else { name.clone() };
        let (head, float) = (self.head(&self.types), &self.float);
        let rest = self.params.iter().enumerate().skip(1).map(|(i, param)| deref(i, &quote!(#param)));
        let operands: Vec<TokenStream> = std::iter::once(deref(0, &quote!(self))).chain(rest).collect();
        let names = self.pull_names();
        let bodies: Vec<TokenStream> =
            names.iter().map(|name| quote!(<#float as #head>::#name(#(#operands,)* out, out_bar))).collect();
        let dots = self.dot_names();
        self.item(is_reference, &bodies, &quote!(<#float as #head>::push(#(#operands,)* out, #(#dots),*)))
    }

    fn item(&self, is_reference: &dyn Fn(usize) -> bool, pulls: &[TokenStream], push: &TokenStream) -> TokenStream {
        let types: Vec<TokenStream> =
            self.types.iter().enumerate().map(|(i, ty)| if is_reference(i) { quote!(&#ty) } else { ty.clone() }).collect();
        let (this, float, head) = (&types[0], &self.float, self.head(&types));
        let rest = || self.params.iter().zip(&types).skip(1).map(|(param, ty)| quote!(#param: &#ty));
        let grads: Vec<TokenStream> = self.types.iter().map(|ty| quote!(Grad<#ty>)).collect();
        let pulls = self.pull_names().into_iter().zip(pulls).zip(&grads).map(|((name, body), grad)| {
            let rest = rest();
            quote! {
                #[inline]
                fn #name(&self, #(#rest,)* out: &#float, out_bar: #float) -> #grad { #body }
            }
        });
        let (rest, dots) = (rest(), self.dot_names());
        quote! {
            #[diagnostic::do_not_recommend]
            #[allow(unused_variables, clippy::all, clippy::pedantic, clippy::nursery)]
            impl #head for #this {
                type Output = #float;
                #(#pulls)*
                #[inline]
                fn push(&self, #(#rest,)* out: &#float, #(#dots: &#grads),*) -> #float { #push }
            }
        }
    }

    /// `Rule2<prim::mul, f64>`.
    fn head(&self, types: &[TokenStream]) -> TokenStream {
        let (name, rest) = (Ident::new(self.prim.rule().name, Span::call_site()), &types[1..]);
        let rule = format_ident!("Rule{}", types.len());
        quote!(#rule<prim::#name, #(#rest),*>)
    }

    fn pull_names(&self) -> Vec<Ident> {
        let names: &[&str] = match self.params.len() {
            1 => &["pull"],
            2 => &["pull_lhs", "pull_rhs"],
            _ => &["pull_first", "pull_second", "pull_third"],
        };
        names.iter().map(|name| Ident::new(name, Span::call_site())).collect()
    }

    fn dot_names(&self) -> Vec<Ident> {
        self.params.iter().map(|param| format_ident!("{param}_dot")).collect()
    }

    fn pull(&self, operand: usize) -> TokenStream {
        if self.prim.rule().params[operand].integer {
            return TokenStream::new();
        }
        let bar = Ident::new("out_bar", Span::call_site());
        self.body(&[bar], |b, args, out, bars| contribution(b, self.prim, operand, args, out, bars[0]))
    }

    fn push(&self) -> TokenStream {
        let dots = self.dot_names();
        let derefs = dots.iter().map(|dot| quote!(let #dot = *#dot;));
        let body = self.body(&dots, |b, args, out, dots| {
            let active = self.prim.rule().params.iter().zip(dots).map(|(param, dot)| (!param.integer).then_some(*dot));
            tangent(b, self.prim, args, out, &active.collect::<Vec<_>>())
        });
        quote! {
            #(#derefs)*
            #body
        }
    }

    /// What `build` makes of the operands, `out` and the values called `extra`, as Rust.
    fn body(
        &self,
        extra: &[Ident],
        build: impl FnOnce(&mut Builder<'_>, &[Value], Value, &[Value]) -> Option<Value>,
    ) -> TokenStream {
        let (first, rest) = (&self.params[0], &self.params[1..]);
        let n = self.params.len();
        let mut names = self.params.clone();
        names.push(Ident::new("out", Span::call_site()));
        names.extend_from_slice(extra);
        let mut values: Vec<ValueData> = Vec::new();
        let inputs: Vec<Value> = names
            .iter()
            .map(|name| fresh(&mut values, &name.to_string(), Class::Plain, Kind::Float, Span::call_site()))
            .collect();
        let mut b = Builder::new(&mut values);
        let result = build(&mut b, &inputs[..n], inputs[n], &inputs[n + 1..]);
        let printer = Printer { inputs: &names, float: &self.float };
        let lets = b.stmts.iter().map(|stmt| printer.stmt(stmt));
        let result = result.map_or_else(|| quote!(0.0), |value| printer.value(value));
        quote! {
            let #first = *self;
            #(let #rest = *#rest;)*
            let out = *out;
            #(#lets)*
            #result
        }
    }
}

/// Prints what [`contribution`] and [`tangent`] build.
struct Printer<'a> {
    inputs: &'a [Ident],
    float: &'a Ident,
}

impl Printer<'_> {
    fn stmt(&self, stmt: &Stmt) -> TokenStream {
        let Stmt::Let { value, op } = stmt else { unreachable!("partials are made of `let`s") };
        let (name, op) = (self.value(*value), self.op(op));
        quote!(let #name = #op;)
    }

    fn value(&self, value: Value) -> TokenStream {
        let name = self.inputs.get(value.0 as usize).cloned().unwrap_or_else(|| format_ident!("t{}", value.0));
        quote!(#name)
    }

    fn op(&self, op: &Op) -> TokenStream {
        match op {
            Op::Prim { prim, args } => self.primitive(*prim, &args.iter().map(|arg| self.value(*arg)).collect::<Vec<_>>()),
            Op::Float(x) => {
                let sign = x.is_sign_negative().then(|| quote!(-));
                let x: TokenStream = format!("{:?}_{}", x.abs(), self.float).parse().expect("a literal");
                quote!(#sign #x)
            }
            Op::Select(cond, a, b) => {
                let (cond, a, b) = (self.value(*cond), self.value(*a), self.value(*b));
                quote!(if #cond { #a } else { #b })
            }
            Op::Opaque(Opaque { expr, uses, .. }) => {
                let uses = uses.iter().map(|(name, value)| {
                    let value = self.value(*value);
                    quote!(let #name = #value;)
                });
                quote!({ #(#uses)* #expr })
            }
            Op::Load(_)
            | Op::Len(_)
            | Op::Borrow { .. }
            | Op::Alloc(_)
            | Op::Move(_)
            | Op::Read(_)
            | Op::Zeros(_)
            | Op::Take(_)
            | Op::Peek(_)
            | Op::Pullback { .. }
            | Op::Pushforward { .. }
            | Op::ZeroTangent(_)
            | Op::Arm { .. } => unreachable!("partials are made of primitives, literals, selections and conditions"),
        }
    }

    fn primitive(&self, prim: Prim, args: &[TokenStream]) -> TokenStream {
        let float = self.float;
        match (prim.rule().form, args) {
            (Form::Operator(_), [x]) => quote!(-#x),
            (Form::Operator(op), [a, b]) => {
                let op: TokenStream = op.parse().expect("an operator");
                quote!(#a #op #b)
            }
            (Form::Method, [receiver, rest @ ..]) => {
                let name = Ident::new(prim.rule().name, Span::call_site());
                quote!(#receiver.#name(#(#rest),*))
            }
            (Form::Function("float_like"), [n, _]) => quote!(#n as #float),
            (Form::Operator(_) | Form::Method | Form::Cast(_) | Form::Function(_), _) => {
                unreachable!("no such form in the table")
            }
        }
    }
}
