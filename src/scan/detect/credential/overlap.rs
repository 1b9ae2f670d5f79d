//! One finding for each piece of text: where several rules match, the most specific has it, and its companion parts belong to it.

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

/// Keeps the hits that win, sorted by place. A secret that stands at two places stays two hits. The order in which they were
/// found does not matter.
pub(super) fn resolve(hits: &mut Vec<Placed<'_>>, rules: &Rules) {
    hits.sort_by_key(|placed| {
        let (hit, rule) = (&placed.shown.hit, &rules[placed.shown.hit.rule]);
        let prefix = rule.shape.as_ref().map_or(0, |shape| shape.prefix);
        let anchor = hit.anchor.wrapping_add_signed(placed.shift);
        (Reverse((specificity(rule), hit.span.len(), prefix, hit.sureness, rule.confidence)), placed.span().start, rule.code, anchor)
    });
    let mut taken = Taken::default();
    hits.retain(|placed| {
        let free = taken.is_free(&placed.span());
        if free {
            taken.take(&placed.span());
            placed.shown.hit.parts.iter().for_each(|(_, part)| taken.take(&shifted(part, placed.shift)));
        }
        free
    });
    hits.sort_by_key(|placed| (placed.span().start, placed.span().end));
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
