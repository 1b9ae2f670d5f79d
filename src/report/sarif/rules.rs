//! Descriptors of rules, from their faces.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use serde_sarif::sarif::{MultiformatMessageString, PropertyBag, ReportingConfiguration, ReportingDescriptor, ReportingDescriptorReference};

use super::guid::guid;
use super::taxonomies;
use super::typed::{clipped, multi, pascal, result_level, sentence, word};
use crate::domain::{Face, Family, Level};

/// GitHub keeps ten tags of a rule.
const TAGS: usize = 10;

/// What a result needs to know of its rule.
pub(super) struct Rule {
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
        (face.code, Rule { index: i64::try_from(index).unwrap_or(i64::MAX), messages, taxa: taxonomies::relevant(face) })
    };
    faces.iter().enumerate().map(rule).collect()
}

/// One more than the highest number in braces.
fn placeholders(template: &str) -> usize {
    (0..10).rev().find(|number| template.contains(&format!("{{{number}}}"))).map_or(0, |highest| highest + 1)
}

pub(super) fn descriptors(faces: &[Face]) -> Vec<ReportingDescriptor> {
    faces.iter().map(descriptor).collect()
}

fn descriptor(face: &Face) -> ReportingDescriptor {
    let mut descriptor = ReportingDescriptor::builder()
        .id(face.id())
        .guid(guid(&format!("rule/{}", face.id())))
        .name(pascal(&face.name))
        .short_description(multi(clipped(&sentence(&face.summary))))
        .full_description(multi(clipped(&sentence(&face.description))))
        .help(help(face))
        .default_configuration(configuration(face))
        .properties(properties(face))
        .build();
    let own = face.help_url.clone().filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    descriptor.help_uri = own.or_else(|| taxonomies::link(face)).or_else(|| Some(super::run::HOME.to_owned()));
    descriptor.message_strings = (!face.messages.is_empty()).then(|| face.messages.iter().map(|(id, text)| (id.clone(), multi(sentence(text)))).collect());
    descriptor.relationships = Some(taxonomies::relationships(face)).filter(|relationships| !relationships.is_empty());
    descriptor
}

fn help(face: &Face) -> MultiformatMessageString {
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
    MultiformatMessageString { text, markdown: Some(markdown), properties: None }
}

/// Dashboards show no HTML, and some refuse it.
fn markdown(text: &str) -> String {
    text.replace('<', "\\<")
}

fn configuration(face: &Face) -> ReportingConfiguration {
    let level = word(result_level(face.level));
    ReportingConfiguration { enabled: Some(true), level: Some(level), rank: Some(rank(face.severity)), ..ReportingConfiguration::default() }
}

/// 0–100 from CVSS-like 0–10, to one decimal.
fn rank(severity: f32) -> f64 {
    (f64::from(severity.clamp(0.0, 10.0)) * 100.0).round() / 10.0
}

fn properties(face: &Face) -> PropertyBag {
    let own = ["security".to_owned(), family(face.family).to_owned()];
    let mut seen = BTreeSet::new();
    let tags = own.into_iter().chain(taxonomies::tags(face)).chain(face.tags.iter().cloned()).filter(|tag| seen.insert(tag.clone())).take(TAGS).collect();
    // A number in a string: GitHub refuses a file in which it is anything else.
    let severity = format!("{:.1}", face.severity.clamp(0.1, 10.0));
    let problem = match face.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "recommendation",
    };
    let fields: [(&str, Value); 3] = [("security-severity", json!(severity)), ("problem.severity", json!(problem)), ("rule-name", json!(face.name))];
    PropertyBag { tags: Some(tags), additional_properties: fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect() }
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

    #[test]
    fn a_descriptor_says_everything_dashboards_ask_for() {
        let descriptor = serde_json::to_value(descriptor(&sample::faces()[0])).expect("a descriptor is JSON");
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
        assert_eq!(properties(&face).tags.map(|tags| tags.len()), Some(TAGS));
    }
}
