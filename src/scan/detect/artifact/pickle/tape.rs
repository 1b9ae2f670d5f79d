//! The bytes of a pickle stream, read forwards with bounded memory; what is only skipped is never fetched from a ranged blob.

use std::borrow::Cow;
use std::io::Read;

use super::Stop;
use crate::domain::Blob;

/// Fetched at a time, and the longest piece that [`Tape::take`] gives.
pub(super) const PIECE: usize = 64 << 10;

/// A position in a stream, and the bytes around it.
pub(in super::super) struct Tape<'a> {
    window: Cow<'a, [u8]>,
    /// Next byte in the window.
    at: usize,
    /// Bytes of the window that may be read: [`Tape::narrow`] can forbid its end.
    end: usize,
    /// Stream bytes before the window.
    passed: u64,
    limit: u64,
    feed: Feed<'a>,
    /// The stream goes on behind the tape.
    is_cut: bool,
}

/// Where more bytes come from.
enum Feed<'a> {
    Nothing,
    /// The stream begins at the second field in the blob.
    Blob(Blob<'a>, u64),
    Stream(Box<dyn Read + 'a>),
}

impl<'a> Tape<'a> {
    pub(in super::super) fn of_bytes(bytes: &'a [u8]) -> Self {
        Self { window: Cow::Borrowed(bytes), at: 0, end: bytes.len(), passed: 0, limit: u64::MAX, feed: Feed::Nothing, is_cut: false }
    }

    /// The start of something longer.
    pub(super) fn of_start(bytes: &'a [u8]) -> Self {
        Self { is_cut: true, ..Self::of_bytes(bytes) }
    }

    /// A blob of which the head was read before.
    pub(in super::super) fn of_blob(blob: &Blob<'a>, head: &'a [u8]) -> Self {
        Self { feed: Feed::Blob(*blob, 0), limit: blob.len(), ..Self::of_bytes(head) }
    }

    /// Part of a blob.
    pub(in super::super) fn of_range(blob: &Blob<'a>, range: std::ops::Range<u64>) -> Self {
        Self { feed: Feed::Blob(*blob, range.start), limit: range.end.min(blob.len()).saturating_sub(range.start), ..Self::of_bytes(&[]) }
    }

    /// A decoder's output, cut after `limit` bytes.
    pub(in super::super) fn of_stream(stream: Box<dyn Read + 'a>, limit: u64) -> Self {
        Self { feed: Feed::Stream(stream), limit, ..Self::of_bytes(&[]) }
    }

    pub(super) fn position(&self) -> u64 {
        self.passed + self.at as u64
    }

    pub(super) fn byte(&mut self) -> Result<u8, Stop> {
        if self.at >= self.end && self.fill(1) < 1 {
            return Err(Stop::Broken);
        }
        let byte = self.window.get(self.at).copied().ok_or(Stop::Broken)?;
        self.at += 1;
        Ok(byte)
    }

    /// The next bytes, without passing them; fewer at the stream's end.
    pub(in super::super) fn peek(&mut self, length: usize) -> &[u8] {
        let length = self.fill(length.min(PIECE)).min(length);
        self.window.get(self.at..self.at + length).unwrap_or_default()
    }

    /// The next bytes; at most [`PIECE`].
    pub(super) fn take(&mut self, length: usize) -> Result<&[u8], Stop> {
        if length > PIECE || self.fill(length) < length {
            return Err(Stop::Broken);
        }
        let start = self.at;
        self.at += length;
        self.window.get(start..self.at).ok_or(Stop::Broken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        self.take(N)?.try_into().map_err(|_| Stop::Broken)
    }

    /// A line without its end; at most `longest` bytes.
    pub(super) fn line(&mut self, longest: usize) -> Result<&[u8], Stop> {
        let is_cut = self.is_cut;
        let mut wanted = 128;
        let length = loop {
            let seen = self.peek(wanted);
            match memchr::memchr(b'\n', seen) {
                Some(length) => break length,
                // At the stream's end Python takes the last byte for the line's end, whatever it is.
                None if seen.len() < wanted && !is_cut => break seen.len().checked_sub(1).ok_or(Stop::Broken)?,
                None if wanted >= PIECE || seen.len() < wanted => return Err(Stop::Broken),
                None => wanted *= 2,
            }
        };
        if length > longest {
            return Err(Stop::Broken);
        }
        let line = self.at..self.at + length;
        self.at += length + 1;
        self.window.get(line).ok_or(Stop::Broken)
    }

    pub(super) fn skip(&mut self, length: u64) -> Result<(), Stop> {
        let target = self.position().checked_add(length).filter(|target| *target <= self.limit).ok_or(Stop::Broken)?;
        if target <= self.passed + self.window.len() as u64 {
            self.at = (target - self.passed) as usize;
            return Ok(());
        }
        match &mut self.feed {
            Feed::Nothing => Err(Stop::Broken),
            Feed::Blob(..) => {
                self.window = Cow::Borrowed(&[]);
                (self.at, self.end, self.passed) = (0, 0, target);
                Ok(())
            }
            Feed::Stream(stream) => {
                let missing = target - self.passed - self.window.len() as u64;
                let skipped = std::io::copy(&mut stream.take(missing), &mut std::io::sink()).map_err(|_| Stop::Broken)?;
                self.window = Cow::Borrowed(&[]);
                (self.at, self.end, self.passed) = (0, 0, target);
                if skipped == missing { Ok(()) } else { Err(Stop::Broken) }
            }
        }
    }

    /// Forbids what lies behind the next `length` bytes; the former limit is for [`Tape::widen`].
    pub(super) fn narrow(&mut self, length: u64) -> Result<u64, Stop> {
        let limit = self.position().checked_add(length).filter(|limit| *limit <= self.limit).ok_or(Stop::Broken)?;
        let former = std::mem::replace(&mut self.limit, limit);
        self.measure();
        Ok(former)
    }

    pub(super) fn widen(&mut self, limit: u64) {
        self.limit = limit;
        self.measure();
    }

    /// Gets at least `wanted` bytes into the window if there are so many, and says how many there are.
    fn fill(&mut self, wanted: usize) -> usize {
        if self.end.saturating_sub(self.at) < wanted && self.position() < self.limit {
            self.fetch(wanted);
            self.measure();
        }
        self.end.saturating_sub(self.at)
    }

    fn fetch(&mut self, wanted: usize) {
        let position = self.position();
        match &mut self.feed {
            Feed::Nothing => {}
            Feed::Blob(blob, start) => {
                if self.window.len().saturating_sub(self.at) >= wanted {
                    return;
                }
                let from = start.saturating_add(position);
                self.window = blob.window(from..from.saturating_add(wanted.max(PIECE) as u64)).unwrap_or_default();
                (self.at, self.passed) = (0, position);
            }
            Feed::Stream(stream) => {
                let mut window = self.window.get(self.at..).unwrap_or_default().to_vec();
                let missing = wanted.max(PIECE).saturating_sub(window.len());
                // A decoder's error ends the stream; what came before it counts.
                let _ = stream.take(missing as u64).read_to_end(&mut window);
                self.window = Cow::Owned(window);
                (self.at, self.passed) = (0, position);
            }
        }
    }

    fn measure(&mut self) {
        self.end = (self.window.len() as u64).min(self.limit.saturating_sub(self.passed)) as usize;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|n| (n % 251) as u8).collect()
    }

    #[test]
    fn pieces_of_a_stream_join_up() {
        let all = bytes(300_000);
        let mut tape = Tape::of_stream(Box::new(all.as_slice()), u64::MAX);
        assert_eq!(tape.take(60_000).expect("there are so many"), &all[..60_000]);
        tape.skip(100_000).expect("there are so many");
        assert_eq!(tape.peek(10), &all[160_000..160_010]);
        assert_eq!(tape.take(65_536).expect("there are so many"), &all[160_000..225_536]);
        assert!(tape.skip(100_000).is_err());
    }

    #[test]
    fn a_narrowed_tape_ends_earlier_and_can_be_widened() {
        let all = bytes(100);
        let mut tape = Tape::of_bytes(&all);
        let former = tape.narrow(3).expect("three bytes are there");
        assert_eq!(tape.peek(50).len(), 3);
        assert!(tape.take(4).is_err() && tape.narrow(4).is_err());
        tape.widen(former);
        assert_eq!(tape.take(4).expect("the limit is lifted"), &all[..4]);
    }
}
