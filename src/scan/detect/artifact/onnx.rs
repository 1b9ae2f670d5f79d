//! ONNX: a protocol buffer without a magic number, known by its grammar: a version, a graph of nodes with operators, nothing else.
//! (<https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>)

mod graph;

use super::names::leaves_folder;
use super::pages::Pages;
use super::plain::{fact, first_fact, hazard, list_fact, text};
use super::protobuf::{self, BYTES, Field, Message, VARINT};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};
use graph::Graph;

pub(super) const FORMAT: Format = Format { name: "onnx", read };

/// Small pages: a walk over a graph reads a few bytes of every tensor and jumps over the rest.
const PAGE: u64 = 16 << 10;
const READS: u32 = 512;
/// Local functions are fields of the model, and there may be hundreds.
const MOST_FIELDS: usize = 1 << 16;
const SCHEMA: [(u32, u8); 12] =
    [(1, VARINT), (2, BYTES), (3, BYTES), (4, BYTES), (5, VARINT), (6, BYTES), (7, BYTES), (8, BYTES), (14, BYTES), (20, BYTES), (25, BYTES), (26, BYTES)];
/// Operator sets that runtimes bring themselves.
const KNOWN_DOMAINS: [&str; 11] = [
    "",
    "ai.onnx",
    "ai.onnx.ml",
    "ai.onnx.training",
    "ai.onnx.preview.training",
    "com.microsoft",
    "com.microsoft.nchwc",
    "com.microsoft.experimental",
    "com.microsoft.dml",
    "com.ms.internal.nhwc",
    "org.pytorch.aten",
];

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let [8, 1..=20, key, ..] = head else { return None };
    if !matches!(key, 0x12 | 0x1a | 0x22 | 0x28 | 0x32 | 0x3a | 0x42 | 0x72) {
        return None;
    }
    let mut pages = Pages::new(blob, head, PAGE, READS);
    let (fields, truncated) = model_fields(&mut pages)?;
    let mut graph = graph::read(protobuf::find(&fields, 7)?, truncated, &mut pages)?;
    fields.iter().filter(|field| field.number == 25).for_each(|function| graph.function(function, &mut pages));
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    if truncated {
        facts.sureness = Sureness::Likely;
        fact(&mut facts, "truncated", "ends before its last field");
    }
    model_facts(&mut facts, &fields, &mut pages);
    graph_facts(&mut facts, graph);
    domains(&mut facts, &fields, &mut pages);
    Some(facts)
}

/// The model's own fields; `true` when the last one reaches beyond the blob.
fn model_fields(pages: &mut Pages<'_>) -> Option<(Vec<Field>, bool)> {
    let mut message = Message::new(0, pages.len());
    let mut fields = Vec::new();
    while let Some(field) = message.next(pages) {
        if !field.is_in(&SCHEMA) || fields.len() >= MOST_FIELDS {
            return None;
        }
        fields.push(field);
        if field.cut {
            return Some((fields, true));
        }
    }
    (!message.broken || pages.exhausted()).then_some((fields, false))
}

fn model_facts(facts: &mut Facts, fields: &[Field], pages: &mut Pages<'_>) {
    let mut get = |number: u32| protobuf::find(fields, number).and_then(|field| field.text(pages, 4096));
    let (producer, version, domain, doc) = (get(2).unwrap_or_default(), get(3).unwrap_or_default(), get(4).unwrap_or_default(), get(6));
    fact(facts, "framework", "onnx");
    fact(facts, "producer", format!("{producer} {version}"));
    fact(facts, "domain", domain);
    if let Some(version) = protobuf::find(fields, 5).map(|field| field.value as i64).filter(|version| *version > 0 && *version < i64::MAX) {
        fact(facts, "version", version.to_string());
    }
    text(facts, "producer_name", producer.as_bytes());
    text(facts, "doc_string", doc.unwrap_or_default().as_bytes());
    for property in fields.iter().filter(|field| field.number == 14) {
        let Some((key, value)) = entry(property, pages) else { continue };
        text(facts, &key, value.as_bytes());
        match key.to_ascii_lowercase().as_str() {
            "name" | "model_name" | "title" => fact(facts, "name", value),
            "author" | "model_author" => fact(facts, "author", value),
            "license" | "model_license" => fact(facts, "license", value),
            "architecture" | "model_type" => fact(facts, "architecture", value),
            "dataset" | "datasets" => fact(facts, "datasets", value),
            "source" | "url" | "docs" | "repo_url" => fact(facts, "source", value),
            "base_model" => super::plain::base(facts, &value),
            _ => {}
        }
    }
}

fn graph_facts(facts: &mut Facts, graph: Graph) {
    first_fact(facts, "name", [graph.name.as_deref()]);
    if let Some(parameters) = graph.parameters {
        fact(facts, "parameters", parameters.to_string());
        first_fact(facts, "quantisation", [graph.main_type()]);
    }
    list_fact(facts, "external_data", graph.locations.iter().map(String::as_str), 16);
    for location in &graph.locations {
        // A loader joins the location to the model's folder.
        if leaves_folder(location) {
            hazard(facts, true, format!("external data outside of its folder, which loading reads: {location}"));
        }
    }
    for (name, value) in &graph.texts {
        text(facts, name, value);
    }
}

