//! What names a set of rules: a digest of its compiled bytes. Built-in rules are named by the build script, so that no start reads them twice.

use sha2::{Digest as _, Sha256};

/// 128 bits are enough for a name.
pub(super) type Digest = [u8; 16];

/// The code of a user's own rule: from its name alone, so that it is the same in every run and beside whatever other rules.
pub(super) fn own_code(name: &str) -> u32 {
    let digest = Sha256::new().chain_update(b"heliodon/own/").chain_update(name).finalize();
    u32::from_le_bytes(*digest.first_chunk().expect("SHA-256 has 32 bytes")) | OWN
}

/// As in the domain, which build scripts do not know.
const OWN: u32 = 1 << 31;

/// Of the compiled rules, the credentials' and the references'.
pub(super) fn of(parts: &[&[u8]]) -> Digest {
    let whole = parts.iter().fold(Sha256::new(), Sha256::chain_update).finalize();
    *whole.first_chunk().expect("SHA-256 has 32 bytes")
}
