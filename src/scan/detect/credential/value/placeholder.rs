//! Values that stand where a value should be put: `xxxx`, `<TOKEN>`, `${VAR}`, `your-key-here`, documentation samples.

use std::sync::LazyLock;

use super::bigram;

/// Words that make a value a placeholder wherever they stand in it. At least four letters, so that random tokens hold them once in 10 000 at most.
#[rustfmt::skip] // a list, not code
const TELLING: &[&str] = &[
    "example", "placeholder", "changeme", "change_me", "change-me", "changethis", "change_this", "replaceme", "replace_me", "replace-me", "replace_with",
    "replace-with", "replacethis", "insert_", "insert-", "inserthere", "enter_your", "enter-your", "your_", "your-", "yourpass", "yourtoken", "yourkey",
    "yourapi", "yoursecret", "yourstrong", "yoursuper", "_here", "-here", "goeshere", "redacted", "dummy", "notreal", "not_real", "not-real", "not-a-real",
    "fakefake", "foobar", "lorem", "sanitized", "obfuscated", "removed", "<secret", "<hidden", "xxxxx", "*****", ".....", "#####", "_____", "?????",
    "todo_", "todo-", "anoncvs", "mytoken", "my_token", "my-token", "myapikey", "my_api_key", "my-api-key", "mysecretkey", "abc123", "abcdefg", "qwertyuiop",
];

/// Values that documentation shows, and everyone copies.
#[rustfmt::skip] // a list, not code
const SAMPLES: &[&str] = &[
    "4eC39HqLyjWDarjtT1zdp7dc", "dGhlIHNhbXBsZSBub25jZQ==", "Aladdin:open sesame", "open sesame", "geheim$parole", "2YotnFZFEjr1zCsicMWpAA", "tGzv3JOkF0XG5Qx2TlKWIA", "s6BhdRkqt3", "h480djs93hd8", "0685bd9184jfhq22", "ad180jjd733klru7", "hh5s93j4hdidpola", "kkk9d7dh3k39sjv7", "deadbeefcafebabe",
    // the Cargo book; RFC 7515, 7517 and 7520
    "854DvwSlUwEHtIo3kWy6x7UCPKHfzCmy", "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ", "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE", "X4cTteJY_gn4FYPsXB8rdXix5vwsg1FLN5E3EaG6RJo",
    "GawgguFyGrWKav7AX4VKUg", "hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG",
];

/// Words that are placeholders when they are the whole value.
#[rustfmt::skip] // a list, not code
const WHOLE: &[&str] = &[
    "password", "passwd", "pass", "pwd", "secret", "token", "apikey", "api_key", "api-key", "key", "none", "null", "nil", "undefined", "empty", "blank",
    "default", "string", "todo", "fixme", "tbd", "n/a", "value", "true", "false", "fake", "mock", "test", "testing", "sample", "xxx", "xxxx", "abc",
    "abcd", "s3cr3t", "s3cret", "secr3t", "opensesame", "foo", "bar", "baz", "qux", "mypassword", "mysecret", "mytoken", "mykey", "my_password", "my_secret", "my_token", "my_key", "my-secret",
    "my-token", "my-password", "my-key", "thepassword", "some_secret", "some-secret", "somepassword", "some_password", "some_token", "some-token",
    "somesecret", "sometoken", "yourself", "hidden", "masked", "encrypted", "secure", "hunter2", "supersecret", "super_secret", "super-secret",
    "topsecret", "top-secret", "passphrase", "credential", "credentials", "username", "user", "admin", "root", "guest", "anonymous", "postgres", "mysql",
    "required", "optional", "private", "public", "hello", "world", "unknown", "disabled", "enabled",
];

/// The value stands for one that somebody is to fill in, or is a well-known sample.
pub(in super::super) fn is_placeholder(value: &[u8]) -> bool {
    is_template(value) || is_elided(value) || is_monotonous(value) || WHOLE.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes())) || holds_known(value)
}

/// One of [`TELLING`] stands in the value in any case, or one of [`SAMPLES`] as it is.
fn holds_known(value: &[u8]) -> bool {
    static TELLING_BY_START: LazyLock<ByStart> = LazyLock::new(|| by_start(TELLING));
    static SAMPLES_BY_START: LazyLock<ByStart> = LazyLock::new(|| by_start(SAMPLES));
    let (telling, samples) = (&*TELLING_BY_START, &*SAMPLES_BY_START);
    (0..value.len()).any(|at| {
        let rest = &value[at..];
        let begins = |word: &&str| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()));
        telling[usize::from(rest[0].to_ascii_lowercase())].iter().any(begins)
            || samples[usize::from(rest[0])].iter().any(|sample| rest.starts_with(sample.as_bytes()))
    })
}

