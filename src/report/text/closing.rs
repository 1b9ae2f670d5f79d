//! The end of the page: what could not be read, how much was found and seen, and what to do next.

use std::collections::BTreeMap;
use std::io;

use super::Page;
use super::layout::{bytes, columns, counted, grouped, harmless, wrapped};
use crate::domain::{Finding, Held, Level, Summary, Target, Trouble};

/// Troubles shown; all of them are in the other formats.
const TROUBLES: usize = 20;
/// Findings shown that the baseline has and the scan has not.
const ABSENT: usize = 10;
/// Why weak evidence is hidden.
const WEAK: &str = "weak-evidence";
const LABEL: usize = 9;

/// What was counted on the way.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) files: u64,
    levels: BTreeMap<Level, u64>,
    pub(super) troubles: Vec<Trouble>,
    /// What the repositories do not have.
    pub(super) gaps: Vec<String>,
    /// What the baseline has and the scan has not.
    pub(super) absent: Vec<String>,
}

impl Counts {
    pub(super) fn add(&mut self, finding: &Finding) {
        if finding.is_open() {
            *self.levels.entry(finding.level).or_default() += 1;
        }
    }

    /// A history that is not all there must not look like a clean one.
    pub(super) fn look_at(&mut self, target: &Target) {
        let Some(repository) = &target.repository else { return };
        let gaps = [
            (repository.shallow, "shallow: ends at a boundary; what lies before was not read"),
            (repository.partial, "partial: objects are missing that only the remote has; they were not read"),
        ];
        self.gaps.extend(gaps.into_iter().filter(|(is, _)| *is).map(|(_, gap)| format!("{gap} ({})", target.name)));
    }

    fn of(&self, level: Level) -> u64 {
        self.levels.get(&level).copied().unwrap_or_default()
    }
}

impl Page<'_> {
    pub(super) fn closing(&mut self, summary: &Summary, counts: &Counts) -> io::Result<()> {
        self.troubles(&counts.troubles)?;
        self.found(counts)?;
        self.row("seen", &seen(summary))?;
        let inside = summary.blobs.saturating_sub(summary.units);
        let inside = if inside == 0 { String::new() } else { format!(", {} inside them", grouped(inside)) };
        self.row("read", &format!("{}{inside}, {}", counted(summary.units, "file"), bytes(summary.bytes)))?;
        self.row("hidden", &hidden(summary))?;
        self.row("baseline", &summary.baseline.as_ref().map(held).unwrap_or_default())?;
        if !counts.troubles.is_empty() {
            self.row("trouble", &format!("{} not read, or not wholly", counted(counts.troubles.len() as u64, "object")))?;
        }
        for gap in &counts.gaps {
            self.row("history", gap)?;
        }
        for advice in advice(summary).into_iter().chain(gone(&counts.absent)) {
            writeln!(self.out)?;
            for line in wrapped(&harmless(&advice), self.width) {
                writeln!(self.out, "{line}")?;
            }
        }
        Ok(())
    }

    fn troubles(&mut self, troubles: &[Trouble]) -> io::Result<()> {
        if troubles.is_empty() {
            return Ok(());
        }
        let title = self.paint.title("Not read, or not wholly");
        writeln!(self.out, "{title}")?;
        for Trouble { place, kind, message } in troubles.iter().take(TROUBLES) {
            let name = place.display();
            let name = if name.is_empty() { "." } else { &name };
            let text = format!("{}: {} ({kind})", harmless(name), harmless(message));
            for (at, line) in wrapped(&text, self.width.saturating_sub(4)).iter().enumerate() {
                writeln!(self.out, "{}{line}", if at == 0 { "  " } else { "    " })?;
            }
        }
        if let Some(more) = troubles.len().checked_sub(TROUBLES).filter(|more| *more > 0) {
            writeln!(self.out, "  and {} more; the other formats name them all", grouped(more as u64))?;
        }
        writeln!(self.out)
    }

    fn found(&mut self, counts: &Counts) -> io::Result<()> {
        let levels = [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Note, "note")];
        let parts: Vec<_> = levels
            .into_iter()
            .filter(|(level, _)| counts.of(*level) > 0)
            .map(|(level, word)| self.paint.level(level, &counted(counts.of(level), word)))
            .collect();
        let label = self.label("found");
        match parts.is_empty() {
            true => writeln!(self.out, "{label}nothing"),
            false => writeln!(self.out, "{label}{} in {}", parts.join(", "), counted(counts.files, "file")),
        }
    }

    fn row(&mut self, label: &str, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        for (at, line) in wrapped(&harmless(text), self.width.saturating_sub(LABEL)).iter().enumerate() {
            let lead = if at == 0 { self.label(label) } else { " ".repeat(LABEL) };
            writeln!(self.out, "{lead}{line}")?;
        }
        Ok(())
    }

    fn label(&self, label: &str) -> String {
        format!("{}{:2$}", self.paint.bold(label), "", LABEL.saturating_sub(columns(label)))
    }
}

fn seen(summary: &Summary) -> String {
    let Summary { credentials, models, references, registered, changes, grants, .. } = summary;
    let seen = [counted(*credentials, "credential"), counted(*models, "model"), format!("{} to models", counted(*references, "reference"))];
    let privileged = [(*changes, "change of models", "changes of models"), (*grants, "grant of such changes", "grants of such changes")];
    let privileged = privileged
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("; {} {}", grouped(count), if count == 1 { one } else { many }));
    let registered = if *registered == 0 { "none".to_owned() } else { grouped(*registered) };
    format!("{}; {registered} registered{}", seen.join(", "), privileged.collect::<String>())
}

