//! JSON Web Tokens in text: three parts whose first two are JSON.

use std::ops::Range;

use serde_json::{Map, Value};

use super::{Native, Parsed, run, value};
use crate::domain::Sureness;
use crate::scan::detect::Text;
use crate::scan::detect::credential::checksum::jwt;

/// Woken by `eyJ`, base64 of `{"`. Selects: `kubernetes`, `jwt`. Supabase's have rules of their own.
pub(super) const NATIVE: Native = Native { name: "jwt", parse, looks: Some(looks) };

const LONGEST: usize = 8 << 10;

fn parse(text: &Text<'_>, at: usize, found: &mut dyn FnMut(Parsed)) {
    if !begins(text.bytes, at) {
        return;
    }
    let mut token = run(text.bytes, at, LONGEST, belongs);
    // A full stop behind a token ends the sentence.
    while token.end > token.start && text.bytes[token.end - 1] == b'.' {
        token.end -= 1;
    }
    let bytes = &text.bytes[token.clone()];
    if bytes.iter().filter(|byte| **byte == b'.').count() != 2 {
        return;
    }
    let Some((header, claims)) = jwt::parts(bytes).filter(|(_, claims)| !is_sample(claims)) else { return };
    let signature = bytes.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    if value::is_placeholder(signature) || value::entropy(signature) < 3.2 {
        return;
    }
    let mut parsed = Parsed::new(select(&claims), text.bytes, token, Sureness::Certain);
    if let Some(algorithm) = header.get("alg").and_then(Value::as_str) {
        parsed.fact("algorithm", algorithm.as_bytes());
    }
    found(parsed);
}

fn looks(bytes: &[u8], at: usize) -> Range<usize> {
    at..if begins(bytes, at) { run(bytes, at, LONGEST, belongs).end + 2 } else { at }
}

fn belongs(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'=')
}

/// The byte before belongs to no token, or ends an escape (`\n`, `%3D`).
fn begins(bytes: &[u8], at: usize) -> bool {
    if !bytes.get(at..).is_some_and(|rest| rest.starts_with(b"eyJ")) {
        return false;
    }
    match bytes[..at] {
        [.., b'\\', b'n' | b't' | b'r'] => true,
        [.., b'%', b'2' | b'3', b'0' | b'2' | b'D' | b'd' | b'A' | b'a'] => true,
        [.., b'u', b'0', b'0', b'2' | b'3', b'2' | b'7' | b'd' | b'D'] => true,
        [.., last] => !(last.is_ascii_alphanumeric() || matches!(last, b'-' | b'_' | b'.' | b'+' | b'/')),
        [] => true,
    }
}

/// The claims that documentation shows: RFC 7519's Joe, jwt.io's John Doe, and issuers under `example`.
fn is_sample(claims: &Map<String, Value>) -> bool {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let joe = text("iss") == "joe" && claims.contains_key("http://example.com/is_root");
    let payload = claims.len() == 1 && (text("some") == "payload" || text("foo") == "bar" || text("hello") == "world");
    joe || payload
        || (text("sub") == "1234567890" && !claims.contains_key("exp"))
        || matches!(text("name"), "John Doe" | "Jane Doe")
        || text("iss").contains("example.")
}

fn select(claims: &Map<String, Value>) -> &'static str {
    let legacy = claims.get("iss").and_then(Value::as_str) == Some("kubernetes/serviceaccount");
    if legacy || claims.contains_key("kubernetes.io") { "kubernetes" } else { "jwt" }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{finds, secrets};
    use super::*;
    use crate::scan::detect::credential::base64;
    use crate::scan::detect::credential::value::tests::{BASE62, made};

    fn token(claims: &str) -> String {
        format!("{}.{}.{}", base64::encode(br#"{"alg":"HS256","typ":"JWT"}"#), base64::encode(claims.as_bytes()), made(3, 43, BASE62))
    }

    #[test]
    fn tokens_are_found_in_everyday_surroundings_once() {
        let token = token(r#"{"iss":"auth.company.io","exp":1893456000}"#);
        for text in [
            format!("token: {token}."),
            format!("\"Bearer {token}\""),
            format!("a\\n{token}\\n"),
            format!("?jwt={token}&x=1"),
            format!("%3D{token}%26"),
            token.clone(),
        ] {
            assert_eq!(secrets(&finds(&NATIVE, &["eyJ"], "a", &text), &text), [token.as_str()], "{text}");
        }
    }

    #[test]
    fn kinds_are_selected() {
        for (claims, kind) in [
            (r#"{"iss":"kubernetes/serviceaccount"}"#, "kubernetes"),
            (r#"{"kubernetes.io":{"namespace":"a"},"exp":1893456000}"#, "kubernetes"),
            (r#"{"sub":"svc"}"#, "jwt"),
        ] {
            let text = token(claims);
            assert_eq!(finds(&NATIVE, &["eyJ"], "a", &text)[0].select, kind);
        }
    }

    #[test]
    fn samples_and_halves_stay_quiet() {
        let sample = token(r#"{"sub":"1234567890","name":"John Doe","iat":1516239022}"#);
        let good = token(r#"{"sub":"svc"}"#);
        let half = good.rsplit_once('.').map(|(front, _)| front.to_owned()).unwrap_or_default();
        for text in [sample, half.clone(), format!("{half}.xxxxxxxxxxxxxxxxxxxx"), format!("{half}.<signature>"), format!("x{good}")] {
            assert!(finds(&NATIVE, &["eyJ"], "a", &text).is_empty(), "{text}");
        }
    }
}
