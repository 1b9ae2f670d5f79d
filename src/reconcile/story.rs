//! What history says of a secret: since when it is there, when it went, whether another value took its place.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::alive::between;
use super::cases::Secret;
use crate::domain::{Commit, Credential, History, Place, Presence};

/// A secret's past, over all of its places.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Story {
    /// The earliest commit that shows it.
    pub(super) first: Commit,
    /// The nearest of all places.
    pub(super) presence: Presence,
    /// The commit that took it from the last place that had it; for unreachable commits the last that shows it. None while it lasts.
    pub(super) gone: Option<Commit>,
    pub(super) rotation: Rotation,
    /// The secret is known by its name alone: its value may have changed in all this time.
    pub(super) by_name: bool,
}

/// Rotation evidence. Values are compared by trace: of guessable secrets without a key nothing is known.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rotation {
    /// How often the name at the place of the secret's first commit got another value, and when last.
    pub(super) times: usize,
    pub(super) last: Option<Timestamp>,
    /// When another value took the place of this secret, which is nowhere any more.
    pub(super) replaced: Option<Timestamp>,
    /// It lasts, and no other value was ever in its place since then.
    pub(super) never_since: Option<Timestamp>,
}

/// A name at a path; without a name, the rule.
type Slot = (u32, String, Result<String, u32>);

/// All values that each slot had.
pub(super) struct Slots<'a>(BTreeMap<Slot, Values<'a>>);

/// The values of one slot, by trace.
#[derive(Default)]
struct Values<'a> {
    spans: BTreeMap<&'a str, &'a History>,
    /// When values came, in order, with their traces.
    comings: Vec<(Timestamp, &'a str)>,
    /// Commits that brought a value.
    bringing: BTreeSet<&'a str>,
    turns: BTreeMap<&'a str, Timestamp>,
}

impl<'a> Slots<'a> {
    pub(super) fn new(seen: &[(&'a Place, &'a Credential)]) -> Self {
        let mut slots: BTreeMap<Slot, Values<'a>> = BTreeMap::new();
        for (place, credential) in seen {
            if let (Some(id), Some(history)) = (&credential.trace.id, &place.history) {
                slots.entry(slot(place, credential)).or_default().spans.insert(id, history);
            }
        }
        slots.values_mut().for_each(Values::order);
        Self(slots)
    }

    /// The story of a secret that was seen here; none without a history. `id` is absent for guessable secrets.
    pub(super) fn story(&self, seen: &[(&'a Place, &'a Credential)], id: Option<&str>) -> Option<Story> {
        let histories: Vec<&History> = seen.iter().filter_map(|(place, _)| place.history.as_deref()).collect();
        let first = histories.iter().map(|history| &history.first).min()?;
        let presence = seen.iter().map(|(place, _)| place.presence()).max()?;
        let end = |history: &&History| history.gone().unwrap_or(&history.last).clone();
        let gone = histories.iter().map(end).max().filter(|_| !presence.lasts());
        let rotation = id.map(|id| self.rotation(seen, id, first, presence)).unwrap_or_default();
        Some(Story { first: first.clone(), presence, gone, rotation, by_name: id.is_none() })
    }

    fn rotation(&self, seen: &[(&'a Place, &'a Credential)], id: &str, first: &Commit, presence: Presence) -> Rotation {
        // Where it came later than elsewhere, it was copied, and what it replaced there is no rotation of it.
        let original = |place: &Place| place.history.as_ref().is_some_and(|history| history.first == *first);
        let slots: Vec<_> = seen.iter().filter(|(place, _)| original(place)).filter_map(|(place, credential)| self.0.get(&slot(place, credential))).collect();
        let times = slots.iter().map(|values| values.turns.len()).max().unwrap_or_default();
        let last = slots.iter().filter_map(|values| values.turns.values().max().copied()).max();
        let replaced = slots.iter().filter_map(|values| values.successor(id)).min().filter(|_| !presence.lasts());
        let never_since = first.dated().filter(|_| times == 0 && presence >= Presence::Head);
        Rotation { times, last, replaced, never_since }
    }
}

