//! Reads the pairs and the tensor descriptions of a GGUF file; every count and length is held against the file before it is believed.

use std::collections::BTreeMap;

use super::super::pages::Pages;
use super::ggml_types::tensor_type;

const MOST_PAIRS: u64 = 1 << 20;
const MOST_TENSORS: u64 = 1 << 20;
const LONGEST_KEY: u64 = 65_535;
/// Longer texts (a vocabulary in one string) are passed over.
const LONGEST_TEXT: u64 = 1 << 20;
/// Elements of an array of texts that are kept: tags, datasets, languages; of a vocabulary, its beginning.
const KEPT_ELEMENTS: usize = 32;
const DEFAULT_ALIGNMENT: u64 = 32;

#[derive(Debug)]
pub(super) enum Value {
    Text(String),
    Number(u64),
    Texts(Vec<String>),
    /// Passed over.
    Other,
}

#[derive(Debug)]
pub(super) struct Tensor {
    name: String,
    shape: Vec<u64>,
    type_code: u32,
    offset: u64,
}

#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) values: BTreeMap<String, Value>,
    pub(super) tensors: Vec<Tensor>,
    /// All pairs and all tensor descriptions were read.
    pub(super) complete: bool,
    /// Something was met that no writer writes.
    pub(super) irregular: bool,
    /// The reading stopped because the file may not be asked any further, and not because it ended.
    unread: bool,
    data_start: u64,
}

/// `None`: not a GGUF file. What ends or lies in the middle is told as far as it goes, if one pair was whole: a wrong count
/// is soon mended by whoever wants to use the file.
pub(super) fn contents(pages: &mut Pages<'_>) -> Option<Contents> {
    let mut reader = Reader::open(pages)?;
    let mut contents = Contents::default();
    let (tensor_count, pair_count) = reader.counts()?;
    let ended = reader.pairs(pair_count, &mut contents).and_then(|()| reader.tensors(tensor_count, &mut contents));
    if contents.values.is_empty() {
        return None;
    }
    contents.complete = ended.is_some();
    contents.irregular = reader.nonsense;
    contents.unread = reader.pages.exhausted();
    let believable = |value: &u64| value.is_power_of_two() && u32::try_from(*value).is_ok();
    let alignment = contents.values.get("general.alignment").and_then(Value::number).filter(believable);
    contents.data_start = reader.at.checked_next_multiple_of(alignment.unwrap_or(DEFAULT_ALIGNMENT))?;
    Some(contents)
}

impl Contents {
    /// What the file lacks, in words.
    pub(super) fn missing(&self, size: u64) -> Option<String> {
        if !self.complete {
            return (!self.unread && !self.irregular).then(|| "ends in its header".to_owned());
        }
        let ends = self.tensors.iter().filter_map(|tensor| self.data_start.checked_add(tensor.offset)?.checked_add(tensor.bytes()?));
        let end = ends.max().unwrap_or_default();
        (end > size).then(|| format!("{size} of {end} bytes"))
    }

    pub(super) fn parameters(&self) -> u128 {
        self.tensors.iter().map(|tensor| u128::from(tensor.elements())).sum()
    }

    /// The type that most parameters have.
    pub(super) fn main_type(&self) -> Option<&'static str> {
        let mut counts: BTreeMap<u32, u128> = BTreeMap::new();
        self.tensors.iter().for_each(|tensor| *counts.entry(tensor.type_code).or_default() += u128::from(tensor.elements()));
        let (code, _) = counts.into_iter().max_by_key(|(_, count)| *count)?;
        tensor_type(code).map(|(name, ..)| name)
    }
}

impl Value {
    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn number(&self) -> Option<u64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    pub(super) fn texts(&self) -> &[String] {
        if let Self::Texts(texts) = self { texts } else { &[] }
    }
}

impl Tensor {
    fn elements(&self) -> u64 {
        self.shape.iter().fold(1, |product, side| product.saturating_mul(*side))
    }

    fn bytes(&self) -> Option<u64> {
        let (_, elements, bytes) = tensor_type(self.type_code)?;
        self.elements().div_ceil(elements).checked_mul(bytes)
    }

    /// A line of the tensor identity.
    pub(super) fn line(&self) -> String {
        let shape = self.shape.iter().map(u64::to_string).collect::<Vec<_>>().join(",");
        let dtype = tensor_type(self.type_code).map_or_else(|| self.type_code.to_string(), |(name, ..)| name.to_owned());
        format!("{}\0{dtype}\0{shape}\n", self.name)
    }
}

struct Reader<'r, 'p> {
    pages: &'r mut Pages<'p>,
    at: u64,
    version: u32,
    big_endian: bool,
    /// Something was met that no writer writes.
    nonsense: bool,
}

