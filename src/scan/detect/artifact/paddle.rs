//! Paddle's inference models: `.pdmodel`, a program in a protocol buffer, and `.pdiparams`, its tensors one after the other.

use super::plain::{fact, hazard};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const PROGRAM: Format = Format { name: "paddle-program", read: program };
pub(super) const WEIGHTS: Format = Format { name: "paddle-params", read: weights };

/// The first block of a program: number 0, and a parent of -1.
const FIRST_BLOCK: &[u8] = b"\x08\x00\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
const LONGEST: u64 = 256 << 20;
/// Operators that call back into the Python that runs the program.
const PYTHON: &[u8] = b"\x1a\x07py_func";
const LARGEST_TYPE: u8 = 30;

fn program(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let rest = head.strip_prefix(&[0x0a])?;
    let length = rest.iter().take(5).position(|byte| byte & 0x80 == 0)? + 1;
    rest.get(length..)?.strip_prefix(FIRST_BLOCK)?;
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "paddle");
    let bytes = blob.window(0..LONGEST).ok()?;
    if memchr::memmem::find(&bytes, PYTHON).is_some() {
        hazard(&mut facts, true, "Paddle operator `py_func`");
    }
    Some(facts)
}

/// Two versions and no levels, all zero; then the description of a tensor, whose length must fit.
fn weights(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let rest = head.strip_prefix(&[0; 16])?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok().filter(|length| (2..=128).contains(length))?;
    let [0x08, 0..=LARGEST_TYPE, dimensions @ ..] = rest.get(..length)? else { return None };
    if !are_dimensions(dimensions) {
        return None;
    }
    let mut facts = Facts { role: "weights", sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "paddle");
    Some(facts)
}

/// Nothing but `10 <number>`.
fn are_dimensions(mut bytes: &[u8]) -> bool {
    while let [0x10, rest @ ..] = bytes {
        let Some(end) = rest.iter().take(10).position(|byte| byte & 0x80 == 0) else { return false };
        bytes = &rest[end + 1..];
    }
    bytes.is_empty()
}

/// One file of each, for the tests.
#[cfg(test)]
pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let block = [FIRST_BLOCK, b"\x22\x08\x1a\x06matmul"].concat();
    let tensor = [&[0; 16][..], &[6, 0, 0, 0, 8, 5, 0x10, 4, 0x10, 2], &[0; 32]].concat();
    vec![("paddle-program", [&[0x0a, block.len() as u8][..], &block, b"\x22\x02\x08\x00"].concat()), ("paddle-params", tensor)]
}

#[cfg(test)]
mod tests {
    use super::super::testing::read_as;
    use super::*;

    #[test]
    fn a_program_that_calls_python_is_a_hazard() {
        assert!(read_as("x", &samples()[0].1, program).is_some_and(|facts| facts.hazards.is_empty()));
        let calling = [&[0x0a, 30][..], FIRST_BLOCK, b"\x22\x09\x1a\x07py_func"].concat();
        assert!(read_as("x", &calling, program).is_some_and(|facts| facts.hazards.len() == 1));
    }

    #[test]
    fn zeros_are_no_tensors() {
        assert!(read_as("x.pdiparams", &samples()[1].1, weights).is_some());
        assert!(read_as("x.pdiparams", &[0; 500], weights).is_none());
        assert!(read_as("x", &[&[0; 16][..], &[6, 0, 0, 0, 8, 5, 0x11, 4, 0x10, 2]].concat(), weights).is_none());
    }
}
