//! Azure's identifiable keys: base64 that ends in a signature of the service and 32 bits of Marvin over all before them.
//!
//! <https://github.com/microsoft/security-utilities>: `IdentifiableSecrets.ValidateChecksum` and the seeds of `IdentifiableMetadata`.
//! The scanner there takes no key whose checksum fails. It takes keys of the later, annotated form (`JQQJ99`) as they are, and so do we.

use super::super::base64;
use super::marvin::marvin32;
use super::{Checksum, filler};

pub(super) const KEY: Checksum = Checksum { name: "azure-identifiable", valid: is_key, complete: Some(complete) };

/// Keys of Azure AI Search, drawn again until they need neither `+` nor `/`.
pub(super) const SEARCH: Checksum = Checksum { name: "azure-search", valid: is_key, complete: Some(complete_search) };

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A service's signature, and the kinds of its keys with their version: each is a seed.
const SERVICES: &[(&[u8], &[&[u8; 8]])] = &[
    (b"+ASt", &[b"Default0"]),
    (b"+ABa", &[b"AbAcct00"]),
    (b"+ACR", &[b"ACRDflt0"]),
    (b"+ASb", MESSAGING),
    (b"+AEh", MESSAGING),
    (b"+ARm", MESSAGING),
    (b"AZEG", &[b"SendRecv"]),
    (b"AIoT", &[b"IoTHub00", b"DpsKey00", b"Device00"]),
    (b"APIM", &[b"Tenant00", b"IoTHub00", b"Gatewy00", b"GitKey00"]),
    (b"AzCa", &[b"Access00"]),
    (b"AzFu", &[b"Functi00", b"Master00", b"System00"]),
    (b"AzSe", &[b"Query000", b"PAdmin00"]),
    (b"ACDb", &[b"MastRW00", b"MastRO00", b"Resour00", b"SysAll00", b"SystRW00", b"SystRO00", b"Encryp00"]),
];

const MESSAGING: &[&[u8; 8]] = &[b"Send0000", b"Listen00", b"Manage00", b"System00", b"Unknown0"];

fn is_key(token: &[u8]) -> bool {
    let digits = ["%3D%3D", "%3d%3d", "==", "="].iter().find_map(|padding| token.strip_suffix(padding.as_bytes())).unwrap_or(token);
    let signature = digits.len().checked_sub(10).and_then(|at| digits.get(at..at + 4));
    let Some(seeds) = signature.and_then(seeds) else { return false };
    let Some(bytes) = base64::decode(digits) else { return false };
    bytes.split_last_chunk::<4>().is_some_and(|(body, check)| seeds.iter().any(|seed| marvin32(body, seed_of(seed)).to_le_bytes() == *check))
}

fn seeds(signature: &[u8]) -> Option<&'static [&'static [u8; 8]]> {
    SERVICES.iter().find(|(known, _)| *known == signature).map(|(_, seeds)| *seeds)
}

fn seed_of(kind: &[u8; 8]) -> u64 {
    u64::from_be_bytes(*kind)
}

/// The checksum behind a key that goes as far as its signature.
fn complete(token: &str) -> String {
    let seeds = token.len().checked_sub(4).and_then(|at| token.as_bytes().get(at..)).and_then(seeds);
    let Some(seed) = seeds.and_then(|seeds| seeds.first()) else { return String::new() };
    let length = (token.len() * 6).div_ceil(8);
    let mut bytes = base64::decode(format!("{token}AA").as_bytes()).unwrap_or_default();
    bytes.truncate(length);
    bytes.extend(marvin32(&bytes, seed_of(seed)).to_le_bytes());
    let is_url_safe = token.ends_with("AzFu");
    let whole = base64::encode(&bytes);
    let whole = if is_url_safe { whole } else { whole.replace('-', "+").replace('_', "/") };
    let padding = "=".repeat((4 - whole.len() % 4) % 4);
    format!("{}{padding}", whole.get(token.len()..).unwrap_or_default())
}

fn complete_search(token: &str) -> String {
    let with = |turn: usize| {
        let drawn = filler(&format!("{token}{turn}"), 42usize.saturating_sub(token.len()), ALPHANUMERIC);
        let check = complete(&format!("{token}{drawn}AzSe"));
        format!("{drawn}AzSe{check}")
    };
    (0..1000).map(with).find(|rest| rest.bytes().all(|byte| byte.is_ascii_alphanumeric())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made of one letter each, for the tests of microsoft/security-utilities.
    #[test]
    fn published_keys_hold() {
        for (letter, count, tail) in [("d", 44, "AzFu182vhA=="), ("e", 42, "+ACRCTB7t/"), ("a", 42, "AzSeCjhzCu"), ("d", 42, "+ACRCUDxQE")] {
            let key = letter.repeat(count) + tail;
            assert!(is_key(key.as_bytes()), "{tail}");
            assert!(!is_key(key.replacen(letter, "b", 1).as_bytes()), "{tail}");
        }
    }

    #[test]
    fn the_seeds_are_those_published_as_numbers() {
        assert_eq!([seed_of(b"Default0"), seed_of(b"PAdmin00"), seed_of(b"Gatewy00")], [0x4465_6661_756c_7430, 0x5041_646d_696e_3030, 0x4761_7465_7779_3030]);
    }
}
