//! JSON formats: told apart by the first key, so that other JSON costs a glance, then read without building what is not needed.

use serde::de::DeserializeOwned;

use crate::domain::Blob;

/// The first key of an object, if the head is one. Keys with escapes are no format's first key.
pub(super) fn first_key(head: &[u8]) -> Option<&str> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let text = text.strip_prefix(b"{")?.trim_ascii_start().strip_prefix(b"\"")?;
    let text = &text[..text.len().min(64)];
    let end = text.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    std::str::from_utf8(&text[..end]).ok()
}

/// The whole of a blob that is not longer than this. Fields that the type leaves out are parsed and dropped; depth is bounded by the parser.
pub(super) fn whole<T: DeserializeOwned>(blob: &Blob<'_>, longest: u64) -> Option<T> {
    if blob.len() > longest {
        return None;
    }
    let bytes = blob.whole().ok()?;
    serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_keys() {
        assert_eq!(first_key(b"\xef\xbb\xbf {\n \"learner\": {"), Some("learner"));
        assert_eq!(first_key(b"{}"), None);
        assert_eq!(first_key(b"[\"a\"]"), None);
        assert_eq!(first_key(b"{\"never closed"), None);
    }
}
