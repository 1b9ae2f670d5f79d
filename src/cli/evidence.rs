//! `--evidence` and `heliodon evidence`: the log is read, checked and added to under a lock, so that two runs do not break the chain.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::flags::{EvidenceLog, Evidences, Keep};
use super::{Error, Exit, output, say};
use crate::ledger::{self, Chain, Checkpoint, Ran, Record};

/// Checks the log before the scan: one that is broken should not cost an hour, and is not continued.
pub(super) fn check(keep: &Keep) -> Result<(), Error> {
    let Some(path) = &keep.evidence else { return Ok(()) };
    match File::open(path) {
        Ok(mut file) => {
            file.lock_shared().map_err(|error| failed(path, error))?;
            checked(&read_all(&mut file, path)?, path, &checkpoint_path(keep, path)).map(drop)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => checked(b"", path, &checkpoint_path(keep, path)).map(drop),
        Err(error) => Err(failed(path, error)),
    }
}

/// Who runs this, as far as anything says.
pub(super) fn who(keep: &Keep) -> std::collections::BTreeMap<String, String> {
    ledger::who(|name| std::env::var(name).ok(), keep.run_by.as_deref())
}

/// Adds the record of a run; its digest goes to standard error, where a build service keeps it.
pub(super) fn append(keep: &Keep, ran: &Ran<'_>, quiet: bool) -> Result<(), Error> {
    let Some(path) = &keep.evidence else { return Ok(()) };
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(|error| failed(path, error))?;
    file.lock().map_err(|error| failed(path, error))?;
    let mut log = read_all(&mut file, path)?;
    let beside = checkpoint_path(keep, path);
    let (number, previous) = checked(&log, path, &beside)?.next();
    let line = Record::of(ran, number, previous).line() + "\n";
    // One write, so that what a crash leaves is a torn last line and nothing worse.
    file.write_all(line.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| failed(path, error))?;
    log.extend_from_slice(line.as_bytes());
    let checkpoint = chain(&log, path)?.checkpoint();
    output::to(Some(&beside), |out| {
        serde_json::to_writer(&mut *out, &checkpoint)?;
        out.write_all(b"\n")
    })?;
    if !quiet {
        say(&format!("heliodon: evidence record {}, {}", checkpoint.records, checkpoint.head));
    }
    Ok(())
}

pub(super) fn run(command: &Evidences) -> Result<Exit, Error> {
    match command {
        Evidences::Verify { log, head } => verify(log, head.as_deref()),
        Evidences::Show { log } => {
            let (text, _) = sound(log)?;
            let records = text.lines().map(record).collect::<Result<Vec<_>, _>>()?;
            output::to(None, |out| records.iter().try_for_each(|record| writeln!(out, "{}", shown(record))))?;
            Ok(Exit::Clean)
        }
        Evidences::Statement { log, output } => {
            let (text, chain) = sound(log)?;
            let line = text.lines().next_back().ok_or_else(|| Error::Input(format!("evidence `{}`: there is no record yet", log.file.display())))?;
            let statement = ledger::statement(line, chain.head()).map_err(|_| unknown(chain.records()))?;
            output::to(output.as_deref().filter(|path| *path != Path::new("-")), |out| writeln!(out, "{statement}"))?;
            Ok(Exit::Clean)
        }
    }
}

/// What is broken is a finding: status 1, unlike a log that cannot be read.
fn verify(log: &EvidenceLog, head: Option<&str>) -> Result<Exit, Error> {
    let bytes = fs::read(&log.file).map_err(|error| failed(&log.file, error))?;
    let checkpoint = read_checkpoint(&log.checkpoint(), log.checkpoint.is_some())?;
    let judged = ledger::chain(&bytes).and_then(|chain| {
        checkpoint.as_ref().map_or(Ok(()), |checkpoint| chain.holds(checkpoint))?;
        let at = head.map(|head| chain.find(head)).transpose()?;
        Ok((chain, at))
    });
    let name = log.file.display();
    let (text, exit) = match judged {
        Err(broken) => (format!("`{name}` is broken: {broken}"), Exit::Findings),
        Ok((chain, at)) => {
            let against = match (&checkpoint, at) {
                (_, Some(at)) => format!("; the head that was given is record {at}"),
                (Some(checkpoint), None) => format!("; the checkpoint is record {}", checkpoint.records),
                (None, None) => "; without a checkpoint or a head, a change of the last record or a cut at the end would not show".to_owned(),
            };
            (format!("`{name}` holds: records {}, {}{against}", chain.records(), chain.head()), Exit::Clean)
        }
    };
    output::to(None, |out| writeln!(out, "{text}"))?;
    Ok(exit)
}

/// The text of a log that holds.
fn sound(log: &EvidenceLog) -> Result<(String, Chain), Error> {
    let bytes = fs::read(&log.file).map_err(|error| failed(&log.file, error))?;
    let chain = chain(&bytes, &log.file)?;
    if let Some(checkpoint) = read_checkpoint(&log.checkpoint(), log.checkpoint.is_some())? {
        chain.holds(&checkpoint).map_err(|broken| told(&log.file, &broken))?;
    }
    let text = String::from_utf8(bytes).map_err(|_| Error::Input(format!("evidence `{}` is not UTF-8 text", log.file.display())))?;
    Ok((text, chain))
}

fn record(line: &str) -> Result<Record, Error> {
    let number = || serde_json::from_str::<serde_json::Value>(line).ok().and_then(|value| value["number"].as_u64()).unwrap_or_default();
    serde_json::from_str(line).map_err(|_| unknown(number()))
}

fn unknown(number: u64) -> Error {
    Error::Input(format!("evidence record {number} was written by another version, and this one cannot read it; `evidence verify` can"))
}

/// One line a record.
fn shown(record: &Record) -> String {
    let levels = record.counts.levels.iter().rev().map(|(level, count)| format!("{count} {}", format!("{level:?}").to_lowercase()));
    let levels = levels.collect::<Vec<_>>().join(", ");
    let levels = if levels.is_empty() { "nothing".to_owned() } else { levels };
    let targets = record.targets.iter().map(|target| match &target.head {
        Some(head) => format!("{} @{}", target.name, head.chars().take(10).collect::<String>()),
        None => target.name.clone(),
    });
    let by = ["ci", "by", "actor", "project", "run"].iter().filter_map(|word| record.by.get(*word).cloned()).collect::<Vec<_>>().join(" ");
    let troubles: u64 = record.coverage.troubles.values().sum();
    let troubles = if troubles == 0 { String::new() } else { format!(", not read: {troubles}") };
    let line = format!(
        "{:>5}  {}  {:<10}  {levels}{troubles}  {}  {by}",
        record.number,
        record.started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        record.verdict,
        targets.collect::<Vec<_>>().join(", ")
    );
    line.trim_end().chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// The chain of a log that holds, also against its checkpoint.
fn checked(log: &[u8], path: &Path, checkpoint: &Path) -> Result<Chain, Error> {
    let chain = chain(log, path)?;
    if let Some(checkpoint) = read_checkpoint(checkpoint, false)? {
        chain.holds(&checkpoint).map_err(|broken| told(path, &broken))?;
    }
    Ok(chain)
}

fn chain(log: &[u8], path: &Path) -> Result<Chain, Error> {
    ledger::chain(log).map_err(|broken| told(path, &broken))
}

/// One that was named must be there.
fn read_checkpoint(path: &Path, named: bool) -> Result<Option<Checkpoint>, Error> {
    match fs::read(path) {
        Ok(bytes) => {
            serde_json::from_slice(&bytes).map(Some).map_err(|_| Error::Input(format!("`{}` is no checkpoint: one holds `records` and `head`", path.display())))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && !named => Ok(None),
        Err(error) => Err(failed(path, error)),
    }
}

/// Beside the log, unless it was named.
fn checkpoint_path(keep: &Keep, log: &Path) -> PathBuf {
    keep.checkpoint.clone().unwrap_or_else(|| EvidenceLog::beside(log))
}

fn read_all(file: &mut File, path: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| failed(path, error))?;
    Ok(bytes)
}

fn told(path: &Path, broken: &ledger::Break) -> Error {
    Error::Input(format!("evidence `{}`: {broken}", path.display()))
}

fn failed(path: &Path, error: io::Error) -> Error {
    Error::File { name: path.display().to_string(), error }
}
