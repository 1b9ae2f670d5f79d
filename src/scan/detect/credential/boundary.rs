//! Where a token may begin: after anything that cannot be part of it, and after the end of an escape.

use std::ops::Range;

use crate::rulepack::literal::ByteSet;

/// What a bare value stands behind: a sign of assignment, a quote, a bracket, a space. Bytes beyond ASCII are such quotes elsewhere.
const VALUE_POSITION: ByteSet = ByteSet::from_bytes(b"=:\"'`([{<>,;|&* \t\r\n");

/// Parameters of a terminal's colour are no longer.
const LONGEST_COLOUR: usize = 16;

/// May a token whose alphabet (at its left end) is `left` begin here?
#[inline]
pub(super) fn begins(text: &[u8], at: usize, left: &ByteSet) -> bool {
    match at.checked_sub(1).map(|before| text[before]) {
        None => true,
        Some(byte) => !left.contains(byte) || escape_ends(&text[..at]).is_some_and(|meant| !left.contains(meant)),
    }
}

/// Does a value stand here, rather than the rest of a path, a name or a number? The left boundary has been looked at.
#[inline]
pub(super) fn is_value_position(text: &[u8], at: usize) -> bool {
    let before = &text[..at];
    match before.last() {
        None => true,
        Some(byte) if VALUE_POSITION.contains(*byte) || !byte.is_ascii() => true,
        // `https://TOKEN@host`.
        Some(b'/') => before.ends_with(b"//"),
        Some(_) => escape_ends(before).is_some_and(|meant| VALUE_POSITION.contains(meant)),
    }
}

/// Is a bare value the beginning of a digest, as lock files keep it (`sha512-…`), or of a longer base64 text?
pub(super) fn is_in_digest(text: &[u8], value: &Range<usize>) -> bool {
    let names_digest = [&b"sha1-"[..], b"sha256-", b"sha384-", b"sha512-"].iter().any(|name| text[value.clone()].starts_with(name));
    names_digest || matches!(text.get(value.end..value.end + 2), Some([b'+', next]) if next.is_ascii_alphanumeric())
}

/// Is this byte a letter or digit of an escape (`\n`, `%3D`, a colour)? A token that may begin with anything would take it along.
#[inline]
pub(super) fn is_inside_escape(text: &[u8], at: usize) -> bool {
    let (before, rest) = text.split_at(at);
    match before.last() {
        Some(b'\\') => rest.first().is_some_and(|byte| b"nrtbfvaexu0".contains(byte)),
        Some(b'%') => rest.len() >= 2 && hex(&rest[..2]).is_some(),
        Some(b'[' | b';') => {
            let parameters = rest.iter().take(LONGEST_COLOUR).take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
            rest.get(parameters) == Some(&b'm') && colour_ends(before)
        }
        _ => false,
    }
}

/// What the escape means that ends the text: `\n`, `\"`, `%3D`, `\x3d`, `\u003d`, `0x`, a colour of a terminal.
fn escape_ends(text: &[u8]) -> Option<u8> {
    let tail = &text[text.len().saturating_sub(12)..];
    match tail {
        [.., b'%', high, low] => hex(&[*high, *low]),
        [.., b'\\', b'x', high, low] => hex(&[*high, *low]),
        [.., b'\\', b'u', a, b, c, d] => hex(&[*a, *b, *c, *d]),
        [.., b'\\', b'n' | b'r' | b'f' | b'v' | b'a' | b'b' | b'0'] => Some(b'\n'),
        [.., b'\\', b't'] => Some(b'\t'),
        [.., b'\\', quote @ (b'"' | b'\'' | b'/')] => Some(*quote),
        [.., b'm'] => colour_ends(&tail[..tail.len() - 1]).then_some(b' '),
        [before @ .., b'0', b'x' | b'X'] => before.last().is_none_or(|byte| !byte.is_ascii_alphanumeric()).then_some(b' '),
        _ => None,
    }
}

/// `ESC[1;31` in any spelling of the escape.
fn colour_ends(text: &[u8]) -> bool {
    let parameters = text.iter().rev().take(LONGEST_COLOUR).take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
    let before = &text[..text.len() - parameters];
    [&b"\x1b["[..], b"\\x1b[", b"\\x1B[", b"\\033[", b"\\e[", b"\\u001b[", b"\\u001B["].iter().any(|start| before.ends_with(start))
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok()?;
    u8::from_str_radix(digits, 16).ok().filter(|_| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begins_after(before: &str) -> bool {
        begins(format!("{before}token").as_bytes(), before.len(), &ByteSet::TOKEN)
    }

    #[test]
    fn tokens_begin_after_what_is_not_theirs_and_after_escapes() {
        for before in ["", " ", "=", "\"", "/", ".", "\\n", "\\t", "a\\\"", "%3D", "%3d", "\\x3d", "\\u003d", "\u{1b}[31m", "\\033[1;31m", "\\u001b[0m", "=0x"]
        {
            assert!(begins_after(before), "{before:?}");
        }
        for before in ["a", "_", "9", "-", "%41", "\\x41", "\\u0041", "norm", "[31m", "10x", "%3"] {
            assert!(!begins_after(before), "{before:?}");
        }
    }

    #[test]
    fn letters_of_escapes_begin_nothing() {
        for (before, rest) in [("\\", "nTOKEN"), ("%", "3DTOKEN"), ("\u{1b}[", "31mTOKEN"), ("\\033[1;", "31mTOKEN")] {
            assert!(is_inside_escape([before, rest].concat().as_bytes(), before.len()), "{before:?}");
        }
        for (before, rest) in [("[", "31mTOKEN"), ("%", "TOKEN"), ("\\", "TOKEN"), ("", "nTOKEN")] {
            assert!(!is_inside_escape([before, rest].concat().as_bytes(), before.len()), "{before:?}");
        }
    }

    #[test]
    fn bare_values_stand_behind_signs() {
        let stands_after = |before: &str| is_value_position(format!("{before}v").as_bytes(), before.len());
        for before in ["", "=", "key: ", "\"", "(", ">", "https://", "\\\"", "%3D", "“", "\n"] {
            assert!(stands_after(before), "{before:?}");
        }
        for before in ["/", "a/", ".", "#", "-", "@", "$", "+", "%2B"] {
            assert!(!stands_after(before), "{before:?}");
        }
    }
}
