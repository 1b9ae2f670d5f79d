//! A configuration file as values under paths of names, with their places: JSON, YAML, TOML, INI, properties, XML.
//!
//! Whatever a person or a tool left half written is read as far as it goes: the readers are for finding things, and refuse nothing.

mod flow;
mod ini;
mod pattern;
mod xml;
mod yaml;

use std::ops::Range;

pub(super) use pattern::matches;

/// Longer files are no configuration that a person keeps.
pub(super) const LONGEST: usize = 256 << 10;
/// Nesting beyond this is not followed.
const DEPTH: usize = 48;
/// Values beyond so many are not looked at.
const MOST: usize = 20_000;

/// How a file writes names and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Yaml,
    Toml,
    /// Sections in brackets; also properties, which have none.
    Ini,
    Xml,
}

/// A value and the names above it, outermost first. An item of a list has a name of no length, at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) path: Vec<Range<usize>>,
    pub(super) value: Range<usize>,
}

impl Entry {
    /// The innermost name that is one.
    pub(super) fn name<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        self.path.iter().rev().find(|name| !name.is_empty()).map(|name| &bytes[name.clone()]).unwrap_or_default()
    }

    /// Stands it beside the other, under the same name at this depth?
    pub(super) fn shares(&self, other: &Self, depth: usize) -> bool {
        self.path.len() > depth && other.path.get(..depth) == self.path.get(..depth)
    }
}

/// All values of a file, in their order.
pub(super) fn read(bytes: &[u8], form: Form) -> Vec<Entry> {
    let mut found = Entries { bytes, all: Vec::new() };
    match form {
        Form::Json => {
            flow::read(&mut found, start(bytes), &mut Vec::new(), b':');
        }
        Form::Yaml => yaml::read(&mut found),
        Form::Toml => ini::read(&mut found, true),
        Form::Ini => ini::read(&mut found, false),
        Form::Xml => xml::read(&mut found),
    }
    found.all
}

/// The value that a span begins in.
pub(super) fn holding<'e>(all: &'e [Entry], span: &Range<usize>) -> Option<&'e Entry> {
    let behind = all.partition_point(|entry| entry.value.start <= span.start);
    all[..behind].last().filter(|entry| span.start < entry.value.end)
}

/// A field beside the value, or beside the innermost item of a list that holds it.
pub(super) fn beside<'b>(all: &[Entry], entry: &Entry, field: &str, bytes: &'b [u8]) -> Option<&'b [u8]> {
    let depths = [entry.path.iter().rposition(Range::is_empty).map(|item| item + 1), entry.path.len().checked_sub(1)];
    depths.into_iter().flatten().find_map(|depth| {
        let is_field = |other: &&Entry| {
            let stands = other.path.len() == depth + 1 && other.shares(entry, depth);
            stands && bytes[other.path[depth].clone()].eq_ignore_ascii_case(field.as_bytes())
        };
        all.iter().find(is_field).map(|other| &bytes[other.value.clone()])
    })
}

/// Where the first object begins; before it there may be a mark of order, a comment or a shell's `cat <<EOF`.
fn start(bytes: &[u8]) -> usize {
    let open = bytes.iter().position(|byte| !byte.is_ascii_whitespace() && *byte < 0x80).unwrap_or(0);
    match bytes.get(open) {
        Some(b'{' | b'[') => open,
        _ => memchr::memmem::find(bytes, b"\n{").or_else(|| memchr::memmem::find(bytes, b"\n[")).map_or(open, |at| at + 1),
    }
}

struct Entries<'b> {
    bytes: &'b [u8],
    all: Vec<Entry>,
}

impl Entries<'_> {
    fn add(&mut self, path: &[Range<usize>], value: Range<usize>) {
        if self.all.len() < MOST && value.start <= value.end && value.end <= self.bytes.len() {
            self.all.push(Entry { path: path.to_vec(), value });
        }
    }
}

/// The range without blanks at its ends.
fn trimmed(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let text = &bytes[range.clone()];
    let start = range.end - text.trim_ascii_start().len();
    start..start + text.trim_ascii().len()
}

