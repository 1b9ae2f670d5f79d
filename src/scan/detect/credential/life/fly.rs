//! Fly.io's macaroons: a caveat may hold a window of time, another the organization.

use super::super::checksum;
use super::{LifeReader, Read, day, moment};
use crate::domain::Class;

pub(super) const READER: LifeReader = LifeReader { name: "fly-macaroon", read };

fn read(token: &[u8]) -> Option<Read> {
    let caveats = checksum::fly::caveats(token)?;
    let mut read = Read { minted: caveats.from.and_then(moment), expires: caveats.to.and_then(moment), ..Read::default() };
    read.class = Some(if read.expires.is_some() { Class::Dated } else { Class::Static });
    match read.expires {
        Some(at) => read.say(format!("A caveat in the token ends it on {}.", day(at))),
        None => read.say("No caveat in the token ends it.".to_owned()),
    }
    read.fact("organization", caveats.organization.map(|id| id.to_string()).unwrap_or_default());
    Some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_read() {
        let token = |to| format!("fm2_{}", checksum::fly::made(&[7; 80], 1_735_689_600, to));
        let read = read(token(1_893_456_000).as_bytes()).expect("it was made so");
        assert_eq!((read.minted.map(day).as_deref(), read.expires.map(day).as_deref()), (Some("2025-01-01"), Some("2030-01-01")));
        assert_eq!(read.facts, [("organization".to_owned(), "12345".to_owned())]);
        assert_eq!(super::read(token(0).as_bytes()).and_then(|read| read.class), Some(Class::Static));
    }
}
