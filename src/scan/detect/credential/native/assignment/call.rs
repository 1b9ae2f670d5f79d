//! Calls: what only wraps a literal, what takes a name and a value, what sets.

use super::super::run_before;
use super::cursor::Cursor;
use super::fallback::or_default;
use super::key::Key;
use super::link::{attempt, prefixed_quote};
use super::literal::{Literal, Style, quoted};
use super::surroundings::{LOOK_BACK, Setting, Surroundings};

/// Functions that only wrap a literal.
#[rustfmt::skip] // a list, not code
const WRAPPERS: &[&[u8]] = &[
    b"String", b"string", b"str", b"bytes", b"Some", b"from", b"SecretStr", b"SecretString", b"Secret", b"new", b"b64decode", b"base64_decode", b"of", b"literal", b"Buffer.from", b"String::from",
    b"Secret::new", b"SecretString::from", b"SecretString::new", b"strdup", b"make_pair", b"Password", b"Token", b"NSString", b"LiteralString", b"plainText", b"unsafe_value",
    b"GetBytes", b"QStringLiteral", b"QLatin1String", b"Field", b"Literal",
    b"ptr", b"StringPtr", b"aws.String", b"to_string", b"T", b"_T", b"TEXT", b"strings.Repeat", b"pulumi.String", b"[]byte", b"byte", b"env", b"env.str", b"config", b"Config",
];

/// `Wrapper("…")`, `getenv("K", "default")`, `name || "default"`, `name ?? "default"`, `name or "default"`.
pub(super) fn wrapped(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    cursor.eat(b"new ");
    let name = cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'[' | b']' | b'!' | b'&' | b'$' | b'-'));
    if name.is_empty() {
        return None;
    }
    let spaced = cursor.spaces();
    if spaced && name == b"ConvertTo-SecureString" {
        return cursor.quote().and_then(|quote| quoted(cursor, quote, Style::Quoted));
    }
    if !cursor.eat(b"(") {
        return or_default(cursor).filter(|_| surroundings.setting != Setting::Text || spaced);
    }
    cursor.blanks();
    let wrapper = WRAPPERS.contains(&name) || WRAPPERS.iter().any(|wrapper| name.rsplit(|byte| matches!(byte, b'.' | b':')).next() == Some(wrapper));
    let first = prefixed_quote(cursor).and_then(|quote| quoted(cursor, quote, Style::Quoted));
    if first.is_none() {
        return attempt(cursor, nested_call);
    }
    if first.is_some() {
        methods(cursor);
    }
    cursor.blanks();
    // `format!("{}:{}", a, b)`, `sprintf("%s", …)`
    let is_format = first.as_ref().and_then(|first| cursor.bytes.get(first.span.clone())).is_some_and(|text| memchr::memchr2(b'{', b'%', text).is_some());
    if is_format {
        return None;
    }
    if first.is_some() && cursor.eat(b",") {
        cursor.blanks();
        if wrapper && is_encoding(cursor) {
            return first;
        }
        // Keyword arguments: `env("K", default="…")`.
        cursor.while_is(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'=' | b' '));
        return prefixed_quote(cursor).and_then(|quote| quoted(cursor, quote, Style::Quoted));
    }
    let closes = cursor.eat(b")");
    if closes && let Some(literal) = or_default(cursor) {
        return Some(literal);
    }
    first.filter(|_| wrapper && closes && !matches!(name, b"env" | b"config" | b"Config" | b"env.str"))
}

/// `createSecretKey(Buffer.from("…", "hex"))`: a call around one that only wraps.
fn nested_call(cursor: &mut Cursor<'_>) -> Option<Literal> {
    if cursor.eat(b"default=") {
        return prefixed_quote(cursor).and_then(|quote| quoted(cursor, quote, Style::Quoted));
    }
    let name = cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':'));
    let wrapper = WRAPPERS.contains(&name) || name.rsplit(|byte| matches!(byte, b'.' | b':')).next().is_some_and(|last| WRAPPERS.contains(&last));
    let quote = (wrapper && cursor.eat(b"(")).then(|| prefixed_quote(cursor)).flatten()?;
    let literal = quoted(cursor, quote, Style::Quoted)?;
    methods(cursor);
    cursor.blanks();
    (cursor.eat(b")")
        || (cursor.eat(b",") && {
            cursor.blanks();
            is_encoding(cursor)
        }))
    .then_some(literal)
}

