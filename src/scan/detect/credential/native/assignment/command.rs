//! Commands whose options name no password: `sshpass -p`, `mysql -pSECRET`, `docker login -p`, `htpasswd -b`, `echo … | chpasswd`.

use std::ops::Range;
use std::sync::LazyLock;

use super::super::{Parsed, cut, run, stands, value};
use crate::domain::Sureness;
use crate::scan::detect::Text;

/// Where a command keeps its password.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// `-pV`; mysql takes a blank for "ask me".
    Glued(&'static [u8]),
    /// `-p V`.
    Apart(&'static [u8]),
    Either(&'static [u8]),
    /// Behind a mark in what the option takes: `-U user%V`.
    Behind(&'static [u8], u8),
    /// So many arguments behind the command, options not counted.
    Argument(usize),
    /// The same, when this option stands there.
    ArgumentWith(&'static [u8], usize),
    /// Written to it: `echo V | command`, or behind the colon of `echo user:V`.
    Piped,
    /// PowerShell: the literal beside `-AsPlainText`.
    PlainText,
    /// The next word.
    Next,
    /// `user / V` or `user:V`, as notes have it.
    Pair,
    /// Java: the literal before `.toCharArray()`, where a key store or an archive is opened.
    Characters,
    /// Oracle's `user/V@database`.
    Slashed,
    /// `net use Z: \\\\host\\share V /user:name`.
    Share,
}

/// A command, and where it keeps its password.
type Row = (&'static [u8], Place);

/// Longer ones first where one begins another.
const COMMANDS: &[Row] = &[
    (b"sshpass", Place::Either(b"-p")),
    (b"mysqladmin", Place::Apart(b"password")),
    (b"mysqladmin", Place::Glued(b"-p")),
    (b"mysql", Place::Glued(b"-p")),
    (b"mariadb", Place::Glued(b"-p")),
    (b"docker login", Place::Apart(b"-p")),
    (b"podman login", Place::Apart(b"-p")),
    (b"helm registry login", Place::Apart(b"-p")),
    (b"az login", Place::Apart(b"-p")),
    (b"redis-cli", Place::Apart(b"-a")),
    (b"ldapsearch", Place::Either(b"-w")),
    (b"ldapmodify", Place::Either(b"-w")),
    (b"ldapadd", Place::Either(b"-w")),
    (b"smbclient", Place::Behind(b"-U", b'%')),
    (b"lftp -u", Place::Behind(b"-u", b',')),
    (b"mongo", Place::Apart(b"-p")),
    (b"sqlcmd", Place::Apart(b"-P")),
    (b"isql -", Place::Apart(b"-P")),
    (b"osql -", Place::Apart(b"-P")),
    (b"sqlplus", Place::Slashed),
    (b"cqlsh", Place::Apart(b"-p")),
    (b"psexec", Place::Apart(b"-p")),
    (b"ncftp", Place::Apart(b"-p")),
    (b"nmcli", Place::Apart(b"password")),
    (b"wpa_passphrase", Place::Argument(1)),
    (b"mc alias set", Place::Argument(3)),
    (b"mc config host add", Place::Argument(3)),
    (b"http -a", Place::Behind(b"-a", b':')),
    (b"rpcclient", Place::Behind(b"-U", b'%')),
    (b"skopeo login", Place::Apart(b"-p")),
    (b"oc login", Place::Apart(b"-p")),
    (b"cf login", Place::Apart(b"-p")),
    (b"ipmitool", Place::Apart(b"-P")),
    (b"mosquitto_", Place::Apart(b"-P")),
    (b"zip -p", Place::Apart(b"-P")),
    (b"7z ", Place::Glued(b"-p")),
    (b"xfreerdp", Place::Glued(b"/p:")),
    (b"openssl enc", Place::Apart(b"-k")),
    (b"htpasswd", Place::ArgumentWith(b"b", 2)),
    (b"-pw ", Place::Next),
    (b"login: ", Place::Pair),
    (b"zugang: ", Place::Pair),
    (b"credentials: ", Place::Pair),
    (b"password 0 ", Place::Next),
    (b"secret 0 ", Place::Next),
    (b"passwd --stdin", Place::Piped),
    (b"twine upload", Place::Apart(b"-p")),
    (b".tochararray()", Place::Characters),
    (b"net user", Place::ArgumentWith(b"/add", 1)),
    (b"net use ", Place::Share),
    (b"rabbitmqctl add_user", Place::Argument(1)),
    (b"rabbitmqctl change_password", Place::Argument(1)),
    (b"chpasswd", Place::Piped),
    (b"password-stdin", Place::Piped),
    (b"sudo -s", Place::Piped),
    (b"convertto-securestring", Place::PlainText),
];

const LONGEST: usize = 240;

/// The password among the arguments of the command whose name (or telling word) stands at `at`.
pub(super) fn argument(text: &Text<'_>, at: usize) -> Option<Parsed> {
    // `sshpass`, `htpasswd` and `chpasswd` are woken by their `pass`.
    let inside = [(3, &b"sshpass"[..]), (2, b"htpasswd"), (2, b"chpasswd"), (4, b"wpa_passphrase")];
    let may_be = matches!(text.bytes.get(at)?, b'p' | b'P');
    let start = inside
        .into_iter()
        .filter(|_| may_be)
        .filter_map(|(before, word)| Some((at.checked_sub(before)?, word)))
        .find(|(start, word)| stands(text.bytes, *start, word));
    let start = start.map_or(at, |(start, _)| start);
    of_letter(*text.bytes.get(start)?).iter().filter(|(command, _)| stands(text.bytes, start, command)).find_map(|(command, place)| {
        let end = start + command.len();
        // `"secret 0 "`: the command alone is all of a string.
        if command.contains(&b' ') && is_whole(text.bytes, start..end) {
            return None;
        }
        // What the command's name ends with may be its option.
        let end = end
            - if command.ends_with(b" -u") || command.ends_with(b" -p") || command.ends_with(b" -a") {
                3
            } else {
                usize::from(command.ends_with(b" ") || command.ends_with(b" -"))
            };
        let (secret, option) = at_place(text.bytes, start, end, *place)?;
        let sureness = judge(&text.bytes[secret.clone()], *place)?;
        Some(Parsed::new("password", text.bytes, secret, sureness).named(option))
    })
}

/// Commands that begin so, in any case: most anchors are words of names, and begin none.
fn of_letter(first: u8) -> &'static [Row] {
    static BY_LETTER: LazyLock<[Vec<Row>; 256]> = LazyLock::new(|| {
        let mut all = [const { Vec::new() }; 256];
        COMMANDS.iter().filter_map(|row| Some((row, *row.0.first()?))).for_each(|(row, first)| all[usize::from(first)].push(*row));
        all
    });
    &BY_LETTER[usize::from(first.to_ascii_lowercase())]
}

/// The same quote stands before it and behind.
fn is_whole(bytes: &[u8], command: Range<usize>) -> bool {
    let before = command.start.checked_sub(1).and_then(|before| bytes.get(before));
    before.is_some_and(|mark| matches!(mark, b'"' | b'\'' | b'`') && bytes.get(command.end) == Some(mark))
}

fn at_place(bytes: &[u8], start: usize, end: usize, place: Place) -> Option<(Range<usize>, &'static [u8])> {
    let line = cut(bytes, end..end.saturating_add(LONGEST));
    let line = &line[..memchr::memchr2(b'\n', b'|', line).unwrap_or(line.len())];
    let shift = |found: Range<usize>| end + found.start..end + found.end;
    match place {
        Place::Glued(option) => option_value(line, option, |blank| !blank).map(|found| (shift(found), option)),
        Place::Apart(option) => option_value(line, option, |blank| blank).map(|found| (shift(found), option)),
        Place::Either(option) => option_value(line, option, |_| true).map(|found| (shift(found), option)),
        Place::Behind(option, mark) => {
            let found = option_value(line, option, |_| true)?;
            let at = memchr::memchr(mark, &line[found.clone()])?;
            Some((shift(found.start + at + 1..found.end), option))
        }
        Place::Argument(number) => argument_of(line, number).map(|found| (shift(found), &b"argument"[..])),
        Place::ArgumentWith(b"/add", number) => {
            memchr::memmem::find(line, b" /add").and_then(|_| argument_of(line, number)).map(|found| (shift(found), &b"argument"[..]))
        }
        Place::ArgumentWith(option, number) => {
            let first = line.strip_prefix(b" -")?;
            let options = &first[..memchr::memchr(b' ', first)?];
            let stands = memchr::memmem::find(options, option).is_some();
            stands.then(|| argument_of(line, number)).flatten().map(|found| (shift(found), &b"argument"[..]))
        }
        Place::Piped => piped(bytes, start).map(|found| (found, &b"standard input"[..])),
        Place::Next => Some(word(line, 0)).filter(|word| !word.is_empty()).map(|found| (shift(found), &b"-pw"[..])),
        Place::Pair => noted(line).map(|found| (shift(found), &b"login"[..])),
        Place::Characters => characters(bytes, start).map(|found| (found, &b"toCharArray"[..])),
        Place::Slashed => slashed(line).map(|found| (shift(found), &b"user/"[..])),
        Place::Share => of_share(line).map(|found| (shift(found), &b"argument"[..])),
        Place::PlainText => plain_text(bytes, start, line, end).map(|found| (found, &b"-AsPlainText"[..])),
    }
}

fn option_value(line: &[u8], option: &[u8], allows: impl Fn(bool) -> bool) -> Option<Range<usize>> {
    let found = memchr::memmem::find_iter(line, option)
        .find(|at| at.checked_sub(1).and_then(|before| line.get(before)).is_some_and(|before| matches!(before, b' ' | b'\t' | b'"' | b'\'')))?;
    let after = found + option.len();
    // In a list of arguments the next is the option's: `"-p", "V"`.
    let listed = [&b"\", \""[..], b"', '", b"\",\"", b"','"].into_iter().find(|mark| line[after..].starts_with(mark));
    if let Some(mark) = listed {
        return Some(run(line, after + mark.len(), LONGEST, |byte| byte != mark[0]));
    }
    allows(line.get(after).is_some_and(|byte| *byte == b' ')).then(|| word(line, after)).filter(|word| !word.is_empty())
}

/// The word at `from`, perhaps in quotes.
fn word(line: &[u8], from: usize) -> Range<usize> {
    let begin = run(line, from, 4, |byte| matches!(byte, b' ' | b'\\')).end;
    let quote = line.get(begin).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let begin = begin + usize::from(quote.is_some());
    run(line, begin, LONGEST, |byte| quote.map_or(!byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'`' | b'\\'), |quote| byte != quote))
}

/// The argument of that number, counted from nothing.
fn argument_of(line: &[u8], number: usize) -> Option<Range<usize>> {
    let mut at = 0;
    let mut passed = 0;
    while line.get(at) == Some(&b' ') {
        let found = word(line, at);
        let quoted = found.start.checked_sub(1).and_then(|before| line.get(before)).is_some_and(|mark| matches!(mark, b'"' | b'\''));
        if !line[found.clone()].starts_with(b"-") {
            if passed == number {
                return Some(found);
            }
            passed += 1;
        }
        at = found.end + usize::from(quoted);
        if found.is_empty() {
            return None;
        }
    }
    None
}

/// `robot / quiet.river`, `robot:quiet.river`; a plain word may be anything.
fn noted(line: &[u8]) -> Option<Range<usize>> {
    let all: Vec<_> = words(line).take(4).collect();
    let at = |number: usize| all.get(number).map(|word| &line[word.clone()]).unwrap_or_default();
    let named = |user: &[u8]| user.len() >= 2 && user.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'@'));
    let secret = if at(1) == b"/" {
        Some(all.get(2)?.clone()).filter(|_| named(at(0)))
    } else {
        let mark = memchr::memchr2(b'/', b':', at(0))?;
        let word = all.first()?;
        Some(word.start + mark + 1..word.end).filter(|_| named(&at(0)[..mark]))
    }?;
    let length = line[secret.clone()].iter().rposition(|byte| !matches!(byte, b',' | b';' | b')' | b'.' | b'`' | b'*')).map_or(0, |last| last + 1);
    let end = memchr::memchr(b'<', &line[secret.clone()]).map_or(length, |tag| tag.min(length));
    let text = &line[secret.start..secret.start + end];
    let mixed = text.len() >= 6
        && text.iter().any(|byte| !byte.is_ascii_alphabetic())
        && !text.iter().any(|byte| matches!(byte, b'/' | b'(' | b'[' | b'{' | b'@' | b'"' | b'\''));
    mixed.then_some(secret.start..secret.start + end)
}

/// `store.load(file, "V".toCharArray())`.
fn characters(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    const OPENERS: [&[u8]; 7] = [b".load(", b"ZipFile(", b"getKey(", b"PasswordProtection(", b"setKeyEntry(", b"loadKeyMaterial(", b"loadTrustMaterial("];
    let before = &bytes[start.saturating_sub(LONGEST)..start];
    let before = before[memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1)..].strip_suffix(b"\"")?;
    let open = memchr::memrchr(b'"', before)?;
    let opens = OPENERS.iter().any(|opener| memchr::memmem::find(&before[..open], opener).is_some());
    opens.then_some(start - 1 - before.len() + open + 1..start - 1)
}

