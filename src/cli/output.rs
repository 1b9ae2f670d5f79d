//! Where reports go. A file appears whole or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::flags::{Colour, Profile, Report};
use super::{Error, Exit};
use crate::domain::{Face, Outcome, hex};
use crate::ledger::ReportDigest;
use crate::reconcile::verdicts;
use crate::report::{self, Options, Run};
use crate::rulepack;

/// Written to a file at once: the rules in a report are most of a megabyte.
const BUFFER: usize = 64 << 10;

/// Writes every report that was asked for; text goes to standard output unless that is taken or `quiet` is given. Names and digests of the files come back.
pub(super) fn write(outcome: &Outcome, flags: &Report, started: Timestamp, exit: Exit, quiet: bool) -> Result<Vec<ReportDigest>, Error> {
    let reports = reports(flags, quiet)?;
    let found = codes(outcome);
    let faces = sorted(rulepack::pack().faces(|code| found.contains(&code)));
    let mentions = match reports.iter().any(|(format, _)| report::shows_all_rules(format)) {
        true => rulepack::pack().mentions(|code| !found.contains(&code)),
        false => Vec::new(),
    };
    let times = (!flags.deterministic).then(|| (started, Timestamp::now()));
    let run = Run {
        version: &outcome.version,
        rules: &outcome.rules,
        faces: &faces,
        mentions: &mentions,
        summary: &outcome.summary,
        targets: outcome.targets.len(),
        times,
        exit_code: exit as u8,
    };
    let mut written = Vec::new();
    for (format, path) in reports {
        let mut digest = Sha256::new();
        to(path, |out| report::write(format, Box::new(Digesting { out, digest: &mut digest }), &options(flags, path.is_none()), &run, outcome))?;
        let digest = format!("sha256:{}", hex(&digest.finalize()));
        written.extend(path.map(|path| ReportDigest { name: path.display().to_string(), digest }));
    }
    Ok(written)
}

/// Digests what is written.
struct Digesting<'w> {
    out: &'w mut dyn Write,
    digest: &'w mut Sha256,
}

impl Write for Digesting<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Format and place of every report; without a path, standard output.
fn reports(flags: &Report, quiet: bool) -> Result<Vec<(&str, Option<&Path>)>, Error> {
    let mut reports = Vec::new();
    for path in &flags.output {
        let name = path.to_string_lossy();
        let format = report::format(&name).or(flags.format.as_deref());
        let format = format.ok_or_else(|| {
            Error::Input(format!("`{name}`: the ending chooses no format; name one with --format ({})", report::names().collect::<Vec<_>>().join(", ")))
        })?;
        reports.push((format, (name != "-").then_some(path.as_path())));
    }
    let taken = reports.iter().any(|(_, path)| path.is_none());
    if !taken && (!quiet || flags.format.is_some()) {
        reports.push((if flags.output.is_empty() { flags.format.as_deref().unwrap_or("text") } else { "text" }, None));
    }
    Ok(reports)
}

/// Codes of the rules that a report will name.
fn codes(outcome: &Outcome) -> BTreeSet<u32> {
    outcome.targets.iter().flat_map(|target| target.findings.iter().chain(&target.absent)).map(|finding| finding.code).collect()
}

/// Names of the rules that found something, by code.
pub(super) fn names(outcome: &Outcome) -> BTreeMap<u32, String> {
    let found = codes(outcome);
    sorted(rulepack::pack().faces(|code| found.contains(&code))).into_iter().map(|face| (face.code, face.name)).collect()
}

/// Faces of all rules and verdicts, by code.
pub(super) fn faces() -> Vec<Face> {
    sorted(rulepack::pack().faces(|_| true))
}

/// The verdicts' faces among them.
fn sorted(mut faces: Vec<Face>) -> Vec<Face> {
    faces.extend(verdicts::faces());
    faces.sort_by_key(|face| face.code);
    faces
}

fn options(flags: &Report, standard_output: bool) -> Options {
    let colour = match flags.color {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => standard_output && io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
    };
    let width = terminal_size::terminal_size().filter(|_| standard_output).map(|(width, _)| width.0);
    Options { colour, full: flags.sarif_profile == Profile::Full, pii: flags.sarif_pii, verbose: flags.verbose, width }
}

/// Writes to a file, through a temporary one beside it, or to standard output.
pub(super) fn to(path: Option<&Path>, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    let name = path.map_or_else(|| "standard output".to_owned(), |path| path.display().to_string());
    let written = match path {
        None => {
            let mut out = BufWriter::new(io::stdout().lock());
            write(&mut out).and_then(|()| out.flush())
        }
        Some(path) => atomically(path, write),
    };
    written.map_err(|error| Error::File { name, error })
}

fn atomically(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // A device or a pipe cannot be replaced, and need not be.
    if path.exists() && !path.is_file() {
        let mut out = BufWriter::with_capacity(BUFFER, File::create(path)?);
        return write(&mut out).and_then(|()| out.flush());
    }
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}.tmp", std::process::id()));
    let written = File::create(&temporary).map(|file| BufWriter::with_capacity(BUFFER, file)).and_then(|mut out| {
        write(&mut out)?;
        out.flush()
    });
    written.and_then(|()| fs::rename(&temporary, path)).inspect_err(|_| drop(fs::remove_file(&temporary)))
}
