//! Calls among generated functions, and closures.

use crate::float::Float;
use crate::node;
use crate::scope::{Feature, Form, Gen, Ty, Var};
use crate::signature::{Function, Param, ParamTy, Ret};
use crate::simple::Written;
use crate::tree::Node;
use std::collections::BTreeSet;

impl Gen {
    /// `callee(…)` with arguments from the scope; `None` if some parameter finds none.
    pub(crate) fn invoke(&mut self, callee: &Function, depth: usize) -> Option<Float> {
        // What is lent to be written cannot be lent a second time, nor read by later arguments.
        let outer = self.scope.clone();
        let receiver = if callee.is_method() {
            let Some(receiver) = self.receiver(callee) else {
                self.scope = outer;
                return None;
            };
            format!("{receiver}.")
        } else {
            String::new()
        };
        let skipped = usize::from(callee.is_method());
        let mut node = node![receiver, &callee.name, "("];
        let mut arguments = vec![None; callee.params.len()];
        let order = (skipped..callee.params.len()).filter(|i| callee.params[*i].ty.is_mut());
        let rest = (skipped..callee.params.len()).filter(|i| !callee.params[*i].ty.is_mut());
        for at in order.chain(rest) {
            match self.argument(&callee.params[at], depth) {
                Some(argument) => arguments[at] = Some(argument),
                None => {
                    self.scope = outer;
                    return None;
                }
            }
        }
        self.scope = outer;
        for (i, argument) in arguments.into_iter().skip(skipped).enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            node.pieces.extend(node![comma, argument?].pieces);
        }
        node.pieces.push(")".into());
        Some(Float::atom(node, crate::float::USUAL))
    }

    fn argument(&mut self, param: &Param, depth: usize) -> Option<Node> {
        if param.constant {
            return Some(self.constant(&param.ty));
        }
        match param.ty {
            ParamTy::Float => Some(self.expr(depth.min(2))),
            ParamTy::FloatMut => {
                let (target, var) = self.target()?;
                self.hide(&var.name);
                Some(Node::text(if var.ty == Ty::FloatRef { var.name } else { format!("&mut {target}") }))
            }
            ParamTy::Struct(_) | ParamTy::StructRef(_) | ParamTy::StructMut(_) => self.struct_argument(&param.ty),
            ParamTy::Slice(least) => self.slice_argument(least),
            ParamTy::SliceMut(least) => {
                let wide = |v: &Var| v.mutable && !v.pinned && matches!(v.ty, Ty::Table { columns, .. } if columns >= least);
                if let Some(Var { name, ty: Ty::Table { rows, .. }, .. }) = self.pick(wide)
                    && self.rng.chance(50)
                {
                    self.hide(&name);
                    return Some(node!["&mut ", name, format!("[{}]", self.rng.below(rows))]);
                }
                let var = self.pick(|v| v.mutable && !v.pinned && matches!(v.ty, Ty::Floats { len, .. } if len >= least))?;
                self.hide(&var.name);
                let Ty::Floats { form, len, .. } = var.ty else { unreachable!("picked so") };
                let name = &var.name;
                Some(Node::text(match self.rng.below(4) {
                    0 if len > least => format!("&mut {name}[{}..]", len - least),
                    1 => format!("&mut {name}[..{least}]"),
                    _ if form == Form::SliceMut => name.clone(),
                    _ => format!("&mut {name}"),
                }))
            }
            ParamTy::Array(len) => match self.array_of(len) {
                Some(var) if self.rng.chance(70) => Some(Node::text(var.name)),
                _ => Some(self.listed(len)),
            },
            ParamTy::ArrayRef(len) => match self.array_of(len) {
                Some(var) => Some(node!["&", var.name]),
                _ => Some(node!["&", self.listed(len)]),
            },
            ParamTy::Vec(least) => {
                let var = self.pick(|v| matches!(v.ty, Ty::Floats { len, .. } if len >= least))?;
                Some(node![var.name, ".to_vec()"])
            }
            ParamTy::Int(most) => {
                let var = self.pick(|v| matches!(v.ty, Ty::Int { hi, .. } if hi <= most));
                Some(Node::text(var.map_or_else(|| self.rng.between(0, most).to_string(), |v| v.name)))
            }
            ParamTy::Ints(len, below) => {
                let var = self.pick(|v| matches!(v.ty, Ty::Ints { len: l, below: b } if l >= len && b <= below));
                let listed: Vec<String> = (0..len).map(|_| self.rng.below(below).to_string()).collect();
                Some(Node::text(var.map_or_else(|| format!("&[{}]", listed.join(", ")), |v| v.name)))
            }
        }
    }

    /// An argument without derivative, for a parameter that drops it: differences would see one.
    pub(crate) fn constant(&mut self, ty: &ParamTy) -> Node {
        let mut list = |len: usize| (0..len).map(|_| self.literal().0).collect::<Vec<_>>().join(", ");
        Node::text(match ty {
            ParamTy::Slice(len) | ParamTy::SliceMut(len) | ParamTy::ArrayRef(len) => format!("&[{}]", list(*len)),
            ParamTy::Array(len) => format!("[{}]", list(*len)),
            ParamTy::Vec(len) => format!("vec![{}]", list(*len)),
            ParamTy::Struct(len) | ParamTy::StructRef(len) => {
                let (a, b, w, c) = (list(1), list(1), list(*len), list(*len));
                let borrow = if matches!(ty, ParamTy::StructRef(_)) { "&" } else { "" };
                format!("{borrow}Par {{ a: {a}, b: {b}, w: vec![{w}], c: [{c}], n: 1 }}")
            }
            _ => list(1),
        })
    }

    fn array_of(&mut self, len: usize) -> Option<Var> {
        self.pick(|v| matches!(v.ty, Ty::Floats { form: Form::Array, len: l, .. } if l == len))
    }

    fn slice_argument(&mut self, least: usize) -> Option<Node> {
        // Without derivative: the callee does not get a place for its adjoint.
        if self.rng.chance(12) {
            return Some(self.constant(&ParamTy::Slice(least)));
        }
        let table = self.pick(|v| matches!(v.ty, Ty::Table { columns, .. } if columns >= least));
        if let Some(Var { name, ty: Ty::Table { rows, .. }, .. }) = table
            && self.rng.chance(30)
        {
            return Some(node!["&", name, format!("[{}]", self.rng.below(rows))]);
        }
        let var = self.pick(|v| matches!(v.ty, Ty::Floats { len, .. } if len >= least))?;
        let Ty::Floats { len, .. } = var.ty else { unreachable!("picked so") };
        let name = &var.name;
        Some(Node::text(match self.rng.below(4) {
            0 if len > least => format!("&{name}[{}..]", len - least),
            1 => format!("&{name}[..{least}]"),
            _ => self.borrowed(&var),
        }))
    }

    fn helper(&mut self, want: impl Fn(&Function) -> bool) -> Option<Function> {
        let found: Vec<&Function> = self.helpers.iter().filter(|f| want(f)).collect();
        (!found.is_empty()).then(|| (*self.rng.pick(&found)).clone())
    }

    pub(crate) fn let_call(&mut self) -> Written {
        let callee = self.helper(|f| f.ret != Ret::Unit && !f.params.iter().any(|p| p.ty.is_mut()))?;
        self.bind_call(&callee)
    }

    pub(crate) fn buffer_call(&mut self) -> Written {
        let callee = self.helper(|f| f.params.iter().any(|p| p.ty.is_mut()))?;
        self.bind_call(&callee)
    }

    fn bind_call(&mut self, callee: &Function) -> Written {
        let call = self.invoke(callee, 2)?.node;
        let (pattern, names) = match callee.ret {
            Ret::Unit => return Some(vec![node![call, ";"]]),
            Ret::Maybe if self.rng.chance(30) => {
                let name = self.fresh('o');
                self.declare(&name, Ty::Maybe, false);
                (name.clone(), vec![name])
            }
            Ret::Maybe | Ret::Fallible => return self.bind_fallible(callee, call),
            Ret::Struct(len) => {
                let name = self.fresh('h');
                self.declare_struct(&name, len, false, true);
                (format!("mut {name}"), vec![name])
            }
            Ret::Float if self.rng.chance(20) => {
                let (target, _) = self.target()?;
                let mut names = BTreeSet::new();
                call.names(&mut names);
                let free = !names.contains(target.trim_start_matches('*'));
                return free.then(|| vec![node![target, " += ", call, ";"]]);
            }
            Ret::Float => {
                let name = self.name('x');
                self.declare(&name, Ty::Float, false);
                (name.clone(), vec![name])
            }
            Ret::Pair => {
                let (a, b) = (self.fresh('x'), self.fresh('x'));
                self.declare(&a, Ty::Float, false);
                self.declare(&b, Ty::Float, false);
                (format!("({a}, {b})"), vec![a, b])
            }
            Ret::Vec(len) => {
                let name = self.fresh('u');
                self.declare(&name, Ty::Floats { form: Form::Vec, len, exact: true }, true);
                (format!("mut {name}"), vec![name])
            }
            Ret::Array(len) => {
                let name = self.fresh('b');
                self.declare(&name, Ty::Floats { form: Form::Array, len, exact: true }, true);
                (format!("mut {name}"), vec![name])
            }
        };
        Some(vec![node!["let ", pattern, " = ", call, ";"].bind_all(&names)])
    }

    /// The same call again and again on the same memory.
    pub(crate) fn buffer_loop(&mut self) -> Written {
        let callee = self.helper(|f| f.ret == Ret::Unit)?;
        let i = self.fresh('i');
        let most = self.rng.between(2, 4);
        let call = self.nested(|g| {
            g.declare(&i, Ty::Int { lo: 0, hi: most - 1 }, false);
            g.invoke(&callee, 1)
        })?;
        Some(vec![node![format!("for {i} in 0..{most} {{"), vec![node![call.node, ";"]], "}"].inside(&i)])
    }

    /// `let q = |x: f64| …;`, which borrows what it captures.
    pub(crate) fn let_closure(&mut self) -> Written {
        let arity = self.rng.between(1, 2);
        let params: Vec<String> = (0..arity).map(|_| self.fresh('x')).collect();
        let body = self.nested(|g| {
            g.scope.retain(|v| !v.mutable);
            params.iter().for_each(|p| g.declare(p, Ty::Float, false));
            g.expr(3)
        });
        let name = self.fresh('q');
        self.pin(&body);
        self.declare(&name, Ty::Closure(arity), false);
        let list: Vec<String> = params.iter().map(|p| format!("{p}: §")).collect();
        let mut node = node!["let ", &name, format!(" = |{}| ", list.join(", ")), body, ";"].bind(&name);
        node.inner = params;
        Some(vec![node])
    }

    /// A closure that changes what it captures, and its calls.
    pub(crate) fn mutable_closure(&mut self) -> Written {
        let (target, var) = self.target()?;
        if var.ty != Ty::Float {
            return None;
        }
        let (name, x, y) = (self.fresh('q'), self.fresh('x'), self.fresh('x'));
        let (change, result) = self.nested(|g| {
            g.scope.retain(|v| !v.mutable || v.name == var.name);
            g.declare(&x, Ty::Float, false);
            (g.compound_to(target), g.expr(2))
        });
        let declared = node![format!("let mut {name} = |{x}: §| {{"), vec![change], result, "};"].inside(&x).bind(&name).fixed();
        let (first, second) = self.nested(|g| {
            g.hide(&var.name);
            (g.expr(2), g.expr(1))
        });
        self.declare(&y, Ty::Float, false);
        let calls = node![format!("let {y} = {name}("), first, format!(") - {name}("), second, ");"].bind(&y);
        Some(vec![declared, calls])
    }

    /// A result from the whole scope, so that little falls dead.
    pub(crate) fn gathered(&mut self) -> Node {
        let rows = self.vars(|v| matches!(v.ty, Ty::Floats { .. }));
        let last: Vec<Var> = self.vars(|v| v.ty == Ty::Float).into_iter().rev().take(3).collect();
        let mut node = self.float(2).operand();
        for var in last {
            node = node![node, format!(" + 0.3 * {}", var.name)];
        }
        for var in rows.into_iter().rev().take(3) {
            let Ty::Floats { len, exact, .. } = var.ty else { unreachable!("filtered so") };
            let term = if self.has(Feature::Iterator) { self.fold(&var.name, len, exact) } else { self.element(&var) };
            node = node![node, " + ", term.operand()];
        }
        for var in self.vars(|v| matches!(v.ty, Ty::Table { .. })) {
            node = node![node, " + 0.4 * ", self.entry(&var).node];
        }
        node
    }
}
