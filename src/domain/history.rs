//! What a version-control history says of something that was seen: since when it is there, until when, and who put it there.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A commit, as reports name it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Commit {
    /// Author date. It comes first: commits compare by time.
    pub at: Timestamp,
    /// Lower-case hexadecimal, in full.
    pub id: String,
    /// Author, as `Name <address>`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
}

/// The time that one piece of evidence spent at one path.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct History {
    /// The commit that introduced it; the first of all refs in topological order.
    pub first: Commit,
    /// The last commit in which it was present.
    pub last: Commit,
    /// The first commit after `last`, in which it was no longer present; none at the end of a branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<Commit>,
    /// It is in the commit that is checked out.
    pub in_head: bool,
    /// No ref reaches the commits that show it: dangling, or left behind by a forced push.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unreachable: bool,
    /// The commit that is checked out has a file of this path, whatever is in it. Not set: it has none, or nobody looked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub path_in_head: bool,
}

/// Where something can still be met, by how near it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Presence {
    /// In commits that no ref reaches.
    Unreachable,
    /// In past commits only.
    Past,
    /// At the end of a branch that is not checked out.
    Branch,
    /// In the commit that is checked out.
    Head,
    /// In front of the reader: the working tree, or a source without a history.
    Here,
}

impl Commit {
    /// The first digits of the id, enough to find it.
    pub fn short(&self) -> &str {
        self.id.get(..12).unwrap_or(&self.id)
    }

    /// The author without an address.
    pub fn name(&self) -> &str {
        self.by.split('<').next().unwrap_or_default().trim()
    }

    /// The day of the author date, in UTC.
    pub fn day(&self) -> Option<String> {
        self.dated().map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
    }

    /// The author date, unless it is the nothing that broken clocks and importers write.
    pub fn dated(&self) -> Option<Timestamp> {
        Some(self.at).filter(|at| at.as_second() > 0)
    }
}

impl History {
    /// Addition: what two units saw of the same evidence at the same path. Associative and commutative, so that any cut of a history says the same.
    pub fn merge(&mut self, other: &Self) {
        let seen = [&*self, other];
        let end = seen
            .into_iter()
            .max_by_key(|history| (&history.last, history.removed.is_none(), &history.removed))
            .map(|end| (end.last.clone(), end.removed.clone()));
        self.in_head |= other.in_head;
        self.unreachable &= other.unreachable;
        self.path_in_head |= other.path_in_head;
        if other.first < self.first {
            self.first = other.first.clone();
        }
        if let Some((last, removed)) = end {
            (self.last, self.removed) = (last, removed);
        }
    }

    /// The commit that took it away; none while the commit that is checked out has it.
    pub fn gone(&self) -> Option<&Commit> {
        self.removed.as_ref().filter(|_| !self.in_head)
    }

    pub fn presence(&self) -> Presence {
        match (self.in_head, self.unreachable, &self.removed) {
            (true, _, _) => Presence::Head,
            (false, true, _) => Presence::Unreachable,
            (false, false, None) => Presence::Branch,
            (false, false, Some(_)) => Presence::Past,
        }
    }
}

impl Presence {
    /// Is it there for whoever checks out a branch?
    pub fn lasts(self) -> bool {
        self >= Self::Branch
    }

    /// One word for machines.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Past => "past",
            Self::Branch => "branch",
            Self::Head => "head",
            Self::Here => "here",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(second: i64) -> Commit {
        Commit { at: Timestamp::from_second(second).expect("a small number is a time"), id: format!("{second:040x}"), by: "A B <a@example.com>".into() }
    }

    /// All histories of a few commits.
    fn all() -> Vec<History> {
        let mut all = Vec::new();
        for bits in 0..96_u32 {
            let (first, length) = (i64::from(bits % 2), i64::from(bits / 2 % 3));
            let flag = |bit: u32| ((bits / 6) >> bit) & 1 == 1;
            let removed = flag(0).then(|| commit(first + length + 1 + i64::from(flag(3))));
            all.push(History { first: commit(first), last: commit(first + length), removed, in_head: flag(1), unreachable: flag(2), path_in_head: flag(1) });
        }
        all
    }

    fn merged(a: &History, b: &History) -> History {
        let mut sum = a.clone();
        sum.merge(b);
        sum
    }

    #[test]
    fn merge_is_addition() {
        let all = all();
        for a in &all {
            assert_eq!(merged(a, a), *a);
            for b in &all {
                let both = merged(a, b);
                assert_eq!(both, merged(b, a));
                for c in all.iter().step_by(5) {
                    assert_eq!(merged(&both, c), merged(a, &merged(b, c)));
                }
            }
        }
    }

    #[test]
    fn the_whole_time_is_told_and_what_is_in_head_is_not_gone() {
        let span = |first, last, removed: Option<i64>, in_head| History {
            first: commit(first),
            last: commit(last),
            removed: removed.map(commit),
            in_head,
            ..History::default()
        };
        let (early, late) = (span(1, 4, Some(5), false), span(5, 9, Some(10), false));
        assert_eq!(merged(&early, &late), span(1, 9, Some(10), false));
        let whole = merged(&early, &span(5, 6, None, true));
        assert_eq!((whole.presence(), whole.gone()), (Presence::Head, None));
        assert_eq!((early.presence(), early.gone()), (Presence::Past, Some(&commit(5))));
    }

    #[test]
    fn authors_have_names_without_addresses() {
        assert_eq!((commit(1).name(), Commit::default().name(), commit(1).short().len()), ("A B", "", 12));
        assert_eq!((commit(0).dated(), commit(1).dated().is_some()), (None, true));
    }
}
