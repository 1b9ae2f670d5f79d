//! The gate of passwords: could a person have chosen this, and is it more than a word of the program?

use super::reference::is_plain_name;
use super::{bigram, random};
use crate::domain::Sureness;

/// Shorter ones are numbers and abbreviations more often than passwords.
const SHORTEST: usize = 6;
const LONGEST: usize = 128;

/// Words of programs; a value made of one of these and digits may be a password, but a poor one.
#[rustfmt::skip] // a list, not code
const PROGRAM_WORDS: &[&str] = &[
    "passwort", "kennwort", "passwords",
    "password", "passwd", "secret", "token", "admin", "root", "test", "testing", "user", "username", "login", "guest", "pass", "default", "demo", "temp",
    "secure", "plain", "correct", "wrong", "invalid", "mock", "sample", "some", "new", "old", "my", "super", "strong", "initial", "master", "key", "dev",
];

/// Words that stand where a password could: types, states, what forms ask for.
#[rustfmt::skip] // a list, not code
const UNCHOSEN: &[&str] = &[
    "string", "varchar", "bytes", "number", "boolean", "object", "integer", "array", "double", "float", "input", "email", "basic", "short", "valid", "value", "empty", "other", "current",
    "actual", "typeof", "promise", "await", "async", "return", "function", "label", "field", "static", "dynamic", "always", "never", "prompt", "asked", "stored", "hashed", "bcrypt",
    "digest", "oauth", "kerberos", "plaintext", "cleartext", "changed", "expired", "generated", "random", "crypt", "unset", "inherit", "ignore", "ignored", "external", "internal", "local",
    "remote", "oncreate", "required", "missing", "blank", "whatever", "something", "anything", "stars", "redacted", "removed", "incorrect", "private", "changeit", "text", "requisite",
    "sufficient", "substack", "include", "getpwnam", "getpwuid",
    // "password" in other languages, as tables of translations give it to its name
    "geslo", "senha", "heslo", "lozinka", "wachtwoord", "cyfrinair", "parola", "haslo", "salasana", "parool", "contrasena", "passord", "adgangskode", "kodeord", "sifre", "slaptazodis",
    "parole", "kennwort", "clave", "contrasenya", "pasahitza", "contrasinal", "sandi", "jelszo", "losenord", "wagwoord", "nenosiri", "kodeo", "mima", "palavra",
];

/// "Password" as everyone writes it who thinks himself clever.
const LEET: &[&str] = &["p@ssword", "p@ssw0rd", "passw0rd", "p4ssw0rd", "p4ssword", "pa$$word", "pa$$w0rd", "pa55word", "pa55w0rd"];

/// Words of sentences: what holds one and spaces is text for people.
#[rustfmt::skip] // a list, not code
const SENTENCE_WORDS: &[&str] = &[
    "your", "the", "is", "enter", "for", "to", "a", "an", "of", "must", "not", "please", "invalid", "and", "or", "new", "password", "in", "with", "no",
    "be", "was", "has", "this", "that", "at", "are", "confirm", "forgot",
];

/// How sure it is that `value`, assigned to `key`, is a password. `phrase` values may hold spaces.
pub(in super::super) fn as_password(value: &[u8], key: &[u8], phrase: bool) -> Option<Sureness> {
    let printable = value.iter().all(|byte| !byte.is_ascii_control());
    if !(SHORTEST..=LONGEST).contains(&value.len()) || !printable || value.eq_ignore_ascii_case(key) {
        return None;
    }
    if value.contains(&b' ') {
        return (phrase && is_phrase(value)).then_some(Sureness::Weak);
    }
    let kinds = Kinds::of(value);
    if !value.is_ascii() && kinds.digits + kinds.marks == 0 {
        return None; // a word of another language: text for people
    }
    match kinds {
        Kinds { letters: 0, marks: 0, digits } => (digits >= 8).then_some(Sureness::Weak),
        Kinds { letters: 0, .. } => None, // dates, versions, numbers
        Kinds { digits: 0, marks: 0, .. } => letters_alone(value),
        Kinds { digits: 0, .. } => marked_word(value),
        _ => with_digits(value),
    }
}

/// A word in small letters that a person may have chosen, and that no program says in a password's place.
pub(in super::super) fn is_chosen_word(value: &[u8]) -> bool {
    let holds = |part: &[u8]| value.windows(part.len()).any(|window| window == part);
    let telling = [&b"pass"[..], b"pwd", b"secret", b"token", b"user", b"name", b"auth", b"cred"].into_iter().any(holds);
    let said = UNCHOSEN.iter().any(|word| value == word.as_bytes());
    (5..=20).contains(&value.len()) && value.iter().all(u8::is_ascii_lowercase) && !telling && !said && !is_poor(value)
}

struct Kinds {
    letters: usize,
    digits: usize,
    marks: usize,
}

impl Kinds {
    fn of(value: &[u8]) -> Self {
        let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii()).count();
        let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
        Self { letters, digits, marks: value.len() - letters - digits }
    }
}

