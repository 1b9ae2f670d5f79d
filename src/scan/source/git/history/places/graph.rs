//! Which tree holds which: the part of the graph of trees that lies above wanted blobs.

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;

use super::super::super::objects::{Error, Hash, Id, Kind, Number, Object, Objects, Visitor, Walk};
use super::super::outline::{Outline, UNMARKED};
use super::super::{HEAD, LARGEST};

/// Directories in directories are followed so far up; git gives up sooner.
const DEEPEST: usize = 4096;
/// Lists of links are kept in pieces of this many numbers, so that none is copied as they grow.
const PIECE_BITS: u32 = 18;
const ABSENT: u32 = u32::MAX;
const LOCK: &str = "no thread panics while it holds the lock";

/// Links from trees to the trees and wanted blobs in them.
pub(super) struct Graph {
    pub(super) names: Vec<Box<[u8]>>,
    links: Vec<Link>,
    /// By link: it leads to a wanted blob in the end.
    is_needed: Vec<bool>,
    pieces: Vec<Vec<u32>>,
    /// By tree: where its links begin; `ABSENT` if it leads to no wanted blob.
    lists: Vec<u32>,
}

/// An object under a name. The same one occurs in thousands of trees, and nearly always under the same name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Link {
    pub(super) to: Number,
    pub(super) name: u32,
}

impl Graph {
    pub(super) fn read(objects: &Objects, wanted: &BTreeSet<Number>, threads: usize, trouble: &mut dyn FnMut(String)) -> Self {
        let linker = Linker { objects, hash: objects.hash(), wanted: Wanted::new(objects, wanted), found: Mutex::default() };
        objects.walk(Kind::Tree, &Walk { threads, part: (0, 1), largest: LARGEST, head: HEAD, wanted: &|_| true }, &linker);
        let mut found = linker.found.into_inner().expect(LOCK);
        found.troubles.sort();
        found.troubles.into_iter().for_each(&mut *trouble);
        let mut names: Vec<(Box<[u8]>, u32)> = found.names.into_iter().collect();
        names.sort_unstable_by_key(|(_, number)| *number);
        let mut graph = Self {
            names: names.into_iter().map(|(name, _)| name).collect(),
            is_needed: found.links.iter().map(|link| wanted.contains(&link.to)).collect(),
            links: found.links,
            pieces: found.pieces,
            lists: vec![ABSENT; objects.len()],
        };
        drop(found.link_numbers);
        if !graph.need() {
            trouble(format!("directories in directories, more than {DEEPEST}: what lies below is not attributed to commits"));
        }
        graph
    }

    /// The links of a tree that lead to wanted blobs in the end.
    pub(super) fn links(&self, tree: Number) -> impl Iterator<Item = Link> + '_ {
        let start = self.lists[tree as usize];
        let list = if start == ABSENT { &[][..] } else { list(&self.pieces[(start >> PIECE_BITS) as usize], start & ((1 << PIECE_BITS) - 1)).1 };
        list.iter().filter(|link| self.is_needed[**link as usize]).map(|link| self.links[*link as usize])
    }

    /// How many objects there are; numbers are below it.
    pub(super) fn objects(&self) -> usize {
        self.lists.len()
    }

    /// The trees above wanted blobs, in order.
    pub(super) fn trees(&self) -> impl Iterator<Item = Number> + '_ {
        (0..).zip(&self.lists).filter(|(_, list)| **list != ABSENT).map(|(tree, _)| tree)
    }

    pub(super) fn has(&self, tree: Number) -> bool {
        self.lists[tree as usize] != ABSENT
    }

    /// Marks what leads to wanted blobs, one step up at a time, until nothing is new.
    fn need(&mut self) -> bool {
        for _ in 0..DEEPEST {
            let mut is_new = false;
            for (number, piece) in (0_u32..).zip(&self.pieces) {
                let mut at = 0;
                while (at as usize) < piece.len() {
                    let (tree, links) = list(piece, at);
                    let own = &mut self.lists[tree as usize];
                    if *own == ABSENT && links.iter().any(|link| self.is_needed[*link as usize]) {
                        *own = number << PIECE_BITS | at;
                        is_new = true;
                    }
                    at += 2 + links.len() as u32;
                }
            }
            if !is_new {
                return true;
            }
            for (link, needed) in self.links.iter().zip(&mut self.is_needed) {
                *needed = *needed || self.lists[link.to as usize] != ABSENT;
            }
        }
        false
    }
}

