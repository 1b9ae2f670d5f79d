//! From a name to its value: what may stand between the two.

use super::super::cut;
use super::apart::{block, next_item, pair, reversed};
use super::call::{argument, copied, is_whole_string, names_a_setter, setter, tuple, typed};
use super::cursor::{Cursor, Quote};
use super::fallback::{default_of, or_default};
use super::key::{Key, Kind};
use super::literal::{Literal, Style, bare, quoted};
use super::markup::{attribute, attributes, element, escaped_element, sibling_element};
use super::sign::{after_colon, after_equals, annotated, assigned, compound};
use super::surroundings::{LOOK_BACK, Setting, Surroundings};
use super::{REACH, option, prose, unpacked};

/// Words at the start of a line after which a name and its value are divided by a blank.
/// C's `#define` is none of them: what stands bare behind it is another name.
const DIRECTIVES: [&[u8]; 7] = [b"env", b"arg", b"set", b"setenv", b"export", b"setx", b"fastcgi_param"];

/// The literal that is assigned to `key`, if it is a literal.
pub(super) fn value(bytes: &[u8], key: &Key, surroundings: &Surroundings) -> Option<Literal> {
    if is_verb(bytes, key) {
        return None;
    }
    let literal = match unpacked::values(bytes, key, surroundings) {
        Some(values) => return values.own(),
        None => forward(bytes, key, surroundings),
    };
    literal.or_else(|| reversed(bytes, key, surroundings)).map(|literal| second_half(bytes, key, literal))
}

/// The value behind its name.
fn forward(bytes: &[u8], key: &Key, surroundings: &Surroundings) -> Option<Literal> {
    let mut cursor = Cursor::new(bytes, key.span.end, REACH);
    cursor.joins = surroundings.setting == Setting::Code;
    let cursor = &mut cursor;
    // `$ENV{DB_PASSWORD}`
    let is_braced = cursor.eat(b"}");
    // `[name=password]'`
    cursor.skip(usize::from(matches!(cursor.rest(), [b']', b'"' | b'\'', ..])));
    let closed = cursor.quote();
    cursor.while_is(|byte| matches!(byte, b']' | b')' | b'}') && (closed.is_some() || byte == b']'));
    let spaced = cursor.spaces();
    let marked = surroundings.setting == Setting::Text && cursor.rest().starts_with(b"**");
    cursor.skip(if marked { 2 } else { 0 });
    let typed = |cursor: &mut Cursor<'_>| attempt(cursor, |cursor| typed(&mut cursor.there(key.span.end), bytes, key));
    match cursor.peek()? {
        b':' if key.template => default_of(cursor),
        b'=' => after_equals(cursor, surroundings),
        b':' => after_colon(cursor, surroundings, closed),
        b'.' if closed.is_some() => typed(cursor).or_else(|| compound(cursor, surroundings)),
        b'.' => compared(cursor),
        b'|' if surroundings.in_row => cell(cursor),
        b'?' | b'|' | b'+' | b'!' | b'~' => compound(cursor, surroundings),
        b'-' | b'<' if matches!(cursor.rest(), [b'-', b'>', ..] | [b'<', b'-', ..] | [b'<', b'<', b'-', ..]) => {
            cursor.while_is(|byte| matches!(byte, b'-' | b'<' | b'>'));
            assigned(cursor, surroundings)
        }
        b',' if closed.is_some() && is_whole_string(bytes, key) => {
            pair(cursor, surroundings).or_else(|| attempt(cursor, |cursor| argument(cursor, bytes, key))).or_else(|| typed(cursor))
        }
        b',' if closed.is_some() => pair(cursor, surroundings).or_else(|| typed(cursor)),
        b',' => pair(cursor, surroundings)
            .or_else(|| attempt(cursor, |cursor| copied(cursor, bytes, key)))
            .or_else(|| attempt(cursor, |cursor| tuple(cursor, bytes, key))),
        b'>' if closed.is_some() => attribute(cursor, bytes, key),
        b'>' => element(cursor, bytes, key),
        b'<' => sibling_element(cursor),
        b'&' => escaped_element(cursor),
        b'[' if closed.is_none() && !spaced => array(cursor, surroundings),
        b'{' if closed.is_some() => attempt(cursor, block).or_else(|| or_default(cursor)),
        b'{' => attempt(cursor, block).or_else(|| braced(cursor)),
        b'(' if closed.is_none() && !spaced && names_a_setter(bytes, key) => setter(cursor),
        b'/' if closed.is_none() && !is_braced => None,
        b'#' => pair(cursor, surroundings),
        b'/' => or_default(cursor),
        b'\n' | b'\r' if key.flag => attempt(cursor, |cursor| next_item(cursor, surroundings)).or_else(|| pair(cursor, surroundings)),
        b'\\' if key.flag && cursor.eat(b"\\\n") => continued_option(cursor, surroundings),
        b'\n' | b'\r' if closed.is_some() => pair(cursor, surroundings).or_else(|| form_field(cursor, bytes, key)),
        b'\n' | b'\r' | b'\\' => pair(cursor, surroundings),
        b'"' | b'\'' if spaced && closed.is_none() => direct(cursor),
        _ if closed.is_some() => pair(cursor, surroundings)
            .or_else(|| attempt(cursor, |cursor| attribute(cursor, bytes, key)))
            .or_else(|| typed(cursor))
            .or_else(|| to(cursor))
            .or_else(|| or_default(cursor)),
        _ if spaced => behind_blank(cursor, bytes, key, surroundings),
        _ => None,
    }
}