/// `user/V@database`, or `user/V` at the end of the line.
fn slashed(line: &[u8]) -> Option<Range<usize>> {
    let word = words(line).find(|word| line[word.clone()].contains(&b'/') && !line[word.clone()].starts_with(b"/") && !line[word.clone()].starts_with(b"@"))?;
    let slash = word.start + memchr::memchr(b'/', &line[word.clone()])?;
    let end = memchr::memrchr(b'@', &line[slash..word.end]).map_or(word.end, |at| slash + at);
    let user = &line[word.start..slash];
    let named = !user.is_empty() && user.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#'));
    // Without its database a path looks the same.
    (named && end < word.end).then_some(slash + 1..end)
}

/// What is neither a drive, nor a share, nor an option.
fn of_share(line: &[u8]) -> Option<Range<usize>> {
    (0..line.len()).find(|at| stands(line, *at, b" /user:"))?;
    let is_other = |word: &[u8]| word.starts_with(b"/") || word.starts_with(b"\\\\") || word.starts_with(b"*") || word.ends_with(b":");
    let mut others = words(line).filter(|word| !is_other(&line[word.clone()]));
    others.next().filter(|_| others.next().is_none())
}

/// Words between blanks, without their quotes.
fn words(line: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = run(line, at, LONGEST, |byte| byte.is_ascii_whitespace()).end;
        let quote = line.get(start).copied().filter(|byte| matches!(byte, b'"' | b'\''));
        let start = start + usize::from(quote.is_some());
        let word = run(line, start, LONGEST, |byte| quote.map_or(!byte.is_ascii_whitespace(), |quote| byte != quote));
        at = word.end + usize::from(quote.is_some());
        (!word.is_empty()).then_some(word)
    })
}

