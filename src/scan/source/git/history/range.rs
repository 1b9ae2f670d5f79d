//! A part of a history, as it is asked for, and the commits in it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::super::objects::{Id, Kind, Number, Objects};
use super::super::repository::Repository;
use super::lookup::{Commit, Lookup};
use super::revision::{self, Error, Why};
use super::walk::Walk;
use super::{CommitNo, when};
use crate::domain;

/// What is asked for. Revisions are as typed.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Asked<'a> {
    /// What is reached, but not from a revision; or what was committed since a time.
    Since(&'a str),
    /// What is reached from `tips`, from none of `known`, and from no ref whose full name begins with one of `known_refs`.
    Commits { tips: &'a [String], known: &'a [String], known_refs: &'a [String] },
}

/// Commits in topological order, numbered from 0.
#[derive(Debug, Default)]
pub(in super::super) struct Set {
    commits: Vec<(Number, Commit)>,
    apart: Vec<Number>,
}

impl Set {
    pub(in super::super) fn len(&self) -> u32 {
        self.commits.len() as u32
    }

    pub(in super::super) fn object(&self, commit: CommitNo) -> Number {
        self.commits[commit as usize].0
    }

    /// A commit, as reports name it.
    pub(in super::super) fn described(&self, commit: CommitNo, objects: &Objects) -> domain::Commit {
        let (number, commit) = &self.commits[commit as usize];
        commit.described(objects.id(*number))
    }

    /// What tips name beside commits: annotated tags, and trees and blobs that a tag or a ref holds without a commit.
    pub(in super::super) fn apart(&self) -> &[Number] {
        &self.apart
    }

    pub(super) fn commits(&self) -> impl Iterator<Item = (CommitNo, &Commit)> {
        (0..).zip(self.commits.iter().map(|(_, commit)| commit))
    }
}

/// The commits that are asked for. `branches`: only what these reach; when empty, [`Asked::Since`] begins at every ref and at HEAD. What
/// no ref reaches belongs to no range. `now` is where spans such as `90d` end. A revision that is none is an error; what cannot be read
/// on the way is told.
pub(in super::super) fn range(
    objects: &Objects,
    repository: &Repository,
    asked: Asked<'_>,
    branches: &[String],
    now: Timestamp,
    trouble: &mut dyn FnMut(String),
) -> Result<Set, Error> {
    let mut lookup = Lookup::new(objects, &repository.shallow);
    let mut asking = Asking { repository, ends: Ends::default(), trouble };
    let branches = branches.iter().map(|name| asking.branch(&lookup, name)).collect::<Result<Vec<Number>, Error>>()?;
    let mut since = None;
    let (tips, known) = match asked {
        Asked::Since(start) => {
            let tips = if branches.is_empty() { asking.refs(&lookup, &[""]) } else { branches.clone() };
            match when::time(start, now).filter(|_| !revision::is_name(repository, start)) {
                Some(time) => {
                    since = Some(time.as_second());
                    (tips, Vec::new())
                }
                None => (tips, vec![revision::object(&mut lookup, repository, start)?]),
            }
        }
        Asked::Commits { tips, known, known_refs } => {
            let mut resolved =
                |texts: &[String]| texts.iter().map(|text| revision::object(&mut lookup, repository, text)).collect::<Result<Vec<Number>, Error>>();
            let (tips, mut known) = (resolved(tips)?, resolved(known)?);
            let prefixes: Vec<&str> = known_refs.iter().map(String::as_str).collect();
            known.extend(asking.refs(&lookup, &prefixes));
            (tips, known)
        }
    };
    tips.into_iter().for_each(|tip| asking.end(&mut lookup, tip, false));
    known.into_iter().for_each(|tip| asking.end(&mut lookup, tip, true));
    let mut commits = asking.walk(&mut lookup);
    if let Some(since) = since {
        // Every commit was looked at: one with a wrong date hides none of its ancestors, as it does in `git log --since`.
        commits.retain(|(_, commit)| commit.committed >= since);
    }
    if matches!(asked, Asked::Commits { .. }) && !branches.is_empty() {
        asking.ends = Ends::default();
        branches.into_iter().for_each(|tip| asking.end(&mut lookup, tip, false));
        let reached: BTreeSet<Number> = asking.walk(&mut lookup).into_iter().map(|(number, _)| number).collect();
        commits.retain(|(number, _)| reached.contains(number));
        return Ok(Set { commits, apart: Vec::new() });
    }
    let apart = asking.ends.apart(matches!(asked, Asked::Since(_)), &commits, objects);
    Ok(Set { commits, apart })
}

struct Asking<'a> {
    repository: &'a Repository,
    ends: Ends,
    trouble: &'a mut dyn FnMut(String),
}

