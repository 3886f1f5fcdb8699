//! Integers as sums: which elements of an array are selected, and whether two places are the same.

use crate::ir::{Op, Opaque, Place, Proj, Value};
use std::collections::{BTreeMap, HashMap};
use syn::{BinOp, Expr};

/// What a sum is made of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Atom {
    /// A value that is not known as a sum.
    Value(Value),
    /// A product, with the values in it.
    Product(String, Vec<Value>),
}

/// `constant + Σ coefficient · atom`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Affine {
    terms: BTreeMap<Atom, i64>,
    pub constant: i64,
}

/// What is known of the integers of a function.
#[derive(Debug, Default)]
pub struct Forms {
    forms: HashMap<Value, Affine>,
}

/// A place in terms of sums, to compare places by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    Deref,
    Field(String),
    Index(Affine),
    Range(Option<Affine>, Option<Affine>, bool),
}

/// Longer sums are not looked into: they are not indices, and comparing them would cost.
const LONG: usize = 6;

impl Affine {
    fn constant(constant: i64) -> Affine {
        Affine { terms: BTreeMap::new(), constant }
    }

    fn atom(atom: Atom) -> Affine {
        Affine { terms: BTreeMap::from([(atom, 1)]), constant: 0 }
    }

    pub fn as_constant(&self) -> Option<i64> {
        self.terms.is_empty().then_some(self.constant)
    }

    fn plus(&self, other: &Affine, times: i64) -> Option<Affine> {
        let mut sum = self.clone();
        sum.constant = sum.constant.checked_add(other.constant.checked_mul(times)?)?;
        for (atom, coefficient) in &other.terms {
            let so_far = sum.terms.entry(atom.clone()).or_default();
            *so_far = so_far.checked_add(coefficient.checked_mul(times)?)?;
        }
        sum.terms.retain(|_, coefficient| *coefficient != 0);
        Some(sum)
    }

    /// The difference, as far as it is known.
    pub fn minus(&self, other: &Affine) -> Option<Affine> {
        self.plus(other, -1)
    }

    /// How often a value is in the sum, if it is nowhere else.
    pub fn coefficient(&self, value: Value) -> i64 {
        if self.has_in_product(value) { 0 } else { self.terms.get(&Atom::Value(value)).copied().unwrap_or(0) }
    }

    fn has_in_product(&self, value: Value) -> bool {
        self.terms.keys().any(|atom| matches!(atom, Atom::Product(_, values) if values.contains(&value)))
    }

    /// Whether the sum has one of these values in it.
    pub fn depends_on(&self, any: &dyn Fn(Value) -> bool) -> bool {
        self.terms.keys().any(|atom| match atom {
            Atom::Value(v) => any(*v),
            Atom::Product(_, values) => values.iter().any(|v| any(*v)),
        })
    }

    fn values(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for atom in self.terms.keys() {
            match atom {
                Atom::Value(v) => all.push(*v),
                Atom::Product(_, values) => all.extend(values),
            }
        }
        all
    }

    /// Without the term of a value.
    pub fn without(&self, value: Value) -> Affine {
        let mut rest = self.clone();
        rest.terms.remove(&Atom::Value(value));
        rest
    }
}

impl Forms {
    /// Notes how an integer is computed.
    pub fn learn(&mut self, value: Value, op: &Op) {
        let Op::Opaque(Opaque { expr, uses, pure_: true, writes: false }) = op else { return };
        if let Some(form) = self.read(expr, uses)
            && form.terms.len() <= LONG
        {
            self.forms.insert(value, form);
        }
    }

    pub fn of(&self, value: Value) -> Affine {
        self.forms.get(&value).cloned().unwrap_or_else(|| Affine::atom(Atom::Value(value)))
    }

    fn read(&self, expr: &Expr, uses: &[(syn::Ident, Value)]) -> Option<Affine> {
        match expr {
            Expr::Paren(syn::ExprParen { expr, .. }) | Expr::Group(syn::ExprGroup { expr, .. }) => self.read(expr, uses),
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(lit), .. }) => lit.base10_parse().ok().map(Affine::constant),
            Expr::Path(path) => {
                let ident = path.path.get_ident()?;
                uses.iter().find(|(name, _)| name == ident).map(|(_, v)| self.of(*v))
            }
            Expr::Binary(binary) => {
                let (a, b) = (self.read(&binary.left, uses)?, self.read(&binary.right, uses)?);
                match binary.op {
                    BinOp::Add(_) => a.plus(&b, 1),
                    BinOp::Sub(_) => a.plus(&b, -1),
                    BinOp::Mul(_) => product(&a, &b),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The same for two places of one base means the same place.
    pub fn steps(&self, place: &Place) -> Vec<Step> {
        let step = |proj: &Proj| match proj {
            Proj::Deref => Step::Deref,
            Proj::Field(member) => Step::Field(quote::quote!(#member).to_string()),
            Proj::Payload(payload) => {
                let (variant, member) = (&payload.variant, &payload.member);
                Step::Field(quote::quote!(#variant.#member).to_string())
            }
            Proj::Index(v) => Step::Index(self.of(*v)),
            Proj::Range { lo, hi, inclusive } => Step::Range(lo.map(|v| self.of(v)), hi.map(|v| self.of(v)), *inclusive),
        };
        place.proj.iter().map(step).collect()
    }
}

fn product(a: &Affine, b: &Affine) -> Option<Affine> {
    if let Some(k) = a.as_constant() {
        return Affine::default().plus(b, k);
    }
    if let Some(k) = b.as_constant() {
        return Affine::default().plus(a, k);
    }
    let mut names = [format!("{a:?}"), format!("{b:?}")];
    names.sort();
    let mut values = a.values();
    values.extend(b.values());
    (values.len() <= LONG).then(|| Affine::atom(Atom::Product(names.join(" * "), values)))
}