/// What `echo` writes into the command that begins at `start`.
fn piped(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let from = start.saturating_sub(LONGEST);
    let line = &bytes[from..start];
    let from = from + memchr::memrchr(b'\n', line).map_or(0, |newline| newline + 1);
    let line = &bytes[from..start];
    let pipe = memchr::memrchr(b'|', line)?;
    let echo = memchr::memmem::rfind(&line[..pipe], b"echo ")? + 4;
    let option = [&b" -n"[..], b" -e"].into_iter().find(|option| line[echo..].starts_with(option));
    let found = word(line, echo + option.map_or(0, <[u8]>::len));
    let behind = &line[found.end..pipe];
    // `root:V`; `user:V` has to be alone, and so has `V`.
    let alone = behind.iter().all(|byte| matches!(byte, b' ' | b'"' | b'\''));
    let colon = if stands(bytes, start, b"chpasswd") { memchr::memchr(b':', &line[found.clone()]).map(|at| at + 1)? } else { 0 };
    alone.then_some(from + found.start + colon..from + found.end)
}

/// `ConvertTo-SecureString "V" -AsPlainText`, `-AsPlainText "V"`, `"V" | ConvertTo-SecureString -AsPlainText`.
fn plain_text(bytes: &[u8], start: usize, line: &[u8], end: usize) -> Option<Range<usize>> {
    const PLAIN: &[u8] = b"-asplaintext";
    (0..line.len()).find(|at| stands(line, *at, PLAIN))?;
    let quote = |line: &[u8], from: usize| memchr::memchr2(b'"', b'\'', &line[from..]).map(|at| from + at);
    if let Some(open) = quote(line, 0) {
        let mark = line[open];
        let found = run(line, open + 1, LONGEST, |byte| byte != mark);
        return Some(end + found.start..end + found.end);
    }
    let before = cut(bytes, start.saturating_sub(LONGEST)..start).trim_ascii_end().strip_suffix(b"|")?.trim_ascii_end();
    let mark = *before.last().filter(|mark| matches!(mark, b'"' | b'\''))?;
    let open = memchr::memrchr(mark, &before[..before.len() - 1])?;
    let shift = start.saturating_sub(LONGEST);
    (!before[open..].contains(&b'\n')).then_some(shift + open + 1..shift + before.len() - 1)
}

/// A word will do where an option says that it is a password; behind `-p` without a blank stand names of other options too.
fn judge(secret: &[u8], place: Place) -> Option<Sureness> {
    const OPTIONS: [&[u8]; 12] = [b"ort", b"rotocol", b"rint", b"arallel", b"ath", b"refix", b"assword", b"ager", b"lugin", b"ipe", b"rompt", b"rogress"];
    let option = matches!(place, Place::Glued(_)) && OPTIONS.iter().any(|option| secret.starts_with(option));
    let spoken = matches!(place, Place::Piped) && secret.iter().all(u8::is_ascii_lowercase);
    if !option && !spoken && value::is_chosen(secret, b"") {
        return Some(Sureness::Likely);
    }
    let none = value::is_placeholder(secret) || value::is_reference(secret) || secret.starts_with(b"$") || secret.starts_with(b"-") || secret.starts_with(b"<");
    value::as_password(secret, b"", false).filter(|_| !none)
}
