//! A name that is an option's argument, and the value another's: `--name /db/password --value V`, `-Path Env:DB_PASSWORD -Value V`.

use super::cursor::Cursor;
use super::link::prefixed_quote;
use super::literal::{Literal, Style, bare, quoted};
use super::surroundings::Surroundings;

const NAMES: [&[u8]; 4] = [b"--name ", b"-path ", b"-name ", b"--key "];
const VALUES: [&[u8]; 2] = [b"--value ", b"-value "];

pub(super) fn value(cursor: &mut Cursor<'_>, bytes: &[u8], surroundings: &Surroundings) -> Option<Literal> {
    if !cursor.rest().starts_with(b"-") {
        return None;
    }
    let line = bytes.get(surroundings.line_start..cursor.at)?;
    let holds = |word: &&[u8]| line.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    NAMES.iter().find(|word| holds(word))?;
    let rest = cursor.rest();
    let rest = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
    let at = (0..rest.len()).find_map(|at| {
        VALUES.iter().find(|word| rest.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word))).map(|word| at + word.len())
    })?;
    cursor.skip(at);
    match prefixed_quote(cursor) {
        Some(quote) => quoted(cursor, quote, Style::Quoted),
        None => bare(cursor, surroundings),
    }
}
