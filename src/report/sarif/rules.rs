//! Descriptors of rules, from their faces.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_sarif::sarif::{ReportingConfiguration, ReportingDescriptorReference};

use super::guid::guid;
use super::mention;
use super::taxonomies;
use super::typed::{clipped, pascal, result_level, sentence, word};
use crate::domain::{Face, Family, Level, Mention};

/// GitHub keeps ten tags of a rule.
const TAGS: usize = 10;

/// What a result needs to know of its rule.
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) index: i64,
    /// Arguments that its messages need, by id.
    pub(super) messages: BTreeMap<String, usize>,
    /// Classes that each result lists itself.
    pub(super) taxa: Vec<ReportingDescriptorReference>,
}

/// By code.
pub(super) fn index(faces: &[Face]) -> BTreeMap<u32, Rule> {
    let rule = |(index, face): (usize, &Face)| {
        let messages = face.messages.iter().map(|(id, text)| (id.clone(), placeholders(text))).collect();
        (face.code, Rule { id: face.id(), index: i64::try_from(index).unwrap_or(i64::MAX), messages, taxa: taxonomies::relevant(face) })
    };
    faces.iter().enumerate().map(rule).collect()
}

/// One more than the highest number in braces.
fn placeholders(template: &str) -> usize {
    let numbers = template.as_bytes().windows(3).filter_map(|window| match window {
        [b'{', number @ b'0'..=b'9', b'}'] => Some(usize::from(number - b'0') + 1),
        _ => None,
    });
    numbers.max().unwrap_or(0)
}

/// Writes the descriptors as a JSON array. They are most of a report that tells little, so they go out one by one, through no tree
/// of values.
pub(super) fn descriptors(faces: &[Face], mentions: &[Mention], out: &mut dyn Write) -> io::Result<()> {
    let mut classes = BTreeMap::new();
    let mut json = Vec::new();
    out.write_all(b"[")?;
    for (index, face) in faces.iter().enumerate() {
        let classes = match classes.entry(face.taxa.as_slice()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(Classes::of(face)?),
        };
        json.clear();
        json.extend((index > 0).then_some(b','));
        serde_json::to_writer(&mut json, &Descriptor::of(face, classes))?;
        out.write_all(&json)?;
    }
    for (index, mention) in mentions.iter().enumerate() {
        json.clear();
        json.extend((index + faces.len() > 0).then_some(b','));
        mention::write(mention, &mut json)?;
        out.write_all(&json)?;
    }
    out.write_all(b"]")
}

/// What follows from the taxa of a rule alone: most rules share it.
struct Classes {
    relationships: Option<Box<RawValue>>,
    tags: Vec<String>,
    link: Option<String>,
}

impl Classes {
    fn of(face: &Face) -> io::Result<Self> {
        let relationships = taxonomies::relationships(face);
        let relationships = (!relationships.is_empty()).then(|| to_raw_value(&relationships)).transpose()?;
        Ok(Self { relationships, tags: taxonomies::tags(face), link: taxonomies::link(face) })
    }
}

/// A `reportingDescriptor` with all that dashboards ask for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'f> {
    default_configuration: ReportingConfiguration,
    full_description: Words<'f>,
    guid: String,
    help: Help,
    help_uri: &'f str,
    id: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    message_strings: BTreeMap<&'f str, Words<'f>>,
    name: String,
    properties: Properties<'f>,
    #[serde(skip_serializing_if = "Option::is_none")]
    relationships: Option<&'f RawValue>,
    short_description: Words<'f>,
}

#[derive(Serialize)]
struct Words<'f> {
    text: Cow<'f, str>,
}

#[derive(Serialize)]
struct Help {
    markdown: String,
    text: String,
}

#[derive(Serialize)]
struct Properties<'f> {
    tags: Vec<&'f str>,
    #[serde(rename = "problem.severity")]
    problem: &'static str,
    #[serde(rename = "rule-name")]
    name: &'f str,
    /// A number in a string: GitHub refuses a file in which it is anything else.
    #[serde(rename = "security-severity")]
    severity: String,
}

