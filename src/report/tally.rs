//! How many findings of each level and rank are to come, so that a format with a limit keeps the gravest and still writes in order.

use crate::domain::{Finding, Level};

const RANKS: usize = 101;
const STANDINGS: usize = 3 * RANKS;

/// Counts of one target's open findings.
#[derive(Clone, Debug)]
pub struct Tally([u64; STANDINGS]);

/// Which findings are within a limit.
#[derive(Clone, Debug, Default)]
pub(super) struct Limit {
    /// Findings below this standing are left out.
    least: usize,
    /// How many more of the least standing there is room for; no bound when absent.
    room: Option<u64>,
    left_out: u64,
}

impl Tally {
    /// Findings that waivers cover are not counted.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        let mut tally = Self([0; STANDINGS]);
        for finding in findings.into_iter().filter(|finding| finding.suppression.is_none()) {
            tally.0[standing(finding)] += 1;
        }
        tally
    }

    pub(super) fn limit(&self, most: u64) -> Limit {
        let all: u64 = self.0.iter().sum();
        let mut room = most;
        for (least, count) in self.0.iter().enumerate().rev() {
            if *count > room {
                return Limit { least, room: Some(room), left_out: all - most };
            }
            room -= count;
        }
        Limit::none()
    }
}

impl Limit {
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// Asked once for each finding, in order.
    pub(super) fn takes(&mut self, finding: &Finding) -> bool {
        match (standing(finding).cmp(&self.least), &mut self.room) {
            (std::cmp::Ordering::Greater, _) | (std::cmp::Ordering::Equal, None) => true,
            (std::cmp::Ordering::Less, _) | (std::cmp::Ordering::Equal, Some(0)) => false,
            (std::cmp::Ordering::Equal, Some(room)) => {
                *room -= 1;
                true
            }
        }
    }

    pub(super) fn left_out(&self) -> Option<u64> {
        Some(self.left_out).filter(|left_out| *left_out > 0)
    }
}

/// Ranks order findings of one level.
fn standing(finding: &Finding) -> usize {
    let level = match finding.level {
        Level::Note => 0,
        Level::Warning => 1,
        Level::Error => 2,
    };
    level * RANKS + usize::from(finding.rank).min(RANKS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_gravest_are_kept_in_order() {
        let ranks = [(Level::Note, 90), (Level::Error, 10), (Level::Warning, 50), (Level::Warning, 50), (Level::Warning, 50), (Level::Warning, 49)];
        let findings: Vec<_> = ranks.into_iter().map(|(level, rank)| Finding { level, rank, ..sample::plain_finding() }).collect();
        let mut limit = Tally::of(&findings).limit(3);
        assert_eq!(findings.iter().map(|finding| limit.takes(finding)).collect::<Vec<_>>(), [false, true, true, true, false, false]);
        assert_eq!(limit.left_out(), Some(3));
    }

    #[test]
    fn few_are_all_kept() {
        let findings = vec![sample::plain_finding(); 3];
        let mut limit = Tally::of(&findings).limit(3);
        assert!(findings.iter().all(|finding| limit.takes(finding)) && limit.left_out().is_none());
    }
}
