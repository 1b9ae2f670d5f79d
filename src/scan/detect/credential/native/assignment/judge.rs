//! Is the literal a credential? Names ask for different things: a password little, a token randomness.

use super::beside;
use super::key::{Key, Kind};
use super::literal::{Literal, Style};
use super::surroundings::{Setting, Surroundings};
use super::weigh::{Candidate, Verdict};
use crate::domain::Sureness;
use crate::scan::detect::Text;
use crate::scan::detect::credential::{base64, value};

/// How sure it is, and why. What is something else for sure is refused; the rest is weighed.
pub(super) fn weighed(text: &Text<'_>, key: &Key, literal: &Literal, surroundings: &Surroundings) -> Option<Verdict> {
    candidate(text, key, literal, surroundings)?.weighed()
}

/// What is left to be weighed when no structural fact refuses it.
pub(super) fn candidate<'a>(text: &'a Text<'a>, key: &'a Key, literal: &'a Literal, surroundings: &'a Surroundings) -> Option<Candidate<'a>> {
    if !is_given(text.bytes, key, literal, surroundings) && is_refused(text.bytes, key, literal, surroundings) {
        return None;
    }
    Some(Candidate { text, key, literal, surroundings, filters: filtered(text.bytes, key, literal, surroundings) })
}

/// What the value's shape says under such a name. Passwords in prose and of several arguments are taken only when they look like nothing else.
fn filtered(bytes: &[u8], key: &Key, literal: &Literal, surroundings: &Surroundings) -> Option<Sureness> {
    let text = literal.text(bytes)?;
    let name = &bytes[key.span.clone()];
    let strict = literal.style == Style::Loose || (literal.style == Style::Bare && surroundings.setting == Setting::Text);
    let sureness = match key.kind {
        _ if text.len() < 5 => None,
        _ if value::is_in_fours(text) && key.kind != Kind::Auth => Some(Sureness::Likely),
        Kind::Password | Kind::Passphrase if is_given(bytes, key, literal, surroundings) => Some(Sureness::Likely),
        Kind::Password if is_chosen_number(text, name) || is_owned_word(bytes, key, literal, surroundings) => Some(Sureness::Likely),
        Kind::Password | Kind::Passphrase => password(text, name, key.kind, surroundings).filter(|sureness| !strict || *sureness > Sureness::Weak),
        Kind::Secret if is_key_of_digits(text) => Some(Sureness::Likely),
        Kind::Secret | Kind::Token => {
            value::as_token(text).or_else(|| chosen_secret(text, name, key.kind)).filter(|sureness| !strict || *sureness > Sureness::Weak)
        }
        Kind::ApiKey | Kind::PrivateKey => value::as_token(text).filter(|sureness| !strict || *sureness > Sureness::Weak),
        Kind::Auth => value::as_token(text).filter(|sureness| text.len() >= 16 && *sureness > Sureness::Weak),
        Kind::SomeKey => some_key(text, name),
    };
    sureness.map(|sureness| if is_shown(bytes, key) { Sureness::Weak } else { sureness })
}

