//! The entry that an artifact itself can fill, printed as YAML: for `heliodon register`.

use std::fmt::Write as _;

use crate::domain::{Artifact, DigestKind, ModelEntry, Stage};

/// What only a person knows; none of it is ever guessed from the artifact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Absent: what the artifact calls itself, else the name of its file.
    pub name: Option<String>,
    pub version: Option<String>,
    pub owner: Option<String>,
    pub use_case: Option<String>,
    pub classification: Option<String>,
    pub stage: Option<Stage>,
    pub scope: Vec<String>,
    pub tier: Option<String>,
    /// Absent: what the artifact says that it was made from.
    pub base: Option<String>,
    pub data: Vec<String>,
    pub rollback: Option<String>,
    pub review_by: Option<jiff::civil::Date>,
    /// Where it lies, as it shall stand in the registry.
    pub location: Option<String>,
}

/// The entry of an artifact made of these parts (one, or the shards of one model). `file` is the name of its file or folder.
/// Header digests are left out when the content's digest is there: it proves more.
pub fn model_entry(parts: &[Artifact], file: &str, given: Given) -> ModelEntry {
    let fact = |name: &str| parts.iter().find_map(|part| part.facts.get(name)).filter(|value| !value.trim().is_empty()).cloned();
    ModelEntry {
        name: given.name.or_else(|| fact("name")).unwrap_or_else(|| stem(file).to_owned()),
        version: given.version.or_else(|| fact("version")),
        owner: given.owner,
        use_case: given.use_case,
        classification: given.classification,
        stage: given.stage,
        scope: given.scope,
        digests: digests(parts),
        locations: given.location.into_iter().collect(),
        tier: given.tier,
        base: given.base.or_else(|| parts.iter().flat_map(|part| &part.bases).next().cloned()),
        data: given.data,
        rollback: given.rollback,
        review_by: given.review_by,
        license: fact("license"),
        ..ModelEntry::default()
    }
}

fn digests(parts: &[Artifact]) -> Vec<String> {
    let of = |part: &Artifact, kind: DigestKind| part.digests.iter().find(|digest| digest.kind == kind).map(|digest| digest.hex.clone());
    let written = |part: &Artifact| {
        let content = of(part, DigestKind::Sha256).map(|hex| format!("sha256:{hex}")).or_else(|| of(part, DigestKind::Md5).map(|hex| format!("md5:{hex}")));
        content.or_else(|| of(part, DigestKind::Header).map(|hex| format!("header:{hex}")))
    };
    let mut digests: Vec<_> = parts.iter().filter(|part| holds_model(part)).filter_map(written).collect();
    digests.sort();
    digests.dedup();
    digests
}

/// Cards, configurations and tokenizers change without the model.
fn holds_model(part: &Artifact) -> bool {
    !matches!(part.role.as_str(), "card" | "config" | "tokenizer") && !part.format.ends_with("-config")
}

fn stem(file: &str) -> &str {
    match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    }
}

/// An entry as YAML, without indentation: a side-car as it is. `item` makes it an item of a registry's `models` list.
pub fn to_yaml(entry: &ModelEntry, item: bool) -> String {
    let mut out = String::new();
    text(&mut out, "name", Some(&entry.name));
    text(&mut out, "version", entry.version.as_deref());
    text(&mut out, "owner", entry.owner.as_deref());
    text(&mut out, "use_case", entry.use_case.as_deref());
    text(&mut out, "classification", entry.classification.as_deref());
    text(&mut out, "tier", entry.tier.as_deref());
    text(&mut out, "stage", entry.stage.map(stage));
    list(&mut out, "scope", &entry.scope);
    list(&mut out, "digests", &entry.digests);
    list(&mut out, "locations", &entry.locations);
    list(&mut out, "references", &entry.references);
    text(&mut out, "base", entry.base.as_deref());
    list(&mut out, "data", &entry.data);
    let approvals = entry.approvals.iter().map(|approval| {
        let reference = approval.reference.as_ref().map(|reference| format!(", ref: {}", quoted(reference)));
        format!("{{by: {}, on: {}{}}}", quoted(&approval.by), approval.on, reference.unwrap_or_default())
    });
    lines(&mut out, "approvals", approvals.collect());
    text(&mut out, "rollback", entry.rollback.as_deref());
    text(&mut out, "review_by", entry.review_by.map(|date| date.to_string()).as_deref());
    text(&mut out, "expires", entry.expires.map(|date| date.to_string()).as_deref());
    text(&mut out, "license", entry.license.as_deref());
    if item { as_item(&out) } else { out }
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Research => "research",
        Stage::Candidate => "candidate",
        Stage::Production => "production",
        Stage::Retired => "retired",
    }
}

