//! When a login ends, where the file that keeps it says so beside it: `"accessToken": …, "expiresAt": 1795000000000`.

use jiff::Timestamp;

use super::super::Text;
use super::entries::{self, Entry, Form, LONGEST};
use super::layer::Found;
use crate::domain::Class;

/// Fields that tell the end of the token beside them; never of the refresh token, which outlives it.
const FIELDS: [&str; 6] = ["expiresAt", "expires_at", "expires", "expiry", "token_expiry", "expiration"];

/// Adds the end to each credential that does not tell its own.
pub(super) fn tell(text: &Text<'_>, found: &mut [Found]) {
    let open =
        |found: &Found| found.credential().is_some_and(|credential| credential.lifetime.expires.is_none() && credential.lifetime.class != Class::Refresh);
    let starts = text.bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let may_tell = matches!(starts, Some(b'{' | b'[')) && text.bytes.len() <= LONGEST && memchr::memmem::find(text.bytes, b"expir").is_some();
    if !may_tell || !found.iter().any(open) {
        return;
    }
    let all = entries::read(text.bytes, Form::Json);
    for found in found.iter_mut().filter(|found| open(found)) {
        let end = entries::holding(&all, &found.span()).and_then(|entry| end(&all, entry, text.bytes));
        if let Some(end) = end {
            found.ends(end);
        }
    }
}

fn end(all: &[Entry], entry: &Entry, bytes: &[u8]) -> Option<Timestamp> {
    let depth = entry.path.len().checked_sub(1)?;
    let field = |other: &&Entry| {
        let stands = other.path.len() == depth + 1 && other.shares(entry, depth);
        stands && FIELDS.iter().any(|field| bytes[other.path[depth].clone()].eq_ignore_ascii_case(field.as_bytes()))
    };
    moment(&bytes[all.iter().find(field)?.value.clone()])
}

/// Seconds or milliseconds since 1970, or a date with its zone.
fn moment(value: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(value).ok()?;
    match text.parse::<i64>() {
        Ok(number) if (1_000_000_000..10_000_000_000).contains(&number) => Timestamp::from_second(number).ok(),
        Ok(number) if (1_000_000_000_000..10_000_000_000_000).contains(&number) => Timestamp::from_millisecond(number).ok(),
        Ok(_) => None,
        Err(_) => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::value::tests::{BASE62, made};
    use super::*;
    use crate::domain::Evidence;
    use crate::scan::detect::{Scratch, text};

    #[test]
    fn the_end_beside_an_access_token_is_told_and_not_given_to_its_refresh_token() {
        let token = |kind: &str| format!("sk-ant-{kind}01-{}AA", made(2, 93, BASE62));
        let written = format!(r#"{{"claudeAiOauth": {{"accessToken": "{}", "refreshToken": "{}", "expiresAt": 1795000000000}}}}"#, token("oat"), token("ort"));
        let mut ends = Vec::new();
        let file = Text { bytes: written.as_bytes(), name: ".credentials.json", prose: false, continued: false, before: b"", trace_key: None };
        text(&file, &mut Scratch::default(), &mut |sighting| {
            if let Evidence::Credential(credential) = sighting.evidence {
                ends.push(credential.lifetime.expires.map(Timestamp::as_second));
            }
        });
        assert_eq!(ends, [Some(1_795_000_000), None]);
        assert_eq!(moment(b"2026-11-20T10:00:00Z").map(Timestamp::as_second), Some(1_795_168_800));
        assert_eq!([moment(b"3600"), moment(b"soon"), moment(b"")], [None; 3]);
    }
}
