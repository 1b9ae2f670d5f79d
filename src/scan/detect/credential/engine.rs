//! The pack as the engine runs it: the filter, the native parsers and whose results are whose.

use std::sync::OnceLock;

use super::filter::Filter;
use super::foreign::Runner;
use super::margin::Reach;
use super::native::{NATIVES, Native};
use super::verify::RUN_HEAD;
use crate::rulepack::rule::Rule;
use crate::rulepack::words;
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
    /// By rule, those of other programs: built when a text first needs one. Empty where there are none.
    foreign: Vec<OnceLock<Option<Runner>>>,
}

/// A native parser and the rules that its results belong to.
pub(super) struct NativeRules {
    pub(super) native: &'static Native,
    selected: Vec<(String, usize)>,
    /// The rule that has what no other selects.
    rest: Option<usize>,
}

impl Engine {
    pub(super) fn get() -> &'static Self {
        static ENGINE: OnceLock<Engine> = OnceLock::new();
        ENGINE.get_or_init(|| {
            let pack = pack();
            let natives = pack.data().natives.iter().map(|_| OnceLock::new()).collect();
            let hosts = pack.data().literals.iter().map(|literal| words::is_host(&literal.display())).collect();
            let reaches = pack.rules().entries().iter().map(|_| OnceLock::new()).collect();
            let foreign = if pack.taken().rules > 0 { pack.rules().entries().iter().map(|_| OnceLock::new()).collect() } else { Vec::new() };
            Self { pack, filter: Filter::new(pack), natives, hosts, reaches, foreign }
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

    /// What runs another program's rule.
    pub(super) fn foreign(&self, index: usize) -> Option<&Runner> {
        let foreign = self.rule(index).foreign.as_ref()?;
        self.foreign.get(index)?.get_or_init(|| Runner::new(foreign)).as_ref()
    }

    pub(super) fn native(&self, number: u16) -> Option<&NativeRules> {
        self.natives.get(usize::from(number))?.get_or_init(|| NativeRules::new(self.pack, number)).as_ref()
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
