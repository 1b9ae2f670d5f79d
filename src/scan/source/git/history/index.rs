//! What is staged: entries of the index that the checked-out commit does not have.

mod split;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::Path;

use super::super::objects::{Hash, Id, Number, Objects};
use super::super::repository::Repository;
use super::parse::{DIRECTORY, GITLINK};
use super::range::Differ;
use split::Shared;

/// A blob that the next commit would bring in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Staged {
    pub(in super::super) path: Vec<u8>,
    pub(in super::super) blob: Id,
}

/// What is staged, in order of paths; all sides of a conflict. `head` is the root tree of the commit that is checked out. No index: nothing.
/// An index that cannot be read is an error that names the file.
pub(in super::super) fn staged(repository: &Repository, objects: &Objects, head: Option<Number>, trouble: &mut dyn FnMut(String)) -> io::Result<Vec<Staged>> {
    let mut differ = Differ::new(objects, trouble);
    let mut committed = Committed { differ: &mut differ, objects, trees: HashMap::new(), root: head };
    let mut staged = BTreeSet::new();
    for entry in entries(repository)? {
        // What a sparse checkout leaves out stands there as a directory.
        if entry.mode == DIRECTORY {
            committed.below(&entry, &mut |path, blob| {
                staged.insert(Staged { path, blob });
            });
        } else if entry.mode != GITLINK && !entry.is_intended && !committed.has(&entry) {
            staged.insert(Staged { path: entry.path, blob: entry.id });
        }
    }
    Ok(staged.into_iter().collect())
}

/// The checked-out commit, asked for paths.
struct Committed<'c, 'd> {
    differ: &'c mut Differ<'d>,
    objects: &'c Objects,
    /// By path of the directory; empty for what is none.
    trees: HashMap<Vec<u8>, Names>,
    root: Option<Number>,
}

/// Is it a directory, and which object?
type Names = HashMap<Vec<u8>, (bool, Id)>;

impl Committed<'_, '_> {
    fn has(&mut self, entry: &Entry) -> bool {
        self.find(&entry.path) == Some((false, entry.id))
    }

    /// The files of a directory of the index that the commit does not have.
    fn below(&mut self, entry: &Entry, emit: &mut dyn FnMut(Vec<u8>, Id)) {
        let path = entry.path.strip_suffix(b"/").unwrap_or(&entry.path);
        let other = self.find(path).and_then(|(is_directory, id)| self.objects.find(&id).filter(|_| is_directory));
        if let Some(tree) = self.objects.find(&entry.id) {
            self.differ.new_in(tree, other.as_slice(), &mut |inside, file| emit([path, &inside].join(&b'/'), file.id));
        }
    }

    fn find(&mut self, path: &[u8]) -> Option<(bool, Id)> {
        let (directory, name) = match memchr::memrchr(b'/', path) {
            Some(slash) => (&path[..slash], &path[slash + 1..]),
            None => (&b""[..], path),
        };
        if !self.trees.contains_key(directory) {
            self.load(directory);
        }
        self.trees.get(directory)?.get(name).copied()
    }

    /// Reads a directory, and what is above it that was not read yet.
    fn load(&mut self, directory: &[u8]) {
        let mut ends: Vec<usize> = memchr::memchr_iter(b'/', directory).collect();
        ends.extend((!directory.is_empty()).then_some(directory.len()));
        let mut tree = self.root;
        let mut start = 0;
        for end in [0].into_iter().chain(ends) {
            if end > 0 {
                let above = &directory[..start.max(1) - 1];
                let name = &directory[start..end];
                tree = self.trees[above].get(name).and_then(|(is_directory, id)| self.objects.find(id).filter(|_| *is_directory));
                start = end + 1;
            }
            if !self.trees.contains_key(&directory[..end]) {
                let names = tree.map_or_else(Names::new, |tree| self.differ.names(tree));
                self.trees.insert(directory[..end].to_vec(), names);
            }
        }
    }
}

/// One entry of an index.
struct Entry {
    path: Vec<u8>,
    id: Id,
    mode: u32,
    /// `git add -N`: there is no content yet.
    is_intended: bool,
}

/// The entries of the index, and of the shared one below it if it is split.
fn entries(repository: &Repository) -> io::Result<Vec<Entry>> {
    let path = repository.directory.join("index");
    if !path.exists() {
        return Ok(Vec::new());
    }
    let open = |path: &Path| {
        let bytes = fs::read(path).map_err(|error| wrong(path, &error.to_string()))?;
        read(&bytes, repository.hash).ok_or_else(|| wrong(path, "is no index, or is damaged"))
    };
    match open(&path)? {
        (own, None) => Ok(own),
        (own, Some(shared)) => Ok(shared.joined(open(&repository.directory.join(format!("sharedindex.{}", shared.id)))?.0, own)),
    }
}

/// Times, numbers and size of the file, as it was when it was staged.
const STATE: usize = 40;
const EXTENDED: u16 = 0x4000;
const INTENDED: u16 = 0x2000;

/// Versions 2 to 4. The checksum is not looked at: git may leave it out.
fn read(bytes: &[u8], hash: Hash) -> Option<(Vec<Entry>, Option<Shared>)> {
    let mut entries = Vec::new();
    let number = |at: usize| bytes.get(at..at + 4)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes));
    let version = number(4).filter(|version| bytes.starts_with(b"DIRC") && (2..=4).contains(version))?;
    let mut at = 12;
    let mut path = Vec::new();
    for _ in 0..number(8)? {
        let start = at;
        let mode = number(at + 24)?;
        at += STATE;
        let id = Id::from_bytes(bytes.get(at..at + hash.length())?)?;
        at += hash.length();
        let flags = |at: usize| bytes.get(at..at + 2)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes));
        let is_extended = flags(at)? & EXTENDED != 0;
        let is_intended = is_extended && flags(at + 2)? & INTENDED != 0;
        at += if is_extended { 4 } else { 2 };
        let kept = if version == 4 { path.len().checked_sub(back(bytes, &mut at)?)? } else { 0 };
        let name = &bytes[at..at + memchr::memchr(0, bytes.get(at..)?)?];
        path.truncate(kept);
        path.extend(name);
        at += name.len() + 1;
        if version < 4 {
            // Each entry is filled up to eight bytes.
            at = start + (at - start).next_multiple_of(8);
        }
        entries.push(Entry { path: path.clone(), id, mode, is_intended });
    }
    // Extensions, and the checksum at the end.
    while at + 8 + hash.length() <= bytes.len() {
        let length = number(at + 4)? as usize;
        if &bytes[at..at + 4] == b"link" {
            return Some((entries, Shared::read(bytes.get(at + 8..(at + 8).checked_add(length)?)?, hash)?));
        }
        at = at.checked_add(8 + length)?;
    }
    Some((entries, None))
}

/// How many bytes of the path before are dropped: a number in the form that offsets in packs have.
fn back(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let mut value = 0_usize;
    loop {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value = value.checked_mul(128)?.checked_add(usize::from(byte & 127))?;
        if byte & 128 == 0 {
            return Some(value);
        }
        value = value.checked_add(1)?;
    }
}

fn wrong(path: &Path, message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{}: {message}", path.display()))
}

#[cfg(test)]
mod tests;
