//! Azure shared access signatures: `st` and `se`, or the name of a stored policy in `si`.
//! <https://learn.microsoft.com/rest/api/storageservices/create-service-sas>

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::{LifeReader, Read, day, moment, parameter, span};
use crate::domain::Class;

pub(super) const READER: LifeReader = LifeReader { name: "azure-sas", read };

fn read(token: &[u8]) -> Option<Read> {
    parameter(token, "sig")?;
    let at = |name| parameter(token, name).and_then(|text| time(&text));
    let mut read = Read { minted: at("st"), expires: at("se"), ..Read::default() };
    match (read.minted, read.expires) {
        (Some(from), Some(to)) => read.say(format!("It is valid from {} to {}: {}.", day(from), day(to), span(to.as_second() - from.as_second()))),
        (None, Some(to)) => read.say(format!("It says that it ends on {}.", day(to))),
        _ => read.say(format!("Its end is not written in it, but in the stored access policy `{}`.", parameter(token, "si")?)),
    }
    read.class = read.expires.map(|_| Class::Dated);
    for (name, fact) in [("sp", "permissions"), ("si", "policy"), ("ss", "services"), ("sr", "resource"), ("skn", "key-name")] {
        read.fact(fact, parameter(token, name).unwrap_or_default());
    }
    Some(read)
}

/// `2026-01-31`, `2026-01-31T12:00Z`, with seconds and fractions; Service Bus writes seconds since 1970.
fn time(text: &str) -> Option<Timestamp> {
    if let Ok(seconds) = text.parse() {
        return moment(seconds);
    }
    let bare = text.trim_end_matches('Z');
    let at = text.parse().ok().or_else(|| {
        let local = bare
            .parse::<DateTime>()
            .ok()
            .or_else(|| DateTime::strptime("%Y-%m-%dT%H:%M", bare).ok())
            .or_else(|| bare.parse::<Date>().ok().map(|date| date.at(0, 0, 0, 0)))?;
        Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
    });
    at.and_then(|at: Timestamp| moment(at.as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_ways_of_writing_a_time_are_read() {
        for text in ["2026-01-31", "2026-01-31T12:00Z", "2026-01-31T12:00:30Z", "2026-01-31T12:00:30.1234567Z", "1769860800"] {
            assert_eq!(time(text).map(day).as_deref(), Some("2026-01-31"), "{text}");
        }
        assert_eq!(time("next year"), None);
    }

    #[test]
    fn expiry_and_permissions_are_read() {
        let read = read(b"https://a.blob.core.windows.net/c?sv=2022-11-02&st=2026-01-01T00%3A00%3A00Z&se=2036-01-01T00%3A00%3A00Z&sr=c&sp=racwdl&sig=x%2Fy%3D")
            .expect("it is signed");
        assert_eq!(read.because, ["It is valid from 2026-01-01 to 2036-01-01: 9 years."]);
        assert!(read.facts.contains(&("permissions".to_owned(), "racwdl".to_owned())));
    }

    #[test]
    fn a_policy_keeps_the_end_elsewhere() {
        let read = read(b"sv=2022-11-02&si=readers&sr=c&sig=abc").expect("it is signed");
        assert_eq!((read.expires, read.class), (None, None));
        assert!(read.because[0].contains("readers"));
    }
}