/// No sign, but a blank: statements, attributes, types, prose, options, directives.
fn behind_blank(cursor: &mut Cursor<'_>, bytes: &[u8], key: &Key, surroundings: &Surroundings) -> Option<Literal> {
    attempt(cursor, sql)
        .or_else(|| attempt(cursor, |cursor| attributes(cursor, bytes, key)))
        .or_else(|| attempt(cursor, |cursor| annotated(cursor, surroundings)))
        .or_else(|| attempt(cursor, |cursor| prose::said(cursor, key, surroundings)))
        .or_else(|| attempt(cursor, |cursor| option::value(cursor, bytes, surroundings)))
        .or_else(|| word(cursor, bytes, key, surroundings))
}

/// The value of an option on the next line of a command.
fn continued_option(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    cursor.spaces();
    bare(cursor, surroundings).filter(|literal| !cursor.bytes[literal.span.clone()].starts_with(b"-"))
}

/// `username/password: app/…`: the half that is the password's.
fn second_half(bytes: &[u8], key: &Key, literal: Literal) -> Literal {
    let before = &bytes[key.span.start.saturating_sub(10)..key.span.start];
    let of_two =
        [&b"user"[..], b"username", b"login"].iter().any(|word| before.strip_suffix(b"/").is_some_and(|before| before.to_ascii_lowercase().ends_with(word)));
    // cURL's option in PHP takes `user:…`.
    let of_two = of_two || bytes[key.span.clone()].ends_with(b"USERPWD");
    let half = if of_two { bytes.get(literal.span.clone()).and_then(|text| memchr::memchr2(b'/', b':', text)) } else { None };
    match half {
        Some(at) => Literal::new(literal.span.start + at + 1..literal.span.end, literal.style),
        None => literal,
    }
}

/// `password[] = "…"`, `password[32] PROGMEM = "…"`.
fn array(cursor: &mut Cursor<'_>, surroundings: &Surroundings) -> Option<Literal> {
    cursor.skip(1);
    cursor.while_is(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b' '));
    if !cursor.eat(b"]") {
        return None;
    }
    cursor.spaces();
    cursor.while_is(|byte| byte.is_ascii_uppercase() || byte == b' ');
    (cursor.peek() == Some(b'=') && cursor.peek_at(1) != Some(b'=')).then(|| after_equals(cursor, surroundings)).flatten()
}

/// C#: `Password { get; set; } = "…"`; C++: `password{"…"}`.
fn braced(cursor: &mut Cursor<'_>) -> Option<Literal> {
    cursor.skip(1);
    let property = cursor.rest().trim_ascii_start().starts_with(b"get");
    if property {
        cursor.while_is(|byte| byte.is_ascii_alphabetic() || matches!(byte, b';' | b' '));
        if !cursor.eat(b"} = ") {
            return None;
        }
    }
    let quote = prefixed_quote(cursor)?;
    quoted(cursor, quote, Style::Quoted).filter(|_| property || cursor.peek() == Some(b'}'))
}

/// `password.equals("…")`.
fn compared(cursor: &mut Cursor<'_>) -> Option<Literal> {
    if !(cursor.eat(b".equals(") || cursor.eat(b".Equals(") || cursor.eat(b".equalsIgnoreCase(")) {
        return None;
    }
    let quote = cursor.quote()?;
    quoted(cursor, quote, Style::Loose)
}

/// `mapOf("password" to "…")`.
fn to(cursor: &mut Cursor<'_>) -> Option<Literal> {
    if !cursor.eat(b"to ") {
        return None;
    }
    let quote = cursor.quote()?;
    quoted(cursor, quote, Style::Quoted)
}

