//! Files that are nothing but a token, a password or a key: only the name tells.

use super::judge::{self, Kind};
use super::{Form, NONE, Parsed, Reader, field};
use crate::domain::Sureness;
use crate::scan::detect::Text;

#[rustfmt::skip] // a list, not code
const TOKENS: &[&str] = &[
    "vault-token", "token", "access_token", "api_key", "apikey", "api_token", "auth_token", "github_token", "gh_token", "gitlab_token", "npm_token", "hf_token", "openai_api_key",
    "anthropic_api_key", "cookie_secret", "jupyter_cookie_secret", "notebook_cookie_secret", "jupyterhub_cookie_secret", "secret_key", "secret_key_base", "secret_token",
    "session_secret", "jwt_secret", "master.key", "erlang.cookie", "client_secret", "flask_secret", "django_secret_key",
];

const VAULT_PASSWORDS: &[&str] = &[
    "vault_pass",
    "vault_password",
    "vault-password",
    "vault-pass",
    "vaultpass",
    "ansible_vault_password",
    "ansible-vault-password",
    "ansible_vault_pass",
    "vault_password_file",
    "vault_pass_file",
];

pub(super) const READERS: &[Reader] = &[
    Reader { files: TOKENS, own: Some(token), ..NONE },
    Reader { files: VAULT_PASSWORDS, own: Some(vault_password), ..NONE },
    Reader { files: &["passwd"], own: Some(vnc), ..NONE },
    Reader { anchors: &["<KeyFile>"], form: Form::Xml, fields: &[field("KeyFile/Key/Data", "keepass", Kind::KeyBytes, &[])], ..NONE },
];

/// The one line of a text that has no more.
fn only_line(bytes: &[u8]) -> Option<std::ops::Range<usize>> {
    let line = bytes.trim_ascii();
    let start = bytes.len() - bytes.trim_ascii_start().len();
    (!line.contains(&b'\n')).then_some(start..start + line.len())
}

fn token(text: &Text<'_>, found: &mut dyn FnMut(Parsed)) {
    let line = only_line(text.bytes).filter(|line| (16..=512).contains(&line.len()));
    let rule = |line: &std::ops::Range<usize>| if text.bytes[line.clone()].starts_with(b"hf_") { "hugging-face" } else { "bare-token" };
    line.and_then(|line| judge::judge(Kind::Token, rule(&line), text.bytes, line, b"")).into_iter().for_each(found);
}

/// A script that asks a keeper for the password is none.
fn vault_password(text: &Text<'_>, found: &mut dyn FnMut(Parsed)) {
    let line = only_line(text.bytes).filter(|line| (6..=256).contains(&line.len()) && !text.bytes.starts_with(b"#!") && !text.bytes.starts_with(b"$ANSIBLE"));
    line.and_then(|line| judge::judge(Kind::Password, "ansible-vault", text.bytes, line, b"")).into_iter().for_each(found);
}

/// `.vnc/passwd`: eight bytes under DES with a key that everybody knows.
fn vnc(text: &Text<'_>, found: &mut dyn FnMut(Parsed)) {
    if text.bytes.len() == 8 && text.bytes.iter().any(|byte| !byte.is_ascii_graphic() && !byte.is_ascii_whitespace()) {
        let mut parsed = Parsed::new("vnc", text.bytes, 0..8, Sureness::Likely);
        parsed.guessable = true;
        found(parsed);
    }
}
