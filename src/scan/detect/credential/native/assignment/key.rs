//! Names: the identifier around an anchor, and what it names.

use std::ops::Range;
use std::sync::LazyLock;

use super::super::{run, run_before, value};

/// What the value of a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Password,
    /// A password that may hold spaces.
    Passphrase,
    Token,
    /// A name like `auth`, whose value is rarely a secret.
    Auth,
    Secret,
    ApiKey,
    /// A key of something unknown: `MISTRAL_KEY`, but also `SORT_KEY`.
    SomeKey,
    PrivateKey,
}

impl Kind {
    pub(super) fn select(self) -> &'static str {
        match self {
            Self::Password | Self::Passphrase => "password",
            Self::Token | Self::Auth => "token",
            Self::Secret => "secret",
            Self::ApiKey | Self::SomeKey => "api-key",
            Self::PrivateKey => "private-key-value",
        }
    }
}

/// A name to which a credential may be assigned.
pub(super) struct Key {
    pub(super) span: Range<usize>,
    pub(super) kind: Kind,
    /// `--name`: an option of a command.
    pub(super) flag: bool,
    /// `${name`: a default may follow.
    pub(super) template: bool,
    /// `tokens`, `api_keys`: a list follows.
    pub(super) plural: bool,
}

/// Longest part of a name on either side of its telling word.
const LONGEST_SIDE: usize = 48;

/// Words in a name that say: the value is something about a credential, or another thing altogether.
#[rustfmt::skip] // a list, not code
static ABOUT: LazyLock<Words> = LazyLock::new(|| Words::of(&[
    "file", "path", "dir", "folder", "url", "uri", "endpoint", "name", "names", "id", "ids", "hash", "hashed", "hint", "length", "len", "type", "types", "field", "label", "placeholder",
    "policy", "regex", "pattern", "expiry", "expires", "expiration", "expire", "expired", "ttl", "timeout", "count", "min", "max", "input", "form", "reset", "prompt", "error", "errors", "message",
    "msg", "title", "text", "description", "help", "env", "var", "ref", "algorithm", "alg", "encoding", "encoder", "manager", "service", "provider", "arn", "version", "size", "format", "header",
    "prefix", "suffix", "column", "attr", "attribute", "param", "params", "selector", "class", "icon", "enabled", "disabled", "required", "rotation", "index", "public", "pub", "publishable",
    "primary", "foreign", "partition", "sort", "cache", "csrf", "xsrf", "pad", "eos", "bos", "unk", "sep", "cls", "mask", "next", "continuation", "page", "pagination", "is", "has", "get", "show",
    "hide", "forgot", "forgotten", "invalid", "missing", "no", "require", "requires", "validate", "validation", "validator", "check", "checker", "confirm", "confirmation", "encrypted", "wrong",
    "incorrect", "bad", "idempotency", "object", "row", "dict", "hot", "arrow", "shift", "return", "lookup", "group", "routing", "order", "tag", "i18n", "translation", "translate", "site", "map",
    "stdin", "store", "keystore", "strength", "score", "char", "chars", "generator", "generate", "hasher", "verify", "verifier", "match", "mismatch", "change", "changed", "update", "updated", "last",
    "mode", "button", "btn", "page", "view", "link", "screen", "dialog", "modal", "toggle", "visibility", "visible", "event", "listener", "handler", "callback", "factory", "builder", "config",
    "schema", "digest", "fingerprint", "thumbprint", "checksum", "sha", "sha1", "sha256", "md5", "bytes", "bits", "rounds", "iterations", "salt", "kid", "usage", "used", "limit", "budget", "price",
    "cost", "rate", "window", "position", "offset", "json", "yaml", "rule", "rules", "scope", "scopes", "audience", "issuer", "subject", "source", "host", "port", "region", "vault", "ring", "pair",
    "board", "frame", "press", "down", "up", "codes", "points", "translations", "binding", "shortcut", "constraint", "unique", "composite", "natural", "surrogate", "node", "item",
    "list", "number", "warning", "thru", "through", "state", "status", "created", "at", "by", "date", "time", "user", "username", "sid", "storage", "bucket", "table", "query", "search", "filter", "stop", "start", "begin", "end", "special",
    "ciphertext", "cryptogram", "duration", "seconds", "minutes", "hours", "days", "environment", "lexer", "parser", "keyword", "literal", "ident", "operator", "symbol", "tree", "stream", "span", "kind",
]));

