//! Shapes that are no secret, whatever name they are given: UUIDs, password hashes, checksums, ciphertext, public keys, data.

/// Beginnings of ciphertext, hashes, public keys and references to a keeper of secrets.
#[rustfmt::skip] // a list, not code
const BEGINNINGS: &[&str] = &[
    // password hashes: crypt, bcrypt, argon2, scrypt, Django, LDAP, Oracle
    "$2a$", "$2b$", "$2x$", "$2y$", "$1$", "$5$", "$6$", "$y$", "$7$", "$apr1$", "$argon2", "$scrypt$", "$pbkdf2", "$P$", "$H$", "$S$", "pbkdf2_sha",
    "pbkdf2:", "scrypt:", "bcrypt_sha", "bcrypt$", "argon2$", "sha1$", "sha256$", "sha512$", "md5$", "{SSHA", "{SHA", "{MD5}", "{CRYPT}", "{bcrypt}",
    "SCRAM-SHA-", "SCRAM-",
    // checksums with their name, integrity attributes
    "sha1:", "sha1-", "sha256:", "sha256-", "sha384:", "sha384-", "sha512:", "sha512-", "md5:", "md5-", "h1:", "SHA256:", "MD5:",
    // ciphertext: SOPS, Ansible, Vault transit, Spring, KMS, Fernet, OpenSSL, Sealed Secrets, age, Jasypt, git-crypt
    "ENC[", "ENC(", "$ANSIBLE_VAULT", "vault:v", "{cipher}", "{aes}", "AQICAH", "AQECAH", "gAAAAA", "U2FsdGVkX1", "age1", "age-encryption",
    "-----BEGIN PGP MESSAGE", "v1:enc", "enc:", "encrypted:", "!vault", "secure:", "DPAPI:", "{AES}", "AES256:", "kms:",
    // public keys and certificates
    "ssh-rsa ", "ssh-ed25519 ", "ssh-dss ", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "AAAAB3NzaC1", "AAAAC3NzaC1", "AAAAE2VjZHNh", "-----BEGIN PUBLIC",
    "-----BEGIN CERT", "-----BEGIN RSA PUBLIC", "-----BEGIN X509", "MIIBIjANBgkqhkiG", "MIGfMA0GCSqGSIb3", "MFkwEwYHKoZIzj0CAQ", "MCowBQYDK2V",
    "LS0tLS1CRUdJTiBDRVJU", "LS0tLS1CRUdJTiBQVUJM",
    // data
    "data:", "iVBORw0KGgo", "R0lGOD", "/9j/4AAQ", "PHN2Zy", "UEsDB", "JVBERi0", "H4sIA",
];

/// The value is of a kind that is no secret by itself.
pub(in super::super) fn is_foreign(value: &[u8]) -> bool {
    is_uuid(value)
        || is_sealed(value)
        || is_two_blocks(value)
        || is_octets(value)
        || BEGINNINGS.iter().any(|beginning| value.starts_with(beginning.as_bytes()))
        || is_dated_or_versioned(value)
}

/// 8-4-4-4-12 hexadecimal digits.
pub(super) fn is_uuid(value: &[u8]) -> bool {
    let value = value.strip_prefix(b"urn:uuid:").unwrap_or(value);
    let value = value.strip_prefix(b"{").and_then(|inner| inner.strip_suffix(b"}")).unwrap_or(value);
    value.len() == 36 && value.iter().enumerate().all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// Bitnami Sealed Secrets: base64 of a two-byte length (512: an RSA-4096 block) and what follows it.
fn is_sealed(value: &[u8]) -> bool {
    value.len() > 300 && value.starts_with(b"Ag") && value.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}

/// Base64 that ends with its padding and begins again: a ciphertext behind its nonce, or before its digest.
fn is_two_blocks(value: &[u8]) -> bool {
    let alphabet = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let Some(end) = value.iter().position(|byte| *byte == b'=') else { return false };
    let padding = value[end..].iter().take_while(|byte| **byte == b'=').count();
    let rest = &value[end + padding..];
    end >= 16 && rest.len() >= 16 && (end + padding).is_multiple_of(4) && rest.len().is_multiple_of(4) && value.iter().all(alphabet)
}

/// Addresses and fingerprints: hexadecimal digits between colons.
fn is_octets(value: &[u8]) -> bool {
    value.iter().filter(|byte| **byte == b':').count() >= 3 && value.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b':')
}

/// `2024-05-01…`, `1.22.333-rc1`, `v2.0.0`.
fn is_dated_or_versioned(value: &[u8]) -> bool {
    let body = value.strip_prefix(b"v").unwrap_or(value);
    let date = matches!(value, [b'1' | b'2', b'0' | b'9', _, _, b'-', b'0' | b'1', b'0'..=b'9', b'-', b'0'..=b'3', b'0'..=b'9', ..]);
    let mut parts = body.splitn(3, |byte| *byte == b'.');
    let mut number = || parts.next().is_some_and(|part| (1..=4).contains(&part.len()) && part.iter().all(u8::is_ascii_digit));
    let version = body.len() <= 24 && number() && number() && parts.next().is_some_and(|part| part.first().is_some_and(u8::is_ascii_digit));
    date || version
}

#[cfg(test)]
mod tests {
    use super::super::tests::{BASE62, made};
    use super::*;

    #[test]
    fn foreign_shapes_are_told_and_tokens_are_not() {
        let uuid = ["123e4567", "e89b", "12d3", "a456", "426614174000"].join("-");
        let bcrypt = format!("$2b$12${}", made(1, 53, BASE62));
        let sri = format!("sha512-{}==", made(2, 86, BASE62));
        let sealed = format!("Ag{}", made(3, 700, BASE62));
        for text in [uuid.as_str(), &bcrypt, &sri, &sealed, "ENC[AES256_GCM,data:x]", "1.2.3", "v10.0.1-rc2", "2024-01-31"] {
            assert!(is_foreign(text.as_bytes()), "{text}");
        }
        for seed in 1..200 {
            assert!(!is_foreign(made(seed, 40, BASE62).as_bytes()));
        }
        assert!(!is_foreign(b"Summer.2019!"));
    }
}
