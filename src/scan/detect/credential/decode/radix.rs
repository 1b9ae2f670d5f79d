//! Base64 (either alphabet, at any alignment, wrapped over lines; of text, of UTF-16, of what gzip or zlib packed) and hexadecimal.

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
const BETWEEN_LINES: usize = DEEPEST_INDENT + 16;

/// What the digits hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Utf16,
    Gzip,
    Zlib,
}

/// Base64 of the heads of streams: gzip, and zlib at its four levels.
const STREAMS: [(&[u8], Form); 5] = [(b"H4sI", Form::Gzip), (b"eJ", Form::Zlib), (b"eNo", Form::Zlib), (b"eF4", Form::Zlib), (b"eAE", Form::Zlib)];

/// Decodes a piece of the text; gives also the end of what was read, which may lie on a later line.
pub(super) fn decode(text: &[u8], piece: Range<usize>, budget: &mut Budget) -> Option<(Decoded, usize)> {
    hex(text, piece.clone(), budget).map(|decoded| (decoded, piece.end)).or_else(|| base64(text, piece, budget))
}

/// Does the piece begin with an encoding of text, or of a stream?
pub(super) fn is_plausible(piece: &[u8]) -> bool {
    piece.len() >= SHORTEST_PIECE && (hex_digits(piece).is_some() || form(piece).is_some())
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
    let (skip, form) = form(&text[piece.clone()])?;
    let start = piece.start + skip;
    let (digits, end) = with_wrapped_lines(text, start..piece.end);
    if !budget.spend(digits.len() / 4 * 3) {
        return None;
    }
    let bytes = base64_bytes(&digits);
    let (bytes, steps) = match form {
        Form::Text => (bytes, vec!["base64"]),
        Form::Utf16 => (narrowed(&bytes), vec!["base64", "utf-16le"]),
        Form::Gzip => (unpacked(flate2::read::GzDecoder::new(&bytes[..]), budget)?, vec!["base64", "gzip"]),
        Form::Zlib => (unpacked(flate2::read::ZlibDecoder::new(&bytes[..]), budget)?, vec!["base64", "zlib"]),
    };
    Some((Decoded { anchor: piece.start, bytes, steps, map: Map::Run(start..end) }, end))
}

/// What the piece holds, and the characters before it begins: a letter or two in front may be none of it.
fn form(piece: &[u8]) -> Option<(usize, Form)> {
    let head: &[u8; SHORTEST_PIECE] = piece.first_chunk()?;
    // Summed as bytes, which the compiler does for all at once.
    let count = |first: u8, letters: u8| head.iter().fold(0, |count, byte| count + u8::from(byte.wrapping_sub(first) < letters));
    if count(b'A', 26) < 2 || count(b'a', 26) < 2 {
        return None;
    }
    let stream = STREAMS.iter().find(|(start, _)| head.starts_with(start)).map(|(_, form)| (0, *form));
    let text = || (0..4).find(|skip| begins_printable(&head[*skip..])).map(|skip| (skip, Form::Text));
    // Every second byte of such text is zero, which makes one digit in four an `A` at least.
    let utf16 = || (0..4).find(|skip| count(b'A', 1) >= 5 && begins_utf16(&head[*skip..])).map(|skip| (skip, Form::Utf16));
    stream.or_else(text).or_else(utf16)
}

fn begins_utf16(digits: &[u8]) -> bool {
    let bytes = base64_bytes(digits.get(..HEAD / 3 * 4).unwrap_or_default());
    bytes.len() == HEAD && bytes.as_chunks::<2>().0.iter().all(|[byte, high]| is_printable(*byte) && *high == 0)
}

/// UTF-16 with the lower byte first, as PowerShell takes commands; a sign beyond ASCII becomes a question mark, which no token has.
fn narrowed(bytes: &[u8]) -> Vec<u8> {
    bytes.as_chunks::<2>().0.iter().map(|[byte, high]| if *high == 0 { *byte } else { b'?' }).collect()
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
    while line.len() >= SHORTEST_WRAPPED_LINE
        && let Some(between) = joint(&text[line.end..])
    {
        let start = line.end + between;
        let length = text[start..].iter().take_while(|byte| is_digit(**byte)).count();
        if length == 0 {
            break;
        }
        line = start..start + length;
        digits.extend(&text[line.clone()]);
    }
    (digits, line.end)
}

/// How far the text goes from the end of one line of digits to the next: a line's end, real or escaped (`\n`), with an indent; where
/// the lines are strings that the program joins, also the quotes.
fn joint(text: &[u8]) -> Option<usize> {
    let text = &text[..text.len().min(BETWEEN_LINES)];
    let blanks = |at: usize| at + text[at..].iter().take_while(|byte| b" \t".contains(byte)).count();
    let feed = |at: usize, feeds: &[&[u8]]| feeds.iter().find(|feed| text[at..].starts_with(feed)).map(|feed| at + feed.len());
    let escaped = feed(0, &[b"\\n", b"\\r\\n"]);
    let mut at = escaped.unwrap_or(0);
    let quote = text.get(at).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    if quote.is_some() {
        at = blanks(at + 1);
        at = blanks(at + usize::from(matches!(text.get(at), Some(b'+' | b'.' | b'\\'))));
    }
    let real = feed(at, &[b"\n", b"\r\n"]);
    at = blanks(real.unwrap_or(at)).min(text.len());
    match quote {
        Some(quote) => (text.get(at) == Some(&quote) && real.is_some()).then_some(at + 1),
        None => (real.is_some() || escaped.is_some()).then_some(at),
    }
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

fn unpacked(stream: impl std::io::Read, budget: &mut Budget) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    // A broken or endless stream gives what came out of it before.
    let _ = stream.take(budget.left as u64).read_to_end(&mut text);
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
        let between = text[end..].iter().take(BETWEEN_LINES).take_while(|byte| is_between(**byte)).count();
        let next = digits(end + between);
        if next == end {
            break;
        }
        end = next;
    }
    end
}

/// The end of the long line of digits that `at` stands behind, with nothing between but what joins lines.
fn wrapped_before(text: &[u8], at: usize) -> Option<usize> {
    let between = text[..at].iter().rev().take(BETWEEN_LINES).take_while(|byte| is_between(**byte)).count();
    let before = at - between;
    // Some letters of what joins lines are digits, and may be the line's own.
    let own = text[before..at].iter().take_while(|byte| is_digit(**byte)).count();
    let line = text[..before].iter().rev().take(SHORTEST_WRAPPED_LINE).take_while(|byte| is_digit(**byte)).count();
    (line + own >= SHORTEST_WRAPPED_LINE).then_some(before + own)
}

/// What a joint of two lines may be made of.
fn is_between(byte: u8) -> bool {
    b" \t\r\n\"'+.\\nr".contains(&byte)
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
