//! Is the value of a field that holds secrets one? Variables, look-ups, ciphertext and samples are not.

use std::ops::Range;

use crate::domain::Sureness;
use crate::scan::detect::credential::native::Parsed;
use crate::scan::detect::credential::{base64, value};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Password,
    Token,
    /// Anything may stand here; what is random is a secret.
    Random,
    /// The same behind a scheme or a flag: `Bearer …`, `--key=…`.
    Argument,
    /// Base64 of a password.
    Encoded,
    /// `user:password`, in base64 or not.
    Pair,
    /// Base64 of a private key with its armour.
    Key,
    /// Rclone's: AES under a key that all copies of rclone share, behind 16 bytes drawn at random.
    Obscured,
    /// WinSCP's: hexadecimal, turned over by a constant.
    Hexadecimal,
    /// 32 random bytes, as base64 or hexadecimal.
    KeyBytes,
}

/// The secret in `written`, if there is one.
pub(super) fn judge(kind: Kind, rule: &str, bytes: &[u8], written: Range<usize>, user: &[u8]) -> Option<Parsed> {
    let value = &bytes[written.clone()];
    let word = matches!(kind, Kind::Password | Kind::Pair | Kind::Obscured) && value::is_chosen(value, user);
    if value.len() < 4 || (stands_for_another(value) && !word) {
        return None;
    }
    let found = |secret: Range<usize>, sureness| Some(Parsed::new(rule, bytes, secret, sureness));
    match kind {
        Kind::Password => found(written.clone(), password(value, user)?),
        Kind::Token => found(written.clone(), token(value)?),
        Kind::Random => is_drawn(value).then_some(()).and_then(|()| found(written.clone(), Sureness::Likely)),
        Kind::Argument => {
            let start = value.iter().position(|byte| matches!(byte, b' ' | b'=') && !value.ends_with(&[*byte])).map_or(0, |sign| sign + 1);
            (start > 0)
                .then(|| judge(named(&value[..start - 1]), rule, bytes, written.start + start..written.end, user))
                .flatten()
                .or_else(|| judge(Kind::Random, rule, bytes, written.clone(), user))
        }
        Kind::Encoded => decoded(rule, bytes, written, |plain| password(plain, user)),
        Kind::Pair => pair(rule, bytes, written),
        Kind::Key => decoded(rule, bytes, written, |plain| (plain.starts_with(b"-----BEGIN") && holds(plain, b"PRIVATE KEY")).then_some(Sureness::Certain))
            .map(|mut parsed| {
                parsed.guessable = false;
                parsed
            }),
        // What is not obscured, somebody wrote there by hand.
        Kind::Obscured => match base64::decode(value) {
            Some(plain) if plain.len() > 16 => found(written.clone(), Sureness::Likely),
            _ => found(written.clone(), token(value).or_else(|| password(value, user))?),
        },
        Kind::Hexadecimal => {
            (value.len() >= 16 && value.iter().all(u8::is_ascii_hexdigit)).then_some(()).and_then(|()| found(written.clone(), Sureness::Likely))
        }
        Kind::KeyBytes => is_key_bytes(value).then_some(()).and_then(|()| found(written.clone(), Sureness::Certain)),
    }
}

/// What a scheme, a flag or a variable says of the value behind it.
fn named(name: &[u8]) -> Kind {
    let says = |words: &[&[u8]]| words.iter().any(|word| name.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word)));
    match () {
        () if says(&[b"passw", b"pwd", b"_pass", b"-pass"]) => Kind::Password,
        () if says(&[b"bearer", b"token", b"secret", b"api-key", b"api_key", b"apikey", b"-pat", b"_pat"]) => Kind::Token,
        () => Kind::Random,
    }
}

/// Long ones of all three kinds of characters may look a little like words.
fn is_drawn(value: &[u8]) -> bool {
    let has = |class: fn(&u8) -> bool| value.iter().any(class);
    let mixed = value.len() >= 32
        && value.iter().all(u8::is_ascii_alphanumeric)
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase);
    let least = if mixed { Sureness::Weak } else { Sureness::Likely };
    value::as_token(value) >= Some(least) && !value::is_foreign(value)
}

