//! Random access to a blob of any size through a bounded number of ranged reads.

use std::borrow::Cow;

use crate::domain::{Blob, Content};

/// No single piece longer than this is handed out, whatever a length field says.
const LONGEST_PIECE: usize = 16 << 20;

/// Gives pieces of a blob by offset. Whole blobs are sliced; of ranged ones a page is kept, and the reads are counted:
/// a hostile header can ask for many pieces, but not make a store answer without end.
pub(super) struct Pages<'p> {
    blob: Blob<'p>,
    page: Cow<'p, [u8]>,
    page_start: u64,
    page_size: u64,
    reads_left: u32,
    exhausted: bool,
}

impl<'p> Pages<'p> {
    /// `page_size` bytes are fetched at a time, at most `reads` times.
    pub(super) fn new(blob: &Blob<'p>, head: &'p [u8], page_size: u64, reads: u32) -> Self {
        let page = match blob.content {
            Content::Whole(bytes) => bytes,
            Content::Ranged(_) => head,
        };
        Self { blob: *blob, page: Cow::Borrowed(page), page_start: 0, page_size, reads_left: reads, exhausted: false }
    }

    /// Length of the blob.
    pub(super) fn len(&self) -> u64 {
        self.blob.len()
    }

    /// The reads are used up (or one failed), so that what is missing says nothing about the blob.
    pub(super) fn exhausted(&self) -> bool {
        self.exhausted
    }

    /// Exactly `len` bytes from `start`, if the blob has them and they can be had.
    pub(super) fn get(&mut self, start: u64, len: usize) -> Option<&[u8]> {
        let end = start.checked_add(len as u64)?;
        if end > self.len() || len > LONGEST_PIECE {
            return None;
        }
        let held = self.page_start.saturating_add(self.page.len() as u64);
        if start < self.page_start || end > held {
            self.fetch(start, len)?;
        }
        let from = usize::try_from(start.checked_sub(self.page_start)?).ok()?;
        self.page.get(from..from.checked_add(len)?)
    }

    /// Up to `len` bytes from `start`.
    pub(super) fn up_to(&mut self, start: u64, len: usize) -> Option<&[u8]> {
        let left = self.len().checked_sub(start)?;
        self.get(start, len.min(usize::try_from(left).unwrap_or(usize::MAX)))
    }

    pub(super) fn array<const N: usize>(&mut self, start: u64) -> Option<[u8; N]> {
        self.get(start, N)?.first_chunk().copied()
    }

    pub(super) fn u16(&mut self, start: u64) -> Option<u16> {
        self.array(start).map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self, start: u64) -> Option<u32> {
        self.array(start).map(u32::from_le_bytes)
    }

    fn fetch(&mut self, start: u64, len: usize) -> Option<()> {
        let fetched = match self.reads_left.checked_sub(1) {
            Some(left) => {
                self.reads_left = left;
                self.blob.window(start..start.saturating_add(self.page_size.max(len as u64))).ok()
            }
            None => None,
        };
        self.exhausted |= fetched.is_none();
        self.page = fetched?;
        self.page_start = start;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io;
    use std::ops::Range;

    use super::*;
    use crate::domain::{Origin, Ranged};

    struct Counted(Vec<u8>, Cell<u32>);

    impl Ranged for Counted {
        fn len(&self) -> u64 {
            self.0.len() as u64
        }

        fn read_at(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
            self.1.set(self.1.get() + 1);
            Ok(self.0[range.start as usize..range.end as usize].to_vec())
        }
    }

    #[test]
    fn pieces_come_from_the_head_then_from_pages_until_the_reads_are_used_up() {
        let store = Counted((0..=255).collect(), Cell::new(0));
        let origin = Origin::default();
        let blob = Blob::of_unit(&origin, Content::Ranged(&store));
        let head = &store.0[..16];
        let mut pages = Pages::new(&blob, head, 8, 2);
        assert_eq!(pages.get(4, 4), Some(&[4, 5, 6, 7][..]));
        assert_eq!(store.1.get(), 0);
        assert_eq!(pages.u32(100), Some(0x67666564));
        assert_eq!(pages.u32(104), Some(0x6b6a6968));
        assert_eq!(store.1.get(), 1);
        assert_eq!(pages.get(254, 4), None);
        assert!(!pages.exhausted());
        assert_eq!(pages.get(200, 32).map(<[u8]>::len), Some(32));
        assert_eq!(pages.get(0, 1), None);
        assert!(pages.exhausted());
    }
}