/// A tree and its links, at a place in a piece: tree, count, links.
fn list(piece: &[u32], at: u32) -> (Number, &[u32]) {
    let at = at as usize;
    (piece[at], &piece[at + 2..at + 2 + piece[at + 1] as usize])
}

/// Wanted blobs, and a look at the start of an id that spares most of the searches.
struct Wanted<'w> {
    numbers: &'w BTreeSet<Number>,
    starts: Vec<bool>,
}

impl<'w> Wanted<'w> {
    fn new(objects: &Objects, numbers: &'w BTreeSet<Number>) -> Self {
        let mut starts = vec![false; 1 << 16];
        numbers.iter().for_each(|number| starts[start(&objects.id(*number))] = true);
        Self { numbers, starts }
    }

    fn find(&self, objects: &Objects, id: &Id) -> Option<Number> {
        self.starts[start(id)].then(|| objects.find(id)).flatten().filter(|number| self.numbers.contains(number))
    }
}

fn start(id: &Id) -> usize {
    id.as_bytes().iter().take(2).fold(0, |start, byte| start << 8 | usize::from(*byte))
}

struct Linker<'o> {
    objects: &'o Objects,
    hash: Hash,
    wanted: Wanted<'o>,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    names: HashMap<Box<[u8]>, u32>,
    links: Vec<Link>,
    link_numbers: HashMap<Link, u32>,
    pieces: Vec<Vec<u32>>,
    troubles: Vec<String>,
}

impl Found {
    fn link(&mut self, to: Number, name: &[u8]) -> u32 {
        let name = match self.names.get(name) {
            Some(name) => *name,
            None => {
                let number = self.names.len() as u32;
                self.names.insert(name.into(), number);
                number
            }
        };
        let link = Link { to, name };
        *self.link_numbers.entry(link).or_insert_with(|| {
            self.links.push(link);
            self.links.len() as u32 - 1
        })
    }

    fn list(&mut self, tree: Number, outline: &Outline) {
        let count = outline.marks().count();
        if count == 0 {
            return;
        }
        let room = |piece: &&mut Vec<u32>| piece.len() + count + 2 <= piece.capacity();
        let piece = match self.pieces.last_mut().filter(room) {
            Some(piece) => piece,
            None => {
                self.pieces.push(Vec::with_capacity((1 << PIECE_BITS).max(count + 2)));
                self.pieces.last_mut().expect("one was pushed")
            }
        };
        piece.extend([tree, count as u32]);
        piece.extend(outline.marks());
    }
}

impl Visitor for Linker<'_> {
    type Thread = ();
    type State = Outline;

    fn thread(&self) {}

    fn visit(&self, (): &mut (), object: &Object<'_>, base: Option<&Outline>) -> Outline {
        let (outline, is_whole) = Outline::read(object, base, self.hash, &mut |entry| {
            let to = match entry.is_directory() {
                true => self.objects.find(&entry.id),
                false => self.wanted.find(self.objects, &entry.id),
            };
            to.map_or(UNMARKED, |to| self.found.lock().expect(LOCK).link(to, entry.name))
        });
        let mut found = self.found.lock().expect(LOCK);
        found.list(object.number, &outline);
        if !is_whole {
            found.troubles.push(format!("tree {}: is damaged, or too large to be read in whole", self.objects.id(object.number)));
        }
        drop(found);
        outline
    }

    fn broken(&self, number: Number, error: &Error) {
        self.found.lock().expect(LOCK).troubles.push(format!("tree {}: {error}", self.objects.id(number)));
    }
}
