//! A user and a password side by side: `HTTPBasicAuth("user", "…")`, `auth=("user", "…")`, `new NetworkCredential("user", "…")`.

use super::super::{Parsed, run, run_before, value};
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
const CALLS: [(&[u8], usize); 26] = [
    (b"auth", 1), (b"basicauth", 1), (b"httpbasicauth", 1), (b"httpauth", 1), (b"digestauth", 1), (b"httpdigestauth", 1), (b"setbasicauth", 1), (b"setauth", 1), (b"proxyauth", 1),
    (b"authenticate", 1), (b"basicauthentication", 1), (b"basicauthenticationcredential", 1), (b"networkcredential", 1), (b"passwordauthentication", 1), (b"pscredential", 1),
    (b"usernamepasswordcredentials", 1), (b"usernamepasswordauthenticationtoken", 1), (b"userpassword", 1), (b"plaincredentials", 1), (b"plainauth", 2), (b"login", 1),
    (b"usernamepwset", 1), (b"mysqliconnect", 2), (b"getconnection", 2), (b"pdo", 2), (b"credentials", 1),
];

/// Of [`CALLS`], those that may take other words than passwords.
const VAGUE: [&[u8]; 5] = [b"auth", b"login", b"authenticate", b"credentials", b"setauth"];

/// Names that are given a pair.
const PAIRS: [&[u8]; 7] = [b"auth", b"basicauth", b"httpauth", b"creds", b"credentials", b"credential", b"proxyauth"];

/// Methods of a class called like that.
const MAKERS: [&[u8]; 4] = [b".basic(", b"::new(", b"::basic(", b".new("];

/// The password, if the word at `at` belongs to the name of such a call or pair.
pub(super) fn password(text: &Text<'_>, at: usize) -> Option<Parsed> {
    let bytes = text.bytes;
    if !matches!(bytes.get(at)?, b'a' | b'A' | b'c' | b'C' | b'p' | b'P' | b'l' | b'L' | b'u' | b'U' | b'm' | b'g' | b'G' | b'D') {
        return None;
    }
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let name = run_before(bytes, at, 40, is_name)..run(bytes, at, 40, is_name).end;
    let opens = matches!(bytes.get(name.end)?, b'(' | b'.' | b':' | b'-' | b'=' | b' ' | b'"' | b'\'');
    let plain: Vec<u8> = if opens { bytes[name.clone()].iter().filter(|byte| **byte != b'_').map(u8::to_ascii_lowercase).collect() } else { return None };
    let before = place(bytes, &name, &plain)?;
    let (start, before) = before;
    let literal = nth(bytes, start, before, plain == b"auth" && matches!(bytes[..name.start].last(), Some(b'.' | b':' | b'>')))?;
    let key = Key { span: name, kind: Kind::Password, flag: false, template: false, plural: false };
    let surroundings = Surroundings::of(text, &key);
    let word = || !VAGUE.contains(&plain.as_slice()) && !PAIRS.contains(&plain.as_slice()) && literal.text(bytes).is_some_and(value::is_chosen_word);
    let (sureness, why) = match judge::weighed(text, &key, &literal, &surroundings) {
        Some(verdict) if verdict.sureness > Sureness::Weak || !word() => (verdict.sureness, verdict.why),
        _ => (word().then_some(Sureness::Likely)?, Vec::new()),
    };
    Some(Parsed { why, ..Parsed::new("password", bytes, literal.span, sureness) }.written(literal.joined).named(&bytes[key.span]))
}

/// Where the first of the values may stand, and how many stand before the password.
fn place(bytes: &[u8], name: &std::ops::Range<usize>, plain: &[u8]) -> Option<(usize, usize)> {
    let mut cursor = Cursor::new(bytes, name.end, REACH);
    if let Some((_, before)) = CALLS.iter().find(|(call, _)| *call == plain)
        && (cursor.eat(b"(") || MAKERS.into_iter().any(|maker| cursor.eat(maker)))
    {
        return Some((cursor.at, *before));
    }
    if plain == b"dbi" && cursor.eat(b"->connect(") {
        return Some((cursor.at, 2));
    }
    if plain == b"authtokens" && cursor.eat(b".basic(") {
        return Some((cursor.at, 1));
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

/// The literal behind so many values; one of a kind that a user is given in.
fn nth(bytes: &[u8], start: usize, before: usize, method: bool) -> Option<Literal> {
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
            return Some(literal.styled(Style::Quoted));
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
    let named = !user.is_empty() && !user.contains(&b' ') && !user.eq_ignore_ascii_case(b"bearer");
    (ends && named).then_some(literal)
}
