//! From a name to its value: what may stand between the two.

use super::super::{cut, run_before};
use super::REACH;
use super::apart::{attributes, block, element, nested, pair, sibling_element};
use super::cursor::{Cursor, Quote};
use super::key::{Key, Kind};
use super::literal::{Literal, Style, bare, quoted};
use super::surroundings::{LOOK_BACK, Setting, Surroundings};

/// How far behind their name the values of a list may stand.
pub(super) const LIST_REACH: usize = 4 * REACH;

/// Functions that only wrap a literal.
#[rustfmt::skip] // a list, not code
const WRAPPERS: &[&[u8]] = &[
    b"String", b"string", b"str", b"bytes", b"Some", b"from", b"SecretStr", b"SecretString", b"Secret", b"new", b"b64decode", b"base64_decode", b"of", b"literal", b"Buffer.from", b"String::from",
    b"Secret::new", b"SecretString::from", b"SecretString::new", b"strdup", b"make_pair", b"Password", b"Token", b"NSString", b"LiteralString", b"plainText", b"unsafe_value",
    b"ptr", b"StringPtr", b"aws.String", b"to_string", b"T", b"_T", b"TEXT", b"strings.Repeat", b"pulumi.String", b"[]byte", b"byte", b"env", b"env.str", b"config", b"Config",
];

/// Words at the start of a line after which a name and its value are divided by a blank.
/// C's `#define` is none of them: what stands bare behind it is another name.
const DIRECTIVES: [&[u8]; 7] = [b"env", b"arg", b"set", b"setenv", b"export", b"setx", b"fastcgi_param"];

/// The literal that is assigned to `key`, if it is a literal.
pub(super) fn value(bytes: &[u8], key: &Key, surroundings: &Surroundings) -> Option<Literal> {
    let mut cursor = Cursor::new(bytes, key.span.end, REACH);
    if is_verb(bytes, key) {
        return None;
    }
    let closed = cursor.quote();
    cursor.while_is(|byte| matches!(byte, b']' | b')') && closed.is_some());
    let spaced = cursor.spaces();
    match cursor.peek()? {
        b':' if key.template => default_of(&mut cursor),
        b'=' => after_equals(&mut cursor, surroundings),
        b':' => after_colon(&mut cursor, surroundings, closed),
        b'?' | b'|' | b'+' | b'.' | b'!' | b'~' => compound(&mut cursor, surroundings),
        b',' if closed.is_some() && is_whole_string(bytes, key) => pair(&mut cursor, surroundings).or_else(|| argument(&mut cursor, bytes, key)),
        b',' => pair(&mut cursor, surroundings),
        b'>' => element(&mut cursor, bytes, key),
        b'<' => sibling_element(&mut cursor),
        b'{' if closed.is_some() => attempt(&mut cursor, block).or_else(|| or_default(&mut cursor)),
        b'(' if closed.is_none() && !spaced && names_a_setter(bytes, key) => setter(&mut cursor),
        b'/' if closed.is_none() => None,
        b'\n' | b'\r' | b'\\' => pair(&mut cursor, surroundings),
        b'"' | b'\'' if spaced && closed.is_none() => direct(&mut cursor),
        _ if closed.is_some() => pair(&mut cursor, surroundings).or_else(|| or_default(&mut cursor)),
        _ if spaced => attempt(&mut cursor, sql)
            .or_else(|| attempt(&mut cursor, |cursor| attributes(cursor, bytes, key)))
            .or_else(|| attempt(&mut cursor, |cursor| annotated(cursor, surroundings)))
            .or_else(|| word(&mut cursor, bytes, key, surroundings)),
        _ => None,
    }
}

