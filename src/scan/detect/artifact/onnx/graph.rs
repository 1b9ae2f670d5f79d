//! The graph of an ONNX model: nodes, tensors, where tensors lie that are not in the file.

use std::collections::{BTreeMap, BTreeSet};

use super::super::pages::Pages;
use super::super::protobuf::{BYTES, FIXED32, Field, VARINT};
use super::entry;

const SCHEMA: [(u32, u8); 10] = [(1, BYTES), (2, BYTES), (5, BYTES), (10, BYTES), (11, BYTES), (12, BYTES), (13, BYTES), (14, BYTES), (15, BYTES), (16, BYTES)];
const NODE_SCHEMA: [(u32, u8); 9] = [(1, BYTES), (2, BYTES), (3, BYTES), (4, BYTES), (5, BYTES), (6, BYTES), (7, BYTES), (8, BYTES), (9, BYTES)];
const MOST_FIELDS: usize = 1 << 20;
const MOST_LOCATIONS: usize = 1024;
const MOST_TEXTS: usize = 512;
/// Subgraphs of `If` and `Loop` nest; nobody nests them this deep.
const DEEPEST: u32 = 6;
/// Attributes are full of short words.
const SHORTEST_TEXT: u64 = 12;
const LONGEST_TEXT: usize = 64 << 10;
const TYPES: [(u64, &str); 23] = [
    (1, "FLOAT"),
    (2, "UINT8"),
    (3, "INT8"),
    (4, "UINT16"),
    (5, "INT16"),
    (6, "INT32"),
    (7, "INT64"),
    (8, "STRING"),
    (9, "BOOL"),
    (10, "FLOAT16"),
    (11, "DOUBLE"),
    (12, "UINT32"),
    (13, "UINT64"),
    (14, "COMPLEX64"),
    (15, "COMPLEX128"),
    (16, "BFLOAT16"),
    (17, "FLOAT8E4M3FN"),
    (18, "FLOAT8E4M3FNUZ"),
    (19, "FLOAT8E5M2"),
    (20, "FLOAT8E5M2FNUZ"),
    (21, "UINT4"),
    (22, "INT4"),
    (23, "FLOAT4E2M1"),
];

#[derive(Default)]
pub(super) struct Graph {
    pub(super) name: Option<String>,
    /// Elements of all tensors; absent when they were not all seen.
    pub(super) parameters: Option<u64>,
    /// Elements by type.
    types: BTreeMap<u64, u64>,
    /// Files that hold tensors.
    pub(super) locations: BTreeSet<String>,
    pub(super) texts: Vec<(String, Vec<u8>)>,
}

/// `None` when the grammar does not hold, or no node names an operator.
pub(super) fn read(field: &Field, truncated: bool, pages: &mut Pages<'_>) -> Option<Graph> {
    let mut graph = Graph::default();
    let mut message = field.message();
    let mut fields = 0;
    let mut nodes = 0;
    while let Some(field) = message.next(pages) {
        fields += 1;
        if !field.is_in(&SCHEMA) || (field.cut && !truncated) || fields > MOST_FIELDS {
            return None;
        }
        match field.number {
            1 => {
                if !graph.node(&field, 0, pages)? && !truncated && !pages.exhausted() {
                    return None;
                }
                nodes += 1;
            }
            2 => graph.name = field.text(pages, 256),
            5 => graph.tensor(&field, pages),
            10 => graph.keep_text("graph.doc_string", &field, pages),
            16 => {
                if let Some((key, value)) = entry(&field, pages) {
                    graph.texts.push((key, value.into_bytes()));
                }
            }
            _ => {}
        }
    }
    let tolerated = truncated || pages.exhausted();
    if nodes == 0 || (message.broken && !tolerated) {
        return None;
    }
    graph.parameters = (!tolerated).then(|| graph.types.values().fold(0, |sum: u64, count| sum.saturating_add(*count)));
    Some(graph)
}

