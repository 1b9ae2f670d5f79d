//! What stands beside a password: whose it is. Beside a user or a host a plain word is a password; alone it is any word.

use std::ops::Range;

use super::super::stands;
use super::cursor::Cursor;
use super::key::Key;
use super::link::prefixed_quote;
use super::surroundings::Surroundings;
use crate::scan::detect::credential::value;

/// How far before the name and behind the value an owner is looked for, and over how many lines.
const REACH: usize = 240;
const LINES: usize = 3;

/// Names of what a password belongs to, and how each may go on.
const OWNERS: [(&[u8], &[&[u8]]); 5] =
    [(b"user", &[b"", b"name", b"_name", b"-name", b"id", b"_id"]), (b"login", &[b""]), (b"uid", &[b""]), (b"host", &[b"", b"name"]), (b"url", &[b""])];

/// Types, and what forms and samples say in the place of a user.
const NOBODY: [&[u8]; 12] =
    [b"string", b"text", b"varchar", b"username", b"user_name", b"user", b"required", b"optional", b"hidden", b"input", b"none", b"null"];

/// Statements of SQL that give a password to somebody.
const STATEMENTS: [&[u8]; 7] = [b"grant ", b"create user", b"alter user", b"create role", b"alter role", b"create login", b"set password"];

/// Servers, services and accounts: a name that holds one says whose password it is, `MYSQL_ROOT_PASSWORD`.
#[rustfmt::skip] // a list, not code
const SERVICES: &[&[u8]] = &[
    b"db", b"database", b"datasource", b"jdbc", b"mysql", b"mariadb", b"pg", b"postgres", b"postgresql", b"mongo", b"mongodb", b"redis", b"rabbit", b"rabbitmq", b"mq", b"amqp", b"elastic",
    b"elasticsearch", b"clickhouse", b"cassandra", b"neo4j", b"sql", b"mssql", b"oracle", b"smtp", b"mail", b"imap", b"ldap", b"ftp", b"sftp", b"ssh", b"root", b"admin", b"store", b"keystore",
    b"truststore", b"grafana", b"minio", b"keycloak", b"sonar", b"sonarqube", b"jenkins", b"nexus", b"gitlab", b"zabbix", b"nacos", b"vnc", b"rdp", b"wifi", b"wpa", b"sa", b"replication", b"ansible", b"deploy", b"wifi", b"become", b"sudo", b"vpn", b"wlan", b"nas", b"mqtt", b"proxy", b"bind",
];

/// Who is named beside a value.
pub(super) struct Beside {
    /// A user or a host.
    pub(super) named: bool,
    /// The value is that name, or a part of its own: `SONAR_PASSWORD=sonar`, `USER=app` and `PASSWORD=app`, defaults that nobody chose.
    pub(super) is_value: bool,
    /// A statement of SQL that gives somebody a password.
    pub(super) statement: bool,
    /// The name itself says whose the value is.
    pub(super) told: bool,
}

impl Beside {
    /// Somebody is named whose password the value is, called otherwise than the value.
    pub(super) fn is_owned(&self) -> bool {
        (self.named || self.statement || self.told) && !self.is_value
    }
}

/// Looks for users and hosts before the name and behind the value, in the name, and for a statement.
pub(super) fn owner(bytes: &[u8], key: &Key, value: &Range<usize>, surroundings: &Surroundings) -> Beside {
    let before = &bytes[key.span.start.saturating_sub(REACH)..key.span.start];
    let before = &before[memchr::memrchr_iter(b'\n', before).nth(LINES).map_or(0, |newline| newline + 1)..];
    let behind = &bytes[value.end..value.end.saturating_add(REACH).min(bytes.len())];
    let behind = &behind[..memchr::memchr_iter(b'\n', behind).nth(LINES).unwrap_or(behind.len())];
    let word = &bytes[value.clone()];
    let mut owners = [before, behind].into_iter().flat_map(|text| owners(text, surroundings.takes_bare())).peekable();
    let name = &bytes[key.span.clone()];
    // In prose things are identified by other things.
    let spoken = name.eq_ignore_ascii_case(b"identified by");
    let own_name = name.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    Beside {
        named: !spoken && owners.peek().is_some(),
        is_value: own_name || owners.any(|owner| owner.eq_ignore_ascii_case(word)),
        statement: is_of_a_statement(before),
        told: !spoken && tells_its_owner(name),
    }
}

