//! Addresses that hold a password: `scheme://user:password@host/database`, and a token in place of the user.

use std::borrow::Cow;
use std::ops::Range;

use super::{Native, Parsed, run, run_before, stands, value};
use crate::domain::Sureness;
use crate::scan::detect::Text;

/// Woken by `://`, and by what stands in addresses of drivers that have none: `@tcp(`, `oracle:thin:`. Selects are schemes without their driver: `postgresql+psycopg2` is `postgresql`, `git+https` is `https`.
pub(super) const NATIVE: Native = Native { name: "url", parse, looks: None };

const LONGEST_SCHEME: usize = 24;
const LONGEST_AUTHORITY: usize = 400;

/// Passwords that say: look at the user, it is the token.
const NO_PASSWORD: &[&[u8]] = &[b"x-oauth-basic", b"x", b"X", b"", b"unused", b"api_token"];
/// Hosts on the same machine, or beside it in a compose file.
const LOCAL_ENDINGS: &[&[u8]] = &[b".local", b".localhost", b".test", b".faketld", b".internal.example", b".invalid", b".localdomain"];
const LOCAL_HOSTS: &[&[u8]] = &[
    b"localhost",
    b"127.0.0.1",
    b"0.0.0.0",
    b"[::1]",
    b"::1",
    b"host.docker.internal",
    b"db",
    b"database",
    b"postgres",
    b"mysql",
    b"mongo",
    b"mongodb",
    b"redis",
    b"rabbitmq",
    b"broker",
    b"mariadb",
    b"pg",
];
/// Hosts of documentation: the whole name, or how it begins.
const MADE_UP_HOSTS: &[&[u8]] = &[
    b"host",
    b"hostname",
    b"server",
    b"domain",
    b"myhost",
    b"test.com",
    b"abc.com",
    b"xyz.com",
    b"site.com",
    b"domain.com",
    b"host.com",
    b"foo.com",
    b"bar.com",
    b"foo",
    b"bar",
    b"mydomain.com",
    b"somehost",
    b"address",
    b"server.com",
    b"url.com",
    b"some.url.com",
    b"proxy.com",
    b"company.com",
];
const MADE_UP_BEGINNINGS: &[&[u8]] = &[b"example", b"your", b"my-host", b"some-host", b"fake", b"myfake", b"..."];

fn parse(text: &Text<'_>, at: usize, found: &mut dyn FnMut(Parsed)) {
    let address = match text.bytes.get(at) {
        Some(b'@') => Address::of_go(text.bytes, at),
        Some(b'o' | b'O') => Address::of_oracle(text.bytes, at),
        _ => Address::at(text.bytes, at),
    };
    let Some(address) = address else { return };
    let (secret, sureness) = match address.judge() {
        Some(judged) => judged,
        None => return,
    };
    let mut parsed = Parsed::new(&address.select(), text.bytes, secret.clone(), sureness);
    if secret != address.user {
        parsed.fact("user", &decoded(&text.bytes[address.user.clone()]));
    }
    parsed.fact("host", address.host_name());
    parsed.fact("database", address.database());
    found(parsed);
}

struct Address<'a> {
    bytes: &'a [u8],
    scheme: Range<usize>,
    user: Range<usize>,
    password: Option<Range<usize>>,
    host: Range<usize>,
}

