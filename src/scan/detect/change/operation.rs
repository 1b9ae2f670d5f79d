//! Operations: the calls, commands and manifests by which a model is changed.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, OnceLock};

use regex::bytes::{Captures, Regex, RegexBuilder};

use super::{Read, pipeline, sighting};
use crate::domain::{Change, ChangeKind, Evidence, Identity};
use crate::rulepack::change::{ChangeShape, Does};
use crate::scan::detect::Sighting;

/// Bytes behind an anchor in which the match must stand.
const AHEAD: usize = 400;
/// Bytes before an anchor that `before` may look at.
const BEHIND: usize = 120;
/// Bytes behind a match in which its call may go on to say the target.
const CALL: usize = 600;

/// A shape's patterns, compiled when its anchor first appears.
pub(super) struct Compiled {
    pattern: Option<Regex>,
    before: Option<Regex>,
    needs: Option<Regex>,
    later: Option<Regex>,
    unless: Option<Regex>,
}

/// What stands at an anchor.
pub(super) struct Met {
    pub(super) span: Range<usize>,
    pub(super) operation: String,
    pub(super) target: Option<String>,
    pub(super) role: Option<String>,
}

pub(super) fn sightings(read: &Read<'_>, woken: &[(usize, &ChangeShape)]) -> Vec<Sighting> {
    let mut found: Vec<(Range<usize>, Change)> = Vec::new();
    for (at, shape) in woken {
        let Some(kind) = kind(shape.does) else { continue };
        let Some(Met { span, operation, target, .. }) = met(read, shape, *at) else { continue };
        // Two shapes may know one call: the first to say it has it.
        if found.iter().any(|(known, _)| known.start < span.end && span.start < known.end) {
            continue;
        }
        let target = target.map(|name| Identity { scheme: shape.scheme.clone(), name });
        found.push((span, Change { kind, shape: shape.name.clone(), operation, target, declared: shape.declared, job: None }));
    }
    if !found.is_empty() {
        pipeline::tell(read, &mut found);
    }
    found.into_iter().map(|(span, change)| sighting(span, Evidence::Change(Box::new(change)))).collect()
}

/// Looks closer at an anchor of a shape.
pub(super) fn met(read: &Read<'_>, shape: &ChangeShape, at: usize) -> Option<Met> {
    let bytes = read.text.bytes;
    let compiled = compiled(shape);
    let behind = &bytes[at.saturating_sub(BEHIND)..at];
    if compiled.before.as_ref().is_some_and(|before| !before.is_match(behind)) {
        return None;
    }
    let anchor = shape.anchors.iter().find(|anchor| bytes[at..].starts_with(anchor.as_bytes()))?;
    // A name goes on to neither side: `update_endpoint` is not `update_endpoint_weights`.
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    if compiled.before.is_none() && anchor.as_bytes().first().is_some_and(is_part) && behind.last().is_some_and(is_part) {
        return None;
    }
    let ahead = &bytes[at..bytes.len().min(at + AHEAD)];
    let words = |found: &[u8]| String::from_utf8_lossy(found).split_whitespace().collect::<Vec<_>>().join(" ");
    let Some(pattern) = &compiled.pattern else {
        if anchor.as_bytes().last().is_some_and(is_part) && ahead.get(anchor.len()).is_some_and(is_part) {
            return None;
        }
        needed(compiled, bytes)?;
        let operation = shape.operation.clone().unwrap_or_else(|| anchor.clone());
        let span = at..at + anchor.len();
        return Some(Met { target: later(compiled, bytes, span.end), operation, role: None, span });
    };
    let groups = pattern.captures(ahead)?;
    needed(compiled, bytes)?;
    let whole = groups.get(0)?;
    if compiled.unless.as_ref().is_some_and(|unless| unless.is_match(command(bytes, at))) {
        return None;
    }
    let text = |name: &str| groups.name(name).map(|group| words(group.as_bytes())).filter(|text| !text.is_empty());
    let operation = text("operation").or_else(|| shape.operation.clone()).unwrap_or_else(|| words(whole.as_bytes()));
    let end = groups.name("target").map_or(whole.end(), |target| target.end());
    let target = text("target").or_else(|| later(compiled, bytes, at + end));
    Some(Met { span: at..at + whole.end(), operation, target, role: text("role") })
}

/// A command, on to the end of its last line, or the lines of a call.
fn command(bytes: &[u8], at: usize) -> &[u8] {
    let rest = &bytes[at..bytes.len().min(at + CALL)];
    let mut end = 0;
    for line in rest.split_inclusive(|byte| *byte == b'\n') {
        end += line.len();
        if !matches!(line.trim_ascii_end().last(), Some(b'\\' | b'(' | b',')) {
            break;
        }
    }
    &rest[..end]
}

fn needed(compiled: &Compiled, bytes: &[u8]) -> Option<()> {
    compiled.needs.as_ref().is_none_or(|needs| needs.is_match(bytes)).then_some(())
}

/// The target that the same call or command says later.
fn later(compiled: &Compiled, bytes: &[u8], end: usize) -> Option<String> {
    let pattern = compiled.later.as_ref()?;
    let rest = &bytes[end..bytes.len().min(end + CALL)];
    let rest = &rest[..memchr::memmem::find(rest, b"\n\n").unwrap_or(rest.len())];
    let groups: Captures<'_> = pattern.captures(rest)?;
    Some(String::from_utf8_lossy(groups.name("target")?.as_bytes()).into_owned())
}

fn kind(does: Does) -> Option<ChangeKind> {
    Some(match does {
        Does::Train => ChangeKind::Train,
        Does::Push => ChangeKind::Push,
        Does::Register => ChangeKind::Register,
        Does::Promote => ChangeKind::Promote,
        Does::Guardrail => ChangeKind::Guardrail,
        Does::Deploy => ChangeKind::Deploy,
        Does::Policy | Does::Role => return None,
    })
}

fn compiled(shape: &ChangeShape) -> &'static Compiled {
    static ALL: OnceLock<Mutex<BTreeMap<String, &'static Compiled>>> = OnceLock::new();
    let mut all = ALL.get_or_init(Mutex::default).lock().expect("no thread panics while it compiles");
    all.entry(shape.name.clone()).or_insert_with(|| {
        let regex = |pattern: &str| RegexBuilder::new(pattern).unicode(false).build().expect("the shapes' patterns are compiled by the tests");
        let optional = |pattern: &Option<String>| pattern.as_deref().map(regex);
        let pattern = shape.pattern.as_ref().map(|pattern| regex(&format!(r"\A(?:{pattern})")));
        // As many as there are shapes, for as long as the program runs.
        Box::leak(Box::new(Compiled {
            pattern,
            before: optional(&shape.before),
            needs: optional(&shape.needs),
            later: optional(&shape.later),
            unless: optional(&shape.unless),
        }))
    })
}
