//! What is staged: files of the index that the commit which is checked out does not have there.

mod read;

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::super::objects::{Id, Number, Objects};
use super::super::repository::Repository;
use super::difference::Difference;
use super::lookup::Lookup;
use super::parse::{DIRECTORY, GITLINK};
use read::Entry;

/// No index of people is as large; the largest that are known have millions of files of 100 bytes.
const LARGEST: u64 = 2 << 30;
const KIND: u32 = 0o170_000;

/// One staged file or link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Staged {
    pub(in super::super) path: Vec<u8>,
    /// It may be missing from the database.
    pub(in super::super) blob: Id,
    pub(in super::super) mode: u32,
}

#[derive(Debug, thiserror::Error)]
pub(in super::super) enum Error {
    #[error("{}: {error}", .path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{}: {message}", .path.display())]
    Index { path: PathBuf, message: &'static str },
}

/// What the index has and HEAD's tree has not, at that path; all of it before the first commit. Of a conflict each side. What is only
/// announced (`git add --intent-to-add`), submodules and changed permissions are no content. `index`: another file than the repository's
/// own. What cannot be read of HEAD's trees is told, and counts as not there.
pub(in super::super) fn staged(
    objects: &Objects,
    repository: &Repository,
    index: Option<&Path>,
    trouble: &mut dyn FnMut(String),
) -> Result<Vec<Staged>, Error> {
    let path = index.map_or_else(|| repository.directory.join("index"), Path::to_owned);
    let bytes = match bytes(&path) {
        Ok(bytes) => bytes,
        // Git makes it with the first file.
        Err(error) if error.kind() == io::ErrorKind::NotFound && index.is_none() => return Ok(Vec::new()),
        Err(error) => return Err(Error::File { path, error }),
    };
    let index = read::index(&bytes, repository.hash).map_err(|message| Error::Index { path, message })?;
    let mut head = Head::read(objects, repository, &index.trees, trouble);
    let mut staged = BTreeSet::new();
    for Entry { path, id, mode, .. } in index.entries.into_iter().filter(|entry| !entry.is_announced && entry.mode & KIND != GITLINK) {
        match mode & KIND {
            // A directory that a sparse checkout leaves out stands for all that is in it.
            DIRECTORY => staged.extend(head.below(path, &id)),
            _ if head.has(&path, &id, mode) => {}
            _ => drop(staged.insert(Staged { path, blob: id, mode })),
        }
    }
    head.difference.troubles.into_iter().for_each(trouble);
    Ok(staged.into_iter().collect())
}

/// Only a regular file is opened, since a pipe would never end.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let found = file.metadata()?;
    if !found.is_file() || found.len() > LARGEST {
        return Err(io::Error::other("is no index"));
    }
    let mut bytes = Vec::with_capacity(found.len() as usize);
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What HEAD has, but for the directories that the index says it has unchanged.
struct Head<'o> {
    difference: Difference<'o>,
    files: HashMap<Vec<u8>, (Id, u32)>,
    root: Option<Number>,
    /// Directories that are the same in both.
    same: BTreeSet<Vec<u8>>,
}

impl<'o> Head<'o> {
    fn read(objects: &'o Objects, repository: &Repository, trees: &HashMap<Vec<u8>, Id>, trouble: &mut dyn FnMut(String)) -> Self {
        let mut head = Self { difference: Difference::new(objects), files: HashMap::new(), root: None, same: BTreeSet::new() };
        let Some(id) = repository.head.commit() else { return head };
        let mut lookup = Lookup::new(objects, &repository.shallow);
        let commit = objects.find(&id).ok_or_else(|| format!("commit {id}: it is not in the repository")).and_then(|number| lookup.commit(number));
        match commit {
            Ok(commit) => head.root = head.difference.tree(&commit.tree),
            Err(message) => trouble(message),
        }
        let Some(root) = head.root else { return head };
        let same = &mut head.same;
        let found = head.difference.between_but(root, &[], b"", &mut |path, id| {
            let is_same = trees.get(path) == Some(id);
            if is_same {
                same.insert(path.to_vec());
            }
            is_same
        });
        head.files = found.into_iter().map(|found| (found.path, (found.id, found.mode))).collect();
        head
    }

    fn has(&self, path: &[u8], id: &Id, mode: u32) -> bool {
        let is_there = || self.files.get(path).is_some_and(|(there, kind)| there == id && kind & KIND == mode & KIND);
        is_there() || (!self.same.is_empty() && self.is_below_same(path))
    }

    fn is_below_same(&self, path: &[u8]) -> bool {
        self.same.contains(&b""[..]) || memchr::memchr_iter(b'/', path).any(|end| self.same.contains(&path[..end]))
    }

    /// What a whole directory has that HEAD's has not.
    fn below(&mut self, mut path: Vec<u8>, id: &Id) -> Vec<Staged> {
        if path.last() == Some(&b'/') {
            path.pop();
        }
        if self.same.contains(&path) || self.is_below_same(&path) {
            return Vec::new();
        }
        let Some(tree) = self.difference.tree(id) else { return Vec::new() };
        let found = self.difference.between(tree, &[], &path);
        found
            .into_iter()
            .filter(|found| !self.has(&found.path, &found.id, found.mode))
            .map(|found| Staged { path: found.path, blob: found.id, mode: found.mode })
            .collect()
    }
}

#[cfg(test)]
mod tests;
