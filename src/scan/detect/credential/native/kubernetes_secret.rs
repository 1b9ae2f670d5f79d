//! Kubernetes' Secret manifests: a random value below `data` or `stringData` is a secret, whatever it is called; what is called a
//! password is one below `data` too, where its letters are those of base64.

use std::ops::Range;

use super::{Native, Parsed, stands, value};
use crate::domain::Sureness;
use crate::scan::detect::Text;
use crate::scan::detect::credential::base64;

/// Woken by `kind: secret`. Selects `kubernetes-secret`.
pub(super) const NATIVE: Native = Native { name: "kubernetes-secret", parse, looks: Some(looks) };

const KIND: &[u8] = b"kind: secret";
/// How far before and behind its kind a manifest is read.
const REACH: usize = 1000;
/// Longer values are files; what lies in them is found by itself.
const LONGEST: usize = 512;

/// Last words of names whose values, random or not, are no secret.
const OPEN: [&[u8]; 16] =
    [b"user", b"username", b"name", b"id", b"url", b"uri", b"host", b"port", b"email", b"crt", b"cert", b"ca", b"pub", b"namespace", b"endpoint", b"hash"];

fn parse(text: &Text<'_>, at: usize, found: &mut dyn FnMut(Parsed)) {
    let bytes = text.bytes;
    // `kind: SecretStore`
    if !stands(bytes, at, KIND) || bytes.get(at + KIND.len()).is_some_and(u8::is_ascii_alphanumeric) {
        return;
    }
    for (name, written, encoded) in entries(bytes, at) {
        if is_secret(&bytes[name.clone()], &bytes[written.clone()], encoded) {
            found(Parsed::new("kubernetes-secret", bytes, written, Sureness::Likely).named(&bytes[name]));
        }
    }
}

fn looks(bytes: &[u8], at: usize) -> Range<usize> {
    at.saturating_sub(REACH + 1)..(at + REACH + 1).min(bytes.len() + 1)
}

/// Names and values of the manifest around its kind, and whether they are base64.
fn entries(bytes: &[u8], at: usize) -> Vec<(Range<usize>, Range<usize>, bool)> {
    let from = at.saturating_sub(REACH);
    let start = memchr::memmem::rfind(&bytes[from..at], b"\n---").map_or(from, |border| from + border + 1);
    let until = at.saturating_add(REACH).min(bytes.len());
    let end = memchr::memmem::find(&bytes[at..until], b"\n---").map_or(until, |border| at + border);
    let depth = at - memchr::memrchr(b'\n', &bytes[start..at]).map_or(start, |newline| start + newline + 1);
    let mut entries = Vec::new();
    let (mut section, mut line) = (None, start);
    while line < end {
        let stop = memchr::memchr(b'\n', &bytes[line..end]).map_or(end, |newline| line + newline);
        let (indent, text) = (bytes[line..stop].iter().take_while(|byte| **byte == b' ').count(), bytes[line..stop].trim_ascii());
        if !text.is_empty() && indent <= depth {
            section = [(&b"data:"[..], true), (b"stringData:", false)].into_iter().find(|(word, _)| *word == text).map(|(_, encoded)| encoded);
        } else if let Some(encoded) = section
            && let Some((name, written)) = entry(bytes, line + indent..stop)
            // Cut off by the reach, it is not all there.
            && (stop < until || until == bytes.len())
        {
            entries.push((name, written, encoded));
        }
        line = stop + 1;
    }
    entries
}

/// `name: value` on one line, the value perhaps in quotes.
fn entry(bytes: &[u8], line: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let colon = line.start + memchr::memmem::find(&bytes[line.clone()], b": ")?;
    let text = bytes[colon + 1..line.end].trim_ascii();
    let mut start = line.end - bytes[colon + 1..line.end].trim_ascii_start().len();
    let mut length = text.len();
    if length >= 2 && matches!(text[0], b'"' | b'\'') && text[0] == text[length - 1] {
        (start, length) = (start + 1, length - 2);
    }
    Some((line.start..colon, start..start + length))
}

fn is_secret(name: &[u8], written: &[u8], encoded: bool) -> bool {
    if value::words(name).last().is_some_and(|last| OPEN.iter().any(|word| last.eq_ignore_ascii_case(word))) || written.len() > LONGEST {
        return false;
    }
    let plain = if encoded { base64::decode(written).unwrap_or_default() } else { written.to_vec() };
    let plain = plain.strip_suffix(b"\n").unwrap_or(&plain);
    match std::str::from_utf8(plain) {
        Ok(_) => {
            let is_chosen = || encoded && is_password(name) && value::as_password(plain, name, false) >= Some(Sureness::Likely);
            let is_random = value::as_token(plain) == Some(Sureness::Likely);
            (is_random || is_chosen()) && !value::is_placeholder(plain) && !value::is_reference(plain) && !value::is_foreign(plain)
        }
        // Bytes drawn at random: a key.
        Err(_) => (16..=64).contains(&plain.len()),
    }
}

fn is_password(name: &[u8]) -> bool {
    value::words(name).any(|word| [&b"password"[..], b"passwd", b"pass", b"pwd", b"passphrase"].iter().any(|known| word.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{finds, secrets};
    use super::*;
    use crate::scan::detect::credential::value::tests::{BASE62, made};

    fn found(text: &str) -> Vec<String> {
        secrets(&finds(&NATIVE, &["kind: secret"], "a.yaml", text), text).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn random_values_are_secrets_whatever_their_name() {
        let token = made(3, 40, BASE62);
        let encoded = base64::encode(token.as_bytes());
        assert_eq!(found(&format!("apiVersion: v1\nkind: Secret\ndata:\n  SENTRY: {encoded}\n  username: {encoded}\n")), std::slice::from_ref(&encoded));
        assert_eq!(found(&format!("data:\n  salt: '{encoded}'\nkind: Secret\n---\ndata:\n  other: {encoded}\n")), std::slice::from_ref(&encoded));
        assert_eq!(found(&format!("kind: Secret\nstringData:\n  sentry: {token}\n")), [token]);
        assert_eq!(found(&format!("kind: Secret\ndata:\n  aes: {}=\n", base64::encode(&[0xfe; 32]))).len(), 1);
        let chosen = base64::encode(b"Falcon-4711-Heron");
        assert_eq!(found(&format!("kind: Secret\ndata:\n  db-password: {chosen}\n  greeting: {chosen}\n")), [chosen]);
    }

    #[test]
    fn words_other_kinds_and_other_sections_are_not() {
        let encoded = base64::encode(made(4, 40, BASE62).as_bytes());
        for text in [
            format!("kind: SecretStore\ndata:\n  a: {encoded}\n"),
            format!("kind: Secret\nmetadata:\n  uid: {encoded}\n"),
            format!("kind: Secret\n---\nkind: ConfigMap\ndata:\n  a: {encoded}\n"),
            format!("kind: Secret\ndata:\n  a: {}\n", base64::encode(b"production settings")),
            "kind: Secret\ndata:\n  a: {{ .Values.a | b64enc }}\n".to_owned(),
        ] {
            assert!(found(&text).is_empty(), "{text}");
        }
    }
}
