//! Tokens that are base64 of a JSON object with the claims of a JWT, though they are none: Sentry, Mapbox.
//! <https://develop.sentry.dev/security-tokens/>, <https://docs.mapbox.com/api/accounts/tokens/>

use super::super::checksum::json;
use super::{LifeReader, Read, day, jwt};
use crate::domain::Class;

pub(super) const READER: LifeReader = LifeReader { name: "base64-json", read };

/// Claims that say whose the token is: an organization, a host, an account.
const NAMES: [(&str, &str); 4] = [("org", "organization"), ("url", "host"), ("u", "account"), ("iss", "issuer")];

fn read(token: &[u8]) -> Option<Read> {
    let claims = json::object(token)?;
    let mut read = Read { minted: jwt::time(&claims, "iat"), expires: jwt::time(&claims, "exp"), ..Read::default() };
    read.class = read.expires.map(|_| Class::Dated);
    if let Some(at) = read.minted {
        read.say(format!("The token itself says that it was made on {}.", day(at)));
    }
    if let Some(at) = read.expires {
        read.say(format!("The token itself says that it ends on {}.", day(at)));
    }
    for (claim, name) in NAMES {
        read.fact(name, claims.get(claim).and_then(serde_json::Value::as_str).unwrap_or_default());
    }
    (read != Read::default()).then_some(read)
}

#[cfg(test)]
mod tests {
    use super::super::super::base64;
    use super::*;

    #[test]
    fn dates_and_owner_are_read() {
        let body = base64::encode(br#"{"iat":1735689600.25,"url":"https://sentry.io","org":"acme"}"#);
        let read = read(format!("sntrys_{body}_c2lnbmF0dXJl").as_bytes()).expect("it was made so");
        assert_eq!((read.minted.map(day).as_deref(), read.class), (Some("2025-01-01"), None));
        assert!(read.facts.contains(&("organization".to_owned(), "acme".to_owned())));
        assert_eq!(super::read(base64::encode(br#"{"k":"v"}"#).as_bytes()), None);
    }
}
