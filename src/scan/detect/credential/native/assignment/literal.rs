//! Literals: what stands between quotes, and what stands bare up to a blank or the end of the line.

use std::ops::Range;

use super::cursor::{Cursor, Quote};
use super::surroundings::{Setting, Surroundings};

/// A value as it is written.
#[derive(Clone, Debug)]
pub(super) struct Literal {
    pub(super) span: Range<usize>,
    pub(super) style: Style,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Quoted,
    /// In quotes, but compared with, or one of several arguments: less surely the name's value.
    Loose,
    Bare,
}

/// What stands up to the closing quote, on one line; `None` when a variable is joined to it.
pub(super) fn quoted(cursor: &mut Cursor<'_>, quote: Quote, style: Style) -> Option<Literal> {
    let triple = quote.slashes == 0 && cursor.rest().starts_with(&[quote.mark; 2]);
    if triple {
        cursor.skip(2);
    }
    let start = cursor.at;
    let end = start + closing(cursor.rest(), quote)?;
    cursor.at = end + quote.slashes + 1;
    if quote.mark == b'&' {
        cursor.while_is(|byte| byte != b';');
    }
    let joined = {
        let mut after = Cursor { bytes: cursor.bytes, at: cursor.at };
        let spaced = after.spaces();
        match after.rest() {
            [b'+', b'=', ..] => false,
            [b'+', ..] => true,
            [b'.' | b'%', b' ' | b'$' | b'(', ..] => spaced,
            _ => false,
        }
    };
    (!joined).then_some(Literal { span: start..end, style })
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
    let whole_line = surroundings.setting == Setting::Configuration && surroundings.inside.is_none() && !surroundings.is_flag && !surroundings.in_flow;
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
        &word[..memchr::memchr_iter(b'&', &word[..last]).find(|at| begins_pair(&word[at + 1..last])).unwrap_or(last)]
    };
    if value.ends_with(b"...") {
        return None;
    }
    let value = value.strip_suffix(b"\\").unwrap_or(value);
    (!value.is_empty()).then_some(Literal { span: start..start + value.len(), style: Style::Bare })
}
