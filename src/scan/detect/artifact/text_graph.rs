//! Graphs in text: TensorFlow's `.pbtxt` and ONNX's textual form.

use std::collections::BTreeSet;

use super::graphdef;
use super::plain::{fact, first_fact};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const TENSORFLOW: Format = Format { name: "tf-graph-text", read: tensorflow };
pub(super) const ONNX: Format = Format { name: "onnx-text", read: onnx };

const LONGEST: u64 = 256 << 20;

/// `node { name: "…" op: "…" … }`, bare or in `saved_model_schema_version: 1 meta_graphs { … }`.
fn tensorflow(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let start = head.trim_ascii_start();
    let saved = start.starts_with(b"saved_model_schema_version:");
    if !(saved || start.strip_prefix(b"node").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"{"))) || blob.len() > LONGEST {
        return None;
    }
    let bytes = blob.whole().ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let mut operators = BTreeSet::new();
    for line in text.lines() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix("op:").or_else(|| line.strip_prefix("op :")) {
            operators.insert(name.trim().trim_matches(['"', '\'']).to_owned());
        }
    }
    if operators.is_empty() || !operators.iter().all(|operator| graphdef::is_operator(operator)) {
        return None;
    }
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "tensorflow");
    let version = text.lines().find_map(|line| line.trim().strip_prefix("tensorflow_version:"));
    fact(&mut facts, "producer", version.map_or(String::new(), |version| format!("tensorflow {}", version.trim().trim_matches('"'))));
    graphdef::operator_hazards(&mut facts, &operators);
    Some(facts)
}

/// `< ir_version: 8, opset_import: ["" : 17] > name (float[N] x) => (float[N] y) { … }`.
fn onnx(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let rest = head.strip_prefix(b"<")?.trim_ascii_start().strip_prefix(b"ir_version")?;
    let text = String::from_utf8_lossy(rest);
    let (preamble, rest) = text.split_once("opset_import")?.1.split_once('>')?;
    if !preamble.contains('[') || !rest.contains("=>") {
        return None;
    }
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "onnx");
    first_fact(&mut facts, "name", [rest.split('(').next()]);
    Some(facts)
}

/// One file of each, for the tests.
#[cfg(test)]
pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("tf-graph-text", b"node {\n  name: \"x\"\n  op: \"Placeholder\"\n}\nnode {\n  name: \"y\"\n  op: \"Relu\"\n  input: \"x\"\n}\n".to_vec()),
        ("onnx-text", b"<\n  ir_version: 8,\n  opset_import: [\"\" : 17]\n>\nchurn (float[N] x) => (float[N] y) {\n  y = Relu(x)\n}\n".to_vec()),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn operators_are_judged_as_in_the_binary_form() {
        let saved = b"saved_model_schema_version: 1\nmeta_graphs {\n  meta_info_def {\n    tensorflow_version: \"2.15.0\"\n  }\n  graph_def {\n    node {\n      op: \"WriteFile\"\n    }\n  }\n}\n";
        let facts = read_as("x", saved, tensorflow).expect("a model");
        assert_eq!((facts.hazards[0].what.as_str(), fact_of(&facts, "producer")), ("TensorFlow operator `WriteFile`", Some("tensorflow 2.15.0")));
        assert!(read_as("x", &samples()[0].1, tensorflow).is_some_and(|facts| facts.hazards.is_empty()));
        assert_eq!(fact_of(&read_as("x", &samples()[1].1, onnx).expect("a model"), "name"), Some("churn"));
    }

    #[test]
    fn other_texts_are_none() {
        for text in ["node {\n  id: 3\n}\n", "node_modules {\n", "node { op: reduce and reuse }\nop: \"two words\"\n", "<ir_version>8</ir_version>\n"] {
            assert!(read_as("x", text.as_bytes(), tensorflow).is_none() && read_as("x", text.as_bytes(), onnx).is_none(), "{text}");
        }
    }
}
