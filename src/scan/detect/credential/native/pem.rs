//! Private keys in armour: PEM, OpenSSH, PGP and PuTTY, on lines of their own or with `\n` escaped inside a string.

use std::ops::Range;

use super::{Native, Parsed, cut, value};
use crate::domain::Sureness;
use crate::scan::detect::Text;
use crate::scan::detect::credential::base64;

/// Woken by `-----BEGIN` and `PuTTY-User-Key-File-`. Selects: `rsa`, `ec`, `dsa`, `openssh`, `pkcs8`, `pgp`, `putty`, and `encrypted`.
pub(super) const NATIVE: Native = Native { name: "pem", parse, looks: Some(looks) };

const BEGIN: &[u8] = b"-----BEGIN ";
const PUTTY: &[u8] = b"PuTTY-User-Key-File-";
/// Longer blocks are not read to their end.
const LONGEST: usize = 16 << 10;
/// Base64 characters of the smallest key (Ed25519 in PKCS #8), less its padding.
const SHORTEST_BODY: usize = 60;

fn parse(text: &Text<'_>, at: usize, found: &mut dyn FnMut(Parsed)) {
    let rest = cut(text.bytes, at..at.saturating_add(LONGEST));
    let read = if rest.starts_with(BEGIN) { armoured(rest) } else { putty(rest) };
    let Some(block) = read else { return };
    let shift = |range: Range<usize>| at + range.start..at + range.end;
    let mut parsed = Parsed::new(block.kind, text.bytes, shift(block.body), block.sureness);
    parsed.span = shift(block.whole);
    parsed.guessable = false;
    found(parsed);
}

/// Up to the end of the block, or as far as it is looked for.
fn looks(bytes: &[u8], at: usize) -> Range<usize> {
    let rest = cut(bytes, at..at.saturating_add(LONGEST));
    let label = rest.strip_prefix(BEGIN).and_then(|label| label.get(..memchr::memmem::find(cut(label, 0..80), b"-----")?));
    if rest.starts_with(BEGIN) && label.and_then(kind).is_none() {
        return at..at;
    }
    let end: &[u8] = if rest.starts_with(BEGIN) { b"-----END" } else { b"Private-MAC" };
    at..at + memchr::memmem::find(rest, end).map_or(rest.len(), |end| end + 96)
}

/// `text` holds a private key with a body.
pub(super) fn holds_key(text: &[u8]) -> bool {
    memchr::memmem::find(text, BEGIN).and_then(|at| armoured(cut(text, at..at.saturating_add(LONGEST)))).is_some()
}

struct Block {
    kind: &'static str,
    body: Range<usize>,
    whole: Range<usize>,
    sureness: Sureness,
}

/// The private key armoured at the start of `rest`, when there is a body that decodes.
fn armoured(rest: &[u8]) -> Option<Block> {
    let label_end = memchr::memmem::find(cut(rest, BEGIN.len()..80), b"-----")? + BEGIN.len();
    let label = &rest[BEGIN.len()..label_end];
    let kind = kind(label)?;
    let start = label_end + 5;
    let end = memchr::memmem::find(&rest[start..], b"-----END").map(|end| start + end);
    let body = start..end.unwrap_or(rest.len());
    let read = Body::read(&rest[body.clone()], end.is_some())?;
    let sureness = read.sureness(kind, end.is_some())?;
    let whole_end = end.and_then(|end| Some(end + 8 + memchr::memmem::find(cut(rest, end + 8..end + 80), b"-----")? + 5)).unwrap_or(body.start + read.used);
    let kind = if read.is_encrypted(kind) { "encrypted" } else { kind };
    Some(Block { kind, body: body.start..end.unwrap_or(body.start + read.used), whole: 0..whole_end, sureness })
}

fn kind(label: &[u8]) -> Option<&'static str> {
    Some(match label {
        b"RSA PRIVATE KEY" => "rsa",
        b"EC PRIVATE KEY" => "ec",
        b"DSA PRIVATE KEY" => "dsa",
        b"OPENSSH PRIVATE KEY" => "openssh",
        b"PRIVATE KEY" => "pkcs8",
        b"ENCRYPTED PRIVATE KEY" => "encrypted",
        b"PGP PRIVATE KEY BLOCK" => "pgp",
        _ if label.ends_with(b"PRIVATE KEY") => "pkcs8",
        _ => return None,
    })
}

/// What stands between the markers.
struct Body {
    bytes: Vec<u8>,
    /// Base64 characters read.
    letters: usize,
    entropy: f32,
    /// A header says that what follows is ciphertext.
    encrypted: bool,
    /// Bytes up to the last line that was base64.
    used: usize,
}

