//! One layer of a text: the text itself, or what came out of an encoding in it. Decoded layers are searched in turn.

use super::super::{Sighting, Text};
use super::decode::{self, Budget, Decoded};
use super::engine::Engine;
use super::verify::Pass;
use super::{Scratch, hit, overlap, runs};
use crate::domain::{Evidence, Step};

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
    let mut maps = scratch.maps.pop().unwrap_or_default();
    maps.fill(text.bytes);
    let mut hits = {
        let references = if depth == 0 { Some(&mut scratch.references) } else { None };
        let mut pass = Pass::new(engine, text, &mut scratch.state, references);
        engine.filter.scan(text.bytes, &mut |at, literal| pass.wake(at, literal));
        if let Some(rules) = engine.runs() {
            runs::each_run(&maps.token, rules.shortest.min(64), |run| {
                if maps.has_digit(&run) || runs::is_mixed(&text.bytes[run.clone()]) {
                    pass.run(&run);
                }
            });
        }
        pass.hits
    };
    overlap::resolve(&mut hits, engine.pack.rules());
    let mut found: Vec<Found> = Vec::new();
    for hit in hits {
        let rule = engine.rule(hit.rule);
        found.push(Found { specificity: hit::specificity(rule), sighting: hit::sighting(hit, rule, text) });
    }
    if depth < decode::DEPTH {
        for decoded in decode::all(text.bytes, &maps, budget) {
            let inner = Text { bytes: &decoded.bytes, name: "", continued: false, prose: false, trace_key: text.trace_key };
            for one in layer(&inner, scratch, depth + 1, budget) {
                join(&mut found, Found { sighting: outward(one.sighting, &decoded), ..one });
            }
        }
    }
    scratch.maps.push(maps);
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

/// Takes in what an encoding shows, unless the layer shows as much by itself there; several secrets may come from one run.
fn join(found: &mut Vec<Found>, new: Found) {
    let overlaps = |old: &Found| old.sighting.span.start < new.sighting.span.end && new.sighting.span.start < old.sighting.span.end;
    let same = |old: &Found| identity(&old.sighting) == identity(&new.sighting);
    let is_plain = |old: &Found| old.sighting.steps.is_empty();
    let covered = |old: &Found| overlaps(old) && if is_plain(old) { old.specificity >= new.specificity } else { same(old) };
    if !found.iter().any(covered) {
        found.retain(|old| !(overlaps(old) && is_plain(old)));
        found.push(new);
    }
}

fn identity(sighting: &Sighting) -> Option<(u32, &str, Option<&str>)> {
    match &sighting.evidence {
        Evidence::Credential(credential) => Some((credential.rule, &credential.trace.preview, credential.trace.id.as_deref())),
        _ => None,
    }
}
