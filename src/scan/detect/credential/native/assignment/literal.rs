//! Literals: what stands between quotes, and what stands bare up to a blank or the end of the line.

use std::ops::Range;

use super::cursor::{Cursor, Quote};
use super::surroundings::{Setting, Surroundings};

/// A value as it is written.
#[derive(Clone, Debug)]
pub(super) struct Literal {
    /// From its first byte to its last; marks between its pieces are in it.
    pub(super) span: Range<usize>,
    pub(super) style: Style,
    /// What it says, when it is written in several pieces.
    pub(super) joined: Option<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Quoted,
    /// In quotes, but compared with, or one of several arguments: less surely the name's value.
    Loose,
    Bare,
}

impl Literal {
    pub(super) fn new(span: Range<usize>, style: Style) -> Self {
        Self { span, style, joined: None }
    }

    pub(super) fn text<'t>(&'t self, bytes: &'t [u8]) -> Option<&'t [u8]> {
        self.joined.as_deref().or_else(|| bytes.get(self.span.clone()))
    }

    pub(super) fn styled(self, style: Style) -> Self {
        Self { style, ..self }
    }
}

/// What stands up to the closing quote, and in the literals that are joined to it; `None` when a variable is.
pub(super) fn quoted(cursor: &mut Cursor<'_>, quote: Quote, style: Style) -> Option<Literal> {
    let first = piece(cursor, quote)?;
    let first = inner(cursor, first);
    let mut literal = Literal { joined: continued(&cursor.bytes[first.clone()]), span: first, style };
    for _ in 0..MOST_PIECES {
        let before = cursor.at;
        let next = match joint(cursor)? {
            Joint::None => break,
            Joint::Literal(quote) => piece(cursor, quote),
        };
        // A name of the next pair, or text of its own: what stands side by side is not always one.
        let text = next
            .clone()
            .map(|next| &cursor.bytes[next])
            .filter(|text| !text.contains(&b' ') && !matches!(cursor.rest(), [b':' | b'=', ..] | [b' ', b':' | b'=', ..]));
        let (Some(next), Some(text)) = (next, text) else {
            cursor.at = before;
            break;
        };
        let mut joined = literal.joined.take().unwrap_or_else(|| cursor.bytes[literal.span.clone()].to_vec());
        joined.extend_from_slice(&continued(text).unwrap_or_else(|| text.to_vec()));
        literal = Literal { span: literal.span.start..next.end, joined: Some(joined), style };
    }
    Some(literal)
}

/// More are a text.
const MOST_PIECES: usize = 8;

/// From an opened quote to behind the closing one, and what stands between.
fn piece(cursor: &mut Cursor<'_>, quote: Quote) -> Option<Range<usize>> {
    let triple = quote.slashes == 0 && cursor.rest().starts_with(&[quote.mark; 2]);
    if triple {
        cursor.skip(2);
    }
    if (triple || quote.mark == b'`') && matches!(cursor.peek(), Some(b'\n' | b'\r')) {
        return on_its_own_line(cursor, quote, triple);
    }
    let start = cursor.at;
    let end = start + closing(cursor.rest(), quote)?;
    cursor.at = end + quote.slashes + if triple { 3 } else { 1 };
    cursor.at = cursor.at.min(cursor.bytes.len());
    if quote.mark == b'&' {
        cursor.while_is(|byte| byte != b';');
        cursor.skip(1);
    }
    Some(start..end)
}

/// A text of several lines whose only line is the value.
fn on_its_own_line(cursor: &mut Cursor<'_>, quote: Quote, triple: bool) -> Option<Range<usize>> {
    cursor.blanks();
    let start = cursor.at;
    let text = cursor.while_is(|byte| byte != quote.mark && byte >= b' ').trim_ascii_end();
    cursor.blanks();
    let closes = cursor.eat(&[quote.mark; 3][..if triple { 3 } else { 1 }]);
    closes.then_some(start..start + text.len())
}

/// `'"…"'`, `"\"…\""`: quotes that are for another reader.
fn inner(cursor: &Cursor<'_>, span: Range<usize>) -> Range<usize> {
    let text = &cursor.bytes[span.clone()];
    let slashes = text.iter().take_while(|byte| **byte == b'\\').count();
    match (text.get(..=slashes), text.len()) {
        (Some([.., b'"' | b'\'']), length) if slashes <= 3 && length > 2 * slashes + 2 && text.ends_with(&text[..=slashes]) => {
            span.start + slashes + 1..span.end - slashes - 1
        }
        _ => span,
    }
}

/// Without the backslashes that end its lines.
fn continued(text: &[u8]) -> Option<Vec<u8>> {
    let at = memchr::memmem::find(text, b"\\\n").or_else(|| memchr::memmem::find(text, b"\\\r\n"))?;
    let rest = text[at + 1..].trim_ascii_start();
    let mut joined = text[..at].to_vec();
    joined.extend_from_slice(&continued(rest).unwrap_or_else(|| rest.to_vec()));
    Some(joined)
}

/// What stands behind a literal.
enum Joint {
    /// Another literal that belongs to it; the cursor is behind its quote.
    Literal(Quote),
    /// Nothing that belongs to it; the cursor is where it was.
    None,
}

