//! All objects of one kind, each decoded once: bases before what is built on them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::crew::Crew;
use super::database::Objects;
use super::plan::{Plan, Root};
use super::step::{Task, Worker};
use super::{Copy, Error, Kind, Number};

/// How to walk, and what to leave out.
pub(in super::super) struct Walk<'w> {
    pub(in super::super) threads: usize,
    /// `(i, n)`: the families (a whole object and all that is built on it) whose root's number % n == i.
    pub(in super::super) part: (u32, u32),
    /// Of objects with more bytes than this, only a head is handed on; and of what is built on those, whatever its size.
    pub(in super::super) largest: u64,
    /// The length of such a head; it is less where a delta takes the start of an object from behind the head of its base.
    pub(in super::super) head: usize,
    /// What is not wanted, and no base of anything wanted, is not even inflated; what is only such a base is not visited. Asked
    /// once for each object of the kind.
    pub(in super::super) wanted: &'w (dyn Fn(Number) -> bool + Sync),
}

/// Receives the objects of a walk, on several threads.
pub(in super::super) trait Visitor: Sync {
    /// What one thread keeps for itself.
    type Thread;
    /// What an object needs of its base.
    type State: Send + Sync;

    fn thread(&self) -> Self::Thread;

    /// One object; `base` is what the visit of its base gave, if there was one.
    fn visit(&self, thread: &mut Self::Thread, object: &Object<'_>, base: Option<&Self::State>) -> Self::State;

    /// An object that is wanted and cannot be read. Objects of no known kind are told by the walk over blobs.
    fn broken(&self, number: Number, error: &Error);

    /// Asked before each object; `true` ends the walk.
    fn stopped(&self) -> bool {
        false
    }
}

/// One object of a walk.
pub(in super::super) struct Object<'o> {
    pub(in super::super) number: Number,
    /// Its whole size, even if only a head is here.
    pub(in super::super) size: u64,
    pub(in super::super) bytes: Bytes<'o>,
    /// What it has from its base, ascending in `to`, neighbours joined; what no copy covers is new. Empty if the base was not visited, or if only a
    /// head of one of them is here.
    pub(in super::super) copies: &'o [Copy],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Bytes<'o> {
    Whole(&'o [u8]),
    Head(&'o [u8]),
}

impl Objects {
    /// Shows all objects of a kind to a visitor, each once. Memory: per thread the bases on the way to the object at hand, which
    /// are at most as many as the family's size has binary digits, and in all not much above [`super::step::KEPT`].
    pub(in super::super) fn walk<V: Visitor>(&self, kind: Kind, walk: &Walk<'_>, visitor: &V) {
        let plan = Plan::of(self, kind, walk);
        for number in &plan.lost {
            visitor.broken(*number, &self.loss(*number));
        }
        let (next, kept) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let crew = Crew::new(walk.threads.max(1));
        let work = || {
            let _watch = crew.watch();
            let mut worker = Worker::new(self, &plan, walk, visitor, &kept);
            while !visitor.stopped() {
                match plan.root(next.fetch_add(1, Ordering::Relaxed)) {
                    Some(Root::Family(pack, entry)) => worker.family(Task::root(pack, entry), &crew),
                    Some(Root::Loose(file)) => worker.loose(file, kind),
                    Some(Root::Elsewhere(number)) => worker.elsewhere(number),
                    None => match crew.take() {
                        Some(task) => worker.family(task, &crew),
                        None => break,
                    },
                }
            }
            crew.leave();
        };
        thread::scope(|scope| {
            for _ in 1..walk.threads {
                scope.spawn(work);
            }
            work();
        });
    }
}