/// What was left out on purpose.
fn hidden(summary: &Summary) -> String {
    let waived = (summary.waived > 0).then(|| format!("{} waived", counted(summary.waived, "finding")));
    let reasons = summary.hidden.iter().filter(|(_, count)| **count > 0).map(|(reason, count)| format!("{} {reason}", grouped(*count)));
    let allowed = (summary.allowed > 0).then(|| format!("{} allowed by comments", counted(summary.allowed, "finding")));
    waived.into_iter().chain(allowed).chain(reasons).collect::<Vec<_>>().join(", ")
}

/// How the findings stand to the baseline.
fn held(held: &Held) -> String {
    let Held { new, known, moved, eased, graver, absent, unseen, unmatched } = held;
    let of = [(*moved, "moved"), (*eased, "eased")].into_iter().filter(|(count, _)| *count > 0);
    let of: Vec<_> = of.map(|(count, word)| format!("{} {word}", grouped(count))).collect();
    let of = if of.is_empty() { String::new() } else { format!(" ({})", of.join(", ")) };
    let others = [(*graver, "graver than before"), (*absent, "gone"), (*unseen, "not looked for"), (*unmatched, "named where nothing is")]
        .into_iter()
        .filter(|(count, _)| *count > 0);
    let others = others.map(|(count, words)| format!("{} {words}", grouped(count)));
    [format!("{} new", grouped(*new)), format!("{} known{of}", grouped(*known))].into_iter().chain(others).collect::<Vec<_>>().join(", ")
}

/// What of the baseline is gone: it can leave the baseline too.
fn gone(absent: &[String]) -> Option<String> {
    let names = absent.iter().take(ABSENT).cloned().collect::<Vec<_>>().join("; ");
    let more = absent.len().checked_sub(ABSENT).filter(|more| *more > 0).map_or_else(String::new, |more| format!("; and {} more", grouped(more as u64)));
    (!absent.is_empty()).then(|| format!("Of the baseline, gone: {names}{more}. A baseline that is written anew (--write-baseline) leaves that out."))
}

fn advice(summary: &Summary) -> Vec<String> {
    let mut advice = Vec::new();
    if summary.registered == 0 && summary.models + summary.references > 0 {
        advice.push("No model here matches a registry entry: --registry FILE names a registry, `heliodon register ARTIFACT` writes an entry.".to_owned());
    }
    if let Some(weak) = summary.hidden.get(WEAK).filter(|weak| **weak > 0) {
        advice.push(format!("{} of weak evidence hidden; --min-confidence low shows {}.", counted(*weak, "finding"), if *weak == 1 { "it" } else { "them" }));
    }
    if !summary.unused_waivers.is_empty() {
        advice.push(format!("{} nothing: {}.", covers(summary.unused_waivers.len()), summary.unused_waivers.join("; ")));
    }
    if !summary.void_comments.is_empty() {
        advice.push(format!("{} nothing: {}.", allow(summary.void_comments.len()), summary.void_comments.join("; ")));
    }
    if !summary.pragmas.is_empty() {
        let tools: Vec<_> = summary.pragmas.iter().map(|(tool, count)| format!("{} for {tool}", grouped(*count))).collect();
        advice.push(format!("Findings whose comments ask other programs to leave them alone: {}; --foreign-pragmas heeds them.", tools.join(", ")));
    }
    advice
}

fn allow(comments: usize) -> String {
    match comments {
        1 => "1 comment allows".to_owned(),
        many => format!("{many} comments allow"),
    }
}

fn covers(waivers: usize) -> String {
    match waivers {
        1 => "1 waiver covers".to_owned(),
        many => format!("{many} waivers cover"),
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::{Outcome, Summary};
    use crate::report::{Options, sample};

    #[test]
    fn the_sum_says_what_was_not_shown_too() {
        let text = sample::render("text", &Options { width: Some(100), ..Options::default() });
        let expected = "\
found    5 errors, 4 warnings, 1 note in 9 files
seen     6 credentials, 2 models, 9 references to models; none registered
read     1,204 files, 106 inside them, 31.2 MB
hidden   1 finding waived, 12 excluded, 310 git-ignored
trouble  3 objects not read, or not wholly

No model here matches a registry entry: --registry FILE names a registry, `heliodon register
ARTIFACT` writes an entry.

1 waiver covers nothing: stale-secret in old/**.
";
        assert!(text.ends_with(expected), "{text}");
    }

    #[test]
    fn how_the_findings_stand_to_a_baseline_is_said() {
        let text = sample::render_outcome("text", &Options { width: Some(100), ..Options::default() }, &sample::held());
        assert!(text.contains("\nbaseline 3 new, 5 known (2 moved, 1 eased), 2 graver than before, 1 gone, 4 not looked for, 6 "), "{text}");
        assert!(text.contains("\nOf the baseline, gone: openai-project-key in gone/a.env. A baseline that"), "{text}");
        assert!(text.contains("\nfound    1 error, 2 warnings, 1 note in 4 files\n"), "{text}");
    }

    #[test]
    fn a_clean_scan_is_short() {
        let sample = sample::outcome();
        let summary = Summary { units: 1, blobs: 1, bytes: 10, ..Summary::default() };
        let text = sample::render_outcome("text", &Options::default(), &Outcome { targets: Vec::new(), summary, ..sample });
        assert_eq!(text, "found    nothing\nseen     0 credentials, 0 models, 0 references to models; none registered\nread     1 file, 10 bytes\n");
    }

    #[test]
    fn a_history_that_is_not_all_there_is_said() {
        let text = sample::render_outcome("text", &Options { width: Some(100), ..Options::default() }, &sample::history());
        let expected = "\
history  shallow: ends at a boundary; what lies before was not read (shop)
history  partial: objects are missing that only the remote has; they were not read (shop)
";
        assert!(text.contains(expected), "{text}");
    }
}
