//! YAML that builds Python objects: `!!python/object/apply:module.name` calls a function where PyYAML's unsafe loaders read it, as those of
//! many training frameworks do with a model's configuration.

use super::pickle;
use super::plain::hazard;
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "yaml-python", read };

const LONGEST: u64 = 4 << 20;
const MARK: &[u8] = b"python/object";

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let name = blob.encoded_name();
    if !(name.ends_with(".yaml") || name.ends_with(".yml") || name == "MLmodel") || blob.len() > LONGEST {
        return None;
    }
    let bytes = if head.len() as u64 == blob.len() { head.into() } else { blob.whole().ok()? };
    memchr::memmem::find(&bytes, MARK)?;
    let text = std::str::from_utf8(&bytes).ok()?;
    let mut facts = Facts { role: "data", sureness: Sureness::Likely, ..Facts::default() };
    text.lines().filter_map(call).take(256).for_each(|(module, name)| match pickle::judged(module, name, true) {
        Some(true) => hazard(&mut facts, true, format!("{module}.{name} (by a tag of YAML)")),
        Some(false) => hazard(&mut facts, false, format!("class {module}.{name} (by a tag of YAML)")),
        None => {}
    });
    if facts.hazards.iter().any(|hazard| hazard.runs_code) {
        facts.sureness = Sureness::Certain;
    }
    (!facts.hazards.is_empty()).then_some(facts)
}

/// The function or class that a line's tag calls: where a value may stand, and in no comment.
fn call(line: &str) -> Option<(&str, &str)> {
    const TAGS: [&str; 4] = ["!!python/object/apply:", "!!python/object/new:", "!!python/object:", "!<tag:yaml.org,2002:python/object/apply:"];
    let (at, tag) = TAGS.iter().find_map(|tag| line.find(tag).map(|at| (at, tag)))?;
    let before = line[..at].trim_end();
    if before.contains('#') || !(before.is_empty() || before.ends_with([':', '-', '[', ',', '{', '?'])) {
        return None;
    }
    let name = line[at + tag.len()..].split(|c: char| !(c.is_alphanumeric() || "._".contains(c))).next()?;
    // `apply:eval` is one of the builtins.
    Some(name.rsplit_once('.').unwrap_or(("builtins", name))).filter(|(_, name)| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::testing::read_as;
    use super::*;

    fn hazards(text: &str) -> Vec<(bool, String)> {
        let facts = read_as("configs/model.yaml", text.as_bytes(), read);
        facts.map(|facts| facts.hazards.into_iter().map(|hazard| (hazard.runs_code, hazard.what)).collect()).unwrap_or_default()
    }

    #[test]
    fn tags_that_call_are_judged() {
        assert_eq!(hazards("net:\n  act: !!python/object/apply:os.system [id]\n"), [(true, "os.system (by a tag of YAML)".to_owned())]);
        assert_eq!(hazards("- !!python/object/apply:eval ['1']\n"), [(true, "builtins.eval (by a tag of YAML)".to_owned())]);
        assert_eq!(hazards("!<tag:yaml.org,2002:python/object/apply:subprocess.Popen>\n- id\n").len(), 1);
        assert_eq!(hazards("x: !!python/object:acme.Net {a: 1}\n"), [(false, "class acme.Net (by a tag of YAML)".to_owned())]);
    }

    #[test]
    fn comments_texts_and_plain_tags_are_left_alone() {
        for text in [
            "# see !!python/object/apply:os.system\n",
            "doc: never write !!python/object/apply:os.system\n",
            "a: !!python/tuple [1, 2]\n",
            "a: !!python/object/apply:collections.OrderedDict\n",
        ] {
            assert_eq!(hazards(text), [], "{text}");
        }
        assert!(read_as("notes.md", b"!!python/object/apply:os.system [id]", read).is_none());
    }
}
