//! A user and a password side by side: `HTTPBasicAuth("user", "…")`, `auth=("user", "…")`, `new NetworkCredential("user", "…")`.

use super::super::{Parsed, run, run_before, stands, value};
use super::call::methods;
use super::cursor::Cursor;
use super::judge;
use super::key::{Key, Kind};
use super::link::prefixed_quote;
use super::literal::{Literal, Style, quoted};
use super::surroundings::Surroundings;
use crate::domain::Sureness;
use crate::scan::detect::Text;

/// How far behind the name the password may stand.
const REACH: usize = 240;

/// What is called with a user and a password, in small letters without marks, and what stands before the password.
#[rustfmt::skip] // a list, not code
const CALLS: &[(&[u8], usize)] = &[
    (b"auth", 1), (b"basicauth", 1), (b"httpbasicauth", 1), (b"httpauth", 1), (b"digestauth", 1), (b"httpdigestauth", 1), (b"setbasicauth", 1), (b"setauth", 1), (b"proxyauth", 1),
    (b"authenticate", 1), (b"basicauthentication", 1), (b"basicauthenticationcredential", 1), (b"networkcredential", 1), (b"passwordauthentication", 1), (b"pscredential", 1),
    (b"usernamepasswordcredentials", 1), (b"usernamepasswordauthenticationtoken", 1), (b"userpassword", 1), (b"plaincredentials", 1), (b"plainauth", 2), (b"login", 1),
    (b"usernamepwset", 1), (b"mysqliconnect", 2), (b"getconnection", 2), (b"pdo", 2), (b"credentials", 1), (b"mysqlconnect", 2), (b"mysqli", 2), (b"ftplogin", 2), (b"imapopen", 2),
    (b"ociconnect", 1), (b"odbcconnect", 2), (b"ldapbind", 2), (b"simplebinds", 1), (b"simplebind", 1), (b"ssh2authpassword", 2), (b"pbekeyspec", 0), (b"setcredentials", 1), (b"secretkeyspec", 0),
];

/// Of [`CALLS`], those that may take other words than passwords.
const VAGUE: [&[u8]; 5] = [b"auth", b"login", b"authenticate", b"credentials", b"setauth"];

/// Methods of something that is not named for a login, and what stands before the password.
const METHODS: [(&[u8], &[u8], usize); 11] = [
    (b"mysql", b":connect(", 2),
    (b"dbi", b"->connect(", 2),
    (b"authtokens", b".basic(", 1),
    (b"pymysql", b".connect(", 2),
    (b"mysqldb", b".connect(", 2),
    (b"redis", b".Redis(", 3),
    (b"redis", b".StrictRedis(", 3),
    (b"ssh", b".connect(", 3),
    (b"ftplib", b".FTP(", 2),
    (b"wifi", b".begin(", 1),
    (b"env", b":connect(", 2),
];

/// Names that are given a pair.
const PAIRS: [&[u8]; 7] = [b"auth", b"basicauth", b"httpauth", b"creds", b"credentials", b"credential", b"proxyauth"];

/// Methods of a class called like that.
const MAKERS: [&[u8]; 4] = [b".basic(", b"::new(", b"::basic(", b".new("];

/// The password, if the word at `at` belongs to the name of such a call or pair.
pub(super) fn password(text: &Text<'_>, at: usize) -> Option<Parsed> {
    let bytes = text.bytes;
    if !may_begin(bytes, at) {
        return None;
    }
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let name = run_before(bytes, at, 40, is_name)..run(bytes, at, 40, is_name).end;
    let opens = matches!(bytes.get(name.end)?, b'(' | b'.' | b':' | b'-' | b'=' | b' ' | b'"' | b'\'');
    let plain: Vec<u8> = if opens { bytes[name.clone()].iter().filter(|byte| **byte != b'_').map(u8::to_ascii_lowercase).collect() } else { return None };
    let before = place(bytes, &name, &plain)?;
    let (start, before) = before;
    let (user, literal) = nth(bytes, start, before, plain == b"auth" && matches!(bytes[..name.start].last(), Some(b'.' | b':' | b'>')))?;
    let kind = if plain == b"secretkeyspec" { Kind::Secret } else { Kind::Password };
    let key = Key { span: name, kind, flag: false, template: false, plural: false };
    let surroundings = Surroundings::of(text, &key);
    // Whoever has an address of mail for a user logs in.
    let is_address = memchr::memchr(b'@', user).is_some_and(|at| user[at..].contains(&b'.'));
    let basic = bytes[key.span.end..].starts_with(b".basic(");
    let called = bytes.get(key.span.end) == Some(&b'(');
    let vague = if called { VAGUE.contains(&plain.as_slice()) } else { PAIRS.contains(&plain.as_slice()) && !basic } && !is_address;
    // `ftp.login("robot", …)`: the method of something, and no plain word.
    let method = bytes[..key.span.start].last().is_some_and(|last| matches!(last, b'.' | b'>' | b':')) || plain == b"auth" && bytes[..start].ends_with(b"(");
    let joined = |text: &[u8]| method && text.len() >= 8 && text.iter().any(|byte| !byte.is_ascii_alphabetic() && *byte != b'_' && *byte != b' ');
    let word = || literal.text(bytes).is_some_and(|text| value::is_chosen(text, user) && (!vague || joined(text)));
    let (sureness, why) = match judge::weighed(text, &key, &literal, &surroundings) {
        Some(verdict) if verdict.sureness > Sureness::Weak || !word() => (verdict.sureness, verdict.why),
        _ => (word().then_some(Sureness::Likely)?, Vec::new()),
    };
    Some(Parsed { why, ..Parsed::new(kind.select(), bytes, literal.span, sureness) }.written(literal.joined).named(&bytes[key.span]))
}

