//! Files of lines, in which a password is the word behind another, or the word of a number: clients of mail, of networks, of shares.

use std::ops::Range;

use super::judge::Kind::{self, Obscured, Password, Token};
use super::judge::judge;
use super::{Form, NONE, Parsed, Reader, field};
use crate::scan::detect::Text;

const MAIL: &str = "mail-login";
const NETWORK: &str = "network-login";
const SHARE: &str = "remote-login";

pub(super) const READERS: &[Reader] = &[
    Reader { files: &["msmtprc", "esmtprc", "mbsyncrc", "isyncrc", "mpoprc"], own: Some(mail), ..NONE },
    Reader { files: &["fetchmailrc", "getmailrc"], own: Some(mail), ..NONE },
    Reader { files: &["sasl_passwd", "sasl_password", "saslpass"], own: Some(sasl), ..NONE },
    Reader { files: &["muttrc", "neomuttrc"], fields: &[field("*_pass", MAIL, Password, &[])], ..NONE },
    Reader { files: &["offlineimaprc"], fields: &[field("*/remotepass", MAIL, Password, &[("user", "remoteuser"), ("host", "remotehost")])], ..NONE },
    Reader { files: &["chap-secrets", "pap-secrets"], own: Some(chap), ..NONE },
    Reader { files: &["ipsec.secrets", "swanctl.secrets"], own: Some(ipsec), ..NONE },
    Reader {
        files: &["wpa_supplicant.conf", "hostapd.conf"],
        fields: &[
            field("**/psk", NETWORK, Password, &[]),
            field("**/wpa_passphrase", NETWORK, Password, &[]),
            field("**/password", NETWORK, Password, &[("user", "identity")]),
        ],
        ..NONE
    },
    Reader {
        files: &["nmconnection"],
        fields: &[field("*/psk", NETWORK, Password, &[]), field("*/password", NETWORK, Password, &[("user", "identity")])],
        ..NONE
    },
    Reader { files: &["auth.txt", "userpass.txt", "vpn-auth.txt", "ovpn-auth.txt", "vpn.auth", "auth-user-pass.txt"], own: Some(two_lines), ..NONE },
    Reader {
        files: &["smbcredentials", "smbcreds", "cifs-credentials", "cifscreds", "smb-credentials", "credentials", "creds"],
        marks: &["username=", "username ="],
        fields: &[field("password", SHARE, Password, &[("user", "username"), ("host", "domain")])],
        ..NONE
    },
    Reader { files: &["passwd-s3fs", "passwd_s3fs"], own: Some(s3fs), ..NONE },
    Reader { files: &["davfs2.secrets", "davfs2/secrets"], own: Some(chap), ..NONE },
    Reader {
        files: &["config.json", "dockercfg", "auth.json"],
        marks: &["\"auths\""],
        form: Form::Json,
        fields: &[
            field("auths/{}/password", "docker-login", Password, &[("host", "{}"), ("user", "username")]),
            field("auths/{}/identitytoken", "docker-login", Token, &[("host", "{}")]),
            field("auths/{}/registrytoken", "docker-login", Token, &[("host", "{}")]),
        ],
        ..NONE
    },
    Reader { files: &["rclone.conf"], fields: &[field("{}/token_pass", "rclone", Obscured, &[("remote", "{}")])], ..NONE },
    Reader { anchors: &["#cloud-config"], own: Some(cloud_init), ..NONE },
    Reader { anchors: &["<auth-user-pass>"], own: Some(inline_login), ..NONE },
];

/// Lines with their words; comments are left out.
fn lines(bytes: &[u8]) -> impl Iterator<Item = Vec<Range<usize>>> {
    let mut at = 0;
    bytes.split_inclusive(|byte| *byte == b'\n').map(move |line| {
        let start = at;
        at += line.len();
        if line.trim_ascii_start().starts_with(b"#") { Vec::new() } else { words(bytes, start, at) }
    })
}

/// Words between blanks, without their quotes.
fn words(bytes: &[u8], mut at: usize, end: usize) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    while let Some(start) = (at..end).find(|at| !bytes[*at].is_ascii_whitespace()) {
        let quote = Some(bytes[start]).filter(|byte| matches!(byte, b'"' | b'\''));
        let start = start + usize::from(quote.is_some());
        let stop = (start..end).find(|at| quote.map_or(bytes[*at].is_ascii_whitespace(), |quote| bytes[*at] == quote)).unwrap_or(end);
        words.push(start..stop);
        at = stop + 1;
    }
    words
}

fn tell(text: &Text<'_>, rule: &str, kind: Kind, secret: Range<usize>, user: &[u8], found: &mut dyn FnMut(Parsed)) {
    if let Some(mut parsed) = judge(kind, rule, text.bytes, secret, user) {
        parsed.fact("user", user);
        found(parsed);
    }
}

