//! Signs of assignment and what stands behind them: `=`, `:=`, `=>`, `: Type =`, `?=`, `==`.

use super::apart::{nested, object};
use super::call::wrapped;
use super::cursor::{Cursor, Quote};
use super::fallback::{default_in, in_template, or_default};
use super::link::{attempt, prefixed_quote};
use super::literal::{Literal, Style, bare, quoted};
use super::markup::sibling_element;
use super::raw::{bracketed, here_document};
use super::surroundings::{Setting, Surroundings};

/// `=`, `==`, `=>`.
pub(super) fn after_equals(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    let signs = cursor.while_is(|byte| byte == b'=').len();
    if signs == 1 {
        // Mail writes its `=` as `=3D`.
        cursor.eat(b"3D");
    }
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
    let mut typed = cursor.there(cursor.at);
    if closed.is_none()
        && surroundings.setting != Setting::Configuration
        && let Some(literal) = annotated(&mut typed, surroundings)
    {
        return Some(literal);
    }
    cursor.spaces();
    match cursor.peek() {
        Some(b'\n' | b'\r') => attempt(cursor, |cursor| nested(cursor, surroundings)).or_else(|| below(cursor, surroundings)),
        Some(b'{') if closed.is_some() => object(cursor, surroundings),
        // `<b>Password:</b> …`
        Some(b'<') => attempt(cursor, sibling_element).or_else(|| assigned(cursor, surroundings)),
        Some(b'*' | b'_') if surroundings.setting == Setting::Text => {
            cursor.while_is(|byte| matches!(byte, b'*' | b'_'));
            assigned(cursor, surroundings)
        }
        Some(b'"' | b'\'') if attempt_sent(cursor).is_some() => sent(cursor),
        _ => assigned(cursor, surroundings),
    }
}

/// On the next line: a literal in code, a word alone in prose.
fn below(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    cursor.while_is(|byte| byte == b'\r');
    if !cursor.eat(b"\n") {
        return None;
    }
    cursor.spaces();
    match surroundings.setting {
        Setting::Code | Setting::Data => prefixed_quote(cursor).and_then(|quote| quoted(cursor, quote, Style::Quoted)),
        Setting::Text => bare(cursor, surroundings).filter(|_| matches!(cursor.peek(), None | Some(b'\n' | b'\r'))),
        _ => None,
    }
}

/// `expect "password:"` and `send "…\r"`: where the second begins.
fn attempt_sent(cursor: &Cursor<'_>) -> Option<usize> {
    let mut there = cursor.there(cursor.at);
    there.quote()?;
    there.blanks();
    there.while_is(|byte| matches!(byte, b'{' | b'}' | b' '));
    there.blanks();
    (there.eat(b"send \"") || there.eat(b"send -- \"")).then_some(there.at)
}

fn sent(cursor: &mut Cursor<'_>) -> Option<Literal> {
    let start = attempt_sent(cursor)?;
    let rest = &cursor.bytes[start..];
    let text = &rest[..rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'\n' | b'$' | b'['))?];
    (!text.is_empty()).then(|| Literal::new(start..start + text.len(), Style::Quoted))
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
        // `getenv("K") ?: "…"`
        Some(b':')
            if signs == b"?" && !matches!(cursor.peek_at(1), Some(b':')) && matches!(cursor.bytes.get(cursor.at + 1..), Some([b' ', b'"' | b'\'', ..])) =>
        {
            cursor.at = before;
            or_default(cursor)
        }
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
    if let Some(literal) = attempt(cursor, |cursor| here_document(cursor).or_else(|| bracketed(cursor)).or_else(|| in_template(cursor))) {
        return Some(literal);
    }
    if surroundings.setting == Setting::Configuration {
        tagged(cursor);
    }
    // JSX: `password={'…'}`.
    if matches!(cursor.rest(), [b'{', b'"' | b'\'' | b'`', ..]) {
        cursor.skip(1);
    }
    if matches!(cursor.rest(), [b'"', b'$', b'{', ..]) {
        let literal = attempt(cursor, |cursor| {
            cursor.skip(1);
            default_in(cursor)
        });
        if literal.is_some() {
            return literal;
        }
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
        let continues = !cursor.while_is(|byte| byte == b'\\').is_empty() && surroundings.setting == Setting::Configuration;
        cursor.blanks();
        return match prefixed_quote(cursor) {
            Some(quote) => quoted(cursor, quote, Style::Quoted),
            None => continues.then(|| bare(cursor, surroundings)).flatten(),
        };
    }
    let start = cursor.at;
    if let Some(literal) = wrapped(cursor, surroundings) {
        return Some(literal);
    }
    cursor.at = start;
    surroundings.takes_bare().then(|| bare(cursor, surroundings)).flatten()
}

/// YAML's `&anchor` and the tags of a string. Other tags say where a value is to be had.
fn tagged(cursor: &mut Cursor<'_>) {
    let before = cursor.at;
    let tag = [&b"!!str"[..], b"!!binary", b"!unsafe", b"!str"].into_iter().any(|tag| cursor.eat(tag));
    let anchor = !tag && cursor.eat(b"&") && !cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).is_empty();
    if !((tag || anchor) && cursor.spaces()) {
        cursor.at = before;
    }
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
