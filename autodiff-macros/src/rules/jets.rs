//! The rules for operands of unknown type at order 3 and above: the same partial derivatives, in the arithmetic of the runtime's `Jet`,
//! whose operations are in their turn made of these.

use super::{Form, Prim, contribution, guarded, tangent};
use crate::ir::build::{Builder, fresh};
use crate::ir::{Class, Kind, Op, Opaque, Stmt, Value, ValueData};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote};

/// `pub mod jets`, with functions for each primitive, and impls of `Rule1High`, `Rule2High` and `Rule3High` that call them.
pub fn expand(prims: &[Prim]) -> TokenStream {
    let functions = prims.iter().map(|prim| functions(*prim));
    let impls = prims.iter().map(|prim| implementation(*prim));
    quote! {
        /// The primitives and their derivatives, of floats with derivatives in several directions.
        #[allow(unused_variables, missing_docs, clippy::all, clippy::pedantic, clippy::nursery)]
        pub mod jets {
            use crate::jet::Jet;
            #(#functions)*
        }
        #(#impls)*
    }
}

/// The parameters of a primitive, as Rust and as values.
struct Site {
    prim: Prim,
    params: Vec<Ident>,
    values: Vec<ValueData>,
    named: Vec<(Value, Ident)>,
    args: Vec<Value>,
}

impl Site {
    fn new(prim: Prim) -> Site {
        let params: Vec<Ident> = prim.rule().params.iter().map(|param| ident(param.name)).collect();
        let mut site = Site { prim, params: params.clone(), values: Vec::new(), named: Vec::new(), args: Vec::new() };
        for (name, param) in params.into_iter().zip(prim.rule().params) {
            let arg = site.input(name, if param.integer { Kind::Integer } else { Kind::Float });
            site.args.push(arg);
        }
        site
    }

    fn input(&mut self, name: Ident, kind: Kind) -> Value {
        let value = fresh(&mut self.values, &name.to_string(), Class::Plain, kind, Span::call_site());
        self.named.push((value, name));
        value
    }

    fn floats(&self) -> impl Iterator<Item = &Ident> {
        self.params.iter().zip(self.prim.rule().params).filter(|(_, param)| !param.integer).map(|(name, _)| name)
    }

    /// `x: &Jet, n: i32`
    fn declared(&self) -> TokenStream {
        let declared = self.params.iter().zip(self.prim.rule().params).map(|(name, param)| {
            let ty = if param.integer { quote!(i32) } else { quote!(&Jet) };
            quote!(#name: #ty,)
        });
        declared.collect()
    }

    /// What `build` computes, as statements and an expression.
    fn printed(mut self, build: impl FnOnce(&mut Builder<'_>, Prim, &[Value]) -> Option<Value>) -> TokenStream {
        let mut b = Builder::new(&mut self.values);
        let result = build(&mut b, self.prim, &self.args);
        let stmts = b.stmts;
        let printer = Printer { values: &self.values, named: &self.named };
        let inputs = self.named.iter().filter(|(value, _)| printer.is_float(*value)).map(|(_, name)| name);
        let lets = stmts.iter().map(|stmt| printer.stmt(stmt));
        let result = match result {
            Some(result) => printer.name(result).into_token_stream(),
            None => quote!(Jet::constant(0.0, len)),
        };
        quote! {
            let len = out.sets();
            #(let #inputs = *#inputs;)*
            #(#lets)*
            #result
        }
    }
}

/// The primitive, its share of the adjoint for each operand, and its tangent.
fn functions(prim: Prim) -> TokenStream {
    let name = ident(prim.rule().name);
    let mut functions = value(prim);
    for (i, param) in prim.rule().params.iter().enumerate().filter(|(_, param)| !param.integer) {
        let (mut site, pull) = (Site::new(prim), format_ident!("{name}_pull_{}", param.name));
        let declared = site.declared();
        let (out, out_bar) = (site.input(ident("out"), Kind::Float), site.input(ident("out_bar"), Kind::Float));
        let body = site.printed(|b, prim, args| contribution(b, prim, i, args, out, out_bar));
        functions.extend(quote! {
            pub fn #pull(#declared out: &Jet, out_bar: &Jet) -> Jet {
                #body
            }
        });
    }
    let site = Site::new(prim);
    let (push, declared) = (format_ident!("{name}_push"), site.declared());
    let dots: Vec<Ident> = site.floats().map(|name| format_ident!("{name}_dot")).collect();
    let body = pushed(site);
    functions.extend(quote! {
        pub fn #push(#declared out: &Jet, #(#dots: &Jet),*) -> Jet {
            #body
        }
    });
    functions
}

