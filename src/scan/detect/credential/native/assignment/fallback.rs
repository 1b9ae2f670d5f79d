//! What stands in for a value that is not there: defaults of look-ups and of variables.

use super::cursor::Cursor;
use super::link::prefixed_quote;
use super::literal::{Literal, Style, quoted};

/// `|| "…"`, `?? "…"`, `or "…"`, `?: "…"`, `{ "…" }` on the same line.
pub(super) fn or_default(cursor: &mut Cursor<'_>) -> Option<Literal> {
    cursor.while_is(|byte| matches!(byte, b')' | b']' | b'!'));
    cursor.spaces();
    let stands = [&b"||"[..], b"??", b"?:", b"{", b"or "].into_iter().any(|sign| cursor.eat(sign));
    cursor.spaces();
    let quote = stands.then(|| prefixed_quote(cursor)).flatten()?;
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
    (matches!(sign, b":" | b":-" | b"-" | b":=") && closes && !text.is_empty()).then_some(Literal { span: start..start + text.len(), style: Style::Quoted })
}
