//! The rules of a pack, each read from its compiled bytes when it is first asked for: a scan of a small file needs few of them.

use std::borrow::Cow;
use std::ops::Index;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::rule::{Name, Rule, Wake};

/// Where a rule's bytes end, and what must be known of it before they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub code: u32,
    end: u32,
    /// The native parser that finds it, as `Owner::Native` numbers them.
    pub native: Option<u16>,
    /// Its words are common: it is found from the value's side.
    pub is_run: bool,
}

/// Compiled rules, in the order of their files.
#[derive(Debug)]
pub struct Rules {
    bytes: Cow<'static, [u8]>,
    entries: Vec<Entry>,
    read: Vec<OnceLock<Rule>>,
}

/// The bytes of the rules one behind the other, and where each ends.
pub fn written(rules: &[Rule], natives: &[String]) -> (Vec<u8>, Vec<Entry>) {
    let mut bytes = Vec::new();
    let entries = rules.iter().map(|rule| {
        bytes = postcard::to_extend(rule, std::mem::take(&mut bytes)).expect("rules are plain data");
        let native = rule.native.as_ref().and_then(|name| natives.iter().position(|native| native == name));
        Entry {
            code: rule.code,
            end: u32::try_from(bytes.len()).expect("rules have less than 4 GiB"),
            native: native.and_then(|native| u16::try_from(native).ok()),
            is_run: matches!(rule.wake, Wake::Run { .. }),
        }
    });
    let entries = entries.collect();
    (bytes, entries)
}

impl Rules {
    pub(super) fn new(bytes: impl Into<Cow<'static, [u8]>>, entries: Vec<Entry>) -> Self {
        Self { bytes: bytes.into(), read: entries.iter().map(|_| OnceLock::new()).collect(), entries }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Reads them all.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        (0..self.len()).map(|index| &self[index])
    }

    /// The beginning of a rule.
    pub(super) fn name(&self, index: usize) -> Name {
        let (name, _) = postcard::take_from_bytes(self.bytes(index)).expect("rules begin with the fields of a name");
        name
    }

    fn bytes(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).map_or(0, |before| self.entries[before].end);
        &self.bytes[start as usize..self.entries[index].end as usize]
    }

    /// What is known without reading.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

impl Index<usize> for Rules {
    type Output = Rule;

    fn index(&self, index: usize) -> &Rule {
        self.read[index].get_or_init(|| postcard::from_bytes(self.bytes(index)).expect("the compiler wrote these bytes from the same type"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::pack;
    use super::*;

    #[test]
    fn rules_are_the_same_after_they_were_written() {
        let rules: Vec<Rule> = pack().rules().iter().cloned().collect();
        let (bytes, entries) = written(&rules, &pack().data().natives);
        assert_eq!(entries, pack().rules().entries());
        let again = Rules::new(bytes, entries);
        assert!(again.iter().zip(&rules).all(|(again, rule)| (again.code, &again.name, &again.negatives) == (rule.code, &rule.name, &rule.negatives)));
        let names = (0..again.len()).map(|index| again.name(index));
        assert!(
            names.zip(&rules).all(|(name, rule)| (name.title, name.severity, name.rotate_url) == (rule.title.clone(), rule.severity, rule.rotate_url.clone()))
        );
    }
}
