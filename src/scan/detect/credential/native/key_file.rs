//! Files that tools keep credentials in, each read by its own form: .netrc, .pgpass, .npmrc, Docker's config.json.
//!
//! `.git-credentials` holds addresses and is read by `url`; `.pypirc`, `.my.cnf` and AWS credentials are assignments.

use std::ops::Range;

use super::{Native, Parsed, cut, run, run_before, stands, value};
use crate::domain::Sureness;
use crate::scan::detect::Text;
use crate::scan::detect::credential::base64;

/// Woken by a word of each form. Selects: `netrc`, `pgpass`, `npmrc`, `docker-config`.
pub(super) const NATIVE: Native = Native { name: "key-file", parse, looks: None };

/// How far an entry reaches.
const ENTRY: usize = 400;

fn parse(text: &Text<'_>, at: usize, found: &mut dyn FnMut(Parsed)) {
    let parsed = match text.bytes.get(at) {
        Some(b'm' | b'M') if stands(text.bytes, at, b"machine ") => netrc(text, at),
        Some(b':') => pgpass(text, at),
        Some(b'_') => npmrc(text, at),
        Some(b'"') if stands(text.bytes, at, b"\"auth\"") => docker(text, at),
        _ => None,
    };
    if let Some(parsed) = parsed {
        found(parsed);
    }
}

/// `machine HOST login USER password PASSWORD`, in any number of lines, up to the next `machine`.
fn netrc(text: &Text<'_>, at: usize) -> Option<Parsed> {
    let entry = cut(text.bytes, at..at.saturating_add(ENTRY));
    let end = memchr::memmem::find_iter(entry, b"machine ").nth(1).unwrap_or(entry.len());
    let mut words = words(&entry[..end]).skip(1);
    let host = entry.get(words.next()?)?;
    let (mut user, mut secret) = (0..0, None);
    while let Some(word) = words.next() {
        match entry.get(word)? {
            b"login" => user = words.next()?,
            b"password" => {
                secret = words.next();
                break;
            }
            b"account" => drop(words.next()),
            _ => return None,
        }
    }
    // Elsewhere than in such files, prose speaks of machines and passwords too, and manuals show entries.
    let own = text.name.contains("netrc");
    let shown = memchr::memmem::find(host, b"example").is_some();
    if shown || (!own && (user.is_empty() || !host.contains(&b'.') && host != b"localhost")) {
        return None;
    }
    let secret = secret.map(|secret| trimmed(entry, secret)).map(|secret| at + secret.start..at + secret.end)?;
    let sureness = judge(&text.bytes[secret.clone()], entry.get(user.clone()).unwrap_or_default())?;
    let mut parsed = Parsed::new("netrc", text.bytes, secret, sureness);
    parsed.fact("host", host);
    parsed.fact("user", entry.get(user).unwrap_or_default());
    Some(parsed)
}

/// Words between blanks, also where a newline is written `\n`.
fn words(entry: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = run(entry, at, ENTRY, |byte| byte.is_ascii_whitespace()).end;
        let mut word = run(entry, start, ENTRY, |byte| !byte.is_ascii_whitespace());
        if let Some(escape) = memchr::memmem::find(&entry[word.clone()], b"\\n") {
            word.end = word.start + escape;
            at = word.end + 2;
        } else {
            at = word.end;
        }
        (!word.is_empty()).then_some(word)
    })
}

fn trimmed(entry: &[u8], word: Range<usize>) -> Range<usize> {
    let end = entry[word.clone()].iter().rposition(|byte| !matches!(byte, b'"' | b'\'' | b'`' | b'>')).map_or(word.start, |last| word.start + last + 1);
    word.start..end
}

