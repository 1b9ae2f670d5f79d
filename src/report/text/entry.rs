//! One finding: what, where, the line, its life, and what belongs to it.

use std::io;

use super::layout::{columns, excerpt, harmless, wrapped};
use super::{Page, facts};
use crate::domain::{Finding, Level, Place, Standing, Suppression, rule_id};

const INDENT: &str = "    ";
/// Related places shown.
const RELATED: usize = 3;

impl Page<'_> {
    /// `seen`: the line and its history were just shown, with the finding before.
    pub(super) fn entry(&mut self, finding: &Finding, name: &str, seen: bool) -> io::Result<()> {
        self.heading(finding, name)?;
        self.paragraph("", &finding.text)?;
        if !seen {
            self.excerpt(&finding.place, finding.level)?;
        }
        for (label, fact) in facts::facts(&finding.properties) {
            self.paragraph(label, &fact)?;
        }
        if let Some(history) = facts::history(&finding.place, &finding.properties).filter(|_| !seen) {
            self.paragraph("history", &history)?;
        }
        for related in finding.related.iter().take(RELATED) {
            let place = &related.place;
            self.paragraph("also", &format!("{}:{}: {}", place.display(), position(place), related.message.trim_end_matches('.')))?;
        }
        if let Some(more) = finding.related.len().checked_sub(RELATED).filter(|more| *more > 0) {
            self.paragraph("also", &format!("{more} more places"))?;
        }
        match &finding.suppression {
            Some(Suppression::Waiver { reason, approved_by, expires, .. }) => {
                self.paragraph("", &format!("waived until {expires} by {approved_by}: {reason}"))?;
            }
            Some(Suppression::Inline { tool, reason, until }) => {
                let until = until.map_or_else(String::new, |until| format!(" until {until}"));
                let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
                self.paragraph("", &format!("allowed{until} by a comment for {tool}{reason}"))?;
            }
            None => {}
        }
        let standing = match finding.standing {
            None | Some(Standing::New) => return Ok(()),
            Some(Standing::Unchanged) => "in the baseline",
            Some(Standing::Moved) => "in the baseline, at another path",
            Some(Standing::Eased) => "in the baseline, where it was graver",
            Some(Standing::Graver) => "graver than the baseline has it, so it is open again",
        };
        self.paragraph("", standing)
    }

    /// Level, position, rule.
    fn heading(&mut self, finding: &Finding, name: &str) -> io::Result<()> {
        let level = match finding.level {
            Level::Error => "error  ",
            Level::Warning => "warning",
            Level::Note => "note   ",
        };
        let position = harmless(&position(&finding.place));
        let (name, code) = (harmless(name), harmless(&rule_id(finding.code, name)));
        let fits = 2 + columns(level) + 2 + columns(&position) + 2 + columns(&name) + 2 + columns(&code) <= self.width;
        let (level, name, code) = (self.paint.level(finding.level, level), self.paint.bold(&name), self.paint.dim(&code));
        let between = if fits { "  ".to_owned() } else { format!("\n{INDENT}") };
        writeln!(self.out, "  {level}  {position}{between}{name}  {code}")
    }

    /// A labelled text, wrapped, its later lines below the first.
    fn paragraph(&mut self, label: &str, text: &str) -> io::Result<()> {
        let label = if label.is_empty() { String::new() } else { format!("{label}: ") };
        let lines = wrapped(&harmless(text), self.width.saturating_sub(INDENT.len() + columns(&label)));
        for (at, line) in lines.iter().enumerate() {
            let lead = if at == 0 { self.paint.dim(&label) } else { " ".repeat(columns(&label)) };
            writeln!(self.out, "{INDENT}{lead}{line}")?;
        }
        Ok(())
    }

    /// The line and a mark below it; nothing for a whole file, nor for a line that is all mark.
    fn excerpt(&mut self, place: &Place, level: Level) -> io::Result<()> {
        let Some(region) = place.region.as_ref().filter(|region| !region.line.trim().is_empty()) else { return Ok(()) };
        let number = format!("{:>4}", region.start_line);
        let column = usize::try_from(region.start_column.saturating_sub(1)).unwrap_or(0);
        let gutter = INDENT.len() + columns(&number) + 3;
        let excerpt = excerpt(&region.line, &region.snippet, column, self.width.saturating_sub(gutter));
        writeln!(self.out, "{INDENT}{} {}", self.paint.dim(&format!("{number} |")), excerpt.line)?;
        if excerpt.marked == 0 {
            return Ok(());
        }
        let bar = self.paint.dim(&format!("{:1$} |", "", columns(&number)));
        let mark = self.paint.level(level, &"^".repeat(excerpt.marked));
        writeln!(self.out, "{INDENT}{bar} {:1$}{mark}", "", excerpt.before)
    }
}

/// `12:16`, with the cell of a notebook, the field of an artifact, the commit.
fn position(place: &Place) -> String {
    let region = place.region.as_ref().map(|region| format!("{}:{}", region.start_line, region.start_column));
    let inner = place.steps.iter().rev().find(|step| matches!(step.kind.as_str(), "cell" | "metadata"));
    let inner = inner.map(|step| match (step.kind.as_str(), place.cell_line) {
        ("cell", Some(line)) => format!("{} line {line}, ", step.name),
        _ => format!("{}, ", step.name),
    });
    let revision = place.origin.revision.as_ref().map(|revision| format!(" @{}", revision.chars().take(10).collect::<String>()));
    format!("{}{}{}", inner.unwrap_or_default(), region.unwrap_or_else(|| "whole file".into()), revision.unwrap_or_default())
}
