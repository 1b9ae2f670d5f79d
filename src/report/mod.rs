//! Findings → bytes, one at a time.
//!
//! To add a format: write `acme.rs` with a `FORMAT`, and list it in [`FORMATS`].

mod jsonl;
#[cfg(test)]
mod sample;
mod sarif;
mod tally;
mod text;

use std::io::{self, Write};

use jiff::Timestamp;

use self::tally::Limit;
pub use self::tally::Tally;
use crate::domain::{Asset, Face, Finding, Mention, Outcome, Summary, Target, TargetOutcome, Taxon, Trouble};

/// A kind of report.
pub(super) struct Format {
    pub(super) name: &'static str,
    /// Endings of file names that choose it.
    pub(super) endings: &'static [&'static str],
    /// Shows all rules, not only those that found something.
    pub(super) all_rules: bool,
    pub(super) reporter: for<'w> fn(Box<dyn Write + 'w>, &Options) -> Box<dyn Reporter + 'w>,
}

pub(super) const FORMATS: &[&Format] = &[&text::FORMAT, &jsonl::FORMAT, &sarif::FORMAT];

/// Takes findings one at a time, so that no format needs them all in memory.
/// The calls come in this order: `begin`, then for each target `target`, its findings and what is absent, then `end`.
pub trait Reporter {
    fn begin(&mut self, run: &Run<'_>) -> io::Result<()>;
    /// `tally` counts the findings that will come.
    fn target(&mut self, target: &Target, troubles: &[Trouble], tally: &Tally) -> io::Result<()>;
    fn finding(&mut self, finding: &Finding) -> io::Result<()>;
    /// What the baseline has and the scan has not: comes behind the findings of its target.
    fn absent(&mut self, finding: &Finding) -> io::Result<()>;
    /// After all targets; most formats tell of findings alone.
    fn asset(&mut self, _asset: &Asset) -> io::Result<()> {
        Ok(())
    }
    fn end(&mut self) -> io::Result<()>;
}

/// What is true of the whole run.
#[derive(Clone)]
pub struct Run<'r> {
    pub version: &'r str,
    pub rules: &'r str,
    /// Faces of the rules that found something, by code.
    pub faces: &'r [Face],
    /// The other rules, by code, where a format shows all.
    pub mentions: &'r [Mention],
    pub summary: &'r Summary,
    pub targets: usize,
    /// Start and end by the wall clock; absent in deterministic reports.
    pub times: Option<(Timestamp, Timestamp)>,
    pub exit_code: u8,
}

/// What the user may turn.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Colours, for a terminal.
    pub colour: bool,
    /// SARIF with suppressed results.
    pub full: bool,
    /// SARIF with the authors of commits.
    pub pii: bool,
    /// Show every finding at length, not the summary of many.
    pub verbose: bool,
    /// Columns of the terminal, where there is one.
    pub width: Option<u16>,
}

/// Names of all formats, for help texts.
pub fn names() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|format| format.name)
}

/// The format of a name, or of a file's ending.
pub fn format(name: &str) -> Option<&'static str> {
    let ending = |format: &&&Format| format.endings.iter().any(|ending| name.ends_with(ending));
    let format = FORMATS.iter().find(|format| format.name == name).or_else(|| FORMATS.iter().find(ending))?;
    Some(format.name)
}

/// Does a report in the format of this name mention all rules?
pub fn shows_all_rules(name: &str) -> bool {
    FORMATS.iter().any(|format| format.name == name && format.all_rules)
}

/// Can reports point into this class of a taxonomy? Rules may name others, but SARIF will not show them.
pub fn knows(taxon: &Taxon) -> bool {
    sarif::knows(taxon)
}

/// Writes an outcome in the format of this name.
pub fn write<'w>(format: &str, out: Box<dyn Write + 'w>, options: &Options, run: &Run<'_>, outcome: &Outcome) -> io::Result<()> {
    let format = FORMATS.iter().find(|known| known.name == format);
    let format =
        format.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, format!("no such format; there are {}", names().collect::<Vec<_>>().join(", "))))?;
    let mut reporter = (format.reporter)(out, options);
    reporter.begin(run)?;
    for TargetOutcome { target, findings, troubles, absent } in &outcome.targets {
        reporter.target(target, troubles, &Tally::of(findings))?;
        findings.iter().try_for_each(|finding| reporter.finding(finding))?;
        absent.iter().try_for_each(|finding| reporter.absent(finding))?;
    }
    outcome.inventory.iter().try_for_each(|asset| reporter.asset(asset))?;
    reporter.end()
}
