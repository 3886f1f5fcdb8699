//! The table as the runtime needs it: a type for each primitive, and the rules of `f32` and `f64` as trait impls, for operands whose
//! type the macro cannot see.

use super::{Form, Prim, RULES, Rule, contribution, tangent};
use crate::ir::build::{Builder, fresh};
use crate::ir::{Block, Class, Function, Kind, Mode, Op, Opaque, Param, Stmt, Tree, Value, ValueData};
use crate::transform::tangent::tangent_of_floats;
use crate::transform::wide::wide;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote};

/// `pub mod prim`, impls of `Primitive`, `Rule1`, `Rule2` and `Rule3`, which the invoking module defines beside `Grad`, and `RealRules`,
/// which promises all of them for a float type.
pub fn expand() -> TokenStream {
    let named = || (0..RULES.len()).map(|i| Prim(i as u16)).filter(|prim| prim.is_generic());
    let types = named().map(|prim| primitive_type(prim.rule()));
    let passes = named().map(passes);
    let impls = ["f32", "f64"].into_iter().flat_map(|float| {
        let float = Ident::new(float, Span::call_site());
        named().map(move |prim| Impl::new(prim, float.clone()).all())
    });
    let methods = named().filter(|prim| prim.rule().form == Form::Method);
    let receivers = methods.map(|prim| Impl::new(prim, Ident::new("T", Span::call_site())).for_receivers());
    let bounds = named().map(bound).chain(named().filter_map(bound_for_references));
    let jets = super::jets::expand(&named().collect::<Vec<_>>());
    quote! {
        /// The primitives, as type arguments of [`Rule1`], [`Rule2`] and [`Rule3`].
        #[allow(non_camel_case_types)]
        pub mod prim {
            #(#types)*
        }
        #(#passes)*
        #(#impls)*
        #(#receivers)*
        #jets
        /// All primitives have rules: what [`Real`](crate::Real) promises of a float.
        pub trait RealRules: Sized + Number<Float = Self> + #(#bounds)+* {}
        impl RealRules for f32 {}
        impl RealRules for f64 {}
    }
}

