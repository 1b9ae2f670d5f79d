//! GitLab's routable tokens: `prefix payload.[version.]length crc`. The last seven characters are the CRC-32, in base 36, of all before.
//! Tokens without a dot are of the older form, which has no checksum.
//! <https://handbook.gitlab.com/handbook/engineering/architecture/design-documents/cells/routable_tokens/>

use super::super::base64;
use super::crc::{crc, in_base};
use super::{Checksum, filler};

pub(super) const ROUTABLE: Checksum = Checksum { name: "gitlab-routable", valid, complete: Some(complete) };

fn valid(token: &[u8]) -> bool {
    if !token.contains(&b'.') {
        return token.starts_with(b"gl");
    }
    token.split_last_chunk::<7>().is_some_and(|(front, check)| base36(front).as_bytes().eq_ignore_ascii_case(check))
}

/// What routes the token, by its letter: cell, organization, group, project, user, type. Numbers are in base 36.
/// The payload is base64 of lines `letter:value`, random bytes, and their count.
pub(in super::super) fn routing(token: &[u8]) -> Option<Vec<(u8, String)>> {
    let payload = token.split(|byte| *byte == b'.').next().filter(|payload| payload.len() < token.len())?;
    // Prefixes end with a dash or, behind the type of a runner, with an underscore; payloads may hold both.
    let starts = payload.iter().enumerate().filter(|(_, byte)| matches!(byte, b'-' | b'_')).map(|(at, _)| at + 1);
    starts.filter_map(|start| lines(&payload[start..])).next()
}

fn lines(payload: &[u8]) -> Option<Vec<(u8, String)>> {
    let bytes = base64::decode(payload)?;
    let (random, rest) = bytes.split_last()?;
    let text = rest.get(..rest.len().checked_sub(usize::from(*random))?)?;
    let line = |line: &str| {
        let (letter, value) = line.split_once(':')?;
        let known = letter.len() == 1 && "cgoput".contains(letter) && !value.is_empty();
        known.then(|| (letter.as_bytes()[0], value.to_owned()))
    };
    std::str::from_utf8(text).ok()?.lines().map(line).collect::<Option<Vec<_>>>().filter(|lines| !lines.is_empty())
}

fn base36(front: &[u8]) -> String {
    in_base(crc(front), b"0123456789abcdefghijklmnopqrstuvwxyz", 7)
}

/// The checksum, or all that comes behind a prefix.
fn complete(token: &str) -> String {
    if token.contains('.') {
        return base36(token.as_bytes());
    }
    let random = filler(token, 16, &(0..=127).collect::<Vec<u8>>());
    let payload = base64::encode(format!("c:1\no:1\np:2u\nu:rs{random}\u{10}").as_bytes());
    let front = format!("{payload}.01.{}", in_base(u32::try_from(payload.len()).unwrap_or_default(), b"0123456789abcdefghijklmnopqrstuvwxyz", 2));
    format!("{front}{}", base36(format!("{token}{front}").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with Python's zlib.
    #[test]
    fn the_check_agrees_with_one_computed_elsewhere() {
        assert_eq!(base36(b"glpat-bzox79Of-KE9FD2LjoXXF4CvyxA.0r"), "03gxo7s");
        assert!(valid(format!("glpat-{}", "x".repeat(20)).as_bytes()), "the older form has no checksum");
    }

    #[test]
    fn the_payload_says_whose_the_token_is() {
        for prefix in ["glpat-", "glrt-t3_"] {
            let token = format!("{prefix}{}", complete(prefix));
            let routing = routing(token.as_bytes()).expect("it was made so");
            assert_eq!(routing, [(b'c', "1"), (b'o', "1"), (b'p', "2u"), (b'u', "rs")].map(|(letter, value)| (letter, value.to_owned())));
        }
        assert_eq!(routing(b"glpat-abcdefghijklmnopqrst"), None);
    }
}
