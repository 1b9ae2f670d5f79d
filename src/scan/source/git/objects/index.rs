//! The index of a pack: which ids it holds, in order, and at which offsets (versions 1 and 2).

use super::mapped::Mapped;
use super::{Hash, Id};

const MAGIC: &[u8; 4] = b"\xfftOc";
const FANOUT: usize = 256 * 4;

/// An index whose tables lie inside of its file; what they say may still be wrong.
pub(super) struct Index {
    file: Mapped,
    count: usize,
    hash: usize,
    tables: Tables,
}

/// Where the tables start.
enum Tables {
    /// Offset and id side by side.
    One { rows: usize },
    /// Ids; offsets of 31 bits; offsets of 64 bits for those that need them.
    Two { ids: usize, offsets: usize, large: usize },
}

impl Index {
    pub(super) fn new(file: Mapped, hash: Hash) -> Result<Self, &'static str> {
        const CUT: &str = "the index is cut off";
        let hash = hash.length();
        let (fanout, second) = match file.strip_prefix(MAGIC) {
            Some([0, 0, 0, 2, ..]) => (8, true),
            Some(_) => return Err("the index has an unknown version"),
            None => (0, false),
        };
        let buckets = file.get(fanout..fanout + FANOUT).ok_or(CUT)?;
        let buckets: Vec<u32> = buckets.chunks_exact(4).map(be32).collect();
        if !buckets.is_sorted() {
            return Err("the index is damaged");
        }
        let count = buckets[255] as usize;
        let ids = fanout + FANOUT;
        let end = count.checked_mul(hash + if second { 8 } else { 4 }).and_then(|tables| tables.checked_add(ids + 2 * hash)).ok_or(CUT)?;
        if end > file.len() {
            return Err(CUT);
        }
        let tables = match second {
            false => Tables::One { rows: ids },
            true => Tables::Two { ids, offsets: ids + count * (hash + 4), large: ids + count * (hash + 8) },
        };
        Ok(Self { file, count, hash, tables })
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The checksum of the pack that this is the index of.
    pub(super) fn pack_checksum(&self) -> &[u8] {
        let end = self.file.len() - self.hash;
        &self.file[end - self.hash..end]
    }

    /// The bytes of the id at a position below `len`.
    pub(super) fn id(&self, position: usize) -> &[u8] {
        let start = match self.tables {
            Tables::One { rows } => rows + position * (self.hash + 4) + 4,
            Tables::Two { ids, .. } => ids + position * self.hash,
        };
        &self.file[start..start + self.hash]
    }

    /// Where in the pack the object at a position lies; `None` if the tables lie.
    pub(super) fn offset(&self, position: usize) -> Option<u64> {
        let (start, large) = match self.tables {
            Tables::One { rows } => return Some(be32(&self.file[rows + position * (self.hash + 4)..]).into()),
            Tables::Two { offsets, large, .. } => (offsets + position * 4, large),
        };
        let small = be32(&self.file[start..]);
        if small >> 31 == 0 {
            return Some(small.into());
        }
        let start = large + (small & 0x7fff_ffff) as usize * 8;
        let end = self.file.len() - 2 * self.hash;
        let bytes = self.file[..end].get(start..)?.first_chunk()?;
        Some(u64::from_be_bytes(*bytes))
    }

    /// The position of an id.
    pub(super) fn find(&self, id: &Id) -> Option<usize> {
        let id = id.as_bytes();
        if id.len() != self.hash {
            return None;
        }
        let first = usize::from(id[0]);
        let mut low = if first == 0 { 0 } else { self.bucket(first - 1) };
        let mut high = self.bucket(first);
        self.narrow(id, &mut low, &mut high);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.id(middle).cmp(id) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// Ids are spread evenly, so the next bytes tell about where one lies: two looks that save most of the others, each of which
    /// would touch another page.
    fn narrow(&self, id: &[u8], low: &mut usize, high: &mut usize) {
        let count = *high - *low;
        if count < 64 {
            return;
        }
        let guess = *low + ((count as u64 * u64::from(be32(&id[1..]))) >> 32) as usize;
        let deviation = count.isqrt();
        let (under, over) = (guess.saturating_sub(deviation), guess.saturating_add(deviation));
        if under > *low && self.id(under) <= id {
            *low = under;
        }
        if over < *high && self.id(over) > id {
            *high = over;
        }
    }

    /// How many ids start with this byte or a lower one: at most `len`, as the table ascends to it.
    fn bucket(&self, byte: usize) -> usize {
        let fanout = match self.tables {
            Tables::One { rows: ids } | Tables::Two { ids, .. } => ids - FANOUT,
        };
        be32(&self.file[fanout + byte * 4..]) as usize
    }
}

/// The first four bytes, of which there are as many.
fn be32(bytes: &[u8]) -> u32 {
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}
