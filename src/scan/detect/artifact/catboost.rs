//! CatBoost: `CBM1`, the length of a FlatBuffer, the FlatBuffer; or the same model as JSON.
//! (<https://github.com/catboost/catboost/blob/master/catboost/libs/model/flatbuffers/model.fbs>)

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::pages::Pages;
use super::plain::{fact, first_fact, text};
use super::{Facts, Format, flatbuffer, json};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "catboost", read: read_binary };
pub(super) const JSON_FORMAT: Format = Format { name: "catboost-json", read: read_json };

const LONGEST_JSON: u64 = 256 << 20;
const LONGEST_TEXT: usize = 1 << 20;

fn read_binary(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let len = u32::from_le_bytes(*head.strip_prefix(b"CBM1")?.first_chunk()?);
    let mut pages = Pages::new(blob, head, 64 << 10, 256);
    let root = flatbuffer::root(&mut pages, 8)?;
    let mut facts = new_facts();
    // Columns with statistics may stand behind the buffer.
    if u64::from(len) > blob.len().saturating_sub(8) {
        facts.sureness = Sureness::Likely;
        fact(&mut facts, "truncated", format!("{} of {} bytes", blob.len(), u64::from(len) + 8));
    }
    let mut info = BTreeMap::new();
    if let Some(entries) = root.vector(&mut pages, 2) {
        for index in 0..entries.len.min(1024) {
            let Some(entry) = entries.table(&mut pages, index) else { break };
            let key = entry.string(&mut pages, 0, 256).unwrap_or_default();
            info.insert(key, entry.string(&mut pages, 1, LONGEST_TEXT).unwrap_or_default());
        }
    }
    info_facts(&mut facts, &info);
    info.iter().for_each(|(key, value)| text(&mut facts, key, value.as_bytes()));
    Some(facts)
}

#[derive(Deserialize)]
struct Model {
    #[serde(default)]
    model_info: BTreeMap<String, serde_json::Value>,
    #[serde(rename = "features_info")]
    _features: IgnoredAny,
    #[serde(default, rename = "oblivious_trees")]
    oblivious: Option<Vec<IgnoredAny>>,
    #[serde(default)]
    trees: Option<Vec<IgnoredAny>>,
}

fn read_json(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if !matches!(json::first_key(head)?, "ctr_data" | "features_info" | "model_info" | "oblivious_trees" | "trees" | "scale_and_bias") {
        return None;
    }
    let model: Model = json::whole(blob, LONGEST_JSON)?;
    let trees = model.oblivious.or(model.trees)?;
    let mut facts = new_facts();
    let text_of = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    info_facts(&mut facts, &model.model_info.into_iter().map(|(key, value)| (key, text_of(value))).collect());
    fact(&mut facts, "trees", trees.len().to_string());
    Some(facts)
}

fn new_facts() -> Facts {
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "catboost");
    facts
}

fn info_facts(facts: &mut Facts, info: &BTreeMap<String, String>) {
    let get = |key: &str| info.get(key).map(String::as_str);
    // A line of the build description names the tag it was built from: `Branch: tags/v1.2.10`.
    let said = get("catboost_version_info").unwrap_or_default();
    let version = said.lines().find_map(|line| line.split_whitespace().find(|word| word.contains('.') && word.bytes().any(|byte| byte.is_ascii_digit())));
    fact(facts, "producer", version.map_or(String::new(), |version| format!("catboost {}", version.trim_start_matches("tags/").trim_start_matches('v'))));
    first_fact(facts, "uuid", [get("model_guid")]);
    first_fact(facts, "created", [get("train_finish_time")]);
    let parameters: Option<serde_json::Value> = get("params").and_then(|params| serde_json::from_str(params).ok());
    let objective = parameters.as_ref().and_then(|params| params.pointer("/loss_function/type")).and_then(serde_json::Value::as_str);
    first_fact(facts, "objective", [objective]);
}

#[cfg(test)]
mod tests {
    use super::super::flatbuffer::write::strings;
    use super::super::testing::{fact_of, read_as};
    use super::*;

    fn binary() -> Vec<u8> {
        let buffer = strings(b"\0\0\0\0", &[Some("FlabuffersModel_v1")]);
        [b"CBM1".to_vec(), (buffer.len() as u32).to_le_bytes().to_vec(), buffer].concat()
    }

    #[test]
    fn the_buffer_behind_the_length_is_checked() {
        let file = binary();
        assert_eq!(read_as("x", &file, read_binary).map(|facts| facts.sureness), Some(Sureness::Certain));
        assert_eq!(read_as("x", &file[..file.len() - 2], read_binary).map(|facts| facts.sureness), Some(Sureness::Likely));
        assert!(read_as("x.cbm", b"CBM1 coal, bituminous, 40 t, delivered on Monday", read_binary).is_none());
    }

    #[test]
    fn json_needs_features_and_trees() {
        let text = r#"{"features_info":{},"model_info":{"model_guid":"12-34","params":"{\"loss_function\":{\"type\":\"RMSE\"}}"},"oblivious_trees":[{},{}]}"#;
        let facts = read_as("x", text.as_bytes(), read_json).expect("a model");
        assert_eq!(["uuid", "objective", "trees"].map(|name| fact_of(&facts, name).unwrap_or_default()), ["12-34", "RMSE", "2"]);
        assert!(read_as("x", br#"{"features_info":{},"model_info":{}}"#, read_json).is_none());
        assert!(read_as("x", br#"{"trees":["oak","elm"]}"#, read_json).is_none());
    }
}