/// `.toCharArray()`, `.encode("utf-8")`, `.to_string()`: a literal in another type.
pub(super) fn methods(cursor: &mut Cursor<'_>) {
    for _ in 0..3 {
        let before = cursor.at;
        let named = cursor.eat(b".") && !cursor.while_is(|byte| byte.is_ascii_alphanumeric() || byte == b'_').is_empty();
        let called = named && cursor.eat(b"(") && {
            cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'"' | b'\'' | b'-' | b'_' | b'.'));
            cursor.eat(b")")
        };
        if !called {
            cursor.at = before;
            return;
        }
    }
}

/// How the literal before is written: `"hex"`, `'base64'`.
fn is_encoding(cursor: &Cursor<'_>) -> bool {
    const ENCODINGS: [&[u8]; 8] = [b"hex", b"base64", b"base64url", b"utf8", b"utf-8", b"ascii", b"latin1", b"binary"];
    let rest = cursor.rest();
    rest.first().is_some_and(|mark| matches!(mark, b'"' | b'\''))
        && ENCODINGS
            .iter()
            .any(|name| rest.get(1..name.len() + 1).is_some_and(|found| found.eq_ignore_ascii_case(name)) && rest.get(name.len() + 1) == rest.first())
}

/// The quote that closes behind the name opens before it: the string is no longer than the name.
pub(super) fn is_whole_string(bytes: &[u8], key: &Key) -> bool {
    let before =
        bytes[key.span.start.saturating_sub(LOOK_BACK)..key.span.start].iter().rev().find(|byte| !matches!(byte, b'-' | b'$' | b'@' | b'.' | b':' | b'_'));
    before.is_some_and(|byte| matches!(byte, b'"' | b'\'' | b'`' | b';' | b' '))
}

/// `("K", "V")`: a look-up with a default, a definition, a tuple.
pub(super) fn argument(cursor: &mut Cursor<'_>, bytes: &[u8], key: &Key) -> Option<Literal> {
    cursor.skip(1);
    let before = cursor.at;
    cursor.blanks();
    // One below the other, names stand in lists.
    if !key.flag && cursor.bytes[before..cursor.at].contains(&b'\n') && !is_look_up(bytes, key) {
        return None;
    }
    let quote = prefixed_quote(cursor)?;
    let literal = quoted(cursor, quote, Style::Loose)?;
    cursor.blanks();
    // `f("K", "V")` gives K its value; in longer lists they may be anything.
    let called = matches!(bytes[..key.span.start], [.., b'a'..=b'z' | b'A'..=b'Z' | b'_', b'(', b'"' | b'\'']);
    if called && is_judge(bytes, key.span.start - 2) {
        return None;
    }
    let style = if called && cursor.peek() == Some(b')') { Style::Quoted } else { Style::Loose };
    // `("a", "b": …`: the second is a name itself.
    (!matches!(cursor.peek(), Some(b':' | b'='))).then(|| literal.styled(style))
}

/// `getenv(` and the like stand before the name.
fn is_look_up(bytes: &[u8], key: &Key) -> bool {
    let before = &bytes[key.span.start.saturating_sub(LOOK_BACK)..key.span.start.saturating_sub(1)];
    let call = before.trim_ascii_end().strip_suffix(b"(").unwrap_or_default();
    [&b"env"[..], b"get", b"setdefault", b"config", b"define"]
        .iter()
        .any(|word| call.len().checked_sub(word.len()).is_some_and(|at| call[at..].eq_ignore_ascii_case(word)))
}

/// A function that compares or derives: `HashPassword("password", "salt")`, whose name ends before `end`.
fn is_judge(bytes: &[u8], end: usize) -> bool {
    let name = &bytes[run_before(bytes, end, 40, |byte| byte.is_ascii_alphanumeric() || byte == b'_')..end];
    [&b"hash"[..], b"check", b"verify", b"compare", b"match", b"equal", b"validate"]
        .iter()
        .any(|word| name.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word)))
}

