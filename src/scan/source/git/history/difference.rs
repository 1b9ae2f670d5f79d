//! What a tree has, and none of some other trees has at the same path.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use super::super::objects::{Buffers, Hash, Id, Kind, Number, Objects};
use super::LARGEST;
use super::parse::{Entry, entry_at};

/// Paths at which the same tree is held against the same others; a forged tree can lie at more than there are atoms.
const MOST_PATHS: usize = 64;
/// Longer paths are forged: no system takes them.
const LONGEST_PATH: usize = 32 << 10;
/// What the trees kept for later may take.
const KEPT: usize = 16 << 20;

/// Compares trees, one after the other; what was compared at a path once is passed over later.
pub(super) struct Difference<'o> {
    objects: &'o Objects,
    hash: Hash,
    buffers: Buffers,
    kept: HashMap<Number, Arc<Vec<u8>>>,
    order: VecDeque<Number>,
    bytes: usize,
    /// By tree and others: the paths.
    compared: HashMap<(Number, Vec<Number>), Vec<Vec<u8>>>,
    /// Trees that lie at more paths than are told.
    pub(super) cut: BTreeSet<Number>,
    pub(super) troubles: BTreeSet<String>,
}

/// One file, or link, that the others do not have there.
pub(super) struct Found {
    pub(super) path: Vec<u8>,
    pub(super) id: Id,
    pub(super) mode: u32,
}

struct Pair {
    tree: Number,
    others: Vec<Number>,
    path: Vec<u8>,
}

impl<'o> Difference<'o> {
    pub(super) fn new(objects: &'o Objects) -> Self {
        Self {
            objects,
            hash: objects.hash(),
            buffers: Buffers::new(LARGEST),
            kept: HashMap::new(),
            order: VecDeque::new(),
            bytes: 0,
            compared: HashMap::new(),
            cut: BTreeSet::new(),
            troubles: BTreeSet::new(),
        }
    }

    /// The number of a tree; what is none, or missing, is told.
    pub(super) fn tree(&mut self, id: &Id) -> Option<Number> {
        let tree = self.there(id);
        if tree.is_none() {
            self.troubles.insert(format!("tree {id}: it is not in the repository"));
        }
        tree
    }

    /// The number of a tree, if it is there.
    pub(super) fn there(&self, id: &Id) -> Option<Number> {
        self.objects.find(id).filter(|number| matches!(self.objects.kind(*number), Some(Kind::Tree) | None))
    }

    /// In order of paths.
    pub(super) fn between(&mut self, tree: Number, others: &[Number], path: &[u8]) -> Vec<Found> {
        self.between_but(tree, others, path, &mut |_, _| false)
    }

    /// Directories of which `is_left_out` (by path and id) is true are not entered.
    pub(super) fn between_but(&mut self, tree: Number, others: &[Number], path: &[u8], is_left_out: &mut dyn FnMut(&[u8], &Id) -> bool) -> Vec<Found> {
        let mut found = Vec::new();
        let mut open = vec![Pair { tree, others: others.to_vec(), path: path.to_vec() }];
        while let Some(pair) = open.pop() {
            if !pair.others.contains(&pair.tree) && !is_left_out(&pair.path, &self.objects.id(pair.tree)) && self.is_first(&pair) {
                self.level(&pair, &mut found, &mut open);
            }
        }
        found.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        found
    }

    /// One directory of a pair; those in it that differ are left open.
    fn level(&mut self, pair: &Pair, found: &mut Vec<Found>, open: &mut Vec<Pair>) {
        let Some(bytes) = self.bytes(pair.tree) else { return };
        let mut others: Vec<Cursor> = pair.others.iter().filter_map(|other| Some(Cursor { bytes: self.bytes(*other)?, at: 0 })).collect();
        let (mut at, hash) = (0, self.hash);
        while let Some((entry, next)) = entry_at(&bytes, at, hash) {
            at = next;
            let same: Vec<Entry<'_>> = others.iter_mut().filter_map(|other| other.seek(&entry, hash)).collect();
            if entry.is_gitlink() || same.iter().any(|other| other.id == entry.id && other.is_blob() == entry.is_blob()) {
                continue;
            }
            let path = joined(&pair.path, entry.name);
            if path.len() > LONGEST_PATH {
                self.troubles.insert(format!("tree {}: its path is too long", self.objects.id(pair.tree)));
            } else if entry.is_blob() {
                found.push(Found { path, id: entry.id, mode: entry.mode });
            } else {
                let mut others: Vec<Number> = same.iter().filter_map(|other| self.there(&other.id)).collect();
                others.sort_unstable();
                others.dedup();
                open.extend(self.tree(&entry.id).map(|tree| Pair { tree, others, path }));
            }
        }
        if at < bytes.len() {
            self.troubles.insert(format!("tree {}: it is damaged", self.objects.id(pair.tree)));
        }
    }

    fn is_first(&mut self, pair: &Pair) -> bool {
        let paths = self.compared.entry((pair.tree, pair.others.clone())).or_default();
        if paths.contains(&pair.path) {
            return false;
        }
        if paths.len() >= MOST_PATHS {
            self.cut.insert(pair.tree);
            return false;
        }
        paths.push(pair.path.clone());
        true
    }

    fn bytes(&mut self, tree: Number) -> Option<Arc<Vec<u8>>> {
        if let Some(bytes) = self.kept.get(&tree) {
            return Some(Arc::clone(bytes));
        }
        let bytes = match self.objects.read(tree, &mut self.buffers) {
            Ok(bytes) => Arc::new(bytes),
            Err(error) => {
                self.troubles.insert(format!("tree {}: {error}", self.objects.id(tree)));
                return None;
            }
        };
        self.kept.insert(tree, Arc::clone(&bytes));
        self.order.push_back(tree);
        self.bytes += bytes.len();
        while self.bytes > KEPT {
            let Some(oldest) = self.order.pop_front() else { break };
            self.bytes -= self.kept.remove(&oldest).map_or(0, |bytes| bytes.len());
        }
        Some(bytes)
    }
}

/// A place in a tree, which goes forward only. In a tree that is out of order entries are not found, and count as not there.
struct Cursor {
    bytes: Arc<Vec<u8>>,
    at: usize,
}

impl Cursor {
    /// The entry of the same name and kind.
    fn seek(&mut self, wanted: &Entry<'_>, hash: Hash) -> Option<Entry<'_>> {
        let mut at = self.at;
        let found = loop {
            let Some((entry, next)) = entry_at(&self.bytes, at, hash) else { break false };
            match order(&entry, wanted) {
                Ordering::Less => at = next,
                Ordering::Equal => break true,
                Ordering::Greater => break false,
            }
        };
        self.at = at;
        entry_at(&self.bytes, at, hash).filter(|_| found).map(|(entry, _)| entry)
    }
}

/// The order of entries in a tree: a directory as if its name ended in a slash.
fn order(one: &Entry<'_>, other: &Entry<'_>) -> Ordering {
    let letters = |entry: &Entry<'_>| entry.is_directory().then_some(b'/');
    one.name.iter().copied().chain(letters(one)).cmp(other.name.iter().copied().chain(letters(other)))
}

pub(super) fn joined(path: &[u8], name: &[u8]) -> Vec<u8> {
    match path {
        [] => name.to_vec(),
        _ => [path, b"/", name].concat(),
    }
}
