//! ML.NET: a zip with a folder for each part of the pipeline, and `TrainingInfo/Version.txt`.

use super::plain::{fact, list_fact};
use super::zipdir::Zip;
use super::{Facts, ZipFormat};
use crate::domain::Sureness;

pub(super) const FORMAT: ZipFormat = ZipFormat { name: "mlnet", read };

fn read(zip: &Zip<'_>) -> Option<Facts> {
    // Windows writes either slash.
    let parts = |name: &str| name.replace('\\', "/");
    let version = zip.members.iter().find(|member| parts(&member.name) == "TrainingInfo/Version.txt")?;
    let names: Vec<_> = zip.members.iter().map(|member| parts(&member.name)).collect();
    if !names.iter().any(|name| name.starts_with("TransformerChain/") || name.starts_with("Predictor/") || name.ends_with("/Model.key") || name == "Model.key")
    {
        return None;
    }
    let version = zip.read(version, 256).unwrap_or_default();
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "ml.net");
    let version = String::from_utf8_lossy(&version);
    fact(&mut facts, "producer", format!("ml.net {}", version.split_whitespace().next().unwrap_or_default()));
    let steps = names.iter().filter_map(|name| name.strip_prefix("TransformerChain/")?.strip_suffix("/Model.key"));
    list_fact(&mut facts, "contents", steps, 16);
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::super::testing::recognise;
    use super::super::zipdir::samples::zip;

    #[test]
    fn folders_of_a_pipeline() {
        for slash in ["/", "\\"] {
            let names = ["TrainingInfo/Version.txt", "TransformerChain/Transform_000/Model.key", "Schema"].map(|name| name.replace('/', slash));
            let artifact = recognise("m.zip", &zip(&[(&names[0], b"3.0.1 @BuiltBy: x"), (&names[1], b"x"), (&names[2], b"x")])).expect("it is a model");
            assert_eq!(artifact.facts.get("producer").map(String::as_str), Some("ml.net 3.0.1"));
        }
        assert_eq!(recognise("t.zip", &zip(&[("TrainingInfo/Version.txt", b"1"), ("plan.doc", b"x")])), None);
    }
}
