//! What `serde-sarif` leaves open: words that the specification closes, and short ways to its commonest objects.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use serde_sarif::sarif::{ArtifactContent, ArtifactLocation, Message, MultiformatMessageString, PropertyBag, ResultLevel};

use crate::domain::Level;

/// The address that validators know without fetching it.
pub(super) const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What an artifact was to the analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Role {
    AnalysisTarget,
    ResultFile,
}

/// Where a suppression is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum SuppressionKind {
    External,
    InSource,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum SuppressionStatus {
    Accepted,
}

/// How a result stands to the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum BaselineState {
    New,
    Unchanged,
    Updated,
    Absent,
}

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum ColumnKind {
    Utf16CodeUnits,
}

/// A word of the specification as `serde-sarif` wants it.
pub(super) fn word<W: Serialize>(word: W) -> Value {
    serde_json::to_value(word).expect("a unit variant serialises to a string")
}

pub(super) fn result_level(level: Level) -> ResultLevel {
    match level {
        Level::Note => ResultLevel::Note,
        Level::Warning => ResultLevel::Warning,
        Level::Error => ResultLevel::Error,
    }
}

pub(super) fn plain(text: impl Into<String>) -> Message {
    Message { text: Some(text.into()), ..Message::default() }
}

pub(super) fn multi(text: impl Into<String>) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text).build()
}

pub(super) fn snippet(text: &str) -> Option<ArtifactContent> {
    (!text.is_empty()).then(|| ArtifactContent { text: Some(text.to_owned()), ..ArtifactContent::default() })
}

pub(super) fn file(uri: impl Into<String>, base: &str) -> ArtifactLocation {
    ArtifactLocation { uri: Some(uri.into()), uri_base_id: Some(base.to_owned()), ..ArtifactLocation::default() }
}

/// A property bag without nulls: the reference SDK refuses a log that holds one.
pub(super) fn bag(properties: BTreeMap<String, Value>) -> Option<PropertyBag> {
    let properties: BTreeMap<_, _> = properties.into_iter().filter_map(|(key, value)| Some((key, without_nulls(value)?))).collect();
    (!properties.is_empty()).then_some(PropertyBag { tags: None, additional_properties: properties })
}

fn without_nulls(value: Value) -> Option<Value> {
    Some(match value {
        Value::Null => return None,
        Value::Array(values) => Value::Array(values.into_iter().filter_map(without_nulls).collect()),
        Value::Object(fields) => Value::Object(fields.into_iter().filter_map(|(key, value)| Some((key, without_nulls(value)?))).collect()),
        other => other,
    })
}

/// Consumers keep integers in 32 bits.
pub(super) fn small(number: u32) -> i64 {
    i64::from(number.min(i32::MAX as u32))
}

/// `openai-project-key`, `Use of Hard-coded Credentials` → `OpenaiProjectKey`, `UseOfHardCodedCredentials`:
/// words of a capital and at least one small letter or digit.
pub(super) fn pascal(text: &str) -> String {
    let mut name = String::new();
    let mut carried = String::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        carried += &word.to_ascii_lowercase();
        // A word alone would be a capital alone, so it joins the next.
        if carried.len() < 2 {
            continue;
        }
        let word = std::mem::take(&mut carried);
        match word.as_bytes().first().is_some_and(u8::is_ascii_digit) {
            true if name.is_empty() => name = format!("Rule{word}"),
            true => name += &word,
            false => name.extend(word.chars().enumerate().map(|(at, c)| if at == 0 { c.to_ascii_uppercase() } else { c })),
        }
    }
    name + &carried
}

/// Cuts to what GitHub shows of a description.
pub(super) fn clipped(text: Cow<'_, str>) -> Cow<'_, str> {
    const LIMIT: usize = 1024;
    let mut rest = text.char_indices().skip(LIMIT - 1).map(|(at, _)| at);
    match (text.len() > LIMIT).then(|| rest.next().zip(rest.next())).flatten() {
        Some((at, _)) => format!("{}…", &text[..at]).into(),
        None => text,
    }
}

/// Ends with a period, as messages and descriptions do.
pub(super) fn sentence(text: &str) -> Cow<'_, str> {
    let text = text.trim_end();
    match text.ends_with(['.', '!', '?']) {
        true => text.into(),
        false => format!("{text}.").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_of_a_capital_and_more() {
        let shape = regex::Regex::new("^([A-Z][a-z0-9]+)+$").expect("a constant pattern");
        for name in ["openai-project-key", "aws-s3-key", "x-api-key", "1password-token", "key-v-2", "Use of Hard-coded Credentials", "plan-b"] {
            let pascal = pascal(name);
            assert!(shape.is_match(&pascal), "{name}: {pascal}");
        }
        assert_eq!(pascal("x-api-key"), "XapiKey");
    }

    #[test]
    fn nulls_leave() {
        let value = serde_json::json!({"a": null, "b": [1, null], "c": {"d": null}});
        assert_eq!(without_nulls(value), Some(serde_json::json!({"b": [1], "c": {}})));
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(clipped("é".repeat(1024).into()).chars().count(), 1024);
        assert_eq!(clipped("é".repeat(1025).into()).chars().count(), 1024);
    }
}