impl Body {
    /// Lines may end with a newline or with `\n` as text, and begin and end with what a language puts around them.
    /// `whole`: a line that is no base64 spoils the body; else it ends it.
    fn read(text: &[u8], whole: bool) -> Option<Self> {
        let mut letters = Vec::new();
        let (mut encrypted, mut used) = (false, 0);
        for (end, line) in lines(text) {
            let line = bare(line);
            if line.contains(&b':') {
                encrypted |= memchr::memmem::find(line, b"ENCRYPTED").is_some();
            } else if line.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')) {
                // A line that begins with `=` is the CRC-24 of PGP.
                letters.extend_from_slice(if line.starts_with(b"=") { b"" } else { line });
                used = end;
            } else if whole {
                return None;
            } else {
                break;
            }
        }
        let long_enough = letters.len() >= SHORTEST_BODY && !value::is_placeholder(&letters[..letters.len().min(512)]);
        let entropy = value::entropy(&letters);
        // The last group of four may be cut off.
        let bytes = base64::decode(&letters).or_else(|| base64::decode(letters.get(..letters.len() / 4 * 4)?)).filter(|_| long_enough)?;
        Some(Self { bytes, letters: letters.len(), entropy, encrypted, used })
    }

    fn is_encrypted(&self, kind: &str) -> bool {
        // OpenSSH names its cipher behind the magic and a length: `none` for bare keys.
        let ssh = self.bytes.strip_prefix(b"openssh-key-v1\0").is_some_and(|rest| !rest.get(4..).is_some_and(|cipher| cipher.starts_with(b"none")));
        self.encrypted || kind == "encrypted" || ssh
    }

    /// Certain when the body is what the label says and all there; weak when it is a beginning, as documentation shows.
    fn sureness(&self, kind: &str, closed: bool) -> Option<Sureness> {
        let random = self.entropy >= if self.letters >= 200 { 5.0 } else { 4.2 };
        let ciphertext = self.encrypted;
        let right = match kind {
            "openssh" => self.bytes.starts_with(b"openssh-key-v1\0"),
            "pgp" => self.bytes.first().is_some_and(|tag| tag & 0x80 != 0),
            _ => self.bytes.first() == Some(&0x30),
        };
        match (random, right || ciphertext, closed) {
            (false, ..) => None,
            (_, true, true) if ciphertext || matches!(kind, "openssh" | "pgp") || self.sequence_is_complete() => Some(Sureness::Certain),
            (_, true, _) => Some(Sureness::Weak),
            (_, false, true) if self.letters >= 200 => Some(Sureness::Likely),
            _ => None,
        }
    }

    /// The length that DER writes behind its first tag is there.
    fn sequence_is_complete(&self) -> bool {
        let length = match self.bytes.get(1..) {
            Some([short @ ..=0x7f, ..]) => usize::from(*short) + 2,
            Some([0x81, length, ..]) => usize::from(*length) + 3,
            Some([0x82, high, low, ..]) => usize::from(u16::from_be_bytes([*high, *low])) + 4,
            _ => return false,
        };
        length <= self.bytes.len()
    }
}

/// Lines, real or escaped (`\n`, `\\n`, `\r\n`), each with the offset behind it.
fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let newline = memchr::memchr2(b'\n', b'\\', rest).unwrap_or(rest.len());
        let marks = run_of_marks(rest, newline);
        let line = &rest[..newline];
        at += newline + marks;
        Some((at, line))
    })
}

/// A newline, or backslashes and the letter that makes them one.
fn run_of_marks(rest: &[u8], at: usize) -> usize {
    let slashes = rest[at..].iter().take_while(|byte| **byte == b'\\').count();
    match (slashes, rest.get(at + slashes)) {
        (0, Some(_)) => 1,
        (0, None) => 0,
        (_, Some(b'n' | b'r' | b'\n')) => slashes + 1,
        (_, _) => slashes,
    }
}

/// A line without what quotes, concatenation, comments and indentation put around it.
fn bare(line: &[u8]) -> &[u8] {
    let around =
        |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'"' | b'\'' | b'`' | b',' | b';' | b'#' | b'*' | b'.' | b'>' | b'(' | b')' | b'|' | b'&' | b'$');
    let start = line.iter().position(|byte| !around(byte)).unwrap_or(line.len());
    let end = line.iter().rposition(|byte| !around(byte)).map_or(start, |last| last + 1);
    let line = &line[start..end.max(start)];
    if line == b"+" {
        return b"";
    }
    // `"…" +` and `+ "…"`
    let line = line
        .strip_suffix(b"\" +")
        .or_else(|| line.strip_suffix(b"' +"))
        .or_else(|| line.strip_prefix(b"+ \""))
        .or_else(|| line.strip_prefix(b"+ '"))
        .unwrap_or(line);
    line.strip_prefix(b"//").map_or(line, |rest| rest.trim_ascii_start())
}

/// PuTTY's own form: headers, and base64 after `Private-Lines: N`.
fn putty(rest: &[u8]) -> Option<Block> {
    if !rest.starts_with(PUTTY) {
        return None;
    }
    let private = memchr::memmem::find(rest, b"Private-Lines:")?;
    let start = private + memchr::memchr(b'\n', &rest[private..])? + 1;
    let end = memchr::memmem::find(&rest[start..], b"Private-MAC").map_or(rest.len(), |end| start + end);
    let read = Body::read(&rest[start..end], true)?;
    let encrypted = memchr::memmem::find(&rest[..private], b"Encryption: none").is_none();
    let kind = if encrypted { "encrypted" } else { "putty" };
    (read.entropy >= 4.2).then_some(Block { kind, body: start..end, whole: 0..end, sureness: Sureness::Certain })
}

