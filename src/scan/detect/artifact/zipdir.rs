//! The directory of a zip file, from ranged reads of its end, and members by offset.
//!
//! Model loaders are lenient, so this is: local names may differ from the directory's, checksums may be wrong, and where the
//! two ways of finding the directory disagree, both are read.

use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;

use flate2::read::DeflateDecoder;

use super::pickle::Tape;
use crate::domain::Blob;

/// The end record and the longest comment behind it.
const TAIL: usize = 22 + 65_535;
/// Longest directory that is read: some hundred thousand members.
const DIRECTORY: u64 = 64 << 20;

/// One member, as the directory has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: String,
    /// 0: stored, 8: deflated.
    method: u16,
    /// CRC-32 of the content, as the directory claims.
    pub(super) sum: u32,
    pub(super) packed: u64,
    pub(super) size: u64,
    /// Of the local header.
    offset: u64,
}

impl Member {
    /// Its bytes stand in the file as they are.
    pub(super) fn is_stored(&self) -> bool {
        self.method == 0
    }
}

/// All members, in the directory's order.
pub(super) struct Zip<'a> {
    blob: Blob<'a>,
    pub(super) members: Vec<Member>,
}

impl<'a> Zip<'a> {
    /// None if the blob has no directory.
    pub(super) fn open(blob: &Blob<'a>) -> Option<Self> {
        let tail = blob.tail(TAIL).ok()?;
        let end = memchr::memmem::rfind(&tail, b"PK\x05\x06")?;
        let end_at = blob.len().checked_sub(tail.len() as u64)?.checked_add(end as u64)?;
        let record = tail.get(end..)?;
        let (size, offset, end_at) = match zip64(blob, &tail, end) {
            Some(found) => found,
            None => (u64::from(le32(record, 12)?), u64::from(le32(record, 16)?), end_at),
        };
        // Some readers take the offset at its word, others count back from the end record, which allows for a prefix.
        let counted = end_at.checked_sub(size)?;
        let mut members = Vec::new();
        read_directory(blob, &tail, offset..offset.saturating_add(size), 0, &mut members);
        if counted != offset {
            read_directory(blob, &tail, counted..end_at, counted.saturating_sub(offset), &mut members);
        }
        (!members.is_empty()).then_some(Self { blob: *blob, members })
    }

    pub(super) fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// The bytes of a member, at most `cap`, whatever its checksum.
    pub(super) fn read(&self, member: &Member, cap: u64) -> Option<Vec<u8>> {
        let data = self.data(member)?;
        if member.method == 0 {
            return Some(self.blob.window(data.start..data.end.min(data.start.saturating_add(cap))).ok()?.into_owned());
        }
        let mut bytes = Vec::new();
        // What came out before an error is used: a loader may have stopped there.
        let _ = self.inflate(data)?.take(cap).read_to_end(&mut bytes);
        Some(bytes)
    }

    /// The bytes of a member, to be followed as a pickle.
    pub(super) fn tape(&self, member: &Member, longest: u64) -> Option<Tape<'a>> {
        let data = self.data(member)?;
        match member.method {
            0 => Some(Tape::of_range(&self.blob, data)),
            _ => Some(Tape::of_stream(self.inflate(data)?, longest)),
        }
    }

    fn inflate(&self, data: Range<u64>) -> Option<Box<dyn Read + 'a>> {
        use std::io::{Seek as _, SeekFrom};
        let mut reader = self.blob.reader();
        reader.seek(SeekFrom::Start(data.start)).ok()?;
        Some(Box::new(DeflateDecoder::new(std::io::BufReader::with_capacity(64 << 10, reader.take(data.end - data.start)))))
    }

    /// Where a member's bytes stand. Names and extra fields of the local header may have other lengths than the directory's.
    fn data(&self, member: &Member) -> Option<Range<u64>> {
        if !matches!(member.method, 0 | 8) {
            return None;
        }
        let header = self.blob.window(member.offset..member.offset.checked_add(30)?).ok()?;
        if !header.starts_with(b"PK\x03\x04") {
            return None;
        }
        let skipped = 30 + u64::from(le16(&header, 26)?) + u64::from(le16(&header, 28)?);
        let start = member.offset.checked_add(skipped)?;
        Some(start..start.checked_add(member.packed)?.min(self.blob.len()).max(start))
    }
}

/// Size and offset of the directory, and where its end must be, when the file is in the larger format.
fn zip64(blob: &Blob<'_>, tail: &[u8], end: usize) -> Option<(u64, u64, u64)> {
    let locator = tail.get(end.checked_sub(20)?..end)?;
    if !locator.starts_with(b"PK\x06\x07") {
        return None;
    }
    let at = le64(locator, 8)?;
    let record = blob.window(at..at.checked_add(56)?).ok()?;
    record.starts_with(b"PK\x06\x06").then_some(())?;
    Some((le64(&record, 40)?, le64(&record, 48)?, at))
}

fn read_directory(blob: &Blob<'_>, tail: &[u8], range: Range<u64>, prefix: u64, members: &mut Vec<Member>) {
    let Some(bytes) = directory(blob, tail, &range) else { return };
    let mut rest = bytes.as_ref();
    while let Some((member, after)) = entry(rest, prefix) {
        members.push(member);
        rest = after;
    }
}

