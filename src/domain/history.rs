//! What a version-control history says of something that was seen: since when it is there, until when, and who put it there.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A commit, as reports name it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Commit {
    /// Author date. It comes first: commits compare by time.
    pub at: Timestamp,
    /// Lower-case hexadecimal, in full.
    pub id: String,
    /// Author, as `Name <address>`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
}

/// The time that one piece of evidence spent at one path.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct History {
    /// The commit that introduced it; the first of all refs in topological order.
    pub first: Commit,
    /// The last commit in which it was present.
    pub last: Commit,
    /// The first commit after `last`, in which it was no longer present; none at the end of a branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<Commit>,
    /// It is in the commit that is checked out.
    pub in_head: bool,
    /// No ref reaches the commits that show it: dangling, or left behind by a forced push.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unreachable: bool,
}
