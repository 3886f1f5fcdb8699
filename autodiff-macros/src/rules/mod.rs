//! Primitives and their derivatives.
//!
//! [`table`] states for each primitive its partial derivatives, once, as expressions in its operands and its result `out`.
//! [`instantiate`] turns a partial into statements of the IR: times the adjoint of the result ([`contribution`]) or times the
//! tangents of the operands ([`tangent`]). Nothing else in the crate knows a derivative. The runtime's rules for operands of unknown type
//! are printed from the same statements, for the first two orders by [`runtime`] and for any order by `jets`.

pub mod fold;
pub mod generated_tests;
mod instantiate;
mod jets;
mod partial;
pub mod runtime;
pub mod siblings;
mod table;

pub use instantiate::{all_vanish, contribution, guarded, tangent};
pub use jets::pull_names;
pub use partial::Name;
use partial::Partial;
pub use table::RULES;

/// A primitive: an index into the rule table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Prim(pub u16);

/// One entry of the rule table.
#[derive(Debug)]
pub struct Rule {
    /// The family that it belongs to, a heading of the reference page.
    pub section: &'static str,
    /// The primitive's name: the method's name, or the name of the operator's trait method.
    pub name: &'static str,
    /// The operands, receiver first.
    pub params: &'static [Param],
    /// How the primitive is written in Rust.
    pub form: Form,
    /// The primitive applied to its parameters, as text: `a / b`.
    pub call: &'static str,
    /// How its derivative is stated.
    pub kind: RuleKind,
    /// The partial derivative for each parameter, as text, in the parameters and `out`; none for [`RuleKind::Zero`], the name of
    /// the transpose for [`RuleKind::Linear`].
    pub partials: &'static [&'static str],
    /// See [`Prim::cheap`].
    pub cheap: bool,
    /// The slope is infinite where the value is finite (`sqrt` at 0): there a zero adjoint or tangent stays zero.
    pub steep: bool,
    /// A method of tensors; that of floats, in `call`, has another name.
    pub tensors: bool,
    /// What it is, and what happens at kinks and at the ends of its domain.
    pub doc: &'static str,
}

impl Rule {
    /// What a method is called on floats.
    pub fn on_floats(&self) -> &'static str {
        let method = self.call.split_once('.').and_then(|(_, rest)| rest.split_once('('));
        method.map_or(self.name, |(name, _)| name)
    }
}

/// One operand of a primitive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Param {
    /// Its name in the partials.
    pub name: &'static str,
    /// Where the generated tests take their points from; away from singularities and kinks.
    pub domain: Option<(f64, f64)>,
    /// An `i32`, never active.
    pub integer: bool,
}

/// How a primitive is written in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `+`, `-`, `*`, `/`, `%` between two operands, or `neg` before one.
    Operator(&'static str),
    /// `a += b` and the like, by the sign in front of `=`: the result is what `a` is afterwards. On operands of unknown type only.
    Assign(&'static str),
    /// `x.sin()`, `a.atan2(b)`: the method has the rule's name.
    Method,
    /// `x as f32`, by the type.
    Cast(&'static str),
    /// A helper function of the runtime, by its name in `rt`. Occurs in partials only.
    Function(&'static str),
}

/// How the derivative of a primitive is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// By the partial derivative for each operand.
    Pointwise,
    /// By another primitive, which takes the adjoint of the result to that of the one operand.
    Linear,
    /// The derivative is zero wherever there is one: activity stops.
    Zero,
}

impl Prim {
    /// The primitive's entry.
    pub fn rule(self) -> &'static Rule {
        &RULES[usize::from(self.0)]
    }

    /// Whether operands of a type that the macro cannot see may have a rule of their own for it.
    pub fn is_generic(self) -> bool {
        match self.rule().form {
            Form::Operator(_) | Form::Assign(_) | Form::Method => true,
            Form::Cast(_) | Form::Function(_) => false,
        }
    }

    /// Evaluating it again costs no more than reading a recorded value.
    pub fn cheap(self) -> bool {
        self.rule().cheap
    }
}

/// The primitive behind an operator: `+`, `-`, `*`, `/`, `%`, or `neg`.
pub fn by_operator(op: &str) -> Option<Prim> {
    find(|rule| rule.form == Form::Operator(op_name(op)))
}

/// The primitive behind `a += b` and the like, by the operator in it.
pub fn by_assignment(op: &str) -> Option<Prim> {
    find(|rule| rule.form == Form::Assign(op_name(op)))
}

/// The primitive behind a method of floats; the receiver counts as an argument.
pub fn by_method(name: &str, args_including_receiver: usize) -> Option<Prim> {
    find(|rule| rule.form == Form::Method && rule.name == name && rule.params.len() == args_including_receiver)
}

/// The cast to a type of floats.
pub fn by_cast(to: &str) -> Option<Prim> {
    RULES.iter().position(|rule| matches!(rule.form, Form::Cast(ty) if ty == to)).map(|i| Prim(i as u16))
}

/// The primitive of that name.
///
/// # Panics
///
/// If there is none: callers name primitives that the table is known to have.
pub fn by_name(name: &str) -> Prim {
    find(|rule| rule.name == name).unwrap_or_else(|| panic!("the rule table has no primitive `{name}`"))
}

/// Whether the contribution to an operand is computed from an operand or the result.
pub fn reads(prim: Prim, operand: usize, name: Name) -> bool {
    partial::of(prim, operand).is_some_and(|partial| partial.mentions(name))
}

/// For a primitive that returns one of its two operands: the condition, in `a` and `b`, under which it is the first.
pub fn choice(prim: Prim) -> Option<syn::Expr> {
    let (Partial::Select(first, ab), Partial::Select(second, cd)) = (partial::of(prim, 0)?, partial::of(prim, 1)?) else {
        return None;
    };
    let ([a, b], [c, d]) = (&**ab, &**cd);
    let chooses = a.is(1.0) && b.is(0.0) && c.is(0.0) && d.is(1.0) && first == second;
    chooses.then(|| syn::parse_str(&first.text).expect("the table's conditions parse"))
}

fn find(wanted: impl FnMut(&Rule) -> bool) -> Option<Prim> {
    RULES.iter().position(wanted).map(|i| Prim(i as u16))
}

/// The table's own copy of an operator's name, so that names of any lifetime can be compared with it.
fn op_name(op: &str) -> &'static str {
    ["+", "-", "*", "/", "%", "neg"].into_iter().find(|known| *known == op).unwrap_or("")
}

#[cfg(test)]
mod tests;
