//! What is demanded: zones, lifetimes, what an entry must hold. Defaults work without a file.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::face::Level;
use super::registration::Stage;

/// A named part of the estate: `experiment`, `staging`, `production`, or the organisation's own words.
pub type Zone = String;

/// Places that belong to a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ZoneRule {
    pub zone: Zone,
    /// Globs over the path of a place (`deploy/prod/**`).
    #[serde(default)]
    pub paths: Vec<String>,
    /// Globs over host names, accounts and name spaces that a credential's facts hold.
    #[serde(default)]
    pub facts: Vec<String>,
}

/// The effective policy; the clock travels in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    pub now: Timestamp,
    /// First match wins; the user's rules stand before the defaults.
    pub zones: Vec<ZoneRule>,
    /// Longest life of a credential, in seconds, before it counts as long-lived.
    pub max_life: u64,
    /// Longest age without rotation, in seconds, for credentials whose entry names no period.
    pub rotate_every: u64,
    /// Fields that an entry must have, by stage.
    pub demands: BTreeMap<Stage, Vec<String>>,
    /// Levels set by the user, by rule name.
    pub levels: BTreeMap<String, Level>,
    /// Longest life of a waiver, in seconds.
    pub max_waiver: u64,
    /// Report weak evidence too.
    pub show_weak: bool,
}

impl Policy {
    /// What holds without a configuration.
    pub fn defaults(now: Timestamp) -> Self {
        const DAY: u64 = 86_400;
        Self {
            now,
            zones: Vec::new(),
            max_life: 90 * DAY,
            rotate_every: 90 * DAY,
            demands: BTreeMap::new(),
            levels: BTreeMap::new(),
            max_waiver: 365 * DAY,
            show_weak: false,
        }
    }
}
