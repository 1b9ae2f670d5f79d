//! Rules of other programs: their patterns are run in a window around a literal or a keyword, and their lists of what to leave alone.

use std::ops::Range;

use regex::bytes::{RegexSet, RegexSetBuilder};
use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_automata::{Input, Span};

use crate::rulepack::rule::{Foreign, Target, Unless};

/// A line is looked at so far on either side of a match.
const LINE: usize = 512;

/// One rule, ready to run.
pub(super) struct Runner {
    regex: Regex,
    unless: Vec<RegexSet>,
}

impl Runner {
    /// The compiler of rules has parsed the patterns; none is too large for a regex of any size.
    pub(super) fn new(foreign: &Foreign) -> Option<Self> {
        let syntax = syntax::Config::new().unicode(false).utf8(false);
        let config = Regex::config().utf8_empty(false).nfa_size_limit(None).dfa(false);
        let regex = Regex::builder().syntax(syntax).configure(config).build(&foreign.pattern).ok()?;
        let set = |unless: &Unless| RegexSetBuilder::new(&unless.patterns).unicode(false).size_limit(64 << 20).build();
        let unless = foreign.unless.iter().map(|unless| set(unless).unwrap_or_else(|_| RegexSet::empty())).collect();
        Some(Self { regex, unless })
    }

    /// Values in the window around a literal, each with the match that it stands in.
    pub(super) fn each(&self, foreign: &Foreign, text: &[u8], at: usize, found: &mut dyn FnMut(Range<usize>)) {
        let window = at.saturating_sub(foreign.before as usize)..at.saturating_add(foreign.behind as usize).min(text.len());
        let mut groups = self.regex.create_captures();
        let mut from = window.start;
        while from <= window.end {
            self.regex.search_captures(&Input::new(text).span(from..window.end), &mut groups);
            let Some(whole) = groups.get_match().map(|whole| whole.range()) else { return };
            from = whole.end.max(whole.start + 1);
            if foreign.within && whole.start > at {
                return;
            }
            let value = match foreign.group {
                Some(group) => groups.get_group(group as usize),
                None => (1..groups.group_len()).find_map(|group| groups.get_group(group).filter(|value| !value.is_empty())),
            };
            let value = value.unwrap_or(Span { start: whole.start, end: whole.end }).range();
            let is_there = !value.is_empty() && (!foreign.within || at < whole.end);
            if is_there && has_special(foreign, &text[value.clone()]) && !self.leaves_alone(foreign, text, &whole, &value) {
                found(value);
            }
        }
    }

    fn leaves_alone(&self, foreign: &Foreign, text: &[u8], whole: &Range<usize>, value: &Range<usize>) -> bool {
        foreign.unless.iter().zip(&self.unless).any(|(unless, patterns)| {
            let target = match unless.target {
                Target::Secret => &text[value.clone()],
                Target::Match => &text[whole.clone()],
                Target::Line => &text[line(text, whole)],
            };
            let matches = patterns.is_match(target);
            let is_word = || {
                let lower = text[value.clone()].to_ascii_lowercase();
                unless.stopwords.iter().any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some())
            };
            match () {
                () if unless.negated => !matches,
                () if unless.all => (matches || unless.patterns.is_empty()) && (unless.stopwords.is_empty() || is_word()),
                () => matches || is_word(),
            }
        })
    }
}

/// Bytes that a rule may look at for a literal: its window, and a line around it where that is asked for.
pub(super) fn reach(foreign: &Foreign) -> (usize, usize) {
    let line = if foreign.unless.iter().any(|unless| unless.target == Target::Line) { LINE } else { 4 };
    (foreign.before as usize + line, foreign.behind as usize + line)
}

fn has_special(foreign: &Foreign, value: &[u8]) -> bool {
    let count = |characters: &str| value.iter().filter(|byte| characters.as_bytes().contains(byte)).count();
    foreign.special.as_ref().is_none_or(|(least, characters)| count(characters) >= *least as usize)
}

fn line(text: &[u8], whole: &Range<usize>) -> Range<usize> {
    let from = whole.start.saturating_sub(LINE);
    let to = whole.end.saturating_add(LINE).min(text.len());
    let start = memchr::memrchr(b'\n', &text[from..whole.start]).map_or(from, |feed| from + feed + 1);
    let end = memchr::memchr(b'\n', &text[whole.end..to]).map_or(to, |length| whole.end + length);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(foreign: &Foreign, text: &str, literal: &str) -> Vec<String> {
        let runner = Runner::new(foreign).expect("the pattern is well-formed");
        let mut values = Vec::new();
        for (at, _) in text.match_indices(literal) {
            runner.each(foreign, text.as_bytes(), at, &mut |value| values.push(text[value].to_owned()));
        }
        values.dedup();
        values
    }

    fn rule() -> Foreign {
        Foreign { pattern: r"(?i)(?:acme)[ =:]{1,5}([a-z0-9]{8,})(?:[ ;]|$)".into(), before: 0, behind: 40, within: true, ..Foreign::default() }
    }

    #[test]
    fn the_value_is_the_group_and_the_window_has_no_end_of_its_own() {
        assert_eq!(found(&rule(), "acme = abcd1234; acme: wxyz9876", "acme"), ["abcd1234", "wxyz9876"]);
        let long = format!("acme = {}", "a".repeat(60));
        assert!(found(&rule(), &long, "acme").is_empty(), "the end of the window is not the end of the text");
    }

    #[test]
    fn what_is_left_alone_is_told_by_value_match_or_line() {
        let unless = |target, pattern: &str| Foreign { unless: vec![Unless { target, patterns: vec![pattern.into()], ..Unless::default() }], ..rule() };
        let text = "# a sample\nx acme = abcd1234; // test\n";
        for (target, pattern) in [(Target::Secret, "^abcd"), (Target::Match, "(?i)^ACME ="), (Target::Line, "// test$")] {
            assert!(found(&unless(target, pattern), text, "acme").is_empty(), "{pattern}");
        }
        for (target, pattern) in [(Target::Secret, "^bcd"), (Target::Match, "^x"), (Target::Line, "sample")] {
            assert_eq!(found(&unless(target, pattern), text, "acme").len(), 1, "{pattern}");
        }
        let words =
            |all| Foreign { unless: vec![Unless { patterns: vec!["^zzz".into()], stopwords: vec!["bcd1".into()], all, ..Unless::default() }], ..rule() };
        assert_eq!((found(&words(false), text, "acme").len(), found(&words(true), text, "acme").len()), (0, 1));
        let special = Foreign { special: Some((1, "!".into())), ..rule() };
        assert!(found(&special, text, "acme").is_empty());
    }
}
