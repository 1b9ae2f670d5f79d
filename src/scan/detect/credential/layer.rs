//! One layer of a text: the text itself, or what came out of an encoding in it. Decoded layers are searched in turn.
//!
//! A search has two halves. [`gather`] finds hits and encodings, each by its anchor and the bytes around it alone, so that it can
//! be asked for a part of the text. [`weigh`] lets all that was found in a text compete; it does not look at the text again.

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;

use super::super::{Sighting, Text};
use super::decode::{self, Budget, Decoded, Pieces};
use super::engine::Engine;
use super::hit::{Shown, shifted};
use super::margin::Look;
use super::overlap::{Placed, Won};
use super::verify::{Beside, Pass};
use super::{Scratch, expiry, hit, overlap, runs, users};
use crate::domain::{Credential, Evidence, Step};

/// Shorter runs of value characters are neither keys nor encodings. The rule compiler demands as much of rules found by runs.
const SHORTEST_RUN: usize = 16;

/// A part of a text. Its borders divide no piece of an encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::scan::detect) struct Zone {
    /// What has its anchor here is found.
    pub(in crate::scan::detect) anchors: Range<usize>,
    /// Where the words and literals are looked for that wake rules: so much more that none is missed.
    pub(in crate::scan::detect) wakes: Range<usize>,
}

/// What a text or a part of it shows before all of it is weighed.
#[derive(Default)]
pub(in crate::scan::detect) struct Gathered {
    pub(in crate::scan::detect) hits: Vec<Shown>,
    pub(in crate::scan::detect) inside: Vec<Inside>,
    pub(in crate::scan::detect) looks: Vec<Look>,
}

/// What one piece of a text holds in an encoding.
pub(in crate::scan::detect) struct Inside {
    pub(in crate::scan::detect) anchor: usize,
    found: Vec<Found>,
}

/// A sighting and how specific its rule is.
#[derive(Clone)]
pub(in crate::scan::detect) struct Found {
    specificity: u8,
    /// The sighting's spans count from so much before the text.
    pub(in crate::scan::detect) shift: isize,
    pub(in crate::scan::detect) sighting: Arc<Sighting>,
}

impl Zone {
    /// All of a text.
    pub(in crate::scan::detect) fn whole(length: usize) -> Self {
        Self { anchors: 0..length, wakes: 0..length }
    }
}

impl Inside {
    pub(in crate::scan::detect) fn placed(&self, shift: isize) -> impl Iterator<Item = Found> {
        self.found.iter().map(move |found| Found { shift: found.shift.wrapping_add(shift), ..found.clone() })
    }
}

impl Found {
    /// For what no other piece of evidence competes with.
    pub(in crate::scan::detect) fn alone(sighting: Arc<Sighting>, shift: isize) -> Self {
        Self { specificity: 0, shift, sighting }
    }

    pub(in crate::scan::detect) fn span(&self) -> Range<usize> {
        shifted(&self.sighting.span, self.shift)
    }

    /// Adds what is known of the credential; what its own rule says stays.
    pub(super) fn tell(&mut self, facts: impl IntoIterator<Item = (String, String)>) {
        let mut facts = facts.into_iter().filter(|(name, _)| self.credential().is_some_and(|credential| !credential.facts.contains_key(name))).peekable();
        if facts.peek().is_none() {
            return;
        }
        let facts: Vec<_> = facts.collect();
        if let Evidence::Credential(credential) = &mut Arc::make_mut(&mut self.sighting).evidence {
            for (name, fact) in facts {
                credential.facts.entry(name).or_insert(fact);
            }
        }
    }

    /// Adds when it ends, as the text around it says.
    pub(super) fn ends(&mut self, end: Timestamp) {
        if let Evidence::Credential(credential) = &mut Arc::make_mut(&mut self.sighting).evidence {
            credential.lifetime.expires = Some(end);
            credential.lifetime.because.push("The file says beside it when it ends.".to_owned());
        }
    }

    pub(super) fn credential(&self) -> Option<&Credential> {
        match &self.sighting.evidence {
            Evidence::Credential(credential) => Some(credential),
            _ => None,
        }
    }
}

