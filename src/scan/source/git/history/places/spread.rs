//! From the commits down: which path each tree above a wanted blob has, and when.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::super::super::objects::Number;
use super::super::{CommitNo, Commits};
use super::MOST_PATHS;
use super::graph::Graph;

/// When something is at a path.
#[derive(Clone, Copy, Debug)]
pub(super) struct Presence {
    pub(super) first: CommitNo,
    /// The last of the commits that refs reach; meaningless if `first` is none of them.
    last_reached: CommitNo,
    last: CommitNo,
    pub(super) in_head: bool,
}

impl Presence {
    fn join(&mut self, other: Self) {
        self.first = self.first.min(other.first);
        self.last_reached = self.last_reached.max(other.last_reached);
        self.last = self.last.max(other.last);
        self.in_head |= other.in_head;
    }

    pub(super) fn last(&self, reached: CommitNo) -> CommitNo {
        if self.first < reached { self.last_reached } else { self.last }
    }
}

/// The paths of one object.
#[derive(Default)]
pub(super) struct Found {
    pub(super) at: Vec<(u32, Presence)>,
    /// There were more.
    pub(super) is_cut: bool,
}

impl Found {
    fn join(&mut self, path: u32, presence: Presence) {
        match self.at.iter().position(|(known, _)| *known == path) {
            Some(at) => self.at[at].1.join(presence),
            None if self.at.len() < MOST_PATHS => self.at.push((path, presence)),
            None => self.is_cut = true,
        }
    }
}

/// Paths as numbers: a directory's path and a name. Number 0 is the root.
#[derive(Default)]
pub(super) struct Paths {
    steps: Vec<(u32, u32)>,
    numbers: HashMap<(u32, u32), u32>,
}

impl Paths {
    fn below(&mut self, directory: u32, name: u32) -> u32 {
        let step = (directory, name);
        *self.numbers.entry(step).or_insert_with(|| {
            self.steps.push(step);
            self.steps.len() as u32
        })
    }

    pub(super) fn text(&self, mut path: u32, names: &[Box<[u8]>]) -> Vec<u8> {
        let mut parts: Vec<&[u8]> = Vec::new();
        while path > 0 {
            let (directory, name) = self.steps[path as usize - 1];
            parts.push(&names[name as usize]);
            path = directory;
        }
        parts.reverse();
        parts.join(&b'/')
    }
}

/// What was found of the wanted blobs.
pub(super) struct Spread {
    pub(super) blobs: BTreeMap<Number, Found>,
    pub(super) paths: Paths,
}

/// Every tree is looked at once, after all that hold it; what is known of it is given up then, so only a front is in memory.
pub(super) fn down(graph: &Graph, commits: &Commits, head: Option<Number>, trouble: &mut dyn FnMut(String)) -> Spread {
    let mut spread = Spread { blobs: BTreeMap::new(), paths: Paths::default() };
    let mut open = roots(graph, commits, head);
    let mut above = vec![0_u32; graph.objects()];
    for link in graph.trees().flat_map(|tree| graph.links(tree)) {
        above[link.to as usize] += 1;
    }
    let mut ready: VecDeque<Number> = graph.trees().filter(|tree| above[*tree as usize] == 0).collect();
    let mut left = graph.trees().count();
    while let Some(tree) = ready.pop_front() {
        left -= 1;
        let found = open[tree as usize].take().unwrap_or_default();
        for link in graph.links(tree) {
            let below = match graph.has(link.to) {
                true => &mut **open[link.to as usize].get_or_insert_default(),
                false => spread.blobs.entry(link.to).or_default(),
            };
            below.is_cut |= found.is_cut;
            for (path, presence) in &found.at {
                below.join(spread.paths.below(*path, link.name), *presence);
            }
            let waits = &mut above[link.to as usize];
            *waits -= 1;
            if *waits == 0 && graph.has(link.to) {
                ready.push_back(link.to);
            }
        }
    }
    if left > 0 {
        trouble(format!("{left} trees hold themselves: the object database is forged, and what lies below them is not attributed to commits"));
    }
    spread
}

/// The root trees above wanted blobs, by number, with the commits that have them.
fn roots(graph: &Graph, commits: &Commits, head: Option<Number>) -> Vec<Option<Box<Found>>> {
    let mut roots: Vec<Option<Box<Found>>> = std::iter::repeat_with(|| None).take(graph.objects()).collect();
    for commit in 0..commits.len() {
        let Some(tree) = commits.tree(commit).filter(|tree| graph.has(*tree)) else { continue };
        let last_reached = if commit < commits.reached() { commit } else { 0 };
        let presence = Presence { first: commit, last_reached, last: commit, in_head: head == Some(tree) };
        roots[tree as usize].get_or_insert_default().join(0, presence);
    }
    roots
}