#[cfg(test)]
mod tests {
    use super::super::tests::finds;
    use super::*;
    use crate::scan::detect::credential::value::tests::made;

    const ANCHORS: &[&str] = &["-----BEGIN", "PuTTY-User-Key-File-"];

    /// Bytes that look like a DER sequence of that length.
    fn der(length: u16) -> Vec<u8> {
        let all: Vec<u8> = (0..=255).collect();
        let noise: Vec<u8> = made(11, usize::from(length), &all).chars().map(|letter| letter as u8).collect();
        [&[0x30, 0x82][..], &length.to_be_bytes(), &noise].concat()
    }

    fn block(label: &str, bytes: &[u8], newline: &str) -> String {
        let text = base64::encode(bytes).replace('-', "+").replace('_', "/");
        let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap_or_default()).collect();
        let dashes = "-".repeat(5);
        format!("{dashes}BEGIN {label}{dashes}{newline}{}{newline}{dashes}END {label}{dashes}{newline}", lines.join(newline))
    }

    fn kinds(text: &str) -> Vec<(String, Sureness)> {
        finds(&NATIVE, ANCHORS, "a", text).into_iter().map(|found| (found.select, found.sureness)).collect()
    }

    #[test]
    fn keys_are_found_with_real_and_escaped_newlines() {
        for newline in ["\n", "\r\n", "\\n", "\\\\n", "\\n\" +\n  \"", "\n    ", "\n# ", "\n// "] {
            let text = format!("key = \"{}\"", block("RSA PRIVATE KEY", &der(600), newline));
            assert_eq!(kinds(&text), [("rsa".to_owned(), Sureness::Certain)], "{newline:?}");
        }
        assert_eq!(kinds(&block("PRIVATE KEY", &der(600), "\n"))[0].0, "pkcs8");
        assert_eq!(kinds(&block("EC PRIVATE KEY", &der(119), "\n"))[0].0, "ec");
    }

    #[test]
    fn encrypted_keys_are_a_kind_of_their_own() {
        assert_eq!(kinds(&block("ENCRYPTED PRIVATE KEY", &der(600), "\n"))[0].0, "encrypted");
        let header = block("RSA PRIVATE KEY", &der(600)[4..], "\n").replacen("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A\n\n", 1);
        assert_eq!(kinds(&header), [("encrypted".to_owned(), Sureness::Certain)]);
        let ssh = |cipher: &[u8]| block("OPENSSH PRIVATE KEY", &[b"openssh-key-v1\0\0\0\0\x04", cipher, &der(400)].concat(), "\n");
        assert_eq!(kinds(&ssh(b"none"))[0].0, "openssh");
        assert_eq!(kinds(&ssh(b"aes256-ctr"))[0].0, "encrypted");
    }

    #[test]
    fn pgp_and_putty_are_read() {
        let pgp = block("PGP PRIVATE KEY BLOCK", &[&[0x95][..], &der(500)].concat(), "\n").replacen("BLOCK-----\n", "BLOCK-----\nVersion: GnuPG v2\n\n", 1);
        assert_eq!(kinds(&pgp)[0].0, "pgp");
        let lines = base64::encode(&der(300)[4..]).replace('-', "+").replace('_', "/");
        let putty = format!("PuTTY-User-Key-File-{}: ssh-rsa\nEncryption: none\nComment: x\nPrivate-Lines: 1\n{lines}\nPrivate-MAC: 00", 2);
        assert_eq!(kinds(&putty)[0].0, "putty");
    }

    #[test]
    fn markers_samples_and_public_keys_stay_quiet() {
        let dashes = "-".repeat(5);
        for text in [
            format!("{dashes}BEGIN RSA PRIVATE KEY{dashes}"),
            format!("{dashes}BEGIN RSA PRIVATE KEY{dashes}\\n...\\n{dashes}END RSA PRIVATE KEY{dashes}"),
            format!("if \"{dashes}BEGIN PRIVATE KEY{dashes}\" in text and \"{dashes}END PRIVATE KEY{dashes}\" in text:"),
            format!("{dashes}BEGIN PRIVATE KEY{dashes}\nMIIEvQIBADANBgkqhkiG9w0B...\n{dashes}END PRIVATE KEY{dashes}"),
            format!("{dashes}BEGIN PRIVATE KEY{dashes}\n{}\n{dashes}END PRIVATE KEY{dashes}", "x".repeat(640)),
            block("PUBLIC KEY", &der(290), "\n"),
            block("CERTIFICATE", &der(900), "\n"),
        ] {
            assert_eq!(kinds(&text), [], "{text}");
        }
    }
}
