//! Findings as results.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use serde_sarif::sarif::{self, Location, Message, ResultKind, Suppression};

use super::guid::guid;
use super::locations::{Located, Locations, ROOT};
use super::rules::Rule;
use super::typed::{BaselineState, SuppressionKind, SuppressionStatus, bag, file, result_level, sentence, small, word};
use crate::domain::{self, Finding, Standing, encode_uri, rule_id};

/// GitHub keeps 100 locations of a result and refuses 1000.
const RELATED: usize = 50;

/// `full` adds what only some dashboards understand: suppressions.
pub(super) fn result(finding: &Finding, rule: Option<&Rule>, locations: &mut Locations, full: bool) -> sarif::Result {
    let Located { location, analysis_target, then, properties } = locations.primary(&finding.place, digest(finding));
    let link = locations.provenance.permalink(&finding.place);
    let related: Vec<_> = then.iter().chain(&finding.related).take(RELATED).enumerate().map(|(at, related)| locations.related(related, at + 1)).collect();
    let mut result = sarif::Result::builder()
        .rule_id(rule.map_or_else(|| rule_id(finding.code, ""), |rule| rule.id.clone()))
        .kind(ResultKind::Fail)
        .level(result_level(finding.level))
        .rank(f64::from(finding.rank.min(100)))
        .message(message(finding, rule, link.as_deref()))
        .locations(vec![location])
        .partial_fingerprints(fingerprints(&finding.fingerprint))
        .build();
    result.rule_index = rule.map(|rule| rule.index);
    result.taxa = rule.map(|rule| rule.taxa.clone()).filter(|taxa| !taxa.is_empty());
    result.related_locations = (!related.is_empty()).then_some(related);
    result.analysis_target = analysis_target;
    // All results say it, or none does.
    result.suppressions = full.then(|| finding.suppression.iter().map(|told| suppression(told, finding)).collect());
    // With a baseline all results say it.
    result.baseline_state = finding.standing.map(|standing| word(state(standing)));
    result.properties = bag(all_properties(finding, properties));
    result
}

/// A result that the baseline has and the scan has not.
pub(super) fn absent(finding: &Finding, rule: Option<&Rule>, locations: &mut Locations) -> sarif::Result {
    sarif::Result { baseline_state: Some(word(BaselineState::Absent)), ..result(finding, rule, locations, true) }
}

fn state(standing: Standing) -> BaselineState {
    match standing {
        Standing::New => BaselineState::New,
        Standing::Unchanged => BaselineState::Unchanged,
        Standing::Moved | Standing::Eased | Standing::Graver => BaselineState::Updated,
    }
}

/// Text that no consumer takes for a placeholder, a link or a command to a terminal. Links that we made stay.
pub(super) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '{' => clean.push('('),
            '}' => clean.push(')'),
            c if c.is_control() => clean.push('?'),
            '(' if text[..at].ends_with(']') && !is_target(&text[at + 1..]) => clean.push_str(" ("),
            c => clean.push(c),
        }
    }
    clean
}

