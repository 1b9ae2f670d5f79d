//! Recipes of packaged models: Ollama's `Modelfile` and KitOps' `Kitfile`. They name the base, the adapter, the license.

use serde::Deserialize;

use super::plain::{base, fact, first_fact, text};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const MODELFILE: Format = Format { name: "modelfile", read: modelfile };
pub(super) const KITFILE: Format = Format { name: "kitfile", read: kitfile };

const LONGEST: u64 = 1 << 20;
/// Instructions that a Dockerfile does not have; of these one must be there, unless the name tells.
const OWN: [&str; 7] = ["PARAMETER", "TEMPLATE", "SYSTEM", "ADAPTER", "LICENSE", "MESSAGE", "REQUIRES"];
/// Instructions that only a Dockerfile has.
const FOREIGN: [&str; 12] = ["RUN", "COPY", "CMD", "ENTRYPOINT", "ENV", "ADD", "WORKDIR", "ARG", "EXPOSE", "LABEL", "USER", "VOLUME"];

fn modelfile(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if !matches!(head.trim_ascii_start().first()?, b'F' | b'f' | b'#') || blob.len() > LONGEST {
        return None;
    }
    let name = blob.encoded_name();
    let named =
        name.eq_ignore_ascii_case("Modelfile") || name.to_ascii_lowercase().ends_with(".modelfile") || name.to_ascii_lowercase().starts_with("modelfile.");
    // Comments of other files go on for long.
    if !named && !opens(head) {
        return None;
    }
    let text = std::str::from_utf8(head).ok()?;
    let instructions = instructions(text);
    let of = |word: &str| instructions.iter().find(|(known, _)| known == word).map(|(_, value)| value.as_str());
    let from = of("FROM").filter(|from| !from.is_empty() && !from.contains(' '))?;
    let has = |words: &[&str]| instructions.iter().any(|(word, _)| words.contains(&word.as_str()));
    if has(&FOREIGN) || !(named || has(&OWN)) {
        return None;
    }
    let mut facts = Facts { role: "config", sureness: if named { Sureness::Certain } else { Sureness::Likely }, ..Facts::default() };
    fact(&mut facts, "framework", "ollama");
    first_fact(&mut facts, "license", [of("LICENSE").map(|license| license.trim_matches('"').lines().next().unwrap_or_default())]);
    first_fact(&mut facts, "adapter", [of("ADAPTER")]);
    base(&mut facts, from);
    facts.relation = of("ADAPTER").map(|_| "adapter");
    Some(facts)
}

/// The first line that is no comment is a `FROM`, in capitals: much Python begins with the other.
fn opens(head: &[u8]) -> bool {
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.find(|line| line.first().is_some_and(|byte| *byte != b'#')).is_some_and(|line| line.starts_with(b"FROM "))
}

/// Words in front of lines, and what follows; the lines between triple quotes belong to what they began with.
fn instructions(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut quoted = false;
    for line in text.lines() {
        let (was, quotes) = (quoted, line.matches("\"\"\"").count());
        quoted ^= quotes % 2 == 1;
        let line = line.trim();
        if was || line.starts_with('#') || line.is_empty() {
            continue;
        }
        let (word, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        found.push((word.to_ascii_uppercase(), value.trim().to_owned()));
    }
    found
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kitfile {
    #[serde(rename = "manifestVersion")]
    _version: String,
    #[serde(default)]
    package: Package,
    model: KitModel,
    #[serde(default)]
    datasets: Vec<Named>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Package {
    name: Option<String>,
    version: Option<String>,
    license: Option<String>,
    authors: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KitModel {
    path: String,
    name: Option<String>,
    version: Option<String>,
    license: Option<String>,
    framework: Option<String>,
    description: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    name: Option<String>,
    path: Option<String>,
}

fn kitfile(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    // YAML is dear to read.
    if blob.len() > LONGEST || memchr::memmem::find(head.get(..4096).unwrap_or(head), b"manifestVersion:").is_none() {
        return None;
    }
    let bytes = blob.whole().ok()?;
    let kit: Kitfile = serde_saphyr::from_str(std::str::from_utf8(&bytes).ok()?).ok()?;
    let (package, model) = (kit.package, kit.model);
    let mut facts = Facts { role: "config", sureness: Sureness::Certain, ..Facts::default() };
    first_fact(&mut facts, "framework", [model.framework.as_deref()]);
    first_fact(&mut facts, "name", [model.name.as_deref(), package.name.as_deref()]);
    first_fact(&mut facts, "version", [model.version.as_deref(), package.version.as_deref()]);
    first_fact(&mut facts, "license", [model.license.as_deref(), package.license.as_deref()]);
    first_fact(&mut facts, "author", [package.authors.first().map(String::as_str)]);
    let datasets: Vec<_> = kit.datasets.into_iter().filter_map(|dataset| dataset.name.or(dataset.path)).collect();
    fact(&mut facts, "datasets", datasets.join(", "));
    text(&mut facts, "description", model.description.unwrap_or_default().as_bytes());
    // A path of the folder, or the address of another kit.
    if !model.path.starts_with(['.', '/']) && model.path.contains('/') && model.path.contains(':') {
        base(&mut facts, &model.path);
    }
    fact(&mut facts, "path", model.path);
    Some(facts)
}

/// One file of each, for the tests.
#[cfg(test)]
pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let kit = "manifestVersion: 1.0.0\npackage:\n  name: churn\n  authors: [Ann]\nmodel:\n  path: ./model.onnx\n  framework: onnx\n  license: MIT\ndatasets:\n- name: visits\n  path: ./visits.csv\n";
    vec![("modelfile", b"# a talker\nFROM llama3:8b\nPARAMETER temperature 1\nSYSTEM \"\"\"\nRUN along.\n\"\"\"\n".to_vec()), ("kitfile", kit.into())]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn recipes_name_base_adapter_and_license() {
        let facts = read_as("x", &samples()[0].1, modelfile).expect("a recipe");
        assert_eq!((&facts.bases[..], facts.sureness, facts.relation), (&["llama3:8b".to_owned()][..], Sureness::Likely, None));
        let facts = read_as("Modelfile", b"FROM ./base.gguf\nADAPTER ./lora.gguf\nLICENSE \"MIT\"\n", modelfile).expect("a recipe");
        assert_eq!((fact_of(&facts, "license"), facts.relation, facts.sureness), (Some("MIT"), Some("adapter"), Sureness::Certain));
        let facts = read_as("Kitfile", &samples()[1].1, kitfile).expect("a kit");
        assert_eq!(
            ["name", "framework", "license", "datasets", "author"].map(|name| fact_of(&facts, name).unwrap_or_default()),
            ["churn", "onnx", "MIT", "visits", "Ann"]
        );
    }

    #[test]
    fn dockerfiles_and_prose_are_none() {
        for text in
            ["FROM python:3.12\nRUN pip install x\n", "From here on\nall is well.\n", "FROM scratch\n", "# FROM llama3\n", "from a import b\nSYSTEM = 1\n"]
        {
            assert!(read_as("Dockerfile", text.as_bytes(), modelfile).is_none(), "{text}");
        }
        assert!(read_as("Kitfile", b"manifestVersion: 1\nname: x\n", kitfile).is_none());
    }
}
