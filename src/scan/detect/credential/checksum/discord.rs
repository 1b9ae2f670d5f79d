//! Discord bot tokens: base64 of the bot's id, a part that once was a time, and a signature.

use super::super::base64;
use super::{Checksum, filler};

pub(super) const TOKEN: Checksum = Checksum { name: "discord-token", valid: |token| id(token).is_some(), complete: Some(complete) };

/// Ids hold milliseconds since 2015 above their lowest 22 bits. <https://discord.com/developers/docs/reference#snowflakes>
const FIRST_ID: u64 = 1 << 40;

/// The bot's id, in the first of three parts.
pub(in super::super) fn id(token: &[u8]) -> Option<u64> {
    let mut parts = token.split(|byte| *byte == b'.');
    let (first, time, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let shaped = parts.next().is_none() && time.len() >= 6 && signature.len() >= 27;
    let digits = base64::decode(first).filter(|digits| shaped && (16..=20).contains(&digits.len()))?;
    std::str::from_utf8(&digits).ok()?.parse().ok().filter(|id| *id >= FIRST_ID)
}

fn complete(token: &str) -> String {
    const WORD: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    format!("{}.G{}.{}", base64::encode(b"1098765432101234567"), filler(token, 5, &WORD[..62]), filler(token, 38, WORD))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_must_be_a_number() {
        let with = |first: &[u8]| format!("{}.Gabcde.{}", base64::encode(first), filler("x", 38, b"abcXYZ019"));
        assert_eq!(id(with(b"968556348390391859").as_bytes()), Some(968_556_348_390_391_859));
        assert_eq!(id(with(b"not a number at all").as_bytes()), None);
        assert_eq!(id(with(b"0000000000000000017").as_bytes()), None);
    }
}
