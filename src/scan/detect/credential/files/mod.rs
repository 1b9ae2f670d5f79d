//! Files that keep credentials, each read by its own form: which of its values are secrets, and whose.
//!
//! A file is known by its name ([`by_name`], once a text) or by a rare word in it under whatever name ([`NATIVE`], woken by anchors). Both times all of
//! it is read, so both are looked at again when anything in it changes.
//!
//! To add one: write a `Reader` row in the family's file, or a file of your own, listed in [`FAMILIES`]; a rule with `native: file` selects what it finds.
//! `netrc`, `.npmrc`, Docker's configuration and the like, which scripts write too, are read wherever they stand by `native/key_file`.

mod agents;
mod bare;
mod build_tools;
mod clouds;
mod command_lines;
mod databases;
mod http_clients;
mod judge;
mod lines;
mod monitoring;
mod name;
mod remote_logins;

use std::ops::Range;
use std::sync::LazyLock;

use super::entries::{self, Entry, Form, LONGEST};
use super::native::{Native, Parsed};
use super::value;
use crate::domain::Sureness;
use crate::scan::detect::Text;
use judge::Kind;

pub(super) use name::FileName;

/// Woken by the anchors of readers. Selects are those of the fields.
pub(super) const NATIVE: Native = Native { name: "file", parse: by_content, looks: Some(looks) };

const FAMILIES: &[&[Reader]] = &[
    agents::READERS,
    bare::READERS,
    build_tools::READERS,
    clouds::READERS,
    command_lines::READERS,
    databases::READERS,
    http_clients::READERS,
    lines::READERS,
    monitoring::READERS,
    remote_logins::READERS,
];

/// Reads a file in a way of its own.
type Own = fn(&Text<'_>, &mut dyn FnMut(Parsed));

/// A kind of file.
struct Reader {
    /// Names, in lower case, without a dot before them.
    files: &'static [&'static str],
    /// One of these stands in every such file; none: the name says enough.
    marks: &'static [&'static str],
    /// Words by which the file is known under any name; they are anchors of a rule with `native: file`.
    anchors: &'static [&'static str],
    form: Form,
    fields: &'static [Field],
    /// For forms of its own.
    own: Option<Own>,
}

/// Values that are secrets.
struct Field {
    /// See [`entries::matches`].
    at: &'static str,
    /// What the rule selects.
    rule: &'static str,
    kind: Kind,
    /// Facts, and the field beside the value (or beside the list's item around it) that tells them; `{}` is the marked name of the path.
    facts: &'static [(&'static str, &'static str)],
    /// A field beside the value, and what it must hold; `*`: anything.
    when: Option<(&'static str, &'static str)>,
}

const NONE: Reader = Reader { files: &[], marks: &[], anchors: &[], form: Form::Ini, fields: &[], own: None };

const fn field(at: &'static str, rule: &'static str, kind: Kind, facts: &'static [(&'static str, &'static str)]) -> Field {
    Field { at, rule, kind, facts, when: None }
}

/// Is there a reader for files of this name? Asked of every text, so most are refused by the ends of their names.
pub(super) fn is_wanted(text: &Text<'_>) -> bool {
    #[rustfmt::skip] // a list, not code
    const OTHERS: [&str; 40] = [
        ".c", ".h", ".cc", ".cpp", ".hpp", ".rs", ".go", ".py", ".pyi", ".js", ".mjs", ".jsx", ".ts", ".tsx", ".java", ".kt", ".rb", ".php", ".cs", ".swift",
        ".md", ".rst", ".html", ".htm", ".css", ".scss", ".svg", ".csv", ".sql", ".sh", ".lua", ".pl", ".scala", ".vue", ".ipynb", ".lock", ".map", ".s", ".m", ".proto",
    ];
    static NAMES: LazyLock<[Vec<&str>; 256]> = LazyLock::new(|| {
        let mut all = [const { Vec::new() }; 256];
        readers().flat_map(|reader| reader.files).for_each(|name| all[name.bytes().next().map_or(0, usize::from)].push(*name));
        all
    });
    let possible = !text.name.is_empty() && !text.continued && text.name.rfind('.').is_none_or(|dot| !OTHERS.contains(&&text.name[dot..]));
    possible && FileName::of(text.name).endings().any(|name| NAMES[name.bytes().next().map_or(0, usize::from)].contains(&name))
}