fn slot(place: &Place, credential: &Credential) -> Slot {
    let name = credential.key.as_ref().map(|key| key.to_lowercase()).ok_or(credential.rule);
    (place.origin.target, place.uri(), name)
}

impl<'a> Values<'a> {
    fn order(&mut self) {
        self.comings = self.spans.iter().map(|(id, history)| (history.first.at, *id)).collect();
        self.comings.sort_unstable();
        self.bringing = self.spans.values().map(|history| history.first.id.as_str()).collect();
        let removing: BTreeSet<&str> = self.spans.values().filter_map(|history| Some(history.gone()?.id.as_str())).collect();
        // A value that was in one commit alone must not be its own predecessor: the two that ended first are enough to ask.
        let mut ends: Vec<_> = self.spans.iter().filter(|(_, history)| !history.presence().lasts()).map(|(id, history)| (history.last.at, *id)).collect();
        ends.sort_unstable();
        ends.truncate(2);
        let follows = |id: &str, history: &History| {
            removing.contains(history.first.id.as_str()) || ends.iter().any(|(end, before)| *before != id && *end <= history.first.at)
        };
        // Two values that one commit brings are one turn.
        self.turns = self.spans.iter().filter(|(id, history)| follows(id, history)).map(|(_, history)| (history.first.id.as_str(), history.first.at)).collect();
    }

    /// When another value came after this one had gone.
    fn successor(&self, id: &str) -> Option<Timestamp> {
        let history = self.spans.get(id).filter(|history| !history.presence().lasts())?;
        let in_its_place = history.gone().filter(|gone| self.bringing.contains(gone.id.as_str())).map(|gone| gone.at);
        let after = self.comings.partition_point(|(at, _)| *at < history.last.at);
        let later = self.comings.get(after..)?.iter().find(|(_, other)| *other != id).map(|(at, _)| *at);
        in_its_place.into_iter().chain(later).min()
    }
}

impl Story {
    /// The commit's date, where it is one.
    pub(super) fn since(&self) -> Option<Timestamp> {
        self.first.dated()
    }

    /// From the first commit until it went, or until now.
    pub(super) fn exposed(&self, now: Timestamp) -> Option<u64> {
        between(self.since()?, self.gone.as_ref().map_or(now, |gone| gone.at))
    }
}

/// A secret's story for machines: `exposure` and `rotation`.
pub(super) fn history(secret: &Secret<'_>) -> BTreeMap<String, Value> {
    let Some(Story { first, presence, gone, rotation, by_name }) = &secret.story else { return BTreeMap::new() };
    let Rotation { times, last, replaced, never_since } = rotation;
    let object = |fields: [(&str, Option<Value>); 4]| -> Value {
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect::<serde_json::Map<_, _>>().into()
    };
    let text = |at: Timestamp| Value::from(at.to_string());
    let exposure = [
        ("from", first.dated().map(text)),
        ("to", gone.as_ref().map(|gone| text(gone.at))),
        ("presence", Some(presence.word().into())),
        ("of", by_name.then(|| "name".into())),
    ];
    let told = *times > 0 || replaced.is_some() || never_since.is_some();
    let rotation = [("times", Some((*times).into())), ("last", last.map(text)), ("replaced", replaced.map(text)), ("never_since", never_since.map(text))];
    let mut history = BTreeMap::from([("exposure".to_owned(), object(exposure))]);
    history.extend(told.then(|| ("rotation".to_owned(), object(rotation))));
    history
}

/// The day of a commit, in words.
pub(super) fn on_day(commit: &Commit) -> String {
    commit.day().unwrap_or_else(|| "an unknown day".to_owned())
}

/// Whole months of a time in seconds; 30.44 days each.
pub(super) fn months(seconds: u64) -> u64 {
    seconds / 2_629_746
}

