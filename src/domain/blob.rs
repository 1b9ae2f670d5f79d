//! Bytes and how one came by them. A blob may be ranged: a 40 GB object is recognised from its first kilobytes.

use std::borrow::Cow;
use std::io;
use std::ops::Range;

use super::place::{Origin, Step};

/// Bytes that are fetched in pieces. Implementors are sources; the map only asks.
pub trait Ranged {
    /// Length in bytes when the blob was opened.
    fn len(&self) -> u64;

    /// Fewer bytes than asked for means that the blob ended (or shrank) there.
    fn read_at(&self, range: Range<u64>) -> io::Result<Vec<u8>>;

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Asks whether a file of this name lies beside the unit. Side-cars and companions are found this way.
pub type HasSibling<'a> = &'a dyn Fn(&str) -> bool;

/// How the bytes of a blob are held.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    /// All of it, in memory.
    Whole(&'a [u8]),
    /// To be read in pieces.
    Ranged(&'a dyn Ranged),
}

/// Bytes, their origin, and the steps from the origin's bytes to these.
#[derive(Clone, Copy)]
pub struct Blob<'a> {
    pub origin: &'a Origin,
    pub steps: &'a [Step],
    pub content: Content<'a>,
    /// For decoded text (a notebook cell): where each byte stands in the text that an editor shows.
    pub mapping: Option<&'a Mapping<'a>>,
    /// Absent inside containers, and where the source cannot tell.
    pub has_sibling: Option<HasSibling<'a>>,
}

/// From decoded text back to the text it was decoded from.
#[derive(Clone, Debug)]
pub struct Mapping<'a> {
    /// The text that an editor shows: the file, or the archive member.
    pub visible: &'a [u8],
    /// `(decoded offset, visible offset)`, ascending in both; between two points the bytes correspond one to one.
    /// An escape (`\\n`, one byte for two) ends a stretch: the next point stands behind it.
    pub points: Vec<(usize, usize)>,
}

impl Mapping<'_> {
    /// The visible range that a decoded range came from.
    pub fn visible_range(&self, decoded: Range<usize>) -> Range<usize> {
        let start = self.visible_offset(decoded.start);
        // The end is exclusive: the last byte's own image may be an escape, which reaches up to the next point.
        let end = self.visible_offset(decoded.end.max(decoded.start + 1) - 1) + 1;
        let next = self.points.partition_point(|point| point.0 < decoded.end);
        let end = self.points.get(next).filter(|point| point.0 == decoded.end).map_or(end, |point| point.1.max(end));
        start..end.min(self.visible.len()).max(start)
    }

    fn visible_offset(&self, decoded: usize) -> usize {
        match self.points.partition_point(|point| point.0 <= decoded) {
            0 => decoded,
            n => self.points[n - 1].1 + (decoded - self.points[n - 1].0),
        }
    }
}

impl<'a> Blob<'a> {
    /// The bytes of a unit itself.
    pub fn of_unit(origin: &'a Origin, content: Content<'a>) -> Self {
        Self { origin, steps: &[], content, mapping: None, has_sibling: None }
    }

    /// What came out of this blob by `steps` (all steps from the origin).
    pub fn inner<'b>(&self, steps: &'b [Step], content: Content<'b>) -> Blob<'b>
    where
        'a: 'b,
    {
        Blob { origin: self.origin, steps, content, mapping: None, has_sibling: None }
    }

    /// The steps of this blob and one more.
    pub fn steps_and(&self, kind: &str, name: impl Into<String>) -> Vec<Step> {
        let mut steps = self.steps.to_vec();
        steps.push(Step { kind: kind.to_owned(), name: name.into() });
        steps
    }

    pub fn len(&self) -> u64 {
        match self.content {
            Content::Whole(bytes) => bytes.len() as u64,
            Content::Ranged(ranged) => ranged.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first `n` bytes, or fewer.
    pub fn head(&self, n: usize) -> io::Result<Cow<'a, [u8]>> {
        self.window(0..n as u64)
    }

    /// The last `n` bytes, or fewer.
    pub fn tail(&self, n: usize) -> io::Result<Cow<'a, [u8]>> {
        self.window(self.len().saturating_sub(n as u64)..self.len())
    }

    /// The bytes of a range, cut at the blob's end.
    pub fn window(&self, range: Range<u64>) -> io::Result<Cow<'a, [u8]>> {
        let end = range.end.min(self.len());
        let start = range.start.min(end);
        match self.content {
            Content::Whole(bytes) => Ok(Cow::Borrowed(&bytes[start as usize..end as usize])),
            Content::Ranged(ranged) => ranged.read_at(start..end).map(Cow::Owned),
        }
    }

    /// All bytes. The caller has looked at [`Blob::len`] before.
    pub fn whole(&self) -> io::Result<Cow<'a, [u8]>> {
        self.window(0..self.len())
    }

    /// A reader from the start, for streams that need not be held whole.
    pub fn reader(&self) -> BlobReader<'a> {
        BlobReader { blob: *self, at: 0 }
    }

    /// Name of the innermost member or file, decoded for comparison with known names; empty for nameless streams.
    pub fn name(&self) -> Cow<'a, str> {
        match super::decode_uri(self.encoded_name()) {
            Cow::Borrowed(name) => String::from_utf8_lossy(name),
            Cow::Owned(name) => Cow::Owned(String::from_utf8_lossy(&name).into_owned()),
        }
    }

    /// The same as it stands in the address.
    pub fn encoded_name(&self) -> &'a str {
        let path = self.encoded_path();
        memchr::memrchr(b'/', path.as_bytes()).map_or(path, |slash| &path[slash + 1..])
    }

    /// Percent-encoded path of the innermost member or file.
    pub fn encoded_path(&self) -> &'a str {
        let member = self.steps.iter().rev().find(|step| step.kind == "member");
        member.map_or(&self.origin.uri, |step| &step.name)
    }
}

/// Reads a blob in order; `Seek` is by arithmetic alone, so that container libraries can jump.
pub struct BlobReader<'a> {
    blob: Blob<'a>,
    at: u64,
}

impl io::Read for BlobReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.blob.window(self.at..self.at + buffer.len() as u64)?;
        buffer[..bytes.len()].copy_from_slice(&bytes);
        self.at += bytes.len() as u64;
        Ok(bytes.len())
    }
}

impl io::Seek for BlobReader<'_> {
    fn seek(&mut self, position: io::SeekFrom) -> io::Result<u64> {
        let target = match position {
            io::SeekFrom::Start(at) => i128::from(at),
            io::SeekFrom::End(by) => i128::from(self.blob.len()) + i128::from(by),
            io::SeekFrom::Current(by) => i128::from(self.at) + i128::from(by),
        };
        self.at = u64::try_from(target).map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "seek before the start"))?;
        Ok(self.at)
    }
}
