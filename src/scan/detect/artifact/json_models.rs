//! JSON files that are models or stand for one: TensorFlow.js, Paddle, Spark ML, Orbax, MXNet.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::json::{self, MaybeText};
use super::plain::{fact, first_fact};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const TFJS: Format = Format { name: "tfjs", read: tfjs };
pub(super) const PADDLE: Format = Format { name: "paddle-json", read: paddle };
pub(super) const SPARK: Format = Format { name: "spark-ml", read: spark };
pub(super) const ORBAX: Format = Format { name: "orbax", read: orbax };
pub(super) const MXNET: Format = Format { name: "mxnet-symbol", read: mxnet };

const LONGEST: u64 = 64 << 20;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tfjs {
    #[serde(default)]
    format: MaybeText,
    model_topology: Option<IgnoredAny>,
    #[serde(rename = "weightsManifest")]
    _weights: Vec<IgnoredAny>,
    #[serde(default)]
    generated_by: MaybeText,
    #[serde(default)]
    converted_by: MaybeText,
}

fn tfjs(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    match json::first_key(head)? {
        "modelTopology" | "generatedBy" | "convertedBy" | "weightsManifest" => {}
        // Much begins like this that is no model.
        "format" | "signature" if has(head, "layers-model") || has(head, "graph-model") => {}
        _ => return None,
    }
    let model: Tfjs = json::whole(blob, LONGEST)?;
    let format = model.format.text().unwrap_or_default();
    if !matches!(format, "layers-model" | "graph-model") && model.model_topology.is_none() {
        return None;
    }
    let mut facts = certain("tensorflow.js");
    first_fact(&mut facts, "producer", [model.generated_by.text(), model.converted_by.text()]);
    first_fact(&mut facts, "architecture", [Some(format)]);
    Some(facts)
}

#[derive(Deserialize)]
struct Paddle {
    base_code: PaddleBase,
    #[serde(rename = "program")]
    _program: IgnoredAny,
}

#[derive(Deserialize)]
struct PaddleBase {
    #[serde(default)]
    version: MaybeText,
}

fn paddle(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if json::first_key(head)? != "base_code" {
        return None;
    }
    let model: Paddle = json::whole(blob, LONGEST)?;
    let mut facts = certain("paddle");
    first_fact(&mut facts, "format_version", [model.base_code.version.text()]);
    Some(facts)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spark {
    class: String,
    spark_version: String,
    #[serde(default)]
    uid: MaybeText,
}

/// One line in `metadata/part-00000`.
fn spark(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if !matches!(json::first_key(head)?, "class" | "timestamp" | "sparkVersion" | "uid") || !has(head, "org.apache.spark.ml.") {
        return None;
    }
    let model: Spark = json::whole(blob, 1 << 20)?;
    let class = model.class.strip_prefix("org.apache.spark.ml.")?;
    let mut facts = certain("spark");
    fact(&mut facts, "architecture", class);
    fact(&mut facts, "producer", format!("spark {}", model.spark_version));
    first_fact(&mut facts, "uuid", [model.uid.text()]);
    Some(facts)
}

#[derive(Deserialize)]
struct Orbax {
    tree_metadata: Option<BTreeMap<String, IgnoredAny>>,
    item_handlers: Option<IgnoredAny>,
    init_timestamp_nsecs: Option<IgnoredAny>,
}

/// `_METADATA` and `_CHECKPOINT_METADATA` in the folder of a checkpoint.
fn orbax(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if !matches!(json::first_key(head)?, "tree_metadata" | "item_handlers") {
        return None;
    }
    let checkpoint: Orbax = json::whole(blob, 8 << 20)?;
    let tree = checkpoint.tree_metadata.as_ref().is_some_and(|tree| !tree.is_empty());
    let stamped = checkpoint.item_handlers.is_some() && checkpoint.init_timestamp_nsecs.is_some();
    (tree || stamped).then(|| Facts { role: "index", ..certain("jax") })
}

#[derive(Deserialize)]
struct Symbol {
    nodes: Vec<Node>,
    #[serde(rename = "arg_nodes")]
    _arguments: Vec<IgnoredAny>,
    #[serde(rename = "heads")]
    _heads: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
struct Node {
    #[serde(rename = "op")]
    _operator: String,
    #[serde(rename = "name")]
    _name: String,
}

/// The graph of an MXNet model; its parameters lie beside it.
fn mxnet(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if json::first_key(head)? != "nodes" || !has(head, "\"op\"") {
        return None;
    }
    let symbol: Symbol = json::whole(blob, LONGEST)?;
    let mut facts = Facts { role: "config", ..certain("mxnet") };
    fact(&mut facts, "nodes", symbol.nodes.len().to_string());
    (!symbol.nodes.is_empty()).then_some(facts)
}

fn has(head: &[u8], text: &str) -> bool {
    memchr::memmem::find(head, text.as_bytes()).is_some()
}

fn certain(framework: &str) -> Facts {
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", framework);
    facts
}

/// One file of each, for the tests.
#[cfg(test)]
pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("tfjs", br#"{"format":"graph-model","generatedBy":"2.15.0","modelTopology":{},"weightsManifest":[{"paths":["w.bin"]}]}"#.to_vec()),
        ("paddle-json", br#"{"base_code":{"magic":"pir","version":1},"program":{"regions":[]}}"#.to_vec()),
        ("spark-ml", br#"{"class":"org.apache.spark.ml.PipelineModel","timestamp":1,"sparkVersion":"3.5.1","uid":"PipelineModel_1"}"#.to_vec()),
        ("orbax", br#"{"tree_metadata":{"('w',)":{}},"use_zarr3":false}"#.to_vec()),
        ("mxnet-symbol", br#"{"nodes":[{"op":"null","name":"data","inputs":[]}],"arg_nodes":[0],"heads":[[0,0,0]]}"#.to_vec()),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn documents_that_begin_alike_are_none() {
        for text in [
            r#"{"format":"layers-model"}"#,
            r#"{"class":"economy","sparkVersion":"3"}"#,
            r#"{"base_code":"x"}"#,
            r#"{"tree_metadata":{}}"#,
            r#"{"format":"x","weightsManifest":[]}"#,
            r#"{"nodes":[{"op":"add","id":1}],"edges":[]}"#,
        ] {
            for format in [&TFJS, &PADDLE, &SPARK, &ORBAX, &MXNET] {
                assert!(read_as("x.json", text.as_bytes(), format.read).is_none(), "{text}");
            }
        }
    }

    #[test]
    fn spark_names_its_class() {
        let facts = read_as("part-00000", &samples()[2].1, spark).expect("a model");
        assert_eq!((fact_of(&facts, "architecture"), fact_of(&facts, "producer")), (Some("PipelineModel"), Some("spark 3.5.1")));
    }
}
