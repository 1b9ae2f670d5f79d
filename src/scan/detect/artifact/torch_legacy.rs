//! PyTorch before 1.6: stacked pickles (a magic number, a protocol, the system, the object, the storages' keys), then raw storages.

use super::{Facts, Format, pickle};
use crate::domain::{Blob, Sureness};

pub(super) const FORMAT: Format = Format { name: "torch-legacy", read };

/// The pickled magic number.
const MAGIC: &[u8] = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e";

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    if !head.starts_with(MAGIC) {
        return None;
    }
    let told = pickle::tell(blob, head)?;
    let mut facts = pickle::facts(told);
    if facts.role == "data" {
        facts.role = "model";
        facts.facts.push(("framework", "torch".to_owned()));
    }
    facts.sureness = Sureness::Certain;
    Some(facts)
}
