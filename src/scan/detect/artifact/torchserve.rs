//! TorchServe archives (`.mar`): a zip with `MAR-INF/MANIFEST.json`, weights, and the program that serves them.

use serde::Deserialize;

use super::json::MaybeText;
use super::plain::{fact, first_fact, hazard};
use super::zipdir::Zip;
use super::{Facts, ZipFormat};
use crate::domain::Sureness;

pub(super) const FORMAT: ZipFormat = ZipFormat { name: "torchserve", read };

const MANIFEST: u64 = 1 << 20;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    model: Model,
    #[serde(default)]
    archiver_version: MaybeText,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Model {
    model_name: MaybeText,
    #[serde(default)]
    model_version: MaybeText,
    #[serde(default)]
    handler: MaybeText,
}

fn read(zip: &Zip<'_>) -> Option<Facts> {
    let manifest = zip.read(zip.member("MAR-INF/MANIFEST.json")?, MANIFEST)?;
    let Manifest { model, archiver_version } = serde_json::from_slice(&manifest).ok()?;
    let mut facts = Facts { sureness: Sureness::Certain, holds_artifacts: true, ..Facts::default() };
    fact(&mut facts, "framework", "torch");
    first_fact(&mut facts, "name", [model.model_name.text()]);
    first_fact(&mut facts, "version", [model.model_version.text()]);
    fact(&mut facts, "producer", archiver_version.text().map_or(String::new(), |version| format!("torch-model-archiver {version}")));
    // A handler is a file of the archive, or the name of one that TorchServe brings.
    let handler = model.handler.text().map(|handler| handler.split(':').next().unwrap_or(handler));
    if let Some(handler) = handler.filter(|handler| zip.member(handler).is_some() || zip.member(&format!("{handler}.py")).is_some()) {
        hazard(&mut facts, false, format!("code of the archive: {handler}"));
    }
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::super::zipdir::samples::zip;

    #[test]
    fn the_manifest_names_model_and_handler() {
        let manifest = br#"{"runtime":"python","model":{"modelName":"churn","handler":"handler.py:handle","modelVersion":"1.2"},"archiverVersion":"0.9.0"}"#;
        let bytes = zip(&[("model.pt", b"x"), ("handler.py", b"pass"), ("MAR-INF/MANIFEST.json", manifest)]);
        let found = found("x", &bytes).expect("it is an archive of a model");
        let fact = |name: &str| found.artifact.facts.get(name).map(String::as_str);
        assert_eq!((fact("name"), fact("version"), found.holds_artifacts), (Some("churn"), Some("1.2"), true));
        assert_eq!(found.artifact.hazards.iter().map(|hazard| hazard.what.as_str()).collect::<Vec<_>>(), ["code of the archive: handler.py"]);
    }

    #[test]
    fn other_manifests_are_none() {
        assert!(found("x.jar", &zip(&[("META-INF/MANIFEST.MF", b"x"), ("MAR-INF/MANIFEST.json", b"{}")])).is_none());
    }
}
