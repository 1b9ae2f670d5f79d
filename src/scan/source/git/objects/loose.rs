//! Loose objects: one file each.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};

use super::inflate::{self, Inflater};
use super::mapped::open_file;
use super::{Error, Hash, Id, Kind};

/// Kind, size and NUL: `commit 18446744073709551615\0` is the longest.
const HEADER: usize = 64;
/// Bytes of a file that surely give a header.
const HEADER_STREAM: u64 = 256;

/// The loose objects of some directories, by id.
pub(super) struct Loose {
    directories: Vec<PathBuf>,
    files: Vec<LooseFile>,
}

struct LooseFile {
    id: Id,
    directory: u16,
    /// What its header was found to say.
    kind: AtomicU8,
}

/// Not looked at yet; or looked at and broken.
const UNASKED: u8 = u8::MAX;
const BROKEN: u8 = u8::MAX - 1;

impl Loose {
    /// Lists what lies in the fan-out folders; an object that `packed` knows is left out.
    pub(super) fn list(directories: &[PathBuf], hash: Hash, packed: &dyn Fn(&Id) -> bool, trouble: &mut dyn FnMut(String)) -> Self {
        let mut files = Vec::new();
        for (directory, path) in (0..=u16::MAX).zip(directories) {
            for first in 0..=u8::MAX {
                let folder = path.join(format!("{first:02x}"));
                let entries = match fs::read_dir(&folder) {
                    Ok(entries) => entries,
                    Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => continue,
                    Err(error) => {
                        trouble(format!("`{}`: {error}", folder.display()));
                        continue;
                    }
                };
                let names = entries.flatten().map(|entry| entry.file_name());
                let ids = names.filter_map(|name| Id::from_hex(format!("{first:02x}{}", name.to_str()?).as_bytes()));
                let ids = ids.filter(|id| id.as_bytes().len() == hash.length() && !packed(id));
                files.extend(ids.map(|id| LooseFile { id, directory, kind: AtomicU8::new(UNASKED) }));
            }
        }
        files.sort_unstable_by_key(|file| (file.id, file.directory));
        files.dedup_by_key(|file| file.id);
        Self { directories: directories.to_vec(), files }
    }

    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    pub(super) fn id(&self, file: usize) -> Id {
        self.files[file].id
    }

    pub(super) fn find(&self, id: &Id) -> Option<usize> {
        self.files.binary_search_by_key(id, |file| file.id).ok()
    }

    pub(super) fn kind(&self, file: usize, inflater: &mut Inflater) -> Option<Kind> {
        const KINDS: [Kind; 4] = [Kind::Commit, Kind::Tree, Kind::Blob, Kind::Tag];
        let known = &self.files[file].kind;
        if known.load(Ordering::Relaxed) == UNASKED {
            let found = self.head(file, inflater).map_or(BROKEN, |(kind, _)| kind as u8);
            known.store(found, Ordering::Relaxed);
        }
        KINDS.get(usize::from(known.load(Ordering::Relaxed))).copied()
    }

    /// Kind and size.
    pub(super) fn head(&self, file: usize, inflater: &mut Inflater) -> Result<(Kind, u64), Error> {
        head(&self.path(file), inflater)
    }

    /// A whole object, if it is not too large.
    pub(super) fn read(&self, file: usize, largest: u64, inflater: &mut Inflater) -> Result<Vec<u8>, Error> {
        whole(&self.path(file), largest, inflater)
    }

    /// An object that was left out of the list, because a pack holds it too.
    pub(super) fn read_named(&self, id: &Id, largest: u64, inflater: &mut Inflater) -> Option<Vec<u8>> {
        self.directories.iter().find_map(|directory| whole(&path(directory, id), largest, inflater).ok())
    }

    /// As much of the start of an object as there is room for.
    pub(super) fn start(&self, file: usize, length: usize, inflater: &mut Inflater) -> Result<Vec<u8>, Error> {
        let path = self.path(file);
        let stream = read(&path, HEADER_STREAM.saturating_add(2 * length as u64))?;
        let mut bytes = vec![0; HEADER.saturating_add(length)];
        let given = inflater.start(&stream, &mut bytes)?;
        let (_, size, header) = header(&bytes[..given.min(HEADER)])?;
        let all = fs::metadata(&path).map_err(|error| Error::File(error.to_string()))?.len();
        inflate::plausible(size, all)?;
        bytes.truncate(given.min(header.saturating_add(length)));
        bytes.drain(..header);
        Ok(bytes)
    }

    /// The kind of an object that was left out of the list.
    pub(super) fn kind_named(&self, id: &Id) -> Option<Kind> {
        self.directories.iter().find_map(|directory| Some(head(&path(directory, id), &mut Inflater::new()).ok()?.0))
    }

    fn path(&self, file: usize) -> PathBuf {
        let file = &self.files[file];
        path(&self.directories[usize::from(file.directory)], &file.id)
    }
}

fn path(directory: &Path, id: &Id) -> PathBuf {
    let name = id.to_string();
    directory.join(&name[..2]).join(&name[2..])
}

fn head(path: &Path, inflater: &mut Inflater) -> Result<(Kind, u64), Error> {
    let stream = read(path, HEADER_STREAM)?;
    let mut head = [0; HEADER];
    let given = inflater.start(&stream, &mut head)?;
    header(&head[..given]).map(|(kind, size, _)| (kind, size))
}

fn whole(path: &Path, largest: u64, inflater: &mut Inflater) -> Result<Vec<u8>, Error> {
    // Compressed bytes are more than what they hold by a few in a thousand at most.
    let stream = read(path, largest.saturating_add(largest / 64).saturating_add(HEADER_STREAM))?;
    let mut head = [0; HEADER];
    let given = inflater.start(&stream, &mut head)?;
    let (_, size, length) = header(&head[..given])?;
    let mut bytes = vec![0; inflate::length(size, &stream, largest)?];
    let first = &head[length..given];
    bytes.get_mut(..first.len()).ok_or(Error::Size)?.copy_from_slice(first);
    inflater.rest(&stream, &mut bytes[first.len()..])?;
    Ok(bytes)
}

fn read(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = open_file(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map_err(|error| Error::File(error.to_string()))?;
    Ok(bytes)
}

/// Kind, size, and the length of the header itself.
fn header(bytes: &[u8]) -> Result<(Kind, u64, usize), Error> {
    let end = memchr::memchr(0, bytes).ok_or(Error::Header)?;
    let text = std::str::from_utf8(&bytes[..end]).map_err(|_| Error::Header)?;
    let (kind, size) = text.split_once(' ').ok_or(Error::Header)?;
    let kind = match kind {
        "commit" => Kind::Commit,
        "tree" => Kind::Tree,
        "blob" => Kind::Blob,
        "tag" => Kind::Tag,
        _ => return Err(Error::Header),
    };
    Ok((kind, size.parse().map_err(|_| Error::Header)?, end + 1))
}