/// Where the walk begins, tags followed.
#[derive(Default)]
struct Ends {
    commits: Vec<(Number, bool)>,
    /// What is no commit, and where it leads in the end.
    apart: BTreeSet<(Number, Number)>,
    /// Known objects that are no commits.
    known: BTreeSet<Number>,
}

impl Ends {
    /// `by_commit`: a tag of a commit goes with the commit. What has no commit has no time either, and is in.
    fn apart(&self, by_commit: bool, commits: &[(Number, Commit)], objects: &Objects) -> Vec<Number> {
        let commits: BTreeSet<Number> = commits.iter().filter(|_| by_commit).map(|(number, _)| *number).collect();
        let is_in = |end: Number| !by_commit || commits.contains(&end) || objects.kind(end) != Some(Kind::Commit);
        let mut apart: Vec<Number> = self.apart.iter().filter(|(number, end)| !self.known.contains(number) && is_in(*end)).map(|(number, _)| *number).collect();
        apart.dedup();
        apart
    }
}

impl Asking<'_> {
    fn branch(&mut self, lookup: &Lookup<'_>, name: &str) -> Result<Number, Error> {
        let full = ["refs/heads/", "refs/remotes/"].into_iter().find_map(|folder| self.repository.refs.get(&format!("{folder}{name}")).copied());
        let wrong = |why| Error { revision: name.to_owned(), why };
        match full.or_else(|| self.repository.named(name)) {
            Some(id) => lookup.objects.find(&id).ok_or_else(|| wrong(Why::Absent)),
            None => Err(wrong(Why::Unknown { nearest: revision::nearest(self.repository, name) })),
        }
    }

    /// What refs stand for whose names begin so; the empty beginning takes in HEAD.
    fn refs(&mut self, lookup: &Lookup<'_>, beginnings: &[&str]) -> Vec<Number> {
        let is_meant = |name: &&String| beginnings.iter().any(|beginning| name.starts_with(beginning));
        let head = self.repository.head.commit().filter(|_| beginnings.contains(&"")).map(|id| ("HEAD", id));
        let meant = self.repository.refs.iter().filter(|(name, _)| is_meant(name)).map(|(name, id)| (name.as_str(), *id));
        let ids: Vec<(&str, Id)> = meant.chain(head).collect();
        let mut numbers = Vec::with_capacity(ids.len());
        for (name, id) in ids {
            match lookup.objects.find(&id) {
                Some(number) => numbers.push(number),
                None => (self.trouble)(format!("{name}: {id} is not in the repository")),
            }
        }
        numbers
    }

    fn end(&mut self, lookup: &mut Lookup<'_>, number: Number, is_known: bool) {
        let mut tags = Vec::new();
        let end = match lookup.peeled(number, &mut tags) {
            Ok(end) => end,
            Err(message) => {
                (self.trouble)(message);
                number
            }
        };
        match lookup.objects.kind(end) {
            Some(Kind::Commit) => self.ends.commits.push((end, is_known)),
            Some(Kind::Tag) => {}
            _ => tags.push(end),
        }
        match is_known {
            true => self.ends.known.extend(tags),
            false => self.ends.apart.extend(tags.into_iter().map(|tag| (tag, end))),
        }
    }

    fn walk(&mut self, lookup: &mut Lookup<'_>) -> Vec<(Number, Commit)> {
        let mut walk = Walk::new(lookup);
        for (number, is_known) in std::mem::take(&mut self.ends.commits) {
            walk.push(number, is_known);
        }
        walk.commits(self.trouble)
    }
}

#[cfg(test)]
mod tests;