impl<'f> Descriptor<'f> {
    fn of(face: &'f Face, classes: &'f Classes) -> Self {
        let id = face.id();
        let own = face.help_url.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://"));
        Self {
            default_configuration: configuration(face.level, face.severity),
            full_description: Words { text: clipped(sentence(&face.description)) },
            guid: guid(&format!("rule/{id}")),
            help: help(face),
            help_uri: own.or(classes.link.as_deref()).unwrap_or(super::run::HOME),
            id,
            message_strings: face.messages.iter().map(|(id, text)| (id.as_str(), Words { text: sentence(text) })).collect(),
            name: pascal(&face.name),
            properties: properties(face, &classes.tags),
            relationships: classes.relationships.as_deref(),
            short_description: Words { text: clipped(sentence(&face.summary)) },
        }
    }
}

fn help(face: &Face) -> Help {
    let (description, remedy) = (sentence(&face.description), sentence(&face.remedy));
    let waive = "a waiver in the registry names the rule, the place, a reason, an owner, an approver and an expiry date";
    let text = format!("{description}\n\nWhat to do: {remedy}\n\nTo accept the risk for a time: {waive}; the rule is {} ({}).", face.name, face.id());
    let markdown = format!(
        "## {}\n\n{}\n\n**What to do:** {}\n\n**To accept the risk for a time:** {waive}:\n\n```yaml\nwaivers:\n  - rule: {}\n    where: \"path/to/**\"\n    reason: …\n    owner: …\n    approved_by: …\n    expires: YYYY-MM-DD\n```\n",
        markdown(&face.summary),
        markdown(&description),
        markdown(&remedy),
        face.name
    );
    Help { markdown, text }
}

/// Dashboards show no HTML, and some refuse it.
fn markdown(text: &str) -> Cow<'_, str> {
    if text.contains('<') { text.replace('<', "\\<").into() } else { text.into() }
}

pub(super) fn configuration(level: Level, severity: f32) -> ReportingConfiguration {
    let level = word(result_level(level));
    ReportingConfiguration { enabled: Some(true), level: Some(level), rank: Some(rank(severity)), ..ReportingConfiguration::default() }
}

/// 0–100 from CVSS-like 0–10, to one decimal.
fn rank(severity: f32) -> f64 {
    (f64::from(severity.clamp(0.0, 10.0)) * 100.0).round() / 10.0
}

fn properties<'f>(face: &'f Face, classes: &'f [String]) -> Properties<'f> {
    let all = ["security", family(face.family)].into_iter().chain(classes.iter().chain(&face.tags).map(String::as_str));
    let mut tags: Vec<&str> = Vec::with_capacity(TAGS);
    for tag in all {
        if tags.len() < TAGS && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    let problem = match face.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "recommendation",
    };
    Properties { tags, problem, name: &face.name, severity: format!("{:.1}", face.severity.clamp(0.1, 10.0)) }
}

fn family(family: Family) -> &'static str {
    match family {
        Family::Credential => "secret",
        Family::Lifetime => "secret-lifetime",
        Family::Model => "model",
        Family::Registry => "registry",
        Family::Change => "privileged-change",
        Family::Zone => "zone-separation",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use serde_json::{Value, json};

    #[test]
    fn a_descriptor_says_everything_dashboards_ask_for() {
        let mut json = Vec::new();
        descriptors(&sample::faces(), &[], &mut json).expect("a vector takes all that is written");
        let all: Value = serde_json::from_slice(&json).expect("descriptors are JSON");
        let descriptor = &all[0];
        assert_eq!(descriptor["id"], "HEL1042");
        assert_eq!(descriptor["name"], "OpenaiProjectKey");
        assert_eq!(descriptor["properties"]["security-severity"], "9.1");
        assert_eq!(descriptor["defaultConfiguration"], json!({"enabled": true, "level": "error", "rank": 91.0}));
        assert_eq!(descriptor["properties"]["tags"], json!(["security", "secret", "external/cwe/cwe-798", "CWE-798: Use of Hard-coded Credentials", "OpenAI"]));
        let help = descriptor["help"]["markdown"].as_str().expect("help is written in Markdown");
        assert!(help.contains("rule: openai-project-key") && !help.contains(" <"), "{help}");
    }

    #[test]
    fn many_tags_are_cut() {
        let mut face = sample::faces().remove(0);
        face.tags = (0..30).map(|n| format!("t{n}")).collect();
        assert_eq!(properties(&face, &[]).tags.len(), TAGS);
    }
}