/// Words and names in any case are the program's; letters that form no word may be chosen.
fn letters_alone(value: &[u8]) -> Option<Sureness> {
    if value.len() >= 12 {
        return random::as_token(value).or_else(|| is_improbable(value).then_some(Sureness::Likely));
    }
    let unlike_words = bigram::letters_in_words(value) * 2 < value.len();
    match is_improbable(value) && !names_a_password(value) {
        true => Some(Sureness::Likely),
        false => (value.len() >= 8 && unlike_words && !bigram::is_word(value) && changes_case(value)).then_some(Sureness::Weak),
    }
}

/// No part reads like a word: what a generator of letters gives, and hardly anyone else.
pub(in super::super) fn is_improbable(value: &[u8]) -> bool {
    /// Mean bits of a pair: words and names of programs cost 4, letters drawn at random 6.4.
    const LEAST: f32 = 5.2;
    let letters = bigram::Letters::of(value);
    letters.in_words() == 0 && letters.mean_cost() >= LEAST && bigram::runs(value).map(<[u8]>::len).max() >= Some(3)
}

/// `txtPwd`, `dbpass`: short for the name of a field.
fn names_a_password(value: &[u8]) -> bool {
    [&b"pwd"[..], b"pass", b"psw", b"pw"]
        .iter()
        .any(|word| bigram::runs(value).any(|run| run.len() < 8 && run.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))))
}

/// Letters and marks: `name_of_field`, `some-word`, `a.b` are names; `open!Sesame`, `pass@word` are passwords.
fn marked_word(value: &[u8]) -> Option<Sureness> {
    let joints = |byte: &u8| matches!(byte, b'_' | b'-' | b'.' | b':' | b'/' | b'\\' | b' ' | b',' | b'|');
    let strong = value.iter().filter(|byte| !byte.is_ascii_alphanumeric() && !joints(byte)).count();
    let punctuated = matches!(value.last(), Some(b'?' | b':' | b'.' | b',' | b';' | b'(' | b')' | b'>' | b'}' | b']'));
    let in_code = value.iter().any(|byte| matches!(byte, b'(' | b')' | b'{' | b'}' | b'<' | b'>' | b'"' | b'\'' | b'`' | b';' | b'='));
    let markup = value.first().is_some_and(|byte| matches!(byte, b'#' | b'&' | b'@' | b'$' | b'%' | b'*' | b'-' | b'+')) && strong == 1;
    if strong == 0 && value.len() >= 8 && value.first().is_some_and(u8::is_ascii_alphabetic) && is_improbable(value) {
        return Some(Sureness::Likely); // `qzkf-wrtpx`
    }
    if strong == 0 || punctuated || in_code || markup || is_type(value) {
        return None;
    }
    // `test@email` is half an address.
    let address = value.split(|byte| *byte == b'@').count() == 2 && value.split(|byte| *byte == b'@').all(bigram::is_word);
    Some(if address || is_poor(value) { Sureness::Weak } else { Sureness::Likely })
}

/// GraphQL's types that may not be null: `String!`.
pub(super) fn is_type(value: &[u8]) -> bool {
    const TYPES: [&[u8]; 9] = [b"String!", b"Int!", b"Float!", b"Boolean!", b"ID!", b"Password!", b"Text!", b"Token!", b"Secret!"];
    TYPES.contains(&value)
}

/// No other words than those of programs.
pub(super) fn is_poor(value: &[u8]) -> bool {
    let known = |run: &[u8]| PROGRAM_WORDS.iter().any(|word| run.eq_ignore_ascii_case(word.as_bytes()));
    let composed = |run: &[u8]| (2..run.len().saturating_sub(2)).any(|at| known(&run[..at]) && known(&run[at..]));
    LEET.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes())) || bigram::runs(value).all(|run| known(run) || composed(run))
}

/// Words with digits or joints, and letters alone: what a name in a list of arguments looks like.
pub(in super::super) fn is_name_like(value: &[u8]) -> bool {
    let Kinds { digits, .. } = Kinds::of(value);
    let strong = value.iter().any(|byte| matches!(byte, b'!' | b'#' | b'%' | b'^' | b'&' | b'*' | b'@' | b'$' | b'?' | b'+' | b'='));
    !strong && (digits == 0 || is_plain_name_with_numbers(value))
}

/// `ROLE_ADMIN`, `db-credentials`, `PasswordInput`, `userpass`: plain words, joined as a program joins them, or a program's words glued together.
pub(in super::super) fn is_name_of_program(value: &[u8]) -> bool {
    const SAYING: [&[u8]; 7] = [b"pass", b"pwd", b"secret", b"token", b"cred", b"auth", b"role"];
    let joined = value.iter().any(|byte| matches!(byte, b'_' | b'-'));
    let named = value.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-'));
    let plain = || value.split(|byte| matches!(byte, b'_' | b'-')).all(|part| part.len() <= 2 || bigram::is_word(part));
    let says = || SAYING.iter().any(|word| value.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word)));
    let constant = !value.iter().any(u8::is_ascii_lowercase) && value.contains(&b'_');
    let humps = value.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    let words = || says() && bigram::runs(value).all(|run| run.len() <= 2 || bigram::is_word(run));
    let camel = || named && !joined && humps && (words() || names_a_password(value));
    camel() || named && joined && (constant || says()) && plain() || named && !joined && is_poor(value) || is_unchosen(value) || is_algorithm(value)
}

