//! One pack: its bytes, its index, and the headers of its entries.

use std::path::Path;

use super::forest::Forest;
use super::index::Index;
use super::mapped::Mapped;
use super::{Error, Hash, Id, Kind};

/// Entry of a pack: its rank by offset.
pub(super) type Entry = u32;

pub(super) struct Pack {
    bytes: Mapped,
    pub(super) index: Index,
    pub(super) forest: Forest,
    hash: Hash,
}

/// What an entry says about itself.
pub(super) struct Head {
    /// Of what the stream gives: the object, or the delta.
    pub(super) size: u64,
    pub(super) form: Form,
    /// Bytes of the header, before the compressed stream.
    length: usize,
}

pub(super) enum Form {
    Whole(Kind),
    /// A delta of the entry that starts so many bytes before this one.
    Before(u64),
    /// A delta of the object of this name.
    Named(Id),
}

impl Pack {
    /// Opens a pack by the path of its index; tells what is wrong with it beside.
    pub(super) fn open(index: &Path, hash: Hash, trouble: &mut dyn FnMut(&str)) -> Result<Self, String> {
        let file = |path: &Path| Mapped::open(path).map_err(|error| error.to_string());
        let bytes = file(&index.with_extension("pack"))?;
        let index = Index::new(file(index)?, hash)?;
        let count = match bytes.get(..12) {
            Some([b'P', b'A', b'C', b'K', 0, 0, 0, 2 | 3, count @ ..]) => count.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
            Some([b'P', b'A', b'C', b'K', ..]) => return Err("the pack has an unknown version".into()),
            _ => return Err("the pack has no header".into()),
        };
        if count != index.len() {
            return Err("the index is that of another pack".into());
        }
        if !bytes.ends_with(index.pack_checksum()) {
            trouble("the pack does not end as its index says: it is cut off or damaged");
        }
        let forest = Forest::of(&index, &bytes, hash);
        Ok(Self { bytes, index, forest, hash })
    }

    /// The header of an entry and its compressed stream, which ends where the next entry starts at the latest.
    /// The length of the file.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    pub(super) fn entry(&self, entry: Entry) -> Result<(Head, &[u8]), Error> {
        let bytes = span(&self.bytes, &self.forest.offsets, entry as usize, self.hash).ok_or(Error::Outside)?;
        let head = Head::read(bytes, self.hash).ok_or(Error::Header)?;
        let stream = &bytes[head.length..];
        Ok((head, stream))
    }
}

/// The bytes of an entry, by the offsets of all of them.
pub(super) fn span<'b>(bytes: &'b [u8], offsets: &[u64], entry: usize, hash: Hash) -> Option<&'b [u8]> {
    let end = bytes.len().checked_sub(hash.length())? as u64;
    let start = *offsets.get(entry)?;
    let end = offsets.get(entry + 1).map_or(end, |next| end.min(*next));
    bytes.get(usize::try_from(start).ok().filter(|start| *start >= 12)?..usize::try_from(end).ok()?)
}

impl Head {
    pub(super) fn read(bytes: &[u8], hash: Hash) -> Option<Self> {
        let (&first, mut rest) = bytes.split_first()?;
        let mut size = u64::from(first & 0x0f);
        let (mut more, mut shift) = (first & 0x80 != 0, 4);
        while more {
            let (&byte, after) = rest.split_first()?;
            if shift > 53 {
                return None;
            }
            size |= u64::from(byte & 0x7f) << shift;
            (more, shift, rest) = (byte & 0x80 != 0, shift + 7, after);
        }
        let form = match first >> 4 & 7 {
            1 => Form::Whole(Kind::Commit),
            2 => Form::Whole(Kind::Tree),
            3 => Form::Whole(Kind::Blob),
            4 => Form::Whole(Kind::Tag),
            6 => {
                let (back, after) = distance(rest)?;
                rest = after;
                Form::Before(back)
            }
            7 => {
                let (name, after) = rest.split_at_checked(hash.length())?;
                rest = after;
                Form::Named(Id::from_bytes(name)?)
            }
            _ => return None,
        };
        Some(Self { size, form, length: bytes.len() - rest.len() })
    }
}

/// How far before a delta its base lies.
fn distance(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (&first, mut rest) = bytes.split_first()?;
    let mut value = u64::from(first & 0x7f);
    let mut more = first & 0x80 != 0;
    while more {
        let (&byte, after) = rest.split_first()?;
        value = value.checked_add(1)?.checked_mul(128)? | u64::from(byte & 0x7f);
        (more, rest) = (byte & 0x80 != 0, after);
    }
    Some((value, rest))
}
