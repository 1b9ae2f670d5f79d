//! Credentials in HTTP: `Basic` with its user and password decoded, `Bearer`, other schemes of `Authorization`, `curl -u`.

use std::ops::Range;

use super::{Native, Parsed, cut, run, stands, value};
use crate::domain::Sureness;
use crate::scan::detect::Text;
use crate::scan::detect::credential::base64;

/// Woken by `basic `, `bearer `, `authorization` and `curl `. Selects: `basic`, `bearer`, `curl`.
pub(super) const NATIVE: Native = Native { name: "http-auth", parse, looks: Some(looks) };

const LONGEST_TOKEN: usize = 2048;
/// How far behind `curl` its `-u` may stand.
const LONGEST_COMMAND: usize = 400;

/// Schemes before a bare token in `Authorization`.
const OTHER_SCHEMES: &[&[u8]] = &[
    b"token",
    b"apikey",
    b"api-key",
    b"key",
    b"bot",
    b"splunk",
    b"genie",
    b"apitoken",
    b"sso-key",
    b"private-token",
    b"klaviyo-api-key",
    b"discordbot",
    b"oauth",
];

fn parse(text: &Text<'_>, at: usize, found: &mut dyn FnMut(Parsed)) {
    let bytes = text.bytes;
    let parsed = if stands(bytes, at, b"basic ") {
        basic(bytes, at + 6)
    } else if stands(bytes, at, b"bearer ") {
        bearer(bytes, at + 7)
    } else if stands(bytes, at, b"authorization") && !at.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_alphabetic()) {
        // Else a kind of thing: `AggregationAuthorization`.
        other_scheme(bytes, at + 13)
    } else if stands(bytes, at, b"curl ") {
        curl(bytes, at + 5)
    } else {
        None
    };
    if let Some(parsed) = parsed {
        found(parsed);
    }
}

/// A token begins close behind its word.
fn looks(bytes: &[u8], at: usize) -> Range<usize> {
    const CLOSE: usize = 64;
    at..run(bytes, at + CLOSE, LONGEST_TOKEN, is_of_token).end + 4
}

/// Base64 of `user:password`.
fn basic(bytes: &[u8], at: usize) -> Option<Parsed> {
    let secret = run(bytes, skip(bytes, at), LONGEST_TOKEN, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_'));
    let decoded = base64::decode(&bytes[secret.clone()]).filter(|_| secret.len() >= 8)?;
    let (user, password) = pair(&decoded)?;
    let sureness = judge(user, password)?;
    let mut parsed = Parsed::new("basic", bytes, secret, sureness);
    parsed.guessable = value::is_guessable(password);
    parsed.fact("user", user);
    Some(parsed.named(b"Authorization"))
}

fn bearer(bytes: &[u8], at: usize) -> Option<Parsed> {
    let secret = token(bytes, skip(bytes, at));
    let sureness = as_bearer(&bytes[secret.clone()]).filter(|_| !goes_on(bytes, secret.end))?;
    Some(Parsed::new("bearer", bytes, secret, sureness).named(b"Authorization"))
}

/// `Authorization: token …`, `"Authorization": "…"`: schemes but Basic and Bearer, or none.
fn other_scheme(bytes: &[u8], at: usize) -> Option<Parsed> {
    let at = run(bytes, at, 12, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b']' | b' ' | b':' | b'=' | b',' | b'>' | b'`')).end;
    let word = run(bytes, at, 24, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let spaced = bytes.get(word.end) == Some(&b' ') || bytes.get(word.end) == Some(&b'=');
    let named = OTHER_SCHEMES.iter().any(|scheme| bytes[word.clone()].eq_ignore_ascii_case(scheme));
    let start = if spaced && named { skip(bytes, word.end + 1) } else { at };
    let secret = token(bytes, start);
    let sureness = as_bearer(&bytes[secret.clone()]).filter(|_| !goes_on(bytes, secret.end))?;
    Some(Parsed::new("bearer", bytes, secret, sureness).named(b"Authorization"))
}

/// `curl -u user:password`, `--user`, `--proxy-user`, anywhere on the command's lines.
fn curl(bytes: &[u8], at: usize) -> Option<Parsed> {
    let command = cut(bytes, at..at.saturating_add(LONGEST_COMMAND));
    let command = &command[..command_end(command)];
    let flag = ["-u ", "--user ", "--user=", "--proxy-user ", "-U ", "-u'", "-u\"", "-u="]
        .iter()
        .filter_map(|flag| Some((memchr::memmem::find(command, flag.as_bytes()).filter(|at| *at == 0 || command[at - 1].is_ascii_whitespace())?, flag)))
        .min()
        .map(|(at, flag)| at + flag.trim_end_matches(['\'', '"']).len())?;
    let start = at + flag + run(command, flag, 4, |byte| matches!(byte, b' ' | b'"' | b'\'')).len();
    let quoted = bytes.get(start - 1).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let argument = run(bytes, start, 200, |byte| match quoted {
        Some(quote) => byte != quote && byte != b'\n',
        None => !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'`' | b'\\'),
    });
    let colon = argument.start + memchr::memchr(b':', &bytes[argument.clone()])?;
    let secret = colon + 1..argument.end;
    let sureness = judge(&bytes[argument.start..colon], &bytes[secret.clone()]).or_else(|| token_user(&bytes[argument.start..colon], &secret));
    let secret = if secret.is_empty() { argument.start..colon } else { secret };
    let mut parsed = Parsed::new("curl", bytes, secret.clone(), sureness?);
    if secret.start != argument.start {
        parsed.fact("user", &bytes[argument.start..colon]);
    }
    Some(parsed)
}

