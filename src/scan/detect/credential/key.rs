//! The name that a value is assigned to: `KEY=`, `"key": "`, `os.environ["KEY"] = "`, `--api-key `, `ENV KEY `.

/// How far back the name may begin.
const REACH: usize = 160;
const LONGEST: usize = 64;
/// Words between a name and its value.
const SCHEMES: [&str; 6] = ["bearer", "basic", "token", "key", "apikey", "bot"];

/// The name, as written, if what stands before the value (on its line) assigns it.
pub(super) fn assigned(text: &[u8], value: usize) -> Option<String> {
    let reach = &text[value.saturating_sub(REACH)..value];
    let line = &reach[memchr::memrchr(b'\n', reach).map_or(0, |at| at + 1)..];
    let (mut rest, mut signs) = without_signs(line);
    loop {
        let (before, name) = split_name(rest);
        if name.is_empty() || name.len() > LONGEST {
            return None;
        }
        let scheme = SCHEMES.iter().any(|scheme| name.eq_ignore_ascii_case(scheme.as_bytes()));
        let (further, more) = without_signs(before);
        if scheme && signs.iter().all(|sign| *sign == b' ') && more.iter().any(|sign| b"=:(\"'".contains(sign)) {
            (rest, signs) = (further, more);
            continue;
        }
        let assigns = signs.iter().any(|sign| b"=:(>".contains(sign)) || name.starts_with(b"-") || before.ends_with(b"ENV ") || before.ends_with(b"export ");
        let name = name.trim_ascii_start();
        let name = &name[name.iter().take_while(|byte| b"-.$".contains(byte)).count()..];
        let starts = name.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
        return (assigns && starts).then(|| String::from_utf8_lossy(name).into_owned());
    }
}

/// The text without the signs at its end, and the signs.
fn without_signs(text: &[u8]) -> (&[u8], &[u8]) {
    let signs = text.iter().rev().take_while(|byte| b" \t\"'`=:()[]{}<>,\\|?".contains(byte)).count();
    text.split_at(text.len() - signs)
}

fn split_name(text: &[u8]) -> (&[u8], &[u8]) {
    let name = text.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.$".contains(byte)).count();
    text.split_at(text.len() - name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_everyday_assignments() {
        let name = |before: &str| assigned(before.as_bytes(), before.len());
        for before in ["KEY=", "export KEY=\"", "  \"KEY\": \"", "os.environ[\"KEY\"] = \"", "--KEY ", "--KEY=", "ENV KEY ", "KEY: Bearer ", "<KEY>", "f(KEY='"]
        {
            assert_eq!(name(before).as_deref(), Some("KEY"), "{before:?}");
        }
        for before in ["", "a word ", "x\n", "\"", "= "] {
            assert_eq!(name(before), None, "{before:?}");
        }
    }
}
