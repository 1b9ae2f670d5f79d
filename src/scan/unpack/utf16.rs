//! Text in UTF-16, with a byte order mark or told by its zeros.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::{Budget, Container, Error, Opened, Receive};
use crate::domain::{Blob, Content};

pub(super) const CONTAINER: Container = Container { name: "utf-16", opens: |_, head| encoding(head).is_some(), unpack };

/// Bytes looked at when there is no mark.
const SAMPLE: usize = 512;

fn encoding(head: &[u8]) -> Option<&'static Encoding> {
    match head {
        // FF FE 00 00 would be UTF-32.
        [0xff, 0xfe, rest @ ..] if !rest.starts_with(&[0, 0]) => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        _ => unmarked(&head[..head.len().min(SAMPLE)]),
    }
}

/// Text of western languages has a zero in every second byte and none in the others.
fn unmarked(sample: &[u8]) -> Option<&'static Encoding> {
    let pairs = sample.len() / 2;
    if pairs < 8 || sample.get(1) != Some(&0) && sample.first() != Some(&0) {
        return None;
    }
    let text = |byte: u8| byte == b'\t' || byte == b'\n' || byte == b'\r' || (0x20..0x7f).contains(&byte);
    let little = sample.chunks_exact(2).filter(|pair| pair[1] == 0 && text(pair[0])).count();
    let big = sample.chunks_exact(2).filter(|pair| pair[0] == 0 && text(pair[1])).count();
    let enough = |count: usize| count * 10 >= pairs * 9;
    if enough(little) { Some(UTF_16LE) } else { enough(big).then_some(UTF_16BE) }
}

fn unpack(blob: &Blob<'_>, budget: &Budget, out: &mut Receive<'_>) -> Result<(), Error> {
    let raw = budget.read(blob.reader(), blob.len());
    let encoding = encoding(&raw.bytes).unwrap_or(UTF_16LE);
    let (text, _) = encoding.decode_with_bom_removal(&raw.bytes);
    let steps = blob.steps_and("encoding", encoding.name().to_ascii_lowercase());
    out(Opened::Text(blob.inner(&steps, Content::Whole(text.as_bytes()))));
    raw.cut.map_or(Ok(()), Err)
}
