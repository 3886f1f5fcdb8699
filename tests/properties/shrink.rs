//! Makes failing programs small: deletes statements, unwraps blocks, replaces expressions by parts of themselves.

use crate::program::Program;
use crate::rng::Rng;
use crate::tree::{Node, Piece};
use crate::workshop::{Verdict, Workshop};
use std::collections::BTreeSet;

/// How many smaller programs are tried at a time for each failure.
const TRIES: usize = 10;

/// Shrinks failures together, since a batch costs one compilation. Returns the smallest that fail in the same way.
pub(crate) fn shrink(workshop: &Workshop, failures: Vec<(Program, Verdict)>, rounds: usize) -> Vec<(Program, Verdict)> {
    // What does not compile need not be run.
    let (rejected, wrong) = failures.into_iter().partition(|(_, verdict)| matches!(verdict, Verdict::Rejected(_)));
    let rejected = shrink_by(rejected, rounds, |programs, differentiated| workshop.compiles(programs, differentiated));
    let wrong = shrink_by(wrong, rounds, |programs, differentiated| workshop.verdicts(programs, differentiated));
    [rejected, wrong].concat()
}

fn shrink_by(
    mut failures: Vec<(Program, Verdict)>,
    rounds: usize,
    judge: impl Fn(&[Program], bool) -> Vec<Verdict>,
) -> Vec<(Program, Verdict)> {
    let mut tried: BTreeSet<String> = BTreeSet::new();
    let mut rng = Rng::new(1);
    for _ in 0..rounds {
        let mut candidates: Vec<(usize, Program)> = Vec::new();
        for (i, (program, _)) in failures.iter().enumerate() {
            candidates.extend(smaller(program, &mut tried, &mut rng).into_iter().map(|smaller| (i, smaller)));
        }
        if candidates.is_empty() {
            break;
        }
        let programs: Vec<Program> = candidates.iter().map(|(_, program)| program.clone()).collect();
        let plain = judge(&programs, false);
        let (candidates, programs): (Vec<_>, Vec<_>) = candidates
            .into_iter()
            .zip(programs)
            .zip(plain)
            .filter(|(_, verdict)| matches!(verdict, Verdict::Good(_)))
            .map(|((candidate, program), _)| (candidate.0, program))
            .unzip();
        let verdicts = judge(&programs, true);
        for ((i, program), verdict) in candidates.into_iter().zip(programs).zip(verdicts) {
            let (best, known) = &failures[i];
            if verdict.class() == known.class() && size(&program) < size(best) {
                failures[i] = (program, verdict);
            }
        }
    }
    failures
}

fn size(program: &Program) -> usize {
    program.source(true).chars().filter(|c| !c.is_whitespace()).count()
}

/// The smallest programs that are one edit away, some others, and none that was tried before.
fn smaller(program: &Program, tried: &mut BTreeSet<String>, rng: &mut Rng) -> Vec<Program> {
    let mut all: Vec<(usize, Program)> = edits(program).into_iter().filter(Program::closed).map(|p| (size(&p), p)).collect();
    all.retain(|(_, program)| !tried.contains(&program.source(true)));
    all.sort_by_key(|(size, _)| *size);
    all.dedup_by(|a, b| a.1 == b.1);
    let mut chosen: Vec<Program> = all.drain(..all.len().min(TRIES / 2)).map(|(_, program)| program).collect();
    while chosen.len() < TRIES && !all.is_empty() {
        chosen.push(all.swap_remove(rng.below(all.len())).1);
    }
    tried.extend(chosen.iter().map(|program| program.source(true)));
    chosen
}

fn edits(program: &Program) -> Vec<Program> {
    let mut out = Vec::new();
    for (at, function) in program.functions.iter().enumerate() {
        let edited = |body: Vec<Node>, result: Option<Node>| {
            let mut program = program.clone();
            program.functions[at].body = body;
            program.functions[at].result = result;
            program
        };
        out.extend(block_edits(&function.body).into_iter().map(|body| edited(body, function.result.clone())));
        if let Some(result) = &function.result {
            let results = expr_edits(result);
            out.extend(results.into_iter().map(|result| edited(function.body.clone(), Some(result))));
        }
        if at + 1 < program.functions.len() {
            let mut without = program.clone();
            without.functions.remove(at);
            out.push(without);
        }
    }
    if program.order > 1 {
        out.push(Program { order: 1, ..program.clone() });
    }
    if program.float == "f32" {
        out.push(Program { float: "f64", ..program.clone() });
    }
    out
}

fn block_edits(block: &[Node]) -> Vec<Vec<Node>> {
    let mut out = Vec::new();
    let splice = |at: usize, len: usize, with: &[Node]| [&block[..at], with, &block[at + len..]].concat();
    // Runs of statements, the longest first.
    let mut len = block.len();
    while len > 0 {
        for at in (0..block.len()).step_by(len.div_ceil(2)) {
            let run = &block[at..(at + len).min(block.len())];
            if !run.iter().any(|node| node.fixed && node.binds.is_empty()) {
                out.push(splice(at, run.len(), &[]));
            }
        }
        len /= 2;
    }
    for (at, node) in block.iter().enumerate() {
        out.extend(node_edits(node).into_iter().map(|edited| splice(at, 1, &[edited])));
        let inner = node.pieces.iter().filter_map(|piece| if let Piece::Block(inner) = piece { Some(inner) } else { None });
        out.extend(inner.map(|inner| splice(at, 1, inner)));
    }
    out
}

/// Edits inside a node.
fn node_edits(node: &Node) -> Vec<Node> {
    let mut out = Vec::new();
    for (at, piece) in node.pieces.iter().enumerate() {
        let with = |piece: Piece| {
            let mut node = node.clone();
            node.pieces[at] = piece;
            node
        };
        match piece {
            Piece::Text(_) => {}
            Piece::Expr(inner) => out.extend(expr_edits(inner).into_iter().map(|e| with(Piece::Expr(e)))),
            Piece::Block(block) => out.extend(block_edits(block).into_iter().map(|b| with(Piece::Block(b)))),
        }
    }
    out
}

/// A constant, the expressions inside, and edits of those in place.
fn expr_edits(node: &Node) -> Vec<Node> {
    let constant = Node::text("0.5_§");
    let parts = node.pieces.iter().filter_map(|piece| if let Piece::Expr(inner) = piece { Some(inner.clone()) } else { None });
    let mut out: Vec<Node> = parts.collect();
    if *node != constant {
        out.push(constant);
    }
    out.extend(node_edits(node));
    out
}
