//! A conditional random field over sentences with sparse features.

use crate::differentiate;
use differentiate::Differentiable;
use std::collections::HashMap;
#[derive(Clone, Debug)]
struct Sentence {
    tokens: Vec<Token>,
    tags: Vec<usize>,
}
#[derive(Clone, Debug)]
struct Token {
    features: HashMap<usize, f64>,
    capital: bool,
}
impl Sentence {
    fn len(&self) -> usize {
        self.tokens.len()
    }
    fn token(&self, i: usize) -> &Token {
        &self.tokens[i]
    }
    fn tag(&self, i: usize) -> usize {
        self.tags[i]
    }
}
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Crf {
    tags: usize,
    emission: Vec<Vec<f64>>,
    transition: Vec<f64>,
    bias: Option<f64>,
}
#[differentiate]
impl Crf {
    fn score(&self, tag: usize, #[constant] token: &Token) -> f64 {
        let mut s: f64 = 0.0;
        for (&k, &v) in &token.features {
            s += self.emission[tag][k] * v;
        }
        if token.capital && tag == 0 {
            if let Some(b) = self.bias {
                s += b;
            }
        }
        s
    }
    fn between(&self, a: usize, b: usize) -> f64 {
        self.transition[a * self.tags + b]
    }
}
#[differentiate]
fn logsumexp(v: &[f64]) -> f64 {
    let m = v.iter().cloned().fold(f64::MIN, |a, b| a.max(b));
    v.iter().map(|x| (x - m).exp()).sum::<f64>().ln() + m
}
#[differentiate]
fn negative_log_likelihood(crf: &Crf, #[constant] sentence: &Sentence) -> f64 {
    let n = sentence.len();
    let mut gold = 0.0;
    for i in 0..n {
        gold += crf.score(sentence.tag(i), sentence.token(i));
        if i > 0 {
            gold += crf.between(sentence.tag(i - 1), sentence.tag(i));
        }
    }
    let mut alpha: Vec<f64> = (0..crf.tags).map(|t| crf.score(t, sentence.token(0))).collect();
    for i in 1..n {
        let token = sentence.token(i);
        alpha = (0..crf.tags)
            .map(|t| {
                let terms: Vec<f64> = alpha.iter().enumerate().map(|(s, a)| a + crf.between(s, t)).collect();
                logsumexp(&terms) + crf.score(t, token)
            })
            .collect();
    }
    logsumexp(&alpha) - gold
}
#[differentiate]
fn corpus(crf: &Crf, #[constant] sentences: &[Sentence], l2: f64) -> f64 {
    let nll: f64 = sentences.iter().filter(|s| s.len() > 0).map(|s| negative_log_likelihood(crf, s)).sum();
    let norm: f64 = crf.emission.iter().flatten().chain(&crf.transition).map(|w| w * w).sum();
    nll + 0.5 * l2 * norm
}

fn crf() -> Crf {
    Crf { tags: 2, emission: vec![vec![0.1, 0.2], vec![-0.3, 0.4]], transition: vec![0.1, 0.2, 0.3, -0.4], bias: Some(0.3) }
}

fn sentences() -> Vec<Sentence> {
    let token = |k: usize, v: f64, capital| Token { features: [(k, v)].into(), capital };
    let tokens = vec![token(0, 1.0, true), token(1, 0.5, false), token(1, 2.0, true)];
    vec![Sentence { tokens, tags: vec![0, 1, 0] }, Sentence { tokens: vec![], tags: vec![] }]
}

crate::floats_of! {
    Crf, CrfGrad;
}

programs! {
    corpus: (&crf = crf(), const &sentences = sentences(), l2 = 0.1);
}
