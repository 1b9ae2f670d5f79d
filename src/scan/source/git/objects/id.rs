//! Names of objects.

use std::fmt;

/// What a repository names its objects with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) enum Hash {
    #[default]
    Sha1,
    Sha256,
}

impl Hash {
    /// Bytes of an id.
    pub(in super::super) const fn length(self) -> usize {
        match self {
            Hash::Sha1 => 20,
            Hash::Sha256 => 32,
        }
    }
}

/// Name of an object: 20 bytes (SHA-1) or 32 (SHA-256).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in super::super) struct Id {
    bytes: [u8; 32],
    length: u8,
}

impl Id {
    pub(in super::super) fn from_bytes(name: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        let length = match name.len() {
            20 => 20,
            32 => 32,
            _ => return None,
        };
        bytes[..name.len()].copy_from_slice(name);
        Some(Self { bytes, length })
    }

    pub(in super::super) fn from_hex(digits: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        if !matches!(digits.len(), 40 | 64) {
            return None;
        }
        let nibble = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Self::from_bytes(&bytes[..digits.len() / 2])
    }

    pub(in super::super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

impl fmt::Display for Id {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(to, "{byte:02x}"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, to)
    }
}

#[cfg(test)]
mod tests {
    use super::Id;

    #[test]
    fn hex_goes_both_ways() {
        for length in [40, 64] {
            let text: String = "0123456789abcdef".chars().cycle().take(length).collect();
            assert_eq!(Id::from_hex(text.as_bytes()).map(|id| id.to_string()), Some(text));
        }
        assert_eq!(Id::from_hex(b"0123"), None);
        assert_eq!(Id::from_hex(&[b'g'; 40]), None);
        assert_eq!(Id::from_bytes(&[0; 21]), None);
    }
}