/// The name itself says whose password it holds.
fn tells_its_owner(name: &[u8]) -> bool {
    let is_service = |part: &[u8]| SERVICES.iter().any(|service| part.eq_ignore_ascii_case(service));
    let parts = || name.split(|byte| !byte.is_ascii_alphanumeric());
    // In `dbpass` and `mysqlrootpwd` no mark stands between; short ones begin other words too.
    let goes_on = |part: &[u8], length: usize| length >= 5 || stands(part, length, b"pass") || stands(part, length, b"pwd");
    let begins = |part: &[u8]| SERVICES.iter().any(|service| stands(part, 0, service) && goes_on(part, service.len()));
    parts().any(|part| is_service(part) || begins(part)) || value::words(name).any(is_service)
}

/// `CREATE USER app IDENTIFIED BY '…'`, `ALTER ROLE app PASSWORD '…'`.
fn is_of_a_statement(before: &[u8]) -> bool {
    let statement = before.rsplit(|byte| *byte == b';').next().unwrap_or_default();
    let holds = |words: &&[u8]| statement.windows(words.len()).any(|part| part.eq_ignore_ascii_case(words));
    STATEMENTS.iter().any(holds)
}

/// What the users and hosts in `text` are called.
fn owners(text: &[u8], bare: bool) -> impl Iterator<Item = &[u8]> {
    (0..text.len()).filter_map(move |at| owner_at(text, at, bare))
}

/// The value of an owner's name that begins at `at`: `user: "…"`, `DB_USER=…`, `setUsername("…")`, `User Id=…`.
fn owner_at(text: &[u8], at: usize, bare: bool) -> Option<&[u8]> {
    let (stem, endings) = OWNERS.iter().find(|(stem, _)| stands(text, at, stem))?;
    let before = at.checked_sub(1).map_or(b' ', |before| text[before]);
    let begins = !before.is_ascii_alphabetic() || (before.is_ascii_lowercase() && text[at].is_ascii_uppercase());
    let mut cursor = Cursor::new(text, at + stem.len(), REACH);
    let ending = cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if !(begins || stem == b"user") || !endings.iter().any(|other| ending.eq_ignore_ascii_case(other)) {
        return None;
    }
    if cursor.quote().is_some() {
        cursor.eat(b"]");
    }
    cursor.spaces();
    cursor.eat_word(b"id");
    cursor.spaces();
    let sign = cursor.while_is(|byte| matches!(byte, b':' | b'=' | b'>' | b',' | b'('));
    cursor.spaces();
    let name = match prefixed_quote(&mut cursor) {
        Some(quote) => cursor.while_is(|byte| byte != quote.mark && byte >= b' '),
        None if bare && matches!(sign, b":" | b"=" | b">" | b":=") => {
            cursor.while_is(|byte| byte.is_ascii_graphic() && !matches!(byte, b',' | b';' | b')' | b'}' | b'<' | b'&' | b'"' | b'\'' | b'`' | b'\\'))
        }
        None => return None,
    };
    // Two words, or letters of another alphabet: what a table of translations calls it.
    let label = name.iter().any(|byte| *byte == b' ' || !byte.is_ascii());
    let stands_for_another = label || value::is_placeholder(name) && !value::is_plain_word(name) || name.contains(&b'$') || name.contains(&b'{');
    let nobody = NOBODY.iter().any(|other| name.eq_ignore_ascii_case(other)) || (stem == b"user" && value::is_reference(name));
    (name.len() >= 2 && !stands_for_another && !nobody).then_some(name)
}
