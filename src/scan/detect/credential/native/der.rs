//! Private keys without their armour: the base64 of PKCS #1, PKCS #8 or SEC 1 as one long value.

use std::ops::Range;

use super::{Native, Parsed, cut, run, run_before};
use crate::domain::Sureness;
use crate::scan::detect::Text;
use crate::scan::detect::credential::base64;

/// Woken by what follows the length at the start: algorithm or version, and the first integer's tag. Selects: `rsa`, `ec`, `ed25519`.
pub(super) const NATIVE: Native = Native { name: "der", parse, looks: Some(looks) };

/// Anchor, how many characters stand before it (tag and length of the outermost sequence), and whose key it is.
const BEGINNINGS: &[(&[u8], usize, &str)] = &[
    (b"IBADANBgkqhkiG9w0BAQEFAASC", 6, "rsa"),
    (b"IBAAKCAQEA", 6, "rsa"),
    (b"IBAAKCAgEA", 6, "rsa"),
    (b"IBAAKBgQ", 6, "rsa"),
    (b"AgEAMBMGByqGSM49AgEGCCqGSM49", 4, "ec"),
    (b"MC4CAQAwBQYDK2VwBCIEI", 0, "ed25519"),
];
/// Base64 of RSA with 8192 bits.
const LONGEST: usize = 6500;

fn parse(text: &Text<'_>, at: usize, found: &mut dyn FnMut(Parsed)) {
    let belongs = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let rest = text.bytes.get(at..).unwrap_or_default();
    let Some((_, before, kind)) = BEGINNINGS.iter().find(|(anchor, ..)| rest.starts_with(anchor)) else { return };
    // An escaped newline before the value looks like a letter of it.
    let start = at.saturating_sub(*before);
    let whole = run_before(text.bytes, at, before + 2, belongs) == start || cut(text.bytes, start.saturating_sub(2)..start) == b"\\n";
    let letters = run(text.bytes, start, LONGEST, belongs);
    let padded = run(text.bytes, letters.end, 2, |byte| byte == b'=');
    let secret = letters.start..padded.end;
    // A shorter sequence than the length says is a sample that was cut off.
    if whole
        && !is_labelled_test(&text.bytes[start.saturating_sub(48)..start])
        && base64::decode(&text.bytes[secret.clone()]).is_some_and(|der| is_complete(&der))
    {
        let mut parsed = Parsed::new(kind, text.bytes, secret, Sureness::Certain);
        parsed.guessable = false;
        found(parsed);
    }
}

/// `-----BEGIN TESTING KEY-----`: Go's way of telling scanners that a key opens nothing.
fn is_labelled_test(before: &[u8]) -> bool {
    [&b"-----BEGIN TEST"[..], b"-----BEGIN EXAMPLE"].into_iter().any(|label| memchr::memmem::find(before, label).is_some())
}

fn looks(bytes: &[u8], at: usize) -> Range<usize> {
    at..run(bytes, at, LONGEST, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')).end + 4
}

/// A sequence, with as many bytes as its length says.
fn is_complete(der: &[u8]) -> bool {
    match der {
        [0x30, short @ ..=0x7f, ..] => der.len() >= usize::from(*short) + 2,
        [0x30, 0x81, length, ..] => der.len() >= usize::from(*length) + 3,
        [0x30, 0x82, high, low, ..] => der.len() >= usize::from(u16::from_be_bytes([*high, *low])) + 4,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{finds, secrets};
    use super::*;
    use crate::scan::detect::credential::value::tests::{BASE62, made};

    const ANCHORS: &[&str] = &["IBADANBgkqhkiG9w0BAQEFAASC", "IBAAKCAQEA"];

    #[test]
    fn a_whole_key_is_found_and_a_piece_is_not() {
        let key = format!("MIIEvQ{}{}", ANCHORS[0], made(7, 1624 - 32, BASE62));
        for text in [format!("PRIVATE_KEY={key}\n"), format!("{{\"key\": \"{key}\"}}")] {
            assert_eq!(secrets(&finds(&NATIVE, ANCHORS, "a", &text), &text), [key.as_str()]);
        }
        let labelled = format!("-----BEGIN TESTING KEY-----\n{key}\n-----END TESTING KEY-----");
        for text in [&key[..400], &format!("A{key}"), &labelled] {
            assert!(finds(&NATIVE, ANCHORS, "a", text).is_empty());
        }
    }
}