impl Graph {
    pub(super) fn main_type(&self) -> Option<&'static str> {
        let (code, _) = self.types.iter().max_by_key(|(_, count)| **count)?;
        TYPES.iter().find(|(known, _)| known == code).map(|(_, name)| *name)
    }

    /// `Some(false)`: a node without an operator. `None`: not a node.
    fn node(&mut self, node: &Field, depth: u32, pages: &mut Pages<'_>) -> Option<bool> {
        let mut named = false;
        let mut message = node.message();
        while let Some(field) = message.next(pages) {
            if !field.is_in(&NODE_SCHEMA) && field.number != 10 {
                return None;
            }
            match field.number {
                4 => named = field.bytes(pages, 256).is_some_and(|name| !name.is_empty() && name.iter().all(u8::is_ascii_graphic)),
                5 => self.attribute(&field, depth, pages),
                6 => self.keep_text("node.doc_string", &field, pages),
                _ => {}
            }
        }
        Some(named)
    }

    fn attribute(&mut self, attribute: &Field, depth: u32, pages: &mut Pages<'_>) {
        let mut message = attribute.message();
        while let Some(field) = message.next(pages) {
            match field.number {
                4 | 9 => self.keep_text("node.attribute", &field, pages),
                5 | 10 => self.tensor(&field, pages),
                6 | 11 if depth < DEEPEST => self.subgraph(&field, depth + 1, pages),
                _ => {}
            }
        }
    }

    /// A local function: its nodes may hold tensors as well.
    pub(super) fn function(&mut self, function: &Field, pages: &mut Pages<'_>) {
        let mut message = function.message();
        while let Some(field) = message.next(pages) {
            if field.number == 7 {
                self.node(&field, 0, pages);
            }
        }
    }

    fn subgraph(&mut self, graph: &Field, depth: u32, pages: &mut Pages<'_>) {
        let mut message = graph.message();
        while let Some(field) = message.next(pages) {
            match field.number {
                1 => {
                    self.node(&field, depth, pages);
                }
                5 => self.tensor(&field, pages),
                _ => {}
            }
        }
    }

    fn tensor(&mut self, tensor: &Field, pages: &mut Pages<'_>) {
        let (mut elements, mut code) = (1u64, 0);
        let mut message = tensor.message();
        while let Some(field) = message.next(pages) {
            match (field.number, field.wire) {
                (1, VARINT) => elements = elements.saturating_mul(field.value),
                (1, BYTES) => elements = elements.saturating_mul(packed_product(&field, pages)),
                (2, VARINT) => code = field.value,
                (6, BYTES) => self.keep_text("tensor.string_data", &field, pages),
                (13, BYTES) => self.location(&field, pages),
                (_, VARINT | BYTES | FIXED32) => {}
                _ => return,
            }
        }
        let count = self.types.entry(code).or_default();
        *count = count.saturating_add(elements);
    }

    fn location(&mut self, field: &Field, pages: &mut Pages<'_>) {
        if let Some((key, value)) = entry(field, pages)
            && key == "location"
            && self.locations.len() < MOST_LOCATIONS
        {
            self.locations.insert(value);
        }
    }

    fn keep_text(&mut self, name: &str, field: &Field, pages: &mut Pages<'_>) {
        if field.len >= SHORTEST_TEXT
            && self.texts.len() < MOST_TEXTS
            && let Some(bytes) = field.bytes(pages, LONGEST_TEXT)
        {
            self.texts.push((name.to_owned(), bytes.to_vec()));
        }
    }
}

/// Dimensions in one field.
fn packed_product(field: &Field, pages: &mut Pages<'_>) -> u64 {
    let mut product = 1u64;
    let mut value = (0u64, 0);
    for byte in field.bytes(pages, 256).unwrap_or_default() {
        value = (value.0 | u64::from(byte & 0x7f).checked_shl(value.1).unwrap_or_default(), value.1 + 7);
        if byte & 0x80 == 0 {
            product = product.saturating_mul(value.0);
            value = (0, 0);
        }
    }
    product
}
