//! MNN: a FlatBuffer without an identifier; its root has a list of operators and a list of the names of tensors.

use super::flatbuffer;
use super::pages::Pages;
use super::plain::{fact, first_fact};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "mnn", read };

const PAGE: u64 = 16 << 10;
const READS: u32 = 16;
/// The root table stands behind its own fields' offsets.
const FARTHEST_ROOT: u32 = 256;
// Fields of `Net`.
const BIZ_CODE: u16 = 0;
const OPERATORS: u16 = 3;
const TENSOR_NAMES: u16 = 7;
const UUID: u16 = 11;

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let root = u32::from_le_bytes(*head.first_chunk()?);
    if !(8..=FARTHEST_ROOT).contains(&root) || root % 4 != 0 {
        return None;
    }
    let mut pages = Pages::new(blob, head, PAGE, READS);
    let net = flatbuffer::root(&mut pages, 0)?;
    let operators = net.vector(&mut pages, OPERATORS).filter(|operators| operators.len > 0)?;
    operators.table(&mut pages, 0)?;
    let names = net.vector(&mut pages, TENSOR_NAMES).filter(|names| names.len > 0)?;
    let name = names.string(&mut pages, 0, 256)?;
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let mut facts = Facts { sureness: if blob.encoded_name().ends_with(".mnn") { Sureness::Certain } else { Sureness::Likely }, ..Facts::default() };
    fact(&mut facts, "framework", "mnn");
    fact(&mut facts, "layers", operators.len.to_string());
    for (field, said) in [(BIZ_CODE, "name"), (UUID, "uuid")] {
        let value = net.string(&mut pages, field, 256).filter(|value| value.bytes().all(|byte| byte.is_ascii_graphic()));
        first_fact(&mut facts, said, [value.as_deref()]);
    }
    Some(facts)
}

/// A net of one operator and one tensor `x`, for the tests.
#[cfg(test)]
pub(super) fn write() -> Vec<u8> {
    let mut bytes = 24u32.to_le_bytes().to_vec();
    // The vtable of the root: eight fields, of which the fourth and the eighth are there.
    bytes.extend([20u16, 12, 0, 0, 0, 4, 0, 0, 0, 8].iter().flat_map(|slot| slot.to_le_bytes()));
    bytes.extend(20i32.to_le_bytes()); // 24: the root
    bytes.extend(8u32.to_le_bytes()); // 28: operators at 36
    bytes.extend(24u32.to_le_bytes()); // 32: names at 56
    bytes.extend([1u32, 8].iter().flat_map(|number| number.to_le_bytes())); // 36: one operator at 48
    bytes.extend([4u16, 4].iter().flat_map(|slot| slot.to_le_bytes())); // 44: its vtable
    bytes.extend(4i32.to_le_bytes()); // 48: the operator
    bytes.extend([0; 4]);
    bytes.extend([1u32, 4, 1].iter().flat_map(|number| number.to_le_bytes())); // 56: one name at 64
    bytes.extend(b"x\0\0\0");
    bytes
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn operators_and_names_make_a_net() {
        let facts = read_as("net.mnn", &write(), read).expect("a net");
        assert_eq!((facts.sureness, fact_of(&facts, "layers")), (Sureness::Certain, Some("1")));
        assert_eq!(read_as("net.dat", &write(), read).map(|facts| facts.sureness), Some(Sureness::Likely));
        assert!(read_as("x.mnn", &[8; 400], read).is_none());
        assert!(read_as("x.mnn", &flatbuffer::write::strings(&[0; 4], &[Some("a"), Some("b"), None, Some("c"), None, None, None, Some("d")]), read).is_none());
    }
}