/// Number of a related location, or an address.
fn is_target(text: &str) -> bool {
    let target = text.split(')').next().unwrap_or_default();
    target.starts_with("https://") || (!target.is_empty() && target.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The text as it stands, and what it was made of when the rule knows the template and its places are filled: consumers look a named template up.
/// The commit in it becomes a link to the place as it was, where the forge is known.
fn message(finding: &Finding, rule: Option<&Rule>, link: Option<&str>) -> Message {
    let known = rule.and_then(|rule| rule.messages.get(&finding.message)).is_some_and(|placeholders| *placeholders <= finding.arguments.len());
    let commit = finding.place.history.as_ref().map(|history| history.first.short()).filter(|commit| !commit.is_empty());
    let linked = commit.zip(link).map(|(commit, link)| (commit, format!("[{commit}]({link})")));
    let argument = |argument: &String| match &linked {
        Some((commit, link)) if argument == commit => link.clone(),
        _ => clean(argument),
    };
    let text = match &linked {
        Some((commit, link)) => clean(&finding.text).replace(&format!("'{commit}'"), &format!("'{link}'")),
        None => clean(&finding.text),
    };
    Message {
        text: Some(sentence(&text).into_owned()),
        id: known.then(|| finding.message.clone()),
        arguments: (known && !finding.arguments.is_empty()).then(|| finding.arguments.iter().map(argument).collect()),
        ..Message::default()
    }
}

/// Of our own making: GitHub's rolling hash over the line gives short secrets away.
fn fingerprints(fingerprint: &domain::Fingerprint) -> BTreeMap<String, String> {
    let domain::Fingerprint { digest, ordinal, .. } = fingerprint;
    let short = digest.get(..16).unwrap_or(digest);
    [("primaryLocationLineHash".to_owned(), format!("{short}:{ordinal}")), ("HeliodonFinding/v1".to_owned(), format!("{digest}:{ordinal}"))].into()
}

/// SHA-256 of the file that the finding is about, where the finding says it.
fn digest(finding: &Finding) -> Option<&str> {
    let digest = finding.properties.get("digest")?.as_str()?.strip_prefix("sha256:")?;
    (finding.place.region.is_none() && digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(digest)
}

fn all_properties(finding: &Finding, places: BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let mut properties = finding.properties.clone();
    properties.extend(places);
    // Where a registry lies may tell where the scan ran; its name is enough.
    if let Some(file) = properties.get_mut("registered").and_then(|entry| entry.get_mut("file"))
        && let Some(name) = file.as_str().filter(|path| path.starts_with('/')).and_then(|path| path.rsplit('/').next())
    {
        *file = json!(name);
    }
    // A property of this name has a meaning of its own in SARIF.
    if let Some(tags) = properties.remove("tags") {
        properties.insert("words".into(), tags);
    }
    if let Some(subject) = &finding.fingerprint.subject {
        properties.insert("subject".into(), json!(subject));
    }
    if let Some(more) = finding.related.len().checked_sub(RELATED).filter(|more| *more > 0) {
        properties.insert("relatedOmitted".into(), json!(more));
    }
    properties
}

fn suppression(suppression: &domain::Suppression, finding: &Finding) -> Suppression {
    match suppression {
        domain::Suppression::Waiver { reason, owner, approved_by, expires, file, line } => {
            let properties = [("expires", json!(expires.to_string())), ("owner", json!(owner)), ("approvedBy", json!(approved_by))];
            let mut suppression = accepted(
                SuppressionKind::External,
                &format!("{} Accepted by {approved_by} until {expires}", sentence(reason)),
                &format!("waiver/{file}/{line}/{expires}/{reason}"),
            );
            suppression.properties = bag(properties.map(|(key, value)| (key.to_owned(), value)).into());
            suppression.location = waiver_location(file, *line);
            suppression
        }
        domain::Suppression::Inline { tool, reason, until } => {
            let until = until.map(|until| until.to_string());
            let words = if reason.is_empty() { format!("A comment for {tool} allows it") } else { clean(reason) };
            let words = until.as_ref().map_or_else(|| words.clone(), |until| format!("{} Until {until}", sentence(&words)));
            let domain::Fingerprint { digest, ordinal, .. } = &finding.fingerprint;
            let mut suppression = accepted(SuppressionKind::InSource, &words, &format!("comment/{tool}/{digest}/{ordinal}"));
            let expires = until.map(|until| ("expires".to_owned(), json!(until)));
            suppression.properties = bag([("tool".to_owned(), json!(tool))].into_iter().chain(expires).collect());
            suppression
        }
    }
}

fn accepted(kind: SuppressionKind, words: &str, path: &str) -> Suppression {
    let kind = Suppression::builder().kind(word(kind)).status(word(SuppressionStatus::Accepted));
    kind.justification(sentence(words)).guid(guid(path)).build()
}

/// Only where the file has a path that does not tell where the scan ran.
fn waiver_location(path: &str, line: u32) -> Option<Location> {
    let path = path.trim_start_matches("./");
    let inside = !path.is_empty() && !path.starts_with('/') && !path.contains("://") && !path.split(['/', '\\']).any(|part| part == "..");
    let region = sarif::Region { start_line: Some(small(line.max(1))), ..sarif::Region::default() };
    let physical = sarif::PhysicalLocation { artifact_location: Some(file(encode_uri(path.as_bytes()), ROOT)), region: Some(region), ..Default::default() };
    inside.then(|| Location { physical_location: Some(physical), ..Location::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_made_harmless() {
        assert_eq!(clean("key `sk-[REDACTED]` in {x}\n"), "key `sk-[REDACTED]` in (x)?");
        assert_eq!(clean("[a](javascript:x) [b](1) [c](https://d.example) [e](2f)"), "[a] (javascript:x) [b](1) [c](https://d.example) [e] (2f)");
    }

    #[test]
    fn a_waiver_outside_the_tree_has_no_location() {
        assert!(waiver_location("conf/registry.yaml", 3).is_some());
        for path in ["/home/me/registry.yaml", "../registry.yaml", "mlflow+http://host", ""] {
            assert!(waiver_location(path, 3).is_none(), "{path}");
        }
    }
}
