//! All commits of an object database in topological order: what refs reach first, then what they do not.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};
use std::fmt;
use std::sync::Mutex;

use super::super::objects::{Buffers, Id, Kind, Number, Objects};
use super::super::repository::Repository;
use super::each::each;
use super::lookup::LONGEST_TAG_CHAIN;
use super::{lookup, parse};
use crate::domain;

/// Number of a commit in topological order: every parent has a smaller one.
pub(in super::super) type CommitNo = u32;

/// The commits of a database. Numbers below [`Commits::reached`] are those that a ref, a HEAD or the stash reaches; the rest is
/// dangling, or was left behind by a forced push.
#[derive(Debug)]
pub(in super::super) struct Commits {
    nodes: Vec<Node>,
    reached: CommitNo,
    #[cfg_attr(not(test), expect(dead_code, reason = "held against git by the tests"))]
    parents: Lists,
    children: Lists,
    /// (object, commit), sorted.
    numbers: Vec<(Number, CommitNo)>,
    people: Vec<String>,
}

#[derive(Clone, Debug)]
struct Node {
    object: Number,
    tree: Option<Number>,
    authored: i64,
    committed: i64,
    author: u32,
    /// Parents that are not there: the history is shallow, or damaged.
    is_cut: bool,
}

/// As many short lists as there are commits, in one piece of memory.
#[derive(Debug, Default)]
struct Lists {
    starts: Vec<u32>,
    items: Vec<CommitNo>,
}

impl Lists {
    /// From (list, item) pairs, sorted by list.
    fn new(count: usize, pairs: &[(CommitNo, CommitNo)]) -> Self {
        let mut starts = vec![0; count + 1];
        for (list, _) in pairs {
            starts[*list as usize + 1] += 1;
        }
        for list in 0..count {
            starts[list + 1] += starts[list];
        }
        Self { starts, items: pairs.iter().map(|(_, item)| *item).collect() }
    }

    fn get(&self, list: CommitNo) -> &[CommitNo] {
        let list = list as usize;
        &self.items[self.starts[list] as usize..self.starts[list + 1] as usize]
    }
}

impl Commits {
    /// Reads every commit of a database. What cannot be read is told, and missing to its children.
    pub(in super::super) fn read(objects: &Objects, repository: &Repository, threads: usize, trouble: &mut dyn FnMut(String)) -> Self {
        let raw = RawCommits::read(objects, &repository.shallow, threads, trouble);
        let tips = repository.refs.values().copied().chain(repository.head.commit());
        let tips: Vec<u32> = match repository.unknown_refs {
            true => (0..raw.nodes.len() as u32).collect(),
            false => tips.filter_map(|tip| raw.index(peeled(objects, tip)?)).collect(),
        };
        raw.ordered(objects, &tips, trouble)
    }

    pub(in super::super) fn len(&self) -> u32 {
        self.nodes.len() as u32
    }

    /// How many commits refs reach; they have the numbers below this one.
    pub(in super::super) fn reached(&self) -> CommitNo {
        self.reached
    }

    pub(in super::super) fn object(&self, commit: CommitNo) -> Number {
        self.nodes[commit as usize].object
    }

    /// The commit that an object is.
    pub(in super::super) fn of(&self, object: Number) -> Option<CommitNo> {
        self.numbers.binary_search_by_key(&object, |(object, _)| *object).ok().map(|at| self.numbers[at].1)
    }

    /// The root tree, if it is there.
    pub(in super::super) fn tree(&self, commit: CommitNo) -> Option<Number> {
        self.nodes[commit as usize].tree
    }

    /// The parents that are there, in the commit's order.
    #[cfg(test)]
    pub(in super::super) fn parents(&self, commit: CommitNo) -> &[CommitNo] {
        self.parents.get(commit)
    }

    /// In order: those that refs reach first.
    pub(in super::super) fn children(&self, commit: CommitNo) -> &[CommitNo] {
        self.children.get(commit)
    }

    /// Has it parents that are not there? Then what it holds may be older than it.
    #[cfg(test)]
    pub(in super::super) fn is_cut(&self, commit: CommitNo) -> bool {
        self.nodes[commit as usize].is_cut
    }