/// The literals of `["…", "…"]`, `{"…"}` or `[]string{"…"}` behind a sign; a list of anything else has none.
pub(super) fn list(bytes: &[u8], key: &Key) -> Vec<Literal> {
    const MOST: usize = 20;
    let mut literals = Vec::new();
    let Some(open) = opens_list(bytes, key) else { return literals };
    let mut cursor = Cursor::new(bytes, open, (key.span.end + LIST_REACH).saturating_sub(open));
    while literals.len() < MOST {
        cursor.blanks();
        let Some(literal) = prefixed_quote(&mut cursor).and_then(|quote| quoted(&mut cursor, quote, Style::Loose)) else { break };
        literals.push(literal);
        cursor.blanks();
        if !cursor.eat(b",") {
            break;
        }
    }
    literals
}

/// Where the first value of a list may stand, if a list is assigned.
pub(super) fn opens_list(bytes: &[u8], key: &Key) -> Option<usize> {
    let mut cursor = Cursor::new(bytes, key.span.end, REACH);
    cursor.quote();
    cursor.spaces();
    let signs = cursor.while_is(|byte| matches!(byte, b':' | b'=' | b'>'));
    cursor.spaces();
    cursor.eat(b"[]string");
    let opens = !signs.is_empty() && (cursor.eat(b"[") || cursor.eat(b"{") || cursor.eat(b"("));
    opens.then_some(cursor.at)
}

/// "You may pass 'x'": in the middle of a line, without a sign behind it, the word is a verb. `PASS: TestX` is a result, and
/// `/etc/passwd:` a file.
fn is_verb(bytes: &[u8], key: &Key) -> bool {
    let (before, name) = (&bytes[key.span.start.saturating_sub(LOOK_BACK)..key.span.start], &bytes[key.span.clone()]);
    let after = cut(bytes, key.span.end..key.span.end + REACH);
    if name.eq_ignore_ascii_case(b"passwd") {
        return before.ends_with(b"/");
    }
    if key.flag || !name.eq_ignore_ascii_case(b"pass") {
        return false;
    }
    let in_sentence =
        || before.trim_ascii_end().last().is_some_and(|last| last.is_ascii_alphanumeric() || matches!(last, b';' | b'.' | b',' | b':' | b')' | b'"' | b'\''));
    let spoken = after.starts_with(b" ") && !after.trim_ascii_start().starts_with(b"=") && (name == b"Pass" || (before.ends_with(b" ") && in_sentence()));
    spoken || (name == b"PASS" && after.starts_with(b": "))
}

/// Something stands behind the name that a value can follow.
pub(super) fn may_follow(bytes: &[u8], key: &Key) -> bool {
    let rest = cut(bytes, key.span.end..key.span.end + REACH);
    let first = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'`' | b']' | b')'));
    let blank = rest.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
    first.and_then(|at| rest.get(at)).is_some_and(|byte| match byte {
        b'=' | b':' | b'?' | b'|' | b'+' | b'.' | b'!' | b'~' | b',' | b'>' | b'<' | b'{' | b'(' | b'\n' | b'\r' | b'\\' | b'&' => true,
        _ => blank || first > Some(0),
    })
}

/// What `way` finds, or nothing and the cursor where it was.
pub(super) fn attempt<'a>(cursor: &mut Cursor<'a>, way: impl FnOnce(&mut Cursor<'a>) -> Option<Literal>) -> Option<Literal> {
    let before = cursor.at;
    let found = way(cursor);
    if found.is_none() {
        cursor.at = before;
    }
    found
}

/// `=`, `==`, `=>`.
fn after_equals(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    let signs = cursor.while_is(|byte| byte == b'=').len();
    if cursor.eat(b">") || signs == 1 {
        return assigned(cursor, surroundings);
    }
    // A comparison with a literal gives the literal away.
    cursor.spaces();
    let quote = cursor.quote().filter(|_| signs <= 3)?;
    quoted(cursor, quote, Style::Loose)
}

