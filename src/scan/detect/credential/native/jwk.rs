//! Private keys in JSON (RFC 7517): `d` of a pair, `k` of a shared key, beside the `kty` that says which.

use std::ops::Range;

use super::{Native, Parsed, cut, run, value};
use crate::domain::Sureness;
use crate::scan::detect::Text;

/// Woken by `kty`. Selects: `jwk`, `jwk-oct`.
pub(super) const NATIVE: Native = Native { name: "jwk", parse, looks: Some(looks) };

/// How far an RSA key's members lie apart.
const REACH: usize = 4096;
/// Base64url characters of 128 bits.
const SHORTEST: usize = 22;

fn parse(text: &Text<'_>, at: usize, found: &mut dyn FnMut(Parsed)) {
    let Some(kind) = member(text.bytes, at, b"kty").map(|value| cut(text.bytes, value)) else { return };
    let (name, select): (&[u8], _) = match kind {
        b"oct" => (b"k", "jwk-oct"),
        b"RSA" | b"EC" | b"OKP" => (b"d", "jwk"),
        _ => return,
    };
    let object = object(text.bytes, at);
    let secrets = object.clone().filter_map(|at| member(text.bytes, at, name));
    for secret in secrets {
        let bytes = &text.bytes[secret.clone()];
        let random = bytes.len() >= SHORTEST && value::entropy(bytes) >= 3.5 && !value::is_placeholder(&bytes[..bytes.len().min(512)]);
        if random {
            let mut parsed = Parsed::new(select, text.bytes, secret, Sureness::Likely).named(name);
            parsed.guessable = false;
            found(parsed);
        }
    }
}

/// The object, and the member that says what it is; members of an object without an end may go on behind it.
fn looks(bytes: &[u8], at: usize) -> Range<usize> {
    let Some(kind) = member(bytes, at, b"kty") else { return at..run(bytes, at + 32, REACH, belongs).end + 1 };
    let (object, reach) = (object(bytes, at), at.saturating_sub(REACH));
    let closed = bytes.get(object.end) == Some(&b'}');
    let start = memchr::memrchr(b'{', &bytes[reach..at]).map_or(reach, |open| reach + open);
    start..object.end.max(kind.end) + if closed { 1 } else { REACH + 32 }
}

/// The object around `at`: from the brace before to the brace behind. Members of a key hold no objects.
fn object(bytes: &[u8], at: usize) -> Range<usize> {
    let start = at.saturating_sub(REACH);
    let start = memchr::memrchr(b'{', &bytes[start..at]).map_or(at, |open| start + open);
    let rest = cut(bytes, at..at.saturating_add(REACH));
    start..at + memchr::memchr(b'}', rest).unwrap_or(rest.len())
}

/// The value of the member whose name begins at `at`: `"k": "…"`, `k: '…'`, `\"k\":\"…\"`.
fn member(bytes: &[u8], at: usize, name: &[u8]) -> Option<Range<usize>> {
    let begins = at.checked_sub(1).is_some_and(|before| matches!(bytes[before], b'"' | b'\'' | b' ' | b'\t' | b'\n' | b',' | b'{'));
    if !begins || !cut(bytes, at..at + name.len()).eq(name) {
        return None;
    }
    let sign = run(bytes, at + name.len(), 12, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b' ' | b'\t'));
    let signs = run(bytes, sign.end, 2, |byte| matches!(byte, b':' | b'=' | b'>'));
    let opens = run(bytes, signs.end, 12, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b' ' | b'\t' | b'\n'));
    let value = run(bytes, opens.end, REACH, belongs);
    let quoted = !signs.is_empty() && bytes.get(opens.end.wrapping_sub(1)).is_some_and(|mark| matches!(mark, b'"' | b'\''));
    (quoted && matches!(bytes.get(value.end), Some(b'"' | b'\'' | b'\\'))).then_some(value)
}

fn belongs(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::super::tests::{finds, secrets};
    use super::*;
    use crate::scan::detect::credential::value::tests::{BASE62, made};

    fn secrets_in(text: &str) -> Vec<&str> {
        secrets(&finds(&NATIVE, &["kty"], "a.js", text), text)
    }

    #[test]
    fn private_members_are_found_in_json_and_in_code() {
        let (private, public) = (made(3, 43, BASE62), made(4, 43, BASE62));
        for text in [
            format!("{{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{public}\",\"d\":\"{private}\"}}"),
            format!("{{ d: '{private}', kty: 'OKP', x: '{public}' }}"),
            format!("\"{{\\\"kty\\\":\\\"oct\\\",\\\"k\\\":\\\"{private}\\\"}}\""),
            format!("const key = {{\n  kty: 'oct',\n  k: '{private}',\n}}"),
        ] {
            assert_eq!(secrets_in(&text), [private.as_str()], "{text}");
        }
    }

    #[test]
    fn public_keys_and_placeholders_stay_quiet() {
        let public = made(5, 43, BASE62);
        for text in [
            format!("{{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{public}\",\"y\":\"{public}\"}}"),
            "{ kty: 'oct', k: 'x' }".to_owned(),
            "{ kty: 'RSA', d: '<private exponent>' }".to_owned(),
            format!("if (jwk.kty === 'oct') {{ k = '{public}' }}"),
        ] {
            assert!(secrets_in(&text).is_empty(), "{text}");
        }
    }
}
