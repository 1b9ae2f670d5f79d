//! TensorFlow's `saved_model.pb`: a schema version, then graphs with tags and signatures. Its variables lie beside it.

use super::graphdef::{self, Graph};
use super::pages::Pages;
use super::plain::{fact, list_fact};
use super::protobuf::{self, BYTES, Field, Message, VARINT};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "tf-savedmodel", read };

const SCHEMA: [(u32, u8); 2] = [(1, VARINT), (2, BYTES)];
const META_GRAPH: [(u32, u8); 7] = [(1, BYTES), (2, BYTES), (3, BYTES), (4, BYTES), (5, BYTES), (6, BYTES), (7, BYTES)];
const META_INFO: [(u32, u8); 8] = [(1, BYTES), (2, BYTES), (3, BYTES), (4, BYTES), (5, BYTES), (6, BYTES), (7, VARINT), (8, BYTES)];
const MOST_FIELDS: usize = 1 << 16;

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    // The version is 1; some writers leave it out.
    if !(head.starts_with(&[8, 1, 0x12]) || head.first() == Some(&0x12) && head.len() > 16 && head.iter().take(8).any(|byte| *byte == 0x0a)) {
        return None;
    }
    let mut pages = Pages::new(blob, head, graphdef::PAGE, graphdef::READS);
    let mut message = Message::new(0, pages.len());
    let mut found = Found::default();
    while let Some(field) = message.next(&mut pages) {
        match (field.number, field.value) {
            (1, 1) if field.is_in(&SCHEMA) => {}
            (2, _) if field.is_in(&SCHEMA) => found.meta_graph(&field, &mut pages)?,
            _ => return None,
        }
        found.truncated |= field.cut;
    }
    if message.broken && !pages.exhausted() {
        return None;
    }
    found.facts()
}

#[derive(Default)]
struct Found {
    graph: Graph,
    graphs: usize,
    tags: Vec<String>,
    version: Option<String>,
    truncated: bool,
}

impl Found {
    fn meta_graph(&mut self, field: &Field, pages: &mut Pages<'_>) -> Option<()> {
        let mut message = field.message();
        let mut first = true;
        while let Some(inner) = message.next(pages) {
            if !inner.is_in(&META_GRAPH) || (first && inner.number != 1) {
                return None;
            }
            match inner.number {
                1 => self.meta_info(&inner, pages)?,
                2 => {
                    self.graphs += 1;
                    self.graph.read(&inner, pages)?;
                }
                _ => {}
            }
            first = false;
        }
        (!message.broken || field.cut || pages.exhausted()).then_some(())
    }

    fn meta_info(&mut self, field: &Field, pages: &mut Pages<'_>) -> Option<()> {
        let fields = protobuf::fields(field.message(), pages, &META_INFO, MOST_FIELDS)?;
        let texts = |number: u32, pages: &mut Pages<'_>| -> Vec<String> {
            fields.iter().filter(|field| field.number == number).filter_map(|field| field.text(pages, 128)).collect()
        };
        self.tags.extend(texts(4, pages));
        self.version = texts(5, pages).into_iter().next().or(self.version.take());
        Some(())
    }

    /// A graph, and one of the words that only TensorFlow writes beside it.
    fn facts(self) -> Option<Facts> {
        if self.graphs == 0 || (self.tags.is_empty() && self.version.is_none() && self.graph.operators.is_empty()) {
            return None;
        }
        let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
        if self.truncated {
            facts.sureness = Sureness::Likely;
            fact(&mut facts, "truncated", "ends in a graph");
        }
        fact(&mut facts, "framework", "tensorflow");
        fact(&mut facts, "producer", self.version.map_or(String::new(), |version| format!("tensorflow {version}")));
        list_fact(&mut facts, "tags", self.tags.iter().map(String::as_str), 16);
        graphdef::graph_facts(&mut facts, &self.graph);
        Some(facts)
    }
}

#[cfg(test)]
mod tests {
    use super::super::protobuf::write::{bytes, number};
    use super::super::testing::{fact_of, read_as, read_ranged};
    use super::*;

    fn node(name: &str, operator: &str) -> Vec<u8> {
        bytes(1, [bytes(1, name), bytes(2, operator), bytes(5, [bytes(1, "dtype"), bytes(2, number(6, 1))].concat())].concat())
    }

    fn saved(nodes: &[u8]) -> Vec<u8> {
        let info = bytes(1, [bytes(4, "serve"), bytes(5, "2.15.0")].concat());
        [number(1, 1), bytes(2, [info, bytes(2, nodes)].concat())].concat()
    }

    #[test]
    fn tags_version_and_operators() {
        let library = bytes(2, bytes(1, [bytes(1, "signature"), bytes(3, &node("w", "WriteFile")[2..])].concat()));
        let file = saved(&[node("x", "Placeholder"), library].concat());
        for facts in [read_as("x", &file, read), read_ranged("x", &file, read)] {
            let facts = facts.expect("a sound model");
            assert_eq!((fact_of(&facts, "tags"), fact_of(&facts, "producer")), (Some("serve"), Some("tensorflow 2.15.0")));
            assert_eq!(facts.hazards.iter().map(|hazard| hazard.what.as_str()).collect::<Vec<_>>(), ["TensorFlow operator `WriteFile`"]);
        }
    }

    #[test]
    fn other_messages_are_none() {
        for other in [
            [number(1, 1), bytes(2, "text")].concat(),
            [number(1, 2), bytes(2, bytes(1, bytes(4, "serve")))].concat(),
            [number(1, 1), bytes(2, bytes(1, bytes(4, "serve")))].concat(),
            bytes(1, [bytes(1, "Ann"), bytes(2, "ann@example.com")].concat()),
        ] {
            assert!(read_as("saved_model.pb", &other, read).is_none());
        }
    }
}
