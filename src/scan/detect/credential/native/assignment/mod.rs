//! The grammar of assignments: every way in which a program, a configuration, a command or a document gives a name a value.
//!
//! An anchor is a word of a name (`pass`, `token`, `key`). [`key`] reads the name around it and says what it names;
//! [`link`] goes from the name to the literal, by a sign, a call or a list; [`judge`] says whether the literal is a credential. Most anchors are
//! refused by the first within a few bytes.

mod apart;
mod beside;
mod call;
mod command;
mod cursor;
mod fallback;
mod judge;
mod key;
mod link;
mod list;
mod literal;
mod markup;
mod option;
mod positional;
mod prose;
mod raw;
mod sign;
mod surroundings;
mod table;
mod unpacked;
mod weigh;

use std::ops::Range;

use super::{Native, Parsed, run, stands, value};
use crate::domain::Sureness;
use crate::scan::detect::Text;

use key::{Key, Kind};
use literal::Literal;
use surroundings::Surroundings;

/// Woken by `pass`, `pwd`, `token`, `secret`, `key`, `auth`, `cred`, `identified by`, and the commands of [`command`].
/// Selects: `password`, `token`, `secret`, `api-key`, `private-key-value`.
pub(in super::super) const NATIVE: Native = Native { name: "assignment", parse, looks: Some(looks) };

/// How far behind its name a value may begin, and how long it may be.
const REACH: usize = 400;

fn parse(text: &Text<'_>, at: usize, found: &mut dyn FnMut(Parsed)) {
    // `pw` is too short for an anchor, and has a blank or a mark with it.
    let at = at + text.bytes.get(at..).unwrap_or_default().iter().take(2).take_while(|byte| matches!(byte, b' ' | b'_' | b',')).count();
    if let Some(parsed) = positional::password(text, at) {
        return found(parsed);
    }
    match Key::at(text.bytes, at) {
        Some(key) if key.plural => listed(text, &key, found),
        Some(key) => single(text, at, &key, found),
        None => identified_by(text.bytes, at)
            .and_then(|key| assigned(text, &key).or_else(|| bare_identifier(text, &key)))
            .or_else(|| command::argument(text, at))
            .into_iter()
            .for_each(found),
    }
}

/// The value of a name, or the column under it.
fn single(text: &Text<'_>, at: usize, key: &Key, found: &mut dyn FnMut(Parsed)) {
    if let Some(parsed) = assigned(text, key).or_else(|| command::argument(text, at)) {
        return found(parsed);
    }
    if link::may_follow(text.bytes, key) {
        let surroundings = Surroundings::of(text, key);
        let columns = table::column(text, key, &surroundings).into_iter();
        columns
            .filter_map(|literal| judged(text, key, literal.clone(), &surroundings).or_else(|| in_column(text, key, literal, &surroundings)))
            .for_each(found);
    }
}

/// In a column of passwords words will do, too; in one of Markdown a type may stand.
fn in_column(text: &Text<'_>, key: &Key, literal: Literal, surroundings: &Surroundings) -> Option<Parsed> {
    let value = literal.text(text.bytes)?;
    let plain = !surroundings.in_row || value.iter().any(|byte| !byte.is_ascii_alphabetic()) && !value.contains(&b' ');
    let chosen = key.kind == Kind::Password && plain && value::is_chosen(value, b"");
    chosen.then(|| Parsed::new(key.kind.select(), text.bytes, literal.span, Sureness::Likely).named(&text.bytes[key.span.clone()]))
}

/// Lists go on further than values: those in brackets behind a name of several.
fn looks(bytes: &[u8], at: usize) -> Range<usize> {
    let several = [&b"keys"[..], b"tokens", b"secrets"].into_iter().any(|word| stands(bytes, at, word));
    at..if several && Key::at(bytes, at).is_some_and(|key| list::opens(bytes, &key).is_some()) { at + list::REACH + 64 } else { at }
}

fn assigned(text: &Text<'_>, key: &Key) -> Option<Parsed> {
    if !link::may_follow(text.bytes, key) {
        return None;
    }
    let surroundings = Surroundings::of(text, key);
    let literal = link::value(text.bytes, key, &surroundings)?;
    judged(text, key, literal, &surroundings)
}

