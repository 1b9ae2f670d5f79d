//! What stands in for a value that is not there: defaults of look-ups and of variables, the other branch of a choice.

use super::cursor::Cursor;
use super::link::{attempt, prefixed_quote};
use super::literal::{Literal, Style, quoted};

/// Signs and calls between a look-up and its default.
#[rustfmt::skip] // a list, not code
const SIGNS: [&[u8]; 12] = [
    b"||", b"??", b"?:", b"//", b"{", b"or ", b".unwrap_or(", b".unwrap_or_else(|_| ", b".unwrap_or_else(|_|", b".orElse(", b".getOrElse(", b".or_else(",
];

/// `|| "…"`, `?? "…"`, `or "…"`, `?: "…"`, `{ "…" }`, `.unwrap_or("…")` on the same line.
pub(super) fn or_default(cursor: &mut Cursor<'_>) -> Option<Literal> {
    cursor.while_is(|byte| matches!(byte, b')' | b']' | b'!' | b'}'));
    cursor.spaces();
    if !SIGNS.into_iter().any(|sign| cursor.eat(sign)) {
        return attempt(cursor, otherwise);
    }
    cursor.spaces();
    // "`password` or `salt`" in prose is no choice.
    let spoken = cursor.bytes[..cursor.at].ends_with(b"or ");
    let quote = prefixed_quote(cursor).filter(|quote| quote.mark != b'`' || !spoken)?;
    quoted(cursor, quote, Style::Quoted)
}

/// `x if x else "…"`, `x ? x : "…"`.
fn otherwise(cursor: &mut Cursor<'_>) -> Option<Literal> {
    const LONGEST: usize = 120;
    let rest = cursor.rest();
    let line = &rest[..memchr::memchr3(b'\n', b';', b'{', rest).unwrap_or(rest.len()).min(LONGEST)];
    let last: &[u8] = match line {
        [b'i', b'f', b' ', ..] => b" else ",
        [b'?', b' ', ..] | [b'=' | b'!', b'=', ..] => b" : ",
        _ => return None,
    };
    cursor.skip(memchr::memmem::find(line, last)? + last.len());
    let quote = prefixed_quote(cursor)?;
    quoted(cursor, quote, Style::Quoted)
}

/// `{{ db_password | default('…') }}`, `{{ default "…" .Values.password }}`: templates of Jinja and Helm.
pub(super) fn in_template(cursor: &mut Cursor<'_>) -> Option<Literal> {
    cursor.quote();
    if !cursor.eat(b"{{") {
        return None;
    }
    let rest = cursor.rest();
    let inside = &rest[..memchr::memmem::find(rest, b"}}")?];
    cursor.skip(memchr::memmem::find(inside, b"default")? + b"default".len());
    cursor.while_is(|byte| matches!(byte, b' ' | b'('));
    let quote = cursor.quote()?;
    quoted(cursor, quote, Style::Quoted)
}

/// `${K:-default}`, `${k:default}`, `${K-default}`.
pub(super) fn default_in(cursor: &mut Cursor<'_>) -> Option<Literal> {
    cursor.skip(2);
    cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    default_of(cursor)
}

/// The default of a variable, behind its name.
pub(super) fn default_of(cursor: &mut Cursor<'_>) -> Option<Literal> {
    let sign = cursor.while_is(|byte| matches!(byte, b':' | b'-' | b'='));
    let quote = cursor.quote();
    let start = cursor.at;
    let text = cursor.while_is(|byte| {
        !matches!(byte, b'}' | b'"' | b'\'' | b'$' | b'{' | b'\n') || quote.is_some_and(|quote| byte != quote.mark && byte != b'\n' && byte != b'}')
    });
    let closes = matches!(cursor.peek(), Some(b'}' | b'"' | b'\''));
    (matches!(sign, b":" | b":-" | b"-" | b":=") && closes && !text.is_empty()).then(|| Literal::new(start..start + text.len(), Style::Quoted))
}
