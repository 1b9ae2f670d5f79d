//! The pack as the engine runs it: the filter, the native parsers and whose results are whose, the words that are too common to filter by.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::context;
use super::filter::Filter;
use super::margin::Reach;
use super::native::{NATIVES, Native};
use super::verify::RUN_HEAD;
use crate::rulepack::rule::{Rule, Wake};
use crate::rulepack::store::Rules;
use crate::rulepack::{Pack, pack};

pub(super) struct Engine {
    pub(super) pack: &'static Pack,
    pub(super) filter: Filter<'static>,
    /// By the number in `Owner::Native`; `None` if a rule names a parser that is not there.
    natives: Vec<OnceLock<Option<NativeRules>>>,
    /// By literal: a host name, which may stand behind its value.
    hosts: Vec<bool>,
    /// By rule.
    reaches: Vec<OnceLock<Reach>>,
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
    pub(super) words: Words,
    /// Those words that may stand behind a value.
    pub(super) hosts: Words,
    /// Shortest run that any rule wants.
    pub(super) shortest: usize,
}

impl Engine {
    pub(super) fn get() -> &'static Self {
        static ENGINE: OnceLock<Engine> = OnceLock::new();
        ENGINE.get_or_init(|| {
            let pack = pack();
            let natives = pack.data().natives.iter().map(|_| OnceLock::new()).collect();
            let hosts = pack.data().literals.iter().map(|literal| context::is_host(&literal.display())).collect();
            let reaches = pack.rules().entries().iter().map(|_| OnceLock::new()).collect();
            Self { pack, filter: Filter::new(pack), natives, hosts, reaches, runs: OnceLock::new() }
        })
    }

    pub(super) fn rule(&self, index: usize) -> &'static Rule {
        &self.pack.rules()[index]
    }

    pub(super) fn reach(&self, index: usize) -> &Reach {
        self.reaches[index].get_or_init(|| Reach::of(self.rule(index), RUN_HEAD))
    }

    pub(super) fn is_host(&self, literal: u16) -> bool {
        self.hosts[usize::from(literal)]
    }

    pub(super) fn native(&self, number: u16) -> Option<&NativeRules> {
        self.natives.get(usize::from(number))?.get_or_init(|| NativeRules::new(self.pack, number)).as_ref()
    }

    /// Built when a text first needs it: most small files have no run that is long enough.
    pub(super) fn runs(&self) -> Option<&RunRules> {
        self.runs.get_or_init(|| RunRules::new(self.pack.rules())).as_ref()
    }
}

impl NativeRules {
    fn new(pack: &Pack, number: u16) -> Option<Self> {
        let name = &pack.data().natives[usize::from(number)];
        let native = NATIVES.iter().copied().find(|native| native.name == name)?;
        let mut found = Self { native, selected: Vec::new(), rest: None };
        let rules = pack.rules();
        for index in (0..rules.len()).filter(|index| rules.entries()[*index].native == Some(number)) {
            let rule = &rules[index];
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

/// Words to be found around runs.
pub(super) struct Words {
    automaton: AhoCorasick,
    /// Rules of each word.
    rules: Vec<Vec<usize>>,
    /// Furthest that a word may stand from a run, with its length.
    pub(super) reach: usize,
}

impl Words {
    fn new(words: &BTreeMap<&str, Vec<usize>>, near: u32) -> Option<Self> {
        let automaton = AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::Standard).build(words.keys()).ok()?;
        let longest = words.keys().map(|word| word.len()).max().unwrap_or(0);
        Some(Self { automaton, rules: words.values().cloned().collect(), reach: near as usize + longest })
    }

    /// Each rule, for each place of one of its words.
    pub(super) fn find<'w>(&'w self, text: &'w [u8]) -> impl Iterator<Item = (usize, Range<usize>)> + 'w {
        self.automaton.find_overlapping_iter(text).flat_map(|word| self.rules[word.pattern().as_usize()].iter().map(move |rule| (*rule, word.range())))
    }
}

impl RunRules {
    fn new(rules: &Rules) -> Option<Self> {
        let mut words: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let (mut near, mut shortest) = (0, usize::MAX);
        for index in (0..rules.len()).filter(|index| rules.entries()[*index].is_run) {
            let rule = &rules[index];
            let Wake::Run { length, .. } = rule.wake else { continue };
            (near, shortest) = (near.max(rule.near), shortest.min(length as usize));
            rule.words.iter().for_each(|word| words.entry(word).or_default().push(index));
        }
        let hosts = words.iter().filter(|(word, _)| context::is_host(word)).map(|(word, rules)| (*word, rules.clone())).collect();
        (!words.is_empty()).then_some(Self { words: Words::new(&words, near)?, hosts: Words::new(&hosts, near)?, shortest })
    }
}