fn judged(text: &Text<'_>, key: &Key, literal: Literal, surroundings: &Surroundings) -> Option<Parsed> {
    // `env[DB_1_PASSWORD] = $DB_1_PASSWORD` hands it on.
    let name = &text.bytes[key.span.clone()];
    if literal.text(text.bytes)?.strip_prefix(b"$") == Some(name) {
        return None;
    }
    let weigh::Verdict { sureness, why } = judge::weighed(text, key, &literal, surroundings)?;
    Some(Parsed { why, ..Parsed::new(key.kind.select(), text.bytes, literal.span, sureness) }.written(literal.joined).named(name))
}

/// Each value of a list under a name of several: `api_keys: ["…", "…"]`.
fn listed(text: &Text<'_>, key: &Key, found: &mut dyn FnMut(Parsed)) {
    let literals = list::of(text.bytes, key);
    if literals.is_empty() {
        return;
    }
    let surroundings = Surroundings::of(text, key);
    literals.into_iter().filter_map(|literal| judged(text, key, literal, &surroundings)).for_each(found);
}

/// A name with a literal, as the fit of the model sees it: never the value.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Where the value stands.
    pub span: Range<usize>,
    /// `password`, `token`, `secret`, `api-key`, `private-key-value`.
    pub select: &'static str,
    pub features: Vec<&'static str>,
    /// What filters written by hand say, without the weights.
    pub sureness: Option<Sureness>,
    /// Weak evidence at most, whatever it weighs.
    pub capped: bool,
}

/// Every candidate of the text that no structural fact refuses.
pub(in super::super) fn candidates(text: &Text<'_>) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for at in 0..text.bytes.len() {
        let Some(key) = Key::at(text.bytes, at).or_else(|| identified_by(text.bytes, at)).filter(|key| key.plural || link::may_follow(text.bytes, key)) else {
            continue;
        };
        let surroundings = Surroundings::of(text, &key);
        let literals = if key.plural { list::of(text.bytes, &key) } else { link::value(text.bytes, &key, &surroundings).into_iter().collect() };
        for candidate in literals.iter().filter_map(|literal| judge::candidate(text, &key, literal, &surroundings)) {
            let (span, features, sureness) = (candidate.literal.span.clone(), candidate.features(), candidate.filters);
            candidates.push(Candidate { span, select: key.kind.select(), features, sureness, capped: candidate.is_capped() });
        }
    }
    candidates
}

/// SQL's `IDENTIFIED BY '…'`.
fn identified_by(bytes: &[u8], at: usize) -> Option<Key> {
    const WORDS: &[u8] = b"identified by";
    // "messages identified by 'pick'": in SQL the statement says whose password it is.
    const OF: [&[u8]; 6] = [b"create", b"alter", b"grant", b"user", b"role", b"set"];
    let before = &bytes[at.saturating_sub(REACH)..at];
    let says = |word: &&[u8]| before.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    (stands(bytes, at, WORDS) && OF.iter().any(says)).then(|| Key {
        span: at..at + WORDS.len(),
        kind: Kind::Password,
        flag: false,
        template: false,
        plural: false,
    })
}

/// `CREATE USER app IDENTIFIED BY secret`: Oracle takes a word.
fn bare_identifier(text: &Text<'_>, key: &Key) -> Option<Parsed> {
    const STATEMENTS: [&[u8]; 5] = [b"create user", b"alter user", b"database link", b"grant ", b"create role"];
    let before = &text.bytes[key.span.start.saturating_sub(surroundings::LOOK_BACK)..key.span.start];
    let statement = before.rsplit(|byte| *byte == b';').next().unwrap_or_default();
    STATEMENTS.iter().find(|words| statement.windows(words.len()).any(|part| part.eq_ignore_ascii_case(words)))?;
    let start = run(text.bytes, key.span.end, 4, |byte| byte == b' ').end;
    let word = run(text.bytes, start, REACH, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'#' | b'$'));
    let surroundings = Surroundings::of(text, key);
    // In prose a grant goes to those identified by something.
    let style = if surroundings.setting == surroundings::Setting::Text { literal::Style::Loose } else { literal::Style::Quoted };
    judged(text, key, Literal::new(word, style), &surroundings)
}

#[cfg(test)]
mod tests;
