//! GGUF, the format of llama.cpp: key-value pairs that describe the model, descriptions of its tensors, then their bytes.
//! (<https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>)

mod ggml_types;
mod reader;

use std::collections::BTreeMap;

use super::names::is_shard_name;
use super::pages::Pages;
use super::plain::{base, fact, first_fact, hazard, list_fact, template_hazard, text};
use super::{Facts, Format, tensor_identity};
use crate::domain::{Blob, Sureness};
use reader::{Contents, Value};

pub(super) const FORMAT: Format = Format { name: "gguf", read };

const PAGE: u64 = 1 << 20;
/// Vocabularies and tensor descriptions of the largest models fit in a few dozen mebibytes.
const READS: u32 = 96;

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    head.strip_prefix(b"GGUF")?;
    let contents = reader::contents(&mut Pages::new(blob, head, PAGE, READS))?;
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    if let Some(missing) = contents.missing(blob.len()) {
        facts.sureness = Sureness::Likely;
        fact(&mut facts, "truncated", missing);
    }
    if contents.irregular {
        facts.sureness = Sureness::Likely;
        fact(&mut facts, "irregular", "a header that no writer writes");
    }
    fact(&mut facts, "framework", "ggml");
    model_facts(&mut facts, &contents);
    origins(&mut facts, &contents.values);
    facts.role = role(&contents, &blob.name());
    if facts.role == "adapter" {
        facts.relation = Some("adapter");
    }
    if contents.complete && !contents.tensors.is_empty() {
        facts.digests.push(tensor_identity(contents.tensors.iter().map(reader::Tensor::line), blob.len()));
    }
    for (key, value) in &contents.values {
        let is_template = key.starts_with("tokenizer.chat_template");
        match value {
            Value::Text(value) => {
                text(&mut facts, key, value.as_bytes());
                if is_template {
                    template_hazard(&mut facts, value);
                }
            }
            Value::Other if is_template => hazard(&mut facts, false, "chat template that is too long to be read"),
            _ => {}
        }
    }
    Some(facts)
}

fn model_facts(facts: &mut Facts, contents: &Contents) {
    let values = &contents.values;
    let get = |key: &str| values.get(key).and_then(Value::text);
    first_fact(facts, "name", [get("general.name"), get("general.basename")]);
    first_fact(facts, "version", [get("general.version")]);
    first_fact(facts, "architecture", [get("general.architecture")]);
    first_fact(facts, "license", [get("general.license"), get("general.license.name")]);
    first_fact(facts, "author", [get("general.author"), get("general.organization")]);
    first_fact(facts, "organization", [get("general.organization")]);
    first_fact(facts, "producer", [get("general.quantized_by")]);
    first_fact(facts, "source", [get("general.repo_url"), get("general.url"), get("general.source.repo_url"), get("general.source.url")]);
    first_fact(facts, "uuid", [get("general.uuid")]);
    first_fact(facts, "type", [get("general.type")]);
    first_fact(facts, "size_label", [get("general.size_label")]);
    first_fact(facts, "finetune", [get("general.finetune")]);
    let said = values.get("general.file_type").and_then(Value::number).and_then(ggml_types::file_type);
    first_fact(facts, "quantisation", [said, contents.main_type()]);
    if contents.complete && !contents.tensors.is_empty() {
        fact(facts, "parameters", contents.parameters().to_string());
    }
    if let Some(count) = values.get("split.count").and_then(Value::number).filter(|count| *count > 1) {
        let number = values.get("split.no").and_then(Value::number).unwrap_or_default();
        fact(facts, "shard", format!("{} of {count}", number.saturating_add(1)));
    }
}