/// The directory's bytes; mostly they stand in the tail.
fn directory<'t>(blob: &Blob<'t>, tail: &'t [u8], range: &Range<u64>) -> Option<Cow<'t, [u8]>> {
    let tail_at = blob.len().checked_sub(tail.len() as u64)?;
    if range.end > blob.len() || range.end.checked_sub(range.start)? > DIRECTORY {
        return None;
    }
    match range.start.checked_sub(tail_at) {
        Some(start) => Some(Cow::Borrowed(tail.get(start as usize..(range.end - tail_at) as usize)?)),
        None => blob.window(range.clone()).ok(),
    }
}

/// The first entry of a directory, and the rest.
fn entry(bytes: &[u8], prefix: u64) -> Option<(Member, &[u8])> {
    bytes.starts_with(b"PK\x01\x02").then_some(())?;
    let length = |at| le16(bytes, at).map(usize::from);
    let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
    let names = bytes.get(46..46 + name)?;
    let extras = bytes.get(46 + name..46 + name + extra)?;
    let mut member = Member {
        name: String::from_utf8_lossy(names).into_owned(),
        method: le16(bytes, 10)?,
        sum: le32(bytes, 16)?,
        packed: le32(bytes, 20)?.into(),
        size: le32(bytes, 24)?.into(),
        offset: le32(bytes, 42)?.into(),
    };
    widen(&mut member, extras);
    member.offset = member.offset.checked_add(prefix)?;
    Some((member, bytes.get(46 + name + extra + comment..)?))
}

/// Takes lengths that do not fit 32 bits from the extra field, where those stand that are all ones in the entry.
fn widen(member: &mut Member, mut extras: &[u8]) {
    while let (Some(kind), Some(length)) = (le16(extras, 0), le16(extras, 2)) {
        let Some(field) = extras.get(4..4 + usize::from(length)) else { return };
        if kind == 1 {
            let mut values = field.as_chunks::<8>().0.iter().map(|value| u64::from_le_bytes(*value));
            for wide in [&mut member.size, &mut member.packed, &mut member.offset] {
                if *wide == u64::from(u32::MAX) {
                    *wide = values.next().unwrap_or(*wide);
                }
            }
        }
        extras = extras.get(4 + usize::from(length)..).unwrap_or_default();
    }
}

fn le16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|value| u16::from_le_bytes(*value))
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|value| u32::from_le_bytes(*value))
}

fn le64(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|value| u64::from_le_bytes(*value))
}

#[cfg(test)]
pub(super) mod samples {
    use std::io::{Cursor, Write as _};

    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    pub(in super::super) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
        packed(members, CompressionMethod::Stored, false)
    }

    pub(in super::super) fn packed(members: &[(&str, &[u8])], method: CompressionMethod, large: bool) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            writer.start_file(*name, SimpleFileOptions::default().compression_method(method).large_file(large)).expect("a vector takes all");
            writer.write_all(bytes).expect("a vector takes all");
        }
        writer.finish().expect("a vector takes all").into_inner()
    }
}

#[cfg(test)]
mod tests {
    use zip::CompressionMethod;

    use super::super::testing::Store;
    use super::samples::{packed, zip};
    use super::*;
    use crate::domain::{Content, Origin};

    fn contents(bytes: Vec<u8>) -> Option<Vec<(String, Vec<u8>)>> {
        let (origin, pieces) = (Origin::default(), Store(&bytes));
        let blob = Blob::of_unit(&origin, Content::Ranged(&pieces));
        let zip = Zip::open(&blob)?;
        Some(zip.members.iter().filter_map(|member| Some((member.name.clone(), zip.read(member, 1 << 20)?))).collect())
    }

    fn expected() -> Vec<(String, Vec<u8>)> {
        vec![("a/b".to_owned(), b"hello".to_vec()), ("c".to_owned(), vec![7; 3000])]
    }

    #[test]
    fn members_are_read_however_they_are_packed() {
        let members: &[(&str, &[u8])] = &[("a/b", b"hello"), ("c", &[7; 3000])];
        for (method, large) in [(CompressionMethod::Stored, false), (CompressionMethod::Deflated, false), (CompressionMethod::Stored, true)] {
            assert_eq!(contents(packed(members, method, large)), Some(expected()));
        }
        let prefixed = [b"#!/bin/sh\n".to_vec(), zip(members)].concat();
        assert_eq!(contents(prefixed), Some(expected()));
    }

    #[test]
    fn a_directory_longer_than_the_tail_is_fetched() {
        let names: Vec<_> = (0..2000).map(|n| format!("a/rather/long/folder/name/for/a/member/{n}")).collect();
        let members: Vec<_> = names.iter().map(|name| (name.as_str(), b"x".as_slice())).collect();
        assert_eq!(contents(zip(&members)).map(|members| members.len()), Some(2000));
    }

    #[test]
    fn what_is_no_zip_has_no_members() {
        assert_eq!(contents(Vec::new()), None);
        assert_eq!(contents(b"PK\x05\x06".to_vec()), None);
        assert_eq!(contents([b"PK\x05\x06".as_slice(), &[0xff; 18]].concat()), None);
    }
}
