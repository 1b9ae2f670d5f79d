//! What commits bring in: blobs at paths where none of their parents has them.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::super::objects::{Buffers, Hash, Id, Number, Objects};
use super::super::parse::{self, Entry};
use super::super::{CommitNo, Commits, LARGEST, hash};

/// One blob at one path that a commit has and its parents have not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super::super) struct Brought {
    pub(in super::super::super) commit: CommitNo,
    pub(in super::super::super) path: Vec<u8>,
    pub(in super::super::super) blob: Number,
}

/// What trees that were read may take until they are needed again.
const KEPT: usize = 16 << 20;
/// One tree is entered so often in one commit: it may lie at many paths, and trees may be made to lie at endlessly many.
const MOST_PATHS: u32 = 64;
const DEEPEST: usize = 4096;

/// Hands on what the commits bring in, commit by commit, paths in git's order: also what only a merge has. Of a commit whose parents
/// are not there this is all that it holds. Blobs and trees that the database does not have are passed over, as in a partial clone; trees that
/// cannot be read are told.
pub(in super::super::super) fn brought_in(
    objects: &Objects,
    commits: &Commits,
    of: impl IntoIterator<Item = CommitNo>,
    trouble: &mut dyn FnMut(String),
    emit: &mut dyn FnMut(Brought),
) {
    let mut differ = Differ::new(objects, trouble);
    for commit in of {
        let Some(tree) = commits.tree(commit) else { continue };
        let parents: Vec<Number> = commits.parents(commit).iter().filter_map(|parent| commits.tree(*parent)).collect();
        differ.new_in(tree, &parents, &mut |path, entry| {
            if let Some(blob) = objects.find(&entry.id) {
                emit(Brought { commit, path, blob });
            }
        });
    }
}

/// Compares trees with others, and keeps what it read for a while.
pub(in super::super) struct Differ<'d> {
    objects: &'d Objects,
    hash: Hash,
    buffers: Buffers,
    kept: HashMap<Number, Arc<Vec<u8>>>,
    bytes: usize,
    entered: HashMap<Number, u32>,
    trouble: &'d mut dyn FnMut(String),
}

impl<'d> Differ<'d> {
    pub(in super::super) fn new(objects: &'d Objects, trouble: &'d mut dyn FnMut(String)) -> Self {
        Self { objects, hash: hash(objects), buffers: Buffers::new(LARGEST), kept: HashMap::new(), bytes: 0, entered: HashMap::new(), trouble }
    }

    /// The files of a tree that none of the others has at the same path.
    pub(in super::super) fn new_in(&mut self, tree: Number, others: &[Number], emit: &mut dyn FnMut(Vec<u8>, &Entry<'_>)) {
        self.entered.clear();
        if !others.contains(&tree) {
            self.compare(&mut Vec::new(), 0, tree, others, emit);
        }
    }

    /// What a tree holds: is it a directory, and which object?
    pub(in super::super) fn names(&mut self, tree: Number) -> HashMap<Vec<u8>, (bool, Id)> {
        let bytes = self.read(tree).unwrap_or_default();
        parse::entries(&bytes, self.hash).map(|entry| (entry.name.to_vec(), (entry.is_directory(), entry.id))).collect()
    }

    fn compare(&mut self, path: &mut Vec<u8>, depth: usize, tree: Number, others: &[Number], emit: &mut dyn FnMut(Vec<u8>, &Entry<'_>)) {
        let times = self.entered.entry(tree).or_default();
        *times += 1;
        if *times > MOST_PATHS || depth > DEEPEST {
            if *times == MOST_PATHS + 1 || depth > DEEPEST {
                let message = format!("tree {}: lies at more than {MOST_PATHS} paths of a commit, or too deep; some are left out", self.objects.id(tree));
                (self.trouble)(message);
            }
            return;
        }
        let Some(bytes) = self.read(tree) else { return };
        let others: Vec<Arc<Vec<u8>>> = others.iter().filter_map(|other| self.read(*other)).collect();
        let mut sides: Vec<Side<'_>> = others.iter().map(|other| Side::new(other, self.hash)).collect();
        for entry in parse::entries(&bytes, self.hash) {
            let matching: Vec<Entry<'_>> = sides.iter_mut().filter_map(|side| side.at(entry.name)).collect();
            let same = |other: &Entry<'_>| other.id == entry.id && other.is_directory() == entry.is_directory();
            if entry.is_gitlink() || matching.iter().any(same) {
                continue;
            }
            let length = path.len();
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend(entry.name);
            if !entry.is_directory() {
                emit(path.clone(), &entry);
            } else if let Some(below) = self.objects.find(&entry.id) {
                let others: Vec<Number> = matching.iter().filter(|other| other.is_directory()).filter_map(|other| self.objects.find(&other.id)).collect();
                self.compare(path, depth + 1, below, &others, emit);
            }
            path.truncate(length);
        }
    }

    fn read(&mut self, tree: Number) -> Option<Arc<Vec<u8>>> {
        if let Some(bytes) = self.kept.get(&tree) {
            return Some(bytes.clone());
        }
        match self.objects.read(tree, &mut self.buffers) {
            Ok(bytes) => {
                if self.bytes + bytes.len() > KEPT {
                    self.kept.clear();
                    self.bytes = 0;
                }
                self.bytes += bytes.len();
                let bytes = Arc::new(bytes);
                self.kept.insert(tree, bytes.clone());
                Some(bytes)
            }
            Err(error) => {
                (self.trouble)(format!("tree {}: {error}", self.objects.id(tree)));
                None
            }
        }
    }
}

/// Another tree, whose entries are asked for by name. Both are sorted the same way, so the next entry is nearly always near.
struct Side<'b> {
    entries: Vec<Entry<'b>>,
    next: usize,
    by_name: Option<HashMap<&'b [u8], usize>>,
}

impl<'b> Side<'b> {
    fn new(bytes: &'b [u8], hash: Hash) -> Self {
        Self { entries: parse::entries(bytes, hash).collect(), next: 0, by_name: None }
    }

    fn at(&mut self, name: &[u8]) -> Option<Entry<'b>> {
        if self.entries.get(self.next).is_none_or(|entry| entry.name != name) {
            let entries = &self.entries;
            let by_name = self.by_name.get_or_insert_with(|| entries.iter().enumerate().map(|(at, entry)| (entry.name, at)).collect());
            self.next = *by_name.get(name)?;
        }
        self.next += 1;
        self.entries.get(self.next - 1).copied()
    }
}
