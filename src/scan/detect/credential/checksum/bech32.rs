//! Bech32 and Bech32m (BIP 173, BIP 350): six characters of checksum over the readable part and the data, as in age identities.

use super::Checksum;

pub(super) const BECH32: Checksum = Checksum { name: "bech32", valid, complete: Some(complete) };

const CHARSET: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

fn valid(token: &[u8]) -> bool {
    let mixed = token.iter().any(u8::is_ascii_lowercase) && token.iter().any(u8::is_ascii_uppercase);
    let Some((readable, data)) = parts(token).filter(|(_, data)| data.len() >= 6 && !mixed) else { return false };
    matches!(polymod(readable, &data), 1 | 0x2bc8_30a3)
}

fn complete(token: &str) -> String {
    let Some((readable, mut data)) = parts(token.as_bytes()) else { return String::new() };
    data.extend([0; 6]);
    let sum = polymod(readable, &data) ^ 1;
    let text: String = (0..6u32).filter_map(|place| CHARSET.get((sum >> (5 * (5 - place)) & 31) as usize)).map(|byte| char::from(*byte)).collect();
    if token.bytes().any(|byte| byte.is_ascii_uppercase()) { text.to_ascii_uppercase() } else { text }
}

/// What stands before the last `1`, and the values of what stands behind it.
fn parts(token: &[u8]) -> Option<(&[u8], Vec<u8>)> {
    let one = token.iter().rposition(|byte| *byte == b'1').filter(|at| *at > 0)?;
    let value = |byte: &u8| CHARSET.iter().position(|other| *other == byte.to_ascii_lowercase()).and_then(|place| u8::try_from(place).ok());
    let data = token.get(one + 1..)?.iter().map(value).collect::<Option<Vec<u8>>>()?;
    Some((token.get(..one)?, data))
}

fn polymod(readable: &[u8], data: &[u8]) -> u32 {
    let lower = || readable.iter().map(u8::to_ascii_lowercase);
    let values = lower().map(|byte| byte >> 5).chain([0]).chain(lower().map(|byte| byte & 31)).chain(data.iter().copied());
    values.fold(1, |sum, value| {
        let top = sum >> 25;
        let next = (sum & 0x01ff_ffff) << 5 ^ u32::from(value);
        [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
            .iter()
            .enumerate()
            .filter(|(bit, _)| top >> bit & 1 == 1)
            .fold(next, |sum, (_, generator)| sum ^ generator)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_standard_hold() {
        for text in ["A12UEL5L", "a12uel5l", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "A1LQFN3A", "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx"] {
            assert!(valid(text.as_bytes()), "{text}");
        }
        for text in ["A12UEL5X", "a12UEL5L", "1qzzfhee", "li1dgmt3x", ""] {
            assert!(!valid(text.as_bytes()), "{text}");
        }
    }
}
