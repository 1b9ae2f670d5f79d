//! XGBoost in its three coats: JSON, Universal Binary JSON, and the old binary dump (`binf`, or base64 behind `bs64`).
//! (<https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html>)

use std::collections::BTreeMap;

use base64::Engine as _;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::json::MaybeText;
use super::plain::{fact, first_fact, text};
use super::{Facts, Format, json, ubjson};
use crate::domain::{Blob, Sureness};

pub(super) const JSON_FORMAT: Format = Format { name: "xgboost-json", read: read_json };
pub(super) const UBJ_FORMAT: Format = Format { name: "xgboost-ubj", read: read_ubj };
pub(super) const BINARY_FORMAT: Format = Format { name: "xgboost-binary", read: read_binary };

/// Longer models are told by their head alone, without facts.
const LONGEST: u64 = 128 << 20;

/// A saved model, or a snapshot of training (`Model` beside `Config`).
#[derive(Deserialize)]
struct Saved {
    learner: Option<Learner>,
    version: Option<Vec<u32>>,
    #[serde(rename = "Model")]
    snapshot: Option<Model>,
}

#[derive(Deserialize)]
struct Model {
    learner: Learner,
    version: Vec<u32>,
}

#[derive(Deserialize)]
struct Learner {
    gradient_booster: Booster,
    #[serde(default)]
    attributes: BTreeMap<String, MaybeText>,
    #[serde(default)]
    feature_names: Vec<IgnoredAny>,
    #[serde(default)]
    learner_model_param: BTreeMap<String, MaybeText>,
    #[serde(default)]
    objective: BTreeMap<String, MaybeText>,
}

#[derive(Deserialize)]
struct Booster {
    #[serde(default)]
    name: String,
}

fn read_json(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let has = |key: &[u8]| memchr::memmem::find(head, key).is_some();
    let candidate = match json::first_key(head)? {
        "learner" | "Config" | "Model" => true,
        // Many files begin with a version.
        "version" => has(b"\"learner\""),
        _ => false,
    };
    if !candidate {
        return None;
    }
    match blob.len() <= LONGEST {
        true => Some(facts(json::whole::<Saved>(blob, LONGEST)?.model()?, false)),
        false => large(head),
    }
}

fn read_ubj(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let [b'{', b'L', 0, 0, 0, 0, 0, 0, 0, len, rest @ ..] = head else { return None };
    if !["learner", "version", "Config", "Model"].iter().any(|key| key.len() == usize::from(*len) && rest.starts_with(key.as_bytes())) {
        return None;
    }
    let bytes = if blob.len() <= LONGEST { blob.whole().ok()? } else { return large(head) };
    let object = ubjson::object(&bytes, |key| matches!(key, "trees" | "model"))?;
    Some(facts(serde_json::from_value::<Saved>(Value::Object(object)).ok()?.model()?, true))
}

/// Too long to be read; only its beginning is known.
fn large(head: &[u8]) -> Option<Facts> {
    memchr::memmem::find(head, b"gradient_booster").map(|_| Facts { sureness: Sureness::Likely, ..Facts::default() })
}

fn read_binary(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let decoded;
    let dump = match head.strip_prefix(b"bs64\t").or_else(|| head.strip_prefix(b"bs64 ")) {
        Some(text) => {
            decoded = base64::engine::general_purpose::STANDARD.decode(text.get(..512)?).ok()?;
            decoded.as_slice()
        }
        None => head,
    };
    // Behind the magic number: 136 bytes of parameters, then the names of the objective and of the booster.
    let (objective, rest) = counted(dump.strip_prefix(b"binf")?.get(136..)?)?;
    let (booster, _) = counted(rest)?;
    if !matches!(booster, "gbtree" | "gblinear" | "dart") || !objective.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":_-".contains(&byte)) {
        return None;
    }
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "xgboost");
    fact(&mut facts, "objective", objective);
    fact(&mut facts, "booster", booster);
    Some(facts)
}

/// A text behind its length, and what follows.
fn counted(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (len, rest) = bytes.split_first_chunk()?;
    let len = usize::try_from(u64::from_le_bytes(*len)).ok().filter(|len| (1..=64).contains(len))?;
    Some((std::str::from_utf8(rest.get(..len)?).ok()?, rest.get(len..)?))
}