/// `AES/CBC/PKCS5Padding`.
fn is_algorithm(value: &[u8]) -> bool {
    const CIPHERS: [&[u8]; 6] = [b"AES", b"DES", b"DESede", b"RSA", b"Blowfish", b"ChaCha20"];
    value.contains(&b'/') && value.split(|byte| *byte == b'/').next().is_some_and(|first| CIPHERS.contains(&first))
}

/// What stands where a password could, however its words are joined: `plain_text`, `utf-8`.
fn is_unchosen(value: &[u8]) -> bool {
    let bare: Vec<u8> = value.iter().filter(|byte| !matches!(byte, b'_' | b'-')).map(u8::to_ascii_lowercase).collect();
    matches!(bare.as_slice(), b"utf8" | b"utf16" | b"latin1" | b"base64") || UNCHOSEN.iter().any(|word| bare == word.as_bytes())
}

/// Digits among letters.
fn with_digits(value: &[u8]) -> Option<Sureness> {
    let body = value.strip_suffix(b"!").unwrap_or(value);
    let stem = body.iter().position(u8::is_ascii_digit).map_or(body, |at| &body[..at]);
    let stem = stem.strip_suffix(b"_").or_else(|| stem.strip_suffix(b"-")).unwrap_or(stem);
    let poor = is_poor(value) || PROGRAM_WORDS.iter().any(|word| stem.eq_ignore_ascii_case(word.as_bytes()));
    let joined = value.iter().any(|byte| matches!(byte, b'_' | b'-' | b'.' | b'/' | b':'));
    let upright = value.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b':'));
    // `oauth2_token`, `sha256-key`, `V1_PASSWORD`, `utf-8`: names with a number in them.
    if joined && upright && is_plain_name_with_numbers(value) {
        return None;
    }
    let in_code = value.iter().any(|byte| matches!(byte, b'(' | b'{' | b'<' | b'"' | b'`' | b';'))
        && value.iter().any(|byte| matches!(byte, b')' | b'}' | b'>' | b'"' | b'`' | b';'));
    match (in_code, poor) {
        (true, _) => None,
        (_, true) => Some(Sureness::Weak),
        _ => Some(Sureness::Likely),
    }
}

/// Parts that read like words, each perhaps with a number behind. `Winter_21`, written like a title, is no name.
fn is_plain_name_with_numbers(value: &[u8]) -> bool {
    let parts = || value.split(|byte| matches!(byte, b'_' | b'-' | b'.' | b'/' | b':')).filter(|part| !part.is_empty());
    let unnumbered = |part: &[u8]| part.iter().rposition(|byte| !byte.is_ascii_digit()).map(|last| last + 1).unwrap_or_default();
    let Kinds { letters, digits, .. } = Kinds::of(value);
    let titled = value.first().is_some_and(u8::is_ascii_uppercase) && value.iter().any(u8::is_ascii_lowercase) && digits >= 2;
    digits <= 3 && digits < letters && !titled && parts().all(|part| part.iter().all(u8::is_ascii_digit) || is_plain_name(&part[..unnumbered(part)]))
}

/// Three words or more that make no sentence.
fn is_phrase(value: &[u8]) -> bool {
    let words = || value.split(|byte| *byte == b' ');
    let lower = words().all(|word| word.len() >= 3 && word.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
    let spoken = words().any(|word| SENTENCE_WORDS.iter().any(|other| word == other.as_bytes()));
    words().count() >= 4 && lower && !spoken
}

fn changes_case(value: &[u8]) -> bool {
    let inner = value.get(1..).unwrap_or_default();
    inner.iter().any(u8::is_ascii_uppercase) && inner.iter().any(u8::is_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(value: &str) -> Option<Sureness> {
        as_password(value.as_bytes(), b"db_password", true)
    }

    #[test]
    fn what_people_choose_passes() {
        for text in [
            "Summer2019!",
            "tr0ub4dor&3",
            "blue42monkey",
            "p@ssword!",
            "Qwerty12",
            "kX9#mP2$",
            "letmein99",
            "J0hn.Smith77",
            "open!Sesame",
            "Winter_2021",
            "plum tiger orbit canoe",
        ] {
            assert!(gate(text).is_some(), "{text}");
        }
    }

    #[test]
    fn words_of_the_program_do_not() {
        let written = [
            "password",
            "Password",
            "newPassword",
            "user_password",
            "db-password",
            "db_password",
            "PASSWORD_RESET",
            "Required",
            "Enter your password",
            "Password must not be empty",
            "string",
            "SecretStr",
            "passwordField",
            "oauth2_token",
            "password:",
            "invalid_password",
            "Passwort",
            "short",
            "12345",
            "#password",
            "passwordInput?",
            "mot-de-passe",
            "Contraseña",
            "utf-8",
            "sha256-key",
        ];
        for text in written {
            assert_eq!(gate(text), None, "{text}");
        }
    }
}
