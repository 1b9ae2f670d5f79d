//! Tar archives, ustar and older.

use std::io::Read;

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
    members(blob, std::io::BufReader::with_capacity(64 << 10, blob.reader()), blob.len(), budget, out)
}

/// Reads the members of a tar that comes as a stream; `packed` is the length of what the stream is read from.
pub(super) fn members(blob: &Blob<'_>, stream: impl Read, packed: u64, budget: &Budget, out: &mut Receive<'_>) -> Result<(), Error> {
    let mut archive = ::tar::Archive::new(stream);
    let broken = |error: std::io::Error| Error::Broken(error.to_string());
    for entry in archive.entries().map_err(broken)? {
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
