//! What the map says: observations, acknowledgements, trouble. Merge is addition; shards may be cut anywhere, repeated, and come in any order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use super::place::Place;
use super::unit::{PlanHead, Unit};

/// "This was seen here": no opinion.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Observation {
    pub place: Place,
    pub evidence: Evidence,
}

/// One object could not be read, or not wholly. The scan goes on; reports show it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Trouble {
    pub place: Place,
    /// Id of the notification: `unreadable-file`, `archive-limit`, `decode-error`, `file-too-large`, …
    pub kind: String,
    /// A lowercase phrase; holds no secret.
    pub message: String,
}

/// What was left out on purpose, by reason: `excluded`, `git-ignored`, `image-payload`, …
pub type Hidden = BTreeMap<String, u64>;

/// One unit was read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Ack {
    pub unit: u64,
    /// Blobs looked at: the unit's own and those inside it.
    pub blobs: u64,
    /// Bytes looked at.
    pub bytes: u64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hidden: Hidden,
}

/// One line of a plan or of a shard file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::large_enum_variant, reason = "most lines are observations, the largest")]
pub enum Line {
    Plan(PlanHead),
    Unit(Unit),
    Observation(Observation),
    Trouble(Trouble),
    Ack(Ack),
    /// What the listing left out.
    Hidden(Hidden),
}

/// The sum of what any number of workers saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shard {
    pub observations: Vec<Observation>,
    pub troubles: Vec<Trouble>,
    /// By unit number; a unit read twice counts once.
    pub acks: BTreeMap<u64, Ack>,
    /// What the listing left out.
    pub hidden: Hidden,
}

impl Shard {
    /// Addition. What was seen twice is removed by [`Shard::settle`], once, at the end.
    pub fn merge(&mut self, other: Shard) {
        self.observations.extend(other.observations);
        self.troubles.extend(other.troubles);
        self.acks.extend(other.acks);
        for (reason, count) in other.hidden {
            *self.hidden.entry(reason).or_default() += count;
        }
    }

    /// Sorts, and drops what repeated shards said twice.
    pub fn settle(&mut self) {
        self.observations.sort();
        self.observations.dedup();
        self.troubles.sort();
        self.troubles.dedup();
    }
}
