//! The bytes of an index file: versions 2, 3 and 4. (Its checksum is not verified: damage shows where it matters.)

use std::collections::HashMap;

use super::super::super::objects::{Hash, Id};

const CUT: &str = "the index is cut off or damaged";
/// Times, device, inode, owner and size are kept in so many bytes, with the mode among them.
const STATUS: usize = 40;
const MODE: usize = 24;
const EXTENDED: u16 = 0x4000;
const LENGTH: u16 = 0x0fff;
const ANNOUNCED: u16 = 0x2000;

/// What an index says.
pub(super) struct Index {
    pub(super) entries: Vec<Entry>,
    /// Directories whose tree object is known, by path; the root is empty.
    pub(super) trees: HashMap<Vec<u8>, Id>,
}

pub(super) struct Entry {
    pub(super) path: Vec<u8>,
    pub(super) id: Id,
    pub(super) mode: u32,
    /// It is to be added, but nothing of it is.
    pub(super) is_announced: bool,
}

pub(super) fn index(bytes: &[u8], hash: Hash) -> Result<Index, &'static str> {
    let (body, _checksum) = bytes.split_at(bytes.len().checked_sub(hash.length()).ok_or(CUT)?);
    let mut at = Bytes { bytes: body, at: 0 };
    if at.take(4)? != b"DIRC" {
        return Err("this is no index");
    }
    let (version, count) = (at.number()?, at.number()?);
    if !(2..=4).contains(&version) {
        return Err("the index has a version that is not known");
    }
    let mut entries: Vec<Entry> = Vec::new();
    for _ in 0..count {
        let before = entries.last().map_or(&[][..], |entry| &entry.path);
        let entry = entry(&mut at, version, hash, before)?;
        entries.push(entry);
    }
    let mut trees = HashMap::new();
    while at.at < body.len() {
        let name = at.take(4)?;
        let size = at.number()? as usize;
        let bytes = at.take(size)?;
        match name {
            b"TREE" => trees = known_trees(bytes, hash).unwrap_or_default(),
            b"link" => return Err("the index is split over several files; `git update-index --no-split-index` makes it one"),
            b"sdir" => {}
            // What an index can be understood without has a capital.
            [first, ..] if first.is_ascii_uppercase() => {}
            _ => return Err("the index has an extension that is not known"),
        }
    }
    // In a split index, which was refused above, entries may have no name of their own.
    match entries.iter().any(|entry| entry.path.is_empty()) {
        true => Err(CUT),
        false => Ok(Index { entries, trees }),
    }
}

fn entry(at: &mut Bytes<'_>, version: u32, hash: Hash, before: &[u8]) -> Result<Entry, &'static str> {
    let start = at.at;
    let status = at.take(STATUS)?;
    let mode = status[MODE..MODE + 4].iter().fold(0, |mode, byte| mode << 8 | u32::from(*byte));
    let id = Id::from_bytes(at.take(hash.length())?).ok_or(CUT)?;
    let flags = at.short()?;
    let more = if flags & EXTENDED == 0 { 0 } else { at.short()? };
    if more != 0 && version == 2 {
        return Err(CUT);
    }
    let path = match version {
        4 => {
            let dropped = usize::try_from(at.varint()?).map_err(|_| CUT)?;
            let kept = before.len().checked_sub(dropped).ok_or(CUT)?;
            let rest = at.until_zero()?;
            [&before[..kept], rest].concat()
        }
        _ => {
            let path = at.until_zero()?.to_vec();
            // One to eight zeros fill up to a multiple of eight; one is taken already.
            let length = (at.at - start).div_ceil(8) * 8;
            at.take(start + length - at.at)?;
            path
        }
    };
    let said = usize::from(flags & LENGTH);
    if said != path.len().min(usize::from(LENGTH)) {
        return Err(CUT);
    }
    Ok(Entry { path, id, mode, is_announced: more & ANNOUNCED != 0 })
}

/// `NAME \0 FILES SPACE FOLDERS \n ID`, each before its folders; one that is out of date has -1 files and no id.
fn known_trees(bytes: &[u8], hash: Hash) -> Option<HashMap<Vec<u8>, Id>> {
    let mut at = Bytes { bytes, at: 0 };
    let mut trees = HashMap::new();
    // Folders that still have folders to come: path, and how many.
    let mut open: Vec<(Vec<u8>, u64)> = Vec::new();
    while at.at < bytes.len() {
        let name = at.until_zero().ok()?;
        let counts = std::str::from_utf8(at.until(b'\n').ok()?).ok()?;
        let (files, folders) = counts.split_once(' ')?;
        while open.last().is_some_and(|(_, left)| *left == 0) {
            open.pop();
        }
        let path = match open.last_mut() {
            Some((above, left)) => {
                *left -= 1;
                super::super::difference::joined(above, name)
            }
            None => name.to_vec(),
        };
        if files.parse::<i64>().ok()? >= 0 {
            trees.insert(path.clone(), Id::from_bytes(at.take(hash.length()).ok()?)?);
        }
        open.push((path, folders.parse().ok()?));
    }
    Some(trees)
}

/// Bytes that are taken one piece after the other.
struct Bytes<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Bytes<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], &'static str> {
        let end = self.at.checked_add(length).ok_or(CUT)?;
        let taken = self.bytes.get(self.at..end).ok_or(CUT)?;
        self.at = end;
        Ok(taken)
    }

    /// Up to a byte, which is passed over.
    fn until(&mut self, end: u8) -> Result<&'b [u8], &'static str> {
        let length = memchr::memchr(end, &self.bytes[self.at..]).ok_or(CUT)?;
        let taken = self.take(length)?;
        self.at += 1;
        Ok(taken)
    }

    fn until_zero(&mut self) -> Result<&'b [u8], &'static str> {
        self.until(0)
    }

    fn number(&mut self) -> Result<u32, &'static str> {
        Ok(self.take(4)?.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    fn short(&mut self) -> Result<u16, &'static str> {
        Ok(self.take(2)?.iter().fold(0, |number, byte| number << 8 | u16::from(*byte)))
    }

    /// As packs write the distance to a base.
    fn varint(&mut self) -> Result<u64, &'static str> {
        let mut byte = self.take(1)?[0];
        let mut value = u64::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = self.take(1)?[0];
            value = value.checked_add(1).and_then(|value| value.checked_mul(128)).ok_or(CUT)? | u64::from(byte & 0x7f);
        }
        Ok(value)
    }
}