/// Base models and datasets, numbered from 0.
fn origins(facts: &mut Facts, values: &BTreeMap<String, Value>) {
    let get = |key: String| values.get(&key).and_then(Value::text).filter(|value| !value.trim().is_empty());
    let named = |kind: &str, number: u32| {
        let field = |name: &str| get(format!("general.{kind}.{number}.{name}"));
        let joined = || Some(format!("{}/{}", field("organization")?, field("name")?).replace(' ', "-"));
        field("repo_url").map(str::to_owned).or_else(joined).or_else(|| field("name").map(str::to_owned)).or_else(|| field("url").map(str::to_owned))
    };
    (0..64).map_while(|number| named("base_model", number)).for_each(|value| base(facts, &value));
    let mut datasets: Vec<String> = (0..64).map_while(|number| named("dataset", number)).collect();
    datasets.extend(values.get("general.datasets").map(Value::texts).unwrap_or_default().iter().cloned());
    list_fact(facts, "datasets", datasets.iter().map(String::as_str), 16);
    facts.relation = match facts.bases.len() {
        0 => None,
        1 if get("general.finetune".into()).is_some() => Some("fine-tune"),
        1 => get("general.quantized_by".into()).map(|_| "quantized"),
        _ => Some("merge"),
    };
}

fn role(contents: &Contents, name: &str) -> &'static str {
    let shards = contents.values.get("split.count").and_then(Value::number).unwrap_or_default();
    match contents.values.get("general.type").and_then(Value::text) {
        Some("adapter") => "adapter",
        Some("imatrix") => "data",
        Some("mmproj") => "weights",
        _ if shards > 1 || is_shard_name(name) => "weights",
        // llama.cpp keeps vocabularies in files of their own.
        _ if contents.complete && contents.tensors.is_empty() => "tokenizer",
        _ => "",
    }
}

