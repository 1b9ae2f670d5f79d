//! From observations to cases: what belongs to one subject is brought together, and tied to its registration.

mod artifacts;
mod changes;
mod estate;
mod lineage;
mod references;
mod secrets;
mod versions;

use super::cases::{Case, World};
use super::zones::Zones;
use crate::domain::{Artifact, Asset, Change, Credential, Entry, Evidence, Grant, Hidden, ModelEntry, Observation, Place, Reference, Sureness};

pub(super) use artifacts::SideCar;

/// Observations by kind, in the order of places.
struct Seen<'a> {
    credentials: Vec<(&'a Place, &'a Credential)>,
    artifacts: Vec<(&'a Place, &'a Artifact)>,
    references: Vec<(&'a Place, &'a Reference)>,
    changes: Vec<(&'a Place, &'a Change)>,
    grants: Vec<(&'a Place, &'a Grant)>,
    /// Prompts, datasets, outputs of evaluations.
    beside: Vec<(&'a Place, &'a Artifact)>,
    /// What was left out, by reason.
    left_out: Hidden,
}

/// Roles of what belongs to models and is none.
const BESIDE: [&str; 3] = ["prompt", "dataset", "evaluation"];

/// What the observations come to.
pub(super) struct Correlated<'a> {
    /// In an order that depends on nothing but the observations.
    pub(super) cases: Vec<Case<'a>>,
    pub(super) left_out: Hidden,
    pub(super) inventory: Vec<Asset>,
}

pub(super) fn correlated<'a>(observations: &'a [Observation], side_cars: &'a [SideCar<'a>], world: &World<'a>) -> Correlated<'a> {
    let seen = Seen::new(observations, world);
    let zones = Zones::new(world.policy, world.targets);
    let ladder = super::ladder::Ladder::new(world.registrations);
    let mut artifacts = artifacts::cases(&seen.artifacts, side_cars, &ladder, &zones);
    lineage::mark(&mut artifacts, &ladder);
    let inside = artifacts::Inside::new(&artifacts);
    let mut cases = secrets::cases(&seen.credentials, &inside, &zones, world);
    let references = references::cases(&seen.references, &mut artifacts, &ladder, &zones);
    estate::mark(&mut artifacts, &references, &seen.beside);
    let inventory = estate::inventory(&artifacts, &references, &seen, &zones);
    cases.extend(artifacts);
    cases.extend(references);
    cases.extend(changes::cases(&seen.changes, &zones, world));
    cases.extend(changes::grants(&seen.grants, &zones));
    Correlated { cases, left_out: seen.left_out, inventory }
}

/// The side-cars among observations, as entries.
pub(super) fn side_cars<'a>(observations: &'a [Observation]) -> Vec<SideCar<'a>> {
    let manifest = |observation: &'a Observation| match &observation.evidence {
        Evidence::Manifest(entry) => Some(SideCar::new(&observation.place, entry)),
        _ => None,
    };
    observations.iter().filter_map(manifest).collect()
}

impl<'a> Seen<'a> {
    fn new(observations: &'a [Observation], world: &World<'a>) -> Self {
        let least = world.policy.min_confidence;
        let mut seen = Self {
            credentials: Vec::new(),
            artifacts: Vec::new(),
            references: Vec::new(),
            changes: Vec::new(),
            grants: Vec::new(),
            beside: Vec::new(),
            left_out: Hidden::new(),
        };
        for Observation { place, evidence } in observations {
            match evidence {
                Evidence::Credential(credential) if world.disables(credential) => seen.leave_out("disabled-rule"),
                Evidence::Credential(credential) if !world.limits.hold(credential.rule, place) => seen.leave_out("left-alone-path"),
                Evidence::Credential(credential) if credential.sureness >= least.least() => seen.credentials.push((place, credential)),
                Evidence::Artifact(artifact) if BESIDE.contains(&artifact.role.as_str()) => seen.beside.push((place, artifact)),
                Evidence::Artifact(artifact) if artifact.sureness >= least.least_of_artifacts() => seen.artifacts.push((place, artifact)),
                Evidence::Credential(Credential { sureness: Sureness::Likely, .. }) => seen.leave_out("likely-evidence"),
                Evidence::Credential(_) | Evidence::Artifact(_) => seen.leave_out("weak-evidence"),
                // Code that is gone runs nothing.
                Evidence::Reference(_) if !place.presence().lasts() => seen.leave_out("past-reference"),
                Evidence::Reference(reference) => seen.references.push((place, reference)),
                // What is gone changes nothing, and lets nobody.
                Evidence::Change(_) | Evidence::Grant(_) if !place.presence().lasts() => seen.leave_out("past-change"),
                Evidence::Change(change) => seen.changes.push((place, change)),
                Evidence::Grant(grant) => seen.grants.push((place, grant)),
                Evidence::Manifest(_) => {}
            }
        }
        seen
    }

    fn leave_out(&mut self, reason: &str) {
        *self.left_out.entry(reason.to_owned()).or_default() += 1;
    }
}

/// An entry that nobody but its side-car declares.
fn declared(place: &Place, entry: &ModelEntry) -> Entry<ModelEntry> {
    Entry { declared: crate::domain::Declared { file: place.display(), line: 1 }, value: entry.clone() }
}
