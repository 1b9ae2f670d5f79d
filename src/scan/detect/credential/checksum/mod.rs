//! Checksums and structure that a token carries: a mistyped or invented one is told apart offline.
//!
//! To add one: write it with a `Checksum` row, and list the row in [`CHECKSUMS`]. Rules name it with `checksum:`.

pub(super) mod aws;
mod azure;
mod azure_devops;
mod base32;
mod base58;
mod bech32;
mod crc;
pub(super) mod discord;
pub(super) mod fly;
pub(super) mod gitlab;
pub(super) mod jfrog;
pub(super) mod json;
pub(super) mod jwt;
pub(super) mod macaroon;
mod marvin;
mod msgpack;
mod numbered;
mod strkey;

/// A way of telling whether a token was issued or invented.
pub(super) struct Checksum {
    pub(super) name: &'static str,
    /// The token is as its issuer makes them.
    pub(super) valid: fn(&[u8]) -> bool,
    /// What makes the token so far a valid one; for examples in rules.
    pub(super) complete: Option<fn(&str) -> String>,
}

pub(super) const CHECKSUMS: &[&Checksum] = &[
    &crc::BASE62,
    &gitlab::ROUTABLE,
    &crc::ATLASSIAN,
    &crc::GRAFANA,
    &jfrog::REFERENCE,
    &json::OBJECT,
    &jwt::STRUCTURE,
    &jwt::PREFIXED,
    &aws::KEY_ID,
    &aws::BEDROCK,
    &discord::TOKEN,
    &macaroon::ANY,
    &macaroon::PYPI,
    &bech32::BECH32,
    &azure::KEY,
    &azure::SEARCH,
    &azure_devops::TOKEN,
    &strkey::NKEY,
    &strkey::STELLAR,
    &base58::WIF,
    &base58::EXTENDED,
    &fly::MACAROON,
    &numbered::TOKEN,
];

/// An unknown name is the rule compiler's error; here it finds no fault.
pub(super) fn valid(name: &str, token: &[u8]) -> bool {
    named(name).is_none_or(|checksum| (checksum.valid)(token))
}

/// What `{{check}}` in an example stands for.
pub(super) fn complete(name: &str, token_so_far: &str) -> Option<String> {
    named(name)?.complete.map(|complete| complete(token_so_far))
}

fn named(name: &str) -> Option<&'static Checksum> {
    CHECKSUMS.iter().copied().find(|checksum| checksum.name == name)
}

/// Characters drawn from `alphabet`, the same for the same `seed`: the random parts of examples.
fn filler(seed: &str, length: usize, alphabet: &[u8]) -> String {
    let mut state = seed.bytes().fold(0x9e37_79b9_7f4a_7c15u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 40).unwrap_or_default()
    };
    (0..length).filter_map(|_| alphabet.get(next() % alphabet.len().max(1))).map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_completes_a_token_makes_it_valid() {
        let begun = [
            ("crc32-base62", "ghp_0123456789abcdefghijABCDEFGHIJ"),
            ("gitlab-routable", "glpat-bzox79Of-KE9FD2LjoXXF4CvyxA.0r"),
            ("gitlab-routable", "glpat-bzox79Of-KE9FD2LjoXXF4CvyxA.01.0r"),
            ("gitlab-routable", "gldt-"),
            ("atlassian-crc32", "ATATT3xFfGF0abcdefghijklmnop="),
            ("grafana-crc32", "glsa_0123456789abcdefghijABCDEFGHIJkl_"),
            ("jfrog-reftoken", ""),
            ("jwt-structure", ""),
            ("aws-key-id", "AKIA"),
            ("bedrock-key", "ABSK"),
            ("discord-token", ""),
            ("macaroon", ""),
            ("pypi-macaroon", "pypi-"),
            ("bech32", "AGE-SECRET-KEY-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0S"),
            ("base64-json", "glc_"),
            ("azure-identifiable", "0123456789abcdefghijABCDEFGHIJ012+ASb"),
            ("azure-search", "0123456789"),
            ("azure-devops-token", ""),
            ("nkey-seed", "SU"),
            ("stellar-seed", ""),
            ("bitcoin-wif", "5"),
            ("bip32-private", "xprv"),
            ("fly-macaroon", "fm2_"),
            ("atlassian-numbered", "BBDC-"),
            ("jwt-prefixed", "ghs_1048576_"),
        ];
        for (name, start) in begun {
            let token = format!("{start}{}", complete(name, start).unwrap_or_default());
            assert!(token.len() > start.len() && valid(name, token.as_bytes()), "{name}: {token}");
            let spoilt: String = token.chars().rev().collect();
            assert!(!valid(name, spoilt.as_bytes()), "{name}: reversed");
            for cut in 0..token.len() {
                valid(name, &token.as_bytes()[..cut]); // whatever the answer, no panic
            }
        }
        assert_eq!(begun.iter().map(|(name, _)| *name).collect::<std::collections::BTreeSet<_>>().len(), CHECKSUMS.len(), "each checksum is tried");
    }

    #[test]
    fn an_unknown_name_finds_no_fault() {
        assert!(valid("no-such-checksum", b"anything"));
        assert_eq!(complete("no-such-checksum", "anything"), None);
    }
}
