//! MLflow's `MLmodel`: the description of a model's folder.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "mlflow", read };

/// Longest description that is read.
const LONGEST: u64 = 4 << 20;

#[derive(Deserialize)]
struct Description {
    flavors: BTreeMap<String, Value>,
    #[serde(default)]
    run_id: Option<String>,
    #[serde(default)]
    model_id: Option<String>,
    #[serde(default)]
    model_uuid: Option<String>,
    #[serde(default)]
    mlflow_version: Option<String>,
    #[serde(default)]
    utc_time_created: Option<String>,
    #[serde(default)]
    artifact_path: Option<String>,
    #[serde(default)]
    model_size_bytes: Option<u64>,
    #[serde(default)]
    name: Option<String>,
}

fn read(blob: &Blob<'_>, _head: &[u8]) -> Option<Facts> {
    if blob.encoded_name() != "MLmodel" || blob.len() > LONGEST {
        return None;
    }
    let bytes = blob.whole().ok()?;
    let said: Description = serde_saphyr::from_str(std::str::from_utf8(&bytes).ok()?).ok()?;
    let mut facts = Facts { role: "config", sureness: Sureness::Certain, ..Facts::default() };
    // An artifact path is a URI since MLflow 3; only a plain one is a name.
    let name = said.name.or(said.artifact_path).filter(|name| !name.contains(':'));
    let size = said.model_size_bytes.map(|size| size.to_string());
    let fields = [
        ("name", name),
        ("run_id", said.run_id),
        ("model_id", said.model_id),
        ("model_uuid", said.model_uuid),
        ("mlflow-version", said.mlflow_version),
        ("created", said.utc_time_created),
        ("model-size", size),
    ];
    facts.facts.extend(fields.into_iter().filter_map(|(name, value)| Some((name, value?))));
    facts.facts.push(("flavors", said.flavors.keys().map(String::as_str).collect::<Vec<_>>().join(", ")));
    // The class of the model, which the generic flavour does not know.
    let framework = said.flavors.keys().find(|name| *name != "python_function");
    facts.facts.extend(framework.map(|name| ("framework", name.clone())));
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::super::testing::recognise;

    const TEXT: &str = "artifact_path: churn\nflavors:\n  python_function:\n    loader_module: mlflow.sklearn\n  sklearn:\n    pickled_model: model.pkl\n\
                        mlflow_version: 3.17.2\nmodel_uuid: 0123456789abcdef0123456789abcdef\nrun_id: fedcba9876543210fedcba9876543210\nutc_time_created: '2026-11-01 10:00:00'\n";

    #[test]
    fn a_description_gives_the_ids_a_registry_knows() {
        let artifact = recognise("runs/1/model/MLmodel", TEXT.as_bytes()).expect("it is a description");
        let fact = |name: &str| artifact.facts.get(name).map(String::as_str);
        assert_eq!((artifact.role.as_str(), fact("name"), fact("framework")), ("config", Some("churn"), Some("sklearn")));
        assert_eq!(fact("run_id"), Some("fedcba9876543210fedcba9876543210"));
    }

    #[test]
    fn other_files_of_that_name_are_left_alone() {
        assert_eq!(recognise("MLmodel", b"flavors are nice\n"), None);
        assert_eq!(recognise("notes.yaml", TEXT.as_bytes()), None);
    }
}
