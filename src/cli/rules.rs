//! `heliodon rules`: what can be found, and whether the rules keep their promises.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::config::{self, Config};
use super::flags::{Own, Rules};
use super::{Error, Exit, output, say};
use crate::domain::{Disabled, Face};
use crate::rulepack::{self, OwnFile, Pack, Taken, foreign};
use crate::scan::detect::{change, credential, reference};

pub(super) fn run(command: &Rules) -> Result<Exit, Error> {
    match command {
        Rules::List { own } => list(&configured(own)?),
        Rules::Show { rule, own } => show(rule, &configured(own)?),
        Rules::Check { files, own } => check(&Own { rules: [&own.rules[..], files].concat(), ..own.clone() }),
    }
}

/// The configuration, its rules in force.
fn configured(own: &Own) -> Result<Config, Error> {
    let config = config::load(&own.config, &[])?;
    install(own, &config)?;
    Ok(config)
}

fn list(config: &Config) -> Result<Exit, Error> {
    let faces = output::faces();
    let (ids, names): (Vec<String>, Vec<&str>) = faces.iter().map(|face| (face.id(), face.name.as_str())).unzip();
    let widest = |widths: &mut dyn Iterator<Item = usize>| widths.max().unwrap_or_default();
    // Ids of one's own say the name again; they are no reason to move the other rows.
    let id_width = widest(&mut ids.iter().filter(|id| id.starts_with("HEL")).map(String::len));
    let name_width = widest(&mut names.iter().zip(&ids).filter(|(_, id)| id.starts_with("HEL")).map(|(name, _)| name.len()));
    output::to(None, |out| {
        faces.iter().zip(&ids).try_for_each(|(face, id)| {
            let notes = notes(face, config);
            let notes = if notes.is_empty() { String::new() } else { format!("  ({})", notes.join("; ")) };
            writeln!(out, "{id:id_width$}  {:name_width$}  {}{notes}", face.name, face.summary)
        })
    })?;
    Ok(Exit::Clean)
}

/// Where a rule of one's own is written, and whether it is switched off.
fn notes(face: &Face, config: &Config) -> Vec<String> {
    let own = rulepack::pack().own().iter().find(|own| own.code == face.code);
    let own = own.map(|own| format!("{} {}", if own.replaces { "in place of ours:" } else { "yours:" }, own.file));
    let off = config.disabled().find(|(_, name)| Disabled::new([*name]).has(face)).map(|(layer, name)| format!("disabled by `{name}` in {}", layer.name));
    own.into_iter().chain(off).collect()
}