impl<'a> Address<'a> {
    fn at(bytes: &'a [u8], at: usize) -> Option<Self> {
        if bytes.get(at..at + 3)? != b"://" {
            return None;
        }
        let scheme = run_before(bytes, at, LONGEST_SCHEME, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'))..at;
        // What stops an authority. A backslash is an escape of the language around; `$` and braces are templates, judged later.
        let authority = run(bytes, at + 3, LONGEST_AUTHORITY, |byte| {
            !matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\' | b'|') && byte > b' ' && byte < 0x7f
        });
        let last_at = authority.start + memchr::memrchr(b'@', &bytes[authority.clone()])?;
        let information = authority.start..last_at;
        let colon = memchr::memchr(b':', &bytes[information.clone()]).map(|colon| information.start + colon);
        let host = run(bytes, last_at + 1, authority.end - last_at - 1, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']' | b',')
        });
        let scheme_named = scheme.len() >= 2 && bytes[scheme.start].is_ascii_alphabetic();
        let user = information.start..colon.unwrap_or(information.end);
        (scheme_named && !host.is_empty()).then_some(Self { bytes, scheme, user, password: colon.map(|colon| colon + 1..information.end), host })
    }

    /// `user:password@tcp(host:3306)/database`: Go's driver of MySQL.
    fn of_go(bytes: &'a [u8], at: usize) -> Option<Self> {
        let open = at + bytes.get(at..)?.strip_prefix(b"@tcp").map(|_| 4)?;
        let start =
            run_before(bytes, at, LONGEST_AUTHORITY, |byte| byte > b' ' && byte < 0x7f && !matches!(byte, b'"' | b'\'' | b'`' | b'=' | b'/' | b'<' | b'>'));
        let colon = start + memchr::memchr(b':', &bytes[start..at])?;
        let host = run(bytes, open + 1, LONGEST_AUTHORITY, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':'));
        let closes = bytes.get(open) == Some(&b'(') && bytes.get(host.end) == Some(&b')') && colon > start;
        closes.then_some(Self { bytes, scheme: at..at, user: start..colon, password: Some(colon + 1..at), host })
    }

    /// `jdbc:oracle:thin:user/password@host:1521/service`.
    fn of_oracle(bytes: &'a [u8], at: usize) -> Option<Self> {
        let start = stands(bytes, at, b"oracle:thin:").then(|| at + b"oracle:thin:".len())?;
        let slash = run(bytes, start, LONGEST_SCHEME, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#')).end;
        let end = run(bytes, slash, LONGEST_AUTHORITY, |byte| byte > b' ' && byte < 0x7f && !matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>')).end;
        let last_at = slash + memchr::memrchr(b'@', &bytes[slash..end])?;
        let begin = run(bytes, last_at + 1, 2, |byte| byte == b'/').end;
        let host = run(bytes, begin, LONGEST_AUTHORITY, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
        let named = bytes.get(slash) == Some(&b'/') && slash > start && !host.is_empty();
        named.then_some(Self { bytes, scheme: at..at + b"oracle".len(), user: start..slash, password: Some(slash + 1..last_at), host })
    }

    fn select(&self) -> String {
        if self.scheme.is_empty() {
            return "mysql".to_owned();
        }
        let scheme = String::from_utf8_lossy(&self.bytes[self.scheme.clone()]).to_ascii_lowercase();
        match scheme.split_once('+') {
            Some(("git" | "svn" | "hg" | "bzr" | "mlflow", over)) => over.to_owned(),
            Some((base, _)) => base.to_owned(),
            None => scheme,
        }
    }

    fn judge(&self) -> Option<(Range<usize>, Sureness)> {
        if self.is_made_up() {
            return None;
        }
        match &self.password {
            Some(password) if !NO_PASSWORD.contains(&&self.bytes[password.clone()]) => Some((password.clone(), self.judge_password(password.clone())?)),
            _ => Some((self.user.clone(), self.judge_token(&self.bytes[self.user.clone()])?)),
        }
    }

    fn judge_password(&self, password: Range<usize>) -> Option<Sureness> {
        let raw = &self.bytes[password];
        let user = &self.bytes[self.user.clone()];
        let plain = decoded(raw);
        let stands_for_another = value::is_placeholder(&plain) || is_template(raw) || is_template(user) || value::is_foreign(&plain);
        if plain.len() < 3 || plain.iter().all(u8::is_ascii_digit) && plain.len() < 5 || stands_for_another {
            return None;
        }
        let poor = plain.eq_ignore_ascii_case(user) || value::as_password(&plain, user, false).is_none();
        match (self.is_local(), poor) {
            (true, true) => None,
            // Nobody invents such letters for an illustration.
            (true, false) if value::is_improbable(&plain) || self.is_deployed(&plain) => Some(Sureness::Likely),
            (true, false) => Some(Sureness::Weak),
            // A word that guards a host elsewhere is a poor password, but one that works.
            (false, true) if plain.eq_ignore_ascii_case(user) || !self.host_name().contains(&b'.') => Some(Sureness::Weak),
            (false, true) if value::is_plain_word(&plain) && plain.len() < 8 => Some(Sureness::Weak),
            (false, _) => Some(Sureness::Likely),
        }
    }

    /// Beside a service of a compose file, and chosen with care.
    fn is_deployed(&self, plain: &[u8]) -> bool {
        let host = self.host_name();
        let loopback = host.starts_with(b"127.") || host.starts_with(b"0.") || host.starts_with(b"[") || memchr::memmem::find(host, b"local").is_some();
        let mixed = [u8::is_ascii_digit, u8::is_ascii_alphabetic, u8::is_ascii_punctuation].into_iter().all(|class| plain.iter().any(class));
        !loopback && plain.len() >= 10 && mixed && value::as_password(plain, b"", false) == Some(Sureness::Likely)
    }

    /// `https://TOKEN@host`. Sentry's addresses are made to be public.
    fn judge_token(&self, token: &[u8]) -> Option<Sureness> {
        let public = memchr::memmem::find(self.host_name(), b"sentry").is_some();
        let known = value::is_placeholder(token) || value::is_foreign(token) || is_template(token);
        // Elsewhere a user alone is only a user.
        let web = matches!(self.select().as_str(), "http" | "https" | "ws" | "wss");
        (web && !public && !known && token.len() >= 16).then(|| value::as_token(token)).flatten()
    }

    fn host_name(&self) -> &'a [u8] {
        let host = &self.bytes[self.host.clone()];
        if host.starts_with(b"[") {
            return host;
        }
        host.split(|byte| matches!(byte, b':' | b',')).next().unwrap_or(host)
    }

    fn is_local(&self) -> bool {
        let host = self.host_name();
        LOCAL_HOSTS.iter().any(|local| host.eq_ignore_ascii_case(local))
            || LOCAL_ENDINGS.iter().any(|ending| host.ends_with(ending))
            || host.starts_with(b"127.")
    }

    fn is_made_up(&self) -> bool {
        let host = self.host_name();
        let begins = |beginning: &&[u8]| host.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning));
        let whole =
            MADE_UP_HOSTS.iter().any(|made_up| host.eq_ignore_ascii_case(made_up)) || [&b".host"[..], b".example"].iter().any(|ending| host.ends_with(ending));
        whole || MADE_UP_BEGINNINGS.iter().any(begins) || memchr::memmem::find(host, b"example.").is_some()
    }

    fn database(&self) -> &'a [u8] {
        match self.bytes.get(self.host.end) {
            Some(b'/') => &self.bytes[run(self.bytes, self.host.end + 1, 64, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))],
            _ => b"",
        }
    }
}

