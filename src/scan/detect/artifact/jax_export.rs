//! `jax.export`: a FlatBuffer around StableHLO in MLIR's bytecode; also that bytecode alone.

use super::flatbuffer;
use super::pages::Pages;
use super::plain::fact;
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "jax-export", read };

const BYTECODE: &[u8] = b"ML\xefR";
const PRODUCER: &[u8] = b"StableHLO_v";
const FARTHEST_ROOT: u32 = 4 << 10;

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let bare = head.starts_with(BYTECODE);
    if !bare {
        let root = u32::from_le_bytes(*head.first_chunk()?);
        if !(8..=FARTHEST_ROOT).contains(&root) || root % 2 != 0 {
            return None;
        }
        flatbuffer::root(&mut Pages::new(blob, head, 4096, 4), 0)?;
    }
    let bytecode = head.get(memchr::memmem::find(head, BYTECODE)?..)?;
    // The producer stands behind the version of the bytecode.
    let producer = memchr::memmem::find(bytecode.get(..64).unwrap_or(bytecode), PRODUCER)?;
    let version: String =
        bytecode[producer + PRODUCER.len()..].iter().take(24).take_while(|byte| byte.is_ascii_graphic()).map(|byte| char::from(*byte)).collect();
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", if bare { "stablehlo" } else { "jax" });
    fact(&mut facts, "producer", format!("StableHLO {version}"));
    Some(facts)
}

/// An exported function, for the tests.
#[cfg(test)]
pub(super) fn write() -> Vec<u8> {
    [flatbuffer::write::strings(&[0; 4], &[Some("function_name"), Some("cpu")]), b"ML\xefR\x0dStableHLO_v1.9.1\0".to_vec(), vec![0; 32]].concat()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn bytecode_with_its_producer() {
        let facts = read_as("x", &write(), read).expect("an exported function");
        assert_eq!((fact_of(&facts, "framework"), fact_of(&facts, "producer")), (Some("jax"), Some("StableHLO 1.9.1")));
        assert_eq!(fact_of(&read_as("x", b"ML\xefR\x0dStableHLO_v1.9.1\0\0", read).expect("bytecode"), "framework"), Some("stablehlo"));
        assert!(read_as("x", b"ML\xefR\x0dLLVM_v19\0\0", read).is_none());
        assert!(read_as("x", &flatbuffer::write::strings(&[0; 4], &[Some("a")]), read).is_none());
    }
}
