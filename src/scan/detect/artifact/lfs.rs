//! Git LFS pointers: three lines in place of a large file, with its SHA-256 and size.

use super::{Facts, Format, names};
use crate::domain::{Blob, Digest, DigestKind};

pub(super) const FORMAT: Format = Format { name: "lfs-pointer", read };

/// The specification's bound on a pointer.
const LONGEST: u64 = 1024;

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let lines = head.strip_prefix(b"version https://git-lfs.github.com/spec/v1\n")?;
    if blob.len() >= LONGEST || !names::is_of_model(blob.encoded_name()) {
        return None;
    }
    let lines = std::str::from_utf8(lines).ok()?;
    let field = |name: &str| lines.lines().find_map(|line| line.strip_prefix(name));
    let hex = field("oid sha256:").filter(|hex| names::is_hex(hex, 64))?;
    let size = field("size ")?.trim().parse().ok()?;
    let digests = vec![Digest { kind: DigestKind::Sha256, hex: hex.to_owned() }];
    Some(Facts { role: "pointer", size: Some(size), digests, ..Facts::default() })
}

#[cfg(test)]
mod tests {
    use super::super::testing::recognise;
    use super::*;

    fn pointer() -> String {
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 4294967296\n", "0a".repeat(32))
    }

    #[test]
    fn a_pointer_gives_digest_and_size_of_what_it_points_to() {
        let artifact = recognise("weights/model.safetensors", pointer().as_bytes()).expect("it is a pointer");
        assert_eq!((artifact.role.as_str(), artifact.size), ("pointer", 4 << 30));
        assert_eq!(artifact.digests, [Digest { kind: DigestKind::Sha256, hex: "0a".repeat(32) }]);
    }

    #[test]
    fn pictures_and_quotations_are_no_models() {
        assert_eq!(recognise("logo.png", pointer().as_bytes()), None);
        assert_eq!(recognise("model.bin", format!("A pointer:\n{}", pointer()).as_bytes()), None);
        assert_eq!(recognise("model.bin", pointer().replace("0a0a", "xyxy").as_bytes()), None);
    }
}
