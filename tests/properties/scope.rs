//! What the generator knows at the point where it writes: variables, callable functions, and what the program may use.

use crate::rng::Rng;
use crate::signature::{Function, Ret};
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
    /// `Par`, or a reference to one; its rows have this length.
    Struct {
        len: usize,
        reference: bool,
    },
    /// `Kind`.
    Variant,
    /// `Option<f64>`.
    Maybe,
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

impl Var {
    /// The variable that this one is, or is a field of.
    pub(crate) fn root(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }

    pub(crate) fn is_field(&self) -> bool {
        self.name.contains('.')
    }
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
    /// A derived struct, its fields and methods.
    Struct,
    /// A derived enum, `Option`, `Result` and `?`.
    Variant,
    /// Derivatives of helpers.
    Inner,
    /// Results, arguments and operands that are themselves blocks with effects.
    Effect,
    /// Derivatives of order 2.
    Second,
}

impl Feature {
    pub(crate) const ALL: [Self; 21] = [
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
        Self::Struct,
        Self::Variant,
        Self::Inner,
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
    /// Derivatives of helpers may be used.
    pub(crate) inner: bool,
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
        let reusable = |v: &&Var| v.name.starts_with(sort) && !v.pinned && !v.is_field() && v.name != "self";
        let older: Vec<String> = self.scope.iter().filter(reusable).map(|v| v.name.clone()).collect();
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

    /// Hides a variable, its fields and what it is a field of.
    pub(crate) fn hide(&mut self, name: &str) {
        let within = |a: &str, b: &str| a.strip_prefix(b).is_some_and(|rest| rest.starts_with('.'));
        self.scope.retain(|v| v.name != name && !within(&v.name, name) && !within(name, &v.name));
    }

    /// Keeps every variable that occurs in `node` from being written or moved for the rest of the block.
    pub(crate) fn pin(&mut self, node: &Node) {
        let mut names = BTreeSet::new();
        node.names(&mut names);
        self.scope.iter_mut().filter(|v| names.contains(v.root())).for_each(|v| v.pinned = true);
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
