//! What the history of a repository says: its commits in order, the names and places of blobs, ranges of commits, what is staged.

mod commits;
mod parse;
mod texts;

pub(super) use commits::{CommitNo, Commits};
pub(super) use texts::texts;