    /// Committer date, in seconds since 1970.
    #[cfg(test)]
    pub(in super::super) fn committed(&self, commit: CommitNo) -> i64 {
        self.nodes[commit as usize].committed
    }

    /// A commit, as reports name it.
    pub(in super::super) fn described(&self, commit: CommitNo, objects: &Objects) -> domain::Commit {
        let node = &self.nodes[commit as usize];
        lookup::described(objects.id(node.object), node.authored, self.people[node.author as usize].clone())
    }
}

/// The object that a ref means: tags are followed to what they tag.
pub(super) fn peeled(objects: &Objects, id: Id) -> Option<Number> {
    let mut number = objects.find(&id)?;
    let mut buffers = Buffers::default();
    for _ in 0..LONGEST_TAG_CHAIN {
        if objects.kind(number)? != Kind::Tag {
            return Some(number);
        }
        number = objects.find(&parse::tagged(&objects.read(number, &mut buffers).ok()?)?)?;
    }
    None
}

/// Commits as they are found, by position.
struct RawCommits {
    /// In order of their object numbers.
    nodes: Vec<Node>,
    /// (commit, parent), in order of commits.
    parents: Vec<(u32, u32)>,
    people: Vec<String>,
}

/// Authors, each once.
#[derive(Default)]
struct People {
    names: Vec<String>,
    numbers: HashMap<Vec<u8>, u32>,
}

impl People {
    fn number(&mut self, by: &[u8]) -> u32 {
        if let Some(number) = self.numbers.get(by) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(String::from_utf8_lossy(by).into_owned());
        self.numbers.insert(by.to_vec(), number);
        number
    }
}

/// What was read of one commit.
struct Found {
    node: Node,
    parents: Vec<Option<Number>>,
}

impl RawCommits {
    fn read(objects: &Objects, shallow: &BTreeSet<Id>, threads: usize, trouble: &mut dyn FnMut(String)) -> Self {
        let found = Mutex::new((Vec::new(), People::default()));
        let told = Mutex::new(Vec::new());
        let lock = "no thread panics while it holds the lock";
        let tell = |number, message: &dyn fmt::Display| told.lock().expect(lock).push(format!("commit {}: {message}", objects.id(number)));
        let read = |object, bytes: &[u8]| {
            let Some(head) = parse::commit(bytes) else { return tell(object, &"names no tree") };
            let is_cut = !head.parents.is_empty() && shallow.contains(&objects.id(object));
            let parents = if is_cut { Vec::new() } else { head.parents.iter().map(|parent| objects.find(parent)).collect() };
            let tree = objects.find(&head.tree).filter(|tree| objects.kind(*tree) == Some(Kind::Tree));
            let (found, people) = &mut *found.lock().expect(lock);
            let author = people.number(head.author.by);
            found.push(Found { node: Node { object, tree, authored: head.author.at, committed: head.committed, author, is_cut }, parents });
        };
        each(objects, Kind::Commit, threads, &read, &|number, error| tell(number, error));
        let mut told = told.into_inner().expect(lock);
        told.sort();
        told.into_iter().for_each(trouble);
        let (mut found, people) = found.into_inner().expect(lock);
        found.sort_unstable_by_key(|found: &Found| found.node.object);
        Self::linked(found, people.names)
    }

    fn linked(found: Vec<Found>, people: Vec<String>) -> Self {
        let (nodes, named): (Vec<Node>, Vec<Vec<Option<Number>>>) = found.into_iter().map(|found| (found.node, found.parents)).unzip();
        let mut raw = Self { nodes, parents: Vec::new(), people };
        for (commit, parents) in (0..).zip(named) {
            for parent in parents {
                match parent.and_then(|parent| raw.index(parent)) {
                    Some(parent) => raw.parents.push((commit, parent)),
                    None => raw.nodes[commit as usize].is_cut = true,
                }
            }
        }
        raw
    }

    fn index(&self, object: Number) -> Option<u32> {
        self.nodes.binary_search_by_key(&object, |node| node.object).ok().map(|index| index as u32)
    }

