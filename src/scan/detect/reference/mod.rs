//! References: the ways code and configuration name models, from `rules/references/`.
//!
//! The keyword filter of the credential engine finds the anchors of the shapes too; [`hit`] looks closer.

mod accept;
pub mod check;
mod expression;
mod kind;
mod resolve;
mod settle;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, OnceLock};

use regex::bytes::{Captures, Regex, RegexBuilder};

use super::{Sighting, Text};
use crate::domain::{Evidence, Identity, Reference};
use crate::rulepack::shape::{Accept, Shape};

pub(super) use kind::{Docstrings, comment_before, kinds};
pub(super) use settle::{Met, settle};

/// Bytes behind an anchor in which a name must stand.
const AHEAD: usize = 480;
/// Bytes before an anchor that `before` may look at.
const BEHIND: usize = 80;
/// Bytes behind a name in which its call may go on to say the revision.
const CALL: usize = 300;

/// What patterns write as `%value%`: a string, or an expression that may stand for one.
const VALUE: &str = r#"(?:[rbuRBU@]{0,2}["'`](?P<name>[^"'`\s]{1,250})["'`]|(?P<expression>[A-Za-z_$(&*][^=\s]))"#;
/// What patterns write as `%variable%`: a variable of a shell, a container or a pipeline.
const VARIABLE: &str = r"(?P<expression>(?P<shell>\$)[\w{(])";

/// A shape's patterns, compiled when its anchor first appears.
struct Compiled {
    pattern: Regex,
    before: Option<Regex>,
    revision: Option<Regex>,
}

/// Looks at the place where an anchor of a shape stands. What it finds may yet stand in a docstring: [`settle()`].
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
    let Some(Written { text: written, span, dynamic }) = written(text.bytes, &groups, at) else { return };
    if dynamic && shape.accept == Accept::File && !is_whole(shape, ahead) {
        return;
    }
    let (written, tag) = if dynamic || groups.name("revision").is_some() { (written, None) } else { accept::parted(&shape.scheme, written) };
    let believed = if dynamic { Some(shape.scheme.as_str()) } else { accept::scheme(shape, &written) };
    let Some(scheme) = believed.filter(|_| !names_data(text.bytes, span.end)) else { return };
    let revision = revision(&groups).or(tag).or_else(|| later(text.bytes, &span, compiled.revision.as_ref()));
    found(sighting(shape, scheme, written, revision, span, dynamic));
}

/// The function is called as the anchor says, and not by a longer name.
fn is_whole(shape: &Shape, ahead: &[u8]) -> bool {
    let name = &ahead[..memchr::memchr(b'(', ahead).unwrap_or_default()];
    shape.anchors.iter().any(|anchor| anchor.trim_end_matches('(').as_bytes() == name)
}

/// A name as it stands there, or the expression that makes it.
struct Written {
    text: String,
    span: Range<usize>,
    dynamic: bool,
}

fn written(bytes: &[u8], groups: &Captures<'_>, at: usize) -> Option<Written> {
    if let Some(name) = groups.name("name").filter(|name| !(name.as_bytes().contains(&b'{') && bytes.get(at + name.end()) == Some(&b'`'))) {
        return Some(Written { text: String::from_utf8_lossy(name.as_bytes()).into_owned(), span: at + name.start()..at + name.end(), dynamic: false });
    }
    let template = groups.name("name").map(|name| name.start().saturating_sub(1));
    let start = at + template.or_else(|| Some(groups.name("expression")?.start()))?;
    let rest = bytes.get(start..)?;
    let text = if groups.name("shell").is_some() { resolve::written_variable(rest) } else { expression::expression(rest) };
    let defines = [&b"def "[..], b"function ", b"func ", b"fn "].iter().any(|word| bytes[..at].ends_with(word));
    (!text.is_empty() && !defines && !is_named(text)).then(|| Written { text: text.to_owned(), span: start..start + text.len(), dynamic: true })
}

/// The same call or command says that the name is a data set's: `--repo-type dataset`, `repo_type="dataset"`.
fn names_data(bytes: &[u8], end: usize) -> bool {
    let rest = &bytes[end..bytes.len().min(end + CALL)];
    let rest = &rest[..memchr::memchr2(b'\n', b')', rest).unwrap_or(rest.len())];
    let says = |word: &[u8]| memchr::memmem::find(rest, word).map(|at| &rest[at + word.len()..]);
    let marks = |value: &[u8]| value.iter().take_while(|byte| matches!(byte, b' ' | b'=' | b'"' | b'\'')).count();
    [&b"repo-type"[..], b"repo_type"].into_iter().filter_map(says).any(|value| value[marks(value)..].starts_with(b"dataset"))
}

/// Another argument, by its name: `dtype=x`.
fn is_named(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').trim_start();
    rest.starts_with('=') && !rest.starts_with("==")
}

fn sighting(shape: &Shape, scheme: &str, name: String, revision: Option<String>, span: Range<usize>, dynamic: bool) -> Sighting {
    let pinned = !dynamic && accept::is_pinned(scheme, &name, revision.as_deref());
    let name = if dynamic { name } else { accept::normal(scheme, name) };
    let reference = Reference { shape: shape.name.clone(), identity: Identity { scheme: scheme.to_owned(), name }, revision, pinned, dynamic };
    Sighting { span, steps: Vec::new(), secrets: Vec::new(), parts: Vec::new(), evidence: Evidence::Reference(reference), pragmas: Vec::new() }
}

/// The revision that stands in the name itself: a version, a tag, an alias.
fn revision(groups: &Captures<'_>) -> Option<String> {
    let alias = groups.name("alias").map(|alias| format!("@{}", String::from_utf8_lossy(alias.as_bytes())));
    groups.name("revision").map(|revision| String::from_utf8_lossy(revision.as_bytes()).into_owned()).or(alias)
}

/// The revision that the same call says later.
fn later(bytes: &[u8], name: &Range<usize>, pattern: Option<&Regex>) -> Option<String> {
    revision(&pattern?.captures(call(bytes, name.end))?)
}

/// The rest of a call. A parenthesis or a blank line ends it; braces may hold options.
fn call(bytes: &[u8], from: usize) -> &[u8] {
    let rest = &bytes[from..bytes.len().min(from + CALL)];
    let end = memchr::memchr(b')', rest).or_else(|| memchr::memmem::find(rest, b"\n\n")).unwrap_or(rest.len());
    &rest[..end]
}

fn compiled(shape: &Shape) -> &'static Compiled {
    static ALL: OnceLock<Mutex<BTreeMap<String, &'static Compiled>>> = OnceLock::new();
    let mut all = ALL.get_or_init(Mutex::default).lock().expect("no thread panics while it compiles");
    all.entry(shape.name.clone()).or_insert_with(|| {
        let regex = |pattern: &str| RegexBuilder::new(pattern).unicode(false).build().expect("the shapes' patterns are compiled by the tests");
        let pattern = regex(&format!(r"\A(?:{})", shape.pattern.replace("%value%", VALUE).replace("%variable%", VARIABLE)));
        // As many as there are shapes, for as long as the program runs.
        Box::leak(Box::new(Compiled { pattern, before: shape.before.as_deref().map(regex), revision: shape.revision.as_deref().map(regex) }))
    })
}
