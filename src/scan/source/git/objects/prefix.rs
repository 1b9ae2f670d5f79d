//! Objects by the first digits of their names.

use super::database::Objects;
use super::{Id, Number};

/// More than this many are not listed: nobody could choose among them.
const MOST: usize = 4096;

impl Objects {
    /// The objects whose names begin with these hexadecimal digits, in the order of their names; each once. With none, or with what
    /// are no digits, there are none.
    pub(in super::super) fn starting_with(&self, digits: &str) -> Vec<Number> {
        let Some((low, high)) = bounds(digits) else { return Vec::new() };
        let mut found = Vec::new();
        for numbered in &self.packs {
            let index = &numbered.pack.index;
            let within = between(index.len(), &|position| index.id(position), &low, &high);
            found.extend(within.map(|position| numbered.number(position)));
        }
        let ids: Vec<Id> = (0..self.loose.len()).map(|file| self.loose.id(file)).collect();
        found.extend(between(ids.len(), &|file| ids[file].as_bytes(), &low, &high).map(|file| self.loose_number(file)));
        found.sort_unstable();
        found.dedup();
        found.sort_by_key(|number| self.id(*number));
        found
    }
}

/// The least and the greatest name that begins with these digits.
fn bounds(digits: &str) -> Option<([u8; 32], [u8; 32])> {
    let fill = |with: u8| {
        let mut name = [with * 0x11; 32];
        for (at, digit) in digits.bytes().enumerate() {
            let value = char::from(digit).to_digit(16)? as u8;
            let byte = name.get_mut(at / 2)?;
            *byte = if at % 2 == 0 { value << 4 | with } else { *byte & 0xf0 | value };
        }
        Some(name)
    };
    (!digits.is_empty()).then(|| Some((fill(0)?, fill(0xf)?))).flatten()
}

/// The positions of a sorted table of names that lie between two names.
fn between<'i>(count: usize, name: &dyn Fn(usize) -> &'i [u8], low: &[u8], high: &[u8]) -> std::ops::Range<usize> {
    let first = |is_before: &dyn Fn(&[u8]) -> bool| {
        let (mut from, mut to) = (0, count);
        while from < to {
            let middle = from + (to - from) / 2;
            match is_before(name(middle)) {
                true => from = middle + 1,
                false => to = middle,
            }
        }
        from
    };
    let start = first(&|name| name < &low[..name.len()]);
    let end = first(&|name| name <= &high[..name.len()]);
    start..end.max(start).min(start + MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_their_first_digits() {
        let names: Vec<[u8; 20]> = [0x00, 0x12, 0x12, 0x13, 0x20, 0xff].into_iter().map(|first| [first; 20]).collect();
        let found = |digits: &str| bounds(digits).map(|(low, high)| between(names.len(), &|at| &names[at], &low, &high));
        assert_eq!(["1", "12", "121", "12121", "2", "f", "3"].map(found), [1..4, 1..3, 1..3, 1..3, 4..5, 5..6, 5..5].map(Some));
        assert_eq!((found(""), found("x"), found(&"0".repeat(65))), (None, None, None));
    }
}
