//! What a run ends with: findings, trouble, counts; one part a target.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::baseline::Held;
use super::finding::Finding;
use super::place::Place;
use super::shard::{Hidden, Trouble};
use super::unit::Target;

/// Everything a report needs but the faces of the rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Version of Heliodon and digest of its rules.
    pub version: String,
    pub rules: String,
    /// One per target, in the order of the command line.
    pub targets: Vec<TargetOutcome>,
    pub summary: Summary,
    /// Everything of the estate, found fault with or not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inventory: Vec<Asset>,
}

/// Something that belongs to the estate of models: a model, a reference to one, a prompt, a dataset, the output of an evaluation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Asset {
    /// `model`, `reference`, `dynamic-reference`, `prompt`, `dataset`, `evaluation`.
    pub kind: String,
    /// What people call it: a file or folder, `hf:org/name`, an expression.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Title of the entry that covers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    pub places: Vec<Place>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetOutcome {
    pub target: Target,
    /// Sorted by place, then code. Suppressed ones are among them.
    pub findings: Vec<Finding>,
    pub troubles: Vec<Trouble>,
    /// What the baseline has and the scan has not, as findings without a region, sorted by path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<Finding>,
}

/// Counts for the last line of every report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub units: u64,
    pub blobs: u64,
    pub bytes: u64,
    /// Left out on purpose, by reason.
    pub hidden: Hidden,
    /// Distinct credentials, artifacts and references seen, and how many of each are registered.
    pub credentials: u64,
    pub models: u64,
    pub references: u64,
    pub registered: u64,
    /// Operations that change models, and grants of them.
    #[serde(default, skip_serializing_if = "is_none")]
    pub changes: u64,
    #[serde(default, skip_serializing_if = "is_none")]
    pub grants: u64,
    /// Findings that waivers cover, and waivers that cover nothing.
    pub waived: u64,
    pub unused_waivers: Vec<String>,
    /// Findings that comments beside them allow, and comments of ours that say too little to count.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub allowed: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub void_comments: Vec<String>,
    /// Open findings with comments that ask other programs to leave them alone, by program.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pragmas: BTreeMap<String, u64>,
    /// What a baseline came to, in a run that has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Held>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
fn is_none(count: &u64) -> bool {
    *count == 0
}
