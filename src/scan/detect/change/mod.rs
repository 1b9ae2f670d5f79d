//! Changes of models: operations in code and pipelines, and the policies and roles that allow them, from `rules/changes/`.
//!
//! The keyword filter of the credential engine finds the anchors of the shapes. What they mean depends on the whole file (the job of a
//! pipeline, the denial beside a grant), so a text that was made from another is asked anew. Only a file in which an anchor stands is parsed.

pub mod check;
mod grant;
mod notation;
mod operation;
mod pipeline;
mod tree;
mod yaml;

use std::cell::OnceCell;
use std::ops::Range;

use super::reference::{Docstrings, comment_before, kinds};
use super::{Sighting, Text};
use crate::domain::Evidence;
use crate::rulepack;
use crate::rulepack::change::{ChangeShape, Does};
use tree::{Data, Node};

/// Longer texts are no pipelines or policies that people wrote.
const LONGEST: usize = 1 << 20;
/// An option begins its line within so many bytes.
const LINE: usize = 200;

/// Where an anchor of a shape stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wake {
    pub at: usize,
    /// Number of the shape, see [`crate::rulepack::Pack::changes`].
    pub shape: usize,
}

/// A text and its tree, which is made when it is first asked for.
struct Read<'t> {
    text: &'t Text<'t>,
    tree: OnceCell<Vec<Node>>,
}

/// What the anchors of a text mean, in order of their spans.
pub(super) fn sightings(text: &Text<'_>, wakes: &[Wake]) -> Vec<Sighting> {
    if wakes.is_empty() || text.prose {
        return Vec::new();
    }
    let kinds = kinds(text.name, text.bytes);
    let shapes = rulepack::pack().changes();
    let counts = |shape: &ChangeShape| shape.files.iter().any(|kind| kinds.contains(kind));
    let woken = wakes.iter().filter_map(|wake| Some((wake.at, shapes.get(wake.shape)?)));
    let mut woken: Vec<_> = woken.filter(|(at, shape)| counts(shape) && !is_comment(text, *at)).collect();
    woken.sort_by_key(|(at, _)| *at);
    let mut docstrings = Docstrings::new(text);
    woken.retain(|(at, _)| !docstrings.holds(*at));
    if woken.is_empty() {
        return Vec::new();
    }
    let read = Read { text, tree: OnceCell::new() };
    let mut found = operation::sightings(&read, &woken);
    let policies: Vec<usize> = woken.iter().filter(|(_, shape)| shape.does == Does::Policy).map(|(at, _)| *at).collect();
    let roles: Vec<_> = woken.iter().filter(|(_, shape)| shape.does == Does::Role).copied().collect();
    found.extend(grant::sightings(&read, &policies, &roles));
    found.sort_by_key(|sighting| (sighting.span.start, sighting.span.end));
    found
}

/// An option on a line of its own is no comment of SQL.
fn is_comment(text: &Text<'_>, at: usize) -> bool {
    let before = &text.bytes[at.saturating_sub(LINE)..at];
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_start();
    let is_option = line.strip_prefix(b"--").is_some_and(|option| option.first().is_some_and(u8::is_ascii_alphabetic));
    comment_before(text, at) && !is_option
}

fn sighting(span: Range<usize>, evidence: Evidence) -> Sighting {
    Sighting { span, steps: Vec::new(), secrets: Vec::new(), parts: Vec::new(), pragmas: Vec::new(), evidence }
}

impl Read<'_> {
    /// The documents of a structured file; none of programs, and of what cannot be parsed.
    fn tree(&self) -> &[Node] {
        self.tree.get_or_init(|| {
            let Text { bytes, name, continued, .. } = self.text;
            if *continued || bytes.len() > LONGEST {
                return Vec::new();
            }
            let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
            let lower = name.to_ascii_lowercase();
            let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
            let mut documents = if ends(&[".tf", ".hcl", ".tfvars"]) {
                notation::body(text)
            } else if ends(&[".json", ".jsonc", ".template"]) || bytes.trim_ascii_start().starts_with(b"{") {
                notation::value(text)
            } else if ends(&[".yaml", ".yml"]) || lower == "stdin" {
                yaml::documents(text)
            } else {
                Vec::new()
            };
            documents.iter_mut().for_each(|document| unfold(document, text));
            documents
        })
    }
}

/// Policies that lie in a text of the file, a heredoc or a block, become part of the tree.
fn unfold(node: &mut Node, text: &str) {
    match &mut node.data {
        Data::List(items) => items.iter_mut().for_each(|item| unfold(item, text)),
        Data::Map(entries) | Data::Call(_, entries) => entries.iter_mut().for_each(|entry| unfold(&mut entry.value, text)),
        Data::Text(inner) if inner.trim_start().starts_with('{') && inner.contains("tatement") => {
            let verbatim = text.get(node.at.clone()) == Some(inner.as_str());
            let place = |at: &mut Range<usize>| if verbatim { *at = at.start + node.at.start..at.end + node.at.start } else { at.clone_from(&node.at) };
            if let Some(mut policy) = notation::value(inner).into_iter().next() {
                policy.move_to(&place);
                *node = policy;
            }
        }
        Data::Text(_) | Data::Other(_) => {}
    }
}
