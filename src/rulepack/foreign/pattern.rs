//! Patterns of other programs: put into the words of the `regex` crate, and the literals by which they are found.

use std::cmp::Ordering;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind};

use super::super::analyse::maximum;
use super::super::anchor::{self, Required};
use super::super::frequency::Frequencies;
use super::super::literal::Literal;

/// Whose regular expressions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Dialect {
    /// RE2, as Go has it.
    #[default]
    Go,
    /// The `regex` crate's and Hyperscan's common part.
    Rust,
}

/// Farthest that a match may reach before and behind the literal in it.
const MOST_BEFORE: u32 = 512;
const MOST_BEHIND: u32 = 8192;
/// A keyword outside of the pattern counts for so many bytes in either direction, or a match's length if that is more.
const NEAR: u32 = 256;
/// Instructions that a pattern comes to, about.
const LARGEST: usize = 200_000;
const SHORTEST_LITERAL: usize = 3;

/// A pattern, ready to run.
pub(super) struct Pattern {
    pub(super) pattern: String,
    /// Of the value, where a name says it.
    pub(super) group: Option<u32>,
    pub(super) literals: Vec<Literal>,
    /// One of the literals is part of every match.
    pub(super) within: bool,
    /// Bytes that are looked at before and behind the start of a literal.
    pub(super) before: u32,
    pub(super) behind: u32,
}

pub(super) fn compile(written: &str, dialect: Dialect, keywords: &[String], frequencies: &Frequencies<'_>) -> Result<Pattern, String> {
    let (pattern, hir) = parse(&in_rust(written, dialect))?;
    if size(&hir) > LARGEST {
        return Err("its pattern is too large".to_owned());
    }
    let cost = |literals: &[Literal]| -> f64 { literals.iter().map(|literal| frequencies.per_megabyte(literal) + 0.1).sum() };
    let long_enough = |literals: &[Literal]| shortest(literals) >= SHORTEST_LITERAL;
    let inner = anchor::required(&hir, &cost).into_iter().filter(|required| long_enough(&required.literals));
    // Of literals that cost the same, the longer ones wake their rule in vain less often.
    let worth = |required: &Required| (cost(&required.literals), required.before.1, -(shortest(&required.literals) as f64));
    let inner = inner.min_by(|a, b| worth(a).partial_cmp(&worth(b)).unwrap_or(Ordering::Equal));
    let longest = maximum(&hir).min(MOST_BEHIND);
    let group = named_group(&hir);
    if let Some(inner) = inner {
        return Ok(Pattern { pattern, group, literals: inner.literals, within: true, before: inner.before.1.min(MOST_BEFORE), behind: longest });
    }
    let keywords: Vec<Literal> = keywords.iter().map(|word| Literal::folded(word.as_bytes())).collect();
    if !long_enough(&keywords) {
        return Err("nothing tells where to look for it: its matches share no text of three letters, and it has no keywords as long".to_owned());
    }
    let near = longest.clamp(NEAR, MOST_BEFORE);
    Ok(Pattern { pattern, group, literals: keywords, within: false, before: near, behind: near.max(longest) })
}

fn shortest(literals: &[Literal]) -> usize {
    literals.iter().map(|literal| literal.bytes.len()).min().unwrap_or_default()
}

/// A pattern that only allows something, as it is run.
pub(super) fn allowing(pattern: &str) -> Result<String, String> {
    parse(pattern).map(|(pattern, _)| pattern)
}

/// What the pattern means, over bytes; with Unicode where it cannot be said without.
fn parse(pattern: &str) -> Result<(String, Hir), String> {
    let over = |unicode: bool| ParserBuilder::new().unicode(unicode).utf8(false).build().parse(pattern).map_err(|error| said(&error));
    match over(false) {
        Ok(hir) => Ok((pattern.to_owned(), hir)),
        Err(error) => over(true).map(|hir| (format!("(?u){pattern}"), hir)).map_err(|_| error),
    }
}

fn said(error: &regex_syntax::Error) -> String {
    let kind = match error {
        regex_syntax::Error::Parse(error) => error.kind().to_string(),
        regex_syntax::Error::Translate(error) => error.kind().to_string(),
        other => other.to_string(),
    };
    format!("its pattern cannot be run: {kind}")
}

/// The group that is named as the value.
fn named_group(hir: &Hir) -> Option<u32> {
    match hir.kind() {
        HirKind::Capture(capture) => {
            let named = capture.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("token") || name.eq_ignore_ascii_case("secret"));
            if named { Some(capture.index) } else { named_group(&capture.sub) }
        }
        HirKind::Repetition(repetition) => named_group(&repetition.sub),
        HirKind::Concat(items) | HirKind::Alternation(items) => items.iter().find_map(named_group),
        _ => None,
    }
}

fn size(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(regex_syntax::hir::Class::Unicode(_)) => 16,
        HirKind::Class(_) => 1,
        HirKind::Capture(capture) => size(&capture.sub).saturating_add(2),
        HirKind::Repetition(repetition) => size(&repetition.sub).saturating_mul(repetition.max.unwrap_or(repetition.min.saturating_add(1)) as usize),
        HirKind::Concat(items) | HirKind::Alternation(items) => items.iter().map(size).fold(0, usize::saturating_add),
    }
}

/// Leaves out `(?# … )`, and what Go takes for itself and the `regex` crate for something else is escaped.
pub(super) fn in_rust(pattern: &str, dialect: Dialect) -> String {
    let go = dialect == Dialect::Go;
    let mut rust = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(letter) = rest.chars().next() {
        let mut length = letter.len_utf8();
        match letter {
            '\\' => {
                let escaped = rest[1..].chars().next();
                length += escaped.map_or(0, char::len_utf8);
                match escaped {
                    // Of words in Rust, themselves in Go.
                    Some('<' | '>') if go => rust.extend(escaped),
                    // Octal in Go.
                    Some('z' | 'Z') if !go => rust.push_str(r"\z"),
                    _ => rust += &rest[..length],
                }
            }
            '(' if !in_class && rest.starts_with("(?#") => length = rest.find(')').map_or(rest.len(), |end| end + 1),
            '[' if go && !in_class => {
                in_class = true;
                // A bracket that comes first is one of the class.
                let head = if rest.starts_with("[^") { "[^" } else { "[" };
                length = head.len();
                rust += head;
                if rest[length..].starts_with(']') {
                    rust += r"\]";
                    length += 1;
                }
            }
            '[' if in_class && rest.starts_with("[:") && rest.contains(":]") => {
                length = rest.find(":]").map_or(1, |end| end + 2);
                rust += &rest[..length];
            }
            '[' if in_class => rust += r"\[",
            ']' if in_class => {
                in_class = false;
                rust.push(']');
            }
            '&' | '~' if in_class => rust.extend(['\\', letter]),
            '-' if in_class && rest.starts_with("--") => {
                rust += r"\-\-";
                length = 2;
            }
            '{' if !in_class && go && !is_repetition(rest) => rust += r"\{",
            other => rust.push(other),
        }
        rest = &rest[length..];
    }
    rust
}

/// `{2}`, `{2,}`, `{2,5}`.
fn is_repetition(text: &str) -> bool {
    let Some((inside, _)) = text[1..].split_once('}') else { return false };
    let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
    !least.is_empty() && [least, most].iter().all(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}
