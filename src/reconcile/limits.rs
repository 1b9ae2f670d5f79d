//! Where rules count: other programs' rules ask for paths, which the map does not know of everything that it reads.

use std::collections::BTreeMap;

use regex::{Regex, RegexSet};

use crate::domain::{PathLimit, Place, Policy};

/// By code of the rule.
pub(super) struct Limits(BTreeMap<u32, Limit>);

struct Limit {
    only: Option<Regex>,
    /// Many rules share theirs.
    never: Option<usize>,
    sets: std::rc::Rc<Vec<RegexSet>>,
}

impl Limits {
    pub(super) fn new(policy: &Policy) -> Self {
        let mut known: Vec<&[String]> = Vec::new();
        for PathLimit { never, .. } in policy.limits.values().filter(|limit| !limit.never.is_empty()) {
            if !known.contains(&never.as_slice()) {
                known.push(never);
            }
        }
        // They were checked when the rules were read; one that is broken all the same must hide nothing.
        let sets = std::rc::Rc::new(known.iter().map(|patterns| RegexSet::new(*patterns).unwrap_or_default()).collect::<Vec<_>>());
        let limit = |(code, limit): (&u32, &PathLimit)| {
            let only = limit.only.as_ref().and_then(|pattern| Regex::new(pattern).ok());
            let never = known.iter().position(|patterns| *patterns == limit.never.as_slice());
            (*code, Limit { only, never, sets: std::rc::Rc::clone(&sets) })
        };
        Self(policy.limits.iter().map(limit).collect())
    }

    /// Does a rule count at this place?
    pub(super) fn hold(&self, code: u32, place: &Place) -> bool {
        let Some(limit) = self.0.get(&code) else { return true };
        let path = place.display();
        let never = limit.never.and_then(|number| limit.sets.get(number));
        limit.only.as_ref().is_none_or(|only| only.is_match(&path)) && never.is_none_or(|never| !never.is_match(&path))
    }
}