/// Anchors of assignments are frequent; most are refused here.
fn may_begin(bytes: &[u8], at: usize) -> bool {
    let next = bytes.get(at + 1).map(u8::to_ascii_lowercase);
    match bytes.get(at).map(u8::to_ascii_lowercase) {
        Some(b'a' | b'c' | b'p' | b'l' | b'u' | b'm' | b'g' | b'd' | b'f' | b'i' | b'o' | b'r' | b'w' | b'e') => true,
        Some(b's') => matches!(next, Some(b's' | b'i')),
        Some(b'k') => stands(bytes, at, b"keyspec("),
        _ => false,
    }
}

/// Where the first of the values may stand, and how many stand before the password.
fn place(bytes: &[u8], name: &std::ops::Range<usize>, plain: &[u8]) -> Option<(usize, usize)> {
    let mut cursor = Cursor::new(bytes, name.end, REACH);
    if let Some((_, before)) = CALLS.iter().find(|(call, _)| *call == plain)
        && (cursor.eat(b"(") || MAKERS.into_iter().any(|maker| cursor.eat(maker)))
    {
        return Some((cursor.at, *before));
    }
    if let Some((_, _, before)) = METHODS.iter().find(|(object, method, _)| *object == plain && cursor.eat(method)) {
        return Some((cursor.at, *before));
    }
    if !PAIRS.contains(&plain) {
        return None;
    }
    if cursor.quote().is_some() {
        cursor.eat(b"]");
    }
    cursor.spaces();
    let signed = cursor.eat(b"=>") || cursor.eat(b":=") || cursor.eat(b"=") || cursor.eat(b":");
    cursor.spaces();
    (signed && (cursor.eat(b"(") || cursor.eat(b"["))).then_some((cursor.at, 1))
}

/// The user, and the literal behind so many values; one of a kind that a user is given in.
fn nth(bytes: &[u8], start: usize, before: usize, method: bool) -> Option<(&[u8], Literal)> {
    let mut cursor = Cursor::new(bytes, start, REACH);
    let mut user = &b""[..];
    let mut alone = None;
    for _ in 0..before {
        cursor.blanks();
        user = match prefixed_quote(&mut cursor) {
            Some(quote) => {
                let literal = quoted(&mut cursor, quote, Style::Loose)?;
                methods(&mut cursor);
                alone = Some(literal.clone());
                &bytes[literal.span]
            }
            None => cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$' | b'[' | b']' | b'-' | b'>')),
        };
        cursor.blanks();
        // `redis.auth("…")` takes no user.
        if let Some(literal) = alone.take().filter(|_| before == 1 && method && cursor.peek() == Some(b')')) {
            return Some((b"", literal.styled(Style::Quoted)));
        }
        cursor.eat(b",").then_some(())?;
    }
    cursor.blanks();
    cursor.eat(b"Some(");
    let quote = prefixed_quote(&mut cursor)?;
    let literal = quoted(&mut cursor, quote, Style::Loose)?;
    methods(&mut cursor);
    cursor.blanks();
    let ends = matches!(cursor.peek(), Some(b')' | b']' | b','));
    let named = before == 0 || !user.is_empty() && (before > 1 || !user.contains(&b' ')) && !user.contains(&b'#') && !user.eq_ignore_ascii_case(b"bearer");
    (ends && named).then_some((user, literal))
}
