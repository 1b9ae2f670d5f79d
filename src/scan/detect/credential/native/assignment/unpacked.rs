//! Several names that get several values at once: `user, password = "…", "…"`.

use super::REACH;
use super::cursor::Cursor;
use super::key::Key;
use super::link::prefixed_quote;
use super::literal::{Literal, Style, quoted};
use super::surroundings::{Setting, Surroundings};

/// Words before the first of the names.
const WORDS: [&[u8]; 6] = [b"my", b"our", b"local", b"var", b"let", b"const"];

/// The value that stands at the place of the name.
pub(super) fn value(bytes: &[u8], key: &Key, surroundings: &Surroundings) -> Option<Literal> {
    if surroundings.setting != Setting::Code || surroundings.inside.is_some() {
        return None;
    }
    let line = bytes.get(surroundings.line_start..key.span.start)?.trim_ascii_start();
    let line = WORDS.into_iter().find_map(|word| line.strip_prefix(word).filter(|rest| rest.starts_with(b" "))).unwrap_or(line).trim_ascii_start();
    let line = line.strip_prefix(b"(").unwrap_or(line);
    let place = line.iter().filter(|byte| **byte == b',').count();
    let names = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b',' | b' ' | b'$' | b'@');
    let mut cursor = Cursor::new(bytes, key.span.end, REACH);
    cursor.joins = true;
    let further = cursor.while_is(names).contains(&b',');
    if (place == 0 && !further) || !line.iter().all(|byte| names(*byte)) {
        return None;
    }
    cursor.eat(b")");
    cursor.spaces();
    if !(cursor.eat(b":=") || cursor.eat(b"=")) || cursor.peek() == Some(b'=') {
        return None;
    }
    cursor.spaces();
    cursor.while_is(|byte| matches!(byte, b'(' | b'['));
    for _ in 0..place {
        match prefixed_quote(&mut cursor) {
            Some(quote) => drop(quoted(&mut cursor, quote, Style::Loose)?),
            None => drop(cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$' | b'(' | b')' | b'[' | b']'))),
        }
        cursor.spaces();
        cursor.eat(b",").then_some(())?;
        cursor.blanks();
    }
    let quote = prefixed_quote(&mut cursor)?;
    quoted(&mut cursor, quote, Style::Quoted)
}
