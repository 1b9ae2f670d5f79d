//! Tables of the pair filter: where each literal is looked for, decided from how common its byte pairs are.
//!
//! A table of 64 Ki entries is indexed by a pair of bytes and holds two bytes for each, one for the pair as the first of four
//! bytes, one for the pair as the second; bit `k` of `first[pair at i] & second[pair at i + 2]` says that some literal of bucket
//! `k` may have four of its bytes at `i`. A bitset over the hash of those four bytes, and then a masked comparison of eight, tell
//! the rest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::frequency::Frequencies;
use super::literal::Literal;

const BUCKETS: usize = 8;
/// Words of the bitset over hashes.
pub const WORDS: usize = 1024;

/// A literal at a place in the text.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// The literal's first eight bytes, little-endian, under `mask`, after setting the bits of `fold`.
    pub value: u64,
    pub mask: u64,
    pub fold: u64,
    pub literal: u16,
    /// Where in the literal the four filtered bytes stand.
    pub offset: u8,
}

impl Entry {
    /// Are these the first eight bytes of the literal, as far as it goes?
    #[inline(always)]
    pub fn begins(&self, head: [u8; 8]) -> bool {
        (u64::from_le_bytes(head) | self.fold) & self.mask == self.value
    }
}

/// What the filter reads, but for the pair tables.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Buckets {
    /// Is there an entry of this hash?
    pub keys: Vec<u64>,
    /// Entries of smaller hashes than each word of `keys` begins with, counted by hash.
    pub ranks: Vec<u16>,
    /// First entry of the n-th hash that has any; one more for the end.
    pub starts: Vec<u16>,
    pub entries: Vec<Entry>,
}

/// The pair table as bytes: the first and the second of each pair, by pair.
pub type Pairs = Vec<u8>;

/// The same, ready to be asked.
pub type PairTable = [[u8; 2]; 1 << 16];

/// Hash of four bytes, case folded.
#[inline(always)]
pub fn key(word: u32) -> u16 {
    ((word | 0x2020_2020).wrapping_mul(0x9E37_79B1) >> 16) as u16
}

/// Places every literal. Short ones first: they have the least choice.
pub fn build(literals: &[Literal], frequencies: &Frequencies<'_>) -> (Pairs, Buckets) {
    let mut placement = Placement::new(frequencies);
    let mut order: Vec<usize> = (0..literals.len()).collect();
    order.sort_by_key(|index| literals[*index].bytes.len());
    let mut by_key: BTreeMap<u16, Vec<Entry>> = BTreeMap::new();
    for index in order {
        let offset = placement.place(&literals[index]);
        let entry = entry(&literals[index], index, offset);
        for key in keys(&literals[index].bytes[offset..]) {
            by_key.entry(key).or_default().push(entry);
        }
    }
    (placement.into_pairs(), buckets(by_key))
}

fn entry(literal: &Literal, index: usize, offset: usize) -> Entry {
    let (mut value, mut mask, mut fold) = ([0; 8], [0; 8], [0; 8]);
    for (i, byte) in literal.bytes.iter().take(8).enumerate() {
        (value[i], mask[i]) = (*byte, 0xff);
        fold[i] = if literal.fold && byte.is_ascii_alphabetic() { 0x20 } else { 0 };
    }
    let [value, mask, fold] = [value, mask, fold].map(u64::from_le_bytes);
    Entry { value, mask, fold, literal: u16::try_from(index).expect("there are fewer literals than 65 536"), offset: offset as u8 }
}

