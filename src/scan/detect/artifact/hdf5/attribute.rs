//! Values of HDF5 attributes that are texts. The attribute's message is found by its name; its value stands behind it,
//! or in a global heap that it points to. (HDF5 file format 3.0, IV.A.2.m and III.E)

use crate::domain::Blob;

/// Of the texts with this name in the head, the first whose surroundings are those of an attribute message.
pub(super) fn text(blob: &Blob<'_>, head: &[u8], name: &str, longest: usize) -> Option<Vec<u8>> {
    let terminated = format!("{name}\0");
    memchr::memmem::find_iter(head, terminated.as_bytes()).find_map(|at| {
        let message = Message::around(head, at, terminated.len())?;
        message.value(blob, head, longest)
    })
}

/// Where the value of an attribute stands, and the first byte and the size of its type.
struct Message {
    class: u8,
    size: u32,
    value: usize,
}

impl Message {
    fn around(head: &[u8], name: usize, name_len: usize) -> Option<Self> {
        Self::padded(head, name, name_len).or_else(|| Self::packed(head, name, name_len))
    }

    /// Version 1: three parts, each padded to eight bytes.
    fn padded(head: &[u8], name: usize, name_len: usize) -> Option<Self> {
        let [1, _, sizes @ ..] = head.get(name.checked_sub(8)?..name)? else { return None };
        Self::new(head, name, name_len, sizes, 8)
    }

    /// Versions 2 and 3: without padding; version 3 names an encoding.
    fn packed(head: &[u8], name: usize, name_len: usize) -> Option<Self> {
        let sizes = match head.get(name.checked_sub(9)?..name)? {
            [3, _, sizes @ .., _] => sizes,
            [_, 2, _, sizes @ ..] => sizes,
            _ => return None,
        };
        Self::new(head, name, name_len, sizes, 1)
    }

    fn new(head: &[u8], name: usize, name_len: usize, sizes: &[u8], padding: usize) -> Option<Self> {
        let mut sizes = sizes.chunks_exact(2).map(|pair| usize::from(u16::from_le_bytes([pair[0], pair[1]])));
        let (name_size, type_size, space_size) = (sizes.next()?, sizes.next()?, sizes.next()?);
        if name_size != name_len {
            return None;
        }
        let type_at = name + name_size.next_multiple_of(padding);
        let described = head.get(type_at..type_at + 8)?;
        let size = u32::from_le_bytes(*described.last_chunk()?);
        Some(Self { class: described[0] & 0x0f, size, value: type_at + type_size.next_multiple_of(padding) + space_size.next_multiple_of(padding) })
    }

    fn value(&self, blob: &Blob<'_>, head: &[u8], longest: usize) -> Option<Vec<u8>> {
        let text = match self.class {
            3 => window(blob, self.value as u64, usize::try_from(self.size).ok()?.min(longest))?,
            9 => {
                let reference = head.get(self.value..self.value + 16)?;
                let address = u64::from_le_bytes(*reference.get(4..)?.first_chunk()?);
                let index = u32::from_le_bytes(*reference.last_chunk()?);
                heap_object(blob, address, index, longest)?
            }
            _ => return None,
        };
        let end = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
        Some(text.get(..end)?.to_vec())
    }
}

/// An object of a global heap: `GCOL`, then objects with an index and a size, each padded to eight bytes.
fn heap_object(blob: &Blob<'_>, heap: u64, index: u32, longest: usize) -> Option<Vec<u8>> {
    const MOST_OBJECTS: usize = 4096;
    let header = window(blob, heap, 16)?;
    header.strip_prefix(b"GCOL")?;
    let mut at = heap.checked_add(16)?;
    for _ in 0..MOST_OBJECTS {
        let object = window(blob, at, 16)?;
        let found = u32::from(u16::from_le_bytes([*object.first()?, *object.get(1)?]));
        let size = u64::from_le_bytes(*object.last_chunk()?);
        if found == 0 {
            return None;
        }
        if found == index {
            return window(blob, at.checked_add(16)?, usize::try_from(size).ok()?.min(longest));
        }
        at = at.checked_add(16)?.checked_add(size.checked_next_multiple_of(8)?)?;
    }
    None
}

fn window(blob: &Blob<'_>, start: u64, len: usize) -> Option<Vec<u8>> {
    let bytes = blob.window(start..start.checked_add(len as u64)?).ok()?;
    (bytes.len() == len).then(|| bytes.into_owned())
}

#[cfg(test)]
pub(super) mod write {
    /// An attribute message of version 1 whose value is a text of fixed length.
    pub(in super::super::super) fn attribute(name: &str, value: &str) -> Vec<u8> {
        let pad = |bytes: &[u8]| [bytes, &vec![0; bytes.len().next_multiple_of(8) - bytes.len()]].concat();
        let name = [name.as_bytes(), b"\0"].concat();
        let sizes = [name.len() as u16, 8, 8].map(u16::to_le_bytes).concat();
        let datatype = [&[0x13, 0, 0, 0][..], &(value.len() as u32).to_le_bytes()].concat();
        [vec![1, 0], sizes, pad(&name), datatype, vec![0; 8], pad(value.as_bytes())].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Content, Origin};

    fn text_in(bytes: &[u8], name: &str) -> Option<String> {
        let origin = Origin::default();
        text(&Blob::of_unit(&origin, Content::Whole(bytes)), bytes, name, 1000).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    #[test]
    fn values_stand_in_the_message_or_in_a_heap() {
        let fixed = [vec![0; 16], write::attribute("version", "2.15.0")].concat();
        assert_eq!(text_in(&fixed, "version").as_deref(), Some("2.15.0"));
        assert_eq!(text_in(&fixed, "ersion"), None);

        let mut heap = b"GCOL\x01\0\0\0\0\x10\0\0\0\0\0\0".to_vec();
        heap.extend([1u64.to_le_bytes(), 3u64.to_le_bytes(), *b"one\0\0\0\0\0"].concat());
        heap.extend([2u64.to_le_bytes(), 3u64.to_le_bytes(), *b"two\0\0\0\0\0"].concat());
        let message = [&[3, 0, 5, 0, 8, 0, 4, 0, 0][..], b"name\0", &[0x19, 1, 0, 0, 16, 0, 0, 0], &[0; 4], &[3, 0, 0, 0]].concat();
        let file = [heap, message, 0u64.to_le_bytes().to_vec(), 2u32.to_le_bytes().to_vec()].concat();
        assert_eq!(text_in(&file, "name").as_deref(), Some("two"));
        assert!((0..file.len()).all(|cut| text_in(&file[..cut], "name").is_none()));
    }
}
