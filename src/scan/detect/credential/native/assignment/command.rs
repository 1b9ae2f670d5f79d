//! Commands whose options name no password: `sshpass -p`, `mysql -pSECRET`, `docker login -p`, `redis-cli -a`, `ldapsearch -w`.

use super::super::{Parsed, cut, run, stands, value};
use crate::domain::Sureness;
use crate::scan::detect::Text;

/// Command, option, and whether the value may be glued to it; mysql takes a blank for "ask me".
const COMMANDS: &[(&[u8], &[u8], Glue)] = &[
    (b"sshpass", b"-p", Glue::Either),
    (b"mysql", b"-p", Glue::Always),
    (b"mariadb", b"-p", Glue::Always),
    (b"docker login", b"-p", Glue::Never),
    (b"podman login", b"-p", Glue::Never),
    (b"helm registry login", b"-p", Glue::Never),
    (b"redis-cli", b"-a", Glue::Never),
    (b"ldapsearch", b"-w", Glue::Either),
    (b"ldapmodify", b"-w", Glue::Either),
    (b"ldapadd", b"-w", Glue::Either),
    (b"smbclient", b"-U", Glue::Never),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Glue {
    Always,
    Never,
    Either,
}

const LONGEST: usize = 240;

/// The password among the arguments of the command whose name (or telling word) stands at `at`.
pub(super) fn argument(text: &Text<'_>, at: usize) -> Option<Parsed> {
    // `sshpass` is woken by its `pass`.
    let start = if stands(text.bytes, at.wrapping_sub(3), b"sshpass") { at - 3 } else { at };
    let (command, option, glue) = COMMANDS.iter().find(|(command, ..)| stands(text.bytes, start, command))?;
    let line = cut(text.bytes, start + command.len()..(start + command.len()).saturating_add(LONGEST));
    let line = &line[..memchr::memchr2(b'\n', b'|', line).unwrap_or(line.len())];
    let found = memchr::memmem::find_iter(line, option)
        .find(|at| at.checked_sub(1).and_then(|before| line.get(before)).is_some_and(|before| matches!(before, b' ' | b'\t' | b'"' | b'\'')))?;
    let after = found + option.len();
    let blank = line.get(after).is_some_and(|byte| *byte == b' ');
    if (*glue == Glue::Always && blank) || (*glue == Glue::Never && !blank) {
        return None;
    }
    let begin = run(line, after, 4, |byte| matches!(byte, b' ' | b'\\')).end;
    let quote = line.get(begin).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let begin = begin + usize::from(quote.is_some());
    let mut argument =
        run(line, begin, LONGEST, |byte| quote.map_or(!byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'`' | b'\\'), |quote| byte != quote));
    if *command == b"smbclient" {
        argument.start += memchr::memchr(b'%', &line[argument.clone()])? + 1;
    }
    let secret = &line[argument.clone()];
    let sureness = judge(secret)?;
    let shift = start + command.len();
    Some(Parsed::new("password", text.bytes, shift + argument.start..shift + argument.end, sureness).named(option))
}

fn judge(secret: &[u8]) -> Option<Sureness> {
    let none = value::is_placeholder(secret) || value::is_reference(secret) || secret.starts_with(b"$") || secret.starts_with(b"-") || secret.starts_with(b"<");
    value::as_password(secret, b"", false).filter(|_| !none)
}
