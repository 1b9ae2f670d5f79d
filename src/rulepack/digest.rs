//! What names a set of rules: a digest of its compiled bytes. Built-in rules are named by the build script, so that no start reads them twice.

use sha2::{Digest as _, Sha256};

/// 128 bits are enough for a name.
pub(super) type Digest = [u8; 16];

/// Of the compiled rules, the credentials' and the references'.
pub(super) fn of(parts: &[&[u8]]) -> Digest {
    let whole = parts.iter().fold(Sha256::new(), Sha256::chain_update).finalize();
    *whole.first_chunk().expect("SHA-256 has 32 bytes")
}
