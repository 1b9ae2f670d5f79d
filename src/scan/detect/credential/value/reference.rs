//! Values that point at a value: variables, look-ups, calls, paths, addresses, names of types and fields.

use super::bigram;

/// Beginnings of look-ups, whatever follows.
#[rustfmt::skip] // a list, not code
const LOOKUPS: &[&str] = &[
    "os.environ", "os.getenv", "getenv", "process.env", "import.meta.env", "environ[", "environ.get", "env.", "env(", "env[", "ENV[", "ENV.", "System.get",
    "secrets.", "secrets/", "secret:", "vault:", "vault/", "ref+", "arn:aws", "arn:", "projects/", "op://", "keyring:", "ssm:", "ssm://", "env:", "file:",
    "keychain:", "gcp:///", "awssm:", "aws-sm:", "lastpass:", "bitwarden:", "secretsmanager:", "/run/secrets", "/var/", "/etc/", "/opt/", "/home/",
    "/usr/", "/tmp/", "/mnt/", "/secrets", "~/", "./", "../", "\\\\", "!Ref", "!Sub", "!GetAtt", "!ImportValue", "Fn::", "config.", "Config.", "settings.",
    "self.", "this.", "@Value", "var.", "local.", "data.", "module.", "each.", "props.", "state.", "params.", "request.", "req.", "args.", "options.",
    "opts.", "ctx.", "context.", "$env:", "$_", "$this", "@@", "&{", "*.", "http://", "https://", "Read-Host", "Get-", "ConvertTo-", "Import-Cli", "New-Object", "lambda ", "function", "async ",
];

/// Endings of file names that hold keys and settings.
#[rustfmt::skip] // a list, not code
const FILES: &[&str] = &[
    ".pem", ".key", ".crt", ".cer", ".pub", ".txt", ".json", ".yaml", ".yml", ".xml", ".env", ".conf", ".cfg", ".ini", ".properties", ".jks", ".p12",
    ".pfx", ".py", ".js", ".ts", ".tsx", ".jsx", ".go", ".java", ".rb", ".php", ".html", ".md", ".sh", ".sql", ".log", ".csv", ".asc", ".gpg", ".der",
    ".vue", ".css", ".scss", ".svg", ".png", ".keystore", ".toml", ".lock", ".rs", ".cs", ".kt",
];

/// The value only says where a value is to be found, or is source code.
pub(in super::super) fn is_reference(value: &[u8]) -> bool {
    points_elsewhere(value) || is_path(value) || is_dotted_name(value) || is_address(value) || is_expression(value)
}

/// The same, where words that are joined are no reference: `groundhog.day`.
pub(super) fn points_elsewhere(value: &[u8]) -> bool {
    LOOKUPS.iter().any(|beginning| value.starts_with(beginning.as_bytes()))
        || FILES.iter().any(|ending| value.len() > ending.len() && value[value.len() - ending.len()..].eq_ignore_ascii_case(ending.as_bytes()))
        || is_variable(value)
        || is_call_or_index(value)
        || memchr::memmem::find(value, b"://").is_some()
        || is_escaped_text(value)
}

/// `{name.field`: the rest of a template. `\u3299\ufe0f`: letters of another script.
fn is_escaped_text(value: &[u8]) -> bool {
    let template = matches!(value, [b'{', first, ..] if first.is_ascii_alphabetic() || *first == b'_');
    let picture = value.len().is_multiple_of(10) && value.chunks(10).all(|escape| escape.starts_with(b"\\U") && escape[2..].iter().all(u8::is_ascii_hexdigit));
    template
        || (picture && !value.is_empty())
        || (value.len() >= 6
            && value.len().is_multiple_of(6)
            && value.chunks(6).all(|escape| escape.starts_with(b"\\u") && escape[2..].iter().all(u8::is_ascii_hexdigit)))
}

