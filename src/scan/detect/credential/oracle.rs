//! The regex crate as the oracle: programs agree with it at every place of a text, and so does the windowed engine with a
//! search of every rule at every place.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::Text;
use super::engine::Engine;
use super::verify::{Pass, State, automaton};
use super::{boundary, context, hit, parts};
use crate::rulepack::machine::{Matched, STEPS, Stack};
use crate::rulepack::rule::{Rule, Shape, Wake};
use crate::rulepack::template::{Random, expand};
use crate::rulepack::{analyse, pack};
use regex::bytes::Regex;

fn expected(regex: &Regex, text: &[u8], at: usize) -> Option<Matched> {
    let captures = regex.captures(&text[at..])?;
    let whole = captures.name("whole")?;
    let secret = captures.name("secret").unwrap_or(whole);
    Some(Matched { end: at + whole.end(), secret: at + secret.start()..at + secret.end() })
}

/// Examples of a rule as text; checksums are made up, since patterns do not look at them.
fn examples(rule: &Rule, seed: u64) -> Vec<Vec<u8>> {
    let checksum = |_: &str| Some("0aB1c9".to_owned());
    let all = rule.examples.iter().chain(&rule.negatives);
    all.filter_map(|example| expand(example, seed, &checksum).ok()).map(String::into_bytes).collect()
}

/// The text with some bytes changed, taken out, or doubled.
fn mutated(text: &[u8], random: &mut Random) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..1 + random.below(3) {
        let at = random.below(text.len());
        match random.below(3) {
            0 if !text.is_empty() => text[at] = b"aZ0_-=\"' \n/.:%x"[random.below(15)],
            1 if !text.is_empty() => drop(text.remove(at)),
            _ => text.insert(at, b"aZ0_-=\"' \n/.:%x"[random.below(15)]),
        }
    }
    text
}

#[test]
fn programs_agree_with_the_regex_crate_at_every_place() {
    let (mut random, mut stack) = (Random(3), Stack::default());
    let (mut compared, mut matched) = (0, 0);
    for rule in pack().rules().iter() {
        for shape in rule.shape.iter().chain(rule.parts.iter().map(|part| &part.shape)) {
            let regex = automaton(shape).expect("the pattern compiled before");
            for text in examples(rule, 11) {
                for text in [mutated(&text, &mut random), mutated(&text, &mut random), text] {
                    for at in (0..text.len()).filter(|at| shape.first.contains(text[*at]) || at % 7 == 0) {
                        let Ok(found) = shape.program.run(&text, at, &mut stack, &mut { STEPS }) else { continue };
                        matched += usize::from(found.is_some());
                        compared += 1;
                        assert_eq!(found, expected(&regex, &text, at), "rule `{}` at {at}", rule.name);
                    }
                }
            }
        }
    }
    assert!(compared == 0 || matched > 100, "{matched} of {compared} matched: too few to say anything");
}

#[test]
fn over_budget_the_automaton_says_the_same() {
    let hir = analyse::parse("(?:a{0,30}){0,30}b").expect("the test's pattern is valid");
    let rule = pack().rules().iter().find_map(|rule| rule.shape.as_ref());
    let Some(shape) = rule else { return };
    let program = crate::rulepack::program::Program::compile(&hir, shape.right).expect("the test's pattern compiles");
    let shape = Shape { pattern: "(?:a{0,30}){0,30}b".into(), program, longest: 901, ..shape.clone() };
    let mut state = State::default();
    assert_eq!(state.matched(&shape, &[b'a'; 300], 0), None);
    let text = [vec![b'a'; 300], b"b ".to_vec()].concat();
    assert_eq!(state.matched(&shape, &text, 0).map(|found| found.end), Some(301));
}