fn show(typed: &str, config: &Config) -> Result<Exit, Error> {
    let faces = output::faces();
    let wanted = typed.to_ascii_lowercase();
    match faces.iter().find(|face| face.name == wanted || face.id().eq_ignore_ascii_case(typed)) {
        Some(face) => output::to(None, |out| {
            describe(face, out)?;
            notes(face, config).iter().try_for_each(|note| writeln!(out, "{note}"))
        })?,
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

/// Levels are set of rules that there are: a typo would leave one as it was.
pub(super) fn check_levels(config: &Config) -> Result<(), Error> {
    let named = || config.layers().iter().flat_map(|layer| layer.says.policy.levels.keys().map(move |name| (layer, name)));
    if named().next().is_none() {
        return Ok(());
    }
    let faces = output::faces();
    match named().find(|(_, name)| !faces.iter().any(|face| face.name == **name)) {
        Some((layer, name)) => Err(layer.mistake(&format!("`{name}` is given a level, but there is no such rule{}", advice(&faces, name)))),
        None => Ok(()),
    }
}

/// What is switched off must be there: a typo would leave a rule on, or, later, another one off.
pub(super) fn check_disabled(config: &Config) -> Result<(), Error> {
    let mut disabled = config.disabled().peekable();
    if disabled.peek().is_none() {
        return Ok(());
    }
    let faces = output::faces();
    for (layer, name) in disabled {
        let one = Disabled::new([name]);
        if !faces.iter().any(|face| one.has(face)) {
            return Err(layer.mistake(&format!("`{name}` is disabled, but there is no such rule{}", advice(&faces, &name.to_ascii_lowercase()))));
        }
    }
    Ok(())
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
fn check(own: &Own) -> Result<Exit, Error> {
    configured(own)?;
    let failures: Vec<String> =
        credential::check::failures().iter().map(ToString::to_string).chain(reference::check::failures()).chain(change::check::failures()).collect();
    failures.iter().for_each(|failure| say(failure));
    let pack = rulepack::pack();
    check_taken(pack.taken())?;
    let (rules, shapes) = (pack.rules().len(), pack.shapes().len() + pack.changes().len());
    output::to(None, |out| writeln!(out, "{rules} credential rules and {shapes} shapes of references and changes: {} broken promises", failures.len()))?;
    Ok(if failures.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// What became of other programs' rules, in full.
fn check_taken(taken: &Taken) -> Result<(), Error> {
    let Taken { rules, left_out, notes } = taken;
    let broken = credential::check::broken_patterns();
    notes.iter().for_each(|note| say(&note.to_string()));
    left_out.iter().for_each(|note| say(&format!("{note}: it is left out")));
    broken.iter().for_each(|rule| say(&format!("rule `{rule}`: its pattern cannot be built: it is left out")));
    if rules + left_out.len() == 0 {
        return Ok(());
    }
    let (force, out) = (rules - broken.len(), left_out.len() + broken.len());
    output::to(None, |to| writeln!(to, "of other programs' rules {force} in force, {out} left out, {} notes", notes.len()))
}

/// The same in a line; nothing when there are none.
pub(super) fn say_taken() {
    let Taken { rules, left_out, notes } = rulepack::pack().taken();
    if !(left_out.is_empty() && notes.is_empty()) {
        let left_out = left_out.len();
        let notes = notes.len();
        say(&format!(
            "heliodon: of other programs' rules {rules} in force, {left_out} left out, {notes} notes; `heliodon rules check` with the same files names each"
        ));
    }
}

/// Puts the rules in force that were typed or configured, beside ours.
pub(super) fn install(own: &Own, config: &Config) -> Result<(), Error> {
    let paths: Vec<(PathBuf, bool)> = config.rules().chain(own.rules.iter().map(|path| (path.clone(), true))).collect();
    if !paths.is_empty() {
        let mut files = paths.iter().map(|(path, may_replace)| texts(path, *may_replace)).collect::<Result<Vec<_>, _>>()?.concat();
        // A file may be named by a configuration and once more by hand.
        let mut known = BTreeSet::new();
        files.retain(|file| known.insert(fs::canonicalize(&file.name).unwrap_or_else(|_| file.name.clone().into())));
        let pack = Pack::extended(&files).map_err(|problems| Error::Input(problems.join("\n")))?;
        rulepack::install(pack);
    }
    Ok(())
}

/// A rule file, or those in a folder, by name.
fn texts(path: &Path, may_replace: bool) -> Result<Vec<OwnFile>, Error> {
    let failed = |error| Error::File { name: path.display().to_string(), error };
    if !path.is_dir() {
        let text = fs::read_to_string(path).map_err(failed)?;
        let mut files = base(path, &text).map(|base| texts(&base, may_replace)).transpose()?.unwrap_or_default();
        files.push(OwnFile { name: path.display().to_string(), text, may_replace });
        return Ok(files);
    }
    let entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(failed)?;
    let mut files: Vec<_> =
        entries.iter().map(fs::DirEntry::path).filter(|path| path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")).collect();
    files.sort();
    Ok(files.iter().map(|file| texts(file, may_replace)).collect::<Result<Vec<_>, _>>()?.concat())
}

/// The file that a gitleaks configuration builds on: it is named from where gitleaks runs, or from beside the configuration.
fn base(path: &Path, text: &str) -> Option<PathBuf> {
    let base = foreign::base(text).filter(|_| path.extension().is_some_and(|ending| ending == "toml"))?;
    let beside = path.with_file_name(&base);
    Some(if beside.exists() { beside } else { PathBuf::from(base) }).filter(|base| base != path)
}
