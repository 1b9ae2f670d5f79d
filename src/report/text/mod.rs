//! Text for people: findings by file, then what could not be read, then the sum.

mod closing;
mod entry;
mod facts;
mod layout;

use std::collections::BTreeMap;
use std::io::{self, Write};

use self::closing::Counts;
use self::layout::Paint;
use super::{Format, Options, Reporter, Run, Tally};
use crate::domain::{Finding, Place, Summary, Target, Trouble, rule_id};

pub(super) const FORMAT: Format = Format { name: "text", endings: &[".txt"], all_rules: false, reporter };

/// Findings of one rule in one file that are shown, unless all are asked for.
const SHOWN: usize = 10;
/// Columns where the terminal does not say.
const WIDTH: u16 = 100;
const NARROWEST: u16 = 40;
/// Longer lines are hard to read.
const WIDEST: u16 = 120;

fn reporter<'w>(out: Box<dyn Write + 'w>, options: &Options) -> Box<dyn Reporter + 'w> {
    let width = options.width.unwrap_or(WIDTH).clamp(NARROWEST, WIDEST);
    let page = Page { out, paint: Paint { colour: options.colour }, width: usize::from(width) };
    Box::new(Text {
        page,
        verbose: options.verbose,
        names: BTreeMap::new(),
        summary: Summary::default(),
        many: false,
        file: None,
        last: None,
        shown: BTreeMap::new(),
        counts: Counts::default(),
    })
}

struct Text<'w> {
    page: Page<'w>,
    verbose: bool,
    names: BTreeMap<u32, String>,
    summary: Summary,
    /// More than one target.
    many: bool,
    /// The file whose findings are being shown.
    file: Option<String>,
    /// Place of the finding shown last.
    last: Option<Place>,
    /// Findings in it, by rule.
    shown: BTreeMap<u32, usize>,
    counts: Counts,
}

/// Where text goes, and how it looks there.
struct Page<'w> {
    out: Box<dyn Write + 'w>,
    paint: Paint,
    width: usize,
}

impl Reporter for Text<'_> {
    fn begin(&mut self, run: &Run<'_>) -> io::Result<()> {
        self.names = run.faces.iter().map(|face| (face.code, face.name.clone())).collect();
        self.summary = run.summary.clone();
        self.many = run.targets > 1;
        Ok(())
    }

    fn target(&mut self, target: &Target, troubles: &[Trouble], _tally: &Tally) -> io::Result<()> {
        self.close_file()?;
        self.counts.troubles.extend_from_slice(troubles);
        self.counts.look_at(target);
        if self.many {
            let name = self.page.paint.bold(&format!("── {} ──", layout::harmless(&target.name)));
            writeln!(self.page.out, "{name}\n")?;
        }
        Ok(())
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        if !finding.is_open() && !self.verbose {
            return Ok(());
        }
        self.open_file(&finding.place.display())?;
        self.counts.add(finding);
        let shown = self.shown.entry(finding.code).or_default();
        *shown += 1;
        if *shown > SHOWN && !self.verbose {
            return Ok(());
        }
        let seen = self.last.as_ref() == Some(&finding.place);
        self.last = Some(finding.place.clone());
        let name = self.names.get(&finding.code).map_or("", String::as_str);
        self.page.entry(finding, name, seen)
    }

    fn absent(&mut self, finding: &Finding) -> io::Result<()> {
        let name = self.names.get(&finding.code).map_or("a rule that is no more", String::as_str);
        self.counts.absent.push(format!("{name} in {}", finding.place.display()));
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.close_file()?;
        self.page.closing(&self.summary, &self.counts)?;
        self.page.out.flush()
    }
}

