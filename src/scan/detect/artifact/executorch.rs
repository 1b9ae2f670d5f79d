//! ExecuTorch programs (`.pte`): a FlatBuffer with `ET12` or `ET13` at offset 4.

use super::flatbuffer;
use super::pages::Pages;
use super::plain::fact;
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "executorch", read };

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if !matches!(head.get(4..8)?, b"ET12" | b"ET13") {
        return None;
    }
    let mut pages = Pages::new(blob, head, 16 << 10, 16);
    let root = flatbuffer::root(&mut pages, 0)?;
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "executorch");
    let method = root.vector(&mut pages, 1).and_then(|plans| plans.table(&mut pages, 0)).and_then(|plan| plan.string(&mut pages, 0, 256));
    fact(&mut facts, "method", method.unwrap_or_default());
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::super::flatbuffer::write::strings;
    use super::super::testing::read_as;
    use super::*;

    #[test]
    fn the_identifier_needs_a_sane_root() {
        assert!(read_as("x", &strings(b"ET12", &[Some("x")]), read).is_some());
        assert!(read_as("x.pte", b"\xff\xff\xff\xffET12 and then something else", read).is_none());
    }
}