fn is_template(raw: &[u8]) -> bool {
    raw.iter().any(|byte| matches!(byte, b'{' | b'}' | b'(' | b'[' | b'*'))
        || raw.starts_with(b"$")
        || raw.starts_with(b"%s")
        || raw.starts_with(b":")
        || raw.starts_with(b"<")
}

fn decoded(raw: &[u8]) -> Cow<'_, [u8]> {
    percent_encoding::percent_decode(raw).into()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{finds, secrets};
    use super::*;
    use crate::scan::detect::credential::value::tests::{BASE62, made};

    fn secrets_in(text: &str) -> Vec<&str> {
        secrets(&finds(&NATIVE, &["://"], "a", text), text)
    }

    #[test]
    fn passwords_in_addresses_are_found() {
        let password = format!("Br1ght{}", made(7, 6, BASE62));
        for text in [
            format!("postgresql://app:{password}@db.prod.company.io:5432/orders"),
            format!("DATABASE_URL=mysql+pymysql://app:{password}@10.0.3.7/shop"),
            format!("nats://svc:{password}@nats.company.io:4222"),
            format!("\"mongodb+srv://root:{password}@cluster0.ab1cd.mongodb.net/?retryWrites=true\""),
            format!("redis://:{password}@cache.company.io:6379/0"),
            format!("https://deploy:{password}@git.company.io/team/app.git"),
            format!("amqps://me@company.io:{password}@mq.company.io/vhost"),
        ] {
            assert_eq!(secrets_in(&text), [password.as_str()], "{text}");
        }
    }

    #[test]
    fn host_user_and_database_are_told() {
        let text = format!("postgres://app:{}@db.company.io:5432/orders?sslmode=require", made(9, 14, BASE62));
        let found = finds(&NATIVE, &["://"], "a", &text);
        let facts: Vec<(&str, &str)> = found[0].facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!((found[0].select.as_str(), facts), ("postgres", vec![("user", "app"), ("host", "db.company.io"), ("database", "orders")]));
    }

    #[test]
    fn a_token_may_stand_in_place_of_the_user() {
        let token = made(5, 40, BASE62);
        assert_eq!(secrets_in(&format!("git clone https://{token}@git.company.io/a.git")), [token.as_str()]);
        assert_eq!(secrets_in(&format!("https://{token}:x-oauth-basic@git.company.io/a.git")), [token.as_str()]);
        assert!(secrets_in(&format!("https://{token}@o12345.ingest.sentry.io/77")).is_empty());
    }

    #[test]
    fn what_is_no_password_stays_quiet() {
        for text in [
            "postgres://user:password@localhost:5432/db",
            "postgres://postgres:postgres@localhost/test",
            "postgres://${USER}:${PASS}@db.company.io/x",
            "mysql://user:<password>@db.company.io",
            "https://user:pass@example.com/",
            "https://me:pa@ss@host.example/a/b.git",
            "http://%s:%s@%s/",
            "ssh://git@github.com/a/b.git",
            "https://company.io/path:a@b",
            "amqp://guest:guest@rabbitmq:5672",
            "redis://:changeme@cache.company.io",
            "https://x:{{ token }}@git.company.io",
            "see https://a.b/c and mail me@company.io:now",
            "npm://@scope",
        ] {
            assert!(secrets_in(text).is_empty(), "{text}: {:?}", secrets_in(text));
        }
    }
}
