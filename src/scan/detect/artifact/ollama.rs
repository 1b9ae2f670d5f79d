//! Models as OCI artifacts: manifests of Ollama, Docker, KitOps and ModelPack, whose layers are named by SHA-256,
//! and Ollama's blobs `sha256-<hex>`.

use serde::Deserialize;

use super::{Facts, Format, hub_cache, json, names};
use crate::domain::{Blob, Digest, DigestKind};

pub(super) const FORMAT: Format = Format { name: "oci-model", read };

/// Longest manifest that is read.
const LONGEST: u64 = 1 << 20;
/// Media types of layers that hold weights, at their start.
const WEIGHTS: [&str; 7] = [
    "application/vnd.ollama.image.model",
    "application/vnd.ollama.image.adapter",
    "application/vnd.ollama.image.projector",
    "application/vnd.docker.ai.gguf",
    "application/vnd.docker.ai.safetensors",
    "application/vnd.cncf.model.weight",
    "application/vnd.kitops.modelkit.model",
];

#[derive(Deserialize)]
struct Manifest {
    #[serde(rename = "schemaVersion")]
    version: u32,
    layers: Vec<Layer>,
}

#[derive(Deserialize)]
struct Layer {
    #[serde(rename = "mediaType")]
    media_type: String,
    digest: String,
    #[serde(default)]
    size: u64,
    /// Where Ollama took it from.
    from: Option<String>,
}

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let beginning = head.get(..4096).unwrap_or(head);
    if !json::is_object(head) || memchr::memmem::find(beginning, b"\"schemaVersion\"").is_none() {
        return None;
    }
    let manifest: Manifest = json::whole(blob, LONGEST)?;
    let layers: Vec<_> = manifest.layers.into_iter().filter(|layer| WEIGHTS.iter().any(|kind| layer.media_type.starts_with(kind))).collect();
    if manifest.version != 2 || layers.is_empty() {
        return None;
    }
    let mut facts = Facts { role: "pointer", sureness: crate::domain::Sureness::Certain, ..Facts::default() };
    facts.size = Some(layers.iter().fold(0, |sum: u64, layer| sum.saturating_add(layer.size)));
    facts.facts.extend(name(blob.encoded_path()).map(|name| ("name", name)));
    facts.facts.extend(layers.iter().find_map(|layer| layer.from.clone()).map(|from| ("source", from)));
    facts.relation = layers.iter().any(|layer| layer.media_type.ends_with(".adapter")).then_some("adapter");
    let hex = |layer: &Layer| layer.digest.strip_prefix("sha256:").filter(|hex| names::is_hex(hex, 64)).map(str::to_owned);
    facts.digests = layers.iter().filter_map(hex).map(|hex| Digest { kind: DigestKind::Sha256, hex }).collect();
    Some(facts)
}

/// `…/manifests/registry.ollama.ai/library/llama3/8b` is `library/llama3:8b`.
fn name(path: &str) -> Option<String> {
    let (_, rest) = path.split_once("manifests/")?;
    let parts: Vec<_> = rest.split('/').collect();
    match parts.as_slice() {
        [_, organisation, model, tag] => Some(format!("{organisation}/{model}:{tag}")),
        _ => None,
    }
}

/// Adds the digest that an Ollama blob's name is.
pub(super) fn add(blob: &Blob<'_>, facts: &mut Facts) {
    if let Some(hex) = blob.encoded_name().strip_prefix("sha256-").filter(|hex| names::is_hex(hex, 64)) {
        hub_cache::add_digest(facts, hex);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::recognise;

    fn manifest(kind: &str) -> String {
        let hex = "c4".repeat(32);
        format!(
            r#"{{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{{"digest":"sha256:00"}},"layers":[{{"mediaType":"{kind}","digest":"sha256:{hex}","size":12}}]}}"#
        )
    }

    #[test]
    fn a_manifest_points_to_its_weights() {
        let text = manifest("application/vnd.ollama.image.model");
        let artifact = recognise("models/manifests/registry.ollama.ai/library/llama3/8b", text.as_bytes()).expect("it is a manifest");
        assert_eq!(artifact.facts.get("name").map(String::as_str), Some("library/llama3:8b"));
        assert_eq!((artifact.size, artifact.digests.len()), (12, 1));
    }

    #[test]
    fn container_images_are_no_models() {
        assert_eq!(recognise("manifest.json", manifest("application/vnd.oci.image.layer.v1.tar").as_bytes()), None);
    }

    #[test]
    fn a_blob_is_named_by_its_digest() {
        let artifact = recognise(&format!("blobs/sha256-{}", "d1".repeat(32)), &super::super::pickle::samples::model()).expect("it is a model");
        assert_eq!(artifact.digests.first().map(|digest| digest.hex.clone()), Some("d1".repeat(32)));
    }
}
