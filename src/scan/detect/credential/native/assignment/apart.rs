//! Names and values that stand apart: a value under a name of its own, before or behind the entry that holds its name.

use super::cursor::Cursor;
use super::key::Key;
use super::link::{attempt, prefixed_quote};
use super::literal::{Literal, Style, bare, quoted};
use super::sign::assigned;
use super::surroundings::{Setting, Surroundings};

/// Words that introduce the value of a name given beside it: `name: K` and `value: V`.
const VALUE_WORDS: [&[u8]; 13] = [
    b"value",
    b"defaultvalue",
    b"default",
    b"default_value",
    b"parametervalue",
    b"val",
    b"content",
    b"secretvalue",
    b"initialvalue",
    b"envdefault",
    b"setvalue",
    b"initial",
    b"plaintext",
];

/// Words that introduce the name, where the value stands first.
const NAME_WORDS: [&[u8]; 7] = [b"name", b"key", b"parameterkey", b"parametername", b"variable", b"forhttpheaderfield", b"id"];

/// Entries between a name and its value: a type, a description, a flag.
const MOST_BETWEEN: usize = 4;

/// The name is a value itself, and its own value follows under another name: Kubernetes, compose, Postman, XML, HTML, CloudFormation.
pub(super) fn pair(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    attempt(cursor, |cursor| pair_of(cursor, surroundings))
}

fn pair_of(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    for _ in 0..=MOST_BETWEEN {
        between(cursor);
        if let Some(literal) = attempt(cursor, |cursor| named_value(cursor, surroundings)) {
            return Some(literal);
        }
        entry(cursor)?;
    }
    None
}

/// What divides entries: a comma, blanks, a comment up to the end of its line.
fn between(cursor: &mut Cursor<'_>) {
    cursor.spaces();
    cursor.eat(b",");
    cursor.spaces();
    if cursor.peek() == Some(b'#') {
        cursor.while_is(|byte| byte != b'\n');
    }
    cursor.blanks();
}

/// `value: V`.
fn named_value(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    cursor.quote();
    VALUE_WORDS.into_iter().find(|word| cursor.eat_word(word))?;
    cursor.quote();
    cursor.spaces();
    if !(cursor.eat(b"=>") || cursor.eat(b"=") || cursor.eat(b":") || cursor.eat(b"(")) {
        return None;
    }
    cursor.spaces();
    if let Some(quote) = prefixed_quote(cursor) {
        return quoted(cursor, quote, Style::Quoted);
    }
    surroundings.takes_bare().then(|| bare(cursor, surroundings)).flatten()
}

/// `type: string`, `"secure": false`, `xml:space="preserve"`: an entry that says nothing of the value.
fn entry(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.quote();
    let name = cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    cursor.eat(b":space");
    cursor.quote();
    cursor.spaces();
    let signed = cursor.eat(b"=>") || cursor.eat(b"=") || cursor.eat(b":");
    cursor.spaces();
    let simple = match prefixed_quote(cursor) {
        Some(quote) => quoted(cursor, quote, Style::Loose).is_some(),
        None => !cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')).is_empty(),
    };
    let ends = matches!(cursor.peek(), None | Some(b',' | b' ' | b'\n' | b'\r' | b'\t' | b'>' | b')'));
    (!name.is_empty() && signed && simple && ends).then_some(())
}

/// The value stands before its name: `"value": "V", "name": "K"`, `<add value="V" key="K"/>`.
pub(super) fn reversed(bytes: &[u8], key: &Key, surroundings: &Surroundings) -> Option<Literal> {
    const REACH: usize = 240;
    let from = key.span.start.saturating_sub(REACH);
    let before = name_before(&bytes[from..key.span.start])?;
    let value = last_value(before)?;
    let mut cursor = Cursor::new(bytes, from + value, REACH);
    let literal = named_value(&mut cursor, surroundings)?;
    let divided = bytes.get(cursor.at..from + before.len())?;
    let apart = divided.iter().all(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b'"' | b'\'' | b'{' | b'\\'))
        && divided.iter().any(|byte| !matches!(byte, b'"' | b'\''));
    (apart && !divided.contains(&b'{')).then_some(literal)
}

