//! TensorFlow's frozen graphs: a protocol buffer of nodes with operators and attributes, without a magic number.

use std::collections::BTreeSet;

use super::pages::Pages;
use super::plain::{fact, hazard, text};
use super::protobuf::{self, BYTES, Field, VARINT};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "tf-graphdef", read };

pub(super) const PAGE: u64 = 16 << 10;
pub(super) const READS: u32 = 1024;
const SCHEMA: [(u32, u8); 5] = [(1, BYTES), (2, BYTES), (3, VARINT), (4, BYTES), (5, BYTES)];
const NODE: [(u32, u8); 7] = [(1, BYTES), (2, BYTES), (3, BYTES), (4, BYTES), (5, BYTES), (6, BYTES), (7, BYTES)];
const MOST_OPERATORS: usize = 4096;
const MOST_TEXTS: usize = 512;
const LONGEST_TEXT: usize = 64 << 10;
/// Attributes are full of short words.
const SHORTEST_TEXT: u64 = 12;

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if !looks_like_node(head) {
        return None;
    }
    let mut pages = Pages::new(blob, head, PAGE, READS);
    let mut graph = Graph::default();
    graph.read(&Field::whole(blob.len()), &mut pages)?;
    if graph.nodes == 0 || (graph.attributed == 0 && !graph.operators.iter().any(|operator| ["Placeholder", "Const", "NoOp"].contains(&operator.as_str()))) {
        return None;
    }
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    if graph.truncated {
        facts.sureness = Sureness::Likely;
        fact(&mut facts, "truncated", "ends in a node");
    }
    fact(&mut facts, "framework", "tensorflow");
    fact(&mut facts, "nodes", graph.nodes.to_string());
    graph_facts(&mut facts, &graph);
    Some(facts)
}

/// A node with a name: `0a <length> 0a <length> <letter>`; lengths have one to four bytes.
fn looks_like_node(head: &[u8]) -> bool {
    let length = |bytes: &[u8]| bytes.iter().take(4).position(|byte| byte & 0x80 == 0).map(|at| at + 1);
    let inner = head.strip_prefix(&[0x0a]).and_then(|rest| rest.get(length(rest)?..)?.strip_prefix(&[0x0a]));
    inner.and_then(|rest| rest.get(length(rest)?)).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'))
}

/// The operators of a graph and of the functions in its library.
#[derive(Default)]
pub(super) struct Graph {
    pub(super) operators: BTreeSet<String>,
    /// Constant strings.
    pub(super) texts: Vec<Vec<u8>>,
    nodes: usize,
    attributed: usize,
    truncated: bool,
}

impl Graph {
    /// `None` when the grammar does not hold.
    pub(super) fn read(&mut self, field: &Field, pages: &mut Pages<'_>) -> Option<()> {
        let mut message = field.message();
        while let Some(inner) = message.next(pages) {
            if !inner.is_in(&SCHEMA) {
                return None;
            }
            match inner.number {
                1 => self.node(&inner, pages)?,
                2 => self.library(&inner, pages),
                _ => {}
            }
            self.truncated |= inner.cut;
        }
        (!message.broken || field.cut || self.truncated || pages.exhausted()).then_some(())
    }

    fn node(&mut self, field: &Field, pages: &mut Pages<'_>) -> Option<()> {
        let Some(fields) = protobuf::fields(field.message(), pages, &NODE, 4096) else {
            return (field.cut || pages.exhausted()).then_some(());
        };
        let name = protobuf::find(&fields, 1)?.text(pages, 1024)?;
        let operator = protobuf::find(&fields, 2)?.text(pages, 256)?;
        if !is_name(&name) || !is_operator(&operator) {
            return None;
        }
        fields.iter().filter(|field| field.number == 5).for_each(|attribute| self.attribute(attribute, pages));
        self.nodes += 1;
        self.attributed += usize::from(protobuf::find(&fields, 5).is_some());
        if self.operators.len() < MOST_OPERATORS {
            self.operators.insert(operator);
        }
        Some(())
    }

