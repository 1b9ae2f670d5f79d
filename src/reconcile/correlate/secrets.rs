//! Credentials brought together by their traces.

use std::collections::BTreeMap;

use super::artifacts::Inside;
use crate::domain::{Credential, CredentialEntry, Entry, Lifetime, Place};
use crate::reconcile::alive::Alive;
use crate::reconcile::cases::{Case, Kind, Secret, Sight, World};
use crate::reconcile::story::Slots;
use crate::reconcile::zones::Zones;

/// What makes two sights one secret: the trace, or, for guessable secrets without a key, the same rule and name in the same file,
/// whatever its revision: the values may differ, and nothing that compares values is said of them.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Same<'a> {
    Trace(&'a str),
    Name { target: u32, uri: String, rule: u32, key: String },
}

pub(super) fn cases<'a>(seen: &[(&'a Place, &'a Credential)], inside: &Inside<'a>, zones: &Zones<'a>, world: &World<'a>) -> Vec<Case<'a>> {
    let (registered, slots) = (registered(world), Slots::new(seen));
    let mut together: BTreeMap<Same<'a>, Vec<(&'a Place, &'a Credential)>> = BTreeMap::new();
    for (place, credential) in seen {
        together.entry(same(place, credential)).or_default().push((place, credential));
    }
    let case = |(same, seen): (Same<'a>, Vec<(&'a Place, &'a Credential)>)| {
        let id = if let Same::Trace(id) = same { Some(id) } else { None };
        let entry = id.and_then(|id| registered.get(id).copied());
        Case {
            subject: id.map(str::to_owned),
            label: String::new(),
            sights: seen.iter().map(|(place, credential)| sight(place, credential, zones)).collect(),
            kind: Kind::Secret(Box::new(Secret { entry, ..secret(&seen, id, &slots, inside, world) })),
        }
    };
    together.into_iter().map(case).map(labelled).collect()
}

fn registered<'a>(world: &World<'a>) -> BTreeMap<&'a str, &'a Entry<CredentialEntry>> {
    let mut entries: Vec<_> = world.registrations.credentials.iter().collect();
    // Of two entries for one trace the last in order wins; the map keeps it.
    entries.sort_by(|a, b| (&b.value.name, &b.declared).cmp(&(&a.value.name, &a.declared)));
    entries.into_iter().map(|entry| (entry.value.trace.as_str(), entry)).collect()
}

fn same<'a>(place: &'a Place, credential: &'a Credential) -> Same<'a> {
    match &credential.trace.id {
        Some(id) => Same::Trace(id),
        None => Same::Name {
            target: place.origin.target,
            uri: place.uri(),
            rule: credential.rule,
            key: credential.key.as_deref().unwrap_or_default().to_lowercase(),
        },
    }
}

fn sight<'a>(place: &'a Place, credential: &'a Credential, zones: &Zones<'a>) -> Sight<'a> {
    Sight { place, zone: zones.of_credential(place, credential), lies: zones.of_place(place), sureness: credential.sureness }
}

fn secret<'a>(seen: &[(&'a Place, &'a Credential)], id: Option<&str>, slots: &Slots<'a>, inside: &Inside<'a>, world: &World<'a>) -> Secret<'a> {
    let credentials: Vec<_> = seen.iter().map(|(_, credential)| *credential).collect();
    let faces = credentials.iter().filter_map(|credential| world.faces.get(&credential.rule).copied());
    let face = faces.min_by(|a, b| b.severity.total_cmp(&a.severity).then(a.code.cmp(&b.code)));
    let lifetime = lifetime(&credentials);
    let story = slots.story(seen, id);
    // The commit of a guessable secret may have brought another value of the same name.
    let since = id.and_then(|_| story.as_ref()?.since());
    let alive = Alive::of(&lifetime, since, world.policy.now);
    let inside = seen.iter().map(|(place, _)| inside.artifact(place)).collect();
    Secret { seen: credentials, face, lifetime, since, story, alive, entry: None, inside }
}

/// What all sights say together: the earliest making, the latest end.
fn lifetime(seen: &[&Credential]) -> Lifetime {
    let mut whole = seen.first().map(|credential| credential.lifetime.clone()).unwrap_or_default();
    for credential in seen {
        let told = &credential.lifetime;
        whole.minted = whole.minted.into_iter().chain(told.minted).min();
        whole.expires = whole.expires.max(told.expires);
        whole.life = whole.life.max(told.life);
        for sentence in &told.because {
            if !whole.because.contains(sentence) {
                whole.because.push(sentence.clone());
            }
        }
    }
    whole
}

/// The label: what kind of credential, and what may be shown of it.
fn labelled(mut case: Case<'_>) -> Case<'_> {
    if let Some(secret) = case.secret() {
        let preview = secret.seen.first().map(|credential| credential.trace.preview.as_str()).unwrap_or_default();
        case.label = format!("{} {preview}", secret.title());
    }
    case
}
