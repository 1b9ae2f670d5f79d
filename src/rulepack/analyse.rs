//! What can be known of a pattern before it runs: literals that stand in every match, its edges, its longest run of value characters.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

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

/// The longest run of value characters (letters, digits, `_`, `-`) that every match holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    pub length: u32,
    /// Bytes of the match that may stand before it.
    pub before: u32,
}

/// Literals that a piece of a pattern is made of, or must hold.
#[derive(Default)]
struct Pieces {
    /// Every string that the piece matches.
    exact: Option<Vec<Literal>>,
    required: Vec<Required>,
}

/// The pattern over bytes, without Unicode.
pub fn parse(pattern: &str) -> Result<Hir, String> {
    ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).map_err(|error| error.to_string())
}

/// All sets of literals that could serve as anchors. `cost` compares sets: the cheaper wins where only one can be kept.
pub fn required(hir: &Hir, cost: &dyn Fn(&[Literal]) -> f64) -> Vec<Required> {
    let pieces = pieces(hir, cost);
    let whole = pieces.exact.map(|literals| Required { literals, before: (0, 0) });
    let all = pieces.required.into_iter().chain(whole);
    let mut all: Vec<_> = all.filter(|required| required.literals.iter().all(|literal| !literal.bytes.is_empty())).collect();
    for required in &mut all {
        required.literals = without_redundant(std::mem::take(&mut required.literals));
    }
    all
}

/// The bytes that every match begins with.
pub fn prefix(hir: &Hir) -> Vec<u8> {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.to_vec(),
        HirKind::Capture(capture) => prefix(&capture.sub),
        HirKind::Concat(items) => items.first().map(prefix).unwrap_or_default(),
        HirKind::Alternation(items) => items.iter().map(prefix).reduce(common_prefix).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// Bytes that a match can begin with.
pub fn first_bytes(hir: &Hir) -> ByteSet {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => ByteSet::EMPTY,
        HirKind::Literal(literal) => literal.0.first().map_or(ByteSet::EMPTY, |byte| ByteSet::from_bytes(&[*byte])),
        HirKind::Class(class) => class_bytes(class).unwrap_or(ByteSet::EMPTY),
        HirKind::Capture(capture) => first_bytes(&capture.sub),
        HirKind::Repetition(repetition) => first_bytes(&repetition.sub),
        HirKind::Alternation(items) => items.iter().map(first_bytes).fold(ByteSet::EMPTY, ByteSet::union),
        HirKind::Concat(items) => {
            let optional = items.iter().take_while(|item| minimum(item) == 0).count();
            items.iter().take(optional + 1).map(first_bytes).fold(ByteSet::EMPTY, ByteSet::union)
        }
    }
}

/// Bytes that must not stand before a match. A token that begins with a letter does not follow a letter or digit; one that
/// begins with a digit may follow a letter (`/bot123456:…`).
pub fn left_edge(hir: &Hir) -> ByteSet {
    let edge = edge(hir, false);
    match edge.intersects(&ByteSet::LETTERS) {
        true => edge.union(ByteSet::ALPHANUMERIC),
        false => edge,
    }
}

/// Bytes that must not stand after a match.
pub fn right_edge(hir: &Hir) -> ByteSet {
    edge(hir, true)
}

