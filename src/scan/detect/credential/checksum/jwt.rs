//! JSON Web Tokens: two JSON objects and a signature, in base64 with dots between.

use serde_json::{Map, Value};

use super::super::base64;
use super::{Checksum, filler};

pub(super) const STRUCTURE: Checksum = Checksum { name: "jwt-structure", valid: |token| parts(token).is_some(), complete: Some(complete) };

/// The same behind a prefix: `ghs_<number>_`, `glcbt-`.
pub(super) const PREFIXED: Checksum = Checksum { name: "jwt-prefixed", valid: |token| prefixed(token).is_some(), complete: Some(complete) };

type Object = Map<String, Value>;

/// Header and claims; `None` when the token is no signed JWT with an algorithm (RFC 7515, RFC 7519).
pub(in super::super) fn parts(token: &[u8]) -> Option<(Object, Object)> {
    let mut parts = token.split(|byte| *byte == b'.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let header: Object = serde_json::from_slice(&base64::decode(header)?).ok()?;
    let claims: Object = serde_json::from_slice(&base64::decode(claims)?).ok()?;
    let signed =
        parts.next().is_none() && signature.len() >= 16 && signature.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'='));
    (signed && header.get("alg").is_some_and(Value::is_string)).then_some((header, claims))
}

/// What begins as base64 of `{"` does.
pub(in super::super) fn prefixed(token: &[u8]) -> Option<(Object, Object)> {
    parts(token.get(memchr::memmem::find(token, b"eyJ")?..)?)
}

fn complete(token: &str) -> String {
    let header = base64::encode(br#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = base64::encode(br#"{"iss":"https://issuer.internal","iat":1893456000,"exp":1924992000}"#);
    format!("{header}.{claims}.{}", filler(token, 43, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_parts_are_asked_for() {
        let good = complete("");
        assert!(parts(good.as_bytes()).is_some());
        let front = good.rsplit_once('.').map(|(front, _)| front.to_owned()).unwrap_or_default();
        for bad in [front.clone(), format!("{front}."), format!("{good}.more"), good.replace("eyJ", "abc"), format!("{}.{front}", base64::encode(b"{}"))] {
            assert!(parts(bad.as_bytes()).is_none(), "{bad}");
        }
    }
}
