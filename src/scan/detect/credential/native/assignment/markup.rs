//! Values in markup: elements, attributes, and elements beside the one that holds the name.

use super::cursor::Cursor;
use super::key::Key;
use super::link::attempt;
use super::literal::{Literal, Style};

/// Elements that hold the value of a name in the element before them, and those that only show it.
const VALUES: [&[u8]; 6] = [b"string", b"value", b"param-value", b"defaultvalue", b"stringprop", b"plaintext"];
const CELLS: [&[u8]; 3] = [b"td", b"dd", b"span"];
/// Marks around what is shown.
const SHOWN: [&[u8]; 6] = [b"code", b"b", b"strong", b"em", b"tt", b"kbd"];

/// `<password>…</password>`.
pub(super) fn element(cursor: &mut Cursor<'_>, bytes: &[u8], key: &Key) -> Option<Literal> {
    let opened = key.span.start.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(|before| matches!(before, b'<' | b':'));
    opened.then(|| content(cursor)).flatten()
}

/// Behind `>`: the text of the element, of the one inside it that is called `value`, or of its CDATA.
fn content(cursor: &mut Cursor<'_>) -> Option<Literal> {
    cursor.skip(1);
    cursor.blanks();
    cursor.eat(b"<Value>");
    cursor.eat(b"<value>");
    if cursor.eat(b"<![CDATA[") {
        let start = cursor.at;
        let text = cursor.while_is(|byte| !matches!(byte, b']' | b'\n'));
        return cursor.rest().starts_with(b"]]>").then(|| Literal::new(start..start + text.len(), Style::Quoted));
    }
    cursor.blanks();
    let start = cursor.at;
    let text = cursor.while_is(|byte| !matches!(byte, b'<' | b'>' | b'\n')).trim_ascii_end();
    (!text.is_empty() && cursor.rest().trim_ascii_start().starts_with(b"</")).then(|| Literal::new(start..start + text.len(), Style::Quoted))
}

/// `<password attribute="…">…</password>`.
pub(super) fn attributes(cursor: &mut Cursor<'_>, bytes: &[u8], key: &Key) -> Option<Literal> {
    let opened = key.span.start.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'<');
    opened.then(|| end_of_tag(cursor)).flatten()
}

/// `<property name="password">…</property>`: the name is an attribute of the element that holds the value.
pub(super) fn attribute(cursor: &mut Cursor<'_>, bytes: &[u8], key: &Key) -> Option<Literal> {
    let before = &bytes[key.span.start.saturating_sub(80)..key.span.start];
    let tag = &before[memchr::memrchr(b'<', before)? + 1..];
    let named = [&b"name="[..], b"key="].iter().any(|word| memchr::memmem::find(tag, word).is_some());
    (named && !tag.contains(&b'>')).then(|| end_of_tag(cursor)).flatten()
}

fn end_of_tag(cursor: &mut Cursor<'_>) -> Option<Literal> {
    let inside = cursor.while_is(|byte| !matches!(byte, b'<' | b'>' | b'\n'));
    (inside.len() <= 80 && cursor.peek() == Some(b'>') && !inside.ends_with(b"/")).then(|| content(cursor)).flatten()
}

/// `<key>K</key><string>V</string>`, `<name>K</name><value>V</value>`, `<td>K</td><td>V</td>`.
pub(super) fn sibling_element(cursor: &mut Cursor<'_>) -> Option<Literal> {
    closing_tag(cursor)?;
    if let Some(literal) = attempt(cursor, shown) {
        return Some(literal);
    }
    cursor.blanks();
    if let Some(literal) = attempt(cursor, value_element) {
        return Some(literal);
    }
    // One element between them: a description.
    let name = opening_tag(cursor)?;
    cursor.while_is(|byte| byte != b'<');
    let described = name.eq_ignore_ascii_case(b"description") && closing_tag(cursor).is_some();
    cursor.blanks();
    described.then(|| value_element(cursor)).flatten()
}

/// `</b> V<br>`: what stands behind a name in bold.
fn shown(cursor: &mut Cursor<'_>) -> Option<Literal> {
    cursor.eat(b":");
    if !cursor.spaces() {
        return None;
    }
    let start = cursor.at;
    let text = cursor.while_is(|byte| byte.is_ascii_graphic() && byte != b'<');
    (!text.is_empty() && matches!(cursor.peek(), Some(b'<' | b'\n' | b'\r'))).then(|| Literal::new(start..start + text.len(), Style::Loose))
}

fn value_element(cursor: &mut Cursor<'_>) -> Option<Literal> {
    let name = opening_tag(cursor)?;
    let is = |names: &[&[u8]]| names.iter().any(|other| name.eq_ignore_ascii_case(other));
    let style = match (is(&VALUES), is(&CELLS)) {
        (true, _) => Style::Quoted,
        (_, true) => Style::Loose,
        _ => return None,
    };
    let inner = attempt_tag(cursor);
    if style == Style::Loose && inner.is_some_and(|inner| !SHOWN.iter().any(|other| inner.eq_ignore_ascii_case(other))) {
        return None;
    }
    let start = cursor.at;
    let text = cursor.while_is(|byte| !matches!(byte, b'<' | b'\n'));
    (!text.is_empty() && cursor.rest().starts_with(b"</")).then(|| Literal::new(start..start + text.len(), style))
}

fn attempt_tag<'a>(cursor: &mut Cursor<'a>) -> Option<&'a [u8]> {
    let before = cursor.at;
    let tag = opening_tag(cursor);
    if tag.is_none() {
        cursor.at = before;
    }
    tag
}

/// `<name …>`, and the name.
fn opening_tag<'a>(cursor: &mut Cursor<'a>) -> Option<&'a [u8]> {
    if !cursor.eat(b"<") {
        return None;
    }
    let name = cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_'));
    let inside = cursor.while_is(|byte| !matches!(byte, b'<' | b'>' | b'\n'));
    (!name.is_empty() && !inside.ends_with(b"/") && cursor.eat(b">")).then_some(name)
}

/// `</name>`.
fn closing_tag(cursor: &mut Cursor<'_>) -> Option<()> {
    if !cursor.eat(b"</") {
        return None;
    }
    cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_'));
    cursor.eat(b">").then_some(())
}

/// `&lt;password&gt;…&lt;/password&gt;`: markup in markup.
pub(super) fn escaped_element(cursor: &mut Cursor<'_>) -> Option<Literal> {
    if !cursor.eat(b"&gt;") {
        return None;
    }
    let start = cursor.at;
    let text = cursor.while_is(|byte| !matches!(byte, b'&' | b'<' | b'\n'));
    (!text.is_empty() && cursor.rest().starts_with(b"&lt;/")).then(|| Literal::new(start..start + text.len(), Style::Quoted))
}
