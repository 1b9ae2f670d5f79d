//! The pack as the engine runs it: the filter, the native parsers and whose results are whose, the words that are too common to filter by.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::context;
use super::files;
use super::filter::Filter;
use super::margin::Reach;
use super::native::{NATIVES, Native};
use super::verify::RUN_HEAD;
use crate::rulepack::rule::{Rule, Wake};
use crate::rulepack::{Pack, pack};

pub(super) struct Engine {
    pub(super) pack: &'static Pack,
    pub(super) filter: Filter<'static>,
    /// By the number in `Owner::Native`; `None` if a rule names a parser that is not there.
    natives: Vec<Option<NativeRules>>,
    /// The parser of files that are known by their names.
    pub(super) files: Option<u16>,
    /// By literal: a host name, which may stand behind its value.
    hosts: Vec<bool>,
    /// By rule.
    reaches: Vec<Reach>,
    runs: OnceLock<Option<RunRules>>,
}

/// A native parser and the rules that its results belong to.
pub(super) struct NativeRules {
    pub(super) native: &'static Native,
    selected: Vec<(String, usize)>,
    /// The rule that has what no other selects.
    rest: Option<usize>,
}

/// Rules with common words: found from the side of the value.
pub(super) struct RunRules {
    pub(super) words: AhoCorasick,
    /// Rules of each word.
    pub(super) rules: Vec<Vec<usize>>,
    /// Furthest that a word may stand before a run, with its length.
    pub(super) reach: usize,
    /// Shortest run that any rule wants.
    pub(super) shortest: usize,
}

impl Engine {
    pub(super) fn get() -> &'static Self {
        static ENGINE: OnceLock<Engine> = OnceLock::new();
        ENGINE.get_or_init(|| {
            let pack = pack();
            let natives = pack.data().natives.iter().map(|name| NativeRules::new(name, pack.rules())).collect();
            let files = pack.data().natives.iter().position(|name| name == files::NATIVE.name).and_then(|number| u16::try_from(number).ok());
            let hosts = pack.data().literals.iter().map(|literal| context::is_host(&literal.display())).collect();
            let reaches = pack.rules().iter().map(|rule| Reach::of(rule, RUN_HEAD)).collect();
            Self { pack, filter: Filter::new(pack), natives, files, hosts, reaches, runs: OnceLock::new() }
        })
    }

    pub(super) fn rule(&self, index: usize) -> &'static Rule {
        &self.pack.rules()[index]
    }

    pub(super) fn reach(&self, index: usize) -> &Reach {
        &self.reaches[index]
    }

    pub(super) fn is_host(&self, literal: u16) -> bool {
        self.hosts[usize::from(literal)]
    }

    pub(super) fn native(&self, number: u16) -> Option<&NativeRules> {
        self.natives.get(usize::from(number))?.as_ref()
    }

    /// Built when a text first needs it: most small files have no run that is long enough.
    pub(super) fn runs(&self) -> Option<&RunRules> {
        self.runs.get_or_init(|| RunRules::new(self.pack.rules())).as_ref()
    }
}

impl NativeRules {
    fn new(name: &str, rules: &[Rule]) -> Option<Self> {
        let native = NATIVES.iter().copied().find(|native| native.name == name)?;
        let mut found = Self { native, selected: Vec::new(), rest: None };
        for (index, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.native.as_deref() == Some(name)) {
            if rule.select.is_empty() {
                found.rest = Some(index);
            }
            found.selected.extend(rule.select.iter().map(|select| (select.clone(), index)));
        }
        Some(found)
    }

    /// The rule of a result.
    pub(super) fn rule(&self, select: &str) -> Option<usize> {
        self.selected.iter().find(|(selected, _)| selected == select).map(|(_, rule)| *rule).or(self.rest)
    }
}

impl RunRules {
    fn new(rules: &[Rule]) -> Option<Self> {
        let (mut words, mut of_word): (Vec<&str>, Vec<Vec<usize>>) = Default::default();
        let (mut reach, mut shortest) = (0, usize::MAX);
        for (index, rule) in rules.iter().enumerate() {
            let Wake::Run { length, .. } = rule.wake else { continue };
            shortest = shortest.min(length as usize);
            for word in &rule.words {
                reach = reach.max(rule.near as usize + word.len());
                let known = words.iter().position(|known| known == word);
                let at = known.unwrap_or_else(|| {
                    words.push(word);
                    of_word.push(Vec::new());
                    words.len() - 1
                });
                of_word[at].push(index);
            }
        }
        let automaton = AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::Standard).build(&words).ok()?;
        (!words.is_empty()).then_some(Self { words: automaton, rules: of_word, reach, shortest })
    }
}
