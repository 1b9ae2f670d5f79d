//! Caffe: trained networks (`.caffemodel`), a protocol buffer of layers.
//! (<https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto>)

use super::pages::Pages;
use super::plain::fact;
use super::protobuf::{self, BYTES, FIXED32, Field, Message, VARINT};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "caffe", read };

const NETWORK: [(u32, u8); 9] = [(1, BYTES), (2, BYTES), (3, BYTES), (4, BYTES), (5, VARINT), (6, BYTES), (7, VARINT), (8, BYTES), (100, BYTES)];
/// Layers before 2014 have another field and another type.
const OLD_LAYER: u32 = 2;
const LAYER: u32 = 100;
const MOST_LAYERS: usize = 1 << 14;

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    // A name first, as Caffe writes it.
    let [0x0a, len @ 1..=127, rest @ ..] = head else { return None };
    let name = rest.get(..usize::from(*len))?;
    if !name.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') || !matches!(rest.get(usize::from(*len))?, 0x12 | 0x1a | 0x22 | 0x42 | 0xa2) {
        return None;
    }
    let mut pages = Pages::new(blob, head, 16 << 10, 256);
    let mut message = Message::new(0, pages.len());
    let (mut layers, mut truncated) = (0, false);
    while let Some(field) = message.next(&mut pages).filter(|_| layers < MOST_LAYERS) {
        if !field.is_in(&NETWORK) {
            return None;
        }
        truncated |= field.cut;
        if matches!(field.number, OLD_LAYER | LAYER) && !field.cut {
            is_layer(&field, &mut pages).then_some(())?;
            layers += 1;
        }
    }
    if layers == 0 || (message.broken && !pages.exhausted()) {
        return None;
    }
    let mut facts = Facts { sureness: if truncated { Sureness::Likely } else { Sureness::Certain }, ..Facts::default() };
    if truncated {
        fact(&mut facts, "truncated", "ends in a layer");
    }
    fact(&mut facts, "framework", "caffe");
    fact(&mut facts, "name", String::from_utf8_lossy(name));
    fact(&mut facts, "layers", layers.to_string());
    Some(facts)
}

/// A name and a type; parameters have high numbers.
fn is_layer(layer: &Field, pages: &mut Pages<'_>) -> bool {
    let mut fields = Vec::new();
    let mut message = layer.message();
    while let Some(field) = message.next(pages) {
        if field.cut || field.number > 200 || !matches!(field.wire, BYTES | VARINT | FIXED32) {
            return false;
        }
        fields.push(field);
    }
    let word = |number: u32, pages: &mut Pages<'_>| {
        let text = protobuf::find(&fields, number).and_then(|field| field.bytes(pages, 256));
        text.is_some_and(|text| !text.is_empty() && text.iter().all(u8::is_ascii_graphic))
    };
    match layer.number {
        LAYER => word(1, pages) && word(2, pages) && protobuf::find(&fields, 1).is_some_and(|name| name.wire == BYTES),
        _ => word(4, pages) && protobuf::find(&fields, 5).is_some_and(|kind| kind.wire == VARINT && kind.value < 64),
    }
}

#[cfg(test)]
pub(super) fn write() -> Vec<u8> {
    use super::protobuf::write::{bytes, number};
    let layer = |name: &str, kind: &str| bytes(100, [bytes(1, name), bytes(2, kind), bytes(4, name), number(10, 0), bytes(7, [0; 20])].concat());
    [bytes(1, "LeNet"), layer("data", "Input"), layer("ip1", "InnerProduct")].concat()
}

#[cfg(test)]
mod tests {
    use super::super::protobuf::write::bytes;
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn layers_with_names_and_types() {
        let facts = read_as("x", &write(), read).expect("a network");
        assert_eq!((fact_of(&facts, "name"), fact_of(&facts, "layers")), (Some("LeNet"), Some("2")));
        for other in [bytes(1, "just a name"), [bytes(1, "name"), bytes(2, "second")].concat(), b"\n\x05hello\x12\x05world".to_vec()] {
            assert!(read_as("x.caffemodel", &other, read).is_none());
        }
    }
}
