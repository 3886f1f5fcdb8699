//! Functions that take functions: what the hidden functions ask of them, and what the public ones offer.
//!
//! `f: impl Fn(f64) -> f64` becomes, in the hidden functions, what it captures and beside it its code: for `forward` what runs the
//! forward sweep of one call and returns that call's pullback, for `tangent` what computes a value and its tangent. A caller that is
//! differentiated derives them of the closure that it passes. One that is not has nothing but the function itself: that is enough if
//! all calls of it are with constants, and else there is no derivative (`unknown`).

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote};
use syn::{GenericParam, Generics, Type, WherePredicate, parse_quote};

use super::hidden::{Program, paired};
use super::signature::{Param, Signature, named, ungrouped};
use super::types::{owned, without_lifetimes};
use crate::ir::Mode;
use crate::lower::function_type::{self, FunctionType};
use crate::lower::kind;

/// A parameter that is a function.
#[derive(Clone, Debug)]
pub(crate) struct FunctionParam {
    ty: FunctionType,
    /// The type parameters that stand for what it captures, its code, and the pullback that this returns.
    pub(crate) captures: Ident,
    code: Ident,
    pull: Ident,
    /// Its derivative is asked for.
    pub(crate) needs_derivative: bool,
}

impl FunctionParam {
    /// Of the parameter of that number.
    pub(crate) fn new(ty: &Type, generics: &Generics, i: usize, needs_derivative: bool) -> Option<FunctionParam> {
        let ty = function_type::of(ty, generics)?;
        let name = |what: &str| format_ident!("{what}{i}");
        Some(FunctionParam { ty, captures: name("Captures"), code: name("Code"), pull: name("Pull"), needs_derivative })
    }

    pub(crate) fn code(&self) -> &Ident {
        &self.code
    }

