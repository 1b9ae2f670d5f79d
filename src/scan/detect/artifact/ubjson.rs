//! Universal Binary JSON, as far as XGBoost writes it, into JSON values. (<https://ubjson.org>)

use serde_json::{Map, Value};

const DEEPEST: u32 = 32;
/// A value of one byte takes many in memory.
const MOST_KEPT: u32 = 1 << 20;

/// The object at the start of the bytes. Values of keys for which `skip` holds are read and dropped, and so are arrays
/// of typed numbers: a model's trees are made of them. `None` when the grammar does not hold or the bytes end early.
pub(super) fn object(bytes: &[u8], skip: fn(&str) -> bool) -> Option<Map<String, Value>> {
    let mut reader = Reader { bytes, at: 0, kept: 0, skip };
    match reader.take(1)? {
        b"{" => reader.object(0, true),
        _ => None,
    }
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    kept: u32,
    skip: fn(&str) -> bool,
}

impl<'b> Reader<'b> {
    fn take(&mut self, len: usize) -> Option<&'b [u8]> {
        let end = self.at.checked_add(len)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn object(&mut self, depth: u32, keep: bool) -> Option<Map<String, Value>> {
        let mut object = Map::new();
        let count = self.count()?;
        let mut read = 0u64;
        loop {
            match (count, self.peek()) {
                (Some(count), _) if read >= count => return Some(object),
                (None, Some(b'}')) => {
                    self.at += 1;
                    return Some(object);
                }
                _ => {}
            }
            let key = self.string()?;
            let keep = keep && !(self.skip)(&key);
            let value = self.value(depth + 1, keep)?;
            if keep {
                object.insert(key, value);
            }
            read += 1;
        }
    }

    fn array(&mut self, depth: u32, keep: bool) -> Option<Value> {
        if self.peek() == Some(b'$') {
            self.at += 1;
            let width = width(*self.take(1)?.first()?)?;
            let count = usize::try_from(self.count()??).ok()?;
            self.take(count.checked_mul(width)?)?;
            return Some(Value::Null);
        }
        let count = self.count()?;
        let mut values = Vec::new();
        let mut read = 0u64;
        loop {
            match (count, self.peek()) {
                (Some(count), _) if read >= count => return Some(Value::Array(values)),
                (None, Some(b']')) => {
                    self.at += 1;
                    return Some(Value::Array(values));
                }
                _ => {}
            }
            let value = self.value(depth + 1, keep)?;
            if keep {
                values.push(value);
            }
            read += 1;
        }
    }

    fn value(&mut self, depth: u32, keep: bool) -> Option<Value> {
        self.kept += u32::from(keep);
        if depth > DEEPEST || self.kept > MOST_KEPT {
            return None;
        }
        Some(match *self.take(1)?.first()? {
            b'{' => Value::Object(self.object(depth, keep)?),
            b'[' => self.array(depth, keep)?,
            b'S' => Value::String(self.string()?),
            b'Z' => Value::Null,
            b'T' => Value::Bool(true),
            b'F' => Value::Bool(false),
            b'C' => {
                self.take(1)?;
                Value::Null
            }
            b'd' => f64::from(f32::from_be_bytes(self.array_of()?)).into(),
            b'D' => f64::from_be_bytes(self.array_of()?).into(),
            marker => self.integer(marker)?.into(),
        })
    }

    fn string(&mut self) -> Option<String> {
        let marker = *self.take(1)?.first()?;
        let len = usize::try_from(self.integer(marker)?).ok()?;
        self.take(len).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// `#` and a number; the inner `None` stands for a container that is ended by its bracket.
    fn count(&mut self) -> Option<Option<u64>> {
        if self.peek() != Some(b'#') {
            return Some(None);
        }
        self.at += 1;
        let marker = *self.take(1)?.first()?;
        u64::try_from(self.integer(marker)?).ok().map(Some)
    }

    fn integer(&mut self, marker: u8) -> Option<i64> {
        Some(match marker {
            b'i' => i8::from_be_bytes(self.array_of()?).into(),
            b'U' => u8::from_be_bytes(self.array_of()?).into(),
            b'I' => i16::from_be_bytes(self.array_of()?).into(),
            b'l' => i32::from_be_bytes(self.array_of()?).into(),
            b'L' => i64::from_be_bytes(self.array_of()?),
            _ => return None,
        })
    }

    fn array_of<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.first_chunk().copied()
    }
}

/// Bytes of a typed number.
fn width(marker: u8) -> Option<usize> {
    match marker {
        b'i' | b'U' => Some(1),
        b'I' => Some(2),
        b'l' | b'd' => Some(4),
        b'L' | b'D' => Some(8),
        _ => None,
    }
}

/// Writes objects, for the tests of formats.
#[cfg(test)]
pub(super) mod write {
    fn length(len: usize) -> Vec<u8> {
        [b"L".to_vec(), (len as u64).to_be_bytes().to_vec()].concat()
    }

    pub(in super::super) fn string(text: &str) -> Vec<u8> {
        [b"S".to_vec(), length(text.len()), text.as_bytes().to_vec()].concat()
    }

    pub(in super::super) fn object(pairs: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let pairs = pairs.iter().map(|(key, value)| [length(key.len()), key.as_bytes().to_vec(), value.clone()].concat());
        [b"{".to_vec(), pairs.collect::<Vec<_>>().concat(), b"}".to_vec()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_arrays_and_typed_arrays() {
        let typed = b"[$d#i\x02\0\0\0\0\0\0\0\0".to_vec();
        let bytes = write::object(&[("name", write::string("x")), ("n", b"[#i\x02U\x07i\xff".to_vec()), ("t", typed), ("big", b"[[[]]]".to_vec())]);
        let object = object(&bytes, |key| key == "big").expect("sound");
        assert_eq!(Value::Object(object), serde_json::json!({"name": "x", "n": [7, -1], "t": null}));
    }

    #[test]
    fn hostile_bytes_end_in_none() {
        assert_eq!(object(&b"{L\0\0\0\0\0\0\0\x01a".iter().copied().chain([b'['; 100_000]).collect::<Vec<_>>(), |_| false), None);
        assert_eq!(object(b"{L\x7f\xff\xff\xff\xff\xff\xff\xffa", |_| false), None);
        assert_eq!(object(b"{L\0\0\0\0\0\0\0\x01a[#L\x7f\xff\xff\xff\xff\xff\xff\xff", |_| false), None);
        assert_eq!(object(b"{i\x01a[$d#L\x7f\xff\xff\xff\xff\xff\xff\xff", |_| false), None);
    }
}
