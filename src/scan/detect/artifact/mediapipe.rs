//! MediaPipe task bundles (`.task`): a zip of TensorFlow Lite models at its root, all of them stored, so that they can be mapped.

use super::plain::{fact, list_fact};
use super::zipdir::Zip;
use super::{Facts, ZipFormat};
use crate::domain::Sureness;

pub(super) const FORMAT: ZipFormat = ZipFormat { name: "mediapipe-task", read };

/// Beside models a task has vocabularies, labels and descriptions; packages of applications have much more.
const MOST_MEMBERS: usize = 64;

fn read(zip: &Zip<'_>) -> Option<Facts> {
    if zip.members.len() > MOST_MEMBERS || zip.members.iter().any(|member| member.name.contains('/') || !member.is_stored()) {
        return None;
    }
    let models: Vec<_> = zip.members.iter().filter(|member| is_model(&member.name)).collect();
    let proven = models.iter().any(|member| zip.read(member, 8).is_some_and(|head| head.get(4..8) == Some(b"TFL3")));
    if !proven {
        return None;
    }
    let mut facts = Facts { sureness: Sureness::Certain, holds_artifacts: true, ..Facts::default() };
    fact(&mut facts, "framework", "mediapipe");
    list_fact(&mut facts, "members", models.iter().map(|member| member.name.as_str()), 16);
    Some(facts)
}

/// Bundles of language models have names in capitals.
fn is_model(name: &str) -> bool {
    name.ends_with(".tflite") || name.starts_with("TF_LITE_")
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::super::zipdir::samples::{packed, zip};

    #[test]
    fn a_bundle_of_stored_models() {
        let members: [(&str, &[u8]); 2] = [("hand_detector.tflite", b"\x1c\0\0\0TFL3"), ("labels.txt", b"a")];
        let found_there = found("hand", &zip(&members)).expect("it is a bundle");
        assert_eq!((found_there.artifact.facts.get("members").map(String::as_str), found_there.holds_artifacts), (Some("hand_detector.tflite"), true));
        assert!(found("x", &packed(&members, zip::CompressionMethod::Deflated, false)).is_none());
        assert!(found("app.apk", &zip(&[("assets/m.tflite", b"\x1c\0\0\0TFL3"), ("classes.dex", b"x")])).is_none());
        assert!(found("x", &zip(&[("notes.tflite", b"in words")])).is_none());
    }
}
