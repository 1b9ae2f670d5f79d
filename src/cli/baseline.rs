//! `--baseline`, `--write-baseline`, and `heliodon baseline`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::flags::{Baselines, Keep};
use super::{Error, Exit, output, say};
use crate::baseline;
use crate::domain::{Baseline, Outcome, PlanHead, Range};
use crate::reconcile;

/// Marks the findings of a run, when a baseline was named.
pub(super) fn hold(outcome: &mut Outcome, baseline: Option<&Baseline>, plan: &PlanHead) {
    if let Some(baseline) = baseline {
        reconcile::hold(outcome, baseline, plan);
    }
}

/// The baselines that were named, together. Read before the scan, since a mistake in one should not cost an hour.
pub(super) fn load(paths: &[PathBuf]) -> Result<Option<Baseline>, Error> {
    let mut sum = None;
    for path in paths {
        let Baseline { known, spots } = read(path)?;
        let sum = sum.get_or_insert_with(Baseline::default);
        sum.known.extend(known);
        sum.spots.extend(spots);
    }
    Ok(sum)
}

/// May a baseline be written of what this plan looks for? One of a part would forget the rest.
pub(super) fn check(keep: &Keep, plan: &PlanHead) -> Result<(), Error> {
    let whole = matches!(plan.reach.range, Range::All | Range::Nothing);
    match keep.write_baseline.is_none() || whole {
        true => Ok(()),
        false => Err(Error::Input("--write-baseline needs the whole: a baseline of what is staged, or of some commits, would forget all else".into())),
    }
}

/// Writes what was found as a baseline.
pub(super) fn write(keep: &Keep, outcome: &Outcome) -> Result<(), Error> {
    let Some(path) = &keep.write_baseline else { return Ok(()) };
    let names = output::names(outcome);
    let findings = outcome.targets.iter().flat_map(|target| &target.findings);
    let text = baseline::text(findings, |code| names.get(&code).cloned().unwrap_or_default());
    output::to(Some(path.as_path()).filter(|path| *path != Path::new("-")), |out| out.write_all(text.as_bytes()))
}

pub(super) fn run(command: &Baselines) -> Result<Exit, Error> {
    let Baselines::Show { file } = command;
    let Baseline { known, spots } = read(file)?;
    let mut rules: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    known.iter().for_each(|known| *rules.entry((&known.rule, &known.name)).or_default() += 1);
    output::to(None, |out| {
        for ((rule, name), count) in &rules {
            writeln!(out, "{count:>6}  {}  {}", harmless(rule), harmless(name))?;
        }
        if !spots.is_empty() {
            writeln!(out, "{:>6}  places of another program, which count while their lines stay where they are", spots.len())?;
        }
        writeln!(out, "{:>6}  in all", known.len() + spots.len())
    })?;
    Ok(Exit::Clean)
}

fn read(path: &Path) -> Result<Baseline, Error> {
    let name = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| Error::File { name: name.clone(), error })?;
    let read = baseline::read(&name, &bytes).map_err(|error| Error::Input(error.to_string()))?;
    read.notes.iter().for_each(|note| say(&format!("heliodon: {note}")));
    Ok(read.baseline)
}

/// A file may hold anything; a terminal obeys some of it.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}