/// `:`, `:=`, and `: Type =`.
fn after_colon(cursor: &mut Cursor<'_>, surroundings: &Surroundings, closed: Option<Quote>) -> Option<Literal> {
    cursor.skip(1);
    if cursor.peek() == Some(b':') {
        return None;
    }
    cursor.eat(b"=");
    cursor.eat(b"-"); // `${K:-default}`
    let mut typed = Cursor { bytes: cursor.bytes, at: cursor.at };
    if closed.is_none()
        && surroundings.setting != Setting::Configuration
        && let Some(literal) = annotated(&mut typed, surroundings)
    {
        return Some(literal);
    }
    cursor.spaces();
    if matches!(cursor.peek(), Some(b'\n' | b'\r')) {
        return nested(cursor, surroundings);
    }
    assigned(cursor, surroundings)
}

/// A type between name and sign: `password: Optional[str] = "…"`, `PASSWORD: &'static str = "…"`, `password string = "…"`.
fn annotated(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    cursor.spaces();
    cursor.eat(b"&");
    if cursor.eat(b"'") {
        cursor.while_is(|byte| byte.is_ascii_alphabetic());
        cursor.spaces();
    }
    let kind = cursor.while_is(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'<' | b'>' | b'[' | b']' | b'|' | b'?' | b'&' | b'*' | b' ' | b',' | b'!')
    });
    let one_type = !kind.is_empty() && kind.len() <= 40 && kind.first().is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, b'[' | b'*' | b'?'));
    if !one_type || cursor.peek() != Some(b'=') || cursor.peek_at(1) == Some(b'=') {
        return None;
    }
    cursor.skip(1);
    cursor.spaces();
    prefixed_quote(cursor).and_then(|quote| quoted(cursor, quote, Style::Quoted)).or_else(|| wrapped(cursor, surroundings))
}

/// What stands behind the sign.
pub(super) fn assigned(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    cursor.spaces();
    while cursor.eat(b"(") {
        cursor.blanks();
    }
    if let Some(quote) = prefixed_quote(cursor) {
        return quoted(cursor, quote, Style::Quoted);
    }
    if surroundings.setting == Setting::Configuration && block_scalar(cursor) {
        return bare(cursor, surroundings);
    }
    if cursor.rest().starts_with(b"${") {
        return default_in(cursor);
    }
    if matches!(cursor.peek(), Some(b'\n' | b'\r' | b'\\')) {
        cursor.while_is(|byte| byte == b'\\');
        cursor.blanks();
        return prefixed_quote(cursor).and_then(|quote| quoted(cursor, quote, Style::Quoted));
    }
    let start = cursor.at;
    if let Some(literal) = wrapped(cursor, surroundings) {
        return Some(literal);
    }
    cursor.at = start;
    surroundings.takes_bare().then(|| bare(cursor, surroundings)).flatten()
}

/// A quote, perhaps behind the letters that some languages put before it: `b"`, `@"`, `N'`, `f"`.
pub(super) fn prefixed_quote(cursor: &mut Cursor<'_>) -> Option<Quote> {
    let letters = cursor.rest().iter().take_while(|byte| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'@' | b'$' | b'#')).count();
    let before = cursor.at;
    if letters <= 2 {
        cursor.skip(letters);
        if let Some(quote) = cursor.quote() {
            return Some(quote);
        }
    }
    cursor.at = before;
    None
}

/// YAML's `|` and `>`: the value stands on the next line.
fn block_scalar(cursor: &mut Cursor<'_>) -> bool {
    let before = cursor.at;
    if cursor.eat(b"|") || cursor.eat(b">") {
        cursor.while_is(|byte| matches!(byte, b'-' | b'+' | b' ' | b'0'..=b'9'));
        if cursor.peek() == Some(b'\n') {
            cursor.blanks();
            return true;
        }
    }
    cursor.at = before;
    false
}

/// `Wrapper("…")`, `getenv("K", "default")`, `name || "default"`, `name ?? "default"`, `name or "default"`.
fn wrapped(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
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
    let name = cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':'));
    let wrapper = WRAPPERS.contains(&name) || name.rsplit(|byte| matches!(byte, b'.' | b':')).next().is_some_and(|last| WRAPPERS.contains(&last));
    let quote = (wrapper && cursor.eat(b"(")).then(|| prefixed_quote(cursor)).flatten()?;
    let literal = quoted(cursor, quote, Style::Quoted)?;
    cursor.blanks();
    (cursor.eat(b")")
        || (cursor.eat(b",") && {
            cursor.blanks();
            is_encoding(cursor)
        }))
    .then_some(literal)
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

