//! One finding for each piece of text: where several rules match, the most specific has it, and its companion parts belong to it.
//! What the others know of it (the host of a login, the profile of a key) is told with it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use super::hit::{Shown, shifted, specificity};
use crate::rulepack::store::Rules;

/// A hit where it stands now.
#[derive(Clone, Copy)]
pub(in crate::scan::detect) struct Placed<'h> {
    pub(in crate::scan::detect) shown: &'h Shown,
    pub(in crate::scan::detect) shift: isize,
}

impl Placed<'_> {
    fn span(&self) -> Range<usize> {
        shifted(&self.shown.hit.span, self.shift)
    }
}

/// A hit that has its piece of text.
pub(super) struct Won<'h> {
    pub(super) placed: Placed<'h>,
    /// What beaten hits know of the same secret.
    pub(super) facts: Vec<&'h (String, String)>,
}

/// Gives the hits that win, sorted by place. A secret that stands at two places stays two hits. The order in which they were
/// found does not matter.
pub(super) fn resolve<'h>(mut hits: Vec<Placed<'h>>, rules: &Rules) -> Vec<Won<'h>> {
    hits.sort_by_key(|placed| {
        let (hit, rule) = (&placed.shown.hit, &rules[placed.shown.hit.rule]);
        let prefix = rule.shape.as_ref().map_or(0, |shape| shape.prefix);
        let anchor = hit.anchor.wrapping_add_signed(placed.shift);
        (Reverse((specificity(rule), hit.span.len(), prefix, hit.sureness, rule.confidence)), placed.span().start, rule.code, anchor)
    });
    let mut taken = Taken::default();
    let mut beaten: Vec<Placed<'h>> = Vec::new();
    hits.retain(|placed| {
        let free = taken.is_free(&placed.span());
        if free {
            taken.take(&placed.span());
            placed.shown.hit.parts.iter().for_each(|(_, part)| taken.take(&shifted(part, placed.shift)));
        } else if !placed.shown.hit.facts.is_empty() {
            beaten.push(*placed);
        }
        free
    });
    hits.sort_by_key(|placed| (placed.span().start, placed.span().end));
    let mut won: Vec<_> = hits.into_iter().map(|placed| Won { placed, facts: Vec::new() }).collect();
    beaten.into_iter().for_each(|beaten| tell(&mut won, &beaten));
    won
}

/// Hands the facts of a beaten hit to those that stand in its place.
fn tell<'h>(won: &mut [Won<'h>], beaten: &Placed<'h>) {
    let span = beaten.span();
    let first = won.partition_point(|won| won.placed.span().end <= span.start);
    for winner in won[first..].iter_mut().take_while(|won| won.placed.span().start < span.end) {
        winner.facts.extend(&beaten.shown.hit.facts);
    }
}

/// Pieces of text that are spoken for. They may touch and overlap each other (two keys share a host).
#[derive(Default)]
pub(super) struct Taken {
    /// Disjoint ranges by start.
    ranges: BTreeMap<usize, usize>,
}

impl Taken {
    pub(super) fn is_free(&self, range: &Range<usize>) -> bool {
        self.ranges.range(..range.end).next_back().is_none_or(|(_, end)| *end <= range.start)
    }

    pub(super) fn take(&mut self, range: &Range<usize>) {
        let mut merged = range.clone();
        while let Some((start, end)) = self.ranges.range(..merged.end).next_back().map(|(start, end)| (*start, *end))
            && end > merged.start
        {
            self.ranges.remove(&start);
            merged = merged.start.min(start)..merged.end.max(end);
        }
        self.ranges.insert(merged.start, merged.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taken_ranges_merge_and_touching_is_free() {
        let mut taken = Taken::default();
        for range in [5..10, 20..30, 8..22] {
            taken.take(&range);
        }
        assert_eq!(taken.ranges, [(5, 30)].into());
        assert!(taken.is_free(&(30..31)) && taken.is_free(&(0..5)) && !taken.is_free(&(4..6)) && !taken.is_free(&(29..40)));
    }
}
