//! What a blob holds, without places: enough to tell which versions of a file hold the same evidence, and to find what the
//! versions made from it hold by looking at what changed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::reader::Reader;
use crate::domain::{Blob, Copy, Evidence, Observation, Step};

/// One piece of evidence in a blob, wherever it stands there. Equal in all blobs that hold it; may be hashed and stored.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Held {
    /// Of a credential, without its parts: those have regions.
    pub evidence: Evidence,
    /// Into containers and encodings, as in [`crate::domain::Place`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

/// A blob that was looked at. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Remembered {
    held: Option<Arc<[Held]>>,
}

impl Held {
    /// What an observation shows, for comparison with what a blob was found to hold.
    pub fn of(observation: &Observation) -> Self {
        Self { evidence: without_regions(observation.evidence.clone()), steps: observation.place.steps.clone() }
    }
}

impl Remembered {
    /// Sorted, each once.
    pub fn held(&self) -> &[Held] {
        self.held.as_deref().unwrap_or_default()
    }
}

impl Reader<'_> {
    /// Looks at a blob as [`Reader::blob`] does, and gives what it holds instead of adding it to the unit's observations.
    /// Trouble stays the unit's.
    pub fn remember(&mut self, blob: &Blob<'_>) -> Remembered {
        let before = self.observed();
        self.blob(blob);
        let held = self.take_observed(before).iter().map(Held::of).collect();
        Remembered { held: shared(held) }
    }

    /// The same for a blob that was made from another of the same name, which is remembered. `copies`: what it has of it.
    pub fn remember_changed(&mut self, blob: &Blob<'_>, _base: &Remembered, _copies: &[Copy]) -> Remembered {
        self.remember(blob)
    }
}

fn without_regions(mut evidence: Evidence) -> Evidence {
    if let Evidence::Credential(credential) = &mut evidence {
        credential.parts.clear();
    }
    evidence
}

/// Most blobs hold nothing, and cost nothing.
fn shared(mut held: Vec<Held>) -> Option<Arc<[Held]>> {
    held.sort();
    held.dedup();
    (!held.is_empty()).then(|| held.into())
}