/// `|| "…"`, `?? "…"`, `or "…"`, `?: "…"`, `{ "…" }` on the same line.
fn or_default(cursor: &mut Cursor<'_>) -> Option<Literal> {
    cursor.while_is(|byte| matches!(byte, b')' | b']' | b'!'));
    cursor.spaces();
    let stands = [&b"||"[..], b"??", b"?:", b"{", b"or "].into_iter().any(|sign| cursor.eat(sign));
    cursor.spaces();
    let quote = stands.then(|| prefixed_quote(cursor)).flatten()?;
    quoted(cursor, quote, Style::Quoted)
}

/// `${K:-default}`, `${k:default}`, `${K-default}`.
fn default_in(cursor: &mut Cursor<'_>) -> Option<Literal> {
    cursor.skip(2);
    cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    default_of(cursor)
}

/// The default of a variable, behind its name.
fn default_of(cursor: &mut Cursor<'_>) -> Option<Literal> {
    let sign = cursor.while_is(|byte| matches!(byte, b':' | b'-' | b'='));
    let quote = cursor.quote();
    let start = cursor.at;
    let text = cursor.while_is(|byte| {
        !matches!(byte, b'}' | b'"' | b'\'' | b'$' | b'{' | b'\n') || quote.is_some_and(|quote| byte != quote.mark && byte != b'\n' && byte != b'}')
    });
    let closes = matches!(cursor.peek(), Some(b'}' | b'"' | b'\''));
    (matches!(sign, b":" | b":-" | b"-" | b":=") && closes && !text.is_empty()).then_some(Literal { span: start..start + text.len(), style: Style::Quoted })
}

/// `?=`, `||=`, `+=`, `??=`, `!=`, and a default behind a variable.
fn compound(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    let before = cursor.at;
    let signs = cursor.while_is(|byte| matches!(byte, b'?' | b'|' | b'+' | b'.' | b'!' | b'~'));
    match cursor.peek() {
        Some(b'=') if signs == b"!" => after_equals_loosely(cursor),
        Some(b'=') if signs.len() <= 2 => after_equals(cursor, surroundings),
        // `password?: string = "…"`
        Some(b':') if signs == b"?" => annotated_after_colon(cursor, surroundings),
        _ => {
            cursor.at = before;
            or_default(cursor)
        }
    }
}

fn after_equals_loosely(cursor: &mut Cursor<'_>) -> Option<Literal> {
    cursor.while_is(|byte| byte == b'=');
    cursor.spaces();
    let quote = cursor.quote()?;
    quoted(cursor, quote, Style::Loose)
}

fn annotated_after_colon(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    cursor.skip(1);
    annotated(cursor, surroundings)
}

/// The name is a value itself, and its own value follows under another name: Kubernetes, compose, Postman, XML, HTML, CloudFormation.
/// YAML: `DbPassword:` and below it, deeper, `Default: …` or `value: …`.
/// The quote that closes behind the name opens before it: the string is no longer than the name.
fn is_whole_string(bytes: &[u8], key: &Key) -> bool {
    let before =
        bytes[key.span.start.saturating_sub(LOOK_BACK)..key.span.start].iter().rev().find(|byte| !matches!(byte, b'-' | b'$' | b'@' | b'.' | b':' | b'_'));
    before.is_some_and(|byte| matches!(byte, b'"' | b'\'' | b'`' | b';' | b' '))
}

