//! Tables whose head names a column of passwords: CSV, rows of SQL, Markdown.

use std::ops::Range;

use super::cursor::Cursor;
use super::key::{Key, Kind};
use super::link::prefixed_quote;
use super::literal::{Literal, Style, quoted};
use super::surroundings::{LOOK_BACK, Surroundings};
use crate::scan::detect::Text;

/// How far behind the head rows are read.
const REACH: usize = 600;
const MOST_ROWS: usize = 12;

/// The values in the column of the name.
pub(super) fn column(text: &Text<'_>, key: &Key, surroundings: &Surroundings) -> Vec<Literal> {
    if matches!(key.kind, Kind::SomeKey | Kind::Auth) {
        return Vec::new();
    }
    let head = text.bytes.get(surroundings.line_start..key.span.start).unwrap_or_default();
    let listed = text.name.rsplit_once('.').is_some_and(|(_, ending)| ["csv", "tsv", "psv"].iter().any(|other| ending.eq_ignore_ascii_case(other)));
    if listed && surroundings.line_start == 0 && !text.continued {
        return separated(text.bytes, key, head);
    }
    if surroundings.in_row {
        return cells(text.bytes, key, head);
    }
    inserted(text.bytes, key)
}

/// `user,password` on the first line of the file, values below.
fn separated(bytes: &[u8], key: &Key, head: &[u8]) -> Vec<Literal> {
    let line = line_at(bytes, key.span.end);
    let mark = |text: &[u8]| text.iter().copied().find(|byte| matches!(byte, b',' | b';' | b'\t' | b'|'));
    let Some(mark) = mark(head).or_else(|| mark(&bytes[line.clone()])) else { return Vec::new() };
    let place = head.iter().filter(|byte| **byte == mark).count();
    rows(bytes, line).filter_map(|row| field(bytes, row, mark, place)).collect()
}

/// Below a row of dashes.
fn cells(bytes: &[u8], key: &Key, head: &[u8]) -> Vec<Literal> {
    let place = head.iter().filter(|byte| **byte == b'|').count();
    let mut rows = rows(bytes, line_at(bytes, key.span.end));
    let ruled = rows.next().is_some_and(|row| bytes[row].iter().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'+' | b'\r')));
    let row = |row: Range<usize>| bytes.get(row.start) == Some(&b'|');
    if ruled { rows.take_while(|found| row(found.clone())).filter_map(|row| field(bytes, row, b'|', place)).collect() } else { Vec::new() }
}

fn line_at(bytes: &[u8], at: usize) -> Range<usize> {
    let rest = bytes.get(at..at.saturating_add(REACH).min(bytes.len())).unwrap_or_default();
    at..at + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}

/// The lines behind the rest of the head, as far as they are read.
fn rows(bytes: &[u8], head: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let limit = head.start.saturating_add(REACH).min(bytes.len());
    let mut at = head.end + 1;
    std::iter::from_fn(move || {
        let rest = bytes.get(at..limit).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).or((limit == bytes.len()).then_some(rest.len()))?;
        let row = at..at + length;
        at = row.end + 1;
        (length > 0).then_some(row)
    })
    .take(MOST_ROWS)
}

/// The field of a row, without its quotes.
fn field(bytes: &[u8], row: Range<usize>, mark: u8, place: usize) -> Option<Literal> {
    let line = &bytes[row.clone()];
    let start = if place == 0 { 0 } else { memchr::memchr_iter(mark, line).nth(place - 1)? + 1 };
    let length = memchr::memchr(mark, &line[start..]).unwrap_or(line.len() - start);
    let text = &line[start..start + length];
    let marks = |byte: &u8| matches!(byte, b' ' | b'"' | b'\'' | b'`' | b'\r');
    let before = text.iter().take_while(|byte| marks(byte)).count();
    let behind = text.iter().rev().take_while(|byte| marks(byte)).count();
    let from = row.start + start + before;
    (before + behind < text.len()).then(|| Literal::new(from..row.start + start + length - behind, Style::Loose))
}

/// `INSERT INTO users (name, password) VALUES ('app', '…'), (…)`.
fn inserted(bytes: &[u8], key: &Key) -> Vec<Literal> {
    let mut literals = Vec::new();
    let before = &bytes[key.span.start.saturating_sub(LOOK_BACK)..key.span.start];
    let Some(open) = memchr::memrchr(b'(', before) else { return literals };
    let is_insert = before[..open].windows(6).any(|word| word.eq_ignore_ascii_case(b"insert"));
    let place = before[open..].iter().filter(|byte| **byte == b',').count();
    let mut cursor = Cursor::new(bytes, key.span.end, REACH);
    cursor.while_is(|byte| byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || matches!(byte, b'_' | b',' | b'`' | b'"' | b'[' | b']'));
    if !is_insert || !cursor.eat(b")") {
        return literals;
    }
    cursor.blanks();
    if !cursor.eat_word(b"values") {
        return literals;
    }
    for _ in 0..MOST_ROWS {
        cursor.blanks();
        if !cursor.eat(b"(") {
            break;
        }
        let Some(literal) = value_at(&mut cursor, place) else { break };
        literals.extend(literal);
        cursor.blanks();
        cursor.eat(b",");
    }
    literals
}

/// The literal at that place of a row of SQL, the cursor behind the row; nothing inside when something else stands there.
fn value_at(cursor: &mut Cursor<'_>, place: usize) -> Option<Option<Literal>> {
    let mut found = None;
    let mut at = 0;
    loop {
        cursor.blanks();
        match prefixed_quote(cursor) {
            Some(quote) => {
                let literal = quoted(cursor, quote, Style::Quoted)?;
                if at == place {
                    found = Some(literal);
                }
            }
            None => drop(cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'@' | b'$' | b'?' | b':'))),
        }
        cursor.blanks();
        match cursor.peek()? {
            b',' => cursor.skip(1),
            b')' => {
                cursor.skip(1);
                return Some(found);
            }
            _ => return None,
        }
        at += 1;
    }
}
