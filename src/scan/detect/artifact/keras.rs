//! Keras 3 files: a zip with `config.json`, and `model.weights.h5` or a `metadata.json` that names the Keras version.

use serde_json::Value;

use super::zipdir::Zip;
use super::{Facts, ZipFormat};
use crate::domain::{Hazard, Sureness};

pub(super) const FORMAT: ZipFormat = ZipFormat { name: "keras", read };

/// Longest configuration that is read.
const CONFIG: u64 = 64 << 20;

/// Packages whose classes Keras itself may name.
const TRUSTED: [&str; 7] = ["keras", "tf_keras", "tensorflow", "keras_hub", "keras_nlp", "keras_cv", "numpy"];
/// Modules of Python whose functions reach the system.
const DENIED: [&str; 12] = ["os", "posix", "nt", "subprocess", "shutil", "sys", "socket", "importlib", "pickle", "ctypes", "runpy", "pty"];
/// Functions of trusted packages that fetch, load or switch off the safe mode.
const RUNNERS: [&str; 9] = ["get_file", "load_model", "load_weights", "enable_unsafe_deserialization", "eval", "exec", "compile", "__import__", "open"];

fn read(zip: &Zip<'_>) -> Option<Facts> {
    let config = zip.member("config.json")?;
    let metadata = zip.member("metadata.json").and_then(|member| zip.read(member, CONFIG)).and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let version = metadata.as_ref().and_then(|metadata| metadata.get("keras_version")?.as_str());
    if version.is_none() && zip.member("model.weights.h5").is_none() {
        return None;
    }
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    facts.facts.push(("framework", "keras".to_owned()));
    facts.facts.extend(version.map(|version| ("keras-version", version.to_owned())));
    let date = metadata.as_ref().and_then(|metadata| metadata.get("date_saved")?.as_str());
    facts.facts.extend(date.map(|date| ("date-saved", date.to_owned())));
    let config = zip.read(config, CONFIG)?;
    match serde_json::from_slice::<Value>(&config) {
        Ok(config) => describe(&config, &mut facts),
        // Deeper than the parser goes, or broken: the words still tell.
        Err(_) => facts.hazards.extend(by_words(&config)),
    }
    Some(facts)
}

fn describe(config: &Value, facts: &mut Facts) {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    facts.facts.extend(text(config.get("class_name")).map(|class| ("architecture", class)));
    facts.facts.extend(text(config.pointer("/config/name")).map(|name| ("name", name)));
    let layers = config.pointer("/config/layers").and_then(Value::as_array).map(Vec::len);
    facts.facts.extend(layers.map(|layers| ("layers", layers.to_string())));
    walk(config, &mut facts.hazards);
    facts.hazards.sort_by(|a, b| b.runs_code.cmp(&a.runs_code).then_with(|| a.what.cmp(&b.what)));
    facts.hazards.dedup();
}

/// Every object that names a class. The parser bounds the depth.
fn walk(value: &Value, hazards: &mut Vec<Hazard>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| walk(value, hazards)),
        Value::Object(fields) => {
            hazards.extend(judge(fields));
            fields.values().for_each(|value| walk(value, hazards));
        }
        _ => {}
    }
}

/// What an object of a configuration does that names a class, if it is more than to build a layer of Keras.
pub(super) fn judge(fields: &serde_json::Map<String, Value>) -> Option<Hazard> {
    let class = fields.get("class_name")?.as_str()?;
    if class == "Lambda" || class == "__lambda__" {
        return Some(Hazard { runs_code: true, what: "keras Lambda layer".to_owned() });
    }
    let module = fields.get("module")?.as_str()?;
    // `{"class_name": "function", "module": "os", "config": "system"}`
    let name = if class == "function" { fields.get("config").and_then(Value::as_str).unwrap_or(class) } else { class };
    let root = module.split('.').next().unwrap_or(module);
    let what = format!("{module}.{name}");
    match root {
        _ if DENIED.contains(&root) || RUNNERS.contains(&name) => Some(Hazard { runs_code: true, what }),
        "builtins" => None,
        root if TRUSTED.contains(&root) => None,
        _ => Some(Hazard { runs_code: false, what: format!("class {what}") }),
    }
}

pub(super) fn by_words(config: &[u8]) -> Option<Hazard> {
    let has = |word: &[u8]| memchr::memmem::find(config, word).is_some();
    let what = "keras configuration that cannot be read whole";
    Some(match has(b"\"Lambda\"") || has(b"__lambda__") {
        true => Hazard { runs_code: true, what: "keras Lambda layer".to_owned() },
        false => Hazard { runs_code: false, what: what.to_owned() },
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::recognise;
    use super::super::zipdir::samples::zip;
    use crate::domain::Artifact;

    fn keras(layer: &str) -> Option<Artifact> {
        let config = format!(r#"{{"module":"keras","class_name":"Sequential","config":{{"name":"churn","layers":[{layer}]}}}}"#);
        let metadata = br#"{"keras_version":"3.11.0","date_saved":"2026-11-01"}"#;
        recognise("data.bin", &zip(&[("metadata.json", metadata), ("config.json", config.as_bytes()), ("model.weights.h5", b"\x89HDF")]))
    }

    #[test]
    fn a_model_says_its_name_and_version() {
        let artifact = keras(r#"{"module":"keras.layers","class_name":"Dense","config":{}}"#).expect("it is a model");
        let fact = |name: &str| artifact.facts.get(name).map(String::as_str);
        assert_eq!((fact("name"), fact("architecture"), fact("keras-version"), fact("layers")), (Some("churn"), Some("Sequential"), Some("3.11.0"), Some("1")));
        assert!(artifact.hazards.is_empty());
    }

    #[test]
    fn layers_that_bring_code_are_hazards() {
        for (layer, runs_code, what) in [
            (r#"{"module":"keras.layers","class_name":"Lambda","config":{}}"#, true, "keras Lambda layer"),
            (r#"{"class_name":"function","module":"os","config":"system"}"#, true, "os.system"),
            (r#"{"class_name":"function","module":"builtins","config":"eval"}"#, true, "builtins.eval"),
            (r#"{"class_name":"get_file","module":"keras.utils","config":{}}"#, true, "keras.utils.get_file"),
            (r#"{"class_name":"Gate","module":"acme.layers","config":{}}"#, false, "class acme.layers.Gate"),
        ] {
            let artifact = keras(layer).expect("it is a model");
            assert_eq!(artifact.hazards.iter().map(|hazard| (hazard.runs_code, hazard.what.as_str())).collect::<Vec<_>>(), [(runs_code, what)]);
        }
        let deep = format!("{}{{\"class_name\":\"Lambda\"}}{}", "[".repeat(5000), "]".repeat(5000));
        assert!(keras(&deep).is_some_and(|artifact| artifact.hazards.iter().any(|hazard| hazard.runs_code)));
    }

    #[test]
    fn settings_are_no_model() {
        assert_eq!(recognise("settings.zip", &zip(&[("config.json", b"{}"), ("metadata.json", b"{}")])), None);
    }
}
