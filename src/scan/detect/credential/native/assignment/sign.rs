//! Signs of assignment and what stands behind them: `=`, `:=`, `=>`, `: Type =`, `?=`, `==`.

use super::apart::nested;
use super::call::wrapped;
use super::cursor::{Cursor, Quote};
use super::fallback::{default_in, or_default};
use super::link::prefixed_quote;
use super::literal::{Literal, Style, bare, quoted};
use super::surroundings::{Setting, Surroundings};

/// `=`, `==`, `=>`.
pub(super) fn after_equals(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    let signs = cursor.while_is(|byte| byte == b'=').len();
    if cursor.eat(b">") || signs == 1 {
        return assigned(cursor, surroundings);
    }
    // A comparison with a literal gives the literal away.
    cursor.spaces();
    let quote = cursor.quote().filter(|_| signs <= 3)?;
    quoted(cursor, quote, Style::Loose)
}

/// `:`, `:=`, and `: Type =`.
pub(super) fn after_colon(cursor: &mut Cursor<'_>, surroundings: &Surroundings, closed: Option<Quote>) -> Option<Literal> {
    cursor.skip(1);
    if cursor.peek() == Some(b':') {
        return None;
    }
    cursor.eat(b"=");
    cursor.eat(b"-"); // `${K:-default}`
    let mut typed = Cursor { bytes: cursor.bytes, at: cursor.at };
    if closed.is_none()
        && surroundings.setting != Setting::Configuration
        && let Some(literal) = annotated(&mut typed, surroundings)
    {
        return Some(literal);
    }
    cursor.spaces();
    if matches!(cursor.peek(), Some(b'\n' | b'\r')) {
        return nested(cursor, surroundings);
    }
    assigned(cursor, surroundings)
}

/// A type between name and sign: `password: Optional[str] = "…"`, `PASSWORD: &'static str = "…"`, `password string = "…"`.
pub(super) fn annotated(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    cursor.spaces();
    cursor.eat(b"&");
    if cursor.eat(b"'") {
        cursor.while_is(|byte| byte.is_ascii_alphabetic());
        cursor.spaces();
    }
    let kind = cursor.while_is(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'<' | b'>' | b'[' | b']' | b'|' | b'?' | b'&' | b'*' | b' ' | b',' | b'!')
    });
    let one_type = !kind.is_empty() && kind.len() <= 40 && kind.first().is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, b'[' | b'*' | b'?'));
    if !one_type || cursor.peek() != Some(b'=') || cursor.peek_at(1) == Some(b'=') {
        return None;
    }
    cursor.skip(1);
    cursor.spaces();
    prefixed_quote(cursor).and_then(|quote| quoted(cursor, quote, Style::Quoted)).or_else(|| wrapped(cursor, surroundings))
}

/// `?=`, `||=`, `+=`, `??=`, `!=`, and a default behind a variable.
pub(super) fn compound(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    let before = cursor.at;
    let signs = cursor.while_is(|byte| matches!(byte, b'?' | b'|' | b'+' | b'.' | b'!' | b'~'));
    match cursor.peek() {
        Some(b'=') if signs == b"!" => after_equals_loosely(cursor),
        Some(b'=') if signs.len() <= 2 => after_equals(cursor, surroundings),
        // `password?: string = "…"`
        Some(b':') if signs == b"?" => annotated_after_colon(cursor, surroundings),
        _ => {
            cursor.at = before;
            or_default(cursor)
        }
    }
}

fn after_equals_loosely(cursor: &mut Cursor<'_>) -> Option<Literal> {
    cursor.while_is(|byte| byte == b'=');
    cursor.spaces();
    let quote = cursor.quote()?;
    quoted(cursor, quote, Style::Loose)
}

fn annotated_after_colon(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    cursor.skip(1);
    annotated(cursor, surroundings)
}

/// What stands behind the sign.
pub(super) fn assigned(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    cursor.spaces();
    while cursor.eat(b"(") {
        cursor.blanks();
    }
    if let Some(quote) = prefixed_quote(cursor) {
        return quoted(cursor, quote, Style::Quoted);
    }
    if surroundings.setting == Setting::Configuration && block_scalar(cursor) {
        return bare(cursor, surroundings);
    }
    if cursor.rest().starts_with(b"${") {
        return default_in(cursor);
    }
    if matches!(cursor.peek(), Some(b'\n' | b'\r' | b'\\')) {
        cursor.while_is(|byte| byte == b'\\');
        cursor.blanks();
        return prefixed_quote(cursor).and_then(|quote| quoted(cursor, quote, Style::Quoted));
    }
    let start = cursor.at;
    if let Some(literal) = wrapped(cursor, surroundings) {
        return Some(literal);
    }
    cursor.at = start;
    surroundings.takes_bare().then(|| bare(cursor, surroundings)).flatten()
}

/// YAML's `|` and `>`: the value stands on the next line.
fn block_scalar(cursor: &mut Cursor<'_>) -> bool {
    let before = cursor.at;
    if cursor.eat(b"|") || cursor.eat(b">") {
        cursor.while_is(|byte| matches!(byte, b'-' | b'+' | b' ' | b'0'..=b'9'));
        if cursor.peek() == Some(b'\n') {
            cursor.blanks();
            return true;
        }
    }
    cursor.at = before;
    false
}
