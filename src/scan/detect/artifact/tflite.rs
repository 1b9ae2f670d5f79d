//! TensorFlow Lite (LiteRT) and Circle: a FlatBuffer with `TFL3` or `CIR0` at offset 4.
//! (<https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs>)

use super::flatbuffer::{self, Table, Vector};
use super::pages::Pages;
use super::plain::{fact, first_fact, text};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "tflite", read };

const PAGE: u64 = 16 << 10;
const READS: u32 = 256;
const MOST_TENSORS: u32 = 1 << 18;
const LONGEST_TEXT: usize = 64 << 10;
const TYPES: [&str; 18] = [
    "FLOAT32",
    "FLOAT16",
    "INT32",
    "UINT8",
    "INT64",
    "STRING",
    "BOOL",
    "INT16",
    "COMPLEX64",
    "INT8",
    "FLOAT64",
    "COMPLEX128",
    "UINT64",
    "RESOURCE",
    "VARIANT",
    "UINT32",
    "UINT16",
    "INT4",
];

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if !matches!(head.get(4..8)?, b"TFL3" | b"CIR0") {
        return None;
    }
    let mut pages = Pages::new(blob, head, PAGE, READS);
    let root = flatbuffer::root(&mut pages, 0)?;
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", if &head[4..8] == b"CIR0" { "circle" } else { "tflite" });
    let description = root.string(&mut pages, 3, LONGEST_TEXT).unwrap_or_default();
    fact(&mut facts, "producer", &description);
    text(&mut facts, "description", description.as_bytes());
    metadata(&mut facts, root, &mut pages);
    tensors(&mut facts, root, &mut pages);
    Some(facts)
}

/// Named buffers; one of them is a FlatBuffer of its own that describes the model to people.
fn metadata(facts: &mut Facts, root: Table, pages: &mut Pages<'_>) {
    let (Some(entries), Some(buffers)) = (root.vector(pages, 6), root.vector(pages, 4)) else { return };
    for index in 0..entries.len.min(64) {
        let Some(entry) = entries.table(pages, index) else { return };
        let Some(name) = entry.string(pages, 0, 256) else { continue };
        let buffer = entry.u32(pages, 1).unwrap_or_default();
        let Some(data) = buffers.table(pages, buffer).and_then(|buffer| buffer.vector(pages, 0)) else { continue };
        match name.as_str() {
            "TFLITE_METADATA" => described(facts, data, pages),
            "min_runtime_version" => {
                let version = pages.up_to(data.at, 16.min(data.len as usize)).unwrap_or_default();
                fact(facts, "min_runtime_version", String::from_utf8_lossy(version).trim_end_matches('\0'));
            }
            _ => {}
        }
    }
}

fn described(facts: &mut Facts, data: Vector, pages: &mut Pages<'_>) {
    let Some(root) = flatbuffer::root(pages, data.at) else { return };
    for (index, name) in [(0, "name"), (2, "version"), (4, "author"), (5, "license")] {
        let value = root.string(pages, index, LONGEST_TEXT);
        first_fact(facts, name, [value.as_deref()]);
        text(facts, name, value.unwrap_or_default().as_bytes());
    }
    text(facts, "metadata.description", root.string(pages, 1, LONGEST_TEXT).unwrap_or_default().as_bytes());
}

/// Tensors that have bytes are parameters; the others are computed.
fn tensors(facts: &mut Facts, root: Table, pages: &mut Pages<'_>) {
    let (Some(graphs), Some(buffers)) = (root.vector(pages, 2), root.vector(pages, 4)) else { return };
    let mut parameters = 0u64;
    let mut types = [0u64; TYPES.len()];
    for graph in 0..graphs.len.min(256) {
        let Some(graph) = graphs.table(pages, graph) else { return };
        let Some(tensors) = graph.vector(pages, 0) else { continue };
        for index in 0..tensors.len.min(MOST_TENSORS) {
            let Some(tensor) = tensors.table(pages, index) else { return };
            let held = tensor.u32(pages, 2).and_then(|buffer| buffers.table(pages, buffer)).and_then(|buffer| buffer.vector(pages, 0));
            if held.is_none_or(|held| held.len == 0) {
                continue;
            }
            let elements = tensor.vector(pages, 0).map_or(1, |shape| {
                (0..shape.len.min(16)).fold(1u64, |product, side| product.saturating_mul(shape.u32(pages, side).unwrap_or_default().into()))
            });
            parameters = parameters.saturating_add(elements);
            if let Some(count) = types.get_mut(usize::from(tensor.u8(pages, 1).unwrap_or_default())) {
                *count = count.saturating_add(elements);
            }
        }
    }
    if pages.exhausted() || parameters == 0 {
        return;
    }
    fact(facts, "parameters", parameters.to_string());
    let main = types.iter().zip(TYPES).max_by_key(|(count, _)| **count);
    first_fact(facts, "quantisation", [main.map(|(_, name)| name)]);
}

#[cfg(test)]
mod tests {
    use super::super::flatbuffer::write::strings;
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn a_sane_buffer_is_a_model_and_four_letters_are_not() {
        let facts = read_as("x.jpg", &strings(b"TFL3", &[None, None, None, Some("MLIR Converted.")]), read).expect("sane offsets");
        assert_eq!(fact_of(&facts, "producer"), Some("MLIR Converted."));
        assert!(read_as("x.tflite", &[&[1, 2, 3, 4][..], b"TFL3", &[7; 100]].concat(), read).is_none());
        assert!(read_as("x.tflite", b"    TFL3 is an identifier", read).is_none());
    }
}
