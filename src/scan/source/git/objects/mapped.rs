//! Files that are read where they lie: the one place of this crate that needs `unsafe`.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

/// Files up to here are read whole; a map would save nothing.
const SMALL: u64 = 4 << 20;

/// The bytes of a file.
pub(super) enum Mapped {
    Whole(Vec<u8>),
    Map(Mmap),
}

impl Mapped {
    /// A pack or the index of one: git writes them under another name, renames them when they are complete, and never
    /// changes them afterwards; it maps them itself.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = open_file(path)?;
        let length = file.metadata()?.len();
        if length <= SMALL {
            let mut bytes = Vec::new();
            file.take(SMALL).read_to_end(&mut bytes)?;
            return Ok(Self::Whole(bytes));
        }
        let map = map(&file)?;
        if file.metadata()?.len() < map.len() as u64 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file is being cut"));
        }
        Ok(Self::Map(map))
    }
}

/// Opens what is a file: a pipe of that name would be waited for without end.
pub(super) fn open_file(path: &Path) -> io::Result<File> {
    match std::fs::metadata(path)?.is_file() {
        true => File::open(path),
        false => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file")),
    }
}

/// Why this holds: the map is read-only and private to this type, bytes are only ever read as `u8`, for which every value is
/// valid, and it lives as long as the slices lent from it. What the types cannot exclude is another program that changes the
/// file in place: changed bytes are data like any other (all of it is checked as it is read), and a file that is *cut* while it
/// is read ends the program with SIGBUS, as it ends git. A deleted pack (`git gc` beside us) stays readable.
#[allow(unsafe_code, reason = "mapping a file has no safe form")]
fn map(file: &File) -> io::Result<Mmap> {
    unsafe { Mmap::map(file) }
}

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Whole(bytes) => bytes,
            Self::Map(map) => map,
        }
    }
}
