//! Lines of `name = value` below sections in brackets: INI, properties, TOML.

use std::ops::Range;

use super::{Entries, before_comment, flow, line_end, trimmed, unquoted};

pub(super) fn read(found: &mut Entries<'_>, is_toml: bool) {
    let (bytes, mut section, mut at) = (found.bytes, Vec::new(), 0);
    while at < bytes.len() {
        let end = line_end(bytes, at);
        let text = trimmed(bytes, at..end);
        at = end + 1;
        match bytes.get(text.start) {
            _ if text.is_empty() => {}
            Some(b'#' | b';' | b'!') => {}
            Some(b'[') => section = name_of_section(bytes, &text, is_toml),
            _ => at = pair(found, &mut section, text, is_toml).max(at),
        }
    }
}

fn name_of_section(bytes: &[u8], text: &Range<usize>, is_toml: bool) -> Vec<Range<usize>> {
    let start = text.start + bytes[text.clone()].iter().take_while(|byte| **byte == b'[').count();
    let close = memchr::memrchr(b']', &bytes[start..text.end]).map_or(text.end, |close| start + close);
    let end = start + bytes[start..close].iter().rposition(|byte| *byte != b']').map_or(0, |last| last + 1);
    let name = trimmed(bytes, start..end);
    if is_toml { dotted(bytes, name) } else { vec![unquoted(bytes, name)] }
}

/// Reads a line; gives where its value ends.
fn pair(found: &mut Entries<'_>, section: &mut Vec<Range<usize>>, text: Range<usize>, is_toml: bool) -> usize {
    let bytes = found.bytes;
    let sign = |byte: &u8| *byte == b'=' || (*byte == b':' && !is_toml);
    let after_name = if matches!(bytes[text.start], b'"' | b'\'') { flow::string(bytes, text.start).1 } else { text.start };
    let Some(equals) = bytes.get(after_name..text.end).and_then(|rest| rest.iter().position(sign)).map(|at| after_name + at) else { return text.end };
    let name = trimmed(bytes, text.start..equals);
    let value = trimmed(bytes, equals + 1..text.end);
    let depth = section.len();
    section.extend(if is_toml { dotted(bytes, name) } else { vec![unquoted(bytes, name)] });
    let end = match bytes.get(value.start).filter(|_| is_toml && !value.is_empty()) {
        Some(b'{' | b'[') => flow::read(found, value.start, section, b'='),
        Some(b'"' | b'\'') => {
            let (text, end) = flow::string(bytes, value.start);
            found.add(section, text);
            end
        }
        Some(_) => {
            found.add(section, trimmed(bytes, before_comment(bytes, value.clone(), b'#')));
            value.end
        }
        None => {
            found.add(section, unquoted(bytes, trimmed(bytes, before_comment(bytes, value.clone(), b';'))));
            value.end
        }
    };
    section.truncate(depth);
    end
}

/// `a."b.c".d` is three names.
pub(super) fn dotted(bytes: &[u8], name: Range<usize>) -> Vec<Range<usize>> {
    let (mut names, mut start, mut at) = (Vec::new(), name.start, name.start);
    while at < name.end {
        match bytes[at] {
            b'"' | b'\'' => at = flow::string(bytes, at).1.max(at + 1),
            b'.' => {
                names.push(start..at);
                at += 1;
                start = at;
            }
            _ => at += 1,
        }
    }
    names.push(start.min(name.end)..name.end);
    names.into_iter().map(|name| unquoted(bytes, trimmed(bytes, name))).collect()
}
