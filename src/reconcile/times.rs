//! What lay together when: places of the working tree and of a history, by their times.

use std::collections::BTreeMap;

use super::cases::{Part, is_content};
use crate::domain::{Commit, History, Place, Presence};

/// When a place is.
#[derive(Clone, Copy)]
pub(super) enum State<'p> {
    /// In front of the reader, or in the commit that is checked out; or in a revision that has no place in a history.
    Now(Option<&'p str>),
    /// For a time, or on another branch.
    Then(&'p History),
}

impl<'p> State<'p> {
    pub(super) fn of(place: &'p Place) -> Self {
        match (&place.history, place.presence()) {
            (Some(_), Presence::Here | Presence::Head) => Self::Now(None),
            (Some(history), _) => Self::Then(history),
            (None, _) => Self::Now(place.origin.revision.as_deref()),
        }
    }

    /// A name of the state: of a past one the commit that it began with.
    pub(super) fn name(self) -> Option<&'p str> {
        match self {
            Self::Now(revision) => revision,
            Self::Then(history) => Some(&history.first.id),
        }
    }
}

pub(super) fn is_now(place: &Place) -> bool {
    matches!(State::of(place), State::Now(_))
}

/// Was there a moment at which both lay there?
pub(super) fn together(a: &Place, b: &Place) -> bool {
    let overlap = |a: &History, b: &History| !ended(a, &b.first) && !ended(b, &a.first);
    match (State::of(a), State::of(b)) {
        (State::Now(a), State::Now(b)) => a == b,
        (State::Then(a), State::Then(b)) => overlap(a, b),
        (State::Then(then), State::Now(_)) => b.history.as_ref().is_some_and(|history| overlap(then, history)),
        (State::Now(_), State::Then(then)) => a.history.as_ref().is_some_and(|history| overlap(then, history)),
    }
}

/// Was it gone when this commit was made?
pub(super) fn ended(history: &History, by: &Commit) -> bool {
    history.gone().is_some_and(|gone| gone.id == by.id || gone <= by)
}

/// The states of one folder over time. A file that holds a model belongs to the state that it came with, a file that describes one to
/// every state that it lay beside.
pub(super) fn epochs(mut parts: Vec<Part<'_>>) -> Vec<Vec<Part<'_>>> {
    parts.sort_by_key(|part| (first(part), part.place));
    let mut epochs = Vec::new();
    let mut current: BTreeMap<String, Part<'_>> = BTreeMap::new();
    for batch in parts.chunk_by(|a, b| first(a) == first(b)) {
        let Some(commit) = batch.first().and_then(first) else { continue };
        let gone = |part: &Part<'_>| part.place.history.as_ref().is_some_and(|history| ended(history, commit));
        let replaced = batch.iter().any(|part| is_content(part.artifact) && current.contains_key(&part.place.uri()));
        if replaced || current.values().any(|part| is_content(part.artifact) && gone(part)) {
            epochs.push(current.values().copied().collect());
            current.retain(|_, part| !is_content(part.artifact));
        }
        current.retain(|_, part| !gone(part));
        current.extend(batch.iter().map(|part| (part.place.uri(), *part)));
    }
    epochs.push(current.into_values().collect());
    epochs.retain(|epoch: &Vec<Part<'_>>| epoch.iter().any(|part| !is_now(part.place)));
    epochs.iter_mut().for_each(|epoch| epoch.sort_by_key(|part| part.place));
    epochs
}

fn first<'a>(part: &Part<'a>) -> Option<&'a Commit> {
    part.place.history.as_ref().map(|history| &history.first)
}

#[cfg(test)]
mod tests {
    use crate::reconcile::testing::{Estate, Marked as _, span};

    /// Labels of the models that no registration covers, and how many files each has.
    fn models(estate: Estate) -> Vec<(String, usize)> {
        let findings = estate.with_registry().findings("unregistered-artifact");
        findings.into_iter().map(|finding| (finding.arguments[0].clone(), finding.related.len() + 1)).collect()
    }

    #[test]
    fn files_of_different_times_are_never_one_model() {
        let shard =
            |estate: Estate, number: u32, digit: &str, history| estate.past_artifact(&format!("m/x-0000{number}-of-00002.gguf"), "weights", digit, history);
        let first = shard(shard(Estate::new(), 1, "a", span(1, 5, Some(6))), 2, "b", span(2, 5, Some(6)));
        assert_eq!(models(first), [("x.gguf".to_owned(), 2)]);
        let apart = shard(shard(Estate::new(), 1, "a", span(1, 2, Some(3))), 2, "b", span(4, 5, Some(6)));
        assert_eq!(models(apart), [("x.gguf".to_owned(), 1), ("x.gguf".to_owned(), 1)]);
    }

    #[test]
    fn a_description_belongs_to_every_state_that_it_lay_beside() {
        let estate = Estate::new()
            .past_artifact("m/config.json", "config", "", span(1, 9, None).head())
            .past_artifact("m/model.safetensors", "model", "a", span(2, 4, Some(5)))
            .past_artifact("m/pytorch_model.bin", "model", "b", span(6, 9, None).head());
        assert_eq!(models(estate), [("m".to_owned(), 1), ("m".to_owned(), 1)]);
    }

    #[test]
    fn a_side_car_speaks_of_what_lay_beside_it_then() {
        let entry = "name: churn\nversion: 3\nowner: a\nstage: research\ndigests: [\"sha256:@a\"]\n";
        let estate = |history| Estate::new().past_artifact("m/a.pt", "model", "a", span(2, 4, Some(5))).past_side_car("m/a.pt.model.yaml", entry, history);
        assert!(models(estate(span(1, 4, Some(5)))).is_empty());
        assert!(models(estate(span(3, 9, None).head())).is_empty());
        assert_eq!(models(estate(span(6, 9, None).head())).len(), 1);
    }
}
