//! The JSON header of a safetensors file: tensors and metadata, in the order they are written, and whether the offsets hold together.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};

use super::super::json::MaybeText;

/// More tensors than any model has; a bound on memory.
const MOST_TENSORS: usize = 1 << 20;
/// Types and their width in bits.
const DTYPES: [(&str, u64); 22] = [
    ("BOOL", 8),
    ("U8", 8),
    ("I8", 8),
    ("F8_E5M2", 8),
    ("F8_E4M3", 8),
    ("F8_E8M0", 8),
    ("F8_E4M3FNUZ", 8),
    ("F8_E5M2FNUZ", 8),
    ("I16", 16),
    ("U16", 16),
    ("F16", 16),
    ("BF16", 16),
    ("I32", 32),
    ("U32", 32),
    ("F32", 32),
    ("I64", 64),
    ("U64", 64),
    ("F64", 64),
    ("C64", 64),
    ("F4", 4),
    ("F6_E2M3", 6),
    ("F6_E3M2", 6),
];

/// The header.
#[derive(Default)]
pub(super) struct Header<'h> {
    /// Metadata are texts; what some writers put there besides is passed over.
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) tensors: Vec<Tensor<'h>>,
}

pub(super) struct Tensor<'h> {
    pub(super) name: Cow<'h, str>,
    pub(super) dtype: Cow<'h, str>,
    pub(super) shape: Vec<u64>,
    data_offsets: [u64; 2],
}

#[derive(Deserialize)]
struct Description<'h> {
    #[serde(borrow)]
    dtype: Cow<'h, str>,
    shape: Vec<u64>,
    data_offsets: [u64; 2],
}

impl Tensor<'_> {
    fn elements(&self) -> Option<u64> {
        self.shape.iter().try_fold(1u64, |product, side| product.checked_mul(*side))
    }

    /// As type and shape tell.
    fn bytes(&self) -> Option<u64> {
        let (_, bits) = DTYPES.iter().find(|(name, _)| *name == self.dtype)?;
        Some(self.elements()?.checked_mul(*bits)?.div_ceil(8))
    }
}

impl Header<'_> {
    /// The type that most parameters have, and the others after it.
    pub(super) fn main_dtype(&self) -> String {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for tensor in &self.tensors {
            let elements = tensor.elements().unwrap_or_default();
            let count = counts.entry(&tensor.dtype).or_default();
            *count = count.saturating_add(elements);
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        counts.into_iter().map(|(dtype, _)| dtype).collect::<Vec<_>>().join("+")
    }
}

impl<'de: 'h, 'h> Deserialize<'de> for Header<'h> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HeaderVisitor)
    }
}

struct HeaderVisitor;

impl<'de> Visitor<'de> for HeaderVisitor {
    type Value = Header<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tensor descriptions by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header<'de>, A::Error> {
        let mut header = Header::default();
        while let Some(name) = map.next_key::<Text<'de>>()? {
            if header.tensors.len() >= MOST_TENSORS {
                return Err(serde::de::Error::custom("too many tensors"));
            }
            if name.0 == "__metadata__" {
                let metadata: BTreeMap<String, MaybeText> = map.next_value()?;
                header.metadata = metadata.into_iter().filter_map(|(name, value)| Some((name, value.0?))).collect();
            } else {
                let Description { dtype, shape, data_offsets } = map.next_value()?;
                header.tensors.push(Tensor { name: name.0, dtype, shape, data_offsets });
            }
        }
        Ok(header)
    }
}

/// Text that is borrowed where it holds no escape.
#[derive(Deserialize)]
struct Text<'h>(#[serde(borrow)] Cow<'h, str>);

/// What the offsets of all tensors together say.
pub(super) struct Layout {
    /// Where the last tensor ends, from the end of the header.
    pub(super) end: u64,
    pub(super) gaps: bool,
    /// A type is unknown, or a tensor's type and shape ask for other offsets.
    pub(super) lies: bool,
    pub(super) parameters: u128,
}

/// `None` when there is no tensor.
pub(super) fn layout(header: &Header<'_>) -> Option<Layout> {
    let mut layout = Layout { end: 0, gaps: false, lies: false, parameters: 0 };
    let mut spans = Vec::with_capacity(header.tensors.len());
    for tensor in &header.tensors {
        let [start, end] = tensor.data_offsets;
        layout.lies |= end.checked_sub(start).is_none_or(|bytes| tensor.bytes() != Some(bytes));
        layout.parameters += u128::from(tensor.elements().unwrap_or_default());
        spans.push((start, end));
    }
    spans.sort_unstable();
    for (start, end) in spans {
        layout.gaps |= start != layout.end;
        layout.end = layout.end.max(end);
    }
    (!header.tensors.is_empty()).then_some(layout)
}
