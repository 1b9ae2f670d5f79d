//! Compressed streams: gzip, bzip2, xz, Zstandard. A tar inside one is read as it comes, and need not fit in memory.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

use super::{Budget, Container, Error, Opened, Receive, tar};
use crate::domain::{Blob, BlobReader, Content};

pub(super) const GZIP: Container = Container {
    name: "gzip",
    opens: |_, head| head.starts_with(&[0x1f, 0x8b, 8]),
    unpack: |blob, budget, out| unpack(blob, budget, out, "gzip", MultiGzDecoder::new(input(blob))),
};

pub(super) const BZIP2: Container = Container {
    name: "bzip2",
    opens: |_, head| {
        head.starts_with(b"BZh")
            && matches!(head.get(3), Some(b'1'..=b'9'))
            && matches!(head.get(4..10), Some(b"\x31\x41\x59\x26\x53\x59" | b"\x17\x72\x45\x38\x50\x90"))
    },
    unpack: |blob, budget, out| unpack(blob, budget, out, "bzip2", bzip2::read::MultiBzDecoder::new(input(blob))),
};

pub(super) const XZ: Container = Container {
    name: "xz",
    opens: |_, head| head.starts_with(b"\xfd7zXZ\0"),
    unpack: |blob, budget, out| unpack(blob, budget, out, "xz", lzma_rust2::XzReader::new(input(blob), true)),
};

pub(super) const ZSTD: Container = Container {
    name: "zstd",
    opens: |_, head| head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]),
    unpack: |blob, budget, out| unpack(blob, budget, out, "zstd", Frames { input: input(blob), frame: None }),
};

fn input<'a>(blob: &Blob<'a>) -> io::BufReader<BlobReader<'a>> {
    io::BufReader::with_capacity(64 << 10, blob.reader())
}

fn unpack(blob: &Blob<'_>, budget: &Budget, out: &mut Receive<'_>, name: &'static str, mut stream: impl Read) -> Result<(), Error> {
    let steps = blob.steps_and("stream", name);
    let mut block = Vec::new();
    let begun = (&mut stream).take(tar::BLOCK as u64).read_to_end(&mut block);
    if let Err(error) = begun {
        // A decoder that failed once may call the next read the end.
        out(Opened::Blob(blob.inner(&steps, Content::Whole(&block))));
        return Err(Error::Broken(error.to_string()));
    }
    if tar::is_header(&block) {
        let inner = blob.inner(&steps, Content::Whole(&[]));
        return tar::members(&inner, io::Cursor::new(block).chain(stream), blob.len(), budget, out);
    }
    let unpacked = budget.read(io::Cursor::new(block).chain(stream), blob.len());
    out(Opened::Blob(blob.inner(&steps, Content::Whole(&unpacked.bytes))));
    unpacked.cut.map_or(Ok(()), Err)
}

/// Zstandard frames, one after another; the decoder of the library reads one.
struct Frames<R: Read> {
    input: R,
    frame: Option<Box<ruzstd::decoding::FrameDecoder>>,
}

impl<R: io::BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(decoder) = &mut self.frame else {
                if self.input.fill_buf()?.is_empty() {
                    return Ok(0);
                }
                let mut decoder = Box::new(ruzstd::decoding::FrameDecoder::new());
                decoder.reset(&mut self.input).map_err(io::Error::other)?;
                self.frame = Some(decoder);
                continue;
            };
            while decoder.can_collect() == 0 && !decoder.is_finished() {
                decoder.decode_blocks(&mut self.input, ruzstd::decoding::BlockDecodingStrategy::UptoBlocks(1)).map_err(io::Error::other)?;
            }
            let n = decoder.read(buffer)?;
            if n > 0 || buffer.is_empty() {
                return Ok(n);
            }
            self.frame = None;
        }
    }
}
