//! Azure's annotated keys: behind `JQQJ99` stand the year, counted from 2024, and the month in which the key was made.
//! <https://github.com/microsoft/security-utilities> (`IdentifiableSecrets.cs`, "yearsSince2024", "zeroIndexedMonth")

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{LifeReader, Read};

pub(super) const READER: LifeReader = LifeReader { name: "azure-cask", read };

/// Random characters in front of the signature.
const RANDOM: usize = 52;

fn read(token: &[u8]) -> Option<Read> {
    let tail = token.get(RANDOM..).filter(|_| matches!(token.len(), 84 | 88))?;
    let &[b'J', b'Q', b'Q', b'J', b'9', b'9' | b'D' | b'H', year, month, ..] = tail else { return None };
    let (year, month) = (2024 + i16::from(index(year)?), 1 + i8::try_from(index(month)?).ok().filter(|month| *month < 12)?);
    let minted = Date::new(year, month, 1).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let mut read = Read { minted: Some(minted), ..Read::default() };
    read.say(format!("The key itself says that it was made in {year}-{month:02}."));
    Some(read)
}

/// Place in the alphabet of base64, whose last two letters such keys avoid.
fn index(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn year_and_month_are_read() {
        let key = format!("{}JQQJ99BK{}", "a1B2".repeat(13), "AC".repeat(12));
        let made = read(key.as_bytes()).expect("it is an annotated key");
        assert_eq!(made.because, ["The key itself says that it was made in 2025-11."]);
        assert_eq!(read(key.replace("99BK", "99BZ").as_bytes()), None, "there is no month Z");
        assert_eq!(read(&key.as_bytes()[..80]), None);
    }
}
