//! Escapes inside tokens: `%2B`, `\x2b`, `\u002b`, `\053`, `\/`, `&#x2b;`, and mail's `=2B`. Decoded with what stands around them on
//! their line, so that names stay with their values.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::{Budget, Decoded, Map, is_printable};

/// Bytes of the line that are decoded before and after an escape.
const BEFORE: usize = 256;
const AFTER: usize = 512;
/// A number of HTML, JSON as an attribute of HTML, and the sign that begins mail's escapes, which nobody else escapes so.
static RARE: LazyLock<[Finder<'_>; 3]> = LazyLock::new(|| [&b"&#"[..], b"&quot;:", b"=3D"].map(Finder::new));

/// Where an escape comes from; where several stand together, the last of these.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Escape,
    Percent,
    Html,
    Mail,
}

/// Every stretch of a line that has escapes. No stretch reaches over the zone's borders.
pub(super) fn all(text: &[u8], zone: &Range<usize>, budget: &mut Budget, found: &mut Vec<Decoded>) {
    let mut open: Option<(Range<usize>, Kind)> = None;
    let inside = &text[zone.clone()];
    let rare = rare(inside);
    let mut rare = rare.iter().copied().peekable();
    let mut common = memchr::memchr2_iter(b'%', b'\\', inside).peekable();
    // In the order of the text.
    let next = || match (rare.peek(), common.peek()) {
        (Some(first), Some(second)) if first < second => rare.next(),
        (Some(_), None) => rare.next(),
        _ => common.next(),
    };
    for at in std::iter::from_fn(next).map(|at| zone.start + at) {
        let Some(kind) = telling(text, at) else { continue };
        let around = around(text, at, kind);
        open = match open.take() {
            Some((stretch, other)) if around.start <= stretch.end => Some((stretch.start.min(around.start)..stretch.end.max(around.end), other.max(kind))),
            closed => {
                found.extend(closed.and_then(|(stretch, kind)| decoded(text, stretch, kind, budget)));
                Some((around, kind))
            }
        };
    }
    found.extend(open.and_then(|(stretch, kind)| decoded(text, stretch, kind, budget)));
}

/// Escapes whose first byte programs are full of: those of HTML that tell, and mail's.
fn rare(text: &[u8]) -> Vec<usize> {
    let mut found: Vec<usize> = RARE.iter().flat_map(|escape| escape.find_iter(text)).collect();
    found.sort_unstable();
    found
}

/// What is decoded for one escape. Two such stretches that meet are one.
fn around(text: &[u8], at: usize, kind: Kind) -> Range<usize> {
    let from = at.saturating_sub(BEFORE);
    let to = at.saturating_add(AFTER).min(text.len());
    let goes_on = |feed: usize| kind == Kind::Mail && text[..feed].strip_suffix(b"\r").unwrap_or(&text[..feed]).ends_with(b"=");
    let start = memchr::memrchr_iter(b'\n', &text[from..at]).map(|feed| from + feed).find(|feed| !goes_on(*feed));
    let end = memchr::memchr_iter(b'\n', &text[at..to]).map(|feed| at + feed).find(|feed| !goes_on(*feed));
    start.map_or(from, |feed| feed + 1)..end.unwrap_or(to)
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
    let around = |at: usize| telling(text, at).map(|kind| around(text, at, kind));
    let starts = (from..to).filter(|at| matches!(text[*at], b'%' | b'\\' | b'&' | b'='));
    starts.filter_map(around).filter(move |around| around.start <= at && at <= around.end)
}

fn decoded(text: &[u8], stretch: Range<usize>, kind: Kind, budget: &mut Budget) -> Option<Decoded> {
    if !budget.spend(stretch.len()) {
        return None;
    }
    let (mut bytes, mut starts) = (Vec::with_capacity(stretch.len() + 1), Vec::with_capacity(stretch.len() + 2));
    let end = segment(text, &stretch, kind, &mut bytes, &mut starts);
    starts.push(end);
    let step = match kind {
        Kind::Escape => "escape",
        Kind::Percent => "percent",
        Kind::Html => "html",
        Kind::Mail => "quoted-printable",
    };
    Some(Decoded { anchor: stretch.start, bytes, steps: vec![step], map: Map::Each(starts) })
}

/// Does an escape stand here that hides a character of a token?
fn telling(text: &[u8], at: usize) -> Option<Kind> {
    let is_word = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let (byte, length) = match text[at] {
        b'=' => return text[at..].starts_with(b"=3D").then_some(Kind::Mail),
        b'&' if text[at..].starts_with(b"&quot;:") => return Some(Kind::Html),
        b'&' if text.get(at + 1) != Some(&b'#') => return None,
        _ => escape(&text[at..])?,
    };
    let hides = match byte {
        b'/' if length == 2 => is_word(at.checked_sub(1)) && is_word(Some(at + 2)),
        // An octal number; `\123` is the name of a group or of a directory too.
        _ if length == 4 && text[at + 1] != b'x' && text[at] == b'\\' => {
            is_word(at.checked_sub(1)) && (is_word(Some(at + 4)) || text.get(at + 4) == Some(&b'\\'))
        }
        _ => length > 2 && byte > b' ' && is_printable(byte),
    };
    let kind = match text[at] {
        b'%' => Kind::Percent,
        b'&' => Kind::Html,
        _ => Kind::Escape,
    };
    hides.then_some(kind)
}

