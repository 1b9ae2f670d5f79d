//! Rule files of other programs, read as they are: gitleaks and betterleaks (TOML), kingfisher, Nosey Parker and Titus (YAML).
//!
//! Their patterns hold what stands around a value. They are run as they are, by the `regex` crate, in a window around a literal
//! that every match holds, or around a keyword. What a file asks for and is not done is said in a note.

mod filter;
mod gitleaks;
mod kingfisher;
mod pattern;

use std::collections::BTreeMap;

use super::compile::Compiled;
use super::digest;
use super::frequency::Frequencies;
use super::own::OwnFile;
use super::rule::{Confidence, Demand, Foreign, LifeClass, LifeFacts, Rule, Severity, Unless, Wake};

/// What became of the rules of other programs' files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Rules in force.
    pub rules: usize,
    /// Rules that cannot be, and why.
    pub left_out: Vec<Note>,
    /// What is not done of a rule that is in force, or of a file.
    pub notes: Vec<Note>,
}

/// Something to know of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub file: String,
    /// None: it is said of the whole file.
    pub rule: Option<String>,
    pub what: String,
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.rule {
            Some(rule) => write!(f, "{}: rule `{rule}`: {}", self.file, self.what),
            None => write!(f, "{}: {}", self.file, self.what),
        }
    }
}

/// A rule as other programs have them, whatever the file looks like.
#[derive(Clone, Debug, Default)]
struct Told {
    id: String,
    title: String,
    pattern: String,
    dialect: pattern::Dialect,
    /// Group of the value.
    group: Option<u32>,
    keywords: Vec<String>,
    entropy: Option<f32>,
    confidence: Option<Confidence>,
    /// See [`Foreign::guess`].
    guess: bool,
    demand: Demand,
    special: Option<(u32, String)>,
    unless: Vec<Unless>,
    only: Option<String>,
    never: Vec<String>,
    /// What is not done of it.
    notes: Vec<String>,
}

/// A rule and the name of its file.
type Named = (String, Compiled);

/// Is this file another program's?
pub(super) fn is_foreign(file: &OwnFile) -> bool {
    file.name.ends_with(".toml") || !file.text.lines().any(|line| line.starts_with("provider:"))
}

/// File that a gitleaks configuration builds on.
pub fn base(text: &str) -> Option<String> {
    gitleaks::base(text)
}

/// The rules of these files, with the names of the files. The errors name file and line.
pub(super) fn read(files: &[&OwnFile], frequencies: &Frequencies<'_>) -> Result<(Vec<Named>, Taken), Vec<String>> {
    let (mut told, mut taken, mut problems) = (Vec::new(), Taken::default(), Vec::new());
    let mut gitleaks = gitleaks::Files::default();
    for file in files {
        let read =
            if file.name.ends_with(".toml") { gitleaks.add(file, &mut taken) } else { kingfisher::read(file, &mut taken).map(|rules| told.extend(rules)) };
        problems.extend(read.err().map(|problem| format!("{}: {problem}", file.name)));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    told.extend(gitleaks.rules(&mut taken));
    let (mut compiled, mut known, mut allowing) = (Vec::new(), Known::new(), Allowing::default());
    for (file, mut told) in told {
        if let Some(problem) = again(&mut told, &file, &mut known) {
            taken.left_out.push(Note { file, rule: Some(told.id), what: problem });
            continue;
        }
        let note = |what: String| Note { file: file.clone(), rule: Some(told.id.clone()), what };
        taken.notes.extend(told.notes.iter().cloned().map(note));
        match compile(told.clone(), &file, &mut allowing, frequencies) {
            Ok((rule, near)) => {
                taken.notes.extend(near.map(note));
                compiled.push((file, rule));
            }
            Err(problem) => taken.left_out.push(Note { file: file.clone(), rule: Some(told.id), what: problem }),
        }
    }
    taken.rules = compiled.len();
    Ok((compiled, taken))
}

/// Patterns that allow something, as they are run. Those that a file says for all its rules are parsed once.
#[derive(Default)]
struct Allowing(BTreeMap<String, Result<String, String>>);

impl Allowing {
    fn all<'p>(&mut self, patterns: impl IntoIterator<Item = &'p String>) -> Result<Vec<String>, String> {
        patterns.into_iter().map(|pattern| self.0.entry(pattern.clone()).or_insert_with(|| pattern::allowing(pattern)).clone()).collect()
    }
}

/// Rules by id, each with its file and its pattern.
type Known = BTreeMap<String, (String, String)>;

/// Some files hold two rules of one id. The later one gets a number, unless it is the same rule once more: then this is the reason to leave it out.
fn again(told: &mut Told, file: &str, known: &mut Known) -> Option<String> {
    let first = told.id.clone();
    for number in 2.. {
        match known.get(&told.id) {
            Some((before, pattern)) if *pattern == told.pattern => return Some(format!("the same rule is in {before}")),
            Some(_) => told.id = format!("{first}-{number}"),
            None => break,
        }
    }
    if told.id != first {
        told.notes.push(format!("`{first}` is taken by another rule: this one goes by `{}`", told.id));
    }
    known.insert(told.id.clone(), (file.to_owned(), told.pattern.clone()));
    None
}

/// The rule, and what there is to know of where it is looked for.
fn compile(told: Told, file: &str, allowing: &mut Allowing, frequencies: &Frequencies<'_>) -> Result<(Compiled, Option<String>), String> {
    let mut compiled = pattern::compile(&told.pattern, told.dialect, &told.keywords, frequencies)?;
    let unless = told.unless.into_iter().map(|unless| Ok(Unless { patterns: allowing.all(&unless.patterns)?, ..unless }));
    let unless = unless.collect::<Result<Vec<_>, _>>().map_err(|problem: String| format!("what it leaves alone is not understood: {problem}"))?;
    allowing.all(told.never.iter().chain(&told.only)).map_err(|problem| format!("its paths are not understood: {problem}"))?;
    let near = (!compiled.within).then(|| format!("its keywords are no part of its pattern: it is looked for within {} bytes of one", compiled.before));
    let provider = told.id.split('.').next().unwrap_or_default().to_owned();
    let foreign = Foreign {
        pattern: std::mem::take(&mut compiled.pattern),
        group: told.group.or(compiled.group),
        before: compiled.before,
        behind: compiled.behind,
        within: compiled.within,
        guess: told.guess || told.id.contains("generic"),
        special: told.special,
        unless,
        only: told.only,
        never: told.never,
    };
    let lifetime = LifeFacts {
        class: LifeClass::Static,
        life: None,
        reader: None,
        says: "The rule that found it says nothing of its life.".to_owned(),
        source: file.to_owned(),
    };
    let rule = Rule {
        code: digest::own_code(&told.id),
        name: told.id,
        title: told.title,
        provider,
        shape: None,
        wake: Wake::Foreign,
        native: None,
        foreign: Some(Box::new(foreign)),
        select: Vec::new(),
        checksum: None,
        entropy: told.entropy,
        demand: told.demand,
        words: Vec::new(),
        near: 0,
        severity: Severity::High,
        confidence: told.confidence.unwrap_or(Confidence::Medium),
        lifetime,
        rotate: "Revoke it where it was issued, and have another one issued.".to_owned(),
        rotate_url: None,
        zones: Vec::new(),
        parts: Vec::new(),
        examples: Vec::new(),
        negatives: Vec::new(),
        misses: Vec::new(),
    };
    Ok((Compiled { rule, literals: compiled.literals }, near))
}

#[cfg(test)]
mod tests;
