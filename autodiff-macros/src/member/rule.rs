//! Operators, and methods of the user's that are called like a primitive: the runtime's rule traits, by the derivatives of the method.
//!
//! What is written `a * b` or `z.exp()` on operands of unknown type finds its derivative by `Rule1`, `Rule2` (see `autodiff-runtime`'s
//! `ops`), whether the operands turn out to be floats or of a type of the user's. Two impls for one type (`V2 * f64`, `V2 * V2`) would
//! both have a `mul_forward`; those of an operator are therefore in a trait of their own that nobody else sees.

use super::receiver::written_lifetimes;
use crate::emit::companion::signature::{Param, Signature};
use crate::ir::Mode;
use crate::rules::{self, Form, Prim};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote};
use syn::{ImplItem, ItemImpl, Type};

/// The operators of `std::ops` that are primitives.
const OPERATORS: [&str; 11] =
    ["Add", "Sub", "Mul", "Div", "Rem", "Neg", "AddAssign", "SubAssign", "MulAssign", "DivAssign", "RemAssign"];

/// What is implemented is an operator.
pub(super) fn is_operator(block: &ItemImpl) -> bool {
    let last = block.trait_.as_ref().and_then(|(_, path, _)| path.segments.last());
    last.is_some_and(|last| OPERATORS.iter().any(|operator| last.ident == operator))
}

