//! Google Cloud service-account keys: a JSON object with `private_key`, `client_email` and `private_key_id`.

use std::ops::Range;

use super::{Native, Parsed, cut, pem, run};
use crate::domain::Sureness;
use crate::scan::detect::Text;

/// Woken by `private_key_id`. The whole value of `private_key` is the secret.
pub(super) const NATIVE: Native = Native { name: "gcp-service-account", parse, looks: Some(looks) };

/// A key file is 2.3 KB long.
const REACH: usize = 6 << 10;

fn parse(text: &Text<'_>, at: usize, found: &mut dyn FnMut(Parsed)) {
    let Some(file) = File::around(text.bytes, at) else { return };
    let Some(secret) = file.field("private_key") else { return };
    if !pem::holds_key(&text.bytes[secret.clone()]) {
        return;
    }
    let mut parsed = Parsed::new("service-account", text.bytes, secret, Sureness::Certain).named(b"private_key");
    parsed.guessable = false;
    for (name, fact) in [("client_email", "account"), ("project_id", "project"), ("private_key_id", "key-id")] {
        parsed.fact(fact, file.field(name).map(|value| &text.bytes[value]).unwrap_or_default());
    }
    found(parsed);
}

fn looks(bytes: &[u8], at: usize) -> Range<usize> {
    let span = span(bytes, at);
    span.start.saturating_sub(1)..span.end + 1
}

/// From the brace before the anchor to the one behind it, or as far as they are looked for.
fn span(bytes: &[u8], at: usize) -> Range<usize> {
    let from = at.saturating_sub(REACH);
    let rest = cut(bytes, at..at.saturating_add(REACH));
    memchr::memrchr(b'{', &bytes[from..at]).map_or(from, |open| from + open)..at + memchr::memchr(b'}', rest).unwrap_or(rest.len())
}

/// The object around an anchor.
struct File<'a> {
    bytes: &'a [u8],
    span: Range<usize>,
}

impl<'a> File<'a> {
    /// From the brace before the anchor to the one behind it; the fields are strings, so there are no others between.
    fn around(bytes: &'a [u8], at: usize) -> Option<Self> {
        let file = Self { bytes, span: span(bytes, at) };
        let opens = bytes.get(file.span.start) == Some(&b'{');
        (opens && file.field("client_email").is_some()).then_some(file)
    }

    /// The string value of a field; its quotes may be escaped, the file being a string itself.
    fn field(&self, name: &str) -> Option<Range<usize>> {
        let bytes = self.bytes.get(self.span.clone())?;
        let finder = memchr::memmem::Finder::new(name);
        let after = finder.find_iter(bytes).map(|at| at + name.len()).find(|at| matches!(bytes.get(*at), Some(b'"' | b'\\' | b'\'')))?;
        let mark = |byte: u8| matches!(byte, b'"' | b'\\' | b'\'' | b':' | b' ' | b'\t' | b'\r' | b'\n');
        let start = run(bytes, after, 32, mark).end;
        let quote = *bytes.get(start.checked_sub(1)?).filter(|quote| matches!(quote, b'"' | b'\''))?;
        let close = start + memchr::memchr(quote, &bytes[start..])?;
        let end = close - bytes[start..close].iter().rev().take_while(|byte| **byte == b'\\').count();
        Some(self.span.start + start..self.span.start + end)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::finds;
    use super::*;
    use crate::scan::detect::credential::base64;
    use crate::scan::detect::credential::value::tests::made;

    fn file(body: &str) -> String {
        let dashes = "-".repeat(5);
        format!(
            r#"{{
  "type": "service_account",
  "project_id": "orders-prod",
  "private_key_id": "{}",
  "private_key": "{dashes}BEGIN PRIVATE KEY{dashes}\n{body}\n{dashes}END PRIVATE KEY{dashes}\n",
  "client_email": "robot@orders-prod.iam.gserviceaccount.com"
}}"#,
            made(3, 40, b"0123456789abcdef")
        )
    }

    fn body() -> String {
        let noise: Vec<u8> = made(11, 1212, &(0..=255).collect::<Vec<u8>>()).chars().map(|letter| letter as u8).collect();
        base64::encode(&[&[0x30, 0x82, 4, 0xbc][..], &noise].concat()).replace('-', "+").replace('_', "/")
    }

    #[test]
    fn account_and_project_are_told_also_when_the_file_is_a_string() {
        let plain = file(&body());
        for text in [plain.clone(), format!("CREDENTIALS = \"{}\"", plain.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))] {
            let found = finds(&NATIVE, &["private_key_id"], "a.json", &text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(text[found[0].secret.clone()].starts_with(&format!("{}BEGIN", "-".repeat(5))));
            assert_eq!(
                found[0].facts[..2],
                [("account".to_owned(), "robot@orders-prod.iam.gserviceaccount.com".to_owned()), ("project".to_owned(), "orders-prod".to_owned())]
            );
        }
    }

    #[test]
    fn a_file_without_its_key_stays_quiet() {
        for text in [file("..."), file("REDACTED"), "{\"private_key_id\": \"x\"}".to_owned(), "private_key_id".to_owned()] {
            assert!(finds(&NATIVE, &["private_key_id"], "a.json", &text).is_empty(), "{text}");
        }
    }
}
