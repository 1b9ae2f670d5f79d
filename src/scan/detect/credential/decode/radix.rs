//! Base64 (either alphabet, at any alignment, wrapped over lines) and hexadecimal.

use std::io::Read as _;
use std::ops::Range;

use super::{Budget, Decoded, Map, SHORTEST_PIECE, is_printable};

/// Bytes that must be printable before a run is decoded in full.
const HEAD: usize = 12;
/// A line at least so long may go on on the next.
const SHORTEST_WRAPPED_LINE: usize = 56;
/// Most spaces before a wrapped line.
const DEEPEST_INDENT: usize = 64;
/// Most bytes between two wrapped lines.
const BETWEEN_LINES: usize = DEEPEST_INDENT + 2;
/// Base64 of the head of a gzip stream.
const GZIP: &[u8] = b"H4sI";

/// Decodes a piece of the text; gives also the end of what was read, which may lie on a later line.
pub(super) fn decode(text: &[u8], piece: Range<usize>, budget: &mut Budget) -> Option<(Decoded, usize)> {
    hex(text, piece.clone(), budget).map(|decoded| (decoded, piece.end)).or_else(|| base64(text, piece, budget))
}

/// Does the piece begin with an encoding of text, or of a gzip stream?
pub(super) fn is_plausible(piece: &[u8]) -> bool {
    piece.len() >= SHORTEST_PIECE && (hex_digits(piece).is_some() || skipped(piece).is_some())
}

/// The digits of a hexadecimal piece.
fn hex_digits(piece: &[u8]) -> Option<&[u8]> {
    let digits = piece.strip_prefix(b"0x").unwrap_or(piece);
    let head = digits.get(..2 * HEAD).filter(|head| head.iter().all(u8::is_ascii_hexdigit))?;
    (digits.len().is_multiple_of(2) && hex_bytes(head)?.into_iter().all(is_printable)).then_some(digits)
}

fn hex(text: &[u8], piece: Range<usize>, budget: &mut Budget) -> Option<Decoded> {
    let digits = hex_digits(&text[piece.clone()])?;
    if !budget.spend(digits.len() / 2) {
        return None;
    }
    Some(Decoded { anchor: piece.start, bytes: hex_bytes(digits)?, steps: vec!["hex"], map: Map::Run(piece) })
}

fn hex_bytes(digits: &[u8]) -> Option<Vec<u8>> {
    let value = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
    digits.chunks_exact(2).map(|pair| Some(value(pair[0])? << 4 | value(pair[1])?)).collect()
}

fn base64(text: &[u8], piece: Range<usize>, budget: &mut Budget) -> Option<(Decoded, usize)> {
    let skip = skipped(&text[piece.clone()])?;
    let is_gzip = text[piece.start..].starts_with(GZIP);
    let start = piece.start + skip;
    let (digits, end) = with_wrapped_lines(text, start..piece.end);
    if !budget.spend(digits.len() / 4 * 3) {
        return None;
    }
    let bytes = base64_bytes(&digits);
    let (anchor, map) = (piece.start, Map::Run(start..end));
    let decoded = match is_gzip {
        true => Decoded { anchor, bytes: gunzip(&bytes, budget)?, steps: vec!["base64", "gzip"], map },
        false => Decoded { anchor, bytes, steps: vec!["base64"], map },
    };
    Some((decoded, end))
}

/// Characters before the encoding begins: the piece may have a letter or two in front that are none of it.
fn skipped(piece: &[u8]) -> Option<usize> {
    let head: &[u8; SHORTEST_PIECE] = piece.first_chunk()?;
    // Summed as bytes, which the compiler does for all at once.
    let count = |first: u8| head.iter().fold(0, |count, byte| count + u8::from(byte.wrapping_sub(first) < 26));
    if count(b'A') < 2 || count(b'a') < 2 {
        return None;
    }
    if head.starts_with(GZIP) { Some(0) } else { (0..4).find(|skip| begins_printable(&head[*skip..])) }
}

fn begins_printable(digits: &[u8]) -> bool {
    let mut word = 0u32;
    for (i, digit) in digits.iter().take(HEAD / 3 * 4).enumerate() {
        word = word << 6 | u32::from(value(*digit));
        if i % 4 == 3 && !word.to_be_bytes()[1..].iter().all(|byte| is_printable(*byte)) {
            return false;
        }
    }
    digits.len() >= HEAD / 3 * 4
}

/// The digits of a piece and of the lines after it that carry it on, and where they end.
fn with_wrapped_lines(text: &[u8], piece: Range<usize>) -> (Vec<u8>, usize) {
    let mut digits = text[piece.clone()].to_vec();
    let mut line = piece;
    while line.len() >= SHORTEST_WRAPPED_LINE {
        let rest = &text[line.end..];
        let feed = rest.strip_prefix(b"\n").or_else(|| rest.strip_prefix(b"\r\n"));
        let Some(rest) = feed else { break };
        let indent = rest.iter().take(DEEPEST_INDENT).take_while(|byte| b" \t".contains(byte)).count();
        let length = rest[indent..].iter().take_while(|byte| is_digit(**byte)).count();
        if length == 0 {
            break;
        }
        let start = text.len() - rest.len() + indent;
        line = start..start + length;
        digits.extend(&text[line.clone()]);
    }
    (digits, line.end)
}

/// Whole groups, and what the last incomplete one holds.
fn base64_bytes(digits: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for group in digits.chunks(4) {
        let word = group.iter().fold(0u32, |word, digit| word << 6 | u32::from(value(*digit)));
        let word = word << (6 * (4 - group.len()));
        bytes.extend(&word.to_be_bytes()[1..group.len().max(1)]);
    }
    bytes
}

fn gunzip(bytes: &[u8], budget: &mut Budget) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    // A broken or endless stream gives what came out of it before.
    let _ = flate2::read::GzDecoder::new(bytes).take(budget.left as u64).read_to_end(&mut text);
    (budget.spend(text.len()) && !text.is_empty()).then_some(text)
}

/// No piece reaches over the border, nor does a wrapped encoding, whose lines are long but for the last.
pub(super) fn border_before(text: &[u8], mut at: usize) -> usize {
    loop {
        at -= text[..at].iter().rev().take_while(|byte| is_digit(**byte)).count();
        match wrapped_before(text, at) {
            Some(line) => at = line,
            None => return at,
        }
    }
}

pub(super) fn border_behind(text: &[u8], at: usize) -> usize {
    let digits = |at: usize| at + text[at..].iter().take_while(|byte| is_digit(**byte)).count();
    let mut end = digits(at);
    while wrapped_before(text, end).is_some() {
        let blanks = text[end..].iter().take(BETWEEN_LINES).take_while(|byte| b" \t\r\n".contains(byte)).count();
        let next = digits(end + blanks);
        if next == end {
            break;
        }
        end = next;
    }
    end
}

/// The end of the long line of digits that `at` stands behind, with nothing between but a line's end and an indent.
fn wrapped_before(text: &[u8], at: usize) -> Option<usize> {
    let blanks = text[..at].iter().rev().take(BETWEEN_LINES).take_while(|byte| b" \t\r\n".contains(byte)).count();
    let end = at - blanks;
    text[..end].iter().rev().take(SHORTEST_WRAPPED_LINE).take_while(|byte| is_digit(**byte)).count().eq(&SHORTEST_WRAPPED_LINE).then_some(end)
}

pub(super) fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte)
}

/// Of a digit of either alphabet.
fn value(digit: u8) -> u8 {
    match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' | b'-' => 62,
        _ => 63,
    }
}
