//! Fingerprints: equal for the same finding in every run. Over rule, path and subject; never over a line, a column, a revision,
//! the name of a target, or the text of a guessable secret (`facts/sarif.md`, section 5).

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::domain::{Finding, Fingerprint, hex};

/// `path` is empty for findings about a subject with an identity: they stay the same when another place appears.
pub(super) fn fingerprint(rule: &str, path: &str, kind: &str, substance: &str, subject: Option<String>) -> Fingerprint {
    let mut mac = Hmac::<Sha256>::new_from_slice(b"heliodon/finding/v1").expect("HMAC takes keys of any length");
    for (index, field) in [rule, path, kind, substance].into_iter().enumerate() {
        if index > 0 {
            mac.update(&[0]);
        }
        mac.update(field.as_bytes());
    }
    let digest = mac.finalize().into_bytes();
    Fingerprint { digest: hex(&digest[..20]), ordinal: 1, subject }
}

/// Numbers equal digests, in the order of the findings.
pub(super) fn number<'f>(findings: impl Iterator<Item = &'f mut Finding>) {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for finding in findings {
        let count = seen.entry(finding.fingerprint.digest.clone()).or_default();
        *count += 1;
        finding.fingerprint.ordinal = *count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_counts_and_borders_do_not_blur() {
        let of = |rule, path, substance| fingerprint(rule, path, "credential", substance, None).digest;
        let one = of("HEL1042", "a", "b");
        assert_eq!(one.len(), 40);
        assert_eq!(one, of("HEL1042", "a", "b"));
        for other in [of("HEL1043", "a", "b"), of("HEL1042", "ab", ""), of("HEL1042", "", "ab")] {
            assert_ne!(one, other);
        }
    }
}
