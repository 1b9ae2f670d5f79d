//! spaCy: `meta.json`, which describes a pipeline, and the weights of its parts as Thinc writes them.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::json::{self, MaybeText};
use super::plain::{base, fact, first_fact, list_fact};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const META: Format = Format { name: "spacy", read: meta };
pub(super) const THINC: Format = Format { name: "thinc", read: thinc };

/// Labels and scores make it long.
const LONGEST: u64 = 16 << 20;
const BEGINNING: usize = 4 << 10;

#[derive(Deserialize)]
struct Meta {
    lang: String,
    pipeline: Vec<String>,
    spacy_version: String,
    #[serde(default)]
    name: MaybeText,
    #[serde(default)]
    version: MaybeText,
    #[serde(default)]
    author: MaybeText,
    #[serde(default)]
    license: MaybeText,
    #[serde(default)]
    url: MaybeText,
    #[serde(default)]
    parent_package: MaybeText,
    #[serde(default)]
    sources: Option<Vec<Source>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Source {
    Named { name: String },
    Text(String),
    Other(IgnoredAny),
}

fn meta(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let beginning = head.get(..BEGINNING).unwrap_or(head);
    if !json::is_object(head) || memchr::memmem::find(beginning, b"\"spacy_version\"").is_none() {
        return None;
    }
    let meta: Meta = json::whole(blob, LONGEST)?;
    let mut facts = Facts { role: "config", sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "spacy");
    let name = meta.name.text().unwrap_or("pipeline");
    fact(&mut facts, "name", if meta.lang.is_empty() { name.to_owned() } else { format!("{}_{name}", meta.lang) });
    first_fact(&mut facts, "version", [meta.version.text()]);
    first_fact(&mut facts, "author", [meta.author.text()]);
    first_fact(&mut facts, "license", [meta.license.text()]);
    first_fact(&mut facts, "source", [meta.url.text()]);
    fact(&mut facts, "producer", format!("spacy {}", meta.spacy_version));
    fact(&mut facts, "contents", meta.pipeline.join(", "));
    let sources: Vec<String> = meta.sources.into_iter().flatten().filter_map(Source::name).collect();
    list_fact(&mut facts, "datasets", sources.iter().map(String::as_str), 16);
    if let Some(parent) = meta.parent_package.text().filter(|parent| *parent != "spacy") {
        base(&mut facts, parent);
    }
    Some(facts)
}

impl Source {
    fn name(self) -> Option<String> {
        match self {
            Self::Named { name } | Self::Text(name) => Some(name),
            Self::Other(_) => None,
        }
    }
}

/// MessagePack: a map of four, whose first key is `nodes`, a list of maps.
fn thinc(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let nodes = head.strip_prefix(b"\x84\xa5nodes")?;
    if !matches!(nodes, [0x91..=0x9f, 0x80..=0x8f, ..] | [0xdc, _, _, 0x80..=0x8f, ..]) {
        return None;
    }
    let mut facts = Facts { role: "weights", sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "spacy");
    Some(facts)
}

/// One file of each, for the tests.
#[cfg(test)]
pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let meta = r#"{"lang":"en","name":"core_web_sm","version":"3.8.0","spacy_version":">=3.8.0,<3.9.0","license":"MIT","author":"Explosion",
        "sources":[{"name":"OntoNotes 5","url":"x"},"WordNet 3.0"],"pipeline":["tok2vec","ner"]}"#;
    vec![("spacy", meta.into()), ("thinc", b"\x84\xa5nodes\x91\x84\xa5index\x00\xa4name\xa6linear".to_vec())]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn a_description_tells_name_version_and_sources() {
        let facts = read_as("meta.json", &samples()[0].1, meta).expect("a pipeline");
        let told = ["name", "version", "license", "datasets", "contents"].map(|name| fact_of(&facts, name).unwrap_or_default());
        assert_eq!(told, ["en_core_web_sm", "3.8.0", "MIT", "OntoNotes 5, WordNet 3.0", "tok2vec, ner"]);
        assert!(read_as("meta.json", br#"{"spacy_version": "3", "lang": "en"}"#, meta).is_none());
        assert!(read_as("x", b"\x84\xa5nodes\xa3abc", thinc).is_none());
    }
}
