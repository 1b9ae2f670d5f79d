//! What can be known of a pattern before it runs: its beginning, its edges, its longest run of value characters.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::literal::ByteSet;

/// The longest run of value characters (letters, digits, `_`, `-`) that every match holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    pub length: u32,
    /// Bytes of the match that may stand before it.
    pub before: u32,
}

/// The pattern over bytes, without Unicode.
pub fn parse(pattern: &str) -> Result<Hir, String> {
    ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).map_err(|error| error.to_string())
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

pub(super) fn minimum(hir: &Hir) -> u32 {
    hir.properties().minimum_len().unwrap_or(0).try_into().unwrap_or(u32::MAX)
}

pub(super) fn maximum(hir: &Hir) -> u32 {
    hir.properties().maximum_len().and_then(|length| length.try_into().ok()).unwrap_or(u32::MAX)
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
