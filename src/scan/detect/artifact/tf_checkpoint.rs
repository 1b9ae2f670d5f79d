//! The index of a TensorFlow checkpoint: a LevelDB table whose first, nameless entry is a bundle header. The tensors lie in
//! `NAME.data-00000-of-0000N` beside it.

use super::plain::fact;
use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "tf-checkpoint", read };

const TABLE_MAGIC: [u8; 8] = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    // No shared key bytes, no key bytes, a short value, which begins with the number of shards.
    let [0, 0, 2..=64, 8, shards @ 1..=127, ..] = head else { return None };
    if !blob.tail(8).ok()?.ends_with(&TABLE_MAGIC) {
        return None;
    }
    let mut facts = Facts { sureness: Sureness::Certain, role: "index", ..Facts::default() };
    fact(&mut facts, "framework", "tensorflow");
    if let Some(name) = blob.name().strip_suffix(".index") {
        let names: Vec<String> = (0..*shards).map(|number| format!("{name}.data-{number:05}-of-{shards:05}")).collect();
        facts.facts.push(("shards", names.join(", ")));
    }
    Some(facts)
}

#[cfg(test)]
pub(super) fn write() -> Vec<u8> {
    [&[0, 0, 6, 8, 2, 0x1a, 2, 8, 1][..], &[0; 64], &TABLE_MAGIC].concat()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fact_of, read_as};
    use super::*;

    #[test]
    fn head_and_tail_make_an_index() {
        let facts = read_as("ckpt-1.index", &write(), read).expect("an index");
        assert_eq!((facts.role, fact_of(&facts, "shards")), ("index", Some("ckpt-1.data-00000-of-00002, ckpt-1.data-00001-of-00002")));
        assert!(read_as("x.index", &write()[..40], read).is_none());
        assert!(read_as("x.index", &[[0; 60].to_vec(), TABLE_MAGIC.to_vec()].concat(), read).is_none(), "another LevelDB table");
    }
}
