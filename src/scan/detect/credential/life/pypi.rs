//! PyPI: caveats of the macaroon, `[0, exp, nbf]`, `[1, [project names]]`, `[3, user]`, or the older objects.
//! <https://github.com/pypi/warehouse/blob/main/warehouse/macaroons/caveats/__init__.py>

use serde_json::Value;

use super::super::checksum::macaroon;
use super::{LifeReader, Read, day, moment};
use crate::domain::Class;

pub(super) const READER: LifeReader = LifeReader { name: "pypi-macaroon", read };

fn read(token: &[u8]) -> Option<Read> {
    let macaroon = macaroon::pypi(token)?;
    let mut read = Read::default();
    read.fact("host", macaroon.location);
    for caveat in macaroon.caveats.iter().filter_map(|caveat| serde_json::from_slice::<Value>(caveat).ok()) {
        apply(&caveat, &mut read);
    }
    read.class = Some(if read.expires.is_some() { Class::Dated } else { Class::Static });
    match read.expires {
        Some(at) => read.say(format!("A caveat in the token ends it on {}.", day(at))),
        None => read.say("No caveat in the token ends it.".to_owned()),
    }
    Some(read)
}

fn apply(caveat: &Value, read: &mut Read) {
    let number = |value: Option<&Value>| value.and_then(Value::as_i64).and_then(moment);
    match caveat.as_array().map(Vec::as_slice) {
        Some([tag, fields @ ..]) => match tag.as_u64() {
            Some(0) => (read.expires, read.minted) = (number(fields.first()), number(fields.get(1))),
            Some(1) => projects(fields.first(), read),
            _ => {}
        },
        _ => {
            // The older form: {"nbf": …, "exp": …} and {"version": 1, "permissions": {"projects": […]}}.
            read.expires = number(caveat.get("exp")).or(read.expires);
            read.minted = number(caveat.get("nbf")).or(read.minted);
            projects(caveat.get("permissions").and_then(|permissions| permissions.get("projects")), read);
        }
    }
}

fn projects(names: Option<&Value>, read: &mut Read) {
    let names: Vec<&str> = names.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).take(8).collect();
    read.fact("project", names.join(", "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caveats_of_both_forms_are_read() {
        let mut read = Read::default();
        for caveat in ["[0,1893456000,1735689600]", r#"[1,["heliodon"]]"#] {
            apply(&serde_json::from_str(caveat).expect("it is JSON"), &mut read);
        }
        assert_eq!((read.minted.map(day).as_deref(), read.expires.map(day).as_deref()), (Some("2025-01-01"), Some("2030-01-01")));
        assert_eq!(read.facts, [("project".to_owned(), "heliodon".to_owned())]);
        let mut older = Read::default();
        apply(&serde_json::from_str(r#"{"nbf":1735689600,"exp":1893456000}"#).expect("it is JSON"), &mut older);
        assert_eq!((older.minted, older.expires), (read.minted, read.expires));
    }

    #[test]
    fn a_token_without_dates_is_static() {
        let token = format!("pypi-{}", super::super::super::checksum::complete("pypi-macaroon", "pypi-").unwrap_or_default());
        let read = read(token.as_bytes()).expect("it was made valid");
        assert_eq!(read.class, Some(Class::Static));
        assert!(read.facts.contains(&("host".to_owned(), "pypi.org".to_owned())));
    }
}
