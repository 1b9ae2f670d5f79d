//! What a pickle stream tells when it is followed: the names it looks up, what it calls, its strings and a few facts.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::value::{Text, Value};

/// Longest string that may be a name.
const NAME: usize = 256;
/// Distinct names that are told apart.
const GLOBALS: usize = 4096;
/// Bytes of strings that are kept for the search for secrets, in all and of each.
const LINES: usize = 2 << 20;
const LINE: usize = 32 << 10;

/// Keys whose string values are facts, with the name of the fact.
const FACTS: &[(&str, &str)] = &[
    ("_sklearn_version", "sklearn-version"),
    ("pytorch-lightning_version", "lightning-version"),
    ("arch", "architecture"),
    ("model_type", "model-type"),
    ("_name_or_path", "base"),
    ("model_name_or_path", "base"),
    ("pretrained_model_name_or_path", "base"),
    ("base_model_name_or_path", "base"),
];
/// Keys that say what a checkpoint holds beside weights.
const CONTENTS: &[&str] = &["state_dict", "hyper_parameters", "optimizer_states", "optimizer_state_dict", "optimizer", "lr_schedulers", "callbacks", "epoch"];

/// A name that the stream looks up, and how it is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Global {
    pub(super) module: String,
    pub(super) name: String,
    /// Called with arguments from the stream.
    pub(super) called: bool,
    /// An instance was made without calling its constructor's code.
    pub(super) made: bool,
    /// Called in a way that was followed, so that what came out is judged instead.
    pub(super) resolved: bool,
    /// Stands in a pickle inside this one.
    pub(super) nested: bool,
}

#[derive(Debug, Default)]
pub(in super::super) struct Told {
    pub(super) globals: Vec<Global>,
    numbers: HashMap<(String, String), u32>,
    /// Streams that were followed to their end.
    pub(in super::super) streams: u32,
    pub(super) operations: u64,
    /// Operations that were tried on the bytes of arrays.
    pub(super) suspected: u64,
    /// Calls of any kind.
    pub(super) calls: u64,
    /// Bytes follow that belong to no stream.
    pub(super) trailing: bool,
    /// Why the rest was not followed, when it is not the stream's own fault.
    pub(super) gave_up: Option<&'static str>,
    /// Arrays between the operations: joblib's mark.
    pub(in super::super) arrays: u64,
    pub(super) facts: BTreeMap<&'static str, String>,
    pub(super) contents: Vec<&'static str>,
    pub(super) paddle: bool,
    pub(super) low_rank: bool,
    /// Elements of each torch storage.
    storages: BTreeMap<String, u64>,
    lines: Vec<String>,
    line_bytes: usize,
}

impl Told {
    /// The number of a name.
    pub(super) fn global(&mut self, module: &str, name: &str) -> u32 {
        let (module, name) = if module.len() > NAME || name.len() > 2 * NAME || self.globals.len() >= GLOBALS { ("…", "…") } else { (module, name) };
        let key = (module.to_owned(), name.to_owned());
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let number = self.globals.len() as u32;
        self.globals.push(Global { module: key.0.clone(), name: key.1.clone(), ..Global::default() });
        self.numbers.insert(key, number);
        number
    }

    pub(super) fn names(&self, number: u32) -> (&str, &str) {
        self.globals.get(number as usize).map_or(("", ""), |global| (&global.module, &global.name))
    }

    pub(super) fn mark(&mut self, number: u32, change: impl FnOnce(&mut Global)) {
        self.calls += 1;
        if let Some(global) = self.globals.get_mut(number as usize) {
            change(global);
        }
    }

    /// A string of the stream.
    pub(super) fn text(&mut self, bytes: &[u8]) -> Value {
        if bytes.starts_with(b"StructuredToParameterName@@") {
            self.paddle = true;
        }
        let line = self.line(bytes);
        match std::str::from_utf8(bytes) {
            Ok(text) if bytes.len() <= NAME => Value::Text(Rc::new(Text { text: text.to_owned(), line })),
            _ => Value::Other,
        }
    }

    /// Keeps a string, or a byte string that reads as text, for the search for secrets.
    pub(super) fn line(&mut self, bytes: &[u8]) -> Option<u32> {
        let bytes = bytes.get(..LINE).unwrap_or(bytes);
        if bytes.len() < 3 || self.line_bytes + bytes.len() > LINES {
            return None;
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) if bytes.len() - error.valid_up_to() < 4 => std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?,
            Err(_) => return None,
        };
        self.line_bytes += text.len() + 1;
        self.lines.push(text.to_owned());
        Some(self.lines.len() as u32 - 1)
    }

    /// An entry of a dictionary.
    pub(super) fn pair(&mut self, key: &Value, value: &Value) {
        let Value::Text(key) = key else { return };
        if let Some(found) = CONTENTS.iter().find(|content| **content == key.text)
            && !self.contents.contains(found)
        {
            self.contents.push(found);
        }
        self.low_rank |= [".lora_A.", ".lora_B.", ".lora_down.", ".lora_up."].iter().any(|mark| key.text.contains(mark));
        let Value::Text(value) = value else { return };
        if let Some((_, fact)) = FACTS.iter().find(|(name, _)| *name == key.text) {
            self.facts.entry(fact).or_insert_with(|| value.text.clone());
        }
        self.join(key, value);
    }

    /// Writes key and value on one line: the key tells a rule what the value is.
    fn join(&mut self, key: &Text, value: &Text) {
        let Some(line) = value.line.and_then(|line| self.lines.get_mut(line as usize)) else { return };
        if *line == value.text && self.line_bytes < LINES {
            *line = format!("{} = \"{}\"", key.text, value.text);
            self.line_bytes += key.text.len() + 5;
        }
    }

    /// A persistent id; torch names a storage by it: `("storage", type, key, device, elements)`.
    pub(super) fn persistent(&mut self, id: &Value) {
        let Value::Tuple(id) = id else { return };
        if let [Value::Text(kind), _, Value::Text(key), _, Value::Int(elements)] = id.as_slice()
            && kind.text == "storage"
            && self.storages.len() < GLOBALS * 16
        {
            self.storages.insert(key.text.clone(), u64::try_from(*elements).unwrap_or(0));
        }
    }

    /// Elements in all torch storages.
    pub(super) fn parameters(&self) -> u64 {
        self.storages.values().fold(0, |sum, elements| sum.saturating_add(*elements))
    }

    /// Takes over what a stream inside this one told.
    pub(super) fn absorb(&mut self, inner: Told) {
        for global in inner.globals {
            let number = self.global(&global.module, &global.name);
            if let Some(known) = self.globals.get_mut(number as usize) {
                known.called |= global.called;
                known.made |= global.made;
                known.resolved |= global.resolved;
                known.nested |= global.nested;
            }
        }
        self.calls += inner.calls;
        self.operations += inner.operations;
        self.arrays += inner.arrays;
        self.paddle |= inner.paddle;
        self.low_rank |= inner.low_rank;
        self.gave_up = self.gave_up.or(inner.gave_up);
        for (name, fact) in inner.facts {
            self.facts.entry(name).or_insert(fact);
        }
        self.contents.extend(inner.contents);
        self.storages.extend(inner.storages);
        for line in inner.lines {
            self.line(line.as_bytes());
        }
    }

    /// The strings of the stream, a line each.
    pub(in super::super) fn into_text(self) -> Option<Vec<u8>> {
        (!self.lines.is_empty()).then(|| self.lines.join("\n").into_bytes())
    }
}
