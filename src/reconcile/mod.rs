//! The reduce: observations × registrations × policy → findings. Pure: the same input gives the same outcome, to the byte.

pub mod verdicts;

use crate::domain::{Face, Outcome, PlanHead, Policy, Registrations, Shard, Summary, TargetOutcome};

/// Judges what was seen. `faces` are those of the credential rules.
pub fn run(plan: &PlanHead, mut shard: Shard, _registrations: &Registrations, _policy: &Policy, _faces: &[Face]) -> Outcome {
    shard.settle();
    let targets = plan.targets.iter().map(|target| TargetOutcome { target: target.clone(), findings: Vec::new(), troubles: Vec::new() });
    Outcome { version: plan.version.clone(), rules: plan.rules.clone(), targets: targets.collect(), summary: Summary::default() }
}
