//! Llamafiles: a program for many systems with a zip at its end that holds the weights.

use super::plain::{fact, hazard, list_fact};
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "llamafile", read };

/// The end of a zip: its longest comment, its end record, and some of its directory.
const TAIL: usize = 128 << 10;
const MOST_MEMBERS: usize = 4096;

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if !(head.starts_with(b"MZqFpD='") || head.starts_with(b"jartsr='")) {
        return None;
    }
    let tail = blob.tail(TAIL).ok()?;
    memchr::memmem::rfind(&tail, b"PK\x05\x06")?;
    let members: Vec<String> = memchr::memmem::find_iter(&tail, b"PK\x01\x02").take(MOST_MEMBERS).filter_map(|at| member(&tail, at)).collect();
    let weights: Vec<&str> = members.iter().map(String::as_str).filter(|name| name.ends_with(".gguf")).collect();
    if weights.is_empty() {
        return None;
    }
    let mut facts = Facts { sureness: Sureness::Certain, ..Facts::default() };
    fact(&mut facts, "framework", "ggml");
    list_fact(&mut facts, "members", weights, 16);
    hazard(&mut facts, true, "a program that carries its weights");
    Some(facts)
}

/// The name in an entry of the directory.
fn member(tail: &[u8], at: usize) -> Option<String> {
    let len = u16::from_le_bytes(*tail.get(at + 28..at + 30)?.first_chunk()?);
    tail.get(at + 46..at + 46 + usize::from(len)).map(|name| String::from_utf8_lossy(name).into_owned())
}

#[cfg(test)]
pub(super) fn write(member: &str) -> Vec<u8> {
    let mut entry = [b"PK\x01\x02".to_vec(), vec![0; 42]].concat();
    entry[28] = member.len() as u8;
    [b"MZqFpD='\n\n".to_vec(), vec![0; 500], entry, member.as_bytes().to_vec(), b"PK\x05\x06".to_vec(), vec![0; 18]].concat()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn a_program_with_weights_at_its_end() {
        let facts = read_as("x", &write("tiny.Q4_0.gguf"), read).expect("weights");
        assert_eq!((fact_of(&facts, "members"), facts.hazards.len()), (Some("tiny.Q4_0.gguf"), 1));
        assert!(read_as("x.com", &write("zoneinfo/UTC"), read).is_none(), "other programs of this kind");
    }
}
