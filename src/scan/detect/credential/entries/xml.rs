//! XML: texts under the names of their elements, and attributes under theirs.

use std::ops::Range;

use super::{DEPTH, Entries, trimmed};

pub(super) fn read(found: &mut Entries<'_>) {
    let (bytes, mut path, mut at) = (found.bytes, Vec::new(), 0);
    while let Some(open) = memchr::memchr(b'<', &bytes[at..]).map(|open| at + open) {
        if !path.is_empty() {
            let text = trimmed(bytes, at..open);
            if !text.is_empty() {
                found.add(&path, text);
            }
        }
        at = tag(found, &mut path, open);
    }
}

/// Reads what begins at `<`; gives where it ends.
fn tag(found: &mut Entries<'_>, path: &mut Vec<Range<usize>>, open: usize) -> usize {
    let bytes = found.bytes;
    let ends = |mark: &[u8]| memchr::memmem::find(&bytes[open..], mark).map_or(bytes.len(), |end| open + end + mark.len());
    match bytes.get(open + 1) {
        Some(b'!') if bytes[open..].starts_with(b"<!--") => ends(b"-->"),
        Some(b'!' | b'?') => ends(b">"),
        Some(b'/') => {
            path.pop();
            ends(b">")
        }
        _ => element(found, path, open),
    }
}

fn element(found: &mut Entries<'_>, path: &mut Vec<Range<usize>>, open: usize) -> usize {
    let bytes = found.bytes;
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':') || *byte >= 0x80;
    let name = |from: usize| from..from + bytes[from..].iter().take_while(|byte| is_of_name(byte)).count();
    let own = name(open + 1);
    if own.is_empty() || path.len() >= DEPTH {
        return own.end;
    }
    let mut at = own.end;
    path.push(own);
    loop {
        at += bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        match bytes.get(at) {
            Some(b'>') => return at + 1,
            Some(b'/') => {
                path.pop();
                return at + 1 + usize::from(bytes.get(at + 1) == Some(&b'>'));
            }
            Some(byte) if is_of_name(byte) => at = attribute(found, path, name(at)),
            Some(_) => at += 1,
            None => return at,
        }
    }
}

/// `name="value"`; gives where it ends.
fn attribute(found: &mut Entries<'_>, path: &mut Vec<Range<usize>>, name: Range<usize>) -> usize {
    let bytes = found.bytes;
    let quote = name.end + 1;
    let (Some(b'='), Some(mark @ (b'"' | b'\''))) = (bytes.get(name.end), bytes.get(quote)) else { return name.end };
    let Some(length) = memchr::memchr(*mark, &bytes[quote + 1..]) else { return name.end };
    path.push(name);
    found.add(path, quote + 1..quote + 1 + length);
    path.pop();
    quote + length + 2
}
