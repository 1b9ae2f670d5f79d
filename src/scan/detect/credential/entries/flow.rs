//! Objects and lists in brackets: JSON with comments, YAML's flow style, TOML's inline tables.

use std::ops::Range;

use super::{DEPTH, Entries, trimmed};

/// Reads the object, list or value at `at`, under `path`. `colon` stands between names and values. Gives where it ends.
pub(super) fn read(found: &mut Entries<'_>, at: usize, path: &mut Vec<Range<usize>>, colon: u8) -> usize {
    let mut walk = Walk { at, base: path.len(), open: Vec::new(), name: None, colon };
    while let Some(&byte) = found.bytes.get(walk.at) {
        let done = walk.step(found, path, byte);
        if done || walk.open.is_empty() || walk.open.len() > DEPTH {
            break;
        }
    }
    path.truncate(walk.base);
    walk.at
}

struct Walk {
    at: usize,
    /// Names of the path that are not ours.
    base: usize,
    /// `{` or `[`, and how long the path was before it.
    open: Vec<(u8, usize)>,
    /// The name whose value comes next: the names, where dots divide it.
    name: Option<Vec<Range<usize>>>,
    colon: u8,
}

impl Walk {
    /// True: nothing further is to be read.
    fn step(&mut self, found: &mut Entries<'_>, path: &mut Vec<Range<usize>>, byte: u8) -> bool {
        match byte {
            b'{' | b'[' => self.enter(path, byte),
            b'}' | b']' => {
                self.at += 1;
                self.name = None;
                match self.open.pop() {
                    Some((_, length)) => path.truncate(length),
                    None => return true,
                }
            }
            b',' => {
                self.name = None;
                self.at += 1;
            }
            b'/' if matches!(found.bytes.get(self.at + 1), Some(b'/')) => self.at = super::line_end(found.bytes, self.at),
            b'/' if matches!(found.bytes.get(self.at + 1), Some(b'*')) => {
                let rest = &found.bytes[self.at + 2..];
                self.at = memchr::memmem::find(rest, b"*/").map_or(found.bytes.len(), |end| self.at + 2 + end + 2);
            }
            b'#' => self.at = super::line_end(found.bytes, self.at),
            b'"' | b'\'' => {
                let (text, end) = string(found.bytes, self.at);
                self.at = end;
                self.word(found, path, text);
            }
            _ if byte.is_ascii_whitespace() || byte == self.colon => self.at += 1,
            _ => {
                let text = self.bare(found.bytes);
                self.word(found, path, text);
            }
        }
        false
    }

    fn enter(&mut self, path: &mut Vec<Range<usize>>, byte: u8) {
        self.open.push((byte, path.len()));
        match self.name.take() {
            Some(name) => path.extend(name),
            None if self.open.len() > 1 => path.push(self.at..self.at),
            None => {}
        }
        self.at += 1;
    }

    /// A name, if its colon follows and an object is open; else a value.
    fn word(&mut self, found: &mut Entries<'_>, path: &mut Vec<Range<usize>>, text: Range<usize>) {
        let is_object = self.open.last().is_some_and(|(open, _)| *open == b'{');
        let next = found.bytes[self.at..].iter().position(|byte| !byte.is_ascii_whitespace()).map(|blanks| self.at + blanks);
        if is_object && self.name.is_none() {
            if let Some(colon) = next.filter(|next| found.bytes[*next] == self.colon) {
                self.at = colon + 1;
                self.name = Some(self.parts(found.bytes, text));
            }
            return;
        }
        let length = path.len();
        match self.name.take() {
            Some(name) => path.extend(name),
            None => path.push(text.start..text.start),
        }
        found.add(path, text);
        path.truncate(length);
    }

    /// TOML's dotted names are several.
    fn parts(&self, bytes: &[u8], name: Range<usize>) -> Vec<Range<usize>> {
        let quoted = bytes.get(name.end).is_some_and(|byte| matches!(byte, b'"' | b'\''));
        if self.colon == b'=' && !quoted { super::ini::dotted(bytes, name) } else { vec![name] }
    }

    /// A word without quotes, up to what ends it.
    fn bare(&mut self, bytes: &[u8]) -> Range<usize> {
        let (start, names) = (self.at, self.name.is_none());
        let ends = |at: usize, byte: u8| match byte {
            b',' | b'}' | b']' | b'{' | b'[' | b'\n' => true,
            _ => names && byte == self.colon && (byte == b'=' || bytes.get(at + 1).is_none_or(|next| next.is_ascii_whitespace() || *next == b'"')),
        };
        let end = (start..bytes.len()).find(|at| *at > start && ends(*at, bytes[*at])).unwrap_or(bytes.len());
        self.at = end;
        trimmed(bytes, start..end)
    }
}

/// What stands between the quotes at `at`, escapes as written, and where it goes on. Three quotes may stand for one.
pub(super) fn string(bytes: &[u8], at: usize) -> (Range<usize>, usize) {
    let quote = bytes[at];
    let triple = [quote; 3];
    if bytes[at..].starts_with(&triple) {
        let start = at + 3;
        let end = memchr::memmem::find(&bytes[start..], &triple).map_or(bytes.len(), |end| start + end);
        return (start..end, bytes.len().min(end + 3));
    }
    let mut end = at + 1;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'\\' if quote == b'"' => end += 2,
            b'\n' => break,
            _ if byte == quote => return (at + 1..end, end + 1),
            _ => end += 1,
        }
    }
    let end = end.min(bytes.len());
    (at + 1..end, end.max(at + 1))
}
