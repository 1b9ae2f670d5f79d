//! A credential lies here: one finding a place, so that dashboards annotate every line. Speaks with the face of the credential's rule.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Say;
use crate::domain::{Credential, Face, Related};
use crate::reconcile::alive::Alive;
use crate::reconcile::cases::{Case, Secret, Sight, World, title};
use crate::reconcile::story::{history, on_day};
use crate::reconcile::words::harmless;

/// Other places of the same secret that are named with each.
const OTHERS: usize = 5;

/// What is said of each place, with the face that says it. Of the revisions of one file only the oldest is reported: the same line,
/// carried from commit to commit, is one leak.
pub(in crate::reconcile) fn judge<'a>(case: &Case<'a>, world: &World<'a>) -> Vec<(Option<&'a Face>, u32, Say)> {
    let Some(secret) = case.secret() else { return Vec::new() };
    let revisions = revisions(case);
    let reported = |sight: &Sight<'_>| revisions.get(&file(sight)).is_some_and(|all| oldest(all) == Some(revision(sight)));
    let said = case.sights.iter().zip(&secret.seen).enumerate().filter(|(_, (sight, _))| reported(sight)).map(|(index, (sight, credential))| {
        let face = world.faces.get(&credential.rule).copied();
        let count = revisions.get(&file(sight)).map_or(1, Vec::len);
        (face, credential.rule, say(case, secret, index, sight, credential, face, count))
    });
    said.collect()
}

/// A state of a file: its revision, and whether the whole history of the secret begins with it.
type Revision<'c> = (Option<&'c str>, bool);

/// Revisions of each file that show the secret, in order.
fn revisions<'c>(case: &'c Case<'_>) -> BTreeMap<(u32, String), Vec<Revision<'c>>> {
    let mut revisions: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for sight in &case.sights {
        let all = revisions.entry(file(sight)).or_default();
        // Sights are in the order of places, so that equal revisions of a file follow one another.
        if all.last() != Some(&revision(sight)) {
            all.push(revision(sight));
        }
    }
    revisions
}

fn revision<'c>(sight: &Sight<'c>) -> Revision<'c> {
    let revision = sight.place.origin.revision.as_deref();
    (revision, sight.place.history.as_ref().is_some_and(|history| Some(history.first.id.as_str()) == revision))
}

/// The state that is checked out, the one that the history begins with, or the first in order.
fn oldest<'c>(all: &[Revision<'c>]) -> Option<Revision<'c>> {
    all.iter().find(|(revision, begins)| revision.is_none() || *begins).or(all.first()).copied()
}

fn file(sight: &Sight<'_>) -> (u32, String) {
    (sight.place.origin.target, sight.place.uri())
}

fn say(case: &Case<'_>, secret: &Secret<'_>, index: usize, sight: &Sight<'_>, credential: &Credential, face: Option<&Face>, revisions: usize) -> Say {
    let named = [face.map_or("credential", title).to_owned(), credential.trace.preview.clone(), sight.place.display()];
    let past = sight.place.history.as_ref().filter(|_| !sight.place.presence().lasts());
    let mut say = match past {
        Some(history) if face.is_some_and(|face| face.messages.iter().any(|(id, _)| id == "history")) => {
            let [title, preview, path] = named;
            Say::of(vec![index], "history", [title, preview, path, history.first.short().to_owned(), on_day(&history.first)])
        }
        _ => Say::of(vec![index], "default", named),
    };
    say.related.extend(credential.parts.iter().map(|part| {
        let mut place = sight.place.clone();
        place.region = Some(part.region.clone());
        Related { place, message: format!("its {}", harmless(&part.name)) }
    }));
    let others = case.sights.iter().enumerate().filter(|(other, _)| *other != index).take(OTHERS);
    say = say.beside(others.map(|(_, other)| other.place), "the same secret");
    say.properties = properties(secret, credential);
    say.properties.extend(history(secret));
    say.with("places", case.sights.len()).with("revisions", revisions)
}

