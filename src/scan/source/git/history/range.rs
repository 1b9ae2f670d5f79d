//! Ranges of commits, as people write them, and what the commits of a range bring in.

mod brought;
mod revision;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::super::objects::Objects;
use super::super::repository::Repository;
use super::{CommitNo, Commits};

pub(super) use brought::Differ;
pub(in super::super) use brought::{Brought, brought_in};

/// Which commits a range has, by number.
pub(in super::super) type Included = Vec<bool>;

/// Why a range is none. The message names what was typed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in super::super) enum Error {
    #[error("`{0}` names no commit of this repository")]
    Unknown(String),
    #[error("`{0}` begins several commits; give more of it")]
    Ambiguous(String),
    #[error("there is no branch `{0}`")]
    NoBranch(String),
    #[error("`{0}` is neither a revision nor a date; a date looks like 2027-03-31, 2027-03-31T12:00:00Z or `2 weeks ago`")]
    NoDate(String),
    #[error("the range is empty; it looks like `main..HEAD`")]
    Empty,
}

/// Reads ranges against one repository.
#[derive(Clone, Copy)]
pub(in super::super) struct Ranges<'r> {
    pub(in super::super) repository: &'r Repository,
    pub(in super::super) objects: &'r Objects,
    pub(in super::super) commits: &'r Commits,
}

impl Ranges<'_> {
    /// `A..B` (reached from B and not from A), `A...B` (from one of them only), `B` (from B), `^A B`; an end left out is HEAD.
    pub(in super::super) fn range(&self, text: &str) -> Result<Included, Error> {
        let (mut from, mut to, mut either) = (Vec::new(), Vec::new(), Vec::new());
        for word in text.split_whitespace() {
            let end = |end: &str| self.revision(if end.is_empty() { "HEAD" } else { end });
            if let Some((a, b)) = word.split_once("...") {
                either.push((end(a)?, end(b)?));
            } else if let Some((a, b)) = word.split_once("..") {
                from.push(end(a)?);
                to.push(end(b)?);
            } else if let Some(a) = word.strip_prefix('^') {
                from.push(self.revision(a)?);
            } else {
                to.push(self.revision(word)?);
            }
        }
        if to.is_empty() && either.is_empty() {
            return Err(Error::Empty);
        }
        for (a, b) in either {
            let (of_a, of_b) = (self.reached(&[a]), self.reached(&[b]));
            from.extend((0..self.commits.len()).filter(|commit| of_a[*commit as usize] && of_b[*commit as usize]));
            to.extend([a, b]);
        }
        let gone = self.reached(&from);
        Ok(self.reached(&to).into_iter().zip(gone).map(|(is_in, is_gone)| is_in && !is_gone).collect())
    }

    /// Everything after a revision: what refs reach and the revision does not. Or every commit since a date, by committer date as in
    /// git; those too that no ref reaches any more.
    pub(in super::super) fn since(&self, text: &str, now: Timestamp) -> Result<Included, Error> {
        let text = text.trim();
        let revision = match (self.repository.named(text).is_some(), date(text, now)) {
            (false, Some(date)) => {
                return Ok((0..self.commits.len()).map(|commit| self.commits.committed(commit) >= date.as_second()).collect());
            }
            _ => self.revision(text),
        };
        let old = match revision {
            Ok(revision) => self.reached(&[revision]),
            Err(Error::Unknown(text)) => return Err(Error::NoDate(text)),
            Err(error) => return Err(error),
        };
        Ok((0..self.commits.len()).map(|commit| commit < self.commits.reached() && !old[commit as usize]).collect())
    }

    /// What a branch reaches: a local one, or one of a remote, with or without its name before it.
    pub(in super::super) fn branch(&self, name: &str) -> Result<Included, Error> {
        let forms = ["refs/heads/", "refs/remotes/", "refs/remotes/origin/", ""].map(|form| format!("{form}{name}"));
        let full = forms.iter().find(|full| full.starts_with("refs/") && self.repository.refs.contains_key(*full));
        let full = full.ok_or_else(|| Error::NoBranch(name.to_owned()))?;
        Ok(self.reached(&[self.revision(full)?]))
    }

    /// The commits that some reach, themselves included.
    fn reached(&self, from: &[CommitNo]) -> Included {
        let mut reached = vec![false; self.commits.len() as usize];
        let mut open = from.to_vec();
        while let Some(commit) = open.pop() {
            if !std::mem::replace(&mut reached[commit as usize], true) {
                open.extend(self.commits.parents(commit));
            }
        }
        reached
    }
}

/// `2027-03-31`, a date and a time (UTC if no zone is given), `2 weeks ago`, `30 days`.
fn date(text: &str, now: Timestamp) -> Option<Timestamp> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp);
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('-') {
        return text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    }
    let span: Span = text.trim_end_matches("ago").trim().parse().ok()?;
    now.to_zoned(TimeZone::UTC).checked_sub(span.abs()).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests;