fn text(out: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        let _ = writeln!(out, "{name}: {}", quoted(value));
    }
}

fn list(out: &mut String, name: &str, values: &[String]) {
    lines(out, name, values.iter().map(|value| quoted(value)).collect());
}

fn lines(out: &mut String, name: &str, values: Vec<String>) {
    if !values.is_empty() {
        let _ = writeln!(out, "{name}:");
    }
    for value in values {
        let _ = writeln!(out, "  - {value}");
    }
}

fn as_item(text: &str) -> String {
    text.lines().enumerate().map(|(index, line)| format!("{} {line}\n", if index == 0 { "-" } else { " " })).collect()
}

/// Plain where plain means the same; else in double quotes, whose escapes are those of JSON.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@' | '+');
    let word = value.starts_with(|c: char| c.is_ascii_alphabetic()) && value.chars().all(plain);
    let date = value.parse::<jiff::civil::Date>().is_ok();
    let reserved = matches!(value.to_ascii_lowercase().as_str(), "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n");
    match (word || date) && !reserved {
        true => value.to_owned(),
        false => serde_json::to_string(value).expect("a text is JSON"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Approval, Digest, parse_side_car};

    fn shard(hex: char) -> Artifact {
        let digest = |kind, c: char| Digest { kind, hex: c.to_string().repeat(64) };
        let facts = [("name", "Churn: \"v3\" — é"), ("license", "apache-2.0"), ("author", "someone")];
        Artifact {
            facts: facts.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            bases: vec!["org/base".into()],
            digests: vec![digest(DigestKind::Sha256, hex), digest(DigestKind::Header, 'f')],
            ..Artifact::default()
        }
    }

    #[test]
    fn the_entry_holds_what_the_artifact_says_and_invents_no_owner() {
        let entry = model_entry(&[shard('b'), shard('a')], "m.safetensors", Given::default());
        assert_eq!((entry.owner.as_ref(), entry.use_case.as_ref(), entry.base.as_deref()), (None, None, Some("org/base")));
        assert_eq!(entry.digests, [format!("sha256:{}", "a".repeat(64)), format!("sha256:{}", "b".repeat(64))]);
        let nameless = model_entry(&[Artifact::default()], "m.v2.gguf", Given::default());
        assert_eq!(nameless.name, "m.v2");
    }

    #[test]
    fn what_is_printed_is_read_back_the_same() {
        let given = Given {
            version: Some("3.20".into()),
            owner: Some("no".into()),
            stage: Some(Stage::Candidate),
            scope: vec!["a: b".into(), "- c".into()],
            ..Given::default()
        };
        let mut entry = model_entry(&[shard('a')], "m", given);
        entry.approvals.push(Approval { by: "risk, board".into(), on: "2026-09-02".parse().expect("a date"), reference: Some("CHG-1".into()) });
        entry.review_by = "2027-01-01".parse().ok();
        assert_eq!(parse_side_car(&to_yaml(&entry, false), true).expect("a side-car"), Ok(entry.clone()));
        let registry = format!("models:\n{}", to_yaml(&entry, true));
        assert_eq!(super::super::native::parse("r.yaml", &registry).expect("a registry").models[0].value, entry);
    }
}