/// `$name`, `@name`, `:name`, `&name`, `%name`, `#{…}`.
fn is_variable(value: &[u8]) -> bool {
    let Some((b'$' | b'@' | b':' | b'&' | b'%' | b'*', name)) = value.split_first() else { return false };
    // `$RANDOM-$RANDOM`: a shell puts something else there.
    let shell = name.iter().position(|byte| !byte.is_ascii_uppercase() && *byte != b'_').filter(|end| value.starts_with(b"$") && *end >= 3);
    if shell.is_some_and(|end| !name[end].is_ascii_alphanumeric()) {
        return true;
    }
    let name = name.strip_prefix(b"{").and_then(|name| name.strip_suffix(b"}")).unwrap_or(name);
    let named = name.len() >= 2 && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'>' | b':'));
    named && !name.iter().any(u8::is_ascii_digit)
}

/// `name(…)`, `name[…]`, `new Name`, `name->field`, `Name::field`.
fn is_call_or_index(value: &[u8]) -> bool {
    let is_name = |name: &[u8]| name.len() >= 2 && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$' | b':' | b'!'));
    let opens = |open: u8, close: u8| {
        memchr::memchr(open, value).is_some_and(|at| is_name(&value[..at]))
            && matches!(value.last(), Some(last) if *last == close || *last == b';' || *last == b'(')
    };
    let joined = |mark: &[u8]| {
        memchr::memmem::find(value, mark).is_some_and(|at| is_name(&value[..at]) && value.get(at + mark.len()).is_some_and(u8::is_ascii_alphabetic))
    };
    // Cut off where a quote or the end of an unquoted value came: `auth[1`, `fn.sha1(password`, `md5(request.form[`.
    let named =
        |part: &[u8]| part.split(|byte| matches!(byte, b'.' | b'(' | b'[' | b']')).all(|part| part.iter().all(u8::is_ascii_digit) || is_plain_name(part));
    let half_open = memchr::memchr2(b'(', b'[', value).is_some_and(|at| {
        is_name(&value[..at]) && is_plain_name(value[..at].rsplit(|byte| *byte == b'.').next().unwrap_or_default()) && named(&value[at + 1..])
    });
    let powershell = value.starts_with(b"[") && memchr::memmem::find(value, b"]::").is_some();
    let by_address = memchr::memmem::find(value, b"(&").is_some_and(|at| is_name(&value[..at]));
    half_open || by_address || powershell || opens(b'(', b')') || opens(b'[', b']') || joined(b"->") || joined(b"::") || value.starts_with(b"new ")
}

/// `/a/b`, `C:\a`, `a/b/c`: parts that read like words.
fn is_path(value: &[u8]) -> bool {
    let drive = matches!(value, [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic());
    let parts = || value.split(|byte| matches!(byte, b'/' | b'\\' | b'#')).filter(|part| !part.is_empty());
    let divided = value.iter().any(|byte| matches!(byte, b'/' | b'\\')) && parts().count() >= 2;
    let unnumbered = |part: &[u8]| part.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |last| last + 1);
    drive || (divided && parts().all(|part| is_plain_name(&part[..unnumbered(part)]) || part.iter().all(u8::is_ascii_digit)))
}

/// `config.token`, `auth.jwt.secret`, `com.example.Password`.
fn is_dotted_name(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    digits <= 1 && value.contains(&b'.') && value.split(|byte| *byte == b'.').all(is_plain_name)
}

/// Pieces of regular expressions, of code and of manuals: `[^a]`, `\\s+`, `(?:…)`, `qr/…/`, `a[0].b`, `\\fIname\\fP`.
fn is_expression(value: &[u8]) -> bool {
    const PIECES: [&[u8]; 21] = [
        b"\\fB", b"\\fI", b"\\fP", b"0-9a", b"0-9A", b"a-zA", b"A-Za", b"\\s", b"\\d", b"\\w", b"(?", b"[^", b"[a-z", b"[A-Z", b"[0-9", b"[[:", b".*", b"].",
        b").", b"*.", b"/*",
    ];
    matches!(value, [b'q', b'r', mark, ..] if !mark.is_ascii_alphanumeric())
        || PIECES.iter().any(|piece| memchr::memmem::find(value, piece).is_some())
        || is_optional_type(value)
}

