//! A hit: one rule's match in one text, judged by what the rule demands, and what is told of it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::super::{Sighting, Text};
use super::{checksum, key, life, value};
use crate::domain::{Credential, Evidence, Lifetime, Secret, Sureness};
use crate::rulepack::rule::{Confidence, Demand, Rule, Wake};

/// Bytes of a token's public prefix that are shown at most, and the part of the token that they are at most.
const MOST_SHOWN: usize = 12;
const LEAST_HIDDEN: usize = 3;

#[derive(Clone, Debug)]
pub(in crate::scan::detect) struct Hit {
    /// Where the match starts, or the parser's word: see [`super::margin`].
    pub(in crate::scan::detect) anchor: usize,
    /// Place in the pack's list of rules.
    pub(in crate::scan::detect) rule: usize,
    /// What is shown as the finding's region.
    pub(in crate::scan::detect) span: Range<usize>,
    pub(super) secret: Range<usize>,
    /// What the secret says, when it is written in several pieces.
    pub(super) joined: Option<Vec<u8>>,
    pub(super) key: Option<String>,
    pub(super) parts: Vec<(String, Range<usize>)>,
    pub(super) facts: Vec<(String, String)>,
    pub(super) sureness: Sureness,
    /// See [`Credential::why`].
    pub(super) why: Vec<String>,
    /// Bytes at the secret's start that every secret of the rule begins with.
    pub(super) public: usize,
    /// Known to be so or not; else it is told from the value.
    pub(super) guessable: Option<bool>,
}

/// A hit in a text that may be another than the one it was found in: the same bytes stand `shift` further on.
pub(in crate::scan::detect) struct Shown {
    pub(in crate::scan::detect) hit: Hit,
    /// Made when the hit first wins over all others; its spans count as the hit's do.
    pub(super) sighting: OnceLock<Arc<Sighting>>,
}

impl From<Hit> for Shown {
    fn from(hit: Hit) -> Self {
        Self { hit, sighting: OnceLock::new() }
    }
}

impl Shown {
    pub(super) fn sighting(&self, rule: &Rule, text: &Text<'_>, shift: isize) -> Arc<Sighting> {
        Arc::clone(self.sighting.get_or_init(|| Arc::new(sighting(&self.hit, rule, text, shift))))
    }
}

/// The same bytes in a text where they stand `shift` further on.
pub(in crate::scan::detect) fn shifted(range: &Range<usize>, shift: isize) -> Range<usize> {
    range.start.wrapping_add_signed(shift)..range.end.wrapping_add_signed(shift)
}

/// How specific a rule is, for one to win where several match: an own literal, then context, then parsers, then other programs'
/// rules, then guesses. What may turn out to stand at the wrong path takes nothing away from the others.
pub(super) fn specificity(rule: &Rule) -> u8 {
    match (rule.wake, &rule.native) {
        (Wake::Anchor { .. }, _) if rule.words.is_empty() => 5,
        (Wake::Anchor { .. } | Wake::Word | Wake::Run { .. }, _) => 4,
        (Wake::Native, Some(native)) if native != "generic" && native != "assignment" => 3,
        (Wake::Foreign, _) if rule.foreign.as_ref().is_none_or(|foreign| foreign.only.is_none() && !foreign.guess) => 2,
        (Wake::Native, _) => 1,
        (Wake::Foreign, _) => 0,
    }
}

/// Does the secret keep what the rule demands of it? Cheap questions first.
pub(super) fn is_acceptable(rule: &Rule, secret: &[u8]) -> bool {
    meets(&rule.demand, secret)
        && rule.entropy.is_none_or(|least| value::entropy(secret) >= least)
        && rule.checksum.as_ref().is_none_or(|checksum| checksum::valid(checksum, secret))
        && (rule.native.is_some() || rule.foreign.is_some() || !value::is_placeholder(secret))
}

/// Says what was found; `text` is the layer that the hit stands in.
fn sighting(hit: &Hit, rule: &Rule, text: &Text<'_>, shift: isize) -> Sighting {
    let secret = hit.joined.as_deref().unwrap_or(&text.bytes[shifted(&hit.secret, shift)]);
    let read = rule.lifetime.reader.as_ref().and_then(|reader| life::read(reader, secret)).unwrap_or_default();
    let guessable = hit.guessable.unwrap_or_else(|| value::is_guessable(secret));
    let trace = Secret::new(secret).trace(hit.public.min(MOST_SHOWN).min(secret.len() / LEAST_HIDDEN), guessable, text.trace_key);
    let because = std::iter::once(rule.lifetime.says.clone()).chain(read.because).collect();
    let lifetime =
        Lifetime { class: read.class.unwrap_or(rule.lifetime.class.into()), minted: read.minted, expires: read.expires, life: rule.lifetime.life, because };
    let facts: BTreeMap<_, _> = hit.facts.iter().cloned().chain(read.facts).collect();
    let credential = Credential {
        rule: rule.code,
        trace,
        key: hit.key.clone().or_else(|| key::assigned(text.bytes, shifted(&hit.span, shift).start)),
        lifetime,
        facts,
        zone: zone(rule, secret),
        parts: Vec::new(),
        sureness: hit.sureness,
        why: hit.why.clone(),
    };
    let secrets = std::iter::once(hit.secret.clone()).chain(hit.parts.iter().map(|(_, span)| span.clone())).collect();
    Sighting { span: hit.span.clone(), steps: Vec::new(), secrets, parts: hit.parts.clone(), evidence: Evidence::Credential(credential), pragmas: Vec::new() }
}

/// How sure a match of the rule's own pattern is. A checksum leaves no doubt.
pub(super) fn sureness(rule: &Rule) -> Sureness {
    match rule.confidence {
        _ if rule.checksum.is_some() => Sureness::Certain,
        Confidence::High => Sureness::Certain,
        Confidence::Medium => Sureness::Likely,
        Confidence::Low => Sureness::Weak,
    }
}

fn meets(demand: &Demand, secret: &[u8]) -> bool {
    let count = |is: fn(&u8) -> bool, least: u32| least == 0 || secret.iter().filter(|byte| is(byte)).count() >= least as usize;
    count(u8::is_ascii_digit, demand.digit) && count(u8::is_ascii_uppercase, demand.upper) && count(u8::is_ascii_lowercase, demand.lower)
}

fn zone(rule: &Rule, secret: &[u8]) -> Option<String> {
    rule.zones.iter().find(|(prefix, _)| secret.starts_with(prefix.as_bytes())).map(|(_, zone)| zone.clone())
}
