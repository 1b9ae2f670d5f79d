//! Access tokens of Atlassian's Data Center products: base64 of twelve digits, a colon and twenty random bytes.
//! As read by Samsung's CredSweeper (`value_atlassian_token_check.py`).

use super::super::base64;
use super::{Checksum, filler};

pub(super) const TOKEN: Checksum = Checksum { name: "atlassian-numbered", valid, complete: Some(complete) };

fn valid(token: &[u8]) -> bool {
    let bytes = base64::decode(token.strip_prefix(b"BBDC-").unwrap_or(token)).unwrap_or_default();
    let (number, random) = bytes.split_at(memchr::memchr(b':', &bytes).unwrap_or(0));
    (4..=20).contains(&number.len()) && number.iter().all(u8::is_ascii_digit) && random.len() > 16
}

fn complete(token: &str) -> String {
    let random = filler(token, 20, &(0..=127).collect::<Vec<u8>>());
    base64::encode(format!("123456789012:{random}").as_bytes()).replace('-', "+").replace('_', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_colon_are_asked_for() {
        let token = complete("");
        assert!(token.len() == 44 && valid(token.as_bytes()) && valid(format!("BBDC-{token}").as_bytes()));
        for other in
            [&b"1234567890123456789012345678901234"[..], b"12:aaaaaaaaaaaaaaaaaaaaaaaaaaaa", b"123456789012:short", b"12345678901x:aaaaaaaaaaaaaaaaaaaa"]
        {
            assert!(!valid(base64::encode(other).as_bytes()));
        }
    }
}
