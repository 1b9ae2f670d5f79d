//! The reduce: observations × registrations × policy → findings. Pure: the same input gives the same outcome, to the byte, whatever
//! the order and the cut of the shards.
//!
//! Observations become [`cases`] (one secret, one model, one reference) by [`correlate`]; the [`ladder`] ties a case to its registration;
//! [`verdicts`] judge cases; [`findings`] puts the judgement into words.

mod alive;
mod bundles;
mod cases;
mod correlate;
mod findings;
mod fingerprint;
mod ladder;
mod rank;
mod summary;
#[cfg(test)]
mod testing;
pub mod verdicts;
mod waivers;
mod words;
mod zones;

use crate::domain::{Face, Finding, Outcome, PlanHead, Policy, Registrations, Shard, TargetOutcome, Trouble};

/// Judges what was seen. `faces` are those of the credential rules.
pub fn run(plan: &PlanHead, mut shard: Shard, registrations: &Registrations, policy: &Policy, faces: &[Face]) -> Outcome {
    shard.settle();
    let side_cars = correlate::side_cars(&shard.observations);
    let world = cases::World { policy, registrations, faces: faces.iter().map(|face| (face.code, face)).collect() };
    let waivers = waivers::Waivers::new(registrations, policy);
    let (cases, weak) = correlate::cases(&shard.observations, &side_cars, &world);
    let mut findings: Vec<Finding> = cases.iter().flat_map(|case| findings::findings(case, &world, &waivers)).collect();
    findings.sort_by(|a, b| (&a.place, a.code, &a.fingerprint, &a.arguments).cmp(&(&b.place, b.code, &b.fingerprint, &b.arguments)));
    fingerprint::number(findings.iter_mut());
    let summary = summary::summary(&shard, &cases, &findings, &waivers, weak);
    Outcome { version: plan.version.clone(), rules: plan.rules.clone(), targets: by_target(plan, findings, shard.troubles), summary }
}

/// Findings and troubles of each target; what names a target that the plan does not have goes to the last.
fn by_target(plan: &PlanHead, findings: Vec<Finding>, troubles: Vec<Trouble>) -> Vec<TargetOutcome> {
    let mut targets: Vec<_> = plan.targets.iter().map(|target| TargetOutcome { target: target.clone(), findings: Vec::new(), troubles: Vec::new() }).collect();
    let Some(last) = targets.len().checked_sub(1) else { return targets };
    let index = |target: u32| usize::try_from(target).map_or(last, |index| index.min(last));
    for finding in findings {
        if let Some(target) = targets.get_mut(index(finding.place.origin.target)) {
            target.findings.push(finding);
        }
    }
    for trouble in troubles {
        if let Some(target) = targets.get_mut(index(trouble.place.origin.target)) {
            target.troubles.push(trouble);
        }
    }
    targets
}