    /// The arguments of the code, each by reference.
    fn inputs(&self) -> impl Iterator<Item = Input<'_>> {
        self.ty.inputs.iter().map(Input::new)
    }

    /// What `Fn` the code has to be, and the pullback that it returns.
    fn bounds(&self, sig: &Signature, program: Program, sets: usize) -> Vec<WherePredicate> {
        let (krate, captures, code, pull) = (&sig.krate, &self.captures, &self.code, &self.pull);
        let results = paired(sig, &self.ty.output, sets);
        let args: TokenStream = self.inputs().map(|input| input.primal()).collect();
        let dots: TokenStream = self.inputs().map(|input| input.tangent(sig)).collect();
        let dots_of = |dots_type: TokenStream| {
            let set = quote!(::core::option::Option<#krate::rt::#dots_type<'_, #captures>>, #dots);
            std::iter::repeat_n(set, sets - 1).collect::<TokenStream>()
        };
        let (given, again) = (dots_of(quote!(Dots)), dots_of(quote!(DotsAgain)));
        // A pullback in a box lives as long as it likes.
        let lives = sig.recursive.then(|| quote!('static+));
        let call = quote!(#lives ::core::marker::Copy + Fn(#krate::rt::Captured<'_, #captures>, #args #given));
        if program == Program::Tangent {
            return vec![parse_quote!(#captures: #lives #krate::rt::Captures), parse_quote!(#code: #call -> #results)];
        }
        let out_bar = sig.projection("ShadowOf", &owned(&self.ty.output));
        let out_bars = std::iter::repeat_n(quote!(&#out_bar,), sets);
        let shadows: TokenStream = self.inputs().map(|input| input.shadow(sig)).collect();
        let slots = quote!(::core::option::Option<#krate::rt::Slots<'_, #captures>>, #shadows);
        let slots = std::iter::repeat_n(slots, sets);
        vec![
            parse_quote!(#captures: #lives #krate::rt::Captures),
            parse_quote!(#code: #call -> (#results, #pull)),
            parse_quote!(#pull: #lives Fn(#krate::rt::Again<'_, #captures>, #args #again #(#out_bars)* #(#slots)*)),
        ]
    }

    /// A function of which only its values are known, where no derivative of it is asked for.
    fn plain(&self, sig: &Signature, f: &TokenStream, program: Program, sets: usize) -> TokenStream {
        let krate = &sig.krate;
        let args: Vec<Ident> = (0..self.ty.inputs.len()).map(|i| local(&format!("arg{i}"))).collect();
        let passed = self.inputs().zip(&args).map(|(input, arg)| match input.mode {
            Mode::Copy => quote!(*#arg),
            Mode::Move => quote!(::core::clone::Clone::clone(#arg)),
            Mode::Shared | Mode::Mut | Mode::Function => quote!(#arg),
        });
        let (captured, plain, y) = (local("captured"), local("plain"), local("y"));
        let dots = std::iter::repeat_n(quote!(_,), (sets - 1) * (args.len() + 1));
        let mut results = vec![quote!(#y)];
        results.resize(sets, quote!(#krate::rt::zero_grad(&#y)));
        let results = super::hidden::pairs(results);
        let results = match program {
            Program::Adjoint => {
                let ignored = std::iter::repeat_n(quote!(_,), sets * (2 * args.len() + 3));
                quote!((#results, |#(#ignored)*| ()))
            }
            Program::Tangent => results,
        };
        quote! {
            #krate::rt::and(#krate::rt::inert(#f), #krate::rt::nil()),
            |#captured, #(#args,)* #(#dots)*| {
                let (#plain, ()) = #captured.0;
                let #y = #plain(#(#passed),*);
                #results
            }
        }
    }
}

/// An argument of a function value.
struct Input<'t> {
    ty: &'t Type,
    mode: Mode,
}

impl<'t> Input<'t> {
    fn new(ty: &'t Type) -> Input<'t> {
        Input { ty, mode: kind::mode(&kind::of_type(ty)) }
    }

    fn pointee(&self) -> Type {
        match ungrouped(self.ty) {
            Type::Reference(reference) => without_lifetimes(&owned(&reference.elem)),
            ty => without_lifetimes(&owned(ty)),
        }
    }

    fn primal(&self) -> TokenStream {
        let ty = self.ty;
        match ungrouped(ty) {
            Type::Reference(_) => quote!(#ty,),
            _ => quote!(&#ty,),
        }
    }

    fn tangent(&self, sig: &Signature) -> TokenStream {
        let ty = sig.projection("Tangent", &self.pointee());
        match self.mode {
            Mode::Mut => quote!(::core::option::Option<&mut #ty>,),
            Mode::Copy | Mode::Move | Mode::Shared | Mode::Function => quote!(::core::option::Option<&#ty>,),
        }
    }

    fn shadow(&self, sig: &Signature) -> TokenStream {
        let ty = sig.projection("ShadowOf", &self.pointee());
        quote!(::core::option::Option<&#ty>,)
    }
}

impl Signature {
    /// The parameters that are functions.
    pub(crate) fn functions(&self) -> impl Iterator<Item = (&Param, &FunctionParam)> {
        self.params.iter().filter_map(|param| Some((param, param.function.as_ref()?)))
    }

    /// There are such parameters.
    pub(crate) fn has_functions(&self) -> bool {
        self.functions().next().is_some()
    }

    /// The generics of a hidden function, and its `where` clause: functions fall apart into what they capture and what they do.
    pub(super) fn hidden_generics(&self, clause: &TokenStream, program: Program, sets: usize) -> (Generics, TokenStream) {
        let mut generics = without_functions(self);
        let mut clause = match syn::parse2::<syn::WhereClause>(clause.clone()) {
            Ok(clause) => clause,
            Err(_) => parse_quote!(where),
        };
        clause.predicates = clause.predicates.into_iter().filter(|predicate| !self.is_of_function(predicate)).collect();
        for (_, function) in self.functions() {
            let FunctionParam { captures, code, pull, .. } = function;
            generics.params.extend([captures, code].map(|name| -> GenericParam { parse_quote!(#name) }));
            if program == Program::Adjoint {
                generics.params.push(parse_quote!(#pull));
            }
            clause.predicates.extend(function.bounds(self, program, sets));
        }
        generics.where_clause = None;
        let clause = if clause.predicates.is_empty() { TokenStream::new() } else { clause.into_token_stream() };
        (generics, clause)
    }

    fn is_of_function(&self, predicate: &WherePredicate) -> bool {
        let WherePredicate::Type(bound) = predicate else { return false };
        let Type::Path(path) = &bound.bounded_ty else { return false };
        self.functions().any(|(_, function)| function.ty.param.as_ref().is_some_and(|param| path.path.is_ident(param)))
    }

    /// What `forward` captures by type.
    pub(super) fn hidden_captured(&self, generics: &Generics) -> Vec<TokenStream> {
        let own = named(&self.generics).len();
        let mut captured = self.captured();
        captured.truncate(captured.len() - own);
        captured.extend(named(generics));
        captured
    }

    /// A function as an argument of a hidden function.
    pub(super) fn plain(&self, param: &Param, function: &FunctionParam, program: Program, directions: u32) -> TokenStream {
        let ident = &param.ident;
        let f = match ungrouped(&param.ty) {
            Type::Reference(_) => quote!(#ident),
            _ => quote!(&#ident),
        };
        function.plain(self, &f, program, 1 << directions)
    }

    /// The same for a pullback.
    pub(super) fn plain_again(&self, param: &Param) -> TokenStream {
        let (krate, ident) = (&self.krate, &param.ident);
        let f = match ungrouped(&param.ty) {
            Type::Reference(_) => quote!(#ident),
            _ => quote!(&#ident),
        };
        quote!(#krate::rt::Again((#f, ())),)
    }

    /// The same functions of functions whose derivative is asked for and not known: no such functions exist.
    pub(super) fn of_unknown(&self) -> Signature {
        let krate = self.krate.clone();
        let mut sig = Signature { generics: without_functions(self), ..self.clone() };
        for (i, param) in sig.params.iter_mut().enumerate() {
            if param.function.take().is_some() {
                let name = format_ident!("Function{i}");
                sig.generics.params.push(parse_quote!(#name: #krate::rt::KnownDerivative));
                param.ty = parse_quote!(#name);
                param.mode = Mode::Move;
            }
        }
        if let Some(clause) = &mut sig.generics.where_clause {
            clause.predicates = clause.predicates.iter().filter(|predicate| !self.is_of_function(predicate)).cloned().collect();
        }
        sig
    }
}

fn without_functions(sig: &Signature) -> Generics {
    let mut generics = sig.generics.clone();
    let is_kept = |param: &GenericParam| match param {
        GenericParam::Type(param) => !sig.functions().any(|(_, function)| function.ty.param.as_ref() == Some(&param.ident)),
        GenericParam::Lifetime(_) | GenericParam::Const(_) => true,
    };
    generics.params = generics.params.into_iter().filter(is_kept).collect();
    generics
}

fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