/// The longest run of value characters in every match.
pub fn run(hir: &Hir) -> Run {
    match hir.kind() {
        _ if is_value(hir) => Run { length: minimum(hir), before: 0 },
        HirKind::Capture(capture) => run(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => run(&repetition.sub),
        HirKind::Concat(items) => run_of_concat(items),
        HirKind::Alternation(items) => {
            let runs = items.iter().map(run);
            runs.reduce(|a, b| Run { length: a.length.min(b.length), before: a.before.max(b.before) }).unwrap_or_default()
        }
        _ => Run::default(),
    }
}

/// The bytes of a class; `None` for one of characters beyond ASCII.
pub fn class_bytes(class: &Class) -> Option<ByteSet> {
    let mut set = ByteSet::EMPTY;
    match class {
        Class::Bytes(class) => class.ranges().iter().flat_map(|range| range.start()..=range.end()).for_each(|byte| set.insert(byte)),
        Class::Unicode(class) => {
            for range in class.ranges() {
                let (start, end) = (u8::try_from(range.start()).ok()?, u8::try_from(range.end()).ok()?);
                (end < 0x80).then_some(())?;
                (start..=end).for_each(|byte| set.insert(byte));
            }
        }
    }
    Some(set)
}

fn minimum(hir: &Hir) -> u32 {
    hir.properties().minimum_len().unwrap_or(0).try_into().unwrap_or(u32::MAX)
}

fn maximum(hir: &Hir) -> u32 {
    hir.properties().maximum_len().and_then(|length| length.try_into().ok()).unwrap_or(u32::MAX)
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

/// A literal that contains another of the same set says nothing more.
fn without_redundant(mut literals: Vec<Literal>) -> Vec<Literal> {
    literals.sort_by_key(|literal| literal.bytes.len());
    let mut kept: Vec<Literal> = Vec::new();
    for literal in literals {
        let covers = |short: &Literal| short.fold == literal.fold && literal.bytes.windows(short.bytes.len().max(1)).any(|part| part == short.bytes);
        if !kept.iter().any(covers) {
            kept.push(literal);
        }
    }
    kept
}

fn add(a: (u32, u32), b: (u32, u32)) -> (u32, u32) {
    (a.0.saturating_add(b.0), a.1.saturating_add(b.1))
}

fn common_prefix(a: Vec<u8>, b: Vec<u8>) -> Vec<u8> {
    a.iter().zip(&b).take_while(|(x, y)| x == y).map(|(x, _)| *x).collect()
}

/// Alphabet of the first or last element; optional elements lend theirs to the next one's.
fn edge(hir: &Hir, right: bool) -> ByteSet {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => ByteSet::EMPTY,
        HirKind::Literal(literal) => {
            let outermost = if right { literal.0.last() } else { literal.0.first() };
            let counts = right || outermost.is_some_and(u8::is_ascii_alphanumeric);
            if counts { ByteSet::ALPHANUMERIC } else { ByteSet::EMPTY }
        }
        // Padding: `={0,2}`.
        HirKind::Repetition(repetition) if repetition.min == 0 && matches!(repetition.sub.kind(), HirKind::Literal(_)) => first_bytes(&repetition.sub),
        HirKind::Class(class) => class_bytes(class).unwrap_or(ByteSet::EMPTY),
        HirKind::Capture(capture) => edge(&capture.sub, right),
        HirKind::Repetition(repetition) => edge(&repetition.sub, right),
        HirKind::Alternation(items) => items.iter().map(|item| edge(item, right)).fold(ByteSet::EMPTY, ByteSet::union),
        HirKind::Concat(items) => {
            let mut set = ByteSet::EMPTY;
            let count = items.len();
            for i in 0..count {
                let item = &items[if right { count - 1 - i } else { i }];
                set = set.union(edge(item, right));
                if minimum(item) > 0 {
                    break;
                }
            }
            set
        }
    }
}

/// Is every byte of every match a value character?
fn is_value(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty => true,
        HirKind::Look(_) => false,
        HirKind::Literal(literal) => literal.0.iter().all(|byte| ByteSet::TOKEN.contains(*byte)),
        HirKind::Class(class) => class_bytes(class).is_some_and(|class| class.is_subset(&ByteSet::TOKEN)),
        HirKind::Capture(capture) => is_value(&capture.sub),
        HirKind::Repetition(repetition) => is_value(&repetition.sub),
        HirKind::Concat(items) | HirKind::Alternation(items) => items.iter().all(is_value),
    }
}

fn run_of_concat(items: &[Hir]) -> Run {
    let mut best = Run::default();
    let mut current = Run::default();
    let mut offset = 0u32;
    for item in items {
        let inner = run(item);
        let whole = is_value(item);
        current = match whole {
            true => Run { length: current.length.saturating_add(minimum(item)), ..current },
            false => Run { length: 0, before: offset.saturating_add(maximum(item)) },
        };
        for candidate in [current, Run { length: inner.length, before: offset.saturating_add(inner.before) }] {
            if candidate.length > best.length {
                best = candidate;
            }
        }
        offset = offset.saturating_add(maximum(item));
    }
    best
}

#[cfg(test)]
mod tests {
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
        assert!(anchors("sk-(?:None-)?[a-z]{20}").iter().all(|(literals, _)| literals == &["sk-"]));
    }

    #[test]
    fn edges_are_the_alphabets_of_the_outermost_elements() {
        let hir = parse("ghp_[a-f]{4}={0,2}").expect("the test's pattern is valid");
        assert_eq!(left_edge(&hir), ByteSet::ALPHANUMERIC);
        assert_eq!(right_edge(&hir), ByteSet::from_bytes(b"abcdef="));
    }

    #[test]
    fn runs_reach_over_neighbours() {
        let of = |pattern| run(&parse(pattern).expect("the test's pattern is valid"));
        assert_eq!(of("hf_[A-Za-z]{34}"), Run { length: 37, before: 0 });
        assert_eq!(of(r"[0-9a-f]{8}\.[A-Za-z0-9]{32}"), Run { length: 32, before: 9 });
        assert_eq!(of("(?:abc|[a-z]{9})/x"), Run { length: 3, before: 0 });
    }
}