/// `None` when something else than a literal is joined.
fn joint(cursor: &mut Cursor<'_>) -> Option<Joint> {
    let before = cursor.at;
    // Outside of code a line that begins with a mark is one of a list or of a patch.
    let spaced = if cursor.joins { cursor.blanks() } else { cursor.spaces() };
    let marked = match cursor.rest() {
        [b'+', b'=', ..] => false,
        [b'+', ..] | [b'.', b'.', b' ', ..] | [b'&', b' ', ..] => true,
        [b'.' | b'%', b' ' | b'$' | b'(', ..] => spaced,
        _ => false,
    };
    if marked {
        cursor.while_is(|byte| matches!(byte, b'+' | b'.' | b'&' | b'%'));
        cursor.blanks();
        if cursor.eat(b"_") {
            cursor.blanks();
        }
    } else if cursor.joins && cursor.eat(b"\\\n") {
        cursor.blanks();
    }
    let beside = cursor.joins && spaced && !cursor.rest().starts_with(b"\"\"\"") && !cursor.rest().starts_with(b"'''");
    let quote = if marked || beside { cursor.quote().filter(|quote| marked || quote.mark != b'`') } else { None };
    match quote {
        Some(quote) => Some(Joint::Literal(quote)),
        None if marked && !matches!(cursor.bytes.get(before..), Some([b'.' | b'&', ..] | [b' ', b'&', ..])) => None,
        None => {
            cursor.at = before;
            Some(Joint::None)
        }
    }
}

/// Where the quote closes: the same mark behind as many backslashes.
fn closing(rest: &[u8], quote: Quote) -> Option<usize> {
    if quote.mark == b'&' {
        return memchr::memmem::find(rest, b"&").filter(|end| !rest[..*end].contains(&b'\n'));
    }
    let mut at = 0;
    while let Some(byte) = rest.get(at) {
        match byte {
            b'\n' => return None,
            b'\\' => {
                let slashes = rest[at..].iter().take_while(|byte| **byte == b'\\').count();
                if slashes == quote.slashes && rest.get(at + slashes) == Some(&quote.mark) {
                    return Some(at);
                }
                // An escape outside of the string that holds this one ends it all the same.
                at += if quote.slashes == 0 { 2 } else { slashes };
            }
            byte if *byte == quote.mark => return (quote.slashes == 0).then_some(at),
            _ => at += 1,
        }
    }
    None
}

/// Length without marks that belong to the text around, a closing bracket among them unless it closes one of the value's own.
fn trimmed(word: &[u8]) -> usize {
    let count = |word: &[u8], mark: u8| word.iter().filter(|byte| **byte == mark).count();
    let mut end = word.len();
    while let Some(last) = end.checked_sub(1).and_then(|last| word.get(last)) {
        let own = |open: u8| count(&word[..end], open) >= count(&word[..end], *last);
        let keeps = match last {
            b',' | b'.' | b';' | b':' => false,
            b')' => own(b'('),
            b']' => own(b'['),
            b'}' => own(b'{'),
            _ => true,
        };
        if keeps {
            break;
        }
        end -= 1;
    }
    end
}

/// `&name=`: the next of a query's pairs.
fn begins_pair(rest: &[u8]) -> bool {
    let name = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')).count();
    name > 0 && rest.get(name) == Some(&b'=')
}

/// A value without quotes: up to a blank in commands and strings, up to the end of the line in configuration.
pub(super) fn bare(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    let start = cursor.at;
    let stops = |byte: u8| {
        byte < b' '
            || Some(byte) == surroundings.inside
            || (byte == b'&' && surroundings.in_query)
            || (byte == b';' && (surroundings.inside.is_some() || surroundings.in_list || surroundings.in_query))
    };
    let whole_line = surroundings.setting == Setting::Configuration
        && surroundings.inside.is_none()
        && surroundings.begins_line
        && !surroundings.is_flag
        && !surroundings.in_flow;
    let value = if whole_line {
        let line = cursor.while_is(|byte| !stops(byte));
        let comment = memchr::memmem::find(line, b" #").or_else(|| memchr::memmem::find(line, b" ;")).or_else(|| memchr::memmem::find(line, b" //"));
        line[..comment.unwrap_or(line.len())].trim_ascii_end()
    } else {
        let closes =
            |byte: u8| matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'|' | b'\\') || (surroundings.in_flow && matches!(byte, b',' | b'}' | b']'));
        let word = cursor.while_is(|byte| !stops(byte) && byte != b' ' && !closes(byte));
        let last = trimmed(word);
        if word[last..].starts_with(b"..") || cursor.rest().starts_with("\u{2026}".as_bytes()) {
            return None; // the rest is left out
        }
        let last = memchr::memchr2_iter(b'&', b',', &word[..last]).find(|at| begins_pair(&word[at + 1..last])).unwrap_or(last);
        &word[..if surroundings.in_substitution { memchr::memchr(b'/', &word[..last]).unwrap_or(last) } else { last }]
    };
    if value.ends_with(b"...") {
        return None;
    }
    // `‘--ftp-password=PASSWORD’`: marks of print end what they quote.
    let marks = ["\u{2019}", "\u{201d}", "&rdquo", "&rsquo"].into_iter().filter_map(|mark| memchr::memmem::find(value, mark.as_bytes())).min();
    let value = &value[..marks.unwrap_or(value.len())];
    let value = value.strip_suffix(b"\\").unwrap_or(value);
    (!value.is_empty()).then(|| Literal::new(start..start + value.len(), Style::Bare))
}
