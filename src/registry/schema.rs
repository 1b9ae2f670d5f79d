//! JSON Schema of `heliodon-registry.yaml`, for editors.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{CredentialEntry, ModelEntry, Waiver};

/// Models and credentials that the organisation approved, and its waivers.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "heliodon-registry.yaml")]
#[serde(deny_unknown_fields)]
struct RegistryFile {
    #[serde(default)]
    models: Vec<ModelEntry>,
    #[serde(default)]
    credentials: Vec<CredentialEntry>,
    /// Globs over `scheme:name`: models that may be referenced without an entry of their own.
    #[serde(default)]
    allow: Vec<String>,
    #[serde(default)]
    waivers: Vec<Waiver>,
}

/// The schema as it is published in `schema/heliodon-registry.schema.json`.
pub fn schema() -> String {
    let schema = schemars::schema_for!(RegistryFile);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `HELIODON_REWRITE=1 cargo test` writes it anew.
    #[test]
    fn the_published_schema_is_the_one_of_the_code() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/heliodon-registry.schema.json");
        if std::env::var_os("HELIODON_REWRITE").is_some() {
            std::fs::write(file, schema()).expect("written");
        }
        assert_eq!(std::fs::read_to_string(file).expect("the schema is checked in"), schema(), "run with HELIODON_REWRITE=1");
    }

    #[test]
    fn the_schema_takes_what_the_loader_takes() {
        let validator = jsonschema::validator_for(&serde_json::from_str(&schema()).expect("JSON")).expect("a schema");
        let good = serde_json::json!({"models": [{"name": "m", "stage": "production", "expires": "2027-01-01"}], "allow": ["openai:gpt-*"]});
        assert!(validator.is_valid(&good));
        for wrong in [
            serde_json::json!({"models": [{"version": "1"}]}),
            serde_json::json!({"model": []}),
            serde_json::json!({"models": [{"name": "m", "stage": "prod"}]}),
        ] {
            assert!(!validator.is_valid(&wrong), "{wrong}");
        }
    }
}
