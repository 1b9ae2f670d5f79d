//! `heliodon rules`: what can be found, and whether the rules keep their promises.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::flags::Rules;
use super::{Error, Exit, output, say};
use crate::domain::Face;
use crate::rulepack::{self, Pack};
use crate::scan::detect::{change, credential, reference};

pub(super) fn run(command: &Rules) -> Result<Exit, Error> {
    match command {
        Rules::List => list(),
        Rules::Show { rule } => show(rule),
        Rules::Check { own } => check(own),
    }
}

fn list() -> Result<Exit, Error> {
    let faces = output::faces();
    let width = faces.iter().map(|face| face.name.len()).max().unwrap_or_default();
    output::to(None, |out| faces.iter().try_for_each(|face| writeln!(out, "{}  {:width$}  {}", face.id(), face.name, face.summary)))?;
    Ok(Exit::Clean)
}

fn show(typed: &str) -> Result<Exit, Error> {
    let faces = output::faces();
    let wanted = typed.to_ascii_lowercase();
    match faces.iter().find(|face| face.name == wanted || face.id().eq_ignore_ascii_case(typed)) {
        Some(face) => output::to(None, |out| describe(face, out))?,
        None => return Err(Error::Input(format!("no rule `{typed}`{}", advice(&faces, &wanted)))),
    }
    Ok(Exit::Clean)
}

fn advice(faces: &[Face], wanted: &str) -> String {
    let near = faces.iter().map(|face| (strsim::jaro_winkler(&face.name, wanted), &face.name)).max_by(|a, b| a.0.total_cmp(&b.0));
    match near {
        Some((likeness, name)) if likeness > 0.8 => format!("; did you mean `{name}`?"),
        _ => "; `heliodon rules list` names all".into(),
    }
}

fn describe(face: &Face, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} {}  ({}, severity {:.1})\n", face.id(), face.name, format!("{:?}", face.level).to_lowercase(), face.severity)?;
    writeln!(out, "{}\n\n{}\n\n{}", face.summary, face.description, face.remedy)?;
    if let Some(url) = &face.help_url {
        writeln!(out, "{url}")?;
    }
    let taxa: Vec<String> = face.taxa.iter().map(|taxon| format!("{} {}", taxon.taxonomy, taxon.id)).collect();
    writeln!(out, "\n{}", taxa.join(" · "))
}

/// Every rule's examples are found and its negatives left alone, by the engine that scans.
fn check(own: &[PathBuf]) -> Result<Exit, Error> {
    install(own)?;
    let failures: Vec<String> =
        credential::check::failures().iter().map(ToString::to_string).chain(reference::check::failures()).chain(change::check::failures()).collect();
    failures.iter().for_each(|failure| say(failure));
    let pack = rulepack::pack();
    let (rules, shapes) = (pack.rules().len(), pack.shapes().len() + pack.changes().len());
    output::to(None, |out| writeln!(out, "{rules} credential rules and {shapes} shapes of references and changes: {} broken promises", failures.len()))?;
    Ok(if failures.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// Puts a user's own rules in force beside ours.
pub(super) fn install(own: &[PathBuf]) -> Result<(), Error> {
    if !own.is_empty() {
        let files = own.iter().map(|path| texts(path)).collect::<Result<Vec<_>, _>>()?.concat();
        let pack = Pack::extended(&files).map_err(|problems| Error::Input(problems.join("\n")))?;
        rulepack::install(pack);
    }
    Ok(())
}

/// Name and text of a rule file, or of those in a folder, by name.
fn texts(path: &Path) -> Result<Vec<(String, String)>, Error> {
    let failed = |error| Error::File { name: path.display().to_string(), error };
    if !path.is_dir() {
        return Ok(vec![(path.display().to_string(), fs::read_to_string(path).map_err(failed)?)]);
    }
    let entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(failed)?;
    let mut files: Vec<_> =
        entries.iter().map(fs::DirEntry::path).filter(|path| path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")).collect();
    files.sort();
    Ok(files.iter().map(|file| texts(file)).collect::<Result<Vec<_>, _>>()?.concat())
}