/// `-u TOKEN:`, as Stripe and others ask for.
fn token_user(user: &[u8], password: &Range<usize>) -> Option<Sureness> {
    (password.is_empty() && !stands_for_another(user)).then(|| value::as_token(user)).flatten()
}

/// A command ends with its line, unless a backslash goes on.
fn command_end(command: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', command).find(|at| !command[..*at].trim_ascii_end().ends_with(b"\\")).unwrap_or(command.len())
}

fn skip(bytes: &[u8], at: usize) -> usize {
    run(bytes, at, 4, |byte| byte == b' ').end
}

fn token(bytes: &[u8], at: usize) -> Range<usize> {
    let mut token = run(bytes, at, LONGEST_TOKEN, is_of_token);
    while token.end > token.start && matches!(bytes[token.end - 1], b'.' | b':') {
        token.end -= 1;
    }
    token
}

fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=' | b':' | b'|')
}

/// A template or a variable follows, or dots for what is left out: the token is not all there.
fn goes_on(bytes: &[u8], end: usize) -> bool {
    matches!(bytes.get(end..).unwrap_or_default(), [b'{' | b'$' | b'<' | b'(' | b'[' | b'*' | b'%', ..] | [b'.', b'.', ..])
}

/// Tokens of three parts that begin like JSON are found as JWTs.
fn as_bearer(token: &[u8]) -> Option<Sureness> {
    let joined = token.iter().position(|byte| *byte == b'=').is_some_and(|at| token[at..].iter().any(|byte| *byte != b'='));
    let none = joined || token.len() < 16 || token.starts_with(b"eyJ") || stands_for_another(token) || value::is_invented(token);
    if none { None } else { value::as_token(token) }
}

/// User and password, when the bytes are text with a colon in it.
fn pair(decoded: &[u8]) -> Option<(&[u8], &[u8])> {
    let printable = std::str::from_utf8(decoded).is_ok_and(|text| !text.chars().any(char::is_control));
    let colon = memchr::memchr(b':', decoded).filter(|_| printable)?;
    Some((&decoded[..colon], &decoded[colon + 1..]))
}

