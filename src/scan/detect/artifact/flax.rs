//! Flax: MessagePack in which arrays are extensions of type 1 that hold a shape, a type and bytes.

use super::plain::fact;
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "flax-msgpack", read };

const DTYPES: [&str; 13] = ["float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "bool"];

fn read(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    // A map, and a text as its first key.
    let key = match head {
        [0x81..=0x8f, key, ..] | [0xde, _, _, key, ..] | [0xdf, _, _, _, _, key, ..] => key,
        _ => return None,
    };
    if !matches!(key, 0xa1..=0xbf | 0xd9 | 0xda) {
        return None;
    }
    let dtype = memchr::memmem::find_iter(head, &[1, 0x93]).find_map(|at| array(head, at))?;
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "flax");
    fact(&mut facts, "quantisation", dtype);
    Some(facts)
}

/// The type of the array whose extension type stands at `at`, behind one, two or four bytes of length.
fn array(head: &[u8], at: usize) -> Option<&'static str> {
    let marker = |back: usize| at.checked_sub(back).and_then(|at| head.get(at));
    if marker(2) != Some(&0xc7) && marker(3) != Some(&0xc8) && marker(5) != Some(&0xc9) {
        return None;
    }
    let behind = head.get(at + 2..)?;
    let behind = &behind[..behind.len().min(64)];
    DTYPES.into_iter().find(|dtype| {
        let text = [&[0xa0 | dtype.len() as u8][..], dtype.as_bytes()].concat();
        memchr::memmem::find(behind, &text).is_some()
    })
}

#[cfg(test)]
pub(super) fn write() -> Vec<u8> {
    let array = [&[0x93, 0x92, 2, 3][..], &[0xa7], b"float32", &[0xc4, 24], &[0; 24]].concat();
    [&[0x81, 0xa6][..], b"params", &[0x81, 0xa6], b"kernel", &[0xc7, array.len() as u8, 1], &array].concat()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn arrays_make_the_difference() {
        assert_eq!(fact_of(&read_as("x", &write(), read).expect("a model"), "quantisation"), Some("float32"));
        let plain = [&[0x81, 0xa6][..], b"params", &[0x81, 0xa6], b"kernel", &[0x93, 1, 2, 3], b"float32"].concat();
        assert!(read_as("x.msgpack", &plain, read).is_none());
    }
}