impl Text<'_> {
    fn open_file(&mut self, file: &str) -> io::Result<()> {
        if self.file.as_deref() == Some(file) {
            return Ok(());
        }
        self.close_file()?;
        self.counts.files += 1;
        let title = self.page.paint.title(&layout::harmless(file));
        self.file = Some(file.to_owned());
        writeln!(self.page.out, "{title}")
    }

    /// Says how much of the file was not shown.
    fn close_file(&mut self) -> io::Result<()> {
        if self.file.take().is_none() {
            return Ok(());
        }
        for (code, count) in std::mem::take(&mut self.shown) {
            if let Some(more) = count.checked_sub(SHOWN).filter(|more| *more > 0 && !self.verbose) {
                let name = self.names.get(&code).map_or("", String::as_str);
                let line = self.page.paint.dim(&format!("  and {more} more {name} {} in this file; --verbose shows them", rule_id(code, name)));
                writeln!(self.page.out, "{line}")?;
            }
        }
        writeln!(self.page.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Outcome, TargetOutcome};
    use crate::report::sample;

    fn shown(options: &Options) -> String {
        sample::render("text", options)
    }

    #[test]
    fn a_finding_at_a_glance() {
        let text = shown(&Options::default());
        let expected = "\
config/staging.env
  error    12:16  openai-project-key  HEL1042
    'sk-proj-[REDACTED]' lies in 'config/staging.env'.
      12 | OPENAI_API_KEY=sk-proj-[REDACTED]
         |                ^^^^^^^^^^^^^^^^^^
    life: static, works until somebody revokes it; made 2025-03-02
  error    12:16  reused-across-zones  HEL2004
    'sk-proj-[REDACTED]' lies in 'config/staging.env'.
    also: deploy/prod/values.yaml:41:13: the same key in zone production
";
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in [60, 80, 120] {
            let text = shown(&Options { width: Some(width), verbose: true, ..Options::default() });
            let wide: Vec<_> = text.lines().filter(|line| layout::columns(line) > usize::from(width)).collect();
            assert!(wide.is_empty(), "{width}: {wide:#?}");
        }
    }

    #[test]
    fn colours_change_nothing_but_colours() {
        let plain = shown(&Options::default());
        let coloured = shown(&Options { colour: true, ..Options::default() });
        let escapes = regex::Regex::new("\x1b\\[[0-9;]*m").expect("a constant pattern");
        assert!(coloured.contains("\x1b[") && !plain.contains('\x1b'));
        assert_eq!(escapes.replace_all(&coloured, ""), plain);
    }

    #[test]
    fn what_a_file_says_cannot_steer_the_terminal() {
        let mut outcome = sample::outcome();
        for finding in &mut outcome.targets[0].findings {
            finding.text.push_str("\x1b[2J\u{202e}");
            if let Some(region) = &mut finding.place.region {
                region.line.push_str("\x1b]0;x\x07\u{2066}");
            }
        }
        let text = sample::render_outcome("text", &Options::default(), &outcome);
        assert!(!text.contains(['\x1b', '\x07', '\u{202e}', '\u{2066}']));
    }

    #[test]
    fn many_of_one_rule_in_one_file_are_summed_up() {
        let mut findings = vec![sample::plain_finding(); 25];
        for (line, finding) in (1..).zip(&mut findings) {
            finding.place.region.iter_mut().for_each(|region| region.start_line = line);
        }
        let sample = sample::outcome();
        let target = TargetOutcome { target: sample.targets[0].target.clone(), findings, troubles: Vec::new(), absent: Vec::new() };
        let outcome = Outcome { targets: vec![target], ..sample };
        let text = sample::render_outcome("text", &Options::default(), &outcome);
        assert!(text.contains("and 15 more openai-project-key HEL1042 in this file; --verbose shows them"), "{text}");
        assert_eq!(text.matches("^^^").count() / 6, SHOWN);
        let all = sample::render_outcome("text", &Options { verbose: true, ..Options::default() }, &outcome);
        assert!(!all.contains("more"), "{all}");
    }

    #[test]
    fn a_waived_finding_is_shown_when_all_is_asked_for() {
        assert!(!shown(&Options::default()).contains("tests/fixture.env"));
        let text = shown(&Options { verbose: true, ..Options::default() });
        assert!(text.contains("waived until 2026-12-31 by risk@example.com: revoked in March, kept as a fixture"), "{text}");
    }

    #[test]
    fn a_history_at_a_glance() {
        let text = sample::render_outcome("text", &Options { width: Some(120), ..Options::default() }, &sample::history());
        let said: Vec<_> = text.lines().filter_map(|line| line.trim_start().strip_prefix("history: ")).collect();
        let expected = [
            "since 2024-03-01 (a1b2c3d4, Name), in HEAD · never rotated",
            "since 2024-03-01 (a1b2c3d4, Name), removed 2024-04-02, history only · rotated 2 times, last 2025-01-05",
            "a value of this name since 2024-03-01 (a1b2c3d4, Name), on another branch",
            "since 2024-03-01 (a1b2c3d4, Name), last 2024-04-01, unreachable commits only",
        ];
        assert_eq!(said, expected, "{text}");
        assert!(text.contains("4:5 @a1b2c3d4e5"), "{text}");
    }
}
