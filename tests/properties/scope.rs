//! What the generator knows at the point where it writes: variables, callable functions, and what the program may use.

use crate::rng::Rng;
use crate::tree::Node;
use std::collections::BTreeSet;

/// The type of a variable, with what makes its uses safe.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ty {
    Float,
    /// `&f64` or `&mut f64`: read through `*`.
    FloatRef,
    /// Some `usize` in `lo..=hi`.
    Int {
        lo: usize,
        hi: usize,
    },
    Bool,
    /// Floats in a row: at least (if `exact`: exactly) `len` of them.
    Floats {
        form: Form,
        len: usize,
        exact: bool,
    },
    /// `&[usize]` with `len` elements below `below`.
    Ints {
        len: usize,
        below: usize,
    },
    /// Rows in a row.
    Table {
        form: Form,
        rows: usize,
        columns: usize,
    },
    /// `(f64, f64)`.
    Pair,
    /// A closure that takes so many floats.
    Closure(usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Form {
    Array,
    Vec,
    /// `&[f64]`, or a reference to an array or a `Vec`.
    Slice,
    /// `&mut [f64]`.
    SliceMut,
}

#[derive(Clone, Debug)]
pub(crate) struct Var {
    pub(crate) name: String,
    pub(crate) ty: Ty,
    /// May be assigned to, or written through.
    pub(crate) mutable: bool,
    /// Borrowed for the rest of its block.
    pub(crate) pinned: bool,
    /// The block that declares it.
    pub(crate) level: usize,
}

/// What a program may use. Each group needs the ones before it to be of interest, but compiles without them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Feature {
    /// Arithmetic, float methods, `let`, assignment, shadowing. Always on.
    Scalar,
    Tuple,
    Branch,
    Match,
    Loop,
    /// `while` and `loop`.
    While,
    /// `break`, `continue`, early `return`.
    Exit,
    /// Local arrays and `Vec`s, stores.
    Array,
    /// `swap`, `fill`, `copy_from_slice`, `push`, moves.
    Memory,
    View,
    /// `Vec`s of `Vec`s, arrays of arrays.
    Nested,
    Iterator,
    Closure,
    Call,
    /// Calls that fill `&mut` buffers.
    Buffer,
    Recursion,
    /// Results, arguments and operands that are themselves blocks with effects.
    Effect,
    /// Derivatives of order 2.
    Second,
}

impl Feature {
    pub(crate) const ALL: [Self; 18] = [
        Self::Scalar,
        Self::Tuple,
        Self::Branch,
        Self::Match,
        Self::Loop,
        Self::While,
        Self::Exit,
        Self::Array,
        Self::Memory,
        Self::View,
        Self::Nested,
        Self::Iterator,
        Self::Closure,
        Self::Call,
        Self::Buffer,
        Self::Recursion,
        Self::Effect,
        Self::Second,
    ];

    /// Features by name, separated by commas; `all` for all of them, `-name` to leave one out.
    pub(crate) fn parse(list: &str) -> BTreeSet<Self> {
        let mut chosen = BTreeSet::from([Self::Scalar]);
        for name in list.split(',').map(str::trim) {
            let (off, name) = name.strip_prefix('-').map_or((false, name), |name| (true, name));
            let named = |f: &Self| name == "all" || format!("{f:?}").eq_ignore_ascii_case(name);
            let found: BTreeSet<Self> = Self::ALL.into_iter().filter(named).collect();
            assert!(!found.is_empty(), "unknown feature {name:?}; there are {:?}", Self::ALL);
            chosen = if off { &chosen - &found } else { &chosen | &found };
        }
        chosen
    }
}

/// How a function returns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ret {
    Unit,
    Float,
    Pair,
    Vec(usize),
    Array(usize),
}

impl Ret {
    pub(crate) fn ty(self) -> String {
        match self {
            Self::Unit => String::new(),
            Self::Float => " -> §".to_owned(),
            Self::Pair => " -> (§, §)".to_owned(),
            Self::Vec(_) => " -> Vec<§>".to_owned(),
            Self::Array(len) => format!(" -> [§; {len}]"),
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
        }
    }

    pub(crate) fn is_float(&self) -> bool {
        !matches!(self, Self::Int(_) | Self::Ints(..))
    }

    pub(crate) fn is_mut(&self) -> bool {
        matches!(self, Self::FloatMut | Self::SliceMut(_))
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

/// The generator's state while it writes one function.
#[derive(Debug)]
pub(crate) struct Gen {
    pub(crate) rng: Rng,
    pub(crate) features: BTreeSet<Feature>,
    pub(crate) helpers: Vec<Function>,
    pub(crate) scope: Vec<Var>,
    pub(crate) ret: Ret,
    /// How many blocks around this point.
    pub(crate) level: usize,
    /// How many loops around this point, and how many of them `break` and `continue` may leave.
    pub(crate) loops: usize,
    /// Labels of those loops, outermost first; unlabelled ones are empty.
    pub(crate) labels: Vec<String>,
    /// `return`, `break` and `continue` cannot cross closures.
    pub(crate) exits: bool,
    /// Statements that may still be written.
    pub(crate) fuel: usize,
    pub(crate) next: usize,
    /// Most arrays have this length, so that they fit together.
    pub(crate) len: usize,
}

impl Gen {
    pub(crate) fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }

    /// A new name, or sometimes that of an older variable of the same sort, which is shadowed.
    pub(crate) fn name(&mut self, sort: char) -> String {
        let older: Vec<String> =
            self.scope.iter().filter(|v| v.name.starts_with(sort) && !v.pinned).map(|v| v.name.clone()).collect();
        if !older.is_empty() && self.rng.chance(20) {
            return self.rng.pick(&older).clone();
        }
        self.next += 1;
        format!("{sort}{}", self.next)
    }

    /// Makes a variable visible.
    pub(crate) fn declare(&mut self, name: &str, ty: Ty, mutable: bool) {
        self.scope.retain(|v| v.name != name);
        self.scope.push(Var { name: name.to_owned(), ty, mutable, pinned: false, level: self.level });
    }

    pub(crate) fn hide(&mut self, name: &str) {
        self.scope.retain(|v| v.name != name);
    }

    /// Keeps every variable that occurs in `node` from being written or moved for the rest of the block.
    pub(crate) fn pin(&mut self, node: &Node) {
        let mut names = BTreeSet::new();
        node.names(&mut names);
        self.scope.iter_mut().filter(|v| names.contains(&v.name)).for_each(|v| v.pinned = true);
    }

    /// Runs `write` in a scope of its own.
    pub(crate) fn nested<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.scope.clone();
        self.level += 1;
        let result = write(self);
        self.level -= 1;
        self.scope = outer;
        result
    }

    pub(crate) fn vars(&self, want: impl Fn(&Var) -> bool) -> Vec<Var> {
        self.scope.iter().filter(|v| want(v)).cloned().collect()
    }

    pub(crate) fn pick(&mut self, want: impl Fn(&Var) -> bool) -> Option<Var> {
        let found = self.vars(want);
        (!found.is_empty()).then(|| self.rng.pick(&found).clone())
    }
}
