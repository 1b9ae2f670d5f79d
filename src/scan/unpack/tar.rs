//! Tar archives, ustar and older.

use std::io::{self, Read, Seek, SeekFrom};

use super::{Budget, Container, Error, Opened, Receive};
use crate::domain::{Blob, Content, encode_uri};

pub(super) const CONTAINER: Container = Container { name: "tar", opens: |_, head| is_header(head), unpack };

/// Size of a header and of all padding.
pub(super) const BLOCK: usize = 512;
/// The checksum field, which counts as spaces in its own sum.
const CHECKSUM: std::ops::Range<usize> = 148..156;

/// Does a tar begin here? Older archives have no magic, all have the checksum.
pub(super) fn is_header(head: &[u8]) -> bool {
    let Some(block) = head.get(..BLOCK) else { return false };
    let digits = block[CHECKSUM].iter().copied().skip_while(|byte| *byte == b' ').take_while(u8::is_ascii_digit);
    let (said, length) = digits.fold((0u32, 0), |(sum, n), digit| (sum.wrapping_mul(8) + u32::from(digit - b'0'), n + 1));
    // Most texts have no number there, so they need not be added up.
    length > 0 && block[0] != 0 && said == sum(block)
}

fn sum(block: &[u8]) -> u32 {
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    sum(&block[..CHECKSUM.start]) + u32::from(b' ') * CHECKSUM.len() as u32 + sum(&block[CHECKSUM.end..])
}

fn unpack(blob: &Blob<'_>, budget: &Budget, out: &mut Receive<'_>) -> Result<(), Error> {
    members(blob, io::BufReader::with_capacity(64 << 10, blob.reader()), blob.len(), budget, out)
}

/// A stream that can be sought forward, by reading. Without seeking, `tar` clears 32 KiB for each member to skip into, which is a
/// tenth of all work on archives of small files.
struct Forward<R> {
    stream: R,
    at: u64,
}

impl<R: Read> Read for Forward<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl<R: Read> Seek for Forward<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Current(ahead) = to else { return Err(io::ErrorKind::Unsupported.into()) };
        let ahead = u64::try_from(ahead).map_err(|_| io::ErrorKind::Unsupported)?;
        let passed = io::copy(&mut (&mut self.stream).take(ahead), &mut io::sink())?;
        self.at += passed;
        if passed < ahead { Err(io::Error::new(io::ErrorKind::UnexpectedEof, "unexpected end in what is skipped")) } else { Ok(self.at) }
    }
}

/// Reads the members of a tar that comes as a stream; `packed` is the length of what the stream is read from.
pub(super) fn members(blob: &Blob<'_>, stream: impl Read, packed: u64, budget: &Budget, out: &mut Receive<'_>) -> Result<(), Error> {
    let mut archive = ::tar::Archive::new(Forward { stream, at: 0 });
    let broken = |error: io::Error| Error::Broken(error.to_string());
    for entry in archive.entries_with_seek().map_err(broken)? {
        let entry = entry.map_err(broken)?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        budget.member()?;
        let name = encode_uri(&entry.path_bytes());
        let size = entry.size();
        if budget.is_tensor(size) {
            out(Opened::Hidden("tensor-data"));
            continue;
        }
        let unpacked = budget.read(entry, packed);
        let steps = blob.steps_and("member", name.clone());
        // A cut that the header foretold is the archive's end, not the budget's.
        let short = unpacked.cut.is_none() && (unpacked.bytes.len() as u64) < size;
        out(Opened::Blob(blob.inner(&steps, Content::Whole(&unpacked.bytes))));
        match unpacked.cut {
            Some(cut) if budget.is_spent() => return Err(cut),
            Some(cut) => out(Opened::Trouble(cut.kind(), format!("`{name}`: {cut}"))),
            None if short => return Err(Error::Broken(format!("ends in the middle of `{name}`"))),
            None => {}
        }
    }
    Ok(())
}