/// Writes files, for the tests of this and other formats.
///
/// A file of text pairs, numbers, one array and one F32 tensor of 4 elements.
#[cfg(test)]
pub(super) fn write(texts: &[(&str, &str)], numbers: &[(&str, u32)], vocabulary: usize) -> Vec<u8> {
    let string = |text: &str| [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat();
    let mut bytes = b"GGUF\x03\0\0\0".to_vec();
    bytes.extend(1u64.to_le_bytes());
    bytes.extend((texts.len() as u64 + numbers.len() as u64 + 1).to_le_bytes());
    bytes.extend(string("tokenizer.ggml.tokens"));
    bytes.extend([&9u32.to_le_bytes()[..], &8u32.to_le_bytes(), &(vocabulary as u64).to_le_bytes()].concat());
    (0..vocabulary).for_each(|n| bytes.extend(string(&format!("token {n}"))));
    texts.iter().for_each(|(key, value)| bytes.extend([string(key), 8u32.to_le_bytes().to_vec(), string(value)].concat()));
    numbers.iter().for_each(|(key, value)| bytes.extend([string(key), 4u32.to_le_bytes().to_vec(), value.to_le_bytes().to_vec()].concat()));
    bytes.extend([string("w"), 2u32.to_le_bytes().to_vec(), 2u64.to_le_bytes().to_vec(), 2u64.to_le_bytes().to_vec()].concat());
    bytes.extend([0u32.to_le_bytes().to_vec(), 0u64.to_le_bytes().to_vec()].concat());
    bytes.resize(bytes.len().next_multiple_of(32) + 16, 0);
    bytes
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as, read_ranged};
    use super::*;

    const TEXTS: [(&str, &str); 4] = [
        ("general.architecture", "llama"),
        ("general.name", "Tiny"),
        ("general.base_model.0.repo_url", "https://huggingface.co/org/base"),
        ("general.finetune", "chat"),
    ];

    #[test]
    fn pairs_tell_the_model_even_behind_a_long_vocabulary() {
        let bytes = write(&TEXTS, &[("general.file_type", 15)], 20_000);
        for facts in [read_as("blob", &bytes, read), read_ranged("blob", &bytes, read)] {
            let facts = facts.expect("a sound file");
            let told = ["name", "architecture", "quantisation", "parameters"].map(|name| fact_of(&facts, name).unwrap_or_default());
            assert_eq!(told, ["Tiny", "llama", "Q4_K_M", "4"]);
            assert_eq!((facts.sureness, &facts.bases[..], facts.relation), (Sureness::Certain, &["org/base".to_owned()][..], Some("fine-tune")));
            assert_eq!(facts.digests.len(), 1);
        }
    }

    #[test]
    fn relations_are_told_where_they_are_said() {
        let base = ("general.base_model.0.name", "base");
        let relation = |texts: &[(&str, &str)]| read_as("x", &write(texts, &[], 1), read).and_then(|facts| facts.relation);
        assert_eq!(relation(&[base]), None);
        assert_eq!(relation(&[base, ("general.quantized_by", "someone")]), Some("quantized"));
        assert_eq!(relation(&[base, ("general.base_model.1.name", "other")]), Some("merge"));
        assert_eq!(relation(&[base, ("general.type", "adapter")]), Some("adapter"));
    }

    #[test]
    fn a_file_cut_in_its_tensors_is_likely_and_says_so() {
        let bytes = write(&TEXTS, &[], 1);
        let facts = read_as("blob", &bytes[..bytes.len() - 1], read).expect("the header is whole");
        assert_eq!((facts.sureness, fact_of(&facts, "truncated").is_some()), (Sureness::Likely, true));
        assert!(fact_of(&read_as("blob", &bytes, read).expect("whole"), "truncated").is_none());
    }

    #[test]
    fn a_header_that_lies_hides_nothing() {
        let honest = write(&[("general.architecture", "llama"), ("general.name", "Tiny")], &[("general.alignment", 32)], 1);
        let at = |mark: &[u8]| memchr::memmem::find(&honest, mark).expect("the sample has it");
        let lie = |at: usize, bytes: &[u8]| {
            let mut lying = honest.clone();
            lying[at..at + bytes.len()].copy_from_slice(bytes);
            let facts = read_as("blob", &lying, read).expect("it is still a model");
            (facts.sureness, fact_of(&facts, "name").map(str::to_owned), fact_of(&facts, "irregular").is_some(), fact_of(&facts, "truncated").is_some())
        };
        let name = Some("Tiny".to_owned());
        assert_eq!(lie(8, &[0xff; 8]), (Sureness::Likely, name.clone(), true, false), "the number of tensors");
        assert_eq!(lie(at(b"general.architecture"), b"\xff\n"), (Sureness::Likely, name.clone(), true, false), "a key");
        assert_eq!(lie(at(b"general.alignment") + 21, &[0, 0, 0, 0x80]), (Sureness::Likely, name.clone(), false, true), "the alignment");
        assert_eq!(lie(honest.len() - 60, &[9, 0, 0, 0]).0, Sureness::Likely, "something in the tensors");
        assert_eq!(lie(16, &[1 << 6]), (Sureness::Likely, name, true, false), "the number of pairs");
    }

    #[test]
    fn roles() {
        let role = |texts: &[(&str, &str)], numbers: &[(&str, u32)], name: &str| read_as(name, &write(texts, numbers, 1), read).map(|facts| facts.role);
        assert_eq!(role(&[("general.type", "adapter")], &[], "x"), Some("adapter"));
        assert_eq!(role(&TEXTS, &[("split.count", 3)], "x"), Some("weights"));
        assert_eq!(role(&TEXTS, &[("split.count", 1)], "x"), Some(""));
        assert_eq!(role(&TEXTS, &[], "m-00001-of-00002.gguf"), Some("weights"));
    }

    #[test]
    fn a_template_that_reaches_for_the_interpreter_is_a_hazard() {
        let template = "{{ ''.__class__.__mro__ }}";
        let facts = read_as("x", &write(&[("tokenizer.chat_template", template)], &[], 1), read).expect("sound");
        assert!(facts.hazards.iter().any(|hazard| hazard.runs_code));
        let facts = read_as("x", &write(&[("tokenizer.chat_template", "{{ messages }}")], &[], 1), read).expect("sound");
        assert!(facts.hazards.is_empty());
    }

    #[test]
    fn the_four_letters_alone_are_no_model() {
        for bytes in [&b"GGUF"[..], b"GGUF\x03\0\0\0", b"GGUF is a file format, and this is a text about it.", &[&b"GGUF\x03\0\0\0"[..], &[0; 64]].concat()] {
            assert!(read_as("x.gguf", bytes, read).is_none());
        }
        let huge = [&b"GGUF\x03\0\0\0"[..], &[0xff; 64]].concat();
        assert!(read_as("x.gguf", &huge, read).is_none());
    }
}
