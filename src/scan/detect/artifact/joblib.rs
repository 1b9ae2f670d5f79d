//! joblib: a pickle with raw arrays between its operations, as it is or compressed. Gzip, bzip2 and xz streams are opened as
//! containers before they come here; raw zlib and old LZMA streams have no container of their own.

use std::io::{Read, Seek as _, SeekFrom};

use flate2::read::ZlibDecoder;
use lzma_rust2::LzmaReader;

use super::pickle::{self, Tape, Told};
use super::{Facts, Format};
use crate::domain::Blob;

pub(super) const FORMAT: Format = Format { name: "joblib", read };

/// Decompressed bytes that are followed.
const LONGEST: u64 = 4 << 30;
const OLD_HEADER: u64 = 21;
/// Memory for an LZMA dictionary, in KiB.
const DICTIONARY: u32 = 128 << 10;

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let (told, compression) = match head {
        [0x80, 2..=5, ..] if memchr::memmem::find(head, b"joblib").is_some() => (pickle::tell(blob, head).filter(|told| told.arrays > 0), None),
        // Before version 0.10: a magic, and the length in hexadecimal with spaces behind it.
        [b'Z', b'F', b'0', b'x', ..] => {
            let mut reader = blob.reader();
            reader.seek(SeekFrom::Start(OLD_HEADER)).ok()?;
            (compressed(Box::new(ZlibDecoder::new(reader))), Some("zlib"))
        }
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

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::pickle::samples;
    use super::super::testing::recognise;

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).expect("a vector takes all");
        encoder.finish().expect("a vector takes all")
    }

    fn lzma(bytes: &[u8]) -> Vec<u8> {
        let options = lzma_rust2::LzmaOptions::with_preset(3);
        let mut encoder = lzma_rust2::LzmaWriter::new_use_header(Vec::new(), &options, None).expect("the options are valid");
        encoder.write_all(bytes).expect("a vector takes all");
        encoder.finish().expect("a vector takes all")
    }

    #[test]
    fn compressed_streams_are_followed() {
        let bomb = samples::call("posix", "system", &samples::text("id"));
        let array = samples::array("f8", b"J\x00\x00\x02\x00\x85", None, &vec![0xff; 8 * 0x2_0000]);
        let stream = samples::stream(&[array, b"0".to_vec(), bomb].concat());
        let old = [b"ZF0x31f".as_slice(), &[b' '; 14], &zlib(&stream)].concat();
        for (road, bytes) in [("zlib", zlib(&stream)), ("lzma", lzma(&stream)), ("old", old)] {
            let artifact = recognise("picture.jpg", &bytes).expect(road);
            assert_eq!((artifact.format.as_str(), artifact.hazards.first().map(|hazard| hazard.what.as_str())), ("joblib", Some("posix.system")), "{road}");
        }
    }

    #[test]
    fn other_compressed_data_is_left_alone() {
        assert_eq!(recognise("object", &zlib(b"blob 12\0hello world\n")), None);
        assert_eq!(recognise("bitmap", &lzma(&[7; 5000])), None);
    }
}
