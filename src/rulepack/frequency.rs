//! How often a literal stands in ordinary source code: byte pairs and case-folded groups of four, counted once and checked in.
//!
//! `rules/frequencies.bin` is made by `examples/frequencies.rs`. Layout: 65 536 bytes for the pairs, then two rows of 131 072
//! for the groups, each under a hash of its own, so that a group is overrated only where it collides in both; each byte is a
//! count per megabyte on a logarithmic scale ([`level`]).

use super::literal::Literal;

const PAIRS: usize = 1 << 16;
const ROW: usize = 1 << 17;
/// Hash multipliers of the rows.
const ROWS: [u32; 2] = [0x9E37_79B1, 0x85EB_CA6B];
/// Levels per doubling.
const STEPS: f64 = 8.0;
/// Counts below this (per megabyte) are level 0.
const FLOOR: f64 = 1e-3;

/// Counts from a body of source code.
pub struct Frequencies<'a> {
    pairs: &'a [u8],
    groups: &'a [u8],
}

impl<'a> Frequencies<'a> {
    /// `None` unless the table has its exact size.
    pub fn new(table: &'a [u8]) -> Option<Self> {
        let (pairs, groups) = table.split_at_checked(PAIRS)?;
        (groups.len() == ROW * ROWS.len()).then_some(Self { pairs, groups })
    }

    /// Occurrences per megabyte, at most: the rarest of the literal's groups of four. Shorter literals are judged by their pairs.
    pub fn per_megabyte(&self, literal: &Literal) -> f64 {
        let groups = literal.bytes.windows(4).flat_map(|group| slots(group).map(|slot| per_megabyte(self.groups[slot])));
        let pairs = literal.bytes.windows(2).map(|pair| self.pair_in_any_case(pair));
        let rarest = if literal.bytes.len() >= 4 { groups.min_by(f64::total_cmp) } else { pairs.min_by(f64::total_cmp) };
        rarest.unwrap_or(1e6)
    }

    /// Occurrences of a byte pair per byte of text.
    pub fn pair(&self, first: u8, second: u8) -> f64 {
        per_megabyte(self.pairs[pair_slot(first, second)]) / 1e6
    }

    fn pair_in_any_case(&self, pair: &[u8]) -> f64 {
        let cases = |byte: u8| if byte.is_ascii_alphabetic() { vec![byte, byte ^ 0x20] } else { vec![byte] };
        let both = |first: u8| cases(pair[1]).into_iter().map(move |second| (first, second));
        cases(pair[0]).into_iter().flat_map(both).map(|(first, second)| self.pair(first, second) * 1e6).sum()
    }
}

/// Counts text, to make the table.
pub struct Counter {
    pairs: Vec<u64>,
    groups: Vec<u64>,
    bytes: u64,
}

impl Default for Counter {
    fn default() -> Self {
        Self { pairs: vec![0; PAIRS], groups: vec![0; ROW * ROWS.len()], bytes: 0 }
    }
}

impl Counter {
    pub fn add(&mut self, text: &[u8]) {
        self.bytes += text.len() as u64;
        text.windows(2).for_each(|pair| self.pairs[pair_slot(pair[0], pair[1])] += 1);
        text.windows(4).flat_map(slots).for_each(|slot| self.groups[slot] += 1);
    }

    /// The file's bytes.
    pub fn table(&self) -> Vec<u8> {
        let megabytes = (self.bytes as f64 / 1e6).max(1e-6);
        self.pairs.iter().chain(&self.groups).map(|count| level(*count as f64 / megabytes)).collect()
    }
}

fn pair_slot(first: u8, second: u8) -> usize {
    usize::from(u16::from_le_bytes([first, second]))
}

/// Case is folded as in the keyword filter: by setting bit 5.
fn slots(group: &[u8]) -> [usize; 2] {
    let word = group.iter().fold(0u32, |word, byte| word << 8 | u32::from(byte | 0x20));
    // The second hash mixes the upper half down first: the rows must not collide alike.
    let [first, second] = [word.wrapping_mul(ROWS[0]), (word ^ word >> 15).wrapping_mul(ROWS[1])];
    [(first >> 15) as usize, ROW + (second >> 15) as usize]
}

/// Rounds up, so that an estimate is never too low.
fn level(per_megabyte: f64) -> u8 {
    match per_megabyte <= FLOOR {
        true => u8::from(per_megabyte > 0.0),
        false => (1.0 + (per_megabyte / FLOOR).log2() * STEPS).ceil().min(255.0) as u8,
    }
}

fn per_megabyte(level: u8) -> f64 {
    match level {
        0 => 0.0,
        level => FLOOR * ((f64::from(level) - 1.0) / STEPS).exp2(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_is_never_below_the_count() {
        let text = b"let token = secret; let value = token;\n".repeat(100);
        let mut counter = Counter::default();
        counter.add(&text);
        let table = counter.table();
        let frequencies = Frequencies::new(&table).expect("the table has its size");
        let true_count = 200.0 / (text.len() as f64 / 1e6);
        let estimate = frequencies.per_megabyte(&Literal::folded(b"token"));
        assert!(estimate >= true_count && estimate < true_count * 1.2, "{estimate} for {true_count}");
        assert_eq!(frequencies.per_megabyte(&Literal::exact(b"ghp_")), 0.0);
    }

    #[test]
    fn levels_cover_everything_a_text_can_hold() {
        assert!(per_megabyte(level(1e6)) >= 1e6);
        assert!(Frequencies::new(b"short").is_none());
    }
}
