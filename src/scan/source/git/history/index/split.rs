//! A split index: a shared one, and what changed since.

use super::super::super::objects::{Hash, Id};
use super::Entry;

/// What a split index says of the one it shares.
pub(super) struct Shared {
    pub(super) id: Id,
    deleted: Vec<usize>,
    replaced: Vec<usize>,
}

impl Shared {
    /// Reads the extension. `Some(None)`: there is nothing shared.
    pub(super) fn read(bytes: &[u8], hash: Hash) -> Option<Option<Self>> {
        let id = Id::from_bytes(bytes.get(..hash.length())?)?;
        let mut rest = &bytes[hash.length()..];
        if id.as_bytes().iter().all(|byte| *byte == 0) {
            return Some(None);
        }
        let deleted = if rest.is_empty() { Vec::new() } else { positions(&mut rest)? };
        let replaced = if rest.is_empty() { Vec::new() } else { positions(&mut rest)? };
        Some(Some(Self { id, deleted, replaced }))
    }

    /// The entries of both: what replaces a shared entry stands first in `own`, in order and without a path.
    pub(super) fn joined(&self, shared: Vec<Entry>, own: Vec<Entry>) -> Vec<Entry> {
        let (mut nameless, named): (Vec<Entry>, Vec<Entry>) = own.into_iter().partition(|entry| entry.path.is_empty());
        nameless.reverse();
        let mut joined = Vec::with_capacity(shared.len() + named.len());
        for (position, mut entry) in shared.into_iter().enumerate() {
            if self.replaced.binary_search(&position).is_ok()
                && let Some(other) = nameless.pop()
            {
                entry = Entry { path: entry.path, ..other };
            }
            if self.deleted.binary_search(&position).is_err() {
                joined.push(entry);
            }
        }
        // What has no place is kept without a path rather than lost.
        joined.extend(nameless);
        joined.extend(named);
        joined
    }
}

/// Bits that are set in a bitmap of the kind that git calls EWAH: runs of equal words, and words as they are.
fn positions(bytes: &mut &[u8]) -> Option<Vec<usize>> {
    let size = u32::from_be_bytes(take(bytes)?) as usize;
    let count = u32::from_be_bytes(take(bytes)?) as usize;
    let mut words = Vec::new();
    for _ in 0..count {
        words.push(u64::from_be_bytes(take(bytes)?));
    }
    take::<4>(bytes)?;
    let (mut set, mut at, mut words) = (Vec::new(), 0_usize, words.into_iter());
    while let Some(head) = words.next() {
        let end = (at + 64 * (head >> 1 & 0xffff_ffff) as usize).min(size);
        if head & 1 == 1 {
            (set.len() + end.saturating_sub(at) <= MOST_SET).then(|| set.extend(at..end))?;
        }
        at = end;
        for word in words.by_ref().take((head >> 33) as usize) {
            set.extend((0..64).filter(|bit| word >> bit & 1 == 1).map(|bit| at + bit));
            at += 64;
        }
    }
    Some(set)
}

/// More entries no index has; a forged bitmap would fill the memory.
const MOST_SET: usize = 1 << 24;

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*first)
}
