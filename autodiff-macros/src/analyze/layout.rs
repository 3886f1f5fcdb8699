//! Where everything is.
//!
//! Statements are numbered in order of the text (pre-order), so that `a < b` means "written before", and the subtree of
//! statement `s` is `s..end[s]`. Blocks are numbered likewise; block 0 is the function's body.

use crate::ir::{Block, Function, Header, Memory, On, Op, Stmt, Value};

/// A statement's number.
pub type StmtId = u32;
/// A block's number.
pub type BlockId = u32;

/// What a block is the inside of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The function's body.
    Body,
    /// One arm of a branch.
    Arm,
    /// A loop's body.
    Iteration,
    /// The condition of a `while`.
    Condition,
}

/// One block.
#[derive(Clone, Copy, Debug)]
pub struct BlockInfo {
    /// The statement that it is nested in.
    pub owner: Option<StmtId>,
    /// What it is.
    pub role: Role,
    /// How many loops are around its statements.
    pub depth: u32,
}

/// See the module docs.
#[derive(Debug)]
pub struct Layout<'a> {
    /// For each statement the number after its subtree.
    pub end: Vec<StmtId>,
    /// For each statement the block that it stands in.
    pub block: Vec<BlockId>,
    /// For each statement its nested blocks, as [`Stmt::blocks`] lists them.
    pub nested: Vec<Vec<BlockId>>,
    /// The statements.
    pub stmts: Vec<&'a Stmt>,
    /// The blocks.
    pub blocks: Vec<BlockInfo>,
    /// For each value the block in which it is visible.
    pub home: Vec<BlockId>,
    /// For each value the statement that defines it; none for parameters.
    pub def: Vec<Option<StmtId>>,
}

impl<'a> Layout<'a> {
    /// Numbers a function.
    pub fn new(f: &'a Function) -> Layout<'a> {
        let count = f.values.len();
        let mut layout = Layout {
            end: Vec::new(),
            block: Vec::new(),
            nested: Vec::new(),
            stmts: Vec::new(),
            blocks: Vec::new(),
            home: vec![0; count],
            def: vec![None; count],
        };
        layout.visit(&f.body, BlockInfo { owner: None, role: Role::Body, depth: 0 });
        layout
    }

    fn visit(&mut self, block: &'a Block, info: BlockInfo) -> BlockId {
        let id = self.blocks.len() as BlockId;
        self.blocks.push(info);
        for stmt in &block.stmts {
            let at = self.stmts.len() as StmtId;
            self.stmts.push(stmt);
            self.block.push(id);
            self.end.push(at);
            self.nested.push(Vec::new());
            for value in defined(stmt) {
                self.place(value, id, at);
            }
            for (nested, role) in stmt.blocks().into_iter().zip(roles(stmt)) {
                let in_loop = matches!(role, Role::Iteration | Role::Condition);
                let inner = self.visit(nested, BlockInfo { owner: Some(at), role, depth: info.depth + u32::from(in_loop) });
                self.nested[at as usize].push(inner);
            }
            self.place_inner(stmt, at);
            self.end[at as usize] = self.stmts.len() as StmtId;
        }
        id
    }

    fn place(&mut self, value: Value, home: BlockId, at: StmtId) {
        self.home[value.0 as usize] = home;
        self.def[value.0 as usize] = Some(at);
    }

    /// Values that a statement defines inside its blocks: loop indices, carried values, names bound by patterns.
    fn place_inner(&mut self, stmt: &Stmt, at: StmtId) {
        if let Stmt::Loop(l) = stmt {
            // Visible in a `while` condition as well, but their home is the body, where each iteration begins.
            let body = *self.nested[at as usize].last().expect("a loop has a body");
            l.carried.iter().for_each(|c| self.place(c.param, body, at));
            match &l.header {
                Header::Range { index, .. } => self.place(*index, body, at),
                Header::Items { binds, .. } => binds.iter().for_each(|(_, v)| self.place(*v, body, at)),
                Header::While(_) | Header::Forever | Header::Times(_) => {}
            }
        }
        if let Stmt::Branch(branch) = stmt
            && let On::Match { patterns, .. } = &branch.on
        {
            for (k, pattern) in patterns.iter().enumerate() {
                let arm = self.nested[at as usize][k];
                pattern.binds.iter().for_each(|(_, v)| self.place(*v, arm, at));
            }
        }
    }

    /// The statement of block `home` whose subtree contains `at` (which may be `at` itself).
    pub fn ancestor_in(&self, home: BlockId, mut at: StmtId) -> StmtId {
        while self.block[at as usize] != home {
            let block = self.block[at as usize];
            at = self.blocks[block as usize].owner.expect("`at` lies within `home`");
        }
        at
    }

    /// The loops around a statement, from the inside out.
    pub fn loops_around(&self, at: StmtId) -> impl Iterator<Item = StmtId> {
        let around = |at: StmtId| self.blocks[self.block[at as usize] as usize];
        let outwards = std::iter::successors(Some(around(at)), move |info| info.owner.map(around));
        let in_a_loop = outwards.take_while(|info| info.depth > 0);
        let loops = in_a_loop.filter(|info| matches!(info.role, Role::Iteration | Role::Condition));
        loops.filter_map(|info| info.owner)
    }

    /// Whether block `inner` is `outer` or lies within it.
    pub fn within(&self, mut inner: BlockId, outer: BlockId) -> bool {
        while inner != outer {
            match self.blocks[inner as usize].owner {
                Some(owner) => inner = self.block[owner as usize],
                None => return false,
            }
        }
        true
    }

    /// Whether statement `at` lies in the subtree of `root`.
    pub fn contains(&self, root: StmtId, at: StmtId) -> bool {
        (root..self.end[root as usize]).contains(&at)
    }

    /// How many loops are around a statement.
    pub fn depth(&self, at: StmtId) -> u32 {
        self.blocks[self.block[at as usize] as usize].depth
    }

    /// The operation that defines a value by a `let`.
    pub fn op_of(&self, value: Value) -> Option<&'a Op> {
        let at = self.def[value.0 as usize]?;
        match self.stmts[at as usize] {
            Stmt::Let { value: v, op } if *v == value => Some(op),
            _ => None,
        }
    }
}