/// Of [`ABOUT`], words that are no objection in front of the telling word: `user_password`, `storage_key`.
#[rustfmt::skip] // a list, not code
static FINE_BEFORE: LazyLock<Words> = LazyLock::new(|| Words::of(&[
    "user", "username", "service", "provider", "config", "env", "var", "file", "form", "host", "vault", "bucket", "table", "query", "search", "store", "keystore", "storage", "state", "url", "name", "type",
    "class", "hash", "version", "manager", "header", "event", "site", "page", "stream", "time", "id", "region", "generate", "update", "source", "change", "start", "end", "view", "button", "subject",
    "special", "node", "require", "environment", "issuer", "text", "sid", "param", "params", "builder", "link", "schema", "provider", "by", "map", "scope", "mode", "screen", "list",
]));

/// Words in front of `key` that make it an API key or a secret, and words that make it a private key.
#[rustfmt::skip] // a list, not code
const KEY_OF: &[(&str, Kind)] = &[
    ("api", Kind::ApiKey), ("apis", Kind::ApiKey), ("access", Kind::ApiKey), ("app", Kind::ApiKey), ("application", Kind::ApiKey), ("auth", Kind::ApiKey), ("account", Kind::ApiKey),
    ("subscription", Kind::ApiKey), ("storage", Kind::ApiKey), ("service", Kind::ApiKey), ("admin", Kind::ApiKey), ("client", Kind::ApiKey), ("consumer", Kind::ApiKey), ("license", Kind::ApiKey),
    ("ai", Kind::ApiKey), ("openai", Kind::ApiKey), ("integration", Kind::ApiKey), ("ingest", Kind::ApiKey), ("ingestion", Kind::ApiKey), ("write", Kind::ApiKey), ("read", Kind::ApiKey), ("server", Kind::ApiKey), ("deploy", Kind::ApiKey),
    ("developer", Kind::ApiKey), ("dev", Kind::ApiKey), ("user", Kind::ApiKey), ("project", Kind::ApiKey), ("token", Kind::ApiKey), ("rest", Kind::ApiKey), ("host", Kind::ApiKey), ("function", Kind::ApiKey),
    ("functions", Kind::ApiKey), ("cognitive", Kind::ApiKey), ("instrumentation", Kind::ApiKey), ("bot", Kind::ApiKey), ("x-api", Kind::ApiKey), ("accesskey", Kind::ApiKey), ("apikey", Kind::ApiKey),
    ("secret", Kind::Secret), ("encryption", Kind::Secret), ("encrypt", Kind::Secret), ("decryption", Kind::Secret), ("signing", Kind::Secret), ("signature", Kind::Secret), ("sign", Kind::Secret),
    ("master", Kind::Secret), ("shared", Kind::Secret), ("session", Kind::Secret), ("hmac", Kind::Secret), ("jwt", Kind::Secret), ("aes", Kind::Secret), ("root", Kind::Secret), ("fernet", Kind::Secret),
    ("cookie", Kind::Secret), ("security", Kind::Secret), ("crypto", Kind::Secret), ("cipher", Kind::Secret), ("webhook", Kind::Secret), ("symmetric", Kind::Secret), ("des", Kind::Secret), ("rails", Kind::Secret),
    ("certificate", Kind::Secret),
    ("private", Kind::PrivateKey), ("priv", Kind::PrivateKey),
];

