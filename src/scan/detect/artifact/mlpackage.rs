//! Core ML packages (`.mlpackage`): a folder whose `Manifest.json` names the model among its items.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::json::{self, MaybeText};
use super::plain::{fact, first_fact, list_fact};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "mlpackage", read };

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    root_model_identifier: String,
    item_info_entries: BTreeMap<String, Item>,
    #[serde(default)]
    file_format_version: MaybeText,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    path: MaybeText,
}

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if !matches!(json::first_key(head)?, "fileFormatVersion" | "itemInfoEntries" | "rootModelIdentifier") {
        return None;
    }
    let manifest: Manifest = json::whole(blob, 1 << 20)?;
    manifest.item_info_entries.get(&manifest.root_model_identifier)?;
    let mut facts = Facts { role: "index", sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "coreml");
    first_fact(&mut facts, "format_version", [manifest.file_format_version.text()]);
    list_fact(&mut facts, "members", manifest.item_info_entries.values().filter_map(|item| item.path.text()), 16);
    Some(facts)
}

/// A manifest, for the tests.
#[cfg(test)]
pub(super) fn sample() -> Vec<u8> {
    br#"{"fileFormatVersion":"1.0.0","itemInfoEntries":{"A":{"author":"com.apple.CoreML","path":"com.apple.CoreML/model.mlmodel"}},"rootModelIdentifier":"A"}"#
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn the_root_must_be_an_item() {
        assert_eq!(fact_of(&read_as("Manifest.json", &sample(), read).expect("a package"), "members"), Some("com.apple.CoreML/model.mlmodel"));
        assert!(read_as("Manifest.json", br#"{"fileFormatVersion":"1","itemInfoEntries":{},"rootModelIdentifier":"A"}"#, read).is_none());
    }
}
