//! The index of a sharded model (`model.safetensors.index.json`, `pytorch_model.bin.index.json`): which file holds which tensor.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::plain::{fact, printable};
use super::{Facts, Format, json};
use crate::domain::{Blob, Sureness};

/// The fact `shards` names the files, sorted, with `, ` between them.
pub(super) const FORMAT: Format = Format { name: "safetensors-index", read };

const LONGEST: u64 = 64 << 20;
const MOST_SHARDS: usize = 4096;

#[derive(Deserialize)]
struct Index {
    #[serde(default)]
    metadata: Metadata,
    weight_map: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
struct Metadata {
    total_size: Option<serde_json::Number>,
    total_parameters: Option<u64>,
}

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if !matches!(json::first_key(head)?, "metadata" | "weight_map") || memchr::memmem::find(head, b"\"weight_map\"").is_none() {
        return None;
    }
    let index: Index = json::whole(blob, LONGEST)?;
    let mut shards: Vec<&str> = index.weight_map.values().map(String::as_str).collect();
    shards.sort_unstable();
    shards.dedup();
    let weights = |name: &&str| [".safetensors", ".bin", ".h5", ".msgpack"].iter().any(|ending| name.ends_with(ending)) && name.len() <= 255;
    if shards.is_empty() || shards.len() > MOST_SHARDS || !shards.iter().all(weights) {
        return None;
    }
    if index.metadata.total_size.is_none() && !blob.name().ends_with(".index.json") {
        return None;
    }
    let mut facts = Facts { role: "index", sureness: Sureness::Certain, ..Facts::default() };
    facts.facts.push(("shards", shards.into_iter().map(printable).collect::<Vec<_>>().join(", ")));
    fact(&mut facts, "tensors", index.weight_map.len().to_string());
    fact(&mut facts, "total_size", index.metadata.total_size.map_or(String::new(), |size| size.to_string()));
    fact(&mut facts, "parameters", index.metadata.total_parameters.map_or(String::new(), |count| count.to_string()));
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn an_index_names_its_shards_once() {
        let text = br#"{"metadata": {"total_size": 12}, "weight_map": {"a": "m-2.safetensors", "b": "m-1.safetensors", "c": "m-2.safetensors"}}"#;
        let facts = read_as("anything", text, read).expect("a weight map");
        assert_eq!((facts.role, fact_of(&facts, "shards")), ("index", Some("m-1.safetensors, m-2.safetensors")));
    }

    #[test]
    fn other_json_is_no_index() {
        for text in [r#"{"weight_map": {}}"#, r#"{"metadata": {"total_size": 1}, "weight_map": {"a": "b.txt"}}"#, r#"{"metadata": {}, "x": 1}"#] {
            assert!(read_as("x.index.json", text.as_bytes(), read).is_none(), "{text}");
        }
    }
}