/// `host:port:database:user:password`, a line of .pgpass; elsewhere only with the usual port.
fn pgpass(text: &Text<'_>, at: usize) -> Option<Parsed> {
    let by_name = text.name.ends_with("pgpass") || text.name.ends_with("pgpass.conf");
    let start = run_before(text.bytes, at, 128, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'*' | b'_'));
    let line = run(text.bytes, start, ENTRY, |byte| byte > b' ' && !matches!(byte, b'"' | b'\'' | b'`'));
    let mut fields = text.bytes[line.clone()].splitn(5, |byte| *byte == b':');
    let (host, port, database, user, password) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let named =
        |field: &[u8]| field == b"*" || (!field.is_empty() && field.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')));
    let shaped = named(host) && named(database) && named(user) && (port == b"*" || port.iter().all(u8::is_ascii_digit)) && host.len() == at - start;
    let sureness = judge(password, user).filter(|sureness| shaped && (by_name || *sureness > Sureness::Weak))?;
    let mut parsed = Parsed::new("pgpass", text.bytes, line.end - password.len()..line.end, sureness);
    parsed.fact("host", host);
    parsed.fact("database", database);
    parsed.fact("user", user);
    Some(parsed)
}

/// `//registry/:_authToken=…`, `_auth=` and `_password=` (base64), which may be UUIDs: nothing else bears these names.
fn npmrc(text: &Text<'_>, at: usize) -> Option<Parsed> {
    let name = run(text.bytes, at, 16, |byte| byte.is_ascii_alphabetic() || byte == b'_');
    let kind = [&b"_authtoken"[..], b"_auth", b"_password"].into_iter().find(|kind| text.bytes[name.clone()].eq_ignore_ascii_case(kind))?;
    let equals = run(text.bytes, name.end, 4, |byte| byte == b' ').end;
    if text.bytes.get(equals) != Some(&b'=') {
        return None;
    }
    let start = run(text.bytes, equals + 1, 4, |byte| matches!(byte, b' ' | b'"' | b'\'')).end;
    let secret = run(text.bytes, start, ENTRY, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+' | b'/' | b'='));
    let token = &text.bytes[secret.clone()];
    let decodes = kind == b"_authtoken" || base64::decode(token).is_some_and(|decoded| std::str::from_utf8(&decoded).is_ok());
    let certain = secret.len() >= 8
        && decodes
        && !value::is_placeholder(token)
        && !value::is_invented(token)
        && text.bytes.get(secret.end).is_none_or(|byte| !matches!(byte, b'{' | b'$' | b'('));
    let mut parsed = certain.then(|| Parsed::new("npmrc", text.bytes, secret, Sureness::Likely))?.named(&text.bytes[name]);
    let registry = run_before(text.bytes, at.saturating_sub(1), 120, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'/' | b':' | b'_'));
    let registry = text.bytes[registry..at].split(|byte| matches!(byte, b'/')).find(|part| part.contains(&b'.')).unwrap_or_default();
    parsed.fact("host", registry);
    Some(parsed)
}

/// `"auths": {"host": {"auth": "base64 of user:password"}}`.
fn docker(text: &Text<'_>, at: usize) -> Option<Parsed> {
    let secret = json_string(text.bytes, at + 6)?;
    let decoded =
        base64::decode(&text.bytes[secret.clone()]).filter(|decoded| std::str::from_utf8(decoded).is_ok_and(|text| !text.chars().any(char::is_control)))?;
    let colon = memchr::memchr(b':', &decoded)?;
    let (user, password) = (&decoded[..colon], &decoded[colon + 1..]);
    let sureness = judge(password, user)?;
    let mut parsed = Parsed::new("docker-config", text.bytes, secret, sureness).named(b"auth");
    parsed.guessable = value::is_guessable(password);
    parsed.fact("user", user);
    parsed.fact("host", enclosing_key(text.bytes, at).unwrap_or_default());
    Some(parsed)
}

/// The name of the object that `at` stands in: the string before the nearest `{`.
fn enclosing_key(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let from = at.saturating_sub(300);
    let open = from + memchr::memrchr(b'{', &bytes[from..at])?;
    let close = from + memchr::memrchr(b'"', &bytes[from..open])?;
    let start = from + memchr::memrchr(b'"', &bytes[from..close])? + 1;
    let address = &bytes[start..close];
    let address = address.strip_prefix(b"https://").unwrap_or(address);
    address.split(|byte| *byte == b'/').next()
}