/// The block with all its lifetimes written out, so that its types can stand elsewhere.
pub(super) fn with_lifetimes(block: &ItemImpl) -> ItemImpl {
    let mut block = ItemImpl { items: Vec::new(), ..block.clone() };
    let lifetimes = written_lifetimes(&mut block);
    for lifetime in lifetimes.into_iter().rev() {
        block.generics.params.insert(0, syn::parse_quote!(#lifetime));
    }
    block
}

/// The primitive that a method is called like, by its name and the number of its operands: an operator, or a method of floats.
/// All operands of the latter but the receiver are taken by value.
pub(super) fn primitive(sig: &Signature, is_operator: bool) -> Option<Prim> {
    let (name, count) = (sig.name.to_string(), sig.params.len());
    if is_operator {
        let signs = ["+", "-", "*", "/", "%", "neg"];
        let mut operators = signs.into_iter().flat_map(|sign| [rules::by_operator(sign), rules::by_assignment(sign)]).flatten();
        return operators.find(|prim| prim.rule().name == name && prim.rule().params.len() == count);
    }
    let (receiver, others) = sig.params.split_first()?;
    let is_called_so = receiver.receiver.is_some() && !receiver.is_mut() && others.iter().all(Param::by_value);
    let is_plain = sig.generics.params.is_empty() && !sig.returns_unit();
    rules::by_method(&name, count).filter(|_| is_called_so && is_plain)
}

/// The impls of a rule trait.
pub(super) struct Rule<'a> {
    pub(super) prim: Prim,
    pub(super) sig: &'a Signature,
    /// With all lifetimes written out.
    pub(super) block: &'a ItemImpl,
    /// Where the hidden functions are.
    pub(super) owner: TokenStream,
}

impl Rule<'_> {
    /// The rule, and from order 2 on its derivatives.
    pub(super) fn all(&self) -> TokenStream {
        let derived = (self.sig.order > 1).then(|| self.impls(true));
        let rule = self.impls(false);
        quote!(#rule #derived)
    }

    /// For the operands as they are; for what is called as a method, also for references.
    fn impls(&self, derived: bool) -> TokenStream {
        let values = self.item(&|_| false, derived, |method| self.body(method));
        let is_method = self.prim.rule().form == Form::Method;
        let combinations = (1..1_u32 << self.sig.params.len()).filter(|_| is_method);
        let references = combinations.map(|mask| {
            let is_reference = |i: usize| mask & (1 << i) != 0;
            self.item(&is_reference, derived, |method| self.delegated(&is_reference, method))
        });
        let references: TokenStream = references.collect();
        quote!(#values #references)
    }

    /// `a += b` and the like: the rule is that of the value that `a` gets.
    fn assigns(&self) -> bool {
        matches!(self.prim.rule().form, Form::Assign(_))
    }

    /// The operand's type, without the reference that a method takes its receiver by.
    fn ty(&self, i: usize) -> &Type {
        let param = &self.sig.params[i];
        let is_receiver = self.prim.rule().form == Form::Method || self.assigns() && i == 0;
        if is_receiver { param.pointee() } else { &param.ty }
    }

    /// The type of the result.
    fn ret(&self) -> &Type {
        if self.assigns() { self.ty(0) } else { &self.sig.ret }
    }

    fn head(&self, is_reference: &dyn Fn(usize) -> bool, derived: bool) -> (TokenStream, TokenStream) {
        let (krate, name) = (&self.sig.krate, Ident::new(self.prim.rule().name, Span::call_site()));
        let types: Vec<_> = (0..self.sig.params.len())
            .map(|i| {
                let ty = self.ty(i);
                if is_reference(i) { quote!(&#ty) } else { ty.to_token_stream() }
            })
            .collect();
        let (rule, rest) = (format_ident!("Rule{}{}", types.len(), if derived { "Dot" } else { "" }), &types[1..]);
        (quote!(#krate::rt::#rule<#krate::rt::prim::#name, #(#rest),*>), types[0].clone())
    }

    fn item(&self, is_reference: &dyn Fn(usize) -> bool, derived: bool, body: impl Fn(&Method) -> TokenStream) -> TokenStream {
        let ((head, this), ret) = (self.head(is_reference, derived), self.ret());
        let methods = methods(self.sig.params.len());
        let methods = methods.iter().filter(|method| method.derived == derived).map(|method| {
            let (name, result, body) = (&method.name, self.grad(method.result), body(method));
            let operands = (1..self.sig.params.len()).map(|i| {
                let (name, ty) = (operand(i), self.ty(i));
                let reference = is_reference(i).then(|| quote!(&));
                quote!(#name: &#reference #ty)
            });
            let rest = method.rest.iter().map(|input| {
                let (name, grad, reference) = (&input.name, self.grad(input.of), (!input.by_value).then(|| quote!(&)));
                quote!(#name: #reference #grad)
            });
            quote!(fn #name(&self, #(#operands,)* out: &#ret, #(#rest),*) -> #result { #body })
        });
        let (generics, _, where_clause) = self.block.generics.split_for_impl();
        let (allowed, output) = (crate::emit::companion::allowed(), (!derived).then(|| quote!(type Output = #ret;)));
        quote! {
            #allowed
            impl #generics #head for #this #where_clause {
                #output
                #(#methods)*
            }
        }
    }

    fn grad(&self, of: Option<usize>) -> TokenStream {
        let ty = of.map_or(self.ret(), |i| self.ty(i));
        let krate = &self.sig.krate;
        quote!(#krate::rt::Grad<#ty>)
    }

    /// By the impl for values.
    fn delegated(&self, is_reference: &dyn Fn(usize) -> bool, method: &Method) -> TokenStream {
        let ((head, this), name) = (self.head(&|_| false, method.derived), &method.name);
        let operands = (0..self.sig.params.len()).map(|i| {
            let (name, deref) = (operand(i), is_reference(i).then(|| quote!(*)));
            quote!(#deref #name)
        });
        let rest = method.rest.iter().map(|input| &input.name);
        quote!(<#this as #head>::#name(#(#operands,)* out, #(#rest),*))
    }

    fn body(&self, method: &Method) -> TokenStream {
        match method.what {
            What::Push if self.assigns() => self.push_assigned(method),
            What::Push => self.push(method),
            What::Pull(i) if self.assigns() && self.sig.params[i].active => self.pull_assigned(i, method),
            What::Pull(i) if self.sig.params[i].active => self.pull(i, method),
            What::Pull(i) => {
                let (krate, operand) = (&self.sig.krate, operand(i));
                quote!(#krate::rt::zero_grad(#operand))
            }
        }
    }

    /// The tangents of the operands in one set of directions, as arguments of a hidden function or of its pullback.
    fn tangents(&self, dots: &[Input], again: bool) -> TokenStream {
        let krate = &self.sig.krate;
        let given = |(param, dot): (&Param, &Input)| {
            if !param.active || again && param.mode == Mode::Copy {
                return quote!(#krate::rt::Ignored,);
            }
            let (ty, dot) = (param.pointee(), &dot.name);
            if param.is_mut() {
                return quote!(::core::option::Option::Some(::std::borrow::BorrowMut::borrow_mut(&mut #dot)),);
            }
            quote!(::core::option::Option::Some(#krate::rt::tangent_of::<#ty>(#dot)),)
        };
        self.sig.params.iter().zip(dots).map(given).collect()
    }

    fn primals(&self, again: bool) -> TokenStream {
        let krate = &self.sig.krate;
        let is_method = self.prim.rule().form == Form::Method;
        let primal = |(i, param): (usize, &Param)| {
            let operand = operand(i);
            match param.mode {
                Mode::Copy if again => quote!(#krate::rt::Ignored,),
                Mode::Copy | Mode::Move => quote!(#operand,),
                // Of a method the receiver alone is a reference, to the operand.
                Mode::Shared | Mode::Function if is_method => quote!(#operand,),
                Mode::Shared | Mode::Function => quote!(*#operand,),
                // The value that the assignment changes.
                Mode::Mut => quote!(&mut this,),
            }
        };
        self.sig.params.iter().enumerate().map(primal).collect()
    }

    /// `pull` or `push` of what assigns to a copy of the first operand, whose tangents are copied, too.
    fn on_copies(&self, dots: &[&Input], body: TokenStream) -> TokenStream {
        let dots = dots.iter().map(|dot| &dot.name);
        quote! {
            let mut this = ::core::clone::Clone::clone(self);
            #(let mut #dots = ::core::clone::Clone::clone(#dots);)*
            #body
        }
    }

    /// The last of the tangents that the assignment leaves.
    fn push_assigned(&self, method: &Method) -> TokenStream {
        let owner = &self.owner;
        let (name, sets) = if method.derived { ("tangent_order_2", 3) } else { ("tangent", 1) };
        let (function, primals) = (self.sig.member_name(name), self.primals(false));
        let dots: Vec<Input> = method.rest.iter().filter(|input| input.of.is_some()).cloned().collect();
        let given = (0..sets).map(|set| self.tangents(&dots[set * 2..][..2], false));
        let of_first: Vec<&Input> = dots.iter().step_by(2).collect();
        let last = &of_first[sets - 1].name;
        self.on_copies(
            &of_first,
            quote! {
                #owner::#function(#primals #(#given)*);
                #last
            },
        )
    }

    /// The adjoint of the value after the assignment becomes that of the one before.
    fn pull_assigned(&self, k: usize, method: &Method) -> TokenStream {
        let (owner, krate) = (&self.owner, &self.sig.krate);
        let function = self.sig.member_name(if method.derived { "forward_order_2" } else { "forward" });
        let dots: Vec<Input> = method.rest.iter().filter(|input| input.of.is_some()).cloned().collect();
        let (given, again) = match method.derived {
            true => (self.tangents(&dots, false), self.tangents(&dots, true)),
            false => (TokenStream::new(), TokenStream::new()),
        };
        let of_first: Vec<&Input> = dots.iter().step_by(2).collect();
        let (primals, primals_again) = (self.primals(false), self.primals(true));
        let (first, second) = (self.ty(0), self.sig.params[1].pointee());
        // Each with the type that it is the shadow of, and what it holds before.
        let bars: &[_] = if method.derived { &[quote!(&out_bar), quote!(out_bar_dot)] } else { &[quote!(&out_bar)] };
        let names: Vec<Ident> = (0..bars.len()).map(|set| format_ident!("bar{set}")).collect();
        let seeds = names.iter().map(|_| quote!(&(),));
        let last = bars.len() - 1;
        let slots = names.iter().enumerate().map(|(set, name)| {
            let of_second = match self.sig.params[1].active {
                true if k == 1 && set == last => quote!(::core::option::Option::Some(#krate::rt::shadow_of::<#second>(&bar)),),
                true => quote!(::core::option::Option::None,),
                false => quote!(#krate::rt::Ignored,),
            };
            quote!(::core::option::Option::Some(#krate::rt::shadow_of::<#first>(&#name)), #of_second)
        });
        let (result, bar) = match k {
            0 => {
                let name = &names[last];
                (quote!(#krate::rt::into_grad::<#first>(#name)), None)
            }
            _ => (quote!(#krate::rt::into_grad::<#second>(bar)), Some(quote!(let bar = #krate::rt::zeros::<#second>(b);))),
        };
        self.on_copies(
            &of_first,
            quote! {
                let (_, pull) = #owner::#function(#primals #given);
                #(let #names = #krate::rt::seed::<#first>(#krate::rt::tangent_of::<#first>(#bars));)*
                #bar
                pull(#primals_again #again #(#seeds)* #(#slots)*);
                #result
            },
        )
    }

    /// The last of the results by set of directions.
    fn push(&self, method: &Method) -> TokenStream {
        let (n, owner) = (self.sig.params.len(), &self.owner);
        let (name, sets) = if method.derived { ("tangent_order_2", 3) } else { ("tangent", 1) };
        let (function, primals) = (self.sig.member_name(name), self.primals(false));
        // The tangent of `push` is handed one of the result between those of the operands, which follows from them.
        let dots: Vec<Input> = method.rest.iter().filter(|input| input.of.is_some()).cloned().collect();
        let dots = (0..sets).map(|set| self.tangents(&dots[set * n..][..n], false));
        let last = if method.derived { quote!(.1.1) } else { quote!(.1) };
        quote!(#owner::#function(#primals #(#dots)*) #last)
    }

    fn pull(&self, k: usize, method: &Method) -> TokenStream {
        let (owner, krate, ret) = (&self.owner, &self.sig.krate, &self.sig.ret);
        let sets = if method.derived { 2 } else { 1 };
        let function = self.sig.member_name(if method.derived { "forward_order_2" } else { "forward" });
        let dots: Vec<Input> = method.rest.iter().filter(|input| input.of.is_some()).cloned().collect();
        let (primals, again) = (self.primals(false), self.primals(true));
        let (given, again_dots) = match method.derived {
            true => (self.tangents(&dots, false), self.tangents(&dots, true)),
            false => (TokenStream::new(), TokenStream::new()),
        };
        let out_bars = [quote!(&out_bar), quote!(out_bar_dot)];
        let seeds = out_bars[..sets]
            .iter()
            .map(|bar| quote!(#krate::rt::shadow_of::<#ret>(&#krate::rt::seed::<#ret>(#krate::rt::tangent_of::<#ret>(#bar))),));
        let ty = self.sig.params[k].pointee();
        let slots = (0..sets).flat_map(|set| (0..self.sig.params.len()).map(move |i| (set, i))).map(|(set, i)| {
            if !self.sig.params[i].active {
                quote!(#krate::rt::Ignored,)
            } else if set + 1 == sets && i == k {
                quote!(::core::option::Option::Some(#krate::rt::shadow_of::<#ty>(&bar)),)
            } else {
                quote!(::core::option::Option::None,)
            }
        });
        let operand = operand(k);
        quote! {
            let (_, pull) = #owner::#function(#primals #given);
            let bar = #krate::rt::zeros::<#ty>(#operand);
            pull(#again #again_dots #(#seeds)* #(#slots)*);
            #krate::rt::into_grad::<#ty>(bar)
        }
    }
}

/// `self`, and the others.
fn operand(i: usize) -> Ident {
    let names = ["self", "b", "c"];
    Ident::new(names[i], Span::call_site())
}

/// A method of a rule trait.
struct Method {
    name: Ident,
    what: What,
    /// The tangent of the rule.
    derived: bool,
    /// Whose `Grad` it returns: an operand's, or the result's.
    result: Option<usize>,
    /// What it takes besides operands and result.
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

/// What the trait of this many operands demands.
fn methods(n: usize) -> Vec<Method> {
    let of_result = |name: &str| Input { name: Ident::new(name, Span::call_site()), of: None, by_value: false };
    let letters = ["a", "b", "c"];
    let operands = |suffix: &'static str| {
        (0..n).map(move |i| Input { name: format_ident!("{}{suffix}", letters[i]), of: Some(i), by_value: false })
    };
    let pulls: &[&str] = match n {
        1 => &["pull"],
        2 => &["pull_lhs", "pull_rhs"],
        _ => &["pull_first", "pull_second", "pull_third"],
    };
    let ident = |name: &str| Ident::new(name, Span::call_site());
    let mut all = Vec::new();
    for (i, name) in pulls.iter().enumerate() {
        let out_bar = Input { by_value: true, ..of_result("out_bar") };
        all.push(Method { name: ident(name), what: What::Pull(i), derived: false, result: Some(i), rest: vec![out_bar] });
    }
    all.push(Method { name: ident("push"), what: What::Push, derived: false, result: None, rest: operands("_dot").collect() });
    for (i, name) in pulls.iter().enumerate() {
        let rest = [of_result("out_bar")].into_iter().chain(operands("_dot"));
        let rest = rest.chain(["out_dot", "out_bar_dot"].map(of_result)).collect();
        all.push(Method { name: format_ident!("{name}_dot"), what: What::Pull(i), derived: true, result: Some(i), rest });
    }
    let rest = operands("_dot").chain(operands("_dot2")).chain([of_result("out_dot2")]).chain(operands("_dots")).collect();
    all.push(Method { name: ident("push_dot"), what: What::Push, derived: true, result: None, rest });
    all
}

/// `type Output = T;` and the like, by name.
pub(super) fn associated_types(block: &ItemImpl) -> Vec<(Ident, Type)> {
    let types = block.items.iter().filter_map(|item| match item {
        ImplItem::Type(ty) if ty.generics.params.is_empty() => Some((ty.ident.clone(), ty.ty.clone())),
        _ => None,
    });
    types.collect()
}
