//! What prose says of a password: "the password is …", "with the password `…`".

use super::cursor::Cursor;
use super::key::{Key, Kind};
use super::literal::{Literal, Style};
use super::surroundings::{Setting, Surroundings};
use crate::domain::Sureness;
use crate::scan::detect::credential::value;

/// Words between a name and what it is.
const VERBS: [&[u8]; 8] = [b"is", b"was", b"to be", b"as", b"of", b"is now", b"is set to", b"will be"];

/// A value that a sentence gives, in quotes of code or by a verb; a random one may stand right behind its name.
pub(super) fn said(cursor: &mut Cursor<'_>, key: &Key, surroundings: &Surroundings) -> Option<Literal> {
    if surroundings.setting != Setting::Text || matches!(key.kind, Kind::SomeKey | Kind::Auth) || key.flag {
        return None;
    }
    let dashed = surroundings.begins_line && cursor.eat(b"- ");
    let verb = VERBS.into_iter().find(|verb| cursor.eat_word(verb)).is_some();
    cursor.spaces();
    let signed = dashed || verb && cursor.eat(b":");
    cursor.spaces();
    cursor.while_is(|byte| byte == b'*');
    let marked = cursor.quote();
    let start = cursor.at;
    let text = match marked {
        Some(quote) => cursor.while_is(|byte| byte.is_ascii_graphic() && byte != quote.mark),
        None => {
            let word = cursor.while_is(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'`' | b'<' | b'|'));
            &word[..word.len() - word.iter().rev().take_while(|byte| matches!(byte, b'.' | b',' | b';' | b':' | b')' | b'*' | b'\'')).count()]
        }
    };
    let closes = marked.is_none_or(|quote| cursor.peek() == Some(quote.mark));
    // `user robot, pw …`: the short word is no verb.
    let short = key.span.len() <= 3 && key.kind == Kind::Password;
    let told = marked.is_some() || signed || ((verb || short) && is_no_word(text));
    let random = || text.len() >= 20 && value::as_token(text) == Some(Sureness::Likely);
    (closes && !text.is_empty() && (told || random())).then(|| Literal::new(start..start + text.len(), Style::Loose))
}

/// Digits and letters in one: sentences have few such words.
fn is_no_word(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_digit) && text.iter().filter(|byte| byte.is_ascii_alphabetic()).count() >= 3
}
