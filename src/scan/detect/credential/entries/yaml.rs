//! YAML as configuration is written: blocks by indentation, lists, flow style, block texts. Anchors and tags are taken for text.

use std::ops::Range;

use super::{DEPTH, Entries, before_comment, flow, line_end, trimmed, unquoted};

pub(super) fn read(found: &mut Entries<'_>) {
    let (bytes, mut open, mut at) = (found.bytes, Open::default(), 0);
    while at < bytes.len() {
        let end = line_end(bytes, at);
        let indent = bytes[at..end].iter().take_while(|byte| **byte == b' ').count();
        let text = trimmed(bytes, at + indent..end);
        at = match bytes.get(text.start) {
            _ if text.is_empty() => end + 1,
            Some(b'#' | b'%') => end + 1,
            _ if bytes[text.clone()].starts_with(b"---") => {
                open = Open::default();
                end + 1
            }
            _ => line(found, &mut open, indent, text, end + 1),
        };
    }
}

/// The names above a line, and how far each is indented.
#[derive(Default)]
struct Open {
    path: Vec<Range<usize>>,
    indents: Vec<usize>,
}

impl Open {
    /// Leaves what a line of this indentation does not belong to.
    fn close(&mut self, indent: usize) {
        while self.indents.last().is_some_and(|last| *last >= indent) {
            self.pop();
        }
    }

    fn push(&mut self, indent: usize, name: Range<usize>) {
        if self.path.len() < DEPTH {
            self.path.push(name);
            self.indents.push(indent);
        }
    }

    fn pop(&mut self) {
        self.path.pop();
        self.indents.pop();
    }
}

/// Reads a line; gives where the next begins.
fn line(found: &mut Entries<'_>, open: &mut Open, mut indent: usize, mut text: Range<usize>, next: usize) -> usize {
    let bytes = found.bytes;
    let mut first = true;
    // `- - a: b` nests as deep as it has dashes.
    while bytes[text.clone()].starts_with(b"- ") || bytes[text.clone()] == *b"-" {
        // Items may stand as deep as the name of their list.
        while open.indents.last().is_some_and(|last| *last > indent || (*last == indent && open.path.last().is_some_and(Range::is_empty))) {
            open.pop();
        }
        open.push(indent, text.start..text.start);
        let rest = trimmed(bytes, text.start + 1..text.end);
        indent += rest.start - text.start;
        text = rest;
        first = false;
    }
    if first {
        open.close(indent);
    }
    let (name, value) = match split(bytes, &text) {
        Some(parts) => parts,
        None => {
            let is_item = open.path.last().is_some_and(Range::is_empty);
            return if is_item { scalar(found, open, text, next, indent) } else { next };
        }
    };
    open.push(indent, name);
    if value.is_empty() { next } else { scalar(found, open, value, next, indent) }
}

/// The value of the innermost name, whose line ends before `next`.
fn scalar(found: &mut Entries<'_>, open: &mut Open, value: Range<usize>, next: usize, indent: usize) -> usize {
    let bytes = found.bytes;
    match bytes.get(value.start) {
        None => next,
        Some(b'{' | b'[') if !bytes[value.clone()].starts_with(b"{{") => {
            let end = flow::read(found, value.start, &mut open.path, b':');
            next.max(line_end(bytes, end.min(bytes.len())) + 1)
        }
        Some(b'|' | b'>') if value.len() <= 3 => block(found, open, next, indent),
        Some(b'"' | b'\'') => {
            let (text, _) = flow::string(bytes, value.start);
            found.add(&open.path, text);
            next
        }
        _ => {
            let text = trimmed(bytes, before_comment(bytes, value, b'#'));
            found.add(&open.path, text);
            next
        }
    }
}

/// Lines further in than the name belong to its text.
fn block(found: &mut Entries<'_>, open: &Open, from: usize, indent: usize) -> usize {
    let (bytes, mut at, mut last) = (found.bytes, from, from);
    while at < bytes.len() {
        let end = line_end(bytes, at);
        let blanks = bytes[at..end].iter().take_while(|byte| **byte == b' ').count();
        let is_empty = bytes[at..end].trim_ascii().is_empty();
        if !is_empty && blanks <= indent {
            break;
        }
        at = end + 1;
        last = if is_empty { last } else { end };
    }
    if last > from {
        found.add(&open.path, trimmed(bytes, from..last));
    }
    at.min(bytes.len())
}

/// `name: value`; the name may stand in quotes.
fn split(bytes: &[u8], text: &Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let line = &bytes[text.clone()];
    let colon = match line.first()? {
        b'"' | b'\'' => {
            let (_, after) = flow::string(bytes, text.start);
            Some(after).filter(|after| bytes.get(*after) == Some(&b':'))?
        }
        b'{' | b'[' => return None,
        _ => text.start + (0..line.len()).find(|at| line[*at] == b':' && line.get(at + 1).is_none_or(|next| matches!(next, b' ' | b'\t' | b'\r')))?,
    };
    let name = unquoted(bytes, trimmed(bytes, text.start..colon));
    let value = trimmed(bytes, (colon + 1).min(text.end)..text.end);
    let value = if bytes.get(value.start) == Some(&b'#') { value.start..value.start } else { value };
    (!name.is_empty()).then_some((name, value))
}
