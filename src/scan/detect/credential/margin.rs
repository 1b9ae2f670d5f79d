//! How far the search looks around a place before it decides over it. Bytes beyond do not matter to the decision, so that what
//! was decided holds in another text with the same bytes there.
//!
//! A decision belongs to one byte, its anchor: where a rule's match starts, where the word stands that wakes a parser, where an
//! encoded piece begins. What some rules and parsers must look at beyond the margins is written down as a [`Look`].

use std::ops::Range;

use crate::rulepack::literal::ByteSet;
use crate::rulepack::rule::{Rule, Wake};

/// Bytes before an anchor that may matter.
pub(in crate::scan::detect) const BEHIND: usize = 704;
/// Bytes behind an anchor that may matter.
pub(in crate::scan::detect) const AHEAD: usize = 1024;
/// A match starts at most so far from the end of what wakes its rule.
pub(in crate::scan::detect) const SPREAD: usize = 512;
/// Boundaries, escapes and the like around what is looked at.
const SLACK: usize = 32;

/// Bytes that were looked at for one anchor, beyond the margins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::scan::detect) struct Look {
    pub(in crate::scan::detect) anchor: usize,
    pub(in crate::scan::detect) extent: Range<usize>,
}

/// Where a rule goes beyond the margins.
#[derive(Default)]
pub(super) struct Reach {
    /// Matches may start too far from what wakes the rule: what wakes it is the anchor. Bytes before and behind.
    pub(super) far_wake: Option<(usize, usize)>,
    /// Matches may be too long: the bytes they are made of, and how far their context reaches behind them.
    pub(super) long: Option<(ByteSet, usize)>,
    /// Companion parts may stand too far from the match. Bytes before and behind it.
    pub(super) far_parts: Option<(usize, usize)>,
}

impl Look {
    pub(super) fn new(anchor: usize, before: usize, behind: usize, length: usize) -> Self {
        Self { anchor, extent: anchor.saturating_sub(before)..anchor.saturating_add(behind).min(length) }
    }

    pub(super) fn is_beyond_margins(&self) -> bool {
        self.extent.start.saturating_add(BEHIND) < self.anchor || self.extent.end > self.anchor.saturating_add(AHEAD)
    }
}

impl Reach {
    pub(super) fn of(rule: &Rule, run_head: usize) -> Self {
        let Some(shape) = &rule.shape else { return Self::default() };
        let longest = shape.longest as usize;
        let word = rule.words.iter().map(String::len).max().unwrap_or(0);
        let context = rule.near as usize + word + SLACK;
        let spread = match rule.wake {
            Wake::Anchor { before } => before.1 as usize + 2 * SLACK,
            Wake::Run { before, .. } => context + run_head.max(before as usize),
            Wake::Word | Wake::Native | Wake::Foreign => context + behind_host(rule),
        };
        let (before, behind) = parts(rule);
        Self {
            far_wake: (spread.max(context) > SPREAD).then_some((spread + context + before, spread + longest + context + behind)),
            long: (longest + context > AHEAD).then(|| (shape.program.alphabet(), context)),
            far_parts: (before > BEHIND || longest + behind > AHEAD).then_some((before, behind)),
        }
    }
}

/// A host may stand `near` behind the end of its value; of the value itself so many bytes count at most.
pub(super) fn behind_host(rule: &Rule) -> usize {
    const MOST: usize = 128;
    rule.shape.as_ref().map_or(0, |shape| MOST.min(shape.longest as usize))
}

/// How far before and behind a match its parts and their context may stand.
fn parts(rule: &Rule) -> (usize, usize) {
    let word = rule.parts.iter().flat_map(|part| &part.words).map(String::len).max().unwrap_or(0);
    let within = rule.parts.iter().map(|part| part.within as usize).max().unwrap_or(0);
    let longest = rule.parts.iter().map(|part| part.shape.longest as usize).max().unwrap_or(0);
    if rule.parts.is_empty() { (0, 0) } else { (2 * within + word + SLACK, 2 * within + longest + word + SLACK) }
}
