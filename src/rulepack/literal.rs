//! Sets of bytes, and literals as the keyword filter knows them: some bytes, perhaps in either case.

use serde::{Deserialize, Serialize};

/// A set of bytes, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByteSet([u64; 4]);

impl ByteSet {
    pub const EMPTY: Self = Self([0; 4]);
    /// ASCII letters.
    pub const LETTERS: Self = Self::from_bytes(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    /// ASCII letters and digits.
    pub const ALPHANUMERIC: Self = Self::LETTERS.union(Self::from_bytes(b"0123456789"));
    /// What runs of value characters are made of: letters, digits, `_`, `-`.
    pub const TOKEN: Self = Self::ALPHANUMERIC.union(Self::from_bytes(b"_-"));

    pub const fn from_bytes(bytes: &[u8]) -> Self {
        let mut bits = [0; 4];
        let mut i = 0;
        while i < bytes.len() {
            bits[(bytes[i] >> 6) as usize] |= 1 << (bytes[i] & 63);
            i += 1;
        }
        Self(bits)
    }

    pub const fn union(self, other: Self) -> Self {
        let (a, b) = (self.0, other.0);
        Self([a[0] | b[0], a[1] | b[1], a[2] | b[2], a[3] | b[3]])
    }

    #[inline(always)]
    pub const fn contains(&self, byte: u8) -> bool {
        self.0[(byte >> 6) as usize] >> (byte & 63) & 1 != 0
    }

    pub fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    pub fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }

    pub fn intersects(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).any(|(a, b)| a & b != 0)
    }

    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).all(|(a, b)| a & !b == 0)
    }

    pub fn iter(&self) -> impl Iterator<Item = u8> {
        let set = *self;
        (0..=255).filter(move |byte| set.contains(*byte))
    }

    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }
}

/// Bytes that wake a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Literal {
    /// Lower case, if `fold`.
    pub bytes: Vec<u8>,
    /// Matches ASCII letters in either case.
    pub fold: bool,
}

impl Literal {
    pub fn exact(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), fold: false }
    }

    pub fn folded(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_ascii_lowercase(), fold: true }
    }

    /// This one and then the other; folded if either is.
    pub fn join(&self, other: &Self) -> Self {
        let bytes = [&self.bytes[..], &other.bytes].concat();
        match self.fold || other.fold {
            true => Self::folded(&bytes),
            false => Self::exact(&bytes),
        }
    }

    /// For messages.
    pub fn display(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}
