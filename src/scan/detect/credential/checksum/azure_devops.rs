//! Azure DevOps tokens of the older form: 52 characters of base 32, with four bytes of CRC-32 strewn among them.
//! <https://github.com/microsoft/security-utilities> (`AdoLegacyPat`), whose scanner takes no token that fails.

use super::{Checksum, base32, filler};

pub(super) const TOKEN: Checksum = Checksum { name: "azure-devops-token", valid, complete: Some(|_| complete()) };

/// Where the bytes of the checksum stand, the lowest first.
const CHECK: [usize; 4] = [22, 8, 7, 2];
/// A user's tokens and an application's have their checksum turned by different numbers.
const TURNS: [u32; 2] = [0xE0B9_692D, 0x1019_F92E];

fn valid(token: &[u8]) -> bool {
    let Some(bytes) = base32::decode(token).filter(|bytes| bytes.len() == 32) else { return false };
    let check = CHECK.iter().rev().fold(0u32, |check, at| check << 8 | u32::from(bytes[*at]));
    TURNS.contains(&(crc(&bytes) ^ check))
}

/// Of the other bytes, in their order.
fn crc(bytes: &[u8]) -> u32 {
    let others: Vec<u8> = bytes.iter().enumerate().filter(|(at, _)| !CHECK.contains(at)).map(|(_, byte)| *byte).collect();
    crc32fast::hash(&others)
}

fn complete() -> String {
    let mut bytes = filler("azure-devops", 32, &(0..=127).collect::<Vec<u8>>()).into_bytes();
    let check = crc(&bytes) ^ TURNS[0];
    for (at, byte) in CHECK.iter().zip(check.to_le_bytes()) {
        bytes[*at] = byte;
    }
    base32::encode(&bytes).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_changed_character_is_noticed() {
        let token = complete();
        assert!(valid(token.as_bytes()) && token.len() == 52);
        for at in 0..51 {
            let mut spoilt = token.clone().into_bytes();
            spoilt[at] = if spoilt[at] == b'a' { b'b' } else { b'a' };
            assert!(!valid(&spoilt), "{at}");
        }
    }
}
