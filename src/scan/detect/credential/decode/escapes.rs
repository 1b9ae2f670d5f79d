//! Escapes inside tokens: `%2B`, `\x2b`, `\u002b`, `\/`. Decoded with what stands around them on their line, so that names stay with their values.

use std::ops::Range;

use super::{Budget, Decoded, Map, is_printable};

/// Bytes of the line that are decoded before and after an escape.
const BEFORE: usize = 256;
const AFTER: usize = 512;

/// Every stretch of a line that has escapes. No stretch reaches over the zone's borders.
pub(super) fn all(text: &[u8], zone: &Range<usize>, budget: &mut Budget, found: &mut Vec<Decoded>) {
    let mut open: Option<(Range<usize>, bool)> = None;
    for at in memchr::memchr2_iter(b'%', b'\\', &text[zone.clone()]).map(|at| zone.start + at) {
        if !is_telling(text, at) {
            continue;
        }
        let around = around(text, at);
        open = match open.take() {
            Some((stretch, percent)) if around.start <= stretch.end => Some((stretch.start..around.end, percent || text[at] == b'%')),
            closed => {
                found.extend(closed.and_then(|(stretch, percent)| decoded(text, stretch, percent, budget)));
                Some((around, text[at] == b'%'))
            }
        };
    }
    found.extend(open.and_then(|(stretch, percent)| decoded(text, stretch, percent, budget)));
}

/// What is decoded for one escape. Two such stretches that meet are one.
fn around(text: &[u8], at: usize) -> Range<usize> {
    let from = at.saturating_sub(BEFORE);
    let to = at.saturating_add(AFTER).min(text.len());
    memchr::memrchr(b'\n', &text[from..at]).map_or(from, |feed| from + feed + 1)..memchr::memchr(b'\n', &text[at..to]).map_or(to, |feed| at + feed)
}

/// No stretch reaches over the border.
pub(super) fn border_before(text: &[u8], mut at: usize) -> usize {
    while let Some(over) = over(text, at).find(|over| over.start < at) {
        at = over.start;
    }
    at
}

pub(super) fn border_behind(text: &[u8], mut at: usize) -> usize {
    while let Some(over) = over(text, at).filter(|over| over.end > at).last() {
        at = over.end;
    }
    at
}

/// What is decoded on both sides of `at`, up to it or from it.
fn over(text: &[u8], at: usize) -> impl Iterator<Item = Range<usize>> {
    let from = at.saturating_sub(AFTER);
    let to = at.saturating_add(BEFORE + 1).min(text.len());
    let escapes = memchr::memchr2_iter(b'%', b'\\', &text[from..to]).map(move |escape| from + escape);
    escapes.filter(|escape| is_telling(text, *escape)).map(|escape| around(text, escape)).filter(move |around| around.start <= at && at <= around.end)
}

fn decoded(text: &[u8], stretch: Range<usize>, percent: bool, budget: &mut Budget) -> Option<Decoded> {
    if !budget.spend(stretch.len()) {
        return None;
    }
    let (mut bytes, mut starts) = (Vec::with_capacity(stretch.len() + 1), Vec::with_capacity(stretch.len() + 2));
    let end = segment(text, stretch.start, stretch.end, &mut bytes, &mut starts);
    starts.push(end);
    Some(Decoded { anchor: stretch.start, bytes, steps: vec![if percent { "percent" } else { "escape" }], map: Map::Each(starts) })
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
