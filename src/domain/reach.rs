//! How far a scan reaches into a repository: which commits, and the working tree or not.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Which part of a repository is read. Revisions and names are as typed: the source resolves them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    pub range: Range,
    /// Only what these branches reach; when empty, every ref, and what no ref reaches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<String>,
    /// The working tree is read too.
    pub tree: bool,
    /// The index of the commit that is being made, when it is not the repository's own: `git commit FILE` makes one for the occasion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<PathBuf>,
    /// Object directories besides the repository's own: what a push brings lies apart until it is taken in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<PathBuf>,
}

/// Of what is in a repository's object database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Range {
    All,
    Nothing,
    /// What the index has and HEAD has not.
    Staged,
    /// What commits brought in after a revision, or since a date.
    Since(String),
    /// What commits brought in that are reachable from one of `tips`, from none of `known`, and from no ref whose full name begins with
    /// one of `known_refs`.
    Commits {
        tips: Vec<String>,
        known: Vec<String>,
        known_refs: Vec<String>,
    },
}

impl Default for Reach {
    fn default() -> Self {
        Self { range: Range::All, branches: Vec::new(), tree: true, index: None, objects: Vec::new() }
    }
}
