//! Maps of constants: looked into by key, gone through, and filled.

use crate::differentiate;
use std::collections::{BTreeMap, HashMap};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Sort {
    Soft,
    Hard,
}

#[differentiate]
fn by_reference(x: &[f64], #[constant] weights: &BTreeMap<usize, f64>, #[constant] keys: &[usize]) -> f64 {
    let mut sum = 0.0;
    for (i, key) in keys.iter().enumerate() {
        sum += weights[key] * x[i] * x[i];
        sum += weights[&i] * x[i].sin();
    }
    sum
}

#[differentiate]
fn by_name(x: &[f64], #[constant] names: &[String], #[constant] by: &HashMap<String, f64>) -> f64 {
    let mut sum = 0.0;
    for (v, name) in x.iter().zip(names) {
        sum += v * v * by[name] + v.sin() * by[name.as_str()] + v * by[&name[..1]];
    }
    for (i, name) in names.iter().enumerate() {
        sum *= by[&names[i]];
        sum += x[i] * x[i] * by.get(name).unwrap();
    }
    sum
}

#[differentiate]
fn by_sort(x: &[f64], #[constant] lists: &HashMap<Sort, Vec<f64>>) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * x[i] * lists[&Sort::Soft][i] * lists[&Sort::Hard].len() as f64;
    }
    sum
}

#[differentiate]
fn gone_through(x: &[f64], #[constant] pairs: &BTreeMap<usize, (f64, f64)>) -> f64 {
    let (key, value) = pairs.iter().next().unwrap();
    let last = pairs.iter().next_back().unwrap();
    let (_, (p, q)) = pairs.range(1..).next().unwrap();
    let second = pairs.values().nth(1).unwrap().1;
    let weight = pairs.range(0..1).next().unwrap().1;
    let total: f64 = pairs.values().map(|(a, b)| a * b).sum();
    x[*key] * x[*key] * value.0 + last.1.1 * x[1].sin() + p * q * x[0] + x[1] * x[0] * second * weight.0 + total * x[0] * x[0]
}

/// What stands on the left is found once.
#[differentiate]
fn counted(x: &[f64], #[constant] words: &[usize]) -> f64 {
    let mut counts: HashMap<usize, f64> = HashMap::new();
    for word in words {
        *counts.entry(*word).or_insert(0.0) += 1.0;
        *counts.entry(*word).or_default() *= 1.5;
    }
    *counts.get_mut(&1).unwrap() -= 0.25;
    *counts.entry(7).or_insert(1.0) = 3.0;
    let mut sum = counts[&7] * x[0];
    for (i, v) in x.iter().enumerate() {
        sum += v * v * counts[&i] + v.sin() * counts.get(&(i + 5)).copied().unwrap_or(0.5);
    }
    sum
}

#[differentiate]
fn grouped(x: &[f64], #[constant] items: &[(usize, f64)]) -> f64 {
    let mut groups: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for (group, w) in items {
        groups.entry(*group).or_default().push(*w);
    }
    let mut sum = 0.0;
    for (group, ws) in &groups {
        let mean = ws.iter().sum::<f64>() / ws.len() as f64;
        sum += x[*group] * x[*group] * mean;
    }
    sum
}

programs! {
    by_reference: (&x = vec![0.3, 0.7], const &weights = BTreeMap::from([(0, 2.0), (1, 3.0)]), const &keys = vec![1, 0]);
    by_name: (&x = vec![0.3, 0.7], const &names = vec!["a".to_string(), "b".to_string()],
        const &by = HashMap::from([("a".to_string(), 2.0), ("b".to_string(), 3.0)]));
    by_sort: (&x = vec![0.3, 0.7], const &lists = HashMap::from([(Sort::Soft, vec![2.0, 0.5]), (Sort::Hard, vec![3.0])]));
    gone_through: (&x = vec![0.3, 0.7], const &pairs = BTreeMap::from([(0, (2.0, 0.5)), (1, (3.0, 1.0))]));
    counted: (&x = vec![0.3, 0.7], const &words = vec![0, 1, 1]);
    grouped: (&x = vec![0.3, 0.7], const &items = vec![(0, 1.0), (1, 2.0), (0, 3.0)]);
}
