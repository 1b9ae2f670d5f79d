//! Keras models and weights in HDF5. The container holds any data; Keras is known by the attributes and groups it writes,
//! which stand near the beginning.

mod attribute;

use serde::Deserialize;
use serde_json::{Deserializer, Value};

use super::keras;
use super::plain::{fact, first_fact, hazard, text};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "keras-h5", read };

/// Keras writes its attributes before the tensors.
const SEARCHED: usize = 1 << 20;
const LONGEST_CONFIG: usize = 8 << 20;

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    head.strip_prefix(b"\x89HDF\r\n\x1a\n")?;
    let bytes = blob.head(SEARCHED).ok()?;
    let has = |mark: &str| memchr::memmem::find(&bytes, mark.as_bytes()).is_some();
    let model = has("model_config\0") && has("\"class_name\"");
    let weights = has("layer_names\0") && has("weight_names\0") || has("_layer_checkpoint_dependencies\0") || has("\0layers\0") && has("\0vars\0");
    let weights = weights || has("keras_version\0");
    if !model && !weights {
        return None;
    }
    let mut facts = Facts { sureness: Sureness::Certain, role: if model { "" } else { "weights" }, ..Facts::default() };
    fact(&mut facts, "framework", "keras");
    let version = attribute::text(blob, &bytes, "keras_version", 64).map(|version| String::from_utf8_lossy(&version).into_owned());
    fact(&mut facts, "producer", version.map_or(String::new(), |version| format!("keras {version}")));
    if model && let Some(config) = config(blob, &bytes) {
        // What stands behind the configuration is not JSON.
        match Value::deserialize(&mut Deserializer::from_slice(&config)) {
            Ok(value) => config_facts(&mut facts, &value),
            Err(_) if memchr::memmem::find(&config, b"\"Lambda\"").is_some() => hazard(&mut facts, true, "keras Lambda layer"),
            Err(_) => {}
        }
    }
    Some(facts)
}

/// The model's configuration: JSON text in an attribute, or wherever in the beginning it stands.
fn config(blob: &Blob<'_>, head: &[u8]) -> Option<Vec<u8>> {
    let searched = || {
        let starts = [&b"{\"class_name\""[..], b"{\"module\"", b"{\"config\"", b"{\"name\""];
        let at = starts.iter().filter_map(|start| memchr::memmem::find(head, start)).min()?;
        blob.window(at as u64..(at + LONGEST_CONFIG) as u64).ok().map(|bytes| bytes.into_owned())
    };
    attribute::text(blob, head, "model_config", LONGEST_CONFIG).filter(|text| text.starts_with(b"{")).or_else(searched)
}

fn config_facts(facts: &mut Facts, config: &Value) {
    let name = config.pointer("/config/name").and_then(Value::as_str);
    first_fact(facts, "name", [name]);
    first_fact(facts, "architecture", [config.get("class_name").and_then(Value::as_str)]);
    text(facts, "model_config", config.to_string().as_bytes());
    let mut open = vec![config];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(values) => open.extend(values),
            Value::Object(fields) => {
                facts.hazards.extend(keras::judge(fields));
                open.extend(fields.values());
            }
            _ => {}
        }
    }
    facts.hazards.sort();
    facts.hazards.dedup();
}

#[cfg(test)]
pub(super) use attribute::write::attribute;

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    fn file(parts: &[&str]) -> Vec<u8> {
        [b"\x89HDF\r\n\x1a\n".to_vec(), vec![0; 88], parts.join("\0\0").into_bytes(), vec![0; 64]].concat()
    }

    #[test]
    fn a_configuration_tells_name_class_and_hazards() {
        let config = r#"{"class_name": "Sequential", "config": {"name": "churn", "layers": [{"class_name": "Lambda", "config": {}},
            {"module": "acme.layers", "class_name": "Gate"}]}}"#;
        let facts = read_as("x", &[file(&[]), attribute("keras_version", "2.15.0"), attribute("model_config", config)].concat(), read).expect("a model");
        let told = ["name", "architecture", "producer"].map(|name| fact_of(&facts, name).unwrap_or_default());
        assert_eq!((facts.role, told), ("", ["churn", "Sequential", "keras 2.15.0"]));
        assert_eq!(facts.hazards.iter().map(|hazard| hazard.what.as_str()).collect::<Vec<_>>(), ["class acme.layers.Gate", "keras Lambda layer"]);
    }

    #[test]
    fn weights_are_weights_and_data_are_nothing() {
        assert_eq!(read_as("x", &file(&["layer_names\0", "weight_names\0"]), read).map(|facts| facts.role), Some("weights"));
        assert!(read_as("data.h5", &file(&["temperature\0", "layers of the sea\0"]), read).is_none());
    }
}
