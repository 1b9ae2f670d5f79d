//! Literals that stand in every match of a pattern: the candidates for what wakes its rule.

use regex_syntax::hir::{Hir, HirKind, Repetition};

use super::analyse::{class_bytes, maximum, minimum};
use super::literal::{ByteSet, Literal};

/// More alternatives than this are not worth listing.
const MOST_LITERALS: usize = 64;
const LONGEST_LITERAL: usize = 40;
/// A class with more members than this ends a literal.
const WIDEST_CLASS: usize = 12;

/// Literals of which one stands in every match, and how many bytes of the match may stand before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Required {
    pub literals: Vec<Literal>,
    pub before: (u32, u32),
}

/// Literals that a piece of a pattern is made of, or must hold.
#[derive(Default)]
struct Pieces {
    /// Every string that the piece matches.
    exact: Option<Vec<Literal>>,
    required: Vec<Required>,
}

/// All sets of literals that could serve as anchors. `cost` compares sets: the cheaper wins where only one can be kept.
pub fn required(hir: &Hir, cost: &dyn Fn(&[Literal]) -> f64) -> Vec<Required> {
    let pieces = pieces(hir, cost);
    let whole = pieces.exact.map(|literals| Required { literals, before: (0, 0) });
    let all = pieces.required.into_iter().chain(whole);
    all.filter(|required| required.literals.iter().all(|literal| !literal.bytes.is_empty())).map(without_redundant).collect()
}

fn pieces(hir: &Hir, cost: &dyn Fn(&[Literal]) -> f64) -> Pieces {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Pieces { exact: Some(vec![Literal::exact(b"")]), required: Vec::new() },
        HirKind::Literal(literal) => Pieces { exact: Some(vec![Literal::exact(&literal.0)]), required: Vec::new() },
        HirKind::Class(class) => Pieces { exact: class_bytes(class).and_then(literals_of_class), required: Vec::new() },
        HirKind::Capture(capture) => pieces(&capture.sub, cost),
        HirKind::Repetition(repetition) => pieces_of_repetition(repetition, cost),
        HirKind::Concat(items) => pieces_of_concat(items, cost),
        HirKind::Alternation(items) => pieces_of_alternation(items, cost),
    }
}

fn literals_of_class(class: ByteSet) -> Option<Vec<Literal>> {
    let other_case = |byte: u8| byte ^ 0x20;
    let mut literals = Vec::new();
    for byte in class.iter() {
        let both = byte.is_ascii_alphabetic() && class.contains(other_case(byte));
        match both {
            true if byte.is_ascii_uppercase() => {}
            true => literals.push(Literal::folded(&[byte])),
            false => literals.push(Literal::exact(&[byte])),
        }
    }
    (literals.len() <= WIDEST_CLASS).then_some(literals)
}

fn pieces_of_repetition(repetition: &Repetition, cost: &dyn Fn(&[Literal]) -> f64) -> Pieces {
    let sub = pieces(&repetition.sub, cost);
    if repetition.min == 0 {
        let once = repetition.max == Some(1);
        let exact = sub.exact.filter(|_| once).map(|literals| literals.into_iter().chain([Literal::exact(b"")]).collect());
        return Pieces { exact, required: Vec::new() };
    }
    let mut required = sub.required;
    required.extend(sub.exact.clone().map(|literals| Required { literals, before: (0, 0) }));
    let fixed = sub.exact.filter(|_| repetition.max == Some(repetition.min) && repetition.min <= LONGEST_LITERAL as u32);
    let exact = fixed.and_then(|literals| (1..repetition.min).try_fold(literals.clone(), |all, _| product(&all, &literals)));
    Pieces { exact, required }
}

/// Neighbouring pieces that are exact join to longer literals; each stage is a candidate.
fn pieces_of_concat(items: &[Hir], cost: &dyn Fn(&[Literal]) -> f64) -> Pieces {
    let mut required = Vec::new();
    let mut before = (0u32, 0u32);
    let mut joined: Option<Required> = None;
    let mut whole = true;
    for item in items {
        let found = pieces(item, cost);
        required.extend(found.required.into_iter().map(|inner| Required { before: add(before, inner.before), ..inner }));
        joined = match (joined.take(), found.exact) {
            (_, None) => {
                whole = false;
                None
            }
            (None, Some(literals)) => Some(Required { literals, before }),
            (Some(so_far), Some(literals)) => {
                required.push(Required { literals: literals.clone(), before });
                match product(&so_far.literals, &literals) {
                    Some(literals) => Some(Required { literals, before: so_far.before }),
                    None => {
                        whole = false;
                        Some(Required { literals, before })
                    }
                }
            }
        };
        required.extend(joined.clone());
        before = add(before, (minimum(item), maximum(item)));
    }
    Pieces { exact: joined.filter(|_| whole).map(|all| all.literals), required }
}

