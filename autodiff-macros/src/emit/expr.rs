//! Operations: the right-hand sides of `let`s.

use super::Emitter;
use super::frag::{Assignment, Effects, Frag, MEMORY, Moved, Prec};
use crate::ir::{Class, Kind, Op, Place, Value};
use crate::rules::{Form, Prim};
use proc_macro2::{Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote};
use std::collections::HashSet;

impl<'a> Emitter<'a> {
    /// `let v = op;`
    pub(super) fn op(&mut self, v: Value, op: &'a Op) -> Frag {
        match op {
            Op::Opaque(o) => {
                let frag = self.opaque(o);
                let is_number = matches!(self.f[v].kind, Kind::Integer | Kind::Float);
                Frag { compound: frag.compound.filter(|_| is_number), ..frag }
            }
            Op::Prim { prim, args } => self.prim(v, *prim, args),
            Op::Select(c, a, b) => self.select(*c, *a, *b),
            Op::Load(place) => self.load(v, place),
            Op::Len(place) => {
                let frag = self.receiver(place);
                let receiver = frag.at(Prec::Postfix);
                let effects = if self.has_fixed_length(place) { Effects::default() } else { Effects::reads(MEMORY) };
                Frag::atom(quote!(#receiver.len())).with(&[&frag]).effects(effects)
            }
            Op::Borrow { mutable, place } => self.borrow(v, *mutable, place),
            Op::Alloc(alloc) => self.alloc(alloc),
            Op::Move(source) => {
                if self.refs.contains(source) && self.class(*source) == Class::Shadow {
                    self.refs.insert(v);
                }
                self.value(*source)
            }
            Op::Read(acc) => self.named(*acc),
            Op::Float(x) => float(*x),
            Op::Zeros(shape) => self.zeros(v, shape),
            Op::Take(place) => self.take(v, place),
            Op::Peek(place) => self.peek(v, place),
            Op::Pullback { prim, args, out, out_bar, operand, tangents } if tangents.is_empty() => {
                self.pullback(*prim, args, *out, *out_bar, *operand)
            }
            Op::Pullback { prim, args, out, out_bar, operand, tangents } => {
                let method = pull_method(args.len(), *operand);
                let shapes: Vec<Value> = args.iter().chain([out, out]).copied().collect();
                let operands: Vec<_> = args.iter().chain([out, out_bar]).map(|v| Some(*v)).collect();
                self.derived_rule(*prim, args.len(), method, &shapes, &operands, tangents)
            }
            Op::Pushforward { prim, args, out, dots, tangents } if tangents.is_empty() => {
                self.pushforward(*prim, args, *out, dots)
            }
            Op::Pushforward { prim, args, out, dots, tangents } => {
                let shapes: Vec<Value> = args.iter().chain([out]).chain(args).copied().collect();
                let operands: Vec<_> = args.iter().chain([out]).map(|v| Some(*v)).chain(dots.iter().copied()).collect();
                self.derived_rule(*prim, args.len(), "push", &shapes, &operands, tangents)
            }
            // A constant may be printed where it is used.
            Op::ZeroTangent(place) if self.class(place.base) == Class::Plain => {
                let (rt, like) = (self.rt.clone(), self.references(&[place.base]).remove(0));
                let zero = self.zero_tangent();
                Frag::atom(quote!(#rt::#zero(#like)))
            }
            Op::ZeroTangent(place) => {
                let (rt, place) = (self.rt.clone(), self.shared(place));
                let tokens = &place.tokens;
                let zero = self.zero_tangent();
                Frag::atom(quote!(#rt::#zero(#tokens))).with(&[&place])
            }
            Op::Arm { index, of, values } => self.arm_record(*index, *of, values),
        }
    }

    pub(super) fn prim(&mut self, v: Value, prim: Prim, args: &[Value]) -> Frag {
        let rule = prim.rule();
        let span = self.f[v].span;
        let operands: Vec<_> = args.iter().map(|v| self.operand_of_prim(*v)).collect();
        let mut whole = Frag::atom(TokenStream::new()).with(&operands.iter().collect::<Vec<_>>());
        // An operator on references reads what they refer to.
        if args.iter().any(|arg| matches!(self.class(*arg), Class::View { .. })) {
            whole.effects.reads |= MEMORY;
        }
        let mut operands = operands.into_iter();
        let Some(first) = operands.next() else { unreachable!("a primitive without operands") };
        let untyped = first.untyped;
        match rule.form {
            Form::Operator(op) => match operands.next() {
                None => {
                    let mut tokens = operator("-", span);
                    tokens.extend([first.into_at(Prec::Postfix)]);
                    Frag { tokens, prec: Prec::Prefix, untyped, ..whole }
                }
                Some(second) => self.binary(v, op, [first, second], span, whole),
            },
            Form::Assign(op) => {
                let Some(second) = operands.next() else { unreachable!("an operator without a second operand") };
                self.assignment(prim, op, args[0], [first, second], span, whole)
            }
            Form::Method => {
                let name = Ident::new(rule.name, span);
                let rest = operands.map(|arg| Moved::new(arg.tokens));
                let tokens = if untyped {
                    let (rt, receiver) = (&self.rt, Moved::new(first.tokens));
                    quote!(#rt::real::#name(#receiver #(, #rest)*))
                } else {
                    let receiver = Moved::new(first.into_at(Prec::Postfix));
                    quote!(#receiver.#name(#(#rest),*))
                };
                Frag { tokens, untyped, ..whole }
            }
            Form::Cast(ty) => {
                let (x, ty) = (Moved::new(first.into_at(Prec::Cast)), Ident::new(ty, span));
                Frag { tokens: quote!(#x as #ty), prec: Prec::Cast, ..whole }
            }
            Form::Function(name) => {
                let (rt, name) = (&self.rt, Ident::new(name, span));
                let operands = std::iter::once(first).chain(operands).map(|arg| Moved::new(arg.tokens));
                Frag { tokens: quote!(#rt::#name(#(#operands),*)), ..whole }
            }
        }
    }

    /// `whole` has all but the tokens.
    fn binary(&self, v: Value, op: &str, [a, b]: [Frag; 2], span: Span, whole: Frag) -> Frag {
        let prec = match op {
            "+" | "-" => Prec::Sum,
            _ => Prec::Product,
        };
        let is_compound = self.f[v].kind == Kind::Float && a.prec >= Prec::Prefix && a.effects.writes == 0;
        let compound = op.chars().next().filter(|_| is_compound);
        let untyped = a.untyped && b.untyped;
        let mut tokens = a.into_at(prec);
        tokens.extend([operator(op, span), b.into_at(prec.above())]);
        Frag { tokens, prec, untyped, compound, ..whole }
    }

    /// `a` after `a op= b`: a function of the runtime's, or the user's statement. `whole` has all but the tokens.
    fn assignment(&mut self, prim: Prim, op: &str, target: Value, [a, b]: [Frag; 2], span: Span, whole: Frag) -> Frag {
        let (rt, name) = (&self.rt, Ident::new(prim.rule().name, span));
        let (a, b) = (a.tokens, b.tokens);
        let tokens = quote!(#rt::#name(#a, #b));
        // In place nothing is cloned.
        let is_variable = self.class(target) == Class::Owner && !self.refs.contains(&target);
        let target = if is_variable { self.ident(target).to_token_stream() } else { a };
        let op = op.chars().next().filter(|_| whole.effects.writes == 0);
        let assignment = op.map(|op| Box::new(Assignment { target, op, operand: b }));
        Frag { tokens, assignment, ..whole }
    }

    /// An operand of an operator. Of unknown type and needed again, it is not moved.
    fn operand_of_prim(&mut self, v: Value) -> Frag {
        let frag = self.value(v);
        if self.handed.contains(&v) {
            let (rt, name) = (&self.rt, &frag.tokens);
            return Frag::atom(quote!(#rt::hand_over(&mut #name))).with(&[&frag]).effects(Effects::writes(MEMORY));
        }
        let again = self.uses[v.0 as usize].count > 1;
        if self.class(v) == Class::Owner && self.f[v].kind == Kind::Unknown && again && !self.refs.contains(&v) {
            let name = &frag.tokens;
            return Frag::atom(quote!(#name.clone())).with(&[&frag]);
        }
        // A constant of which no more is known may be `Copy` or not.
        let is_constant = self.class(v) == Class::Plain && matches!(self.f[v].kind, Kind::Unknown | Kind::Passive);
        if is_constant && again && !frag.untyped && !self.refs.contains(&v) {
            let name = &frag.tokens;
            return Frag::atom(quote!(::core::clone::Clone::clone(&#name))).with(&[&frag]);
        }
        frag
    }

    fn select(&mut self, c: Value, a: Value, b: Value) -> Frag {
        let (c, a, b) = (self.value(c), self.lazy(a), self.lazy(b));
        let (head, then, els) = (c.head(), &a.tokens, &b.tokens);
        let untyped = a.untyped && b.untyped;
        Frag { untyped, ..Frag::new(quote!(if #head { #then } else { #els }), Prec::Lowest) }.with(&[&c, &a, &b])
    }

    fn borrow(&mut self, v: Value, mutable: bool, place: &Place) -> Frag {
        if self.class(place.base) == Class::Shadow {
            return self.borrow_shadow(v, place);
        }
        let frag = if mutable { self.exclusive(place) } else { self.shared(place) };
        frag.with(&[])
    }

    /// Slices and arrays do not grow.
    fn has_fixed_length(&self, place: &Place) -> bool {
        let kind = match &self.f[place.base].kind {
            Kind::Ref(_, kind) => kind,
            kind => kind,
        };
        place.proj.is_empty() && matches!(kind, Kind::Array(_) | Kind::Slice(_))
    }
}

/// Operations on operands of unknown type, by the runtime's rule traits.
impl<'a> Emitter<'a> {
    fn pullback(&mut self, prim: Prim, args: &[Value], out: Value, out_bar: Value, operand: usize) -> Frag {
        let bar = self.value(out_bar);
        let tokens = &bar.tokens;
        let last = match self.is_last_use(out_bar) {
            true => {
                self.settle_mentions(out_bar);
                quote!(#tokens)
            }
            false => quote!(#tokens.clone()),
        };
        let method = Ident::new(pull_method(args.len(), operand), Span::call_site()).into_token_stream();
        let mut operands = self.operands_of_rule(args);
        operands.extend(self.references(&[out]));
        operands.push(last);
        self.rule_call(prim, args.len(), "", &method, &operands, self.f[out].span).with(&[&bar])
    }

    /// Nothing uses the adjoint after this, so that it may be given away. Numbers are copied.
    fn is_last_use(&mut self, out_bar: Value) -> bool {
        let uses = &self.uses[out_bar.0 as usize];
        let seen = self.given.entry(out_bar).or_insert(0);
        *seen += 1;
        let is_last = *seen == uses.count && uses.home == self.here;
        is_last || uses.count == 1 || self.f[out_bar].kind != Kind::Unknown
    }

    /// Prints what waits for its place of use and looks at a value that is given away now.
    fn settle_mentions(&mut self, v: Value) {
        if self.f[v].kind != Kind::Unknown {
            return;
        }
        let name = self.ident(v).to_string();
        let mentions = |(_, frag): &(Value, Frag)| {
            let mut mentioned = HashSet::new();
            super::names::mention(frag.tokens.to_token_stream(), &mut mentioned);
            mentioned.contains(&name)
        };
        let (settled, kept) = std::mem::take(&mut self.pending).into_iter().partition(mentions);
        self.pending = kept;
        self.name_all(settled);
    }

    fn pushforward(&mut self, prim: Prim, args: &[Value], out: Value, dots: &[Option<Value>]) -> Frag {
        let mut operands = self.operands_of_rule(args);
        operands.extend(self.references(&[out]));
        for (arg, dot) in args.iter().zip(dots) {
            operands.push(match dot {
                Some(dot) => self.references(&[*dot]).remove(0),
                None => self.zero_like(*arg),
            });
        }
        let push = if self.wide { quote!(push_wide) } else { quote!(push) };
        self.rule_call(prim, args.len(), "", &push, &operands, self.f[out].span).with(&[])
    }

    /// What makes a zero tangent.
    fn zero_tangent(&self) -> Ident {
        Ident::new(if self.wide { "zero_wide" } else { "zero_grad" }, Span::call_site())
    }

    /// A zero tangent of `v`, by reference.
    fn zero_like(&mut self, v: Value) -> TokenStream {
        // A second literal would get a type of its own.
        if self.alias.get(&v).is_some_and(|frag| frag.untyped) && self.f[v].kind == Kind::Float {
            let rt = &self.rt;
            return if self.wide { quote!(&#rt::lanes(0.0)) } else { quote!(&0.0) };
        }
        let (rt, like, zero) = (self.rt.clone(), self.references(&[v]).remove(0), self.zero_tangent());
        quote!(&#rt::#zero(#like))
    }

    /// The derivative of a rule itself: all that it is handed, and the tangents of that, by reference. `shapes` says for each operand
    /// what value it is shaped like, for zeros.
    fn derived_rule(
        &mut self,
        prim: Prim,
        arity: usize,
        method: &str,
        shapes: &[Value],
        operands: &[Option<Value>],
        tangents: &[Vec<Option<Value>>],
    ) -> Frag {
        // That of the result.
        let span = self.f[shapes[arity]].span;
        let mut references = Vec::new();
        for (i, (shape, operand)) in shapes.iter().cycle().zip(operands.iter().chain(tangents.iter().flatten())).enumerate() {
            references.push(match operand {
                Some(operand) if i < arity => self.operands_of_rule(&[*operand]).remove(0),
                Some(operand) => self.references(&[*operand]).remove(0),
                None => self.zero_like(*shape),
            });
        }
        if tangents.len() == 1 {
            let method = format_ident!("{method}_dot").into_token_stream();
            return self.rule_call(prim, arity, "Dot", &method, &references, span).with(&[]);
        }
        let tangents = references.split_off(operands.len());
        let by_set = tangents.chunks(operands.len()).map(|tangents| quote!((#(#tangents),*)));
        references.push(quote!(&[#(#by_set),*]));
        let method = format_ident!("{method}_high").into_token_stream();
        self.rule_call(prim, arity, "High", &method, &references, span).with(&[])
    }

    /// A rule of an operator whose operands' types the macro cannot see; if there is none, rustc says so where the operator stands.
    fn rule_call(&self, prim: Prim, arity: usize, of: &str, method: &TokenStream, operands: &[TokenStream], span: Span) -> Frag {
        let (rt, name) = (&self.rt, Ident::new(prim.rule().name, Span::call_site()));
        let of = Ident::new(&format!("Rule{arity}{of}"), Span::call_site());
        let rest = if arity > 1 { vec![quote!(, _); arity - 1] } else { Vec::new() };
        // Operands are owners, which may be modified.
        let located = |mut token: TokenTree| {
            token.set_span(token.span().located_at(span));
            token
        };
        let rule: TokenStream = quote!(#rt::#of::<#rt::prim::#name #(#rest)*>::#method).into_iter().map(located).collect();
        Frag::atom(quote!(#rule(#(#operands),*))).effects(Effects::reads(MEMORY))
    }

    /// The operands as the rule takes them. The rule for `&a * b` is that of `&A` and `B`.
    fn operands_of_rule(&mut self, args: &[Value]) -> Vec<TokenStream> {
        let references = self.references(args);
        let operand = |(v, reference): (&Value, TokenStream)| match self.class(*v) {
            Class::View { .. } => quote!(&#reference),
            Class::Plain | Class::Owner | Class::Accumulator | Class::Shadow | Class::Record | Class::Pull => reference,
        };
        args.iter().zip(references).map(operand).collect()
    }

    /// `&v` for each.
    fn references(&mut self, values: &[Value]) -> Vec<TokenStream> {
        let reference = |e: &mut Self, v: &Value| {
            if e.is_ref(*v) && e.class(*v) != Class::Plain {
                let name = e.ident(*v);
                return quote!(#name);
            }
            let tokens = match e.class(*v) {
                Class::Owner => {
                    let name = e.ident(*v);
                    quote!(#name)
                }
                _ => e.value(*v).at(Prec::Prefix),
            };
            quote!(&#tokens)
        };
        values.iter().map(|v| reference(self, v)).collect()
    }
}

/// The rule for one operand of an operator.
fn pull_method(arity: usize, operand: usize) -> &'static str {
    match (arity, operand) {
        (1, _) => "pull",
        (2, 0) => "pull_lhs",
        (2, _) => "pull_rhs",
        (_, 0) => "pull_first",
        (_, 1) => "pull_second",
        (_, _) => "pull_third",
    }
}

/// `(a, b)`; a single one has a comma behind it.
pub(super) fn tuple<T: quote::ToTokens>(parts: impl IntoIterator<Item = T>) -> TokenStream {
    let parts: Vec<_> = parts.into_iter().collect();
    match parts.as_slice() {
        [one] => quote!((#one,)),
        parts => quote!((#(#parts),*)),
    }
}

/// A number.
pub(super) fn float(x: f64) -> Frag {
    let size = if x.is_nan() {
        quote!(::core::f64::NAN)
    } else if x.is_infinite() {
        quote!(::core::f64::INFINITY)
    } else {
        let literal = Literal::f64_unsuffixed(x.abs());
        quote!(#literal)
    };
    let untyped = x.is_finite();
    if x.is_sign_negative() && !x.is_nan() {
        Frag { untyped, ..Frag::new(quote!(-#size), Prec::Prefix) }
    } else {
        Frag { untyped, ..Frag::atom(size) }
    }
}

fn operator(op: &str, span: Span) -> TokenStream {
    let Some(sign @ ('+' | '-' | '*' | '/' | '%')) = op.chars().next() else { unreachable!("not an arithmetic operator: {op}") };
    let mut punct = Punct::new(sign, Spacing::Alone);
    punct.set_span(span);
    TokenTree::Punct(punct).into()
}
