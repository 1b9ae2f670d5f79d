//! The chain: the digest of a record's line stands in the next. A log whose end was cut off is a sound chain, so its head has to be held elsewhere.

use serde::{Deserialize, Serialize};

use super::digest;

/// What stands before the first record.
const NOTHING: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

/// A log whose links hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Digest of every record, in order.
    digests: Vec<String>,
}

/// How far a log had come: kept beside the log, or better where those who write the log cannot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    pub records: u64,
    pub head: String,
}

/// Why a log proves nothing. Lines count from 1.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    #[error("line {0} is torn: it has no end, so the run that wrote it was cut off; when it is taken out, the rest holds")]
    Torn(u64),
    #[error("line {0} is no record")]
    NoRecord(u64),
    #[error("line {line} holds record {found}: a record was taken out, put in or moved")]
    OutOfOrder { line: u64, found: u64 },
    #[error("line {0} does not follow from the line before it: one of the two was changed")]
    BadLink(u64),
    #[error("it ends with record {found}, but once had {held}: its end was cut off")]
    Short { found: u64, held: u64 },
    #[error("record {0} is not the one that the checkpoint holds: the log was changed")]
    Changed(u64),
    #[error("no record has the digest {0}: the log was changed, or its end was cut off")]
    NoSuchHead(String),
}

/// What the chain needs of a record; it may hold whatever else a version puts there.
#[derive(Deserialize)]
struct Link {
    number: u64,
    previous: String,
}

/// Follows the links of a log from its beginning.
pub fn chain(log: &[u8]) -> Result<Chain, Break> {
    let mut digests: Vec<String> = Vec::new();
    for (line, number) in log.split_inclusive(|byte| *byte == b'\n').zip(1..) {
        let line = line.strip_suffix(b"\n").ok_or(Break::Torn(number))?;
        let link: Link = serde_json::from_slice(line).map_err(|_| Break::NoRecord(number))?;
        if link.number != number {
            return Err(Break::OutOfOrder { line: number, found: link.number });
        }
        if link.previous != digests.last().map_or(NOTHING, String::as_str) {
            return Err(Break::BadLink(number));
        }
        digests.push(digest(line));
    }
    Ok(Chain { digests })
}

impl Chain {
    pub fn records(&self) -> u64 {
        self.digests.len() as u64
    }

    /// Digest of the last record; what the next one names as the one before it.
    pub fn head(&self) -> &str {
        self.digests.last().map_or(NOTHING, String::as_str)
    }

    /// Number and predecessor of the next record.
    pub fn next(&self) -> (u64, String) {
        (self.records() + 1, self.head().to_owned())
    }

    /// Is it the log that the checkpoint was made of, or that with more behind it?
    pub fn holds(&self, checkpoint: &Checkpoint) -> Result<(), Break> {
        let Checkpoint { records, head } = checkpoint;
        if *records > self.records() {
            return Err(Break::Short { found: self.records(), held: *records });
        }
        let at = records.checked_sub(1).and_then(|at| self.digests.get(usize::try_from(at).ok()?));
        match at.map_or(NOTHING, String::as_str) == head {
            true => Ok(()),
            false => Err(Break::Changed(*records)),
        }
    }

    /// The number of the record of a digest that someone wrote down, with or without `sha256:`.
    pub fn find(&self, head: &str) -> Result<u64, Break> {
        let bare = head.trim().trim_start_matches("sha256:").to_ascii_lowercase();
        let found = (1..).zip(&self.digests).find(|(_, digest)| digest.trim_start_matches("sha256:") == bare);
        found.map(|(number, _)| number).ok_or_else(|| Break::NoSuchHead(head.chars().filter(|c| !c.is_control()).take(80).collect()))
    }

    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint { records: self.records(), head: self.head().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(records: u64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for number in 1..=records {
            let (due, previous) = chain(text(&lines).as_bytes()).expect("it holds so far").next();
            assert_eq!(due, number);
            lines.push(format!(r#"{{"number":{number},"previous":"{previous}","exit":{}}}"#, number % 2));
        }
        lines
    }

    fn text(lines: &[String]) -> String {
        lines.iter().fold(String::new(), |text, line| text + line + "\n")
    }

    fn broken(lines: &[String]) -> Break {
        chain(text(lines).as_bytes()).expect_err("the chain is broken")
    }

    #[test]
    fn edits_deletions_insertions_and_new_orders_show() {
        let whole = log(5);
        for line in 0..4 {
            let mut edited = whole.clone();
            edited[line] = edited[line].replace("exit", "exot");
            assert_eq!(broken(&edited), Break::BadLink(line as u64 + 2));
            let mut without = whole.clone();
            without.remove(line);
            assert_eq!(broken(&without), Break::OutOfOrder { line: line as u64 + 1, found: line as u64 + 2 });
            let mut swapped = whole.clone();
            swapped.swap(line, line + 1);
            assert!(matches!(broken(&swapped), Break::OutOfOrder { .. }));
            let mut twice = whole.clone();
            twice.insert(line, whole[line].clone());
            assert!(matches!(broken(&twice), Break::OutOfOrder { .. }));
        }
        let mut renumbered = log(3);
        renumbered.remove(1);
        renumbered[1] = renumbered[1].replace("\"number\":3", "\"number\":2");
        assert_eq!(broken(&renumbered), Break::BadLink(2));
    }

    #[test]
    fn a_cut_and_an_edit_of_the_last_show_against_a_checkpoint_or_a_head() {
        let whole = log(4);
        let all = chain(text(&whole).as_bytes()).expect("it holds");
        let (checkpoint, head) = (all.checkpoint(), all.head().to_owned());
        assert_eq!((all.holds(&checkpoint), all.find(&head), all.find(&head["sha256:".len()..])), (Ok(()), Ok(4), Ok(4)));
        let cut = chain(text(&whole[..3]).as_bytes()).expect("a cut log is a sound chain");
        assert_eq!(cut.holds(&checkpoint), Err(Break::Short { found: 3, held: 4 }));
        assert_eq!(cut.find(&head), Err(Break::NoSuchHead(head.clone())));
        let mut edited = whole.clone();
        edited[3] = edited[3].replace("exit", "exot");
        let edited = chain(text(&edited).as_bytes()).expect("nothing follows that would show it");
        assert_eq!(edited.holds(&checkpoint), Err(Break::Changed(4)));
        assert_eq!(all.holds(&cut.checkpoint()), Ok(()), "more behind it is no harm");
        assert_eq!(chain(b"").map(|empty| empty.holds(&checkpoint)), Ok(Err(Break::Short { found: 0, held: 4 })));
        assert_eq!(all.holds(&chain(b"").expect("nothing is sound").checkpoint()), Ok(()));
    }

    #[test]
    fn a_torn_line_and_hostile_bytes_are_named() {
        let whole = text(&log(3));
        for end in 1..whole.len() {
            let cut = &whole.as_bytes()[..end];
            let lines = cut.iter().filter(|byte| **byte == b'\n').count() as u64;
            match cut.ends_with(b"\n") {
                true => assert_eq!(chain(cut).map(|chain| chain.records()), Ok(lines)),
                false => assert_eq!(chain(cut), Err(Break::Torn(lines + 1))),
            }
        }
        for bytes in [&b"\n"[..], b"\xff\n", b"{}\n", b"[1]\n", b"{\"number\":1,\"previous\":1}\n", b"null\n"] {
            assert_eq!(chain(bytes), Err(Break::NoRecord(1)));
        }
    }
}
