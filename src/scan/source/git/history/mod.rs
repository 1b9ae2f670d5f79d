//! What the history of a repository says: its commits in order, the names and places of blobs, ranges of commits, what is staged.

mod brought;
mod commits;
mod difference;
mod each;
mod files;
mod index;
mod lookup;
mod names;
mod outline;
mod parse;
mod places;
mod range;
mod revision;
mod submodules;
mod walk;
mod when;

use super::objects::{Id, Number, Objects};

pub(super) use brought::brought;
pub(super) use commits::{CommitNo, Commits};
pub(super) use files::Files;
pub(super) use index::staged;
pub(super) use names::Names;
pub(super) use places::{Spot, places};
pub(super) use range::{Asked, Set, range};
pub(super) use submodules::submodules;

/// Larger trees, commits and tags are read by their head alone: nobody makes them by accident.
const LARGEST: u64 = 64 << 20;
const HEAD: usize = 1 << 20;

/// The root tree of a commit.
pub(super) fn tree(objects: &Objects, commit: &Id) -> Option<Number> {
    objects.find(&lookup::Trees::new(objects).of(objects.find(commit)?)?)
}
