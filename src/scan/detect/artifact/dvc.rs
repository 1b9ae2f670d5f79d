//! DVC pointers: `.dvc` files and `dvc.lock`, which name outputs by path, size and MD5.

use serde::Deserialize;

use super::{Facts, Format, names};
use crate::domain::{Blob, Digest, DigestKind};

pub(super) const FORMAT: Format = Format { name: "dvc-pointer", read };

/// Longest file that is read.
const LONGEST: u64 = 1 << 20;

/// Both kinds of file; unknown fields are none of ours.
#[derive(Deserialize)]
struct Pointers {
    #[serde(default)]
    outs: Vec<Output>,
    #[serde(default)]
    stages: std::collections::BTreeMap<String, Stage>,
}

#[derive(Deserialize)]
struct Stage {
    #[serde(default)]
    outs: Vec<Output>,
}

#[derive(Deserialize)]
struct Output {
    path: String,
    md5: Option<String>,
    size: Option<u64>,
}

fn read(blob: &Blob<'_>, _head: &[u8]) -> Option<Facts> {
    let name = blob.encoded_name();
    if !(name.ends_with(".dvc") || name == "dvc.lock") || blob.len() > LONGEST {
        return None;
    }
    let bytes = blob.whole().ok()?;
    let pointers: Pointers = serde_saphyr::from_str(std::str::from_utf8(&bytes).ok()?).ok()?;
    let outputs = pointers.outs.into_iter().chain(pointers.stages.into_values().flat_map(|stage| stage.outs));
    // The digest of a directory is one of its listing, `….dir`, and names no file.
    let models: Vec<_> = outputs.filter(|output| names::is_of_model(&output.path) && output.md5.as_ref().is_some_and(|md5| names::is_hex(md5, 32))).collect();
    if models.is_empty() {
        return None;
    }
    let mut facts = Facts { role: "pointer", ..Facts::default() };
    facts.size = models.iter().map(|output| output.size).sum();
    facts.facts.push(("name", models.iter().map(|output| output.path.as_str()).collect::<Vec<_>>().join(", ")));
    facts.digests = models.into_iter().filter_map(|output| output.md5).map(|hex| Digest { kind: DigestKind::Md5, hex }).collect();
    facts.digests.sort_by(|a, b| a.hex.cmp(&b.hex));
    facts.digests.dedup();
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::super::testing::recognise;

    #[test]
    fn outputs_that_are_models_are_pointed_to() {
        let md5 = "1f".repeat(16);
        let text = format!("outs:\n- md5: {md5}\n  size: 77\n  hash: md5\n  path: churn.joblib\n- md5: {md5}.dir\n  path: data\n");
        let artifact = recognise("churn.joblib.dvc", text.as_bytes()).expect("it is a pointer");
        assert_eq!((artifact.role.as_str(), artifact.size, artifact.digests.len()), ("pointer", 77, 1));
        assert_eq!(artifact.facts.get("name").map(String::as_str), Some("churn.joblib"));
        assert_eq!(recognise("data.csv.dvc", text.replace("churn.joblib", "data.csv").as_bytes()), None);
    }

    #[test]
    fn a_lock_file_lists_stages() {
        let text = format!(
            "schema: '2.0'\nstages:\n  train:\n    cmd: python train.py\n    deps:\n    - path: train.py\n      md5: {}\n    outs:\n    - path: model.pkl\n      md5: {}\n      size: 5\n",
            "00".repeat(16),
            "ab".repeat(16)
        );
        let artifact = recognise("dvc.lock", text.as_bytes()).expect("it is a pointer");
        assert_eq!(artifact.digests.first().map(|digest| digest.hex.clone()), Some("ab".repeat(16)));
    }
}