/// A field of a form in a request: `name="password"`, an empty line, and the value.
fn form_field(cursor: &mut Cursor<'_>, bytes: &[u8], key: &Key) -> Option<Literal> {
    let before = &bytes[key.span.start.saturating_sub(40)..key.span.start];
    memchr::memmem::find(before, b"form-data")?;
    if !(cursor.eat(b"\r\n\r\n") || cursor.eat(b"\n\n")) {
        return None;
    }
    let start = cursor.at;
    let text = cursor.while_is(|byte| byte >= b' ');
    (!text.is_empty()).then(|| Literal::new(start..start + text.len(), Style::Quoted))
}

/// The next cell of a row in Markdown: `| password | V |`.
fn cell(cursor: &mut Cursor<'_>) -> Option<Literal> {
    cursor.skip(1);
    cursor.spaces();
    cursor.eat(b"`");
    let start = cursor.at;
    let text = cursor.while_is(|byte| byte.is_ascii_graphic() && !matches!(byte, b'|' | b'`'));
    cursor.eat(b"`");
    cursor.spaces();
    (!text.is_empty() && cursor.peek() == Some(b'|')).then(|| Literal::new(start..start + text.len(), Style::Loose))
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
    let counted = || ORDINALS.iter().any(|word| before.trim_ascii_end().to_ascii_lowercase().ends_with(word));
    spoken || (name == b"PASS" && after.starts_with(b": ")) || (after.starts_with(b":") && before.ends_with(b" ") && counted())
}

/// "first pass: …": passes that are counted.
const ORDINALS: [&[u8]; 8] = [b"first", b"second", b"third", b"next", b"last", b"final", b"single", b"each"];

/// Something stands behind the name that a value can follow.
pub(super) fn may_follow(bytes: &[u8], key: &Key) -> bool {
    let rest = cut(bytes, key.span.end..key.span.end + REACH);
    let first = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'`' | b']' | b')'));
    let blank = rest.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
    first.and_then(|at| rest.get(at)).is_some_and(|byte| match byte {
        b'=' | b':' | b'?' | b'|' | b'+' | b'.' | b'!' | b'~' | b',' | b'>' | b'<' | b'{' | b'(' | b'[' | b'-' | b'}' | b'*' | b'/' | b'\n' | b'\r' | b'\\'
        | b'&' => true,
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

/// `git config --global`, `npm config set`, `set -gx`: what follows is a name and its value.
fn sets(line: &[u8]) -> bool {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty() && !word.starts_with(b"-") && !word.starts_with(b"/")).rev();
    matches!(words.next(), Some(b"config" | b"set" | b"config:set"))
}

/// A prompt stands before, or the line's first word goes on with an option: `mysql -u app --password …`.
fn is_command(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let mut words = line.split(|byte| *byte == b' ');
    matches!(line, [b'$' | b'#' | b'>' | b'%' | b'.' | b'/', ..]) || words.next().is_some() && words.next().is_some_and(|second| second.starts_with(b"-"))
}

/// A bare word behind a blank: options of commands, `ENV K V`, directives of configurations.
fn word(cursor: &mut Cursor<'_>, bytes: &[u8], key: &Key, surroundings: &Surroundings) -> Option<Literal> {
    let line = bytes.get(surroundings.line_start..key.span.start).unwrap_or_default();
    let before = line.trim_ascii_end().rsplit(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
    // In prose a directive stands first: "os/exec won't set PWD automatically".
    let first_word = || !line.trim_ascii_end()[..line.trim_ascii_end().len() - before.len()].iter().any(u8::is_ascii_alphanumeric);
    let named = DIRECTIVES.iter().any(|word| before.eq_ignore_ascii_case(word)) && (surroundings.setting != Setting::Text || first_word());
    let directive = named || (sets(line) && key.kind != Kind::Secret && surroundings.setting != Setting::Text);
    let first = line.trim_ascii().is_empty() && surroundings.setting == Setting::Configuration && key.kind == Kind::Password;
    if !(key.flag || directive || first) || matches!(cursor.peek(), Some(b'-' | b'<' | b'[' | b'{' | b'$' | b'\\')) {
        return None;
    }
    let literal = bare(cursor, surroundings)?;
    // Prose goes on: `password must be set`.
    let text = &bytes[literal.span.clone()];
    // "Support --passphrase as argument": in prose a word goes on with the sentence.
    if key.flag && surroundings.setting == Setting::Text && text.iter().all(u8::is_ascii_lowercase) && !is_command(line) {
        return None;
    }
    // OpenSSL: `-passin pass:…`.
    let start = literal.span.start + if text.starts_with(b"pass:") { 5 } else { 0 };
    (!text.contains(&b' ')).then_some(Literal { span: start..literal.span.end, ..literal })
}