/// What a file of this name holds.
pub(super) fn by_name(text: &Text<'_>, found: &mut dyn FnMut(Parsed)) {
    if text.bytes.len() > LONGEST {
        return;
    }
    let file = FileName::of(text.name);
    for reader in readers().filter(|reader| reader.files.iter().any(|name| file.is(name)) && reader.has_mark(text.bytes)) {
        reader.read(text, found);
    }
}

/// What a file with this word holds; of several such words the first has it.
fn by_content(text: &Text<'_>, at: usize, found: &mut dyn FnMut(Parsed)) {
    if text.bytes.len() > LONGEST {
        return;
    }
    let stands = |anchor: &&str| {
        let here = text.bytes.get(at..at + anchor.len()).is_some_and(|here| here.eq_ignore_ascii_case(anchor.as_bytes()));
        here && memchr::memmem::find(&text.bytes[..at], &text.bytes[at..at + anchor.len()]).is_none()
    };
    readers().filter(|reader| reader.anchors.iter().any(stands)).for_each(|reader| reader.read(text, found));
}

/// All of it, and how long it is.
fn looks(bytes: &[u8], _: usize) -> Range<usize> {
    0..bytes.len() + 1
}

fn readers() -> impl Iterator<Item = &'static Reader> {
    FAMILIES.iter().flat_map(|family| family.iter())
}

impl Reader {
    fn has_mark(&self, bytes: &[u8]) -> bool {
        self.marks.is_empty() || self.marks.iter().any(|mark| memchr::memmem::find(bytes, mark.as_bytes()).is_some())
    }

    fn read(&self, text: &Text<'_>, found: &mut dyn FnMut(Parsed)) {
        if let Some(own) = self.own {
            own(text, found);
        }
        if self.fields.is_empty() {
            return;
        }
        let all = entries::read(text.bytes, self.form);
        for entry in &all {
            if let Some(parsed) = self.fields.iter().find_map(|field| field.read(entry, &all, text.bytes)) {
                found(parsed);
            }
        }
    }
}

impl Field {
    fn read(&self, entry: &Entry, all: &[Entry], bytes: &[u8]) -> Option<Parsed> {
        let marked = entries::matches(self.at, &entry.path, bytes)?;
        let beside = |name: &str| entries::beside(all, entry, name, bytes).unwrap_or_default();
        let meets = |(name, wanted): (&str, &str)| if wanted == "*" { !beside(name).is_empty() } else { beside(name).eq_ignore_ascii_case(wanted.as_bytes()) };
        if self.when.is_some_and(|when| !meets(when)) {
            return None;
        }
        let fact = |name: &str| match name {
            "{}" => marked.map(|depth| &bytes[entry.path[depth].clone()]).unwrap_or_default(),
            name => beside(name),
        };
        let facts: Vec<_> = self.facts.iter().map(|(name, source)| (*name, fact(source))).filter(|(_, fact)| !fact.is_empty()).collect();
        let user = facts.iter().find(|(name, _)| *name == "user").map(|(_, user)| *user).unwrap_or_default();
        let mut parsed = judge::judge(self.kind, self.rule, bytes, entry.value.clone(), user)?.named(entry.name(bytes));
        for (name, fact) in facts {
            if !parsed.facts.iter().any(|(known, _)| known == name) && is_open(name, fact) {
                parsed.fact(name, host(name, fact));
            }
        }
        Some(parsed)
    }
}

/// Ids may look like tokens; whatever else does may be one.
fn is_open(name: &str, fact: &[u8]) -> bool {
    matches!(name, "account" | "client" | "tenant" | "subscription" | "key-id") || value::as_token(fact) != Some(Sureness::Likely)
}

/// The host of an address, where a host is told.
fn host<'b>(name: &str, fact: &'b [u8]) -> &'b [u8] {
    if name != "host" {
        return fact;
    }
    let address = memchr::memmem::find(fact, b"://").map_or(fact, |at| &fact[at + 3..]);
    let address = address.split(|byte| *byte == b'/').next().unwrap_or_default();
    address.rsplit(|byte| *byte == b'@').next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
