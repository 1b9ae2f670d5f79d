//! A finding: what an observation means.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::baseline::Standing;
use super::face::Level;
use super::place::Place;

/// One judgement, ready to be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Code of the rule.
    pub code: u32,
    pub level: Level,
    /// 0–100: severity × sureness × what is known of its life; orders findings of one level.
    pub rank: u8,
    /// Id of the message template in the rule's face, and what fills it.
    pub message: String,
    pub arguments: Vec<String>,
    /// The template, filled.
    pub text: String,
    pub place: Place,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
    pub fingerprint: Fingerprint,
    /// Facts for machines: provider, lifetime class, expiry, digest, registry rung, …
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, Value>,
    /// Set when a waiver or a comment covers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppression: Option<Suppression>,
    /// How it stands to the baseline, in a run that has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
}

impl Finding {
    /// Does it count: nothing covers it, and no baseline knows it?
    pub fn is_open(&self) -> bool {
        self.suppression.is_none() && !self.standing.is_some_and(Standing::is_known)
    }
}

/// Another place that belongs to the finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Related {
    pub place: Place,
    pub message: String,
}

/// Stable under line moves, clone paths and threads.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fingerprint {
    /// 40 hexadecimal digits over rule, path and subject; never over a line, a column, or the text of a guessable secret.
    pub digest: String,
    /// Position among equal digests in the run, from 1.
    pub ordinal: u32,
    /// Groups one subject over files, when it has an identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// Digest and ordinal, as baselines and SARIF write them.
impl fmt::Display for Fingerprint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.digest, self.ordinal)
    }
}

/// What has a finding left out of the count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Suppression {
    /// A waiver in a registry.
    Waiver { reason: String, owner: String, approved_by: String, expires: Date, file: String, line: u32 },
    /// A comment where the finding is.
    Inline {
        /// Whom the comment asks.
        tool: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
        /// The last day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Date>,
    },
}
