//! Commits read one at a time, for those who need few of them.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::super::objects::{Buffers, Id, Kind, Number, Objects};
use super::{LARGEST, parse};
use crate::domain;

/// Tags of tags are followed so far.
pub(super) const LONGEST_TAG_CHAIN: usize = 100;

/// Reads commits, and follows tags.
pub(super) struct Lookup<'o> {
    pub(super) objects: &'o Objects,
    shallow: &'o BTreeSet<Id>,
    buffers: Buffers,
}

/// What is asked of a commit.
#[derive(Debug)]
pub(super) struct Commit {
    pub(super) tree: Id,
    /// Those that are there, in the commit's order; none at the edge of a shallow history.
    pub(super) parents: Vec<Number>,
    /// In seconds since 1970.
    pub(super) committed: i64,
    authored: i64,
    by: Box<[u8]>,
}

impl<'o> Lookup<'o> {
    pub(super) fn new(objects: &'o Objects, shallow: &'o BTreeSet<Id>) -> Self {
        Self { objects, shallow, buffers: Buffers::new(LARGEST) }
    }

    pub(super) fn commit(&mut self, number: Number) -> Result<Commit, String> {
        let bytes = self.read(number)?;
        let head = parse::commit(&bytes).ok_or_else(|| self.told(number, "names no tree"))?;
        let is_cut = !head.parents.is_empty() && self.shallow.contains(&self.objects.id(number));
        let parents = if is_cut { &[][..] } else { &head.parents };
        let is_commit = |number: &Number| self.objects.kind(*number) == Some(Kind::Commit);
        let parents = parents.iter().filter_map(|parent| self.objects.find(parent).filter(is_commit)).collect();
        Ok(Commit { tree: head.tree, parents, committed: head.committed, authored: head.author.at, by: head.author.by.into() })
    }

    /// What a tag stands for; anything else stands for itself. The tags on the way are added to `tags`.
    pub(super) fn peeled(&mut self, mut number: Number, tags: &mut Vec<Number>) -> Result<Number, String> {
        for _ in 0..LONGEST_TAG_CHAIN {
            if self.objects.kind(number) != Some(Kind::Tag) {
                return Ok(number);
            }
            tags.push(number);
            let next = parse::tagged(&self.read(number)?).and_then(|id| self.objects.find(&id));
            number = next.ok_or_else(|| self.told(number, "what it tags is not in the repository"))?;
        }
        Err(self.told(number, "its chain of tags is too long"))
    }

    fn read(&mut self, number: Number) -> Result<Vec<u8>, String> {
        self.objects.read(number, &mut self.buffers).map_err(|error| self.told(number, &error.to_string()))
    }

    fn told(&self, number: Number, message: &str) -> String {
        let kind = match self.objects.kind(number) {
            Some(Kind::Commit) => "commit",
            Some(Kind::Tag) => "tag",
            _ => "object",
        };
        format!("{kind} {}: {message}", self.objects.id(number))
    }
}

impl Commit {
    /// As reports name it.
    pub(super) fn described(&self, id: Id) -> domain::Commit {
        described(id, self.authored, String::from_utf8_lossy(&self.by).into_owned())
    }
}

/// A commit, as reports name it. Times beyond the calendar are its ends.
pub(super) fn described(id: Id, authored: i64, by: String) -> domain::Commit {
    let seconds = authored.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    domain::Commit { at: Timestamp::from_second(seconds).unwrap_or_default(), id: id.to_string(), by }
}

/// The root trees of commits.
pub(super) struct Trees<'o> {
    objects: &'o Objects,
    buffers: Buffers,
}

impl<'o> Trees<'o> {
    pub(super) fn new(objects: &'o Objects) -> Self {
        Self { objects, buffers: Buffers::new(LARGEST) }
    }

    /// None for a commit that cannot be read; whoever walked there has told.
    pub(super) fn of(&mut self, commit: Number) -> Option<Id> {
        let bytes = self.objects.read(commit, &mut self.buffers).ok()?;
        parse::commit(&bytes).map(|head| head.tree)
    }
}