/// Words in front of `token` that make it a place in a list, a turn, or a record of DNS.
const PLACES: [&[u8]; 9] = [b"starting", b"sequence", b"change", b"purchase", b"resume", b"resumption", b"sync", b"cursor", b"dkim"];

/// Words that stand before `pass`, `pwd` and `key` without a mark between, all in one case.
#[rustfmt::skip] // a list, not code
static GLUED: LazyLock<Words> = LazyLock::new(|| Words::of(&[
    "db", "user", "my", "root", "admin", "smtp", "mail", "email", "ssh", "ftp", "sftp", "sudo", "login", "auth", "test", "key", "store", "keystore", "truststore", "mysql", "pg", "postgres", "ldap", "redis",
    "require", "proxy", "vnc", "rdp", "wifi", "sql", "oracle", "mongo", "app", "web", "default", "ansible", "master", "http", "imap", "pop3", "ssl", "tls", "cert", "p12", "pfx", "database", "db_", "usr", "bind", "scan", "backup", "router", "printer", "camera", "nas", "mqtt", "zip",
    "api", "secret", "access", "private", "encryption", "account", "shared", "storage", "client", "service", "session", "signing", "consumer", "license", "rsa", "aes", "host", "server", "security", "jwt",
]));

impl Key {
    /// The name whose last telling word begins at `at`.
    pub(super) fn at(bytes: &[u8], at: usize) -> Option<Self> {
        let word = telling(bytes, at)?;
        let after = run(bytes, at + word.length, LONGEST_SIDE, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        let tail = &bytes[after.clone()];
        // What no value follows, in most of all hits: `keys.len()`, `(token)`, `password;`.
        let ends = match bytes.get(after.end..).unwrap_or_default() {
            [b'.', b'e' | b'E', b'q', b'u', ..] | [b'*', b'*', ..] => false,
            [b']', b':' | b'=', ..] | [b']', b' ', b'=', b' ', ..] => false,
            [b'}', b'=', ..] | [b'}', b' ', b'=' | b'|' | b'/', ..] => false,
            [b')', b' ' | b'\n', b'V' | b'v', b'A' | b'a', ..] | [b')', b' ', b'=', b' ', ..] => false, // SQL's VALUES
            [b'&', b'g', b't', b';', ..] | [b']', b'"' | b'\'', b')' | b',', ..] => false,
            [b'.', sign, ..] => *sign != b'=',
            [b')' | b']' | b';' | b'}' | b'*' | b'&' | b'/' | b'%' | b'#' | b'@' | b'^' | b'-', ..] => true,
            _ => false,
        };
        if ends || !ends_word(bytes, at + word.length) || tail.len() == LONGEST_SIDE || holds_telling(tail) || words(tail).any(|word| ABOUT.hold(word)) {
            return None;
        }
        let start = run_before(bytes, at, LONGEST_SIDE, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$' | b'@'));
        let start = if start == at && word.stem == Stem::Key { spaced_front(bytes, at).unwrap_or(start) } else { start };
        let dashes = bytes[start..at].iter().take_while(|byte| matches!(byte, b'-' | b'.' | b'$' | b'@')).count();
        let flag = bytes[start..start + dashes].contains(&b'-');
        let front = &bytes[start + dashes..at];
        // A sentence's hyphen or a long run of dots is no name.
        let front_words_fine = words(front).all(|word| !ABOUT.hold(word) || FINE_BEFORE.hold(word));
        let kind = word.kind(bytes, at, front).filter(|_| front_words_fine)?;
        // Trailing marks are not part of the name: `password-`.
        let end = after.start + tail.iter().rposition(|byte| !matches!(byte, b'-')).map_or(0, |last| last + 1);
        // `arn:…:secret:name`: a part between colons.
        let is_field = || bytes.get(end + 1) == Some(&b' ') && bytes[..start - 1].last().is_none_or(|before| matches!(before, b'\n' | b' '));
        if bytes[..start].ends_with(b":") && bytes.get(end) == Some(&b':') && !is_field() {
            return None;
        }
        // `single\-pass` in a manual: one word of two.
        if matches!(bytes[..start + dashes], [.., before, b'\\', b'-'] if before.is_ascii_alphanumeric()) {
            return None;
        }
        // `"AWS::ApiGateway::ApiKey": …`: a kind of thing.
        if bytes[..start].ends_with(b"::") && matches!(bytes.get(end), Some(b'"' | b'\'')) {
            return None;
        }
        let plural = matches!((word.stem, word.length), (Stem::Token, 6) | (Stem::Secret, 7) | (Stem::Key, 4));
        Some(Self { span: start + dashes..end, kind, flag, template: bytes[..start].ends_with(b"${"), plural })
    }
}

/// A telling word at a place in the text.
struct Word {
    stem: Stem,
    length: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stem {
    Pass,
    Phrase,
    Pwd,
    Token,
    Secret,
    Key,
    Auth,
    Credential,
}

/// Longest first where one begins another.
const TELLING: &[(&str, Stem)] = &[
    ("passphrase", Stem::Phrase),
    ("passwords", Stem::Pass),
    ("password", Stem::Pass),
    ("passwort", Stem::Pass),
    ("passwd", Stem::Pass),
    ("passwrd", Stem::Pass),
    ("passcode", Stem::Pass),
    ("pass", Stem::Pass),
    ("pwd", Stem::Pwd),
    ("pw", Stem::Pwd),
    ("psk", Stem::Pwd),
    ("pepper", Stem::Secret),
    ("kennwort", Stem::Pass),
    ("wachtwoord", Stem::Pass),
    ("senha", Stem::Pass),
    ("tokens", Stem::Token),
    ("token", Stem::Token),
    ("secrets", Stem::Secret),
    ("secret", Stem::Secret),
    ("keys", Stem::Key),
    ("key", Stem::Key),
    ("auth", Stem::Auth),
    ("credentials", Stem::Credential),
    ("credential", Stem::Credential),
    ("creds", Stem::Credential),
    ("cred", Stem::Credential),
];

fn telling(bytes: &[u8], at: usize) -> Option<Word> {
    let first = bytes.get(at)?.to_ascii_lowercase();
    let rest = bytes.get(at..)?;
    TELLING
        .iter()
        .filter(|(word, _)| word.as_bytes().first() == Some(&first))
        .find(|(word, _)| rest.get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes())))
        .map(|(word, stem)| Word { stem: *stem, length: word.len() })
}

impl Word {
    fn kind(&self, bytes: &[u8], at: usize, front: &[u8]) -> Option<Kind> {
        let begins = begins_word(bytes, at);
        let last = &front[front.len() - front.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count()..];
        let glued = || GLUED.hold(last);
        let twice = || (2..last.len().saturating_sub(1)).any(|at| GLUED.hold(&last[..at]) && GLUED.hold(&last[at..]));
        match self.stem {
            Stem::Phrase => Some(Kind::Passphrase),
            Stem::Pass if self.length > 4 => Some(Kind::Password),
            // `mysqlrootpwd` holds two.
            Stem::Pass | Stem::Pwd => (begins || glued() || twice()).then_some(Kind::Password),
            // `io.jsonwebtoken:jjwt-api`, `"jsonwebtoken": "^9.0.2"`: a package.
            Stem::Token => (!ends_with(front, b"jsonweb")
                && !words(front).last().is_some_and(|word| PLACES.iter().any(|other| word.eq_ignore_ascii_case(other))))
            .then_some(Kind::Token),
            Stem::Secret => Some(Kind::Secret),
            // `X-Amz-Credential` and its like name who signed, not with what.
            Stem::Credential => (begins && !front.ends_with(b"X-Amz-") && !front.ends_with(b"X-Goog-")).then_some(Kind::Secret),
            // Redis.
            Stem::Auth if front.eq_ignore_ascii_case(b"master") => Some(Kind::Password),
            Stem::Auth => (begins && (front.is_empty() || front.ends_with(b"_") || front.ends_with(b"."))).then_some(Kind::Auth),
            Stem::Key => key_of(front, begins, glued()),
        }
    }
}

/// `API key`: where the word begins that a blank divides from `key`.
fn spaced_front(bytes: &[u8], at: usize) -> Option<usize> {
    const WORDS: [&[u8]; 8] = [b"api", b"access", b"secret", b"auth", b"encryption", b"license", b"account", b"admin"];
    let before = bytes[..at].strip_suffix(b" ").filter(|before| before.last().is_some_and(u8::is_ascii_alphabetic))?;
    let word = WORDS.into_iter().find(|word| before.len().checked_sub(word.len()).is_some_and(|at| before[at..].eq_ignore_ascii_case(word)))?;
    let start = before.len() - word.len();
    (!start.checked_sub(1).is_some_and(|at| before[at].is_ascii_alphanumeric())).then_some(start)
}

/// What a `…key` is the key of.
fn key_of(front: &[u8], begins: bool, glued: bool) -> Option<Kind> {
    let last = words(front).last()?;
    let known = KEY_OF.iter().find(|(word, _)| last.eq_ignore_ascii_case(word.as_bytes())).map(|(_, kind)| *kind);
    let ending = || KEY_OF.iter().find(|(word, _)| word.len() >= 3 && last.len() > word.len() && ends_with(last, word.as_bytes())).map(|(_, kind)| *kind);
    match (begins, known) {
        (true, Some(kind)) => Some(kind),
        (true, None) => Some(Kind::SomeKey),
        (false, Some(kind)) => Some(kind),
        (false, None) if glued => Some(Kind::ApiKey),
        // `someapikey`: one word, ending in a known one; `monkey` ends in none.
        (false, None) => ending(),
    }
}

/// In any case.
fn ends_with(name: &[u8], ending: &[u8]) -> bool {
    name.len().checked_sub(ending.len()).is_some_and(|at| name[at..].eq_ignore_ascii_case(ending))
}

/// A later telling word has the name.
fn holds_telling(tail: &[u8]) -> bool {
    const STEMS: [&[u8]; 7] = [b"passw", b"passphrase", b"pwd", b"token", b"secret", b"key", b"credential"];
    STEMS.iter().any(|stem| tail.windows(stem.len()).any(|window| window.eq_ignore_ascii_case(stem)))
}

/// The letter before is no letter, or begins another case: `dbPassword`, `db_password`, `DBPassword`.
fn begins_word(bytes: &[u8], at: usize) -> bool {
    let (Some(before), Some(first)) = (at.checked_sub(1).and_then(|before| bytes.get(before)), bytes.get(at)) else { return true };
    let capital = first.is_ascii_uppercase() && bytes.get(at + 1).is_none_or(|second| !second.is_ascii_uppercase());
    !before.is_ascii_alphabetic() || (before.is_ascii_lowercase() && first.is_ascii_uppercase()) || (before.is_ascii_uppercase() && capital)
}

fn ends_word(bytes: &[u8], end: usize) -> bool {
    let (Some(last), Some(after)) = (end.checked_sub(1).and_then(|last| bytes.get(last)), bytes.get(end)) else { return true };
    !after.is_ascii_alphabetic() || (last.is_ascii_lowercase() && after.is_ascii_uppercase())
}

/// Words of a name, as marks, digits and camel case divide it.
fn words(name: &[u8]) -> impl Iterator<Item = &[u8]> {
    value::words(name)
}

/// Words by their first letter: names are looked up often, and mostly in vain.
struct Words([Vec<&'static str>; 26]);

impl Words {
    fn of(list: &[&'static str]) -> Self {
        Self(std::array::from_fn(|letter| list.iter().copied().filter(|word| Some(letter) == word.bytes().next().and_then(letter_of)).collect()))
    }

    /// In any case.
    fn hold(&self, word: &[u8]) -> bool {
        let bucket = word.first().and_then(|first| letter_of(*first)).and_then(|letter| self.0.get(letter));
        bucket.is_some_and(|bucket| bucket.iter().any(|other| word.eq_ignore_ascii_case(other.as_bytes())))
    }
}

fn letter_of(byte: u8) -> Option<usize> {
    byte.is_ascii_alphabetic().then(|| usize::from(byte.to_ascii_lowercase() - b'a'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str, word: &str) -> Option<Kind> {
        let at = name.to_ascii_lowercase().rfind(word).expect("the word stands in the name");
        let key = Key::at(name.as_bytes(), at)?;
        assert_eq!(&name.as_bytes()[key.span], name.trim_start_matches(['-', '$', '@']).as_bytes());
        Some(key.kind)
    }

    #[test]
    fn names_of_credentials_are_told() {
        for (name, word, expected) in [
            ("password", "pass", Kind::Password),
            ("DB_PASSWORD", "pass", Kind::Password),
            ("spring.datasource.password", "pass", Kind::Password),
            ("dbpass", "pass", Kind::Password),
            ("smtpPass", "pass", Kind::Password),
            ("$db_pwd", "pwd", Kind::Password),
            ("--api-key", "key", Kind::ApiKey),
            ("apiKey", "key", Kind::ApiKey),
            ("APIKEY", "key", Kind::ApiKey),
            ("X-Api-Key", "key", Kind::ApiKey),
            ("SECRET_KEY_BASE", "key", Kind::Secret),
            ("clientSecret", "secret", Kind::Secret),
            ("aws_secret_access_key", "key", Kind::ApiKey),
            ("accessToken2", "token", Kind::Token),
            ("MISTRAL_KEY", "key", Kind::SomeKey),
            ("ssh_private_key", "key", Kind::PrivateKey),
            ("key_passphrase", "passphrase", Kind::Passphrase),
            ("AccountKey", "key", Kind::ApiKey),
            ("_auth", "auth", Kind::Auth),
            ("mysqlrootpwd", "pwd", Kind::Password),
            ("kubeadm_certificate_key", "key", Kind::Secret),
        ] {
            assert_eq!(kind(name, word), Some(expected), "{name}");
        }
    }

    #[test]
    fn names_of_other_things_are_not() {
        for (name, word) in [
            ("compass", "pass"),
            ("passport", "pass"),
            ("passed", "pass"),
            ("password_file", "pass"),
            ("passwordHash", "pass"),
            ("isPassword", "pass"),
            ("keyboard", "key"),
            ("monkey", "key"),
            ("primary_key", "key"),
            ("public_key", "key"),
            ("key", "key"),
            ("tokenizer", "token"),
            ("max_tokens", "token"),
            ("pad_token", "token"),
            ("tokenId", "token"),
            ("secretName", "secret"),
            ("author", "auth"),
            ("oauth", "auth"),
            ("api_key_id", "key"),
            ("io.jsonwebtoken", "token"),
            ("starting-token", "token"),
            ("nextSyncToken", "token"),
            ("PrivateKeyCiphertextBlob", "key"),
            ("credentialDurationSeconds", "credential"),
        ] {
            assert_eq!(kind(name, word), None, "{name}");
        }
    }

    #[test]
    fn only_the_last_word_has_the_name() {
        assert!(Key::at(b"secret_token", 0).is_none() && Key::at(b"secret_token", 7).is_some());
        assert!(Key::at(b"password_key", 0).is_none());
    }

    #[test]
    fn a_qualified_name_in_quotes_is_a_kind_of_thing() {
        let named = |text: &str| Key::at(text.as_bytes(), text.find("Key").expect("it is there")).is_some();
        assert!(!named("\"AWS::ApiGateway::ApiKey\": 1") && named("Config::ApiKey = 1") && named("\"ApiKey\": 1"));
    }
}