/// `("K", "V")`: a look-up with a default, a definition, a tuple.
fn argument(cursor: &mut Cursor<'_>, bytes: &[u8], key: &Key) -> Option<Literal> {
    cursor.skip(1);
    let before = cursor.at;
    cursor.blanks();
    // One below the other, names stand in lists.
    if !key.flag && cursor.bytes[before..cursor.at].contains(&b'\n') {
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
    (!matches!(cursor.peek(), Some(b':' | b'='))).then_some(Literal { style, ..literal })
}

/// A function that compares or derives: `HashPassword("password", "salt")`, whose name ends before `end`.
fn is_judge(bytes: &[u8], end: usize) -> bool {
    let name = &bytes[run_before(bytes, end, 40, |byte| byte.is_ascii_alphanumeric() || byte == b'_')..end];
    [&b"hash"[..], b"check", b"verify", b"compare", b"match", b"equal", b"validate"]
        .iter()
        .any(|word| name.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word)))
}

/// `<password>…</password>`.
/// `<password attribute="…">…</password>`, or an attribute that is the value.
/// `<key>K</key><string>V</string>`, `<name>K</name><value>V</value>`.
/// Terraform: `variable "db_password" {` … `default = "…"`.
/// The name ends with what is set: `setPassword`, `withToken`; a bare `pass(…)` passes.
fn names_a_setter(bytes: &[u8], key: &Key) -> bool {
    const ENDINGS: [&[u8]; 9] = [b"pass", b"password", b"passwd", b"passphrase", b"pwd", b"token", b"secret", b"key", b"credentials"];
    let name = &bytes[key.span.clone()];
    let ends = |ending: &&[u8]| name.len().checked_sub(ending.len()).is_some_and(|at| name[at..].eq_ignore_ascii_case(ending));
    ENDINGS.iter().any(ends) && !name.trim_ascii_start().eq_ignore_ascii_case(b"pass") && !name.eq_ignore_ascii_case(b"_pass")
}

/// `setPassword("…")`, `.password("…")`, `withToken('…')`.
fn setter(cursor: &mut Cursor<'_>) -> Option<Literal> {
    cursor.skip(1);
    cursor.blanks();
    let quote = prefixed_quote(cursor)?;
    let literal = quoted(cursor, quote, Style::Quoted)?;
    cursor.blanks();
    (cursor.peek() == Some(b')')).then_some(literal)
}

/// `PASSWORD 'x'`, `-Password "x"`, `#define PASSWORD "x"`.
fn direct(cursor: &mut Cursor<'_>) -> Option<Literal> {
    let quote = cursor.quote()?;
    quoted(cursor, quote, Style::Quoted)
}

/// `PASSWORD TO 'x'`, `… BY N'x'`, `PASSWORD IS "x"`.
fn sql(cursor: &mut Cursor<'_>) -> Option<Literal> {
    [&b"by"[..], b"to", b"as", b"encrypted"].into_iter().find(|word| cursor.eat_word(word));
    cursor.spaces();
    // Backquotes belong to prose: "pass `x`".
    prefixed_quote(cursor).filter(|quote| quote.mark != b'`').and_then(|quote| quoted(cursor, quote, Style::Quoted))
}

/// A bare word behind a blank: options of commands, `ENV K V`, directives of configurations.
fn word(cursor: &mut Cursor<'_>, bytes: &[u8], key: &Key, surroundings: &Surroundings) -> Option<Literal> {
    let line = bytes.get(surroundings.line_start..key.span.start).unwrap_or_default();
    let before = line.trim_ascii_end().rsplit(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
    let directive = DIRECTIVES.iter().any(|word| before.eq_ignore_ascii_case(word));
    let first = line.trim_ascii().is_empty() && surroundings.setting == Setting::Configuration && key.kind == Kind::Password;
    if !(key.flag || directive || first) || matches!(cursor.peek(), Some(b'-' | b'<' | b'[' | b'{' | b'$' | b'\\')) {
        return None;
    }
    let literal = super::literal::bare(cursor, surroundings)?;
    // Prose goes on: `password must be set`.
    let text = &bytes[literal.span.clone()];
    (!text.contains(&b' ')).then_some(literal)
}