/// Words by their first byte.
type ByStart = [Vec<&'static str>; 256];

fn by_start(words: &[&'static str]) -> ByStart {
    let mut all = [const { Vec::new() }; 256];
    words.iter().for_each(|word| all[usize::from(word.as_bytes()[0])].push(*word));
    all
}

/// `<TOKEN>`, `${VAR}`, `{{ var }}`, `%s`, `%(name)s`, `[KEY]`, `__KEY__`, `%KEY%`, `$KEY`, `@KEY@`, `…`.
fn is_template(value: &[u8]) -> bool {
    let wrapped = |open: &[u8], close: &[u8]| value.len() > open.len() + close.len() && value.starts_with(open) && value.ends_with(close);
    let marks: [&[u8]; 7] = [b"${", b"{{", b"<%", b"#{", b"%(", b"$(", "\u{2026}".as_bytes()];
    let pairs: [(&[u8], &[u8]); 6] = [(b"<", b">"), (b"[", b"]"), (b"{", b"}"), (b"__", b"__"), (b"%", b"%"), (b"@", b"@")];
    let is_name = |name: &[u8]| !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    value.iter().all(|byte| !byte.is_ascii_alphanumeric())
        || marks.iter().any(|mark| value.windows(mark.len()).any(|window| window == *mark))
        || pairs.iter().any(|(open, close)| wrapped(open, close))
        || value.strip_prefix(b"$").is_some_and(|name| is_name(name) && !name.iter().any(u8::is_ascii_digit))
        || (value.len() <= 3 && value.starts_with(b"%"))
}

/// `eyJhbGciOi...`, `AQICAHh...x9Q=`: cut short, for it is only shown.
fn is_elided(value: &[u8]) -> bool {
    let cut = memchr::memmem::find(value, b"...").filter(|at| *at >= 4 && value.len() >= 8);
    cut.is_some_and(|at| at + 3 == value.len() || !bigram::is_word(&value[..at]))
}

/// One character again and again, a short unit repeated, or characters in the order of the alphabet.
fn is_monotonous(value: &[u8]) -> bool {
    let length = value.len();
    if length < 4 {
        return false;
    }
    let equal = longest(value, |first, second| first == second);
    let ordered = in_order(value);
    equal >= (length / 3).max(5) || equal == length || ordered * 10 >= length * 6 || distinct_at_most(value, if length >= 16 { 4 } else { 2 }) || repeats(value)
}

fn longest(value: &[u8], goes_on: impl Fn(u8, u8) -> bool) -> usize {
    value.chunk_by(|first, second| goes_on(*first, *second)).map(<[u8]>::len).max().unwrap_or(0)
}

/// Bytes that stand in ascending or descending runs of four or more. `9` to `0`, and `9` to `a`, go on as in `…890abc…`.
fn in_order(value: &[u8]) -> usize {
    let follows = |first: u8, second: u8| second == first.wrapping_add(1) || matches!((first, second), (b'9', b'0' | b'a' | b'A'));
    let sum =
        |goes_on: &dyn Fn(u8, u8) -> bool| value.chunk_by(|first, second| goes_on(*first, *second)).map(<[u8]>::len).filter(|run| *run >= 4).sum::<usize>();
    sum(&follows).max(sum(&|first, second| follows(second, first)))
}

fn distinct_at_most(value: &[u8], most: usize) -> bool {
    let mut seen = [false; 256];
    value.len() >= 8 && value.iter().filter(|byte| !std::mem::replace(&mut seen[usize::from(**byte)], true)).count() <= most
}

/// A unit of at most sixteen bytes, twice or more; short ones at least three times.
fn repeats(value: &[u8]) -> bool {
    (1..=16.min(value.len() / 2)).any(|period| {
        let times = value.len() / period;
        let enough = times >= if period >= 8 { 2 } else { 3 };
        enough && value.len() >= 8 && value.iter().zip(&value[period..]).all(|(first, second)| first == second)
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{BASE62, made};
    use super::*;

    #[test]
    fn placeholders_are_told() {
        let written = [
            "<YOUR_TOKEN>",
            "${DB_PASSWORD}",
            "{{ vault.token }}",
            "%s",
            "$PASSWORD",
            "xxxxxxxx",
            "changeme",
            "ChangeMe123",
            "your-api-key-here",
            "YOUR_KEY",
            "********",
            "0123456789abcdef0123456789abcdef",
            "abcdefghijklmnopqrstuvwxyz",
            "123456789",
            "deadbeefdeadbeef",
            "aaaaaaaa",
            "__TOKEN__",
            "%TOKEN%",
            "[token]",
            "sk_live_xxxxxxxxxxxxxxxx",
            "987654321",
            "...",
            "eyJ2IjoiMSIsInMi...",
            "AQDXjS...9pSo=",
        ];
        for text in written {
            assert!(is_placeholder(text.as_bytes()), "{text}");
        }
        assert!(is_placeholder(["AKIAIOSFODNN7", "EXAMPLE"].concat().as_bytes()));
    }

    #[test]
    fn random_tokens_and_passwords_are_not_placeholders() {
        for seed in 1..500 {
            for length in [16, 32, 40] {
                let token = made(seed, length, BASE62);
                assert!(!is_placeholder(token.as_bytes()), "seed {seed}, length {length}");
            }
            assert!(!is_placeholder(made(seed, 32, b"0123456789abcdef").as_bytes()), "seed {seed}, hexadecimal");
        }
        for text in ["Summer2019!", "well...Seven7", "tr0ub4dor&3", "$ecret99", "Pa$$w0rd", "blue42monkey", "kX9#mP2$"] {
            assert!(!is_placeholder(text.as_bytes()), "{text}");
        }
        assert!(!is_placeholder(format!("{}JQQJ99BKAAAAAAAAAAAAAAAAACOG{}", made(3, 52, BASE62), made(4, 4, BASE62)).as_bytes()), "Azure keys hold sixteen As");
    }
}
