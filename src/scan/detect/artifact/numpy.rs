//! NumPy arrays of Python objects: `\x93NUMPY`, a header, and behind it a pickle, which `numpy.load(allow_pickle=True)` loads.

use super::pickle::{self, Tape};
use super::{Facts, Format};
use crate::domain::Blob;

pub(super) const FORMAT: Format = Format { name: "numpy-objects", read };

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let rest = head.strip_prefix(b"\x93NUMPY")?;
    let (length, start) = match rest {
        [1, _, a, b, ..] => (u32::from(u16::from_le_bytes([*a, *b])), 10),
        [2 | 3, _, a, b, c, d, ..] => (u32::from_le_bytes([*a, *b, *c, *d]), 12),
        _ => return None,
    };
    let end = start + usize::try_from(length).ok()?;
    // The header is a Python literal; `O` in quotes is the code of objects, alone or in a structured type.
    let header = head.get(start..end)?;
    let has_objects = [b"'|O".as_slice(), b"'O"].iter().any(|code| memchr::memmem::find(header, code).is_some());
    if !has_objects {
        return None;
    }
    pickle::tell_tape(&mut Tape::of_range(blob, end as u64..blob.len())).map(pickle::facts)
}

#[cfg(test)]
mod tests {
    use super::super::pickle::samples::{call, stream, text};
    use super::super::testing::recognise;

    fn array(code: &str, data: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': '{code}', 'fortran_order': False, 'shape': (2,), }}\n");
        [b"\x93NUMPY\x01\x00".as_slice(), &(header.len() as u16).to_le_bytes(), header.as_bytes(), data].concat()
    }

    #[test]
    fn objects_are_a_pickle_and_numbers_are_not() {
        let shell = stream(&call("posix", "system", &text("id")));
        let artifact = recognise("labels.npy", &array("|O", &shell)).expect("it is a pickle");
        assert_eq!((artifact.role.as_str(), artifact.hazards.first().map(|hazard| hazard.what.as_str())), ("data", Some("posix.system")));
        assert_eq!(recognise("labels.npy", &array("<f8", &shell)), None);
        assert_eq!(recognise("labels.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xff'|O'"), None);
    }
}
