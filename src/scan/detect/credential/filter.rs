//! The pair filter: one pass over the text that says where a literal of any rule stands. How it works is told in `rulepack::tables`.
//!
//! Safe throughout: indexes of 16 bits into tables of 65 536 need no checks, and the same loop over raw pointers was 6 % faster.

use std::ops::Range;

use crate::rulepack::Pack;
use crate::rulepack::literal::Literal;
use crate::rulepack::tables::{Buckets, Entry, PairTable, WORDS, key};

/// Positions looked at together, and the bytes needed for them.
const LANES: usize = 16;
const BLOCK: usize = 24;
/// The lower bytes of four values of the pair table.
const FIRSTS: u64 = 0x00ff_00ff_00ff_00ff;

pub(super) struct Filter<'p> {
    pairs: &'static PairTable,
    keys: &'p [u64; WORDS],
    buckets: &'p Buckets,
    literals: &'p [Literal],
}

impl<'p> Filter<'p> {
    pub(super) fn new(pack: &'p Pack) -> Self {
        let buckets = &pack.data().buckets;
        let keys = buckets.keys.first_chunk().expect("the compiler makes the bitset in full");
        Self { pairs: pack.pairs(), keys, buckets, literals: &pack.data().literals }
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
        // Joined in registers: values that are stored one by one are slow to load together.
        let four = |at: usize| (0..4).rev().fold(0u64, |joined, lane| joined << 16 | u64::from(self.pair(block, at + lane)));
        let ahead = u64::from(self.pair(block, LANES)) | u64::from(self.pair(block, LANES + 1)) << 16;
        let groups = [four(0), four(4), four(8), four(12), ahead];
        let passed = |group: usize| groups[group] & (groups[group] >> 40 | groups[group + 1] << 24) & FIRSTS;
        let passed = [passed(0), passed(1), passed(2), passed(3)];
        if passed[0] | passed[1] | passed[2] | passed[3] == 0 {
            return;
        }
        for (group, mut open) in passed.into_iter().enumerate() {
            while open != 0 {
                let at = open.trailing_zeros() as usize / 16;
                open &= !(0xffff << (16 * at));
                let lane = 4 * group + at;
                let key = key(u64::from_le_bytes(eight(block, lane)) as u32);
                if lane < lanes && self.keys[usize::from(key >> 6)] >> (key & 63) & 1 != 0 {
                    self.confirm(text, base + lane, key, hit);
                }
            }
        }
    }

    /// What the table says of the pair of bytes at a place: as a first pair in the lower byte, as a second one in the upper.
    #[inline(always)]
    fn pair(&self, block: &[u8; BLOCK], at: usize) -> u16 {
        // Copied as two, or the compiler loads each byte once, and then has to put pairs together.
        let pair = block[at..].first_chunk().copied().unwrap_or_default();
        u16::from_le_bytes(self.pairs[usize::from(u16::from_le_bytes(pair))])
    }

    #[inline(never)]
    fn confirm(&self, text: &[u8], at: usize, key: u16, hit: &mut impl FnMut(usize, u16)) {
        let word = usize::from(key >> 6);
        let rank = usize::from(self.buckets.ranks[word]) + (self.keys[word] & ((1 << (key & 63)) - 1)).count_ones() as usize;
        let (from, to) = (self.buckets.starts[rank], self.buckets.starts[rank + 1]);
        for entry in &self.buckets.entries[usize::from(from)..usize::from(to)] {
            let Some(start) = at.checked_sub(usize::from(entry.offset)) else { continue };
            // Most entries differ in their first eight bytes.
            let head = text.get(start..start + 8).and_then(|head| head.first_chunk());
            if head.is_none_or(|head| entry.begins(*head)) && self.stands(entry, &text[start..]) {
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
        entry.begins(head) && if literal.bytes.len() <= 8 { text.len() >= literal.bytes.len() } else { rest() }
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
