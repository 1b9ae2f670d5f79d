//! Which entry of a pack is a delta of which: found from the headers alone, before anything is inflated.

use super::index::Index;
use super::pack::{Entry, Form, Head, span};
use super::{Hash, Kind};

/// No entry.
pub(super) const NONE: Entry = Entry::MAX;

/// The entries of a pack in the order of their offsets, and their bases.
pub(super) struct Forest {
    pub(super) offsets: Vec<u64>,
    /// Entry → position in the index.
    positions: Vec<u32>,
    /// Position in the index → entry.
    entries: Vec<Entry>,
    bases: Vec<Base>,
    kinds: Vec<Known>,
}

/// What an entry is built on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    /// Nothing: it is whole.
    Nothing,
    /// An entry of the same pack.
    Entry(Entry),
    /// An object by name, that this pack does not have.
    Elsewhere,
    /// Nothing that exists.
    Broken,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Not,
    /// Its chain is being followed.
    Asked,
    Kind(Kind),
    Broken,
}

impl Forest {
    pub(super) fn of(index: &Index, bytes: &[u8], hash: Hash) -> Self {
        let mut order: Vec<(u64, u32)> = (0..index.len()).map(|position| (index.offset(position).unwrap_or(u64::MAX), position as u32)).collect();
        order.sort_unstable();
        let (offsets, positions): (Vec<u64>, Vec<u32>) = order.into_iter().unzip();
        let mut entries = vec![0; positions.len()];
        for (entry, position) in (0..).zip(&positions) {
            entries[*position as usize] = entry;
        }
        let mut forest = Self { bases: Vec::with_capacity(offsets.len()), kinds: Vec::with_capacity(offsets.len()), offsets, positions, entries };
        for entry in 0..forest.offsets.len() {
            let (base, kind) = forest.base_of(entry, index, bytes, hash);
            forest.bases.push(base);
            forest.kinds.push(kind);
        }
        forest.settle();
        forest
    }

    pub(super) fn len(&self) -> usize {
        self.offsets.len()
    }

    pub(super) fn base(&self, entry: Entry) -> Base {
        self.bases[entry as usize]
    }

    pub(super) fn kind(&self, entry: Entry) -> Option<Kind> {
        match self.kinds[entry as usize] {
            Known::Kind(kind) => Some(kind),
            _ => None,
        }
    }

    pub(super) fn position(&self, entry: Entry) -> usize {
        self.positions[entry as usize] as usize
    }

    pub(super) fn entry(&self, position: usize) -> Entry {
        self.entries[position]
    }

    /// Entries built on what is not in this pack, and of no known kind yet.
    pub(super) fn open_ends(&self) -> Vec<Entry> {
        (0..).zip(&self.bases).filter(|(entry, base)| **base == Base::Elsewhere && self.kind(*entry).is_none()).map(|(entry, _)| entry).collect()
    }

    /// Takes in what kind an open end is; [`Self::settle`] hands it on to what is built on it.
    pub(super) fn close(&mut self, entry: Entry, kind: Kind) {
        self.kinds[entry as usize] = Known::Kind(kind);
    }

    /// Follows every chain of bases to its end once, so that each entry has the kind of its root; a chain that leads into itself
    /// has none.
    pub(super) fn settle(&mut self) {
        let mut chain = Vec::new();
        for start in 0..self.kinds.len() {
            let mut entry = start;
            let found = loop {
                match (self.kinds[entry], self.bases[entry]) {
                    (Known::Asked, _) => break Known::Broken,
                    (Known::Not, Base::Entry(base)) => {
                        self.kinds[entry] = Known::Asked;
                        chain.push(entry);
                        entry = base as usize;
                    }
                    (known, _) => break known,
                }
            };
            for entry in chain.drain(..) {
                self.kinds[entry] = found;
            }
        }
    }

    fn base_of(&self, entry: usize, index: &Index, bytes: &[u8], hash: Hash) -> (Base, Known) {
        let broken = (Base::Broken, Known::Broken);
        let Some(head) = span(bytes, &self.offsets, entry, hash).and_then(|bytes| Head::read(bytes, hash)) else { return broken };
        match head.form {
            Form::Whole(kind) => (Base::Nothing, Known::Kind(kind)),
            Form::Before(distance) => match self.offsets[entry].checked_sub(distance).and_then(|offset| self.at(offset, entry)) {
                Some(base) => (Base::Entry(base), Known::Not),
                None => broken,
            },
            Form::Named(id) => match index.find(&id) {
                Some(position) => (Base::Entry(self.entries[position]), Known::Not),
                None => (Base::Elsewhere, Known::Not),
            },
        }
    }

    /// The entry at an offset before another one; most lie near.
    fn at(&self, offset: u64, before: usize) -> Option<Entry> {
        let mut step = 1;
        let mut high = before;
        let mut low = before.saturating_sub(step);
        while low > 0 && self.offsets[low] > offset {
            high = low;
            step *= 4;
            low = before.saturating_sub(step);
        }
        let found = low + self.offsets[low..high].partition_point(|start| *start < offset);
        (found < before && self.offsets[found] == offset).then_some(found as Entry)
    }
}
