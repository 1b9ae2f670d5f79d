//! Names and values that stand apart: a value under a name of its own, elements of XML, blocks of Terraform and YAML.

use super::cursor::Cursor;
use super::key::Key;
use super::link::{attempt, prefixed_quote};
use super::literal::{Literal, Style, bare, quoted};
use super::sign::assigned;
use super::surroundings::{Setting, Surroundings};

/// Words that introduce the value of a name given before: `name: K` and `value: V`.
const VALUE_WORDS: [&[u8]; 9] =
    [b"value", b"defaultvalue", b"default", b"default_value", b"parametervalue", b"val", b"content", b"secretvalue", b"initialvalue"];

/// The name is a value itself, and its own value follows under another name: Kubernetes, compose, Postman, XML, HTML, CloudFormation.
pub(super) fn pair(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    attempt(cursor, |cursor| pair_of(cursor, surroundings))
}

fn pair_of(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    cursor.eat(b",");
    cursor.blanks();
    cursor.quote();
    VALUE_WORDS.into_iter().find(|word| cursor.eat_word(word))?;
    cursor.quote();
    cursor.spaces();
    if !(cursor.eat(b"=>") || cursor.eat(b"=") || cursor.eat(b":")) {
        return None;
    }
    cursor.spaces();
    if let Some(quote) = prefixed_quote(cursor) {
        return quoted(cursor, quote, Style::Quoted);
    }
    surroundings.takes_bare().then(|| bare(cursor, surroundings)).flatten()
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

/// `<password>…</password>`.
pub(super) fn element(cursor: &mut Cursor<'_>, bytes: &[u8], key: &Key) -> Option<Literal> {
    let opened = key.span.start.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(|before| matches!(before, b'<' | b':'));
    cursor.skip(1);
    cursor.blanks();
    let start = cursor.at;
    let text = cursor.while_is(|byte| !matches!(byte, b'<' | b'>' | b'\n')).trim_ascii_end();
    (opened && !text.is_empty() && cursor.rest().trim_ascii_start().starts_with(b"</"))
        .then_some(Literal { span: start..start + text.len(), style: Style::Quoted })
}

/// `<password attribute="…">…</password>`.
pub(super) fn attributes(cursor: &mut Cursor<'_>, bytes: &[u8], key: &Key) -> Option<Literal> {
    let opened = key.span.start.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'<');
    if !opened {
        return None;
    }
    let before = cursor.at;
    let inside = cursor.while_is(|byte| !matches!(byte, b'<' | b'>' | b'\n'));
    if inside.len() <= 80 && cursor.peek() == Some(b'>') && !inside.ends_with(b"/") {
        return element(cursor, bytes, key);
    }
    cursor.at = before;
    None
}

/// `<key>K</key><string>V</string>`, `<name>K</name><value>V</value>`.
pub(super) fn sibling_element(cursor: &mut Cursor<'_>) -> Option<Literal> {
    if !cursor.eat(b"</") {
        return None;
    }
    cursor.while_is(|byte| byte.is_ascii_alphanumeric() || byte == b':');
    if !cursor.eat(b">") {
        return None;
    }
    cursor.blanks();
    let opens = [&b"<string>"[..], b"<value>", b"<Value>", b"<param-value>", b"<defaultValue>", b"<stringProp name=\"Argument.value\">"]
        .into_iter()
        .any(|tag| cursor.eat(tag));
    let start = cursor.at;
    let text = cursor.while_is(|byte| !matches!(byte, b'<' | b'\n'));
    (opens && !text.is_empty() && cursor.rest().starts_with(b"</")).then_some(Literal { span: start..start + text.len(), style: Style::Quoted })
}

/// Terraform: `variable "db_password" {` … `default = "…"`.
pub(super) fn block(cursor: &mut Cursor<'_>) -> Option<Literal> {
    let rest = cursor.rest();
    let body = &rest[..memchr::memchr(b'}', rest).unwrap_or(rest.len())];
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
