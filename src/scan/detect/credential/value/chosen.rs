//! The gate for places where nothing but a password stands: behind `sshpass -p`, in a `.netrc`, beside its user in a call. Words will do there.

use super::{is_foreign, is_placeholder, password, reference};

/// Words of requests to put a password there.
const ASKING: [&[u8]; 8] = [b"your", b"the", b"enter", b"password", b"here", b"secret", b"must", b"user"];

/// Somebody chose this for a password, given that one stands here: `rote-nase`, `groundhog.day`, `train station clock`. What stands for another
/// value, says that it is a password, or is what its user is called, is none.
pub(in super::super) fn is_chosen(value: &[u8], user: &[u8]) -> bool {
    let fits = (4..=128).contains(&value.len()) && std::str::from_utf8(value).is_ok_and(|text| !text.chars().any(char::is_control));
    let letters = value.iter().all(u8::is_ascii_alphabetic);
    let digits = value.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let long_enough = if digits { value.len() >= 6 && !value.contains(&b'.') } else { !letters || value.len() >= 5 };
    let asks = value.contains(&b' ') && value.split(|byte| *byte == b' ').any(|word| ASKING.iter().any(|asking| word.eq_ignore_ascii_case(asking)));
    let begins_oddly = value.first().is_some_and(|first| matches!(first, b'$' | b'<' | b'-' | b'/' | b'{' | b'(' | b'[' | b'`' | b' '));
    fits && long_enough
        && !asks
        && !begins_oddly
        && !value.eq_ignore_ascii_case(user)
        && !is_placeholder(value)
        && !is_foreign(value)
        && !reference::points_elsewhere(value)
        && (digits || !password::is_poor(value))
        && !password::is_name_of_program(value)
        && !password::is_type(value)
        && !is_of_program(value)
        && !says_password(value)
}

/// `application/json`, `org.springframework.security`, `test@email`.
fn is_of_program(value: &[u8]) -> bool {
    const PACKAGES: [&[u8]; 9] = [b"org.", b"com.", b"net.", b"io.", b"java.", b"javax.", b"android.", b"app.", b"spring."];
    let plain = |mark: u8| value.contains(&mark) && value.split(|byte| *byte == mark).all(reference::is_plain_name);
    plain(b'/') || plain(b'@') || PACKAGES.iter().any(|package| value.starts_with(package))
}

/// `mypassword`, `adminpwd`: what nobody chose, or everybody.
fn says_password(value: &[u8]) -> bool {
    let says = |word: &[u8]| value.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    let bare = !value.iter().any(u8::is_ascii_digit);
    let joined = value.iter().any(|byte| matches!(byte, b'_' | b'-')) && value.iter().filter(|byte| byte.is_ascii_digit()).count() <= 1;
    (bare || joined) && [&b"passw"[..], b"pwd", b"secret", b"token", b"credential", b"username"].into_iter().any(says)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_choose_is_told_from_what_stands_for_it() {
        for chosen in ["rote-nase", "groundhog.day", "train station clock", "zugvogel", "bookworm_2", "Regen-Wald", "Apfel9", "käsekuchen", "482913"] {
            assert!(is_chosen(chosen.as_bytes(), b"robot"), "{chosen}");
        }
        for other in [
            "robot",
            "password",
            "your password here",
            "${PASSWORD}",
            "$PASSWORD",
            "<password>",
            "mypassword",
            "DB_PASSWORD",
            "db.password",
            "process.env.PW",
            "getpass()",
            "-h",
            "123",
            "/run/secrets/db",
            "string",
            "changeme",
            "xxxxxxxx",
            "8.8.8.8",
            "admin",
            "https://vault.company.io",
        ] {
            assert!(!is_chosen(other.as_bytes(), b"robot"), "{other}");
        }
    }
}
