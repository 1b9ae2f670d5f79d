//! One sight for one place: what the working tree and the history show of one thing at one path is brought together, before cases are made.
//!
//! The working tree says where (its region), the history says since when. Units of a history may be cut anyhow, so that the same evidence
//! may come several times for one path, each time with a part of its history; the parts are added.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Artifact, Commit, Credential, DigestKind, Evidence, History, Identity, Observation, Place, Pragma};

/// Sorted, as [`crate::domain::Shard::settle`] leaves them, before and after.
pub(super) fn joined(observations: Vec<Observation>) -> Vec<Observation> {
    if observations.iter().all(|observation| observation.place.history.is_none()) {
        return observations;
    }
    let standing = paths_in_head(&observations);
    let fates = fates(&observations);
    let mut joined: Vec<Observation> = observations.into_iter().zip(fates).filter_map(|(observation, fate)| fate.applied(observation)).collect();
    for Observation { place: Place { origin, history, .. }, .. } in &mut joined {
        if let Some(history) = history {
            history.path_in_head |= standing.contains(&(origin.target, origin.uri.clone()));
        }
    }
    joined.sort();
    joined.dedup();
    joined
}

/// What becomes of an observation.
#[derive(Clone)]
enum Fate {
    Stays,
    /// It is given the whole history, and the comments that were beside it last.
    Gets(Box<History>, Option<Vec<Pragma>>),
    /// Another one stands for it.
    Goes,
}

impl Fate {
    fn applied(self, mut observation: Observation) -> Option<Observation> {
        match self {
            Self::Stays => {}
            Self::Gets(history, pragmas) => {
                observation.place.history = Some(history);
                observation.place.pragmas = pragmas.unwrap_or(observation.place.pragmas);
            }
            Self::Goes => return None,
        }
        Some(observation)
    }
}

/// Paths that the working tree or the commit that is checked out has for sure.
fn paths_in_head(observations: &[Observation]) -> BTreeSet<(u32, String)> {
    let there = |place: &Place| match &place.history {
        Some(history) => history.in_head || history.path_in_head || place.origin.scheme != "git",
        None => place.origin.scheme == "file",
    };
    observations
        .iter()
        .map(|observation| &observation.place)
        .filter(|place| there(place))
        .map(|place| (place.origin.target, place.origin.uri.clone()))
        .collect()
}

/// What makes two sights at one path sights of one thing.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Thing<'o> {
    /// By trace.
    Secret(&'o str),
    /// A guessable secret without a key: by rule and name. The values may differ.
    Name(u32, String),
    Reference(&'o Identity, Option<&'o str>),
    /// Artifacts are told apart by their bytes, see [`same_bytes`].
    Artifact,
    Manifest,
    /// By shape, and by the job that does it.
    Change(&'o str, Option<&'o str>),
    /// By the policy's name.
    Grant(&'o str),
}

fn thing(evidence: &Evidence) -> Thing<'_> {
    match evidence {
        Evidence::Credential(Credential { trace, rule, key, .. }) => match &trace.id {
            Some(id) => Thing::Secret(id),
            None => Thing::Name(*rule, key.as_deref().unwrap_or_default().to_lowercase()),
        },
        Evidence::Reference(reference) => Thing::Reference(&reference.identity, reference.revision.as_deref()),
        Evidence::Artifact(_) => Thing::Artifact,
        Evidence::Manifest(_) => Thing::Manifest,
        Evidence::Change(change) => Thing::Change(&change.shape, change.job.as_ref().map(|job| job.name.as_str())),
        Evidence::Grant(grant) => Thing::Grant(&grant.name),
    }
}

fn fates(observations: &[Observation]) -> Vec<Fate> {
    let mut together: BTreeMap<(u32, String, Thing<'_>), Vec<usize>> = BTreeMap::new();
    for (index, Observation { place, evidence }) in observations.iter().enumerate() {
        together.entry((place.origin.target, place.uri(), thing(evidence))).or_default().push(index);
    }
    let mut fates = vec![Fate::Stays; observations.len()];
    for ((_, _, thing), all) in together {
        let sights = all.into_iter().filter_map(|index| Some((index, observations.get(index)?)));
        let (past, near): (Vec<_>, Vec<_>) = sights.partition(|(_, sight)| sight.place.origin.scheme == "git" && sight.place.history.is_some());
        let near: Vec<_> = near.into_iter().filter(|(_, sight)| sight.place.origin.scheme != "git").collect();
        for cluster in clusters(past, matches!(thing, Thing::Artifact | Thing::Manifest)) {
            cluster.settle(&near, &mut fates);
        }
    }
    fates
}

/// An observation and its number.
type Sight<'o> = (usize, &'o Observation);