/// The literal is something else for sure, whatever it looks like.
fn is_refused(bytes: &[u8], key: &Key, literal: &Literal, surroundings: &Surroundings) -> bool {
    let (text, name) = (literal.text(bytes).unwrap_or_default(), &bytes[key.span.clone()]);
    let length = if key.kind.select() == "password" { 4..=128 } else { 4..=512 };
    !length.contains(&text.len())
        || surroundings.setting == Setting::Lock
        || (literal.style == Style::Loose && value::is_name_like(text))
        || (literal.style != Style::Quoted && (is_comparison(text) || is_of_index(bytes, literal)))
        || (key.flag && text.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_'))
        || value::is_name_of_program(text)
        || text.iter().any(u8::is_ascii_control)
        || is_same_name(text, name)
        || is_no_secret(text)
        || is_public(bytes, &literal.span)
        || (key.kind.select() != "password" && goes_on_from(name, text))
        || (key.kind.select() == "password" && text.iter().all(u8::is_ascii_digit) && !is_chosen_number(text, name))
        || (key.kind == Kind::SomeKey && some_key(text, name).is_none())
        || (key.kind == Kind::Auth && (text.len() < 16 || value::as_token(text) < Some(Sureness::Likely)))
        || (surroundings.setting == Setting::Translation && value::as_token(text) < Some(Sureness::Likely))
}

/// `* http password:   HTTP Options.   (line  43)`: the index of a manual.
fn is_of_index(bytes: &[u8], literal: &Literal) -> bool {
    const REACH: usize = 100;
    let rest = &bytes[literal.span.end..bytes.len().min(literal.span.end + REACH)];
    let rest = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
    rest.ends_with(b")") && memchr::memmem::find(rest, b" (line ").is_some()
}

/// `a===LIMIT`, `dynamic=0`: code and what is said of it.
fn is_comparison(text: &[u8]) -> bool {
    let sign = memchr::memchr(b'=', text).filter(|at| *at > 0 && text[..*at].iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.')));
    let right = |at: usize| &text[at + text[at..].iter().take_while(|byte| **byte == b'=').count()..];
    sign.is_some_and(|at| {
        let (signs, right) = (text.len() - at - right(at).len(), right(at));
        right.first().is_some_and(u8::is_ascii_alphanumeric) && (signs > 1 || right.len() <= 2 && right.iter().all(u8::is_ascii_digit))
    })
}

/// `# Example password: …`, `sample_token = …`: the name itself says that its value is there to be seen.
pub(super) fn is_shown(bytes: &[u8], key: &Key) -> bool {
    let (before, name) = (&bytes[..key.span.start], &bytes[key.span.clone()]);
    let before = before.strip_suffix(b" ").unwrap_or_default();
    [&b"example"[..], b"sample"].into_iter().any(|word| {
        let begins = name.get(..word.len()).is_some_and(|first| first.eq_ignore_ascii_case(word));
        begins || before.len().checked_sub(word.len()).is_some_and(|at| before[at..].eq_ignore_ascii_case(word))
    })
}

/// `"access-token", "access_token"`: the name again, perhaps with other marks.
fn is_same_name(text: &[u8], name: &[u8]) -> bool {
    let letters = |text: &[u8]| -> Vec<u8> { text.iter().filter(|byte| !matches!(byte, b'_' | b'-' | b'.' | b' ')).map(u8::to_ascii_lowercase).collect() };
    letters(text) == letters(name)
}

/// `#define initCustomSecret initCustomSecret_avx512`: a value that begins with its name is a name.
fn goes_on_from(name: &[u8], text: &[u8]) -> bool {
    name.len() >= 6 && text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

/// `https://codecov.io/…/badge.svg?token=…`: tokens that only show a picture are made to be public. `example.com` lets nobody in.
fn is_public(bytes: &[u8], value: &std::ops::Range<usize>) -> bool {
    const REACH: usize = 160;
    let before = &bytes[value.start.saturating_sub(REACH)..value.start];
    let address = before.rsplit(|byte| matches!(byte, b' ' | b'"' | b'\'' | b'(' | b'\n' | b'<')).next().unwrap_or_default();
    [&b"badge"[..], b"img.shields.io", b".svg?", b"://example.", b".example.com"].iter().any(|word| memchr::memmem::find(address, word).is_some())
}

/// Base64 of a sentence, as documentation writes it: "user:not my real password".
fn is_encoded_sentence(text: &[u8]) -> bool {
    let decoded = (text.len() >= 16 && text.len() <= 200).then(|| base64::decode(text)).flatten().unwrap_or_default();
    decoded.contains(&b' ')
        && decoded.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ')
        && decoded.iter().filter(|byte| byte.is_ascii_alphabetic()).count() * 10 >= decoded.len() * 7
}

/// Whatever its name, the value is a placeholder, a reference, a hash, or of a kind that another parser reads.
fn is_no_secret(text: &[u8]) -> bool {
    let jwt = text.starts_with(b"eyJ") && text.iter().filter(|byte| **byte == b'.').count() == 2;
    jwt || text.starts_with(b"-----BEGIN")
        || value::is_placeholder(text)
        || value::is_foreign(text)
        || value::is_reference(text)
        || value::is_invented(text)
        || is_encoded_sentence(text)
}

fn password(text: &[u8], name: &[u8], kind: Kind, surroundings: &Surroundings) -> Option<Sureness> {
    let chosen = value::as_password(text, name, kind == Kind::Passphrase);
    if surroundings.setting == Setting::Translation {
        return value::as_token(text).filter(|sureness| *sureness > Sureness::Weak);
    }
    chosen.or_else(|| value::as_token(text))
}

/// By a statement of SQL, in a connection string or beside the one whose password it is: words that are joined will do, `groundhog.day`.
fn is_given(bytes: &[u8], key: &Key, literal: &Literal, surroundings: &Surroundings) -> bool {
    let Some(text) = literal.text(bytes).filter(|_| key.kind.select() == "password" && !is_shown(bytes, key)) else { return false };
    let joined = text.iter().any(|byte| !byte.is_ascii_alphabetic());
    let fits = match (literal.style, surroundings.setting) {
        (_, Setting::Translation | Setting::Lock) => false,
        (Style::Quoted, _) => true,
        (Style::Bare, Setting::Text) => joined && ends_line(bytes, literal.span.end) && text.len() >= 8,
        (Style::Bare, _) => joined && surroundings.takes_bare(),
        (Style::Loose, _) => false,
    };
    if !fits || !value::is_chosen(text, b"") {
        return false;
    }
    let beside = beside::owner(bytes, key, &literal.span, surroundings);
    let noted = surroundings.setting == Setting::Text && surroundings.begins_line && bytes[..literal.span.start].ends_with(b": ");
    let listed = noted || surroundings.in_list || surroundings.is_flag && surroundings.setting == Setting::Shell;
    (beside.named || beside.statement || beside.told || listed) && !beside.is_value
}

fn ends_line(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at..).unwrap_or_default(), [] | [b'\n', ..] | [b'\r', b'\n', ..] | [b'<', b'/', ..])
}

/// A word that somebody has for a password: the name says who, or a user or a host stands beside it.
fn is_owned_word(bytes: &[u8], key: &Key, literal: &Literal, surroundings: &Surroundings) -> bool {
    // `"change-password:changes the password"`: without a blank behind its colon a bare word explains.
    let explains = literal.style == Style::Bare && bytes[..literal.span.start].ends_with(b":");
    let firm = literal.style != Style::Loose && !explains && key.kind == Kind::Password && surroundings.setting != Setting::Translation;
    firm && literal.text(bytes).is_some_and(value::is_chosen_word) && beside::owner(bytes, key, &literal.span, surroundings).is_owned()
}

/// `850417`: people choose numbers for passwords. Programs count with round ones, and name what they count: `password_days`.
pub(super) fn is_chosen_number(text: &[u8], name: &[u8]) -> bool {
    let whole = [&b"password"[..], b"passwd", b"pwd", b"_pass", b"-pass", b".pass", b"Pass"].into_iter().any(|word| {
        let ending = name.len().checked_sub(word.len()).map(|at| &name[at..]);
        ending.is_some_and(|ending| if word.starts_with(b"p") { ending.eq_ignore_ascii_case(word) } else { ending == word })
    });
    whole && (6..=16).contains(&text.len()) && is_irregular_number(text) && !text.ends_with(b"00")
}

/// As many digits as an AES key has bytes: written by hand, and used as it stands.
pub(super) fn is_key_of_digits(text: &[u8]) -> bool {
    matches!(text.len(), 16 | 24 | 32) && is_irregular_number(text)
}

/// Digits alone, at least three of them different.
fn is_irregular_number(text: &[u8]) -> bool {
    let different = (b'0'..=b'9').filter(|digit| text.contains(digit)).count();
    different >= 3 && text.iter().all(u8::is_ascii_digit)
}

/// People choose secrets too, but what they choose for tokens looks like names more often.
fn chosen_secret(text: &[u8], name: &[u8], kind: Kind) -> Option<Sureness> {
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let marks = text.iter().filter(|byte| matches!(byte, b'!' | b'#' | b'%' | b'^' | b'&' | b'*' | b'@' | b'$' | b'?')).count();
    let chosen = value::as_password(text, name, false).filter(|_| kind == Kind::Secret && text.len() >= 8)?;
    let drawn = text.len() >= 9 && value::is_improbable(text);
    Some(if drawn || (digits + marks >= 3 && text.len() >= 10) { chosen } else { Sureness::Weak })
}

/// `MISTRAL_KEY=…`: the name says nothing, so the value must say all.
fn some_key(text: &[u8], name: &[u8]) -> Option<Sureness> {
    let constant = !name.iter().any(u8::is_ascii_lowercase) && name.contains(&b'_');
    let mixed = text.iter().any(u8::is_ascii_digit) && text.iter().any(u8::is_ascii_alphabetic);
    let certain = text.len() >= 20 && mixed && value::as_token(text) == Some(Sureness::Likely);
    certain.then_some(if constant { Sureness::Likely } else { Sureness::Weak })
}
