//! What the tests of formats share: bytes as a blob, whole or ranged, held against one format or against all.

use std::io;
use std::ops::Range;

use super::pages::Pages;
use super::{Facts, Found};
use crate::domain::{Artifact, Blob, Content, Origin, Ranged};

pub(super) type Read = fn(&Blob<'_>, &[u8]) -> Option<Facts>;

const HEAD: usize = 64 << 10;

/// Bytes that can only be read in pieces.
pub(super) struct Store<'b>(pub(super) &'b [u8]);

impl Ranged for Store<'_> {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
        Ok(self.0[range.start as usize..range.end as usize].to_vec())
    }
}

/// What a file of this path and content is, whatever its format.
pub(super) fn recognise(path: &str, bytes: &[u8]) -> Option<Artifact> {
    found(path, bytes).map(|found| found.artifact)
}

pub(super) fn found(path: &str, bytes: &[u8]) -> Option<Found> {
    with_blob(path, Content::Whole(bytes), bytes, super::recognise)
}

/// What one format reads.
pub(super) fn read_as(path: &str, bytes: &[u8], read: Read) -> Option<Facts> {
    with_blob(path, Content::Whole(bytes), bytes, read)
}

/// The same through ranged reads, as a large file or an object in a store is read.
pub(super) fn read_ranged(path: &str, bytes: &[u8], read: Read) -> Option<Facts> {
    with_blob(path, Content::Ranged(&Store(bytes)), bytes, read)
}

/// All formats on both roads: whole content, then ranged content.
pub(super) fn on_both_roads(bytes: &[u8]) -> [Option<Found>; 2] {
    [Content::Whole(bytes), Content::Ranged(&Store(bytes))].map(|content| with_blob("", content, bytes, super::recognise))
}

/// Pages over bytes, for the grammars that formats share.
pub(super) fn with_pages<T>(bytes: &[u8], work: impl FnOnce(&mut Pages<'_>) -> T) -> T {
    let origin = Origin::default();
    work(&mut Pages::new(&Blob::of_unit(&origin, Content::Whole(bytes)), bytes, 4096, 8))
}

pub(super) fn fact_of<'f>(facts: &'f Facts, name: &str) -> Option<&'f str> {
    facts.facts.iter().find(|(told, _)| *told == name).map(|(_, value)| value.as_str())
}

fn with_blob<T>(path: &str, content: Content<'_>, bytes: &[u8], read: fn(&Blob<'_>, &[u8]) -> Option<T>) -> Option<T> {
    let origin = Origin { scheme: "file".into(), uri: path.to_owned(), ..Origin::default() };
    read(&Blob::of_unit(&origin, content), bytes.get(..HEAD).unwrap_or(bytes))
}