/// Everything in the text and in its encodings, sorted by place.
pub(super) fn search(text: &Text<'_>, scratch: &mut Scratch) -> Vec<Sighting> {
    let mut found = layer(text, scratch, 0, &mut Budget::for_text(text.bytes));
    found.sort_by_key(|found| (found.span().start, found.span().end));
    found.into_iter().map(|found| Arc::unwrap_or_clone(found.sighting)).collect()
}

fn layer(text: &Text<'_>, scratch: &mut Scratch, depth: usize, budget: &mut Budget) -> Vec<Found> {
    let gathered = gather(text, &[Zone::whole(text.bytes.len())], scratch, depth, budget);
    let hits = gathered.hits.iter().map(|shown| Placed { shown, shift: 0 }).collect();
    weigh(text, hits, gathered.inside.into_iter().flat_map(|inside| inside.found).collect())
}

/// What has its anchor in the zones of a text.
pub(super) fn gather(text: &Text<'_>, zones: &[Zone], scratch: &mut Scratch, depth: usize, budget: &mut Budget) -> Gathered {
    let engine = Engine::get();
    let mut map = std::mem::take(&mut scratch.map);
    let beside = (depth == 0).then_some(Beside { references: &mut scratch.references, pragmas: &mut scratch.pragmas });
    let mut pass = Pass::new(engine, text, &mut scratch.state, beside);
    let mut pieces = Pieces::default();
    for Zone { anchors, wakes } in zones {
        pass.zone = anchors.clone();
        pass.name();
        engine.filter.scan(text.bytes, wakes.clone(), &mut |at, literal| pass.wake(at, literal));
        runs::fill(&mut map, &text.bytes[wakes.clone()]);
        runs::each_run(&map, SHORTEST_RUN, |run| {
            let run = wakes.start + run.start..wakes.start + run.end;
            pass.run(&run);
            if anchors.contains(&run.start) {
                pieces.consider(text.bytes, &run);
            }
        });
    }
    let Pass { hits, looks, .. } = pass;
    scratch.map = map;
    let inside = if depth < decode::DEPTH { inside(text, pieces, zones, scratch, depth, budget) } else { Vec::new() };
    Gathered { hits: hits.into_iter().map(Shown::from).collect(), inside, looks }
}

fn inside(text: &Text<'_>, pieces: Pieces, zones: &[Zone], scratch: &mut Scratch, depth: usize, budget: &mut Budget) -> Vec<Inside> {
    let mut inside = Vec::new();
    for decoded in decode::all(text.bytes, pieces, zones.iter().map(|zone| &zone.anchors), budget) {
        let inner = Text { bytes: &decoded.bytes, name: "", continued: false, prose: false, before: b"", trace_key: text.trace_key };
        let found = layer(&inner, scratch, depth + 1, budget).into_iter();
        let found: Vec<_> = found.map(|found| Found { sighting: Arc::new(outward(Arc::unwrap_or_clone(found.sighting), &decoded)), ..found }).collect();
        inside.extend((!found.is_empty()).then_some(Inside { anchor: decoded.anchor, found }));
    }
    inside
}

/// What is left of the hits and of what the encodings hold, each in an order that depends on the text alone.
pub(in crate::scan::detect) fn weigh(text: &Text<'_>, hits: Vec<Placed<'_>>, inside: Vec<Found>) -> Vec<Found> {
    let rules = Engine::get().pack.rules();
    let found = |Won { placed: Placed { shown, shift }, facts }: Won<'_>| {
        let rule = &rules[shown.hit.rule];
        let mut found = Found { specificity: hit::specificity(rule), shift, sighting: shown.sighting(rule, text, shift) };
        found.tell(facts.into_iter().cloned());
        found
    };
    let mut plain: Vec<Found> = overlap::resolve(hits, rules).into_iter().map(found).collect();
    join(&mut plain, inside);
    users::tell(text, &mut plain);
    expiry::tell(text, &mut plain);
    plain
}