/// What stands before `name: "`, when that is how the text ends.
fn name_before(text: &[u8]) -> Option<&[u8]> {
    let quote = |text: &[u8]| text.iter().rev().take_while(|byte| matches!(byte, b'"' | b'\'' | b'@' | b'\\' | b'$')).count();
    let text = &text[..text.len() - quote(text)];
    let text = text.trim_ascii_end();
    let text = text.strip_suffix(b":").or_else(|| text.strip_suffix(b"="))?.trim_ascii_end();
    let text = &text[..text.len() - quote(text)];
    let word = NAME_WORDS.into_iter().find(|word| text.len().checked_sub(word.len()).is_some_and(|at| text[at..].eq_ignore_ascii_case(word)))?;
    let text = &text[..text.len() - word.len()];
    (!text.last().is_some_and(|last| last.is_ascii_alphanumeric() || matches!(last, b'_' | b'-' | b'.'))).then(|| &text[..text.len() - quote(text)])
}

/// Where the last word that introduces a value begins.
fn last_value(text: &[u8]) -> Option<usize> {
    let stands = |at: usize| {
        let word = |word: &&[u8]| text.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word));
        let begins = at.checked_sub(1).is_none_or(|before| !text[before].is_ascii_alphanumeric());
        begins && VALUE_WORDS.iter().any(|other| word(other) && text.get(at + other.len()).is_some_and(|byte| !byte.is_ascii_alphanumeric()))
    };
    (0..text.len()).rev().find(|at| stands(*at))
}

/// YAML: `DbPassword:` and below it, deeper, `Default: …` or `value: …`.
pub(super) fn nested(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    if surroundings.setting != Setting::Configuration {
        return None;
    }
    for _ in 0..6 {
        cursor.while_is(|byte| matches!(byte, b'\r' | b'\n'));
        if !cursor.spaces() {
            return None;
        }
        if ["value", "default"].into_iter().any(|word| cursor.eat_word(word.as_bytes())) && cursor.eat(b":") {
            return assigned(cursor, surroundings);
        }
        cursor.while_is(|byte| byte != b'\n');
    }
    None
}

/// JSON: `"password": {"type": "string", "value": "V"}`.
pub(super) fn object(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    cursor.eat(b"{").then(|| pair(cursor, surroundings)).flatten()
}

/// Terraform: `variable "db_password" {` … `default = "…"`.
pub(super) fn block(cursor: &mut Cursor<'_>) -> Option<Literal> {
    let rest = cursor.rest();
    let closes = if rest.starts_with(b"{\n") || rest.starts_with(b"{\r") { memchr::memmem::find(rest, b"\n}") } else { memchr::memchr(b'}', rest) };
    let body = &rest[..closes.unwrap_or(rest.len())];
    let default = memchr::memmem::find(body, b"default").filter(|at| body.get(at.wrapping_sub(1)).is_some_and(u8::is_ascii_whitespace))?;
    cursor.skip(default + b"default".len());
    cursor.spaces();
    if !cursor.eat(b"=") {
        return None;
    }
    cursor.spaces();
    let quote = cursor.quote()?;
    quoted(cursor, quote, Style::Quoted)
}

/// `args:`, `- --password`, `- V`: the value of an option is the next of a list.
pub(super) fn next_item(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    cursor.spaces();
    cursor.eat(b"\r");
    if !cursor.eat(b"\n") {
        return None;
    }
    cursor.spaces();
    if !cursor.eat(b"- ") {
        return None;
    }
    cursor.spaces();
    match prefixed_quote(cursor) {
        Some(quote) => quoted(cursor, quote, Style::Quoted),
        None => bare(cursor, surroundings).filter(|literal| !cursor.bytes[literal.span.clone()].starts_with(b"-")),
    }
}
