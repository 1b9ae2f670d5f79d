//! The pair filter: one pass over the text that says where a literal of any rule stands. How it works is told in `rulepack::tables`.
//!
//! Safe throughout: indexes of 16 bits into tables of 65 536 need no checks, and the same loop over raw pointers was 6 % faster.

use std::ops::Range;

use crate::rulepack::Pack;
use crate::rulepack::literal::Literal;
use crate::rulepack::tables::{Buckets, Entry, WORDS, key};

type Table = &'static [u8; 1 << 16];

/// Positions looked at together, and the bytes needed for them.
const LANES: usize = 16;
const BLOCK: usize = 24;

pub(super) struct Filter<'p> {
    first: Table,
    second: Table,
    keys: &'p [u64; WORDS],
    buckets: &'p Buckets,
    literals: &'p [Literal],
}

impl<'p> Filter<'p> {
    pub(super) fn new(pack: &'p Pack) -> Self {
        let (first, second) = pack.pairs();
        let buckets = &pack.data().buckets;
        let keys = buckets.keys.first_chunk().expect("the compiler makes the bitset in full");
        Self { first, second, keys, buckets, literals: &pack.data().literals }
    }

    /// Calls `hit` with the position and the number of every literal whose filtered bytes begin in the range, in the order of
    /// those bytes, which stand up to a literal's length behind its start.
    #[inline]
    pub(super) fn scan(&self, text: &[u8], range: Range<usize>, hit: &mut impl FnMut(usize, u16)) {
        let mut base = range.start;
        while let Some(block) = text.get(base..).filter(|_| base + LANES <= range.end).and_then(|rest| rest.first_chunk::<BLOCK>()) {
            self.block(text, base, block, LANES, hit);
            base += LANES;
        }
        let rest = &text[base..text.len().min(base + 2 * BLOCK)];
        let mut padded = [0; 2 * BLOCK];
        padded[..rest.len()].copy_from_slice(rest);
        for at in [0, LANES] {
            if let Some(block) = padded[at..].first_chunk::<BLOCK>() {
                self.block(text, base + at, block, (range.end - base).saturating_sub(at).min(LANES), hit);
            }
        }
    }

    #[inline(always)]
    fn block(&self, text: &[u8], base: usize, block: &[u8; BLOCK], lanes: usize, hit: &mut impl FnMut(usize, u16)) {
        let mut open = 0u128;
        for group in 0..4 {
            let word = u64::from_le_bytes(eight(block, 4 * group));
            let pair = |at: u32| usize::from((word >> (8 * at)) as u16);
            let (third, fourth) = (pair(2), pair(3));
            let passed = [
                self.first[pair(0)] & self.second[third],
                self.first[pair(1)] & self.second[fourth],
                self.first[third] & self.second[pair(4)],
                self.first[fourth] & self.second[pair(5)],
            ];
            // Joined in registers: bytes that are stored one by one are slow to load together.
            let joined = passed.iter().rev().fold(0u32, |joined, byte| joined << 8 | u32::from(*byte));
            open |= u128::from(joined) << (32 * group);
        }
        while open != 0 {
            let lane = open.trailing_zeros() as usize / 8;
            open &= !(0xff << (8 * lane));
            let key = key(u64::from_le_bytes(eight(block, lane)) as u32);
            if lane < lanes && self.keys[usize::from(key >> 6)] >> (key & 63) & 1 != 0 {
                self.confirm(text, base + lane, key, hit);
            }
        }
    }

    #[inline(never)]
    fn confirm(&self, text: &[u8], at: usize, key: u16, hit: &mut impl FnMut(usize, u16)) {
        let word = usize::from(key >> 6);
        let rank = usize::from(self.buckets.ranks[word]) + (self.keys[word] & ((1 << (key & 63)) - 1)).count_ones() as usize;
        let (from, to) = (self.buckets.starts[rank], self.buckets.starts[rank + 1]);
        for entry in &self.buckets.entries[usize::from(from)..usize::from(to)] {
            if let Some(start) = at.checked_sub(usize::from(entry.offset)).filter(|start| self.stands(entry, &text[*start..])) {
                hit(start, entry.literal);
            }
        }
    }

    /// Does the text begin with the entry's literal?
    fn stands(&self, entry: &Entry, text: &[u8]) -> bool {
        let head = match text.first_chunk() {
            Some(head) => *head,
            None => {
                let mut padded = [0; 8];
                padded[..text.len()].copy_from_slice(text);
                padded
            }
        };
        let literal = &self.literals[usize::from(entry.literal)];
        let rest = || match text.get(8..literal.bytes.len()) {
            Some(rest) if literal.fold => rest.eq_ignore_ascii_case(&literal.bytes[8..]),
            Some(rest) => rest == &literal.bytes[8..],
            None => false,
        };
        let folded = u64::from_le_bytes(head) | entry.fold;
        folded & entry.mask == entry.value && if literal.bytes.len() <= 8 { text.len() >= literal.bytes.len() } else { rest() }
    }
}

/// Eight bytes of a block, or the last eight.
#[inline(always)]
fn eight(block: &[u8; BLOCK], at: usize) -> [u8; 8] {
    let at = at.min(BLOCK - 8);
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&block[at..at + 8]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulepack::pack;
    use crate::rulepack::template::Random;

    /// The plain path: every literal at every position.
    fn plain(text: &[u8]) -> Vec<(usize, u16)> {
        let mut hits = Vec::new();
        for at in 0..text.len() {
            for (number, literal) in pack().data().literals.iter().enumerate() {
                let here = text.get(at..at + literal.bytes.len());
                if here.is_some_and(|here| here == literal.bytes || literal.fold && here.eq_ignore_ascii_case(&literal.bytes)) {
                    hits.push((at, number as u16));
                }
            }
        }
        hits
    }

    #[test]
    fn finds_what_the_plain_path_finds() {
        let literals = &pack().data().literals;
        let mut random = Random(1);
        for _ in 0..60 {
            let mut text: Vec<u8> = Vec::new();
            while text.len() < 400 && !literals.is_empty() {
                let literal = &literals[random.below(literals.len())];
                let upper = literal.fold && random.below(2) == 0;
                text.extend(if upper { literal.bytes.to_ascii_uppercase() } else { literal.bytes.clone() });
                text.extend((0..random.below(9)).map(|_| b"aA_-=\" \n"[random.number() as usize % 8]));
            }
            text.truncate(random.below(400));
            let mut found = Vec::new();
            Filter::new(pack()).scan(&text, 0..text.len(), &mut |at, literal| found.push((at, literal)));
            found.sort_unstable();
            assert_eq!(found, plain(&text), "{:?}", String::from_utf8_lossy(&text));
        }
    }
}