    /// A key and a value: a string, or a tensor of strings.
    fn attribute(&mut self, attribute: &Field, pages: &mut Pages<'_>) {
        let mut entry = attribute.message();
        while let Some(value) = entry.next(pages) {
            let mut message = if value.number == 2 { value.message() } else { continue };
            while let Some(inner) = message.next(pages) {
                match inner.number {
                    2 => self.keep_text(&inner, pages),
                    8 => self.tensor(&inner, pages),
                    _ => {}
                }
            }
        }
    }

    fn tensor(&mut self, tensor: &Field, pages: &mut Pages<'_>) {
        let mut message = tensor.message();
        while let Some(value) = message.next(pages) {
            if value.number == 8 {
                self.keep_text(&value, pages);
            }
        }
    }

    fn keep_text(&mut self, field: &Field, pages: &mut Pages<'_>) {
        if field.len >= SHORTEST_TEXT
            && self.texts.len() < MOST_TEXTS
            && let Some(bytes) = field.bytes(pages, LONGEST_TEXT)
        {
            self.texts.push(bytes.to_vec());
        }
    }

    /// Functions; what is not read here is no reason to doubt the graph.
    fn library(&mut self, field: &Field, pages: &mut Pages<'_>) {
        let mut library = field.message();
        while let Some(function) = library.next(pages).filter(|field| field.wire == BYTES) {
            let mut message = function.message();
            while let Some(inner) = message.next(pages).filter(|inner| inner.wire == BYTES) {
                if function.number == 1 && inner.number == 3 {
                    // Operators of a function are not counted as the graph's own nodes.
                    let before = (self.nodes, self.attributed);
                    let _passed_over = self.node(&inner, pages);
                    (self.nodes, self.attributed) = before;
                }
            }
        }
    }
}

/// Constant strings, and operators that reach beyond the computation: files, and functions of the Python that loads the graph.
pub(super) fn graph_facts(facts: &mut Facts, graph: &Graph) {
    operator_hazards(facts, &graph.operators);
    graph.texts.iter().for_each(|constant| text(facts, "constant", constant));
}

pub(super) fn operator_hazards(facts: &mut Facts, operators: &BTreeSet<String>) {
    const PYTHON: [&str; 3] = ["PyFunc", "PyFuncStateless", "EagerPyFunc"];
    const FILES: [&str; 4] = ["ReadFile", "WriteFile", "MatchingFiles", "DebugIdentityV2"];
    for operator in PYTHON.iter().chain(&FILES).filter(|operator| operators.contains(**operator)) {
        hazard(facts, true, format!("TensorFlow operator `{operator}`"));
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.\\/>-<:+".contains(&byte))
}

pub(super) fn is_operator(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_') && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_>".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::super::protobuf::write::{bytes, number};
    use super::super::testing::{fact_of, read_as};
    use super::*;

    fn node(name: &str, operator: &str) -> Vec<u8> {
        bytes(1, [bytes(1, name), bytes(2, operator), bytes(5, [bytes(1, "dtype"), bytes(2, number(6, 1))].concat())].concat())
    }

    #[test]
    fn nodes_with_operators_are_a_graph() {
        let file = [node("input", "Placeholder"), node("f", "PyFunc"), bytes(4, number(1, 1982))].concat();
        let facts = read_as("frozen.dat", &file, read).expect("a graph");
        assert_eq!((fact_of(&facts, "nodes"), facts.hazards.len()), (Some("2"), 1));
    }

    #[test]
    fn texts_and_address_books_are_none() {
        let contacts = [bytes(1, [bytes(1, "Ann"), bytes(2, "ann@example.com")].concat())].concat();
        let plain = [bytes(1, [bytes(1, "Ann"), bytes(2, "Smith")].concat())].concat();
        for other in [&contacts[..], &plain, b"\n\n\nabc\n", b"\nA\nBCDEF hello"] {
            assert!(read_as("x.pb", other, read).is_none(), "{other:?}");
        }
    }
}
