//! GGUF: `GGUF`, then a version.

use super::{Facts, Format};
use crate::domain::Blob;

pub(super) const FORMAT: Format = Format { name: "gguf", read };

fn read(_blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let version = head.strip_prefix(b"GGUF")?.first_chunk()?;
    (1..=3).contains(&u32::from_le_bytes(*version)).then(Facts::default)
}