fn segment(text: &[u8], stretch: &Range<usize>, kind: Kind, bytes: &mut Vec<u8>, starts: &mut Vec<usize>) -> usize {
    let mut at = stretch.start;
    while at < stretch.end {
        let rest = &text[at..];
        let mail = if kind == Kind::Mail { quoted(rest) } else { None };
        let (byte, length) = mail.or_else(|| escape(rest).map(|(byte, length)| (Some(byte), length))).unwrap_or((Some(text[at]), 1));
        if let Some(byte) = byte {
            bytes.push(byte);
            starts.push(at);
        }
        at += length;
    }
    bytes.push(b'\n');
    starts.push(at);
    at
}

/// The byte that `=2B` means, none for a line's end that is not meant, and the escape's length.
fn quoted(text: &[u8]) -> Option<(Option<u8>, usize)> {
    match text {
        [b'=', b'\n', ..] => Some((None, 2)),
        [b'=', b'\r', b'\n', ..] => Some((None, 3)),
        [b'=', high, low, ..] => hex(&[*high, *low]).filter(u8::is_ascii).map(|byte| (Some(byte), 3)),
        _ => None,
    }
}

/// The byte that an escape at the start of the text means, and the escape's length. Those beyond ASCII are left as they are.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    let (byte, length) = match text {
        [b'%', high, low, ..] => (hex(&[*high, *low])?, 3),
        [b'&', rest @ ..] => entity(rest)?,
        [b'\\', b'x', high, low, ..] => (hex(&[*high, *low])?, 4),
        [b'\\', b'u', a, b, c, d, ..] => (hex(&[*a, *b, *c, *d])?, 6),
        [b'\\', a @ b'0'..=b'1', b @ b'0'..=b'7', c @ b'0'..=b'7', ..] => ((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'), 4),
        [b'\\', b'n', ..] => (b'\n', 2),
        [b'\\', b'r', ..] => (b'\r', 2),
        [b'\\', b't', ..] => (b'\t', 2),
        [b'\\', byte @ (b'/' | b'"' | b'\'' | b'\\'), ..] => (*byte, 2),
        _ => return None,
    };
    byte.is_ascii().then_some((byte, length))
}

/// What stands behind the `&`; the length counts that too.
fn entity(rest: &[u8]) -> Option<(u8, usize)> {
    const NAMES: [(&[u8], u8); 5] = [(b"amp;", b'&'), (b"quot;", b'"'), (b"apos;", b'\''), (b"lt;", b'<'), (b"gt;", b'>')];
    if let Some((name, byte)) = NAMES.iter().find(|(name, _)| rest.starts_with(name)) {
        return Some((*byte, name.len() + 1));
    }
    let number = rest.strip_prefix(b"#")?;
    let (digits, radix) = number.strip_prefix(b"x").or_else(|| number.strip_prefix(b"X")).map_or((number, 10), |digits| (digits, 16));
    let end = digits.iter().take(5).position(|byte| *byte == b';').filter(|end| *end > 0)?;
    let value = u32::from_str_radix(std::str::from_utf8(&digits[..end]).ok()?, radix).ok()?;
    Some((u8::try_from(value).ok()?, rest.len() - digits.len() + end + 2))
}

fn hex(digits: &[u8]) -> Option<u8> {
    let value = digits.iter().try_fold(0u32, |value, digit| Some(value << 4 | char::from(*digit).to_digit(16)?))?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(String, &'static str)> {
        let mut found = Vec::new();
        all(text.as_bytes(), &(0..text.len()), &mut Budget::for_text(text.as_bytes()), &mut found);
        for decoded in &found {
            let whole = decoded.source(&(0..decoded.bytes.len()));
            assert!(whole.end <= text.len() + 1, "{text}");
        }
        found.into_iter().map(|decoded| (String::from_utf8_lossy(&decoded.bytes).trim_end().to_owned(), decoded.steps[0])).collect()
    }

    #[test]
    fn html_numbers_and_attributes_are_read() {
        assert_eq!(texts("key=&#x61;b&#99;&amp;d"), [("key=abc&d".to_owned(), "html")]);
        assert_eq!(texts("<a data='{&quot;key&quot;:&quot;v&quot;}'>"), [("<a data='{\"key\":\"v\"}'>".to_owned(), "html")]);
        assert!(texts("if a &amp;&amp; b &lt; c &quot;d&quot; &#160; &#x20;").is_empty());
    }

    #[test]
    fn mail_is_read_over_its_lines() {
        let line = "a".repeat(70);
        assert_eq!(texts("<a href=3D\"x\">\nnext"), [("<a href=\"x\">".to_owned(), "quoted-printable")]);
        assert_eq!(texts(&format!("first\nx=3D{line}=\r\nbcd\nlast")), [(format!("x={line}bcd"), "quoted-printable")]);
        assert!(texts("A=\nB=\nx = 3D\n").is_empty());
    }

    #[test]
    fn octal_numbers_are_read_between_letters() {
        assert_eq!(texts("a\\147\\150p"), [("aghp".to_owned(), "escape")]);
        assert!(texts("s/(a)/\\101/ C:\\101 \\033[0m").is_empty());
    }
}
