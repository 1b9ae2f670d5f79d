//! SentencePiece vocabularies: a protocol buffer that begins with its pieces, each a text, a score and a type.

use super::plain::fact;
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "sentencepiece", read };

/// Pieces that must hold.
const PIECES: usize = 4;

fn read(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let mut rest = head;
    let mut unknown = false;
    for _ in 0..PIECES {
        let (text, after) = piece(rest)?;
        unknown |= matches!(text, b"<unk>" | b"[UNK]" | b"<s>" | b"<pad>" | b"[PAD]");
        rest = after;
    }
    if !unknown {
        return None;
    }
    let mut facts = Facts { role: "tokenizer", sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "sentencepiece");
    Some(facts)
}

/// `0a <length> 0a <length> <text> 15 <score> [18 <type>]`.
fn piece(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let [0x0a, length @ 8..=0x7f, rest @ ..] = bytes else { return None };
    let (piece, after) = rest.split_at_checked((*length).into())?;
    let [0x0a, length, rest @ ..] = piece else { return None };
    let (text, score) = rest.split_at_checked((*length).into())?;
    let [0x15, _, _, _, _, kind @ ..] = score else { return None };
    matches!(kind, [] | [0x18, 1..=6]).then_some((text, after))
}

/// A vocabulary, for the tests.
#[cfg(test)]
pub(super) fn write() -> Vec<u8> {
    let piece = |text: &str, kind: u8| {
        let inner = [&[0x0a, text.len() as u8][..], text.as_bytes(), &[0x15, 0, 0, 0, 0xc0, 0x18, kind]].concat();
        [&[0x0a, inner.len() as u8][..], &inner].concat()
    };
    [piece("<unk>", 2), piece("<s>", 3), piece("</s>", 3), piece("\u{2581}the", 1), b"\x12\x02\x0a\x00".to_vec()].concat()
}

#[cfg(test)]
mod tests {
    use super::super::protobuf::write::{bytes, number};
    use super::super::testing::read_as;
    use super::*;

    #[test]
    fn pieces_with_scores() {
        assert_eq!(read_as("tokenizer.model", &write(), read).map(|facts| facts.role), Some("tokenizer"));
        let contacts = bytes(1, [bytes(1, "Ann"), number(3, 5)].concat()).repeat(5);
        assert!(read_as("x.pb", &contacts, read).is_none());
        let values = [&[0x0a, 8, 0x0a, 1][..], b"a", &[0x15, 0, 0, 0, 0]].concat().repeat(5);
        assert!(read_as("x.pb", &values, read).is_none(), "no piece that every vocabulary has");
    }
}
