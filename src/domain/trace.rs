//! The identity of a secret without its text.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::hex;

/// Secret bytes, for the length of one call. Has no `Debug`, no `Display` and no `Serialize`: it cannot be printed.
#[derive(Clone, Copy)]
pub struct Secret<'a>(&'a [u8]);

/// A key that the user supplies, under which low-entropy secrets may be compared between runs.
#[derive(Clone)]
pub struct TraceKey(Vec<u8>);

/// What may be told of a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Trace {
    /// Equal for equal secrets, in every run and on every machine. Absent for guessable secrets when no key was given:
    /// a plain digest of those could be tried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The public prefix and `[REDACTED]`.
    pub preview: String,
}

impl TraceKey {
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl<'a> Secret<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// `public` is the length of a prefix that says nothing but the kind (`ghp_`); `guessable` secrets get an identity only under a key.
    pub fn trace(self, public: usize, guessable: bool, key: Option<&TraceKey>) -> Trace {
        let id = match (guessable, key) {
            (false, _) => Some(digest("hel1:", Sha256::new().chain_update(b"heliodon/trace/v1\0").chain_update(self.0).finalize().as_slice())),
            (true, Some(key)) => Some(digest("hel1k:", &keyed(key, self.0))),
            (true, None) => None,
        };
        let shown = String::from_utf8_lossy(&self.0[..public.min(self.0.len())]);
        Trace { id, preview: format!("{shown}[REDACTED]") }
    }
}

fn keyed(key: &TraceKey, bytes: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.0).expect("HMAC takes keys of any length");
    mac.update(b"heliodon/trace/v1\0");
    mac.update(bytes);
    mac.finalize().into_bytes().to_vec()
}

/// 160 bits in hexadecimal: enough for identity, short enough to copy.
fn digest(scheme: &str, bytes: &[u8]) -> String {
    format!("{scheme}{}", hex(&bytes[..bytes.len().min(20)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guessable_secret_has_no_identity_without_a_key() {
        let trace = Secret::new(b"hunter2").trace(0, true, None);
        assert_eq!(trace, Trace { id: None, preview: "[REDACTED]".into() });
    }

    #[test]
    fn identities_differ_by_key_and_agree_between_runs() {
        let of = |key: Option<&[u8]>| Secret::new(b"hunter2").trace(0, true, key.map(|key| TraceKey::new(key.to_vec())).as_ref()).id;
        assert_eq!(of(Some(b"a")), of(Some(b"a")));
        assert_ne!(of(Some(b"a")), of(Some(b"b")));
    }
}