/// Hashes under which four bytes that begin with `head` may be asked for: one, or 256 for a literal of three bytes.
fn keys(head: &[u8]) -> Vec<u16> {
    let mut keys: Vec<u16> = match head {
        [a, b, c, d, ..] => vec![key(u32::from_le_bytes([*a, *b, *c, *d]))],
        [a, b, c] => (0..=255).map(|d| key(u32::from_le_bytes([*a, *b, *c, d]))).collect(),
        _ => unreachable!("literals have at least three bytes; the compiler sees to it"),
    };
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn buckets(by_key: BTreeMap<u16, Vec<Entry>>) -> Buckets {
    let mut buckets = Buckets { keys: vec![0; WORDS], ranks: Vec::new(), starts: Vec::new(), entries: Vec::new() };
    for (key, entries) in by_key {
        buckets.keys[usize::from(key >> 6)] |= 1 << (key & 63);
        buckets.starts.push(buckets.entries.len() as u16);
        buckets.entries.extend(entries);
    }
    buckets.starts.push(u16::try_from(buckets.entries.len()).expect("there are fewer entries than 65 536"));
    let mut rank = 0;
    for word in &buckets.keys {
        buckets.ranks.push(rank);
        rank += word.count_ones() as u16;
    }
    buckets
}

/// Greedy assignment of literals to buckets and offsets, by how much more often the filter would fire.
struct Placement<'f> {
    frequencies: &'f Frequencies<'f>,
    tables: [Vec<u8>; 2],
    /// Share of all pairs that each bucket lets pass, by table.
    passing: [[f64; BUCKETS]; 2],
}

impl<'f> Placement<'f> {
    fn new(frequencies: &'f Frequencies<'f>) -> Self {
        Self { frequencies, tables: [vec![0; 1 << 16], vec![0; 1 << 16]], passing: [[0.0; BUCKETS]; 2] }
    }

    /// Enters the literal; gives the offset of its four filtered bytes.
    fn place(&mut self, literal: &Literal) -> usize {
        let choices = (0..=literal.bytes.len().saturating_sub(4).min(255)).flat_map(|offset| (0..BUCKETS).map(move |bucket| (offset, bucket)));
        let cost = |(offset, bucket): (usize, usize)| self.cost(&pairs_at(literal, offset), bucket);
        let (offset, bucket) = choices.min_by(|a, b| cost(*a).total_cmp(&cost(*b))).unwrap_or((0, 0));
        for (table, pairs) in pairs_at(literal, offset).iter().enumerate() {
            for pair in pairs {
                let cell = &mut self.tables[table][usize::from(*pair)];
                if *cell >> bucket & 1 == 0 {
                    *cell |= 1 << bucket;
                    self.passing[table][bucket] += share(self.frequencies, *pair);
                }
            }
        }
        offset
    }

    fn cost(&self, pairs: &[Vec<u16>; 2], bucket: usize) -> f64 {
        let total = |table: usize| -> f64 { pairs[table].iter().map(|pair| share(self.frequencies, *pair)).sum() };
        let added = |table: usize| -> f64 {
            let new = pairs[table].iter().filter(|pair| self.tables[table][usize::from(**pair)] >> bucket & 1 == 0);
            new.map(|pair| share(self.frequencies, *pair)).sum()
        };
        let [first, second] = [self.passing[0][bucket], self.passing[1][bucket]];
        (first + added(0)) * (second + added(1)) - first * second + 1e-4 * total(0) * total(1)
    }

    fn into_pairs(self) -> Pairs {
        let [first, second] = self.tables;
        first.into_iter().zip(second).flat_map(|(first, second)| [first, second]).collect()
    }
}

fn share(frequencies: &Frequencies<'_>, pair: u16) -> f64 {
    let [first, second] = pair.to_le_bytes();
    // No pair is free: text may hold what the counted sources did not.
    frequencies.pair(first, second).max(1e-8)
}

/// The pairs at an offset and two bytes later, in every case the literal may have.
fn pairs_at(literal: &Literal, offset: usize) -> [Vec<u16>; 2] {
    let choices = |at: usize| match literal.bytes.get(at) {
        None => (0..=255).collect(),
        Some(byte) if literal.fold && byte.is_ascii_alphabetic() => vec![*byte, *byte ^ 0x20],
        Some(byte) => vec![*byte],
    };
    [offset, offset + 2].map(|at| {
        let (first, second) = (choices(at), choices(at + 1));
        first.iter().flat_map(|a| second.iter().map(|b| u16::from_le_bytes([*a, *b]))).collect()
    })
}
