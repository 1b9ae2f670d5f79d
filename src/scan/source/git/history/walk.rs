//! Which commits some tips reach and others do not, without reading more of the graph than that takes.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

use super::super::objects::Number;
use super::lookup::{Commit, Lookup};

/// Known commits that are looked at after they have become older than everything new. Clocks that were set wrong hide ancestors behind
/// such dates; git looks at five.
const SLACK: usize = 256;

/// A walk from the newest commits to the oldest. What is known spreads to its ancestors; the walk ends when nothing else is left.
/// Where dates lie by more than [`SLACK`] commits, a known commit may count as new, but never the other way round.
pub(super) struct Walk<'l, 'o> {
    lookup: &'l mut Lookup<'o>,
    /// None: it cannot be read.
    nodes: HashMap<Number, Option<Node>>,
    queue: BinaryHeap<(i64, Number)>,
    /// Commits that are not known, and those of them that are queued.
    new: usize,
    open: usize,
    troubles: BTreeSet<String>,
}

struct Node {
    commit: Commit,
    is_known: bool,
    is_queued: bool,
}

impl<'l, 'o> Walk<'l, 'o> {
    pub(super) fn new(lookup: &'l mut Lookup<'o>) -> Self {
        Self { lookup, nodes: HashMap::new(), queue: BinaryHeap::new(), new: 0, open: 0, troubles: BTreeSet::new() }
    }

    /// Begins at a commit, too.
    pub(super) fn push(&mut self, number: Number, is_known: bool) {
        match self.nodes.get_mut(&number) {
            Some(None) => {}
            Some(Some(node)) if !is_known || node.is_known => {}
            Some(Some(node)) => {
                node.is_known = true;
                self.new -= 1;
                match std::mem::replace(&mut node.is_queued, true) {
                    true => self.open -= 1,
                    false => self.queue.push((node.commit.committed, number)),
                }
            }
            None => {
                let node = match self.lookup.commit(number) {
                    Ok(commit) => Some(Node { commit, is_known, is_queued: true }),
                    Err(trouble) => {
                        self.troubles.insert(trouble);
                        None
                    }
                };
                if let Some(node) = &node {
                    self.queue.push((node.commit.committed, number));
                    self.new += usize::from(!is_known);
                    self.open += usize::from(!is_known);
                }
                self.nodes.insert(number, node);
            }
        }
    }

    /// The new commits, parents before children; of those that are ready the oldest by committer date, then by id. What could not be
    /// read is told.
    pub(super) fn commits(mut self, trouble: &mut dyn FnMut(String)) -> Vec<(Number, Commit)> {
        self.run();
        self.troubles.into_iter().for_each(trouble);
        let nodes = self.nodes.into_iter().filter_map(|(number, node)| Some((number, node.filter(|node| !node.is_known)?.commit)));
        ordered(nodes.collect(), &|number| self.lookup.objects.id(number))
    }

    fn run(&mut self) {
        let (mut slack, mut oldest) = (SLACK, None);
        while self.new > 0 {
            let Some((date, number)) = self.queue.pop() else { return };
            if self.open == 0 && date < *oldest.get_or_insert_with(|| self.oldest()) {
                if slack == 0 {
                    return;
                }
                slack -= 1;
            }
            let Some(Some(node)) = self.nodes.get_mut(&number) else { continue };
            node.is_queued = false;
            let is_known = node.is_known;
            self.open -= usize::from(!is_known);
            for parent in node.commit.parents.clone() {
                self.push(parent, is_known);
            }
        }
    }

    /// The least committer date of what is new.
    fn oldest(&self) -> i64 {
        let new = self.nodes.values().flatten().filter(|node| !node.is_known);
        new.map(|node| node.commit.committed).min().unwrap_or(i64::MAX)
    }
}

/// Commits in topological order. Circles, which only a forger makes, are entered at their oldest commit.
fn ordered<I: Ord + Copy>(commits: HashMap<Number, Commit>, id: &dyn Fn(Number) -> I) -> Vec<(Number, Commit)> {
    let mut commits: Vec<(Number, Commit)> = commits.into_iter().collect();
    commits.sort_by_cached_key(|(number, commit)| (commit.committed, id(*number)));
    let rank: HashMap<Number, usize> = commits.iter().enumerate().map(|(rank, (number, _))| (*number, rank)).collect();
    let mut children = vec![Vec::new(); commits.len()];
    let mut missing = vec![0_usize; commits.len()];
    for (child, (_, commit)) in commits.iter().enumerate() {
        for parent in commit.parents.iter().filter_map(|parent| rank.get(parent)) {
            children[*parent].push(child);
            missing[child] += 1;
        }
    }
    let mut ready: BinaryHeap<Reverse<usize>> = (0..commits.len()).filter(|commit| missing[*commit] == 0).map(Reverse).collect();
    let mut left: Vec<Option<(Number, Commit)>> = commits.into_iter().map(Some).collect();
    let mut sequence = Vec::with_capacity(left.len());
    for start in 0..left.len() {
        if ready.is_empty() {
            ready.push(Reverse(start));
        }
        while let Some(Reverse(next)) = ready.pop() {
            let Some(commit) = left[next].take() else { continue };
            sequence.push(commit);
            for child in &children[next] {
                missing[*child] = missing[*child].saturating_sub(1);
                if missing[*child] == 0 {
                    ready.push(Reverse(*child));
                }
            }
        }
    }
    sequence
}
