//! A rule carries its own proof: its examples are found by it and its negatives are not, in the engine that users run.

use std::fmt;

use super::super::{Evidence, Sighting, Text};
use super::engine::Engine;
use super::{Scratch, all, checksum, life, native};
use crate::rulepack::rule::Rule;
use crate::rulepack::{Pack, analyse, pack, template};

/// Each template is expanded this often, with other random characters.
const SEEDS: std::ops::Range<u64> = 1..6;

/// A promise that a rule breaks. Names the template, never what it expands to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub rule: String,
    pub code: u32,
    /// The example or negative, as written in the rule file.
    pub template: String,
    pub what: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rule `{}` ({}): {}: {}", self.rule, self.code, self.what, self.template)
    }
}

/// Everything that the rules in force promise and do not keep.
pub fn failures() -> Vec<Failure> {
    let mut checker = Checker { pack: pack(), scratch: Scratch::default(), failures: Vec::new() };
    for rule in checker.pack.rules().iter() {
        checker.names(rule);
        rule.examples.iter().for_each(|example| checker.template(rule, example, true));
        rule.negatives.iter().for_each(|negative| checker.template(rule, negative, false));
    }
    checker.failures
}

/// Names of other programs' rules whose patterns cannot be built.
pub fn broken_patterns() -> Vec<&'static str> {
    let engine = Engine::get();
    let foreign = pack().rules().iter().enumerate().filter(|(_, rule)| rule.foreign.is_some());
    foreign.filter(|(index, _)| engine.foreign(*index).is_none()).map(|(_, rule)| rule.name.as_str()).collect()
}

struct Checker {
    pack: &'static Pack,
    scratch: Scratch,
    failures: Vec<Failure>,
}

impl Checker {
    /// What a rule names must exist.
    fn names(&mut self, rule: &Rule) {
        let known = |name: &Option<String>, is_known: &dyn Fn(&str) -> bool| name.as_deref().is_none_or(is_known);
        if !known(&rule.checksum, &|name| checksum::CHECKSUMS.iter().any(|checksum| checksum.name == name)) {
            self.fail(rule, rule.checksum.as_deref().unwrap_or_default(), "there is no such checksum".into());
        }
        if !known(&rule.lifetime.reader, &|name| life::READERS.iter().any(|reader| reader.name == name)) {
            self.fail(rule, rule.lifetime.reader.as_deref().unwrap_or_default(), "there is no such reader".into());
        }
        if !known(&rule.native, &|name| native::NATIVES.iter().any(|native| native.name == name)) {
            self.fail(rule, rule.native.as_deref().unwrap_or_default(), "there is no such native parser".into());
        }
    }

    /// One failure a template is enough.
    fn template(&mut self, rule: &Rule, template: &str, is_example: bool) {
        for seed in SEEDS {
            let seed = seed * 10_000 + u64::from(rule.code);
            let text = match template::expand(template, seed, &|so_far| complete(rule, so_far)) {
                Ok(text) => text,
                Err(error) => return self.fail(rule, template, error),
            };
            let seen = self.rules_seen(&text, &rule.file);
            let own = seen.iter().filter(|code| **code == rule.code).count();
            let what = match (is_example, own) {
                (true, 1) | (false, 0) => continue,
                (true, 0) => format!("the example is not found{}", self.others(&seen)),
                (true, more) => format!("the example is found {more} times"),
                (false, _) => "the negative is found".to_owned(),
            };
            return self.fail(rule, template, what);
        }
    }

    fn rules_seen(&mut self, text: &str, name: &str) -> Vec<u32> {
        let text = Text { bytes: text.as_bytes(), name, continued: false, prose: false, before: b"", trace_key: None };
        let rule = |sighting: Sighting| if let Evidence::Credential(credential) = sighting.evidence { Some(credential.rule) } else { None };
        all(&text, &mut self.scratch).into_iter().filter_map(rule).collect()
    }

    /// Who took it instead.
    fn others(&self, seen: &[u32]) -> String {
        let names: Vec<_> = seen.iter().filter_map(|code| self.pack.rule(*code)).map(|rule| format!("`{}`", rule.name)).collect();
        if names.is_empty() { String::new() } else { format!(", but {} is", names.join(" and ")) }
    }

    fn fail(&mut self, rule: &Rule, template: &str, what: String) {
        self.failures.push(Failure { rule: rule.name.clone(), code: rule.code, template: template.to_owned(), what });
    }
}

/// A rule's examples and negatives as texts.
#[cfg(test)]
pub(in crate::scan::detect) fn examples(rule: &Rule, seed: u64) -> Vec<String> {
    let all = rule.examples.iter().chain(&rule.negatives);
    all.filter_map(|example| template::expand(example, seed, &|so_far| complete(rule, so_far)).ok()).collect()
}

/// What `{{check}}` stands for: the checksum of the token as written so far, from where the pattern starts.
fn complete(rule: &Rule, so_far: &str) -> Option<String> {
    let pattern = &rule.shape.as_ref()?.pattern;
    let prefix = String::from_utf8(analyse::prefix(&analyse::parse(pattern).ok()?)).ok()?;
    let start = match prefix.is_empty() {
        false => so_far.rfind(&prefix)?,
        true => so_far.rfind(|c: char| " \t\n\"'`=:(,;<>@".contains(c)).map_or(0, |at| at + 1),
    };
    checksum::complete(rule.checksum.as_ref()?, &so_far[start..])
}
