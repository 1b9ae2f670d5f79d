//! JSON formats: told apart by the first key, so that other JSON costs a glance, then read without building what is not needed.

use std::fmt;

use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::domain::Blob;

/// Can the text be an object?
pub(super) fn is_object(head: &[u8]) -> bool {
    head.trim_ascii_start().first() == Some(&b'{')
}

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

/// A text, or a number as text; of anything else nothing is kept, so that a hostile value costs no memory.
#[derive(Debug, Default)]
pub(super) struct MaybeText(pub(super) Option<String>);

impl MaybeText {
    pub(super) fn text(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<'de> Deserialize<'de> for MaybeText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MaybeTextVisitor)
    }
}

struct MaybeTextVisitor;

impl<'de> Visitor<'de> for MaybeTextVisitor {
    type Value = MaybeText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E>(self, value: &str) -> Result<MaybeText, E> {
        Ok(MaybeText(Some(value.to_owned())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<MaybeText, E> {
        Ok(MaybeText(Some(value.to_string())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<MaybeText, E> {
        Ok(MaybeText(Some(value.to_string())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<MaybeText, E> {
        Ok(MaybeText(Some(value.to_string())))
    }

    fn visit_bool<E>(self, value: bool) -> Result<MaybeText, E> {
        Ok(MaybeText(Some(value.to_string())))
    }

    fn visit_unit<E>(self) -> Result<MaybeText, E> {
        Ok(MaybeText(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<MaybeText, A::Error> {
        while values.next_element::<IgnoredAny>()?.is_some() {}
        Ok(MaybeText(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<MaybeText, A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(MaybeText(None))
    }
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

    #[test]
    fn of_lists_and_objects_nothing_is_kept() {
        let values: Vec<MaybeText> = serde_json::from_str(r#"["a", 1, -1, 0.5, true, null, [1, [2]], {"b": {}}]"#).expect("sound JSON");
        let texts: Vec<_> = values.iter().map(MaybeText::text).collect();
        assert_eq!(texts, [Some("a"), Some("1"), Some("-1"), Some("0.5"), Some("true"), None, None, None]);
    }
}
