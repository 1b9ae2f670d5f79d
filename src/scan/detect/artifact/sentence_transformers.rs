//! sentence-transformers: `modules.json`, the list of a model's modules, and `config_sentence_transformers.json`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::json::{self, MaybeText};
use super::plain::{fact, first_fact, hazard, list_fact};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const MODULES: Format = Format { name: "sentence-transformers", read: modules };
pub(super) const VERSIONS: Format = Format { name: "sentence-transformers-config", read: versions };

const LONGEST: u64 = 1 << 20;
const BEGINNING: usize = 4 << 10;

#[derive(Deserialize)]
struct Module {
    #[serde(rename = "type")]
    class: String,
    #[serde(rename = "path")]
    _path: String,
}

fn modules(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let beginning = head.get(..BEGINNING).unwrap_or(head);
    if head.trim_ascii_start().first() != Some(&b'[') || memchr::memmem::find(beginning, b"\"sentence_transformers.").is_none() {
        return None;
    }
    let modules: Vec<Module> = json::whole(blob, LONGEST)?;
    let is_known = |module: &&Module| module.class.starts_with("sentence_transformers.");
    let mut facts = described();
    list_fact(&mut facts, "contents", modules.iter().filter(is_known).filter_map(|module| module.class.rsplit('.').next()), 16);
    if facts.facts.len() < 2 {
        return None;
    }
    for module in modules.iter().filter(|module| !is_known(module)) {
        hazard(&mut facts, false, format!("code of the repository: {}", module.class));
    }
    Some(facts)
}

#[derive(Deserialize)]
struct Versions {
    #[serde(rename = "__version__")]
    versions: BTreeMap<String, MaybeText>,
    #[serde(default)]
    model_type: MaybeText,
    #[serde(default)]
    similarity_fn_name: MaybeText,
}

fn versions(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let beginning = head.get(..BEGINNING).unwrap_or(head);
    if !json::is_object(head) || memchr::memmem::find(beginning, b"\"sentence_transformers\"").is_none() {
        return None;
    }
    let config: Versions = json::whole(blob, LONGEST)?;
    let version = config.versions.get("sentence_transformers")?.text()?;
    let mut facts = described();
    fact(&mut facts, "producer", format!("sentence-transformers {version}"));
    first_fact(&mut facts, "architecture", [config.model_type.text()]);
    first_fact(&mut facts, "similarity", [config.similarity_fn_name.text()]);
    Some(facts)
}

fn described() -> Facts {
    let mut facts = Facts { role: "config", sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "sentence-transformers");
    facts
}

/// One file of each, for the tests.
#[cfg(test)]
pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let modules = r#"[{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},{"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"}]"#;
    let versions = r#"{"__version__":{"sentence_transformers":"3.4.1","transformers":"4.48.0"},"similarity_fn_name":"cosine"}"#;
    vec![("sentence-transformers", modules.into()), ("sentence-transformers-config", versions.into())]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn modules_and_versions() {
        let facts = read_as("modules.json", &samples()[0].1, modules).expect("a list of modules");
        assert_eq!((fact_of(&facts, "contents"), facts.hazards.len()), (Some("Pooling, Transformer"), 0));
        let facts = read_as("x", &samples()[1].1, versions).expect("versions");
        assert_eq!(fact_of(&facts, "producer"), Some("sentence-transformers 3.4.1"));
        let foreign = br#"[{"path":"","type":"sentence_transformers.models.Transformer"},{"path":"1","type":"custom_st.Pool"}]"#;
        assert_eq!(read_as("x", foreign, modules).expect("a list").hazards[0].what, "code of the repository: custom_st.Pool");
    }

    #[test]
    fn other_lists_are_none() {
        assert!(read_as("modules.json", br#"[{"type":"module","path":"./a.js"}]"#, modules).is_none());
        assert!(read_as("package.json", br#"{"dependencies":{"sentence_transformers":"1"}}"#, versions).is_none());
    }
}
