//! Tokens that are base64 of a JSON object, behind a prefix or not, before a signature or not: Grafana Cloud, Sentry, Neptune.

use serde_json::{Map, Value};

use super::super::base64;
use super::{Checksum, filler};

pub(super) const OBJECT: Checksum = Checksum { name: "base64-json", valid: |token| object(token).is_some(), complete: Some(complete) };

/// The object inside, which begins where base64 of `{"` does.
pub(in super::super) fn object(token: &[u8]) -> Option<Map<String, Value>> {
    let text = token.get(memchr::memmem::find(token, b"eyJ")?..)?;
    let first = text.split(|byte| matches!(byte, b'_' | b'.')).next()?;
    [text, first].into_iter().find_map(|text| serde_json::from_slice(&base64::decode(text)?).ok())
}

fn complete(token: &str) -> String {
    base64::encode(
        format!(r#"{{"o":"1","n":"example","k":"{}"}}"#, filler(token, 24, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")).as_bytes(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefix_and_signature_do_not_matter() {
        let body = base64::encode(br#"{"url":"https://sentry.io","k":1}"#);
        for token in [body.clone(), format!("glc_{body}"), format!("sntrys_{body}_c2lnbmF0dXJl")] {
            assert!(object(token.as_bytes()).is_some_and(|object| object.contains_key("k")), "{token}");
        }
        assert_eq!(object(b"glc_eyJub3QganNvbg"), None);
    }
}