/// From the decoded text to the text it was decoded from.
fn outward(sighting: Sighting, decoded: &Decoded) -> Sighting {
    let step = |name: &&str| Step { kind: "encoding".to_owned(), name: (*name).to_owned() };
    Sighting {
        span: decoded.source(&sighting.span),
        steps: decoded.steps.iter().map(step).chain(sighting.steps).collect(),
        secrets: sighting.secrets.iter().map(|span| decoded.source(span)).collect(),
        parts: sighting.parts.into_iter().map(|(name, span)| (name, decoded.source(&span))).collect(),
        evidence: sighting.evidence,
        pragmas: Vec::new(),
    }
}

/// Takes in what the encodings show, unless the layer shows as much by itself there; several secrets may come from one run.
fn join(plain: &mut Vec<Found>, mut inside: Vec<Found>) {
    inside.sort_by(|a, b| (identity(a), a.span().start).cmp(&(identity(b), b.span().start)).then_with(|| details(a).cmp(&details(b))));
    // One encoding inside another is reached on several roads.
    inside.dedup_by(|new, old| identity(new) == identity(old) && new.span().start < old.span().end);
    let mut beaten = vec![false; plain.len()];
    inside.retain_mut(|new| {
        let first = plain.partition_point(|old| old.span().end <= new.span().start);
        let count = plain[first..].iter().take_while(|old| old.span().start < new.span().end).count();
        let wins = plain[first..first + count].iter().all(|old| old.specificity < new.specificity);
        if wins {
            beaten[first..first + count].fill(true);
            plain[first..first + count].iter().filter_map(Found::credential).for_each(|old| new.tell(old.facts.clone()));
        }
        wins
    });
    let mut beaten = beaten.into_iter();
    plain.retain(|_| !beaten.next().unwrap_or(false));
    plain.append(&mut inside);
}

/// Tells those apart that are equal but for the road to them.
fn details(found: &Found) -> (usize, &[Step], &Evidence) {
    (found.span().end, &found.sighting.steps, &found.sighting.evidence)
}

fn identity(found: &Found) -> Option<(u32, &str, Option<&str>)> {
    match &found.sighting.evidence {
        Evidence::Credential(credential) => Some((credential.rule, &credential.trace.preview, credential.trace.id.as_deref())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulepack::pack;
    use crate::rulepack::template::{Random, base64, expand};

    /// Pieces of examples, escapes and noise, encoded at random: nothing panics, and what is pointed at lies in the text.
    #[test]
    fn hostile_text_is_searched_without_harm() {
        let (mut random, mut scratch) = (Random(23), Scratch::default());
        let pieces: Vec<Vec<u8>> =
            pack().rules().iter().flat_map(|rule| &rule.examples).map(|text| expand(text, 7, &|_| None).unwrap_or_default().into_bytes()).collect();
        for round in 0..150 {
            let mut bytes: Vec<u8> = Vec::new();
            for _ in 0..random.below(12) {
                match random.below(5) {
                    0 => bytes.extend((0..random.below(60)).map(|_| random.number() as u8)),
                    1 => bytes.extend_from_slice([&b"%2"[..], b"\\u00", b"\\", b"=", b"\x1b[31", b"://", b"H4sIAAAA"][random.below(7)]),
                    2 => bytes = base64(&bytes).into_bytes(),
                    _ if pieces.is_empty() => {}
                    _ => {
                        let piece = &pieces[random.below(pieces.len())];
                        bytes.extend_from_slice(&piece[..random.below(piece.len() + 1)]);
                    }
                }
            }
            let text = Text { bytes: &bytes, name: "", continued: round % 2 == 0, prose: false, before: b"", trace_key: None };
            let mut last = 0;
            for sighting in search(&text, &mut scratch) {
                let ranges = sighting.secrets.iter().chain(sighting.parts.iter().map(|(_, part)| part)).chain([&sighting.span]);
                assert!(ranges.into_iter().all(|range| range.start < range.end && range.end <= bytes.len()));
                assert!(sighting.span.start >= last, "in order of their places");
                last = sighting.span.start;
            }
        }
    }
}
