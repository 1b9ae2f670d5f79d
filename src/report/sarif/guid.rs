//! Names as UUIDs that never change: version 3 of RFC 9562, MD5 over a name space and a name, so that any tool can compute them again.

use md5::{Digest as _, Md5};

use crate::domain::hex;

/// Drawn once, for Heliodon.
const SPACE: [u8; 16] = [0x6b, 0x1d, 0x4e, 0x0a, 0x93, 0x57, 0x4c, 0x21, 0xa8, 0x3e, 0x5f, 0x02, 0xd9, 0x74, 0xc6, 0x1b];

/// The guid of a thing, by its path: `rule/HEL1042`, `taxon/CWE/CWE-798`.
pub(super) fn guid(path: &str) -> String {
    named(&SPACE, path)
}

fn named(space: &[u8; 16], name: &str) -> String {
    let mut bytes: [u8; 16] = Md5::new().chain_update(space).chain_update(name).finalize().into();
    bytes[6] = (bytes[6] & 0x0f) | 0x30;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    [&bytes[..4], &bytes[4..6], &bytes[6..8], &bytes[8..10], &bytes[10..]].map(hex).join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9562, appendix A.2: `www.example.com` in the DNS name space.
    #[test]
    fn agrees_with_the_standard() {
        let dns = [0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];
        assert_eq!(named(&dns, "www.example.com"), "5df41881-3aed-3515-88a7-2f4a814cf09e");
    }
}