/// Sights of one thing at one path that a history shows.
struct Cluster<'o> {
    sights: Vec<Sight<'o>>,
    whole: History,
}

fn first(sight: &Observation) -> Option<&Commit> {
    sight.place.history.as_ref().map(|history| &history.first)
}

/// All together, or, where bytes or words tell things apart, those that agree.
fn clusters(past: Vec<Sight<'_>>, apart: bool) -> Vec<Cluster<'_>> {
    let mut clusters: Vec<Cluster<'_>> = Vec::new();
    for sight in past {
        let Some(history) = sight.1.place.history.as_deref() else { continue };
        let known = clusters.iter_mut().find(|cluster| !apart || cluster.sights.iter().any(|known| is_same(&known.1.evidence, &sight.1.evidence)));
        match known {
            Some(cluster) => {
                cluster.whole.merge(history);
                cluster.sights.push(sight);
            }
            None => clusters.push(Cluster { sights: vec![sight], whole: history.clone() }),
        }
    }
    clusters
}

fn is_same(a: &Evidence, b: &Evidence) -> bool {
    let bytes = || if let (Evidence::Artifact(a), Evidence::Artifact(b)) = (a, b) { content(a).filter(|_| same_bytes(a, b) == Some(true)) } else { None };
    a == b || bytes().is_some()
}

impl Cluster<'_> {
    /// What the working tree shows takes the place of what the history shows; else the oldest of each evidence stays.
    fn settle(&self, near: &[Sight<'_>], fates: &mut [Fate]) {
        let mut set = |index: usize, fate: Fate| match (fates.get_mut(index), fate) {
            // A pointer and the file itself may both have been at one path.
            (Some(Fate::Gets(known, _)), Fate::Gets(more, _)) => known.merge(&more),
            (Some(known), fate) => *known = fate,
            (None, _) => {}
        };
        let here: Vec<_> = near.iter().filter(|sight| self.shows(&sight.1.evidence)).collect();
        for (index, _) in &here {
            set(*index, Fate::Gets(Box::new(self.whole.clone()), None));
        }
        let mut oldest: BTreeMap<&Evidence, Option<&Commit>> = BTreeMap::new();
        for (_, sight) in &self.sights {
            let known = oldest.entry(&sight.evidence).or_insert(first(sight));
            *known = first(sight).min(*known);
        }
        for (index, sight) in &self.sights {
            let stays = here.is_empty() && oldest.get(&sight.evidence).is_some_and(|oldest| *oldest == first(sight));
            set(*index, if stays { Fate::Gets(Box::new(self.whole.clone()), Some(self.comments())) } else { Fate::Goes });
        }
    }

    /// What stood beside it last: who adds a comment means what is there.
    fn comments(&self) -> Vec<Pragma> {
        let age = |sight: &Observation| sight.place.history.as_ref().map(|history| (history.in_head, history.last.clone()));
        let last = self.sights.iter().max_by(|(_, a), (_, b)| (age(a), &a.place.pragmas).cmp(&(age(b), &b.place.pragmas)));
        last.map(|(_, sight)| sight.place.pragmas.clone()).unwrap_or_default()
    }

    /// Is that which the working tree shows what this history speaks of?
    fn shows(&self, near: &Evidence) -> bool {
        let Evidence::Artifact(near) = near else {
            return !matches!(near, Evidence::Manifest(_)) || self.whole.in_head || self.sights.iter().any(|(_, sight)| sight.evidence == *near);
        };
        self.sights.iter().any(|(_, sight)| match &sight.evidence {
            // Without digests: the file that is checked out is the one in HEAD, unless its length says otherwise.
            Evidence::Artifact(past) => same_bytes(past, near).unwrap_or(self.whole.in_head && past.size == near.size),
            _ => false,
        })
    }
}

/// Are the bytes equal? The strongest kind of digest that both have decides.
pub(super) fn same_bytes(a: &Artifact, b: &Artifact) -> Option<bool> {
    [DigestKind::Sha256, DigestKind::Md5, DigestKind::Header].into_iter().find_map(|kind| Some(digest(a, kind)? == digest(b, kind)?))
}

fn content(artifact: &Artifact) -> Option<&str> {
    digest(artifact, DigestKind::Sha256).or_else(|| digest(artifact, DigestKind::Md5))
}

fn digest(artifact: &Artifact, kind: DigestKind) -> Option<&str> {
    artifact.digests.iter().find(|digest| digest.kind == kind).map(|digest| digest.hex.as_str())
}

#[cfg(test)]
mod tests {
    use crate::domain::Presence;
    use crate::reconcile::testing::{Estate, Marked as _, span};

    /// Scheme, revision, first and last commit, and presence of all sights.
    fn sights(estate: &Estate) -> Vec<(String, String, String, Presence)> {
        let mut shard = estate.shard.clone();
        shard.settle();
        let of = |observation: crate::domain::Observation| {
            let (place, history) = (observation.place.clone(), observation.place.history.unwrap_or_default());
            let times = format!("{}-{}", history.first.id.trim_start_matches('0'), history.last.id.trim_start_matches('0'));
            (place.origin.scheme.clone(), place.origin.revision.as_deref().unwrap_or_default().trim_start_matches('0').to_owned(), times, place.presence())
        };
        super::joined(shard.observations).into_iter().map(of).collect()
    }

    fn sight(scheme: &str, revision: &str, times: &str, presence: Presence) -> (String, String, String, Presence) {
        (scheme.into(), revision.into(), times.into(), presence)
    }

    #[test]
    fn the_working_tree_says_where_and_the_history_since_when() {
        let both = Estate::new().credential("a.env", "x", |_| {}).past("a.env", "x", span(1, 4, None).head());
        assert_eq!(sights(&both), [sight("file", "", "1-4", Presence::Here)]);
        let elsewhere = both.past("b.env", "x", span(2, 3, Some(4)));
        assert_eq!(sights(&elsewhere), [sight("file", "", "1-4", Presence::Here), sight("git", "2", "2-3", Presence::Past)]);
    }

    #[test]
    fn any_cut_of_a_history_is_one_sight() {
        let cut = Estate::new().past("a.env", "x", span(5, 9, Some(10))).past("a.env", "x", span(1, 4, Some(5))).past("a.env", "x", span(3, 6, Some(7)));
        assert_eq!(sights(&cut), [sight("git", "1", "1-9", Presence::Past)]);
    }

    #[test]
    fn guessable_secrets_of_one_name_and_path_are_one() {
        let estate = Estate::new().guessable("a.env", 1).past_guessable("a.env", span(1, 4, None).head()).past_guessable("b.env", span(1, 2, None));
        assert_eq!(sights(&estate), [sight("file", "", "1-4", Presence::Here), sight("git", "1", "1-2", Presence::Branch)]);
    }

    #[test]
    fn artifacts_are_told_apart_by_their_bytes() {
        let estate = |digit: &str| Estate::new().artifact("m/a.pt", "model", digit, |_| {}).past_artifact("m/a.pt", "pointer", "a", span(1, 4, None).head());
        assert_eq!(sights(&estate("a")), [sight("file", "", "1-4", Presence::Here)]);
        assert_eq!(sights(&estate("")), [sight("file", "", "1-4", Presence::Here)]);
        assert_eq!(sights(&estate("b")).len(), 2);
        let twice = Estate::new().past_artifact("m/a.pt", "pointer", "a", span(1, 2, Some(3))).past_artifact("m/a.pt", "model", "a", span(3, 4, Some(5)));
        let whole: Vec<_> = sights(&twice).into_iter().map(|sight| sight.2).collect();
        assert_eq!(whole, ["1-4", "1-4"]);
    }

    #[test]
    fn a_path_is_in_head_when_anything_shows_it_there() {
        let estate = Estate::new().past("a.env", "x", span(1, 2, Some(3))).credential("a.env", "y", |_| {}).past("b.env", "x", span(1, 2, Some(3)));
        let mut shard = estate.shard.clone();
        shard.settle();
        let told: Vec<_> = super::joined(shard.observations).iter().filter_map(|seen| Some(seen.place.history.as_ref()?.path_in_head)).collect();
        assert_eq!(told, [true, false]);
    }
}
