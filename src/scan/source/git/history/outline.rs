//! Where the entries of a tree begin, read from what a delta changes: entries that are copied from the base are known already.

use super::super::objects::{Bytes, Hash, Object};
use super::parse::{self, Entry};

/// The mark of an entry that nothing is to be remembered of.
pub(super) const UNMARKED: u32 = u32::MAX;

/// The entries of one tree: offsets, and a mark for each that the reader chose.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// One more than there are marks: the last is the end of the last entry.
    starts: Vec<u32>,
    marks: Vec<u32>,
}

impl Outline {
    /// Reads a tree; `mark` is asked for each entry that is not wholly copied from the base. Says too whether it could be read to its end.
    pub(super) fn read(object: &Object<'_>, base: Option<&Self>, hash: Hash, mark: &mut dyn FnMut(&Entry<'_>) -> u32) -> (Self, bool) {
        let (bytes, is_whole) = match object.bytes {
            Bytes::Whole(bytes) => (bytes, true),
            Bytes::Head(bytes) => (bytes, false),
        };
        let room = base.map_or(0, |base| base.marks.len() + 2);
        let mut outline = Self { starts: Vec::with_capacity(room + 1), marks: Vec::with_capacity(room) };
        let mut copies = object.copies.iter().peekable();
        let mut at = 0;
        loop {
            while copies.next_if(|copy| copy.to + copy.length <= at).is_some() {}
            if let Some((base, copy)) = base.zip(copies.peek().filter(|copy| copy.to <= at)) {
                let (from, limit) = (copy.from + (at - copy.to), copy.from + copy.length);
                if let Some(length) = outline.carry(base, from, limit, at) {
                    at += length;
                    continue;
                }
            }
            let Some((entry, next)) = parse::entry_at(bytes, at, hash) else { break };
            outline.starts.push(at as u32);
            outline.marks.push(mark(&entry));
            at = next;
        }
        outline.starts.push(at as u32);
        (outline, is_whole && at == bytes.len())
    }

    /// The marks of all entries that have one.
    pub(super) fn marks(&self) -> impl Iterator<Item = u32> + '_ {
        self.marks.iter().copied().filter(|mark| *mark != UNMARKED)
    }

    /// Takes over the base's entries from `from` on that end up to `limit`; how many bytes they are. An entry begins at `at` here and the
    /// bytes are the same, so it is the entry that begins at `from` there.
    fn carry(&mut self, base: &Self, from: usize, limit: usize, at: usize) -> Option<usize> {
        let first = base.starts.binary_search(&u32::try_from(from).ok()?).ok()?;
        let after = base.starts.partition_point(|start| *start as usize <= limit) - 1;
        if after <= first {
            return None;
        }
        let moved = |start: &u32| (*start as usize - from + at) as u32;
        self.starts.extend(base.starts[first..after].iter().map(moved));
        self.marks.extend_from_slice(&base.marks[first..after]);
        Some(base.starts[after] as usize - from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Copy;

    fn object<'o>(bytes: &'o [u8], copies: &'o [Copy]) -> Object<'o> {
        Object { number: 0, size: bytes.len() as u64, bytes: Bytes::Whole(bytes), copies }
    }

    /// Some tree; with another seed for the names from `other` on, three at most.
    fn tree(seed: u64, other: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        for name in 0..12_u64 {
            let seed = if (other..other + 3).contains(&name) { seed + 1 } else { seed };
            let chosen = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(name.wrapping_mul(1_442_695_040_888_963_407)) >> 33;
            if !chosen.is_multiple_of(3) {
                bytes.extend(format!("100644 {name}{}\0", "n".repeat((chosen % 2) as usize)).bytes());
                bytes.extend([(chosen / 3 % 30) as u8; 20]);
            }
        }
        bytes
    }

    /// Copies of whatever runs of bytes agree, wherever they lie: also such that begin inside an entry.
    fn copies(from: &[u8], to: &[u8], shortest: usize) -> Vec<Copy> {
        let (mut copies, mut at) = (Vec::new(), 0);
        while at < to.len() {
            let same = |start: &usize| from[*start..].iter().zip(&to[at..]).take_while(|(a, b)| a == b).count();
            let best = (0..from.len()).max_by_key(same).map(|start| (start, same(&start))).filter(|(_, length)| *length >= shortest);
            let length = best.map_or(1, |(_, length)| length);
            copies.extend(best.map(|(start, length)| Copy { from: start, to: at, length }));
            at += length;
        }
        copies
    }

    #[test]
    fn a_tree_read_from_its_delta_is_the_tree() {
        let mark = |entry: &Entry<'_>| u32::from(entry.id.as_bytes()[0]) + entry.name.len() as u32 * 8;
        let (mut asked, mut all) = (0, 0);
        for seed in 0..400 {
            let (old, new) = (tree(seed, 99), tree(seed, seed % 14));
            let (base, whole) = Outline::read(&object(&old, &[]), None, Hash::Sha1, &mut |entry| mark(entry));
            assert!(whole);
            let (plain, _) = Outline::read(&object(&new, &[]), None, Hash::Sha1, &mut |entry| mark(entry));
            for shortest in [1, 4, 24] {
                let copies = copies(&old, &new, shortest);
                let (read, whole) = Outline::read(&object(&new, &copies), Some(&base), Hash::Sha1, &mut |entry| {
                    asked += 1;
                    mark(entry)
                });
                assert!(whole);
                assert_eq!(read, plain);
                all += plain.marks.len();
            }
        }
        assert!(asked * 2 < all, "{asked} of {all} entries were read again");
    }
}
