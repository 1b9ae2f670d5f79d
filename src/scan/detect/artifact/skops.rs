//! skops: a zip with `schema.json`, which names the classes to build, and their arrays.

use serde_json::{Map, Value};

use super::pickle;
use super::plain::{fact, first_fact, hazard};
use super::zipdir::Zip;
use super::{Facts, ZipFormat};
use crate::domain::Sureness;

pub(super) const FORMAT: ZipFormat = ZipFormat { name: "skops", read };

const SCHEMA: u64 = 64 << 20;
/// Loaders of nodes that build what they are given and look nothing up by name.
const PLAIN: [&str; 12] = [
    "DictNode",
    "ListNode",
    "SetNode",
    "TupleNode",
    "BytesNode",
    "BytearrayNode",
    "SliceNode",
    "JsonNode",
    "MethodNode",
    "NdArrayNode",
    "MaskedArrayNode",
    "SparseMatrixNode",
];
/// What the functions of `operator` do that hand out attributes of trusted objects: skops makes these itself.
const OPERATOR: &str = "OperatorFuncNode";

fn read(zip: &Zip<'_>) -> Option<Facts> {
    let schema = zip.read(zip.member("schema.json")?, SCHEMA)?;
    let schema: Value = serde_json::from_slice(&schema).ok()?;
    let version = schema.get("_skops_version")?.as_str();
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "sklearn");
    fact(&mut facts, "producer", format!("skops {}", version.unwrap_or_default()));
    first_fact(&mut facts, "architecture", [schema.get("__class__").and_then(Value::as_str)]);
    walk(&schema, &mut facts);
    facts.hazards.sort_by(|a, b| b.runs_code.cmp(&a.runs_code).then_with(|| a.what.cmp(&b.what)));
    Some(facts)
}

/// Every node names its class. The parser bounds the depth.
fn walk(value: &Value, facts: &mut Facts) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| walk(value, facts)),
        Value::Object(fields) => {
            judge(fields, facts);
            fields.values().for_each(|value| walk(value, facts));
        }
        _ => {}
    }
}

fn judge(node: &Map<String, Value>, facts: &mut Facts) {
    let named = |key: &str| node.get(key).and_then(Value::as_str);
    let (Some(module), Some(class)) = (named("__module__"), named("__class__")) else { return };
    let loader = named("__loader__").unwrap_or_default();
    if PLAIN.contains(&loader) && module == "builtins" || loader == OPERATOR && module == "operator" {
        return;
    }
    let called = !matches!(loader, "FunctionNode" | "TypeNode" | "NdArrayNode" | "MaskedArrayNode" | "SparseMatrixNode");
    match pickle::judged(module, class, called) {
        None => {}
        Some(true) => hazard(facts, true, format!("{module}.{class}")),
        Some(false) => hazard(facts, false, format!("class {module}.{class}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::recognise;
    use super::super::zipdir::samples::zip;
    use crate::domain::Artifact;

    fn model(node: &str) -> Option<Artifact> {
        let schema = format!(
            r#"{{"__class__":"Pipeline","__module__":"sklearn.pipeline","__loader__":"ObjectNode","content":{{"__class__":"dict","__module__":"builtins","__loader__":"DictNode","content":{{"f":{node}}}}},"protocol":2,"_skops_version":"0.13.0"}}"#
        );
        recognise("data.zip", &zip(&[("schema.json", schema.as_bytes()), ("1.npy", b"\x93NUMPY")]))
    }

    #[test]
    fn classes_are_judged() {
        let node = |module: &str, class: &str, loader: &str| format!(r#"{{"__class__":"{class}","__module__":"{module}","__loader__":"{loader}"}}"#);
        for (node, hazards) in [
            (node("sklearn.svm._classes", "SVC", "ObjectNode"), vec![]),
            (node("numpy", "log1p", "FunctionNode"), vec![]),
            (node("builtins", "method", "MethodNode"), vec![]),
            (node("os", "system", "FunctionNode"), vec![(true, "os.system")]),
            (node("builtins", "eval", "FunctionNode"), vec![(true, "builtins.eval")]),
            (node("acme.models", "Gate", "ObjectNode"), vec![(false, "class acme.models.Gate")]),
        ] {
            let artifact = model(&node).expect("it is a model");
            assert_eq!((artifact.format.as_str(), artifact.facts.get("architecture").map(String::as_str)), ("skops", Some("Pipeline")));
            assert_eq!(artifact.hazards.iter().map(|hazard| (hazard.runs_code, hazard.what.as_str())).collect::<Vec<_>>(), hazards, "{node}");
        }
    }

    #[test]
    fn other_schemas_are_none() {
        assert_eq!(recognise("api.zip", &zip(&[("schema.json", br#"{"type":"object"}"#)])), None);
        assert_eq!(recognise("api.zip", &zip(&[("schema.json", b"{")])), None);
    }
}
