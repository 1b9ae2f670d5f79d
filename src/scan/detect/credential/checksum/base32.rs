//! Base 32 of RFC 4648, without padding, in either case.

const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Whole bytes; bits that are left over at the end do not matter.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let (mut bytes, mut word, mut bits) = (Vec::with_capacity(text.len() * 5 / 8), 0u32, 0);
    for letter in text {
        word = (word & 0xff) << 5 | u32::from(value(*letter)?);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((word >> bits & 0xff) as u8);
        }
    }
    Some(bytes)
}

/// Upper case.
pub(super) fn encode(bytes: &[u8]) -> String {
    let bit = |at: usize| bytes.get(at / 8).is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1);
    let digit = |at: usize| (0..5).fold(0, |digit, place| digit << 1 | usize::from(bit(at * 5 + place)));
    (0..(bytes.len() * 8).div_ceil(5)).map(|at| char::from(DIGITS[digit(at)])).collect()
}

fn value(letter: u8) -> Option<u8> {
    match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a'),
        b'2'..=b'7' => Some(letter - b'2' + 26),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_standard_hold() {
        for (plain, encoded) in [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!((encode(plain.as_bytes()).as_str(), decode(encoded.as_bytes())), (encoded, Some(plain.as_bytes().to_vec())));
        }
        assert_eq!(decode(b"1"), None);
    }
}
