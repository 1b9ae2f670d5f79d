//! The grammar of assignments: every way in which a program, a configuration, a command or a document gives a name a value.
//!
//! An anchor is a word of a name (`pass`, `token`, `key`). [`key`] reads the name around it and says what it names;
//! [`link`] goes from the name to the literal; [`judge`] says whether the literal is a credential. Most anchors are
//! refused by the first within a few bytes.

mod apart;
mod beside;
mod command;
mod cursor;
mod judge;
mod key;
mod link;
mod literal;
mod surroundings;
mod weigh;

use std::ops::Range;

use super::{Native, Parsed, stands};
use crate::domain::Sureness;
use crate::scan::detect::Text;

use key::{Key, Kind};
use surroundings::Surroundings;

/// Woken by `pass`, `pwd`, `token`, `secret`, `key`, `auth`, `cred`, `identified by`, and the commands of [`command`].
/// Selects: `password`, `token`, `secret`, `api-key`, `private-key-value`.
pub(in super::super) const NATIVE: Native = Native { name: "assignment", parse, looks: Some(looks) };

/// How far behind its name a value may begin, and how long it may be.
const REACH: usize = 400;

fn parse(text: &Text<'_>, at: usize, found: &mut dyn FnMut(Parsed)) {
    match Key::at(text.bytes, at) {
        Some(key) if key.plural => listed(text, &key, found),
        key => key
            .or_else(|| identified_by(text.bytes, at))
            .and_then(|key| assigned(text, &key))
            .or_else(|| command::argument(text, at))
            .into_iter()
            .for_each(found),
    }
}

/// Lists go on further than values: those in brackets behind a name of several.
fn looks(bytes: &[u8], at: usize) -> Range<usize> {
    let several = [&b"keys"[..], b"tokens", b"secrets"].into_iter().any(|word| stands(bytes, at, word));
    at..if several && Key::at(bytes, at).is_some_and(|key| link::opens_list(bytes, &key).is_some()) { at + link::LIST_REACH + 64 } else { at }
}

fn assigned(text: &Text<'_>, key: &Key) -> Option<Parsed> {
    if !link::may_follow(text.bytes, key) {
        return None;
    }
    let surroundings = Surroundings::of(text, key);
    let literal = link::value(text.bytes, key, &surroundings)?;
    let verdict = judge::weighed(text, key, &literal, &surroundings)?;
    Some(parsed(text.bytes, key, literal.span, verdict))
}

fn parsed(bytes: &[u8], key: &Key, span: Range<usize>, verdict: weigh::Verdict) -> Parsed {
    Parsed { why: verdict.why, ..Parsed::new(key.kind.select(), bytes, span, verdict.sureness) }.named(&bytes[key.span.clone()])
}

/// Each value of a list under a name of several: `api_keys: ["…", "…"]`.
fn listed(text: &Text<'_>, key: &Key, found: &mut dyn FnMut(Parsed)) {
    let literals = link::list(text.bytes, key);
    if literals.is_empty() {
        return;
    }
    let surroundings = Surroundings::of(text, key);
    for literal in literals {
        if let Some(verdict) = judge::weighed(text, key, &literal, &surroundings) {
            found(parsed(text.bytes, key, literal.span, verdict));
        }
    }
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
        let literals = if key.plural { link::list(text.bytes, &key) } else { link::value(text.bytes, &key, &surroundings).into_iter().collect() };
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
    stands(bytes, at, WORDS).then(|| Key { span: at..at + WORDS.len(), kind: Kind::Password, flag: false, template: false, plural: false })
}

#[cfg(test)]
mod tests;
