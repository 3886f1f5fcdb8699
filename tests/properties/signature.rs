//! Generated functions and their types.

use crate::tree::Node;

/// How a function returns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ret {
    Unit,
    Float,
    Pair,
    Vec(usize),
    Array(usize),
    Struct(usize),
    /// `Option<f64>`, of helpers only.
    Maybe,
    /// `Result<f64, usize>`, of helpers only.
    Fallible,
}

impl Ret {
    pub(crate) fn ty(self) -> String {
        match self {
            Self::Unit => String::new(),
            Self::Float => " -> §".to_owned(),
            Self::Pair => " -> (§, §)".to_owned(),
            Self::Vec(_) => " -> Vec<§>".to_owned(),
            Self::Array(len) => format!(" -> [§; {len}]"),
            Self::Struct(_) => " -> Par".to_owned(),
            Self::Maybe => " -> Option<§>".to_owned(),
            Self::Fallible => " -> Result<§, usize>".to_owned(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ParamTy {
    Float,
    FloatMut,
    /// `&[f64]` of at least this length.
    Slice(usize),
    SliceMut(usize),
    Array(usize),
    ArrayRef(usize),
    Vec(usize),
    /// `usize` up to this.
    Int(usize),
    /// `&[usize]`: length and bound of its elements.
    Ints(usize, usize),
    /// `Par`, whose rows have this length.
    Struct(usize),
    StructRef(usize),
    StructMut(usize),
}

impl ParamTy {
    pub(crate) fn ty(&self) -> String {
        match self {
            Self::Float => "§".to_owned(),
            Self::FloatMut => "&mut §".to_owned(),
            Self::Slice(_) => "&[§]".to_owned(),
            Self::SliceMut(_) => "&mut [§]".to_owned(),
            Self::Array(len) => format!("[§; {len}]"),
            Self::ArrayRef(len) => format!("&[§; {len}]"),
            Self::Vec(_) => "Vec<§>".to_owned(),
            Self::Int(_) => "usize".to_owned(),
            Self::Ints(..) => "&[usize]".to_owned(),
            Self::Struct(_) => "Par".to_owned(),
            Self::StructRef(_) => "&Par".to_owned(),
            Self::StructMut(_) => "&mut Par".to_owned(),
        }
    }

    pub(crate) fn is_float(&self) -> bool {
        !matches!(self, Self::Int(_) | Self::Ints(..))
    }

    pub(crate) fn is_mut(&self) -> bool {
        matches!(self, Self::FloatMut | Self::SliceMut(_) | Self::StructMut(_))
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) ty: ParamTy,
    pub(crate) constant: bool,
    /// `mut x: f64`.
    pub(crate) mutable: bool,
}

impl Param {
    /// As it is declared; the receiver of a method is called `self`.
    pub(crate) fn declared(&self, differentiated: bool) -> String {
        if self.name == "self" {
            return if self.ty.is_mut() { "&mut self" } else { "&self" }.to_owned();
        }
        let constant = if self.constant && differentiated { "#[constant] " } else { "" };
        format!("{constant}{}{}: {}", if self.mutable { "mut " } else { "" }, self.name, self.ty.ty())
    }

    /// Has a derivative.
    pub(crate) fn active(&self) -> bool {
        self.ty.is_float() && !self.constant
    }
}

/// A generated function.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) params: Vec<Param>,
    pub(crate) ret: Ret,
    pub(crate) body: Vec<Node>,
    pub(crate) result: Option<Node>,
}

impl Function {
    pub(crate) fn is_method(&self) -> bool {
        self.params.first().is_some_and(|param| param.name == "self")
    }

    /// Nothing but floats goes in by value, and one float comes out.
    pub(crate) fn is_scalar(&self) -> bool {
        self.ret == Ret::Float && self.params.iter().all(|param| param.ty == ParamTy::Float && !param.constant)
    }
}