impl<'r, 'p> Reader<'r, 'p> {
    /// Behind the magic number and the version, whose bytes tell the order of all others.
    fn open(pages: &'r mut Pages<'p>) -> Option<Self> {
        let bytes = pages.array(4)?;
        let (little, big) = (u32::from_le_bytes(bytes), u32::from_be_bytes(bytes));
        let big_endian = (1..=3).contains(&big);
        let version = if big_endian { big } else { little };
        (1..=3).contains(&version).then_some(Self { pages, at: 8, version, big_endian, nonsense: false })
    }

    fn counts(&mut self) -> Option<(u64, u64)> {
        let (tensors, pairs) = (self.count()?, self.count()?);
        (1..=MOST_PAIRS).contains(&pairs).then_some((tensors, pairs))
    }

    fn pairs(&mut self, count: u64, contents: &mut Contents) -> Option<()> {
        for _ in 0..count {
            let key = self.string(LONGEST_KEY)?;
            if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
                self.nonsense = true;
                // Loaders take any key, so what stands behind a strange one counts; a file that begins with one is none.
                if contents.values.is_empty() {
                    return None;
                }
            }
            let code = self.u32()?;
            let value = self.value(code, 0)?;
            contents.values.insert(key, value);
        }
        Some(())
    }

    fn value(&mut self, code: u32, depth: u32) -> Option<Value> {
        match code {
            8 => {
                let len = self.count()?;
                if len > LONGEST_TEXT { self.skip(len).map(|()| Value::Other) } else { self.text(len).map(Value::Text) }
            }
            9 => self.elements(depth),
            _ => self.number(code),
        }
    }

    fn elements(&mut self, depth: u32) -> Option<Value> {
        let (code, len) = (self.u32()?, self.count()?);
        if let Some(width) = width(code) {
            return self.skip(len.checked_mul(width)?).map(|()| Value::Other);
        }
        // Each element takes bytes, so that the file's length bounds the loop.
        if depth > 2 || len > self.pages.len() {
            self.nonsense = true;
            return None;
        }
        let mut texts = Vec::new();
        for index in 0..len {
            match code {
                8 if index as usize >= KEPT_ELEMENTS => {
                    let len = self.count()?;
                    self.skip(len)?;
                }
                _ => match self.value(code, depth + 1)? {
                    Value::Text(text) => texts.push(text),
                    _ => continue,
                },
            }
        }
        Some(Value::Texts(texts))
    }

    fn number(&mut self, code: u32) -> Option<Value> {
        let Some(width) = width(code) else {
            self.nonsense = true;
            return None;
        };
        let bytes = self.pages.get(self.at, width as usize)?;
        let widened = |bytes: &mut dyn Iterator<Item = &u8>| bytes.fold(0u64, |value, byte| value << 8 | u64::from(*byte));
        let value = if self.big_endian { widened(&mut bytes.iter()) } else { widened(&mut bytes.iter().rev()) };
        self.at += width;
        Some(if matches!(code, 6 | 12) { Value::Other } else { Value::Number(value) })
    }

    fn tensors(&mut self, count: u64, contents: &mut Contents) -> Option<()> {
        if count > MOST_TENSORS {
            self.nonsense = true;
            return None;
        }
        for _ in 0..count {
            let name = self.string(LONGEST_KEY)?;
            let dimensions = self.u32()?;
            if dimensions > 8 {
                self.nonsense = true;
                return None;
            }
            let shape = (0..dimensions).map(|_| self.count()).collect::<Option<Vec<u64>>>()?;
            let (type_code, offset) = (self.u32()?, self.u64()?);
            contents.tensors.push(Tensor { name, shape, type_code, offset });
        }
        Some(())
    }

    fn string(&mut self, longest: u64) -> Option<String> {
        let len = self.count()?;
        if len > longest {
            self.nonsense = true;
            return None;
        }
        self.text(len)
    }

    fn text(&mut self, len: u64) -> Option<String> {
        let text = String::from_utf8_lossy(self.pages.get(self.at, usize::try_from(len).ok()?)?).into_owned();
        self.at += len;
        Some(text)
    }

    fn skip(&mut self, len: u64) -> Option<()> {
        self.at = self.at.checked_add(len).filter(|at| *at <= self.pages.len())?;
        Some(())
    }

    /// Lengths and counts have 32 bits in version 1 and 64 later.
    fn count(&mut self) -> Option<u64> {
        if self.version == 1 { self.u32().map(u64::from) } else { self.u64() }
    }

    fn u32(&mut self) -> Option<u32> {
        let bytes = self.pages.array(self.at)?;
        self.at += 4;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    fn u64(&mut self) -> Option<u64> {
        let bytes = self.pages.array(self.at)?;
        self.at += 8;
        Some(if self.big_endian { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) })
    }
}

/// Bytes of a number of this type.
fn width(code: u32) -> Option<u64> {
    match code {
        0 | 1 | 7 => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}
