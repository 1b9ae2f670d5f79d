//! Where blobs lie in a history: every path, the first and the last commit there, the one that removed it.

mod graph;
mod spread;

use std::collections::{BTreeMap, BTreeSet};

use super::super::objects::{Number, Objects};
use super::{CommitNo, Commits};
use graph::Graph;

/// Paths of one blob that are told.
const MOST_PATHS: usize = 64;

/// One path of a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Spot {
    pub(in super::super) path: Vec<u8>,
    /// The first commit, in topological order, that has the blob at this path: of those that refs reach, if there is one.
    pub(in super::super) first: CommitNo,
    /// The last one, of the same commits.
    pub(in super::super) last: CommitNo,
    /// The first child of `last`, which no longer has it; none at the end of a branch.
    pub(in super::super) removed: Option<CommitNo>,
    /// The commit that is checked out has it there.
    pub(in super::super) in_head: bool,
    /// No ref reaches a commit that has it there.
    pub(in super::super) unreachable: bool,
}

/// What is known of wanted blobs.
#[derive(Debug, Default)]
pub(in super::super) struct Places {
    /// By blob, in order of first commit and path. A blob that no commit holds (dangling, or tagged itself) is absent.
    pub(in super::super) spots: BTreeMap<Number, Vec<Spot>>,
    /// Blobs with more than 64 paths: some are left out.
    pub(in super::super) cut: BTreeSet<Number>,
}

/// Finds the places of blobs. `head` is the root tree of the commit that is checked out. What could not be read is told.
pub(in super::super) fn places(
    objects: &Objects,
    commits: &Commits,
    wanted: &BTreeSet<Number>,
    head: Option<Number>,
    threads: usize,
    trouble: &mut dyn FnMut(String),
) -> Places {
    if wanted.is_empty() {
        return Places::default();
    }
    let graph = Graph::read(objects, wanted, threads, trouble);
    let spread = spread::down(&graph, commits, head, trouble);
    let mut places = Places::default();
    for (blob, found) in &spread.blobs {
        let spot = |presence: &spread::Presence, path: u32| {
            let last = presence.last(commits.reached());
            let is_same = |child: &&CommitNo| last >= commits.reached() || **child < commits.reached();
            Spot {
                path: spread.paths.text(path, &graph.names),
                first: presence.first,
                last,
                removed: commits.children(last).first().filter(is_same).copied(),
                in_head: presence.in_head,
                unreachable: presence.first >= commits.reached(),
            }
        };
        let mut spots: Vec<Spot> = found.at.iter().map(|(path, presence)| spot(presence, *path)).collect();
        spots.sort_by(|a, b| (a.first, &a.path).cmp(&(b.first, &b.path)));
        if !spots.is_empty() {
            places.spots.insert(*blob, spots);
        }
        if found.is_cut {
            places.cut.insert(*blob);
        }
    }
    places
}

#[cfg(test)]
mod tests;
