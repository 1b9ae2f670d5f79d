//! Baselines as files: our own, which are also written, and those of other programs, which are read.
//!
//! To read another: write `acme.rs` with a `FORMAT`, and list it in [`FORMATS`].

mod detect_secrets;
mod gitleaks;
mod own;

pub use self::own::text;
use crate::domain::{Baseline, Known};

/// A kind of baseline.
struct Format {
    /// Is it of this kind? Asked in order, so the last takes what no other does.
    is: fn(&str) -> bool,
    read: fn(&str) -> Result<Read, Problem>,
}

const FORMATS: &[&Format] = &[&own::FORMAT, &gitleaks::REPORT, &detect_secrets::FORMAT, &gitleaks::IGNORE];

/// What a file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Read {
    pub baseline: Baseline,
    /// What of it cannot be used, for people; holds no secret.
    pub notes: Vec<String>,
}

/// A line, and a lowercase phrase about it that quotes nothing that might be a secret.
#[derive(Debug, PartialEq, Eq)]
struct Problem {
    line: usize,
    says: String,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("baseline `{name}`: line {line}: {says}")]
pub struct Error {
    name: String,
    line: usize,
    says: String,
}

/// Reads a baseline of any kind; `name` is for the messages.
pub fn read(name: &str, bytes: &[u8]) -> Result<Read, Error> {
    let told = |Problem { line, says }| Error { name: name.to_owned(), line, says };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes.get(..error.valid_up_to()).unwrap_or_default().split(|byte| *byte == b'\n').count();
        told(Problem { line, says: "this is not UTF-8 text".into() })
    })?;
    let is_mark = |line: &str| line == "=======" || line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ");
    if let Some(line) = text.lines().position(is_mark) {
        return Err(told(Problem { line: line + 1, says: "a merge was left unfinished here; keep the records of both sides".into() }));
    }
    let format = FORMATS.iter().find(|format| (format.is)(text)).copied().unwrap_or(&gitleaks::IGNORE);
    let mut read = (format.read)(text).map_err(told)?;
    read.notes.iter_mut().for_each(|note| *note = format!("baseline `{name}`: {note}"));
    Ok(read)
}

/// What serde says of a JSON text, without the values that it quotes.
fn json_problem(error: &serde_json::Error, first: usize) -> Problem {
    let says = match error.classify() {
        serde_json::error::Category::Eof => "the file ends in the middle of a value",
        serde_json::error::Category::Syntax => "this is not JSON",
        serde_json::error::Category::Data | serde_json::error::Category::Io => "a field is missing, unknown or of the wrong type",
    };
    Problem { line: first + error.line().max(1), says: says.to_owned() }
}

/// Paths as our places have them.
fn path(text: &str) -> String {
    let text = text.replace('\\', "/");
    text.trim_start_matches("./").to_owned()
}

impl Read {
    fn known(known: Vec<Known>) -> Self {
        Self { baseline: Baseline { known, spots: Vec::new() }, notes: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_name_file_and_line_and_quote_nothing() {
        for (text, says) in [
            ("{\"heliodon-baseline\":1}\n{\"path\":\"hunter2\"}\n", "baseline `b`: line 2: a field is missing, unknown or of the wrong type"),
            ("{\"heliodon-baseline\":1}\n\n{\"path\"", "baseline `b`: line 3: the file ends in the middle of a value"),
            ("{\"heliodon-baseline\":9}\n", "baseline `b`: line 1: its format is 9; this version reads 1"),
            ("{\"heliodon-baseline\":1}\n<<<<<<< HEAD\n", "baseline `b`: line 2: a merge was left unfinished here; keep the records of both sides"),
            ("[\n{\"File\": 1}]", "baseline `b`: line 2: a field is missing, unknown or of the wrong type"),
            ("{\n\"results\": [] }", "baseline `b`: line 2: a field is missing, unknown or of the wrong type"),
            ("# comment\nhunter2\n", "baseline `b`: line 2: a record looks like [COMMIT:]FILE:RULE:LINE"),
        ] {
            let error = read("b", text.as_bytes()).expect_err(text).to_string();
            assert_eq!(error, says);
        }
        assert_eq!(read("b", b"a\n\xff\n").expect_err("no text").to_string(), "baseline `b`: line 2: this is not UTF-8 text");
    }

    #[test]
    fn hostile_bytes_are_mistakes_or_nothing() {
        for text in ["", "\n", "[]", "{}", "null", "[[[[", "{\"results\":{\"a\":[{}]}}", ":::", "a:b:99999999999", "\u{feff}[]"] {
            let _ = read("b", text.as_bytes());
        }
        assert_eq!(read("b", b"").map(|read| read.baseline), Ok(Baseline::default()));
    }

    #[test]
    fn cut_or_changed_anywhere_a_file_is_read_or_refused_with_a_line_that_it_has() {
        let print = "0a".repeat(20);
        for text in [
            format!("{{\"heliodon-baseline\":1}}\n{{\"path\":\"é\",\"rule\":\"HEL1001\",\"name\":\"n\",\"fingerprint\":\"{print}:1\",\"level\":\"error\"}}\n"),
            format!("# c\n{print}:é.env:r:3\na:b:1\n"),
            "[{\"File\":\"a\",\n\"StartLine\":1,\"Commit\":\"\"}]\n".to_owned(),
            "{\"results\":{\"a\":[{\"line_number\":2},\n{}]}}\n".to_owned(),
        ] {
            assert!(read("b", text.as_bytes()).is_ok(), "{text}");
            for at in 0..text.len() {
                let changed = [&b"\0"[..], b"\xff", b"9", b"\"", b"{", b"\n"].map(|byte| [&text.as_bytes()[..at], byte, &text.as_bytes()[at + 1..]].concat());
                for bytes in changed.into_iter().chain([text.as_bytes()[..at].to_vec()]) {
                    let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
                    let refused = read("b", &bytes).err().map_or(1, |error| error.line);
                    assert!((1..=lines).contains(&refused), "{refused} of {lines}");
                }
            }
        }
    }
}