/// What is weak is left to the rules of assignments, which look around it.
fn password(value: &[u8], user: &[u8]) -> Option<Sureness> {
    let whole = value.len() >= 4 && (!stands_for_another(value) || value::is_chosen(value, user)) && (!value::is_foreign(value) || is_uuid(value));
    let strong = value::is_chosen(value, user)
        || value::as_password(value, user, true) >= Some(Sureness::Likely)
        || value::as_token(value).is_some()
        || value::is_chosen_word(value)
        || is_uuid(value);
    (whole && strong && !value.eq_ignore_ascii_case(user)).then_some(Sureness::Likely)
}

/// Issued, not chosen: words are none.
fn token(value: &[u8]) -> Option<Sureness> {
    let whole = value.len() >= 8 && value.iter().all(u8::is_ascii_graphic) && (!value::is_foreign(value) || is_uuid(value));
    let issued = is_uuid(value) || value::as_token(value) == Some(Sureness::Likely) || value::as_password(value, b"", false) == Some(Sureness::Likely);
    (whole && issued).then_some(Sureness::Likely)
}

/// `value` is base64 of what the gate lets through, or no base64 of text and let through itself.
fn decoded(rule: &str, bytes: &[u8], written: Range<usize>, gate: impl Fn(&[u8]) -> Option<Sureness>) -> Option<Parsed> {
    let value = &bytes[written.clone()];
    let plain =
        base64::decode(value).filter(|plain| std::str::from_utf8(plain).is_ok_and(|text| !text.chars().any(|c| c.is_control() && c != '\n' && c != '\r')));
    if plain.is_none() && (value.len() >= 24 || base64::decode(value).is_some()) {
        return None; // encrypted
    }
    let sureness = gate(plain.as_deref().unwrap_or(value))?;
    let mut parsed = Parsed::new(rule, bytes, written, sureness);
    parsed.guessable = value::is_guessable(plain.as_deref().unwrap_or(value));
    Some(parsed)
}

fn pair(rule: &str, bytes: &[u8], written: Range<usize>) -> Option<Parsed> {
    let value = &bytes[written.clone()];
    let plain = if value.contains(&b':') { value.to_vec() } else { base64::decode(value)? };
    let colon = memchr::memchr(b':', &plain).filter(|_| std::str::from_utf8(&plain).is_ok_and(|text| !text.chars().any(char::is_control)))?;
    let (user, secret) = (&plain[..colon], &plain[colon + 1..]);
    let mut parsed = Parsed::new(rule, bytes, written, password(secret, user)?);
    parsed.guessable = value::is_guessable(secret);
    parsed.fact("user", user);
    Some(parsed)
}

fn is_key_bytes(value: &[u8]) -> bool {
    let digits: Vec<u8> = value.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    (digits.len() == 64 && digits.iter().all(u8::is_ascii_hexdigit)) || base64::decode(&digits).is_some_and(|plain| plain.len() == 32)
}

/// Variables, templates, tags, look-ups, ciphertext in braces, samples.
fn stands_for_another(value: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 12] = [b"${", b"$(", b"{{", b"<", b"%(", b"%{", b"#{", b"!", b"env:", b"@{", b"*", b"xxx"];
    let tag = |beginning: &&[u8]| {
        value.starts_with(beginning) && (**beginning != b"!"[..] || value.get(1).is_some_and(u8::is_ascii_alphabetic) && value.contains(&b' '))
    };
    let variable = value.starts_with(b"$") && value[1..].iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_' || byte.is_ascii_digit());
    let percent = value.len() > 2 && value.starts_with(b"%") && value.ends_with(b"%");
    let braced = value.starts_with(b"{") && value.ends_with(b"}");
    BEGINNINGS.iter().any(tag)
        || variable
        || percent
        || braced
        || value::is_placeholder(value)
        || value::is_invented(value)
        || (value::is_reference(value) && !is_uuid(value))
}

fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36 && value.iter().enumerate().all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(text, word).is_some()
}
