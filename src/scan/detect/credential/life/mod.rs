//! What a token says about its own life: when it was made, when it ends, whose it is. No clock, no network.
//!
//! To add a reader: write it with a `READER` row, and list the row in [`READERS`]. Rules name it with `lifetime.reader`.

mod aws;
mod azure_cask;
mod azure_sas;
mod claims;
mod discord;
mod fly;
mod gitlab;
mod jfrog;
mod jwt;
mod ksuid;
mod pgp;
mod presigned;
mod pypi;
mod vault;

use jiff::Timestamp;

use crate::domain::Class;

/// A way of reading a token.
pub(super) struct LifeReader {
    pub(super) name: &'static str,
    /// `None` when the token is not of the reader's kind.
    pub(super) read: fn(&[u8]) -> Option<Read>,
}

/// What was read; whatever is absent is left to the rule.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Read {
    pub(super) minted: Option<Timestamp>,
    pub(super) expires: Option<Timestamp>,
    /// Sentences for people: where the above comes from.
    pub(super) because: Vec<String>,
    /// Public facts: account, issuer, project, permissions.
    pub(super) facts: Vec<(String, String)>,
    pub(super) class: Option<Class>,
}

pub(super) const READERS: &[&LifeReader] = &[
    &jwt::READER,
    &presigned::AWS,
    &presigned::GCS,
    &presigned::CLOUDFRONT,
    &presigned::BEDROCK,
    &azure_sas::READER,
    &azure_cask::READER,
    &aws::KEY_ID,
    &aws::BEDROCK,
    &jfrog::READER,
    &ksuid::READER,
    &discord::READER,
    &discord::WEBHOOK,
    &pypi::READER,
    &vault::READER,
    &fly::READER,
    &gitlab::READER,
    &claims::READER,
    &pgp::READER,
];

/// What the reader of that name reads from the token.
pub(super) fn read(name: &str, token: &[u8]) -> Option<Read> {
    READERS.iter().find(|reader| reader.name == name).and_then(|reader| (reader.read)(token))
}

impl Read {
    fn fact(&mut self, name: &str, value: impl Into<String>) {
        /// Facts are names and numbers; longer ones are somebody's data.
        const LONGEST: usize = 200;
        let value = value.into();
        if !value.is_empty() && value.len() <= LONGEST && !value.chars().any(char::is_control) {
            self.facts.push((name.to_owned(), value));
        }
    }

    fn say(&mut self, sentence: String) {
        self.because.push(sentence);
    }
}

/// Seconds since 1970, where they name a day that a token may bear: 2000 to 2199.
fn moment(seconds: i64) -> Option<Timestamp> {
    (946_684_800..7_258_118_400).contains(&seconds).then(|| Timestamp::from_second(seconds).ok()).flatten()
}

/// `2026-03-01`.
fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// A stretch of time, as people say it.
fn span(seconds: i64) -> String {
    let (count, unit) = match seconds {
        ..=119 => (seconds, "second"),
        120..=7_199 => (seconds / 60, "minute"),
        7_200..=172_799 => (seconds / 3_600, "hour"),
        172_800..=63_071_999 => (seconds / 86_400, "day"),
        _ => (seconds / 31_556_952, "year"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// The value of a parameter in a query, percent-decoded. Names are compared as written.
fn parameter(query: &[u8], name: &str) -> Option<String> {
    let pairs = query.split(|byte| matches!(byte, b'?' | b'&' | b';' | b' ' | b'"' | b'\''));
    let value = pairs.filter_map(|pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"=")).next()?;
    let decoded: Vec<u8> = percent_encoding::percent_decode(value).collect();
    String::from_utf8(decoded).ok().filter(|value| value.len() <= 512)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reader_refuses_noise_and_does_not_panic() {
        let noise: Vec<Vec<u8>> = vec![
            vec![],
            vec![b'.'; 5],
            vec![0xff; 40],
            b"hvs".to_vec(),
            vec![b'A'; 600],
            b"eyJ.eyJ.x".to_vec(),
            b"X-Amz-Date=2&X-Amz-Expires=9999999999999999999".to_vec(),
        ];
        for reader in READERS {
            for bytes in &noise {
                assert_eq!((reader.read)(bytes), None, "{}", reader.name);
            }
        }
    }

    #[test]
    fn spans_are_said_as_people_say_them() {
        assert_eq!([60, 3_600, 36_000, 7_776_000, 315_569_520].map(span), ["60 seconds", "60 minutes", "10 hours", "90 days", "10 years"]);
    }
}