/// `password V`, `Pass V`, `password = V`, anywhere on a line; the user was told before.
fn mail(text: &Text<'_>, found: &mut dyn FnMut(Parsed)) {
    let is = |word: &Range<usize>, names: &[&[u8]]| names.iter().any(|name| text.bytes[word.clone()].eq_ignore_ascii_case(name));
    let mut user = 0..0;
    for words in lines(text.bytes) {
        for (number, word) in words.iter().enumerate() {
            let next = words[number + 1..].iter().find(|word| !is(word, &[b"=", b"is"]));
            match next {
                Some(next) if is(word, &[b"user", b"username", b"login"]) => user = next.clone(),
                Some(next) if is(word, &[b"password", b"pass"]) => tell(text, MAIL, Password, next.clone(), &text.bytes[user.clone()], found),
                _ => {}
            }
        }
    }
}

/// `[smtp.company.io]:587 user:V`.
fn sasl(text: &Text<'_>, found: &mut dyn FnMut(Parsed)) {
    for words in lines(text.bytes) {
        let Some(login) = words.get(1) else { continue };
        if let Some(colon) = memchr::memchr(b':', &text.bytes[login.clone()]) {
            tell(text, MAIL, Password, login.start + colon + 1..login.end, &text.bytes[login.start..login.start + colon], found);
        }
    }
}

/// `client server V addresses`.
fn chap(text: &Text<'_>, found: &mut dyn FnMut(Parsed)) {
    for words in lines(text.bytes) {
        if let [client, _, secret, ..] = words.as_slice() {
            tell(text, NETWORK, Password, secret.clone(), &text.bytes[client.clone()], found);
        }
    }
}

/// `: PSK "V"`, `user : EAP "V"`.
fn ipsec(text: &Text<'_>, found: &mut dyn FnMut(Parsed)) {
    for words in lines(text.bytes) {
        let kind = words.iter().position(|word| [&b"PSK"[..], b"EAP", b"XAUTH", b"NTLM"].contains(&&text.bytes[word.clone()]));
        if let Some(secret) = kind.and_then(|kind| words.get(kind + 1)) {
            tell(text, NETWORK, Password, secret.clone(), b"", found);
        }
    }
}

/// A user, and under it the password; nothing else.
fn two_lines(text: &Text<'_>, found: &mut dyn FnMut(Parsed)) {
    let lines: Vec<_> = lines(text.bytes).filter(|words| !words.is_empty()).collect();
    if let [user, secret] = lines.as_slice()
        && let ([user], [secret]) = (user.as_slice(), secret.as_slice())
    {
        tell(text, NETWORK, Password, secret.clone(), &text.bytes[user.clone()], found);
    }
}

/// `KEY:SECRET`, `bucket:KEY:SECRET`.
fn s3fs(text: &Text<'_>, found: &mut dyn FnMut(Parsed)) {
    for words in lines(text.bytes) {
        let Some(word) = words.first() else { continue };
        if let Some(colon) = memchr::memrchr(b':', &text.bytes[word.clone()]) {
            tell(text, "storage-key", Token, word.start + colon + 1..word.end, b"", found);
        }
    }
}

/// `user:V` in the list of `chpasswd`.
fn cloud_init(text: &Text<'_>, found: &mut dyn FnMut(Parsed)) {
    let Some(list) = memchr::memmem::find(text.bytes, b"chpasswd:") else { return };
    let mut at = list + memchr::memchr(b'\n', &text.bytes[list..]).map_or(text.bytes.len() - list, |feed| feed + 1);
    while let Some(line) = text.bytes.get(at..).filter(|rest| rest.first().is_some_and(|first| matches!(first, b' ' | b'\n'))) {
        let end = at + memchr::memchr(b'\n', line).unwrap_or(line.len());
        let words: Vec<_> = words(text.bytes, at, end).into_iter().filter(|word| text.bytes[word.clone()] != *b"-").collect();
        if let [word] = words.as_slice()
            && let Some(colon) = memchr::memchr(b':', &text.bytes[word.clone()]).filter(|colon| colon + 1 < word.len())
        {
            let user = &text.bytes[word.start..word.start + colon];
            tell(text, NETWORK, Password, word.start + colon + 1..word.end, user, found);
        }
        at = end + 1;
    }
}

/// OpenVPN's `<auth-user-pass>`: two lines up to the closing mark.
fn inline_login(text: &Text<'_>, found: &mut dyn FnMut(Parsed)) {
    const OPEN: &[u8] = b"<auth-user-pass>";
    let Some(start) = memchr::memmem::find(text.bytes, OPEN).map(|at| at + OPEN.len()) else { return };
    let Some(end) = memchr::memmem::find(&text.bytes[start..], b"</auth-user-pass>").map(|end| start + end) else { return };
    if let [user, secret] = words(text.bytes, start, end).as_slice() {
        tell(text, NETWORK, Password, secret.clone(), &text.bytes[user.clone()], found);
    }
}