/// Everything one rule finds, by trying every place where it may look.
fn brute(rule: &Rule, shape: &Shape, regex: &Regex, text: &[u8], may_look: &dyn Fn(usize) -> bool) -> BTreeSet<(usize, usize)> {
    let mut found = BTreeSet::new();
    let bare = !shape.marked && !matches!(rule.wake, Wake::Anchor { .. });
    for at in 0..text.len() {
        let stands = may_look(at) && boundary::begins(text, at, &shape.left) && (!bare || boundary::is_value_position(text, at));
        let stands = stands && (shape.prefix > 0 || !boundary::is_inside_escape(text, at));
        let matched = stands.then(|| expected(regex, text, at)).flatten();
        if let Some(matched) = matched.filter(|matched| is_kept(rule, text, &(at..matched.end), &matched.secret)) {
            found.insert((matched.secret.start, matched.secret.end));
        }
    }
    found
}

fn is_kept(rule: &Rule, text: &[u8], span: &Range<usize>, secret: &Range<usize>) -> bool {
    let in_context = rule.words.is_empty() || !matches!(rule.wake, Wake::Anchor { .. }) || context::stands(text, span, &rule.words, rule.near);
    in_context && hit::is_acceptable(rule, &text[secret.clone()]) && parts::find(rule, text, span, &mut State::default()).is_some()
}

fn places(text: &[u8], word: &str) -> Vec<Range<usize>> {
    let standing = |at: &usize| text[*at..].get(..word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes()));
    (0..text.len()).filter(standing).map(|at| at..at + word.len()).collect()
}

/// What a rule finds in a text when its context is looked for at every place.
fn by_oracle(rule: &Rule, shape: &Shape, text: &[u8]) -> BTreeSet<(usize, usize)> {
    let regex = automaton(shape).expect("the pattern compiled before");
    if matches!(rule.wake, Wake::Anchor { .. }) {
        return brute(rule, shape, &regex, text, &|_| true);
    }
    let near = rule.near as usize;
    let words: Vec<_> = rule.words.iter().flat_map(|word| places(text, word)).collect();
    let hosts: Vec<_> = rule.words.iter().filter(|word| crate::rulepack::words::is_host(word)).flat_map(|word| places(text, word)).collect();
    let line_of = |at: usize| text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |feed| feed + 1);
    let before = brute(rule, shape, &regex, text, &|at| words.iter().any(|word| (word.end..=word.end + near).contains(&at)));
    let behind = brute(rule, shape, &regex, text, &|at| {
        hosts.iter().any(|host| at >= line_of(host.start) && (host.start.saturating_sub(near + super::margin::behind_host(rule))..=host.start).contains(&at))
    });
    before.union(&behind).copied().collect()
}

#[test]
fn the_windowed_engine_finds_what_a_search_of_every_place_finds() {
    let rules = pack().rules();
    let (mut random, mut state) = (Random(17), State::default());
    let mut found_at_all = 0;
    for round in 0..60 {
        let mut text = Vec::new();
        let mut written: BTreeSet<usize> = BTreeSet::new();
        while text.len() < 2500 && !rules.is_empty() {
            let index = random.below(rules.len());
            let mut examples = examples(&rules[index], round);
            written.insert(index);
            let example = examples.swap_remove(random.below(examples.len()));
            text.extend(if random.below(3) == 0 { mutated(&example, &mut random) } else { example });
            text.extend([&b"\n"[..], b" ", b"\n\n", b";"][random.below(4)]);
        }
        let text = Text { bytes: &text, name: "", continued: false, prose: false, before: b"", trace_key: None };
        let mut pass = Pass::new(Engine::get(), &text, &mut state, None);
        pass.engine.filter.scan(text.bytes, 0..text.bytes.len(), &mut |at, literal| pass.wake(at, literal));
        for index in written {
            let Some(shape) = rules[index].shape.as_ref().filter(|_| !matches!(rules[index].wake, Wake::Run { .. })) else { continue };
            let windowed: BTreeSet<_> = pass.hits.iter().filter(|hit| hit.rule == index).map(|hit| (hit.secret.start, hit.secret.end)).collect();
            assert_eq!(windowed, by_oracle(&rules[index], shape, text.bytes), "rule `{}` in round {round}", rules[index].name);
            found_at_all += windowed.len();
        }
    }
    assert!(rules.is_empty() || found_at_all > 100, "{found_at_all} found: too few to say anything");
}
