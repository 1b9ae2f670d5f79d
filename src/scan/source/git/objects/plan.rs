//! What a walk decodes, and in which order: found before anything is inflated.

use super::database::{Numbered, Objects};
use super::forest::{Base, NONE};
use super::pack::Entry;
use super::walk::Walk;
use super::{Kind, Number};

pub(super) struct Plan {
    packs: Vec<PackPlan>,
    roots: Vec<Root>,
    /// Wanted, and of no known kind.
    pub(super) lost: Vec<Number>,
}

/// Where work starts.
#[derive(Clone, Copy)]
pub(super) enum Root {
    /// An entry that is built on nothing of its pack.
    Family(usize, Entry),
    /// A loose object that may be of the kind.
    Loose(usize),
    /// An object whose entry says nothing, but of which there is another copy.
    Elsewhere(Number),
}

struct PackPlan {
    uses: Vec<Use>,
    first_child: Vec<Entry>,
    next_child: Vec<Entry>,
    /// How many entries are decoded from here on.
    weights: Vec<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Not,
    /// As a base only.
    Decode,
    Visit,
}

impl Plan {
    pub(super) fn of(objects: &Objects, kind: Kind, walk: &Walk<'_>) -> Self {
        let in_part = |number: Number| number % walk.part.1.max(1) == walk.part.0;
        let mut plan = Self { packs: Vec::new(), roots: Vec::new(), lost: Vec::new() };
        for (pack, numbered) in objects.packs.iter().enumerate() {
            let packed = PackPlan::of(numbered, kind, walk);
            let forest = &numbered.pack.forest;
            for entry in (0..forest.len() as Entry).filter(|entry| in_part(numbered.number_of(*entry))) {
                let root = !matches!(forest.base(entry), Base::Entry(_));
                if root && packed.uses[entry as usize] != Use::Not {
                    plan.roots.push(Root::Family(pack, entry));
                }
                if forest.kind(entry).is_none() && numbered.owns(entry) {
                    plan.stray(objects, numbered.number_of(entry), kind, walk);
                }
            }
            plan.packs.push(packed);
        }
        plan.roots.extend((0..objects.loose.len()).filter(|file| in_part(objects.loose_number(*file))).map(Root::Loose));
        plan
    }

    /// Takes in an object whose entry does not say what it is.
    fn stray(&mut self, objects: &Objects, number: Number, kind: Kind, walk: &Walk<'_>) {
        let other = objects.kind(number);
        if other.unwrap_or(Kind::Blob) != kind || !(walk.wanted)(number) {
            return;
        }
        match other {
            Some(_) => self.roots.push(Root::Elsewhere(number)),
            None => self.lost.push(number),
        }
    }

    pub(super) fn root(&self, at: usize) -> Option<Root> {
        self.roots.get(at).copied()
    }

    pub(super) fn visits(&self, pack: usize, entry: Entry) -> bool {
        self.packs[pack].uses[entry as usize] == Use::Visit
    }

    /// What is built on an entry and has to be decoded. The heaviest comes first: who does it last has let go of the base by
    /// then, and every base still held has less than half of the family to wait for.
    pub(super) fn children(&self, pack: usize, entry: Entry, children: &mut Vec<Entry>) {
        let plan = &self.packs[pack];
        children.clear();
        let mut child = plan.first_child[entry as usize];
        while child != NONE {
            children.push(child);
            child = plan.next_child[child as usize];
        }
        let heaviest = (0..children.len()).max_by_key(|at| plan.weights[children[*at] as usize]);
        if let Some(heaviest) = heaviest {
            children.swap(0, heaviest);
        }
    }
}

impl PackPlan {
    fn of(numbered: &Numbered, kind: Kind, walk: &Walk<'_>) -> Self {
        let forest = &numbered.pack.forest;
        let mut uses = vec![Use::Not; forest.len()];
        for entry in 0..forest.len() as Entry {
            if forest.kind(entry) == Some(kind) && numbered.owns(entry) && (walk.wanted)(numbered.number_of(entry)) {
                uses[entry as usize] = Use::Visit;
                let mut below = forest.base(entry);
                while let Base::Entry(base) = below
                    && uses[base as usize] == Use::Not
                {
                    uses[base as usize] = Use::Decode;
                    below = forest.base(base);
                }
            }
        }
        let mut plan = Self { first_child: vec![NONE; uses.len()], next_child: vec![NONE; uses.len()], weights: vec![0; uses.len()], uses };
        for entry in (0..forest.len() as Entry).rev().filter(|entry| plan.uses[*entry as usize] != Use::Not) {
            if let Base::Entry(base) = forest.base(entry) {
                plan.next_child[entry as usize] = std::mem::replace(&mut plan.first_child[base as usize], entry);
            }
        }
        plan.weigh(&|entry| match forest.base(entry) {
            Base::Entry(base) => Some(base),
            _ => None,
        });
        plan
    }

    /// Bases come before what is built on them in this order, which need not be that of the offsets.
    fn weigh(&mut self, base: &dyn Fn(Entry) -> Option<Entry>) {
        let used = |entry: &Entry| self.uses[*entry as usize] != Use::Not;
        let mut order: Vec<Entry> = (0..self.uses.len() as Entry).filter(|entry| used(entry) && base(*entry).is_none()).collect();
        let mut at = 0;
        while let Some(&entry) = order.get(at) {
            at += 1;
            let mut child = self.first_child[entry as usize];
            while child != NONE {
                order.push(child);
                child = self.next_child[child as usize];
            }
        }
        for entry in order.into_iter().rev() {
            self.weights[entry as usize] += 1;
            if let Some(base) = base(entry) {
                self.weights[base as usize] += self.weights[entry as usize];
            }
        }
    }
}
