//! Protocol buffers by their wire grammar alone: field numbers and wire types, no schema.
//!
//! Messages are regions of the blob, so that a field of many gigabytes is passed over without being read.

use super::pages::Pages;

/// Varint, fixed 64, length-delimited, fixed 32, as on the wire. Groups (3, 4) are obsolete and end the reading.
pub(super) const VARINT: u8 = 0;
pub(super) const FIXED64: u8 = 1;
pub(super) const BYTES: u8 = 2;
pub(super) const FIXED32: u8 = 5;

/// One field of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) number: u32,
    pub(super) wire: u8,
    /// The value of a varint.
    pub(super) value: u64,
    /// Offset of the payload in the blob, and its length.
    pub(super) start: u64,
    pub(super) len: u64,
    /// As much of the payload as the message around it has.
    held: u64,
    /// The payload reaches beyond the end of the message.
    pub(super) cut: bool,
}

/// The fields of a message, one after the other.
pub(super) struct Message {
    at: u64,
    end: u64,
    /// Something that is no field was met.
    pub(super) broken: bool,
}

impl Message {
    pub(super) fn new(start: u64, len: u64) -> Self {
        Self { at: start, end: start.saturating_add(len), broken: false }
    }

    /// The next field; `None` at the end, and when `broken`.
    pub(super) fn next(&mut self, pages: &mut Pages<'_>) -> Option<Field> {
        if self.broken || self.at >= self.end {
            return None;
        }
        let field = self.field(pages);
        self.broken = field.is_none();
        let field = field?;
        self.at = field.start.saturating_add(field.len);
        Some(field)
    }

    fn field(&mut self, pages: &mut Pages<'_>) -> Option<Field> {
        let (key, start) = varint(pages, self.at, self.end)?;
        let (number, wire) = (u32::try_from(key >> 3).ok()?, (key & 7) as u8);
        if number == 0 || number > 536_870_911 {
            return None;
        }
        let (value, start, len) = match wire {
            VARINT => varint(pages, start, self.end).map(|(value, end)| (value, start, end - start))?,
            FIXED64 => (0, start, 8),
            FIXED32 => (0, start, 4),
            BYTES => varint(pages, start, self.end).map(|(len, start)| (0, start, len))?,
            _ => return None,
        };
        let held = len.min(self.end.saturating_sub(start));
        Some(Field { number, wire, value, start, len, held, cut: held < len })
    }
}

impl Field {
    /// A blob of this length, as if it were a field.
    pub(super) fn whole(len: u64) -> Self {
        Self { number: 0, wire: BYTES, value: 0, start: 0, len, held: len, cut: false }
    }

    /// The payload as a message of its own.
    pub(super) fn message(&self) -> Message {
        Message::new(self.start, self.held)
    }

    /// The payload as text, at most `limit` bytes of it.
    pub(super) fn text(&self, pages: &mut Pages<'_>, limit: usize) -> Option<String> {
        self.bytes(pages, limit).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// The payload, at most `limit` bytes of it.
    pub(super) fn bytes<'b>(&self, pages: &'b mut Pages<'_>, limit: usize) -> Option<&'b [u8]> {
        let len = usize::try_from(self.held).unwrap_or(usize::MAX).min(limit);
        if self.wire == BYTES { pages.get(self.start, len) } else { None }
    }

    /// Is this one of the fields that a schema has, under its wire type?
    pub(super) fn is_in(&self, schema: &[(u32, u8)]) -> bool {
        schema.contains(&(self.number, self.wire))
    }
}

/// All fields of a message, if each is in the schema and they fill it exactly. At most `most` are looked at.
pub(super) fn fields(mut message: Message, pages: &mut Pages<'_>, schema: &[(u32, u8)], most: usize) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    while let Some(field) = message.next(pages) {
        if !field.is_in(schema) || field.cut {
            return None;
        }
        fields.push(field);
        if fields.len() >= most {
            return Some(fields);
        }
    }
    (!message.broken).then_some(fields)
}

/// The first field of this number.
pub(super) fn find(fields: &[Field], number: u32) -> Option<&Field> {
    fields.iter().find(|field| field.number == number)
}

/// A varint and the offset behind it.
fn varint(pages: &mut Pages<'_>, at: u64, end: u64) -> Option<(u64, u64)> {
    let available = usize::try_from(end.saturating_sub(at)).unwrap_or(usize::MAX).min(10);
    let bytes = pages.up_to(at, available)?;
    let mut value = 0u64;
    for (index, byte) in bytes.iter().enumerate() {
        value |= u64::from(byte & 0x7f).checked_shl(7 * index as u32)?;
        if byte & 0x80 == 0 {
            return Some((value, at + index as u64 + 1));
        }
    }
    None
}

/// Writes messages, for the tests of formats.
#[cfg(test)]
pub(super) mod write {
    pub(in super::super) fn varint(mut value: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while value >= 0x80 {
            bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    }

    pub(in super::super) fn number(field: u64, value: u64) -> Vec<u8> {
        [varint(field << 3), varint(value)].concat()
    }

    pub(in super::super) fn bytes(field: u64, value: impl AsRef<[u8]>) -> Vec<u8> {
        let value = value.as_ref();
        [varint(field << 3 | 2), varint(value.len() as u64), value.to_vec()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::with_pages;
    use super::*;

    #[test]
    fn fields_fill_their_message() {
        let bytes = [write::number(1, 300), write::bytes(2, "name")].concat();
        let schema = [(1, VARINT), (2, BYTES)];
        let read = |bytes: &[u8]| with_pages(bytes, |pages| fields(Message::new(0, bytes.len() as u64), pages, &schema, 10));
        let fields = read(&bytes).expect("both fields are in the schema");
        assert_eq!(fields.iter().map(|field| (field.number, field.value, field.len)).collect::<Vec<_>>(), [(1, 300, 2), (2, 0, 4)]);
        assert!((1..bytes.len()).all(|cut| cut == 3 || read(&bytes[..cut]).is_none()));
    }

    #[test]
    fn a_length_beyond_the_end_is_a_cut() {
        let bytes = [write::varint(7 << 3 | 2), write::varint(u64::MAX >> 1)].concat();
        with_pages(&bytes, |pages| {
            let field = Message::new(0, bytes.len() as u64).next(pages).expect("the key is whole");
            assert!(field.cut && field.message().next(pages).is_none());
        });
    }
}
