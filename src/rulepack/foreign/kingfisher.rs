//! Rules of kingfisher, Nosey Parker and Titus: YAML of one shape.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::super::own::OwnFile;
use super::super::rule::{Confidence, Demand, Unless};
use super::pattern::Dialect;
use super::{Note, Taken, Told};

#[derive(Debug, Deserialize)]
struct File {
    rules: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
struct Rule {
    id: String,
    name: String,
    pattern: String,
    min_entropy: Option<f32>,
    confidence: Option<Confidence>,
    visible: Option<bool>,
    pattern_requirements: Option<Requirements>,
    #[serde(flatten)]
    others: BTreeMap<String, IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Requirements {
    min_digits: u32,
    min_uppercase: u32,
    min_lowercase: u32,
    min_special_chars: u32,
    special_chars: Option<String>,
    ignore_if_contains: Vec<String>,
    #[serde(flatten)]
    others: BTreeMap<String, IgnoredAny>,
}

/// Said of nothing that is found. Examples are another program's promises, and stay unread.
const QUIET: [&str; 9] = ["description", "references", "categories", "examples", "negative_examples", "revocation", "prevalidated", "tags", "keywords"];
const SPECIAL: &str = "!@#$%^&*()_+-=[]{}|;:'\",.<>?/\\`~";

pub(super) fn read(file: &OwnFile, taken: &mut Taken) -> Result<Vec<(String, Told)>, String> {
    let read: File = serde_saphyr::from_str(&file.text).map_err(|error| error.to_string())?;
    let mut rules = Vec::new();
    for rule in read.rules {
        let id = named(&rule.id);
        match rule.visible {
            Some(false) => {
                let what = "it is a helper of other rules (`visible: false`), which are looked for without it".to_owned();
                taken.left_out.push(Note { file: file.name.clone(), rule: Some(id), what });
            }
            _ => rules.push((file.name.clone(), told(rule, id))),
        }
    }
    Ok(rules)
}

/// Their ids begin with the program's name, most of them.
fn named(id: &str) -> String {
    if id.contains('.') { id.to_owned() } else { format!("kingfisher.{id}") }
}

fn told(rule: Rule, id: String) -> Told {
    let mut notes = Vec::new();
    for other in rule.others.keys().filter(|name| !QUIET.contains(&name.as_str())) {
        notes.push(match other.as_str() {
            "validation" | "validator" => format!("`{other}`: no credential is tried out"),
            "depends_on_rule" => "`depends_on_rule`: what it depends on is not looked for".to_owned(),
            other => format!("`{other}` is not understood, and not heeded"),
        });
    }
    let asked = rule.pattern_requirements.unwrap_or_default();
    notes.extend(asked.others.keys().map(|name| format!("`{name}` of its requirements is not heeded: it finds more here")));
    let words: Vec<String> = asked.ignore_if_contains.iter().map(|word| word.to_lowercase()).collect();
    let unless = (!words.is_empty()).then(|| Unless { stopwords: words, ..Unless::default() });
    Told {
        id,
        title: rule.name,
        pattern: rule.pattern,
        dialect: Dialect::Rust,
        entropy: rule.min_entropy.filter(|least| *least > 0.0),
        confidence: rule.confidence,
        demand: Demand { digit: asked.min_digits, upper: asked.min_uppercase, lower: asked.min_lowercase },
        special: (asked.min_special_chars > 0).then(|| (asked.min_special_chars, asked.special_chars.unwrap_or_else(|| SPECIAL.to_owned()))),
        unless: unless.into_iter().collect(),
        notes,
        ..Told::default()
    }
}
