//! One layer of a text: the text itself, or what came out of an encoding in it. Decoded layers are searched in turn.

use super::super::{Sighting, Text};
use super::decode::{self, Budget, Decoded, Pieces};
use super::engine::Engine;
use super::verify::Pass;
use super::{Scratch, hit, overlap, runs};
use crate::domain::{Evidence, Step};

/// Shorter runs of value characters are neither keys nor encodings. The rule compiler demands as much of rules found by runs.
const SHORTEST_RUN: usize = 16;

/// A sighting and how specific its rule is.
struct Found {
    specificity: u8,
    sighting: Sighting,
}

/// Everything in the text and in its encodings, sorted by place.
pub(super) fn search(text: &Text<'_>, scratch: &mut Scratch) -> Vec<Sighting> {
    let mut found = layer(text, scratch, 0, &mut Budget::for_text(text.bytes));
    found.sort_by_key(|found| (found.sighting.span.start, found.sighting.span.end));
    found.into_iter().map(|found| found.sighting).collect()
}

fn layer(text: &Text<'_>, scratch: &mut Scratch, depth: usize, budget: &mut Budget) -> Vec<Found> {
    let engine = Engine::get();
    let mut map = std::mem::take(&mut scratch.map);
    runs::fill(&mut map, text.bytes);
    let references = if depth == 0 { Some(&mut scratch.references) } else { None };
    let mut pass = Pass::new(engine, text, &mut scratch.state, references);
    let mut pieces = Pieces::default();
    engine.filter.scan(text.bytes, &mut |at, literal| pass.wake(at, literal));
    runs::each_run(&map, SHORTEST_RUN, |run| {
        pass.run(&run);
        pieces.consider(text.bytes, &run);
    });
    let mut hits = pass.hits;
    scratch.map = map;
    overlap::resolve(&mut hits, engine.pack.rules());
    let mut found: Vec<Found> = Vec::new();
    for hit in hits {
        let rule = engine.rule(hit.rule);
        found.push(Found { specificity: hit::specificity(rule), sighting: hit::sighting(hit, rule, text) });
    }
    if depth < decode::DEPTH {
        let mut inside = Vec::new();
        for decoded in decode::all(text.bytes, pieces, budget) {
            let inner = Text { bytes: &decoded.bytes, name: "", continued: false, prose: false, trace_key: text.trace_key };
            let found = layer(&inner, scratch, depth + 1, budget).into_iter();
            inside.extend(found.map(|found| Found { sighting: outward(found.sighting, &decoded), ..found }));
        }
        join(&mut found, inside);
    }
    found
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
    }
}

/// Takes in what the encodings show, unless the layer shows as much by itself there; several secrets may come from one run.
fn join(plain: &mut Vec<Found>, mut inside: Vec<Found>) {
    inside.sort_by(|a, b| (identity(a), a.sighting.span.start).cmp(&(identity(b), b.sighting.span.start)));
    // One encoding inside another is reached on several roads.
    inside.dedup_by(|new, old| identity(new) == identity(old) && new.sighting.span.start < old.sighting.span.end);
    let mut beaten = vec![false; plain.len()];
    inside.retain(|new| {
        let first = plain.partition_point(|old| old.sighting.span.end <= new.sighting.span.start);
        let count = plain[first..].iter().take_while(|old| old.sighting.span.start < new.sighting.span.end).count();
        let wins = plain[first..first + count].iter().all(|old| old.specificity < new.specificity);
        if wins {
            beaten[first..first + count].fill(true);
        }
        wins
    });
    let mut beaten = beaten.into_iter();
    plain.retain(|_| !beaten.next().unwrap_or(false));
    plain.append(&mut inside);
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
            let text = Text { bytes: &bytes, name: "", continued: round % 2 == 0, prose: false, trace_key: None };
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