impl Saved {
    fn model(self) -> Option<Model> {
        let model = self.learner.zip(self.version).map(|(learner, version)| Model { learner, version });
        model.or(self.snapshot).filter(|model| !model.version.is_empty())
    }
}

/// `binary`: the texts are not searched as text elsewhere.
fn facts(model: Model, binary: bool) -> Facts {
    let learner = model.learner;
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "xgboost");
    fact(&mut facts, "producer", format!("xgboost {}", model.version.iter().map(u32::to_string).collect::<Vec<_>>().join(".")));
    first_fact(&mut facts, "objective", [learner.objective.get("name").and_then(MaybeText::text)]);
    fact(&mut facts, "booster", learner.gradient_booster.name);
    let features = learner.learner_model_param.get("num_feature").and_then(MaybeText::text);
    let counted = learner.feature_names.len().to_string();
    first_fact(&mut facts, "features", [features, Some(&counted)]);
    for (key, value) in &learner.attributes {
        let Some(value) = value.text() else { continue };
        match key.as_str() {
            "name" | "model_name" => fact(&mut facts, "name", value),
            "version" | "model_version" => fact(&mut facts, "version", value),
            "author" => fact(&mut facts, "author", value),
            "license" => fact(&mut facts, "license", value),
            _ => {}
        }
        if binary {
            text(&mut facts, key, value.as_bytes());
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::ubjson::write::{object, string};
    use super::*;

    const JSON: &str = r#"{"learner":{"attributes":{"name":"churn"},"gradient_booster":{"model":{"trees":[{"id":0}]},"name":"gbtree"},
        "learner_model_param":{"num_feature":"4"},"objective":{"name":"binary:logistic"}},"version":[2,1,1]}"#;

    #[test]
    fn json_and_ubj_tell_the_same() {
        let learner = object(&[
            ("attributes", object(&[("name", string("churn"))])),
            ("gradient_booster", object(&[("model", b"{}".to_vec()), ("name", string("gbtree"))])),
            ("learner_model_param", object(&[("num_feature", string("4"))])),
            ("objective", object(&[("name", string("binary:logistic"))])),
        ]);
        let ubj = object(&[("learner", learner), ("version", b"[#i\x03i\x02i\x01i\x01".to_vec())]);
        for (bytes, read) in [(JSON.as_bytes(), read_json as super::super::testing::Read), (&ubj, read_ubj)] {
            let facts = read_as("x", bytes, read).expect("a model");
            let told = ["name", "producer", "objective", "booster", "features"].map(|name| fact_of(&facts, name).unwrap_or_default());
            assert_eq!(told, ["churn", "xgboost 2.1.1", "binary:logistic", "gbtree", "4"]);
        }
    }

    #[test]
    fn snapshots_of_training_are_models() {
        let text = format!(r#"{{"Config":{{"learner":{{}}}},"Model":{JSON}}}"#);
        assert!(read_as("x", text.as_bytes(), read_json).is_some());
    }

    #[test]
    fn the_old_dump_names_its_objective_and_booster() {
        let name = |text: &str| [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat();
        let dump = [b"binf".to_vec(), vec![0; 136], name("reg:squarederror"), name("gbtree"), vec![0; 400]].concat();
        let facts = read_as("x", &dump, read_binary).expect("a model");
        assert_eq!(fact_of(&facts, "objective"), Some("reg:squarederror"));
        let coded = format!("bs64\t{}", base64::engine::general_purpose::STANDARD.encode(&dump));
        assert!(read_as("x", coded.as_bytes(), read_binary).is_some());
    }

    #[test]
    fn other_files_are_none() {
        for text in
            [&br#"{"learner":"alice","version":[1]}"#[..], br#"{"learner":{"gradient_booster":{}}}"#, br#"{"version":[1,2],"name":"x"}"#, b"binford tools"]
        {
            for read in [read_json, read_ubj, read_binary] {
                assert!(read_as("x.json", text, read).is_none());
            }
        }
    }
}