fn roles(stmt: &Stmt) -> Vec<Role> {
    match stmt {
        Stmt::Branch(branch) => vec![Role::Arm; branch.arms.len()],
        Stmt::Loop(l) => match l.header {
            Header::While(_) => vec![Role::Condition, Role::Iteration],
            Header::Range { .. } | Header::Forever | Header::Times(_) | Header::Items { .. } => vec![Role::Iteration],
        },
        Stmt::Let { .. }
        | Stmt::Split { .. }
        | Stmt::Store { .. }
        | Stmt::Memory(_)
        | Stmt::Call(_)
        | Stmt::Observe(_)
        | Stmt::Declare { .. }
        | Stmt::Set { .. }
        | Stmt::Add { .. }
        | Stmt::ShadowAdd { .. }
        | Stmt::ShadowAddFrom { .. }
        | Stmt::ShadowClear(_)
        | Stmt::RecordNew { .. }
        | Stmt::RecordPush { .. }
        | Stmt::RecordRead { .. }
        | Stmt::RecordPart { .. }
        | Stmt::RecordAt { .. }
        | Stmt::CursorNew { .. }
        | Stmt::LogRange { .. }
        | Stmt::UnlogRange { .. }
        | Stmt::Unshare(_)
        | Stmt::Pull(_)
        | Stmt::Closure(_) => Vec::new(),
    }
}

/// The values that a statement of a user's program defines in its own block.
pub fn defined(stmt: &Stmt) -> Vec<Value> {
    match stmt {
        Stmt::Let { value, .. } => vec![*value],
        Stmt::Split { results, .. } => results.clone(),
        Stmt::Store { old, .. } | Stmt::Memory(Memory::Assign { old, .. }) => old.iter().copied().collect(),
        Stmt::Branch(branch) => branch.results.clone(),
        Stmt::Loop(l) => l.carried.iter().map(|c| c.result).chain(l.trips).collect(),
        Stmt::Call(call) => call.result.leaves().into_iter().chain(call.error).chain(call.pull).collect(),
        Stmt::Memory(
            Memory::Fill { .. }
            | Memory::CopyFrom { .. }
            | Memory::Swap { .. }
            | Memory::SwapElements { .. }
            | Memory::Push { .. },
        )
        | Stmt::Observe(_) => Vec::new(),
        // Of derived programs only lets are asked for.
        Stmt::Declare { .. }
        | Stmt::Set { .. }
        | Stmt::Add { .. }
        | Stmt::ShadowAdd { .. }
        | Stmt::ShadowAddFrom { .. }
        | Stmt::ShadowClear(_)
        | Stmt::RecordNew { .. }
        | Stmt::RecordPush { .. }
        | Stmt::RecordRead { .. }
        | Stmt::RecordPart { .. }
        | Stmt::RecordAt { .. }
        | Stmt::CursorNew { .. }
        | Stmt::LogRange { .. }
        | Stmt::UnlogRange { .. }
        | Stmt::Unshare(_)
        | Stmt::Pull(_)
        | Stmt::Closure(_) => Vec::new(),
    }
}
