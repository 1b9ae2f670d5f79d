//! The way back to the first base: each model on it is registered and approved, and named so that it cannot change.

use super::entry::approvers;
use super::{Asked, declared, reason};
use crate::domain::{Check, Entry, ModelEntry, Reason, Stage};

/// Nobody fine-tunes this often; registries that go in circles end here.
const GENERATIONS: usize = 16;

/// A base on the way, by the name it was given, and its entry.
struct Base<'a> {
    name: String,
    entry: Option<&'a Entry<ModelEntry>>,
    /// A name under `allow` approves it.
    allowed: bool,
}

impl<'a> Asked<'_, 'a> {
    pub(super) fn lineage(&self, reasons: &mut Vec<Reason>) {
        let mut say = |what: String, mend: String| reasons.push(reason(Check::Lineage, what, mend));
        if let (Some(entry), Some(told)) = (self.entry, self.undeclared()) {
            say(format!("it says that it was made from `{told}`; its entry says otherwise"), format!("correct `base` at {}", declared(entry)));
        }
        for Base { name, entry, allowed } in self.bases() {
            match entry {
                Some(base) if base.value.stage == Some(Stage::Retired) => {
                    say(format!("its base `{name}` is retired"), "make it anew from a base in force, or have the base approved anew".to_owned());
                }
                Some(base) if approvers(&base.value, self.world.policy.today()).is_empty() && !allowed => {
                    say(
                        format!("its base `{name}` was approved by nobody but its owner"),
                        format!("have the base approved, under `approvals` at {}", declared(base)),
                    );
                }
                None if !allowed => say(format!("its base `{name}` has no entry"), "register the base and have it approved, or `allow` its name".to_owned()),
                _ => {}
            }
        }
    }

    /// Bases by names under which others may put other bytes.
    pub(super) fn pinned_bases(&self, reasons: &mut Vec<Reason>) {
        for base in self.bases() {
            let by_digest = base.entry.is_some_and(|entry| entry.value.digests.iter().any(|digest| !digest.starts_with("header:")));
            if !is_pinned(&base.name) && !by_digest {
                let what = format!("its base `{}` names no revision that cannot change", base.name);
                reasons.push(reason(Check::Pinned, what, "write it as `name@commit`, or register the base with its digests"));
            }
        }
    }

    /// A base that the artifact tells of and its entry does not.
    fn undeclared(&self) -> Option<&str> {
        let declared = bare(self.entry?.value.base.as_deref()?);
        let mut told = self.told().peekable();
        told.peek()?;
        let first = self.told().next();
        told.all(|told| !bare(told).eq_ignore_ascii_case(declared)).then_some(first).flatten()
    }

    /// A model that was saved as it was fetched names itself as its base.
    fn told(&self) -> impl Iterator<Item = &'a str> {
        let itself = self.model.parts.iter().find_map(|part| part.artifact.facts.get("repository")).map(String::as_str);
        self.model.parts.iter().flat_map(|part| &part.artifact.bases).map(String::as_str).filter(move |base| itself != Some(*base))
    }

    /// What the entry and the artifact say that it was made from; and the bases of these. A merge has several.
    fn bases(&self) -> Vec<Base<'a>> {
        let declared = self.entry.and_then(|entry| entry.value.base.clone());
        let same = |told: &str| declared.as_ref().is_some_and(|base| bare(base).eq_ignore_ascii_case(bare(told)));
        let mut names: Vec<String> = self.told().filter(|told| !same(told)).map(str::to_owned).collect();
        names.extend(declared.clone());
        let mut bases: Vec<Base<'a>> = Vec::new();
        while let Some(name) = names.pop().filter(|_| bases.len() < GENERATIONS) {
            if bases.iter().any(|base| base.name == name) {
                continue;
            }
            let entry = self.ladder.base(&name).filter(|entry| self.entry.is_none_or(|own| !std::ptr::eq(*entry, own)));
            let allowed = self.ladder.allows(&[name.clone(), bare(&name).to_owned(), format!("hf:{}", bare(&name))]);
            names.extend(entry.and_then(|entry| entry.value.base.clone()));
            bases.push(Base { name, entry, allowed });
        }
        bases
    }
}

fn bare(name: &str) -> &str {
    name.split_once('@').map_or(name, |(name, _)| name)
}

/// Behind the `@` stands a commit, a digest or a number.
fn is_pinned(name: &str) -> bool {
    let Some((_, revision)) = name.split_once('@') else { return false };
    let hex = revision.rsplit(':').next().unwrap_or_default();
    let numbered =
        revision.trim_start_matches('v').bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && revision.bytes().any(|byte| byte.is_ascii_digit());
    numbered || (hex.len() >= 40 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