/// `flags.3?bytes`: in a schema of fields, a type that a flag switches.
fn is_optional_type(value: &[u8]) -> bool {
    let Some((flag, kind)) = memchr::memchr(b'?', value).map(|at| (&value[..at], &value[at + 1..])) else { return false };
    let numbered = flag.iter().rposition(|byte| *byte == b'.').is_some_and(|dot| dot + 1 < flag.len() && flag[dot + 1..].iter().all(u8::is_ascii_digit));
    numbered && flag.first().is_some_and(u8::is_ascii_alphabetic) && is_plain_name(kind)
}

/// Addresses of mail and hosts.
fn is_address(value: &[u8]) -> bool {
    let Some(at) = memchr::memchr(b'@', value) else { return false };
    let (user, host) = (&value[..at], &value[at + 1..]);
    let ends_like_host = host.rsplit(|byte| *byte == b'.').next().is_some_and(|top| (2..=6).contains(&top.len()) && top.iter().all(u8::is_ascii_lowercase));
    !user.is_empty() && host.contains(&b'.') && ends_like_host && host.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
}

/// Names that no table of letter pairs takes for words.
#[rustfmt::skip] // a list, not code
const ABBREVIATIONS: &[&str] = &["oauth", "http", "https", "mysql", "nginx", "ldap", "hmac", "bcrypt", "pkcs", "grpc", "kubernetes", "k8s", "mongo", "rabbitmq", "mqtt", "smtp", "html", "json", "yaml", "uuid", "auth", "jwks"];

/// Letters, `_`, `-` and at most two digits, that read like words.
pub(super) fn is_plain_name(part: &[u8]) -> bool {
    let shaped = part.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$'));
    let letters = part.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let digits = part.iter().filter(|byte| byte.is_ascii_digit()).count();
    let known = |run: &[u8]| run.len() <= 3 || bigram::is_word(run) || ABBREVIATIONS.iter().any(|word| run.eq_ignore_ascii_case(word.as_bytes()));
    let in_words: usize = bigram::runs(part).filter(|run| known(run)).map(<[u8]>::len).sum();
    // A word in two scripts of case (`xK`, `pQr`) is short runs only, and no name.
    let broken = bigram::runs(part).count() * 2 > letters && letters > 3;
    // A digit between letters stands for one, as in `J0hn`.
    let leet = part.len() >= 4 && part.windows(3).any(|three| three[0].is_ascii_alphabetic() && three[1].is_ascii_digit() && three[2].is_ascii_alphabetic());
    shaped && letters > 0 && digits <= 2 && !broken && !leet && in_words * 10 >= letters * 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told() {
        let written = [
            "os.environ[\"KEY\"]",
            "process.env.TOKEN",
            "getenv(\"X\")",
            "$password",
            "@password",
            ":password",
            "self.password",
            "config.token",
            "getPassword()",
            "request.form['password']",
            "user->password",
            "Config::token",
            "/etc/ssl/private/server.key",
            "C:\\keys\\id",
            "~/.ssh/id_rsa",
            "secrets/db/password",
            "auth.jwt.secret",
            "me@company.org",
            "https://vault.internal/token",
            "arn:aws:secretsmanager:eu",
            "${token}",
            "id_rsa.pub",
            "flags.3?bytes",
        ];
        for text in written {
            assert!(is_reference(text.as_bytes()) || super::super::is_placeholder(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn passwords_are_no_references() {
        for text in ["Summer2019!", "p@ssw0rd99", "$ecret99", "kX9#mP2$", "blue42monkey", "a/b9X+c7==", "J0hn.Smith77", "xK2(p9!"] {
            assert!(!is_reference(text.as_bytes()), "{text}");
        }
    }
}