/// The string behind `: `.
fn json_string(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let colon = run(bytes, at, 4, |byte| byte.is_ascii_whitespace()).end;
    let start = run(bytes, colon + 1, 8, |byte| byte.is_ascii_whitespace()).end;
    if bytes.get(colon) != Some(&b':') || bytes.get(start) != Some(&b'"') {
        return None;
    }
    Some(run(bytes, start + 1, ENTRY, |byte| !matches!(byte, b'"' | b'\\' | b'\n'))).filter(|string| bytes.get(string.end) == Some(&b'"'))
}

fn judge(password: &[u8], user: &[u8]) -> Option<Sureness> {
    let stands_for_another =
        password.len() < 4 || value::is_placeholder(password) || password.first().is_none_or(|first| matches!(first, b'$' | b'<' | b'[' | b'{'));
    let strong = value::as_password(password, user, false).is_some() || value::as_token(password).is_some() || value::is_chosen(password, user);
    (!stands_for_another).then_some(if strong { Sureness::Likely } else { Sureness::Weak })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{finds, secrets};
    use super::*;
    use crate::scan::detect::credential::value::tests::{BASE62, made};

    const ANCHORS: &[&str] = &["machine ", ":5432:", ":6432:", "_authToken", "_auth", "_password", "\"auth\""];

    fn found(name: &str, text: &str) -> Vec<(String, String)> {
        finds(&NATIVE, ANCHORS, name, text).into_iter().map(|found| (found.select, text[found.secret].to_owned())).collect()
    }

    #[test]
    fn each_form_is_read() {
        let password = format!("Cobalt7{}", made(3, 9, BASE62));
        let token = made(5, 36, BASE62);
        let auth = base64::encode(format!("robot:{password}").as_bytes());
        let uuid = [8, 4, 4, 4, 12].map(|length| made(length as u64, length, b"0123456789abcdef")).join("-");
        for (name, text, kind, secret) in [
            (".netrc", format!("machine api.company.io\n  login me\n  password {password}\n"), "netrc", &password),
            ("Dockerfile", format!("RUN echo \"machine git.company.io login me password {password}\" > ~/.netrc"), "netrc", &password),
            ("setup.py", format!("\"machine git.company.io\\nlogin me\\npassword {password}\\n\""), "netrc", &password),
            (".pgpass", format!("db.company.io:5432:orders:app:{password}\n"), "pgpass", &password),
            (".npmrc", format!("//registry.npmjs.org/:_authToken={token}"), "npmrc", &token),
            (".npmrc", format!("//npm.company.io/:_authToken = {uuid}"), "npmrc", &uuid),
            ("config.json", format!("{{\"auths\": {{\"https://index.docker.io/v1/\": {{\"auth\": \"{auth}\"}}}}}}"), "docker-config", &auth),
        ] {
            assert_eq!(found(name, &text), [(kind.to_owned(), secret.clone())], "{text}");
        }
    }

    #[test]
    fn hosts_are_told() {
        let auth = base64::encode(b"robot:Cobalt7!xyz");
        let text = format!("{{\"auths\": {{\"https://index.docker.io/v1/\": {{\"auth\": \"{auth}\"}}}}}}");
        let facts = finds(&NATIVE, ANCHORS, "config.json", &text).remove(0).facts;
        assert_eq!(facts, [("user".to_owned(), "robot".to_owned()), ("host".to_owned(), "index.docker.io".to_owned())]);
        let text = format!("machine a.b login me password {}", made(3, 20, BASE62));
        assert_eq!(secrets(&finds(&NATIVE, ANCHORS, "x", &text), &text), [&text[text.len() - 20..]]);
    }

    #[test]
    fn prose_and_placeholders_stay_quiet() {
        for text in [
            "the machine learning model has a password",
            "machine example\\&.org login apt password debian",
            "machine of login hours and password rules",
            "machine HOST login USER password <PASSWORD>",
            "machine api.x login me password $TOKEN",
            "//registry.npmjs.org/:_authToken=${NPM_TOKEN}",
            "_auth=true",
            "{\"auth\": \"required\"}",
            "{\"key\": \"value\", \"username\": \"x\"}",
            "localhost:5432:a b:c:d",
            "postgres:5432:5432",
        ] {
            assert_eq!(found("a", text), [], "{text}");
        }
    }
}
