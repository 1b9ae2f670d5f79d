//! A bitmap of value characters, and the runs in it: values that have no prefix, and encoded text, are long runs.

use std::ops::Range;

/// One bit a byte of the text (is it a letter, a digit, `_` or `-`?), 64 a word; a word of zeros follows.
pub(super) fn fill(map: &mut Vec<u64>, text: &[u8]) {
    map.clear();
    map.reserve(text.len() / 64 + 2);
    let (blocks, rest) = text.as_chunks::<64>();
    map.extend(blocks.iter().map(bits));
    let mut last = [0; 64];
    last[..rest.len()].copy_from_slice(rest);
    map.extend([bits(&last), 0]);
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

/// Written so that the compiler makes vector comparisons of it: bytes of zero and one first, bits after. The product brings
/// bit `8 * i` of a group to bit `56 + i`.
fn bits(block: &[u8; 64]) -> u64 {
    let mut is_value = [0; 64];
    for (is_value, byte) in is_value.iter_mut().zip(block) {
        let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        *is_value = u8::from(is_letter | (byte.wrapping_sub(b'0') < 10) | (*byte == b'_') | (*byte == b'-'));
    }
    let (groups, _) = is_value.as_chunks::<8>();
    groups.iter().enumerate().fold(0, |bits, (i, group)| bits | (u64::from_le_bytes(*group).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * i))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulepack::template::Random;

    #[test]
    fn every_byte_has_its_class() {
        let all: [u8; 256] = std::array::from_fn(|byte| byte as u8);
        let mut map = Vec::new();
        fill(&mut map, &all);
        for byte in all {
            assert_eq!(map[usize::from(byte) / 64] >> (byte % 64) & 1 == 1, byte.is_ascii_alphanumeric() || b"_-".contains(&byte), "{byte}");
        }
    }

    #[test]
    fn runs_are_those_of_a_plain_split() {
        let mut random = Random(9);
        for round in 0..500 {
            let text: Vec<u8> = (0..random.below(700)).map(|_| if random.below(4 + round % 60) == 0 { b' ' } else { b"aZ09_-"[random.below(6)] }).collect();
            let mut map = Vec::new();
            fill(&mut map, &text);
            for least in [1, 16, 24, 33, 64] {
                let mut found = Vec::new();
                each_run(&map, least, |run| found.push(run));
                let mut expected = Vec::new();
                let mut start = 0;
                for part in text.split(|byte| *byte == b' ') {
                    if part.len() >= least {
                        expected.push(start..start + part.len());
                    }
                    start += part.len() + 1;
                }
                assert_eq!(found, expected);
            }
        }
    }
}