fn judge(user: &[u8], password: &[u8]) -> Option<Sureness> {
    // `-u $USER:$PASS`, `user:password` and RFC 7617's Aladdin.
    let chosen = value::is_chosen(password, user);
    let sample = (stands_for_another(password) && !chosen)
        || user.starts_with(b"$")
        || value::is_placeholder(user) && !value::is_plain_word(user)
        || password == b"open sesame";
    if password.len() < 4 || sample || value::is_foreign(password) {
        return None;
    }
    // The user stands before it, so a word is a password.
    let strong = chosen || value::as_password(password, user, false).is_some() || value::as_token(password).is_some() || value::is_chosen_word(password);
    Some(if strong { Sureness::Likely } else { Sureness::Weak }).filter(|_| !password.eq_ignore_ascii_case(user))
}

fn stands_for_another(value: &[u8]) -> bool {
    value::is_placeholder(value) || value.starts_with(b"$") || value.starts_with(b"<") || value::is_reference(value)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{finds, secrets};
    use super::*;
    use crate::scan::detect::credential::value::tests::{BASE62, made};

    const ANCHORS: &[&str] = &["basic ", "bearer ", "authorization", "curl "];

    fn secrets_in(text: &str) -> Vec<String> {
        secrets(&finds(&NATIVE, ANCHORS, "a", text), text).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn basic_is_decoded() {
        let encoded = base64::encode(format!("svc-deploy:{}", made(4, 12, BASE62)).as_bytes());
        for text in [
            format!("Authorization: Basic {encoded}"),
            format!("headers = {{'Authorization': 'Basic {encoded}'}}"),
            format!("proxy-authorization: basic {encoded}\r\n"),
        ] {
            let found = finds(&NATIVE, ANCHORS, "a", &text);
            assert_eq!(secrets(&found, &text), [encoded.as_str()], "{text}");
            assert_eq!(found[0].facts, [("user".to_owned(), "svc-deploy".to_owned())]);
        }
    }

    #[test]
    fn bearer_and_other_schemes_are_read() {
        let token = made(8, 40, BASE62);
        for text in [
            format!("Authorization: Bearer {token}"),
            format!("-H \"Authorization: Bearer {token}\" https://x"),
            format!("'Authorization': 'token {token}'"),
            format!("\"Authorization\": \"{token}\""),
            format!("req.headers['Authorization'] = 'Bearer {token}'"),
        ] {
            assert_eq!(secrets_in(&text), std::slice::from_ref(&token), "{text}");
        }
    }

    #[test]
    fn curl_takes_user_and_password() {
        let password = format!("Gr4nite{}", made(2, 5, BASE62));
        for text in [
            format!("curl -u admin:{password} https://x"),
            format!("curl -s -X POST \\\n  -u 'admin:{password}' \\\n  https://x"),
            format!("curl --user \"admin:{password}\" x"),
        ] {
            assert_eq!(secrets_in(&text), std::slice::from_ref(&password), "{text}");
        }
        let token = format!("{}{}", "live", made(6, 28, BASE62));
        assert_eq!(secrets_in(&format!("curl https://api -u {token}:")), [token]);
    }

    #[test]
    fn words_samples_and_variables_stay_quiet() {
        let sample = base64::encode(b"user:password");
        for text in [
            "basic authentication is used here",
            "Bearer authentication",
            "Authorization: Bearer $TOKEN",
            "Authorization: Bearer <token>",
            "Authorization: Bearer ${{ secrets.GITHUB_TOKEN }}",
            "authorizationRequestRepository.saveAuthorizationRequest",
            "curl -u $USER:$PASS https://x",
            "curl -u user:password https://x",
            &["curl https://x\nthen -u admin:Gr4", "nite77"].concat(),
            "'Authorization': 'Bearer ' + token",
            &format!("Authorization: Basic {sample}"),
        ] {
            assert!(secrets_in(text).is_empty(), "{text}: {:?}", secrets_in(text));
        }
    }
}
