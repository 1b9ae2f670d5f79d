//! CRC-32 at the end of a token: GitHub and npm, Atlassian, Grafana.

use super::Checksum;

/// GitHub and npm: the last six characters are the CRC-32, in base 62, of what stands between the prefix and them.
/// <https://github.blog/engineering/behind-githubs-new-authentication-token-formats/>
pub(super) const BASE62: Checksum = Checksum { name: "crc32-base62", valid: base62_valid, complete: Some(|token| base62(crc(base62_body(token.as_bytes())))) };

/// Atlassian (`ATATT…=`, `ATCTT…=`, Bitbucket's `ATBB…`): the last eight hexadecimal digits are the CRC-32 of all before them.
/// As read by Samsung's CredSweeper (`value_atlassian_token_check.py`).
pub(super) const ATLASSIAN: Checksum =
    Checksum { name: "atlassian-crc32", valid: atlassian_valid, complete: Some(|token| format!("{:08X}", crc(token.as_bytes()))) };

/// Grafana service accounts: eight hexadecimal digits behind the last `_`, the CRC-32 of what precedes it, lowest byte first.
/// <https://github.com/grafana/grafana/tree/main/pkg/components/satokengen>
pub(super) const GRAFANA: Checksum =
    Checksum { name: "grafana-crc32", valid: grafana_valid, complete: Some(|token| grafana(token.trim_end_matches('_').as_bytes())) };

fn base62_valid(token: &[u8]) -> bool {
    let Some((front, check)) = token.split_last_chunk::<6>() else { return false };
    let body = base62_body(front);
    // GitHub pads with zeros on the left.
    !body.is_empty() && base62(crc(body)).as_bytes() == check
}

/// Prefixes end with an underscore, which base 62 does not have.
fn base62_body(token: &[u8]) -> &[u8] {
    token.rsplit(|byte| *byte == b'_').next().unwrap_or(token)
}

fn atlassian_valid(token: &[u8]) -> bool {
    token.split_last_chunk::<8>().is_some_and(|(front, check)| format!("{:08X}", crc(front)).as_bytes().eq_ignore_ascii_case(check))
}

fn grafana_valid(token: &[u8]) -> bool {
    token.split_last_chunk::<8>().is_some_and(|(front, check)| front.strip_suffix(b"_").is_some_and(|key| grafana(key).as_bytes().eq_ignore_ascii_case(check)))
}

fn grafana(key: &[u8]) -> String {
    format!("{:08x}", crc(key).swap_bytes())
}

pub(super) fn crc(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes)
}

fn base62(number: u32) -> String {
    in_base(number, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 6)
}

/// With leading zeros up to `width`.
pub(super) fn in_base(mut number: u32, digits: &[u8], width: usize) -> String {
    let base = u32::try_from(digits.len()).expect("an alphabet has fewer than 2^32 letters");
    let mut text = vec![b'0'; width];
    for place in text.iter_mut().rev() {
        *place = digits[(number % base) as usize];
        number /= base;
    }
    String::from_utf8(text).expect("digits are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values on the right were computed with Python's zlib.
    #[test]
    fn checks_agree_with_those_computed_elsewhere() {
        assert_eq!(base62(crc(b"qkJaB6MffYVzZXWqmcoF49yrUxP3wf")), "0LsakP");
        assert_eq!(grafana(b"glsa_bAHjRcDfeZDKu0OqlR41bIbfCW9icC6b"), "47236ed0");
        assert_eq!(format!("{:08X}", crc(b"ATATT3xFfGF0abc=")), "8A575DE1");
    }

    #[test]
    fn one_changed_character_is_noticed() {
        let token = format!("ghp_{}{}", "a1B2".repeat(7) + "zz", base62(crc(("a1B2".repeat(7) + "zz").as_bytes())));
        assert!(base62_valid(token.as_bytes()));
        assert!(!base62_valid(token.replace("zz", "zy").as_bytes()));
    }
}