/// `Σ partial * dot`.
fn pushed(mut site: Site) -> TokenStream {
    let out = site.input(ident("out"), Kind::Float);
    let params = site.params.clone();
    let dots: Vec<Option<Value>> = params
        .iter()
        .zip(site.prim.rule().params)
        .map(|(name, param)| (!param.integer).then(|| site.input(format_ident!("{name}_dot"), Kind::Float)))
        .collect();
    site.printed(|b, prim, args| tangent(b, prim, args, out, &dots))
}

/// The primitive itself: on floats, and by its tangent in the last direction.
fn value(prim: Prim) -> TokenStream {
    let (site, name) = (Site::new(prim), ident(prim.rule().name));
    let (declared, floats): (TokenStream, Vec<Ident>) = (site.declared(), site.floats().cloned().collect());
    let dots: Vec<Ident> = floats.iter().map(|name| format_ident!("{name}_dot")).collect();
    let first = &floats[0];
    let operands: Vec<TokenStream> = site
        .params
        .iter()
        .zip(prim.rule().params)
        .map(|(name, param)| if param.integer { quote!(#name) } else { quote!(#name.value()) })
        .collect();
    let on_floats = match (prim.rule().form, operands.as_slice()) {
        (Form::Operator(_), [x]) => quote!(-#x),
        (Form::Operator(op) | Form::Assign(op), [a, b]) => {
            let op: TokenStream = op.parse().expect("an operator");
            quote!(#a #op #b)
        }
        (Form::Method, [receiver, rest @ ..]) => {
            let name = ident(prim.rule().on_floats());
            quote!(#receiver.#name(#(#rest),*))
        }
        (Form::Operator(_) | Form::Assign(_) | Form::Method | Form::Cast(_) | Form::Function(_), _) => {
            unreachable!("operators and methods")
        }
    };
    let (again, refs) = (site.params.clone(), site.prim.rule().params);
    let again = again.iter().zip(refs).map(|(name, param)| if param.integer { quote!(#name) } else { quote!(&#name) });
    let again: Vec<TokenStream> = again.collect();
    let handed = quote!(#(#again),*);
    let push = format_ident!("{name}_push");
    quote! {
        pub fn #name(#declared) -> Jet {
            if #first.sets() == 1 {
                return Jet::constant(#on_floats, 1);
            }
            #(let (#floats, #dots) = #floats.split();)*
            let out = #name(#handed);
            Jet::joined(&out, &#push(#handed, &out, #(&#dots),*))
        }
    }
}

/// `impl Rule2High<prim::mul, B> for A`.
fn implementation(prim: Prim) -> TokenStream {
    let (rule, n) = (prim.rule(), prim.rule().params.len());
    let (name, high, low) = (ident(rule.name), format_ident!("Rule{n}High"), format_ident!("Rule{n}"));
    let types = &["A", "B", "C"].map(ident)[..n];
    let (first, rest) = (&types[0], &types[1..]);
    let bounds = rest
        .iter()
        .zip(&rule.params[1..])
        .map(|(ty, param)| if param.integer { quote!(#ty: Exponent) } else { quote!(#ty: Number<Float = #first::Float>) });
    let operands = [ident("self"), ident("b"), ident("c")];
    let declared: Vec<TokenStream> = operands[1..n].iter().zip(rest).map(|(name, ty)| quote!(#name: &#ty,)).collect();
    // The operands as jets, and behind them what comes next in each tuple of tangents.
    let lets = operands[..n].iter().zip(rule.params).enumerate().map(|(i, (name, param))| {
        let (local, i) = (format_ident!("jet{i}"), syn::Index::from(i));
        if param.integer {
            quote!(let #local = #name.exponent();)
        } else {
            quote!(let #local = Jet::new(#name.number(), tangents.iter().map(|t| t.#i.as_f64()));)
        }
    });
    let lets: TokenStream = lets.collect();
    let jets: Vec<TokenStream> = rule
        .params
        .iter()
        .enumerate()
        .map(|(i, param)| {
            let local = format_ident!("jet{i}");
            if param.integer { quote!(#local) } else { quote!(&#local) }
        })
        .collect();
    let out = syn::Index::from(n);
    let out = quote!(let out = Jet::new(out.as_f64(), tangents.iter().map(|t| t.#out.as_f64())););
    let grads: Vec<TokenStream> = types.iter().map(|ty| quote!(&Grad<#ty>)).collect();
    let mut methods = TokenStream::new();
    for (i, (method, param)) in pull_names(n).iter().zip(rule.params).enumerate() {
        let (method, ty, last) = (format_ident!("{method}_high"), &types[i], syn::Index::from(n + 1));
        let body = if param.integer {
            TokenStream::new()
        } else {
            let pull = format_ident!("{name}_pull_{}", param.name);
            quote! {
                #lets
                #out
                let out_bar = Jet::new(out_bar.as_f64(), tangents.iter().map(|t| t.#last.as_f64()));
                <#first::Float as Real>::from_f64(jets::#pull(#(#jets,)* &out, &out_bar).last())
            }
        };
        methods.extend(quote! {
            fn #method(
                &self, #(#declared)* out: &Self::Output, out_bar: &Grad<Self::Output>,
                tangents: &[(#(#grads,)* &Grad<Self::Output>, &Grad<Self::Output>)],
            ) -> Grad<#ty> { #body }
        });
    }
    let (push, dots) = (format_ident!("{name}_push"), ["a_dot", "b_dot", "c_dot"].map(ident));
    let pushed = dots[..n].iter().zip(rule.params).enumerate().filter(|(_, (_, param))| !param.integer);
    let (pushed, push_lets): (Vec<&Ident>, Vec<TokenStream>) = pushed
        .map(|(i, (dot, _))| {
            let i = syn::Index::from(n + 1 + i);
            (dot, quote!(let #dot = Jet::new(#dot.as_f64(), tangents.iter().map(|t| t.#i.as_f64()));))
        })
        .unzip();
    let own_dots = &dots[..n];
    methods.extend(quote! {
        fn push_high(
            &self, #(#declared)* out: &Self::Output, #(#own_dots: #grads,)*
            tangents: &[(#(#grads,)* &Grad<Self::Output>, #(#grads),*)],
        ) -> Grad<Self::Output> {
            #lets
            #out
            #(#push_lets)*
            <#first::Float as Real>::from_f64(jets::#push(#(#jets,)* &out, #(&#pushed),*).last())
        }
    });
    quote! {
        #[diagnostic::do_not_recommend]
        #[allow(unused_variables, clippy::all, clippy::pedantic, clippy::nursery)]
        impl<#first: Number, #(#bounds),*> #high<prim::#name, #(#rest),*> for #first
        where
            #first: #low<prim::#name, #(#rest,)* Output = #first::Float>,
        {
            #methods
        }
    }
}

/// The functions for the operands' shares of the adjoint.
pub fn pull_names(operands: usize) -> &'static [&'static str] {
    match operands {
        1 => &["pull"],
        2 => &["pull_lhs", "pull_rhs"],
        _ => &["pull_first", "pull_second", "pull_third"],
    }
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// Prints what [`contribution`] and [`tangent`] build, as operations on jets.
struct Printer<'a> {
    values: &'a [ValueData],
    named: &'a [(Value, Ident)],
}

impl Printer<'_> {
    fn stmt(&self, stmt: &Stmt) -> TokenStream {
        let Stmt::Let { value, op } = stmt else { unreachable!("partials are made of `let`s") };
        let (name, op) = (self.name(*value), self.op(op));
        quote!(let #name = #op;)
    }

    fn name(&self, value: Value) -> Ident {
        let named = self.named.iter().find(|(named, _)| *named == value).map(|(_, name)| name.clone());
        named.unwrap_or_else(|| format_ident!("t{}", value.0))
    }

    fn is_float(&self, value: Value) -> bool {
        self.values[value.0 as usize].kind == Kind::Float
    }

    fn operand(&self, value: Value) -> TokenStream {
        let name = self.name(value);
        if self.is_float(value) { quote!(&#name) } else { quote!(#name) }
    }

    fn op(&self, op: &Op) -> TokenStream {
        match op {
            Op::Prim { prim, args } => match (prim.rule().form, args.as_slice()) {
                (Form::Function("float_like"), [n, _]) => {
                    let n = self.name(*n);
                    quote!(Jet::constant(f64::from(#n), len))
                }
                (Form::Operator(_) | Form::Method, args) => {
                    let (name, args) = (ident(prim.rule().name), args.iter().map(|arg| self.operand(*arg)));
                    quote!(#name(#(#args),*))
                }
                (Form::Assign(_) | Form::Cast(_) | Form::Function(_), _) => {
                    unreachable!("no such form in the table's partials")
                }
            },
            Op::Float(x) => quote!(Jet::constant(#x, len)),
            Op::Select(cond, a, b) => {
                let (cond, a, b) = (self.name(*cond), self.name(*a), self.name(*b));
                quote!(if #cond { #a } else { #b })
            }
            Op::Opaque(Opaque { expr, uses, .. }) => match guarded(op) {
                // Zero in all directions: elsewhere the product is not zero nearby.
                Some(factors) => {
                    let factors = factors.iter().map(|factor| self.name(*factor));
                    quote!(#(#factors.is_zero())&&*)
                }
                None => {
                    let uses = uses.iter().map(|(name, value)| {
                        let (name, is_float, value) = (ident(&name.to_string()), self.is_float(*value), self.name(*value));
                        if is_float { quote!(let #name = #value.value();) } else { quote!(let #name = #value;) }
                    });
                    quote!({ #(#uses)* #expr })
                }
            },
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
}
