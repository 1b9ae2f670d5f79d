//! Side-car manifests: a registry entry that moves with the artifact.

use crate::domain::{Blob, ModelEntry};

/// Names under which the entry of an artifact may lie beside it.
pub fn side_car_names(artifact: &str) -> [String; 2] {
    [format!("{artifact}.model.yaml"), "model.yaml".to_owned()]
}

/// The entry, when the blob is a side-car; the error names the field.
pub fn read(_blob: &Blob<'_>) -> Option<Result<ModelEntry, String>> {
    None
}