/// Operators that neither runtimes nor the model itself define are libraries that someone must load.
fn domains(facts: &mut Facts, fields: &[Field], pages: &mut Pages<'_>) {
    let own: Vec<String> = fields.iter().filter(|field| field.number == 25).filter_map(|field| text_in(field, 10, pages)).collect();
    for set in fields.iter().filter(|field| field.number == 8) {
        let domain = text_in(set, 1, pages).unwrap_or_default();
        if !KNOWN_DOMAINS.contains(&domain.as_str()) && !own.contains(&domain) {
            hazard(facts, false, format!("operators of `{domain}`"));
        }
    }
}

/// The first field of this number, as text.
fn text_in(field: &Field, number: u32, pages: &mut Pages<'_>) -> Option<String> {
    let mut message = field.message();
    while let Some(inner) = message.next(pages) {
        if inner.number == number {
            return inner.text(pages, 4096);
        }
    }
    None
}

/// A `StringStringEntryProto`.
fn entry(field: &Field, pages: &mut Pages<'_>) -> Option<(String, String)> {
    let (mut key, mut value) = (String::new(), String::new());
    let mut message = field.message();
    while let Some(inner) = message.next(pages) {
        match inner.number {
            1 => key = inner.text(pages, 256)?,
            2 => value = inner.text(pages, 1 << 20)?,
            _ => {}
        }
    }
    (!message.broken).then_some((key, value))
}

#[cfg(test)]
mod tests {
    use super::super::protobuf::write::{bytes, number};
    use super::super::testing::{fact_of, read_as, read_ranged};
    use super::*;

    fn tensor(extra: &[u8]) -> Vec<u8> {
        bytes(5, [number(1, 3), number(1, 4), number(2, 1), bytes(8, "weight"), extra.to_vec()].concat())
    }

    fn model(tensor: &[u8], after: &[u8]) -> Vec<u8> {
        let node = bytes(1, [bytes(1, "x"), bytes(2, "y"), bytes(4, "Relu")].concat());
        let graph = [node, bytes(2, "tiny"), tensor.to_vec()].concat();
        [number(1, 8), bytes(2, "pytorch"), bytes(3, "2.1"), bytes(7, graph), after.to_vec()].concat()
    }

    fn property(key: &str, value: &str) -> Vec<u8> {
        bytes(14, [bytes(1, key), bytes(2, value)].concat())
    }

    #[test]
    fn facts_stand_before_in_and_after_the_graph() {
        let file =
            model(&tensor(&bytes(9, vec![0; 100_000])), &[bytes(8, number(2, 17)), property("license", "mit"), property("note", "long enough")].concat());
        for facts in [read_as("x", &file, read), read_ranged("x", &file, read)] {
            let facts = facts.expect("a sound model");
            let told = ["name", "producer", "parameters", "quantisation", "license"].map(|name| fact_of(&facts, name).unwrap_or_default());
            assert_eq!(told, ["tiny", "pytorch 2.1", "12", "FLOAT", "mit"]);
            assert_eq!((facts.sureness, facts.hazards.len(), facts.texts.len()), (Sureness::Certain, 0, 2), "the producer and the note");
        }
    }

    #[test]
    fn data_outside_the_folder_and_foreign_operators_are_hazards() {
        let location = |place: &str| tensor(&bytes(13, [bytes(1, "location"), bytes(2, place)].concat()));
        let hazards = |file: &[u8]| read_as("x", file, read).expect("sound").hazards.len();
        assert_eq!(hazards(&model(&location("weights.bin"), &[])), 0);
        assert_eq!(hazards(&model(&location("../../etc/passwd"), &[])), 1);
        assert_eq!(hazards(&model(&location("/etc/passwd"), &[])), 1);
        assert_eq!(hazards(&model(&tensor(&[]), &bytes(8, bytes(1, "ai.onnx.contrib")))), 1);
        let own = [bytes(8, bytes(1, "pkg.local")), bytes(25, [bytes(1, "f"), bytes(10, "pkg.local")].concat())].concat();
        assert_eq!(hazards(&model(&tensor(&[]), &own)), 0);
    }

    #[test]
    fn a_cut_model_is_likely_and_other_messages_are_none() {
        let file = model(&tensor(&bytes(9, vec![0; 1000])), &[]);
        let cut = read_as("x", &file[..file.len() - 500], read).expect("nodes and the tensor's shape are there");
        assert_eq!((cut.sureness, fact_of(&cut, "truncated").is_some()), (Sureness::Likely, true));
        for other in [
            [number(1, 8), bytes(2, "some"), bytes(3, "strings")].concat(),
            [number(1, 8), bytes(7, "no graph")].concat(),
            [number(1, 8), bytes(7, bytes(2, "name, no nodes"))].concat(),
            [model(&tensor(&[]), &[]), bytes(99, "x")].concat(),
            vec![8, 0, 0x12, 0],
        ] {
            assert!(read_as("x.onnx", &other, read).is_none(), "{other:?}");
        }
    }
}
