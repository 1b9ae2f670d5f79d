//! Triton's `config.pbtxt`: which backend serves a model, with which inputs. The versions of the model lie in folders beside it.

use super::plain::{fact, first_fact, hazard};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "triton-config", read };

const LONGEST: u64 = 1 << 20;

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if !blob.encoded_name().ends_with(".pbtxt") || blob.len() > LONGEST {
        return None;
    }
    let text = std::str::from_utf8(head).ok()?;
    let value = |key: &str| {
        text.lines().find_map(|line| line.trim().strip_prefix(key)?.trim_start().strip_prefix(':')).map(|value| value.trim().trim_matches(['"', '\'']))
    };
    let backend = value("backend").or_else(|| value("platform")).filter(|backend| !backend.is_empty())?;
    let has = |word: &str| text.lines().any(|line| line.trim().starts_with(word));
    if !(has("input") || has("max_batch_size") || has("instance_group") || has("ensemble_scheduling")) {
        return None;
    }
    let mut facts = Facts { role: "config", sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "triton");
    first_fact(&mut facts, "name", [value("name")]);
    fact(&mut facts, "backend", backend);
    if backend == "python" {
        hazard(&mut facts, false, format!("code of the repository: {}", value("default_model_filename").unwrap_or("model.py")));
    }
    Some(facts)
}

/// A configuration, for the tests.
#[cfg(test)]
pub(super) const SAMPLE: &str =
    "name: \"ranker\"\nbackend: \"onnxruntime\"\nmax_batch_size: 8\ninput [\n  { name: \"x\" data_type: TYPE_FP32 dims: [ 4 ] }\n]\n";

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn a_backend_with_inputs() {
        let facts = read_as("m/config.pbtxt", SAMPLE.as_bytes(), read).expect("a configuration");
        assert_eq!((fact_of(&facts, "name"), fact_of(&facts, "backend"), facts.hazards.len()), (Some("ranker"), Some("onnxruntime"), 0));
        let python = SAMPLE.replace("onnxruntime", "python");
        assert_eq!(read_as("config.pbtxt", python.as_bytes(), read).expect("a configuration").hazards[0].what, "code of the repository: model.py");
        for other in ["platform: \"linux\"\n", "backend: \"\"\ninput {}\n", "item {\n  name: 'cat'\n  id: 1\n}\n"] {
            assert!(read_as("config.pbtxt", other.as_bytes(), read).is_none(), "{other}");
        }
    }
}