fn properties(secret: &Secret<'_>, credential: &Credential) -> BTreeMap<String, Value> {
    let text = |value: &dyn ToString| Some(Value::from(harmless(&value.to_string())));
    let facts: Map<String, Value> = credential.facts.iter().map(|(name, value)| (name.clone(), harmless(value).into())).collect();
    let known: [(&str, Option<Value>); 10] = [
        ("sureness", serde_json::to_value(credential.sureness).ok()),
        ("why", (!credential.why.is_empty()).then(|| credential.why.iter().map(|reason| harmless(reason)).collect())),
        ("lifetime", serde_json::to_value(secret.lifetime.class).ok()),
        ("minted", secret.lifetime.minted.and_then(|at| text(&at))),
        ("expires", secret.lifetime.end().and_then(|at| text(&at))),
        ("committed", secret.since.and_then(|at| text(&at))),
        ("because", (!secret.lifetime.because.is_empty()).then(|| secret.lifetime.because.iter().map(|sentence| harmless(sentence)).collect())),
        ("alive", Some(secret.alive.word().into()).filter(|_| secret.alive != Alive::Yes)),
        ("key", credential.key.as_ref().and_then(|key| text(key))),
        ("facts", (!facts.is_empty()).then(|| facts.into())),
    ];
    known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::{Estate, Marked as _, span};

    #[test]
    fn every_place_is_told_once_and_names_the_others() {
        let estate = Estate::new().credential("a.env", "x", |_| {}).credential("b.env", "x", |_| {}).credential("c.env", "y", |_| {});
        let findings = estate.findings("acme-key");
        assert_eq!(findings.len(), 3);
        assert_eq!(findings[0].text, "Acme key in a.env: acme_[REDACTED].");
        assert_eq!((findings[0].related.len(), findings[2].related.len()), (1, 0));
        assert_ne!(findings[0].fingerprint.digest, findings[1].fingerprint.digest);
        assert_eq!(findings[0].fingerprint.subject, findings[1].fingerprint.subject);
    }

    #[test]
    fn history_of_one_file_is_one_leak_with_a_stable_fingerprint() {
        let both = Estate::new().credential("a.env", "x", |_| {}).revision("a.env", "x", "c1").revision("a.env", "x", "c2");
        let history = Estate::new().revision("a.env", "x", "c2");
        let (both, history) = (both.findings("acme-key"), history.findings("acme-key"));
        assert_eq!((both.len(), history.len()), (1, 1));
        assert_eq!(both[0].fingerprint, history[0].fingerprint);
        assert_eq!(both[0].properties["revisions"], 3);
    }

    #[test]
    fn what_leaves_the_files_stays_the_same_finding() {
        for id in [Some("x"), None] {
            let here = |estate: Estate| if id.is_some() { estate.credential("conf/a.env", "x", |_| {}) } else { estate.guessable("conf/a.env", 7) };
            let past = |estate: Estate, history| match id {
                Some(id) => estate.past("conf/a.env", id, history),
                None => estate.past_guessable("conf/a.env", history),
            };
            let before = past(here(Estate::new()), span(1, 5, None).head());
            let after = past(Estate::new(), span(1, 5, Some(6)));
            for rule in ["acme-key", "long-lived-secret"] {
                let (before, after) = (before.findings(rule), after.findings(rule));
                assert_eq!((before.len(), after.len()), (1, 1), "{rule}");
                assert_eq!(before[0].fingerprint, after[0].fingerprint, "{rule}");
                assert!(after[0].rank < before[0].rank, "{rule}");
            }
        }
    }

    #[test]
    fn the_oldest_commit_is_named_and_other_paths_are_related() {
        let estate = Estate::new().past("a.env", "x", span(4, 6, Some(7))).past("a.env", "x", span(2, 3, Some(4))).past("b.env", "x", span(3, 5, Some(6)));
        let findings = estate.findings("acme-key");
        assert_eq!((findings.len(), findings[0].message.as_str()), (2, "history"));
        assert_eq!(findings[0].text, "Acme key in a.env since 000000000000, 2024-02-01: acme_[REDACTED].");
        assert_eq!(findings[0].related.len(), 1);
        assert_eq!(findings[0].place.history.as_deref(), Some(&span(2, 6, Some(7))));
        assert_eq!(findings[0].properties["exposure"], serde_json::json!({"from": "2024-02-01T00:00:00Z", "to": "2024-07-01T00:00:00Z", "presence": "past"}));
        assert_eq!(findings[0].properties["rank_because"], serde_json::json!(["it is in the history only"]));
    }

    #[test]
    fn rotation_is_told_with_every_place() {
        let estate = Estate::new().past("a.env", "x", span(1, 3, Some(4))).past("a.env", "y", span(4, 8, None).head()).credential("a.env", "y", |_| {});
        let findings = estate.findings("acme-key");
        assert_eq!(findings.len(), 2);
        assert_eq!(findings[0].properties["rotation"], serde_json::json!({"times": 1, "last": "2024-04-01T00:00:00Z"}));
        assert_eq!(findings[1].properties["rotation"], serde_json::json!({"times": 1, "last": "2024-04-01T00:00:00Z", "replaced": "2024-04-01T00:00:00Z"}));
        assert_eq!(findings[1].properties["rank_because"], serde_json::json!(["it is in the history only", "another value took its place"]));
        let never = Estate::new().past("a.env", "x", span(1, 3, None).head()).findings("acme-key");
        assert_eq!(never[0].properties["rotation"], serde_json::json!({"times": 0, "never_since": "2024-01-01T00:00:00Z"}));
    }

    #[test]
    fn the_dead_rank_lower_than_the_living() {
        let estate = Estate::new().credential("a", "x", |_| {}).credential("b", "y", |c| c.lifetime.expires = "2020-01-01T00:00:00Z".parse().ok());
        let findings = estate.findings("acme-key");
        assert!(findings[1].rank < findings[0].rank / 2);
        assert_eq!(findings[1].properties["alive"], "expired");
    }

    #[test]
    fn guessable_secrets_on_equal_lines_are_told_apart_by_ordinals() {
        let estate = Estate::new().guessable("a.env", 1).guessable("a.env", 2);
        let findings = estate.findings("acme-key");
        assert_eq!(findings.iter().map(|finding| finding.fingerprint.ordinal).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(findings[0].fingerprint.digest, findings[1].fingerprint.digest);
        assert_eq!(findings[0].fingerprint.subject, None);
    }
}
