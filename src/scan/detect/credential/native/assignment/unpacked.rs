//! Several names that get several values at once: `user, password = "…", "…"`.

use super::REACH;
use super::cursor::Cursor;
use super::key::Key;
use super::link::prefixed_quote;
use super::literal::{Literal, Style, quoted};
use super::surroundings::{Setting, Surroundings};

/// Words before the first of the names.
const WORDS: [&[u8]; 6] = [b"my", b"our", b"local", b"var", b"let", b"const"];

/// Behind the sign and the first bracket of such an assignment, and how many values stand before the name's.
pub(super) struct Values<'a> {
    cursor: Cursor<'a>,
    before: usize,
}

/// The values, if several names get them at once.
pub(super) fn values<'a>(bytes: &'a [u8], key: &Key, surroundings: &Surroundings) -> Option<Values<'a>> {
    if surroundings.setting != Setting::Code || surroundings.inside.is_some() {
        return None;
    }
    let line = bytes.get(surroundings.line_start..key.span.start)?.trim_ascii_start();
    let line = WORDS.into_iter().find_map(|word| line.strip_prefix(word).filter(|rest| rest.starts_with(b" "))).unwrap_or(line).trim_ascii_start();
    let line = line.strip_prefix(b"(").unwrap_or(line);
    let before = line.iter().filter(|byte| **byte == b',').count();
    let names = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b',' | b' ' | b'$' | b'@');
    let mut cursor = Cursor::new(bytes, key.span.end, REACH);
    cursor.joins = true;
    let further = cursor.while_is(names).contains(&b',');
    if (before == 0 && !further) || !line.iter().all(|byte| names(*byte)) {
        return None;
    }
    cursor.eat(b")");
    cursor.spaces();
    if !(cursor.eat(b":=") || cursor.eat(b"=")) || cursor.peek() == Some(b'=') {
        return None;
    }
    cursor.spaces();
    cursor.while_is(|byte| matches!(byte, b'(' | b'['));
    Some(Values { cursor, before })
}

impl Values<'_> {
    /// The literal that the name gets.
    pub(super) fn own(mut self) -> Option<Literal> {
        let cursor = &mut self.cursor;
        for _ in 0..self.before {
            match prefixed_quote(cursor) {
                Some(quote) => drop(quoted(cursor, quote, Style::Loose)?),
                None => drop(cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$' | b'(' | b')' | b'[' | b']'))),
            }
            cursor.spaces();
            cursor.eat(b",").then_some(())?;
            cursor.blanks();
        }
        let quote = prefixed_quote(cursor)?;
        quoted(cursor, quote, Style::Quoted)
    }
}
