//! Targets, the units they are cut into, and the head of a plan.

use serde::{Deserialize, Serialize};

use super::place::Origin;
use super::reach::Reach;

/// An address a person typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// `file`, `stdin`, …: which source lists and reads it.
    pub scheme: String,
    /// What the source needs to read it; for files the absolute path of the directory that paths are relative to, percent-encoded.
    pub root: String,
    /// Where below the root the listing begins; empty for all of it.
    pub start: String,
    /// As typed; for people and for the run's category. Holds no credentials.
    pub name: String,
    /// The version-controlled repository that the target is, or lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<Repository>,
}

/// What reports say of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repository {
    /// The commit that is checked out, in full; none before the first commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// None when the checkout is detached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Address of the remote that the branch follows, or of `origin`, as https or ssh, without user, password, query and fragment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<String>,
    /// History ends at a boundary: what lies before it was not there to be read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shallow: bool,
    /// Objects are missing on purpose (`--filter`): a remote promises to have them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

/// Something that can be read on its own, on any machine that reaches the target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Number in the plan. Acknowledgements and errors name it.
    pub number: u64,
    pub origin: Origin,
    /// Bytes, where the listing knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

/// What the reduce will ask of the map, decided before the map begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Compute the SHA-256 of every artifact: some registration names digests.
    pub digests: bool,
}

/// First line of a plan; every worker needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanHead {
    pub version: String,
    /// Digest of the compiled rules; shards made with other rules are refused.
    pub rules: String,
    pub targets: Vec<Target>,
    pub wanted: Wanted,
    /// Of targets that are repositories.
    #[serde(default)]
    pub reach: Reach,
    /// Globs of paths that are left out, in history too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excludes: Vec<String>,
}
