//! Literals without quotes of the usual kind: here-documents, `[[…]]`, `q(…)`, `%q(…)`.

use super::cursor::Cursor;
use super::literal::{Literal, Style};

/// Marks of strings, and what closes them.
const BRACKETS: [(&[u8], u8); 8] = [(b"[[", b']'), (b"q(", b')'), (b"qq(", b')'), (b"q{", b'}'), (b"qq{", b'}'), (b"%q(", b')'), (b"%Q(", b')'), (b"%(", b')')];

/// `[[…]]`, `q(…)`.
pub(super) fn bracketed(cursor: &mut Cursor<'_>) -> Option<Literal> {
    let (open, close) = BRACKETS.into_iter().find(|(open, _)| cursor.eat(open))?;
    let start = cursor.at;
    let text = cursor.while_is(|byte| byte != close && byte >= b' ' && !matches!(byte, b'"' | b'\''));
    // `%(name)s` is Python's way of asking for another value.
    let other = open == b"%(" && cursor.peek_at(1).is_some_and(|byte| byte.is_ascii_alphanumeric());
    (!text.is_empty() && !other && cursor.peek() == Some(close)).then(|| Literal::new(start..start + text.len(), Style::Quoted))
}

/// `<<EOF`, `<<-"EOF"`, `<<~EOS`, `<<<EOT`: the one line that stands up to the mark.
pub(super) fn here_document(cursor: &mut Cursor<'_>) -> Option<Literal> {
    if !cursor.eat(b"<<") {
        return None;
    }
    cursor.while_is(|byte| matches!(byte, b'<' | b'-' | b'~' | b'"' | b'\''));
    let mark = cursor.while_is(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    cursor.while_is(|byte| matches!(byte, b'"' | b'\'' | b';' | b' ' | b'\r'));
    if mark.is_empty() || !cursor.eat(b"\n") {
        return None;
    }
    cursor.blanks();
    let start = cursor.at;
    let text = cursor.while_is(|byte| byte >= b' ').trim_ascii_end();
    cursor.blanks();
    (!text.is_empty() && cursor.eat(mark)).then(|| Literal::new(start..start + text.len(), Style::Quoted))
}
