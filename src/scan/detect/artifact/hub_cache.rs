//! The Hugging Face hub cache: `models--org--name/blobs/<digest>` and `…/snapshots/<commit>/<file>`. The path tells the
//! repository, and the name of a large blob is its SHA-256, so that terabytes can be held against a registry unread.

use super::{Facts, names};
use crate::domain::{Blob, Digest, DigestKind};

/// Adds what the path says to what the content said.
pub(super) fn add(blob: &Blob<'_>, facts: &mut Facts) {
    let path = blob.encoded_path();
    let Some(at) = path.rfind("models--") else { return };
    let is_start = path.get(..at).is_some_and(|before| before.is_empty() || before.ends_with('/'));
    let mut parts = path.get(at + "models--".len()..).unwrap_or_default().split('/');
    let (true, Some(repository), Some(folder), Some(name)) = (is_start, parts.next(), parts.next(), parts.next()) else { return };
    match folder {
        "blobs" if names::is_hex(name, 64) => add_digest(facts, name),
        "blobs" => {}
        "snapshots" if names::is_hex(name, 40) => facts.facts.push(("commit", name.to_owned())),
        _ => return,
    }
    facts.facts.push(("repository", repository.replacen("--", "/", 1)));
}

pub(super) fn add_digest(facts: &mut Facts, hex: &str) {
    let digest = Digest { kind: DigestKind::Sha256, hex: hex.to_owned() };
    if !facts.digests.contains(&digest) {
        facts.digests.push(digest);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::recognise;

    #[test]
    fn the_path_of_a_blob_tells_repository_and_digest() {
        let bytes = super::super::pickle::samples::model();
        let hex = "7e".repeat(32);
        let artifact = recognise(&format!("hub/models--org--tiny--model/blobs/{hex}"), &bytes).expect("it is a model");
        assert_eq!(artifact.facts.get("repository").map(String::as_str), Some("org/tiny--model"));
        assert_eq!(artifact.digests.first().map(|digest| digest.hex.as_str()), Some(hex.as_str()));
        let commit = "5c".repeat(20);
        let artifact = recognise(&format!("models--org--tiny/snapshots/{commit}/model.pkl"), &bytes).expect("it is a model");
        assert_eq!(artifact.facts.get("commit"), Some(&commit));
        assert!(artifact.digests.is_empty());
    }
}
