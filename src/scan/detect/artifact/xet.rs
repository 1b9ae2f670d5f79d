//! Xet pointers: `# xet version`, and in TOML the size of a large file and its hash, which is a tree's and no digest of the bytes.

use super::plain::fact;
use super::{Facts, Format, names};
use crate::domain::Blob;

pub(super) const FORMAT: Format = Format { name: "xet-pointer", read };

const LONGEST: u64 = 1024;

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    let lines = head.strip_prefix(b"# xet version ")?;
    if blob.len() >= LONGEST || !names::is_of_model(blob.encoded_name()) {
        return None;
    }
    let lines = std::str::from_utf8(lines).ok()?;
    let field =
        |name: &str| lines.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix('=')).map(|value| value.trim().trim_matches(['"', '\'']));
    let hash = field("hash").filter(|hash| names::is_hex(hash, 64))?;
    let mut facts = Facts { role: "pointer", size: field("filesize").and_then(|size| size.parse().ok()), ..Facts::default() };
    fact(&mut facts, "xet-hash", hash);
    Some(facts)
}

#[cfg(test)]
mod tests {
    use super::super::testing::recognise;

    #[test]
    fn a_pointer_gives_size_and_hash() {
        let text = format!("# xet version 0\nfilesize = 1234567\nhash = '{}'\n", "0a".repeat(32));
        let artifact = recognise("model.safetensors", text.as_bytes()).expect("a pointer");
        assert_eq!((artifact.role.as_str(), artifact.size, artifact.digests.len()), ("pointer", 1_234_567, 0));
        assert_eq!(recognise("film.mkv", text.as_bytes()), None);
        assert_eq!(recognise("model.bin", b"# xet version 0\n"), None);
    }
}
