//! git-annex pointers: `/annex/objects/` and a key of backend, size and digest, in place of a large file.

use super::{Facts, Format, names};
use crate::domain::{Blob, Digest, DigestKind};

pub(super) const FORMAT: Format = Format { name: "annex-pointer", read };

/// git-annex takes no longer file for a pointer.
const LONGEST: u64 = 32 << 10;

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let rest = head.strip_prefix(b"/annex/objects/")?;
    let key = std::str::from_utf8(rest.split(|byte| *byte == b'\n').next()?).ok()?;
    let (backend, rest) = key.split_once('-')?;
    let (fields, name) = rest.split_once("--")?;
    if blob.len() > LONGEST || !(names::is_of_model(name) || names::is_of_model(blob.encoded_name())) {
        return None;
    }
    let hex = name.split('.').next().unwrap_or(name);
    let digest = match backend.trim_end_matches('E') {
        "SHA256" if names::is_hex(hex, 64) => Some(DigestKind::Sha256),
        "MD5" if names::is_hex(hex, 32) => Some(DigestKind::Md5),
        _ => None,
    };
    let digests = digest.map(|kind| Digest { kind, hex: hex.to_owned() }).into_iter().collect();
    let size = fields.split('-').find_map(|field| field.strip_prefix('s')).and_then(|size| size.parse().ok());
    Some(Facts { role: "pointer", size, digests, ..Facts::default() })
}

#[cfg(test)]
mod tests {
    use super::super::testing::recognise;

    #[test]
    fn a_key_gives_digest_and_size() {
        let hex = "b0".repeat(32);
        let artifact = recognise("weights", format!("/annex/objects/SHA256E-s123456--{hex}.safetensors\n").as_bytes()).expect("it is a pointer");
        assert_eq!((artifact.role.as_str(), artifact.size, artifact.digests.first().map(|digest| digest.hex.clone())), ("pointer", 123_456, Some(hex.clone())));
        assert_eq!(recognise("film.mkv", format!("/annex/objects/SHA256E-s1--{hex}.mkv\n").as_bytes()), None);
    }
}
