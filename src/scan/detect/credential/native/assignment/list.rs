//! Lists of values under a name of several: `api_keys: ["…", "…"]`.

use super::cursor::Cursor;
use super::key::Key;
use super::link::prefixed_quote;
use super::literal::{Literal, Style, quoted};

/// How far behind their name the values of a list may stand.
pub(super) const REACH: usize = 4 * super::REACH;

/// The literals of `["…", "…"]`, `{"…"}` or `[]string{"…"}` behind a sign; a list of anything else has none.
pub(super) fn of(bytes: &[u8], key: &Key) -> Vec<Literal> {
    const MOST: usize = 20;
    let mut literals = Vec::new();
    let Some(open) = opens(bytes, key) else { return literals };
    let mut cursor = Cursor::new(bytes, open, (key.span.end + REACH).saturating_sub(open));
    while literals.len() < MOST {
        cursor.blanks();
        let Some(literal) = prefixed_quote(&mut cursor).and_then(|quote| quoted(&mut cursor, quote, Style::Loose)) else { break };
        literals.push(literal);
        cursor.blanks();
        if !cursor.eat(b",") {
            break;
        }
    }
    literals
}

/// Where the first value of a list may stand, if a list is assigned.
pub(super) fn opens(bytes: &[u8], key: &Key) -> Option<usize> {
    let mut cursor = Cursor::new(bytes, key.span.end, super::REACH);
    cursor.quote();
    cursor.spaces();
    let signs = cursor.while_is(|byte| matches!(byte, b':' | b'=' | b'>'));
    cursor.spaces();
    cursor.eat(b"[]string");
    let opens = !signs.is_empty() && (cursor.eat(b"[") || cursor.eat(b"{") || cursor.eat(b"("));
    opens.then_some(cursor.at)
}