/// The name ends with what is set: `setPassword`, `withToken`; `pass(…)` passes, and so does `t.pass(…)`.
pub(super) fn names_a_setter(bytes: &[u8], key: &Key) -> bool {
    const ENDINGS: [&[u8]; 10] = [b"keycredential", b"pass", b"password", b"passwd", b"passphrase", b"pwd", b"token", b"secret", b"key", b"credentials"];
    let name = &bytes[key.span.clone()];
    let ends = |ending: &&[u8]| name.len().checked_sub(ending.len()).is_some_and(|at| name[at..].eq_ignore_ascii_case(ending));
    let last = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    ENDINGS.iter().any(ends) && !last.trim_ascii_start().eq_ignore_ascii_case(b"pass") && !last.eq_ignore_ascii_case(b"_pass")
}

/// `setPassword("…")`, `.password("…")`, `withToken('…')`; of several arguments the last is what is set.
pub(super) fn setter(cursor: &mut Cursor<'_>) -> Option<Literal> {
    const MOST: usize = 3;
    for number in 0..MOST {
        cursor.skip(1);
        cursor.blanks();
        let Some(quote) = prefixed_quote(cursor) else {
            if let Some(literal) = attempt(cursor, nested_call) {
                return Some(literal);
            }
            // Whose it is may be a variable.
            cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
            (number == 0 && cursor.peek() == Some(b',')).then_some(())?;
            continue;
        };
        let literal = quoted(cursor, quote, if number == 0 { Style::Quoted } else { Style::Loose })?;
        methods(cursor);
        cursor.blanks();
        match cursor.peek()? {
            b')' => return Some(literal),
            b',' => {}
            _ => return None,
        }
    }
    None
}

/// `strcpy(cfg.password, "…")`, `strcmp(password, "…")`, `coalesce(var.password, "…")`: a call that gives a name its value, or compares it.
pub(super) fn copied(cursor: &mut Cursor<'_>, bytes: &[u8], key: &Key) -> Option<Literal> {
    const CALLS: [&[u8]; 12] =
        [b"strcpy", b"strcmp", b"strncpy", b"strlcpy", b"strncmp", b"strcasecmp", b"memcpy", b"wcscpy", b"coalesce", b"nvl", b"ifnull", b"isnull"];
    let name = run_before(bytes, key.span.start, 40, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'>' | b'&' | b'$'));
    let call = name.checked_sub(1).filter(|at| bytes[*at] == b'(')?;
    CALLS.iter().find(|word| call.checked_sub(word.len()).is_some_and(|at| bytes[at..call].eq_ignore_ascii_case(word)))?;
    cursor.skip(1);
    cursor.blanks();
    let quote = prefixed_quote(cursor)?;
    quoted(cursor, quote, Style::Loose)
}

/// `{password, "…"}`, `{password, <<"…">>}`: Erlang's pairs.
pub(super) fn tuple(cursor: &mut Cursor<'_>, bytes: &[u8], key: &Key) -> Option<Literal> {
    if key.span.start.checked_sub(1).and_then(|before| bytes.get(before)) != Some(&b'{') {
        return None;
    }
    cursor.skip(1);
    cursor.spaces();
    cursor.eat(b"<<");
    let quote = cursor.quote()?;
    let literal = quoted(cursor, quote, Style::Loose)?;
    cursor.eat(b">>");
    (cursor.peek() == Some(b'}')).then_some(literal)
}

/// `$('#password').val('…')`, `page.fill('#password', '…')`, `fill_in 'Password', with: '…'`: what a test types into a field.
pub(super) fn typed(cursor: &mut Cursor<'_>, bytes: &[u8], key: &Key) -> Option<Literal> {
    const FILLS: [&[u8]; 8] = [b"val(", b"type(", b"fill(", b"send_keys(", b"sendKeys(", b"setValue(", b"set_value(", b"clearAndType("];
    cursor.while_is(|byte| matches!(byte, b'"' | b'\'' | b'`' | b']' | b')'));
    if cursor.eat(b".") {
        FILLS.into_iter().find(|word| cursor.eat(word))?;
    } else if cursor.eat(b",") {
        cursor.spaces();
        let line = &bytes[key.span.start.saturating_sub(LOOK_BACK)..key.span.start];
        let line = &line[memchr::memrchr(b'\n', line).map_or(0, |newline| newline + 1)..];
        let fills = FILLS.into_iter().any(|word| memchr::memmem::find(line, word).is_some());
        (fills || cursor.eat(b"with: ")).then_some(())?;
    } else {
        cursor.spaces();
        cursor.eat(b"with ").then_some(())?;
    }
    let quote = prefixed_quote(cursor)?;
    quoted(cursor, quote, Style::Loose)
}