/// The range without a pair of quotes around it.
fn unquoted(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    match &bytes[range.clone()] {
        [first @ (b'"' | b'\''), .., last] if first == last => range.start + 1..range.end - 1,
        _ => range,
    }
}

/// The end of the line that holds `at`.
fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |feed| at + feed)
}

/// Where a comment begins that a blank and `#` open, or the end.
fn before_comment(bytes: &[u8], range: Range<usize>, also: u8) -> Range<usize> {
    let text = &bytes[range.clone()];
    let opens = |pair: &[u8]| pair[0].is_ascii_whitespace() && (pair[1] == b'#' || pair[1] == also);
    range.start..text.windows(2).position(opens).map_or(range.end, |at| range.start + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulepack::template::Random;

    fn shown(text: &str, form: Form) -> Vec<String> {
        let show = |entry: Entry| {
            let path: Vec<_> = entry.path.iter().map(|name| if name.is_empty() { "#" } else { &text[name.clone()] }).collect();
            format!("{}={}", path.join("/"), &text[entry.value])
        };
        read(text.as_bytes(), form).into_iter().map(show).collect()
    }

    #[test]
    fn json_is_read_with_comments_and_trailing_commas() {
        let text = r#"// settings
{"servers": {"a": {"env": {"K": "v\"w",}, "args": ["x", 7]}, /* no */ "b": {}}, "on": true}"#;
        assert_eq!(shown(text, Form::Json), [r#"servers/a/env/K=v\"w"#, "servers/a/args/#=x", "servers/a/args/#=7", "on=true"]);
    }

    #[test]
    fn yaml_is_read_by_its_indentation() {
        let text =
            "# x\na:\n  b: 'c' # why\n  list:\n  - name: n\n    v: w\n  - k=1\n  flow: {x: y, z: [1, 2]}\n  text: |\n    more: lines\n    here\nd: e f\n";
        assert_eq!(
            shown(text, Form::Yaml),
            ["a/b=c", "a/list/#/name=n", "a/list/#/v=w", "a/list/#=k=1", "a/flow/x=y", "a/flow/z/#=1", "a/flow/z/#=2", "a/text=more: lines\n    here", "d=e f"]
        );
    }

    #[test]
    fn toml_and_ini_have_sections() {
        let text = "top = 1\n[a.\"b.c\"]\nk = \"v\" # why\nt = { x = \"y=\", z.w = 'u' }\nl = [\n  \"1\",\n]\n[[p]]\nn = 'm'\n";
        assert_eq!(shown(text, Form::Toml), ["top=1", "a/b.c/k=v", "a/b.c/t/x=y=", "a/b.c/t/z/w=u", "a/b.c/l/#=1", "p/n=m"]);
        let text = "[a.b]\nuser: x\npass = y = z\n; no = no\nk=\n";
        assert_eq!(shown(text, Form::Ini), ["a.b/user=x", "a.b/pass=y = z", "a.b/k="]);
    }

    #[test]
    fn xml_gives_texts_and_attributes() {
        let text = "<?xml version='1.0'?><!-- <a>no</a> --><s><server id=\"x\"><password>p q</password><e/></server></s>";
        assert_eq!(shown(text, Form::Xml), ["s/server/id=x", "s/server/password=p q"]);
    }

    #[test]
    fn hostile_text_ends() {
        let mut random = Random(5);
        let pieces = ["{", "}", "[", "]", "\"", "\\", ":", "=", "\n", "  ", "- ", "a", "<b", ">", "</", "<!--", "|", "'", "#", "é", "/*"];
        for _ in 0..400 {
            let text: String = (0..random.below(60)).map(|_| pieces[random.below(pieces.len())]).collect();
            for form in [Form::Json, Form::Yaml, Form::Toml, Form::Ini, Form::Xml] {
                for entry in read(text.as_bytes(), form) {
                    assert!(text.as_bytes().get(entry.value.clone()).is_some() && entry.path.iter().all(|name| text.as_bytes().get(name.clone()).is_some()));
                }
            }
        }
        for form in [Form::Json, Form::Yaml, Form::Toml, Form::Xml] {
            assert!(read("[{".repeat(9000).as_bytes(), form).len() <= MOST);
        }
    }
}
