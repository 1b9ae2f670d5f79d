//! The gate: may these models be released? Seen, tied and named as in [`run`](super::run); asked for more.

mod checks;
mod entry;
mod lineage;

use super::cases::{Case, Model, World};
use super::ladder::Ladder;
use super::waivers::{self, Waivers};
use super::{correlate, join};
use crate::domain::{
    Check, Entry, Face, Gated, Level, ModelEntry, PlanHead, Policy, Reason, Registrations, Release, Shard, Stage, Suppression, Unread, Waived, Zone,
};

/// Holds every model that was seen against what its release asks. Nothing passes while something could not be read.
pub fn gate(plan: &PlanHead, mut shard: Shard, registrations: &Registrations, policy: &Policy, faces: &[Face], stage: Stage, zone: Zone) -> Gated {
    shard.settle();
    shard.observations = join::joined(shard.observations);
    let side_cars = correlate::side_cars(&shard.observations);
    let world = World::new(plan, registrations, policy, faces);
    let correlate::Correlated { cases, .. } = correlate::correlated(&shard.observations, &side_cars, &world);
    let waivers = Waivers::new(registrations, policy);
    let ladder = Ladder::new(registrations);
    let models: Vec<_> = cases.iter().filter_map(|case| Some((case, case.model()?))).collect();
    let release = |(case, model): &(&Case<'_>, &Model<'_>)| {
        let asked = Asked { case, model, entry: model.standing.entry(), stage, zone: &zone, world: &world, ladder: &ladder, cases: &cases };
        asked.release(&waivers)
    };
    let mut releases: Vec<Release> = models.iter().map(release).collect();
    releases.sort_by(|a, b| (&a.places, &a.name).cmp(&(&b.places, &b.name)));
    let troubles: Vec<_> = shard.troubles.iter().map(|trouble| Unread { place: trouble.place.display(), message: trouble.message.clone() }).collect();
    let passed = troubles.is_empty() && !releases.is_empty() && releases.iter().all(|release| release.passed);
    Gated { version: 1, stage, zone, passed, releases, troubles }
}

/// One model before the gate.
struct Asked<'s, 'a> {
    case: &'s Case<'a>,
    model: &'s Model<'a>,
    entry: Option<&'a Entry<ModelEntry>>,
    stage: Stage,
    zone: &'s Zone,
    world: &'s World<'a>,
    ladder: &'s Ladder<'a>,
    /// All cases: secrets and references around it.
    cases: &'s [Case<'a>],
}

impl<'a> Asked<'_, 'a> {
    fn release(&self, waivers: &Waivers<'_>) -> Release {
        let mut reasons = Vec::new();
        for check in self.checks() {
            let before = reasons.len();
            self.look(check, &mut reasons);
            // The same matter in two files is one reason.
            let mut known: Vec<Reason> = Vec::new();
            reasons.splice(before.., []).for_each(|reason| {
                if !known.contains(&reason) {
                    known.push(reason)
                }
            });
            reasons.extend(known);
        }
        let (waived, reasons) = self.waived(reasons, waivers);
        let mut places: Vec<_> = self.case.sights.iter().map(|sight| sight.place.display()).collect();
        places.dedup();
        let entry = self.entry;
        Release {
            name: self.case.label.clone(),
            subject: self.case.subject.clone(),
            places,
            passed: reasons.is_empty(),
            registered_as: entry.map(|entry| entry.value.title()),
            declared: entry.map(declared),
            rung: self.model.standing.rung().map(|rung| rung.words().to_owned()),
            tier: self.tier().map(|(name, _)| name.to_owned()),
            reasons,
            waived,
        }
    }

    /// What is checked, in the order in which it is told; that there is an entry with its fields always is.
    fn checks(&self) -> Vec<Check> {
        let of_stage = self.world.policy.release.get(&self.stage).map(Vec::as_slice).unwrap_or_default();
        let of_tier = self.tier().map(|(_, tier)| tier.release.as_slice()).unwrap_or_default();
        let mut checks: Vec<_> = [Check::Registered, Check::Fields].iter().chain(of_stage).chain(of_tier).copied().collect();
        checks.sort();
        checks.dedup();
        checks
    }

    fn tier(&self) -> Option<(&str, &crate::domain::Tier)> {
        self.world.policy.tier(&self.entry?.value, self.stage)
    }

    fn look(&self, check: Check, reasons: &mut Vec<Reason>) {
        let entry = self.entry;
        match check {
            Check::Registered => self.registered(reasons),
            Check::Content => self.content(reasons),
            Check::Fields => entry.into_iter().for_each(|entry| self.fields(entry, reasons)),
            Check::Stage => entry.into_iter().for_each(|entry| self.step(entry, reasons)),
            Check::Lineage => self.lineage(reasons),
            Check::Approvals => entry.into_iter().for_each(|entry| self.approvals(entry, reasons)),
            Check::Review => entry.into_iter().for_each(|entry| self.review(entry, reasons)),
            Check::Window => entry.into_iter().for_each(|entry| self.window(entry, reasons)),
            Check::Scope => entry.into_iter().for_each(|entry| self.scope(entry, reasons)),
            Check::NoCode => self.hazards(true, reasons),
            Check::KnownClasses => self.hazards(false, reasons),
            Check::NoSecret => self.secrets(reasons),
            Check::Rollback => entry.into_iter().for_each(|entry| self.rollback(entry, reasons)),
            Check::Pinned => self.pinned(reasons),
        }
    }

    /// Reasons that a waiver covers, and the others.
    fn waived(&self, reasons: Vec<Reason>, waivers: &Waivers<'_>) -> (Vec<Waived>, Vec<Reason>) {
        let places: Vec<_> = self.case.sights.iter().map(|sight| sight.place).collect();
        let subjects = super::findings::subjects(self.case);
        let (mut waived, mut open) = (Vec::new(), Vec::new());
        for reason in reasons {
            let rule = reason.check.rule();
            match waivers.cover(&waivers::Waived { code: NO_CODE, name: &rule, level: Level::Error, subjects: &subjects, places: &places }).suppression {
                Some(Suppression::Waiver { reason: because, approved_by, expires, .. }) => {
                    waived.push(Waived { reason, because, approved_by, until: expires });
                }
                _ => open.push(reason),
            }
        }
        (waived, open)
    }
}

/// Reasons have names and no codes: with this one, a waiver can mean them by their name alone.
const NO_CODE: u32 = u32::MAX;

fn declared(entry: &Entry<ModelEntry>) -> String {
    format!("{}:{}", entry.declared.file, entry.declared.line)
}

fn reason(check: Check, what: String, mend: impl Into<String>) -> Reason {
    Reason { check, what, mend: mend.into() }
}

fn word(stage: Stage) -> String {
    format!("{stage:?}").to_lowercase()
}

#[cfg(test)]
mod tests;
