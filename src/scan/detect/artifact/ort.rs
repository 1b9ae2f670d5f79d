//! ONNX Runtime's own format: a FlatBuffer with `ORTM` at offset 4.

use super::pages::Pages;
use super::plain::fact;
use super::{Facts, Format, flatbuffer};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "ort", read };

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if head.get(4..8)? != b"ORTM" {
        return None;
    }
    let mut pages = Pages::new(blob, head, 16 << 10, 16);
    let root = flatbuffer::root(&mut pages, 0)?;
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "onnxruntime");
    fact(&mut facts, "format_version", root.string(&mut pages, 0, 64).unwrap_or_default());
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::super::flatbuffer::write::strings;
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn the_identifier_needs_a_sane_root() {
        let facts = read_as("x", &strings(b"ORTM", &[Some("5")]), read).expect("a model");
        assert_eq!(fact_of(&facts, "format_version"), Some("5"));
        assert!(read_as("x.ort", b"\x99\x99\x99\x99ORTM and more text than a head has", read).is_none());
    }
}
