//! One revision: a ref, an id or the start of one, and steps back from there.

use super::super::super::objects::{Buffers, Id, Kind, Number};
use super::super::commits::peeled;
use super::super::{CommitNo, parse};
use super::{Error, Ranges};

/// An id may be cut to so many digits.
const SHORTEST: usize = 4;

impl Ranges<'_> {
    /// `main`, `v1~3`, `HEAD^2~`, `v1^{commit}`, `1a2b3c4`.
    pub(in super::super::super) fn revision(&self, text: &str) -> Result<CommitNo, Error> {
        let unknown = || Error::Unknown(text.to_owned());
        let end = text.find(['~', '^']).unwrap_or(text.len());
        let (name, mut steps) = text.split_at(end);
        let mut commit = self.start(name).map_err(|error| if error == Error::Unknown(String::new()) { unknown() } else { error })?;
        while let Some(sign) = steps.chars().next() {
            steps = &steps[sign.len_utf8()..];
            // The objects that tags lead to are taken anyway.
            if let Some(rest) = ["{commit}", "{}", "{object}"].iter().find_map(|kind| steps.strip_prefix(kind)).filter(|_| sign == '^') {
                steps = rest;
                continue;
            }
            let digits = steps.len() - steps.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let count = match &steps[..digits] {
                "" => 1,
                digits => digits.parse::<usize>().map_err(|_| unknown())?,
            };
            steps = &steps[digits..];
            let back = match sign {
                '~' => self.back(commit, count),
                '^' => self.parent(commit, count),
                _ => None,
            };
            commit = back.ok_or_else(unknown)?;
        }
        Ok(commit)
    }

    fn start(&self, name: &str) -> Result<CommitNo, Error> {
        let whole = || Id::from_hex(name.as_bytes()).and_then(|id| self.commit(self.objects.find(&id)?));
        let named = || self.repository.named(name).and_then(|id| self.commits.of(peeled(self.objects, id)?));
        match whole().or_else(named) {
            Some(commit) => Ok(commit),
            None => self.shortened(name),
        }
    }

    /// The only commit (or tag, if there is none) whose id begins so.
    fn shortened(&self, name: &str) -> Result<CommitNo, Error> {
        let unknown = Err(Error::Unknown(String::new()));
        if name.len() < SHORTEST || !name.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return unknown;
        }
        let begins = |number: &Number| begins(&self.objects.id(*number), name);
        let mut found = (0..self.commits.len()).filter(|commit| begins(&self.commits.object(*commit)));
        if let Some(commit) = found.next() {
            return if found.next().is_some() { Err(Error::Ambiguous(name.to_owned())) } else { Ok(commit) };
        }
        let mut tags = (0..self.objects.len() as Number).filter(|number| begins(number) && self.objects.kind(*number) == Some(Kind::Tag));
        match (tags.next().and_then(|tag| self.commit(tag)), tags.next()) {
            (Some(commit), None) => Ok(commit),
            (Some(_), Some(_)) => Err(Error::Ambiguous(name.to_owned())),
            (None, _) => unknown,
        }
    }

    fn commit(&self, object: Number) -> Option<CommitNo> {
        self.commits.of(object).or_else(|| self.commits.of(peeled(self.objects, self.objects.id(object))?))
    }

    fn back(&self, mut commit: CommitNo, steps: usize) -> Option<CommitNo> {
        for _ in 0..steps {
            commit = self.parent(commit, 1)?;
        }
        Some(commit)
    }

    /// The n-th parent as the commit names them, which may be more than there are here; the 0th is the commit.
    fn parent(&self, commit: CommitNo, number: usize) -> Option<CommitNo> {
        let Some(index) = number.checked_sub(1) else { return Some(commit) };
        if !self.commits.is_cut(commit) {
            return self.commits.parents(commit).get(index).copied();
        }
        let bytes = self.objects.read(self.commits.object(commit), &mut Buffers::default()).ok()?;
        let id = *parse::commit(&bytes)?.parents.get(index)?;
        let parent = self.commits.of(self.objects.find(&id)?)?;
        self.commits.parents(commit).contains(&parent).then_some(parent)
    }
}

fn begins(id: &Id, digits: &str) -> bool {
    let nibble = |at: usize| id.as_bytes().get(at / 2).map(|byte| if at.is_multiple_of(2) { byte >> 4 } else { byte & 15 });
    digits.chars().enumerate().all(|(at, digit)| nibble(at).map(u32::from) == digit.to_digit(16))
}
