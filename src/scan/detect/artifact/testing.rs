//! What the tests of formats share: reading bytes as a blob, whole or ranged, and spoiling them.

use std::io;
use std::ops::Range;

use super::Facts;
use crate::domain::{Blob, Content, Origin, Ranged};

pub(super) type Read = fn(&Blob<'_>, &[u8]) -> Option<Facts>;

const HEAD: usize = 64 << 10;

pub(super) fn read_as(name: &str, bytes: &[u8], read: Read) -> Option<Facts> {
    read_content(name, Content::Whole(bytes), bytes, read)
}

/// The same through ranged reads, as a large file or an object in a store is read.
pub(super) fn read_ranged(name: &str, bytes: &[u8], read: Read) -> Option<Facts> {
    read_content(name, Content::Ranged(&Store(bytes)), bytes, read)
}

fn read_content(name: &str, content: Content<'_>, bytes: &[u8], read: Read) -> Option<Facts> {
    let origin = Origin { uri: name.to_owned(), ..Origin::default() };
    read(&Blob::of_unit(&origin, content), &bytes[..bytes.len().min(HEAD)])
}

/// The answer to whole content and to ranged content.
pub(super) fn content_of<T>(bytes: &[u8], ask: impl Fn(Content<'_>) -> T) -> [T; 2] {
    [ask(Content::Whole(bytes)), ask(Content::Ranged(&Store(bytes)))]
}

pub(super) fn fact_of<'f>(facts: &'f Facts, name: &str) -> Option<&'f str> {
    facts.facts.iter().find(|(told, _)| *told == name).map(|(_, value)| value.as_str())
}

struct Store<'b>(&'b [u8]);

impl Ranged for Store<'_> {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
        Ok(self.0[range.start as usize..range.end as usize].to_vec())
    }
}
