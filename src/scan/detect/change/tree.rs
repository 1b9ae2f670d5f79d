//! A structured text as a tree: JSON, YAML and HCL alike, each node with its place.

use std::ops::Range;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) at: Range<usize>,
    pub(super) data: Data,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Data {
    /// What stands there literally.
    Text(String),
    /// An expression, as written.
    Other(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
    /// A call: its name, and its arguments as entries; those without a name have an empty key.
    Call(String, Vec<Entry>),
}

/// `key = value`, `key: value`, or a block of HCL with its labels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) labels: Vec<String>,
    pub(super) at: usize,
    pub(super) value: Node,
}

impl Node {
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.data {
            Data::Map(entries) | Data::Call(_, entries) => entries,
            _ => &[],
        }
    }

    /// The value of a key, which may be written in any case and with any joints: `not_actions` is `NotActions`.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.all(key).next()
    }

    /// The values of a key: blocks may come several times.
    pub(super) fn all<'n>(&'n self, key: &str) -> impl Iterator<Item = &'n Node> {
        self.entries().iter().filter(move |entry| is_named(&entry.key, key)).map(|entry| &entry.value)
    }

    /// The value of the first of these keys that is there.
    pub(super) fn any(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().find_map(|key| self.get(key))
    }

    pub(super) fn literal(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// As written, where it is no list or map.
    pub(super) fn written(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) | Data::Other(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn items(&self) -> &[Node] {
        match &self.data {
            Data::List(items) => items,
            _ => &[],
        }
    }

    /// The node itself, or what is in the list.
    pub(super) fn each(&self) -> &[Node] {
        match &self.data {
            Data::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// The texts in the node, as written: of a list, a call or a map, those of all that is in it.
    pub(super) fn texts(&self) -> Vec<&str> {
        let (mut texts, mut waiting) = (Vec::new(), vec![self]);
        while let Some(node) = waiting.pop() {
            texts.extend(node.written());
            match &node.data {
                Data::List(items) => waiting.extend(items.iter().rev()),
                _ => waiting.extend(node.entries().iter().rev().map(|entry| &entry.value)),
            }
        }
        texts
    }

    /// Changes the place of this node and of all below it.
    pub(super) fn move_to(&mut self, place: &dyn Fn(&mut Range<usize>)) {
        place(&mut self.at);
        match &mut self.data {
            Data::List(items) => items.iter_mut().for_each(|item| item.move_to(place)),
            Data::Map(entries) | Data::Call(_, entries) => entries.iter_mut().for_each(|entry| entry.value.move_to(place)),
            Data::Text(_) | Data::Other(_) => {}
        }
    }

    /// This node and all below it, outermost first.
    pub(super) fn visit<'n>(&'n self, see: &mut (dyn FnMut(&'n Node) + '_)) {
        see(self);
        match &self.data {
            Data::List(items) => items.iter().for_each(|item| item.visit(see)),
            Data::Map(entries) | Data::Call(_, entries) => entries.iter().for_each(|entry| entry.value.visit(see)),
            Data::Text(_) | Data::Other(_) => {}
        }
    }
}

/// Equal but for case, `_` and `-`.
pub(super) fn is_named(key: &str, name: &str) -> bool {
    let letters = |text: &'_ str| text.bytes().filter(|byte| !matches!(byte, b'_' | b'-')).map(|byte| byte.to_ascii_lowercase()).collect::<Vec<_>>();
    key.len() < 64 && letters(key) == letters(name)
}
