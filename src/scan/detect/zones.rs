//! Which parts of a text must be searched anew when the text it was made from is remembered.

use std::ops::Range;

use super::credential::{AHEAD, BEHIND, SPREAD, Zone, border_before, border_behind};
use crate::domain::Copy;

/// A copy, and the anchors in it over which the margins hold nothing that changed.
pub(super) struct Kept<'c> {
    pub(super) copy: &'c Copy,
    /// In the base.
    pub(super) anchors: Range<usize>,
    /// From the base to the text.
    pub(super) shift: isize,
    begins: bool,
    ends: bool,
    lengths: Lengths,
}

/// The lengths of the base and of the text that was made from it.
#[derive(Clone, Copy)]
pub(super) struct Lengths {
    pub(super) base: usize,
    pub(super) text: usize,
}

impl<'c> Kept<'c> {
    pub(super) fn of(copy: &'c Copy, lengths: Lengths) -> Self {
        let (start, end) = (copy.from, copy.from + copy.length);
        let begins = copy.from == 0 && copy.to == 0;
        let ends = end == lengths.base && copy.to + copy.length == lengths.text;
        let from = if begins { start } else { start + BEHIND };
        let to = if ends { end } else { end.saturating_sub(AHEAD) };
        Self { copy, anchors: from..to.max(from), shift: copy.to.wrapping_sub(copy.from).cast_signed(), begins, ends, lengths }
    }

    /// Everything was copied that a look beyond the margins has seen; where it has seen an end of the base, it sees one still.
    pub(super) fn holds(&self, look: &Range<usize>) -> bool {
        let (start, end) = (self.copy.from, self.copy.from + self.copy.length);
        start <= look.start && look.end <= end && (look.start > 0 || self.begins) && (look.end < self.lengths.base || self.ends)
    }

    /// The anchors, in the text.
    pub(super) fn in_text(&self) -> Range<usize> {
        super::credential::shifted(&self.anchors, self.shift)
    }
}

/// The copies lie in the texts, and one behind the other.
pub(super) fn are_sound(copies: &[Copy], lengths: Lengths) -> bool {
    let mut last = 0;
    copies.iter().all(|copy| {
        let ordered = copy.to >= last;
        last = copy.to.saturating_add(copy.length);
        ordered && last <= lengths.text && copy.from.saturating_add(copy.length) <= lengths.base
    })
}

/// Fills in what must be searched: all that is no kept anchor, and these anchors, which have looked at something that changed.
pub(super) fn fill(zones: &mut Vec<Zone>, bytes: &[u8], kept: impl Iterator<Item = Range<usize>>, again: &[usize]) {
    zones.clear();
    let mut done = 0;
    for kept in kept.filter(|kept| !kept.is_empty()) {
        push(zones, done..kept.start);
        done = kept.end;
    }
    push(zones, done..bytes.len());
    if !again.is_empty() {
        again.iter().for_each(|at| push(zones, *at..at + 1));
        zones.sort_by_key(|zone| zone.anchors.start);
    }
    widen(zones, bytes);
}

fn push(zones: &mut Vec<Zone>, anchors: Range<usize>) {
    if !anchors.is_empty() {
        zones.push(Zone { wakes: anchors.clone(), anchors });
    }
}

/// Moves the borders to where they divide nothing, and joins zones that come close to each other.
fn widen(zones: &mut Vec<Zone>, bytes: &[u8]) {
    let mut joined: usize = 0;
    for index in 0..zones.len() {
        let anchors = border_before(bytes, zones[index].anchors.start)..border_behind(bytes, zones[index].anchors.end);
        let wakes = border_before(bytes, anchors.start.saturating_sub(SPREAD))..border_behind(bytes, bytes.len().min(anchors.end + SPREAD));
        let mut zone = Zone { anchors, wakes };
        while let Some(last) = joined.checked_sub(1).map(|last| &zones[last]).filter(|last| zone.wakes.start <= last.wakes.end) {
            zone = Zone { anchors: hull(&last.anchors, &zone.anchors), wakes: hull(&last.wakes, &zone.wakes) };
            joined -= 1;
        }
        zones[joined] = zone;
        joined += 1;
    }
    zones.truncate(joined);
}

fn hull(a: &Range<usize>, b: &Range<usize>) -> Range<usize> {
    a.start.min(b.start)..a.end.max(b.end)
}
