//! Escapes inside tokens: `%2B`, `\x2b`, `\u002b`, `\/`. The lines that hold any are decoded together, so that names stay with their values.

use super::{Budget, Decoded, Map, is_printable};

/// Bytes of the line that are decoded before and after an escape.
const BEFORE: usize = 256;
const AFTER: usize = 512;

/// All lines with escapes as one text, each ending with a line feed.
pub(super) fn all(text: &[u8], budget: &mut Budget) -> Option<Decoded> {
    let (mut bytes, mut starts) = (Vec::new(), Vec::new());
    let (mut done, mut percent) = (0, false);
    for at in memchr::memchr2_iter(b'%', b'\\', text) {
        if at < done || !is_telling(text, at) {
            continue;
        }
        let from = at.saturating_sub(BEFORE).max(done);
        let from = memchr::memrchr(b'\n', &text[from..at]).map_or(from, |feed| from + feed + 1);
        let to = at.saturating_add(AFTER).min(text.len());
        let to = memchr::memchr(b'\n', &text[at..to]).map_or(to, |feed| at + feed);
        if !budget.spend(to - from) {
            break;
        }
        percent |= text[at] == b'%';
        done = segment(text, from, to, &mut bytes, &mut starts);
    }
    starts.push(done);
    (!bytes.is_empty()).then(|| Decoded { bytes, steps: vec![if percent { "percent" } else { "escape" }], map: Map::Each(starts) })
}

/// Does an escape stand here that hides a character of a token?
fn is_telling(text: &[u8], at: usize) -> bool {
    match escape(&text[at..]) {
        Some((b'/', 2)) => at > 0 && text[at - 1].is_ascii_alphanumeric() && text.get(at + 2).is_some_and(u8::is_ascii_alphanumeric),
        Some((byte, length)) => length > 2 && byte > b' ' && is_printable(byte),
        None => false,
    }
}

fn segment(text: &[u8], from: usize, to: usize, bytes: &mut Vec<u8>, starts: &mut Vec<usize>) -> usize {
    let mut at = from;
    while at < to {
        let (byte, length) = escape(&text[at..]).unwrap_or((text[at], 1));
        bytes.push(byte);
        starts.push(at);
        at += length;
    }
    bytes.push(b'\n');
    starts.push(at);
    at
}

/// The byte that an escape at the start of the text means, and the escape's length. Those beyond ASCII are left as they are.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    let (byte, length) = match text {
        [b'%', high, low, ..] => (hex(&[*high, *low])?, 3),
        [b'\\', b'x', high, low, ..] => (hex(&[*high, *low])?, 4),
        [b'\\', b'u', a, b, c, d, ..] => (hex(&[*a, *b, *c, *d])?, 6),
        [b'\\', b'n', ..] => (b'\n', 2),
        [b'\\', b'r', ..] => (b'\r', 2),
        [b'\\', b't', ..] => (b'\t', 2),
        [b'\\', byte @ (b'/' | b'"' | b'\'' | b'\\'), ..] => (*byte, 2),
        _ => return None,
    };
    byte.is_ascii().then_some((byte, length))
}

fn hex(digits: &[u8]) -> Option<u8> {
    let value = digits.iter().try_fold(0u32, |value, digit| Some(value << 4 | char::from(*digit).to_digit(16)?))?;
    u8::try_from(value).ok()
}
