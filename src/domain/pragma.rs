//! Comments that ask a scanner to leave something alone, as they were written; whether they are heeded, `reconcile` decides.

use serde::{Deserialize, Serialize};

/// One such comment.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pragma {
    /// Whom it asks: `heliodon`, `gitleaks`, …
    pub tool: String,
    /// Names, ids or globs of rules. Only ours tell any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// Redacted, on one line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The last day, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}
