//! The time that one piece of evidence spent at one path, in whatever versions of the file.

use std::collections::BTreeMap;

use super::history::{CommitNo, Spot};
use super::objects::Number;
use super::sweep::Finds;

#[derive(Clone)]
pub(super) struct Stay {
    /// The version that introduced it.
    pub(super) object: Number,
    pub(super) first: CommitNo,
    pub(super) last: CommitNo,
    pub(super) removed: Option<CommitNo>,
    pub(super) in_head: bool,
    pub(super) unreachable: bool,
}

/// By path and number of the evidence.
pub(super) type Stays = BTreeMap<(Vec<u8>, u32), Stay>;

/// The stays of everything that was found below wanted paths.
pub(super) fn stays(finds: &Finds, spots: &BTreeMap<Number, Vec<Spot>>, wanted: &dyn Fn(&[u8]) -> bool) -> Stays {
    let mut stays = Stays::new();
    for (object, held) in &finds.objects {
        for spot in spots.get(object).into_iter().flatten().filter(|spot| wanted(&spot.path)) {
            let stay = Stay::new(*object, spot);
            for held in held.iter() {
                stays.entry((spot.path.clone(), *held)).and_modify(|known| known.merge(&stay)).or_insert_with(|| stay.clone());
            }
        }
    }
    stays
}

impl Stay {
    fn new(object: Number, spot: &Spot) -> Self {
        Self { object, first: spot.first, last: spot.last, removed: spot.removed, in_head: spot.in_head, unreachable: spot.unreachable }
    }

    /// A message is there from its commit on, and stays.
    pub(super) fn of_message(object: Number, commit: CommitNo, unreachable: bool) -> Self {
        Self { object, first: commit, last: commit, removed: None, in_head: !unreachable, unreachable }
    }

    /// Takes in the time of another version. A version that a ref reaches is told rather than an older one that none does.
    fn merge(&mut self, other: &Self) {
        if (other.unreachable, other.first) < (self.unreachable, self.first) {
            (self.object, self.first) = (other.object, other.first);
        }
        if other.last > self.last {
            (self.last, self.removed) = (other.last, other.removed);
        }
        self.in_head |= other.in_head;
        self.unreachable &= other.unreachable;
    }
}
