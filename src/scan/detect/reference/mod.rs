//! References: the ways code and configuration name models, from `rules/references/`.
//!
//! The keyword filter of the credential engine finds the anchors of the shapes too; [`hit`] looks closer.

mod accept;
pub mod check;
mod kind;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, OnceLock};

use regex::bytes::{Captures, Regex, RegexBuilder};

use super::{Sighting, Text};
use crate::domain::{Evidence, Identity, Reference};
use crate::rulepack::shape::Shape;

pub(super) use kind::{comment_before, kinds, leave_out_docstrings};

/// Bytes behind an anchor in which a name must stand.
const AHEAD: usize = 512;
/// Bytes before an anchor that `before` may look at.
const BEHIND: usize = 80;
/// Bytes behind a name in which its call may go on to say the revision.
const CALL: usize = 300;

/// A shape's patterns, compiled when its anchor first appears.
struct Compiled {
    pattern: Regex,
    before: Option<Regex>,
    revision: Option<Regex>,
}

/// Looks at the place where an anchor of a shape stands. What it finds may yet stand in a docstring: [`leave_out_docstrings`].
pub(super) fn hit(text: &Text<'_>, shape: &Shape, at: usize, found: &mut dyn FnMut(Sighting)) {
    if text.prose || !kinds(text.name, text.bytes).iter().any(|kind| shape.files.contains(kind)) || comment_before(text, at) {
        return;
    }
    let compiled = compiled(shape);
    let behind = &text.bytes[at.saturating_sub(BEHIND)..at];
    if compiled.before.as_ref().is_some_and(|before| !before.is_match(behind)) {
        return;
    }
    let ahead = &text.bytes[at..text.bytes.len().min(at + AHEAD)];
    let Some(groups) = compiled.pattern.captures(ahead) else { return };
    let Some(name) = groups.name("name") else { return };
    let written = String::from_utf8_lossy(name.as_bytes()).into_owned();
    if !accept::accepts(shape.accept, &written) {
        return;
    }
    let span = at + name.start()..at + name.end();
    if names_data(text.bytes, span.end) {
        return;
    }
    let revision = revision(&groups).or_else(|| later(text.bytes, &span, compiled.revision.as_ref()));
    found(sighting(shape, written, revision, span));
}

/// The same call or command says that the name is a data set's: `--repo-type dataset`, `repo_type="dataset"`.
fn names_data(bytes: &[u8], end: usize) -> bool {
    let rest = &bytes[end..bytes.len().min(end + CALL)];
    let rest = &rest[..memchr::memchr2(b'\n', b')', rest).unwrap_or(rest.len())];
    let says = |word: &[u8]| memchr::memmem::find(rest, word).map(|at| &rest[at + word.len()..]);
    let marks = |value: &[u8]| value.iter().take_while(|byte| matches!(byte, b' ' | b'=' | b'"' | b'\'')).count();
    [&b"repo-type"[..], b"repo_type"].into_iter().filter_map(says).any(|value| value[marks(value)..].starts_with(b"dataset"))
}

fn sighting(shape: &Shape, name: String, revision: Option<String>, span: Range<usize>) -> Sighting {
    let pinned = accept::is_pinned(&shape.scheme, &name, revision.as_deref());
    let identity = Identity { scheme: shape.scheme.clone(), name: accept::normal(&shape.scheme, name) };
    let reference = Reference { shape: shape.name.clone(), identity, revision, pinned, dynamic: false };
    Sighting { span, steps: Vec::new(), secrets: Vec::new(), parts: Vec::new(), evidence: Evidence::Reference(reference), pragmas: Vec::new() }
}

/// The revision that stands in the name itself: a version, a tag, an alias.
fn revision(groups: &Captures<'_>) -> Option<String> {
    let alias = groups.name("alias").map(|alias| format!("@{}", String::from_utf8_lossy(alias.as_bytes())));
    groups.name("revision").map(|revision| String::from_utf8_lossy(revision.as_bytes()).into_owned()).or(alias)
}

/// The revision that the same call says later.
fn later(bytes: &[u8], name: &Range<usize>, pattern: Option<&Regex>) -> Option<String> {
    let rest = &bytes[name.end..bytes.len().min(name.end + CALL)];
    // A parenthesis or a blank line ends the call; braces may hold options.
    let end = memchr::memchr(b')', rest).or_else(|| memchr::memmem::find(rest, b"\n\n")).unwrap_or(rest.len());
    revision(&pattern?.captures(&rest[..end])?)
}

fn compiled(shape: &Shape) -> &'static Compiled {
    static ALL: OnceLock<Mutex<BTreeMap<String, &'static Compiled>>> = OnceLock::new();
    let mut all = ALL.get_or_init(Mutex::default).lock().expect("no thread panics while it compiles");
    all.entry(shape.name.clone()).or_insert_with(|| {
        let regex = |pattern: &str| RegexBuilder::new(pattern).unicode(false).build().expect("the shapes' patterns are compiled by the tests");
        let pattern = regex(&format!(r"\A(?:{})", shape.pattern));
        // As many as there are shapes, for as long as the program runs.
        Box::leak(Box::new(Compiled { pattern, before: shape.before.as_deref().map(regex), revision: shape.revision.as_deref().map(regex) }))
    })
}