/// Every branch must bring a literal of its own.
fn pieces_of_alternation(items: &[Hir], cost: &dyn Fn(&[Literal]) -> f64) -> Pieces {
    let branches: Vec<_> = items.iter().map(|item| pieces(item, cost)).collect();
    let exact: Option<Vec<Literal>> = branches.iter().map(|branch| branch.exact.clone()).collect::<Option<Vec<_>>>().map(|all| all.concat());
    let best = |branch: Pieces| {
        let whole = branch.exact.map(|literals| Required { literals, before: (0, 0) });
        branch.required.into_iter().chain(whole).min_by(|a, b| cost(&a.literals).total_cmp(&cost(&b.literals)))
    };
    let union =
        |a: Required, b: Required| Required { literals: [a.literals, b.literals].concat(), before: (a.before.0.min(b.before.0), a.before.1.max(b.before.1)) };
    let all: Option<Vec<Required>> = branches.into_iter().map(best).collect();
    let required = all.and_then(|all| all.into_iter().reduce(union)).filter(|all| all.literals.len() <= MOST_LITERALS);
    Pieces { exact: exact.filter(|literals| literals.len() <= MOST_LITERALS), required: required.into_iter().collect() }
}

fn product(left: &[Literal], right: &[Literal]) -> Option<Vec<Literal>> {
    let mut all: Vec<_> = left.iter().flat_map(|a| right.iter().map(|b| a.join(b))).collect();
    all.sort();
    all.dedup();
    (all.len() <= MOST_LITERALS && all.iter().all(|literal| literal.bytes.len() <= LONGEST_LITERAL)).then_some(all)
}

/// A literal that contains another of the same set says nothing more; but the other may then stand later in the match.
fn without_redundant(required: Required) -> Required {
    let Required { mut literals, mut before } = required;
    literals.sort_by_key(|literal| literal.bytes.len());
    let mut kept: Vec<Literal> = Vec::new();
    for literal in literals {
        let place = |short: &Literal| literal.bytes.windows(short.bytes.len()).position(|part| part == short.bytes).filter(|_| short.fold == literal.fold);
        match kept.iter().find_map(place) {
            Some(place) => before.1 = before.1.saturating_add(place as u32),
            None => kept.push(literal),
        }
    }
    Required { literals: kept, before }
}

fn add(a: (u32, u32), b: (u32, u32)) -> (u32, u32) {
    (a.0.saturating_add(b.0), a.1.saturating_add(b.1))
}

#[cfg(test)]
mod tests {
    use super::super::analyse::parse;
    use super::*;

    fn anchors(pattern: &str) -> Vec<(Vec<String>, (u32, u32))> {
        let hir = parse(pattern).expect("the test's pattern is valid");
        let length = |literals: &[Literal]| -(literals.iter().map(|literal| literal.bytes.len()).min().unwrap_or(0) as f64);
        required(&hir, &length).into_iter().map(|found| (found.literals.iter().map(Literal::display).collect(), found.before)).collect()
    }

    #[test]
    fn inner_literals_are_found_with_what_may_stand_before_them() {
        let found = anchors("sk-proj-[A-Za-z0-9_-]{20,80}T3BlbkFJ[a-z]{3}");
        assert!(found.contains(&(vec!["sk-proj-".into()], (0, 0))));
        assert!(found.contains(&(vec!["T3BlbkFJ".into()], (28, 88))));
    }

    #[test]
    fn alternatives_and_cases_become_sets() {
        assert!(anchors("(?:live|test)_[0-9a-f]{32}").contains(&(vec!["live_".into(), "test_".into()], (0, 0))));
        assert!(anchors("(?i:AbC)x[0-9]{9}").contains(&(vec!["abcx".into()], (0, 0))));
        assert!(anchors("(?:SB-)?Mid-[a-z]{20}").contains(&(vec!["Mid-".into()], (0, 3))));
        assert!(anchors("sk-(?:None-)?[a-z]{20}").iter().all(|(literals, _)| literals == &["sk-"]));
    }
}
