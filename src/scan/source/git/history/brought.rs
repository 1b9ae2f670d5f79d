//! What commits bring in: files that a commit has and none of its parents has at that path, so also what only a merge introduces.

use std::collections::{BTreeSet, HashSet};

use super::super::objects::{Kind, Number, Objects};
use super::CommitNo;
use super::difference::{Difference, Found};
use super::range::Set;

/// A blob at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Brought {
    pub(in super::super) blob: Number,
    /// Empty for a blob that a tag or a ref names itself.
    pub(in super::super) path: Vec<u8>,
    /// The first commit of the set that brings it there; None: a tag or a ref holds it without a commit.
    pub(in super::super) commit: Option<CommitNo>,
}

/// What the commits of a set bring in.
#[derive(Debug, Default)]
pub(in super::super) struct Bringing {
    /// Each blob at each path once, in order of commits and paths.
    pub(in super::super) all: Vec<Brought>,
    /// Blobs that are not in the repository, as in a partial clone.
    pub(in super::super) missing: usize,
    /// Trees that lie at more than 64 paths, of which some are left out; what they hold is there at others.
    pub(in super::super) cut: BTreeSet<Number>,
}

/// Where a parent is missing there is nothing to compare with: a commit without any brings all it has.
pub(in super::super) fn brought(objects: &Objects, set: &Set, trouble: &mut dyn FnMut(String)) -> Bringing {
    let mut reader = super::lookup::Trees::new(objects);
    let mut difference = Difference::new(objects);
    let mut gathering = Gathering { objects, bringing: Bringing::default(), seen: HashSet::new(), missing: HashSet::new() };
    for (number, commit) in set.commits() {
        let Some(tree) = difference.tree(&commit.tree) else { continue };
        let mut parents: Vec<Number> = commit.parents.iter().filter_map(|parent| difference.there(&reader.of(*parent)?)).collect();
        parents.sort_unstable();
        parents.dedup();
        gathering.add(difference.between(tree, &parents, b""), Some(number));
    }
    for number in set.apart() {
        match objects.kind(*number) {
            Some(Kind::Blob) => gathering.bringing.all.push(Brought { blob: *number, path: Vec::new(), commit: None }),
            Some(Kind::Tree) => gathering.add(difference.between(*number, &[], b""), None),
            _ => {}
        }
    }
    difference.troubles.into_iter().for_each(trouble);
    Bringing { missing: gathering.missing.len(), cut: difference.cut, ..gathering.bringing }
}

struct Gathering<'o> {
    objects: &'o Objects,
    bringing: Bringing,
    seen: HashSet<(Number, Vec<u8>)>,
    missing: HashSet<super::super::objects::Id>,
}

impl Gathering<'_> {
    fn add(&mut self, found: Vec<Found>, commit: Option<CommitNo>) {
        for Found { path, id, .. } in found {
            match self.objects.find(&id) {
                Some(blob) if self.seen.insert((blob, path.clone())) => self.bringing.all.push(Brought { blob, path, commit }),
                Some(_) => {}
                None => drop(self.missing.insert(id)),
            }
        }
    }
}
