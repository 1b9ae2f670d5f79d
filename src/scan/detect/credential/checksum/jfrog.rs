//! JFrog reference tokens: base64 of `reftkn:<version>:<expiry in seconds>:<random>`.

use super::super::base64;
use super::{Checksum, filler};

pub(super) const REFERENCE: Checksum = Checksum { name: "jfrog-reftoken", valid: |token| expiry(token).is_some(), complete: Some(complete) };

/// Seconds since 1970 at which the token ends; zero where it does not.
pub(in super::super) fn expiry(token: &[u8]) -> Option<i64> {
    let decoded = base64::decode(token)?;
    let mut parts = std::str::from_utf8(&decoded).ok()?.split(':');
    let (kind, version, expiry, random) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let shaped = kind == "reftkn" && version.bytes().all(|byte| byte.is_ascii_digit()) && random.len() >= 8 && parts.next().is_none();
    expiry.parse().ok().filter(|expiry| shaped && *expiry >= 0)
}

fn complete(token: &str) -> String {
    base64::encode(format!("reftkn:01:1893456000:{}", filler(token, 27, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expiry_is_read() {
        assert_eq!(expiry(complete("").as_bytes()), Some(1_893_456_000));
        assert_eq!(expiry(base64::encode(b"reftkn:01:never:abcdefghijkl").as_bytes()), None);
        assert_eq!(expiry(base64::encode(b"other:01:1893456000:abcdefghijkl").as_bytes()), None);
    }
}
