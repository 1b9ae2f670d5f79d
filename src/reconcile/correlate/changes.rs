//! Changes brought together by the job that performs them, or by the file of code; grants each by itself.

use std::collections::BTreeMap;

use crate::domain::{Change, Entry, Grant, Identity, ModelEntry, Place, Sureness};
use crate::reconcile::cases::{Case, Done, Kind, Sight, World};
use crate::reconcile::zones::Zones;

type Seen<'a> = Vec<(&'a Place, &'a Change)>;

/// One case for each job of a pipeline, and for each file of code.
pub(super) fn cases<'a>(seen: &[(&'a Place, &'a Change)], zones: &Zones<'a>, world: &World<'a>) -> Vec<Case<'a>> {
    // By target, path and job.
    let mut together: BTreeMap<(u32, String, Option<&str>), Seen<'a>> = BTreeMap::new();
    for (place, change) in seen {
        let job = change.job.as_ref().map(|job| job.name.as_str());
        together.entry((place.origin.target, place.uri(), job)).or_default().push((place, change));
    }
    together.into_values().filter_map(|seen| case(&seen, zones, world)).collect()
}

fn case<'a>(seen: &[(&'a Place, &'a Change)], zones: &Zones<'a>, world: &World<'a>) -> Option<Case<'a>> {
    let (place, first) = seen.first()?;
    let label = first.job.as_ref().map_or_else(|| place.display(), |job| job.name.clone());
    let entries = seen.iter().filter_map(|(_, change)| entry(change.target.as_ref()?, world)).collect();
    let done = Done { seen: seen.iter().map(|(_, change)| *change).collect(), entries };
    Some(Case { subject: None, label, sights: seen.iter().map(|(place, _)| sight(place, zones)).collect(), kind: Kind::Change(Box::new(done)) })
}

pub(super) fn grants<'a>(seen: &[(&'a Place, &'a Grant)], zones: &Zones<'a>) -> Vec<Case<'a>> {
    let case = |(place, grant): &(&'a Place, &'a Grant)| Case {
        subject: None,
        label: grant.name.clone(),
        sights: vec![sight(place, zones)],
        kind: Kind::Grant(grant),
    };
    seen.iter().map(case).collect()
}

fn sight<'a>(place: &'a Place, zones: &Zones<'a>) -> Sight<'a> {
    let lies = zones.of_place(place);
    Sight { place, zone: lies.map(str::to_owned), lies, sureness: Sureness::Likely }
}

/// The entry of a model that a change names: by name, or by one of its references.
fn entry<'a>(target: &Identity, world: &World<'a>) -> Option<&'a Entry<ModelEntry>> {
    let identity = target.to_string();
    let refers = |entry: &ModelEntry| {
        entry.references.iter().any(|reference| reference.strip_prefix(&identity).is_some_and(|rest| rest.is_empty() || rest.starts_with(['@', '/', ':'])))
    };
    world.registrations.models.iter().filter(|entry| entry.value.name == target.name || refers(&entry.value)).max_by_key(|entry| entry.value.approvals.len())
}
