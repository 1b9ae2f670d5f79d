//! Pickle: a program that builds Python objects. It is followed, never run: which classes it names says whether it is a model,
//! and what it calls says whether loading it runs code (`facts/models.md`, C.3).

mod array;
mod judge;
mod machine;
mod tape;
mod told;
mod value;

use super::{Facts, Format};
use crate::domain::{Blob, Sureness};

pub(super) use machine::follow;
pub(super) use tape::Tape;
pub(super) use told::Told;

pub(super) const FORMAT: Format = Format { name: "pickle", read };

fn read(blob: &Blob<'_>, head: &[u8]) -> Option<Facts> {
    tell(blob, head).map(facts)
}

/// Why a stream is not followed any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Python would fail here too.
    Broken,
    /// A bound was met; [`Told::gave_up`] says which.
    Limit,
}

/// What a blob tells, if it is a pickle.
pub(super) fn tell(blob: &Blob<'_>, head: &[u8]) -> Option<Told> {
    if !may_open(*head.first()?) {
        return None;
    }
    tell_tape(&mut Tape::of_blob(blob, head))
}

/// What a stream tells, if it is a pickle. Its end counts, so it is not a name that decides.
pub(super) fn tell_tape(tape: &mut Tape<'_>) -> Option<Told> {
    let binary = matches!(tape.peek(2), [0x80, 0..=5]);
    let textual = !binary && memchr::memchr(0, tape.peek(8192)).is_none();
    let told = follow(tape);
    is_pickle(&told, binary, textual).then_some(told)
}

/// Few bytes make a valid stream, so a stream without names must be whole and begin with its protocol, and what could
/// be text must call something. A stream that breaks counts for what it called before.
fn is_pickle(told: &Told, binary: bool, textual: bool) -> bool {
    let whole = told.streams > 0;
    match (whole, told.globals.is_empty()) {
        (true, true) => binary && !told.trailing,
        (true, false) => binary || told.calls > 0 || !textual,
        (false, _) => told.calls > 0 && (judge::runs_code(told) || binary && (told.gave_up.is_some() || judge::family(told).is_some())),
    }
}

/// Everything a stream says of itself. The caller decides on the format and may know more of the role.
pub(super) fn facts(told: Told) -> Facts {
    let mut facts = Facts { hazards: judge::hazards(&told), ..Facts::default() };
    let family = judge::family(&told);
    facts.role = match family {
        Some(_) if told.low_rank => "adapter",
        Some(_) => "model",
        None => "data",
    };
    facts.sureness = match () {
        () if family.is_some() || facts.hazards.iter().any(|hazard| hazard.runs_code) => Sureness::Certain,
        () if !facts.hazards.is_empty() => Sureness::Likely,
        () => Sureness::Weak,
    };
    if told.low_rank {
        facts.relation = Some("adapter");
    }
    if let Some((framework, class)) = family {
        facts.facts.push(("framework", framework.to_owned()));
        match (told.facts.get("architecture"), class) {
            (Some(architecture), _) => facts.facts.push(("architecture", architecture.clone())),
            (None, Some(class)) => facts.facts.push(("architecture", class.name.clone())),
            (None, None) => {}
        }
    }
    describe(&told, &mut facts);
    if let Some(text) = told.into_text() {
        facts.texts.push(("strings".to_owned(), text));
    }
    facts
}

fn describe(told: &Told, facts: &mut Facts) {
    for (name, value) in &told.facts {
        match *name {
            "base" if is_repository(value) => facts.bases.push(value.clone()),
            "base" | "architecture" => {}
            name => facts.facts.push((name, value.clone())),
        }
    }
    if told.parameters() > 0 {
        facts.facts.push(("parameters", told.parameters().to_string()));
    }
    if !told.contents.is_empty() {
        let mut contents = told.contents.clone();
        contents.sort_unstable();
        contents.dedup();
        facts.facts.push(("contents", contents.join(", ")));
    }
    if told.streams == 0 {
        facts.facts.push(("damage", "the stream does not reach its end".to_owned()));
    }
}

/// `org/name`, and not a path on someone's disk.
pub(super) fn is_repository(name: &str) -> bool {
    let is_part =
        |part: &str| part.starts_with(|c: char| c.is_ascii_alphanumeric()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let mut parts = name.split('/');
    let two = parts.next().is_some_and(is_part) && parts.next().is_some_and(is_part);
    two && parts.next().is_none() && name.len() <= 200
}

/// Can a stream begin with this operation? Python asks for no protocol in front.
fn may_open(first: u8) -> bool {
    matches!(
        first,
        0x80 | b'c' | b'i' | b'(' | b')' | b']' | b'}' | b'N' | b'I' | b'F' | b'L' | b'J' | b'K' | b'M' | b'G' | b'S' | b'V' | b'U' | b'T' | b'X' | b'B' | b'C' | b'P'
            | 0x82..=0x84 | 0x88..=0x8f | 0x95..=0x97
    )
}

/// Do bytes inside a stream begin like a pickle? Stricter than [`may_open`], since there are many of them.
fn opens(bytes: &[u8]) -> bool {
    match bytes {
        [0x80, 0..=5, ..] => true,
        [b'c' | b'i', rest @ ..] | [b'(', b'c' | b'i', rest @ ..] => {
            let mut lines = rest.get(..512).unwrap_or(rest).split(|byte| *byte == b'\n');
            let mut named = || lines.next().and_then(|line| std::str::from_utf8(line).ok()).is_some_and(is_name);
            named() && named() && lines.next().is_some()
        }
        _ => false,
    }
}

/// `module.path` or `Class.method`, in any script.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '<') && text.chars().all(|c| c.is_alphanumeric() || "_.<>".contains(c))
}
