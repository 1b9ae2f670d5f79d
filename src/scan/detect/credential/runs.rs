//! Bitmaps of character classes, and the runs in them: values that have no prefix, and encoded text, are long runs.

use std::ops::Range;

/// One bit a byte of the text, 64 a word; a word of zeros follows.
#[derive(Default)]
pub(super) struct Bitmaps {
    /// Letters, digits, `_`, `-`.
    pub(super) token: Vec<u64>,
    /// The above and `+`, `/`, `=`.
    pub(super) wide: Vec<u64>,
    digit: Vec<u64>,
}

/// Bits of the three maps for one block.
#[derive(Default)]
struct Classes {
    token: u64,
    wide: u64,
    digit: u64,
}

impl Bitmaps {
    pub(super) fn fill(&mut self, text: &[u8]) {
        for map in [&mut self.token, &mut self.wide, &mut self.digit] {
            map.clear();
            map.reserve(text.len() / 64 + 2);
        }
        let (blocks, rest) = text.as_chunks::<64>();
        blocks.iter().for_each(|block| self.push(classes(block)));
        let mut last = [0; 64];
        last[..rest.len()].copy_from_slice(rest);
        self.push(classes(&last));
        self.push(Classes::default());
    }

    fn push(&mut self, classes: Classes) {
        self.token.push(classes.token);
        self.wide.push(classes.wide);
        self.digit.push(classes.digit);
    }

    /// Is there a digit in this range?
    pub(super) fn has_digit(&self, range: &Range<usize>) -> bool {
        let (first, last) = (range.start / 64, range.end / 64);
        (first..=last.min(self.digit.len() - 1)).any(|word| {
            let mut bits = self.digit[word];
            if word == first {
                bits &= !0 << (range.start % 64);
            }
            if word == last {
                bits &= (1 << (range.end % 64)) - 1;
            }
            bits != 0
        })
    }
}

/// Calls `run` for every run of at least `least` (at most 64) ones. The map ends with a word of zeros.
pub(super) fn each_run(map: &[u64], least: usize, mut run: impl FnMut(Range<usize>)) {
    let mut open: Option<usize> = None;
    for (index, word) in map.iter().enumerate() {
        let base = index * 64;
        if *word == !0 {
            open.get_or_insert(base);
            continue;
        }
        let mut rest = *word;
        if let Some(start) = open.take() {
            let ones = rest.trailing_ones();
            let end = base + ones as usize;
            if end - start >= least {
                run(start..end);
            }
            rest &= !0 << ones;
        }
        let top = rest.leading_ones();
        if top > 0 {
            open = Some(base + 64 - top as usize);
            rest &= !0 >> top;
        }
        inner_runs(rest, least, |inner| run(base + inner.start..base + inner.end));
    }
}

/// Do the letters change between upper and lower case more often than in words of people?
pub(super) fn is_mixed(run: &[u8]) -> bool {
    let changes = run.windows(2).filter(|pair| (pair[0] ^ pair[1]) & 0x20 != 0).count();
    changes * 3 >= run.len()
}

/// Runs inside one word.
#[inline(always)]
fn inner_runs(word: u64, least: usize, mut run: impl FnMut(Range<usize>)) {
    let mut starts = word;
    let mut length = 1;
    while length * 2 <= least {
        starts &= starts >> length;
        length *= 2;
    }
    if length < least {
        starts &= starts >> (least - length);
    }
    while starts != 0 {
        let start = starts.trailing_zeros() as usize;
        let end = start + (word >> start).trailing_ones() as usize;
        run(start..end);
        starts = if end < 64 { starts & !0 << end } else { 0 };
    }
}

/// Written so that the compiler makes vector comparisons of it: bytes of zero and one first, bits after.
fn classes(block: &[u8; 64]) -> Classes {
    let (mut token, mut wide, mut digit) = ([0; 64], [0; 64], [0; 64]);
    for i in 0..64 {
        let byte = block[i];
        let is_digit = byte.wrapping_sub(b'0') < 10;
        let is_token = is_digit | ((byte | 0x20).wrapping_sub(b'a') < 26) | (byte == b'_') | (byte == b'-');
        digit[i] = u8::from(is_digit);
        token[i] = u8::from(is_token);
        wide[i] = u8::from(is_token | (byte == b'+') | (byte == b'/') | (byte == b'='));
    }
    Classes { token: bits(&token), wide: bits(&wide), digit: bits(&digit) }
}

/// One bit for each byte of zero or one. The product brings bit `8 * i` of a group to bit `56 + i`.
#[inline(always)]
fn bits(bytes: &[u8; 64]) -> u64 {
    let (groups, _) = bytes.as_chunks::<8>();
    groups.iter().enumerate().fold(0, |bits, (i, group)| bits | (u64::from_le_bytes(*group).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * i))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulepack::template::Random;

    #[test]
    fn every_byte_has_its_classes() {
        let all: [u8; 256] = std::array::from_fn(|byte| byte as u8);
        let mut maps = Bitmaps::default();
        maps.fill(&all);
        for byte in all {
            let bit = |map: &[u64]| map[usize::from(byte) / 64] >> (byte % 64) & 1 == 1;
            let token = byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
            assert_eq!((bit(&maps.token), bit(&maps.wide), bit(&maps.digit)), (token, token || b"+/=".contains(&byte), byte.is_ascii_digit()), "{byte}");
        }
    }

    #[test]
    fn runs_are_those_of_a_plain_split() {
        let mut random = Random(9);
        for round in 0..500 {
            let text: Vec<u8> = (0..random.below(700)).map(|_| if random.below(4 + round % 60) == 0 { b' ' } else { b"aZ09_-"[random.below(6)] }).collect();
            let mut maps = Bitmaps::default();
            maps.fill(&text);
            for least in [1, 16, 24, 33, 64] {
                let mut found = Vec::new();
                each_run(&maps.token, least, |run| found.push(run));
                let mut expected = Vec::new();
                let mut start = 0;
                for part in text.split(|byte| *byte == b' ') {
                    if part.len() >= least {
                        expected.push(start..start + part.len());
                    }
                    start += part.len() + 1;
                }
                assert_eq!(found, expected);
                for run in found {
                    assert_eq!(maps.has_digit(&run), text[run].iter().any(u8::is_ascii_digit));
                }
            }
        }
    }
}
