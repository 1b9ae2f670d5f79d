//! YAML as a tree: several documents, anchors and merges as pipelines use them, lines of templates left out.

use std::collections::BTreeMap;

use serde_saphyr::granit_parser::{Event, Parser};

use super::tree::{Data, Entry, Node};

/// Nesting beyond this is no pipeline.
const DEPTH: usize = 60;
/// Nodes that aliases may add: a few lines can say billions.
const COPIED: usize = 20_000;

/// The documents of a text; of a broken one those before the mistake.
pub(super) fn documents(text: &str) -> Vec<Node> {
    let (documents, whole) = parse(text);
    if whole || !text.contains("{{") {
        return documents;
    }
    parse(&without_templates(text)).0
}

fn parse(text: &str) -> (Vec<Node>, bool) {
    let mut builder = Builder::default();
    for next in Parser::new_from_str(text) {
        let Ok((event, span)) = next else { return (builder.done, false) };
        let (Some(start), Some(end)) = (span.start.byte_offset(), span.end.byte_offset()) else { return (builder.done, false) };
        if builder.event(event, start, end).is_none() {
            return (builder.done, false);
        }
    }
    (builder.done, true)
}

/// Helm's control lines become blank, and its values a word, at the same length.
fn without_templates(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let is_control = line.trim_start().starts_with("{{");
        let mut rest = line;
        while let Some((before, after)) = rest.split_once("{{") {
            let length = after.find("}}").map_or(after.trim_end_matches('\n').len(), |end| end + 2);
            made += before;
            made.extend(std::iter::repeat_n(if is_control { ' ' } else { 'x' }, 2 + length));
            rest = &after[length..];
        }
        made += rest;
    }
    made
}

/// Grows trees from events without recursion.
#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    done: Vec<Node>,
    anchors: BTreeMap<usize, Node>,
    copied: usize,
}

struct Open {
    start: usize,
    anchor: usize,
    /// `None` is a list.
    key: Option<Option<(String, usize)>>,
    items: Vec<Node>,
    entries: Vec<Entry>,
}

impl Builder {
    /// `None`: it cannot go on.
    fn event(&mut self, event: Event<'_>, start: usize, end: usize) -> Option<()> {
        match event {
            Event::Scalar(text, _, anchor, _) => {
                let node = Node { at: start..end, data: Data::Text(text.into_owned()) };
                self.keep(anchor, &node);
                self.add(node);
            }
            Event::SequenceStart(_, anchor, _) => self.open(start, anchor, None)?,
            Event::MappingStart(_, anchor, _) => self.open(start, anchor, Some(None))?,
            Event::SequenceEnd | Event::MappingEnd => {
                let Open { start: from, anchor, key, items, entries } = self.open.pop()?;
                let data = if key.is_some() { Data::Map(merged(entries)) } else { Data::List(items) };
                let node = Node { at: from..start.max(from), data };
                self.keep(anchor, &node);
                self.add(node);
            }
            Event::Alias(anchor) => {
                let mut node = self.anchors.get(&anchor).cloned().unwrap_or(Node { at: start..end, data: Data::Other(String::new()) });
                node.visit(&mut |_| self.copied += 1);
                if self.copied > COPIED {
                    return None;
                }
                node.at = start..end;
                self.add(node);
            }
            _ => {}
        }
        Some(())
    }

    fn open(&mut self, start: usize, anchor: usize, key: Option<Option<(String, usize)>>) -> Option<()> {
        self.open.push(Open { start, anchor, key, items: Vec::new(), entries: Vec::new() });
        (self.open.len() <= DEPTH).then_some(())
    }

    fn keep(&mut self, anchor: usize, node: &Node) {
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
    }

    fn add(&mut self, node: Node) {
        let Some(parent) = self.open.last_mut() else { return self.done.push(node) };
        match &mut parent.key {
            None => parent.items.push(node),
            Some(waiting) => match waiting.take() {
                Some((key, at)) => parent.entries.push(Entry { key, labels: Vec::new(), at, value: node }),
                None => *waiting = Some((node.written().unwrap_or_default().to_owned(), node.at.start)),
            },
        }
    }
}

/// `<<: *base` brings the entries of the base that are not said anew.
fn merged(entries: Vec<Entry>) -> Vec<Entry> {
    if !entries.iter().any(|entry| entry.key == "<<") {
        return entries;
    }
    let (bases, mut own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.key == "<<");
    for base in bases.iter().flat_map(|base| base.value.each()).flat_map(Node::entries) {
        if !own.iter().any(|entry| entry.key == base.key) {
            own.push(base.clone());
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_places_and_merges() {
        let text = "a: &x {k: é, l: 2}\nb:\n  <<: *x\n  l: 3\n---\n- one\n";
        let documents = documents(text);
        let b = documents[0].get("b").expect("a key");
        assert_eq!((b.get("k").and_then(Node::literal), b.get("l").and_then(Node::literal)), (Some("é"), Some("3")));
        assert_eq!(&text[documents[1].items()[0].at.clone()], "one");
    }

    #[test]
    fn templates_and_bombs_do_no_harm() {
        let text = "{{- if .x }}\nname: {{ .Release.Name }}-a\n{{- end }}\nkind: Role\n";
        assert_eq!(documents(text)[0].get("kind").and_then(Node::literal), Some("Role"));
        let bomb = (0..40).fold("a0: &a0 [x]\n".to_owned(), |text, n| text + &format!("a{}: &a{} [*a{n}, *a{n}]\n", n + 1, n + 1));
        assert!(documents(&bomb).is_empty());
        assert!(documents(&"[".repeat(100_000)).is_empty());
    }
}
