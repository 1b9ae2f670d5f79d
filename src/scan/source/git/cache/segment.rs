//! Sorted keys, such as those of the blobs in which nothing was found, with a table that leads to them.

use super::Key;

const KEY: usize = size_of::<u128>();
/// Keys that a place of the table leads to, on average.
const EACH: usize = 8;

/// A sorted set of keys. They are digests, so their first bits spread them evenly over the table.
pub(super) struct Segment {
    keys: Vec<u128>,
    /// Where the keys begin whose first bits are the index; one more than there are places.
    starts: Vec<u32>,
    shift: u32,
}

impl Segment {
    /// None when the bytes are no sorted keys.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let keys = keys(bytes)?;
        let sorted = keys.is_sorted_by(|a, b| a < b);
        (sorted && u32::try_from(keys.len()).is_ok()).then(|| Self::new(keys))
    }

    /// Of keys that are sorted.
    pub(super) fn new(keys: Vec<u128>) -> Self {
        let bits = (keys.len() / EACH).max(2).ilog2();
        let shift = u128::BITS - bits;
        let mut starts = vec![0; (1 << bits) + 1];
        for key in &keys {
            starts[(key >> shift) as usize + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Self { keys, starts, shift }
    }

    pub(super) fn contains(&self, key: Key) -> bool {
        self.find(key).is_some()
    }

    /// Where among the keys this one is.
    pub(super) fn find(&self, key: Key) -> Option<usize> {
        let place = (key.0 >> self.shift) as usize;
        let (start, end) = (self.starts[place] as usize, self.starts[place + 1] as usize);
        self.keys[start..end].binary_search(&key.0).ok().map(|index| start + index)
    }
}

/// Sorts keys, drops those that are there twice, and writes them down.
pub(super) fn write(mut keys: Vec<u128>) -> Vec<u8> {
    keys.sort_unstable();
    keys.dedup();
    keys.iter().flat_map(|key| key.to_le_bytes()).collect()
}

/// The keys of a segment that was written; none when it does not consist of keys.
pub(super) fn keys(bytes: &[u8]) -> Option<Vec<u128>> {
    let (keys, rest) = bytes.as_chunks::<KEY>();
    rest.is_empty().then(|| keys.iter().map(|key| u128::from_le_bytes(*key)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers whose first bits are as even as a digest's.
    fn spread(count: u64) -> Vec<u128> {
        (1..=u128::from(count)).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)).collect()
    }

    #[test]
    fn what_was_written_is_found_and_nothing_else() {
        for count in [0, 1, 2, 15, 16, 17, 1000, 40_000] {
            let all = spread(2 * count);
            let (written, others) = all.split_at(count as usize);
            let segment = Segment::read(&write([written, written].concat())).expect("it was written just now");
            assert!(written.iter().all(|key| segment.contains(Key(*key))), "{count}");
            assert!(!others.iter().any(|key| segment.contains(Key(*key))), "{count}");
        }
    }

    #[test]
    fn uneven_keys_are_found_too() {
        let written: Vec<u128> = (0..5000).chain([u128::MAX]).collect();
        let segment = Segment::read(&write(written.clone())).expect("it was written just now");
        assert!(written.iter().all(|key| segment.contains(Key(*key))));
        assert!(!segment.contains(Key(5000)) && !segment.contains(Key(u128::MAX - 1)));
        assert_eq!((segment.find(Key(7)), segment.find(Key(u128::MAX))), (Some(7), Some(5000)));
    }

    #[test]
    fn bytes_that_are_no_sorted_keys_are_refused() {
        let bytes = write(spread(3));
        assert!(Segment::read(&bytes[1..]).is_none());
        let turned: Vec<u8> = bytes.chunks(KEY).rev().flatten().copied().collect();
        assert!(Segment::read(&turned).is_none());
    }
}