    fn ordered(self, objects: &Objects, tips: &[u32], trouble: &mut dyn FnMut(String)) -> Commits {
        let count = self.nodes.len();
        let parents = Lists::new(count, &self.parents);
        let reached = closure(&parents, count, tips);
        let ids: Vec<Id> = self.nodes.iter().map(|node| objects.id(node.object)).collect();
        let order = Order { nodes: &self.nodes, ids: &ids, parents: &parents, children: Lists::new(count, &turned(&self.parents)) };
        let (sequence, circles) = order.sequence(&reached);
        if circles {
            trouble("commits that are their own ancestors: the object database is forged".to_owned());
        }
        let mut place = vec![0; count];
        for (commit, raw) in (0..).zip(&sequence) {
            place[*raw as usize] = commit;
        }
        // In a circle one step is left out, so that every parent has a smaller number.
        let mut pairs = Vec::with_capacity(self.parents.len());
        for (commit, raw) in (0..).zip(&sequence) {
            pairs.extend(parents.get(*raw).iter().map(|parent| (commit, place[*parent as usize])).filter(|(commit, parent)| parent < commit));
        }
        let mut numbers: Vec<(Number, CommitNo)> = (0..).zip(&sequence).map(|(commit, raw)| (self.nodes[*raw as usize].object, commit)).collect();
        numbers.sort_unstable();
        let mut children = turned(&pairs);
        children.dedup();
        Commits {
            reached: reached.iter().filter(|reached| **reached).count() as CommitNo,
            nodes: sequence.iter().map(|raw| self.nodes[*raw as usize].clone()).collect(),
            children: Lists::new(count, &children),
            parents: Lists::new(count, &pairs),
            numbers,
            people: self.people,
        }
    }
}

/// What is needed to put commits in order.
struct Order<'r> {
    nodes: &'r [Node],
    ids: &'r [Id],
    parents: &'r Lists,
    children: Lists,
}

impl Order<'_> {
    /// Parents before children, what is reached before what is not; of those that are ready the oldest by committer date, then by id.
    /// Says too whether there were circles.
    fn sequence(&self, reached: &[bool]) -> (Vec<u32>, bool) {
        let mut sequence = Vec::with_capacity(self.nodes.len());
        let mut missing: Vec<usize> = (0..self.nodes.len() as u32).map(|commit| self.parents.get(commit).len()).collect();
        let mut done = vec![false; self.nodes.len()];
        let mut circles = false;
        for wanted in [true, false] {
            let mut all: Vec<u32> = (0..self.nodes.len() as u32).filter(|commit| reached[*commit as usize] == wanted).collect();
            all.sort_unstable_by_key(|commit| self.key(*commit));
            let free = |commit: &&u32| missing[**commit as usize] == 0;
            let mut ready: BinaryHeap<Reverse<(i64, Id, u32)>> = all.iter().filter(free).map(|commit| Reverse(self.key(*commit))).collect();
            for start in all {
                if ready.is_empty() && !done[start as usize] {
                    circles = true;
                    ready.push(Reverse(self.key(start)));
                }
                while let Some(Reverse((_, _, commit))) = ready.pop() {
                    if std::mem::replace(&mut done[commit as usize], true) {
                        continue;
                    }
                    sequence.push(commit);
                    for child in self.children.get(commit) {
                        let left = &mut missing[*child as usize];
                        *left -= 1;
                        if *left == 0 && reached[*child as usize] == wanted {
                            ready.push(Reverse(self.key(*child)));
                        }
                    }
                }
            }
        }
        (sequence, circles)
    }

    fn key(&self, commit: u32) -> (i64, Id, u32) {
        (self.nodes[commit as usize].committed, self.ids[commit as usize], commit)
    }
}

fn turned(pairs: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut turned: Vec<(u32, u32)> = pairs.iter().map(|(one, other)| (*other, *one)).collect();
    turned.sort_unstable();
    turned
}

/// What can be reached from the tips.
fn closure(parents: &Lists, count: usize, tips: &[u32]) -> Vec<bool> {
    let mut reached = vec![false; count];
    let mut open = tips.to_vec();
    while let Some(commit) = open.pop() {
        if !std::mem::replace(&mut reached[commit as usize], true) {
            open.extend(parents.get(commit));
        }
    }
    reached
}

#[cfg(test)]
mod tests;
