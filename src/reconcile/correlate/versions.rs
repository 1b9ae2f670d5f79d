//! Versions of an artifact: other bytes that lay at the same path before.

use std::collections::BTreeMap;

use crate::domain::{Artifact, Commit, Place, Presence};
use crate::reconcile::cases::{Case, Kind, Part, Turn, is_content};
use crate::reconcile::join::same_bytes;
use crate::reconcile::ladder::Standing;
use crate::reconcile::times::ended;

/// A file that holds a model, and the number of its case.
type Version<'a> = (usize, Part<'a>);

/// Notes with each case what its bytes replaced, and whether others replaced them.
pub(super) fn mark(cases: &mut [Case<'_>]) {
    for versions in by_path(cases).into_values().filter(|versions| versions.len() > 1) {
        let marks: Vec<_> = versions.iter().map(|(index, version)| (*index, before(version, &versions))).collect();
        for (index, (place, before)) in marks.into_iter().filter_map(|(index, before)| Some((index, before?))) {
            let registered = before.last().and_then(|(index, _)| registered(cases.get(*index)?));
            for (older, _) in &before {
                turn(cases, *older).iter_mut().for_each(|turn| turn.succeeded = true);
            }
            if let Some(turn) = turn(cases, index).filter(|turn| turn.before.is_empty()) {
                (turn.place, turn.before, turn.registered) = (Some(place), before.into_iter().map(|(_, place)| place).collect(), registered);
            }
        }
    }
}

fn by_path<'a>(cases: &[Case<'a>]) -> BTreeMap<(u32, String), Vec<Version<'a>>> {
    let mut paths: BTreeMap<_, Vec<_>> = BTreeMap::new();
    // Without a history nothing tells what came first.
    if cases.iter().all(|case| case.sights.iter().all(|sight| sight.place.history.is_none())) {
        return paths;
    }
    for (index, case) in cases.iter().enumerate() {
        for part in case.artifact().into_iter().flat_map(|model| &model.parts).filter(|part| is_content(part.artifact)) {
            paths.entry((part.place.origin.target, part.place.uri())).or_default().push((index, *part));
        }
    }
    paths.retain(|_, versions| versions.iter().any(|(_, part)| part.place.history.is_some()));
    paths
}

/// A version's place, and the cases and places of the bytes that lay there before, the oldest first.
type Before<'a> = (&'a Place, Vec<(usize, &'a Place)>);

fn before<'a>(version: &Part<'a>, all: &[Version<'a>]) -> Option<Before<'a>> {
    let first = version.place.history.as_ref().map(|history| &history.first);
    let other = |older: &Artifact| same_bytes(older, version.artifact) == Some(false);
    let mut before: Vec<_> =
        all.iter().filter(|(_, older)| other(older.artifact) && precedes(older.place, first)).map(|(index, older)| (*index, older.place)).collect();
    before.sort_by_key(|(_, place)| (place.history.as_ref().map(|history| &history.first), *place));
    (!before.is_empty()).then_some((version.place, before))
}

/// Had it gone when the commit came? What no commit holds came after all of them.
fn precedes(older: &Place, first: Option<&Commit>) -> bool {
    older.history.as_ref().is_some_and(|history| match first {
        Some(first) => ended(history, first),
        None => older.presence() == Presence::Head || history.gone().is_some(),
    })
}

fn registered(case: &Case<'_>) -> Option<String> {
    match case.artifact()?.standing {
        Standing::Registered { entry, .. } => Some(entry.value.title()),
        _ => None,
    }
}

fn turn<'c, 'a>(cases: &'c mut [Case<'a>], index: usize) -> Option<&'c mut Turn<'a>> {
    match &mut cases.get_mut(index)?.kind {
        Kind::Model(model) => Some(&mut model.turn),
        _ => None,
    }
}
