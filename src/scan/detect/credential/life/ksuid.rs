//! KSUID: 27 characters of base 62; the first four of twenty bytes are seconds since 2014-05-13. ngrok tokens begin with one.
//! <https://github.com/segmentio/ksuid>

use super::{LifeReader, Read, day, moment};

pub(super) const READER: LifeReader = LifeReader { name: "ksuid", read };

const LENGTH: usize = 27;
const EPOCH: i64 = 1_400_000_000;
/// Before KSUID was published, and later than any token at hand: what decodes to such a time is no KSUID.
const PLAUSIBLE: std::ops::Range<i64> = 1_496_000_000..2_208_988_800;

fn read(token: &[u8]) -> Option<Read> {
    let id = token.split(|byte| !byte.is_ascii_alphanumeric()).find(|run| run.len() == LENGTH)?;
    let seconds = i64::from(seconds(id)?).checked_add(EPOCH).filter(|seconds| PLAUSIBLE.contains(seconds))?;
    let minted = moment(seconds)?;
    let mut read = Read { minted: Some(minted), ..Read::default() };
    read.say(format!("The identifier inside says that it was made on {}.", day(minted)));
    Some(read)
}

/// The upper four of twenty bytes.
fn seconds(id: &[u8]) -> Option<u32> {
    let mut bytes = [0u8; 20];
    for byte in id {
        let mut carry = u32::from(digit(*byte)?);
        for place in bytes.iter_mut().rev() {
            carry += u32::from(*place) * 62;
            *place = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return None;
        }
    }
    bytes.first_chunk().map(|first| u32::from_be_bytes(*first))
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'Z' => Some(byte - b'A' + 10),
        b'a'..=b'z' => Some(byte - b'a' + 36),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pair stands in the documentation of <https://docs.rs/ksuid>.
    #[test]
    fn the_published_pair_agrees() {
        assert_eq!(seconds(b"0o5Fs0EELR0fUjHjbCnEtdUwQe3"), Some(94_985_761));
        assert_eq!(seconds(&[b'z'; 27]), None, "more than twenty bytes");
    }

    #[test]
    fn a_token_with_more_behind_is_read() {
        let token = format!("{}_{}", ["2QnJjKLvpSfpZ", "qGiPPxVwWLMy2p"].concat(), "a".repeat(21));
        assert_eq!(read(token.as_bytes()).and_then(|read| read.minted).map(day).as_deref(), Some("2023-06-05"));
    }
}
