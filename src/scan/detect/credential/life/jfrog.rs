//! JFrog reference tokens hold the second at which they end.

use super::super::checksum;
use super::{LifeReader, Read, day, moment};
use crate::domain::Class;

pub(super) const READER: LifeReader = LifeReader { name: "jfrog-reftoken", read };

fn read(token: &[u8]) -> Option<Read> {
    let seconds = checksum::jfrog::expiry(token)?;
    let mut read = Read { expires: moment(seconds), ..Read::default() };
    match read.expires {
        Some(at) => {
            read.class = Some(Class::Dated);
            read.say(format!("The token itself says that it ends on {}.", day(at)));
        }
        None => {
            read.class = Some(Class::Static);
            read.say("The token itself names no day on which it ends.".to_owned());
        }
    }
    Some(read)
}

#[cfg(test)]
mod tests {
    use super::super::super::base64;
    use super::*;

    #[test]
    fn zero_is_no_day() {
        let of = |expiry: &str| read(base64::encode(format!("reftkn:01:{expiry}:abcdefghijklmnop").as_bytes()).as_bytes());
        assert_eq!(of("1893456000").and_then(|read| read.expires).map(day).as_deref(), Some("2030-01-01"));
        assert_eq!(of("0").map(|read| (read.expires, read.class)), Some((None, Some(Class::Static))));
    }
}