/// `Rule2<prim::mul, Self, Output = Self>`.
fn bound(prim: Prim) -> TokenStream {
    let this = Ident::new("Self", Span::call_site());
    let implementation = Impl::new(prim, this.clone());
    let (rule, name) = (format_ident!("Rule{}", implementation.types.len()), Ident::new(prim.rule().name, Span::call_site()));
    let (rest, derived) = (&implementation.types[1..], format_ident!("{rule}Dot"));
    quote!(#rule<prim::#name, #(#rest,)* Output = #this> + #derived<prim::#name, #(#rest),*>)
}

/// `for<'b> Rule2<prim::mul, &'b Self, Output = Self>`, as `Real` has `Mul<&Self>`.
fn bound_for_references(prim: Prim) -> Option<TokenStream> {
    let rule = prim.rule();
    let name = Ident::new(rule.name, Span::call_site());
    let is_operator = matches!(rule.form, Form::Operator(_)) && rule.params.len() == 2;
    is_operator.then(|| quote!(for<'b> Rule2<prim::#name, &'b Self, Output = Self> + for<'b> Rule2Dot<prim::#name, &'b Self>))
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

/// Which operands the adjoint passes through unchanged.
fn passes(prim: Prim) -> TokenStream {
    let rule = prim.rule();
    let name = Ident::new(rule.name, Span::call_site());
    let passes = (0..rule.params.len()).map(|operand| rule.partials.get(operand) == Some(&"1.0"));
    quote! {
        impl Primitive for prim::#name {
            const PASSES: &'static [bool] = &[#(#passes),*];
        }
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
        let is_receiver = |mask: &u32| *mask == 1 && self.prim.rule().form == Form::Method;
        let combinations = (1..1_u32 << self.params.len()).filter(|mask| !is_receiver(mask));
        let references = combinations.map(|mask| self.for_references(&|i| mask & (1 << i) != 0));
        let values = self.for_values();
        quote! {
            #values
            #(#references)*
        }
    }

    /// For references on which methods are called, to floats of any type: `for v in x { sum += v.sin(); }` in a function over `T: Real`.
    fn for_receivers(&self) -> TokenStream {
        self.for_references(&|i| i == 0)
    }

    fn for_values(&self) -> TokenStream {
        let functions: Vec<Method> = self.methods();
        let bodies = functions.iter().map(|method| self.body(method)).collect::<Vec<_>>();
        self.item(&|_| false, &bodies)
    }

    /// Delegates to the impl for values.
    fn for_references(&self, is_reference: &dyn Fn(usize) -> bool) -> TokenStream {
        let deref = |i: usize, name: &TokenStream| if is_reference(i) { quote!(*#name) } else { name.clone() };
        let float = &self.float;
        let rest = self.params.iter().enumerate().skip(1).map(|(i, param)| deref(i, &quote!(#param)));
        let operands: Vec<TokenStream> = std::iter::once(deref(0, &quote!(self))).chain(rest).collect();
        let bodies = self.methods().into_iter().map(|Method { name, rest, derived, .. }| {
            let head = self.head(&self.types, derived);
            let rest = rest.iter().map(|input| &input.name);
            quote!(<#float as #head>::#name(#(#operands,)* out, #(#rest),*))
        });
        self.item(is_reference, &bodies.collect::<Vec<_>>())
    }

    fn item(&self, is_reference: &dyn Fn(usize) -> bool, bodies: &[TokenStream]) -> TokenStream {
        let types: Vec<TokenStream> =
            self.types.iter().enumerate().map(|(i, ty)| if is_reference(i) { quote!(&#ty) } else { ty.clone() }).collect();
        let (this, float) = (&types[0], &self.float);
        let methods = self.methods().into_iter().zip(bodies).map(|(method, body)| {
            let operands = self.params.iter().zip(&types).skip(1).map(|(param, ty)| quote!(#param: &#ty));
            let grad = |of| if method.wide { self.wide_grad(of) } else { self.grad(of) };
            let (name, result) = (&method.name, grad(method.result));
            let rest = method.rest.iter().map(|Input { name, of, by_value }| {
                let (reference, grad) = ((!by_value).then(|| quote!(&)), grad(*of));
                quote!(#name: #reference #grad)
            });
            let tokens = quote! {
                #[inline]
                fn #name(&self, #(#operands,)* out: &#float, #(#rest),*) -> #result { #body }
            };
            (method.derived, tokens)
        });
        let (derived, own): (Vec<_>, Vec<_>) = methods.partition(|(derived, _)| *derived);
        let output = quote!(type Output = #float;);
        let generics = (*float == "T").then(|| quote!(<T: Real>));
        let impls = [(false, own, output), (true, derived, TokenStream::new())].into_iter().map(|(derived, methods, output)| {
            let (head, methods) = (self.head(&types, derived), methods.into_iter().map(|(_, tokens)| tokens));
            quote! {
                #[diagnostic::do_not_recommend]
                #[allow(unused_variables, clippy::all, clippy::pedantic, clippy::nursery)]
                impl #generics #head for #this {
                    #output
                    #(#methods)*
                }
            }
        });
        impls.collect()
    }

    /// `Rule2<prim::mul, f64>`, or `Rule2Dot<…>` of the derivatives of the rule.
    fn head(&self, types: &[TokenStream], derived: bool) -> TokenStream {
        let (name, rest) = (Ident::new(self.prim.rule().name, Span::call_site()), &types[1..]);
        let rule = format_ident!("Rule{}{}", types.len(), if derived { "Dot" } else { "" });
        quote!(#rule<prim::#name, #(#rest),*>)
    }

    /// What the trait of this many operands demands.
    fn methods(&self) -> Vec<Method> {
        let (n, ident) = (self.params.len(), |name: &str| Ident::new(name, Span::call_site()));
        let operand = |i: usize, suffix: &str| Input::new(format_ident!("{}{suffix}", self.params[i]), Some(i));
        let operands = |suffix| (0..n).map(move |i| operand(i, suffix));
        let mut methods = Vec::new();
        for (i, name) in self.pull_names().into_iter().enumerate() {
            let out_bar = Input { by_value: true, ..Input::new(ident("out_bar"), None) };
            methods.push(Method { name, what: What::Pull(i), derived: false, wide: false, result: Some(i), rest: vec![out_bar] });
        }
        for (name, wide) in [("push", false), ("push_wide", true)] {
            let rest = operands("_dot").collect();
            methods.push(Method { name: ident(name), what: What::Push, derived: false, wide, result: None, rest });
        }
        for (i, name) in self.pull_names().into_iter().enumerate() {
            let rest = [Input::new(ident("out_bar"), None)].into_iter().chain(operands("_dot"));
            let rest = rest.chain(["out_dot", "out_bar_dot"].map(|name| Input::new(ident(name), None))).collect();
            let name = format_ident!("{name}_dot");
            methods.push(Method { name, what: What::Pull(i), derived: true, wide: false, result: Some(i), rest });
        }
        let out_dot = Input::new(ident("out_dot2"), None);
        let rest = operands("_dot").chain(operands("_dot2")).chain([out_dot]).chain(operands("_dots")).collect();
        methods.push(Method { name: ident("push_dot"), what: What::Push, derived: true, wide: false, result: None, rest });
        methods
    }

    fn pull_names(&self) -> Vec<Ident> {
        let names = super::jets::pull_names(self.params.len());
        names.iter().map(|name| Ident::new(name, Span::call_site())).collect()
    }

    /// `Grad` of an operand, or of the result.
    fn grad(&self, of: Option<usize>) -> TokenStream {
        match of {
            Some(i) => {
                let ty = &self.types[i];
                quote!(Grad<#ty>)
            }
            None => self.float.to_token_stream(),
        }
    }

    /// The same in several directions.
    fn wide_grad(&self, of: Option<usize>) -> TokenStream {
        match of {
            Some(i) => {
                let ty = &self.types[i];
                quote!(WideGrad<#ty>)
            }
            None => {
                let float = &self.float;
                quote!(WideGrad<#float>)
            }
        }
    }

    fn is_integer(&self, of: Option<usize>) -> bool {
        of.is_some_and(|i| self.prim.rule().params[i].integer)
    }

    /// The rule, or the derivative of the rule, as Rust.
    fn body(&self, method: &Method) -> TokenStream {
        if self.is_integer(method.result) {
            return TokenStream::new();
        }
        let n = self.params.len();
        let mut values: Vec<ValueData> = Vec::new();
        let out = Input::new(Ident::new("out", Span::call_site()), None);
        let operands = self.params.iter().enumerate().map(|(i, name)| (Input::new(name.clone(), Some(i)), false));
        // What the rule itself takes; its derivative takes the tangents of all that besides.
        let own = match (method.derived, method.what) {
            (false, _) => method.rest.len(),
            (true, What::Pull(_)) => 1,
            (true, What::Push) => n,
        };
        let (first, tangents) = method.rest.split_at(own);
        let given = operands.chain([(out, false)]).chain(first.iter().map(|input| (input.clone(), true)));
        let mut params = Vec::new();
        let mut names = Vec::new();
        for (input, is_tangent) in given {
            let kind = match (self.is_integer(input.of), is_tangent) {
                (false, _) => Kind::Float,
                (true, false) => Kind::Integer,
                (true, true) => Kind::Unit,
            };
            let active = kind == Kind::Float;
            let value = fresh(&mut values, &input.name.to_string(), Class::Plain, kind, Span::call_site());
            params.push(Param { value, ty: syn::parse_quote!(f64), mode: Mode::Copy, active, needs_derivative: false });
            names.push(input.name);
        }
        let inputs: Vec<Value> = params.iter().map(|param| param.value).collect();
        let mut b = Builder::new(&mut values);
        let (args, out, rest) = (&inputs[..n], inputs[n], &inputs[n + 1..]);
        let result = match method.what {
            What::Pull(operand) => contribution(&mut b, self.prim, operand, args, out, rest[0]),
            What::Push => {
                let active = self.prim.rule().params.iter().zip(rest).map(|(param, dot)| (!param.integer).then_some(*dot));
                tangent(&mut b, self.prim, args, out, &active.collect::<Vec<_>>())
            }
        };
        let result = result.unwrap_or_else(|| b.float(0.0));
        let body = Block { stmts: b.stmts, ..Block::default() };
        let mut f = Function {
            values,
            params,
            body,
            result: Tree::Leaf(result),
            result_ty: syn::parse_quote!(f64),
            dots: Vec::new(),
            result_dots: Vec::new(),
            cotangents: None,
        };
        if method.wide {
            let active = rest.iter().filter(|dot| f[**dot].kind == Kind::Float).chain([&result]).copied().collect::<Vec<_>>();
            active.into_iter().for_each(|tangent| f.values[tangent.0 as usize].tangent = true);
            f = wide(&f, &syn::parse_quote!(crate)).expect("rules are linear in tangents");
        }
        let mut result = result;
        let mut named: Vec<(Value, Ident)> = inputs.into_iter().zip(names).collect();
        if method.derived {
            f = tangent_of_floats(&f);
            let dots = f.dots[0].iter().zip(tangents).filter_map(|(dot, input)| Some(((*dot)?, input.name.clone())));
            named.extend(dots);
            let Tree::Leaf(dot) = f.result_dots[0] else { unreachable!("the result is a float") };
            result = dot;
        }
        self.printed(&f, named, result, method)
    }

    fn printed(&self, f: &Function, named: Vec<(Value, Ident)>, result: Value, method: &Method) -> TokenStream {
        let printer = Printer { named, float: &self.float };
        let lets = f.body.stmts.iter().map(|stmt| printer.stmt(stmt));
        let (first, operands) = (&self.params[0], &self.params[1..]);
        let read = method.rest.iter().filter(|input| !input.by_value).map(|input| &input.name);
        let result = printer.value(result);
        quote! {
            let #first = *self;
            #(let #operands = *#operands;)*
            let out = *out;
            #(let #read = *#read;)*
            #(#lets)*
            #result
        }
    }
}

/// A method of the rule traits.
struct Method {
    name: Ident,
    what: What,
    /// The derivative of the rule in the direction of all that it is handed.
    derived: bool,
    /// In several directions at once.
    wide: bool,
    /// Whose `Grad` it returns: an operand's, or the result's.
    result: Option<usize>,
    /// What it takes besides the operands and `out`.
    rest: Vec<Input>,
}

#[derive(Clone, Copy)]
enum What {
    Pull(usize),
    Push,
}

/// A tangent or an adjoint.
#[derive(Clone)]
struct Input {
    name: Ident,
    /// Of an operand, or of the result.
    of: Option<usize>,
    by_value: bool,
}

impl Input {
    fn new(name: Ident, of: Option<usize>) -> Input {
        Input { name, of, by_value: false }
    }
}

/// Prints what [`contribution`] and [`tangent`] build.
struct Printer<'a> {
    named: Vec<(Value, Ident)>,
    float: &'a Ident,
}

impl Printer<'_> {
    fn stmt(&self, stmt: &Stmt) -> TokenStream {
        let Stmt::Let { value, op } = stmt else { unreachable!("partials are made of `let`s") };
        let (name, op) = (self.value(*value), self.op(op));
        quote!(let #name = #op;)
    }

    fn value(&self, value: Value) -> TokenStream {
        let named = self.named.iter().find(|(named, _)| *named == value).map(|(_, name)| name.clone());
        let name = named.unwrap_or_else(|| format_ident!("t{}", value.0));
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
                // The expression's names are those of the call site, where the operands of the rule itself have the same. All are
                // bound at once, since a value may be called what another is about to be.
                let names = uses.iter().map(|(name, _)| Ident::new(&name.to_string(), Span::call_site()));
                let values = uses.iter().map(|(_, value)| self.value(*value));
                quote!({ let (#(#names,)*) = (#(#values,)*); #expr })
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
            (Form::Operator(_) | Form::Assign(_) | Form::Method | Form::Cast(_) | Form::Function(_), _) => {
                unreachable!("no such form in the table's partials")
            }
        }
    }
}
