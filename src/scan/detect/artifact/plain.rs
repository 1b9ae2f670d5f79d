//! What an artifact says of itself, made fit to be printed: short, without control characters, without passwords in addresses.

use std::collections::BTreeSet;

use super::Facts;
use crate::domain::Hazard;

/// Facts are names, versions and addresses; longer texts belong into [`Facts::texts`].
const LONGEST_FACT: usize = 400;
/// Nothing shorter is a secret.
const SHORTEST_TEXT: usize = 6;
/// Of each text that is searched for secrets, of all texts of one artifact, and their number.
const LONGEST_TEXT: usize = 4 << 20;
const ALL_TEXTS: usize = 16 << 20;
const MOST_TEXTS: usize = 2048;

/// Adds a fact, unless it is empty or already told.
pub(super) fn fact(facts: &mut Facts, name: &'static str, value: impl AsRef<str>) {
    let value = printable(value.as_ref());
    if !value.is_empty() && !facts.facts.iter().any(|(told, _)| *told == name) {
        facts.facts.push((name, value));
    }
}

/// Adds the first of several texts that says something.
pub(super) fn first_fact<'v>(facts: &mut Facts, name: &'static str, values: impl IntoIterator<Item = Option<&'v str>>) {
    if let Some(value) = values.into_iter().flatten().find(|value| !value.trim().is_empty()) {
        fact(facts, name, value);
    }
}

/// Adds a list: sorted, each once, cut at `most` entries.
pub(super) fn list_fact<'v>(facts: &mut Facts, name: &'static str, values: impl IntoIterator<Item = &'v str>, most: usize) {
    let values: BTreeSet<String> = values.into_iter().map(printable).filter(|value| !value.is_empty()).collect();
    if !values.is_empty() {
        facts.facts.push((name, values.into_iter().take(most).collect::<Vec<_>>().join(", ")));
    }
}

/// Adds a model that this one was made from, each once. Hub addresses become `org/name`, as configurations write it.
pub(super) fn base(facts: &mut Facts, value: &str) {
    let value = printable(value);
    let hub = ["https://huggingface.co/", "http://huggingface.co/", "https://hf.co/"].iter().find_map(|prefix| value.strip_prefix(prefix));
    let value = hub.map_or(value.as_str(), |path| path.trim_end_matches('/')).to_owned();
    if !value.is_empty() && !facts.bases.contains(&value) {
        facts.bases.push(value);
    }
}

/// Adds a text in which a secret could lie, written as `name=value` so that rules that need a key see one.
pub(super) fn text(facts: &mut Facts, name: &str, value: &[u8]) {
    if value.len() < SHORTEST_TEXT || facts.texts.len() >= MOST_TEXTS {
        return;
    }
    let told: usize = facts.texts.iter().map(|(_, bytes)| bytes.len()).sum();
    let name = printable(name);
    let mut bytes = format!("{name}=").into_bytes();
    bytes.extend(&value[..value.len().min(LONGEST_TEXT)]);
    if told + bytes.len() <= ALL_TEXTS {
        facts.texts.push((name, bytes));
    }
}

/// Adds a hazard, each once.
pub(super) fn hazard(facts: &mut Facts, runs_code: bool, what: impl AsRef<str>) {
    let hazard = Hazard { runs_code, what: printable(what.as_ref()) };
    if !facts.hazards.contains(&hazard) {
        facts.hazards.push(hazard);
    }
}

/// Template code that climbs from a value to the interpreter. A chat template is run by whoever loads the model.
pub(super) fn template_hazard(facts: &mut Facts, template: &str) {
    #[rustfmt::skip] // several to a line
    const REACHED: [&str; 15] = [
        "__class__", "__globals__", "__subclasses__", "__mro__", "__init__", "__builtins__", "__import__", "__base__", "__getattribute__", "__dict__", "__code__",
        // The same in other letters, and an object that only attackers know.
        "\\x5f", "\\u005f", "lipsum", "popen(",
    ];
    if let Some(name) = REACHED.iter().find(|name| template.contains(**name)) {
        hazard(facts, true, format!("chat template reaching for `{name}`"));
    }
}

/// Printable, on one line, short, and without the passwords and queries of addresses.
pub(super) fn printable(text: &str) -> String {
    // Cut last: half a password is still told.
    let text: String = bare_addresses(text.trim()).chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_FACT).collect();
    text.trim().to_owned()
}

/// `https://user:password@host/path?token=…` as `https://host/path`, wherever in the text it stands.
fn bare_addresses(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        let end = after.find([' ', '"', '\'', ',', '\n', '\t']).unwrap_or(after.len());
        let (address, behind) = after.split_at(end);
        let authority = address.find(['/', '?', '#']).unwrap_or(address.len());
        let host = address[..authority].rfind('@').map_or(0, |at| at + 1);
        let path = address.find(['?', '#']).unwrap_or(address.len());
        shown += before;
        shown += &address[host..path];
        rest = behind;
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_short_and_hold_no_password() {
        assert_eq!(printable("a\n\u{1b}[31mb"), "a  [31mb");
        let typed = ["https://", "ci:", "hunter2", "@git.example.com/m"].concat();
        assert_eq!(printable(&typed), "https://git.example.com/m");
        assert_eq!(printable(&format!("from {typed}?sig=abc, then more")), "from https://git.example.com/m, then more");
        assert_eq!(printable(&["s3://", &"k".repeat(500), "@bucket"].concat()), "s3://bucket");
        assert_eq!(printable(&"x".repeat(1000)).len(), LONGEST_FACT);
    }

    #[test]
    fn hub_addresses_become_names() {
        let mut facts = Facts::default();
        base(&mut facts, "https://huggingface.co/org/name");
        base(&mut facts, "org/name");
        assert_eq!(facts.bases, ["org/name"]);
    }
}
