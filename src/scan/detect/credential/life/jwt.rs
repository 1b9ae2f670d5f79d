//! JWT: the claims `exp`, `iat`, `nbf`, `iss`; Kubernetes service accounts and Supabase keys by their own claims.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::super::checksum::jwt;
use super::{LifeReader, Read, day, moment, span};
use crate::domain::Class;

pub(super) const READER: LifeReader = LifeReader { name: "jwt", read };

fn read(token: &[u8]) -> Option<Read> {
    let (_, claims) = jwt::prefixed(token)?;
    let mut read = Read { minted: time(&claims, "iat").or_else(|| time(&claims, "nbf")), expires: time(&claims, "exp"), ..Read::default() };
    read.class = Some(if read.expires.is_some() { Class::Dated } else { Class::Static });
    match (read.minted, read.expires) {
        (Some(from), Some(to)) => read.say(format!(
            "Its claims say that it was issued on {} and ends on {}: a life of {}.",
            day(from),
            day(to),
            span(to.as_second() - from.as_second())
        )),
        (None, Some(to)) => read.say(format!("Its `exp` claim says that it ends on {}.", day(to))),
        (Some(from), None) => read.say(format!("It was issued on {} and has no `exp` claim: it never ends by itself.", day(from))),
        (None, None) => read.say("It has no `exp` claim: it never ends by itself.".to_owned()),
    }
    if let Some(issuer) = text(&claims, "iss") {
        read.fact("issuer", issuer);
    }
    supabase(&claims, &mut read);
    kubernetes(&claims, &mut read);
    Some(read)
}

/// NumericDate (RFC 7519, section 2): seconds, perhaps with a fraction; some issuers write milliseconds.
pub(super) fn time(claims: &Map<String, Value>, name: &str) -> Option<Timestamp> {
    let number = claims.get(name)?;
    let seconds = number.as_i64().or_else(|| number.as_f64().map(|number| number as i64)).or_else(|| number.as_str()?.parse().ok())?;
    moment(seconds).or_else(|| moment(seconds / 1000))
}

fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

/// The project's keys `anon` and `service_role`, whose life is ten years.
fn supabase(claims: &Map<String, Value>, read: &mut Read) {
    let ours = text(claims, "iss").is_some_and(|issuer| issuer.starts_with("supabase"));
    if let Some(role) = text(claims, "role").filter(|_| ours) {
        read.fact("role", role);
        read.fact("project", text(claims, "ref").unwrap_or_default());
        read.say(match role {
            "service_role" => "The role `service_role` of Supabase goes past every row-level policy.".to_owned(),
            "anon" => "The role `anon` of Supabase is meant to be public; row-level policies must hold.".to_owned(),
            _ => format!("It is a Supabase key for the role `{role}`."),
        });
    }
}

/// Tokens kept in secrets have flat claims and no end; bound ones have an object and an end.
fn kubernetes(claims: &Map<String, Value>, read: &mut Read) {
    const FLAT: [(&str, &str); 2] = [("kubernetes.io/serviceaccount/namespace", "namespace"), ("kubernetes.io/serviceaccount/service-account.name", "account")];
    for (claim, fact) in FLAT {
        read.fact(fact, text(claims, claim).unwrap_or_default());
    }
    if text(claims, "iss") == Some("kubernetes/serviceaccount") {
        read.say("It is a Kubernetes service-account token of the kind kept in a Secret; it works until the Secret is deleted.".to_owned());
    }
    if let Some(bound) = claims.get("kubernetes.io").and_then(Value::as_object) {
        read.fact("namespace", text(bound, "namespace").unwrap_or_default());
        read.fact("account", bound.get("serviceaccount").and_then(|account| account.get("name")).and_then(Value::as_str).unwrap_or_default());
        read.say("It is a Kubernetes service-account token bound to an object; it ends with its date or with that object.".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::base64;
    use super::*;

    fn token(claims: &str) -> Vec<u8> {
        format!("{}.{}.{}", base64::encode(br#"{"alg":"HS256"}"#), base64::encode(claims.as_bytes()), "s".repeat(43)).into_bytes()
    }

    #[test]
    fn a_dated_token_says_how_long_it_lives() {
        let read = read(&token(r#"{"iss":"https://id.internal","iat":1767225600,"exp":1775001600}"#)).expect("it is a JWT");
        assert_eq!(read.class, Some(Class::Dated));
        assert_eq!(read.because, ["Its claims say that it was issued on 2026-01-01 and ends on 2026-04-01: a life of 90 days."]);
        assert_eq!(read.facts, [("issuer".to_owned(), "https://id.internal".to_owned())]);
    }

    #[test]
    fn supabase_and_kubernetes_are_named() {
        let supabase =
            read(&token(r#"{"iss":"supabase","ref":"abcdefghijklmnopqrst","role":"service_role","iat":1700000000,"exp":2015576000}"#)).expect("it is a JWT");
        assert!(supabase.because.iter().any(|why| why.contains("10 years")) && supabase.because.iter().any(|why| why.contains("row-level")));
        let legacy = read(&token(
            r#"{"iss":"kubernetes/serviceaccount","kubernetes.io/serviceaccount/namespace":"prod","kubernetes.io/serviceaccount/service-account.name":"ci"}"#,
        ));
        let legacy = legacy.expect("it is a JWT");
        assert_eq!((legacy.class, legacy.expires), (Some(Class::Static), None));
        assert!(legacy.facts.contains(&("namespace".to_owned(), "prod".to_owned())) && legacy.facts.contains(&("account".to_owned(), "ci".to_owned())));
    }

    #[test]
    fn claims_of_the_wrong_kind_are_passed_over() {
        let read = read(&token(r#"{"exp":"soon","iat":1e300,"nbf":-5}"#)).expect("it is a JWT");
        assert_eq!((read.minted, read.expires), (None, None));
    }
}