/// `20 months`.
pub(super) fn in_months(seconds: u64) -> String {
    match months(seconds) {
        1 => "1 month".to_owned(),
        many => format!("{many} months"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reconcile::testing::{Estate, Marked as _, commit, span};

    fn keyed(key: &str) -> impl FnOnce(&mut Credential) {
        let key = key.to_owned();
        move |credential: &mut Credential| credential.key = Some(key)
    }

    /// The story of the secret `x`.
    fn story(estate: Estate) -> Story {
        let mut shard = estate.shard;
        shard.settle();
        let joined = crate::reconcile::join::joined(shard.observations);
        let seen: Vec<_> = joined
            .iter()
            .filter_map(|seen| if let crate::domain::Evidence::Credential(credential) = &seen.evidence { Some((&seen.place, credential)) } else { None })
            .collect();
        let mine: Vec<_> = seen.iter().filter(|(_, credential)| credential.trace.id.as_ref().is_none_or(|id| id.ends_with('x'))).copied().collect();
        let id = mine[0].1.trace.id.clone();
        Slots::new(&seen).story(&mine, id.as_deref()).expect("it has a history")
    }

    #[test]
    fn another_value_of_the_same_name_is_a_rotation() {
        let estate = || Estate::new().past_of("a.env", "x", span(1, 3, Some(4)), keyed("API_KEY")).past_of("a.env", "y", span(4, 6, Some(7)), keyed("api_key"));
        let told = story(estate().past_of("a.env", "z", span(7, 9, None).head(), keyed("Api_Key")));
        assert_eq!((told.rotation.times, told.rotation.last, told.rotation.replaced), (2, Some(commit(7).at), Some(commit(4).at)));
        assert_eq!((told.presence, told.gone, told.rotation.never_since), (Presence::Past, Some(commit(4)), None));
        let other = story(Estate::new().past_of("a.env", "x", span(1, 3, Some(4)), keyed("API_KEY")).past_of("a.env", "y", span(4, 6, None), keyed("OTHER")));
        assert_eq!(other.rotation, Rotation::default());
    }

    #[test]
    fn values_side_by_side_are_no_rotation() {
        let told =
            story(Estate::new().past_of("a.env", "x", span(1, 9, None).head(), keyed("token")).past_of("a.env", "y", span(3, 9, None).head(), keyed("token")));
        assert_eq!(told.rotation, Rotation { never_since: Some(commit(1).at), ..Rotation::default() });
        let one_left = Estate::new().past_of("a.env", "x", span(1, 4, Some(5)), keyed("token")).past_of("a.env", "y", span(1, 9, None).head(), keyed("token"));
        assert_eq!(story(one_left).rotation, Rotation::default());
    }

    #[test]
    fn without_a_name_the_rule_at_the_path_tells() {
        let told = story(Estate::new().past("a.env", "y", span(1, 3, Some(4))).past("a.env", "x", span(4, 9, None).head()).credential("a.env", "x", |_| {}));
        assert_eq!((told.rotation.times, told.rotation.last, told.rotation.replaced, told.presence), (1, Some(commit(4).at), None, Presence::Here));
    }

    #[test]
    fn a_copy_in_a_used_place_was_not_rotated() {
        let told = story(Estate::new().past("a.env", "x", span(1, 9, None).head()).past("b.env", "y", span(1, 3, Some(4))).past(
            "b.env",
            "x",
            span(4, 9, None).head(),
        ));
        assert_eq!(told.rotation, Rotation { never_since: Some(commit(1).at), ..Rotation::default() });
    }

    #[test]
    fn of_values_that_cannot_be_compared_nothing_is_said() {
        let told = story(Estate::new().guessable("a.env", 1).past_guessable("a.env", span(1, 3, None).head()));
        assert_eq!((told.rotation, told.first), (Rotation::default(), commit(1)));
    }

    #[test]
    fn one_commit_that_brings_and_one_that_is_brought_are_not_its_own_predecessor() {
        let told = story(Estate::new().past("a.env", "x", span(2, 2, Some(3))));
        assert_eq!(told.rotation, Rotation::default());
        let left_behind = story(Estate::new().past("a.env", "x", span(2, 2, None).unreachable()));
        assert_eq!((left_behind.presence, left_behind.gone, left_behind.rotation.never_since), (Presence::Unreachable, Some(commit(2)), None));
    }
}
