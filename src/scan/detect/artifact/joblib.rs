//! joblib: a pickle with raw arrays between its operations, as it is or compressed. Gzip, bzip2 and xz streams are opened as
//! containers before they come here; raw zlib and old LZMA streams have no container of their own.

use std::io::Read;

use flate2::read::ZlibDecoder;
use lzma_rust2::LzmaReader;

use super::pickle::{self, Tape, Told};
use super::{Facts, Format};
use crate::domain::Blob;

pub(super) const FORMAT: Format = Format { name: "joblib", read };

/// Decompressed bytes that are followed.
const LONGEST: u64 = 4 << 30;
/// Memory for an LZMA dictionary, in KiB.
const DICTIONARY: u32 = 128 << 10;

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let (told, compression) = match head {
        [0x80, 2..=5, ..] if memchr::memmem::find(head, b"joblib").is_some() => (pickle::tell(blob, head).filter(|told| told.arrays > 0), None),
        // A check value makes the first two bytes a multiple of 31.
        [0x78, second, ..] if (0x7800 + u16::from(*second)) % 31 == 0 => (compressed(Box::new(ZlibDecoder::new(blob.reader()))), Some("zlib")),
        // Properties as every encoder writes them, a dictionary of whole KiB, and a length that is unknown or small.
        [0x5d, 0, 0, _, _, length @ ..] if length.starts_with(&[0xff; 8]) || length.get(5..8) == Some(&[0; 3]) => {
            (LzmaReader::new_mem_limit(blob.reader(), DICTIONARY, None).ok().and_then(|stream| compressed(Box::new(stream))), Some("lzma"))
        }
        _ => return None,
    };
    let mut facts = pickle::facts(told?);
    if let Some(compression) = compression {
        facts.facts.push(("compression", compression.to_owned()));
    }
    Some(facts)
}

/// What a compressed stream tells, if a pickle is in it.
fn compressed(stream: Box<dyn Read + '_>) -> Option<Told> {
    let mut tape = Tape::of_stream(stream, LONGEST);
    match tape.peek(2) {
        [0x80, 0..=5] | [b'c' | b'(', _] => pickle::tell_tape(&mut tape),
        _ => None,
    }
}
