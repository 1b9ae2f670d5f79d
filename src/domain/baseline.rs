//! A baseline: what a team knew of when it began, so that only what is new fails a run.

use serde::{Deserialize, Serialize};

use super::face::{Level, OWN};
use super::finding::Finding;
use super::history::Presence;

/// What the baselines of a run hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Baseline {
    pub known: Vec<Known>,
    pub spots: Vec<Spot>,
}

/// One finding, without its secret, its line and its time: equal findings give equal records in every clone. The order of the fields is
/// the order of the records, and of what a reader of a diff asks first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// As in [`super::Place::uri`].
    pub path: String,
    /// `HEL1042`, `own/NAME`.
    pub rule: String,
    pub name: String,
    /// Digest and ordinal: `<40 hex>:1`.
    pub fingerprint: String,
    pub level: Level,
    /// It lay in history alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub past: bool,
    /// Identity of the subject, by which it is known again under another path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Of a user's own rule, whose id does not tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u32>,
}

/// A place that another program's baseline names. It says nothing of what lies there, so it counts only while the line stays where it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Spot {
    /// Decoded, relative to the repository.
    pub path: String,
    pub line: u32,
    /// The commit that brought it, where the record is about one.
    pub commit: Option<String>,
}

/// How a finding stands to the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    New,
    Unchanged,
    /// The same subject and rule at another path, and no longer at the one that the baseline has.
    Moved,
    /// Of a lower level now, or in history alone.
    Eased,
    /// Of a higher level now, or back from history: what was accepted was less, so it is open.
    Graver,
}

/// Counts of a run that has a baseline. What waivers and comments cover is not among them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub new: u64,
    /// Those that do not fail the run: unchanged, moved, eased.
    pub known: u64,
    pub moved: u64,
    pub eased: u64,
    pub graver: u64,
    /// In the baseline, looked for, and not found.
    pub absent: u64,
    /// In the baseline, and not looked for, or not wholly read.
    pub unseen: u64,
    /// Places in other programs' baselines at which nothing was found.
    pub unmatched: u64,
}

impl Known {
    /// The record of a finding; `rule` and `name` are its rule's.
    pub fn of(finding: &Finding, rule: String, name: String) -> Self {
        Self {
            path: finding.place.uri(),
            rule,
            name,
            fingerprint: finding.fingerprint.to_string(),
            level: finding.level,
            past: finding.place.presence() != Presence::Here,
            subject: finding.fingerprint.subject.clone(),
            code: Some(finding.code).filter(|code| *code >= OWN),
        }
    }

    /// Code of the rule.
    pub fn code(&self) -> u32 {
        self.code.or_else(|| self.rule.strip_prefix("HEL")?.parse().ok()).unwrap_or_default()
    }
}

impl Standing {
    /// Does it leave the run alone?
    pub fn is_known(self) -> bool {
        matches!(self, Self::Unchanged | Self::Moved | Self::Eased)
    }
}
