//! From a name to its value: what may stand between the two.

use super::super::cut;
use super::REACH;
use super::apart::{attributes, block, element, pair, sibling_element};
use super::call::{argument, is_whole_string, names_a_setter, setter};
use super::cursor::{Cursor, Quote};
use super::fallback::{default_of, or_default};
use super::key::{Key, Kind};
use super::literal::{Literal, Style, bare, quoted};
use super::sign::{after_colon, after_equals, annotated, compound};
use super::surroundings::{LOOK_BACK, Setting, Surroundings};

/// Words at the start of a line after which a name and its value are divided by a blank.
/// C's `#define` is none of them: what stands bare behind it is another name.
const DIRECTIVES: [&[u8]; 7] = [b"env", b"arg", b"set", b"setenv", b"export", b"setx", b"fastcgi_param"];

/// The literal that is assigned to `key`, if it is a literal.
pub(super) fn value(bytes: &[u8], key: &Key, surroundings: &Surroundings) -> Option<Literal> {
    let mut cursor = Cursor::new(bytes, key.span.end, REACH);
    if is_verb(bytes, key) {
        return None;
    }
    let closed = cursor.quote();
    cursor.while_is(|byte| matches!(byte, b']' | b')') && closed.is_some());
    let spaced = cursor.spaces();
    match cursor.peek()? {
        b':' if key.template => default_of(&mut cursor),
        b'=' => after_equals(&mut cursor, surroundings),
        b':' => after_colon(&mut cursor, surroundings, closed),
        b'?' | b'|' | b'+' | b'.' | b'!' | b'~' => compound(&mut cursor, surroundings),
        b',' if closed.is_some() && is_whole_string(bytes, key) => pair(&mut cursor, surroundings).or_else(|| argument(&mut cursor, bytes, key)),
        b',' => pair(&mut cursor, surroundings),
        b'>' => element(&mut cursor, bytes, key),
        b'<' => sibling_element(&mut cursor),
        b'{' if closed.is_some() => attempt(&mut cursor, block).or_else(|| or_default(&mut cursor)),
        b'(' if closed.is_none() && !spaced && names_a_setter(bytes, key) => setter(&mut cursor),
        b'/' if closed.is_none() => None,
        b'\n' | b'\r' | b'\\' => pair(&mut cursor, surroundings),
        b'"' | b'\'' if spaced && closed.is_none() => direct(&mut cursor),
        _ if closed.is_some() => pair(&mut cursor, surroundings).or_else(|| or_default(&mut cursor)),
        _ if spaced => attempt(&mut cursor, sql)
            .or_else(|| attempt(&mut cursor, |cursor| attributes(cursor, bytes, key)))
            .or_else(|| attempt(&mut cursor, |cursor| annotated(cursor, surroundings)))
            .or_else(|| word(&mut cursor, bytes, key, surroundings)),
        _ => None,
    }
}

/// "You may pass 'x'": in the middle of a line, without a sign behind it, the word is a verb. `PASS: TestX` is a result, and
/// `/etc/passwd:` a file.
fn is_verb(bytes: &[u8], key: &Key) -> bool {
    let (before, name) = (&bytes[key.span.start.saturating_sub(LOOK_BACK)..key.span.start], &bytes[key.span.clone()]);
    let after = cut(bytes, key.span.end..key.span.end + REACH);
    if name.eq_ignore_ascii_case(b"passwd") {
        return before.ends_with(b"/");
    }
    if key.flag || !name.eq_ignore_ascii_case(b"pass") {
        return false;
    }
    let in_sentence =
        || before.trim_ascii_end().last().is_some_and(|last| last.is_ascii_alphanumeric() || matches!(last, b';' | b'.' | b',' | b':' | b')' | b'"' | b'\''));
    let spoken = after.starts_with(b" ") && !after.trim_ascii_start().starts_with(b"=") && (name == b"Pass" || (before.ends_with(b" ") && in_sentence()));
    spoken || (name == b"PASS" && after.starts_with(b": "))
}

/// Something stands behind the name that a value can follow.
pub(super) fn may_follow(bytes: &[u8], key: &Key) -> bool {
    let rest = cut(bytes, key.span.end..key.span.end + REACH);
    let first = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'`' | b']' | b')'));
    let blank = rest.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
    first.and_then(|at| rest.get(at)).is_some_and(|byte| match byte {
        b'=' | b':' | b'?' | b'|' | b'+' | b'.' | b'!' | b'~' | b',' | b'>' | b'<' | b'{' | b'(' | b'\n' | b'\r' | b'\\' | b'&' => true,
        _ => blank || first > Some(0),
    })
}

/// What `way` finds, or nothing and the cursor where it was.
pub(super) fn attempt<'a>(cursor: &mut Cursor<'a>, way: impl FnOnce(&mut Cursor<'a>) -> Option<Literal>) -> Option<Literal> {
    let before = cursor.at;
    let found = way(cursor);
    if found.is_none() {
        cursor.at = before;
    }
    found
}

/// A quote, perhaps behind the letters that some languages put before it: `b"`, `@"`, `N'`, `f"`.
pub(super) fn prefixed_quote(cursor: &mut Cursor<'_>) -> Option<Quote> {
    let letters = cursor.rest().iter().take_while(|byte| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'@' | b'$' | b'#')).count();
    let before = cursor.at;
    if letters <= 2 {
        cursor.skip(letters);
        if let Some(quote) = cursor.quote() {
            return Some(quote);
        }
    }
    cursor.at = before;
    None
}

/// `PASSWORD 'x'`, `-Password "x"`, `#define PASSWORD "x"`.
fn direct(cursor: &mut Cursor<'_>) -> Option<Literal> {
    let quote = cursor.quote()?;
    quoted(cursor, quote, Style::Quoted)
}

/// `PASSWORD TO 'x'`, `… BY N'x'`, `PASSWORD IS "x"`.
fn sql(cursor: &mut Cursor<'_>) -> Option<Literal> {
    [&b"by"[..], b"to", b"as", b"encrypted"].into_iter().find(|word| cursor.eat_word(word));
    cursor.spaces();
    // Backquotes belong to prose: "pass `x`".
    prefixed_quote(cursor).filter(|quote| quote.mark != b'`').and_then(|quote| quoted(cursor, quote, Style::Quoted))
}

/// A bare word behind a blank: options of commands, `ENV K V`, directives of configurations.
fn word(cursor: &mut Cursor<'_>, bytes: &[u8], key: &Key, surroundings: &Surroundings) -> Option<Literal> {
    let line = bytes.get(surroundings.line_start..key.span.start).unwrap_or_default();
    let before = line.trim_ascii_end().rsplit(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
    let directive = DIRECTIVES.iter().any(|word| before.eq_ignore_ascii_case(word));
    let first = line.trim_ascii().is_empty() && surroundings.setting == Setting::Configuration && key.kind == Kind::Password;
    if !(key.flag || directive || first) || matches!(cursor.peek(), Some(b'-' | b'<' | b'[' | b'{' | b'$' | b'\\')) {
        return None;
    }
    let literal = bare(cursor, surroundings)?;
    // Prose goes on: `password must be set`.
    let text = &bytes[literal.span.clone()];
    (!text.contains(&b' ')).then_some(literal)
}
