//! FlatBuffers: tables, strings and vectors by offset, every step checked against the blob's length.
//!
//! Four letters at offset 4 are a weak sign; a root table whose offsets agree with each other is a strong one.

use super::pages::Pages;

/// A table and its vtable, as absolute offsets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    at: u64,
    vtable: u64,
    vtable_len: u16,
}

/// Elements of a vector.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vector {
    /// Offset of the first element.
    pub(super) at: u64,
    pub(super) len: u32,
}

/// The root table of the buffer that begins at `base`, if its offsets are sane.
pub(super) fn root(pages: &mut Pages<'_>, base: u64) -> Option<Table> {
    let offset = pages.u32(base)?;
    if offset < 8 || offset % 2 != 0 {
        return None;
    }
    table(pages, base.checked_add(offset.into())?)
}

fn table(pages: &mut Pages<'_>, at: u64) -> Option<Table> {
    let back = i32::from_le_bytes(pages.array(at)?);
    let vtable = at.checked_add_signed(i64::from(back).checked_neg()?)?;
    let vtable_len = pages.u16(vtable)?;
    let object_len = pages.u16(vtable.checked_add(2)?)?;
    if !(4..=512).contains(&vtable_len) || vtable_len % 2 != 0 || !(4..=4096).contains(&object_len) {
        return None;
    }
    let slots = pages.get(vtable.checked_add(4)?, usize::from(vtable_len) - 4)?;
    let sane = slots.chunks_exact(2).all(|slot| u16::from_le_bytes([slot[0], slot[1]]) < object_len);
    (sane && at.checked_add(object_len.into())? <= pages.len()).then_some(Table { at, vtable, vtable_len })
}

impl Table {
    /// Where a field stands; `None` when it is left out.
    fn field(self, pages: &mut Pages<'_>, index: u16) -> Option<u64> {
        let slot = 4 + index.checked_mul(2)?;
        if slot.checked_add(2)? > self.vtable_len {
            return None;
        }
        match pages.u16(self.vtable.checked_add(slot.into())?)? {
            0 => None,
            offset => self.at.checked_add(offset.into()),
        }
    }

    pub(super) fn u32(self, pages: &mut Pages<'_>, index: u16) -> Option<u32> {
        let at = self.field(pages, index)?;
        pages.u32(at)
    }

    pub(super) fn u8(self, pages: &mut Pages<'_>, index: u16) -> Option<u8> {
        let at = self.field(pages, index)?;
        pages.array::<1>(at).map(|[byte]| byte)
    }

    fn target(self, pages: &mut Pages<'_>, index: u16) -> Option<u64> {
        let at = self.field(pages, index)?;
        at.checked_add(pages.u32(at)?.into())
    }

    pub(super) fn vector(self, pages: &mut Pages<'_>, index: u16) -> Option<Vector> {
        let at = self.target(pages, index)?;
        vector(pages, at)
    }

    /// At most `limit` bytes of a string.
    pub(super) fn string(self, pages: &mut Pages<'_>, index: u16, limit: usize) -> Option<String> {
        let at = self.target(pages, index)?;
        string(pages, at, limit)
    }
}

impl Vector {
    /// The table that an element of a vector of tables points to.
    pub(super) fn table(self, pages: &mut Pages<'_>, index: u32) -> Option<Table> {
        let at = self.element(index)?;
        let target = at.checked_add(pages.u32(at)?.into())?;
        table(pages, target)
    }

    /// At most `limit` bytes of an element of a vector of strings.
    pub(super) fn string(self, pages: &mut Pages<'_>, index: u32, limit: usize) -> Option<String> {
        let at = self.element(index)?;
        let target = at.checked_add(pages.u32(at)?.into())?;
        string(pages, target, limit)
    }

    /// An element of a vector of 32-bit numbers.
    pub(super) fn u32(self, pages: &mut Pages<'_>, index: u32) -> Option<u32> {
        let at = self.element(index)?;
        pages.u32(at)
    }

    fn element(self, index: u32) -> Option<u64> {
        if index < self.len { self.at.checked_add(u64::from(index) * 4) } else { None }
    }
}

fn vector(pages: &mut Pages<'_>, at: u64) -> Option<Vector> {
    let len = pages.u32(at)?;
    let first = at.checked_add(4)?;
    (first.checked_add(len.into())? <= pages.len()).then_some(Vector { at: first, len })
}

fn string(pages: &mut Pages<'_>, at: u64, limit: usize) -> Option<String> {
    let text = vector(pages, at)?;
    let len = usize::try_from(text.len).ok()?.min(limit);
    pages.get(text.at, len).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}

/// Writes buffers, for the tests of formats.
#[cfg(test)]
pub(super) mod write {
    /// A buffer whose root table holds the given strings (`None`: left out), under an identifier.
    pub(in super::super) fn strings(identifier: &[u8; 4], fields: &[Option<&str>]) -> Vec<u8> {
        let vtable_len = 4 + 2 * fields.len();
        let padded = vtable_len.next_multiple_of(4);
        let object_len = 4 + 4 * fields.len();
        let root = 8 + padded;
        let mut bytes = Vec::new();
        bytes.extend((root as u32).to_le_bytes());
        bytes.extend(identifier);
        bytes.extend((vtable_len as u16).to_le_bytes());
        bytes.extend((object_len as u16).to_le_bytes());
        for (index, field) in fields.iter().enumerate() {
            bytes.extend(if field.is_some() { 4 + 4 * index as u16 } else { 0 }.to_le_bytes());
        }
        bytes.resize(root, 0);
        bytes.extend((padded as i32).to_le_bytes());
        let mut texts = Vec::new();
        for (index, field) in fields.iter().enumerate() {
            let at = root + 4 + 4 * index;
            let target = root + object_len + texts.len();
            bytes.extend(((target - at) as u32).to_le_bytes());
            let text = field.unwrap_or_default();
            texts.extend((text.len() as u32).to_le_bytes());
            texts.extend(text.as_bytes());
            texts.resize(texts.len().next_multiple_of(4), 0);
        }
        bytes.extend(texts);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::with_pages;
    use super::*;

    #[test]
    fn strings_are_found_through_the_vtable() {
        let bytes = write::strings(b"TEST", &[Some("first"), None, Some("third")]);
        with_pages(&bytes, |pages| {
            let root = root(pages, 0).expect("the root is sane");
            assert_eq!(root.string(pages, 0, 100).as_deref(), Some("first"));
            assert_eq!(root.string(pages, 1, 100), None);
            assert_eq!(root.string(pages, 2, 3).as_deref(), Some("thi"));
            assert_eq!(root.string(pages, 3, 100), None);
        });
    }

    #[test]
    fn counting_bytes_are_no_flatbuffer() {
        let bytes: Vec<u8> = (1..=255).collect();
        assert!(with_pages(&bytes, |pages| root(pages, 0)).is_none());
    }
}
